package signature

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("signatures.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, g *Signature) error {
	var n int64 // the unique key is the last word; asking first keeps an ordinary mistake out of the error log
	if err := s.db.Q(ctx).Model(&Signature{}).Where("live_key = ?", g.LiveKey).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return ErrTaken.At("text", "taken", ErrTaken.Zh, ErrTaken.En)
	}
	err := s.db.Q(ctx).Create(g).Error
	if db.IsDuplicate(err) {
		return ErrTaken.At("text", "taken", ErrTaken.Zh, ErrTaken.En)
	}
	return err
}

func (s store) byID(ctx context.Context, id string) (*Signature, error) {
	var g Signature
	if err := s.scoped(ctx).Where("id = ?", id).Take(&g).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrNotFound
		}
		return nil, err
	}
	return &g, nil
}

// move changes the state if it is still from.
func (s store) move(ctx context.Context, g *Signature, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Signature{}).Where("id = ? AND state = ?", g.ID, from).
		Updates(map[string]any{"state": g.State, "live_key": g.LiveKey, "decided_by": g.DecidedBy, "decided_at": g.DecidedAt, "reason": g.Reason})
	return res.RowsAffected == 1, res.Error
}

func (s store) approved(ctx context.Context, customerID string) (gs []Signature, err error) {
	err = s.db.Q(ctx).Where("customer_id = ? AND state = ?", customerID, Approved).Order("id").Find(&gs).Error
	return gs, err
}

// Query narrows and pages a list; the oldest comes first, because it has waited longest.
type Query struct {
	CustomerID string
	States     []State
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) (items []Signature, total int64, err error) {
	base := func() *gorm.DB {
		g := s.scoped(ctx).Model(&Signature{})
		if q.CustomerID != "" {
			g = g.Where("signatures.customer_id = ?", q.CustomerID)
		}
		if len(q.States) > 0 {
			g = g.Where("signatures.state IN ?", q.States)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("signatures.*, (SELECT c.name FROM customers c WHERE c.id = signatures.customer_id) AS customer_name, " +
		"(SELECT COUNT(DISTINCT o.customer_id) FROM signatures o WHERE o.sign_text = signatures.sign_text AND o.state = 'approved' AND o.customer_id <> signatures.customer_id) AS used_by_others")
	if q.Cursor != "" {
		page = page.Where("signatures.id > ?", q.Cursor)
	}
	err = page.Order("signatures.id").Limit(q.Limit).Find(&items).Error
	return items, total, err
}

func (s store) codeOf(ctx context.Context, contractID string) (*ServiceCode, error) {
	var c ServiceCode
	err := s.db.Q(ctx).Where("contract_id = ?", contractID).Take(&c).Error
	if db.IsNotFound(err) {
		return nil, nil
	}
	return &c, err
}

func (s store) insertCode(ctx context.Context, c *ServiceCode) error {
	return s.db.Q(ctx).Create(c).Error
}
