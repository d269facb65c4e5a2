package leak

import (
	"context"
	"fmt"
	"slices"
	"time"

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
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Documents *document.Service
	Notices   *notice.Service
}

// Service keeps the register.
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

// Affected is a customer whose data it is, with how many of its recipients; 0: not known yet.
type Affected struct {
	CustomerID string
	People     int64
}

// Facts are what is known of a leak; they grow while it is looked into.
type Facts struct {
	Severity    Severity
	Title       string
	Description string
	NoticedAt   caldate.Instant
	FromDay     caldate.Date
	ToDay       caldate.Date
	DataKinds   []string
	People      int64
	Cause       string
	Harm        string
	Measures    string
	Customers   []Affected
}

const (
	maxText      = 4000
	maxShort     = 1000
	maxPeople    = 2_000_000_000
	maxCustomers = 500
)

func (in *Facts) check(now caldate.Instant) error {
	var f errs.Fields
	if !slices.Contains(Severities(), in.Severity) {
		f.Add("severity", "unknown", "请选择级别", "choose how grave it is")
	}
	in.Title = form.Text(&f, "title", in.Title, 100, true)
	in.Description = form.Lines(&f, "description", in.Description, maxText, true)
	in.Cause = form.Lines(&f, "cause", in.Cause, maxShort, false)
	in.Harm = form.Lines(&f, "harm", in.Harm, maxShort, true)
	in.Measures = form.Lines(&f, "measures", in.Measures, maxText, true)
	if in.NoticedAt.IsZero() || in.NoticedAt.After(now) {
		f.Add("noticed_at", "future", "请填写发现时间，不能晚于现在", "give when it was noticed, not after now")
	}
	if !in.FromDay.IsZero() && in.FromDay.After(now.Date()) || !in.ToDay.IsZero() && (in.FromDay.IsZero() || in.ToDay.Before(in.FromDay)) {
		f.Add("from_day", "order", "发生日期有误：起始日不晚于今天和结束日", "it began on a day not after today, nor after the day on which it ended")
	}
	if len(in.DataKinds) == 0 {
		f.Add("data_kinds", "missing", "请选择泄露的数据种类", "choose which data got out")
	}
	for _, k := range in.DataKinds {
		if !slices.Contains(DataKinds(), k) {
			f.Add("data_kinds", "unknown", "没有这种数据："+k, "no such kind of data: "+k)
		}
	}
	in.DataKinds = slices.Compact(slices.Sorted(slices.Values(in.DataKinds)))
	if in.People < 0 || in.People > maxPeople {
		f.Add("people", "range", "受影响人数应为 0（未知）至 20 亿", "persons: 0 (not known) to 2,000,000,000")
	}
	in.checkCustomers(&f)
	return f.Err(ErrInvalid)
}

func (in *Facts) checkCustomers(f *errs.Fields) {
	if len(in.Customers) > maxCustomers {
		f.Add("customers", "many", "一次最多登记 500 个客户", "at most 500 customers")
	}
	seen := map[string]bool{}
	for i, c := range in.Customers {
		if seen[c.CustomerID] {
			f.Add(fmt.Sprintf("customers[%d].customer_id", i), "twice", "这个客户重复了", "this customer comes twice")
		}
		seen[c.CustomerID] = true
		if c.People < 0 || c.People > maxPeople {
			f.Add(fmt.Sprintf("customers[%d].people", i), "range", "人数应为 0（未知）至 20 亿", "persons: 0 (not known) to 2,000,000,000")
		}
	}
}

func (in *Facts) into(l *Leak) {
	l.Severity, l.Title, l.Description, l.NoticedAt, l.FromDay, l.ToDay = in.Severity, in.Title, in.Description, in.NoticedAt, in.FromDay, in.ToDay
	l.DataKinds, l.People, l.Cause, l.Harm, l.Measures = in.DataKinds, in.People, in.Cause, in.Harm, in.Measures
}

// Record begins a leak's record: from its noticing the clocks of the duties run. Errors: ErrInvalid, customer.ErrNotFound.
func (s *Service) Record(ctx context.Context, in Facts) (*Leak, error) {
	now := s.clock.Instant()
	if err := in.check(now); err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	l := &Leak{ID: ids.New(), State: Open, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: now, Version: 1}
	in.into(l)
	err := s.db.Run(ctx, func(ctx context.Context) error {
		number, err := numbering.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		l.Number = number
		if err := s.store.insert(ctx, l); err != nil {
			return err
		}
		if err := s.duties(ctx, l, in.Customers, l.NoticedAt); err != nil {
			return err
		}
		if err := s.record(ctx, l, "leak.record", "", l.Title, map[string]any{"severity": l.Severity, "people": l.People, "noticed_at": l.NoticedAt.String(), "customers": len(in.Customers)}); err != nil {
			return err
		}
		return s.tellUs(ctx, l, "leak_recorded", nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, l.ID)
}

// Amend writes what has come to be known since. A customer that is found later has its time from now; one that turns out not
// to be touched goes, unless it was told. Errors: ErrNotFound, ErrInvalid, ErrState, ErrStale, customer.ErrNotFound.
func (s *Service) Amend(ctx context.Context, id string, in Facts, version int64) (*Leak, error) {
	now := s.clock.Instant()
	if err := in.check(now); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "leak.amend", in.Title, func(ctx context.Context, l *Leak) error {
		if l.State != Open && l.State != Contained {
			return ErrState.With("state", l.State)
		}
		if l.Version != version {
			return ErrStale
		}
		in.into(l)
		return s.duties(ctx, l, in.Customers, now)
	})
}

// Contain notes that nothing gets out any more; the clock of the final report begins. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Contain(ctx context.Context, id, measures string) (*Leak, error) {
	var f errs.Fields
	measures = form.Lines(&f, "measures", measures, maxText, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "leak.contain", measures, func(ctx context.Context, l *Leak) error {
		if l.State != Open {
			return ErrState.With("state", l.State)
		}
		rules, err := s.Deadlines(ctx)
		if err != nil {
			return err
		}
		l.State, l.Measures, l.ContainedAt = Contained, measures, s.clock.Instant()
		return s.duty(ctx, l, rules, Duty{Kind: Summary}, l.ContainedAt)
	})
}

// AskClose proposes to close a leak, as a real one whose duties are met, or as none at all; another person decides.
// Errors: ErrNotFound, ErrInvalid, ErrState, ErrDuties.
func (s *Service) AskClose(ctx context.Context, id string, outcome Outcome, conclusion string) (*Leak, error) {
	var f errs.Fields
	if outcome != Real && outcome != NoLeak {
		f.Add("outcome", "unknown", "请选择：确有泄露，或未发生泄露", "choose: data got out, or nothing did")
	}
	conclusion = form.Lines(&f, "conclusion", conclusion, maxText, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "leak.ask_close", conclusion, func(ctx context.Context, l *Leak) error {
		if l.State == Open && outcome == Real {
			return ErrState.With("state", l.State)
		}
		if outcome == Real {
			open, err := s.store.openDuties(ctx, l.ID)
			if err != nil {
				return err
			}
			if open > 0 {
				return ErrDuties.With("open", open)
			}
		}
		who := actor.From(ctx)
		l.State, l.Outcome, l.Conclusion, l.AskedBy, l.AskerName, l.AskedAt = Closing, outcome, conclusion, who.UserID, who.Name, s.clock.Instant()
		return s.tellUs(ctx, l, "leak_closing", map[string]string{"who": who.Name})
	})
}

// DecideClose closes a leak or sends it back; never whoever asked. Where nothing got out, what is still due falls away.
// Errors: ErrNotFound, ErrInvalid, ErrState, ErrOwn.
func (s *Service) DecideClose(ctx context.Context, id string, approve bool, note string) (*Leak, error) {
	var f errs.Fields
	note = form.Lines(&f, "note", note, maxShort, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "leak.decide_close", note, func(ctx context.Context, l *Leak) error {
		who := actor.From(ctx)
		switch {
		case l.State != Closing:
			return ErrState.With("state", l.State)
		case l.AskedBy == who.UserID:
			return ErrOwn
		case !approve:
			l.State, l.Outcome, l.ClosingNote = Contained, Undecided, note
			if l.ContainedAt.IsZero() {
				l.State = Open
			}
			return nil
		}
		l.State, l.ClosedBy, l.CloserName, l.ClosedAt, l.ClosingNote = Closed, who.UserID, who.Name, s.clock.Instant(), note
		if l.Outcome == NoLeak {
			return s.store.waiveRest(ctx, l.ID, l.ClosedAt, who.UserID, who.Name, l.Conclusion)
		}
		return nil
	})
}

// AddFile puts evidence to a leak. Errors: ErrNotFound, ErrState, those of document.Link.
func (s *Service) AddFile(ctx context.Context, id, documentID string) (*Leak, error) {
	return s.change(ctx, id, "leak.file", "", func(ctx context.Context, l *Leak) error {
		if l.State == Closed {
			return ErrState.With("state", l.State)
		}
		_, err := s.Documents.Link(ctx, documentID, "leak", l.ID, "", "")
		return err
	})
}

// change reads a leak, lets act change it and writes it with its audit row, if nobody was faster.
func (s *Service) change(ctx context.Context, id, action, reason string, act func(ctx context.Context, l *Leak) error) (*Leak, error) {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		l, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		from := l.State
		if err := act(ctx, l); err != nil {
			return err
		}
		if from != l.State && !CanMove(from, l.State) {
			return ErrState.With("state", from)
		}
		if err := s.store.save(ctx, l, from); err != nil {
			return err
		}
		return s.record(ctx, l, action, from, reason, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

func (s *Service) record(ctx context.Context, l *Leak, action string, from State, reason string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["number"] = l.Number
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "leak", ObjectID: l.ID, From: string(from), To: string(l.State), Reason: reason, Detail: detail})
}

// roles are who looks after leaks on our side.
var roles = []string{"compliance_lead", "compliance_reviewer"}

// tellUs puts a notice about a leak into the inboxes of those who look after it.
func (s *Service) tellUs(ctx context.Context, l *Leak, kind string, more map[string]string) error {
	vars := map[string]string{"number": l.Number, "title": l.Title}
	for k, v := range more {
		vars[k] = v
	}
	for _, r := range roles {
		if err := s.Notices.Send(ctx, notice.To{Role: r, About: notice.About{ObjectType: "leak", ObjectID: l.ID}}, kind, vars, nil); err != nil {
			return err
		}
	}
	return nil
}

// Get gives one leak. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Leak, error) { return s.store.byID(ctx, id) }

// List gives leaks, the newest first, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Leak, int64, error) {
	return s.store.list(ctx, q)
}

// warnBefore is how long before its end a duty is reminded of for the first time; then daily, once it is late.
const warnBefore = 2 * time.Hour

// Remind tells who looks after leaks of duties that are due within two hours, or late; each duty once a day.
func (s *Service) Remind(ctx context.Context) (told int, err error) {
	today := s.clock.Today()
	due, err := s.store.toRemind(ctx, s.clock.Instant().Add(warnBefore), today)
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		err := s.db.Run(ctx, func(ctx context.Context) error {
			first, err := s.store.remind(ctx, d.ID, today)
			if err != nil || !first {
				return err
			}
			l, err := s.store.byID(ctx, d.LeakID)
			if err != nil {
				return err
			}
			told++
			return s.tellUs(ctx, l, "leak_due", map[string]string{"duty": dutyZh[d.Kind] + d.CustomerName, "by": d.DueAt.Time().Format("2006-01-02 15:04")})
		})
		if err != nil {
			return told, err
		}
	}
	return told, nil
}

// Watch is Remind for the loop that runs all the time: the clocks are of hours.
func (s *Service) Watch(ctx context.Context) error {
	_, err := s.Remind(ctx)
	return err
}

// RunDay reminds of what is late.
func (s *Service) RunDay(ctx context.Context, _ caldate.Date) (string, error) {
	n, err := s.Remind(ctx)
	return fmt.Sprintf("%d duties of leaks", n), err
}

var dutyZh = map[DutyKind]string{Authority: "向主管部门报告", Customer: "通知客户 ", Persons: "通知个人", Summary: "提交总结报告"}
