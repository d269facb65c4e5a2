package calltask

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, t *Task) error { return s.db.Q(ctx).Create(t).Error }

func (s store) known(ctx context.Context, source string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Task{}).Where("source = ?", source).Count(&n).Error
	return n > 0, err
}

// customer is whom a notice is about, whoever acts; none where it is about nobody who is registered.
func (s store) customer(ctx context.Context, id string) (*customer.Customer, error) {
	var c customer.Customer
	err := s.db.Q(ctx).Select("id", "name", "owner_id").Where("id = ?", id).Take(&c).Error
	if db.IsNotFound(err) {
		return nil, nil
	}
	return &c, err
}

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Model(&Task{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Task, error) {
	return db.Take[Task](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) save(ctx context.Context, t *Task, was int64) (bool, error) {
	res := s.db.Q(ctx).Model(t).Where("id = ? AND version = ? AND state = ?", t.ID, was, Open).Select("due_on", "state", "outcome", "attempts", "done_at", "version").Updates(t)
	return res.RowsAffected == 1, res.Error
}

func (s store) list(ctx context.Context, q Query) ([]Task, int64, error) {
	g := s.scoped(ctx)
	if len(q.States) > 0 {
		g = g.Where("state IN ?", q.States)
	}
	if q.CustomerID != "" {
		g = g.Where("customer_id = ?", q.CustomerID)
	}
	if q.Mine {
		g = g.Where("assignee_id = ?", actor.From(ctx).UserID)
	}
	return db.Page[Task](g, q.Cursor, q.Limit)
}

func (s store) counts(ctx context.Context, today caldate.Date) (open, due int64, err error) {
	mine := func() *gorm.DB {
		return s.scoped(ctx).Where("assignee_id = ? AND state = ?", actor.From(ctx).UserID, Open)
	}
	if err := mine().Count(&open).Error; err != nil {
		return 0, 0, err
	}
	err = mine().Where("due_on <= ?", today).Count(&due).Error
	return open, due, err
}

func (s store) astray(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Task{}).Where("state = 'done' AND (done_at IS NULL OR outcome NOT IN ('reached', 'refused', 'wrong_data')) OR state = 'open' AND done_at IS NOT NULL").Order("id").Pluck("id", &ids).Error
	return ids, err
}
