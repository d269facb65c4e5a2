package handoff

import (
	"context"
	"slices"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/trail"
)

// MessageResult is what became of one message, as its customer sees it.
type MessageResult struct {
	Seq    int64
	Line   int64  // of the source file
	Phone  string // masked
	Status Status
	Code   string // of the last receipt, as it came
}

// MessageResults gives messages of a batch after message number after, and how many there are; the look is logged (A22). A batch of
// which nothing has been handed off yet has none.
func (s *Service) MessageResults(ctx context.Context, batchID string, after int64, limit int) (out []MessageResult, total int64, err error) {
	b, err := s.Batches.Get(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	chunks, err := s.store.standings(ctx, batchID)
	if err != nil || len(chunks) == 0 {
		return nil, 0, err
	}
	sealed, err := s.Batches.Chunks(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range chunks {
		total += c.Count
	}
	for _, c := range chunks {
		if len(out) == limit || c.FirstSeq+c.Count-1 <= after {
			continue
		}
		page, err := s.messageResultsOf(ctx, c, sealed, after, limit-len(out))
		if err != nil {
			return nil, 0, err
		}
		out = append(out, page...)
	}
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		return s.Trail.Record(ctx, trail.Entry{Action: "batch.look_results", ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID,
			Detail: map[string]any{"messages": len(out), "after": after}})
	})
	return out, total, err
}

// messageResultsOf gives up to limit messages of one chunk after message number after.
func (s *Service) messageResultsOf(ctx context.Context, c Standing, sealed []batch.Chunk, after int64, limit int) ([]MessageResult, error) {
	at := slices.IndexFunc(sealed, func(x batch.Chunk) bool { return x.Seq == c.Seq })
	if at < 0 {
		return nil, nil
	}
	messages, err := s.Batches.OpenChunk(ctx, &sealed[at])
	if err != nil {
		return nil, err
	}
	codes, err := s.lastCodes(ctx, c.BatchID, c.Seq)
	if err != nil {
		return nil, err
	}
	var out []MessageResult
	for i, m := range messages {
		if m.Seq <= after || i >= len(c.Statuses) {
			continue
		}
		if len(out) == limit {
			break
		}
		out = append(out, MessageResult{m.Seq, m.Line, maskPhone(m.Phone), c.Statuses.At(i), codes[m.Seq]})
	}
	return out, nil
}

// lastCodes reads the last code that came for each message of a chunk.
func (s *Service) lastCodes(ctx context.Context, batchID string, seq int64) (map[int64]string, error) {
	rows, err := s.store.receiptRows(ctx, batchID, seq)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, r := range rows {
		r.each(func(seq int64, _ int, _ Result, code string) {
			if code != "" {
				out[seq] = code
			}
		})
	}
	return out, nil
}

// Standing is what has become of the messages of a chunk as of a version of its row.
type Standing struct {
	BatchID  string
	Seq      int64
	FirstSeq int64
	Count    int64 `gorm:"column:message_count"`
	Version  int64
	State    string
	Statuses Block
}

// Settled tells whether nothing more happens to the chunk by itself.
func (c Standing) Settled() bool { return c.State == chunkDone }

// Recent is a batch and the sum of its chunks' versions, which grows with every change.
type Recent struct {
	BatchID  string
	Versions int64
}

// Recent gives the batches of a customer whose hand-off is open, or was closed after a moment of the business clock.
func (s *Service) Recent(ctx context.Context, customerID string, after caldate.Instant) ([]Recent, error) {
	return s.store.recentOf(ctx, customerID, after)
}

// Versions gives the version of each chunk of a batch: one that is higher than before has new statuses.
func (s *Service) Versions(ctx context.Context, batchID string) (map[int64]int64, error) {
	chunks, err := s.store.chunks(ctx, batchID)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]int64, len(chunks))
	for _, c := range chunks {
		out[c.Seq] = c.Version
	}
	return out, nil
}

// StandingOf gives what has become of the messages of a chunk.
func (s *Service) StandingOf(ctx context.Context, batchID string, seq int64) (*Standing, error) {
	return s.store.standing(ctx, batchID, seq)
}
