package plan_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/screening"
)

func day(s string) caldate.Date        { return caldate.MustParse(s) }
func month(s string) caldate.Month     { return caldate.MustParseMonth(s) }
func dec(s string) money.Decimal       { return money.MustDecimal(s) }
func fen(s string) money.Fen           { return money.MustYuan(s) }
func used(parts int64) []plan.Use      { return []plan.Use{{Parts: parts}} }
func onDay(d string, n int64) plan.Use { return plan.Use{On: day(d), Parts: n} }

func pack(edit ...func(*plan.Terms)) plan.Terms {
	t := plan.Defaults(plan.KindPackage)
	t.Rent, t.Included, t.Overage = fen("100.00"), 1000, dec("0.085")
	for _, e := range edit {
		e(&t)
	}
	return t
}

func amounts(lines []plan.Line) string {
	var s []string
	for _, l := range lines {
		s = append(s, string(l.Charge)+" "+l.Quantity+" × "+l.UnitPrice+" = "+l.Amount.Yuan())
	}
	return strings.Join(s, "; ")
}

func TestPriceMonth_followsTheWorkedExamples(t *testing.T) {
	t.Parallel()
	november, start := month("2026-11"), day("2026-01-01")
	port := func(mode plan.ThresholdMode) plan.Terms {
		p := plan.Defaults(plan.KindPort)
		p.Rent, p.Threshold, p.Price, p.Mode = fen("500.00"), 10_000, dec("0.05"), mode
		return p
	}
	cases := []struct {
		name  string
		terms plan.Terms
		facts plan.MonthFacts
		want  string
	}{
		{"example 6", pack(), plan.MonthFacts{Month: november, Start: start, Used: used(1234)}, "rent 1 × 100.00 = 100.00; overage 234 × 0.085 = 19.89"},
		{"example 7: first month by days", pack(func(t *plan.Terms) { t.FirstMonth = plan.Daily }),
			plan.MonthFacts{Month: november, Start: day("2026-11-11"), Used: used(700)}, "rent 20/30 × 100.00 = 66.67; overage 34 × 0.085 = 2.89"},
		{"the same month in full", pack(), plan.MonthFacts{Month: november, Start: day("2026-11-11"), Used: used(1001)}, "rent 1 × 100.00 = 100.00; overage 1 × 0.085 = 0.09"},
		{"example 8 excess", port(plan.Excess), plan.MonthFacts{Month: november, Start: start, Used: used(10_001)}, "rent 1 × 500.00 = 500.00; usage 1 × 0.05 = 0.05"},
		{"example 8 whole", port(plan.Whole), plan.MonthFacts{Month: november, Start: start, Used: used(10_001)}, "rent 1 × 500.00 = 500.00; usage 10001 × 0.05 = 500.05"},
		{"example 8 instead", port(plan.Instead), plan.MonthFacts{Month: november, Start: start, Used: used(10_001)}, "usage 10001 × 0.05 = 500.05"},
		{"instead, threshold not exceeded", port(plan.Instead), plan.MonthFacts{Month: november, Start: start, Used: used(10_000)}, "rent 1 × 500.00 = 500.00"},
		{"two ports, which one is not known: thresholds add up", port(plan.Excess).With(plan.Patch{Ports: ptr(2)}), plan.MonthFacts{Month: november, Start: start, Used: used(20_001)},
			"rent 2 × 500.00 = 1000.00; usage 1 × 0.05 = 0.05"},
		{"two ports instead of rent, which one is not known", port(plan.Instead).With(plan.Patch{Ports: ptr(2)}), plan.MonthFacts{Month: november, Start: start, Used: used(20_001)},
			"usage 20001 × 0.05 = 1000.05"},
		{"two ports, one by name", port(plan.Whole).With(plan.Patch{Ports: ptr(2)}),
			plan.MonthFacts{Month: november, Start: start, Used: append(used(10_000), plan.Use{On: day("2026-11-03"), Port: "1", Parts: 10_001})},
			"rent 2 × 500.00 = 1000.00; usage 10001 × 0.05 = 500.05"},
		{"last month by days", pack(func(t *plan.Terms) { t.FirstMonth = plan.Daily }),
			plan.MonthFacts{Month: month("2028-02"), Start: start, End: day("2028-02-28")}, "rent 28/29 × 100.00 = 96.55"},
		{"before the start there is nothing", pack(), plan.MonthFacts{Month: november, Start: day("2026-12-01"), Used: used(5)}, ""},
		{"after the end there is nothing", pack(), plan.MonthFacts{Month: november, Start: start, End: day("2026-10-31")}, ""},
		{"exactly the included quantity", pack(), plan.MonthFacts{Month: november, Start: start, Used: used(1000)}, "rent 1 × 100.00 = 100.00"},
		{"rent not charged for suspended days", pack(func(t *plan.Terms) { t.RentWhileSuspended = false }),
			plan.MonthFacts{Month: november, Start: start, Suspended: []caldate.Date{day("2026-11-26"), day("2026-11-27"), day("2026-11-28")}}, "rent 27/30 × 100.00 = 90.00"},
		{"rent charged while suspended", pack(), plan.MonthFacts{Month: november, Start: start, Suspended: []caldate.Date{day("2026-11-26")}}, "rent 1 × 100.00 = 100.00"},
		{"supplement: prices from its day, rent and quota by days", pack(),
			plan.MonthFacts{
				Month: november, Start: start,
				Changes: []plan.Change{{From: day("2026-11-16"), Terms: pack(func(t *plan.Terms) { t.Rent, t.Included, t.Overage = fen("200.00"), 3000, dec("0.07") })}},
				Used:    []plan.Use{onDay("2026-11-20", 2000), onDay("2026-11-03", 600)}, // quota 500 + 1500
			}, "rent 15/30 × 100.00 = 50.00; rent 15/30 × 200.00 = 100.00; overage 600 × 0.07 = 42.00"},
		{"supplement that changes the price only keeps rent and quota whole", pack(),
			plan.MonthFacts{
				Month: month("2026-10"), Start: start,
				Changes: []plan.Change{{From: day("2026-10-16"), Terms: pack(func(t *plan.Terms) { t.Overage = dec("0.07") })}},
				Used:    []plan.Use{onDay("2026-10-02", 1100), onDay("2026-10-16", 10)},
			}, "rent 1 × 100.00 = 100.00; overage 100 × 0.085 = 8.50; overage 10 × 0.07 = 0.70"},
		{"one-off fee and credit", pack(func(t *plan.Terms) {
			t.OneOff = []plan.OneOff{{Name: "接入费", Amount: fen("300.00"), On: day("2026-11-03")}, {Name: "下月", Amount: 1, On: day("2026-12-03")}}
		}), plan.MonthFacts{Month: november, Start: start, Extras: []plan.Extra{{Charge: plan.ChargeCredit, Name: "中断补偿", Amount: -fen("20.00"), On: day("2026-11-23")}}},
			"rent 1 × 100.00 = 100.00; one_off 1 × 300.00 = 300.00; credit 1 × -20.00 = -20.00"},
		{"one-off fee due before the start stands on the first bill", pack(func(t *plan.Terms) {
			t.OneOff = []plan.OneOff{{Name: "接入费", Amount: fen("300.00"), On: day("2026-10-20")}}
		}), plan.MonthFacts{Month: november, Start: day("2026-11-01")}, "rent 1 × 100.00 = 100.00; one_off 1 × 300.00 = 300.00"},
		{"minimum tops up rent and metered lines before one-off fees", pack(func(t *plan.Terms) {
			t.Minimum = fen("150.00")
			t.OneOff = []plan.OneOff{{Name: "接入费", Amount: fen("300.00"), On: day("2026-11-03")}}
		}), plan.MonthFacts{Month: november, Start: start, Used: used(1100)}, "rent 1 × 100.00 = 100.00; overage 100 × 0.085 = 8.50; minimum 1 × 41.50 = 41.50; one_off 1 × 300.00 = 300.00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := amounts(plan.PriceMonth(c.terms, c.facts)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPriceMonth_stepsIncludeTheirEnd(t *testing.T) {
	t.Parallel()
	tiers := func(mode plan.TierMode) plan.Terms {
		p := plan.Defaults(plan.KindPostpaid)
		p.Tiers = &plan.Tiers{Mode: mode, Steps: []plan.Step{{UpTo: 1000, Price: dec("0.05")}, {UpTo: 5000, Price: dec("0.045")}, {Price: dec("0.04")}}}
		return p
	}
	cases := []struct {
		mode plan.TierMode
		used int64
		want string
	}{
		{plan.Graduated, 1000, "usage 1000 × 0.05 = 50.00"},
		{plan.Graduated, 1001, "usage 1000 × 0.05 = 50.00; usage 1 × 0.045 = 0.05"},
		{plan.Graduated, 6000, "usage 1000 × 0.05 = 50.00; usage 4000 × 0.045 = 180.00; usage 1000 × 0.04 = 40.00"},
		{plan.Volume, 1000, "usage 1000 × 0.05 = 50.00"},
		{plan.Volume, 1001, "usage 1001 × 0.045 = 45.05"},
		{plan.Volume, 6000, "usage 6000 × 0.04 = 240.00"},
		{plan.Volume, 0, ""},
	}
	for _, c := range cases {
		f := plan.MonthFacts{Month: month("2026-11"), Start: day("2026-01-01"), Used: used(c.used)}
		if got := amounts(plan.PriceMonth(tiers(c.mode), f)); got != c.want {
			t.Errorf("%s %d: got %s, want %s", c.mode, c.used, got, c.want)
		}
	}
}

func TestPriceMonth_taxFollowsKindAndDayOfService(t *testing.T) {
	t.Parallel()
	cases := []struct {
		month     string
		net, tax  string
		rate      string
		tax2Price string // gross where the net price stays fixed since 2025
	}{
		{"2025-12", "106.95", "6.42", "0.06", "113.37"},
		{"2026-01", "104.01", "9.36", "0.09", "116.58"},
	}
	for _, c := range cases {
		p := pack(func(t *plan.Terms) { t.Rent = fen("113.37") })
		f := plan.MonthFacts{Month: month(c.month), Start: day("2025-01-01"), PricedOn: day("2024-12-20")}
		l := plan.PriceMonth(p, f)[0]
		if l.Net != fen(c.net) || l.Tax != fen(c.tax) || l.TaxRate.Cmp(dec(c.rate)) != 0 {
			t.Errorf("%s: net %s tax %s at %s", c.month, l.Net, l.Tax, l.TaxRate) // billing.md example 10
		}
		p.Fixed = plan.FixedNet
		if got := plan.PriceMonth(p, f)[0]; got.Amount != fen(c.tax2Price) {
			t.Errorf("%s with the net price fixed: %s, want %s", c.month, got.Amount, c.tax2Price)
		}
	}
	centre := plan.Defaults(plan.KindCentre)
	centre.Price = dec("0.06")
	centre.OneOff = []plan.OneOff{{Name: "软件费", Amount: fen("1060.00"), On: day("2026-11-02")}}
	l := plan.PriceMonth(centre, plan.MonthFacts{Month: month("2026-11"), Start: day("2026-11-01")})[0]
	if l.Tax != fen("60.00") {
		t.Errorf("software carries 6%%: tax %s", l.Tax)
	}
}

func TestParts_ofExampleNine(t *testing.T) {
	t.Parallel()
	if got := screening.SMSParts(strings.Repeat("验", 71)); got != 2 {
		t.Error(got)
	}
}

func TestPriceLate_isWhatTheMonthWouldHaveCostMore(t *testing.T) {
	t.Parallel()
	cases := []struct {
		billed, late int64
		want         string
	}{
		{1234, 10, "0.85"},
		{900, 50, ""}, // still inside the included quantity
		{990, 20, "0.85"},
	}
	for _, c := range cases {
		f := plan.MonthFacts{Month: month("2026-10"), Start: day("2026-01-01"), Used: used(c.billed)}
		l, ok := plan.PriceLate(pack(), f, used(c.late))
		if ok != (c.want != "") || ok && l.Amount.Yuan() != c.want {
			t.Errorf("%d + %d: %s %v, want %q", c.billed, c.late, l.Amount, ok, c.want)
		}
	}
}

func TestPriceMonth_neverCostsMoreOrLessThanItsParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := pack(func(p *plan.Terms) {
			p.Rent = money.Fen(rapid.Int64Range(0, 1_000_000).Draw(t, "rent"))
			p.Included = rapid.Int64Range(0, 5000).Draw(t, "included")
			p.FirstMonth = rapid.SampledFrom([]plan.Proration{plan.Full, plan.Daily}).Draw(t, "first")
		})
		m := month("2026-01").Add(rapid.IntRange(0, 40).Draw(t, "month"))
		f := plan.MonthFacts{Month: m, Start: m.First().AddDays(rapid.IntRange(-5, m.Days()-1).Draw(t, "start")), Used: used(rapid.Int64Range(0, 20_000).Draw(t, "used"))}
		lines := plan.PriceMonth(p, f)
		for _, l := range lines {
			if l.Net+l.Tax != l.Amount || l.Amount < 0 {
				t.Fatalf("line does not add up: %+v", l)
			}
		}
		if sum := plan.Total(lines); sum > p.Rent+dec("0.085").MulInt(f.Used[0].Parts).Fen() {
			t.Fatalf("more than everything at the overage price: %s", amounts(lines))
		}
		more := f
		more.Used = used(f.Used[0].Parts + 1)
		if plan.Total(plan.PriceMonth(p, more)) < plan.Total(lines) {
			t.Fatal("one message more makes the month cheaper")
		}
	})
}
