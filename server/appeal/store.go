package appeal

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, a *Appeal) error { return s.db.Q(ctx).Create(a).Error }

func (s store) byID(ctx context.Context, id string) (*Appeal, error) {
	return db.Take[Appeal](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) against(ctx context.Context, k Kind, objectID string) (*Appeal, error) {
	var as []Appeal
	err := s.scoped(ctx).Where("kind = ? AND object_id = ?", k, objectID).Order("id DESC").Limit(1).Find(&as).Error
	if err != nil || len(as) == 0 {
		return nil, err
	}
	return &as[0], nil
}

// end writes an outcome, if nobody was faster.
func (s store) end(ctx context.Context, a *Appeal) error {
	res := s.db.Q(ctx).Model(a).Where("state = ?", Filed).Select("State", "Answer", "Redress", "DecidedBy", "JudgeName", "DecidedAt", "OpenKey").Updates(a)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrState
	}
	return res.Error
}

// Query narrows a list of appeals; the newest comes first.
type Query struct {
	CustomerID string
	States     []State
	Search     string // part of number, customer or title
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) ([]Appeal, int64, error) {
	d := s.scoped(ctx).Model(&Appeal{})
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.Search != "" {
		p := db.Like(q.Search)
		d = d.Where("(number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!' OR title LIKE ? ESCAPE '!')", p, p, p)
	}
	return db.Page[Appeal](d, q.Cursor, q.Limit)
}

func (s store) all(ctx context.Context) (as []Appeal, err error) {
	return as, s.db.Q(ctx).Order("id").Find(&as).Error
}

func (s store) dueOn(ctx context.Context, day caldate.Date) (as []Appeal, err error) {
	return as, s.db.Q(ctx).Where("state = ? AND due_on <= ?", Filed, day).Order("id").Find(&as).Error
}

func (s store) reminded(ctx context.Context, id string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Table("audit_rows").Where("object_type = 'appeal' AND object_id = ? AND action = 'appeal.remind'", id).Count(&n).Error
	return n > 0, err
}
