// Package dunning says what being late costs and when it suspends and resumes a contract: pure rules here, their daily and
// immediate application in service.go. See README.md.
package dunning

import (
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// LateFee is the late fee of a bill up to and including a day, when the parts have reached it (B06): for every overdue day
// the rate times what was owed of the principal at the start of that day; simple, not on earlier late fees; the exact
// sum rounded once, half up; never above the cap. A part counts from the day after its own. What was paid of the fee is
// not taken off here.
func LateFee(c bill.Claim, parts []bill.Part, asOf caldate.Date) money.Fen {
	terms := c.Terms.LateFee
	var exact money.Decimal
	switch terms.Model {
	case plan.LateFeeFlat: // once, on overdue day 1, if anything is owed then
		if !asOf.After(c.DueOn) || OwedAtStart(c, parts, c.DueOn.AddDays(1)) <= 0 {
			return 0
		}
		exact = terms.Rate.Mul(c.Terms.ContractAmount.Decimal())
	case plan.LateFeeDaily:
		last := asOf
		if terms.StopAtSuspension && c.Terms.Suspension == plan.Automatic && !last.Before(c.SuspendOn) {
			last = c.SuspendOn.AddDays(-1)
		}
		if !last.After(c.DueOn) {
			return 0
		}
		exact = terms.Rate.Mul(fenDays(c, parts, last).Decimal())
	default:
		return 0
	}
	if terms.Cap.Sign() > 0 {
		if most := terms.Cap.Mul(c.TotalFen.Decimal()); exact.Cmp(most) > 0 {
			exact = most
		}
	}
	return exact.Fen()
}

// OwedAtStart is what is owed of the principal at 00:00 of a day.
func OwedAtStart(c bill.Claim, parts []bill.Part, day caldate.Date) money.Fen {
	owed := c.TotalFen
	for _, p := range parts {
		if p.On.Before(day) {
			owed -= p.Principal
		}
	}
	return owed
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
	if from.After(to) {
		return nil
	}
	var out []Day
	before := LateFee(c, parts, from.AddDays(-1))
	for d := from; !d.After(to); d = d.AddDays(1) {
		sum := LateFee(c, parts, d)
		if sum == before {
			if c.Terms.LateFee.Model != plan.LateFeeDaily || OwedAtStart(c, parts, d) == 0 {
				if lastPart(parts).Before(d) {
					break // nothing more can change
				}
			}
			continue
		}
		out = append(out, Day{Day: d, Base: OwedAtStart(c, parts, d), Change: sum - before, Tax: tax(c, sum) - tax(c, before), Sum: sum})
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

// tax is the tax inside a late fee; split from the whole sum, so that the days add up to the split of their total.
func tax(c bill.Claim, fee money.Fen) money.Fen {
	_, t := fee.NetOfTax(c.Terms.LateFeeTax)
	return t
}

// Standing is what a bill comes to as of a day, computed from nothing but the bill and the parts that reached it.
func Standing(c bill.Claim, parts []bill.Part, asOf caldate.Date) bill.Status {
	s := bill.Status{State: bill.Issued, LateFeeFen: LateFee(c, parts, asOf), AccruedTo: asOf}
	if !asOf.After(c.DueOn) {
		s.AccruedTo = caldate.Date{}
	}
	for _, p := range parts {
		s.PaidFen, s.LateFeePaidFen = s.PaidFen+p.Principal, s.LateFeePaidFen+p.LateFee
	}
	switch {
	case s.PaidFen == c.TotalFen && s.LateFeePaidFen == s.LateFeeFen:
		s.State, s.PaidOn = bill.Paid, lastPart(parts)
	case asOf.After(c.DueOn):
		s.State = bill.Overdue
	}
	return s
}
