// Package dunning says what being late costs and when it suspends and resumes a contract: pure rules here, their daily and
// immediate application in service.go. See README.md.
package dunning

import (
	"slices"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// LateFee is the late fee of a bill up to and including a day, when the parts have reached it (B06): for every overdue day
// the rate times what was owed of the principal at the start of that day; simple, not on earlier late fees; the exact
// sum rounded once, half up; never above the cap. A part counts from the day after its own, a note from its own day (also
// for the cap), and what is disputed is left out on the days on which the dispute is open, unless it was withdrawn by asOf:
// then it counts as if it had never been. On days of an exception nothing is charged. A bill that was credited in whole costs nothing from the day of the note on.
// What was paid of the fee is not taken off here.
func LateFee(c bill.Claim, parts []bill.Part, asOf caldate.Date) money.Fen {
	if c.Replaced {
		return 0
	}
	terms := c.Terms.LateFee
	total := c.TotalFen
	if len(c.Notes) > 0 {
		if total = c.TotalOn(asOf); total <= 0 {
			return 0
		}
	}
	var exact money.Decimal
	switch terms.Model {
	case plan.LateFeeFlat: // once, on overdue day 1, if anything is owed then
		if !asOf.After(c.DueOn) || base(c, parts, c.DueOn.AddDays(1), asOf) <= 0 {
			return 0
		}
		exact = terms.Rate.Mul(c.Terms.ContractAmount.Decimal())
	case plan.LateFeeDaily:
		var sum money.Fen
		if c.Amendments == 0 && len(c.Notes) == 0 && len(c.Disputes) == 0 && len(c.Exempt) == 0 {
			last := asOf
			if stops(c) && !last.Before(c.SuspendOn) {
				last = c.SuspendOn.AddDays(-1)
			}
			if !last.After(c.DueOn) {
				return 0
			}
			sum = fenDays(c, parts, last)
		} else if sum = amendedFenDays(c, parts, asOf); sum == 0 {
			return 0
		}
		exact = terms.Rate.Mul(sum.Decimal())
	default:
		return 0
	}
	if terms.Cap.Sign() > 0 {
		if most := terms.Cap.Mul(total.Decimal()); exact.Cmp(most) > 0 {
			exact = most
		}
	}
	return exact.Fen()
}

// stops tells whether late fees end where the suspension begins. One that is charged once does not end: without any grace its
// day is that of the suspension.
func stops(c bill.Claim) bool {
	return c.Terms.LateFee.Model == plan.LateFeeDaily && c.Terms.LateFee.StopAtSuspension && c.Terms.Suspension == plan.Automatic
}

// OwedAtStart is what is owed of the principal at 00:00 of a day: the total with the notes that count by then, less what had
// been paid before. Disputes and due dates make no difference to it.
func OwedAtStart(c bill.Claim, parts []bill.Part, day caldate.Date) money.Fen {
	return c.TotalOn(day) - paidBefore(parts, day)
}

// paidBefore is what had reached the principal at 00:00 of a day. What was given back because of a note went at 00:00 of
// the note's day.
func paidBefore(parts []bill.Part, day caldate.Date) (sum money.Fen) {
	for _, p := range parts {
		if p.On.Before(day) || p.Principal < 0 && p.On == day {
			sum += p.Principal
		}
	}
	return sum
}

// fenDays is the sum over the overdue days up to last of the principal owed at the start of each. Each part is worth its
// amount times the overdue days that it spared, so no day is walked through.
func fenDays(c bill.Claim, parts []bill.Part, last caldate.Date) money.Fen {
	days := last.Sub(c.DueOn)
	sum := c.TotalFen * money.Fen(days)
	for _, p := range parts {
		spared := days
		if p.On.After(c.DueOn) {
			spared = last.Sub(p.On)
		}
		if spared > 0 {
			sum -= p.Principal * money.Fen(spared)
		}
	}
	return sum
}

// amendedFenDays is fenDays for bills with notes or disputes: the base changes on few days, so it is taken once for each
// run of days on which it stays the same.
func amendedFenDays(c bill.Claim, parts []bill.Part, asOf caldate.Date) (sum money.Fen) {
	first := c.DueOn.AddDays(1)
	if asOf.Before(first) {
		return 0
	}
	turns := []caldate.Date{first}
	add := func(d caldate.Date) {
		if d.After(first) && !d.After(asOf) {
			turns = append(turns, d)
		}
	}
	for _, p := range parts {
		add(p.On)
		add(p.On.AddDays(1))
	}
	for _, n := range c.Notes {
		add(n.On)
		if !n.DueOn.IsZero() {
			add(n.DueOn.AddDays(1))
			add(n.SuspendOn)
		}
	}
	for _, d := range c.Disputes {
		add(d.From)
		if !d.To.IsZero() {
			add(d.To)
		}
	}
	add(c.SuspendOn)
	for _, e := range c.Exempt {
		add(e.From)
		add(e.To.AddDays(1))
	}
	slices.SortFunc(turns, caldate.Date.Compare)
	turns = slices.Compact(turns)
	for i, from := range turns {
		to := asOf
		if i+1 < len(turns) {
			to = turns[i+1].AddDays(-1)
		}
		sum += base(c, parts, from, asOf) * money.Fen(to.Sub(from)+1)
	}
	return sum
}

// base is what the late fee of a day is charged on, as it is known on asOf: what is owed of the principal at the start of the
// day and overdue, without what is disputed then. Payments and credits go to what is due first.
func base(c bill.Claim, parts []bill.Part, day, asOf caldate.Date) money.Fen {
	if c.ExemptOn(day) {
		return 0
	}
	return lateOf(c, paidBefore(parts, day), day, asOf, func(due, suspend caldate.Date) bool {
		return day.After(due) && (!stops(c) || day.Before(suspend))
	})
}

// lateOf is what is owed at the start of a day of those claims of the bill (itself, then its debit notes by due date) that
// the filter takes, when so much has been paid, without what is disputed.
func lateOf(c bill.Claim, paid money.Fen, day, asOf caldate.Date, take func(due, suspend caldate.Date) bool) (sum money.Fen) {
	credited, disputed := money.Fen(0), money.Fen(0)
	var debits []bill.Noted
	for _, n := range c.Notes {
		switch {
		case n.On.After(day):
		case n.Amount < 0:
			credited -= n.Amount
		default:
			debits = append(debits, n)
		}
	}
	slices.SortStableFunc(debits, func(a, b bill.Noted) int { return a.DueOn.Compare(b.DueOn) })
	for _, d := range c.Disputes {
		if d.OpenOn(day) && !(d.Withdrawn && !d.To.After(asOf)) {
			disputed += d.Amount
		}
	}
	covered, left := paid+credited, disputed
	one := func(amount money.Fen, due, suspend caldate.Date) {
		used := min(covered, amount)
		covered -= used
		open := amount - used
		held := min(left, open)
		left -= held
		if take(due, suspend) {
			sum += open - held
		}
	}
	one(c.TotalFen, c.DueOn, c.SuspendOn)
	for _, n := range debits {
		one(n.Amount, n.DueOn, n.SuspendOn)
	}
	return sum
}

// Ground is what of a bill is a ground for suspension on a day, with all that has reached it by then: principal beyond its
// grace that is not disputed, and the late fees that are owed, once anything is beyond its grace.
func Ground(c bill.Claim, parts []bill.Part, day caldate.Date) money.Fen {
	if c.Replaced || day.Before(c.SuspendOn) {
		return 0
	}
	var paid, feePaid money.Fen
	for _, p := range parts {
		paid, feePaid = paid+p.Principal, feePaid+p.LateFee
	}
	sum := lateOf(c, paid, day, day, func(_, suspend caldate.Date) bool { return !day.Before(suspend) })
	beyond := c
	beyond.Notes = slices.DeleteFunc(slices.Clone(c.Notes), func(n bill.Noted) bool { return n.Amount > 0 && n.SuspendOn.After(day) })
	return sum + max(LateFee(beyond, parts, day)-feePaid, 0)
}

// Day is one overdue day of a bill: what was owed at its start and by how much the rounded late fee changed on it.
type Day struct {
	Day    caldate.Date
	Base   money.Fen
	Change money.Fen
	Tax    money.Fen // part of the change that is value-added tax (价外费用)
	Sum    money.Fen // rounded late fee up to and including the day
}

// Days explains a late fee: the days of [from, to] on which the rounded sum changed, with what they were computed from.
func Days(c bill.Claim, parts []bill.Part, from, to caldate.Date) []Day {
	if first := c.DueOn.AddDays(1); from.Before(first) {
		from = first
	}
	if from.After(to) || c.Replaced {
		return nil
	}
	var out []Day
	last := lastEvent(c, parts)
	before := LateFee(c, parts, from.AddDays(-1))
	for d := from; !d.After(to); d = d.AddDays(1) {
		sum := LateFee(c, parts, d)
		if sum == before {
			if c.Terms.LateFee.Model != plan.LateFeeDaily || base(c, parts, d, d) == 0 {
				if last.Before(d) {
					break // nothing more can change
				}
			}
			continue
		}
		out = append(out, Day{Day: d, Base: base(c, parts, d, d), Change: sum - before, Tax: tax(c, sum) - tax(c, before), Sum: sum})
		before = sum
	}
	return out
}

func lastPart(parts []bill.Part) (last caldate.Date) {
	for _, p := range parts {
		if last.IsZero() || p.On.After(last) {
			last = p.On
		}
	}
	return last
}

// lastEvent is the last day on which something other than time changes what is owed.
func lastEvent(c bill.Claim, parts []bill.Part) caldate.Date {
	last := lastPart(parts)
	later := func(d caldate.Date) {
		if last.IsZero() || d.After(last) {
			last = d
		}
	}
	for _, n := range c.Notes {
		later(n.On)
		if !n.DueOn.IsZero() {
			later(n.DueOn.AddDays(1))
		}
	}
	for _, d := range c.Disputes {
		later(d.From)
		if !d.To.IsZero() {
			later(d.To)
		}
	}
	for _, e := range c.Exempt {
		later(e.To.AddDays(1))
	}
	return last
}

// tax is the tax inside a late fee; split from the whole sum, so that the days add up to the split of their total.
func tax(c bill.Claim, fee money.Fen) money.Fen {
	_, t := fee.NetOfTax(c.Terms.LateFeeTax)
	return t
}

// Standing is what a bill comes to as of a day, computed from nothing but the bill, its notes and disputes, and the parts that
// reached it. It is overdue while anything that is not disputed is owed after its due date.
func Standing(c bill.Claim, parts []bill.Part, asOf caldate.Date) bill.Status {
	s := bill.Status{State: bill.Issued, LateFeeFen: LateFee(c, parts, asOf), AccruedTo: asOf, NotedFen: c.TotalOn(asOf) - c.TotalFen,
		DisputedFen: c.DisputedOn(asOf), Amendments: len(c.Notes) + len(c.Disputes)}
	if !asOf.After(c.DueOn) {
		s.AccruedTo = caldate.Date{}
	}
	for _, p := range parts {
		s.PaidFen, s.LateFeePaidFen = s.PaidFen+p.Principal, s.LateFeePaidFen+p.LateFee
	}
	overdue := lateOf(c, s.PaidFen, asOf, asOf, func(due, _ caldate.Date) bool { return asOf.After(due) })
	total := c.TotalFen + s.NotedFen
	switch {
	case total <= 0 && s.NotedFen != 0:
		s.State = bill.Void
	case s.PaidFen == total && s.LateFeePaidFen == s.LateFeeFen:
		s.State, s.PaidOn = bill.Paid, closedOn(c, parts, asOf)
	case overdue+s.LateFeeFen-s.LateFeePaidFen > 0 && asOf.After(c.DueOn):
		s.State = bill.Overdue
	}
	return s
}

// closedOn is the day that closed a bill of which nothing is open: of the last money that reached it, or of a later credit
// note that took off what was left.
func closedOn(c bill.Claim, parts []bill.Part, asOf caldate.Date) (last caldate.Date) {
	gaveBack := map[caldate.Date]bool{}
	for _, p := range parts {
		if p.Principal < 0 {
			gaveBack[p.On] = true // the bill was paid before the note of that day
		}
		if p.Principal+p.LateFee > 0 && (last.IsZero() || p.On.After(last)) {
			last = p.On
		}
	}
	for _, n := range c.Notes {
		if n.Amount < 0 && !n.On.After(asOf) && !gaveBack[n.On] && (last.IsZero() || n.On.After(last)) {
			last = n.On
		}
	}
	return last
}
