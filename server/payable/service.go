package payable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
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
	Documents *document.Service // nil: evidence is taken as it is named
	Ledger    *ledger.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service keeps carriers' counts and what we owe them.
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

const maxParts = 1_000_000_000_000

// EnterCount writes down a carrier's count of a port for a month, before it is billed. Entering it again replaces it, with both
// in the audit trail. Errors: contract.ErrNotFound, ErrInvalid, ErrNotPort, ErrBilled.
func (s *Service) EnterCount(ctx context.Context, c Count) error {
	var f errs.Fields
	if c.Parts < 0 || c.Parts > maxParts {
		f.Add("parts", "range", "用量应为 0 到 1,000,000,000,000 条", "the count is from 0 to 1,000,000,000,000")
	}
	if c.Month.IsZero() || c.Month.First().After(s.clock.Today()) {
		f.Add("month", "range", "请填写已经开始的月份", "give a month that has begun")
	}
	c.Port = form.Text(&f, "port", c.Port, 32, false)
	c.Note = form.Text(&f, "note", c.Note, 200, false)
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		k, err := s.Contracts.Get(ctx, c.ContractID)
		if err != nil {
			return err
		}
		if k.Kind != plan.KindPort {
			return ErrNotPort
		}
		if !k.Terms.Buys() {
			billed, err := s.store.locked(ctx, c.ContractID, c.Month)
			if err != nil {
				return err
			}
			if billed {
				return ErrBilled
			}
		}
		if c.DocumentID != "" && s.Documents != nil {
			if _, err := s.Documents.Link(ctx, c.DocumentID, "contract", k.ID, k.CustomerID, k.ID); err != nil {
				return err
			}
		}
		had, err := s.store.countsOf(ctx, []string{c.ContractID}, c.Month)
		if err != nil {
			return err
		}
		detail := map[string]any{"month": c.Month, "port": c.Port, "parts": c.Parts}
		for _, h := range had[c.ContractID] {
			if h.Port == c.Port {
				detail["was"] = h.Parts
			}
		}
		who := actor.From(ctx)
		c.EnteredBy, c.EntererName, c.EnteredAt = who.UserID, who.Name, s.clock.Instant()
		if err := s.store.saveCount(ctx, &c); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "payable.count", ObjectType: "contract", ObjectID: k.ID, CustomerID: k.CustomerID, ContractID: k.ID, Reason: c.Note, Detail: detail})
	})
}

// CountsOf gives the counts that carriers reported for a month, by contract.
func (s *Service) CountsOf(ctx context.Context, contractIDs []string, m caldate.Month) (map[string][]Count, error) {
	return s.store.countsOf(ctx, contractIDs, m)
}

// Counts gives all counts of a contract within the actor's scope, the newest month first.
func (s *Service) Counts(ctx context.Context, contractID string) ([]Count, error) {
	if _, err := s.Contracts.Get(ctx, contractID); err != nil {
		return nil, err
	}
	return s.store.counts(ctx, contractID)
}

// Due is a month of an agreement under which we buy, as the month's run found it.
type Due struct {
	Contract *contract.Contract
	Month    caldate.Month
	Parts    int64 // ours
	Lines    []plan.Line
	DueOn    caldate.Date
}

// Make writes down what we owe for a month, by our own count, in the transaction of the month's run; once for each.
func (s *Service) Make(ctx context.Context, on caldate.Date, all []Due) error {
	if len(all) == 0 {
		return nil
	}
	m := all[0].Month
	numbers, err := numbering.Month(m).Take(ctx, s.db, len(all))
	if err != nil {
		return err
	}
	rows := make([]Payable, len(all))
	audits := make([]trail.Entry, len(all))
	for i, d := range all {
		items, err := json.Marshal(d.Lines)
		if err != nil {
			return err
		}
		total := plan.Total(d.Lines)
		rows[i] = Payable{ID: ids.New(), Number: numbers[i], ContractID: d.Contract.ID, ContractNumber: d.Contract.Number, CustomerID: d.Contract.CustomerID,
			CustomerName: d.Contract.CustomerName, Month: d.Month, State: Open, OurParts: d.Parts, OurFen: total, ComputedFen: total, LineItems: string(items), DueOn: d.DueOn, CreatedOn: on, Version: 1}
		audits[i] = trail.Entry{Action: "payable.make", ObjectType: "payable", ObjectID: rows[i].ID, CustomerID: rows[i].CustomerID, ContractID: rows[i].ContractID, To: string(Open), On: on,
			Detail: map[string]any{"number": rows[i].Number, "month": m, "our_parts": d.Parts, "our_fen": total}}
	}
	if err := s.store.insert(ctx, rows); err != nil {
		return err
	}
	return s.trail.Record(ctx, audits...)
}

// Claim is what the carrier's statement says.
type Claim struct {
	Parts      int64
	Amount     money.Fen
	DocumentID string
	Note       string
}

// Compare enters the carrier's count and claim, prices the count by the agreement, and tells finance where the counts differ.
// A claim that was approved and is entered anew needs approval again. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Compare(ctx context.Context, id string, c Claim) (*Payable, error) {
	var f errs.Fields
	if c.Parts < 0 || c.Parts > maxParts {
		f.Add("parts", "range", "用量应为 0 到 1,000,000,000,000 条", "the count is from 0 to 1,000,000,000,000")
	}
	if c.Amount < 0 || c.Amount > money.MaxFen {
		f.Add("amount_fen", "range", "金额不能为负数或过大", "the amount must be neither negative nor too large")
	}
	c.Note = form.Text(&f, "note", c.Note, 200, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var p *Payable
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if p.State == Paid {
			return ErrState.With("state", p.State)
		}
		k, err := s.Contracts.Get(ctx, p.ContractID)
		if err != nil {
			return err
		}
		if c.DocumentID != "" && s.Documents != nil {
			if _, err := s.Documents.Link(ctx, c.DocumentID, "contract", k.ID, k.CustomerID, k.ID); err != nil {
				return err
			}
		}
		lines, err := s.priced(ctx, k, p.Month, c.Parts)
		if err != nil {
			return err
		}
		items, err := json.Marshal(lines)
		if err != nil {
			return err
		}
		from := p.State
		p.TheirParts, p.ClaimedFen, p.ComputedFen, p.LineItems, p.Note, p.DocumentID = c.Parts, c.Amount, plan.Total(lines), string(items), c.Note, c.DocumentID
		p.State, p.ComparedBy, p.ComparedAt, p.ApprovedBy, p.ApprovedAt = Compared, actor.From(ctx).UserID, s.clock.Instant(), "", caldate.Instant{}
		if from == Approved { // what was posted is taken back
			if err := s.post(ctx, p, -1, fmt.Sprintf("payable:%s:back:%d", p.Number, p.Version)); err != nil {
				return err
			}
		}
		if err := s.save(ctx, p, from, "payable.compare", map[string]any{"our_parts": p.OurParts, "their_parts": c.Parts, "claimed_fen": c.Amount, "computed_fen": p.ComputedFen}); err != nil {
			return err
		}
		if p.Difference() == 0 {
			return nil
		}
		return s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "contract", ObjectID: p.ContractID, CustomerID: p.CustomerID}}, "payable_differs",
			map[string]string{"customer": p.CustomerName, "contract": p.ContractNumber, "month": p.Month.String(), "ours": fmt.Sprint(p.OurParts), "theirs": fmt.Sprint(c.Parts), "difference": fmt.Sprint(p.Difference())}, nil)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// priced is what the agreement makes of a count.
func (s *Service) priced(ctx context.Context, c *contract.Contract, m caldate.Month, parts int64) ([]plan.Line, error) {
	dated, err := s.Contracts.TermsOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	b := contract.Billable{Contract: *c, Dated: dated}
	t, agreed, changes := b.TermsIn(m)
	first, last := b.Life()
	return plan.PriceMonth(t, plan.MonthFacts{Month: m, Start: first, End: last, PricedOn: agreed, Changes: changes, Used: []plan.Use{{On: m.First(), Port: c.ServiceCode, Parts: parts}}}), nil
}

// Approve agrees to pay what the carrier claims; not by who compared it. Where the claim differs from what the agreement makes
// of the count, it needs a reason. Errors: ErrNotFound, ErrState, ErrOwn, ErrInvalid.
func (s *Service) Approve(ctx context.Context, id, reason string) (*Payable, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var p *Payable
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if p.State != Compared {
			return ErrState.With("state", p.State)
		}
		who := actor.From(ctx)
		if p.ComparedBy == who.UserID {
			return ErrOwn
		}
		if (p.ClaimedFen != p.ComputedFen || p.Difference() != 0) && reason == "" {
			return ErrInvalid.At("reason", "missing", "对方的金额或用量与我方不一致，批准时须说明理由", "the carrier's amount or count differs from ours: say why it is approved")
		}
		p.State, p.ApprovedBy, p.ApprovedAt = Approved, who.UserID, s.clock.Instant()
		if reason != "" {
			p.Note = reason
		}
		p.NetFen, _ = p.ClaimedFen.NetOfTax(plan.TaxRate(plan.TaxMessages, p.Month.First()))
		if err := s.post(ctx, p, 1, fmt.Sprintf("payable:%s:%d", p.Number, p.Version)); err != nil {
			return err
		}
		return s.save(ctx, p, Compared, "payable.approve", map[string]any{"claimed_fen": p.ClaimedFen, "reason": reason})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// post books an approved claim (sign 1), or takes it back (sign -1): what it costs, the tax that we may deduct, what we owe.
func (s *Service) post(ctx context.Context, p *Payable, sign money.Fen, key string) error {
	amount, net := p.ClaimedFen, p.NetFen
	if sign < 0 {
		var err error
		if amount, err = s.store.posted(ctx, p.ID); err != nil {
			return err
		}
	}
	if amount == 0 {
		return nil
	}
	return s.Ledger.Post(ctx, ledger.Entry{Key: key, Kind: ledger.KindPayable, On: s.clock.Today(), CustomerID: p.CustomerID, ContractID: p.ContractID, DocumentType: "payable", DocumentID: p.ID,
		Lines: []ledger.Line{ledger.Dr(ledger.PortCost, sign*net), ledger.Dr(ledger.VATPayable, sign*(amount-net)), ledger.Cr(ledger.Payable, sign*amount)}})
}

// Pay records that an approved payable was paid. Errors: ErrNotFound, ErrState, ErrInvalid, ErrDuplicate.
func (s *Service) Pay(ctx context.Context, id string, on caldate.Date, reference string) (*Payable, error) {
	var f errs.Fields
	reference = form.Text(&f, "reference", reference, 80, true)
	if on.IsZero() || on.After(s.clock.Today()) {
		f.Add("paid_on", "range", "请填写付款日期，不能晚于今天", "give the day of the payment, not after today")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var p *Payable
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if p.State != Approved {
			return ErrState.With("state", p.State)
		}
		p.State, p.PaidBy, p.PaidOn, p.Reference = Paid, actor.From(ctx).UserID, on, reference
		if p.ClaimedFen > 0 {
			err := s.Ledger.Post(ctx, ledger.Entry{Key: "paid:" + s.Provider.BankAccount + ":" + reference, Kind: ledger.KindPayablePaid, On: on, CustomerID: p.CustomerID, ContractID: p.ContractID,
				DocumentType: "payable", DocumentID: p.ID, Lines: []ledger.Line{ledger.Dr(ledger.Payable, p.ClaimedFen), ledger.Cr(ledger.Bank, p.ClaimedFen)}})
			if errors.Is(err, ledger.ErrPosted) {
				return ErrDuplicate.At("reference", "duplicate", "流水号 "+reference+" 已登记", "reference "+reference+" is recorded already")
			}
			if err != nil {
				return err
			}
		}
		return s.save(ctx, p, Approved, "payable.pay", map[string]any{"amount_fen": p.ClaimedFen, "reference": reference})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (s *Service) save(ctx context.Context, p *Payable, from State, action string, detail map[string]any) error {
	if !CanMove(from, p.State) {
		return ErrState.With("from", from).With("to", p.State)
	}
	ok, err := s.store.update(ctx, p)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	detail["number"] = p.Number
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "payable", ObjectID: p.ID, CustomerID: p.CustomerID, ContractID: p.ContractID, From: string(from), To: string(p.State),
		Reason: p.Note, Detail: detail})
}

// Query narrows a list of payables; the newest comes first.
type Query struct {
	ContractID string
	States     []State
	Cursor     string
	Limit      int
}

// List gives a page of payables within the actor's scope, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Payable, int64, error) {
	return s.store.list(ctx, q)
}

// Get gives one within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Payable, error) { return s.store.byID(ctx, id) }

// Verify checks that what is approved or paid stands in the ledger (2), and the numbers (7).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	wrong, err := s.store.unsound(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range wrong {
		out = append(out, verify.Violation{Invariant: 2, Object: "payable " + n, Detail: "its state and the ledger disagree"})
	}
	gaps, err := numbering.Verify(ctx, s.db, "payables")
	return append(out, gaps...), err
}
