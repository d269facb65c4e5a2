package dunning_test

import (
	"testing"

	"sealgate/server/dunning/moneytest"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// Down from 31 January to 13 February; finance enters a payment before the missed days are run. The bill that is made for
// 1 February is paid by that money with the late fee of its own day, not of the day that is caught up.
func TestCatchingUp_countsMoneyThatCameLaterWithItsOwnDay(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2028-01-20 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	m.Contract(t, customer, "2028-01-20", "2029-01-19", moneytest.Package("99.99", func(p *plan.Terms) { p.Window.To = 10 }))
	m.To(t, "2028-01-31")
	m.Jump(t, "2028-02-13")
	m.Pay(t, customer, "747.40", "2028-02-13")
	for d := day("2028-02-01"); !d.After(m.Clock.Today()); d = d.AddDays(1) {
		m.Day(t, d)
	}
	bills, err := m.Bills.OfCustomer(testkit.System(), customer)
	if err != nil || len(bills) != 1 {
		t.Fatalf("%d bills (%v)", len(bills), err)
	}
	if b := bills[0]; b.PaidFen != b.TotalFen || b.LateFeeFen == 0 || b.LateFeePaidFen != b.LateFeeFen {
		t.Errorf("total %s paid %s, late fee %s paid %s", b.TotalFen, b.PaidFen, b.LateFeeFen, b.LateFeePaidFen)
	}
	v, err := m.Verify()
	if err != nil || len(v) > 0 {
		t.Errorf("%+v %v", v, err)
	}
}
