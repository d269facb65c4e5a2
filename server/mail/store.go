package mail

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, rows []Mail) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(&rows, 200).Error
}

func (s store) due(ctx context.Context, now caldate.Instant) *gorm.DB {
	return s.db.Q(ctx).Model(&Mail{}).Where("state = ? AND next_try_at <= ? AND claimed_until <= ?", Queued, now, now)
}

func (s store) anyDue(ctx context.Context, now caldate.Instant) (bool, error) {
	var ids []string
	err := s.due(ctx, now).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// claim takes up to n mails until a moment; what another server took meanwhile is left out.
func (s store) claim(ctx context.Context, now, until caldate.Instant, n int) ([]Mail, error) {
	var found, taken []Mail
	if err := s.due(ctx, now).Order("next_try_at, id").Limit(n).Find(&found).Error; err != nil {
		return nil, err
	}
	for _, m := range found {
		res := s.db.Q(ctx).Model(&Mail{}).Where("id = ? AND state = ? AND claimed_until = ?", m.ID, Queued, m.ClaimedUntil).Update("claimed_until", until)
		if res.Error != nil {
			return nil, res.Error
		}
		if res.RowsAffected == 1 {
			m.ClaimedUntil = until
			taken = append(taken, m)
		}
	}
	return taken, nil
}

// finish writes what became of a claimed mail, unless the claim ran out and somebody else has it.
func (s store) finish(ctx context.Context, m *Mail, now caldate.Instant) error {
	claimed := m.ClaimedUntil
	m.ClaimedUntil = now
	return s.db.Q(ctx).Model(&Mail{}).Where("id = ? AND state = ? AND claimed_until = ?", m.ID, Queued, claimed).
		Select("state", "recipients", "attachment", "tries", "next_try_at", "claimed_until", "response", "done_at").Updates(m).Error
}

// again writes a mail that is queued once more, if its state is still what it was.
func (s store) again(ctx context.Context, m *Mail, was State) (bool, error) {
	res := s.db.Q(ctx).Model(&Mail{}).Where("id = ? AND state = ?", m.ID, was).Select("state", "tries", "next_try_at", "done_at").Updates(m)
	return res.RowsAffected == 1, res.Error
}

// returned writes that a mail came back, if it counted as sent.
func (s store) returned(ctx context.Context, m *Mail) (bool, error) {
	res := s.db.Q(ctx).Model(&Mail{}).Where("id = ? AND state = ?", m.ID, Sent).Select("state", "response").Updates(m)
	return res.RowsAffected == 1, res.Error
}

type noticeText struct{ TitleZh, TitleEn, BodyZh, BodyEn string }

func (s store) notice(ctx context.Context, id string) (n noticeText, err error) {
	err = s.db.Q(ctx).Table("notices").Select("title_zh, title_en, body_zh, body_en").Where("id = ?", id).Take(&n).Error
	return n, err
}

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Model(&Mail{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Mail, error) {
	return db.Take[Mail](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) list(ctx context.Context, q Query) ([]Mail, int64, error) {
	g := s.scoped(ctx)
	if len(q.States) > 0 {
		g = g.Where("state IN ?", q.States)
	}
	if q.CustomerID != "" {
		g = g.Where("customer_id = ?", q.CustomerID)
	}
	if q.ObjectID != "" {
		g = g.Where("object_type = ? AND object_id = ?", q.ObjectType, q.ObjectID)
	}
	return db.Page[Mail](g, q.Cursor, q.Limit)
}
