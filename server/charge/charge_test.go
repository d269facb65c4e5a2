package charge_test

import (
	"errors"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/testkit"
)

type desk struct {
	*moneytest.Counter
	Charges *charge.Service
	ID      string
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	m := moneytest.New(t, "2026-10-05 09:00")
	d := &desk{Counter: m, Charges: charge.New(m.DB, m.Clock, m.Trail, charge.Deps{Contracts: m.Contracts, Notices: m.Notices})}
	d.ID = m.Contract(t, m.Customer(t, testkit.As("sales", "sales"), 1).ID, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	return d
}

func in(k charge.Kind, yuan string) charge.Input {
	return charge.Input{Kind: k, Amount: money.MustYuan(yuan), On: caldate.MustParse("2026-10-05"), Reason: "10 月 4 日通道中断 3 小时", DocumentID: "doc"}
}

func TestAdd_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ok := in(charge.Credit, "20.00")
	for name, edit := range map[string]func(*charge.Input){
		"kind":     func(i *charge.Input) { i.Kind = "tip" },
		"nothing":  func(i *charge.Input) { i.Amount = 0 },
		"negative": func(i *charge.Input) { i.Amount = -1 },
		"too much": func(i *charge.Input) { i.Amount = money.MaxFen + 1 },
		"reason":   func(i *charge.Input) { i.Reason = " " },
		"evidence": func(i *charge.Input) { i.DocumentID = "" },
		"tax":      func(i *charge.Input) { i.Tax = "salt" },
		"blocked":  func(i *charge.Input) { i.Kind, i.Submitted, i.BlockedParts = charge.Blocked, 3, 4 },
	} {
		x := ok
		edit(&x)
		if _, err := d.Charges.Add(moneytest.Finance(), d.ID, x); !errors.Is(err, charge.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, ok); err != nil {
		t.Fatal(err)
	}
}

func TestAdd_aboveTheLimitWaitsForASecondPerson(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, k := range []charge.Kind{charge.Credit, charge.Fine, charge.Penalty} {
		x, err := d.Charges.Add(moneytest.Finance(), d.ID, in(k, "500.00"))
		if err != nil || x.State != charge.Pending {
			t.Fatalf("%s at the limit: %+v %v", k, x, err)
		}
		if x, err = d.Charges.Add(moneytest.Finance(), d.ID, in(k, "500.01")); err != nil || x.State != charge.Requested {
			t.Fatalf("%s above it: %+v %v", k, x, err)
		}
		if _, err := d.Charges.Decide(moneytest.Finance(), x.ID, true, ""); !errors.Is(err, charge.ErrOwn) {
			t.Fatal(err)
		}
		lead := testkit.As("lead", "finance_lead")
		if _, err := d.Charges.Decide(lead, x.ID, false, ""); !errors.Is(err, charge.ErrInvalid) {
			t.Fatal("rejected without a reason:", err)
		}
		if x, err = d.Charges.Decide(lead, x.ID, true, ""); err != nil || x.State != charge.Pending {
			t.Fatalf("%+v %v", x, err)
		}
		if _, err := d.Charges.Decide(lead, x.ID, true, ""); !errors.Is(err, charge.ErrDecided) {
			t.Fatal(err)
		}
		if x, err = d.Charges.Withdraw(moneytest.Finance(), x.ID, "登记有误"); err != nil || x.State != charge.Withdrawn {
			t.Fatalf("%+v %v", x, err)
		}
	}
	if x, err := d.Charges.Add(moneytest.Finance(), d.ID, in(charge.Visit, "3000.00")); err != nil || x.State != charge.Pending {
		t.Fatalf("a visit needs nobody else: %+v %v", x, err)
	}
	if v, err := d.Charges.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatal(v, err)
	}
}

func TestAdd_compensationIsCappedByTheFeesThatWerePaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, in(charge.Compensation, "0.01")); !errors.Is(err, charge.ErrCap) {
		t.Fatal("nothing was paid yet:", err)
	}
	fault := in(charge.Compensation, "0.01")
	fault.Fault = true
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, fault); err != nil {
		t.Fatal("intent has no cap:", err)
	}
	d.To(t, "2026-11-05")
	c, err := d.Contracts.Get(testkit.System(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.Pay(t, c.CustomerID, "100.00")
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, in(charge.Compensation, "60.00")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, in(charge.Compensation, "40.01")); !errors.Is(err, charge.ErrCap) {
		t.Fatal(err)
	}
	if _, err := d.Charges.Add(moneytest.Finance(), d.ID, in(charge.Compensation, "40.00")); err != nil {
		t.Fatal(err)
	}
}

func TestOverCap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, paid, before money.Fen
		fault                bool
		over                 money.Fen
	}{{100, 100, 0, false, 0}, {101, 100, 0, false, 1}, {50, 100, 60, false, 10}, {50, 100, 200, false, 50}, {1000, 0, 0, true, 0}} {
		if got := charge.OverCap(c.amount, c.paid, c.before, c.fault); got != c.over {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
