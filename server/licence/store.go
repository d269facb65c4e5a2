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
	return db.Take[Licence](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
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

// beginning gives the customers with a verified licence whose first day is a day.
func (s store) beginning(ctx context.Context, day caldate.Date) (customers []string, err error) {
	err = s.db.Q(ctx).Model(&Licence{}).Where("state = ? AND valid_from = ?", Verified, day).Order("customer_id").Distinct().Pluck("customer_id", &customers).Error
	return customers, err
}

// endingOn gives the verified licences whose last day is a day, unless a newer one of the kind goes on after it.
func (s store) endingOn(ctx context.Context, day caldate.Date) (ls []Licence, err error) {
	err = s.db.Q(ctx).Where("state = ? AND valid_to = ?", Verified, day).
		Where("NOT EXISTS (SELECT 1 FROM licences n WHERE n.customer_id = licences.customer_id AND n.kind = licences.kind AND n.state = ? AND (n.valid_to IS NULL OR n.valid_to > ?))", Verified, day).
		Order("id").Find(&ls).Error
	return ls, err
}

type reminderRow struct {
	LicenceID string `gorm:"primaryKey"`
	Days      int    `gorm:"primaryKey"`
	SentAt    caldate.Instant
}

func (reminderRow) TableName() string { return "licence_reminders" }

// reminded notes that a reminder is sent; false: it was before.
func (s store) reminded(ctx context.Context, id string, days int, at caldate.Instant) (bool, error) {
	var n int64
	if err := s.db.Q(ctx).Model(&reminderRow{}).Where("licence_id = ? AND days = ?", id, days).Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	err := s.db.Q(ctx).Create(&reminderRow{id, days, at}).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
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
