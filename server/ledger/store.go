package ledger

import (
	"context"
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

type entryRow struct {
	ID           string `gorm:"primaryKey"`
	EntryKey     string
	Kind         Kind
	OnDate       caldate.Date
	PostedAt     caldate.Instant
	CustomerID   string
	ContractID   string
	DocumentType string
	DocumentID   string
	PostedBy     string
}

func (entryRow) TableName() string { return "ledger_entries" }

type lineRow struct {
	EntryID    string `gorm:"primaryKey"`
	Seq        int    `gorm:"primaryKey"`
	Account    Account
	CustomerID string
	ContractID string
	AmountFen  money.Fen
}

func (lineRow) TableName() string { return "ledger_lines" }

type balanceRow struct {
	Account    Account `gorm:"primaryKey"`
	CustomerID string  `gorm:"primaryKey"`
	ContractID string  `gorm:"primaryKey"`
	AmountFen  money.Fen
}

func (balanceRow) TableName() string { return "ledger_balances" }

// rowsPerInsert keeps a statement below the fewest variables that either database takes, and its text the same for all
// full inserts, so that it is prepared once.
const rowsPerInsert = 200

// insert writes entries and lines as plain multi-row statements: a month's run posts half a million lines, for which an
// object per row costs more than the database does.
func (s store) insert(ctx context.Context, entries []Entry) error {
	rows := make([]any, 0, len(entries)*10)
	var lines []any
	for i := range entries {
		e := &entries[i]
		rows = append(rows, e.ID, e.Key, e.Kind, e.On, e.PostedAt, e.CustomerID, e.ContractID, e.DocumentType, e.DocumentID, e.PostedBy)
		for n, l := range e.Lines {
			lines = append(lines, e.ID, n+1, l.Account, l.CustomerID, l.ContractID, l.Amount)
		}
	}
	q := s.db.Q(ctx)
	if err := insertRows(q, "INSERT INTO ledger_entries (id, entry_key, kind, on_date, posted_at, customer_id, contract_id, document_type, document_id, posted_by) VALUES ", 10, rows); err != nil {
		return err
	}
	return insertRows(q, "INSERT INTO ledger_lines (entry_id, seq, account, customer_id, contract_id, amount_fen) VALUES ", 6, lines)
}

func insertRows(q *gorm.DB, head string, columns int, values []any) error {
	mark := "(?" + strings.Repeat(",?", columns-1) + ")"
	for part := range slices.Chunk(values, rowsPerInsert*columns) {
		text := head + mark + strings.Repeat(","+mark, len(part)/columns-1)
		if err := q.Exec(text, part...).Error; err != nil {
			return err
		}
	}
	return nil
}

// addBalances adds sums to the balances shown, in the order of their keys: two transactions that touch the same accounts
// queue instead of waiting for each other.
func (s store) addBalances(ctx context.Context, sums map[owner]money.Fen) error {
	rows := make([]balanceRow, 0, len(sums))
	for o, sum := range sums {
		if sum != 0 {
			rows = append(rows, balanceRow{o.Account, o.CustomerID, o.ContractID, sum})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b balanceRow) int {
		return strings.Compare(string(a.Account)+a.CustomerID+a.ContractID, string(b.Account)+b.CustomerID+b.ContractID)
	})
	more := gorm.Expr("ledger_balances.amount_fen + excluded.amount_fen")
	if s.db.Dialect() == db.MySQL {
		more = gorm.Expr("ledger_balances.amount_fen + VALUES(amount_fen)")
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account"}, {Name: "customer_id"}, {Name: "contract_id"}},
		DoUpdates: clause.Assignments(map[string]any{"amount_fen": more}),
	}).CreateInBatches(&rows, rowsPerInsert).Error
}

func (s store) balance(ctx context.Context, a Account, customerID, contractID string) (sum money.Fen, err error) {
	q := s.db.Q(ctx).Model(&balanceRow{}).Select("COALESCE(SUM(amount_fen), 0)").Where("account = ?", a)
	if customerID != "" {
		q = q.Where("customer_id = ?", customerID)
	}
	if contractID != "" {
		q = q.Where("contract_id = ?", contractID)
	}
	err = q.Scan(&sum).Error
	return sum, err
}

func (s store) balances(ctx context.Context, a Account, customerIDs []string) (map[string]money.Fen, error) {
	var rows []struct {
		CustomerID string
		Total      money.Fen
	}
	err := s.db.Q(ctx).Model(&balanceRow{}).Select("customer_id, SUM(amount_fen) AS total").
		Where("account = ? AND customer_id IN ?", a, customerIDs).Group("customer_id").Scan(&rows).Error
	out := make(map[string]money.Fen, len(rows))
	for _, r := range rows {
		out[r.CustomerID] = r.Total
	}
	return out, err
}

// some is a list that fits IN (?) when it is empty, too: no id is empty, so nothing is found by it.
func some(ids []string) []string {
	if len(ids) == 0 {
		return []string{"-"}
	}
	return ids
}

// entries pages by id: ids grow with time.
func (s store) entries(ctx context.Context, q Query) ([]Entry, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("ledger_entries.customer_id")
	narrow := func() *gorm.DB {
		d := s.db.Q(ctx).Model(&entryRow{}).Where(cond, args...)
		if q.CustomerID != "" {
			d = d.Where("ledger_entries.customer_id = ?", q.CustomerID)
		}
		if q.ContractID != "" {
			d = d.Where("ledger_entries.contract_id = ?", q.ContractID)
		}
		if q.DocumentID != "" {
			d = d.Where("ledger_entries.document_id = ?", q.DocumentID)
		}
		if q.Q != "" {
			d = d.Where("(entry_key LIKE ? ESCAPE '!' OR customer_id IN ? OR document_id IN ?)", db.Like(q.Q), some(q.Customers), some(q.Documents))
		}
		if q.Account != "" {
			d = d.Where("EXISTS (SELECT 1 FROM ledger_lines l WHERE l.entry_id = ledger_entries.id AND l.account = ?)", q.Account)
		}
		return d
	}
	var total int64
	if err := narrow().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := narrow()
	if q.Cursor != "" {
		page = page.Where("ledger_entries.id < ?", q.Cursor)
	}
	var rows []entryRow
	if err := page.Order("ledger_entries.id DESC").Limit(q.Limit).Find(&rows).Error; err != nil {
		return nil, 0, err
	}
	out := make([]Entry, len(rows))
	at := make(map[string]*Entry, len(rows))
	ids := make([]string, len(rows))
	for i, r := range rows {
		out[i] = Entry{ID: r.ID, Key: r.EntryKey, Kind: r.Kind, On: r.OnDate, PostedAt: r.PostedAt, PostedBy: r.PostedBy, CustomerID: r.CustomerID,
			ContractID: r.ContractID, DocumentType: r.DocumentType, DocumentID: r.DocumentID}
		at[r.ID], ids[i] = &out[i], r.ID
	}
	var lines []lineRow
	if err := s.db.Q(ctx).Where("entry_id IN ?", ids).Order("entry_id, seq").Find(&lines).Error; err != nil {
		return nil, 0, err
	}
	for _, l := range lines {
		e := at[l.EntryID]
		e.Lines = append(e.Lines, Line{l.Account, l.CustomerID, l.ContractID, l.AmountFen})
	}
	return out, total, nil
}

func (s store) totals(ctx context.Context) (map[Account]money.Fen, error) {
	var rows []struct {
		Account Account
		Total   money.Fen
	}
	err := s.db.Q(ctx).Model(&balanceRow{}).Select("account, SUM(amount_fen) AS total").Group("account").Scan(&rows).Error
	out := make(map[Account]money.Fen, len(rows))
	for _, r := range rows {
		out[r.Account] = r.Total
	}
	return out, err
}

type unevenEntry struct {
	EntryKey string
	Total    money.Fen
}

// uneven finds entries whose lines don't sum to zero, that have none, and lines that belong to no entry.
func (s store) uneven(ctx context.Context) (rows []unevenEntry, err error) {
	err = s.db.Q(ctx).Raw(`SELECT e.entry_key, COALESCE(SUM(l.amount_fen), 1) AS total FROM ledger_entries e LEFT JOIN ledger_lines l ON l.entry_id = e.id
		GROUP BY e.id, e.entry_key HAVING COALESCE(SUM(l.amount_fen), 1) <> 0
		UNION ALL SELECT l.entry_id, l.amount_fen FROM ledger_lines l WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.id = l.entry_id)`).Scan(&rows).Error
	return rows, err
}

type shownBalance struct {
	Account    Account
	CustomerID string
	ContractID string
	Shown      money.Fen
	Total      money.Fen
}

// wrongBalances compares every balance shown with the sum of its lines, both ways. It adds up in one pass over each table:
// a join of the two would have no index to go by.
func (s store) wrongBalances(ctx context.Context) ([]shownBalance, error) {
	sums := map[owner]money.Fen{}
	var own, others []shownBalance
	err := s.db.Q(ctx).Model(&lineRow{}).Select("account, customer_id, contract_id, SUM(amount_fen) AS total").
		Where("account IN ?", ofCustomer).Group("account, customer_id, contract_id").Scan(&own).Error
	if err != nil {
		return nil, err
	}
	err = s.db.Q(ctx).Model(&lineRow{}).Select("account, SUM(amount_fen) AS total").Where("account NOT IN ?", ofCustomer).Group("account").Scan(&others).Error
	if err != nil {
		return nil, err
	}
	for _, r := range append(own, others...) {
		sums[owner{r.Account, r.CustomerID, r.ContractID}] = r.Total
	}
	var shown []balanceRow
	if err := s.db.Q(ctx).Find(&shown).Error; err != nil {
		return nil, err
	}
	var out []shownBalance
	for _, r := range shown {
		o := owner{r.Account, r.CustomerID, r.ContractID}
		if sums[o] != r.AmountFen {
			out = append(out, shownBalance{r.Account, r.CustomerID, r.ContractID, r.AmountFen, sums[o]})
		}
		delete(sums, o)
	}
	for o, total := range sums {
		if total != 0 {
			out = append(out, shownBalance{o.Account, o.CustomerID, o.ContractID, 0, total})
		}
	}
	return out, nil
}

func (s store) overdrawn(ctx context.Context) (rows []shownBalance, err error) {
	err = s.db.Q(ctx).Model(&balanceRow{}).Select("account, customer_id, contract_id, amount_fen AS shown").
		Where("account IN ? AND amount_fen > 0", []Account{Wallet, Deposit, Credit, Credits}).Scan(&rows).Error
	return rows, err
}
