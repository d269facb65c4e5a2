package deposit

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("deposit_moves.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// lock makes two deposits for one contract queue: together they must not exceed what was agreed.
func (s store) lock(ctx context.Context, contractID string) error {
	var found []string
	return s.db.ForUpdate(s.db.Q(ctx).Table("contracts").Where("id = ?", contractID)).Pluck("id", &found).Error
}

func (s store) insert(ctx context.Context, m *Move) error { return s.db.Q(ctx).Create(m).Error }

func (s store) byID(ctx context.Context, id string) (*Move, error) {
	return db.Take[Move](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) of(ctx context.Context, contractID string) (ms []Move, err error) {
	err = s.scoped(ctx).Where("contract_id = ?", contractID).Order("id").Find(&ms).Error
	return ms, err
}

// decide closes a request that nobody has decided yet.
func (s store) decide(ctx context.Context, m *Move, to State) (bool, error) {
	res := s.db.Q(ctx).Model(&Move{}).Where("id = ? AND state = ?", m.ID, Requested).
		Updates(map[string]any{"state": to, "move_key": m.MoveKey, "on_date": m.OnDate, "decided_by": m.DecidedBy, "decider_name": m.DeciderName, "decided_at": m.DecidedAt,
			"decision_reason": m.DecisionReason, "payment_id": m.PaymentID})
	return res.RowsAffected == 1, res.Error
}

// unposted finds moves that are not in the ledger with their amount, or are there without being done. What is set off is a
// payment's entry.
func (s store) unposted(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.number FROM deposit_moves m LEFT JOIN ledger_entries e ON e.document_id = CASE WHEN m.kind = 'set_off' THEN m.payment_id ELSE m.id END AND e.kind IN ('deposit', 'deposit_refund', 'deposit_deduction', 'set_off')
		LEFT JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'deposit'
		WHERE (m.state = 'done' AND COALESCE(l.amount_fen, 0) <> CASE WHEN m.kind = 'received' THEN -m.amount_fen ELSE m.amount_fen END)
		OR (m.state <> 'done' AND e.id IS NOT NULL)`).Scan(&numbers).Error
	return numbers, err
}

// pending is what of a contract's deposit has been asked for and not been decided.
func (s store) pending(ctx context.Context, contractID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw("SELECT COALESCE(SUM(amount_fen), 0) FROM deposit_moves WHERE contract_id = ? AND state = 'requested'", contractID).Scan(&sum).Error
	return sum, err
}

// requested lists what waits for a second person, the oldest first.
func (s store) requested(ctx context.Context) (ms []Move, err error) {
	err = s.scoped(ctx).Where("state = ?", Requested).Order("id").Limit(1000).Find(&ms).Error
	return ms, err
}

// owes is what a contract's bills owe.
func (s store) owes(ctx context.Context, contractID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw(`SELECT COALESCE(SUM(total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen - disputed_fen), 0) FROM bills WHERE contract_id = ? AND state IN ('issued', 'overdue')`, contractID).Scan(&sum).Error
	return sum, err
}

// paidBy lists the bills that a payment paid, for the notice of what was set off.
func (s store) paidBy(ctx context.Context, paymentID string) (rows []paidBill, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.number, b.due_on, SUM(a.principal_fen) AS principal, SUM(a.late_fee_fen) AS late_fee FROM payment_allocations a JOIN bills b ON b.id = a.bill_id
		WHERE a.payment_id = ? GROUP BY b.number, b.due_on ORDER BY b.due_on, b.number`, paymentID).Scan(&rows).Error
	return rows, err
}

type paidBill struct {
	Number    string
	DueOn     caldate.Date
	Principal money.Fen
	LateFee   money.Fen
}

// ownDecisions finds moves whose second person was the first.
func (s store) ownDecisions(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Model(&Move{}).Where("kind <> 'received' AND state = 'done' AND (decided_by = recorded_by OR decided_by = '')").Pluck("number", &numbers).Error
	return numbers, err
}
