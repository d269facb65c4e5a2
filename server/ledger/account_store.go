package ledger

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
)

// lines narrows to the lines of an account that the actor may see; the days are the caller's.
func (s store) lines(ctx context.Context, q AccountQuery) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("e.customer_id")
	d := s.db.Q(ctx).Table("ledger_lines l").Joins("JOIN ledger_entries e ON e.id = l.entry_id").Where("l.account = ?", q.Account).Where(cond, args...)
	if q.CustomerID != "" {
		d = d.Where("l.customer_id = ? OR (l.customer_id = '' AND e.customer_id = ?)", q.CustomerID, q.CustomerID)
	}
	if q.ContractID != "" {
		d = d.Where("l.contract_id = ? OR (l.contract_id = '' AND e.contract_id = ?)", q.ContractID, q.ContractID)
	}
	return d
}

func (s store) within(ctx context.Context, q AccountQuery) *gorm.DB {
	d := s.lines(ctx, q)
	if !q.From.IsZero() {
		d = d.Where("e.on_date >= ?", q.From)
	}
	if !q.To.IsZero() {
		d = d.Where("e.on_date <= ?", q.To)
	}
	return d
}

// before adds up what stood on the account when the period began.
func (s store) before(ctx context.Context, q AccountQuery) (sum money.Fen, err error) {
	if q.From.IsZero() {
		return 0, nil
	}
	err = s.lines(ctx, q).Where("e.on_date < ?", q.From).Select("COALESCE(SUM(l.amount_fen), 0)").Scan(&sum).Error
	return sum, err
}

type turnoverRow struct {
	Debit, Credit money.Fen
	Count         int64
}

func (s store) turnover(ctx context.Context, q AccountQuery) (r turnoverRow, err error) {
	err = s.within(ctx, q).Select(`COALESCE(SUM(CASE WHEN l.amount_fen > 0 THEN l.amount_fen ELSE 0 END), 0) AS debit,
		COALESCE(SUM(CASE WHEN l.amount_fen < 0 THEN -l.amount_fen ELSE 0 END), 0) AS credit, COUNT(*) AS count`).Scan(&r).Error
	return r, err
}

const (
	afterPlace = "(e.on_date > ? OR (e.on_date = ? AND (e.id > ? OR (e.id = ? AND l.seq > ?))))"
	upToPlace  = "(e.on_date < ? OR (e.on_date = ? AND (e.id < ? OR (e.id = ? AND l.seq <= ?))))"
)

func (p Place) args() []any { return []any{p.On, p.On, p.EntryID, p.EntryID, p.Seq} }

// passed adds up the movements of the period up to and including the place after which a page continues.
func (s store) passed(ctx context.Context, q AccountQuery) (sum money.Fen, err error) {
	err = s.within(ctx, q).Where(upToPlace, q.After.args()...).Select("COALESCE(SUM(l.amount_fen), 0)").Scan(&sum).Error
	return sum, err
}

func (s store) movements(ctx context.Context, q AccountQuery) ([]Movement, error) {
	var rows []struct {
		OnDate       caldate.Date
		EntryID      string
		Seq          int
		EntryKey     string
		Kind         Kind
		PostedAt     caldate.Instant
		CustomerID   string
		ContractID   string
		DocumentType string
		DocumentID   string
		AmountFen    money.Fen
	}
	d := s.within(ctx, q)
	if q.After.EntryID != "" {
		d = d.Where(afterPlace, q.After.args()...)
	}
	err := d.Select("e.on_date, e.id AS entry_id, l.seq, e.entry_key, e.kind, e.posted_at, e.customer_id, e.contract_id, e.document_type, e.document_id, l.amount_fen").
		Order("e.on_date, e.id, l.seq").Limit(q.Limit).Scan(&rows).Error
	out := make([]Movement, len(rows))
	for i, r := range rows {
		out[i] = Movement{Place: Place{r.OnDate, r.EntryID, r.Seq}, Key: r.EntryKey, Kind: r.Kind, PostedAt: r.PostedAt, CustomerID: r.CustomerID, ContractID: r.ContractID,
			DocumentType: r.DocumentType, DocumentID: r.DocumentID, Amount: r.AmountFen}
	}
	return out, err
}
