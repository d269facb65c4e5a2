package dunning

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// ExceptionKind is what a customer is spared.
type ExceptionKind string

// The kinds: no late fee on its days, no suspension for non-payment on its days, or neither.
const (
	NoLateFee    ExceptionKind = "no_late_fee"
	NoSuspension ExceptionKind = "no_suspension"
	NeitherOf    ExceptionKind = "both"
)

// LateFee and Suspension tell what the kind spares.
func (k ExceptionKind) LateFee() bool { return k == NoLateFee || k == NeitherOf }

// Suspension tells whether the kind spares suspensions.
func (k ExceptionKind) Suspension() bool { return k == NoSuspension || k == NeitherOf }

var kindWords = map[ExceptionKind][2]string{
	NoLateFee: {"不计滞纳金", "no late fee"}, NoSuspension: {"不因欠费停机", "no suspension for non-payment"}, NeitherOf: {"不计滞纳金、不因欠费停机", "neither late fee nor suspension"},
}

// ExceptionState is where an exception stands in its approval; whether it counts today follows from its days.
type ExceptionState string

// The states.
const (
	ExceptionRequested ExceptionState = "requested"
	ExceptionApproved  ExceptionState = "approved"
	ExceptionRejected  ExceptionState = "rejected"
	ExceptionEnded     ExceptionState = "ended" // before its last day, by a person
)

// Exception spares a customer (or one contract) late fees, suspensions or both from a day until a day, both included (B06).
// It ends by itself: what counts is computed from its days.
type Exception struct {
	ID             string `gorm:"primaryKey"`
	CustomerID     string
	CustomerName   string
	ContractID     string // empty: all contracts of the customer
	Kind           ExceptionKind
	FromDate       caldate.Date
	UntilDate      caldate.Date
	Reason         string
	DocumentID     string // the customer's request, where there is a paper
	State          ExceptionState
	EndedOn        caldate.Date // from 00:00 of this day it counts no more; only where a person ended it
	RequestedBy    string
	RequesterName  string
	RequestedAt    caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	EndedBy        string
}

// TableName is dunning_exceptions.
func (Exception) TableName() string { return "dunning_exceptions" }

// Last is the last day on which it counts; before FromDate where it was ended before it began.
func (e *Exception) Last() caldate.Date {
	if !e.EndedOn.IsZero() && !e.EndedOn.After(e.UntilDate) {
		return e.EndedOn.AddDays(-1)
	}
	return e.UntilDate
}

// Granted tells whether it was approved, ended since or not.
func (e *Exception) Granted() bool { return e.State == ExceptionApproved || e.State == ExceptionEnded }

// CountsOn tells whether it counts on a day.
func (e *Exception) CountsOn(day caldate.Date) bool {
	return e.Granted() && day.In(e.FromDate, e.Last())
}

// longest an exception may last, and how far back it may reach: a year, and a quarter.
const (
	longestException = 366
	furthestBack     = 92
)

// ExceptionInput is what finance ask for.
type ExceptionInput struct {
	CustomerID string
	ContractID string
	Kind       ExceptionKind
	From       caldate.Date
	Until      caldate.Date
	Reason     string
	DocumentID string
}

// RequestException asks that a customer be spared late fees or suspensions until a day; a second person decides. It may
// begin in the past: late fees of those days are then taken back. Errors: ErrException with fields,
// customer.ErrNotFound, contract.ErrNotFound.
func (s *Service) RequestException(ctx context.Context, in ExceptionInput) (*Exception, error) {
	var f errs.Fields
	today := s.clock.Today()
	if _, ok := kindWords[in.Kind]; !ok {
		f.Add("kind", "unknown", "请选择例外的种类：不计滞纳金、不停机或两者", "choose the kind: no late fee, no suspension, or both")
	}
	if in.From.IsZero() {
		in.From = today
	}
	switch {
	case in.Until.IsZero():
		f.Add("until", "missing", "请填写截止日期：例外到期自动失效", "give the last day: the exception ends by itself")
	case in.Until.Before(today):
		f.Add("until", "past", "截止日期已过", "the last day has passed")
	case in.Until.Before(in.From):
		f.Add("until", "before_from", "截止日期早于开始日期", "the last day is before the first")
	case in.Until.Sub(in.From) > longestException:
		f.Add("until", "too_long", "例外最长一年", "an exception lasts a year at most")
	}
	if today.Sub(in.From) > furthestBack {
		f.Add("from", "too_early", "开始日期最多追溯 92 天", "an exception reaches 92 days back at most")
	}
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	if in.CustomerID == "" && in.ContractID == "" {
		f.Add("customer_id", "missing", "请选择客户", "choose the customer")
	}
	if err := f.Err(ErrException); err != nil {
		return nil, err
	}
	var e *Exception
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if in.ContractID != "" {
			c, err := s.Contracts.Get(ctx, in.ContractID)
			if err != nil {
				return err
			}
			if in.CustomerID != "" && in.CustomerID != c.CustomerID {
				return ErrException.At("contract_id", "other_customer", "该合同不是这个客户的", "the contract is another customer's")
			}
			in.CustomerID = c.CustomerID
		}
		c, err := s.Customers.Get(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		who := actor.From(ctx)
		e = &Exception{ID: ids.New(), CustomerID: c.ID, CustomerName: c.Name, ContractID: in.ContractID, Kind: in.Kind, FromDate: in.From, UntilDate: in.Until, Reason: in.Reason,
			State: ExceptionRequested, RequestedBy: who.UserID, RequesterName: who.Name, RequestedAt: s.clock.Instant()}
		if in.DocumentID != "" && s.Documents != nil {
			d, err := s.Documents.Link(ctx, in.DocumentID, "exception", e.ID, e.CustomerID, e.ContractID)
			if err != nil {
				return err
			}
			e.DocumentID = d.ID
		}
		if err := s.store.insertException(ctx, e); err != nil {
			return err
		}
		return s.recordException(ctx, e, "exception.request", "", e.Reason)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (s *Service) recordException(ctx context.Context, e *Exception, action string, from ExceptionState, reason string) error {
	return s.Trail.Record(ctx, trail.Entry{Action: action, ObjectType: "exception", ObjectID: e.ID, CustomerID: e.CustomerID, ContractID: e.ContractID, From: string(from), To: string(e.State), Reason: reason,
		Detail: map[string]any{"kind": e.Kind, "from": e.FromDate, "until": e.UntilDate}})
}

// DecideException approves an exception or rejects it; whoever asked can't. What follows happens at once: late fees of its
// days are taken back, a suspension for non-payment is lifted. Errors: ErrExceptionNotFound, ErrOwnException,
// ErrExceptionState, ErrException.
func (s *Service) DecideException(ctx context.Context, id string, approve bool, reason string) (*Exception, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, !approve)
	if err := f.Err(ErrException); err != nil {
		return nil, err
	}
	return s.changeException(ctx, id, func(ctx context.Context, e *Exception) error {
		who := actor.From(ctx)
		switch {
		case e.State != ExceptionRequested:
			return ErrExceptionState.With("state", e.State)
		case e.RequestedBy == who.UserID:
			return ErrOwnException
		case approve && e.UntilDate.Before(s.clock.Today()):
			return ErrExceptionState.Say("截止日期已过，请重新申请", "its last day has passed; ask for a new one")
		}
		e.DecidedBy, e.DeciderName, e.DecidedAt, e.DecisionReason = who.UserID, who.Name, s.clock.Instant(), reason
		e.State = ExceptionRejected
		if approve {
			e.State = ExceptionApproved
		}
		if err := s.saveException(ctx, e, ExceptionRequested, "exception.decide", reason); err != nil || !approve {
			return err
		}
		if s.Notices == nil {
			return nil
		}
		w := kindWords[e.Kind]
		return s.Notices.Send(ctx, notice.To{CustomerID: e.CustomerID, About: notice.About{ObjectType: "customer", ObjectID: e.CustomerID, CustomerID: e.CustomerID}}, "exception_granted",
			map[string]string{"customer": e.CustomerName, "kind": w[0], "from": e.FromDate.String(), "until": e.UntilDate.String()}, map[string]string{"kind": w[1]})
	})
}

// EndException ends an approved exception from today on. Errors: ErrExceptionNotFound, ErrExceptionState, ErrException.
func (s *Service) EndException(ctx context.Context, id, reason string) (*Exception, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrException); err != nil {
		return nil, err
	}
	return s.changeException(ctx, id, func(ctx context.Context, e *Exception) error {
		if e.State != ExceptionApproved || e.Last().Before(s.clock.Today()) {
			return ErrExceptionState.With("state", e.State)
		}
		e.EndedOn, e.EndedBy, e.State = s.clock.Today(), actor.From(ctx).UserID, ExceptionEnded
		return s.saveException(ctx, e, ExceptionApproved, "exception.end", reason)
	})
}

func (s *Service) saveException(ctx context.Context, e *Exception, from ExceptionState, action, reason string) error {
	ok, err := s.store.saveException(ctx, e, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrExceptionState
	}
	return s.recordException(ctx, e, action, from, reason)
}

// changeException lets act change an exception and works out at once what follows from it.
func (s *Service) changeException(ctx context.Context, id string, act func(ctx context.Context, e *Exception) error) (*Exception, error) {
	var e *Exception
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if e, err = s.store.exception(ctx, id); err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{e.CustomerID}); err != nil {
			return err
		}
		if e, err = s.store.exception(ctx, id); err != nil {
			return err
		}
		if err := act(ctx, e); err != nil {
			return err
		}
		if !e.Granted() {
			return nil
		}
		return s.PaymentReversed(ctx, e.CustomerID)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// PaymentReversed settles the customer in the transaction in which a payment was taken back, and suspends at once what is
// owed beyond its grace now (payment.Watcher).
func (s *Service) PaymentReversed(ctx context.Context, customerID string) error {
	today := s.clock.Today()
	if err := s.settle(ctx, customerID, today); err != nil {
		return err
	}
	due, err := s.store.toSuspend(ctx, today, customerID)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, d := range due {
		if done[d.ContractID] {
			continue
		}
		if done[d.ContractID], err = s.suspend(ctx, d, today); err != nil {
			return err
		}
	}
	return nil
}

// ExemptDays gives the days on which customers are charged no late fee (bill.Exempter).
func (s *Service) ExemptDays(ctx context.Context, customerIDs []string) (map[string][]bill.Exempt, error) {
	rows, err := s.store.sparing(ctx, customerIDs)
	out := map[string][]bill.Exempt{}
	for i := range rows {
		if e := &rows[i]; !e.Last().Before(e.FromDate) {
			out[e.CustomerID] = append(out[e.CustomerID], bill.Exempt{ContractID: e.ContractID, From: e.FromDate, To: e.Last()})
		}
	}
	return out, err
}

// ExceptionQuery narrows the list of exceptions.
type ExceptionQuery struct {
	CustomerID string
	ContractID string // of this contract, and those of its customer as a whole
	States     []string
	On         caldate.Date // only those that count on the day
	Cursor     string
	Limit      int
}

// Exceptions gives a page of exceptions within the actor's scope, the newest first, and how many fit.
func (s *Service) Exceptions(ctx context.Context, q ExceptionQuery) ([]Exception, int64, error) {
	if q.ContractID != "" && q.CustomerID == "" {
		c, err := s.Contracts.Get(ctx, q.ContractID)
		if err != nil {
			return nil, 0, err
		}
		q.CustomerID = c.CustomerID
	}
	return s.store.exceptions(ctx, q)
}

// spared is the evidence with which a suspension is lifted because of an exception.
const spared = "经批准的例外：暂不因欠费停机 · an approved exception spares the suspension"

// spare lifts suspensions for non-payment of contracts that an exception spares on a day.
func (s *Service) spare(ctx context.Context, customerID string, day caldate.Date) (n int, err error) {
	ids, err := s.store.sparedNow(ctx, customerID, day)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := s.Contracts.Lift(ctx, id, contract.NonPayment, day, spared); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
