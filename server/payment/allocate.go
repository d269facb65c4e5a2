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
// entry, so that the order in which payments were entered does not matter where value dates differ (billing.md "Due,
// overdue, suspended"). The oldest bill comes first (due date, then number); within a bill late fee or principal, as its
// contract says; what is left is the customer's balance and pays the next bill on the day of its issue.
//
// claims are the bills that are not void; left is what no bill took.
func Allocate(claims []bill.Claim, payments []Payment, accrued Accrued) (out []Allocation, left money.Fen) {
	claims = slices.Clone(claims)
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
	r := replay{accrued: accrued, claims: claims, parts: make([][]bill.Part, len(claims)), closed: make([]bool, len(claims))}
	days := make([]caldate.Date, 0, len(claims)+len(payments))
	for i := range claims {
		days = append(days, claims[i].IssuedOn)
	}
	for i := range payments {
		days = append(days, payments[i].ValueDate)
	}
	slices.SortFunc(days, caldate.Date.Compare)
	days = slices.Compact(days)
	next := 0
	for _, day := range days {
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

// piece is what is left of a payment.
type piece struct {
	payment string
	amount  money.Fen
}

type replay struct {
	accrued Accrued
	claims  []bill.Claim
	parts   [][]bill.Part // what has reached each so far
	closed  []bool        // nothing is open and nothing more accrues
	purse   []piece
	out     []Allocation
}

// use gives the purse to the bills that are issued by the day.
func (r *replay) use(day caldate.Date) {
	for i, b := range r.claims {
		if len(r.purse) == 0 {
			return
		}
		if r.closed[i] || b.IssuedOn.After(day) {
			continue
		}
		principal, fee := b.TotalFen, r.accrued(b, r.parts[i], day)
		for _, p := range r.parts[i] {
			principal, fee = principal-p.Principal, fee-p.LateFee
		}
		for len(r.purse) > 0 && principal+fee > 0 {
			p := &r.purse[0]
			a := Allocation{PaymentID: p.payment, BillID: b.ID, OnDate: day, CustomerID: b.CustomerID, ContractID: b.ContractID}
			if b.Terms.Allocation == plan.PrincipalFirst {
				a.PrincipalFen = min(p.amount, principal)
				a.LateFeeFen = min(p.amount-a.PrincipalFen, fee)
			} else {
				a.LateFeeFen = min(p.amount, fee)
				a.PrincipalFen = min(p.amount-a.LateFeeFen, principal)
			}
			principal, fee, p.amount = principal-a.PrincipalFen, fee-a.LateFeeFen, p.amount-a.PrincipalFen-a.LateFeeFen
			r.out = append(r.out, a)
			r.parts[i] = append(r.parts[i], bill.Part{On: day, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
			if p.amount == 0 {
				r.purse = r.purse[1:]
			}
		}
		r.closed[i] = principal+fee == 0
	}
}
