package complaint

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

// HotlineQuery narrows a list of customers with their phones.
type HotlineQuery struct {
	Search  string // part of the name
	Missing bool   // only those that have told none
	Cursor  string
	Limit   int
}

func (s store) hotlines(ctx context.Context, q HotlineQuery) (out []Hotline, n int64, err error) {
	cond, args := actor.From(ctx).Scope.SQL("c.id")
	d := s.db.Q(ctx).Table("customers c").Joins("LEFT JOIN complaint_hotlines h ON h.customer_id = c.id").Where(cond, args...)
	if q.Search != "" {
		d = d.Where("c.name LIKE ? ESCAPE '!'", db.Like(q.Search))
	}
	if q.Missing {
		d = d.Where("h.customer_id IS NULL")
	}
	if err := d.Count(&n).Error; err != nil {
		return nil, 0, err
	}
	if q.Cursor != "" {
		d = d.Where("c.id < ?", q.Cursor)
	}
	err = d.Select(`c.id AS customer_id, c.name AS customer_name, COALESCE(h.phone, '') AS phone, COALESCE(h.hours, '') AS hours, COALESCE(h.setter_name, '') AS setter_name,
		h.set_at, COALESCE(h.version, 0) AS version`).Order("c.id DESC").Limit(q.Limit).Scan(&out).Error
	return out, n, err
}

func (s store) hotline(ctx context.Context, customerID string) (*Hotline, error) {
	var hs []Hotline
	err := s.db.Q(ctx).Select("customer_id, phone, hours, set_by, setter_name, set_at, version").Where("customer_id = ?", customerID).Limit(1).Find(&hs).Error
	if err != nil || len(hs) == 0 {
		return &Hotline{CustomerID: customerID}, err
	}
	return &hs[0], nil
}

// saveHotline writes a phone over the version before it, if nobody was faster.
func (s store) saveHotline(ctx context.Context, h *Hotline) error {
	if h.Version == 1 {
		err := s.db.Q(ctx).Create(h).Error
		if db.IsDuplicate(err) {
			return ErrStale
		}
		return err
	}
	res := s.db.Q(ctx).Model(h).Where("version = ?", h.Version-1).Select("Phone", "Hours", "SetBy", "SetterName", "SetAt", "Version").Updates(h)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// published is what is told of the senders with a signature that was approved, or of the company of a name.
func (s store) published(ctx context.Context, sender string) (out []Published, err error) {
	return out, s.db.Q(ctx).Raw(`SELECT DISTINCT COALESCE(r.record_text, '') AS signature, c.name AS customer_name, COALESCE(h.phone, '') AS phone, COALESCE(h.hours, '') AS hours
		FROM customers c LEFT JOIN registrations r ON r.customer_id = c.id AND r.kind = 'signature' AND r.state = 'approved'
		LEFT JOIN complaint_hotlines h ON h.customer_id = c.id
		WHERE r.record_text = ? OR c.name = ? ORDER BY c.name, signature LIMIT 20`, sender, sender).Scan(&out).Error
}
