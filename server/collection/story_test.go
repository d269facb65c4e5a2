package collection_test

import (
	"context"
	"errors"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/collection"
	"sealgate/server/contract"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }
func lead() context.Context     { return testkit.As("lead", "finance_lead") }

// debtor is a customer whose contract ended on 31 October with a bill of 1,234.56 that nobody paid; it is 1 December.
func debtor(t *testing.T) (m *moneytest.Counter, customer, id string) {
	t.Helper()
	m = moneytest.New(t, "2026-10-01 09:00")
	customer = m.Customer(t, testkit.As("sales", "sales"), 1).ID
	id = m.Contract(t, customer, "2026-10-01", "2026-10-31", moneytest.Package("1234.56"))
	m.To(t, "2026-10-31")
	m.Jump(t, "2026-11-01")
	if err := m.Contracts.ExpireDue(testkit.System(), day("2026-11-01")); err != nil {
		t.Fatal(err)
	}
	m.Day(t, day("2026-11-01"))
	m.To(t, "2026-12-01")
	if s := m.State(t, id); s != contract.Expired {
		t.Fatal(s)
	}
	return m, customer, id
}

func handOver(t *testing.T, m *moneytest.Counter, id string) *collection.Case {
	t.Helper()
	c, err := m.Collection.HandOver(moneytest.Finance(), collection.Input{ContractID: id, Agency: "某律师事务所", HandedOn: m.Clock.Today(), Reason: "多次催款未付"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func total(t *testing.T, m *moneytest.Counter, a ledger.Account) money.Fen {
	t.Helper()
	rows, err := m.Ledger.TrialBalance(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Account == a {
			return r.Balance
		}
	}
	return 0
}

// Story: a debt goes to a lawyer, is lost and written off, and is paid in part after all.
func TestWriteOff_isDecidedByTwoAndMayBeRecovered(t *testing.T) {
	t.Parallel()
	m, customer, id := debtor(t)
	c := handOver(t, m, id) // 1 Dec: 1,234.56 and 16 days of late fee
	if c.Number != "LC-2026-000001" || c.PrincipalFen != fen("1234.56") || c.LateFeeFen != fen("59.26") {
		t.Fatalf("%+v", c)
	}
	if _, err := m.Collection.HandOver(moneytest.Finance(), collection.Input{ContractID: id, Agency: "另一家", HandedOn: m.Clock.Today(), Reason: "x"}); !errors.Is(err, collection.ErrOpen) {
		t.Fatal("two cases of one contract:", err)
	}
	m.To(t, "2026-12-10")
	if _, err := m.Collection.Add(moneytest.Finance(), c.ID, collection.EventInput{Kind: collection.Cost, On: day("2026-12-10"), Amount: fen("300.00"), Note: "诉讼费"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Collection.Add(moneytest.Finance(), c.ID, collection.EventInput{Kind: collection.Result, On: day("2026-12-10"), Outcome: collection.Insolvent, Note: "无可供执行财产"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Collection.Finish(moneytest.Finance(), c.ID, collection.Collected, "x"); !errors.Is(err, collection.ErrStillOwed) {
		t.Fatal("closed as collected:", err)
	}
	e, err := m.Collection.RequestWriteOff(moneytest.Finance(), c.ID, "终结执行裁定", "")
	if err != nil || e.Number != "WO-2026-000001" || e.AmountFen != fen("1327.15") { // 25 days
		t.Fatal(e, err)
	}
	if _, err := m.Collection.RequestWriteOff(moneytest.Finance(), c.ID, "again", ""); !errors.Is(err, collection.ErrPending) {
		t.Fatal(err)
	}
	if _, err := m.Collection.DecideWriteOff(moneytest.Finance(), e.ID, true, ""); !errors.Is(err, collection.ErrOwn) {
		t.Fatal("by who asked:", err)
	}
	m.To(t, "2026-12-12") // two days later the debt is larger
	if e, err = m.Collection.DecideWriteOff(lead(), e.ID, true, ""); err != nil || e.AmountFen != fen("1334.56") {
		t.Fatal(e, err)
	}
	if b := m.Bill(t, id, "2026-10"); b.State != bill.Paid || (&b).Owed() != 0 {
		t.Fatalf("%+v", b.Status)
	}
	if total(t, m, ledger.BadDebt) != fen("1334.56") || total(t, m, ledger.Receivable) != 0 || total(t, m, ledger.LegalCosts) != fen("300.00") {
		t.Fatal(m.Ledger.TrialBalance(testkit.System()))
	}
	m.Sound(t)
	m.Contract(t, customer, "2026-12-15", "2027-12-14", moneytest.Package("10.00")) // they do business with us again
	m.To(t, "2026-12-20")                                                           // no late fee any more; 400.00 come all the same
	p := m.Pay(t, customer, "400.00")
	m.To(t, "2026-12-21")
	shown, events, err := m.Collection.Get(moneytest.Finance(), c.ID)
	if err != nil || shown.Balance != fen("400.00") || events[len(events)-1].Kind != collection.Note {
		t.Fatalf("finance were not told: %+v %+v %v", shown, events, err)
	}
	if _, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: fen("400.01"), On: m.Clock.Today()}); !errors.Is(err, payment.ErrBalance) {
		t.Fatal("more than came:", err)
	}
	if _, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: fen("400.00"), On: m.Clock.Today()}); err != nil {
		t.Fatal(err)
	}
	if total(t, m, ledger.BadDebt) != fen("934.56") || total(t, m, ledger.Credit) != 0 {
		t.Fatal(m.Ledger.TrialBalance(testkit.System()))
	}
	m.Sound(t)
	if _, err := m.Payments.Bounce(moneytest.Finance(), p.ID, payment.Returned{On: m.Clock.Today(), Reason: "退汇"}); !errors.Is(err, payment.ErrSpent) {
		t.Fatal(err)
	}
	if _, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: fen("934.57"), On: m.Clock.Today(), Method: payment.Cash}); !errors.Is(err, collection.ErrTooMuch) {
		t.Fatal("more than was written off:", err)
	}
	if _, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: fen("34.56"), On: m.Clock.Today(), Method: payment.Cash, Note: "现金"}); err != nil {
		t.Fatal(err)
	}
	if shown, _, _ = m.Collection.Get(moneytest.Finance(), c.ID); shown.RecoveredFen != fen("434.56") || total(t, m, ledger.BadDebt) != fen("900.00") {
		t.Fatalf("%+v", shown)
	}
	m.Sound(t)
}

// A payment that turns out to be older than the write-off was owed less than was written off: the rest comes back by itself.
func TestWriteOff_lessensWithMoneyOfAnOlderDay(t *testing.T) {
	t.Parallel()
	m, customer, id := debtor(t)
	c := handOver(t, m, id)
	e, err := m.Collection.RequestWriteOff(moneytest.Finance(), c.ID, "无法联系", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Collection.DecideWriteOff(lead(), e.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-12-05")
	// found on another account, there since 10 November; the contract is closed, so that it is booked through the case
	in := payment.Input{CustomerID: customer, Amount: fen("1000.00"), ValueDate: day("2026-11-10"), Method: payment.Transfer, Reference: "FOUND"}
	if _, err := m.Payments.Record(moneytest.Finance(), in); !errors.Is(err, payment.ErrCustomerClosed) {
		t.Fatal(err)
	}
	got, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: in.Amount, On: in.ValueDate, Method: in.Method, Ref: in.Reference})
	if err != nil || got.AmountFen != 0 {
		t.Fatal(got, err)
	}
	m.Sound(t)
	// 234.56 of principal was late for 16 days: 11.26
	if total(t, m, ledger.BadDebt) != fen("245.82") || total(t, m, ledger.Credit) != 0 || total(t, m, ledger.Receivable) != 0 {
		rows, _ := m.Ledger.TrialBalance(testkit.System())
		t.Fatalf("%+v", rows)
	}
}

func TestWriteOff_refusesWhatIsNotOver(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	terms := moneytest.Package("1234.56")
	id := m.Contract(t, customer, "2026-10-01", "2027-09-30", terms)
	m.To(t, "2026-11-10")
	if _, err := m.Collection.HandOver(moneytest.Finance(), collection.Input{ContractID: id, Agency: "某所", HandedOn: m.Clock.Today(), Reason: "x"}); !errors.Is(err, collection.ErrNothingOwed) {
		t.Fatal("nothing is overdue yet:", err)
	}
	m.To(t, "2026-11-20")
	c := handOver(t, m, id)
	if _, err := m.Collection.RequestWriteOff(moneytest.Finance(), c.ID, "x", ""); !errors.Is(err, collection.ErrInForce) {
		t.Fatal("in force:", err)
	}
	if _, err := m.Collection.Recover(moneytest.Finance(), c.ID, collection.Recovered{Amount: 1, On: m.Clock.Today()}); !errors.Is(err, collection.ErrState) {
		t.Fatal("nothing was written off:", err)
	}
	for field, in := range map[string]collection.EventInput{
		"amount_fen": {Kind: collection.Cost, On: m.Clock.Today(), Note: "x"}, "outcome": {Kind: collection.Result, On: m.Clock.Today(), Note: "x"},
		"kind": {Kind: "party", On: m.Clock.Today(), Note: "x"}, "note": {Kind: collection.Note, On: m.Clock.Today()}, "on": {Kind: collection.Note, On: m.Clock.Today().AddDays(1), Note: "x"},
	} {
		_, err := m.Collection.Add(moneytest.Finance(), c.ID, in)
		if e := errs.As(err); e == nil || len(e.Fields) == 0 || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	m.Pay(t, customer, "5000.00")
	if _, err := m.Collection.Finish(moneytest.Finance(), c.ID, collection.Collected, "客户已付清"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Collection.Add(moneytest.Finance(), c.ID, collection.EventInput{Kind: collection.Cost, On: m.Clock.Today(), Amount: 100, Note: "迟到的账单"}); err != nil {
		t.Fatal("a cost that came late:", err)
	}
	m.Sound(t)
}

func TestVerify_findsACaseThatWasBent(t *testing.T) {
	t.Parallel()
	m, _, id := debtor(t)
	c := handOver(t, m, id)
	if _, err := m.Collection.Add(moneytest.Finance(), c.ID, collection.EventInput{Kind: collection.Cost, On: m.Clock.Today(), Amount: 100, Note: "x"}); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]int{
		"UPDATE collection_events SET amount_fen = 200":                           5,
		"UPDATE collection_cases SET costs_fen = 1":                               2,
		"UPDATE number_series SET last_number = 9 WHERE name LIKE 'collection-%'": 7,
	} {
		if _, err := m.DB.SQL().Exec(sql); err != nil {
			t.Fatal(err)
		}
		v, err := m.Collection.Verify(testkit.System())
		found := false
		for _, x := range v {
			found = found || x.Invariant == want
		}
		if err != nil || !found {
			t.Errorf("%s: %v %v", sql, v, err)
		}
	}
}
