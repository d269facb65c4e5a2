package customer

import (
	"context"

	"sealgate/server/actor"
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
	var x Fault
	err := s.db.Q(ctx).Where(cond, args...).Where("id = ?", id).Take(&x).Error
	if db.IsNotFound(err) {
		return nil, ErrFaultNotFound
	}
	return &x, err
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

func (s store) moveFault(ctx context.Context, x *Fault, from FaultState) (bool, error) {
	res := s.db.Q(ctx).Model(&Fault{}).Where("id = ? AND state = ?", x.ID, from).
		Select("state", "open_key", "corrected_by", "corrected_at", "settled_by", "settled_at", "settlement").Updates(x)
	return res.RowsAffected == 1, res.Error
}
