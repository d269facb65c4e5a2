package acceptance

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, a *Acceptance) error { return s.db.Q(ctx).Create(a).Error }

func (s store) byID(ctx context.Context, id string) (*Acceptance, error) {
	var a Acceptance
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err := s.db.Q(ctx).Where("id = ?", id).Where(cond, args...).Take(&a).Error
	if db.IsNotFound(err) {
		return nil, ErrNotFound
	}
	return &a, err
}

func (s store) of(ctx context.Context, where string, values ...any) (rows []Acceptance, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err = s.db.Q(ctx).Where(where, values...).Where(cond, args...).Order("id").Find(&rows).Error
	return rows, err
}

func (s store) all(ctx context.Context) (rows []Acceptance, err error) {
	err = s.db.Q(ctx).Order("id").Find(&rows).Error
	return rows, err
}

func (s store) untold(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Acceptance{}).Where("NOT EXISTS (SELECT 1 FROM audit_rows r WHERE r.object_type = 'acceptance' AND r.object_id = acceptances.id)").Pluck("id", &ids).Error
	return ids, err
}
