package review

import (
	"context"

	"sealgate/server/batch"
)

// MessageRecord is what people decided about one message.
type MessageRecord struct {
	Decisions []Decision // all of the batch, in their order
	Deciding  *Decision  // the one that settled this message; nil where a verdict alone did, or nobody has yet
	Outcome   Outcome
	Manifest  *Manifest // that stands; nil where the batch is not approved
}

// RecordOf gives the record about a message by its verdict; without one (the content was purged) the outcome is not told. Who
// may see the batch was decided when it was got.
func (s *Service) RecordOf(ctx context.Context, batchID string, seq int64, v *batch.VerdictRow) (*MessageRecord, error) {
	ds, err := s.store.decisions(ctx, batchID)
	if err != nil {
		return nil, err
	}
	r := &MessageRecord{Decisions: ds}
	if v != nil {
		r.Outcome, r.Deciding = Rule(ds).explain(v.Verdict, v.Group, seq)
	}
	r.Manifest, err = s.store.live(ctx, batchID)
	return r, err
}
