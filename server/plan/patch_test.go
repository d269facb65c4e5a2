package plan_test

import (
	"encoding/json"
	"slices"
	"testing"

	"sealgate/server/money"
	"sealgate/server/plan"
)

func ptr[T any](v T) *T { return &v }

func TestWith_altersWhatIsSetAndNothingElse(t *testing.T) {
	t.Parallel()
	before := pack(func(t *plan.Terms) { t.OneOff = []plan.OneOff{{Name: "接入费", Amount: 100, On: day("2026-11-03")}} })
	want, _ := json.Marshal(before)
	after := before.With(plan.Patch{Rent: ptr(money.Fen(20000)), Included: ptr(int64(0)), Overage: ptr(dec("0.08")),
		OneOff: []plan.OneOff{{Name: "定制费", Amount: 200, On: day("2026-12-03")}}})
	if after.Rent != 20000 || after.Included != 0 || after.Overage.String() != "0.08" || len(after.OneOff) != 2 || after.GraceDays != before.GraceDays {
		t.Fatalf("%+v", after)
	}
	if got, _ := json.Marshal(before); string(got) != string(want) {
		t.Fatalf("the terms before were altered: %s", got)
	}
	if same, _ := json.Marshal(before.With(plan.Patch{})); string(same) != string(want) {
		t.Fatalf("an empty patch altered something: %s", same)
	}
}

func TestWith_aSinglePriceTakesThePlaceOfTiers(t *testing.T) {
	t.Parallel()
	tiers := &plan.Tiers{Mode: plan.Volume, Steps: []plan.Step{{UpTo: 10, Price: dec("0.05")}, {Price: dec("0.04")}}}
	tiered := plan.Defaults(plan.KindPostpaid).With(plan.Patch{Tiers: tiers})
	if tiered.Tiers == nil || tiered.Tiers == tiers {
		t.Fatal("tiers are copied in")
	}
	if got := tiered.With(plan.Patch{Price: ptr(dec("0.06"))}); got.Tiers != nil || got.Price.String() != "0.06" {
		t.Fatalf("%+v", got)
	}
	if got := tiered.With(plan.Patch{Price: ptr(dec("0.06")), Tiers: tiers}); got.Tiers == nil {
		t.Fatal("tiers that come with the price stay")
	}
}

func TestPatch_saysWhatItAltersByTheNamesOfTerms(t *testing.T) {
	t.Parallel()
	p := plan.Patch{Rent: ptr(money.Fen(0)), GraceDays: ptr(0)}
	if !slices.Equal(p.Names(), []string{"rent_fen", "grace_days"}) || !slices.Equal(p.Beyond(), []string{"grace_days"}) || p.Empty() || !(plan.Patch{}).Empty() {
		t.Fatalf("%v %v", p.Names(), p.Beyond())
	}
	var terms map[string]any
	b, _ := json.Marshal(pack(func(t *plan.Terms) {
		t.SuspendAfter, t.OneOff, t.Tiers = ptr(1), []plan.OneOff{{}}, &plan.Tiers{}
	}))
	_ = json.Unmarshal(b, &terms)
	n := 3
	full := plan.Patch{SuspendAfter: &n, OneOff: []plan.OneOff{{}}, Tiers: &plan.Tiers{}, Rent: ptr(money.Fen(1)), Window: &plan.Window{}, LateFee: &plan.LateFee{}}
	for _, name := range full.Names() {
		if _, ok := terms[name]; !ok {
			t.Errorf("%q is no name of Terms", name)
		}
	}
}
