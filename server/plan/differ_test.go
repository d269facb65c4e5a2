package plan_test

import (
	"slices"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

func TestDiffer_namesWhatMeansSomethingElse(t *testing.T) {
	t.Parallel()
	base := plan.Defaults(plan.KindPackage)
	base.Overage = money.MustDecimal("0.10")
	base.Tiers = &plan.Tiers{Mode: plan.Graduated, Steps: []plan.Step{{UpTo: 10, Price: money.MustDecimal("0.1")}, {Price: money.MustDecimal("0.05")}}}
	base.OneOff = []plan.OneOff{{Name: "接入费", Amount: 1, On: caldate.MustParse("2026-10-01")}}
	n := 5
	for name, k := range map[string]struct {
		edit func(*plan.Terms)
		want []string
	}{
		"nothing":             {func(*plan.Terms) {}, []string{}},
		"the same written":    {func(t *plan.Terms) { t.Overage = money.MustDecimal("0.1") }, []string{}},
		"the same steps":      {func(t *plan.Terms) { c := *t.Tiers; c.Steps = slices.Clone(c.Steps); t.Tiers = &c }, []string{}},
		"a price and a rent":  {func(t *plan.Terms) { t.Overage = money.MustDecimal("0.11"); t.Rent = 1 }, []string{"rent_fen", "overage"}},
		"a step":              {func(t *plan.Terms) { t.Tiers = &plan.Tiers{Mode: plan.Graduated, Steps: t.Tiers.Steps[:1]} }, []string{"tiers"}},
		"no steps":            {func(t *plan.Terms) { t.Tiers = nil }, []string{"tiers"}},
		"inside the late fee": {func(t *plan.Terms) { t.LateFee.Cap = money.MustDecimal("0.3") }, []string{"late_fee"}},
		"the day of a fee":    {func(t *plan.Terms) { o := t.OneOff[0]; o.On = o.On.AddDays(1); t.OneOff = []plan.OneOff{o} }, []string{"one_off"}},
		"a pointer":           {func(t *plan.Terms) { t.SuspendAfter = &n }, []string{"suspend_after_days"}},
	} {
		other := base
		k.edit(&other)
		if got := plan.Differ(base, other); !slices.Equal(got, k.want) {
			t.Errorf("%s: %v, want %v", name, got, k.want)
		}
		if got := plan.Differ(other, base); !slices.Equal(got, k.want) {
			t.Errorf("%s, the other way: %v, want %v", name, got, k.want)
		}
	}
}
