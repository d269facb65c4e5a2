package charge

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context, table string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) lock(ctx context.Context, contractID string) error {
	var found []string
	return s.db.ForUpdate(s.db.Q(ctx).Table("contracts").Where("id = ?", contractID)).Pluck("id", &found).Error
}

func (s store) insert(ctx context.Context, x *Charge) error { return s.db.Q(ctx).Create(x).Error }

func (s store) insertAll(ctx context.Context, xs []Charge) error {
	return s.db.Q(ctx).CreateInBatches(&xs, 100).Error
}

func (s store) byID(ctx context.Context, id string) (*Charge, error) {
	return db.Take[Charge](s.scoped(ctx, "charges").Where("id = ?", id), ErrNotFound)
}

func (s store) decide(ctx context.Context, x *Charge, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Charge{}).Where("id = ? AND state = ?", x.ID, from).Select("state", "decided_by", "decider_name", "decided_at", "decision_reason").Updates(x)
	return res.RowsAffected == 1, res.Error
}

func (s store) list(ctx context.Context, q Query) ([]Charge, int64, error) {
	d := s.scoped(ctx, "charges").Model(&Charge{})
	if q.ContractID != "" {
		d = d.Where("contract_id = ?", q.ContractID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	return db.Page[Charge](d, q.Cursor, q.Limit)
}

func (s store) pending(ctx context.Context, contractIDs []string, until caldate.Date) (xs []Charge, err error) {
	err = s.db.Q(ctx).Where("contract_id IN ? AND state = ? AND on_date <= ?", contractIDs, Pending, until).Order("on_date, id").Find(&xs).Error
	return xs, err
}

func (s store) bill(ctx context.Context, x Settlement) (int64, error) {
	ids := make([]string, len(x.Charges))
	for i := range x.Charges {
		ids[i] = x.Charges[i].ID
	}
	res := s.db.Q(ctx).Exec("UPDATE charges SET state = ?, bill_id = ?, bill_number = ?, billed_month = ? WHERE id IN ? AND state = ?", Billed, x.BillID, x.BillNumber, x.Month, ids, Pending)
	return res.RowsAffected, res.Error
}

// paid is what a customer has paid for a contract so far: of its bills, and by its wallet.
func (s store) paid(ctx context.Context, contractID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw(`SELECT COALESCE((SELECT SUM(paid_fen) FROM bills WHERE contract_id = ? AND state <> 'void'), 0)
		+ COALESCE((SELECT SUM(charged_fen) FROM wallet_months WHERE contract_id = ?), 0) + COALESCE((SELECT SUM(earned_fen) FROM wallet_lots WHERE contract_id = ?), 0)`,
		contractID, contractID, contractID).Scan(&sum).Error
	return sum, err
}

// compensated is what was compensated for a contract before, billed or not; carried rests are part of what they come from.
func (s store) compensated(ctx context.Context, contractID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Model(&Charge{}).Select("COALESCE(SUM(amount_fen), 0)").Where("contract_id = ? AND kind = ? AND fault = ? AND state IN ?", contractID, Compensation, false, []State{Requested, Pending, Billed}).
		Scan(&sum).Error
	return sum, err
}

func (s store) astray(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.id FROM charges c LEFT JOIN bills b ON b.id = c.bill_id
		WHERE (c.state = 'billed' AND (c.billed_month IS NULL OR (c.bill_id <> '' AND (b.id IS NULL OR b.contract_id <> c.contract_id)))) OR (c.state <> 'billed' AND c.bill_id <> '')`).Scan(&ids).Error
	return ids, err
}
