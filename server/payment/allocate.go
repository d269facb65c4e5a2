package payment

import (
	"slices"
	"strings"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Allocation is what a payment gives to a bill on a day: its value date, or the bill's day of issue where the money was
// there before.
type Allocation struct {
	PaymentID    string       `gorm:"primaryKey"`
	BillID       string       `gorm:"primaryKey"`
	OnDate       caldate.Date `gorm:"primaryKey"`
	CustomerID   string
	ContractID   string
	PrincipalFen money.Fen
	LateFeeFen   money.Fen
}

// TableName is payment_allocations.
func (Allocation) TableName() string { return "payment_allocations" }

// Accrued gives the late fee of a bill up to and including a day, rounded, when the parts have reached it (dunning.LateFee).
type Accrued func(c bill.Claim, parts []bill.Part, asOf caldate.Date) money.Fen

// Allocate says which bills the payments of one customer pay: everything is replayed by value date, then by the order of
// entry, so that the order in which payments, notes and disputes were entered does not matter where dates differ
// (billing.md "Due, overdue, suspended"). The oldest bill comes first (due date, then number); within a bill late fee or
// principal, as its contract says. What is disputed is paid last, when nothing else is owed. What is left is the customer's
// balance and pays the next bill on the day of its issue. A deposit that is set off and a debt that is written off pay the
// bills of their own contract alone. What a credit note makes of a bill too much is given back on the
// note's day, the last money first, as an allocation below zero.
//
// claims are all bills, void ones too: money was on them until the note; left is what no bill took.
func Allocate(claims []bill.Claim, payments []Payment, accrued Accrued) (out []Allocation, left money.Fen) {
	claims = slices.DeleteFunc(slices.Clone(claims), func(c bill.Claim) bool { return c.Replaced })
	slices.SortStableFunc(claims, func(a, b bill.Claim) int {
		if c := a.DueOn.Compare(b.DueOn); c != 0 {
			return c
		}
		return compareNumbers(a.Number, b.Number)
	})
	payments = slices.Clone(payments)
	slices.SortStableFunc(payments, func(a, b Payment) int {
		if c := a.ValueDate.Compare(b.ValueDate); c != 0 {
			return c
		}
		return int(a.EntrySeq - b.EntrySeq)
	})
	r := replay{accrued: accrued, claims: claims, parts: make([][]bill.Part, len(claims)), closed: make([]bool, len(claims)), only: map[string]string{}}
	r.steps = stepsOf(claims)
	days := make([]caldate.Date, 0, len(claims)+len(payments))
	events := map[caldate.Date][]int{} // claims that a note or a dispute changes on a day
	for i := range claims {
		days = append(days, claims[i].From())
		event := func(d caldate.Date) {
			if d.Before(claims[i].From()) {
				d = claims[i].From()
			}
			if !slices.Contains(events[d], i) {
				events[d] = append(events[d], i)
				days = append(days, d)
			}
		}
		for _, n := range claims[i].Notes {
			event(n.On)
		}
		for _, d := range claims[i].Disputes {
			event(d.From)
			if !d.To.IsZero() {
				event(d.To)
			}
		}
	}
	for i := range payments {
		days = append(days, payments[i].ValueDate)
		if payments[i].ContractID != "" {
			r.only[payments[i].ID] = payments[i].ContractID
		}
	}
	slices.SortFunc(days, caldate.Date.Compare)
	days = slices.Compact(days)
	next := 0
	for _, day := range days {
		for _, i := range events[day] {
			r.giveBack(i, day)
		}
		r.use(day) // new bills take what was left, before the payments of their day
		for ; next < len(payments) && payments[next].ValueDate == day; next++ {
			r.purse = append(r.purse, piece{payments[next].ID, payments[next].AmountFen})
			r.use(day)
		}
	}
	for _, p := range r.purse {
		left += p.amount
	}
	return r.out, left
}

// compareNumbers orders numbers of one series: B-202610-1000000 after B-202610-999999.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// step is what is due of a claim on a day: a bill itself, or a debit note that it got later.
type step struct {
	claim int
	due   caldate.Date
}

// stepsOf puts the claims, which are in order, and their debit notes into the order of due dates.
func stepsOf(claims []bill.Claim) []step {
	out := make([]step, 0, len(claims))
	for i, c := range claims {
		out = append(out, step{i, c.DueOn})
		for _, n := range c.Notes {
			if n.Amount > 0 && n.DueOn.After(c.DueOn) {
				out = append(out, step{i, n.DueOn})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b step) int { return a.due.Compare(b.due) })
	return out
}

// piece is what is left of a payment.
type piece struct {
	payment string
	amount  money.Fen
}

type replay struct {
	accrued Accrued
	claims  []bill.Claim
	parts   [][]bill.Part     // what has reached each so far
	closed  []bool            // nothing is open and nothing more accrues
	only    map[string]string // payments that pay one contract's bills alone
	steps   []step            // in which order claims and their debit notes are paid
	purse   []piece
	out     []Allocation
}

// open is what is owed of a claim on a day: principal and late fee, below zero where a note took off more than was left.
func (r *replay) open(i int, day caldate.Date) (principal, fee money.Fen) {
	b := r.claims[i]
	principal, fee = b.TotalOn(day), r.accrued(b, r.parts[i], day)
	for _, p := range r.parts[i] {
		principal, fee = principal-p.Principal, fee-p.LateFee
	}
	return principal, fee
}

// giveBack opens a claim again of which a note or a dispute has changed something, and puts what it has too much back into
// the purse, in front: it came before what is there.
func (r *replay) giveBack(i int, day caldate.Date) {
	r.closed[i] = false
	principal, fee := r.open(i, day)
	var back []piece
	for n := len(r.out) - 1; n >= 0 && (principal < 0 || fee < 0); n-- {
		a := r.out[n]
		if a.BillID != r.claims[i].ID || a.PrincipalFen <= 0 && a.LateFeeFen <= 0 {
			continue
		}
		have := r.has(a.PaymentID, i)
		give := bill.Part{On: day, Principal: max(min(have.Principal, -principal), 0), LateFee: max(min(have.LateFee, -fee), 0)}
		if give.Principal+give.LateFee == 0 {
			continue
		}
		principal, fee = principal+give.Principal, fee+give.LateFee
		r.add(a.PaymentID, i, bill.Part{On: day, Principal: -give.Principal, LateFee: -give.LateFee})
		back = append(back, piece{a.PaymentID, give.Principal + give.LateFee})
	}
	slices.Reverse(back) // the oldest first again
	r.purse = append(back, r.purse...)
}

// has is what a payment has on a claim by now.
func (r *replay) has(payment string, i int) (p bill.Part) {
	for _, a := range r.out {
		if a.PaymentID == payment && a.BillID == r.claims[i].ID {
			p.Principal, p.LateFee = p.Principal+a.PrincipalFen, p.LateFee+a.LateFeeFen
		}
	}
	return p
}

// add notes that money reached a claim, or left it. One payment has one allocation a day for a bill.
func (r *replay) add(payment string, i int, p bill.Part) {
	b := r.claims[i]
	for n := len(r.out) - 1; n >= 0 && r.out[n].OnDate == p.On; n-- {
		if a := &r.out[n]; a.PaymentID == payment && a.BillID == b.ID {
			a.PrincipalFen, a.LateFeeFen = a.PrincipalFen+p.Principal, a.LateFeeFen+p.LateFee
			r.parts[i] = append(r.parts[i], p)
			return
		}
	}
	r.out = append(r.out, Allocation{PaymentID: payment, BillID: b.ID, OnDate: p.On, CustomerID: b.CustomerID, ContractID: b.ContractID, PrincipalFen: p.Principal, LateFeeFen: p.LateFee})
	r.parts[i] = append(r.parts[i], p)
}

// use gives the purse to the bills that are there by the day: first to what nobody disputes, then to the rest.
func (r *replay) use(day caldate.Date) {
	disputed := r.pass(day, false)
	if disputed && len(r.purse) > 0 {
		r.pass(day, true)
	}
}

// pass goes through the bills once; it tells whether anything that is owed was left out because it is disputed.
func (r *replay) pass(day caldate.Date, all bool) (disputed bool) {
	for _, x := range r.steps {
		i, b := x.claim, r.claims[x.claim]
		if len(r.purse) == 0 {
			return disputed
		}
		if r.closed[i] || b.From().After(day) {
			continue
		}
		principal, fee := r.open(i, day)
		later := max(min(b.TotalOn(day)-b.DueBy(x.due, day), principal), 0) // of debit notes that are due after this step
		principal -= later
		held := money.Fen(0)
		if !all && len(b.Disputes) > 0 {
			held = max(min(b.DisputedOn(day), principal), 0)
			disputed = disputed || held > 0
		}
		principal -= held
		for k := 0; k < len(r.purse) && principal+fee > 0; {
			p := &r.purse[k]
			if only := r.only[p.payment]; only != "" && only != b.ContractID {
				k++
				continue
			}
			var part bill.Part
			if b.Terms.Allocation == plan.PrincipalFirst {
				part.Principal = min(p.amount, principal)
				part.LateFee = min(p.amount-part.Principal, fee)
			} else {
				part.LateFee = min(p.amount, fee)
				part.Principal = min(p.amount-part.LateFee, principal)
			}
			part.On = day
			principal, fee, p.amount = principal-part.Principal, fee-part.LateFee, p.amount-part.Principal-part.LateFee
			r.add(p.payment, i, part)
			if p.amount == 0 {
				r.purse = slices.Delete(r.purse, k, k+1)
			}
		}
		r.closed[i] = principal+later+held+fee == 0
	}
	return disputed
}
