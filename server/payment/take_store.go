package payment

import (
	"context"

	"sealgate/server/money"
	"sealgate/server/platform/db"
)

func (s store) insertTake(ctx context.Context, t *Take) error { return s.db.Q(ctx).Create(t).Error }

// taken is what no longer counts of each of a customer's payments.
func (s store) taken(ctx context.Context, customerID string) (map[string]money.Fen, error) {
	var rows []struct {
		PaymentID string
		Taken     money.Fen
	}
	err := s.db.Q(ctx).Raw("SELECT payment_id, SUM(amount_fen) AS taken FROM payment_takes WHERE customer_id = ? GROUP BY payment_id", customerID).Scan(&rows).Error
	out := make(map[string]money.Fen, len(rows))
	for _, r := range rows {
		out[r.PaymentID] = r.Taken
	}
	return out, err
}

func (s store) takesOf(ctx context.Context, paymentID string) (ts []Take, err error) {
	err = s.db.Q(ctx).Where("payment_id = ?", paymentID).Order("id").Find(&ts).Error
	return ts, err
}

func (s store) takesOfAll(ctx context.Context, paymentIDs []string) (map[string][]Take, error) {
	out := map[string][]Take{}
	if len(paymentIDs) == 0 {
		return out, nil
	}
	var ts []Take
	err := s.db.Q(ctx).Where("payment_id IN ?", paymentIDs).Order("id").Find(&ts).Error
	for _, t := range ts {
		out[t.PaymentID] = append(out[t.PaymentID], t)
	}
	return out, err
}

func (s store) takesFor(ctx context.Context, documentID string) (ts []Take, err error) {
	err = s.db.Q(ctx).Where("document_id = ?", documentID).Order("id").Find(&ts).Error
	return ts, err
}

const usedOf = `(SELECT COALESCE(SUM(a.principal_fen + a.late_fee_fen), 0) FROM payment_allocations a WHERE a.payment_id = p.id)`
const takenOf = `(SELECT COALESCE(SUM(t.amount_fen), 0) FROM payment_takes t WHERE t.payment_id = p.id)`

// unused gives the payments of a customer that money is left of, in the order in which they count.
func (s store) unused(ctx context.Context, customerID string) (rows []Unused, err error) {
	err = s.db.Q(ctx).Raw("SELECT p.*, p.amount_fen - "+usedOf+" - "+takenOf+` AS left_fen FROM payments p
		WHERE p.customer_id = ? AND p.method <> 'write_off' AND p.amount_fen - `+usedOf+" - "+takenOf+" > 0 ORDER BY p.value_date, p.entry_seq", customerID).Scan(&rows).Error
	return rows, err
}

// overWritten gives write-offs of which something is left: less is owed than was written off.
func (s store) overWritten(ctx context.Context, customerID string) (rows []Unused, err error) {
	err = s.db.Q(ctx).Raw("SELECT p.*, p.amount_fen - "+usedOf+" - "+takenOf+` AS left_fen FROM payments p
		WHERE p.customer_id = ? AND p.method = 'write_off' AND p.amount_fen - `+usedOf+" - "+takenOf+" > 0 ORDER BY p.value_date, p.entry_seq", customerID).Scan(&rows).Error
	return rows, err
}

type mismatch struct {
	Object string
	Shown  money.Fen
	Posted money.Fen
}

// wrongTakes compares what was taken from payments, by kind, with the entries that say so.
func (s store) wrongTakes(ctx context.Context) (out []mismatch, err error) {
	err = s.db.Q(ctx).Raw(`SELECT x.object, SUM(x.shown) AS shown, SUM(x.posted) AS posted FROM (
		SELECT CASE kind WHEN 'refund_back' THEN 'refund' ELSE kind END AS object, amount_fen AS shown, 0 AS posted FROM payment_takes
		UNION ALL SELECT CASE e.kind WHEN 'reversal' THEN 'excess' ELSE e.kind END, 0, l.amount_fen FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'credit'
			WHERE e.kind IN ('bounce', 'undo', 'refund', 'recovery') OR e.entry_key LIKE 'excess:%'
		) x GROUP BY x.object HAVING SUM(x.shown) <> SUM(x.posted)`).Scan(&out).Error
	for i := range out {
		out[i].Object = "money taken from payments: " + out[i].Object
	}
	if err != nil {
		return nil, err
	}
	var refunds []mismatch
	err = s.db.Q(ctx).Raw(`SELECT r.number AS object, CASE WHEN r.state IN ('paid', 'returned') THEN r.amount_fen ELSE 0 END AS shown,
		COALESCE((SELECT -SUM(l.amount_fen) FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'bank' WHERE e.document_id = r.id AND e.kind = 'refund'), 0) AS posted
		FROM payment_refunds r WHERE CASE WHEN r.state IN ('paid', 'returned') THEN r.amount_fen ELSE 0 END <>
		COALESCE((SELECT -SUM(l.amount_fen) FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'bank' WHERE e.document_id = r.id AND e.kind = 'refund'), 0)`).Scan(&refunds).Error
	for _, r := range refunds {
		r.Object = "refund " + r.Object
		out = append(out, r)
	}
	return out, err
}

func (s store) insertRefund(ctx context.Context, r *Refund) error { return s.db.Q(ctx).Create(r).Error }

func (s store) refund(ctx context.Context, id string) (*Refund, error) {
	return db.Take[Refund](s.scopedTo(ctx, "payment_refunds").Where("id = ?", id), ErrRefundNotFound)
}

func (s store) saveRefund(ctx context.Context, r *Refund, from RefundState) (bool, error) {
	res := s.db.Q(ctx).Model(&Refund{}).Where("id = ? AND state = ?", r.ID, from).Updates(map[string]any{
		"state": r.State, "decided_by": r.DecidedBy, "decider_name": r.DeciderName, "decided_at": r.DecidedAt, "decision_reason": r.DecisionReason,
		"paid_on": r.PaidOn, "bank_account": r.BankAccount, "reference": r.Reference, "paid_times": r.PaidTimes,
	})
	return res.RowsAffected == 1, res.Error
}

// pendingRefunds is what has been asked back and not been decided.
func (s store) pendingRefunds(ctx context.Context, customerID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw("SELECT COALESCE(SUM(amount_fen), 0) FROM payment_refunds WHERE customer_id = ? AND state = ?", customerID, RefundRequested).Scan(&sum).Error
	return sum, err
}

func (s store) refunds(ctx context.Context, q RefundQuery) ([]Refund, int64, error) {
	d := s.scopedTo(ctx, "payment_refunds").Model(&Refund{})
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	return db.Page[Refund](d, q.Cursor, q.Limit)
}

func (s store) insertCheque(ctx context.Context, q *ChequePaper) error {
	return s.db.Q(ctx).Create(q).Error
}

func (s store) cheque(ctx context.Context, id string) (*ChequePaper, error) {
	return db.Take[ChequePaper](s.scopedTo(ctx, "payment_cheques").Where("id = ?", id), ErrChequeNotFound)
}

func (s store) closeCheque(ctx context.Context, q *ChequePaper) (bool, error) {
	res := s.db.Q(ctx).Model(&ChequePaper{}).Where("id = ? AND state = ?", q.ID, ChequeReceived).
		Updates(map[string]any{"state": q.State, "closed_on": q.ClosedOn, "payment_id": q.PaymentID, "reason": q.Reason, "closed_by": q.ClosedBy, "closed_at": q.ClosedAt})
	return res.RowsAffected == 1, res.Error
}

func (s store) cheques(ctx context.Context, customerID string, states []string) (qs []ChequePaper, err error) {
	d := s.scopedTo(ctx, "payment_cheques")
	if customerID != "" {
		d = d.Where("customer_id = ?", customerID)
	}
	if len(states) > 0 {
		d = d.Where("state IN ?", states)
	}
	err = d.Order("CASE WHEN state = 'received' THEN 0 ELSE 1 END, id DESC").Limit(500).Find(&qs).Error
	return qs, err
}
