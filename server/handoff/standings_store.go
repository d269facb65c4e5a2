package handoff

import (
	"context"

	"sealgate/server/caldate"
)

const standingColumns = "batch_id, seq, first_seq, message_count, version, state, statuses"

func (s store) standings(ctx context.Context, batchID string) (out []Standing, err error) {
	return out, s.db.Q(ctx).Table("handoff_chunks").Select(standingColumns).Where("batch_id = ?", batchID).Order("seq").Find(&out).Error
}

func (s store) standing(ctx context.Context, batchID string, seq int64) (*Standing, error) {
	var out Standing
	err := s.db.Q(ctx).Table("handoff_chunks").Select(standingColumns).Where("batch_id = ? AND seq = ?", batchID, seq).Take(&out).Error
	return &out, err
}

func (s store) receiptBodies(ctx context.Context, batchID string, seq int64) (out []string, err error) {
	return out, s.db.Q(ctx).Model(&receiptRow{}).Where("batch_id = ? AND chunk_seq = ?", batchID, seq).Order("id").Pluck("body", &out).Error
}

func (s store) recentOf(ctx context.Context, customerID string, after caldate.Instant) (out []string, err error) {
	return out, s.db.Q(ctx).Model(&Handoff{}).Where("customer_id = ? AND (closed_at IS NULL OR closed_at > ?)", customerID, after).Order("opened_at").Limit(500).Pluck("batch_id", &out).Error
}
