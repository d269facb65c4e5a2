package plan_test

import (
	"encoding/json"
	"testing"

	"sealgate/server/plan"
)

func TestDefaults_areTheOnesOfTheDesign(t *testing.T) {
	t.Parallel()
	d := plan.Defaults(plan.KindPackage)
	if d.Window.From != 5 || d.Window.To != 15 || d.GraceDays != 30 || d.LateFee.Rate.String() != "0.001" || d.Allocation != plan.LateFeeFirst ||
		d.FirstMonth != plan.Full || d.ChangeUntil != 20 || d.Renewal.Auto || d.Renewal.ObjectionDays != 30 || d.Suspension != plan.Automatic || d.Deposit != 0 ||
		d.SuspendAfterDays() != 30 || !d.RentWhileSuspended {
		t.Fatalf("%+v", d)
	}
}

func TestTerms_surviveJSON(t *testing.T) {
	t.Parallel()
	in := pack(func(t *plan.Terms) {
		n := 12
		t.SuspendAfter = &n
		t.Tiers = &plan.Tiers{Mode: plan.Volume, Steps: []plan.Step{{UpTo: 10, Price: dec("0.05")}, {Price: dec("0.04")}}}
		t.OneOff = []plan.OneOff{{Name: "接入费", Amount: 100, On: day("2026-11-03")}}
	})
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	out := plan.Defaults(plan.KindPackage)
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(out)
	if string(again) != string(b) || out.SuspendAfterDays() != 12 {
		t.Fatalf("%s\n%s", b, again)
	}
}

func TestCheck_namesFieldAndCure(t *testing.T) {
	t.Parallel()
	cases := []struct {
		field string
		edit  func(*plan.Terms)
	}{
		{"", func(*plan.Terms) {}},
		{"kind", func(t *plan.Terms) { t.Kind = "free" }},
		{"rent_fen", func(t *plan.Terms) { t.Rent = -1 }},
		{"rent_fen", func(t *plan.Terms) { t.Rent = 1 << 62 }},
		{"included", func(t *plan.Terms) { t.Included = -5 }},
		{"overage", func(t *plan.Terms) { t.Overage = dec("-0.01") }},
		{"window.to", func(t *plan.Terms) { t.Window = plan.Window{From: 15, To: 5} }},
		{"window.to", func(t *plan.Terms) { t.Window = plan.Window{From: 5, To: 32} }},
		{"grace_days", func(t *plan.Terms) { t.GraceDays = -1 }},
		{"late_fee.rate", func(t *plan.Terms) { t.LateFee.Rate = dec("3") }},
		{"late_fee.model", func(t *plan.Terms) { t.LateFee.Model = "monthly" }},
		{"amount_fen", func(t *plan.Terms) { t.LateFee.Model = plan.LateFeeFlat }},
		{"plan_change_cutoff", func(t *plan.Terms) { t.ChangeUntil = 0 }},
		{"renewal.years", func(t *plan.Terms) { t.Renewal.Auto = true }},
		{"daily_cap", func(t *plan.Terms) { t.Rent, t.Overage = 0, dec("0") }},
		{"tiers.steps[1].up_to", func(t *plan.Terms) {
			t.Tiers = &plan.Tiers{Mode: plan.Volume, Steps: []plan.Step{{UpTo: 10}, {UpTo: 10}, {}}}
		}},
		{"one_off[0].on", func(t *plan.Terms) { t.OneOff = []plan.OneOff{{Name: "接入费", Amount: 1}} }},
	}
	for _, c := range cases {
		got := pack(c.edit).Check()
		if c.field == "" && len(got) == 0 {
			continue
		}
		found := false
		for _, f := range got {
			found = found || f.Field == c.field && f.Zh != "" && f.En != ""
		}
		if !found {
			t.Errorf("want %q refused, got %+v", c.field, got)
		}
	}
}

func TestLegalWarnings_compareWithTheYardsticks(t *testing.T) {
	t.Parallel()
	cases := []struct {
		code string
		edit func(*plan.Terms)
	}{
		{"", func(*plan.Terms) {}},
		{"law.late_fee_rate", func(t *plan.Terms) { t.LateFee.Rate = dec("0.0031") }},
		{"law.suspension", func(t *plan.Terms) { t.GraceDays = 10 }},
		{"law.termination", func(t *plan.Terms) { t.TerminateAfterSuspendedDays = 59 }},
		{"law.excessive", func(t *plan.Terms) { t.LateFee.Cap = dec("0.31") }},
	}
	for _, c := range cases {
		got := pack(c.edit).LegalWarnings()
		if c.code == "" && len(got) != 0 || c.code != "" && (len(got) != 1 || got[0].Code != c.code) {
			t.Errorf("%q: %+v", c.code, got)
		}
	}
}

func TestChangeEffective_followsTheCutOff(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]string{ // billing.md example 12
		"2026-11-20": "2026-12-01", "2026-11-21": "2027-01-01", "2026-11-01": "2026-12-01", "2026-12-31": "2027-02-01",
	} {
		if got := pack().ChangeEffective(day(asked)).String(); got != want {
			t.Errorf("asked on %s: effective %s, want %s", asked, got, want)
		}
	}
}

func TestDue_isTheWindowOfTheNextMonth(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name          string
		window        plan.Window
		month, issued string
		from, due     string
	}{
		{"days 5 to 15", plan.Window{From: 5, To: 15}, "2026-10", "2026-11-01", "2026-11-05", "2026-11-15"},
		{"day 31 in a shorter month", plan.Window{From: 5, To: 31}, "2026-10", "2026-11-01", "2026-11-05", "2026-11-30"},
		{"day 31 in February of a leap year", plan.Window{From: 25, To: 31}, "2028-01", "2028-02-01", "2028-02-25", "2028-02-29"},
		{"over the new year", plan.Window{From: 5, To: 15}, "2026-12", "2027-01-01", "2027-01-05", "2027-01-15"},
		{"days after issue", plan.Window{Days: 20}, "2026-10", "2026-11-01", "2026-11-01", "2026-11-21"},
		{"issued on the last day of the window", plan.Window{From: 5, To: 15}, "2026-10", "2026-11-15", "2026-11-05", "2026-11-15"},
		{"issued after the window: the next one", plan.Window{From: 5, To: 15}, "2026-10", "2026-11-16", "2026-12-05", "2026-12-15"},
	}
	for _, c := range cases {
		from, due := pack(func(t *plan.Terms) { t.Window = c.window }).Due(month(c.month), day(c.issued))
		if from.String() != c.from || due.String() != c.due {
			t.Errorf("%s: %s..%s, want %s..%s", c.name, from, due, c.from, c.due)
		}
	}
}
