package dunning

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Bills     *bill.Service
	Payments  *payment.Service
	Contracts *contract.Service
	Ledger    *ledger.Service
	Notices   *notice.Service
	Customers *customer.Service
	Documents *document.Service // papers of exceptions
	Trail     *trail.Trail
	Provider  paper.Party // who sends reminder letters
}

// Service applies the rules: daily by RunDay, at once by Settle when money arrives.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	store store
}

// New makes the service and has it told of payments and new bills.
func New(d *db.DB, c clock.Clock, deps Deps) *Service {
	s := &Service{deps, d, c, store{d}}
	deps.Payments.Watch(s)
	deps.Bills.Watch(s)
	deps.Bills.ExemptBy(s)
	return s
}

// PaymentRecorded settles the customer in the transaction of the payment (payment.Watcher).
func (s *Service) PaymentRecorded(ctx context.Context, customerID string) error {
	return s.settle(ctx, customerID, s.clock.Today())
}

// BillsIssued lets the customer's balance pay new bills in the transaction of the issue (bill.Watcher).
func (s *Service) BillsIssued(ctx context.Context, customerID string, on caldate.Date) error {
	return s.settle(ctx, customerID, on)
}

// BillAmended works out what a note or a dispute changes, in its transaction (bill.Watcher).
func (s *Service) BillAmended(ctx context.Context, customerID string) error {
	return s.settle(ctx, customerID, s.clock.Today())
}

// Settle works out a customer's account from nothing but bills, payments and today: which payment pays which bill, late
// fees by day, states of bills; writes and posts what differs from what stands; and lifts the suspension of contracts that
// owe nothing overdue any more. It may run any number of times.
func (s *Service) Settle(ctx context.Context, customerID string) error {
	return s.settle(ctx, customerID, s.clock.Today())
}

// settle is Settle as of a day: today, or the day of a run that catches up. What has been brought beyond that day already
// stays there.
func (s *Service) settle(ctx context.Context, customerID string, asOf caldate.Date) error {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.Bills.LockAccounts(ctx, []string{customerID}); err != nil {
			return err
		}
		bills, err := s.Bills.AllOfCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		payments, err := s.Payments.OfCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		claims, err := s.Bills.Claims(ctx, bills)
		if err != nil {
			return err
		}
		wanted, _ := payment.Allocate(claims, payments, LateFee)
		stored, err := s.Payments.Stored(ctx, customerID)
		if err != nil {
			return err
		}
		gone, fresh := differences(stored, wanted)
		parts := map[string][]bill.Part{}
		for _, a := range wanted {
			parts[a.BillID] = append(parts[a.BillID], bill.Part{On: a.OnDate, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
		}
		touched := map[string]bool{}
		for _, a := range append(slices.Clone(gone), fresh...) {
			touched[a.BillID] = true
		}
		var changed []change
		for _, c := range claims {
			if !touched[c.ID] && c.Amendments == 0 && c.State == bill.Paid {
				continue // closed, and nothing that reached it has changed
			}
			if !touched[c.ID] && c.State == bill.Void && c.LateFeeFen == 0 {
				continue
			}
			day := asOf
			if c.AccruedTo.After(day) {
				day = c.AccruedTo
			}
			// Money, notes and disputes that came after a day which is caught up count with the late fee of their own day.
			if last := lastKnown(c, parts[c.ID]); last.After(day) {
				day = last
			}
			changed = append(changed, change{c, parts[c.ID], c.Status, Standing(c, parts[c.ID], day), day})
		}
		if err := s.Payments.Reallocate(ctx, customerID, gone, fresh, asOf); err != nil {
			return err
		}
		if err := s.apply(ctx, changed, true, asOf); err != nil {
			return err
		}
		if err := s.resume(ctx, customerID, asOf); err != nil {
			return err
		}
		_, err = s.settleEnded(ctx, customerID) // the last thing owed may have been paid: finance can return the deposit today
		return err
	})
	if err != nil {
		return fmt.Errorf("settle customer %s: %w", customerID, err)
	}
	return nil
}

// change is a bill whose standing is to be brought up to a day.
type change struct {
	claim   bill.Claim
	parts   []bill.Part
	was, is bill.Status
	day     caldate.Date // up to which
}

// lastKnown is the day of the last thing that has happened to a bill.
func lastKnown(c bill.Claim, parts []bill.Part) caldate.Date {
	last := c.IssuedOn
	later := func(d caldate.Date) {
		if d.After(last) {
			last = d
		}
	}
	for _, p := range parts {
		later(p.On)
	}
	for _, n := range c.Notes {
		later(n.On)
	}
	for _, d := range c.Disputes {
		later(d.From)
		if !d.To.IsZero() {
			later(d.To)
		}
	}
	return last
}

// differences tells which stored allocations are wanted no more and which are new.
func differences(stored, wanted []payment.Allocation) (gone, fresh []payment.Allocation) {
	have := make(map[payment.Allocation]bool, len(stored))
	for _, a := range stored {
		have[a] = true
	}
	for _, a := range wanted {
		if have[a] {
			delete(have, a)
		} else {
			fresh = append(fresh, a)
		}
	}
	for _, a := range stored {
		if have[a] {
			gone = append(gone, a)
		}
	}
	return gone, fresh
}

// apply posts the late fees of bills up to a day and writes their new standing. Unless the past may have changed, only the
// days after the last accrual are looked at.
func (s *Service) apply(ctx context.Context, changed []change, past bool, day caldate.Date) error {
	if len(changed) == 0 {
		return nil
	}
	var stored map[string]map[caldate.Date]feeDay
	if past {
		ids := make([]string, len(changed))
		for i, ch := range changed {
			ids[i] = ch.claim.ID
		}
		var err error
		if stored, err = s.store.feeDays(ctx, ids); err != nil {
			return err
		}
	}
	var rows []feeDay
	var entries []ledger.Entry
	for _, ch := range changed {
		start := ch.claim.DueOn.AddDays(1)
		if !past && !ch.was.AccruedTo.IsZero() {
			start = ch.was.AccruedTo.AddDays(1)
		}
		old := stored[ch.claim.ID]
		for _, d := range Days(ch.claim, ch.parts, start, ch.day) {
			was, posted := old[d.Day]
			delete(old, d.Day)
			if was.AmountFen == d.Change && was.TaxFen == d.Tax {
				continue
			}
			row := feeDay{BillID: ch.claim.ID, Day: d.Day, BaseFen: d.Base, AmountFen: d.Change, TaxFen: d.Tax}
			if posted {
				row.Revision = was.Revision + 1
			}
			rows = append(rows, row)
			entries = append(entries, feeEntry(ch.claim, row, d.Change-was.AmountFen, d.Tax-was.TaxFen))
		}
		for _, was := range old { // days whose fee is taken back altogether: a payment turned out to be older than they are
			if was.AmountFen == 0 {
				continue
			}
			row := feeDay{BillID: ch.claim.ID, Day: was.Day, Revision: was.Revision + 1}
			rows = append(rows, row)
			entries = append(entries, feeEntry(ch.claim, row, -was.AmountFen, -was.TaxFen))
		}
	}
	slices.SortFunc(entries, func(a, b ledger.Entry) int { return a.On.Compare(b.On) })
	if err := s.store.saveFeeDays(ctx, rows); err != nil {
		return fmt.Errorf("late fees of %s: %w", day, err)
	}
	if err := s.Ledger.Post(ctx, entries...); err != nil {
		return err
	}
	if err := s.standings(ctx, changed, past, day); err != nil {
		return err
	}
	var letters []notice.Letter
	for _, ch := range changed {
		if ch.was.State == bill.Issued && ch.is.State == bill.Overdue {
			b := *ch.claim.Bill
			b.Status = ch.is
			letters = append(letters, overdueLetter(&b))
		}
	}
	return s.Notices.SendAll(ctx, "overdue", letters)
}

// standings writes what the bills came to: one by one after a payment, in one statement on an ordinary day, on which nothing
// but the late fee has grown.
func (s *Service) standings(ctx context.Context, changed []change, past bool, day caldate.Date) error {
	if !past {
		bills := make([]*bill.Bill, len(changed))
		for i, ch := range changed {
			bills[i] = ch.claim.Bill
		}
		return s.Bills.Accrue(ctx, bills, day)
	}
	for _, ch := range changed {
		b := *ch.claim.Bill
		b.Status = ch.is
		reason := "payment"
		switch {
		case ch.is.State == bill.Overdue:
			reason = "not_paid_by_due_date"
		case ch.is.State == bill.Void:
			reason = "credit_note"
		case ch.claim.Amendments > 0 && ch.is.PaidFen == ch.was.PaidFen:
			reason = "note_or_dispute"
		}
		if err := s.Bills.SetStatus(ctx, &b, ch.was, day, reason); err != nil {
			return err
		}
	}
	return nil
}

func overdueLetter(b *bill.Bill) notice.Letter {
	return notice.Letter{
		To: notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}},
		Vars: map[string]string{"customer": b.CustomerName, "number": b.Number, "contract": b.ContractNumber, "open": b.Owed().Grouped(),
			"late_fee": (b.LateFeeFen - b.LateFeePaidFen).Grouped(), "due_on": b.DueOn.String(), "suspend_on": b.SuspendOn.String()},
	}
}

// feeEntry posts the change of a late fee on a day; corrections of a day are entries of their own.
func feeEntry(c bill.Claim, row feeDay, amount, tax money.Fen) ledger.Entry {
	e := ledger.Entry{Key: fmt.Sprintf("latefee:%s:%s", c.ID, row.Day), Kind: ledger.KindLateFee, On: row.Day, CustomerID: c.CustomerID, ContractID: c.ContractID,
		DocumentType: ledger.DocumentBill, DocumentID: c.ID,
		Lines: []ledger.Line{ledger.Dr(ledger.Receivable, amount), ledger.Cr(ledger.LateFee, amount-tax), ledger.Cr(ledger.VATPayable, tax)}}
	if row.Revision > 0 {
		e.Key, e.Kind = fmt.Sprintf("%s:%d", e.Key, row.Revision), ledger.KindReversal
	}
	return e
}

// paidUp is the evidence with which a suspension for non-payment is lifted.
const paidUp = "逾期款项已结清 · nothing overdue is owed"

// pageSize is how many bills are accrued in one transaction.
const pageSize = 400

// Outcome says what a day brought.
type Outcome struct {
	Accrued   int // bills whose late fee was brought up to the day
	Suspended int
	Resumed   int
	Settled   int // ended contracts that owe nothing any more
	Letters   int // reminder letters
}

func (o Outcome) String() string {
	return fmt.Sprintf("late fees of %d bills, %d contracts suspended, %d resumed, %d settled, %d reminder letters", o.Accrued, o.Suspended, o.Resumed, o.Settled, o.Letters)
}

// RunDay does what a day brings, in the order of billing.md "Jobs": late fees of the day, then suspensions, then
// resumptions, then ended contracts that are settled, then reminder letters. It computes everything from what is owed, so that it may run any
// number of times with one result and catch up on missed days. One contract that fails does not stop the others. Errors:
// ErrFuture, and what failed.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (Outcome, error) {
	var o Outcome
	if day.After(s.clock.Today()) {
		return o, ErrFuture.With("day", day.String())
	}
	open, err := s.store.unaccrued(ctx, day)
	if err != nil {
		return o, fmt.Errorf("overdue bills of %s: %w", day, err)
	}
	for page := range slices.Chunk(open, pageSize) {
		n, err := s.accrue(ctx, page, day)
		if err != nil {
			return o, fmt.Errorf("late fees of %s: %w", day, err)
		}
		o.Accrued += n
		failpoint.Hit("dunning.day.page_done")
	}
	var failed []error
	due, err := s.store.toSuspend(ctx, day, "")
	if err != nil {
		return o, fmt.Errorf("suspensions of %s: %w", day, err)
	}
	done := map[string]bool{}
	for _, d := range due {
		if done[d.ContractID] {
			continue
		}
		suspended, err := s.suspend(ctx, d, day)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if suspended {
			done[d.ContractID] = true
			o.Suspended++
		}
	}
	free, err := s.store.toResume(ctx, "")
	if err != nil {
		return o, errors.Join(append(failed, err)...)
	}
	for _, id := range free {
		if err := s.Contracts.Lift(ctx, id, contract.NonPayment, day, paidUp); err != nil {
			failed = append(failed, err)
			continue
		}
		o.Resumed++
	}
	n, err := s.spare(ctx, "", day)
	if err != nil {
		failed = append(failed, err)
	}
	o.Resumed += n
	if o.Settled, err = s.SettleEnded(ctx); err != nil {
		failed = append(failed, err)
	}
	if err := s.closeMoot(ctx); err != nil {
		failed = append(failed, err)
	}
	if o.Letters, err = s.remind(ctx, day); err != nil {
		failed = append(failed, fmt.Errorf("reminders of %s: %w", day, err))
	}
	return o, errors.Join(failed...)
}

// accrue brings a page of overdue bills up to a day in one transaction. Their bills are read again inside it: a payment
// may have come in between.
func (s *Service) accrue(ctx context.Context, page []openBill, day caldate.Date) (n int, err error) {
	customers := make([]string, len(page))
	ids := make([]string, len(page))
	for i := range page {
		customers[i], ids[i] = page[i].CustomerID, page[i].ID
	}
	slices.Sort(customers)
	customers = slices.Compact(customers)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		n = 0
		if err := s.Bills.LockAccounts(ctx, customers); err != nil {
			return err
		}
		bills, err := s.store.stillUnaccrued(ctx, ids, day)
		if err != nil {
			return err
		}
		parts, err := s.Payments.PartsOf(ctx, ids)
		if err != nil {
			return err
		}
		if len(bills) == 0 {
			return nil
		}
		claims, err := s.Bills.Claims(ctx, bills)
		if err != nil {
			return err
		}
		changed := make([]change, 0, len(bills))
		var amended []change // with notes or disputes nothing goes without saying: they may even not be overdue
		for _, c := range claims {
			if c.Amendments > 0 {
				upTo := day
				if last := lastKnown(c, parts[c.ID]); last.After(upTo) {
					upTo = last
				}
				if is := Standing(c, parts[c.ID], upTo); is != c.Status {
					amended = append(amended, change{c, parts[c.ID], c.Status, is, upTo})
				}
				continue
			}
			is := c.Status
			is.LateFeeFen, is.AccruedTo, is.State = LateFee(c, parts[c.ID], day), day, bill.Overdue
			changed = append(changed, change{c, parts[c.ID], c.Status, is, day})
		}
		n = len(changed) + len(amended)
		if err := s.apply(ctx, amended, true, day); err != nil {
			return err
		}
		return s.apply(ctx, changed, false, day)
	})
	return n, err
}

// suspend suspends the contract of a bill that is owed beyond its grace, or asks finance to decide.
func (s *Service) suspend(ctx context.Context, due overdueBill, day caldate.Date) (suspended bool, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		suspended = false
		if err := s.Bills.LockAccounts(ctx, []string{due.CustomerID}); err != nil {
			return err
		}
		b, err := s.Bills.Get(ctx, due.ID)
		if err != nil {
			return err
		}
		ground, terms, err := s.ground(ctx, b, day)
		if err != nil || ground <= terms.SuspendFloor {
			return err
		}
		if terms.Suspension == plan.ByDecision {
			return s.raise(ctx, b, day)
		}
		suspended = true
		evidence := fmt.Sprintf("账单 %s 逾期未付 ¥%s（最迟付款日 %s）· bill %s overdue: ¥%s, due on %s", b.Number, b.Owed().Grouped(), b.DueOn, b.Number, b.Owed().Grouped(), b.DueOn)
		return s.Contracts.Suspend(ctx, b.ContractID, contract.NonPayment, day, evidence)
	})
	if errors.Is(err, contract.ErrState) {
		return false, nil // it has ended in the meantime
	}
	if err != nil {
		return false, fmt.Errorf("suspend for bill %s: %w", due.Number, err)
	}
	return suspended, nil
}

// ground is what of a bill is owed beyond its grace on a day and not disputed.
func (s *Service) ground(ctx context.Context, b *bill.Bill, day caldate.Date) (money.Fen, bill.Conditions, error) {
	claims, err := s.Bills.Claims(ctx, []bill.Bill{*b})
	if err != nil {
		return 0, bill.Conditions{}, err
	}
	if b.State != bill.Overdue {
		return 0, claims[0].Terms, nil
	}
	if b.Amendments == 0 {
		return b.Owed(), claims[0].Terms, nil
	}
	parts, err := s.Payments.PartsOf(ctx, []string{b.ID})
	return Ground(claims[0], parts[b.ID], day), claims[0].Terms, err
}

// groundAtStart is ground as it was at 00:00 of the day, when suspensions are made: a dispute that was withdrawn since then
// makes one on the next day.
func (s *Service) groundAtStart(ctx context.Context, b *bill.Bill, day caldate.Date) (money.Fen, bill.Conditions, error) {
	ground, terms, err := s.ground(ctx, b, day)
	if err != nil || b.Amendments == 0 {
		return ground, terms, err
	}
	claims, err := s.Bills.Claims(ctx, []bill.Bill{*b})
	if err != nil {
		return 0, terms, err
	}
	parts, err := s.Payments.PartsOf(ctx, []string{b.ID})
	c := claims[0]
	for i, d := range c.Disputes {
		if d.Withdrawn && d.To == day {
			c.Disputes[i].To, c.Disputes[i].Withdrawn = caldate.Date{}, false
		}
	}
	return min(ground, Ground(c, parts[b.ID], day)), terms, err
}

// resume lifts the reason of non-payment from a customer's contracts that owe nothing overdue, or that an exception spares.
func (s *Service) resume(ctx context.Context, customerID string, day caldate.Date) error {
	free, err := s.store.toResume(ctx, customerID)
	if err != nil {
		return err
	}
	for _, id := range free {
		if err := s.Contracts.Lift(ctx, id, contract.NonPayment, day, paidUp); err != nil {
			return err
		}
	}
	_, err = s.spare(ctx, customerID, day)
	return err
}

// Explain gives the late fee of a bill by day, as far as it has accrued.
func (s *Service) Explain(ctx context.Context, b *bill.Bill) ([]Day, error) {
	if b.AccruedTo.IsZero() {
		return nil, nil
	}
	claims, err := s.Bills.Claims(ctx, []bill.Bill{*b})
	if err != nil {
		return nil, err
	}
	parts, err := s.Payments.PartsOf(ctx, []string{b.ID})
	if err != nil {
		return nil, err
	}
	return Days(claims[0], parts[b.ID], b.DueOn.AddDays(1), b.AccruedTo), nil
}
