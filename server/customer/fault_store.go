package customer

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) insertFault(ctx context.Context, x *Fault) error {
	var n int64
	if err := s.db.Q(ctx).Model(&Fault{}).Where("open_key = ?", x.OpenKey).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return ErrFaultKnown
	}
	err := s.db.Q(ctx).Create(x).Error
	if db.IsDuplicate(err) {
		return ErrFaultKnown
	}
	return err
}

func (s store) fault(ctx context.Context, id string) (*Fault, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_faults.customer_id")
	return db.Take[Fault](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrFaultNotFound)
}

// faults gives a customer's faults, newest first; no state means all.
func (s store) faults(ctx context.Context, customerID string, states ...FaultState) (xs []Fault, err error) {
	q := s.db.Q(ctx).Where("customer_id = ?", customerID)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	err = q.Order("id DESC").Find(&xs).Error
	return xs, err
}

// faultsDue gives the open faults whose last day was before day and that do not suspend yet, of whatever customer.
func (s store) faultsDue(ctx context.Context, day caldate.Date) (xs []Fault, err error) {
	err = s.db.Q(ctx).Where("state = ? AND due_on < ? AND suspended_at IS NULL", FaultOpen, day).Order("id").Find(&xs).Error
	return xs, err
}

// FaultQuery narrows and pages the faults of all customers.
type FaultQuery struct {
	CustomerID string
	States     []FaultState
	Search     string // part of the customer's name
	Cursor     string
	Limit      int
}

func (s store) allFaults(ctx context.Context, q FaultQuery) (xs []Fault, n int64, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_faults.customer_id")
	d := s.db.Q(ctx).Model(&Fault{}).Joins("JOIN customers ON customers.id = customer_faults.customer_id").Where(cond, args...)
	if q.CustomerID != "" {
		d = d.Where("customer_faults.customer_id = ?", q.CustomerID)
	}
	if len(q.States) > 0 {
		d = d.Where("customer_faults.state IN ?", q.States)
	}
	if q.Search != "" {
		d = d.Where("customers.name LIKE ? ESCAPE '!'", db.Like(q.Search))
	}
	if err := d.Count(&n).Error; err != nil {
		return nil, 0, err
	}
	if q.Cursor != "" {
		d = d.Where("customer_faults.id < ?", q.Cursor)
	}
	err = d.Select("customer_faults.*, customers.name AS customer_name").Order("customer_faults.id DESC").Limit(q.Limit).Find(&xs).Error
	return xs, n, err
}

func (s store) moveFault(ctx context.Context, x *Fault, from FaultState) (bool, error) {
	res := s.db.Q(ctx).Model(&Fault{}).Where("id = ? AND state = ?", x.ID, from).
		Select("state", "note", "suspended_at", "open_key", "corrected_by", "corrected_at", "settled_by", "settled_at", "settlement").Updates(x)
	return res.RowsAffected == 1, res.Error
}
