package handoff

import (
	"context"
	"slices"

	"sealgate/server/platform/db"
)

// Questions about single messages, for evidence.

func (s store) chunkOf(ctx context.Context, batchID string, seq int64) (*Chunk, error) {
	return db.Take[Chunk](s.db.Q(ctx).Where("batch_id = ? AND first_seq <= ? AND first_seq + message_count > ?", batchID, seq, seq), nil)
}

func (s store) slicesOf(ctx context.Context, batchID string, chunk, index int64) (rows []slice, err error) {
	err = s.db.Q(ctx).Where("batch_id = ? AND chunk_seq = ? AND first_index <= ? AND end_index > ?", batchID, chunk, index, index).Order("at, id").Find(&rows).Error
	return slices.DeleteFunc(rows, func(r slice) bool { return !r.has(index) }), err
}

func (s store) intentOf(ctx context.Context, key string) (*intent, error) {
	return db.Take[intent](s.db.Q(ctx).Where("msg_key = ?", key), nil)
}
