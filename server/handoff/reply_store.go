package handoff

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) addReply(ctx context.Context, r *Reply) error { return s.db.Q(ctx).Create(r).Error }

// lastOf is the last hand-off from one of the codes before a moment, of the longest code first; nil where there is none.
func (s store) lastOf(ctx context.Context, codes []string, before caldate.Instant) (*Handoff, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	return db.Take[Handoff](s.db.Q(ctx).Where("service_code IN ? AND opened_at <= ?", codes, before).Order("LENGTH(service_code) DESC, opened_at DESC, batch_id DESC"), nil)
}

// handoffsFrom gives those of some batches that were handed off from one of the codes.
func (s store) handoffsFrom(ctx context.Context, batchIDs, codes []string) (hs []Handoff, err error) {
	for len(batchIDs) > 0 {
		n := min(len(batchIDs), rowsAtOnce)
		var some []Handoff
		if err := s.db.Q(ctx).Where("batch_id IN ? AND service_code IN ?", batchIDs[:n], codes).Find(&some).Error; err != nil {
			return nil, err
		}
		hs, batchIDs = append(hs, some...), batchIDs[n:]
	}
	return hs, nil
}

func (s store) replies(ctx context.Context, q ReplyQuery, hash string) (rs []Reply, err error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	t := s.db.Q(ctx).Where(condition, args...)
	for column, want := range map[string]string{"batch_id": q.BatchID, "contract_id": q.ContractID, "phone_hash": hash} {
		if want != "" {
			t = t.Where(column+" = ?", want)
		}
	}
	if q.Cursor != "" {
		t = t.Where("id < ?", q.Cursor)
	}
	err = t.Order("id DESC").Limit(q.Limit + 1).Find(&rs).Error
	return rs, err
}
