package library

import (
	"context"

	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, a *Approval) error { return s.db.Q(ctx).Create(a).Error }

func (s store) all(ctx context.Context) (rows []Approval, err error) {
	err = s.db.Q(ctx).Order("kind, object_id, object_version").Find(&rows).Error
	return rows, err
}
