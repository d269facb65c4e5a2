package registration

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("registrations.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// insert writes a record. The unique keys are the last word; asking first keeps an ordinary mistake out of the error log.
func (s store) insert(ctx context.Context, r *Record) error {
	var n int64
	if err := s.db.Q(ctx).Model(&Record{}).Where("live_key = ?", r.LiveKey).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return ErrTaken.At("text", "taken", ErrTaken.Zh, ErrTaken.En)
	}
	if r.OneKey != nil {
		if err := s.db.Q(ctx).Model(&Record{}).Where("one_key = ?", r.OneKey).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return ErrOneOne.At("parent_id", "one_one", ErrOneOne.Zh, ErrOneOne.En)
		}
	}
	err := s.db.Q(ctx).Create(r).Error
	if db.IsDuplicate(err) {
		return ErrTaken.At("text", "taken", ErrTaken.Zh, ErrTaken.En)
	}
	return err
}

func (s store) byID(ctx context.Context, id string) (*Record, error) {
	return db.Take[Record](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

// move writes the review's state and what goes with it if the state is still from.
func (s store) move(ctx context.Context, r *Record, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Record{}).Where("id = ? AND state = ?", r.ID, from).
		Select("state", "live_key", "one_key", "document_id", "valid_to", "submitted_by", "submitted_at", "taken_by", "taken_at", "decided_by", "decided_at", "reason", "used_on").Updates(r)
	return res.RowsAffected == 1, res.Error
}

// children gives the records that hang on one, in the order in which they were made.
func (s store) children(ctx context.Context, id string) (rs []Record, err error) {
	err = s.db.Q(ctx).Where("parent_id = ?", id).Order("id").Find(&rs).Error
	return rs, err
}

// ofCustomer gives a customer's records, whoever asks: for rules. States none means all.
func (s store) ofCustomer(ctx context.Context, customerID string, kind Kind, states ...State) (rs []Record, err error) {
	q := s.db.Q(ctx).Where("customer_id = ?", customerID)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	err = q.Order("id").Find(&rs).Error
	return rs, err
}

// ended gives the ids of approved qualifications whose letter ended before a day.
func (s store) ended(ctx context.Context, day caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Record{}).Where("state = ? AND valid_to < ?", Approved, day).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// endingOn gives the approved qualifications whose letter ends on a day.
func (s store) endingOn(ctx context.Context, day caldate.Date) (rs []Record, err error) {
	err = s.db.Q(ctx).Where("state = ? AND valid_to = ?", Approved, day).Order("id").Find(&rs).Error
	return rs, err
}

// unused gives the approved signatures last used on or before a day that a carrier still has accepted.
func (s store) unused(ctx context.Context, day caldate.Date) (rs []Record, err error) {
	err = s.db.Q(ctx).Where("kind = ? AND state = ? AND used_on <= ?", Signature, Approved, day).
		Where("EXISTS (SELECT 1 FROM filings f WHERE f.registration_id = registrations.id AND f.state = ?)", Accepted).
		Order("id").Find(&rs).Error
	return rs, err
}

// used notes the last day on which a record was sent with.
func (s store) used(ctx context.Context, id string, day caldate.Date) error {
	return s.db.Q(ctx).Model(&Record{}).Where("id = ? AND (used_on IS NULL OR used_on < ?)", id, day).Update("used_on", day).Error
}

type handlerRow struct {
	RegistrationID string `gorm:"primaryKey"`
	KeyID          string
	Sealed         string
	Masks          Masks `gorm:"serializer:json"`
	AuthorisedFrom caldate.Date
	AuthorisedTo   caldate.Date
}

func (handlerRow) TableName() string { return "registration_handlers" }

// putHandler writes the handler of a qualification in the place of the one before.
func (s store) putHandler(ctx context.Context, h *handlerRow) error {
	if err := s.db.Q(ctx).Where("registration_id = ?", h.RegistrationID).Delete(&handlerRow{}).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Create(h).Error
}

// handler gives the handler of a qualification; nil for one that was taken over without.
func (s store) handler(ctx context.Context, id string) (*handlerRow, error) {
	return db.Take[handlerRow](s.db.Q(ctx).Where("registration_id = ?", id), nil)
}

type reminderRow struct {
	RegistrationID string       `gorm:"primaryKey"`
	ValidTo        caldate.Date `gorm:"primaryKey"`
	Days           int          `gorm:"primaryKey;autoIncrement:false"`
	SentAt         caldate.Instant
}

func (reminderRow) TableName() string { return "registration_reminders" }

// reminded notes that a reminder of a letter's end is sent; false: it was before.
func (s store) reminded(ctx context.Context, row reminderRow) (bool, error) {
	var n int64
	q := s.db.Q(ctx).Model(&reminderRow{}).Where("registration_id = ? AND valid_to = ? AND days = ?", row.RegistrationID, row.ValidTo, row.Days)
	if err := q.Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	err := s.db.Q(ctx).Create(&row).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

// Query narrows and pages a list; the oldest comes first, because it has waited longest.
type Query struct {
	CustomerID string
	Kinds      []Kind
	States     []State
	Search     string // part of the text or of the customer's name
	Newest     bool   // first; else the oldest, as the desk works
	Cursor     string // of a page that is not Newest
	Limit      int
}

func (s store) list(ctx context.Context, q Query) (items []Record, total int64, err error) {
	base := func() *gorm.DB {
		g := s.scoped(ctx).Model(&Record{})
		if q.CustomerID != "" {
			g = g.Where("registrations.customer_id = ?", q.CustomerID)
		}
		if len(q.Kinds) > 0 {
			g = g.Where("registrations.kind IN ?", q.Kinds)
		}
		if len(q.States) > 0 {
			g = g.Where("registrations.state IN ?", q.States)
		}
		if q.Search != "" {
			like := db.Like(q.Search)
			g = g.Where("(registrations.record_text LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 FROM customers sc WHERE sc.id = registrations.customer_id AND sc.name LIKE ? ESCAPE '!'))", like, like)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("registrations.*, (SELECT c.name FROM customers c WHERE c.id = registrations.customer_id) AS customer_name, " +
		"(SELECT COUNT(DISTINCT o.customer_id) FROM registrations o WHERE o.kind = 'signature' AND registrations.kind = 'signature' AND o.record_text = registrations.record_text AND o.state = 'approved' AND o.customer_id <> registrations.customer_id) AS used_by_others")
	if q.Cursor != "" {
		page = page.Where("registrations.id > ?", q.Cursor)
	}
	order := "registrations.id"
	if q.Newest {
		order += " DESC"
	}
	err = page.Order(order).Limit(q.Limit).Find(&items).Error
	return items, total, err
}
