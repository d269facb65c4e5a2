package taxinvoice

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("tax_invoices.customer_id")
	return s.db.Q(ctx).Model(&Invoice{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Invoice, error) {
	return db.Take[Invoice](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) ofBill(ctx context.Context, billID string) (is []Invoice, err error) {
	err = s.scoped(ctx).Where("bill_id = ?", billID).Order("id").Find(&is).Error
	return is, err
}

func (s store) insert(ctx context.Context, i *Invoice) error { return s.db.Q(ctx).Create(i).Error }

// update writes what can change, if the invoice still is in the state in which it was read.
func (s store) update(ctx context.Context, i *Invoice, was State) (bool, error) {
	res := s.db.Q(ctx).Exec(`UPDATE tax_invoices SET state = ?, red_fen = ?, confirm_by = ?, sent_at = ?, attempts = ?, next_try_at = ?, problem = ?, number = ?, issued_on = ?, document_id = ?, answered_at = ?
		WHERE id = ? AND state = ?`, i.State, i.RedFen, i.ConfirmBy, i.SentAt, i.Attempts, i.NextTryAt, i.Problem, i.Number, i.IssuedOn, i.DocumentID, i.AnsweredAt, i.ID, was)
	return res.RowsAffected == 1, res.Error
}

type todoRow struct {
	BillID  string `gorm:"primaryKey"`
	NotedAt caldate.Instant
}

func (todoRow) TableName() string { return "tax_invoice_todo" }

func (s store) todo(ctx context.Context, at caldate.Instant, bills ...string) error {
	rows := make([]todoRow, len(bills))
	for i, id := range bills {
		rows[i] = todoRow{id, at}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 200).Error
}

func (s store) todos(ctx context.Context, after string, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&todoRow{}).Where("bill_id > ?", after).Order("bill_id").Limit(limit).Pluck("bill_id", &ids).Error
	return ids, err
}

func (s store) done(ctx context.Context, billID string) error {
	return s.db.Q(ctx).Where("bill_id = ?", billID).Delete(&todoRow{}).Error
}

// forgotten finds paid bills that have no invoice and of which nobody was told: those of before invoices were made.
func (s store) forgotten(ctx context.Context, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.id FROM bills b WHERE b.state = 'paid' AND NOT EXISTS (SELECT 1 FROM tax_invoices t WHERE t.bill_id = b.id)
		AND NOT EXISTS (SELECT 1 FROM tax_invoice_todo x WHERE x.bill_id = b.id) LIMIT ?`, limit).Scan(&ids).Error
	return ids, err
}

// due gives requests that are to be sent, or of which the answer is to be asked for.
func (s store) due(ctx context.Context, sent bool, now caldate.Instant, limit int) (is []Invoice, err error) {
	d := s.db.Q(ctx).Where("state = ? AND (next_try_at IS NULL OR next_try_at <= ?)", Requested, now)
	if sent {
		d = d.Where("sent_at IS NOT NULL")
	} else {
		d = d.Where("sent_at IS NULL")
	}
	err = d.Order("id").Limit(limit).Find(&is).Error
	return is, err
}

// lapsing gives red requests whose time is over.
func (s store) lapsing(ctx context.Context, now caldate.Instant) (is []Invoice, err error) {
	err = s.db.Q(ctx).Where("state = ? AND kind = ? AND confirm_by <= ?", Requested, Red, now).Order("id").Find(&is).Error
	return is, err
}

func (s store) list(ctx context.Context, q Query) (is []Invoice, total int64, sum money.Fen, err error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx)
		if q.BillID != "" {
			d = d.Where("bill_id = ?", q.BillID)
		}
		if q.CustomerID != "" {
			d = d.Where("customer_id = ?", q.CustomerID)
		}
		if q.ContractID != "" {
			d = d.Where("contract_id = ?", q.ContractID)
		}
		if q.Kind != "" {
			d = d.Where("kind = ?", q.Kind)
		}
		if len(q.States) > 0 {
			d = d.Where("state IN ?", q.States)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(reference LIKE ? ESCAPE '!' OR number LIKE ? ESCAPE '!' OR bill_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p, p)
		}
		return d
	}
	var t struct {
		N     int64
		Total money.Fen
	}
	if err := narrow().Select("COUNT(*) AS n, COALESCE(SUM(CASE WHEN kind = 'red' THEN -total_fen ELSE total_fen END), 0) AS total").Scan(&t).Error; err != nil {
		return nil, 0, 0, err
	}
	page := narrow()
	if q.Cursor != "" {
		page = page.Where("id < ?", q.Cursor)
	}
	err = page.Order("id DESC").Limit(q.Limit).Find(&is).Error
	return is, t.N, t.Total, err
}

func (s store) each(ctx context.Context, f func(i *Invoice)) error {
	after := ""
	for {
		var rows []Invoice
		if err := s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(500).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f(&rows[i])
		}
		after = rows[len(rows)-1].ID
	}
}

type redSum struct {
	ID        string
	Reference string
	State     State
	RedFen    money.Fen
	TotalFen  money.Fen
	Taken     money.Fen // by red invoices that are issued
	Pending   int64     // red requests that are open
}

func (s store) reds(ctx context.Context) (rows []redSum, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.id, b.reference, b.state, b.red_fen, b.total_fen, COALESCE(SUM(CASE WHEN r.state = 'issued' THEN r.total_fen ELSE 0 END), 0) AS taken,
		COALESCE(SUM(CASE WHEN r.state = 'requested' THEN 1 ELSE 0 END), 0) AS pending
		FROM tax_invoices b LEFT JOIN tax_invoices r ON r.red_of = b.id WHERE b.kind = 'blue' GROUP BY b.id, b.reference, b.state, b.red_fen, b.total_fen`).Scan(&rows).Error
	return rows, err
}

type overInvoiced struct {
	Number   string
	Invoiced money.Fen
	Comes    money.Fen
}

// over finds bills of which more is invoiced than they come to, and of which nobody has been told to look.
func (s store) over(ctx context.Context) (rows []overInvoiced, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.number, SUM(CASE WHEN t.kind = 'red' THEN -t.total_fen ELSE t.total_fen END) AS invoiced, b.total_fen + b.noted_fen + b.late_fee_paid_fen AS comes
		FROM tax_invoices t JOIN bills b ON b.id = t.bill_id
		WHERE (t.kind = 'blue' AND t.state IN ('requested', 'issued', 'red_requested', 'red_flushed') OR t.kind = 'red' AND t.state IN ('requested', 'issued')) AND b.state IN ('paid', 'void')
		AND NOT EXISTS (SELECT 1 FROM tax_invoice_todo x WHERE x.bill_id = b.id) AND NOT EXISTS (SELECT 1 FROM tax_invoices l WHERE l.bill_id = b.id AND l.state IN ('lapsed', 'rejected'))
		GROUP BY b.id, b.number, b.total_fen, b.noted_fen, b.late_fee_paid_fen
		HAVING SUM(CASE WHEN t.kind = 'red' THEN -t.total_fen ELSE t.total_fen END) > b.total_fen + b.noted_fen + b.late_fee_paid_fen`).Scan(&rows).Error
	return rows, err
}
