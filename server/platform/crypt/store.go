package crypt

import (
	"context"
	"encoding/base64"

	"gorm.io/gorm/clause"

	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func encode(b []byte) string          { return base64.StdEncoding.EncodeToString(b) }
func decode(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }

func (s store) take(ctx context.Context, condition string, args ...any) (*Row, error) {
	var r Row
	err := s.db.Q(ctx).Where(condition, args...).Take(&r).Error
	if db.IsNotFound(err) {
		return nil, nil
	}
	return &r, err
}

func (s store) byID(ctx context.Context, id string) (*Row, error) { return s.take(ctx, "id = ?", id) }

func (s store) find(ctx context.Context, r Row) (*Row, error) {
	return s.take(ctx, "purpose = ? AND customer_id = ? AND month = ?", r.Purpose, r.CustomerID, r.Month)
}

func (s store) anyKey(ctx context.Context) (*Row, error) { return s.take(ctx, "wrapped <> ''") }

func (s store) insertUnlessThere(ctx context.Context, r Row) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error
}
