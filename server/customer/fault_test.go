package customer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

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
		if _, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, k.field, k.note); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Customers.RaiseFault(contracttest.OtherSales(), c.ID, "address", "查无此址"); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("somebody else's customer: %v", err)
	}
	x, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, "address", "查无此址")
	if err != nil {
		t.Fatal(err)
	}
	if s, why := state(); s != contract.Suspended || !slices.Equal(why, []contract.Reason{contract.Data}) {
		t.Errorf("%s %v", s, why)
	}
	if _, err := h.Customers.RaiseFault(contracttest.Reviewer(), c.ID, "address", "又"); !errors.Is(err, customer.ErrFaultKnown) {
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
