package deposit_test

import (
	"errors"
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/testkit"
)

func in(amount, reference string) deposit.Input {
	return deposit.Input{Amount: money.MustYuan(amount), On: caldate.MustParse("2026-10-01"), Method: payment.Transfer, Reference: reference}
}

func TestReceive_bringsTheContractIntoForceWithTheLastPart(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	m.Licence(t, customer, licence.Business, "2020-01-01", "")
	m.Signature(t, customer, "信闸科技")
	c := m.Draft(t, customer, "2026-10-01", "2027-09-30", map[string]string{"deposit": "500.00"})
	if _, err := m.Deposits.Receive(moneytest.Finance(), c.ID, in("100.00", "D0")); !errors.Is(err, deposit.ErrState) {
		t.Fatal("received for a draft:", err)
	}
	m.Approve(t, c.ID)
	m.Sign(t, c.ID)
	first, err := m.Deposits.Receive(moneytest.Finance(), c.ID, in("200.00", "D1"))
	if err != nil || first.Number != "R-2026-000001" || m.State(t, c.ID) != contract.AwaitingSignature {
		t.Fatal(first, err, m.State(t, c.ID))
	}
	if _, err := m.Deposits.Receive(moneytest.Finance(), c.ID, in("300.01", "D2")); !errors.Is(err, deposit.ErrInvalid) {
		t.Fatal("more than agreed:", err)
	}
	if _, err := m.Deposits.Receive(moneytest.Finance(), c.ID, in("300.00", "D3")); err != nil || m.State(t, c.ID) != contract.Active {
		t.Fatal(err, m.State(t, c.ID))
	}
	s, err := m.Deposits.Of(testkit.System(), c.ID)
	if err != nil || s.Held != money.MustYuan("500.00") || s.Missing() != 0 || len(s.Moves) != 2 {
		t.Fatalf("%+v %v", s, err)
	}
	name, pdf, err := m.Deposits.Receipt(moneytest.Finance(), first.ID)
	if err != nil || name != "R-2026-000001.pdf" || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Fatal(name, err)
	}
	m.Sound(t)
}

func TestRefund_needsASettledContractAndASecondPerson(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	terms := moneytest.Package("100.00")
	terms.Deposit = money.MustYuan("500.00")
	id := m.Contract(t, customer, "2026-10-01", "2026-10-31", terms)
	if _, err := m.Deposits.Receive(moneytest.Finance(), id, in("500.00", "D1")); err != nil {
		t.Fatal(err)
	}
	back := in("500.00", "OUT1")
	back.Reason = "合同到期"
	if _, err := m.Deposits.RequestRefund(moneytest.Finance(), id, back); !errors.Is(err, deposit.ErrNotEnded) {
		t.Fatal(err)
	}
	m.Jump(t, "2026-11-01")
	if err := m.Contracts.ExpireDue(testkit.System(), caldate.MustParse("2026-11-01")); err != nil {
		t.Fatal(err)
	}
	m.Day(t, caldate.MustParse("2026-11-01"))
	m.Pay(t, customer, "100.00")
	m.To(t, "2026-11-02")
	move, err := m.Deposits.RequestRefund(moneytest.Finance(), id, back)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Deposits.DecideRefund(moneytest.Finance(), move.ID, true); !errors.Is(err, deposit.ErrOwn) {
		t.Fatal(err)
	}
	if _, err := m.Deposits.DecideRefund(testkit.As("lead", "finance_lead"), move.ID, true); err != nil {
		t.Fatal(err)
	}
	if s, _ := m.Deposits.Of(testkit.System(), id); s.Held != 0 {
		t.Fatal(s.Held)
	}
	if err := m.Contracts.Close(testkit.System(), id, "deposit returned"); err != nil {
		t.Fatal(err)
	}
	m.Sound(t)
}
