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

func (s store) recentOf(ctx context.Context, customerID string, after caldate.Instant) (out []Recent, err error) {
	return out, s.db.Q(ctx).Raw(`SELECT h.batch_id, SUM(c.version) AS versions FROM handoffs h JOIN handoff_chunks c ON c.batch_id = h.batch_id
		WHERE h.customer_id = ? AND (h.closed_at IS NULL OR h.closed_at > ?) GROUP BY h.batch_id ORDER BY h.batch_id LIMIT 500`, customerID, after).Scan(&out).Error
}
