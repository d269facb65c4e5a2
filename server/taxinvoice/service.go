package taxinvoice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Bills     *bill.Service
	Customers *customer.Service
	Documents *document.Service
	Notices   *notice.Service
	Provider  paper.Party // the seller
	Platform  Platform
	Codes     Codes
	Manual    bool // blue invoices only when a person asks; red ones follow by themselves all the same
}

// Service asks for invoices and takes the answers.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	log   *slog.Logger
	store store
}

// New makes the service and has it told of bills that are paid, void or changed by a note.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	if deps.Codes == (Codes{}) {
		deps.Codes = DefaultCodes()
	}
	s := &Service{Deps: deps, db: d, clock: c, trail: t, log: slog.Default(), store: store{d}}
	deps.Bills.WatchClosed(s)
	deps.Bills.WatchNotes(s)
	return s
}

// BillClosed notes that a bill is paid or void (bill.ClosedWatcher); Work looks at it.
func (s *Service) BillClosed(ctx context.Context, b *bill.Bill) error {
	return s.store.todo(ctx, s.clock.Instant(), b.ID)
}

// NoteIssued notes that a bill has changed (bill.NoteWatcher).
func (s *Service) NoteIssued(ctx context.Context, n *bill.Note) error {
	return s.store.todo(ctx, s.clock.Instant(), n.BillID)
}

// atOnce is how much one round of Work takes on of each kind.
const atOnce = 200

// Work does what there is to do: asks for invoices of bills that were paid, hands requests to the platform, takes answers,
// and lets red requests lapse. It may be killed at any time and run anywhere: the platform takes each reference once, and
// every step is a conditional update.
func (s *Service) Work(ctx context.Context) error {
	if err := s.lookAtAll(ctx); err != nil {
		return err
	}
	now := s.clock.Instant()
	unsent, err := s.store.due(ctx, false, now, atOnce)
	if err != nil {
		return err
	}
	var failed []error
	for i := range unsent {
		if err := s.send(ctx, &unsent[i]); err != nil {
			failed = append(failed, err)
		}
	}
	// A request whose time is over lapses only after a last look for its answer.
	lapsing, err := s.store.lapsing(ctx, s.clock.Instant())
	if err != nil {
		return err
	}
	sent, err := s.store.due(ctx, true, s.clock.Instant(), atOnce)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range sent {
		seen[sent[i].ID] = true
		if err := s.fetch(ctx, &sent[i]); err != nil {
			failed = append(failed, err)
		}
	}
	for i := range lapsing {
		if !seen[lapsing[i].ID] {
			if err := s.fetch(ctx, &lapsing[i]); err != nil {
				failed = append(failed, err)
			}
		}
		if err := s.lapse(ctx, lapsing[i].ID); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Enlist puts bills on the list that were paid before anybody was told of it.
func (s *Service) Enlist(ctx context.Context) error {
	if s.Manual {
		return nil
	}
	forgotten, err := s.store.forgotten(ctx, 5000)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.todo(ctx, s.clock.Instant(), forgotten...) })
}

func (s *Service) lookAtAll(ctx context.Context) error {
	after := ""
	for {
		bills, err := s.store.todos(ctx, after, atOnce)
		if err != nil || len(bills) == 0 {
			return err
		}
		after = bills[len(bills)-1]
		for _, id := range bills {
			if err := s.look(ctx, id, !s.Manual); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				s.log.ErrorContext(ctx, "a bill could not be looked at for its invoice", "bill", id, "error", err)
			}
		}
	}
}

// look compares what a bill comes to with what is invoiced of it, and asks for what is missing: a blue invoice, or a red one.
// Where an earlier request has to be answered first, the bill stays on the list.
func (s *Service) look(ctx context.Context, billID string, blueToo bool) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.Bills.Get(ctx, billID)
		if err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{b.CustomerID}); err != nil {
			return err
		}
		if b, err = s.Bills.Get(ctx, billID); err != nil {
			return err
		}
		if b.State != bill.Paid && b.State != bill.Void {
			return s.store.done(ctx, billID) // it comes back when it is paid
		}
		all, err := s.store.ofBill(ctx, billID)
		if err != nil {
			return err
		}
		var have []Line
		for i := range all {
			x := &all[i]
			switch {
			case x.State == Requested && (x.Kind == Red || b.NotedFen != 0 || b.State == bill.Void), x.State == RedRequested:
				return nil // waits for an answer: afterwards it is looked at again
			case x.State == Rejected && x.Kind == Blue:
				return s.store.done(ctx, billID) // a person has to say what next
			case x.State == Rejected || x.State == Cancelled || x.State == Lapsed:
				continue
			}
			lines, err := x.Lines()
			if err != nil {
				return err
			}
			for _, l := range lines {
				if x.Kind == Red {
					l.Amount, l.Net, l.Tax = -l.Amount, -l.Net, -l.Tax
				}
				have = append(have, l)
			}
		}
		rest, err := s.Bills.RestOf(ctx, b)
		if err != nil {
			return err
		}
		terms, err := b.Terms()
		if err != nil {
			return err
		}
		blue, red := Missing(Wanted(b, rest, terms, s.Codes), have)
		if len(red) > 0 {
			if err := s.askRed(ctx, b, all, red, "账单 "+b.Number+" 已由贷项通知单冲减"); err != nil {
				return err
			}
		}
		if len(blue) > 0 && blueToo {
			if err := s.ask(ctx, b, all, blue); err != nil {
				return err
			}
		}
		return s.store.done(ctx, billID)
	})
}

// Request asks for the invoice of a bill that is paid, where a person does (or wants it now). Errors: ErrNotPaid, ErrNothing.
func (s *Service) Request(ctx context.Context, billID string) ([]Invoice, error) {
	b, err := s.Bills.Get(ctx, billID)
	if err != nil {
		return nil, err
	}
	if b.State != bill.Paid {
		return nil, ErrNotPaid.With("bill", b.Number)
	}
	before, err := s.store.ofBill(ctx, billID)
	if err != nil {
		return nil, err
	}
	if err := s.look(ctx, billID, true); err != nil {
		return nil, err
	}
	after, err := s.store.ofBill(ctx, billID)
	if err != nil {
		return nil, err
	}
	if len(after) == len(before) {
		return nil, ErrNothing.With("bill", b.Number)
	}
	return after, nil
}

// ask makes a blue request. Without the buyer's credit code the platform would refuse it: it is kept as rejected, so that
// somebody completes the customer's data and asks again.
func (s *Service) ask(ctx context.Context, b *bill.Bill, all []Invoice, lines []Line) error {
	n := 1
	for i := range all {
		if all[i].Kind == Blue {
			n++
		}
	}
	buyer, err := s.buyer(ctx, b)
	if err != nil {
		return err
	}
	i := &Invoice{ID: ids.New(), Reference: fmt.Sprintf("INV-%s-%d", b.Number, n), Kind: Blue, State: Requested}
	if buyer.Name == "" || buyer.USCC == "" {
		i.State, i.Problem = Rejected, ErrBuyer.Zh+" / "+ErrBuyer.En
	}
	return s.keep(ctx, b, i, buyer, lines, "")
}

// askRed makes red requests over lines, against the issued invoices that have them, the newest first.
func (s *Service) askRed(ctx context.Context, b *bill.Bill, all []Invoice, lines []Line, reason string) error {
	n := 1
	for i := range all {
		if all[i].Kind == Red {
			n++
		}
	}
	left := append([]Line(nil), lines...)
	for k := len(all) - 1; k >= 0; k-- {
		of := &all[k]
		if of.Kind != Blue || of.State != Issued {
			continue
		}
		have, err := of.Lines()
		if err != nil {
			return err
		}
		var part []Line
		for _, h := range have {
			for j := range left {
				l := &left[j]
				if l.Of != h.Of || l.Amount <= 0 {
					continue
				}
				x := *l
				if x.Amount > h.Amount {
					x.Amount = h.Amount
					x.Net, x.Tax = x.Amount.NetOfTax(x.TaxRate)
				}
				x.Code, x.Name = h.Code, h.Name
				l.Amount, l.Net, l.Tax = l.Amount-x.Amount, l.Net-x.Net, l.Tax-x.Tax
				part = append(part, x)
			}
		}
		if len(part) == 0 {
			continue
		}
		buyer, err := of.To()
		if err != nil {
			return err
		}
		red := &Invoice{ID: ids.New(), Reference: fmt.Sprintf("RED-%s-%d", b.Number, n), Kind: Red, RedOf: of.ID, State: Requested}
		n++
		if err := s.keep(ctx, b, red, buyer, part, reason); err != nil {
			return err
		}
		was := of.State
		of.State = RedRequested
		if err := s.move(ctx, of, was, "taxinvoice.red_request", reason); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) buyer(ctx context.Context, b *bill.Bill) (Buyer, error) {
	c, err := s.Customers.Get(ctx, b.CustomerID)
	if err != nil {
		return Buyer{}, err
	}
	out := Buyer{Name: c.Name, USCC: c.USCC, Address: c.Address, BankName: c.BankName, BankAccount: c.BankAccount}
	if len(c.Contacts) > 0 {
		out.Phone, out.Email = c.Contacts[0].Phone, c.Contacts[0].Email
	}
	return out, nil
}

func (s *Service) keep(ctx context.Context, b *bill.Bill, i *Invoice, buyer Buyer, lines []Line, reason string) error {
	who := actor.From(ctx)
	i.BillID, i.BillNumber, i.ContractID, i.ContractNumber, i.CustomerID, i.CustomerName, i.Month = b.ID, b.Number, b.ContractID, b.ContractNumber, b.CustomerID, b.CustomerName, b.Month
	i.RequestedOn, i.RequestedAt, i.RequestedBy, i.RequesterName, i.Reason = s.clock.Today(), s.clock.Instant(), who.UserID, who.Name, reason
	i.NetFen, i.TaxFen, i.TotalFen = sum(lines)
	for to, from := range map[*string]any{&i.Buyer: buyer, &i.LineItems: lines} {
		text, err := json.Marshal(from)
		if err != nil {
			return err
		}
		*to = string(text)
	}
	i.Hash = i.Seal()
	if err := s.store.insert(ctx, i); err != nil {
		return fmt.Errorf("store request %s: %w", i.Reference, err)
	}
	return s.trail.Record(ctx, trail.Entry{Action: "taxinvoice.request", ObjectType: "tax_invoice", ObjectID: i.ID, CustomerID: i.CustomerID, ContractID: i.ContractID, To: string(i.State), Reason: reason,
		Detail: map[string]any{"reference": i.Reference, "kind": i.Kind, "bill": i.BillNumber, "total_fen": i.TotalFen}})
}

// move writes a new state with its audit row; the caller's transaction fails where somebody was faster.
func (s *Service) move(ctx context.Context, i *Invoice, was State, action, reason string) error {
	if i.State != was && !CanMove(i.Kind, was, i.State) {
		return ErrState.With("from", was).With("to", i.State)
	}
	ok, err := s.store.update(ctx, i, was)
	if err != nil {
		return err
	}
	if !ok {
		return ErrState
	}
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "tax_invoice", ObjectID: i.ID, CustomerID: i.CustomerID, ContractID: i.ContractID, From: string(was), To: string(i.State), Reason: reason,
		Detail: map[string]any{"reference": i.Reference, "number": i.InvoiceNumber(), "total_fen": i.TotalFen}})
}

// RequestOf is what the platform is asked with.
func (s *Service) RequestOf(ctx context.Context, i *Invoice) (Request, error) {
	buyer, err := i.To()
	if err != nil {
		return Request{}, err
	}
	lines, err := i.Lines()
	if err != nil {
		return Request{}, err
	}
	p := s.Provider
	r := Request{
		Reference: i.Reference, Type: i.Kind, Net: i.NetFen.Yuan(), Tax: i.TaxFen.Yuan(), Total: i.TotalFen.Yuan(), Capital: i.TotalFen.Capital(), Reason: i.Reason,
		Seller: Party{Name: p.Name, USCC: p.USCC, Address: p.Address, Phone: p.Phone, BankName: p.BankName, BankAccount: p.BankAccount},
		Buyer:  Party(buyer),
		Remark: fmt.Sprintf("合同 %s，%s，账单 %s", i.ContractNumber, i.Month.Zh(), i.BillNumber),
	}
	for _, l := range lines {
		r.Lines = append(r.Lines, RequestLine{Code: l.Code, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, Net: l.Net.Yuan(), TaxRate: l.TaxRate, Tax: l.Tax.Yuan()})
	}
	if i.Kind == Red {
		of, err := s.store.byID(ctx, i.RedOf)
		if err != nil {
			return r, err
		}
		r.RedOf = &Original{Number: of.InvoiceNumber(), IssuedOn: of.IssuedOn}
	}
	return r, nil
}

// longest is the longest wait between two tries.
const longest = time.Hour

func wait(attempts int) time.Duration {
	d := time.Minute << min(attempts, 6)
	return min(d, longest)
}

// send hands a request to the platform. Where it fails or is killed in between, it is sent again: the platform takes it once.
func (s *Service) send(ctx context.Context, i *Invoice) error {
	r, err := s.RequestOf(ctx, i)
	if err != nil {
		return err
	}
	failure := s.Platform.Submit(ctx, r)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failpoint.Hit("taxinvoice.submitted")
	return s.db.Run(ctx, func(ctx context.Context) error {
		now := s.clock.Instant()
		if failure != nil {
			i.Attempts++
			i.NextTryAt, i.Problem = now.Add(wait(i.Attempts)), said(failure)
			_, err := s.store.update(ctx, i, Requested)
			return err
		}
		i.SentAt, i.NextTryAt, i.Attempts, i.Problem = now, now, 0, ""
		if i.Kind == Red {
			i.ConfirmBy = now.Add(ConfirmHours * time.Hour)
		}
		return s.move(ctx, i, Requested, "taxinvoice.send", "")
	})
}

func said(err error) string {
	text := err.Error()
	if e := errs.As(err); e != nil {
		text = e.Zh + " / " + e.En
		for _, f := range e.Fields {
			text += " · " + f.Zh
		}
	}
	if r := []rune(text); len(r) > 500 {
		text = string(r[:499]) + "…"
	}
	return text
}

// fetch asks for the answer to a request and takes it.
func (s *Service) fetch(ctx context.Context, i *Invoice) error {
	a, err := s.Platform.Fetch(ctx, i.Reference)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && a != nil {
		if _, err = s.take(ctx, i.ID, *a); err == nil || errors.Is(err, ErrState) {
			return nil
		}
	}
	problem := ""
	if err != nil {
		problem = said(err)
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		i.Attempts++
		i.NextTryAt, i.Problem = s.clock.Instant().Add(wait(i.Attempts)), problem
		_, err := s.store.update(ctx, i, Requested)
		return err
	})
}

// Record enters an answer by hand: what a person read in the tax administration's system, with the file. Errors: ErrNotFound,
// ErrState, ErrAnswer with fields.
func (s *Service) Record(ctx context.Context, id string, a Answer) (*Invoice, error) {
	i, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	a.Reference = i.Reference
	return s.take(ctx, id, a)
}

// take turns an answer into the state of its invoice, once.
func (s *Service) take(ctx context.Context, id string, a Answer) (out *Invoice, err error) {
	i, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if i.State != Requested {
		return i, ErrState.With("state", i.State)
	}
	if err := a.check(i, s.clock.Today()); err != nil {
		return nil, err
	}
	var file *document.Document
	if len(a.File) > 0 && s.Documents != nil { // durable before the row that refers to it
		name := a.FileName
		if name == "" {
			name = a.Number + ".pdf"
		}
		if file, err = s.Documents.Store(ctx, name, "tax_invoice", bytes.NewReader(a.File)); err != nil {
			return nil, err
		}
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if i, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if i.State != Requested {
			return ErrState
		}
		if i.SentAt.IsZero() {
			i.SentAt = s.clock.Instant()
		}
		i.AnsweredAt, i.Problem, i.NextTryAt = s.clock.Instant(), a.Reason, caldate.Instant{}
		switch a.Outcome {
		case OutcomeIssued:
			i.State, i.Number, i.IssuedOn = Issued, &a.Number, a.IssuedOn
		case OutcomeRejected:
			i.State = Rejected
		case OutcomeLapsed:
			i.State = Lapsed
		}
		if file != nil {
			i.DocumentID = file.ID
			if _, err := s.Documents.Link(ctx, file.ID, "tax_invoice", i.ID, i.CustomerID, i.ContractID); err != nil {
				return err
			}
		}
		if err := s.move(ctx, i, Requested, "taxinvoice."+string(i.State), a.Reason); err != nil {
			if db.IsDuplicate(err) {
				return ErrAnswer.At("number", "duplicate", "发票号码 "+a.Number+" 已经登记在另一张发票上", "the number "+a.Number+" belongs to another invoice")
			}
			return err
		}
		out = i
		return s.followed(ctx, i, a)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// followed does what an answer entails: for the blue invoice of a red one, and for people.
func (s *Service) followed(ctx context.Context, i *Invoice, a Answer) error {
	if i.Kind == Red {
		of, err := s.store.byID(ctx, i.RedOf)
		if err != nil {
			return err
		}
		was := of.State
		of.State = Issued
		if i.State == Issued {
			if of.RedFen += i.TotalFen; of.RedFen >= of.TotalFen {
				of.State = RedFlushed
			}
			if err := s.store.todo(ctx, s.clock.Instant(), i.BillID); err != nil { // what is to be invoiced instead
				return err
			}
		}
		if err := s.move(ctx, of, was, "taxinvoice.red_"+string(i.State), a.Reason); err != nil {
			return err
		}
	}
	about := notice.About{ObjectType: "tax_invoice", ObjectID: i.ID, CustomerID: i.CustomerID}
	kind, kindEn := "发票", "invoice"
	if i.Kind == Red {
		kind, kindEn = "红字发票", "red invoice"
	}
	vars := map[string]string{"customer": i.CustomerName, "kind": kind, "reference": i.Reference, "bill": i.BillNumber, "amount": i.TotalFen.Grouped()}
	en := map[string]string{"kind": kindEn}
	if i.State == Issued {
		vars["number"], vars["issued_on"] = i.InvoiceNumber(), i.IssuedOn.String()
		return s.Notices.Send(ctx, notice.To{CustomerID: i.CustomerID, About: about}, "tax_invoice_issued", vars, en)
	}
	vars["reason"], en["reason"] = a.Reason, a.Reason
	if i.State == Lapsed {
		vars["reason"], en["reason"] = "购方 72 小时内未确认", "the buyer did not confirm within 72 hours"
	}
	return s.Notices.Send(ctx, notice.To{Role: "finance", About: about}, "tax_invoice_refused", vars, en)
}

// lapse ends a red request that nobody confirmed in time.
func (s *Service) lapse(ctx context.Context, id string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		i, err := s.store.byID(ctx, id)
		if err != nil || i.State != Requested || i.ConfirmBy.IsZero() || i.ConfirmBy.After(s.clock.Instant()) {
			return err
		}
		i.State, i.AnsweredAt, i.Problem = Lapsed, s.clock.Instant(), "购方 72 小时内未确认"
		if err := s.move(ctx, i, Requested, "taxinvoice.lapsed", i.Problem); err != nil {
			return err
		}
		return s.followed(ctx, i, Answer{Outcome: OutcomeLapsed, Reason: i.Problem})
	})
}

// RedFlush asks to take back what is left of an issued invoice (wrong buyer data, or a request that lapsed). When the red one
// is issued, what the bill comes to is invoiced anew. Errors: ErrState, ErrUnsettled, ErrInvalid.
func (s *Service) RedFlush(ctx context.Context, id, reason string) (out *Invoice, err error) {
	var f errs.Fields
	if reason = form.Text(&f, "reason", reason, 500, true); len(f) > 0 {
		return nil, f.Err(ErrInvalid)
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		i, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{i.CustomerID}); err != nil {
			return err
		}
		if i, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		switch {
		case i.State == RedRequested:
			return ErrUnsettled
		case i.Kind != Blue || i.State != Issued:
			return ErrState.With("state", i.State)
		}
		b, err := s.Bills.Get(ctx, i.BillID)
		if err != nil {
			return err
		}
		all, err := s.store.ofBill(ctx, i.BillID)
		if err != nil {
			return err
		}
		lines, err := i.Lines()
		if err != nil {
			return err
		}
		for k := range all { // what earlier red ones took back is gone
			if all[k].Kind == Red && all[k].RedOf == i.ID && all[k].State == Issued {
				gone, err := all[k].Lines()
				if err != nil {
					return err
				}
				for _, g := range gone {
					for j := range lines {
						if lines[j].Of == g.Of {
							lines[j].Amount, lines[j].Net, lines[j].Tax = lines[j].Amount-g.Amount, lines[j].Net-g.Net, lines[j].Tax-g.Tax
						}
					}
				}
			}
		}
		var left []Line
		for _, l := range lines {
			if l.Amount > 0 {
				left = append(left, l)
			}
		}
		if len(left) == 0 {
			return ErrNothing
		}
		var only []Invoice
		for k := range all {
			if all[k].Kind == Red || all[k].ID == i.ID {
				only = append(only, all[k])
			}
		}
		if err := s.askRed(ctx, b, only, left, reason); err != nil {
			return err
		}
		out, err = s.store.byID(ctx, id)
		return err
	})
	return out, err
}

// Resubmit drops a rejected request and asks anew with the customer's present data. Errors: ErrState.
func (s *Service) Resubmit(ctx context.Context, id string) ([]Invoice, error) {
	var billID string
	err := s.db.Run(ctx, func(ctx context.Context) error {
		i, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if i.State != Rejected {
			return ErrState.With("state", i.State)
		}
		billID = i.BillID
		i.State = Cancelled
		if err := s.move(ctx, i, Rejected, "taxinvoice.cancel", "resubmit"); err != nil {
			return err
		}
		return s.store.todo(ctx, s.clock.Instant(), billID)
	})
	if err != nil {
		return nil, err
	}
	if err := s.look(ctx, billID, true); err != nil {
		return nil, err
	}
	return s.store.ofBill(ctx, billID)
}

// Query narrows a list of invoices; the newest comes first.
type Query struct {
	BillID, CustomerID, ContractID string
	Kind                           Kind
	States                         []string
	Q                              string // part of a reference, a number or the customer's name
	Cursor                         string
	Limit                          int
}

// List gives a page of invoices within the actor's scope, how many fit and what they come to, red ones taken off.
func (s *Service) List(ctx context.Context, q Query) ([]Invoice, int64, money.Fen, error) {
	return s.store.list(ctx, q)
}

// Get gives an invoice within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Invoice, error) { return s.store.byID(ctx, id) }

// OfBill gives all invoices of a bill, the oldest first.
func (s *Service) OfBill(ctx context.Context, billID string) ([]Invoice, error) {
	return s.store.ofBill(ctx, billID)
}

// Verify checks that requests are as they were made (invariant 6), add up (5), that red ones take back what their blue ones
// say and never more than there was, and that no bill has more invoices than it comes to (2).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	bad := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	err := s.store.each(ctx, func(i *Invoice) {
		at := "tax invoice " + i.Reference
		if i.Seal() != i.Hash {
			bad(6, at, "its content does not match the hash of its request")
		}
		lines, err := i.Lines()
		if err != nil {
			bad(5, at, "%v", err)
			return
		}
		net, tax, total := sum(lines)
		if net != i.NetFen || tax != i.TaxFen || total != i.TotalFen || net+tax != total || total <= 0 {
			bad(5, at, "lines sum to %s net, %s tax, %s; the request says %s, %s, %s", net, tax, total, i.NetFen, i.TaxFen, i.TotalFen)
		}
		for _, l := range lines {
			if l.Amount <= 0 || l.Code == "" || !strings.HasPrefix(l.Name, "*") {
				bad(5, at, "line %q of %s has no tax category or no amount", l.Name, l.Amount)
			}
		}
		numbered := i.State == Issued || i.State == RedRequested || i.State == RedFlushed
		if numbered != (i.Number != nil) || numbered && i.IssuedOn.IsZero() {
			bad(6, at, "is %s with the number %q of %s", i.State, i.InvoiceNumber(), i.IssuedOn)
		}
	})
	if err != nil {
		return nil, err
	}
	reds, err := s.store.reds(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range reds {
		at := "tax invoice " + r.Reference
		if r.RedFen != r.Taken || r.Taken > r.TotalFen || (r.State == RedFlushed) != (r.Taken == r.TotalFen) {
			bad(2, at, "%s of %s taken back by red invoices, %s shown, is %s", r.Taken, r.TotalFen, r.RedFen, r.State)
		}
		if (r.State == RedRequested) != (r.Pending == 1) || r.Pending > 1 {
			bad(2, at, "is %s with %d red requests open", r.State, r.Pending)
		}
	}
	over, err := s.store.over(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range over {
		bad(2, "bill "+o.Number, "%s invoiced although it comes to %s", o.Invoiced, o.Comes)
	}
	return out, nil
}
