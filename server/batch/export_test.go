package batch

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
)

// What the external tests look at inside.
var (
	ParseTemplate = parseTemplate
	MaskText      = maskText
	Neutral       = neutral
	Likeness      = likeness
	CleanName     = cleanName
)

// Runs is runs.
func Runs(phones []uint64) (distinct, longest, inRuns int64) { return runs(phones) }

// PackMessages encodes messages that share pieces, as a chunk does; Vars are what stands between the pieces.
func PackMessages(first int64, pieces []string, messages []Message) []byte {
	c := newMessageColumns(first, pieces)
	for _, m := range messages {
		var phone uint64
		for _, d := range m.Phone {
			phone = phone*10 + uint64(d-'0')
		}
		vars := make([][]byte, len(m.Vars))
		for i, v := range m.Vars {
			vars[i] = []byte(v)
		}
		c.add(m.Line, phone, carrierCode(m.Carrier), m.Parts, vars)
	}
	return c.encode()
}

// UnpackMessages and UnpackVerdicts decode the plain bytes of chunks.
var (
	UnpackMessages = decodeMessages
	UnpackVerdicts = decodeVerdicts
	UnpackTallies  = func(plain []byte) ([]tally, error) {
		v, err := splitVerdicts(plain)
		if err != nil {
			return nil, err
		}
		return v.ownTallies()
	}
)

// TallyOf is one group's share of a chunk.
type TallyOf = tally

// OpenPlainVerdicts gives the plain bytes of a chunk's verdicts.
func (s *Service) OpenPlainVerdicts(ctx context.Context, c *Chunk) ([]byte, error) {
	return s.openPlain(ctx, c, kindVerdicts, c.VerdictKey, c.VerdictSHA256)
}

// SourceObject seals a file as the source of a batch: packed, or as versions before did.
func (s *Service) SourceObject(ctx context.Context, b *Batch, name string, plain io.Reader) (io.ReadCloser, error) {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	return sealFile(key, name, sourceContext(b.ID), plain, packersOf(b.Mode))
}

// RawSourceObject seals bytes that stand in for a packed file, whatever they are.
func (s *Service) RawSourceObject(ctx context.Context, b *Batch, frame io.Reader) (io.Reader, error) {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	return key.SealReader(frame, fileContext(packedSuffix, sourceContext(b.ID)))
}

// OpenSourceObject gives the plain file again.
func (s *Service) OpenSourceObject(ctx context.Context, b *Batch, name string, object io.Reader) (io.ReadCloser, error) {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	return openFile(key, name, sourceContext(b.ID), io.NopCloser(object))
}

// PlainName is the name that an object had before files were packed.
func PlainName(key string) string { return strings.TrimSuffix(key, packedSuffix) }

// ReadRows claims a batch's file and reads it as a worker does, but for the last step, which it gives.
func (s *Service) ReadRows(ctx context.Context, id string) (finish func() error, err error) {
	b, err := s.store.expired(ctx, id, Receiving, Stored, s.clock.Real().UnixMilli())
	if err != nil {
		return nil, err
	}
	if _, err := s.claimRead(ctx, b, s.clock.Real()); err != nil {
		return nil, err
	}
	if err := s.openText(ctx, b); err != nil {
		return nil, err
	}
	var read atomic.Int64
	return func() error { return s.finishRead(ctx, b) }, s.read(ctx, b, &read)
}

// TakenForDead puts a batch whose upload somebody took for dead back, as it was when they looked.
func (s *Service) TakenForDead(ctx context.Context, seen *Batch) error {
	_, err := s.breakOff(ctx, seen, seen.LeaseToken, ErrInterrupted)
	return err
}
