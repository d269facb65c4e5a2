package notice

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/templates"
)

// Service writes and shows notices.
type Service struct {
	db    *db.DB
	clock clock.Clock
	texts map[string]templates.Notice
	trail *trail.Trail
	store store

	followers []Follower
}

// Follower is told of notices in their transaction; the e-mail, the message and the call task that go with them are made so.
type Follower interface {
	NoticesSent(ctx context.Context, ns []Notice) error
}

// Follow has f told of every notice from now on.
func (s *Service) Follow(f Follower) { s.followers = append(s.followers, f) }

// New makes the service over the texts.
func New(d *db.DB, c clock.Clock, texts map[string]templates.Notice) *Service {
	return &Service{db: d, clock: c, texts: texts, trail: trail.New(d, c), store: store{d}}
}

// maxTitle is how many characters of a title are kept.
const maxTitle = 200

// Send puts a notice into an inbox, in the transaction of the fact that it tells, so that neither exists without the
// other. vars fill the text; en holds those that read differently in English and may be nil. An unknown kind, a missing or
// a surplus value is a fault of the program, found by its tests.
func (s *Service) Send(ctx context.Context, to To, kind string, vars, en map[string]string) error {
	return s.SendAll(ctx, kind, []Letter{{to, vars, en}})
}

// Letter is one of many notices of a kind.
type Letter struct {
	To   To
	Vars map[string]string
	En   map[string]string // values that read differently in English; may be nil
}

// SendAll is Send for many notices of one kind at once: a month's run sends one with every bill.
func (s *Service) SendAll(ctx context.Context, kind string, letters []Letter) error {
	text, ok := s.texts[kind]
	if !ok {
		return ErrKind.With("kind", kind)
	}
	now := s.clock.Instant()
	rows := make([]Notice, len(letters))
	for i, l := range letters {
		if l.To.UserID == "" && l.To.CustomerID == "" && l.To.Role == "" {
			return ErrTo.With("kind", kind)
		}
		title, body, err := text.Fill(l.Vars, l.En)
		if err != nil {
			return ErrVars.With("kind", kind).Because(err)
		}
		rows[i] = Notice{
			ID: ids.New(), Kind: kind, CustomerID: l.To.About.CustomerID, ToUser: l.To.UserID, ToCustomer: l.To.CustomerID, ToRole: l.To.Role,
			TitleZh: cut(title.Zh), TitleEn: cut(title.En), BodyZh: body.Zh, BodyEn: body.En,
			ObjectType: l.To.About.ObjectType, ObjectID: l.To.About.ObjectID, At: now,
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insert(ctx, rows); err != nil {
			return err
		}
		for _, f := range s.followers {
			if err := f.NoticesSent(ctx, rows); err != nil {
				return err
			}
		}
		return nil
	})
}

func cut(s string) string {
	if r := []rune(s); len(r) > maxTitle {
		return string(r[:maxTitle-1]) + "…"
	}
	return s
}

// Query narrows and pages an inbox; the newest comes first.
type Query struct {
	Unread bool
	Cursor string
	Limit  int
}

// List gives a page of the actor's inbox, how many notices fit the query and how many are unread.
func (s *Service) List(ctx context.Context, q Query) (items []Notice, total, unread int64, err error) {
	return s.store.list(ctx, q)
}

// MarkRead notes that the actor has read a notice of the own inbox; another's is ErrNotFound. Once is enough.
func (s *Service) MarkRead(ctx context.Context, id string) (*Notice, error) {
	var n *Notice
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if n, err = s.store.byID(ctx, id); err != nil || !n.ReadAt.IsZero() {
			return err
		}
		if err := s.store.markRead(ctx, read{id, actor.From(ctx).UserID, s.clock.Instant()}); err != nil {
			return fmt.Errorf("mark notice %s read: %w", id, err)
		}
		n, err = s.store.byID(ctx, id)
		return err
	})
	return n, err
}
