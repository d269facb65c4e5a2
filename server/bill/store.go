package bill

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("bills.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Bill, error) {
	return db.Take[Bill](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) ofCustomer(ctx context.Context, customerID string) (bs []Bill, err error) {
	err = s.db.Q(ctx).Where("customer_id = ? AND state <> ?", customerID, Void).Order("due_on, number").Find(&bs).Error
	return bs, err
}

func (s store) list(ctx context.Context, q Query) ([]Bill, Totals, error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx).Model(&Bill{})
		if q.ContractID != "" {
			d = d.Where("contract_id = ?", q.ContractID)
		}
		if q.CustomerID != "" {
			d = d.Where("customer_id = ?", q.CustomerID)
		}
		if len(q.States) > 0 {
			d = d.Where("state IN ?", q.States)
		}
		if !q.Month.IsZero() {
			d = d.Where("month = ?", q.Month)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(number LIKE ? ESCAPE '!' OR contract_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
		}
		return d
	}
	var t Totals
	err := narrow().Select(`COUNT(*) AS count, COALESCE(SUM(total_fen), 0) AS total, COALESCE(SUM(paid_fen), 0) AS paid, COALESCE(SUM(late_fee_fen), 0) AS late_fee,
		COALESCE(SUM(total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen), 0) AS owed`).Scan(&t).Error
	if err != nil {
		return nil, t, err
	}
	page := narrow()
	if q.Cursor != "" {
		page = page.Where("number < ?", q.Cursor) // numbers grow with the month
	}
	var bs []Bill
	err = page.Order("number DESC").Limit(q.Limit).Find(&bs).Error
	return bs, t, err
}

const billColumns = 30

// insert writes bills as one statement per hundred: the hot path of a month's run.
func (s store) insert(ctx context.Context, bills []*Bill) error {
	mark := "(?" + strings.Repeat(",?", billColumns-1) + ")"
	for part := range slices.Chunk(bills, 100) {
		args := make([]any, 0, len(part)*billColumns)
		for _, b := range part {
			args = append(args, b.ID, b.BillKey, b.Number, b.ContractID, b.ContractNumber, b.Kind, b.CustomerID, b.CustomerName, b.Month, b.Revision, b.ServiceFrom, b.ServiceTo,
				b.IssuedOn, b.IssuedAt, b.WindowFrom, b.DueOn, b.SuspendOn, b.NetFen, b.TaxFen, b.TotalFen, b.UsedParts, b.LineItems, b.Conditions, b.Hash,
				b.State, b.PaidFen, b.LateFeeFen, b.LateFeePaidFen, b.AccruedTo, b.PaidOn)
		}
		err := s.db.Q(ctx).Exec(`INSERT INTO bills (id, bill_key, number, contract_id, contract_number, kind, customer_id, customer_name, month, revision, service_from, service_to,
			issued_on, issued_at, window_from, due_on, suspend_on, net_fen, tax_fen, total_fen, used_parts, line_items, conditions, hash,
			state, paid_fen, late_fee_fen, late_fee_paid_fen, accrued_to, paid_on) VALUES `+mark+strings.Repeat(","+mark, len(part)-1), args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// setStatus is conditional on every figure that was read: whoever computed from older ones must read again.
func (s store) setStatus(ctx context.Context, b *Bill, was Status) (bool, error) {
	res := s.db.Q(ctx).Exec(`UPDATE bills SET state = ?, paid_fen = ?, late_fee_fen = ?, late_fee_paid_fen = ?, accrued_to = ?, paid_on = ?, noted_fen = ?, disputed_fen = ?, amendments = ?
		WHERE id = ? AND state = ? AND paid_fen = ? AND late_fee_fen = ? AND late_fee_paid_fen = ? AND amendments = ?`,
		b.State, b.PaidFen, b.LateFeeFen, b.LateFeePaidFen, b.AccruedTo, b.PaidOn, b.NotedFen, b.DisputedFen, b.Amendments,
		b.ID, was.State, was.PaidFen, was.LateFeeFen, was.LateFeePaidFen, was.Amendments)
	return res.RowsAffected == 1, res.Error
}

// accrue adds the late fees of the days since each bill's last accrual. The sum stands before accrued_to in the list: MariaDB
// assigns from left to right. State and due date stand in a CASE so that the planner goes by the ids.
func (s store) accrue(ctx context.Context, ids []string, day caldate.Date) (int64, error) {
	res := s.db.Q(ctx).Exec(`UPDATE bills SET late_fee_fen = late_fee_fen + COALESCE((SELECT SUM(d.amount_fen) FROM late_fee_days d
		WHERE d.bill_id = bills.id AND d.day > COALESCE(bills.accrued_to, bills.due_on) AND d.day <= ?), 0), accrued_to = ?, state = 'overdue'
		WHERE id IN ? AND CASE WHEN state IN ('issued', 'overdue') AND due_on < ? THEN 1 ELSE 0 END = 1 AND (accrued_to IS NULL OR accrued_to < ?)`, day, day, ids, day, day)
	return res.RowsAffected, res.Error
}

// recentTotals gives the totals of the last three bills of contracts before a month, the newest first. Most have them
// within half a year; only those that have not are looked up further back.
func (s store) recentTotals(ctx context.Context, contracts []string, m caldate.Month) (map[string][]money.Fen, error) {
	out := make(map[string][]money.Fen, len(contracts))
	read := func(ids []string, from, before caldate.Month) error {
		var rows []struct {
			ContractID string
			TotalFen   money.Fen
		}
		err := s.db.Q(ctx).Model(&Bill{}).Select("contract_id, total_fen").Where("contract_id IN ? AND month < ? AND month >= ? AND state <> ?", ids, before, from, Void).
			Order("contract_id, month DESC").Scan(&rows).Error
		for _, r := range rows {
			if have := out[r.ContractID]; len(have) < 3 {
				out[r.ContractID] = append(have, r.TotalFen)
			}
		}
		return err
	}
	recent := m.Add(-6)
	if err := read(contracts, recent, m); err != nil {
		return nil, err
	}
	var few []string
	for _, id := range contracts {
		if len(out[id]) < 3 {
			few = append(few, id)
		}
	}
	if len(few) == 0 {
		return out, nil
	}
	return out, read(few, caldate.Month{Year: 2000, Mon: 1}, recent)
}

type accountRow struct {
	CustomerID string `gorm:"primaryKey"`
	Version    int64
}

func (accountRow) TableName() string { return "customer_accounts" }

// lockAccounts holds the account rows of customers, in the order of their ids, until the transaction ends; those without
// one get it.
func (s store) lockAccounts(ctx context.Context, customers []string) error {
	rows := make([]accountRow, len(customers))
	for i, id := range customers {
		rows[i].CustomerID = id
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error; err != nil {
		return err
	}
	if s.db.Dialect() == db.SQLite {
		return nil // writers queue for the whole database
	}
	var got []accountRow
	return s.db.ForUpdate(s.db.Q(ctx).Where("customer_id IN ?", customers).Order("customer_id")).Find(&got).Error
}

type runRow struct {
	ID           string `gorm:"primaryKey"`
	Month        caldate.Month
	DryRun       bool
	State        string
	Expected     int64
	Created      int64
	Skipped      int64
	OwingNothing int64
	Failed       int64
	TotalFen     money.Fen
	Failures     string
	Anomalies    string
	Items        string
	StartedBy    string
	StartedAt    caldate.Instant
	FinishedAt   caldate.Instant
}

func (runRow) TableName() string { return "bill_runs" }

func (s store) saveRun(ctx context.Context, r *Report) error {
	failures, err := json.Marshal(r.Failures)
	if err != nil {
		return err
	}
	anomalies, err := json.Marshal(r.Anomalies)
	if err != nil {
		return err
	}
	items, err := json.Marshal(r.Items)
	if err != nil {
		return err
	}
	row := runRow{r.ID, r.Month, r.DryRun, r.State, r.Expected, r.Created, r.Skipped, r.Nothing, r.FailedN, r.Total, string(failures), string(anomalies), string(items), r.StartedBy, r.StartedAt, r.EndedAt}
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error
}

// progress writes the counts alone: the portal shows them while the run goes on.
func (s store) progress(ctx context.Context, r *Report) error {
	return s.db.Q(ctx).Exec("UPDATE bill_runs SET created = ?, skipped = ?, owing_nothing = ?, failed = ?, total_fen = ? WHERE id = ?", r.Created, r.Skipped, r.Nothing, r.FailedN, r.Total, r.ID).Error
}

func (s store) run(ctx context.Context, id string) (Report, error) {
	var row runRow
	if err := s.db.Q(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		if db.IsNotFound(err) {
			return Report{}, ErrRunNotFound
		}
		return Report{}, err
	}
	return row.report()
}

func (s store) runs(ctx context.Context, limit int) ([]Report, error) {
	var rows []runRow
	if err := s.db.Q(ctx).Order("id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Report, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.report(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (row runRow) report() (Report, error) {
	r := Report{ID: row.ID, Month: row.Month, DryRun: row.DryRun, State: row.State, Expected: row.Expected, Created: row.Created, Skipped: row.Skipped, Nothing: row.OwingNothing,
		FailedN: row.Failed, Total: row.TotalFen, StartedBy: row.StartedBy, StartedAt: row.StartedAt, EndedAt: row.FinishedAt}
	if err := json.Unmarshal([]byte(row.Failures), &r.Failures); err != nil {
		return r, fmt.Errorf("failures of run %s: %w", row.ID, err)
	}
	if err := json.Unmarshal([]byte(row.Anomalies), &r.Anomalies); err != nil {
		return r, fmt.Errorf("anomalies of run %s: %w", row.ID, err)
	}
	if err := json.Unmarshal([]byte(row.Items), &r.Items); err != nil {
		return r, fmt.Errorf("items of run %s: %w", row.ID, err)
	}
	return r, nil
}

type contractMonth struct {
	ContractID string
	Month      caldate.Month
	N          int64
}

func (s store) billedTwice(ctx context.Context) (rows []contractMonth, err error) {
	// The bill of a start is issued within its month, the month's own after it: one of each may stand.
	err = s.db.Q(ctx).Model(&Bill{}).Select("contract_id, month, COUNT(*) AS n").Where("state <> ?", Void).
		Group("contract_id, month, CASE WHEN SUBSTR(issued_on, 1, 7) <= month THEN 0 ELSE 1 END").Having("COUNT(*) > 1").Scan(&rows).Error
	return rows, err
}

// leftOut finds contracts that were in force on a day of a month over which a run has ended without a failure, and whose
// month that run did not lock. A contract that came into force afterwards, as of a day back, is no such case: its
// activation is younger than the run.
func (s store) leftOut(ctx context.Context) (rows []contractMonth, err error) {
	var runs []struct {
		Month     caldate.Month
		StartedAt caldate.Instant
	}
	err = s.db.Q(ctx).Model(&runRow{}).Select("month, MAX(started_at) AS started_at").Where("dry_run = ? AND state = 'done' AND failed = 0", false).Group("month").Scan(&runs).Error
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		var ids []string
		err := s.db.Q(ctx).Raw(`SELECT c.id FROM contracts c WHERE c.activated_on IS NOT NULL AND c.activated_on <= ? AND COALESCE(c.ended_on, c.ends_on, c.end_date) >= ?
			AND NOT EXISTS (SELECT 1 FROM usage_months u WHERE u.contract_id = c.id AND u.month = ? AND u.locked_on IS NOT NULL)
			AND EXISTS (SELECT 1 FROM audit_rows a WHERE a.object_type = 'contract' AND a.object_id = c.id AND a.to_state = 'active' AND a.at < ?)`,
			r.Month.Last(), r.Month.First(), r.Month, r.StartedAt).Scan(&ids).Error
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rows = append(rows, contractMonth{ContractID: id, Month: r.Month})
		}
	}
	return rows, nil
}

// each reads all bills in pages, each with what its entry posted to receivables and to everything else.
func (s store) each(ctx context.Context, f func(b *Bill, receivable, income money.Fen)) error {
	after := ""
	for {
		var rows []struct {
			Bill
			Receivable money.Fen
			Income     money.Fen
		}
		// Accounts are told apart inside the sums: as a condition they would tempt the planner into the index of accounts.
		err := s.db.Q(ctx).Raw(`SELECT b.*, COALESCE(p.receivable, 0) AS receivable, COALESCE(p.income, 0) AS income
			FROM (SELECT * FROM bills WHERE id > ? ORDER BY id LIMIT 1000) b LEFT JOIN
			(SELECT e.entry_key, SUM(CASE WHEN l.account = 'receivable' THEN l.amount_fen ELSE 0 END) AS receivable,
				SUM(CASE WHEN l.account = 'receivable' THEN 0 ELSE l.amount_fen END) AS income
				FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id
				WHERE e.document_id IN (SELECT id FROM (SELECT id FROM bills WHERE id > ? ORDER BY id LIMIT 1000) x) AND e.kind = 'bill' GROUP BY e.entry_key) p
			ON p.entry_key = b.bill_key ORDER BY b.id`, after, after).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f(&rows[i].Bill, rows[i].Receivable, rows[i].Income)
		}
		after = rows[len(rows)-1].ID
	}
}
