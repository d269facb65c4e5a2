package dunning

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) scopedTo(ctx context.Context, table string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// sparedOn is the condition that an exception spares the suspension of contract c (or bill b's contract) on a day, given
// three times.
const sparedOn = `EXISTS (SELECT 1 FROM dunning_exceptions y WHERE y.customer_id = %[1]s.customer_id AND (y.contract_id = '' OR y.contract_id = %[2]s)
	AND y.state IN ('approved', 'ended') AND y.kind IN ('no_suspension', 'both') AND y.from_date <= ? AND y.until_date >= ? AND (y.ended_on IS NULL OR y.ended_on > ?))`

func (s store) insertException(ctx context.Context, e *Exception) error {
	return s.db.Q(ctx).Create(e).Error
}

func (s store) exception(ctx context.Context, id string) (*Exception, error) {
	return db.Take[Exception](s.scopedTo(ctx, "dunning_exceptions").Where("id = ?", id), ErrExceptionNotFound)
}

func (s store) saveException(ctx context.Context, e *Exception, from ExceptionState) (bool, error) {
	res := s.db.Q(ctx).Model(&Exception{}).Where("id = ? AND state = ?", e.ID, from).Updates(map[string]any{
		"state": e.State, "ended_on": e.EndedOn, "ended_by": e.EndedBy, "decided_by": e.DecidedBy, "decider_name": e.DeciderName, "decided_at": e.DecidedAt, "decision_reason": e.DecisionReason,
	})
	return res.RowsAffected == 1, res.Error
}

// sparing gives the exceptions that spare customers late fees, on whatever days.
func (s store) sparing(ctx context.Context, customers []string) (es []Exception, err error) {
	err = s.db.Q(ctx).Where("customer_id IN ? AND state IN ('approved', 'ended') AND kind IN ('no_late_fee', 'both')", customers).Order("customer_id, from_date, id").Find(&es).Error
	return es, err
}

func (s store) exceptions(ctx context.Context, q ExceptionQuery) ([]Exception, int64, error) {
	d := s.scopedTo(ctx, "dunning_exceptions").Model(&Exception{})
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if q.ContractID != "" {
		d = d.Where("contract_id IN ('', ?)", q.ContractID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if !q.On.IsZero() {
		d = d.Where("state IN ('approved', 'ended') AND from_date <= ? AND until_date >= ? AND (ended_on IS NULL OR ended_on > ?)", q.On, q.On, q.On)
	}
	return db.Page[Exception](d, q.Cursor, q.Limit)
}

// sparedNow gives contracts that are suspended for non-payment although an exception spares them on a day.
func (s store) sparedNow(ctx context.Context, customerID string, day caldate.Date) (ids []string, err error) {
	q := s.db.Q(ctx).Table("contract_suspensions x").Joins("JOIN contracts c ON c.id = x.contract_id").Where("x.reason = 'non_payment' AND x.lifted_at IS NULL").Where(spares("c", "c.id"), day, day, day)
	if customerID != "" {
		q = q.Where("c.customer_id = ?", customerID)
	}
	err = q.Order("x.contract_id").Pluck("x.contract_id", &ids).Error
	return ids, err
}

// ownExceptions finds exceptions whose second person was the first.
func (s store) ownExceptions(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Exception{}).Where("state IN ('approved', 'ended') AND (decided_by = requested_by OR decided_by = '')").Pluck("id", &ids).Error
	return ids, err
}
