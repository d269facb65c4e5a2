package ticket

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, t *Ticket) error { return s.db.Q(ctx).Create(t).Error }
func (s store) addPost(ctx context.Context, p *Post) error  { return s.db.Q(ctx).Create(p).Error }

func (s store) byID(ctx context.Context, id string) (*Ticket, error) {
	return db.Take[Ticket](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) posts(ctx context.Context, ticketID string) (out []Post, err error) {
	return out, s.db.Q(ctx).Where("ticket_id = ?", ticketID).Order("seq").Find(&out).Error
}

// save writes the fields that change, if nobody was faster.
func (s store) save(ctx context.Context, t *Ticket) error {
	version := t.Version
	t.Version++
	res := s.db.Q(ctx).Model(t).Where("version = ?", version).
		Select("State", "DueAt", "AnsweredAt", "ClosedAt", "ClosedBy", "TakenBy", "TakenByName", "Posts", "Version", "UpdatedAt").Updates(t)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// Query narrows a list of tickets; the newest comes first.
type Query struct {
	CustomerID string
	State      string
	Kind       string
	Overdue    bool
	Search     string // part of number or subject
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query, now caldate.Instant) ([]Ticket, int64, error) {
	g := s.scoped(ctx).Model(&Ticket{})
	for column, value := range map[string]string{"customer_id": q.CustomerID, "state": q.State, "kind": q.Kind} {
		if value != "" {
			g = g.Where(column+" = ?", value)
		}
	}
	if q.Overdue {
		g = g.Where("state = ? AND due_at < ?", Open, now)
	}
	if q.Search != "" {
		like := db.Like(q.Search)
		g = g.Where("(number LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!')", strings.ToUpper(like), like)
	}
	return db.Page[Ticket](g, q.Cursor, q.Limit)
}

// broken finds tickets whose thread or whose state does not fit.
func (s store) broken(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Raw(`SELECT t.number FROM tickets t WHERE t.posts <> (SELECT COUNT(*) FROM ticket_posts p WHERE p.ticket_id = t.id)
		OR (t.state = 'closed') <> (t.closed_at IS NOT NULL) OR t.state NOT IN ('open', 'answered', 'closed')`).Scan(&out).Error
}

func (s store) numbers(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Model(&Ticket{}).Order("LENGTH(number), number").Pluck("number", &out).Error
}
