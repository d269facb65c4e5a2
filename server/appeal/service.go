package appeal

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
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
	Documents *document.Service
	Notices   *notice.Service
	Workdays  *workday.Service
	Subjects  map[Kind]Subject
}

// Service keeps appeals.
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

// Input is an objection.
type Input struct {
	Kind       Kind
	ObjectID   string
	Grounds    string
	DocumentID string
}

const (
	maxGrounds = 2000
	mostOfKind = 20 // restrictions of one kind that a customer is shown; older ones are on their own pages
)

// File takes an appeal of the customer, or of sales for it. Errors: ErrInvalid, ErrNothing, ErrOpen, what the subject's Matter gives.
func (s *Service) File(ctx context.Context, in Input) (*Appeal, error) {
	var f errs.Fields
	in.Grounds = form.Lines(&f, "grounds", in.Grounds, maxGrounds, true)
	s.checkKind(&f, in.Kind)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	m, err := s.Subjects[in.Kind].Matter(ctx, in.ObjectID)
	if err != nil {
		return nil, err
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	who, today := actor.From(ctx), s.clock.Today()
	key := string(in.Kind) + ":" + in.ObjectID
	a := &Appeal{ID: ids.New(), State: Filed, Kind: in.Kind, ObjectID: in.ObjectID, CustomerID: m.CustomerID, ContractID: m.ContractID, Title: m.Title, Reason: m.Reason, DeciderID: m.DeciderID,
		DeciderName: m.DeciderName, Grounds: in.Grounds, FiledBy: who.UserID, FilerName: who.Name, FiledAt: s.clock.Instant(), DueOn: days.After(today, DecideWithin), OpenKey: &key}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, a.CustomerID)
		if err != nil {
			return err
		}
		a.CustomerName = c.Name
		if in.DocumentID != "" {
			d, err := s.Documents.Link(ctx, in.DocumentID, "appeal", a.ID, a.CustomerID, a.ContractID)
			if err != nil {
				return err
			}
			a.DocumentID = d.ID
		}
		number, err := numbering.Year(today).Next(ctx, s.db)
		if err != nil {
			return err
		}
		a.Number = number
		if err := s.store.insert(ctx, a); err != nil {
			if db.IsDuplicate(err) {
				return ErrOpen
			}
			return err
		}
		if err := s.record(ctx, a, "appeal.file", "", in.Grounds); err != nil {
			return err
		}
		return s.Notices.Send(ctx, notice.To{Role: "compliance_lead", About: a.about()}, "appeal_filed",
			map[string]string{"number": a.Number, "customer": a.CustomerName, "title": a.Title, "by": a.DueOn.String()}, nil)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Appeal) about() notice.About {
	return notice.About{ObjectType: "appeal", ObjectID: a.ID, CustomerID: a.CustomerID}
}

func (s *Service) record(ctx context.Context, a *Appeal, action string, from State, reason string) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "appeal", ObjectID: a.ID, CustomerID: a.CustomerID, ContractID: a.ContractID, From: string(from), To: string(a.State), Reason: reason,
		Detail: map[string]any{"number": a.Number, "kind": a.Kind, "object_id": a.ObjectID}})
}

// Decide grants or denies an appeal. What a granted one means is done in the same transaction. Errors: ErrNotFound, ErrInvalid,
// ErrState, ErrOwn.
func (s *Service) Decide(ctx context.Context, id string, grant bool, answer string) (*Appeal, error) {
	var f errs.Fields
	answer = form.Lines(&f, "answer", answer, maxGrounds, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.end(ctx, id, func(ctx context.Context, a *Appeal) (string, error) {
		who := actor.From(ctx)
		if !a.MayDecide(who) {
			return "", ErrOwn
		}
		a.State, a.Answer, a.DecidedBy, a.JudgeName, a.DecidedAt = Denied, answer, who.UserID, who.Name, s.clock.Instant()
		outcome, outcomeEn := "维持原决定", "the decision stands"
		if grant {
			a.State, outcome, outcomeEn = Granted, "申诉成立", "granted"
			var err error
			if a.Redress, err = s.Subjects[a.Kind].Redress(ctx, a.ObjectID, "申诉 "+a.Number+" 成立："+answer); err != nil {
				return "", err
			}
		}
		return "appeal.decide", s.Notices.Send(ctx, notice.To{CustomerID: a.CustomerID, About: a.about()}, "appeal_decided",
			map[string]string{"number": a.Number, "customer": a.CustomerName, "title": a.Title, "outcome": outcome}, map[string]string{"outcome": outcomeEn})
	})
}

// Withdraw takes an appeal back. Errors: ErrNotFound, ErrState.
func (s *Service) Withdraw(ctx context.Context, id string) (*Appeal, error) {
	return s.end(ctx, id, func(_ context.Context, a *Appeal) (string, error) {
		a.State = Withdrawn
		return "appeal.withdraw", nil
	})
}

func (s *Service) end(ctx context.Context, id string, act func(ctx context.Context, a *Appeal) (action string, err error)) (*Appeal, error) {
	var a *Appeal
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if a, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if a.State != Filed {
			return ErrState
		}
		action, err := act(ctx, a)
		if err != nil {
			return err
		}
		a.OpenKey = nil
		if err := s.store.end(ctx, a); err != nil {
			return err
		}
		return s.record(ctx, a, action, Filed, a.Answer)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Get gives an appeal of the actor's scope.
func (s *Service) Get(ctx context.Context, id string) (*Appeal, error) { return s.store.byID(ctx, id) }

// List gives appeals, the newest first, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Appeal, int64, error) {
	return s.store.list(ctx, q)
}

// Against gives the newest appeal against a decision; nil where there is none.
func (s *Service) Against(ctx context.Context, k Kind, objectID string) (*Appeal, error) {
	return s.store.against(ctx, k, objectID)
}

func (s *Service) checkKind(f *errs.Fields, k Kind) {
	if s.Subjects[k] == nil {
		f.Add("kind", "unknown", "请选择申诉的对象", "choose what is appealed against")
	}
}

// Restriction gives one refusal, suspension or restriction as the customer is to see it. Errors: ErrInvalid for no such kind, ErrNothing,
// what the subject's Matter gives.
func (s *Service) Restriction(ctx context.Context, k Kind, objectID string) (*Restriction, error) {
	var f errs.Fields
	s.checkKind(&f, k)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	m, err := s.Subjects[k].Matter(ctx, objectID)
	if err != nil {
		return nil, err
	}
	a, err := s.store.against(ctx, k, objectID)
	if err != nil {
		return nil, err
	}
	return &Restriction{k, objectID, *m, a}, nil
}

// Restrictions gives what stands against a customer now, kind by kind, the newest of each first. Errors: customer.ErrNotFound.
func (s *Service) Restrictions(ctx context.Context, customerID string) ([]Restriction, error) {
	if _, err := s.Customers.Get(ctx, customerID); err != nil {
		return nil, err
	}
	var out []Restriction
	for _, k := range Kinds() {
		objects, err := s.Subjects[k].Against(ctx, customerID, mostOfKind)
		if err != nil {
			return nil, fmt.Errorf("restrictions of kind %s: %w", k, err)
		}
		for _, id := range objects {
			r, err := s.Restriction(ctx, k, id)
			if errors.Is(err, ErrNothing) { // lifted since it was listed
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, *r)
		}
	}
	return out, nil
}

// RunDay reminds the leads of appeals whose time is over, once each.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (string, error) {
	late, err := s.store.dueOn(ctx, day.AddDays(-1))
	if err != nil {
		return "", err
	}
	for i := range late {
		a := &late[i]
		if err := s.db.Run(ctx, func(ctx context.Context) error {
			if told, err := s.store.reminded(ctx, a.ID); err != nil || told {
				return err
			}
			if err := s.record(ctx, a, "appeal.remind", Filed, ""); err != nil {
				return err
			}
			return s.Notices.Send(ctx, notice.To{Role: "compliance_lead", About: a.about()}, "appeal_filed",
				map[string]string{"number": a.Number, "customer": a.CustomerName, "title": a.Title, "by": a.DueOn.String()}, nil)
		}); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d appeals late", len(late)), nil
}

// Verify checks 7 (numbers without gaps), 16 (nobody decided what was hers) and 19 (states by the life cycle).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	out, err := numbering.Verify(ctx, s.db, "appeals")
	if err != nil {
		return nil, err
	}
	steps, err := s.trail.Steps(ctx, "appeal")
	if err != nil {
		return nil, err
	}
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read appeals: %w", err)
	}
	for _, a := range all {
		if wrong := verify.Walk(steps[a.ID], a.State, CanMove); wrong != "" {
			out = append(out, verify.Violation{Invariant: 19, Object: "appeal " + a.Number, Detail: wrong})
		}
		if a.DecidedBy != "" && (a.DecidedBy == a.DeciderID || a.DecidedBy == a.FiledBy) {
			out = append(out, verify.Violation{Invariant: 16, Object: "appeal " + a.Number, Detail: "was decided by who had decided before, or who filed it"})
		}
	}
	return out, nil
}
