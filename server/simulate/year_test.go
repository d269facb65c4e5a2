package simulate_test

import (
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/simulate"
)

func year(t *testing.T, terms plan.Terms, start, end string, h simulate.Habits) *simulate.Result {
	t.Helper()
	s, err := simulate.Year(terms, caldate.MustParse(start), caldate.MustParse(end), h)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, s)
	if len(r.Refused) > 0 || r.Ledger.Sum != 0 {
		t.Fatalf("%+v", r.Refused)
	}
	return r
}

func TestYear_billsTwelveMonthsAndPaysAsSupposed(t *testing.T) {
	t.Parallel()
	p := plan.Defaults(plan.KindPackage)
	p.Rent, p.Included, p.Overage, p.GraceDays, p.Deposit = 10000, 1000, money.MustDecimal("0.085"), 10, 50000
	for _, c := range []struct {
		habits     simulate.Habits
		late       bool
		suspended  bool
		paidInTime int
	}{
		{simulate.Habits{Parts: 1234, Pays: simulate.PaysOnTime, Months: 12}, false, false, 11}, // the last bill is issued on the last day
		{simulate.Habits{Parts: 1234, Pays: simulate.PaysLate, LateDays: 5, Months: 12}, true, false, 11},
		{simulate.Habits{Parts: 1234, Pays: simulate.PaysLate, LateDays: 14, Months: 12}, true, true, 11},
		{simulate.Habits{Parts: 1234, Pays: simulate.PaysNever, Months: 12}, true, true, 0},
	} {
		r := year(t, p, "2026-10-01", "2027-09-30", c.habits)
		paid, late, suspended := 0, false, false
		for _, b := range r.Bills {
			if b.Total != 11989 {
				t.Errorf("%s: %s", b.Number, b.Total)
			}
			late = late || b.LateFee > 0
			if b.State == "paid" {
				paid++
			}
		}
		for _, s := range r.States {
			suspended = suspended || s.State == "suspended"
		}
		if len(r.Bills) != 12 || paid != c.paidInTime || late != c.late || suspended != c.suspended {
			t.Errorf("%+v: %d bills, %d paid, late %v, suspended %v", c.habits, len(r.Bills), paid, late, suspended)
		}
	}
}

func TestYear_runsEveryKind(t *testing.T) {
	t.Parallel()
	for _, kind := range plan.Kinds {
		p := plan.Defaults(kind)
		p.Rent, p.Included, p.Overage, p.Price, p.Threshold, p.LumpSum = 10000, 100, money.MustDecimal("0.05"), money.MustDecimal("0.06"), 50, 0
		if kind == plan.KindMaintenance {
			p.LumpSum = 120000
		}
		r := year(t, p, "2026-10-20", "2027-10-19", simulate.Habits{Parts: 1000, Pays: simulate.PaysOnTime, Months: 3})
		switch kind {
		case plan.KindPrepaid, plan.KindCentre:
			if len(r.Bills) != 0 || r.Wallets[0].Balance != 0 {
				t.Errorf("%s: %+v %+v", kind, r.Bills, r.Wallets)
			}
		case plan.KindMaintenance:
			if len(r.Bills) != 1 || r.Bills[0].State != "paid" {
				t.Errorf("%s: %+v", kind, r.Bills)
			}
		default:
			if len(r.Bills) != 3 || r.Bills[0].State != "paid" || r.Bills[0].LateFee != 0 {
				t.Errorf("%s: %+v", kind, r.Bills)
			}
		}
	}
}

func TestYear_refusesWhatNobodySupposes(t *testing.T) {
	t.Parallel()
	p := plan.Defaults(plan.KindPackage)
	p.Rent = 10000
	from, to := caldate.MustParse("2026-10-01"), caldate.MustParse("2027-09-30")
	for field, h := range map[string]simulate.Habits{
		"monthly_parts": {Parts: -1, Pays: simulate.PaysNever, Months: 12}, "pays": {Pays: "sometimes", Months: 12},
		"late_days": {Pays: simulate.PaysLate, Months: 12}, "months": {Pays: simulate.PaysNever, Months: 37},
	} {
		_, err := simulate.Year(p, from, to, h)
		if e := errs.As(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	p.Rent = 0
	if _, err := simulate.Year(p, from, to, simulate.Habits{Pays: simulate.PaysNever, Months: 12}); errs.As(err) == nil {
		t.Errorf("terms that bill nothing: %v", err)
	}
}
