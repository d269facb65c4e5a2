package handoff

import (
	"context"
	"errors"

	"sealgate/server/caldate"
)

// Trace is what is on record about the way out of one message.
type Trace struct {
	Key      string
	Status   Status
	Channel  string // by which it left; empty where it has not
	Chunk    int64
	Index    int64 // within its chunk, from 0
	Slices   []TraceSlice
	Intent   *TraceIntent // nil where the engine absorbs a repeated key: none is written then
	Receipts []TraceReceipt
}

// TraceSlice is a call of the engine in which the message was.
type TraceSlice struct {
	ID     string
	At     caldate.Instant // business clock: when hours, cap, stops and recipients were checked
	RealAt caldate.Instant
}

// TraceIntent is what was written down before the message went to an engine that can't absorb a repeat, and what came of it.
type TraceIntent struct {
	State     string
	Code      string // the engine's answer
	At        caldate.Instant
	SettledBy string
	Reason    string
}

// TraceReceipt is one receipt as it came.
type TraceReceipt struct {
	At      caldate.Instant
	RealAt  caldate.Instant
	Channel string
	Part    int
	Result  int
	Code    string
}

// TraceOf gives the way of message seq of a batch, nil where the batch has not begun to be handed off. Who may see the batch
// was decided when it was got.
func (s *Service) TraceOf(ctx context.Context, batchID string, seq int64) (*Trace, error) {
	c, err := s.store.chunkOf(ctx, batchID, seq)
	if err != nil || c == nil {
		return nil, err
	}
	h, err := s.store.handoff(ctx, batchID)
	if err != nil {
		return nil, err
	}
	index := seq - c.FirstSeq
	t := &Trace{Key: Key(batchID, seq), Status: c.Statuses.At(int(index)), Chunk: c.Seq, Index: index}
	if t.Status.Left() {
		if _, t.Channel, err = s.channelOf(ctx, h, c, int(index)); err != nil {
			return nil, err
		}
	}
	slices, err := s.store.slicesOf(ctx, batchID, c.Seq, index)
	if err != nil {
		return nil, err
	}
	if t.Status.Left() {
		for _, x := range slices {
			t.Slices = append(t.Slices, TraceSlice{x.ID, x.At, x.RealAt})
		}
	}
	in, err := s.store.intentOf(ctx, t.Key)
	if err != nil {
		return nil, err
	}
	if in != nil {
		t.Intent = &TraceIntent{in.State, in.Code, in.At, in.SettledBy, in.Reason}
	}
	calls, err := s.store.receiptRows(ctx, batchID, c.Seq)
	if err != nil {
		return nil, err
	}
	for _, r := range calls {
		t.Receipts = append(t.Receipts, r.about(seq)...)
	}
	return t, nil
}

// about gives the receipts of message seq among those of a call.
func (r receiptRow) about(seq int64) (out []TraceReceipt) {
	r.each(func(n int64, part int, result Result, code string) {
		if n == seq {
			out = append(out, TraceReceipt{r.At, r.RealAt, r.Channel, part, int(result), code})
		}
	})
	return out
}

// Fate is where one message stands and when it was handed over last, on the business clock (zero: never).
type Fate struct {
	Status Status
	SentAt caldate.Instant
}

// Fates tells where messages of a batch stand, by number; nothing before its hand-off has begun.
func (s *Service) Fates(ctx context.Context, batchID string, seqs []int64) (map[int64]Fate, error) {
	out := make(map[int64]Fate, len(seqs))
	var c *Chunk
	for _, seq := range seqs {
		if c == nil || seq < c.FirstSeq || seq >= c.FirstSeq+c.Count {
			var err error
			if c, err = s.store.chunkOf(ctx, batchID, seq); err != nil || c == nil {
				return out, err
			}
		}
		f := Fate{Status: c.Statuses.At(int(seq - c.FirstSeq))}
		if f.Status.Left() {
			slices, err := s.store.slicesOf(ctx, batchID, c.Seq, seq-c.FirstSeq)
			if err != nil {
				return out, err
			}
			if len(slices) > 0 {
				f.SentAt = slices[len(slices)-1].At
			}
		}
		out[seq] = f
	}
	return out, nil
}

// ChunkFates tells where the messages of a whole chunk stand, in their order; nothing before the hand-off has begun.
func (s *Service) ChunkFates(ctx context.Context, batchID string, chunkSeq int64) ([]Fate, error) {
	c, err := s.store.chunk(ctx, batchID, chunkSeq)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	slices, err := s.store.slices(ctx, batchID)
	if err != nil {
		return nil, err
	}
	out := make([]Fate, len(c.Statuses))
	for i := range out {
		out[i].Status = c.Statuses.At(i)
	}
	for _, x := range slices {
		for i := x.FirstIndex; x.ChunkSeq == chunkSeq && i < min(x.EndIndex, int64(len(out))); i++ {
			if out[i].Status.Left() && x.has(i) {
				out[i].SentAt = x.At
			}
		}
	}
	return out, nil
}
