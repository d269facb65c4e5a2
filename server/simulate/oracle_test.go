package simulate_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/simulate"
)

// The oracle works out by hand, so to speak, what billing.md says of package contracts: it walks through every day of every
// bill with exact fractions, plainly and slowly, and shares no code with the program. What it says is compared with the
// program's answer over random scenarios.
type oracle struct {
	s     *simulate.Scenario
	known []paid // payments that have been entered by now
	on    map[string]bool
	story []string // contract, day, state
}

type paid struct {
	customer string
	amount   int64 // fen
	value    caldate.Date
	entry    int
}

type owing struct { // a bill
	contract, number string
	month            caldate.Month
	issued, due      caldate.Date
	total            int64
	paid, feePaid    int64
	exact            *big.Rat // late fee in fen
	paidOn           caldate.Date
	terms            plan.Terms
}

func (b *owing) fee() int64 { return half(b.exact) }
func (b *owing) owed() int64 {
	return b.total - b.paid + b.fee() - b.feePaid
}

// half rounds half up.
func half(r *big.Rat) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(2))
	n.Add(n, r.Denom())
	n.Div(n, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
	return n.Int64()
}

func rat(d money.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic(d.String())
	}
	return r
}

// bills gives the bills of a customer as of the end of a day, replayed from the first day with the payments known.
func (o *oracle) bills(customer string, until caldate.Date) []*owing {
	var bills []*owing
	var purse int64 // money that is left
	use := func(day caldate.Date) {
		slices.SortStableFunc(bills, func(a, b *owing) int {
			if c := a.due.Compare(b.due); c != 0 {
				return c
			}
			return strings.Compare(a.number, b.number)
		})
		for _, b := range bills {
			for _, feeFirst := range []bool{true, false} {
				fee, principal := b.fee()-b.feePaid, b.total-b.paid
				if feeFirst == (b.terms.Allocation == plan.LateFeeFirst) {
					n := min(purse, fee)
					b.feePaid, purse = b.feePaid+n, purse-n
				} else {
					n := min(purse, principal)
					b.paid, purse = b.paid+n, purse-n
				}
			}
			if b.owed() == 0 && b.paidOn.IsZero() {
				b.paidOn = day
			}
		}
	}
	payments := slices.Clone(o.known)
	slices.SortStableFunc(payments, func(a, b paid) int {
		if c := a.value.Compare(b.value); c != 0 {
			return c
		}
		return a.entry - b.entry
	})
	for day := o.s.First().AddDays(-60); !day.After(until); day = day.AddDays(1) {
		if day.Day() == 1 {
			for i, b := range o.issue(day) {
				if b != nil && o.s.Contracts[i].Customer == customer {
					bills = append(bills, b)
				}
			}
		}
		for _, b := range bills { // the late fee of the day, of what is owed of the principal at its start
			if day.After(b.due) {
				f := b.terms.LateFee
				switch f.Model {
				case plan.LateFeeDaily:
					if !f.StopAtSuspension || !day.After(b.due.AddDays(b.terms.GraceDays)) {
						b.exact.Add(b.exact, new(big.Rat).Mul(rat(f.Rate), big.NewRat(b.total-b.paid, 1)))
					}
				case plan.LateFeeFlat:
					if day == b.due.AddDays(1) && b.total-b.paid > 0 {
						b.exact.Add(b.exact, new(big.Rat).Mul(rat(f.Rate), big.NewRat(int64(b.terms.Amount), 1)))
					}
				}
				if f.Cap.Sign() > 0 {
					if most := new(big.Rat).Mul(rat(f.Cap), big.NewRat(b.total, 1)); b.exact.Cmp(most) > 0 {
						b.exact = most
					}
				}
			}
		}
		use(day) // the balance pays what is new
		for len(payments) > 0 && payments[0].value == day {
			if payments[0].customer == customer {
				purse += payments[0].amount
				use(day)
			}
			payments = payments[1:]
		}
	}
	return bills
}

// issue gives the bills of the month before a 1st, by contract; nil where nothing is owed.
func (o *oracle) issue(first caldate.Date) []*owing {
	out := make([]*owing, len(o.s.Contracts))
	m := first.AddDays(-1).MonthOf()
	n := 0
	for i, c := range o.s.Contracts {
		days, all := int64(0), int64(0)
		for d := m.First(); d.MonthOf() == m; d = d.AddDays(1) {
			all++
			if !d.Before(c.Start) && !d.After(c.End) {
				days++
			}
		}
		if days == 0 {
			continue
		}
		rent, quota := int64(c.Terms.Rent), c.Terms.Included
		if c.Terms.FirstMonth == plan.Daily && days < all {
			rent, quota = half(big.NewRat(rent*days, all)), quota*days/all
		}
		used := int64(0)
		for _, e := range o.s.Events {
			if e.Usage != nil && e.Contract == c.ID && e.On.MonthOf() == m {
				used += e.Usage.Parts
			}
		}
		over := new(big.Rat).Mul(rat(c.Terms.Overage), big.NewRat(100*max(0, used-quota), 1))
		total := rent + half(over)
		if total == 0 {
			continue
		}
		n++
		due := first.MonthOf().Day(c.Terms.Window.To)
		out[i] = &owing{contract: c.ID, number: fmt.Sprintf("B-%04d%02d-%06d", m.Year, m.Mon, n), month: m, issued: first, due: due, total: total, exact: new(big.Rat), terms: c.Terms}
	}
	return out
}

// weigh tells whether contracts are suspended at a moment of a day: from 00:00 of the day after the grace while anything of
// the bill is owed, until nothing overdue is owed.
func (o *oracle) weigh(day caldate.Date, morning bool) {
	for _, c := range o.s.Contracts {
		late, overdue := false, false
		for _, b := range o.bills(c.Customer, day) {
			if b.contract != c.ID || b.owed() == 0 || !day.After(b.due) {
				continue
			}
			overdue = true
			late = late || day.After(b.due.AddDays(c.Terms.GraceDays))
		}
		switch {
		case !o.on[c.ID] && morning && day == c.Start:
			o.on[c.ID] = true
			o.tell(c.ID, day, "active")
		case o.on[c.ID] && late && !day.After(c.End) && o.last(c.ID) == "active" && morning:
			o.tell(c.ID, day, "suspended")
		case o.last(c.ID) == "suspended" && !overdue && !day.After(c.End):
			o.tell(c.ID, day, "active")
		}
	}
}

func (o *oracle) tell(contract string, day caldate.Date, state string) {
	o.story = append(o.story, contract+" "+day.String()+" "+state)
}

func (o *oracle) last(contract string) string {
	for i := len(o.story) - 1; i >= 0; i-- {
		if id, rest, _ := strings.Cut(o.story[i], " "); id == contract {
			return rest[11:]
		}
	}
	return ""
}

// live walks through the days as they come: what is known on a day is what was entered by then.
func (o *oracle) live() {
	o.on = map[string]bool{}
	for day := o.s.First(); !day.After(o.s.Until); day = day.AddDays(1) {
		o.weigh(day, true)
		for _, e := range o.s.Events {
			if e.Pay != nil && e.On == day {
				o.known = append(o.known, paid{e.Customer, int64(e.Pay.Amount), e.Pay.ValueDate, len(o.known)})
				o.weigh(day, false)
			}
		}
	}
}

// scenario draws one or two customers with up to three package contracts, usage and payments.
func scenario(t *rapid.T) *simulate.Scenario {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	start := caldate.MustParse(pick("start", "2026-10-01", "2026-10-17", "2027-01-31", "2028-01-30", "2028-02-29", "2026-11-30"))
	s := &simulate.Scenario{Until: start.AddDays(rapid.IntRange(60, 130).Draw(t, "days"))}
	for i := range rapid.IntRange(1, 3).Draw(t, "contracts") {
		p := plan.Defaults(plan.KindPackage)
		p.Rent = money.Fen(rapid.SampledFrom([]int{0, 1, 10000, 123456, 9999}).Draw(t, "rent"))
		p.Included = int64(rapid.SampledFrom([]int{0, 1000, 7}).Draw(t, "included"))
		p.Overage, p.DailyCap = money.MustDecimal(pick("overage", "0.085", "0.05", "0.000001")), 1_000_000
		p.FirstMonth = plan.Proration(pick("first month", "full", "daily"))
		p.Window = rapid.SampledFrom([]plan.Window{{From: 5, To: 15}, {From: 1, To: 31}, {From: 28, To: 28}}).Draw(t, "window")
		p.GraceDays = rapid.SampledFrom([]int{0, 1, 10, 30}).Draw(t, "grace")
		p.LateFee.Model = plan.LateFeeModel(pick("model", "daily", "daily", "daily", "flat", "none"))
		p.LateFee.Rate = money.MustDecimal(pick("rate", "0.003", "0.001", "0.000333"))
		p.LateFee.Cap = money.MustDecimal(pick("cap", "0", "0", "0.02", "0.3"))
		p.LateFee.StopAtSuspension = rapid.Bool().Draw(t, "stop")
		p.Amount = 1_000_000
		p.Allocation = plan.Allocation(pick("allocation", "late_fee_first", "principal_first"))
		c := simulate.Contract{ID: fmt.Sprintf("c%d", i+1), Customer: pick("customer", "甲公司", "乙公司"), Start: start.AddDays(rapid.IntRange(0, 20).Draw(t, "later")), Terms: p}
		if i == 0 {
			c.Start = start
		}
		c.End = c.Start.AddYears(1)
		s.Contracts = append(s.Contracts, c)
	}
	day := func(label string) caldate.Date {
		return start.AddDays(rapid.IntRange(0, s.Until.Sub(start)).Draw(t, label))
	}
	for range rapid.IntRange(0, 4).Draw(t, "usages") {
		c := rapid.SampledFrom(s.Contracts).Draw(t, "used")
		on := day("usage day")
		if on.Before(c.Start) {
			on = c.Start
		}
		if on.After(s.Until) {
			continue
		}
		s.Events = append(s.Events, simulate.Event{On: on, Second: 12 * 3600, Contract: c.ID, Customer: c.Customer, Usage: &simulate.Usage{Parts: int64(rapid.SampledFrom([]int{1, 700, 1234, 20000}).Draw(t, "parts"))}})
	}
	for range rapid.IntRange(0, 6).Draw(t, "payments") {
		c := rapid.SampledFrom(s.Contracts).Draw(t, "payer")
		on := day("payment day")
		value := on.AddDays(-rapid.SampledFrom([]int{0, 0, 0, 1, 5, 25}).Draw(t, "days before"))
		amount := rapid.OneOf(rapid.IntRange(1, 40000), rapid.SampledFrom([]int{10000, 123456, 370, 1852, 200000, 1})).Draw(t, "amount")
		s.Events = append(s.Events, simulate.Event{On: on, Second: 12 * 3600, Customer: c.Customer, Pay: &simulate.Pay{Amount: money.Fen(amount), ValueDate: value}})
	}
	slices.SortStableFunc(s.Events, func(a, b simulate.Event) int { return a.On.Compare(b.On) })
	for i := range s.Events {
		s.Events[i].Index = i
	}
	return s
}

// text is what an answer comes to, as the oracle and the program can both say it.
func text(story []string, lines []string) string {
	slices.Sort(story)
	slices.Sort(lines)
	return strings.Join(story, "\n") + "\n" + strings.Join(lines, "\n")
}

func ofProgram(r *simulate.Result) string {
	var story, lines []string
	for _, x := range r.States {
		story = append(story, x.Contract+" "+x.On.String()+" "+x.State)
	}
	for _, b := range r.Bills {
		on := ""
		if b.PaidOn != nil {
			on = b.PaidOn.String()
		}
		lines = append(lines, fmt.Sprintf("%s %s due %s total %d paid %d late fee %d of which paid %d open %d %s %s", b.Number, b.Contract, b.DueOn, b.Total, b.Paid, b.LateFee, b.LateFeePaid, b.Open, b.State, on))
	}
	return text(story, lines)
}

func (o *oracle) answer() string {
	o.live()
	var lines []string
	told := map[string]bool{}
	for _, c := range o.s.Contracts {
		if told[c.Customer] {
			continue
		}
		told[c.Customer] = true
		for _, b := range o.bills(c.Customer, o.s.Until) {
			state, on := "issued", ""
			switch {
			case b.owed() == 0:
				state, on = "paid", b.paidOn.String()
			case o.s.Until.After(b.due):
				state = "overdue"
			}
			lines = append(lines, fmt.Sprintf("%s %s due %s total %d paid %d late fee %d of which paid %d open %d %s %s", b.number, b.contract, b.due, b.total, b.paid, b.fee(), b.feePaid, b.owed(), state, on))
		}
	}
	return text(o.story, lines)
}

func TestSimulate_agreesWithAPlainReckoning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := scenario(t)
		got := ofProgram(runRapid(t, s))
		if want := (&oracle{s: s}).answer(); got != want {
			t.Fatalf("the program says\n%s\nthe oracle says\n%s", got, want)
		}
	})
}

// The order in which payments of a day are entered does not matter where their value dates differ, nor on which day after
// their value dates they are entered, as far as bills are concerned.
func TestSimulate_paymentsCountByValueDate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := scenario(t)
		last := *s
		last.Events = slices.Clone(s.Events)
		var values []caldate.Date
		for i, e := range last.Events {
			if e.Pay == nil {
				continue
			}
			if slices.Contains(values, e.Pay.ValueDate) {
				t.Skip("two on one value date")
			}
			values = append(values, e.Pay.ValueDate)
			last.Events[i].On = s.Until
			last.Events[i].Second = 12*3600 - rapid.IntRange(0, 700).Draw(t, "order")
		}
		bills := func(r *simulate.Result) string { r.States = nil; return ofProgram(r) }
		if a, b := bills(runRapid(t, s)), bills(runRapid(t, &last)); a != b {
			t.Fatalf("entered as they came\n%s\nentered on the last day, in another order\n%s", a, b)
		}
	})
}

// Every job may run any number of times with one result; after a downtime the missed days are run in order, and the bills
// are as if nothing had happened: tick(31) is 31 × tick(1).
func TestSimulate_jobsRepeatAndCatchUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := scenario(t)
		want := ofProgram(withoutStates(runRapid(t, s)))
		h, pullDown, err := app.NewHouse(context.Background(), app.DefaultConfig(), s.First())
		if err != nil {
			t.Fatal(err)
		}
		defer pullDown()
		day, missed := h.Day, []caldate.Date{}
		outage := s.First().AddDays(rapid.IntRange(1, 60).Draw(t, "outage"))
		long := rapid.IntRange(0, 31).Draw(t, "long")
		h.Day = func(ctx context.Context, d caldate.Date) error {
			missed = append(missed, d)
			if d.In(outage, outage.AddDays(long)) && d != s.Until && !starts(s, d) {
				return nil
			}
			for _, m := range missed {
				for range 2 {
					if err := day(ctx, m); err != nil {
						return err
					}
				}
			}
			missed = missed[:0]
			return nil
		}
		r, err := h.Run(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		if got := ofProgram(withoutStates(r)); got != want {
			t.Fatalf("down for %d days from %s:\n%s\nwithout:\n%s", long, outage, got, want)
		}
	})
}

func withoutStates(r *simulate.Result) *simulate.Result { r.States = nil; return r }

// starts: a contract that comes into force late does so on that day, which is no matter of catching up.
func starts(s *simulate.Scenario, d caldate.Date) bool {
	return slices.ContainsFunc(s.Contracts, func(c simulate.Contract) bool { return c.Start == d })
}
