package payable

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
	cond, args := actor.From(ctx).Scope.SQL("payables.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) locked(ctx context.Context, contractID string, m caldate.Month) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Table("usage_months").Where("contract_id = ? AND month = ? AND locked_on IS NOT NULL", contractID, m).Count(&n).Error
	return n > 0, err
}

func (s store) saveCount(ctx context.Context, c *Count) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "contract_id"}, {Name: "month"}, {Name: "port"}}, UpdateAll: true}).Create(c).Error
}

func (s store) countsOf(ctx context.Context, contractIDs []string, m caldate.Month) (map[string][]Count, error) {
	out := map[string][]Count{}
	if len(contractIDs) == 0 {
		return out, nil
	}
	var rows []Count
	err := s.db.Q(ctx).Where("contract_id IN ? AND month = ?", contractIDs, m).Order("contract_id, port").Find(&rows).Error
	for _, r := range rows {
		out[r.ContractID] = append(out[r.ContractID], r)
	}
	return out, err
}

func (s store) counts(ctx context.Context, contractID string) (rows []Count, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("month DESC, port").Limit(500).Find(&rows).Error
	return rows, err
}

func (s store) insert(ctx context.Context, rows []Payable) error {
	return s.db.Q(ctx).CreateInBatches(&rows, 100).Error
}

func (s store) byID(ctx context.Context, id string) (*Payable, error) {
	return db.Take[Payable](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) update(ctx context.Context, p *Payable) (bool, error) {
	was := p.Version
	p.Version++
	res := s.db.Q(ctx).Model(&Payable{}).Where("id = ? AND version = ?", p.ID, was).Select("*").Updates(p)
	return res.RowsAffected == 1, res.Error
}

func (s store) list(ctx context.Context, q Query) (ps []Payable, total int64, err error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx).Model(&Payable{})
		if q.ContractID != "" {
			d = d.Where("contract_id = ?", q.ContractID)
		}
		if len(q.States) > 0 {
			d = d.Where("state IN ?", q.States)
		}
		return d
	}
	if err := narrow().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := narrow()
	if q.Cursor != "" {
		page = page.Where("number < ?", q.Cursor)
	}
	err = page.Order("number DESC").Limit(q.Limit).Find(&ps).Error
	return ps, total, err
}

// posted is what stands in the ledger as owed for a payable.
func (s store) posted(ctx context.Context, id string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw("SELECT COALESCE(-SUM(l.amount_fen), 0) FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'payable' WHERE e.document_id = ?", id).Scan(&sum).Error
	return sum, err
}

func (s store) unsound(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT p.number FROM payables p LEFT JOIN
		(SELECT e.document_id, -SUM(l.amount_fen) AS owed FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'payable' GROUP BY e.document_id) x ON x.document_id = p.id
		WHERE COALESCE(x.owed, 0) <> CASE WHEN p.state = 'approved' THEN p.claimed_fen ELSE 0 END`).Scan(&numbers).Error
	return numbers, err
}
