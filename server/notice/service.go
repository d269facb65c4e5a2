package notice

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/templates"
)

// Service writes and shows notices.
type Service struct {
	db    *db.DB
	clock clock.Clock
	texts map[string]templates.Notice
	store store
}

// New makes the service over the texts.
func New(d *db.DB, c clock.Clock, texts map[string]templates.Notice) *Service {
	return &Service{d, c, texts, store{d}}
}

// maxTitle is how many characters of a title are kept.
const maxTitle = 200

// Send puts a notice into an inbox, in the transaction of the fact that it tells, so that neither exists without the
// other. vars fill the text; en holds those that read differently in English and may be nil. An unknown kind, a missing or
// a surplus value is a fault of the program, found by its tests.
func (s *Service) Send(ctx context.Context, to To, kind string, vars, en map[string]string) error {
	if to.UserID == "" && to.CustomerID == "" && to.Role == "" {
		return ErrTo.With("kind", kind)
	}
	text, ok := s.texts[kind]
	if !ok {
		return ErrKind.With("kind", kind)
	}
	title, body, err := text.Fill(vars, en)
	if err != nil {
		return ErrVars.With("kind", kind).Because(err)
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.store.insert(ctx, &Notice{
			ID: ids.New(), Kind: kind, CustomerID: to.About.CustomerID, ToUser: to.UserID, ToCustomer: to.CustomerID, ToRole: to.Role,
			TitleZh: cut(title.Zh), TitleEn: cut(title.En), BodyZh: body.Zh, BodyEn: body.En,
			ObjectType: to.About.ObjectType, ObjectID: to.About.ObjectID, At: s.clock.Instant(),
		})
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
