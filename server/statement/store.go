package statement

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("statements.customer_id")
	return s.db.Q(ctx).Model(&Statement{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Statement, error) {
	return db.Take[Statement](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

// party is a contract whose month may need a statement.
type party struct {
	ID           string
	Number       string
	CustomerID   string
	CustomerName string
}

// parties gives contracts that had begun by the end of a month and have no statement of it, by number. Those that were closed
// before it have nothing to be stated.
func (s store) parties(ctx context.Context, m caldate.Month, after string, limit int) (ps []party, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.id, c.number, c.customer_id, c.customer_name FROM contracts c WHERE c.number > ? AND c.activated_on IS NOT NULL AND c.activated_on <= ?
		AND (c.state <> 'closed' OR COALESCE(c.ended_on, c.end_date) >= ?)
		AND NOT EXISTS (SELECT 1 FROM statements t WHERE t.contract_id = c.id AND t.month = ?) ORDER BY c.number LIMIT ?`, after, m.Last(), m.Add(-3).First(), m, limit).Scan(&ps).Error
	return ps, err
}

// moved is a line of the ledger on a contract's receivable.
type moved struct {
	ContractID   string
	EntryID      string
	EntryKey     string
	Kind         ledger.Kind
	OnDate       caldate.Date
	DocumentType string
	DocumentID   string
	AmountFen    money.Fen
}

// moves gives what changed the receivables of contracts in a period, in order.
func (s store) moves(ctx context.Context, customers, contracts []string, from, to caldate.Date) (rows []moved, err error) {
	err = s.db.Q(ctx).Raw(`SELECT l.contract_id, e.id AS entry_id, e.entry_key, e.kind, e.on_date, e.document_type, e.document_id, l.amount_fen
		FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id
		WHERE l.account = 'receivable' AND l.customer_id IN ? AND l.contract_id IN ? AND e.on_date >= ? AND e.on_date <= ? ORDER BY l.contract_id, e.on_date, e.id, l.seq`,
		customers, contracts, from, to).Scan(&rows).Error
	return rows, err
}

// sums gives what contracts owed at 00:00 of a day, by what is known now.
func (s store) sums(ctx context.Context, customers, contracts []string, day caldate.Date) (map[string]money.Fen, error) {
	var rows []struct {
		ContractID string
		Total      money.Fen
	}
	err := s.db.Q(ctx).Raw(`SELECT l.contract_id, SUM(l.amount_fen) AS total FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id
		WHERE l.account = 'receivable' AND l.customer_id IN ? AND l.contract_id IN ? AND e.on_date < ? GROUP BY l.contract_id`, customers, contracts, day).Scan(&rows).Error
	out := make(map[string]money.Fen, len(rows))
	for _, r := range rows {
		out[r.ContractID] = r.Total
	}
	return out, err
}

// carried gives what the last statement before a month carried, for each contract that has one.
func (s store) carried(ctx context.Context, contracts []string, m caldate.Month) (map[string]money.Fen, error) {
	var rows []struct {
		ContractID string
		CarriedFen money.Fen
	}
	err := s.db.Q(ctx).Raw(`SELECT t.contract_id, t.carried_fen FROM statements t WHERE t.contract_id IN ? AND t.month =
		(SELECT MAX(p.month) FROM statements p WHERE p.contract_id = t.contract_id AND p.month < ?)`, contracts, m).Scan(&rows).Error
	out := make(map[string]money.Fen, len(rows))
	for _, r := range rows {
		out[r.ContractID] = r.CarriedFen
	}
	return out, err
}

// bills gives the bills of contracts that matter: those of the month, and those of which something is open.
func (s store) bills(ctx context.Context, contracts []string, m caldate.Month) (map[string][]bill.Bill, error) {
	var rows []bill.Bill
	err := s.db.Q(ctx).Where("contract_id IN ? AND state <> ? AND (month = ? OR state IN ('issued', 'overdue'))", contracts, bill.Void, m).Order("contract_id, due_on, number").Find(&rows).Error
	out := map[string][]bill.Bill{}
	for _, b := range rows {
		out[b.ContractID] = append(out[b.ContractID], b)
	}
	return out, err
}

// names gives the numbers of documents: bills, notes, payments.
func (s store) names(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	for _, table := range []string{"bills", "bill_notes", "payments"} {
		var rows []struct{ ID, Number string }
		if err := s.db.Q(ctx).Table(table).Select("id, number").Where("id IN ?", ids).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Number
		}
	}
	return out, nil
}

func (s store) insert(ctx context.Context, rows []*Statement) error {
	return s.db.Q(ctx).CreateInBatches(rows, 50).Error
}

// answer writes what the customer said; false: somebody was faster.
func (s store) answer(ctx context.Context, x *Statement, was State) (bool, error) {
	res := s.db.Q(ctx).Exec(`UPDATE statements SET state = ?, decided_by = ?, decider_name = ?, decided_at = ?, by_customer = ?, remark = ? WHERE id = ? AND state = ?`,
		x.State, x.DecidedBy, x.DeciderName, x.DecidedAt, x.ByCustomer, x.Remark, x.ID, was)
	return res.RowsAffected == 1, res.Error
}

func (s store) openDisputes(ctx context.Context, id string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&bill.Dispute{}).Where("statement_id = ? AND state = ?", id, bill.DisputeOpen).Count(&n).Error
	return n, err
}

func (s store) disputes(ctx context.Context, id string) (ds []bill.Dispute, err error) {
	err = s.db.Q(ctx).Where("statement_id = ?", id).Order("id").Find(&ds).Error
	return ds, err
}

func (s store) list(ctx context.Context, q Query) (xs []Statement, total int64, err error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx)
		if q.ContractID != "" {
			d = d.Where("contract_id = ?", q.ContractID)
		}
		if q.CustomerID != "" {
			d = d.Where("customer_id = ?", q.CustomerID)
		}
		if !q.Month.IsZero() {
			d = d.Where("month = ?", q.Month)
		}
		if len(q.States) > 0 {
			d = d.Where("state IN ?", q.States)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(number LIKE ? ESCAPE '!' OR contract_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
		}
		return d
	}
	if err := narrow().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := narrow().Omit("content")
	if q.Cursor != "" {
		page = page.Where("number < ?", q.Cursor) // numbers grow with the month
	}
	err = page.Order("number DESC").Limit(q.Limit).Find(&xs).Error
	return xs, total, err
}

func (s store) each(ctx context.Context, f func(x *Statement)) error {
	after := ""
	for {
		var rows []Statement
		if err := s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(500).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f(&rows[i])
		}
		after = rows[len(rows)-1].ID
	}
}

// unchained finds statements that do not begin with what the one before carried.
func (s store) unchained(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT t.number FROM statements t JOIN statements p ON p.contract_id = t.contract_id AND p.month =
		(SELECT MAX(x.month) FROM statements x WHERE x.contract_id = t.contract_id AND x.month < t.month) WHERE p.carried_fen <> t.brought_fen`).Scan(&numbers).Error
	return numbers, err
}

// oddStates finds statements that are confirmed although a dispute of theirs is open.
func (s store) oddStates(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT DISTINCT t.number FROM statements t JOIN bill_disputes d ON d.statement_id = t.id WHERE t.state <> 'disputed' AND d.state = 'open'`).Scan(&numbers).Error
	return numbers, err
}
