package review

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/ruleset"
)

const pastFrom = ` FROM batches b JOIN batch_chunks c ON c.batch_id = b.id WHERE c.state = 'done' AND b.screened_at >= ? AND b.screened_at < ?`

func period(first, last caldate.Date) []any {
	return []any{first.Start().UnixMilli(), last.AddDays(1).Start().UnixMilli()}
}

func (s store) pastCount(ctx context.Context, first, last caldate.Date) (batches, messages int64, err error) {
	var n struct{ Batches, Messages int64 }
	err = s.db.Q(ctx).Raw(`SELECT COUNT(DISTINCT b.id) AS batches, COALESCE(SUM(c.message_count), 0) AS messages`+pastFrom, period(first, last)...).Scan(&n).Error
	return n.Batches, n.Messages, err
}

func (s store) pastAfter(ctx context.Context, first, last caldate.Date, batchID string, chunk int64) (*ruleset.PastChunk, error) {
	var c ruleset.PastChunk
	res := s.db.Q(ctx).Raw(`SELECT c.batch_id, c.seq, c.first_seq, c.message_count AS count`+pastFrom+` AND (b.id > ? OR b.id = ? AND c.seq > ?) ORDER BY b.id, c.seq LIMIT 1`,
		append(period(first, last), batchID, batchID, chunk)...).Scan(&c)
	if db.IsNotFound(res.Error) || res.Error == nil && res.RowsAffected == 0 {
		return nil, nil
	}
	return &c, res.Error
}

func (s store) pastLatest(ctx context.Context, first, last caldate.Date, limit int) (out []ruleset.PastChunk, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.batch_id, c.seq, c.first_seq, c.message_count AS count`+pastFrom+` AND c.seq = 1 ORDER BY b.screened_at DESC, b.id DESC LIMIT ?`,
		append(period(first, last), limit)...).Scan(&out).Error
	return out, err
}
