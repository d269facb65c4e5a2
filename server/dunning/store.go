package dunning

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// feeDay is what has been posted for a bill and a day; Revision counts its corrections.
type feeDay struct {
	BillID    string       `gorm:"primaryKey"`
	Day       caldate.Date `gorm:"primaryKey"`
	BaseFen   money.Fen
	AmountFen money.Fen
	TaxFen    money.Fen
	Revision  int
}

func (feeDay) TableName() string { return "late_fee_days" }

func (s store) feeDays(ctx context.Context, bills []string) (map[string]map[caldate.Date]feeDay, error) {
	var rows []feeDay
	err := s.db.Q(ctx).Where("bill_id IN ?", bills).Find(&rows).Error
	out := make(map[string]map[caldate.Date]feeDay, len(bills))
	for _, r := range rows {
		if out[r.BillID] == nil {
			out[r.BillID] = map[caldate.Date]feeDay{}
		}
		out[r.BillID][r.Day] = r
	}
	return out, err
}

func (s store) saveFeeDays(ctx context.Context, rows []feeDay) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "bill_id"}, {Name: "day"}}, UpdateAll: true}).CreateInBatches(&rows, 200).Error
}

const unaccruedBill = "state IN ('issued', 'overdue') AND due_on < ? AND paid_fen < total_fen + noted_fen AND (accrued_to IS NULL OR accrued_to < ?)"

// openBill names a bill and whose it is.
type openBill struct {
	ID         string
	CustomerID string
}

// unaccrued finds all bills of which principal is owed beyond the due date and whose late fee does not yet include a day. It
// is one pass: a page at a time would sort what is left again for each page.
func (s store) unaccrued(ctx context.Context, day caldate.Date) (bs []openBill, err error) {
	err = s.db.Q(ctx).Model(&bill.Bill{}).Select("id, customer_id").Where(unaccruedBill, day, day).Order("id").Scan(&bs).Error
	return bs, err
}

// stillUnaccrued reads bills by id and keeps those that unaccrued would still find: as conditions of the query, state and due
// date would tempt the planner to walk through all overdue bills for each page.
func (s store) stillUnaccrued(ctx context.Context, ids []string, day caldate.Date) ([]bill.Bill, error) {
	var bs []bill.Bill
	err := s.db.Q(ctx).Where("id IN ?", ids).Order("id").Find(&bs).Error
	return slices.DeleteFunc(bs, func(b bill.Bill) bool {
		return b.State != bill.Issued && b.State != bill.Overdue || !b.DueOn.Before(day) || b.Principal() <= 0 || !b.AccruedTo.IsZero() && !b.AccruedTo.Before(day)
	}), err
}

type overdueBill struct {
	ID         string
	Number     string
	ContractID string
	CustomerID string
}

const notSuspended = "NOT EXISTS (SELECT 1 FROM contract_suspensions x WHERE x.contract_id = b.contract_id AND x.reason = 'non_payment' AND x.lifted_at IS NULL)"

// spares is sparedOn for a table and its contract's column.
func spares(table, contractID string) string { return fmt.Sprintf(sparedOn, table, contractID) }

// toSuspend finds bills that are owed beyond their grace on a day and whose contract is in force, not suspended for it and not
// spared by an exception; of one customer, or of all. Bills on which a person is to decide, or decided to wait, are left out.
func (s store) toSuspend(ctx context.Context, day caldate.Date, customerID string) (rows []overdueBill, err error) {
	of, args := "", []any{day, day, day, day, day}
	if customerID != "" {
		of, args = " AND b.customer_id = ?", append(args, customerID)
	}
	err = s.db.Q(ctx).Raw(`SELECT b.id, b.number, b.contract_id, b.customer_id FROM bills b JOIN contracts c ON c.id = b.contract_id
		WHERE b.state = 'overdue' AND b.suspend_on <= ? AND c.state IN ('active', 'suspended') AND `+notSuspended+` AND NOT `+spares("b", "b.contract_id")+`
		AND NOT EXISTS (SELECT 1 FROM dunning_decisions d WHERE d.bill_id = b.id AND (d.decision = 'open' OR (d.decision = 'wait' AND d.wait_until > ?)))`+of+` ORDER BY b.due_on, b.number`, args...).Scan(&rows).Error
	return rows, err
}

// toResume finds contracts that are suspended for non-payment and owe nothing overdue.
func (s store) toResume(ctx context.Context, customerID string) (ids []string, err error) {
	q := s.db.Q(ctx).Table("contract_suspensions x").Where("x.reason = ? AND x.lifted_at IS NULL", contract.NonPayment).
		Where("NOT EXISTS (SELECT 1 FROM bills b WHERE b.contract_id = x.contract_id AND b.state = 'overdue')")
	if customerID != "" {
		q = q.Where("x.contract_id IN (SELECT c.id FROM contracts c WHERE c.customer_id = ?)", customerID)
	}
	err = q.Order("x.contract_id").Pluck("x.contract_id", &ids).Error
	return ids, err
}

// toSettle finds ended contracts whose last month has been billed and all of whose bills are paid: of a customer, or of all
// where it is empty.
func (s store) toSettle(ctx context.Context, customerID string) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.id FROM contracts c WHERE c.state IN ('expired', 'terminated') AND (? = '' OR c.customer_id = ?)
		AND EXISTS (SELECT 1 FROM usage_months u WHERE u.contract_id = c.id AND u.month = SUBSTR(c.ended_on, 1, 7) AND u.locked_on IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.contract_id = c.id AND b.state IN ('issued', 'overdue')) ORDER BY c.id`, customerID, customerID).Scan(&ids).Error
	return ids, err
}

type stepRow struct {
	BillID  string `gorm:"primaryKey"`
	Step    string `gorm:"primaryKey"`
	OnDate  caldate.Date
	TakenAt caldate.Instant
}

func (stepRow) TableName() string { return "dunning_steps" }

// step notes that something was done about a bill; false: it was done before.
func (s store) step(ctx context.Context, billID, step string, on caldate.Date, at caldate.Instant) (bool, error) {
	err := s.db.Q(ctx).Create(&stepRow{billID, step, on, at}).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

type feeSum struct {
	bill.Bill
	Days   money.Fen
	Posted money.Fen
	Early  int64 // days with a fee that are not overdue days up to the accrual
}

// fees reads, page by page, the bills with what their days and the ledger say about the late fee.
func (s store) fees(ctx context.Context, after string) (rows []feeSum, err error) {
	var bills []bill.Bill
	if err := s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(1000).Find(&bills).Error; err != nil || len(bills) == 0 {
		return nil, err
	}
	rows = make([]feeSum, len(bills))
	at := make(map[string]*feeSum, len(bills))
	ids := make([]string, len(bills))
	for i := range bills {
		rows[i].Bill = bills[i]
		at[bills[i].ID], ids[i] = &rows[i], bills[i].ID
	}
	days, err := s.feeDays(ctx, ids)
	if err != nil {
		return nil, err
	}
	for id, of := range days {
		r := at[id]
		for _, d := range of {
			r.Days += d.AmountFen
			if d.AmountFen != 0 && (!d.Day.After(r.DueOn) || d.Day.After(r.AccruedTo)) {
				r.Early++
			}
		}
	}
	var posted []struct {
		DocumentID string
		Posted     money.Fen
	}
	err = s.db.Q(ctx).Raw(`SELECT e.document_id, SUM(CASE WHEN l.account = 'receivable' THEN l.amount_fen ELSE 0 END) AS posted FROM ledger_entries e
		JOIN ledger_lines l ON l.entry_id = e.id WHERE e.document_id IN ? AND e.kind IN ('late_fee', 'reversal') GROUP BY e.document_id`, ids).Scan(&posted).Error
	for _, p := range posted {
		at[p.DocumentID].Posted = p.Posted
	}
	return rows, err
}

type difference struct {
	Object string
	Shown  money.Fen
	Posted money.Fen
}

// differing compares what is open of each contract's bills with its receivable, and what is left of each customer's payments
// with the balance that the ledger keeps for them.
func (s store) differing(ctx context.Context) (out []difference, err error) {
	var owed, left []difference
	err = s.db.Q(ctx).Raw(`SELECT x.object, SUM(x.shown) AS shown, SUM(x.posted) AS posted FROM (
		SELECT contract_id AS object, SUM(total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen) AS shown, 0 AS posted FROM bills GROUP BY contract_id
		UNION ALL SELECT contract_id, 0, SUM(amount_fen) FROM ledger_balances WHERE account = 'receivable' GROUP BY contract_id
		) x GROUP BY x.object HAVING SUM(x.shown) <> SUM(x.posted)`).Scan(&owed).Error
	if err != nil {
		return nil, err
	}
	err = s.db.Q(ctx).Raw(`SELECT x.object, SUM(x.shown) AS shown, SUM(x.posted) AS posted FROM (
		SELECT customer_id AS object, SUM(amount_fen) AS shown, 0 AS posted FROM payments GROUP BY customer_id
		UNION ALL SELECT customer_id, -SUM(amount_fen), 0 FROM payment_takes GROUP BY customer_id
		UNION ALL SELECT customer_id, -SUM(principal_fen + late_fee_fen), 0 FROM payment_allocations GROUP BY customer_id
		UNION ALL SELECT customer_id, 0, -SUM(amount_fen) FROM ledger_balances WHERE account = 'credit' GROUP BY customer_id
		) x GROUP BY x.object HAVING SUM(x.shown) <> SUM(x.posted)`).Scan(&left).Error
	for _, d := range owed {
		out = append(out, difference{"owed of contract " + d.Object, d.Shown, d.Posted})
	}
	for _, d := range left {
		out = append(out, difference{"balance of customer " + d.Object, d.Shown, d.Posted})
	}
	return out, err
}

// unsuspended finds contracts in force with a bill beyond its grace that are not suspended although the bill's terms do so
// by themselves.
func (s store) unsuspended(ctx context.Context, day caldate.Date) (bs []bill.Bill, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.* FROM bills b JOIN contracts c ON c.id = b.contract_id WHERE b.state = 'overdue' AND b.suspend_on <= ? AND c.state IN ('active', 'suspended') AND `+notSuspended+` AND NOT `+spares("b", "b.contract_id"), day, day, day, day).Scan(&bs).Error
	return bs, err
}
