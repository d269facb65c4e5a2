package collection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/payment"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Bills     *bill.Service
	Payments  *payment.Service
	Ledger    *ledger.Service
	Documents *document.Service
	Notices   *notice.Service
}

// Service keeps the cases.
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

// Input is what is handed over.
type Input struct {
	ContractID    string
	Agency        string
	AgencyContact string
	HandedOn      caldate.Date
	Reason        string
	DocumentID    string
}

// HandOver opens a case for what a contract owes overdue. Late fees go on as the contract says. Errors: ErrInvalid,
// ErrNothingOwed, ErrOpen, contract.ErrNotFound.
func (s *Service) HandOver(ctx context.Context, in Input) (*Case, error) {
	var f errs.Fields
	if in.ContractID == "" {
		f.Add("contract_id", "missing", "请选择合同", "choose the contract")
	}
	in.Agency = form.Text(&f, "agency", in.Agency, 100, true)
	in.AgencyContact = form.Text(&f, "agency_contact", in.AgencyContact, 200, false)
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	payment.CheckValueDate(&f, "handed_on", in.HandedOn, s.clock.Today())
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var c *Case
	err := s.db.Run(ctx, func(ctx context.Context) error {
		of, err := s.Contracts.Get(ctx, in.ContractID)
		if err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{of.CustomerID}); err != nil {
			return err
		}
		owed, err := s.store.owed(ctx, of.ID)
		if err != nil {
			return err
		}
		if owed.Overdue == 0 {
			return ErrNothingOwed
		}
		who, now := actor.From(ctx), s.clock.Instant()
		number, err := caseNumbers.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		key := of.ID
		c = &Case{ID: ids.New(), Number: number, ContractID: of.ID, ContractNumber: of.Number, CustomerID: of.CustomerID, CustomerName: of.CustomerName,
			State: Open, Agency: in.Agency, AgencyContact: in.AgencyContact, HandedOn: in.HandedOn, PrincipalFen: owed.Principal, LateFeeFen: owed.LateFee, Reason: in.Reason,
			OpenedBy: who.UserID, OpenerName: who.Name, OpenedAt: now, OpenKey: &key}
		if c.DocumentID, err = s.link(ctx, in.DocumentID, c); err != nil {
			return err
		}
		if err := s.store.insertCase(ctx, c); err != nil {
			if db.IsDuplicate(err) {
				return ErrOpen
			}
			return err
		}
		return s.record(ctx, c, "collection.hand_over", "", in.Reason, map[string]any{"principal_fen": c.PrincipalFen, "late_fee_fen": c.LateFeeFen, "agency": c.Agency})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) link(ctx context.Context, documentID string, c *Case) (string, error) {
	if documentID == "" || s.Documents == nil {
		return "", nil
	}
	d, err := s.Documents.Link(ctx, documentID, "collection", c.ID, c.CustomerID, c.ContractID)
	if err != nil {
		return "", err
	}
	return d.ID, nil
}

func (s *Service) record(ctx context.Context, c *Case, action string, from State, reason string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["number"] = c.Number
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "collection", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ContractID, From: string(from), To: string(c.State), Reason: reason, Detail: detail})
}

// EventInput is a note, a cost or the outcome of a case.
type EventInput struct {
	Kind       Kind
	On         caldate.Date
	Amount     money.Fen // of a cost
	Outcome    Outcome
	Note       string
	DocumentID string
}

// Add notes an event of a case: a note, a cost that we paid (posted to the ledger) or its outcome. Errors: ErrNotFound,
// ErrInvalid, ErrState.
func (s *Service) Add(ctx context.Context, caseID string, in EventInput) (*Event, error) {
	var f errs.Fields
	payment.CheckValueDate(&f, "on", in.On, s.clock.Today())
	in.Note = form.Lines(&f, "note", in.Note, 1000, true)
	switch in.Kind {
	case Note:
		in.Amount = 0
	case Cost:
		payment.CheckAmount(&f, "amount_fen", in.Amount)
	case Result:
		if in.Amount = 0; !slices.Contains(Outcomes(), in.Outcome) {
			f.Add("outcome", "unknown", "请选择结果", "choose the outcome")
		}
	default:
		f.Add("kind", "unknown", "请选择记录种类：note（进展）、cost（费用）、outcome（结果）", "the kind must be note, cost or outcome")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var e *Event
	_, err := s.change(ctx, caseID, func(ctx context.Context, c *Case) error {
		if c.State == Withdrawn || c.State == Collected && in.Kind == Result {
			return ErrState.With("state", c.State)
		}
		e = s.event(ctx, c, in.Kind, Done, in.On, in.Amount, in.Note)
		var err error
		if e.DocumentID, err = s.link(ctx, in.DocumentID, c); err != nil {
			return err
		}
		if err := s.store.insertEvent(ctx, e); err != nil {
			return err
		}
		switch in.Kind {
		case Cost:
			c.CostsFen += in.Amount
			err := s.Ledger.Post(ctx, ledger.Entry{Key: "collection:cost:" + e.ID, Kind: ledger.KindCost, On: in.On, CustomerID: c.CustomerID, ContractID: c.ContractID,
				DocumentType: ledger.DocumentCollection, DocumentID: e.ID, Lines: []ledger.Line{ledger.Dr(ledger.LegalCosts, in.Amount), ledger.Cr(ledger.Bank, in.Amount)}})
			if err != nil {
				return err
			}
		case Result:
			c.Outcome, c.OutcomeOn = in.Outcome, in.On
		}
		return s.save(ctx, c, c.State, "collection."+string(in.Kind), in.Note, map[string]any{"amount_fen": in.Amount, "outcome": in.Outcome})
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (s *Service) event(ctx context.Context, c *Case, kind Kind, state EventState, on caldate.Date, amount money.Fen, note string) *Event {
	who := actor.From(ctx)
	return &Event{ID: ids.New(), CaseID: c.ID, CustomerID: c.CustomerID, Kind: kind, State: state, OnDate: on, AmountFen: amount, Note: note, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: s.clock.Instant()}
}

// change reads a case under its customer's account lock and lets act change it.
func (s *Service) change(ctx context.Context, id string, act func(ctx context.Context, c *Case) error) (*Case, error) {
	var c *Case
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{c.CustomerID}); err != nil {
			return err
		}
		if c, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		return act(ctx, c)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) save(ctx context.Context, c *Case, from State, action, reason string, detail map[string]any) error {
	ok, err := s.store.save(ctx, c, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrState
	}
	return s.record(ctx, c, action, from, reason, detail)
}

// RequestWriteOff asks to write off all that a contract owes: it must have ended, its deposit be used up, and nothing be
// disputed. A second person decides. Errors: ErrNotFound, ErrInvalid, ErrState, ErrInForce, ErrDeposit, ErrDisputed,
// ErrNothingOwed, ErrPending.
func (s *Service) RequestWriteOff(ctx context.Context, caseID, reason, documentID string) (*Event, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 1000, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var e *Event
	_, err := s.change(ctx, caseID, func(ctx context.Context, c *Case) error {
		owed, err := s.mayWriteOff(ctx, c)
		if err != nil {
			return err
		}
		waits, err := s.store.waits(ctx, c.ID)
		if err != nil {
			return err
		}
		if waits {
			return ErrPending
		}
		number, err := writeOffNumbers.Year(s.clock.Today()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		e = s.event(ctx, c, WriteOff, Requested, s.clock.Today(), owed, reason)
		e.Number = number
		if e.DocumentID, err = s.link(ctx, documentID, c); err != nil {
			return err
		}
		if err := s.store.insertEvent(ctx, e); err != nil {
			return err
		}
		return s.record(ctx, c, "collection.write_off_request", c.State, reason, map[string]any{"write_off": e.Number, "amount_fen": owed})
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// mayWriteOff gives what would be written off.
func (s *Service) mayWriteOff(ctx context.Context, c *Case) (money.Fen, error) {
	if c.State != Open {
		return 0, ErrState.With("state", c.State)
	}
	of, err := s.Contracts.Get(ctx, c.ContractID)
	if err != nil {
		return 0, err
	}
	if !of.State.Ended() {
		return 0, ErrInForce.With("state", of.State)
	}
	held, err := s.Ledger.Balance(ctx, ledger.Deposit, c.CustomerID, c.ContractID)
	if err != nil {
		return 0, err
	}
	if held > 0 {
		return 0, ErrDeposit.With("held_fen", int64(held))
	}
	owed, err := s.store.owed(ctx, c.ContractID)
	if err != nil {
		return 0, err
	}
	if owed.Disputed > 0 {
		return 0, ErrDisputed
	}
	if owed.Principal+owed.LateFee <= 0 {
		return 0, ErrNothingOwed
	}
	return owed.Principal + owed.LateFee, nil
}

// DecideWriteOff approves a write-off (what the contract owes now becomes bad debt, and its bills are closed) or rejects
// it; whoever asked can't. Errors: ErrEvent, ErrOwn, ErrDecided, ErrInvalid, those of RequestWriteOff.
func (s *Service) DecideWriteOff(ctx context.Context, eventID string, approve bool, reason string) (*Event, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, !approve)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	e, err := s.store.event(ctx, eventID)
	if err != nil {
		return nil, err
	}
	_, err = s.change(ctx, e.CaseID, func(ctx context.Context, c *Case) error {
		if e, err = s.store.event(ctx, eventID); err != nil {
			return err
		}
		who := actor.From(ctx)
		if e.Kind != WriteOff || e.State != Requested {
			return ErrDecided
		}
		if e.RecordedBy == who.UserID {
			return ErrOwn
		}
		e.State, e.DecidedBy, e.DeciderName, e.DecidedAt, e.DecisionReason = Rejected, who.UserID, who.Name, s.clock.Instant(), reason
		if approve {
			owed, err := s.mayWriteOff(ctx, c)
			if err != nil {
				return err
			}
			p, err := s.Payments.WriteOff(ctx, payment.Other{Number: e.Number, CustomerID: c.CustomerID, ContractID: c.ContractID, Amount: owed, On: s.clock.Today(), Note: "案件 " + c.Number})
			if err != nil {
				return err
			}
			e.State, e.AmountFen, e.PaymentID, e.OnDate = Done, owed, p.ID, s.clock.Today()
		}
		ok, err := s.store.decide(ctx, e)
		if err != nil {
			return err
		}
		if !ok {
			return ErrDecided
		}
		if !approve {
			return s.record(ctx, c, "collection.write_off_decide", c.State, reason, map[string]any{"write_off": e.Number, "approved": false})
		}
		c.State, c.WrittenOffFen, c.ClosedOn, c.OpenKey = WrittenOff, c.WrittenOffFen+e.AmountFen, s.clock.Today(), nil
		return s.save(ctx, c, Open, "collection.write_off_decide", reason, map[string]any{"write_off": e.Number, "approved": true, "amount_fen": e.AmountFen})
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Recovered is money that came for a debt that had been written off. Without a method it is taken from the customer's
// balance, where it arrived as a payment.
type Recovered struct {
	Amount money.Fen
	On     caldate.Date
	Method payment.Method
	Bank   string
	Ref    string
	Note   string
}

// Recover books money for a debt that was written off: what comes in lessens the bad debt. Money that turns out to be older
// than the write-off pays the bills instead, and the write-off lessens by itself. Errors: ErrNotFound, ErrInvalid,
// ErrState, ErrTooMuch, payment.ErrBalance, those of payment.Record.
func (s *Service) Recover(ctx context.Context, caseID string, in Recovered) (*Event, error) {
	var f errs.Fields
	payment.CheckAmount(&f, "amount_fen", in.Amount)
	payment.CheckValueDate(&f, "on", in.On, s.clock.Today())
	in.Note = form.Lines(&f, "note", in.Note, 1000, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var e *Event
	_, err := s.change(ctx, caseID, func(ctx context.Context, c *Case) error {
		if c.State != WrittenOff {
			return ErrState.With("state", c.State)
		}
		written, err := s.store.writtenOff(ctx, c.ID)
		if err != nil {
			return err
		}
		if left := written - c.RecoveredFen; in.Amount > left {
			return ErrTooMuch.With("left_fen", int64(left)).Sayf("已核销 %s 元，其中 %s 元已收回", "%s was written off, %s of it has been recovered", written.Grouped(), c.RecoveredFen.Grouped())
		}
		e = s.event(ctx, c, Recovery, Done, in.On, in.Amount, in.Note)
		if in.Method != "" {
			p, err := s.Payments.RecordFor(ctx, payment.Input{CustomerID: c.CustomerID, Amount: in.Amount, ValueDate: in.On, Method: in.Method, BankAccount: in.Bank, Reference: in.Ref, Note: "收回已核销欠款 " + c.Number})
			if err != nil {
				return err
			}
			e.PaymentID = p.ID
			free, err := s.Payments.FreeOf(ctx, c.CustomerID)
			if err != nil {
				return err
			}
			if older := in.Amount - min(in.Amount, free); older > 0 {
				e.AmountFen -= older
				e.Note = strings.TrimSpace(e.Note + fmt.Sprintf("\n其中 %s 元早于核销到账，直接冲减核销 · came before the write-off and lessened it", older.Grouped()))
			}
		}
		if err := s.store.insertEvent(ctx, e); err != nil {
			return err
		}
		if e.AmountFen > 0 {
			if err := s.Payments.Recover(ctx, c.CustomerID, c.ContractID, e.ID, e.AmountFen, in.On, "收回坏账 "+c.Number); err != nil {
				return err
			}
		}
		c.RecoveredFen += e.AmountFen
		return s.save(ctx, c, c.State, "collection.recover", in.Note, map[string]any{"amount_fen": in.Amount, "recovered_fen": e.AmountFen})
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Finish closes an open case: collected, when nothing is owed any more, or withdrawn from collection. Errors: ErrNotFound,
// ErrInvalid, ErrState, ErrStillOwed.
func (s *Service) Finish(ctx context.Context, caseID string, to State, reason string) (*Case, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if to != Collected && to != Withdrawn {
		f.Add("state", "unknown", "请选择 collected（已收回）或 withdrawn（撤回）", "choose collected or withdrawn")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, caseID, func(ctx context.Context, c *Case) error {
		if !CanMove(c.State, to) {
			return ErrState.With("state", c.State)
		}
		owed, err := s.store.owed(ctx, c.ContractID)
		if err != nil {
			return err
		}
		if to == Collected && owed.Overdue > 0 {
			return ErrStillOwed.With("owed_fen", int64(owed.Overdue))
		}
		if waits, err := s.store.waits(ctx, c.ID); err != nil {
			return err
		} else if waits {
			return ErrPending
		}
		from := c.State
		c.State, c.ClosedOn, c.OpenKey = to, s.clock.Today(), nil
		if err := s.store.insertEvent(ctx, s.event(ctx, c, Close, Done, c.ClosedOn, 0, reason)); err != nil {
			return err
		}
		return s.save(ctx, c, from, "collection.close", reason, nil)
	})
}

// Query narrows the list of cases; the newest comes first.
type Query struct {
	CustomerID string
	ContractID string
	States     []string
	Q          string
	Cursor     string
	Limit      int
}

// Shown is a case with what is owed now.
type Shown struct {
	Case
	Owed    money.Fen // by the contract now
	Balance money.Fen // of the customer: what could be recovered
}

// List gives a page of cases within the actor's scope and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Shown, int64, error) {
	cs, n, err := s.store.list(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Shown, len(cs))
	for i := range cs {
		if out[i], err = s.shown(ctx, cs[i]); err != nil {
			return nil, 0, err
		}
	}
	return out, n, nil
}

func (s *Service) shown(ctx context.Context, c Case) (Shown, error) {
	out := Shown{Case: c}
	owed, err := s.store.owed(ctx, c.ContractID)
	if err != nil {
		return out, err
	}
	out.Owed = owed.Principal + owed.LateFee
	out.Balance, err = s.Payments.FreeOf(ctx, c.CustomerID)
	return out, err
}

// Get gives a case with its events within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Shown, []Event, error) {
	c, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	out, err := s.shown(ctx, *c)
	if err != nil {
		return nil, nil, err
	}
	events, err := s.store.events(ctx, id)
	return &out, events, err
}

// RunDay tells finance of customers whose debt was written off and who have a balance now: once for each amount. It may run
// any number of times.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (told int, err error) {
	cs, err := s.store.recoverable(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range cs {
		free, err := s.Payments.FreeOf(ctx, c.CustomerID)
		if err != nil {
			return told, err
		}
		if free <= 0 {
			continue
		}
		err = s.db.Run(ctx, func(ctx context.Context) error {
			known, err := s.store.told(ctx, c.ID, free)
			if err != nil || known {
				return err
			}
			told++
			e := s.event(ctx, &c, Note, Done, day, free, fmt.Sprintf("客户现有余额 %s 元，可登记收回 · the customer has a balance now", free.Grouped()))
			if err := s.store.insertEvent(ctx, e); err != nil {
				return err
			}
			return s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "collection", ObjectID: c.ID, CustomerID: c.CustomerID}}, "recovery_possible",
				map[string]string{"customer": c.CustomerName, "number": c.Number, "amount": free.Grouped()}, nil)
		})
		if err != nil {
			return told, err
		}
	}
	return told, nil
}

// Verify checks that costs, write-offs and recoveries are in the ledger with their amounts (5), that numbers have no gaps
// (7), and that every write-off had a second person (16).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	lost, err := s.store.unposted(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range lost {
		out = append(out, verify.Violation{Invariant: 5, Object: "collection event " + l.ID, Detail: fmt.Sprintf("%s of %s by the case, %s by the ledger", l.Kind, l.Shown, l.Posted)})
	}
	wrong, err := s.store.wrongSums(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range wrong {
		out = append(out, verify.Violation{Invariant: 2, Object: "case " + n, Detail: "its costs, write-offs or recoveries aren't the sums of its events"})
	}
	cases, err := caseNumbers.Verify(ctx, s.db, "collection_cases")
	if err != nil {
		return nil, err
	}
	offs, err := writeOffNumbers.Verify(ctx, s.db, "collection_events")
	if err != nil {
		return nil, err
	}
	out = append(append(out, cases...), offs...)
	own, err := s.store.ownDecisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range own {
		out = append(out, verify.Violation{Invariant: 16, Object: "write-off " + n, Detail: "approved without a second person"})
	}
	return out, nil
}
