package payment

import (
	"context"
	"slices"
	"sort"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

func (s store) mapping(ctx context.Context, bankAccount string) (*mappingRow, error) {
	return db.Take[mappingRow](s.db.Q(ctx).Where("bank_account = ?", bankAccount), nil)
}

func (s store) mappings(ctx context.Context) (rs []mappingRow, err error) {
	err = s.db.Q(ctx).Order("bank_account").Find(&rs).Error
	return rs, err
}

func (s store) saveMapping(ctx context.Context, r mappingRow) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "bank_account"}}, UpdateAll: true}).Create(&r).Error
}

func (s store) insertImport(ctx context.Context, i *BankImport) error {
	return s.db.Q(ctx).Create(i).Error
}

func (s store) imports(ctx context.Context, limit int) (is []BankImport, err error) {
	err = s.db.Q(ctx).Order("id DESC").Limit(limit).Find(&is).Error
	return is, err
}

func (s store) importedAccounts(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Model(&BankImport{}).Distinct("bank_account").Order("bank_account").Pluck("bank_account", &numbers).Error
	return numbers, err
}

func (s store) insertLines(ctx context.Context, rows []BankLine) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(&rows, 200).Error
}

func (s store) linesByReference(ctx context.Context, bankAccount string, refs []string) (map[string]BankLine, error) {
	var rows []BankLine
	err := s.db.Q(ctx).Where("bank_account = ? AND reference IN ?", bankAccount, refs).Find(&rows).Error
	out := make(map[string]BankLine, len(rows))
	for _, r := range rows {
		out[r.Reference] = r
	}
	return out, err
}

// paymentsByReference finds payments by hand that no other line says, and that still count.
func (s store) paymentsByReference(ctx context.Context, bankAccount string, refs []string) (map[string]Payment, error) {
	var rows []Payment
	err := s.db.Q(ctx).Where("bank_account = ? AND reference IN ? AND method = ?", bankAccount, refs, Transfer).
		Where("NOT EXISTS (SELECT 1 FROM payment_takes t WHERE t.payment_id = payments.id AND t.kind = 'undo')").Find(&rows).Error
	out := make(map[string]Payment, len(rows))
	for _, r := range rows {
		out[r.Reference] = r
	}
	return out, err
}

func (s store) line(ctx context.Context, id string) (*BankLine, error) {
	return db.Take[BankLine](s.db.Q(ctx).Where("id = ?", id), ErrLineNotFound)
}

func (s store) saveLine(ctx context.Context, l *BankLine, from LineState) (bool, error) {
	res := s.db.Q(ctx).Model(&BankLine{}).Where("id = ? AND state = ?", l.ID, from).Updates(map[string]any{
		"state": l.State, "match_kind": l.MatchKind, "document_id": l.DocumentID, "customer_id": l.CustomerID, "note": l.Note, "attempts": l.Attempts,
		"decided_by": l.DecidedBy, "decider_name": l.DeciderName, "decided_at": l.DecidedAt,
	})
	return res.RowsAffected == 1, res.Error
}

func (s store) lines(ctx context.Context, q LineQuery) (ls []BankLine, sums LineSums, err error) {
	narrow := func() *gorm.DB {
		d := s.db.Q(ctx).Model(&BankLine{})
		if len(q.States) > 0 {
			d = d.Where("state IN ?", q.States)
		}
		if q.Direction != "" {
			d = d.Where("direction = ?", q.Direction)
		}
		if q.BankAccount != "" {
			d = d.Where("bank_account = ?", q.BankAccount)
		}
		if q.ImportID != "" {
			d = d.Where("import_id = ?", q.ImportID)
		}
		if !q.From.IsZero() {
			d = d.Where("on_date >= ?", q.From)
		}
		if !q.To.IsZero() {
			d = d.Where("on_date <= ?", q.To)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(payer_name LIKE ? ESCAPE '!' OR purpose LIKE ? ESCAPE '!' OR reference LIKE ? ESCAPE '!')", p, p, p)
		}
		return d
	}
	var t struct {
		N     int64
		InFen money.Fen
		Gone  money.Fen
	}
	err = narrow().Select("COUNT(*) AS n, COALESCE(SUM(CASE WHEN direction = 'in' THEN amount_fen ELSE 0 END), 0) AS in_fen, COALESCE(SUM(CASE WHEN direction = 'out' THEN amount_fen ELSE 0 END), 0) AS gone").Scan(&t).Error
	if err != nil {
		return nil, sums, err
	}
	page := narrow()
	if len(q.Cursor) == 2 {
		page = page.Where("(on_date > ? OR (on_date = ? AND id > ?))", q.Cursor[0], q.Cursor[0], q.Cursor[1])
	}
	err = page.Order("on_date, id").Limit(q.Limit).Find(&ls).Error
	return ls, LineSums{t.N, t.InFen, t.Gone}, err
}

// owedOf is what a bill owes: principal with its notes, and late fee.
const owedOf = "total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen"

type alias struct {
	ID           string `gorm:"primaryKey"`
	Folded       string
	PayerAccount string
	CustomerID   string
	LineID       string
	ConfirmedBy  string
	ConfirmedAt  caldate.Instant
}

func (alias) TableName() string { return "payer_aliases" }

func (s store) learn(ctx context.Context, a alias) error {
	a.ID = ids.New()
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&a).Error
}

func (s store) forget(ctx context.Context, lineID string) error {
	return s.db.Q(ctx).Where("line_id = ?", lineID).Delete(&alias{}).Error
}

// whoMayPay finds the customers whom numbers, names, aliases or accounts point to.
func (s store) whoMayPay(ctx context.Context, r References, names, folded, accounts []string) ([]string, error) {
	found := map[string]bool{}
	for _, q := range []struct {
		sql  string
		args []string
	}{
		{"SELECT customer_id FROM bills WHERE number IN ?", r.Bills},
		{"SELECT customer_id FROM contracts WHERE number IN ?", r.Contracts},
		{"SELECT id FROM customers WHERE number IN ?", r.Customers},
		{"SELECT id FROM customers WHERE name IN ?", names},
		{"SELECT id FROM customers WHERE bank_account IN ?", accounts},
		{"SELECT customer_id FROM payer_aliases WHERE folded IN ?", folded},
		{"SELECT customer_id FROM payer_aliases WHERE payer_account IN ?", accounts},
	} {
		for chunk := range slices.Chunk(q.args, 400) {
			var got []string
			if err := s.db.Q(ctx).Raw(q.sql, chunk).Scan(&got).Error; err != nil {
				return nil, err
			}
			for _, id := range got {
				found[id] = true
			}
		}
	}
	out := make([]string, 0, len(found))
	for id := range found {
		out = append(out, id)
	}
	sort.Strings(out)
	return out, nil
}

// candidates reads what matching needs to know of customers.
func (s store) candidates(ctx context.Context, customers []string) (out []Candidate, err error) {
	for chunk := range slices.Chunk(customers, 400) {
		var rows []Candidate
		err := s.db.Q(ctx).Raw(`SELECT id AS customer_id, number, name, bank_account FROM customers WHERE id IN ? ORDER BY id`, chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		at := map[string]*Candidate{}
		for i := range rows {
			at[rows[i].CustomerID] = &rows[i]
		}
		var contracts []struct {
			CustomerID string
			Number     string
			State      string
		}
		if err := s.db.Q(ctx).Raw("SELECT customer_id, number, state FROM contracts WHERE customer_id IN ? ORDER BY number", chunk).Scan(&contracts).Error; err != nil {
			return nil, err
		}
		open := map[string]bool{}
		for _, c := range contracts {
			at[c.CustomerID].Contracts = append(at[c.CustomerID].Contracts, c.Number)
			open[c.CustomerID] = open[c.CustomerID] || c.State != "closed"
		}
		var aliases []alias
		if err := s.db.Q(ctx).Where("customer_id IN ?", chunk).Find(&aliases).Error; err != nil {
			return nil, err
		}
		for _, a := range aliases {
			c := at[a.CustomerID]
			if a.Folded != "" {
				c.Aliases = append(c.Aliases, a.Folded)
			}
			if a.PayerAccount != "" {
				c.Accounts = append(c.Accounts, a.PayerAccount)
			}
		}
		var bills []OpenBill
		err = s.db.Q(ctx).Raw(`SELECT id, number, contract_number, customer_id, due_on, `+owedOf+` AS owed FROM bills
			WHERE customer_id IN ? AND state IN ('issued', 'overdue') ORDER BY due_on, number`, chunk).Scan(&bills).Error
		if err != nil {
			return nil, err
		}
		for _, b := range bills {
			if b.Owed > 0 {
				at[b.CustomerID].Bills = append(at[b.CustomerID].Bills, b)
			}
		}
		for i := range rows {
			rows[i].Closed = len(rows[i].Contracts) > 0 && !open[rows[i].CustomerID]
		}
		out = append(out, rows...)
	}
	return out, nil
}

// documents finds refunds, refunded deposits and payments of the amounts of lines, which no other line is matched to.
func (s store) documents(ctx context.Context, lines []*BankLine) (out []Document, err error) {
	amounts := map[bankfile.Direction][]money.Fen{}
	for _, l := range lines {
		amounts[l.Direction] = append(amounts[l.Direction], l.AmountFen)
	}
	const free = "NOT EXISTS (SELECT 1 FROM bank_lines x WHERE x.document_id = d.id AND x.state = 'matched' AND x.match_kind = ?)"
	for _, q := range []struct {
		kind      MatchKind
		direction bankfile.Direction
		sql       string
	}{
		{MatchRefund, bankfile.Out, `SELECT d.id, d.number, d.customer_id, d.customer_name, d.to_name AS name, d.to_account AS account, d.amount_fen AS amount, '' AS reference
			FROM payment_refunds d WHERE d.state = 'approved' AND d.amount_fen IN ? AND ` + free},
		{MatchRefundReturned, bankfile.In, `SELECT d.id, d.number, d.customer_id, d.customer_name, d.to_name AS name, d.to_account AS account, d.amount_fen AS amount, d.reference
			FROM payment_refunds d WHERE d.state = 'paid' AND d.amount_fen IN ? AND ` + free},
		{MatchDepositRefund, bankfile.Out, `SELECT d.id, d.number, d.customer_id, d.customer_name, d.customer_name AS name, '' AS account, d.amount_fen AS amount, d.reference
			FROM deposit_moves d WHERE d.kind = 'refunded' AND d.state = 'done' AND d.amount_fen IN ? AND ` + free},
		{MatchBounce, bankfile.Out, `SELECT d.id, d.number, d.customer_id, d.customer_name, d.customer_name AS name, COALESCE((SELECT MAX(y.payer_account) FROM bank_lines y WHERE y.document_id = d.id), '') AS account,
			d.amount_fen AS amount, d.reference, d.value_date AS value_on FROM payments d WHERE d.method IN ('transfer', 'cheque') AND d.amount_fen IN ?
			AND NOT EXISTS (SELECT 1 FROM payment_takes t WHERE t.payment_id = d.id) AND ` + free},
		{MatchRecorded, bankfile.In, `SELECT d.id, d.number, d.customer_id, d.customer_name, d.customer_name AS name, '' AS account, d.amount_fen AS amount, d.reference, d.value_date AS value_on
			FROM payments d WHERE d.method IN ('transfer', 'cheque') AND d.amount_fen IN ? AND NOT EXISTS (SELECT 1 FROM payment_takes t WHERE t.payment_id = d.id AND t.kind IN ('undo', 'bounce'))
			AND NOT EXISTS (SELECT 1 FROM bank_lines z WHERE z.document_id = d.id AND z.state = 'matched') AND ` + free},
	} {
		for chunk := range slices.Chunk(amounts[q.direction], 400) {
			var rows []struct {
				ID, Number, CustomerID, CustomerName, Name, Account, Reference string
				Amount                                                         money.Fen
				ValueOn                                                        caldate.Date
			}
			if err := s.db.Q(ctx).Raw(q.sql+" ORDER BY d.id DESC LIMIT 2000", chunk, q.kind).Scan(&rows).Error; err != nil {
				return nil, err
			}
			for _, r := range rows {
				out = append(out, Document{q.kind, r.ID, r.Number, r.CustomerID, r.CustomerName, r.Name, r.Account, r.Amount, r.ValueOn, r.Reference})
			}
		}
	}
	return out, nil
}

func (s store) depositRefund(ctx context.Context, id string) (customer string, amount money.Fen, err error) {
	var rows []struct {
		CustomerID string
		AmountFen  money.Fen
	}
	err = s.db.Q(ctx).Raw("SELECT customer_id, amount_fen FROM deposit_moves WHERE id = ? AND kind = 'refunded' AND state = 'done'", id).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = ErrRefundNotFound
	}
	if err != nil {
		return "", 0, err
	}
	return rows[0].CustomerID, rows[0].AmountFen, nil
}

// matchedTo gives the number of a matched line's document and its customer's name.
func (s store) matchedTo(ctx context.Context, l *BankLine) (number, customer string, err error) {
	if l.DocumentID == "" {
		return "", "", nil
	}
	table := "payments"
	switch l.MatchKind {
	case MatchRefund, MatchRefundReturned:
		table = "payment_refunds"
	case MatchDepositRefund:
		table = "deposit_moves"
	}
	var row struct{ Number, CustomerName string }
	err = s.db.Q(ctx).Table(table).Select("number, customer_name").Where("id = ?", l.DocumentID).Limit(1).Scan(&row).Error
	return row.Number, row.CustomerName, err
}

// lostMatches finds matched lines whose payment is not there with their amount.
func (s store) lostMatches(ctx context.Context) (refs []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT l.reference FROM bank_lines l WHERE l.state = 'matched' AND
		((l.match_kind IN ('payment', 'recorded', 'bounce') AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = l.document_id AND p.amount_fen = l.amount_fen))
		OR (l.match_kind IN ('refund', 'refund_returned') AND NOT EXISTS (SELECT 1 FROM payment_refunds r WHERE r.id = l.document_id AND r.amount_fen = l.amount_fen AND r.state IN ('paid', 'returned')))
		OR (l.match_kind = 'deposit_refund' AND NOT EXISTS (SELECT 1 FROM deposit_moves d WHERE d.id = l.document_id AND d.amount_fen = l.amount_fen AND d.state = 'done')))
		ORDER BY l.reference`).Scan(&refs).Error
	return refs, err
}
