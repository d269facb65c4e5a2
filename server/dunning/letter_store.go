package dunning

import (
	"context"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// dates are the days of open bills: all bills of a month share few of them.
type dates struct {
	State     bill.State
	DueOn     caldate.Date
	SuspendOn caldate.Date
}

func (s store) openDates(ctx context.Context) (ds []dates, err error) {
	err = s.db.Q(ctx).Raw("SELECT state, due_on, suspend_on FROM bills WHERE state IN ('issued', 'overdue') GROUP BY state, due_on, suspend_on ORDER BY due_on, suspend_on, state").Scan(&ds).Error
	return ds, err
}

// toRemind gives a page of open bills of the same days that have no letter of the step. Warnings of a suspension spare those
// whom an exception spares the suspension.
func (s store) toRemind(ctx context.Context, d dates, step Step, day caldate.Date, after string, limit int) (bs []bill.Bill, err error) {
	q := s.db.Q(ctx).Table("bills b").Select("b.*").Where("b.state = ? AND b.due_on = ? AND b.suspend_on = ? AND b.id > ?", d.State, d.DueOn, d.SuspendOn, after).
		Where("NOT EXISTS (SELECT 1 FROM dunning_letters l WHERE l.bill_id = b.id AND l.step = ?)", step)
	if step == HalfGrace || step == LastGraceDay {
		q = q.Where("NOT "+spares("b", "b.contract_id"), day, day, day).
			Where("NOT EXISTS (SELECT 1 FROM contracts c WHERE c.id = b.contract_id AND c.state NOT IN ('active', 'suspended'))")
	}
	err = q.Order("b.id").Limit(limit).Scan(&bs).Error
	return bs, err
}

// suspendedBills gives a page of bills beyond their grace whose contract is suspended for non-payment, and that have no
// letter about it.
func (s store) suspendedBills(ctx context.Context, day caldate.Date, after string, limit int) (bs []bill.Bill, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.* FROM contract_suspensions x JOIN bills b ON b.contract_id = x.contract_id
		WHERE x.reason = 'non_payment' AND x.lifted_at IS NULL AND b.state = 'overdue' AND b.suspend_on <= ? AND b.id > ?
		AND NOT EXISTS (SELECT 1 FROM dunning_letters l WHERE l.bill_id = b.id AND l.step = 'suspended') ORDER BY b.id LIMIT ?`, day, after, limit).Scan(&bs).Error
	return bs, err
}

func (s store) insertLetters(ctx context.Context, rows []Letter) error {
	return s.db.Q(ctx).CreateInBatches(&rows, 200).Error
}

func (s store) letter(ctx context.Context, id string) (*Letter, error) {
	return db.Take[Letter](s.scopedTo(ctx, "dunning_letters").Where("id = ?", id), ErrLetterNotFound)
}

func (s store) letterOf(ctx context.Context, billID string, step Step) (*Letter, error) {
	return db.Take[Letter](s.scopedTo(ctx, "dunning_letters").Where("bill_id = ? AND step = ?", billID, step), ErrLetterNotFound)
}

func (s store) listLetters(ctx context.Context, q LetterQuery) ([]Letter, int64, error) {
	d := s.scopedTo(ctx, "dunning_letters").Model(&Letter{})
	if q.BillID != "" {
		d = d.Where("bill_id = ?", q.BillID)
	}
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if len(q.Steps) > 0 {
		d = d.Where("step IN ?", q.Steps)
	}
	if !q.From.IsZero() {
		d = d.Where("on_date >= ?", q.From)
	}
	if !q.To.IsZero() {
		d = d.Where("on_date <= ?", q.To)
	}
	return db.Page[Letter](d, q.Cursor, q.Limit)
}
