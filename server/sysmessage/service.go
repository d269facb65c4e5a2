package sysmessage

import (
	"context"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Notices   *notice.Service
	Signature string          // of our own messages: 【信闸】; none: nothing is queued
	Kinds     map[string]bool // kinds of notice that go to phones
}

// Service queues messages and gives them to the engine.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	Deps
	engine Engine
	store  store
}

// New makes the service. Until Through names an engine, messages wait.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{db: d, clock: c, trail: t, Deps: deps, store: store{d}}
}

// Through has messages carried by an engine from now on.
func (s *Service) Through(e Engine) { s.engine = e }

const (
	lease  = 2 * time.Minute
	atOnce = 20
)

// NoticesSent queues a message for each phone of the customer's contacts, in the transaction of the notices.
func (s *Service) NoticesSent(ctx context.Context, ns []notice.Notice) error {
	if s.Signature == "" {
		return nil
	}
	now := s.clock.RealInstant()
	var rows []Message
	for _, n := range ns {
		if n.ToCustomer == "" || !s.Kinds[n.Kind] {
			continue
		}
		if _, wants, err := s.Notices.Wants(ctx, n.ToCustomer, n.Kind); err != nil {
			return err
		} else if !wants {
			continue
		}
		contacts, err := s.store.contacts(ctx, n.ToCustomer)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, k := range contacts {
			if !mobile(k.Phone) || seen[k.Phone] {
				continue
			}
			seen[k.Phone] = true
			rows = append(rows, Message{
				ID: ids.New(), NoticeID: n.ID, Kind: n.Kind, CustomerID: n.ToCustomer, ObjectType: n.ObjectType, ObjectID: n.ObjectID, ContactName: k.Name, Phone: k.Phone,
				Text: Write(s.Signature, n.TitleZh), State: Queued, NextTryAt: now, ClaimedUntil: now, CreatedAt: n.At,
			})
		}
	}
	return s.store.insert(ctx, rows)
}

// mobile tells phones that take messages.
func mobile(phone string) bool {
	return len(phone) == 11 && phone[0] == '1' && phone[1] >= '3'
}

// Work gives some of what is due to the engine, and tells whether there was any. Several servers may work at once: each
// message is claimed for two minutes. A worker that died with a message in hand leaves it claimed: whether it left nobody
// knows, so it becomes unclear and is not sent again by itself.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	if s.engine == nil || atNight(s.clock.Instant()) {
		return false, nil
	}
	now := s.clock.RealInstant()
	due, err := s.store.anyDue(ctx, now)
	if err != nil || !due {
		return false, err
	}
	var rows []Message
	err = s.db.Run(ctx, func(ctx context.Context) (err error) {
		rows, err = s.store.claim(ctx, now, now.Add(lease), atOnce)
		return err
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	out := make([]Outgoing, len(rows))
	for i, m := range rows {
		out[i] = Outgoing{m.ID, m.Phone, m.Text}
	}
	channel, fates, err := s.engine.Carry(ctx, out)
	failpoint.Hit("sysmessage.carried")
	for i := range rows {
		f := Fate{State: Queued}
		switch {
		case err != nil:
			f.Code = err.Error() // as a whole: nothing left
		case i < len(fates):
			f = fates[i]
		}
		if err := s.finish(ctx, &rows[i], channel, f); err != nil {
			return true, err
		}
	}
	return true, nil
}

// finish notes what became of a claimed message.
func (s *Service) finish(ctx context.Context, m *Message, channel string, f Fate) error {
	now := s.clock.RealInstant()
	m.Tries++
	m.Channel, m.Code = channel, cut(f.Code, 100)
	switch {
	case f.State == Queued && m.Tries < maxTries:
		m.NextTryAt = now.Add(pause(m.Tries))
	case f.State == Queued:
		m.State, m.DoneAt = Failed, now
	default:
		m.State, m.SentAt = f.State, now
		if f.State == Failed {
			m.SentAt, m.DoneAt = caldate.Instant{}, now
		}
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.finish(ctx, m) })
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// Receipt books what the engine reports of a message: once, whatever is repeated. mine is false where there is no such message.
func (s *Service) Receipt(ctx context.Context, id string, delivered bool, code string, at caldate.Instant) (mine bool, err error) {
	to := Failed
	if delivered {
		to = Delivered
	}
	err = s.db.Run(ctx, func(ctx context.Context) (err error) {
		mine, err = s.store.receipt(ctx, id, to, cut(code, 100), at)
		return err
	})
	return mine, err
}

// Knows tells whether there is a message with this id.
func (s *Service) Knows(ctx context.Context, id string) (bool, error) { return s.store.knows(ctx, id) }

// Query narrows a list of messages; the newest comes first.
type Query struct {
	States     []string
	CustomerID string
	Cursor     string
	Limit      int
}

// List gives a page of messages within the actor's scope and how many fit the query.
func (s *Service) List(ctx context.Context, q Query) ([]Message, int64, error) {
	return s.store.list(ctx, q)
}

// Again queues a message that failed. Errors: ErrNotFound, ErrState.
func (s *Service) Again(ctx context.Context, id string) (*Message, error) {
	var m *Message
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if m, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		ok, err := s.store.again(ctx, id, s.clock.RealInstant())
		if err != nil {
			return err
		}
		if !ok {
			return ErrState.With("state", m.State)
		}
		m.State = Queued
		return s.trail.Record(ctx, trail.Entry{Action: "sysmessage.again", ObjectType: "system_message", ObjectID: m.ID, CustomerID: m.CustomerID, From: string(Failed), To: string(Queued),
			Detail: map[string]any{"by": actor.From(ctx).UserID}})
	})
	return m, err
}

// Verify checks that what was delivered was sent, and that nothing waits that was given up.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.astray(ctx)
	var out []verify.Violation
	for _, id := range rows {
		out = append(out, verify.Violation{Invariant: 15, Object: "system message " + id, Detail: "its state and its times disagree"})
	}
	return out, err
}
