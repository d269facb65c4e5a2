package ticket

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Contracts is what a ticket asks of contracts (contract.Service).
type Contracts interface {
	Get(ctx context.Context, id string) (*contract.Contract, error)
}

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Contracts Contracts
	Documents *document.Service
	Notices   *notice.Service
}

// Service keeps tickets.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{deps, d, c, t, store{d}}
}

// sideOf is who writes: a customer's person or one of us.
func sideOf(by actor.Actor) Side {
	if by.CustomerID != "" {
		return Customer
	}
	return Provider
}

// Ask opens a ticket of the actor's own customer, or of customerID for one of us who took the question by phone.
func (s *Service) Ask(ctx context.Context, customerID string, a Asking) (*Ticket, error) {
	a, err := a.check()
	if err != nil {
		return nil, err
	}
	by, now := actor.From(ctx), s.clock.Instant()
	if by.CustomerID != "" {
		customerID = by.CustomerID
	}
	t := &Ticket{ID: ids.New(), ContractID: a.ContractID, Kind: a.Kind, Subject: a.Subject, State: Open, Urgent: a.Urgent,
		OpenedBy: by.UserID, OpenedByName: by.Name, OpenedAt: now, UpdatedAt: now, Version: 1}
	t.DueAt = now.Add(t.within())
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, customerID)
		if err != nil {
			return err
		}
		t.CustomerID = c.ID
		if a.ContractID != "" {
			k, err := s.Contracts.Get(ctx, a.ContractID)
			if err != nil {
				return err
			}
			if k.CustomerID != c.ID {
				return contract.ErrNotFound
			}
		}
		n, err := series.Next(ctx, s.db, "ticket")
		if err != nil {
			return fmt.Errorf("number a ticket: %w", err)
		}
		t.Number = fmt.Sprintf("T-%06d", n)
		t.Posts = 1
		if err := s.store.insert(ctx, t); err != nil {
			return err
		}
		if err := s.post(ctx, t, Customer, a.Text, a.Documents); err != nil {
			return err
		}
		if err := s.Notices.Send(ctx, s.us(t, c), "ticket_opened", map[string]string{"number": t.Number, "customer": c.Name, "subject": t.Subject}, nil); err != nil {
			return err
		}
		return s.record(ctx, t, "ticket.open", "", Open)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, t.ID)
}

// us is who is told of what a customer writes: who has taken the ticket, its owner in sales, or the role of its kind.
func (s *Service) us(t *Ticket, c *customer.Customer) notice.To {
	to := notice.To{About: notice.About{ObjectType: "ticket", ObjectID: t.ID, CustomerID: t.CustomerID}}
	switch {
	case t.TakenBy != "":
		to.UserID = t.TakenBy
	case roles[t.Kind] == "sales":
		to.UserID = c.OwnerID
	default:
		to.Role = roles[t.Kind]
	}
	return to
}

// post adds the next entry of the thread, with its attachments.
func (s *Service) post(ctx context.Context, t *Ticket, side Side, text string, documents []string) error {
	by := actor.From(ctx)
	if documents == nil {
		documents = []string{}
	}
	for _, id := range documents {
		if _, err := s.Documents.Link(ctx, id, "ticket", t.ID, t.CustomerID, t.ContractID); err != nil {
			return err
		}
	}
	return s.store.addPost(ctx, &Post{TicketID: t.ID, Seq: t.Posts, Side: side, AuthorID: by.UserID, AuthorName: by.Name, Text: text, Documents: documents, At: s.clock.Instant()})
}

// Reply adds to the thread. What a customer writes makes it our turn and starts the clock; what we write ends it.
func (s *Service) Reply(ctx context.Context, id, text string, documents []string) (*Ticket, error) {
	var f errs.Fields
	text = checkText(&f, text, documents)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	side := sideOf(actor.From(ctx))
	return s.change(ctx, id, func(ctx context.Context, t *Ticket) error {
		now, was := s.clock.Instant(), t.State
		if was == Closed && (side != Customer || !t.mayReopen(now)) {
			return ErrClosed
		}
		c, err := s.Customers.Get(ctx, t.CustomerID)
		if err != nil {
			return err
		}
		t.Posts++
		if err := s.post(ctx, t, side, text, documents); err != nil {
			return err
		}
		to, kind, vars := s.us(t, c), "ticket_opened", map[string]string{"number": t.Number, "customer": c.Name, "subject": t.Subject}
		if side == Customer {
			if was != Open {
				t.DueAt = now.Add(t.within())
			}
			t.State, t.ClosedAt, t.ClosedBy = Open, caldate.Instant{}, ""
		} else {
			t.State, t.DueAt = Answered, caldate.Instant{}
			if t.AnsweredAt.IsZero() {
				t.AnsweredAt = now
			}
			to, kind, vars = notice.To{CustomerID: t.CustomerID, About: to.About}, "ticket_answered", map[string]string{"number": t.Number, "subject": t.Subject}
		}
		if err := s.store.save(ctx, t); err != nil {
			return err
		}
		if err := s.Notices.Send(ctx, to, kind, vars, nil); err != nil {
			return err
		}
		return s.record(ctx, t, "ticket.reply", was, t.State)
	})
}

// Take says who of us looks after a ticket.
func (s *Service) Take(ctx context.Context, id string) (*Ticket, error) {
	by := actor.From(ctx)
	return s.change(ctx, id, func(ctx context.Context, t *Ticket) error {
		if t.State == Closed {
			return ErrClosed
		}
		t.TakenBy, t.TakenByName = by.UserID, by.Name
		if err := s.store.save(ctx, t); err != nil {
			return err
		}
		return s.record(ctx, t, "ticket.take", t.State, t.State)
	})
}

// Close ends a ticket; both sides may.
func (s *Service) Close(ctx context.Context, id string) (*Ticket, error) {
	by := actor.From(ctx)
	return s.change(ctx, id, func(ctx context.Context, t *Ticket) error {
		was := t.State
		if !MayGo(was, Closed) {
			return ErrClosed
		}
		t.State, t.DueAt, t.ClosedAt, t.ClosedBy = Closed, caldate.Instant{}, s.clock.Instant(), by.UserID
		if err := s.store.save(ctx, t); err != nil {
			return err
		}
		return s.record(ctx, t, "ticket.close", was, Closed)
	})
}

func (s *Service) change(ctx context.Context, id string, do func(ctx context.Context, t *Ticket) error) (*Ticket, error) {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		t, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		t.UpdatedAt = s.clock.Instant()
		return do(ctx, t)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// Get gives a ticket within the actor's scope, with its thread.
func (s *Service) Get(ctx context.Context, id string) (*Ticket, error) {
	t, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	t.Thread, err = s.store.posts(ctx, id)
	return t, err
}

// List gives a page of tickets within the actor's scope and how many fit the query; without their threads.
func (s *Service) List(ctx context.Context, q Query) ([]Ticket, int64, error) {
	return s.store.list(ctx, q, s.clock.Instant())
}

// Verify checks that threads are whole, closed tickets have their time, and numbers have no gap (7).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	broken, err := s.store.broken(ctx)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for _, n := range broken {
		out = append(out, verify.Violation{Invariant: 19, Object: "ticket " + n, Detail: "its thread or its state do not fit"})
	}
	numbers, err := s.store.numbers(ctx)
	if err != nil {
		return nil, err
	}
	for i, n := range numbers {
		if want := fmt.Sprintf("T-%06d", i+1); n != want {
			return append(out, verify.Violation{Invariant: 7, Object: "ticket " + n, Detail: "the number should be " + want}), nil
		}
	}
	return out, nil
}

func (s *Service) record(ctx context.Context, t *Ticket, action string, from, to State) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "ticket", ObjectID: t.ID, CustomerID: t.CustomerID, ContractID: t.ContractID, From: string(from), To: string(to),
		Detail: map[string]any{"number": t.Number, "kind": string(t.Kind), "posts": t.Posts}})
}
