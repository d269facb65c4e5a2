package maintenance

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
	"sealgate/server/verify"
	"sealgate/server/workday"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Charges   *charge.Service
	Documents *document.Service
	Notices   *notice.Service
	Templates *contracttemplate.Registry
	Workdays  *workday.Service
	Provider  paper.Party
}

// Service keeps the records of maintenance agreements.
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

// numbered lists the series of numbers: each kind of record has its own.
var numbered = []struct {
	series.Kind
	table string
}{
	{series.Kind{Name: "maintenance-request", Mark: "MC", Digits: 6}, "maintenance_requests"},
	{series.Kind{Name: "maintenance-visit", Mark: "MV", Digits: 6}, "maintenance_visits"},
	{series.Kind{Name: "maintenance-incident", Mark: "MI", Digits: 6}, "maintenance_incidents"},
	{series.Kind{Name: "maintenance-record", Mark: "MD", Digits: 6}, "maintenance_records"},
}

// entity is a record with a life.
type entity interface {
	base() *Base
	kind() string
	stands() string
}

func (b *Base) base() *Base        { return b }
func (*Request) kind() string      { return "maintenance_request" }
func (*Visit) kind() string        { return "maintenance_visit" }
func (*Incident) kind() string     { return "maintenance_incident" }
func (*Record) kind() string       { return "maintenance_record" }
func (r *Request) stands() string  { return string(r.State) }
func (v *Visit) stands() string    { return string(v.State) }
func (i *Incident) stands() string { return string(i.State) }
func (r *Record) stands() string   { return string(r.State) }

// begin numbers and stores a new record of a contract, with its audit row.
func (s *Service) begin(ctx context.Context, c *contract.Contract, x entity, of int) error {
	who, now := actor.From(ctx), s.clock.Instant()
	number, err := numbered[of].Year(now.Date()).Next(ctx, s.db)
	if err != nil {
		return err
	}
	*x.base() = Base{
		ID: ids.New(), Number: number, ContractID: c.ID, ContractNumber: c.Number, CustomerID: c.CustomerID, CustomerName: c.CustomerName,
		CreatedBy: who.UserID, CreatorName: who.Name, CreatedAt: now, Version: 1,
	}
	if err := s.store.insert(ctx, x); err != nil {
		return err
	}
	return s.record(ctx, x, x.kind()+".begin", "", "")
}

func (s *Service) record(ctx context.Context, x entity, action, from, reason string) error {
	b, to := x.base(), x.stands()
	if from == to {
		from, to = "", ""
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: x.kind(), ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, From: from, To: to, Reason: reason, Detail: map[string]any{"number": b.Number},
	})
}

// change reads a record, lets act change it and writes it with its audit row, all or nothing.
func change[T any, P interface {
	*T
	entity
}](ctx context.Context, s *Service, id, action string, act func(ctx context.Context, x P) (reason string, err error),
) (*T, error) {
	var row *T
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if row, err = byID[T](ctx, s.store, id); err != nil {
			return err
		}
		x := P(row)
		from, was := x.stands(), x.base().Version
		reason, err := act(ctx, x)
		if err != nil {
			return err
		}
		x.base().Version++
		ok, err := save(ctx, s.store, row, id, was)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		return s.record(ctx, x, x.kind()+"."+action, from, reason)
	})
	if err != nil {
		return nil, err
	}
	return row, nil
}

// inForce gives a contract under which work may be done. any takes contracts of every kind (C21).
func (s *Service) inForce(ctx context.Context, id string, anyKind bool) (*contract.Contract, error) {
	c, err := s.Contracts.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !anyKind && c.Kind != plan.KindMaintenance {
		return nil, ErrKind
	}
	if c.State != contract.Active && c.State != contract.Suspended {
		return nil, ErrNotYet.With("state", c.State)
	}
	return c, nil
}

// HoursOf are the support hours of a contract: those of working days that it names, or the usual ones.
func HoursOf(c *contract.Contract) Hours {
	if from, to := c.Values["support_from"], c.Values["support_to"]; from != "" && to != "" {
		return Hours{from, to}
	}
	return Usual
}

// whole reads a whole number out of a contract's blanks.
func whole(c *contract.Contract, name string, otherwise int) int {
	n, err := strconv.Atoi(c.Values[name])
	if err != nil || n <= 0 {
		return otherwise
	}
	return n
}

// tell sends a notice about a record to the customer's people, or to the sales person of the customer.
func (s *Service) tell(ctx context.Context, b *Base, toCustomer bool, kind string, vars map[string]string) error {
	to := notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "maintenance", ObjectID: b.ContractID, CustomerID: b.CustomerID}}
	if !toCustomer {
		owner, err := s.store.owner(ctx, b.CustomerID)
		if err != nil {
			return err
		}
		to.CustomerID, to.UserID = "", owner
	}
	all := map[string]string{"customer": b.CustomerName, "contract": b.ContractNumber, "number": b.Number}
	for k, v := range vars {
		all[k] = v
	}
	return s.Notices.Send(ctx, to, kind, all, nil)
}

// keep stores a paper before the transaction that links it.
func (s *Service) keep(ctx context.Context, name, purpose string, pdf []byte) (string, error) {
	d, err := s.Documents.Store(ctx, name, purpose, bytes.NewReader(pdf))
	if err != nil {
		return "", err
	}
	return d.ID, nil
}

// link gives an uploaded paper to the contract of a record.
func (s *Service) link(ctx context.Context, documentID string, b *Base) error {
	if documentID == "" {
		return nil
	}
	_, err := s.Documents.Link(ctx, documentID, "contract", b.ContractID, b.CustomerID, b.ContractID)
	return err
}

// render makes a paper of the newest version of a template.
func (s *Service) render(template, number string, values map[string]string) ([]byte, error) {
	t, err := s.Templates.Latest(template)
	if err != nil {
		return nil, err
	}
	values["provider_name"] = s.Provider.Name
	if values["issued_on"] == "" {
		values["issued_on"] = s.clock.Today().String()
	}
	pdf, _, err := t.Render(values, contracttemplate.RenderOptions{Number: number, Now: caldate.MustParse(values["issued_on"]).At(12, 0)})
	if err != nil {
		return nil, fmt.Errorf("paper %s %s: %w", template, number, err)
	}
	return pdf, nil
}

// Query narrows and pages a list; the newest comes first.
type Query struct {
	ContractID string
	States     []string
	Cursor     string
	Limit      int
}

// Counts tells what waits for the provider within the actor's scope.
func (s *Service) Counts(ctx context.Context) (Counts, error) {
	return s.store.counts(ctx, s.clock.Today())
}

// RunDay confirms the reports that nobody objected to in time, and tells sales of requests that are due by the next day or
// late.
func (s *Service) RunDay(ctx context.Context, today caldate.Date) (string, error) {
	silent, err := s.store.silent(ctx, today)
	if err != nil {
		return "", err
	}
	for _, id := range silent {
		if _, err := s.confirmVisit(ctx, id, true, ""); err != nil {
			return "", fmt.Errorf("confirm visit %s by silence: %w", id, err)
		}
	}
	due, err := s.store.dueRequests(ctx, today.AddDays(1), today)
	if err != nil {
		return "", err
	}
	for _, id := range due {
		_, err := change(ctx, s, id, "remind", func(ctx context.Context, r *Request) (string, error) {
			r.RemindedOn = today
			return "", s.tell(ctx, &r.Base, false, "maintenance_due", map[string]string{"title": r.Title, "due": r.DueOn.String()})
		})
		if err != nil {
			return "", fmt.Errorf("remind of request %s: %w", id, err)
		}
	}
	return fmt.Sprintf("%d reports confirmed by silence, %d requests due", len(silent), len(due)), nil
}

// Watch tells sales of incidents whose answer is late, once each.
func (s *Service) Watch(ctx context.Context) error {
	now := s.clock.Instant()
	late, err := s.store.lateIncidents(ctx, now)
	if err != nil {
		return err
	}
	for _, id := range late {
		_, err := change(ctx, s, id, "remind", func(ctx context.Context, i *Incident) (string, error) {
			i.RemindedAt = now
			return "", s.tell(ctx, &i.Base, false, "maintenance_due", map[string]string{"title": i.Title, "due": i.RespondBy.Time().Format("2006-01-02 15:04")})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Verify checks that numbers have no gaps, that each report has its paper, and that fees and charges agree.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	for _, x := range numbered {
		gaps, err := x.Verify(ctx, s.db, x.table)
		if err != nil {
			return nil, err
		}
		out = append(out, gaps...)
	}
	rows, err := s.store.astray(ctx)
	for _, r := range rows {
		out = append(out, verify.Violation{Invariant: 5, Object: "maintenance " + r.Object, Detail: r.Detail})
	}
	return out, err
}

// yuan reads an amount of a contract's blanks; nothing is 0.
func yuan(c *contract.Contract, name string) money.Fen {
	amount, err := money.ParseYuan(c.Values[name])
	if err != nil {
		return 0
	}
	return amount
}

// someDays checks a number of days that a person entered.
func someDays(f *errs.Fields, field string, n, most int) {
	if n < 0 || n > most {
		f.Add(field, "range", fmt.Sprintf("请填写 0 至 %d 天", most), fmt.Sprintf("give 0 to %d days", most))
	}
}

// latest is how far back a person may enter what happened.
const latest = 60 * 24 * time.Hour
