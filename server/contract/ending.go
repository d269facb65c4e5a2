package contract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// EndingState is where a termination stands.
type EndingState string

// The states of a termination. Done, cured, withdrawn, rejected, replaced and lapsed are ends.
const (
	EndingRequested EndingState = "requested" // waits for the second person
	EndingRunning   EndingState = "running"   // announced; its clock runs, or its day has not come
	EndingDone      EndingState = "done"
	EndingCured     EndingState = "cured"     // the cause is gone in time: the contract goes on
	EndingWithdrawn EndingState = "withdrawn" // taken back by who gave notice
	EndingRejected  EndingState = "rejected"
	EndingReplaced  EndingState = "replaced" // another one came first
	EndingLapsed    EndingState = "lapsed"   // the contract ended by itself before
)

var endingMoves = map[EndingState][]EndingState{
	EndingRequested: {EndingRunning, EndingRejected, EndingWithdrawn, EndingReplaced, EndingLapsed},
	EndingRunning:   {EndingDone, EndingCured, EndingWithdrawn, EndingReplaced, EndingLapsed},
}

// Ending is one termination: its cause, the clock that it runs on and what became of it (C09).
type Ending struct {
	ID             string `gorm:"primaryKey"`
	Number         string // the contract's number with -T01, gap-free within the contract
	ContractID     string
	Cause          Cause
	State          EndingState
	LiveKey        *string // the contract while running: unique, so that one clock runs at most
	BySide         Side    // who ends it; empty where both do
	Reason         string
	DocumentID     string       // the agreement, the customer's notice, or the proof
	NoticeID       string       // the notice that was made, as a PDF
	NoticeSHA256   string       `gorm:"column:notice_sha256"`
	StartsOn       caldate.Date // the day that the clock starts on
	ClockDays      int          // how long it runs: over at 00:00 of StartsOn + ClockDays + PausedDays
	PausedDays     int          // days of force majeure, which do not count (C20)
	AskedLastDay   caldate.Date
	LastDay        caldate.Date // last day of service that comes of it
	RequestedBy    string
	RequestedAt    caldate.Instant
	DecidedBy      string // the second person
	DecidedAt      caldate.Instant
	ClosedBy       string
	ClosedAt       caldate.Instant
	ClosedOn       caldate.Date
	ClosedReason   string
	ClosedDocument string `gorm:"column:closed_document_id"`
}

// TableName is contract_endings.
func (Ending) TableName() string { return "contract_endings" }

// Rule is how a cause ends a contract (C09).
type Rule struct {
	Days    int  // a clock of so many days, within which the cause can be cured
	AtOnce  bool // today is the last day, whatever was asked for
	Curable bool // what ends it can be cured while the clock runs
	Second  bool // a person who asks for it needs a second one: it costs the customer its service
	By      Side // whose right it is; empty: either side's, or both
}

// rules are those of the requirement, cause by cause.
var rules = map[Cause]Rule{
	Mutual:         {},
	Notice:         {By: CustomerSide},
	Breach:         {Days: 30, Curable: true, Second: true},
	Insolvency:     {Days: 14, Curable: true, Second: true},
	ForceMajeure:   {Days: 60, Curable: true, Second: true},
	Policy:         {Second: true},
	IllegalContent: {AtOnce: true, Second: true, By: ProviderSide},
	NotPaid:        {Curable: true, Second: true, By: ProviderSide},
	Complaints:     {Second: true, By: ProviderSide},
	Completed:      {}, // by an annex that both sides confirmed
}

// RuleOf gives the rule of a cause.
func RuleOf(c Cause) Rule { return rules[c] }

// ends gives the last day of service of a clock of n days that starts on a day: it is over at 00:00 of start + n.
func ends(start caldate.Date, n int) caldate.Date { return start.AddDays(n - 1) }

// Termination ends a contract before its end date (C09).
type Termination struct {
	Cause      Cause
	By         Side // who ends it; left out: whose right it is
	Reason     string
	Since      caldate.Date // since when the cause of a clock holds (insolvency, force majeure); none: today
	LastDay    caldate.Date // last day of service; none: as soon as the cause's rule allows
	DocumentID string       // the agreement or notice, if there is one on paper
}

// check cleans what was entered and gives every wrong field at once. suspended is since when the contract is suspended for
// non-payment.
func (t Termination) check(c *Contract, today caldate.Date, suspended caldate.Date) (Termination, *Ending, error) {
	var f errs.Fields
	if !slices.Contains(Causes(), t.Cause) {
		var names []string
		for _, k := range Causes() {
			names = append(names, string(k))
		}
		list := strings.Join(names, ", ")
		f.Add("cause", "unknown", "没有这种终止事由，请选择："+list, "no such cause; choose one of: "+list)
	}
	r := rules[t.Cause]
	if t.By != "" && t.By != CustomerSide && t.By != ProviderSide {
		f.Add("by", "unknown", ErrSide.Zh, ErrSide.En)
	}
	if t.By == "" {
		t.By = r.By
	} else if r.By != "" && t.By != r.By {
		f.Add("by", "not_theirs", "该事由只能由另一方提出", "only the other side may end it for this cause")
	}
	t.Reason = form.Lines(&f, "reason", t.Reason, maxReason, true)
	e := &Ending{Cause: t.Cause, BySide: t.By, Reason: t.Reason, DocumentID: t.DocumentID, StartsOn: today, ClockDays: r.Days, AskedLastDay: t.LastDay}
	switch s := t.Since; {
	case s.IsZero():
	case t.Cause != Insolvency && t.Cause != ForceMajeure:
		f.Add("since", "not_dated", "该事由自通知之日起算，不能另填起算日", "this cause counts from the day of the notice")
	case s.After(today):
		f.Add("since", "future", "起算日 "+s.String()+" 还没有到", s.String()+" has not come yet")
	case s.Before(today.AddDays(-365)):
		f.Add("since", "past", "起算日最多在一年以内", "at most a year ago")
	default:
		e.StartsOn = s
	}
	earliest := today
	if r.Days > 0 {
		earliest = laterOf(today, ends(e.StartsOn, r.Days)) // where the clock is over already, the service stops today
	}
	if t.Cause == NotPaid {
		switch n := c.Terms.TerminateAfterSuspendedDays; {
		case suspended.IsZero():
			f.Add("cause", "not_suspended", "合同未因欠费停机，不能以欠费为由终止", "the contract is not suspended for non-payment")
		case n > 0:
			e.StartsOn, e.ClockDays = suspended, n
			earliest = laterOf(today, ends(suspended, n))
		}
	}
	e.LastDay = earliest
	switch d := t.LastDay; {
	case d.IsZero():
	case d.Before(today):
		f.Add("on", "past", "最后服务日 "+d.String()+" 已经过去；请填今天或以后的日期", "the last day, "+d.String()+", has passed; give today or a later day")
	case d.After(c.EndDate):
		f.Add("on", "after_end", "最后服务日晚于合同终止日 "+c.EndDate.String(), "the last day is after the contract's end on "+c.EndDate.String())
	case r.AtOnce && d.After(today):
		f.Add("on", "at_once", "因违法内容终止须立即生效，请填今天", "illegal content ends a contract at once; give today")
	case d.Before(earliest):
		f.Add("on", "too_early", fmt.Sprintf("该事由须满 %d 日，最后服务日最早为 %s", e.ClockDays, earliest), fmt.Sprintf("this cause takes %d days: the last day can be %s at the earliest", e.ClockDays, earliest))
	default:
		e.LastDay = d
	}
	return t, e, f.Err(ErrEnd)
}

// endingDetail says in the audit row what a termination is about.
func (s *Service) recordEnding(ctx context.Context, c *Contract, e *Ending, action, reason string, from EndingState) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "contract_ending", ObjectID: e.ID, CustomerID: c.CustomerID, ContractID: c.ID, From: string(from), To: string(e.State), Reason: reason,
		Detail: map[string]any{"number": e.Number, "cause": e.Cause, "starts_on": e.StartsOn, "clock_days": e.ClockDays, "last_day": e.LastDay},
	})
}

// propose checks a termination against the contract as it stands now.
func (s *Service) propose(ctx context.Context, c *Contract, t Termination) (*Ending, error) {
	if !c.State.Live() {
		return nil, ErrState.With("state", c.State)
	}
	row, err := s.store.openSuspension(ctx, c.ID, NonPayment)
	if err != nil {
		return nil, err
	}
	var suspended caldate.Date
	if row != nil {
		suspended = row.SuspendedFrom
	}
	now := s.clock.Instant()
	t, e, err := t.check(c, now.Date(), suspended)
	if err != nil {
		return nil, err
	}
	if !c.EndsOn.IsZero() && t.Cause != Mutual && !e.LastDay.Before(c.EndsOn) {
		return nil, ErrEnding.Sayf("合同已定于 %[1]s 终止，不晚于这一次的 %[2]s", "the contract ends on %[1]s already, no later than by this on %[2]s", c.EndsOn, e.LastDay).With("ends_on", c.EndsOn)
	}
	n, err := s.store.countEndings(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	e.ID, e.ContractID, e.Number = ids.New(), c.ID, fmt.Sprintf("%s-T%02d", c.Number, n+1)
	e.RequestedBy, e.RequestedAt = actor.From(ctx).UserID, now
	return e, nil
}

// Terminate ends a contract that is in force, by the rule of the cause: at once, at the end of a later day, or when a clock
// is over that can still be stopped. It takes the decision as made; RequestTermination asks for a second person first where
// one is needed. Errors: ErrEnd with the fields, ErrNotFound, ErrState, ErrEnding.
func (s *Service) Terminate(ctx context.Context, id string, t Termination) (*Contract, error) {
	return s.terminate(ctx, id, func(ctx context.Context, c *Contract) (*Ending, EndingState, error) {
		e, err := s.propose(ctx, c, t)
		return e, "", err
	})
}

// terminate starts the termination that get gives: its notice is made before the transaction and linked in it. get runs
// twice, on the contract as read and as locked.
func (s *Service) terminate(ctx context.Context, id string, get func(ctx context.Context, c *Contract) (*Ending, EndingState, error)) (*Contract, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, _, err := get(ctx, c)
	if err != nil {
		return nil, err
	}
	paper, err := s.noticeOf(ctx, c, draft)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		e, from, err := get(ctx, c)
		if err != nil {
			return err
		}
		if e.Number != draft.Number || e.LastDay != draft.LastDay {
			return ErrStale // the notice would say something else
		}
		return s.start(ctx, c, e, from, paper)
	})
}

// start announces a termination, or ends the contract where its last day is today.
func (s *Service) start(ctx context.Context, c *Contract, e *Ending, from EndingState, paper *sheet) error {
	if from == "" && e.DocumentID != "" {
		if _, err := s.Documents.Link(ctx, e.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
	}
	if paper != nil {
		e.NoticeID, e.NoticeSHA256 = paper.id, paper.sha256
		if _, err := s.Documents.Link(ctx, paper.id, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
	}
	today := s.clock.Today()
	if err := s.closeEndings(ctx, c, e.ID, EndingReplaced, today, e.Number); err != nil {
		return err
	}
	e.State, e.LiveKey = EndingRunning, &e.ContractID
	save := s.store.insertEnding
	if from != "" {
		save = func(ctx context.Context, e *Ending) error { return s.moveEnding(ctx, e, from) }
	}
	if err := save(ctx, e); err != nil {
		return err
	}
	c.EndCause, c.EndReason = e.Cause, e.Reason
	if !e.LastDay.After(today) {
		if err := s.recordEnding(ctx, c, e, "ending.start", e.Reason, from); err != nil {
			return err
		}
		return s.end(ctx, c, Terminated, today, today, "contract.terminate", nil)
	}
	c.EndsOn = e.LastDay
	ok, err := s.store.update(ctx, c, c.State, map[string]any{"ends_on": c.EndsOn, "end_cause": c.EndCause, "end_reason": c.EndReason})
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	c.Version++
	if err := s.recordEnding(ctx, c, e, "ending.start", e.Reason, from); err != nil {
		return err
	}
	if rules[e.Cause].Curable {
		return s.tell(ctx, c, "contract_notice", map[string]string{
			"cause": causeWords[e.Cause][0], "reason": e.Reason, "last_day": e.LastDay.String(), "ends": e.LastDay.AddDays(1).String(),
		}, map[string]string{"cause": causeWords[e.Cause][1]})
	}
	return s.tell(ctx, c, "contract_ends", map[string]string{"last_day": e.LastDay.String(), "reason": e.Reason}, nil)
}

func (s *Service) moveEnding(ctx context.Context, e *Ending, from EndingState) error {
	if !slices.Contains(endingMoves[from], e.State) {
		return ErrEndingState.With("state", from)
	}
	ok, err := s.store.moveEnding(ctx, e, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrEndingState
	}
	return nil
}

// closeEndings gives every termination of a contract that is not closed its end, but for one.
func (s *Service) closeEndings(ctx context.Context, c *Contract, but string, to EndingState, on caldate.Date, reason string) error {
	rows, err := s.store.endings(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		if e := &rows[i]; e.ID != but && (e.State == EndingRequested || e.State == EndingRunning) {
			if err := s.closeEnding(ctx, c, e, to, on, reason, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) closeEnding(ctx context.Context, c *Contract, e *Ending, to EndingState, on caldate.Date, reason, document string) error {
	from := e.State
	e.State, e.LiveKey, e.ClosedBy, e.ClosedAt, e.ClosedOn, e.ClosedReason, e.ClosedDocument = to, nil, actor.From(ctx).UserID, s.clock.Instant(), on, cut(reason), document
	if err := s.moveEnding(ctx, e, from); err != nil {
		return err
	}
	return s.recordEnding(ctx, c, e, "ending."+string(to), e.ClosedReason, from)
}

// RequestTermination is Terminate for a person: where the cause takes the customer's service away, it waits for a second
// one. Illegal content suspends the contract meanwhile. Errors: those of Terminate, ErrEndingState where one waits already.
func (s *Service) RequestTermination(ctx context.Context, id string, t Termination) (*Contract, error) {
	if t.Cause == Completed {
		return nil, ErrEnd.At("cause", "by_annex", "因约定事项完成而终止的，请出具完成确认书，由客户确认", "draw up a completion for the customer to confirm; the contract ends with it")
	}
	if !rules[t.Cause].Second {
		return s.Terminate(ctx, id, t)
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		e, err := s.propose(ctx, c, t)
		if err != nil {
			return err
		}
		rows, err := s.store.endings(ctx, id)
		if err != nil {
			return err
		}
		for _, o := range rows {
			if o.State == EndingRequested {
				return ErrEndingState.Sayf("终止申请 %s 还在等待批准", "termination %s waits for its approval", o.Number).With("number", o.Number)
			}
		}
		if e.DocumentID != "" {
			if _, err := s.Documents.Link(ctx, e.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		e.State = EndingRequested
		if err := s.store.insertEnding(ctx, e); err != nil {
			return err
		}
		if err := s.recordEnding(ctx, c, e, "ending.request", e.Reason, ""); err != nil {
			return err
		}
		if e.Cause == IllegalContent { // the sending stops at once, whoever decides on the contract
			if err := s.Suspend(ctx, id, Content, s.clock.Today(), e.Reason); err != nil {
				return err
			}
			if c, err = s.lock(ctx, id); err != nil {
				return err
			}
		}
		for _, role := range []string{"sales_lead", "compliance_lead"} {
			err := s.send(ctx, c, notice.To{Role: role}, "termination_requested", map[string]string{"cause": causeWords[e.Cause][0], "reason": e.Reason},
				map[string]string{"cause": causeWords[e.Cause][1]})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// DecideTermination approves a termination that somebody else asked for, and starts its clock, or rejects it. Errors:
// ErrNotFound, ErrNoEnding, ErrEndingState, ErrOwnEnding, ErrReason where it is rejected without one, those of Terminate.
func (s *Service) DecideTermination(ctx context.Context, id, endingID string, approve bool, reason string) (*Contract, error) {
	who := actor.From(ctx).UserID
	asked := func(ctx context.Context) (*Ending, error) {
		e, err := s.store.ending(ctx, id, endingID)
		switch {
		case err != nil:
			return nil, err
		case e.State != EndingRequested:
			return nil, ErrEndingState.With("state", e.State)
		case e.RequestedBy == who:
			return nil, ErrOwnEnding
		}
		return e, nil
	}
	if approve {
		return s.terminate(ctx, id, func(ctx context.Context, c *Contract) (*Ending, EndingState, error) {
			e, err := asked(ctx)
			if err != nil {
				return nil, "", err
			}
			t := Termination{Cause: e.Cause, By: e.BySide, Reason: e.Reason, LastDay: e.AskedLastDay, DocumentID: e.DocumentID}
			if e.StartsOn.Before(e.RequestedAt.Date()) && e.Cause != NotPaid {
				t.Since = e.StartsOn
			}
			if today := s.clock.Today(); !t.LastDay.IsZero() && t.LastDay.Before(today) {
				t.LastDay = caldate.Date{} // it was asked for sooner than it was approved
			}
			now, err := s.propose(ctx, c, t)
			if err != nil {
				return nil, "", err
			}
			e.StartsOn, e.ClockDays, e.LastDay, e.DecidedBy, e.DecidedAt = now.StartsOn, now.ClockDays, now.LastDay, who, s.clock.Instant()
			return e, EndingRequested, nil
		})
	}
	reason, err := why(reason)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		e, err := asked(ctx)
		if err != nil {
			return err
		}
		e.DecidedBy, e.DecidedAt = who, s.clock.Instant()
		return s.closeEnding(ctx, c, e, EndingRejected, s.clock.Today(), reason, "")
	})
}

// Cured states that the cause of a running termination is gone: the breach was cured, the insolvency lifted, the force
// majeure over (C09).
type Cured struct {
	Reason     string
	DocumentID string
}

// Cure stops the clock of a termination for breach, insolvency, force majeure or non-payment, because its cause is gone: the
// contract goes on, and what was cured is no breach (C09). Errors: ErrNotFound, ErrState, ErrNotCurable, ErrInvalid, those
// of document.Link.
func (s *Service) Cure(ctx context.Context, id string, in Cured) (*Contract, error) {
	return s.callOff(ctx, id, in, EndingCured)
}

// WithdrawTermination takes back a termination that has no clock, before its last day is over, or a request for one: both
// sides go on. Errors: those of Cure, ErrReason.
func (s *Service) WithdrawTermination(ctx context.Context, id string, in Cured) (*Contract, error) {
	if _, err := why(in.Reason); err != nil {
		return nil, err
	}
	return s.callOff(ctx, id, in, EndingWithdrawn)
}

func (s *Service) callOff(ctx context.Context, id string, in Cured, to EndingState) (*Contract, error) {
	var f errs.Fields
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false)
	if err := f.Err(ErrEnd); err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		rows, err := s.store.endings(ctx, id)
		if err != nil {
			return err
		}
		var e *Ending
		for i := range rows {
			switch r := &rows[i]; {
			case r.State == EndingRunning:
				e = r
			case r.State == EndingRequested && e == nil && to == EndingWithdrawn:
				e = r
			}
		}
		if e == nil || to == EndingCured && !rules[e.Cause].Curable {
			return ErrNotCurable
		}
		if in.DocumentID != "" {
			if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		return s.goOn(ctx, c, e, to, in.Reason, in.DocumentID)
	})
}

// goOn closes a termination whose contract continues.
func (s *Service) goOn(ctx context.Context, c *Contract, e *Ending, to EndingState, reason, document string) error {
	running := e.State == EndingRunning
	if err := s.closeEnding(ctx, c, e, to, s.clock.Today(), reason, document); err != nil || !running {
		return err
	}
	c.EndsOn, c.EndCause, c.EndReason = caldate.Date{}, "", ""
	ok, err := s.store.update(ctx, c, c.State, map[string]any{"ends_on": nil, "end_cause": "", "end_reason": ""})
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	c.Version++
	return s.tell(ctx, c, "contract_goes_on", map[string]string{"cause": causeWords[e.Cause][0], "end_date": c.EndDate.String()}, map[string]string{"cause": causeWords[e.Cause][1]})
}

// paid stops a termination for non-payment once nothing overdue is owed.
func (s *Service) paid(ctx context.Context, c *Contract, evidence string) error {
	rows, err := s.store.endings(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		if e := &rows[i]; e.Cause == NotPaid && (e.State == EndingRunning || e.State == EndingRequested) {
			to := EndingCured
			if e.State == EndingRequested {
				to = EndingLapsed
			}
			return s.goOn(ctx, c, e, to, evidence, "")
		}
	}
	return nil
}

// Endings gives all terminations of a contract, the first one first.
func (s *Service) Endings(ctx context.Context, id string) ([]Ending, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.endings(ctx, id)
}

// causeWords are the causes as notices and papers name them.
var causeWords = map[Cause][2]string{
	Mutual: {"协商一致", "mutual agreement"}, Notice: {"客户通知终止", "notice by the customer"}, Breach: {"违约", "breach"},
	Insolvency: {"破产或资不抵债", "insolvency"}, ForceMajeure: {"不可抗力", "force majeure"}, Policy: {"运营商或国家政策变化", "change of carrier or state policy"},
	IllegalContent: {"发送违法内容", "illegal content"}, NotPaid: {"欠费停机期满", "non-payment"}, Complaints: {"屡次被投诉", "repeated complaints"},
	Completed: {"约定事项完成", "completion of what was agreed"},
}

// Words are a cause as people read it.
func (c Cause) Words() (zh, en string) { return causeWords[c][0], causeWords[c][1] }
