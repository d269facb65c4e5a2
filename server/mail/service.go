package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Notices   *notice.Service                                                                    // tells the customer that a mail came back
	Sender    Sender                                                                             // none: nothing is queued
	Kinds     map[string]bool                                                                    // kinds of notice that are mailed
	Attach    map[string]Attach                                                                  // by kind of notice
	Wants     func(ctx context.Context, customerID, kind string) (mail, message bool, err error) // nil: everybody wants every mail
}

// Service queues and sends mails.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	Deps
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{d, c, t, deps, store{d}}
}

const (
	lease   = 2 * time.Minute
	atOnce  = 20 // letters over one connection
	maxNote = 500
)

// NoticesSent queues a mail for each notice to a customer of a kind that is mailed, in the transaction of the notices.
func (s *Service) NoticesSent(ctx context.Context, ns []notice.Notice) error {
	if s.Sender == nil {
		return nil
	}
	now := s.clock.RealInstant()
	var rows []Mail
	for _, n := range ns {
		if n.ToCustomer == "" || !s.Kinds[n.Kind] {
			continue
		}
		if s.Wants != nil {
			if wants, _, err := s.Wants(ctx, n.ToCustomer, n.Kind); err != nil {
				return err
			} else if !wants {
				continue
			}
		}
		id := ids.New()
		rows = append(rows, Mail{
			ID: id, NoticeID: n.ID, Kind: n.Kind, CustomerID: n.ToCustomer, ObjectType: n.ObjectType, ObjectID: n.ObjectID, Subject: n.TitleZh,
			State: Queued, Recipients: []string{}, NextTryAt: now, ClaimedUntil: now, CreatedAt: n.At, MessageID: id + "@" + s.Sender.Domain(),
		})
	}
	return s.store.insert(ctx, rows)
}

// Work sends some of what is due, over one connection, and tells whether there was any. Several servers may work at
// once: each mail is claimed for two minutes.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	if s.Sender == nil {
		return false, nil
	}
	mails, err := s.claim(ctx)
	if err != nil || len(mails) == 0 {
		return false, err
	}
	var letters []Letter
	var to []*Mail
	for i := range mails {
		m := &mails[i]
		l, err := s.letter(ctx, m)
		switch {
		case err != nil:
			if err := s.finish(ctx, m, Outcome{Err: err}); err != nil {
				return true, err
			}
		case len(l.To) == 0:
			m.State, m.DoneAt, m.Response = NoAddress, s.clock.RealInstant(), ""
			if err := s.db.Run(ctx, func(ctx context.Context) error { return s.store.finish(ctx, m, s.clock.RealInstant()) }); err != nil {
				return true, err
			}
		default:
			letters, to = append(letters, l), append(to, m)
		}
	}
	if len(letters) == 0 {
		return true, nil
	}
	outcomes := s.Sender.Send(ctx, letters)
	failpoint.Hit("mail.taken")
	for i, o := range outcomes {
		if err := s.finish(ctx, to[i], o); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (s *Service) claim(ctx context.Context) (mails []Mail, err error) {
	now := s.clock.RealInstant()
	if due, err := s.store.anyDue(ctx, now); err != nil || !due { // most looks find nothing: they need no transaction that writes
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		mails, err = s.store.claim(ctx, now, now.Add(lease), atOnce)
		return err
	})
	return mails, err
}

// letter writes a mail: the notice in Chinese, then in English, to every contact that has an address.
func (s *Service) letter(ctx context.Context, m *Mail) (Letter, error) {
	c, err := s.Customers.Get(ctx, m.CustomerID)
	if err != nil {
		return Letter{}, err
	}
	m.Recipients = []string{}
	for _, k := range c.Contacts {
		if k.Email != "" && !slices.Contains(m.Recipients, k.Email) {
			m.Recipients = append(m.Recipients, k.Email)
		}
	}
	if len(m.Recipients) == 0 {
		return Letter{}, nil
	}
	n, err := s.store.notice(ctx, m.NoticeID)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{To: m.Recipients, Subject: n.TitleZh, MessageID: m.MessageID, Text: strings.Join([]string{n.BodyZh, "————", n.TitleEn, n.BodyEn}, "\n\n")}
	if attach := s.Attach[m.Kind]; attach != nil {
		name, pdf, err := attach(ctx, m.ObjectID)
		if err != nil {
			return Letter{}, fmt.Errorf("attachment: %w", err)
		}
		if name != "" {
			l.File, m.Attachment = &File{name, pdf}, name
		}
	}
	return l, nil
}

// finish notes what became of a mail: taken, to be tried again later, or given up.
func (s *Service) finish(ctx context.Context, m *Mail, o Outcome) error {
	now := s.clock.RealInstant()
	m.Tries++
	m.Response = o.Response
	switch {
	case o.Err == nil:
		m.State, m.DoneAt = Sent, now
	case errors.Is(o.Err, ErrRefused) || m.Tries >= maxTries:
		m.State, m.DoneAt, m.Response = Failed, now, o.Err.Error()
	default:
		m.NextTryAt, m.Response = now.Add(pause(m.Tries)), o.Err.Error()
	}
	m.Response = note(m.Response)
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.finish(ctx, m, s.clock.RealInstant()) })
}

// Return notes that a mail which the server had taken came back: it proves no more that the customer was told, and the customer is
// reached the next way, through its inbox, its contacts' phones and a call by sales. Errors: ErrNotFound, ErrInvalid, ErrReturn.
func (s *Service) Return(ctx context.Context, id, reason string) (*Mail, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var m *Mail
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if m, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if m.State != Sent {
			return ErrReturn.With("state", m.State)
		}
		took := m.Response
		m.State, m.Response = Returned, note("退信："+reason+" · "+took)
		if ok, err := s.store.returned(ctx, m); err != nil || !ok {
			return cmp.Or(err, error(ErrReturn))
		}
		if err := s.trail.Record(ctx, trail.Entry{
			Action: "mail.return", ObjectType: "mail", ObjectID: m.ID, CustomerID: m.CustomerID, From: string(Sent), To: string(Returned), Reason: reason,
			Detail: map[string]any{"notice": m.NoticeID, "recipients": m.Recipients, "took": took},
		}); err != nil {
			return err
		}
		c, err := s.Customers.Get(ctx, m.CustomerID)
		if err != nil {
			return err
		}
		to := notice.To{CustomerID: m.CustomerID, About: notice.About{ObjectType: "mail", ObjectID: m.ID, CustomerID: m.CustomerID}}
		return s.Notices.Send(ctx, to, "mail_returned", map[string]string{"customer": c.Name, "subject": m.Subject, "addresses": strings.Join(m.Recipients, "、"), "reason": reason}, nil)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// note cuts what is kept of an answer.
func note(text string) string {
	if r := []rune(text); len(r) > maxNote {
		return string(r[:maxNote])
	}
	return text
}

// Query narrows a list of mails; the newest comes first.
type Query struct {
	States     []string
	CustomerID string
	ObjectType string
	ObjectID   string
	Cursor     string
	Limit      int
}

// List gives a page of mails within the actor's scope and how many fit the query.
func (s *Service) List(ctx context.Context, q Query) ([]Mail, int64, error) {
	return s.store.list(ctx, q)
}

// Again queues a mail that failed, had no address or came back. Errors: ErrNotFound, ErrState.
func (s *Service) Again(ctx context.Context, id string) (*Mail, error) {
	var m *Mail
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if m, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		was := m.State
		if was != Failed && was != NoAddress && was != Returned {
			return ErrState
		}
		m.State, m.Tries, m.NextTryAt, m.DoneAt = Queued, 0, s.clock.RealInstant(), caldate.Instant{}
		ok, err := s.store.again(ctx, m, was)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "mail.again", ObjectType: "mail", ObjectID: m.ID, CustomerID: m.CustomerID, From: string(was), To: string(Queued),
			Detail: map[string]any{"by": actor.From(ctx).UserID, "notice": m.NoticeID},
		})
	})
	return m, err
}
