package dunning

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// DecisionKind is what a person decided about a suspension that the contract leaves to people (`by_decision`).
type DecisionKind string

// The kinds. Open is the task; Moot closes it by itself when nothing is left to decide.
const (
	DecisionOpen    DecisionKind = "open"
	DecisionSuspend DecisionKind = "suspend"
	DecisionWait    DecisionKind = "wait" // until a day: then it is asked again if something is still owed
	DecisionMoot    DecisionKind = "moot"
)

// Decision is the task to decide whether a contract is suspended for a bill, and what was decided.
type Decision struct {
	ID          string `gorm:"primaryKey"`
	BillID      string
	ContractID  string
	CustomerID  string
	RaisedOn    caldate.Date
	Decision    DecisionKind
	WaitUntil   caldate.Date
	Reason      string
	DecidedBy   string
	DeciderName string
	DecidedAt   caldate.Instant
	OpenKey     *string // the bill while it is open: one task for a bill
}

// TableName is dunning_decisions.
func (Decision) TableName() string { return "dunning_decisions" }

// Task is an open decision with what it is about.
type Task struct {
	Decision
	BillNumber     string
	ContractNumber string
	CustomerName   string
	Owed           money.Fen
	DueOn          caldate.Date
	SuspendOn      caldate.Date
}

// longestWait is how far a decision may be put off.
const longestWait = 92

// raise asks finance to decide on a bill that is owed beyond its grace, unless they were asked and either have not
// answered or said to wait until a later day.
func (s *Service) raise(ctx context.Context, b *bill.Bill, day caldate.Date) error {
	last, err := s.store.lastDecision(ctx, b.ID)
	if err != nil {
		return err
	}
	if last != nil && (last.Decision == DecisionOpen || last.Decision == DecisionWait && day.Before(last.WaitUntil) || last.Decision == DecisionSuspend && !day.After(last.RaisedOn)) {
		return nil
	}
	if last == nil {
		if _, err := s.store.step(ctx, b.ID, "suspension_decision", day, s.clock.Instant()); err != nil {
			return err
		}
	}
	key := b.ID
	d := &Decision{ID: ids.New(), BillID: b.ID, ContractID: b.ContractID, CustomerID: b.CustomerID, RaisedOn: day, Decision: DecisionOpen, OpenKey: &key}
	if err := s.store.insertDecision(ctx, d); err != nil {
		return err
	}
	return s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "contract", ObjectID: b.ContractID, CustomerID: b.CustomerID}}, "suspension_decision",
		map[string]string{"customer": b.CustomerName, "number": b.Number, "contract": b.ContractNumber, "open": b.Owed().Grouped(), "due_on": b.DueOn.String()}, nil)
}

// Tasks gives the decisions that wait, the oldest first, within the actor's scope. Bills that were paid meanwhile ask
// for none.
func (s *Service) Tasks(ctx context.Context) ([]Task, error) { return s.store.tasks(ctx) }

// Decided is what a person decided.
type Decided struct {
	Suspend bool
	Until   caldate.Date // when not: the day on which it is asked again
	Reason  string
}

// DecideSuspension decides an open task: suspend now, or wait until a day. Errors: ErrTaskNotFound, ErrTaskDecided,
// ErrException with fields.
func (s *Service) DecideSuspension(ctx context.Context, id string, in Decided) (*Decision, error) {
	var f errs.Fields
	today := s.clock.Today()
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	if !in.Suspend {
		switch {
		case in.Until.IsZero():
			f.Add("until", "missing", "请填写暂缓到哪一天：到期仍欠费会再次提请决定", "say until when to wait: if something is still owed then, you are asked again")
		case !in.Until.After(today):
			f.Add("until", "past", "暂缓日期须晚于今天", "the day must be after today")
		case in.Until.Sub(today) > longestWait:
			f.Add("until", "too_long", "最多暂缓 92 天", "it can be put off for 92 days at most")
		}
	}
	if err := f.Err(ErrException); err != nil {
		return nil, err
	}
	var d *Decision
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if d, err = s.store.decision(ctx, id); err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{d.CustomerID}); err != nil {
			return err
		}
		if d, err = s.store.decision(ctx, id); err != nil {
			return err
		}
		if d.Decision != DecisionOpen {
			return ErrTaskDecided
		}
		b, err := s.Bills.Get(ctx, d.BillID)
		if err != nil {
			return err
		}
		who := actor.From(ctx)
		d.Decision, d.WaitUntil, d.Reason = DecisionWait, in.Until, in.Reason
		ground, terms, err := s.ground(ctx, b, today)
		if err != nil {
			return err
		}
		switch {
		case ground <= terms.SuspendFloor:
			d.Decision, d.WaitUntil = DecisionMoot, caldate.Date{}
		case in.Suspend:
			d.Decision, d.WaitUntil = DecisionSuspend, caldate.Date{}
			evidence := fmt.Sprintf("账单 %s 逾期未付 ¥%s，%s 决定停机：%s · bill %s overdue, suspended by decision", b.Number, b.Owed().Grouped(), who.Name, in.Reason, b.Number)
			if err := s.Contracts.Suspend(ctx, b.ContractID, contract.NonPayment, today, evidence); err != nil {
				if errors.Is(err, contract.ErrState) {
					return ErrTaskDecided.Because(err)
				}
				return err
			}
		}
		d.DecidedBy, d.DeciderName, d.DecidedAt, d.OpenKey = who.UserID, who.Name, s.clock.Instant(), nil
		ok, err := s.store.closeDecision(ctx, d)
		if err != nil {
			return err
		}
		if !ok {
			return ErrTaskDecided
		}
		return s.Trail.Record(ctx, trail.Entry{Action: "dunning.decide", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Reason: in.Reason,
			Detail: map[string]any{"number": b.Number, "decision": d.Decision, "until": d.WaitUntil, "owed_fen": b.Owed()}})
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// closeMoot closes tasks of bills that ask for no decision any more.
func (s *Service) closeMoot(ctx context.Context) error {
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.closeMoot(ctx, s.clock.Instant()) })
}
