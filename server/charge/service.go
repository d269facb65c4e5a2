package charge

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/notice"
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
	Documents *document.Service // nil: evidence is taken as it is named
	Notices   *notice.Service
}

// Service records charges and gives them to the bills.
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

func (s *Service) check(in Input, system bool) (Input, error) {
	var f errs.Fields
	out := in
	known := false
	for _, k := range Kinds() {
		known = known || k == in.Kind
	}
	if !known {
		f.Add("kind", "unknown", "请选择费用类别", "choose the kind of charge")
	}
	if in.Kind == Blocked {
		out.Amount = 0
		if in.Submitted <= 0 || in.Submitted > 1_000_000_000_000 {
			f.Add("submitted", "range", "请填写提交的短信条数", "give the number of messages that were submitted")
		}
		if in.BlockedParts <= 0 || in.BlockedParts > in.Submitted {
			f.Add("blocked", "range", "被拦截条数应为 1 到提交条数", "the blocked ones are from 1 to those submitted")
		}
	} else {
		out.Submitted, out.BlockedParts = 0, 0
		switch {
		case in.Amount <= 0:
			f.Add("amount_fen", "not_positive", "金额必须大于 0（抵扣也填正数）", "the amount must be above 0 (for credits, too)")
		case in.Amount > money.MaxFen:
			f.Add("amount_fen", "too_large", "金额过大：最多 9,999,999,999,999.99 元", "too large: at most 9,999,999,999,999.99 yuan")
		}
	}
	if in.On.IsZero() {
		out.On = s.clock.Today()
	}
	if in.Name = form.Text(&f, "name", in.Name, 60, false); in.Name == "" {
		in.Name = NameOf(in.Kind)
	}
	out.Name = in.Name
	out.Reason = form.Text(&f, "reason", in.Reason, 200, !system)
	if in.Tax != "" {
		ok := false
		for _, k := range []plan.TaxKind{plan.TaxMessages, plan.TaxSoftware, plan.TaxGoods, plan.TaxNone} {
			ok = ok || k == in.Tax
		}
		if !ok {
			f.Add("tax", "unknown", "税目不存在", "no such kind of charge for tax")
		}
	}
	if in.Kind.needsEvidence() && in.DocumentID == "" && !system {
		f.Add("document_id", "missing", "请上传证明文件", "upload the evidence")
	}
	if in.Kind != Compensation {
		out.Fault = false
	}
	return out, f.Err(ErrInvalid)
}

// Add records a charge for the next bill. Credits, compensation, fines and penalties above the limit wait for a second
// person; compensation beyond the fees that the customer has paid is refused (C12). The system's own (a trial) needs neither
// evidence nor a second person. Errors: contract.ErrNotFound, ErrInvalid, ErrState, ErrCap, document.ErrNotFound.
func (s *Service) Add(ctx context.Context, contractID string, in Input) (*Charge, error) {
	who := actor.From(ctx)
	in, err := s.check(in, who.IsSystem())
	if err != nil {
		return nil, err
	}
	var x *Charge
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Contracts.Get(ctx, contractID)
		if err != nil {
			return err
		}
		if c.ActivatedOn.IsZero() {
			return ErrState.With("state", c.State)
		}
		if in.Kind == Compensation {
			if err := s.store.lock(ctx, c.ID); err != nil { // two compensations at once share one cap
				return err
			}
			paid, err := s.store.paid(ctx, c.ID)
			if err != nil {
				return err
			}
			before, err := s.store.compensated(ctx, c.ID)
			if err != nil {
				return err
			}
			if over := OverCap(in.Amount, paid, before, in.Fault); over > 0 {
				return ErrCap.Sayf("超过赔偿限额 %s 元：客户已付费用 %s 元，已赔偿 %s 元", "%s yuan above the liability cap: the customer has paid %s, %s was compensated before",
					over.Grouped(), paid.Grouped(), before.Grouped())
			}
		}
		if in.DocumentID != "" && s.Documents != nil {
			if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		now := s.clock.Instant()
		x = &Charge{ID: ids.New(), ContractID: c.ID, ContractNumber: c.Number, CustomerID: c.CustomerID, CustomerName: c.CustomerName, Kind: in.Kind, State: Pending, AmountFen: in.Amount,
			OnDate: in.On, Name: in.Name, Reason: in.Reason, DocumentID: in.DocumentID, TaxKind: in.Tax, Submitted: in.Submitted, BlockedParts: in.BlockedParts, Fault: in.Fault,
			RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: now}
		if in.needsSecond(SecondPersonAbove) && !who.IsSystem() {
			x.State = Requested
		}
		if err := s.store.insert(ctx, x); err != nil {
			return err
		}
		if err := s.record(ctx, x, "charge.add", "", x.State); err != nil || x.State != Requested {
			return err
		}
		return s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID}}, "charge_decision",
			map[string]string{"customer": c.CustomerName, "contract": c.Number, "what": NameOf(x.Kind), "amount": x.AmountFen.Grouped(), "recorder": who.Name}, nil)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Decide approves or rejects a charge that waits; not by who recorded it. A rejection needs a reason. Errors: ErrNotFound,
// ErrOwn, ErrDecided, ErrInvalid.
func (s *Service) Decide(ctx context.Context, id string, approve bool, reason string) (*Charge, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, !approve)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.move(ctx, id, func(x *Charge) (State, string, error) {
		switch {
		case x.State != Requested:
			return "", "", ErrDecided
		case x.RecordedBy == actor.From(ctx).UserID:
			return "", "", ErrOwn
		case approve:
			return Pending, "charge.approve", nil
		}
		return Rejected, "charge.reject", nil
	}, reason)
}

// Withdraw takes a charge back that no bill has yet. Errors: ErrNotFound, ErrBilled, ErrDecided, ErrInvalid.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Charge, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.move(ctx, id, func(x *Charge) (State, string, error) {
		switch {
		case x.State == Billed:
			return "", "", ErrBilled
		case !CanMove(x.State, Withdrawn):
			return "", "", ErrDecided
		}
		return Withdrawn, "charge.withdraw", nil
	}, reason)
}

func (s *Service) move(ctx context.Context, id string, to func(*Charge) (State, string, error), reason string) (*Charge, error) {
	var x *Charge
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if x, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		state, action, err := to(x)
		if err != nil {
			return err
		}
		who, from := actor.From(ctx), x.State
		x.State, x.DecidedBy, x.DeciderName, x.DecidedAt, x.DecisionReason = state, who.UserID, who.Name, s.clock.Instant(), reason
		ok, err := s.store.decide(ctx, x, from)
		if err != nil {
			return err
		}
		if !ok {
			return ErrDecided
		}
		return s.record(ctx, x, action, from, state)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

func (s *Service) record(ctx context.Context, x *Charge, action string, from, to State) error {
	reason := x.Reason
	if x.DecisionReason != "" {
		reason = x.DecisionReason
	}
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "charge", ObjectID: x.ID, CustomerID: x.CustomerID, ContractID: x.ContractID, From: string(from), To: string(to),
		Reason: reason, On: x.OnDate, Detail: map[string]any{"kind": x.Kind, "amount_fen": x.Signed(), "name": x.Name}})
}

// Query narrows a list of charges; the newest comes first.
type Query struct {
	ContractID string
	States     []State
	Cursor     string
	Limit      int
}

// List gives a page of the charges within the actor's scope, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Charge, int64, error) {
	return s.store.list(ctx, q)
}

// Get gives a charge within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Charge, error) { return s.store.byID(ctx, id) }

// PendingOf gives, for contracts, the charges that wait for the bill of a month: of that month and earlier, the oldest first.
func (s *Service) PendingOf(ctx context.Context, contractIDs []string, m caldate.Month) (map[string][]Charge, error) {
	rows, err := s.store.pending(ctx, contractIDs, m.Last())
	out := map[string][]Charge{}
	for _, r := range rows {
		out[r.ContractID] = append(out[r.ContractID], r)
	}
	return out, err
}

// Settlement says what became of a contract's pending charges in a month: they stand on a bill, or were set off without one.
type Settlement struct {
	Charges    []Charge
	Month      caldate.Month
	BillID     string
	BillNumber string
	Carry      money.Fen // what credits exceed the charges: goes on the next bill
}

// Bill notes in the transaction of the bills which charges they hold. A rest of credits becomes a charge of its own.
func (s *Service) Bill(ctx context.Context, all []Settlement) error {
	now := s.clock.Instant()
	var carried []Charge
	var audits []trail.Entry
	for _, x := range all {
		n, err := s.store.bill(ctx, x)
		if err != nil {
			return err
		}
		if n != int64(len(x.Charges)) {
			return ErrDecided.With("month", x.Month.String()) // withdrawn meanwhile: the page is made again
		}
		for i := range x.Charges {
			c := &x.Charges[i]
			audits = append(audits, trail.Entry{Action: "charge.bill", ObjectType: "charge", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ContractID, From: string(Pending), To: string(Billed),
				On: c.OnDate, Detail: map[string]any{"bill": x.BillNumber, "month": x.Month}})
		}
		if x.Carry > 0 && len(x.Charges) > 0 {
			c := x.Charges[0]
			carried = append(carried, Charge{ID: ids.New(), ContractID: c.ContractID, ContractNumber: c.ContractNumber, CustomerID: c.CustomerID, CustomerName: c.CustomerName, Kind: Credit, State: Pending,
				AmountFen: x.Carry, OnDate: x.Month.Last(), Name: "上期抵扣结转", Reason: fmt.Sprintf("%s 抵扣后的余额", x.Month.Zh()), TaxKind: c.TaxKind, OriginID: c.ID,
				RecordedBy: actor.SystemID, RecorderName: "系统", RecordedAt: now})
		}
	}
	if len(carried) > 0 {
		if err := s.store.insertAll(ctx, carried); err != nil {
			return err
		}
		for i := range carried {
			c := &carried[i]
			audits = append(audits, trail.Entry{Action: "charge.carry", ObjectType: "charge", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ContractID, To: string(Pending), On: c.OnDate,
				Detail: map[string]any{"amount_fen": -c.AmountFen, "origin": c.OriginID}})
		}
	}
	if len(audits) == 0 {
		return nil
	}
	return s.trail.Record(ctx, audits...)
}

// Verify checks that what is billed stands on a bill of its contract, and nothing else does (5).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.astray(ctx)
	var out []verify.Violation
	for _, id := range rows {
		out = append(out, verify.Violation{Invariant: 5, Object: "charge " + id, Detail: "its state and its bill disagree"})
	}
	return out, err
}
