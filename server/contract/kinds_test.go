package contract_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/plan"
	"sealgate/templates"
)

func template(t testing.TB, id string, version int) *contracttemplate.Template {
	t.Helper()
	r, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := r.Get(id, version)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// filledForm is a template's form as it opens, with what is filled in.
func filledForm(tpl *contracttemplate.Template, pairs ...string) map[string]string {
	v := tpl.Defaults()
	v["start_date"], v["end_date"] = "2026-10-01", "2027-09-30"
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	return v
}

// kinds are forms of every template, and the terms that they make of the defaults of their kind.
var kinds = []struct {
	name    string
	id      string
	version int
	filled  []string
	terms   func(t *plan.Terms)
}{
	{
		"package v1", "package", 1,
		[]string{"rent", "100.00", "included", "1000", "overage", "0.085", "deposit", "500.00", "daily_cap", "1000", "late_fee_rate", "0.003", "grace_days", "10", "auto_renew", "yes", "renew_years", "2"},
		func(t *plan.Terms) {
			t.Rent, t.Included, t.Overage, t.Deposit, t.DailyCap = 100_00, 1000, *decimal("0.085"), 500_00, 1000
			t.LateFee.Rate, t.GraceDays, t.Renewal = *decimal("0.003"), 10, plan.Renewal{Auto: true, Years: 2, ObjectionDays: 30}
		},
	},
	{
		"package v1 without a late fee", "package", 1,
		[]string{"rent", "100.00", "included", "1000", "overage", "0.085", "daily_cap", "1000", "late_fee_rate", "0"},
		func(t *plan.Terms) {
			t.Rent, t.Included, t.Overage, t.DailyCap = 100_00, 1000, *decimal("0.085"), 1000
			t.LateFee.Model, t.LateFee.Rate = plan.LateFeeNone, *decimal("0")
		},
	},
	{
		"package v2 as it opens", "package", 2,
		[]string{"rent", "100.00", "included", "1000", "overage", "0.085", "daily_cap", "1000"},
		func(t *plan.Terms) { t.Rent, t.Included, t.Overage, t.DailyCap = 100_00, 1000, *decimal("0.085"), 1000 },
	},
	{
		"package v2 with all that it can say", "package", 2,
		[]string{
			"rent", "100.00", "included", "1000", "daily_cap", "3000", "minimum", "80.00", "deposit", "500.00", "amount", "3000.00",
			"price_model", "graduated", "tier1_up_to", "1000", "tier1_price", "0.08", "tier2_up_to", "5000", "tier2_price", "0.07", "tier3_price", "0.06",
			"access_fee", "200.00", "customisation_fee", "3000.00", "customisation_fee_on", "2026-11-15", "other_fee_name", "培训费", "other_fee", "50.00",
			"first_month", "daily", "rent_while_suspended", "no", "blocked", "part", "fixed_price", "net", "plan_change_cutoff", "25",
			"due_model", "receipt", "due_days", "20", "grace_days", "12", "late_fee_model", "daily", "late_fee_rate", "0.002", "late_fee_cap", "0.3", "stop_at_suspension", "yes", "late_fee_tax", "free",
			"allocation", "principal_first", "suspension", "by_decision", "suspend_after_days", "40", "suspend_floor", "5.00", "terminate_after_days", "60",
		},
		func(t *plan.Terms) {
			t.Rent, t.Included, t.DailyCap, t.Minimum, t.Deposit, t.Amount = 100_00, 1000, 3000, 80_00, 500_00, 3000_00
			t.Tiers = &plan.Tiers{Mode: plan.Graduated, Steps: []plan.Step{{UpTo: 1000, Price: *decimal("0.08")}, {UpTo: 5000, Price: *decimal("0.07")}, {Price: *decimal("0.06")}}}
			t.OneOff = []plan.OneOff{
				{Name: "接入费", Amount: 200_00, On: day("2026-10-01")}, {Name: "定制开发费", Amount: 3000_00, On: day("2026-11-15"), Tax: plan.TaxSoftware},
				{Name: "培训费", Amount: 50_00, On: day("2026-10-01")},
			}
			t.FirstMonth, t.RentWhileSuspended, t.Blocked, t.Fixed, t.ChangeUntil = plan.Daily, false, plan.BlockedPart, plan.FixedNet, 25
			t.Window, t.GraceDays = plan.Window{From: 5, To: 15, Days: 20, Of: "receipt"}, 12
			t.LateFee = plan.LateFee{Model: plan.LateFeeDaily, Rate: *decimal("0.002"), Cap: *decimal("0.3"), StopAtSuspension: true, TaxFree: true}
			t.Allocation, t.Suspension, t.SuspendAfter, t.SuspendFloor, t.TerminateAfterSuspendedDays = plan.PrincipalFirst, plan.ByDecision, number(40), 5_00, 60
		},
	},
	{
		"prepaid", "prepaid", 1, []string{"price", "0.05", "first_topup", "1000.00", "credits", "10000", "credits_fee", "450.00"},
		func(t *plan.Terms) { t.Price = *decimal("0.05") },
	},
	{
		"postpaid", "postpaid", 1,
		[]string{"price", "0.06", "rent", "200.00", "customisation_fee", "5000.00", "amount", "100000.00"},
		func(t *plan.Terms) {
			t.Price, t.Rent, t.Amount = *decimal("0.06"), 200_00, 100_000_00
			t.OneOff = []plan.OneOff{{Name: "定制开发费", Amount: 5000_00, On: day("2026-10-01"), Tax: plan.TaxSoftware}}
			t.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: *decimal("0.005")}
		},
	},
	{
		"centre", "centre", 1, []string{"price", "0.055", "first_topup", "2000.00", "software_fee", "9800.00"},
		func(t *plan.Terms) {
			t.Price = *decimal("0.055")
			t.OneOff = []plan.OneOff{{Name: "软件费", Amount: 9800_00, On: day("2026-10-01"), Tax: plan.TaxSoftware}}
		},
	},
	{
		"port that we let", "port", 1,
		[]string{"rent", "500.00", "ports", "3", "threshold", "10000", "threshold_mode", "instead", "price", "0.05"},
		func(t *plan.Terms) {
			t.Rent, t.Ports, t.Threshold, t.Mode, t.Price, t.Side = 500_00, 3, 10_000, plan.Instead, *decimal("0.05"), plan.Supplier
		},
	},
	{
		"port that we rent", "port", 1,
		[]string{"rent", "500.00", "side", "buyer", "customer_bank_name", "银行", "customer_bank_account", "62220000", "due_model", "receipt", "due_days", "10"},
		func(t *plan.Terms) {
			t.Rent, t.Side, t.Window = 500_00, plan.Buyer, plan.Window{From: 5, To: 15, Days: 10, Of: "receipt"}
		},
	},
	{
		"maintenance for a lump sum", "maintenance", 1, []string{"lump_sum", "6000.00", "visits_included", "4", "visit_fee", "300.00"},
		func(t *plan.Terms) {
			t.LumpSum, t.Amount, t.Window = 6000_00, 6000_00, plan.Window{From: 5, To: 15, Days: 10, Of: "issue"}
			t.LateFee.Model, t.LateFee.Rate = plan.LateFeeNone, *decimal("0")
		},
	},
	{
		"maintenance by visits", "maintenance", 1, []string{"charge_model", "per_visit", "visit_fee", "300.00", "lump_sum", "6000.00"},
		func(t *plan.Terms) {
			t.Window = plan.Window{From: 5, To: 15, Days: 10, Of: "issue"}
			t.LateFee.Model, t.LateFee.Rate = plan.LateFeeNone, *decimal("0")
		},
	},
}

func TestTerms_areExactlyWhatEachTemplateSays(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			tpl := template(t, k.id, k.version)
			values := filledForm(tpl, k.filled...)
			for name := range values {
				if tpl.Blank(name) == nil {
					t.Fatalf("the template has no blank %s", name)
				}
			}
			got, faults := contract.ReadTerms(plan.Defaults(plan.Kind(tpl.Kind)), values)
			if len(faults) > 0 {
				t.Fatalf("faults: %+v", faults)
			}
			want := plan.Defaults(plan.Kind(tpl.Kind))
			k.terms(&want)
			if names := plan.Differ(want, got); len(names) > 0 {
				t.Errorf("differs in %v:\n%+v\nwant\n%+v", names, got, want)
			}

			// And back: what the terms say, read again, are the terms.
			again := map[string]string{"start_date": values["start_date"], "end_date": values["end_date"]}
			for name, value := range contract.SaidTerms(got) {
				if tpl.Blank(name) != nil {
					again[name] = value
				}
			}
			for _, name := range []string{"first_topup", "credits", "credits_fee", "visit_fee", "visits_included"} { // not terms of billing
				if values[name] != "" {
					again[name] = values[name]
				}
			}
			back, faults := contract.ReadTerms(plan.Defaults(plan.Kind(tpl.Kind)), again)
			if names := plan.Differ(got, back); len(names) > 0 || len(faults) > 0 {
				t.Errorf("said and read again it differs in %v %+v:\n%+v\nwant\n%+v", names, faults, back, got)
			}
			if names := contract.Unsaid(tpl, got); len(names) > 0 {
				t.Errorf("the template can't say %v of what it said", names)
			}
		})
	}
}

// Every blank that stands in a template must do something to its contract: change the terms, or be one of those that are
// words alone. A new blank without a meaning fails here.
func TestTerms_knowEveryBlankOfEveryTemplate(t *testing.T) {
	t.Parallel()
	words := []string{
		"start_date", "end_date", "carriers", "allowed_categories", "send_from", "send_to", // of the contract itself
		"copies", "signing_place", "jurisdiction", "jurisdiction_name", "tax_bearer", "ends_by",
		"first_topup", "credits", "credits_fee", "software_name", "software_users", "tariff_notice_days", "port_numbers", "opening_days",
		"servers", "support_from", "support_to", "inspection", "incident_hours", "change_answer_days", "charge_model", "visits_included", "visit_fee",
	}
	r, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	suspended := 9
	full := plan.Terms{
		Amount: 1, Rent: 1, Included: 1, Overage: *decimal("1"), Price: *decimal("1"), Threshold: 1, Mode: plan.Whole, Ports: 2, Side: plan.Buyer, LumpSum: 1, Minimum: 1,
		OneOff: []plan.OneOff{{Name: "接入费", Amount: 1, On: day("2026-10-01")}, {Name: "定制开发费", Amount: 1, On: day("2026-10-01")}, {Name: "软件费", Amount: 1, On: day("2026-10-01")}, {Name: "其他", Amount: 1, On: day("2026-10-01")}},
		Tiers:  &plan.Tiers{Mode: plan.Volume, Steps: []plan.Step{{UpTo: 1}, {UpTo: 2}, {UpTo: 3}, {UpTo: 4}, {}}},
		Window: plan.Window{From: 1, To: 2, Days: 3, Of: "issue"}, FirstMonth: plan.Daily, Blocked: plan.BlockedPart, Fixed: plan.FixedNet, DailyCap: 7, Deposit: 1,
		Allocation: plan.PrincipalFirst, Suspension: plan.ByDecision, SuspendAfter: &suspended, Renewal: plan.Renewal{Auto: true, Years: 1},
	}
	said := contract.SaidTerms(full)
	full.LateFee.Model = plan.LateFeeFlat
	maps.Copy(said, contract.SaidTerms(full))
	full.LateFee.Model = plan.LateFeeDaily
	maps.Copy(said, contract.SaidTerms(full))
	for _, tpl := range r.Agreements() {
		for _, b := range tpl.Blanks {
			_, meant := said[b.Name]
			party := b.Configured || strings.HasPrefix(b.Name, "customer_") || strings.HasPrefix(b.Name, "contact_")
			if !meant && !party && !slices.Contains(words, b.Name) {
				t.Errorf("%s v%d asks for %s, which reaches nothing", tpl.ID, tpl.Version, b.Name)
			}
		}
	}
}

func TestTerms_ofAPlanAreAllSaidByTheNewestTemplateOfItsKind(t *testing.T) {
	t.Parallel()
	v1, v2 := template(t, "package", 1), template(t, "package", 2)
	offered := plan.Defaults(plan.KindPackage)
	offered.Rent, offered.Included, offered.Overage, offered.DailyCap = 100_00, 1000, *decimal("0.085"), 1000
	if names := contract.Unsaid(v1, offered); len(names) > 0 {
		t.Errorf("version 1 can't say %v", names)
	}
	offered.Allocation, offered.Minimum, offered.Tiers = plan.PrincipalFirst, 50_00, &plan.Tiers{Mode: plan.Volume, Steps: []plan.Step{{UpTo: 10, Price: *decimal("0.1")}, {Price: *decimal("0.09")}}}
	if got := strings.Join(contract.Unsaid(v1, offered), " "); got != "tiers minimum_fen allocation" {
		t.Errorf("version 1 can't say %q", got)
	}
	if names := contract.Unsaid(v2, offered); len(names) > 0 {
		t.Errorf("version 2 can't say %v", names)
	}
	offered.CountBy = plan.BySubmission
	if got := strings.Join(contract.Unsaid(v2, offered), " "); got != "count_by" {
		t.Errorf("version 2 can't say %q", got)
	}
}

func TestTerms_refuseWhatCannotStandWithTheBlankByItsName(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		name, id string
		filled   []string
		want     string
	}{
		{"a flat late fee without an amount", "package", []string{"rent", "1.00", "daily_cap", "1", "late_fee_model", "flat"}, "values.amount:missing"},
		{"a window in days without days", "package", []string{"rent", "1.00", "daily_cap", "1", "due_model", "issue"}, "values.due_days:missing"},
		{"one band", "postpaid", []string{"amount", "1.00", "price_model", "volume", "tier1_up_to", "5", "tier1_price", "0.1"}, "values.tier2_price:missing"},
		{"bands out of order", "postpaid", []string{"amount", "1.00", "price_model", "volume", "tier1_up_to", "5", "tier1_price", "0.1", "tier2_up_to", "4", "tier2_price", "0.1", "tier3_price", "0.1"}, "values.tier2_up_to:order"},
		{"a last band with an end", "postpaid", []string{"amount", "1.00", "price_model", "volume", "tier1_up_to", "5", "tier1_price", "0.1", "tier2_up_to", "9", "tier2_price", "0.1"}, "values.tier2_up_to:not_open"},
		{"a band without a price", "postpaid", []string{"amount", "1.00", "price_model", "volume", "tier1_up_to", "5", "tier1_price", "0.1", "tier2_up_to", "9", "tier3_price", "0.1"}, "values.tier2_price:missing"},
		{"no price", "centre", []string{"first_topup", "1.00"}, "values.price:missing"},
		{"no first top-up", "centre", []string{"first_topup", "0.00", "price", "0.1"}, "values.first_topup:missing"},
		{"neither top-up nor credits", "prepaid", []string{"price", "0.1"}, "values.first_topup:missing"},
		{"credits without a fee", "prepaid", []string{"price", "0.1", "credits", "100"}, "values.credits_fee:credits"},
		{"a fee after the end", "centre", []string{"first_topup", "1.00", "price", "0.1", "software_fee", "5.00", "software_fee_on", "2027-10-01"}, "values.software_fee_on:after_end"},
		{"a fee without a name", "centre", []string{"first_topup", "1.00", "price", "0.1", "other_fee", "5.00"}, "values.other_fee_name:missing"},
		{"nothing to bill", "port", []string{"rent", "0.00"}, "values.rent:missing"},
		{"a threshold of nothing", "port", []string{"rent", "500.00", "threshold", "10"}, "values.price:missing"},
		{"no lump sum", "maintenance", []string{"lump_sum", "0.00"}, "values.lump_sum:missing"},
		{"visits without a fee", "maintenance", []string{"charge_model", "per_visit", "visit_fee", "0.00"}, "values.visit_fee:missing"},
		{"included visits without a fee of the others", "maintenance", []string{"lump_sum", "5.00", "visits_included", "4"}, "values.visit_fee:missing"},
	} {
		t.Run(k.name, func(t *testing.T) {
			version := 1
			if k.id == "package" {
				version = 2
			}
			_, faults := contract.ReadTerms(plan.Defaults(plan.Kind(k.id)), filledForm(template(t, k.id, version), k.filled...))
			var got []string
			for _, f := range faults {
				got = append(got, f.Field+":"+f.Code)
			}
			if !slices.Contains(got, k.want) {
				t.Errorf("got %v, want %s", got, k.want)
			}
		})
	}
}
