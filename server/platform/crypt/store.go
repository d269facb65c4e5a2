package crypt

import (
	"context"
	"encoding/base64"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func encode(b []byte) string          { return base64.StdEncoding.EncodeToString(b) }
func decode(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }

func (s store) take(ctx context.Context, condition string, args ...any) (*Row, error) {
	return db.Take[Row](s.db.Q(ctx).Where(condition, args...), nil)
}

func (s store) byID(ctx context.Context, id string) (*Row, error) { return s.take(ctx, "id = ?", id) }

func (s store) find(ctx context.Context, r Row) (*Row, error) {
	return s.take(ctx, "purpose = ? AND customer_id = ? AND month = ?", r.Purpose, r.CustomerID, r.Month)
}

func (s store) anyKey(ctx context.Context) (*Row, error) { return s.take(ctx, "destroyed_at IS NULL") }

func (s store) insertUnlessThere(ctx context.Context, r Row) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error
}

// wrapped gives the rows that hold their key themselves, as earlier versions wrote them.
func (s store) wrapped(ctx context.Context) (rows []Row, err error) {
	return rows, s.db.Q(ctx).Where("wrapped <> ''").Order("id").Find(&rows).Error
}

func (s store) unwrapRow(ctx context.Context, id string) error {
	return s.db.Q(ctx).Model(&Row{}).Where("id = ?", id).Update("wrapped", "").Error
}

func (s store) destroy(ctx context.Context, id, rule string, at caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Model(&Row{}).Where("id = ? AND destroyed_at IS NULL", id).
		Updates(map[string]any{"destroyed_at": at, "destroyed_rule": rule, "wrapped": ""})
	return res.RowsAffected == 1, res.Error
}

func (s store) destroyed(ctx context.Context) (rows []Row, err error) {
	return rows, s.db.Q(ctx).Where("destroyed_at IS NOT NULL").Order("id").Find(&rows).Error
}

func (s store) customers(ctx context.Context) (rows []Row, err error) {
	return rows, s.db.Q(ctx).Where("purpose = ?", purposeData).Order("month, customer_id").Find(&rows).Error
}
