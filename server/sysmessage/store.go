package sysmessage

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, rows []Message) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(&rows, 200).Error
}

// contacts are those of a customer now, whoever acts.
func (s store) contacts(ctx context.Context, customerID string) ([]customer.Contact, error) {
	var c customer.Customer
	if err := s.db.Q(ctx).Select("id", "contacts").Where("id = ?", customerID).Take(&c).Error; err != nil && !db.IsNotFound(err) {
		return nil, err
	}
	return c.Contacts, nil
}

func (s store) due(ctx context.Context, now caldate.Instant) *gorm.DB {
	return s.db.Q(ctx).Model(&Message{}).Where("state = ? AND next_try_at <= ?", Queued, now)
}

func (s store) anyDue(ctx context.Context, now caldate.Instant) (bool, error) {
	var found []string
	err := s.due(ctx, now).Where("claimed_until <= ?", now).Limit(1).Pluck("id", &found).Error
	return len(found) > 0, err
}

// claim takes up to n messages until a moment. What a worker had in hand when it died may have left: it becomes unclear.
func (s store) claim(ctx context.Context, now, until caldate.Instant, n int) (taken []Message, err error) {
	var found []Message
	if err := s.due(ctx, now).Where("claimed_until <= ?", now).Order("next_try_at, id").Limit(n).Find(&found).Error; err != nil {
		return nil, err
	}
	for _, m := range found {
		set := map[string]any{"claimed_until": until}
		lost := m.ClaimedUntil.After(m.NextTryAt)
		if lost {
			set = map[string]any{"state": Unclear, "code": "worker died", "sent_at": m.ClaimedUntil}
		}
		res := s.db.Q(ctx).Model(&Message{}).Where("id = ? AND state = ? AND claimed_until = ?", m.ID, Queued, m.ClaimedUntil).Updates(set)
		if res.Error != nil {
			return nil, res.Error
		}
		if res.RowsAffected == 1 && !lost {
			m.ClaimedUntil = until
			taken = append(taken, m)
		}
	}
	return taken, nil
}

// finish writes what became of a claimed message, unless its receipt was quicker or the claim ran out. What is to be tried
// again is free at once: its claim is no longer after its next try.
func (s store) finish(ctx context.Context, m *Message) error {
	claimed := m.ClaimedUntil
	m.ClaimedUntil = caldate.InstantMs(min(claimed.Ms(), m.NextTryAt.Ms()))
	return s.db.Q(ctx).Model(&Message{}).Where("id = ? AND state = ? AND claimed_until = ?", m.ID, Queued, claimed).
		Select("state", "tries", "next_try_at", "claimed_until", "channel", "code", "sent_at", "done_at").Updates(m).Error
}

// receipt books a report of a message that left; a repeated one changes nothing, a delivery outdoes a failure.
func (s store) receipt(ctx context.Context, id string, to State, code string, at caldate.Instant) (mine bool, err error) {
	from := []State{Queued, Sent, Unclear}
	if to == Delivered {
		from = append(from, Failed)
	}
	res := s.db.Q(ctx).Model(&Message{}).Where("id = ? AND state IN ?", id, from).
		Updates(map[string]any{"state": to, "code": code, "done_at": at, "sent_at": gorm.Expr("COALESCE(sent_at, ?)", at)})
	if res.Error != nil || res.RowsAffected == 1 {
		return true, res.Error
	}
	return s.knows(ctx, id)
}

func (s store) knows(ctx context.Context, id string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Message{}).Where("id = ?", id).Count(&n).Error
	return n == 1, err
}

func (s store) again(ctx context.Context, id string, now caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Model(&Message{}).Where("id = ? AND state = ?", id, Failed).
		Updates(map[string]any{"state": Queued, "tries": 0, "next_try_at": now, "claimed_until": now, "sent_at": nil, "done_at": nil})
	return res.RowsAffected == 1, res.Error
}

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Model(&Message{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Message, error) {
	return db.Take[Message](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) list(ctx context.Context, q Query) ([]Message, int64, error) {
	g := s.scoped(ctx)
	if len(q.States) > 0 {
		g = g.Where("state IN ?", q.States)
	}
	if q.CustomerID != "" {
		g = g.Where("customer_id = ?", q.CustomerID)
	}
	return db.Page[Message](g, q.Cursor, q.Limit)
}

func (s store) astray(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Message{}).Where("state = 'delivered' AND (sent_at IS NULL OR done_at IS NULL) OR state = 'sent' AND sent_at IS NULL OR state = 'queued' AND done_at IS NOT NULL").
		Order("id").Pluck("id", &ids).Error
	return ids, err
}
