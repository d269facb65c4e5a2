package calltask

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
	"sealgate/server/workday"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Workdays  *workday.Service
	Kinds     map[string]int // kinds of notice that make a call task, and within how many working days
}

// Service keeps the tasks.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// NoticesSent makes the call tasks that go with notices, in their transaction: one for each fact, whoever was told of it.
func (s *Service) NoticesSent(ctx context.Context, ns []notice.Notice) error {
	for _, n := range ns {
		days, ok := s.Kinds[n.Kind]
		if !ok || n.CustomerID == "" {
			continue
		}
		c, err := s.store.customer(ctx, n.CustomerID)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		calendar, err := s.Workdays.Calendar(ctx)
		if err != nil {
			return err
		}
		today := n.At.Date()
		t := &Task{
			ID: ids.New(), CustomerID: c.ID, CustomerName: c.Name, ObjectType: n.ObjectType, ObjectID: n.ObjectID, Kind: n.Kind, Source: fmt.Sprintf("%s:%s:%s", n.Kind, n.ObjectID, today),
			TitleZh: n.TitleZh, TitleEn: n.TitleEn, TextZh: n.BodyZh, TextEn: n.BodyEn, AssigneeID: c.OwnerID, DueOn: calendar.After(today, days), State: Open, Attempts: []Attempt{},
			CreatedBy: actor.SystemID, CreatorName: "系统", CreatedAt: n.At, Version: 1,
		}
		if err := s.add(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// add stores a task; a source that made one already makes no other.
func (s *Service) add(ctx context.Context, t *Task) error {
	known, err := s.store.known(ctx, t.Source)
	if err != nil || known {
		return err
	}
	if err := s.store.insert(ctx, t); err != nil {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{Action: "calltask.begin", ObjectType: "call_task", ObjectID: t.ID, CustomerID: t.CustomerID, To: string(Open), Detail: map[string]any{"kind": t.Kind, "due": t.DueOn}})
}

// Input is a task that a person makes.
type Input struct {
	CustomerID string
	Title      string
	Text       string
	DueOn      caldate.Date
}

// Make makes a task for the sales person of a customer. Errors: ErrInvalid, customer.ErrNotFound.
func (s *Service) Make(ctx context.Context, in Input) (*Task, error) {
	var f errs.Fields
	in.Title, in.Text = form.Text(&f, "title", in.Title, 100, true), form.Lines(&f, "text", in.Text, 1000, false)
	s.checkDay(&f, "due_on", in.DueOn)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	c, err := s.Customers.Get(ctx, in.CustomerID)
	if err != nil {
		return nil, err
	}
	who, id := actor.From(ctx), ids.New()
	t := &Task{
		ID: id, CustomerID: c.ID, CustomerName: c.Name, ObjectType: "customer", ObjectID: c.ID, Kind: "manual", Source: "manual:" + id, TitleZh: in.Title, TitleEn: in.Title, TextZh: in.Text, TextEn: in.Text,
		AssigneeID: c.OwnerID, DueOn: in.DueOn, State: Open, Attempts: []Attempt{}, CreatedBy: who.UserID, CreatorName: who.Name, CreatedAt: s.clock.Instant(), Version: 1,
	}
	if err := s.db.Run(ctx, func(ctx context.Context) error { return s.add(ctx, t) }); err != nil {
		return nil, err
	}
	return t, nil
}

func (s *Service) checkDay(f *errs.Fields, field string, d caldate.Date) {
	if today := s.clock.Today(); d.IsZero() || d.Before(today) || d.After(today.AddDays(366)) {
		f.Add(field, "range", "请填写今天至一年内的日期", "give a day from today to a year ahead")
	}
}

// Call is what came of a try.
type Call struct {
	Contact string
	Outcome Outcome
	Note    string
	Again   caldate.Date // the next try, where the outcome leaves the task open
}

// Report notes a try. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Report(ctx context.Context, id string, in Call) (*Task, error) {
	var f errs.Fields
	in.Contact, in.Note = form.Text(&f, "contact", in.Contact, 50, false), form.Lines(&f, "note", in.Note, 500, true)
	switch {
	case !in.Outcome.known():
		f.Add("outcome", "unknown", "请选择结果", "choose the outcome")
	case !in.Outcome.Closes():
		s.checkDay(&f, "again_on", in.Again)
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "calltask.report", in.Note, func(t *Task) {
		now := s.clock.Instant()
		t.Attempts = append(t.Attempts, Attempt{now, actor.From(ctx).Name, in.Contact, in.Outcome, in.Note})
		t.Outcome = in.Outcome
		if in.Outcome.Closes() {
			t.State, t.DoneAt = Done, now
		} else {
			t.DueOn = in.Again
		}
	})
}

// Cancel closes a task that is needed no more. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Cancel(ctx context.Context, id, reason string) (*Task, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "calltask.cancel", reason, func(t *Task) { t.State, t.DoneAt = Cancelled, s.clock.Instant() })
}

func (s *Service) change(ctx context.Context, id, action, reason string, set func(t *Task)) (*Task, error) {
	var t *Task
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if t, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if t.State != Open {
			return ErrState.With("state", t.State)
		}
		was := t.Version
		set(t)
		t.Version++
		ok, err := s.store.save(ctx, t, was)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		e := trail.Entry{Action: action, ObjectType: "call_task", ObjectID: t.ID, CustomerID: t.CustomerID, Reason: reason, Detail: map[string]any{"outcome": t.Outcome, "due": t.DueOn}}
		if t.State != Open {
			e.From, e.To = string(Open), string(t.State)
		}
		return s.trail.Record(ctx, e)
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Query narrows and pages a list; the newest comes first.
type Query struct {
	States     []string
	CustomerID string
	Mine       bool // of the actor alone
	Cursor     string
	Limit      int
}

// List gives a page of tasks within the actor's scope and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Task, int64, error) {
	return s.store.list(ctx, q)
}

// Due counts the actor's open tasks, and those of them whose day has come.
func (s *Service) Due(ctx context.Context) (open, due int64, err error) {
	return s.store.counts(ctx, s.clock.Today())
}

// Verify checks that tasks that are done say when and how.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.astray(ctx)
	var out []verify.Violation
	for _, id := range rows {
		out = append(out, verify.Violation{Invariant: 5, Object: "call task " + id, Detail: "its state, outcome and times disagree"})
	}
	return out, err
}
