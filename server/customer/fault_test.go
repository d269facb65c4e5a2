package customer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/licence"
	"sealgate/server/testkit"
)

func TestFault_suspendsForTheDataUntilItIsCorrectedAndSomebodyElseHasLooked(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	state := func() (contract.State, []contract.Reason) {
		got, err := h.Contracts.Get(testkit.System(), id)
		if err != nil {
			t.Fatal(err)
		}
		return got.State, got.OpenReasons
	}
	for name, k := range map[string]struct {
		field, note string
		want        error
	}{
		"no such field": {"shoe_size", "错", customer.ErrInvalid}, "no note": {"address", " ", customer.ErrInvalid}, "a long note": {"address", strings.Repeat("长", 501), customer.ErrInvalid},
	} {
		if _, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, customer.Finding{Field: k.field, Note: k.note}); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Customers.RaiseFault(contracttest.OtherSales(), c.ID, customer.Finding{Field: "address", Note: "查无此址"}); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("somebody else's customer: %v", err)
	}
	x, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, customer.Finding{Field: "address", Note: "查无此址"})
	if err != nil {
		t.Fatal(err)
	}
	if s, why := state(); s != contract.Suspended || !slices.Equal(why, []contract.Reason{contract.Data}) {
		t.Errorf("%s %v", s, why)
	}
	if _, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, customer.Finding{Field: "address", Note: "又"}); !errors.Is(err, customer.ErrFaultKnown) {
		t.Errorf("twice: %v", err)
	}
	if _, err := h.Customers.Change(contracttest.Sales(), c.ID, c.Version, func(d *customer.Details) { d.Address = "昆明市五华区示范路 10 号" }); err != nil {
		t.Fatal(err)
	}
	if s, _ := state(); s != contract.Suspended {
		t.Errorf("%s before anybody has looked", s)
	}
	if _, err := h.Customers.SettleFault(contracttest.Sales(), x.ID, "好了"); !errors.Is(err, customer.ErrFaultOwn) {
		t.Errorf("own: %v", err)
	}
	if _, err := h.Customers.SettleFault(contracttest.Reviewer(), x.ID, "好了"); !errors.Is(err, customer.ErrFaultOwn) {
		t.Errorf("by who raised it: %v", err)
	}
	second := testkit.As("reviewer2", "compliance_reviewer")
	if x, err = h.Customers.SettleFault(second, x.ID, "与营业执照一致"); err != nil || x.State != customer.FaultSettled {
		t.Fatal(x, err)
	}
	if s, why := state(); s != contract.Active || len(why) != 0 {
		t.Errorf("%s %v", s, why)
	}
	if _, err := h.Customers.SettleFault(second, x.ID, "再"); !errors.Is(err, customer.ErrFaultState) {
		t.Errorf("twice: %v", err)
	}
}

func TestFault_waitsForItsLastDayAndIsReturnedWhereTheCorrectionIsWrong(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	second := testkit.As("reviewer2", "compliance_reviewer")
	want := func(step string, want contract.State) {
		t.Helper()
		if got, err := h.Contracts.Get(testkit.System(), id); err != nil || got.State != want {
			t.Fatalf("%s: %v %v", step, got.State, err)
		}
	}
	day := func(d string) {
		t.Helper()
		h.Fake.Advance(caldate.MustParse(d).At(0, 5).Sub(h.Clock.Now()))
		if _, err := h.Customers.RunDay(testkit.System(), caldate.MustParse(d)); err != nil {
			t.Fatal(err)
		}
	}
	correct := func(to string) {
		t.Helper()
		now, err := h.Customers.Get(testkit.System(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Customers.Change(contracttest.Sales(), c.ID, now.Version, func(d *customer.Details) { d.Address = to }); err != nil {
			t.Fatal(err)
		}
	}
	raise := func(field, dueOn string) (*customer.Fault, error) {
		return h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, customer.Finding{Field: field, Note: "与证照不一致", DueOn: caldate.MustParse(dueOn)})
	}
	for _, wrong := range []string{"2026-09-30", "2026-12-31"} {
		if _, err := raise("address", wrong); !errors.Is(err, customer.ErrInvalid) {
			t.Errorf("until %s: %v", wrong, err)
		}
	}
	x, err := raise("address", "2026-10-10")
	if err != nil || x.Suspends() {
		t.Fatal(x, err)
	}
	want("raised", contract.Active)
	day("2026-10-10")
	want("on its last day", contract.Active)
	correct("昆明市五华区示范路 10 号")
	day("2026-10-11")
	want("corrected in time", contract.Active)
	if x, err = h.Customers.ReturnFault(contracttest.Reviewer(), x.ID, "门牌号仍不一致"); err != nil || x.State != customer.FaultOpen || x.Note != "门牌号仍不一致" {
		t.Fatal(x, err)
	}
	if _, err := h.Customers.ReturnFault(second, x.ID, "再"); !errors.Is(err, customer.ErrFaultState) {
		t.Errorf("returned twice: %v", err)
	}
	day("2026-10-12")
	want("after its last day", contract.Suspended)
	if _, err := h.Customers.SuspendForFault(second, x.ID); !errors.Is(err, customer.ErrFaultState) {
		t.Errorf("suspended already: %v", err)
	}
	correct("昆明市五华区示范路 12 号")
	if x, err = h.Customers.SettleFault(second, x.ID, "与执照一致"); err != nil || x.Suspends() {
		t.Fatal(x, err)
	}
	want("settled", contract.Active)

	if x, err = raise("contacts", "2026-10-20"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Customers.SuspendForFault(contracttest.OtherSales(), x.ID); !errors.Is(err, customer.ErrFaultNotFound) {
		t.Errorf("somebody else's customer: %v", err)
	}
	if x, err = h.Customers.SuspendForFault(contracttest.Reviewer(), x.ID); err != nil || !x.Suspends() {
		t.Fatal(x, err)
	}
	want("suspended before the last day", contract.Suspended)
	open, n, err := h.Customers.AllFaults(contracttest.Sales(), customer.FaultQuery{States: []customer.FaultState{customer.FaultOpen}, Search: "客户", Limit: 10})
	if err != nil || n != 1 || open[0].ID != x.ID || open[0].CustomerName == "" {
		t.Fatalf("%d %+v %v", n, open, err)
	}
	if _, n, err := h.Customers.AllFaults(contracttest.OtherSales(), customer.FaultQuery{Limit: 10}); err != nil || n != 0 {
		t.Errorf("of somebody else's customers: %d %v", n, err)
	}
}
