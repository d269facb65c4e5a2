package notice

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, rows []Notice) error {
	return s.db.Q(ctx).CreateInBatches(&rows, 200).Error
}

// inbox narrows to what the actor may see: addressed to the person, to the person's customer, or to one of the person's
// roles and, there, about a customer within the data scope (or about none).
func (s store) inbox(ctx context.Context) *gorm.DB {
	a := actor.From(ctx)
	cond, args := "(to_user = ? AND to_user <> '')", []any{a.UserID}
	if a.CustomerID != "" {
		cond += " OR to_customer = ?"
		args = append(args, a.CustomerID)
	}
	if len(a.Roles) > 0 {
		scope, more := a.Scope.SQL("notices.customer_id")
		cond += " OR (to_role IN ? AND (customer_id = '' OR " + scope + "))"
		args = append(append(args, a.Roles), more...)
	}
	return s.db.Q(ctx).Model(&Notice{}).Where("("+cond+")", args...)
}

func (s store) reading(ctx context.Context) *gorm.DB {
	return s.inbox(ctx).Select("notices.*, (SELECT r.read_at FROM notice_reads r WHERE r.notice_id = notices.id AND r.user_id = ?) AS read_at", actor.From(ctx).UserID)
}

const unread = "NOT EXISTS (SELECT 1 FROM notice_reads r WHERE r.notice_id = notices.id AND r.user_id = ?)"

func (s store) list(ctx context.Context, q Query) (items []Notice, total, unreadTotal int64, err error) {
	me := actor.From(ctx).UserID
	if err := s.inbox(ctx).Where(unread, me).Count(&unreadTotal).Error; err != nil {
		return nil, 0, 0, err
	}
	total = unreadTotal
	if !q.Unread {
		if err := s.inbox(ctx).Count(&total).Error; err != nil {
			return nil, 0, 0, err
		}
	}
	page := s.reading(ctx)
	if q.Unread {
		page = page.Where(unread, me)
	}
	if q.Cursor != "" {
		page = page.Where("notices.id < ?", q.Cursor)
	}
	err = page.Order("notices.id DESC").Limit(q.Limit).Find(&items).Error
	return items, total, unreadTotal, err
}

func (s store) byID(ctx context.Context, id string) (*Notice, error) {
	return db.Take[Notice](s.reading(ctx).Where("notices.id = ?", id), ErrNotFound)
}

type read struct {
	NoticeID string `gorm:"primaryKey"`
	UserID   string `gorm:"primaryKey"`
	ReadAt   caldate.Instant
}

func (read) TableName() string { return "notice_reads" }

// markRead notes the first time that a user opened a notice.
func (s store) markRead(ctx context.Context, r read) error {
	err := s.db.Q(ctx).Create(&r).Error
	if db.IsDuplicate(err) {
		return nil
	}
	return err
}

func (s store) preference(ctx context.Context, customerID, kind string) (*Preference, error) {
	return db.Take[Preference](s.db.Q(ctx).Where("customer_id = ? AND kind = ?", customerID, kind), nil)
}

func (s store) preferences(ctx context.Context, customerID string) (map[string]Preference, error) {
	var rows []Preference
	if err := s.db.Q(ctx).Where("customer_id = ?", customerID).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]Preference{}
	for _, p := range rows {
		out[p.Kind] = p
	}
	return out, nil
}

func (s store) prefer(ctx context.Context, p Preference) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&p).Error
}
