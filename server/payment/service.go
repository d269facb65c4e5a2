package payment

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Watcher is told of a payment in its transaction: what the customer owes changes with it.
type Watcher interface {
	PaymentRecorded(ctx context.Context, customerID string) error
	PaymentReversed(ctx context.Context, customerID string) error // one was taken back: what is owed may suspend at once
}

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Contracts *contract.Service
	Bills     *bill.Service
	Ledger    *ledger.Service
	Documents *document.Service // papers of refunds
	Notices   *notice.Service
	Provider  paper.Party // who receives the money
}

// Service records and shows payments.
type Service struct {
	Deps
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	watcher Watcher
	store   store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// Watch has w told of payments.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// ReceiptNumbers are anew in each year; payments and deposits share them.
var ReceiptNumbers = series.Kind{Name: "receipt", Mark: "R", Digits: 6}

var refundNumbers = series.Kind{Name: "refund", Mark: "RF", Digits: 6}

// Record enters money that arrived (B05): the payment, its ledger entry, its audit row, and at once everything that
// follows from it (allocation, late fees, resumption). Errors: ErrInvalid with fields, ErrDuplicate, ErrCustomerClosed,
// customer.ErrNotFound; nothing is changed then.
func (s *Service) Record(ctx context.Context, in Input) (*Payment, error) {
	return s.record(ctx, in, false)
}

// RecordFor is Record for money that belongs to a debt in collection: also when all contracts of the customer are closed.
func (s *Service) RecordFor(ctx context.Context, in Input) (*Payment, error) {
	return s.record(ctx, in, true)
}

// open refuses a customer all of whose contracts are closed.
func (s *Service) open(ctx context.Context, customerID string) error {
	all, open, err := s.Contracts.CountOf(ctx, customerID)
	if err == nil && all > 0 && open == 0 {
		return ErrCustomerClosed.With("customer_id", customerID)
	}
	return err
}

func (s *Service) record(ctx context.Context, in Input, closedToo bool) (*Payment, error) {
	in, err := in.check(s.clock.Today())
	if err != nil {
		return nil, err
	}
	if in.Method == Transfer && in.BankAccount == "" {
		in.BankAccount = s.Provider.BankAccount
	}
	var p *Payment
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		if !closedToo {
			if err := s.open(ctx, c.ID); err != nil {
				return err
			}
		}
		if err := s.Bills.LockAccounts(ctx, []string{c.ID}); err != nil {
			return err
		}
		who, now := actor.From(ctx), s.clock.Instant()
		number, err := ReceiptNumbers.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		seq, err := s.store.nextSeq(ctx, c.ID)
		if err != nil {
			return err
		}
		key := Key(in.Method, in.BankAccount, in.Reference, number)
		if key, err = s.store.freeKey(ctx, key); err != nil {
			return err
		}
		p = &Payment{ID: ids.New(), Number: number, PaymentKey: key, CustomerID: c.ID, CustomerName: c.Name,
			AmountFen: in.Amount, ValueDate: in.ValueDate, EntrySeq: seq, Method: in.Method, BankAccount: in.BankAccount, Reference: in.Reference, Note: in.Note,
			RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: now}
		if err := s.store.insert(ctx, p); err != nil {
			if db.IsDuplicate(err) {
				return ErrDuplicate.With("reference", in.Reference).At("reference", "duplicate", "流水号 "+in.Reference+" 已登记", "reference "+in.Reference+" is recorded already")
			}
			return err
		}
		err = s.Ledger.Post(ctx, ledger.Entry{Key: p.PaymentKey, Kind: ledger.KindPayment, On: p.ValueDate, CustomerID: p.CustomerID, DocumentType: ledger.DocumentPayment, DocumentID: p.ID,
			Lines: []ledger.Line{ledger.Dr(ledger.Bank, p.AmountFen), ledger.Cr(ledger.Credit, p.AmountFen)}})
		if errors.Is(err, ledger.ErrPosted) {
			return ErrDuplicate.With("reference", in.Reference).Because(err)
		}
		if err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{Action: "payment.record", ObjectType: "payment", ObjectID: p.ID, CustomerID: p.CustomerID, On: p.ValueDate,
			Detail: map[string]any{"number": p.Number, "amount_fen": p.AmountFen, "value_date": p.ValueDate, "method": p.Method, "reference": p.Reference}})
		if err != nil {
			return err
		}
		return s.tell(ctx, p.CustomerID)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Query narrows a list of payments; the newest value date comes first.
type Query struct {
	CustomerID string
	Methods    []string
	From, To   caldate.Date // value dates
	Q          string       // part of the receipt's number, reference or customer's name
	Cursor     []string     // value date and id of the page's last one
	Limit      int
}

// List gives a page of payments within the actor's scope, how many fit and their sum.
func (s *Service) List(ctx context.Context, q Query) ([]Payment, int64, money.Fen, error) {
	return s.store.list(ctx, q)
}

// Get gives a payment within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Payment, error) { return s.store.byID(ctx, id) }

// OfCustomer gives the payments of a customer as they count: see Counting.
func (s *Service) OfCustomer(ctx context.Context, customerID string) ([]Payment, error) {
	return s.Counting(ctx, customerID)
}

// Used is an allocation with the numbers that people know.
type Used struct {
	Allocation
	BillNumber    string
	PaymentNumber string
}

// AllocationsOf gives what a payment was used for, or what paid a bill (the other id empty), by day.
func (s *Service) AllocationsOf(ctx context.Context, paymentID, billID string) ([]Used, error) {
	return s.store.used(ctx, paymentID, billID)
}

// Stored gives the allocations of a customer as they stand.
func (s *Service) Stored(ctx context.Context, customerID string) ([]Allocation, error) {
	return s.store.allocations(ctx, customerID)
}

// PartsOf gives, for bills, what has reached each of them, by day.
func (s *Service) PartsOf(ctx context.Context, billIDs []string) (map[string][]bill.Part, error) {
	return s.store.parts(ctx, billIDs)
}

// Reallocate replaces a customer's allocations that are gone by those that are new, and posts the difference: from the
// customer's balance to the bills' receivables, or back where a back-dated payment changed history. It must be called
// under the customer's account lock.
func (s *Service) Reallocate(ctx context.Context, customerID string, gone, fresh []Allocation, on caldate.Date) error {
	if len(gone) == 0 && len(fresh) == 0 {
		return s.excess(ctx, customerID, on)
	}
	version, err := s.store.bump(ctx, customerID)
	if err != nil {
		return err
	}
	if err := s.store.replace(ctx, gone, fresh); err != nil {
		return fmt.Errorf("allocations of customer %s: %w", customerID, err)
	}
	toContract := map[string]money.Fen{}
	var order []string
	move := func(a Allocation, sign money.Fen) {
		if _, known := toContract[a.ContractID]; !known {
			order = append(order, a.ContractID)
		}
		toContract[a.ContractID] += sign * (a.PrincipalFen + a.LateFeeFen)
	}
	for _, a := range gone {
		move(a, -1)
	}
	for _, a := range fresh {
		move(a, 1)
	}
	e := ledger.Entry{Key: fmt.Sprintf("alloc:%s:%d", customerID, version), Kind: ledger.KindAllocation, On: on, CustomerID: customerID, DocumentType: ledger.DocumentPayment}
	var sum money.Fen
	for _, contractID := range order {
		if amount := toContract[contractID]; amount != 0 {
			e.Lines = append(e.Lines, ledger.Cr(ledger.Receivable, amount).Of(customerID, contractID))
			sum += amount
		}
	}
	if sum != 0 {
		e.Lines = append(e.Lines, ledger.Dr(ledger.Credit, sum))
	}
	if len(e.Lines) == 0 {
		return s.excess(ctx, customerID, on)
	}
	if len(fresh) > 0 {
		e.DocumentID = fresh[len(fresh)-1].PaymentID
	} else {
		e.DocumentID = gone[len(gone)-1].PaymentID
	}
	if err := s.Ledger.Post(ctx, e); err != nil {
		return err
	}
	return s.excess(ctx, customerID, on)
}

// Receipt renders the receipt of a payment (B09): figures, capitals, method and reference. Errors: ErrNotFound.
func (s *Service) Receipt(ctx context.Context, id string) (name string, pdf []byte, err error) {
	p, err := s.store.byID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if !p.Method.Money() {
		return "", nil, ErrNotFound
	}
	takes, err := s.store.takesOf(ctx, id)
	if err != nil {
		return "", nil, err
	}
	mark := ""
	if _, undone := IsUndone(takes); undone {
		mark = "作废"
	}
	payer := paper.Party{Name: p.CustomerName}
	if c, err := s.Customers.Get(ctx, p.CustomerID); err == nil {
		payer.USCC, payer.Address = c.USCC, c.Address
	}
	pdf, err = paper.Receipt(paper.ReceiptData{Number: p.Number, Purpose: "短信服务费", Payee: s.Provider, Payer: payer, Amount: p.AmountFen, Method: p.Method.Zh(),
		Reference: p.Reference, ReceivedOn: p.ValueDate, IssuedOn: p.RecordedAt.Date(), Handler: p.RecorderName, Watermark: mark})
	if err != nil {
		return "", nil, fmt.Errorf("receipt of payment %s: %w", p.Number, err)
	}
	return p.Number + ".pdf", pdf, nil
}

// Verify checks the payments' part of invariant 8 (none allocated beyond its amount) and of 2 and 5: each has its entry.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	over, err := s.store.overAllocated(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range over {
		out = append(out, verify.Violation{Invariant: 8, Object: "payment " + x.Number, Detail: fmt.Sprintf("%s allocated of %s", x.Used, x.AmountFen)})
	}
	lost, err := s.store.unposted(ctx)
	if err != nil {
		return nil, err
	}
	for _, number := range lost {
		out = append(out, verify.Violation{Invariant: 5, Object: "payment " + number, Detail: "not in the ledger with its amount"})
	}
	wrong, err := s.store.wrongTakes(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range wrong {
		out = append(out, verify.Violation{Invariant: 5, Object: w.Object, Detail: fmt.Sprintf("%s by the record, %s by the ledger", w.Shown, w.Posted)})
	}
	gaps, err := refundNumbers.Verify(ctx, s.db, "payment_refunds")
	if err != nil {
		return nil, err
	}
	out = append(out, gaps...)
	lost, err = s.store.lostMatches(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range lost {
		out = append(out, verify.Violation{Invariant: 5, Object: "bank line " + l, Detail: "matched to a document that doesn't exist or has another amount"})
	}
	return out, nil
}
