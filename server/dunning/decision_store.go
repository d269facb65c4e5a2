package dunning

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) lastDecision(ctx context.Context, billID string) (*Decision, error) {
	return db.Take[Decision](s.db.Q(ctx).Where("bill_id = ?", billID).Order("id DESC"), nil)
}

func (s store) insertDecision(ctx context.Context, d *Decision) error {
	return s.db.Q(ctx).Create(d).Error
}

func (s store) decision(ctx context.Context, id string) (*Decision, error) {
	return db.Take[Decision](s.scopedTo(ctx, "dunning_decisions").Where("id = ?", id), ErrTaskNotFound)
}

func (s store) closeDecision(ctx context.Context, d *Decision) (bool, error) {
	res := s.db.Q(ctx).Model(&Decision{}).Where("id = ? AND decision = ?", d.ID, DecisionOpen).Updates(map[string]any{
		"decision": d.Decision, "wait_until": d.WaitUntil, "reason": d.Reason, "decided_by": d.DecidedBy, "decider_name": d.DeciderName, "decided_at": d.DecidedAt, "open_key": nil,
	})
	return res.RowsAffected == 1, res.Error
}

func (s store) tasks(ctx context.Context) (ts []Task, err error) {
	err = s.scopedTo(ctx, "d").Table("dunning_decisions d").Joins("JOIN bills b ON b.id = d.bill_id").
		Select("d.*, b.number AS bill_number, b.contract_number, b.customer_name, b.due_on, b.suspend_on, b.total_fen + b.noted_fen - b.paid_fen + b.late_fee_fen - b.late_fee_paid_fen AS owed").
		Where("d.decision = 'open' AND b.state = 'overdue'").Order("d.raised_on, b.number").Limit(1000).Scan(&ts).Error
	return ts, err
}

// closeMoot closes the tasks of bills that are not overdue any more.
func (s store) closeMoot(ctx context.Context, at caldate.Instant) error {
	return s.db.Q(ctx).Exec(`UPDATE dunning_decisions SET decision = 'moot', open_key = NULL, decided_at = ? WHERE decision = 'open'
		AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.id = dunning_decisions.bill_id AND b.state = 'overdue')`, at).Error
}
