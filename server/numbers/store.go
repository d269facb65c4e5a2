package numbers

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) one(ctx context.Context, condition string, args ...any) (*Number, error) {
	return db.Take[Number](s.db.Q(ctx).Where(condition, args...).Order("returned_on, code").Limit(1), nil)
}

func (s store) baseOf(ctx context.Context, contractID string) (*Number, error) {
	return s.one(ctx, "base_key = ?", contractID)
}

func (s store) byCode(ctx context.Context, code string) (*Number, error) {
	return s.one(ctx, "code = ?", code)
}

func (s store) bySignature(ctx context.Context, contractID, signatureID string) (*Number, error) {
	return s.one(ctx, "signature_key = ?", signatureKey(contractID, signatureID))
}

// freeBase gives the base code that has rested longest.
func (s store) freeBase(ctx context.Context) (*Number, error) {
	return s.one(ctx, "state = ? AND code = base", Free)
}

// freeSub gives the free sub-number of a base that has rested longest.
func (s store) freeSub(ctx context.Context, base string) (*Number, error) {
	return s.one(ctx, "state = ? AND base = ? AND code <> base", Free, base)
}

// subs counts the sub-numbers of a base that were ever given out.
func (s store) subs(ctx context.Context, base string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Number{}).Where("base = ? AND code <> base", base).Count(&n).Error
	return n, err
}

func (s store) insert(ctx context.Context, n *Number) error { return s.db.Q(ctx).Create(n).Error }

// update writes what changed of a number if its state is still from and nobody tied it meanwhile.
func (s store) update(ctx context.Context, n *Number, from State, signatureID string) (bool, error) {
	res := s.db.Q(ctx).Model(&Number{}).Where("code = ? AND state = ? AND signature_id = ?", n.Code, from, signatureID).
		Select("state", "contract_id", "customer_id", "signature_id", "base_key", "signature_key", "allotted_at", "returned_on", "free_on").Updates(n)
	return res.RowsAffected == 1, res.Error
}

// allotted gives the numbers in use, by contract.
func (s store) allotted(ctx context.Context) (ns []Number, err error) {
	err = s.db.Q(ctx).Where("state = ?", Allotted).Order("contract_id, code").Find(&ns).Error
	return ns, err
}

// rested gives the numbers whose rest is over on a day.
func (s store) rested(ctx context.Context, day caldate.Date) (ns []Number, err error) {
	err = s.db.Q(ctx).Where("state = ? AND free_on <= ?", Cooling, day).Order("code").Find(&ns).Error
	return ns, err
}

// Query narrows and pages a list, by number.
type Query struct {
	CustomerID string
	States     []State
	Search     string // part of the number or of the customer's name
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) (items []Number, total int64, err error) {
	cond, args := actor.From(ctx).Scope.SQL("sender_numbers.customer_id")
	base := func() *gorm.DB {
		g := s.db.Q(ctx).Model(&Number{}).Where(cond, args...)
		if q.CustomerID != "" {
			g = g.Where("sender_numbers.customer_id = ?", q.CustomerID)
		}
		if len(q.States) > 0 {
			g = g.Where("sender_numbers.state IN ?", q.States)
		}
		if q.Search != "" {
			like := db.Like(q.Search)
			g = g.Where("(sender_numbers.code LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 FROM customers sc WHERE sc.id = sender_numbers.customer_id AND sc.name LIKE ? ESCAPE '!'))", like, like)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("sender_numbers.*, (SELECT c.name FROM customers c WHERE c.id = sender_numbers.customer_id) AS customer_name, " +
		"(SELECT k.number FROM contracts k WHERE k.id = sender_numbers.contract_id) AS contract_number, (SELECT r.record_text FROM registrations r WHERE r.id = sender_numbers.signature_id) AS signature")
	if q.Cursor != "" {
		page = page.Where("sender_numbers.code > ?", q.Cursor)
	}
	err = page.Order("sender_numbers.code").Limit(q.Limit).Find(&items).Error
	return items, total, err
}

func (s store) broken(ctx context.Context, sql string) (codes []string, err error) {
	err = s.db.Q(ctx).Raw(sql).Scan(&codes).Error
	return codes, err
}
