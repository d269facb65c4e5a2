package payment

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB { return s.scopedTo(ctx, "payments") }

func (s store) scopedTo(ctx context.Context, table string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, p *Payment) error { return s.db.Q(ctx).Create(p).Error }

func (s store) byID(ctx context.Context, id string) (*Payment, error) {
	return db.Take[Payment](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) ofCustomer(ctx context.Context, customerID string) (ps []Payment, err error) {
	err = s.db.Q(ctx).Where("customer_id = ?", customerID).Order("value_date, entry_seq").Find(&ps).Error
	return ps, err
}

// nextSeq is unique because the caller holds the customer's account.
func (s store) nextSeq(ctx context.Context, customerID string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Payment{}).Select("COALESCE(MAX(entry_seq), 0) + 1").Where("customer_id = ?", customerID).Scan(&n).Error
	return n, err
}

func (s store) list(ctx context.Context, q Query) ([]Payment, int64, money.Fen, error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx).Model(&Payment{})
		if q.CustomerID != "" {
			d = d.Where("customer_id = ?", q.CustomerID)
		}
		if len(q.Methods) > 0 {
			d = d.Where("method IN ?", q.Methods)
		}
		if !q.From.IsZero() {
			d = d.Where("value_date >= ?", q.From)
		}
		if !q.To.IsZero() {
			d = d.Where("value_date <= ?", q.To)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(number LIKE ? ESCAPE '!' OR reference LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
		}
		return d
	}
	var t struct {
		N   int64
		Sum money.Fen `gorm:"column:total"`
	}
	if err := narrow().Select("COUNT(*) AS n, COALESCE(SUM(CASE WHEN method IN ('set_off', 'write_off', 'wallet') OR EXISTS (SELECT 1 FROM payment_takes t WHERE t.payment_id = payments.id AND t.kind IN ('bounce', 'undo')) THEN 0 ELSE amount_fen END), 0) AS total").Scan(&t).Error; err != nil {
		return nil, 0, 0, err
	}
	page := narrow()
	if len(q.Cursor) == 2 {
		page = page.Where("(value_date < ? OR (value_date = ? AND id < ?))", q.Cursor[0], q.Cursor[0], q.Cursor[1])
	}
	var ps []Payment
	err := page.Order("value_date DESC, id DESC").Limit(q.Limit).Find(&ps).Error
	return ps, t.N, t.Sum, err
}

func (s store) allocations(ctx context.Context, customerID string) (rows []Allocation, err error) {
	err = s.db.Q(ctx).Where("customer_id = ?", customerID).Order("on_date, payment_id, bill_id").Find(&rows).Error
	return rows, err
}

func (s store) used(ctx context.Context, paymentID, billID string) (rows []Used, err error) {
	q := s.db.Q(ctx).Table("payment_allocations a").Select("a.*, b.number AS bill_number, p.number AS payment_number").
		Joins("JOIN bills b ON b.id = a.bill_id").Joins("JOIN payments p ON p.id = a.payment_id")
	if paymentID != "" {
		q = q.Where("a.payment_id = ?", paymentID)
	}
	if billID != "" {
		q = q.Where("a.bill_id = ?", billID)
	}
	err = q.Order("a.on_date, p.entry_seq, b.number").Scan(&rows).Error
	return rows, err
}

func (s store) parts(ctx context.Context, billIDs []string) (map[string][]bill.Part, error) {
	out := map[string][]bill.Part{}
	var rows []Allocation
	err := s.db.Q(ctx).Where("bill_id IN ?", billIDs).Order("bill_id, on_date").Find(&rows).Error
	for _, a := range rows {
		out[a.BillID] = append(out[a.BillID], bill.Part{On: a.OnDate, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
	}
	return out, err
}

// bump counts the settlements of a customer: each has a ledger entry of its own at most.
func (s store) bump(ctx context.Context, customerID string) (version int64, err error) {
	if err := s.db.Q(ctx).Exec("UPDATE customer_accounts SET version = version + 1 WHERE customer_id = ?", customerID).Error; err != nil {
		return 0, err
	}
	err = s.db.Q(ctx).Raw("SELECT version FROM customer_accounts WHERE customer_id = ?", customerID).Scan(&version).Error
	return version, err
}

func (s store) replace(ctx context.Context, gone, fresh []Allocation) error {
	for _, a := range gone {
		if err := s.db.Q(ctx).Where("payment_id = ? AND bill_id = ? AND on_date = ?", a.PaymentID, a.BillID, a.OnDate).Delete(&Allocation{}).Error; err != nil {
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(&fresh, 200).Error
}

type overAllocated struct {
	Number    string
	AmountFen money.Fen
	Used      money.Fen
}

// overAllocated finds payments of which more is allocated or taken back than they are.
func (s store) overAllocated(ctx context.Context) (rows []overAllocated, err error) {
	err = s.db.Q(ctx).Raw(`SELECT p.number, p.amount_fen, SUM(x.used) AS used FROM payments p JOIN (
		SELECT payment_id, principal_fen + late_fee_fen AS used FROM payment_allocations UNION ALL SELECT payment_id, amount_fen FROM payment_takes) x ON x.payment_id = p.id
		GROUP BY p.id, p.number, p.amount_fen HAVING SUM(x.used) > p.amount_fen`).Scan(&rows).Error
	return rows, err
}

func (s store) unposted(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT p.number FROM payments p LEFT JOIN ledger_entries e ON e.entry_key = p.payment_key
		LEFT JOIN ledger_lines l ON l.entry_id = e.id AND l.account = CASE p.method WHEN 'set_off' THEN 'deposit' WHEN 'write_off' THEN 'bad_debt' WHEN 'wallet' THEN 'wallet' ELSE 'bank' END
		WHERE COALESCE(l.amount_fen, 0) <> p.amount_fen`).Scan(&numbers).Error
	return numbers, err
}

// freeKey gives the key under which a payment may be recorded: where the one before was bounced or undone altogether, the
// next in line, so that the same reference can be recorded right.
func (s store) freeKey(ctx context.Context, key string) (string, error) {
	var n int64
	var open int64
	same := "(p.payment_key = ? OR p.payment_key LIKE ? ESCAPE '!')"
	like := db.LikeText(key) + "~%"
	err := s.db.Q(ctx).Raw("SELECT COUNT(*) FROM payments p WHERE "+same, key, like).Scan(&n).Error
	if err != nil || n == 0 {
		return key, err
	}
	err = s.db.Q(ctx).Raw("SELECT COUNT(*) FROM payments p WHERE "+same+" AND NOT EXISTS (SELECT 1 FROM payment_takes t WHERE t.payment_id = p.id AND t.kind = 'undo')", key, like).Scan(&open).Error
	if err != nil || open > 0 {
		return key, err
	}
	return fmt.Sprintf("%s~%d", key, n+1), nil
}
