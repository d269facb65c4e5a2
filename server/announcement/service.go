package announcement

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Charges   *charge.Service
	Documents *document.Service
	Notices   *notice.Service
	Templates *contracttemplate.Registry
	Provider  paper.Party
}

// Service keeps the announcements.
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

// Input is an announcement as it is drawn up, in both languages.
type Input struct {
	Kind     Kind
	TitleZh  string
	TitleEn  string
	ReasonZh string
	ReasonEn string
	StartsAt caldate.Instant
	EndsAt   caldate.Instant
	Carriers []string
	Kinds    []string
	Fault    bool
}

var carriers = []string{"cmcc", "cucc", "ctcc", "cbn"}

func (s *Service) check(in Input) (Input, error) {
	var f errs.Fields
	if in.Kind != Planned && in.Kind != Unplanned {
		f.Add("kind", "unknown", "请选择计划内中断或者突发故障", "the kind must be planned or unplanned")
	}
	in.TitleZh, in.TitleEn = form.Text(&f, "title_zh", in.TitleZh, 100, true), form.Text(&f, "title_en", in.TitleEn, 200, true)
	in.ReasonZh, in.ReasonEn = form.Text(&f, "reason_zh", in.ReasonZh, 500, true), form.Text(&f, "reason_en", in.ReasonEn, 1000, true)
	now := s.clock.Instant()
	if in.StartsAt.IsZero() || in.EndsAt.IsZero() || !in.EndsAt.After(in.StartsAt) || in.EndsAt.Sub(in.StartsAt) > 31*24*time.Hour {
		f.Add("ends_at", "order", "结束时间应晚于开始时间，且不超过 31 天", "it must end after it starts, within 31 days")
	}
	if in.Kind == Planned && in.StartsAt.Before(now) {
		f.Add("starts_at", "past", "计划内中断的开始时间应晚于现在", "a planned interruption starts after now")
	}
	if in.Kind == Unplanned && (in.StartsAt.After(now) || now.Sub(in.StartsAt) > 31*24*time.Hour) {
		f.Add("starts_at", "range", "突发故障的开始时间应在最近 31 天内，且不晚于现在", "an unplanned one started within the last 31 days, not after now")
	}
	for _, c := range in.Carriers {
		if !slices.Contains(carriers, c) {
			f.Add("carriers", "unknown", "没有这个运营商："+c, "no such carrier: "+c)
		}
	}
	for _, k := range in.Kinds {
		if !slices.Contains(plan.Kinds, plan.Kind(k)) {
			f.Add("kinds", "unknown", "没有这种合同："+k, "no such kind of agreement: "+k)
		}
	}
	return in, f.Err(ErrInvalid)
}

// DrawUp makes a draft. Errors: ErrInvalid.
func (s *Service) DrawUp(ctx context.Context, in Input) (*Announcement, error) {
	in, err := s.check(in)
	if err != nil {
		return nil, err
	}
	who, now := actor.From(ctx), s.clock.Instant()
	a := &Announcement{
		ID: ids.New(), Kind: in.Kind, State: Draft, TitleZh: in.TitleZh, TitleEn: in.TitleEn, ReasonZh: in.ReasonZh, ReasonEn: in.ReasonEn, StartsAt: in.StartsAt, EndsAt: in.EndsAt,
		Carriers: strings.Join(in.Carriers, ","), Kinds: strings.Join(in.Kinds, ","), Fault: in.Fault, Updates: []Update{}, CreatedBy: who.UserID, CreatorName: who.Name, CreatedAt: now, Version: 1,
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		number, err := numbering.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		a.Number = number
		if err := s.store.insert(ctx, a); err != nil {
			return err
		}
		return s.record(ctx, a, "announcement.draw_up", "", "")
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (s *Service) record(ctx context.Context, a *Announcement, action string, from State, reason string) error {
	e := trail.Entry{Action: action, ObjectType: "announcement", ObjectID: a.ID, Reason: reason, Detail: map[string]any{"number": a.Number}}
	if from != a.State {
		e.From, e.To = string(from), string(a.State)
	}
	return s.trail.Record(ctx, e)
}

// change moves or adds to an announcement, all or nothing.
func (s *Service) change(ctx context.Context, id, action, reason string, act func(ctx context.Context, a *Announcement) error) (*Announcement, error) {
	var a *Announcement
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if a, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		from, was := a.State, a.Version
		if err := act(ctx, a); err != nil {
			return err
		}
		if from != a.State && !CanMove(from, a.State) {
			return ErrState.With("state", from)
		}
		a.Version++
		ok, err := s.store.save(ctx, a, from, was)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		return s.record(ctx, a, action, from, reason)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Publish tells every customer that is affected, in portal, by e-mail and message, and shows the banner. A planned
// interruption is published by a second person; an unplanned one at once by whoever knows. Errors: ErrNotFound, ErrOwn,
// ErrState.
func (s *Service) Publish(ctx context.Context, id string) (*Announcement, error) {
	return s.change(ctx, id, "announcement.publish", "", func(ctx context.Context, a *Announcement) error {
		who, now := actor.From(ctx), s.clock.Instant()
		if a.State != Draft {
			return ErrState.With("state", a.State)
		}
		if a.Kind == Planned && a.CreatedBy == who.UserID {
			return ErrOwn
		}
		a.State, a.PublishedAt, a.PublishedBy = Published, now, who.Name
		a.ShortNotice = a.Kind == Planned && a.StartsAt.Sub(now) < Ahead
		n, err := s.tell(ctx, a, "interruption_announced", map[string]string{"reason": a.ReasonZh}, map[string]string{"reason": a.ReasonEn})
		a.Told = n
		return err
	})
}

// Add publishes news about an interruption that was announced. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Add(ctx context.Context, id, zh, en string) (*Announcement, error) {
	var f errs.Fields
	zh, en = form.Text(&f, "zh", zh, 500, true), form.Text(&f, "en", en, 1000, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "announcement.add", zh, func(ctx context.Context, a *Announcement) error {
		if a.State != Published {
			return ErrState.With("state", a.State)
		}
		return s.news(ctx, a, zh, en)
	})
}

func (s *Service) news(ctx context.Context, a *Announcement, zh, en string) error {
	a.Updates = append(a.Updates, Update{s.clock.Instant(), actor.From(ctx).Name, zh, en})
	_, err := s.tell(ctx, a, "interruption_news", map[string]string{"news": zh}, map[string]string{"news": en})
	return err
}

// End says when the interruption was over and what caused it. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) End(ctx context.Context, id string, at caldate.Instant, zh, en string) (*Announcement, error) {
	var f errs.Fields
	zh, en = form.Text(&f, "zh", zh, 500, true), form.Text(&f, "en", en, 1000, true)
	if at.IsZero() || at.After(s.clock.Instant()) {
		f.Add("ended_at", "range", "结束时间不能晚于现在", "it can't have ended after now")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "announcement.end", zh, func(ctx context.Context, a *Announcement) error {
		if a.State != Published {
			return ErrState.With("state", a.State)
		}
		if !at.After(a.StartsAt) {
			return ErrInvalid.At("ended_at", "order", "结束时间应晚于开始时间", "it must end after it started")
		}
		a.State, a.EndedAt = Over, at
		return s.news(ctx, a, zh, en)
	})
}

// CallOff takes an announcement back: the draft is dropped, or the published interruption does not take place. Errors:
// ErrNotFound, ErrInvalid, ErrState.
func (s *Service) CallOff(ctx context.Context, id, zh, en string) (*Announcement, error) {
	var f errs.Fields
	zh, en = form.Text(&f, "zh", zh, 500, true), form.Text(&f, "en", en, 1000, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "announcement.call_off", zh, func(ctx context.Context, a *Announcement) error {
		from := a.State
		a.State = Called
		if from != Published {
			return nil
		}
		return s.news(ctx, a, zh, en)
	})
}

// tell sends a notice to every customer with a contract that is affected, and gives their number.
func (s *Service) tell(ctx context.Context, a *Announcement, kind string, vars, en map[string]string) (int, error) {
	contracts, err := s.reached(actor.With(ctx, actor.System("announcement")), a)
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	var letters []notice.Letter
	for _, c := range contracts {
		if seen[c.CustomerID] {
			continue
		}
		seen[c.CustomerID] = true
		zh := map[string]string{"number": a.Number, "title": a.TitleZh, "from": clockOf(a.StartsAt), "until": clockOf(a.EndsAt)}
		other := map[string]string{"title": a.TitleEn}
		for k, v := range vars {
			zh[k], other[k] = v, en[k]
		}
		letters = append(letters, notice.Letter{To: notice.To{CustomerID: c.CustomerID, About: notice.About{ObjectType: "announcement", ObjectID: a.ID, CustomerID: c.CustomerID}}, Vars: zh, En: other})
	}
	return len(letters), s.Notices.SendAll(ctx, kind, letters)
}

func clockOf(i caldate.Instant) string { return i.Time().Format("2006-01-02 15:04") }

// reached are the contracts that an interruption affects: served on its first day, or now where that is still to come.
func (s *Service) reached(ctx context.Context, a *Announcement) ([]reached, error) {
	on := a.StartsAt.Date()
	if today := s.clock.Today(); on.After(today) {
		on = today
	}
	all, err := s.store.inForce(ctx, on)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c reached) bool { return !a.Touches(c.Kind, c.Carriers) }), nil
}

// Proposal is what a contract is due for an interruption that is over.
type Proposal struct {
	Credit
	Granted bool
}

// Credits works out what each affected contract is due (and shows what was given): the rent of the days, where it was our
// fault and lasted more than 24 hours. Contracts without rent are due nothing by this. Errors: ErrNotFound, ErrNoCredit.
func (s *Service) Credits(ctx context.Context, id string) ([]Proposal, error) {
	a, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	days := Days(a.Lasts())
	if a.State != Over || !a.Fault || days == 0 {
		return nil, ErrNoCredit
	}
	given, err := s.store.credits(ctx, id)
	if err != nil {
		return nil, err
	}
	contracts, err := s.reached(ctx, a)
	if err != nil {
		return nil, err
	}
	out := []Proposal{}
	for _, c := range contracts {
		if at := slices.IndexFunc(given, func(g Credit) bool { return g.ContractID == c.ID }); at >= 0 {
			out = append(out, Proposal{given[at], true})
			continue
		}
		terms, err := s.Contracts.TermsOn(ctx, c.ID, a.StartsAt.Date())
		if err != nil {
			return nil, err
		}
		rent := terms.Rent
		if terms.Kind == plan.KindPort && terms.Ports > 1 {
			rent = rent.MulDiv(int64(terms.Ports), 1)
		}
		if amount := Due(rent, days, a.StartsAt.Date().MonthOf()); amount > 0 && !terms.Buys() {
			out = append(out, Proposal{Credit{AnnouncementID: id, ContractID: c.ID, ContractNumber: c.Number, CustomerID: c.CustomerID, CustomerName: c.CustomerName, Days: days, RentFen: rent, AmountFen: amount}, false})
		}
	}
	return out, nil
}

// Grant gives contracts the credits that they are due: each with a letter as evidence, on the next bill; above the limit a
// second person approves the charge. What was given before is left alone. Errors: ErrNotFound, ErrNoCredit, ErrInvalid.
func (s *Service) Grant(ctx context.Context, id string, contractIDs []string) ([]Proposal, error) {
	due, err := s.Credits(ctx, id)
	if err != nil {
		return nil, err
	}
	a, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, want := range contractIDs {
		at := slices.IndexFunc(due, func(p Proposal) bool { return p.ContractID == want })
		if at < 0 {
			return nil, ErrInvalid.At("contract_ids", "unknown", "该合同没有应得的减免", "this contract is due nothing")
		}
		if due[at].Granted {
			continue
		}
		if err := s.grant(ctx, a, &due[at]); err != nil {
			return nil, err
		}
	}
	return due, nil
}

func (s *Service) grant(ctx context.Context, a *Announcement, p *Proposal) error {
	letter, err := s.letter(a, &p.Credit)
	if err != nil {
		return err
	}
	d, err := s.Documents.Store(ctx, a.Number+"-"+p.ContractNumber+".pdf", "outage_credit", bytes.NewReader(letter))
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		c := p.Credit
		c.ID, c.DocumentID, c.GrantedBy, c.GrantedAt = ids.New(), d.ID, actor.From(ctx).Name, s.clock.Instant()
		x, err := s.Charges.Add(ctx, c.ContractID, charge.Input{Kind: charge.Credit, Amount: c.AmountFen, On: s.clock.Today(), Name: "故障减免", DocumentID: d.ID,
			Reason: fmt.Sprintf("%s：%s 起中断，减免 %d 日", a.Number, clockOf(a.StartsAt), c.Days)})
		if err != nil {
			return err
		}
		c.ChargeID = x.ID
		if err := s.store.insertCredit(ctx, &c); err != nil {
			if db.IsDuplicate(err) { // somebody else gave it meanwhile
				return ErrState
			}
			return err
		}
		p.Credit, p.Granted = c, true
		return s.trail.Record(ctx, trail.Entry{Action: "announcement.grant", ObjectType: "announcement", ObjectID: a.ID, CustomerID: c.CustomerID, ContractID: c.ContractID,
			Detail: map[string]any{"number": a.Number, "amount_fen": c.AmountFen, "days": c.Days}})
	})
}

func (s *Service) letter(a *Announcement, c *Credit) ([]byte, error) {
	t, err := s.Templates.Latest("outage_credit")
	if err != nil {
		return nil, err
	}
	today := s.clock.Today()
	pdf, _, err := t.Render(map[string]string{
		"provider_name": s.Provider.Name, "customer_name": c.CustomerName, "contract_number": c.ContractNumber, "issued_on": today.String(), "announcement": a.Number, "starts_at": clockOf(a.StartsAt),
		"ended_at": clockOf(a.EndedAt), "reason": a.ReasonZh, "days": fmt.Sprint(c.Days), "rent": c.RentFen.Yuan(), "amount": c.AmountFen.Yuan(),
	}, contracttemplate.RenderOptions{Number: a.Number + "-" + c.ContractNumber, Now: today.At(12, 0)})
	return pdf, err
}

// Query narrows and pages the list; the newest comes first.
type Query struct {
	States []string
	Cursor string
	Limit  int
}

// List gives a page of announcements; customers see those that were published.
func (s *Service) List(ctx context.Context, q Query) ([]Announcement, int64, error) {
	return s.store.list(ctx, q.States, q.Cursor, q.Limit)
}

// Get gives one announcement, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Announcement, error) {
	return s.store.byID(ctx, id)
}

// Current gives what the banner shows: interruptions that go on or are ahead, and those that ended within the last two hours;
// to a customer only what touches one of its contracts.
func (s *Service) Current(ctx context.Context) ([]Announcement, error) {
	rows, err := s.store.current(ctx, s.clock.Instant().Add(-2*time.Hour))
	if err != nil || actor.From(ctx).CustomerID == "" || len(rows) == 0 {
		return rows, err
	}
	mine, err := s.store.inForce(ctx, s.clock.Today())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(a Announcement) bool {
		return !slices.ContainsFunc(mine, func(c reached) bool { return a.Touches(c.Kind, c.Carriers) })
	}), nil
}

// Verify checks that numbers have no gaps, and that times and credits agree with what they say.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	out, err := numbering.Verify(ctx, s.db, "announcements")
	if err != nil {
		return nil, err
	}
	rows, err := s.store.astray(ctx)
	for _, r := range rows {
		out = append(out, verify.Violation{Invariant: 5, Object: "announcement " + r.Object, Detail: r.Detail})
	}
	return out, err
}
