package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sealgate/server/platform/crypt"
	"sealgate/server/verify"
)

// Verify checks the invariants that batches carry: 7 (numbers of a day without gaps), 11 (every message of a screened batch
// has one verdict, of the one rule set that the batch is pinned to), 19 (every state came by the state table and has its
// audit row), 23 (the file that it came in is there as it came), 24 (no lease beyond its limit).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read batches: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "batch")
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	add := func(invariant int, b *Batch, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: "batch " + b.Number, Detail: fmt.Sprintf(format, args...)})
	}
	limit := s.clock.Real().Add(2 * lease).UnixMilli()
	last := map[string]int64{} // day → last number
	for i := range all {
		b := &all[i]
		day, number, _ := strings.Cut(b.Number, "-")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n != last[day]+1 {
			add(7, b, "comes after number %d of %s", last[day], day)
		}
		last[day] = n
		if wrong := verify.Walk(steps[b.ID], b.State, MayGo); wrong != "" {
			add(19, b, "%s", wrong)
		}
		if b.LeaseUntil > limit {
			add(24, b, "is held until %d, which is later than any lease", b.LeaseUntil)
		}
		if b.ScreenedAt.IsZero() {
			continue
		}
		chunks, err := s.store.chunks(ctx, b.ID)
		if err != nil {
			return nil, err
		}
		if b.RuleSetVersion == "" {
			add(11, b, "was screened by no rule set that it names")
		}
		s.verifyChunks(b, chunks, add)
		if err := s.verifySource(ctx, b, add); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// verifySource: for as long as the key is there, so is the file that the batch came in, with the hash on record.
func (s *Service) verifySource(ctx context.Context, b *Batch, add func(int, *Batch, string, ...any)) error {
	sum, err := s.sourceSum(ctx, b)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, crypt.ErrKeyGone): // purged; that it was time is for retention to say
	case err != nil:
		add(23, b, "its source file can't be read: %v", err)
	case sum != b.FileSHA256:
		add(23, b, "its source file has another hash than its row")
	}
	return nil
}

func (s *Service) sourceSum(ctx context.Context, b *Batch) (string, error) {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return "", err
	}
	plain, err := s.openSource(ctx, key, b)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, plain)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, plain.Close())
}

func (s *Service) verifyChunks(b *Batch, chunks []Chunk, add func(int, *Batch, string, ...any)) {
	var sum Chunk
	next := int64(1)
	for i := range chunks {
		c := &chunks[i]
		if c.Seq != int64(i+1) || c.FirstSeq != next {
			add(11, b, "chunk %d begins at message %d, expected %d", c.Seq, c.FirstSeq, next)
		}
		next = c.FirstSeq + c.Count
		if c.State != ChunkDone || c.VerdictSHA256 == "" || c.Pass+c.Hold+c.Refuse+c.Escalate != c.Count {
			add(11, b, "chunk %d (%s) has %d messages and %d verdicts", c.Seq, c.State, c.Count, c.Pass+c.Hold+c.Refuse+c.Escalate)
		}
		sum.Count, sum.Pass, sum.Hold, sum.Refuse, sum.Escalate = sum.Count+c.Count, sum.Pass+c.Pass, sum.Hold+c.Hold, sum.Refuse+c.Refuse, sum.Escalate+c.Escalate
	}
	if int64(len(chunks)) != b.ChunkCount || sum.Count != b.Good || sum.Pass != b.Pass || sum.Hold != b.Hold || sum.Refuse != b.Refuse || sum.Escalate != b.Escalate {
		add(11, b, "names %d messages (%d/%d/%d/%d), its chunks have %d (%d/%d/%d/%d)",
			b.Good, b.Pass, b.Hold, b.Refuse, b.Escalate, sum.Count, sum.Pass, sum.Hold, sum.Refuse, sum.Escalate)
	}
}
