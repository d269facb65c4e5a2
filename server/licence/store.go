package licence

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("licences.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, l *Licence) error {
	return s.db.Q(ctx).Create(l).Error
}

func (s store) byID(ctx context.Context, id string) (*Licence, error) {
	var l Licence
	if err := s.scoped(ctx).Where("id = ?", id).Take(&l).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrNotFound
		}
		return nil, err
	}
	return &l, nil
}

// move changes the state if it is still from.
func (s store) move(ctx context.Context, l *Licence, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Licence{}).Where("id = ? AND state = ?", l.ID, from).
		Updates(map[string]any{"state": l.State, "decided_by": l.DecidedBy, "decided_at": l.DecidedAt, "reason": l.Reason})
	return res.RowsAffected == 1, res.Error
}

// valid gives the licences of a customer that count on a day.
func (s store) valid(ctx context.Context, customerID string, day caldate.Date) (ls []Licence, err error) {
	err = s.db.Q(ctx).Where("customer_id = ? AND state = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)", customerID, Verified, day, day).
		Order("id").Find(&ls).Error
	return ls, err
}

// due gives the ids of verified licences whose last day is before a day.
func (s store) due(ctx context.Context, day caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Licence{}).Where("state = ? AND valid_to < ?", Verified, day).Order("valid_to, id").Pluck("id", &ids).Error
	return ids, err
}

// Query narrows and pages a list; the oldest comes first, because it has waited longest.
type Query struct {
	CustomerID string
	States     []State
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) (items []Licence, total int64, err error) {
	base := func() *gorm.DB {
		g := s.scoped(ctx).Model(&Licence{})
		if q.CustomerID != "" {
			g = g.Where("licences.customer_id = ?", q.CustomerID)
		}
		if len(q.States) > 0 {
			g = g.Where("licences.state IN ?", q.States)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("licences.*, (SELECT c.name FROM customers c WHERE c.id = licences.customer_id) AS customer_name")
	if q.Cursor != "" {
		page = page.Where("licences.id > ?", q.Cursor)
	}
	err = page.Order("licences.id").Limit(q.Limit).Find(&items).Error
	return items, total, err
}

// lastDay is the latest last day before a day among the licences of a kind that were verified once.
func (s store) lastDay(ctx context.Context, customerID string, kind Kind, day caldate.Date) (caldate.Date, error) {
	var l Licence
	err := s.db.Q(ctx).Where("customer_id = ? AND kind = ? AND state IN ? AND valid_to < ?", customerID, kind, []State{Verified, Expired}, day).
		Order("valid_to DESC").Limit(1).Take(&l).Error
	if db.IsNotFound(err) {
		return caldate.Date{}, nil
	}
	return l.ValidTo, err
}
