package formdraft

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) put(ctx context.Context, d *Draft) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "form"}}, DoUpdates: clause.AssignmentColumns([]string{"body", "saved_at"})}).Create(d).Error
}

func (s store) get(ctx context.Context, userID, form string) (*Draft, error) {
	return db.Take[Draft](s.db.Q(ctx).Where("user_id = ? AND form = ?", userID, form), ErrNotFound)
}

func (s store) drop(ctx context.Context, userID, form string) error {
	return s.db.Q(ctx).Where("user_id = ? AND form = ?", userID, form).Delete(&Draft{}).Error
}

func (s store) purge(ctx context.Context, before caldate.Instant) error {
	return s.db.Q(ctx).Where("saved_at < ?", before).Delete(&Draft{}).Error
}
