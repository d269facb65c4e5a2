package httpapi_test

import (
	"context"
	"slices"
	"testing"

	"sealgate/server/app"
	"sealgate/server/contract/contracttest"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/simulate"
	"sealgate/server/staff"
	"sealgate/templates"
)

func newTrials(t *testing.T) (*apitest.Kit, *contracttest.House) {
	t.Helper()
	var h *contracttest.House
	k := apitest.New(t, func(k *apitest.Kit, d *httpapi.Deps) {
		h = contracttest.Over(t, k.DB, k.Clock, k.Fake)
		registry, err := contracttemplate.Load(templates.FS)
		if err != nil {
			t.Fatal(err)
		}
		d.Documents, d.Notices, d.Customers, d.Licences, d.Signatures = h.Documents, h.Notices, h.Customers, h.Licences, h.Signatures
		d.Ledger, d.Contracts, d.Templates = h.Ledger, h.Contracts, registry
		d.Trial = func(ctx context.Context, s *simulate.Scenario) (*simulate.Result, error) {
			return app.Simulate(ctx, app.DefaultConfig(), s)
		}
	})
	return k, h
}

func TestTrial_tellsAYearOfTheForm(t *testing.T) {
	t.Parallel()
	k, h := newTrials(t)
	today := h.Clock.Today()
	form := object{"template_id": "package", "monthly_parts": 1234, "pays": "late", "late_days": 14, "months": 3, "values": object{
		"start_date": today.String(), "end_date": today.AddYears(1).String(), "rent": "100.00", "included": "1000", "overage": "0.085", "deposit": "500.00",
		"grace_days": "10", "late_fee_rate": "0.003",
	}}
	var year object
	k.As(staff.Sales).Post("/contracts/trial", form).Want(200).JSON(&year)
	bills := year["bills"].([]any)
	if len(bills) != 3 {
		t.Fatalf("%v", year)
	}
	first, totals := bills[0].(object), year["totals"].(object)
	if first["total_fen"] != float64(11989) || first["state"] != "paid" || first["late_fee_fen"] == float64(0) || len(first["lines"].([]any)) != 2 {
		t.Errorf("%v", first)
	}
	if totals["billed_fen"] != float64(3*11989) || totals["deposit_fen"] != float64(50000) || totals["suspended_days"] == float64(0) {
		t.Errorf("%v", totals)
	}
	if n, err := h.Contracts.Overlapping(context.Background(), today.MonthOf()); err != nil || len(n) != 0 {
		t.Errorf("the trial left something behind: %v %v", n, err)
	}
}

func TestTrial_needsNoDates(t *testing.T) {
	t.Parallel()
	k, h := newTrials(t)
	var year object
	k.As(staff.Sales).Post("/contracts/trial", object{"template_id": "package", "monthly_parts": 0, "pays": "on_time", "months": 1,
		"values": object{"rent": "100.00", "included": "1000", "overage": "0.085"}}).Want(200).JSON(&year)
	if want := h.Clock.Today().MonthOf().Next().First().String(); year["from"] != want {
		t.Errorf("from %v, want %s", year["from"], want)
	}
}

func TestTrial_namesWhatTheFormLacks(t *testing.T) {
	t.Parallel()
	k, h := newTrials(t)
	sales, today := k.As(staff.Sales), h.Clock.Today()
	values := func(more object) object {
		v := object{"start_date": today.String(), "end_date": today.AddYears(1).String(), "rent": "100.00"}
		for name, value := range more {
			v[name] = value
		}
		return object{"template_id": "package", "monthly_parts": 1, "pays": "never", "values": v}
	}
	for field, body := range map[string]object{
		"values.rent":       values(object{"rent": "1e3"}),
		"values.start_date": values(object{"start_date": "2026-02-30"}),
		"values.grace_days": values(object{"grace_days": "-1"}),
	} {
		if p := sales.Post("/contracts/trial", body).Problem(422, "contract.invalid"); !names(p, field) {
			t.Errorf("%s: %+v", field, p.Errors)
		}
	}
	sales.Post("/contracts/trial", object{"contract_id": "nobody", "monthly_parts": 1, "pays": "never"}).Problem(404, "contract.not_found")
	late := values(nil)
	late["pays"] = "late"
	if p := sales.Post("/contracts/trial", late).Problem(422, "simulate.habits"); !names(p, "late_days") {
		t.Errorf("%+v", p.Errors)
	}
}

func names(p httpapi.Problem, field string) bool {
	return slices.ContainsFunc(p.Errors, func(e errs.Field) bool { return e.Field == field })
}
