// Package moneytest gives tests the money side of the program, wired like the real one over the house of contracttest, and
// contracts with any terms.
package moneytest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/collection"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/deposit"
	"sealgate/server/dunning"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/usage"
	"sealgate/server/verify"
)

// Counter is the money side of a house.
type Counter struct {
	*contracttest.House
	Usage      *usage.Service
	Deposits   *deposit.Service
	Bills      *bill.Service
	Payments   *payment.Service
	Dunning    *dunning.Service
	Collection *collection.Service
	paid       int
}

// New builds it with the clock at a time such as "2026-10-01 09:00".
func New(t testing.TB, at string) *Counter {
	t.Helper()
	return Of(contracttest.New(t, at))
}

// Over builds it over a database and a clock.
func Over(t testing.TB, d *db.DB, c clock.Clock, fake *clockwork.FakeClock) *Counter {
	t.Helper()
	return Of(contracttest.Over(t, d, c, fake))
}

// Of adds the money side to a house.
func Of(h *contracttest.House) *Counter {
	m := &Counter{House: h, Usage: usage.New(h.DB)}
	provider := contracttest.Provider()
	m.Bills = bill.New(h.DB, h.Clock, h.Trail, bill.Deps{Contracts: h.Contracts, Customers: h.Customers, Usage: m.Usage, Ledger: h.Ledger, Notices: h.Notices, Provider: provider})
	m.Payments = payment.New(h.DB, h.Clock, h.Trail, payment.Deps{Customers: h.Customers, Contracts: h.Contracts, Bills: m.Bills, Ledger: h.Ledger, Documents: h.Documents, Notices: h.Notices, Provider: provider})
	m.Deposits = deposit.New(h.DB, h.Clock, h.Trail, deposit.Deps{Contracts: h.Contracts, Customers: h.Customers, Ledger: h.Ledger, Notices: h.Notices, Documents: h.Documents, Payments: m.Payments, Provider: provider})
	m.Deposits.Watch(h.Contracts)
	m.Dunning = dunning.New(h.DB, h.Clock, dunning.Deps{Bills: m.Bills, Payments: m.Payments, Contracts: h.Contracts, Ledger: h.Ledger, Notices: h.Notices, Customers: h.Customers, Documents: h.Documents,
		Trail: h.Trail, Provider: provider})
	m.Collection = collection.New(h.DB, h.Clock, h.Trail, collection.Deps{Contracts: h.Contracts, Bills: m.Bills, Payments: m.Payments, Ledger: h.Ledger, Documents: h.Documents, Notices: h.Notices})
	return m
}

// Finance is the person at the counter.
func Finance() context.Context { return testkit.As("finance", "finance") }

// Package are the terms of the worked examples: window 5 to 15, grace 10 days, 0.3 % a day.
func Package(rent string, edit ...func(*plan.Terms)) plan.Terms {
	p := plan.Defaults(plan.KindPackage)
	p.Rent, p.Included, p.Overage, p.GraceDays = money.MustYuan(rent), 1000, money.MustDecimal("0.085"), 10
	p.LateFee.Rate = money.MustDecimal("0.003")
	for _, e := range edit {
		e(&p)
	}
	return p
}

// Contract puts a contract with terms into force from a day on, without the papers: for what only money is about.
func (m *Counter) Contract(t testing.TB, customerID, start, end string, terms plan.Terms) string {
	t.Helper()
	ids, err := m.ContractsOf(customerID, start, end, terms, 1)
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

var serial atomic.Int64

// ContractsOf puts n contracts at once.
func (m *Counter) ContractsOf(customerID, start, end string, terms plan.Terms, n int) (made []string, err error) {
	return m.ContractsIn(testkit.System(), customerID, start, end, terms, n)
}

// ContractsIn is ContractsOf inside a transaction.
func (m *Counter) ContractsIn(ctx context.Context, customerID, start, end string, terms plan.Terms, n int) (made []string, err error) {
	now := m.Clock.Instant()
	err = m.DB.Run(ctx, func(ctx context.Context) error {
		made = made[:0]
		var contracts []contract.Contract
		var dated []contract.DatedTerms
		for range n {
			no := serial.Add(1)
			id := fmt.Sprintf("contract-%07d", no)
			contracts = append(contracts, contract.Contract{ID: id, Number: fmt.Sprintf("HT-2026-%07d", no), Kind: terms.Kind, CustomerID: customerID, CustomerName: "客户有限公司", OwnerID: "u-sales",
				TemplateID: "package", TemplateVersion: 1, State: contract.Active, Values: map[string]string{}, StartDate: caldate.MustParse(start), EndDate: caldate.MustParse(end),
				ServiceCode: "1069" + fmt.Sprint(no), SendFrom: "08:00", SendTo: "21:00", AllowedCategories: []string{"notice"}, Carriers: []string{"cmcc"},
				CreatedAt: now, UpdatedAt: now, ActivatedOn: caldate.MustParse(start), Version: 1})
			dated = append(dated, contract.DatedTerms{ID: "terms-" + id, ContractID: id, EffectiveFrom: caldate.MustParse(start), Source: "contract", Terms: terms, CreatedAt: now})
			made = append(made, id)
		}
		if err := m.DB.Q(ctx).CreateInBatches(&contracts, 100).Error; err != nil {
			return err
		}
		return m.DB.Q(ctx).CreateInBatches(&dated, 100).Error
	})
	return made, err
}

// Use counts delivered parts on a day.
func (m *Counter) Use(t testing.TB, contractID, day string, parts int64) {
	t.Helper()
	err := m.DB.Run(testkit.System(), func(ctx context.Context) error {
		return m.Usage.Add(ctx, usage.Row{Day: caldate.MustParse(day), ContractID: contractID, Carrier: "cmcc", ServiceCode: "1069", Parts: parts})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// To moves the clock to noon of a day, doing on every day between what the timetable does: bills of the month before on
// the 1st, then dunning.
func (m *Counter) To(t testing.TB, day string) {
	t.Helper()
	for want := caldate.MustParse(day); m.Clock.Today().Before(want); {
		d := m.Clock.Today().AddDays(1)
		m.Fake.Advance(d.At(12, 0).Sub(m.Clock.Now()))
		m.Day(t, d)
	}
}

// Jump moves the clock without doing anything: a downtime.
func (m *Counter) Jump(t testing.TB, day string) {
	t.Helper()
	m.Fake.Advance(caldate.MustParse(day).At(12, 0).Sub(m.Clock.Now()))
}

// Day does what the timetable does on a day.
func (m *Counter) Day(t testing.TB, d caldate.Date) {
	t.Helper()
	ctx := testkit.System()
	if d.Day() == 1 {
		r, err := m.Bills.IssueMonth(ctx, d.MonthOf().Add(-1), d, false)
		if err != nil || r.FailedN > 0 {
			t.Fatalf("bills of %s: %+v %v", d.MonthOf().Add(-1), r.Failures, err)
		}
	}
	if _, err := m.Dunning.RunDay(ctx, d); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Collection.RunDay(ctx, d); err != nil {
		t.Fatal(err)
	}
}

// Pay records a transfer of today (or of a value date).
func (m *Counter) Pay(t testing.TB, customerID, amount string, valueDate ...string) *payment.Payment {
	t.Helper()
	m.paid++
	in := payment.Input{CustomerID: customerID, Amount: money.MustYuan(amount), ValueDate: m.Clock.Today(), Method: payment.Transfer, BankAccount: "6222000000000000001", Reference: fmt.Sprintf("REF%06d", m.paid)}
	if len(valueDate) > 0 {
		in.ValueDate = caldate.MustParse(valueDate[0])
	}
	p, err := m.Payments.Record(Finance(), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Bill gives a contract's bill of a month.
func (m *Counter) Bill(t testing.TB, contractID, month string) bill.Bill {
	t.Helper()
	bs, _, err := m.Bills.List(testkit.System(), bill.Query{ContractID: contractID, Month: caldate.MustParseMonth(month), Limit: 5})
	if err != nil || len(bs) != 1 {
		t.Fatalf("bills of %s: %d %v", month, len(bs), err)
	}
	return bs[0]
}

// Credit issues a credit note of today (or of a day) on a bill.
func (m *Counter) Credit(t testing.TB, billID, amount string, on ...string) *bill.Note {
	t.Helper()
	return m.note(t, m.Bills.CreditNote, billID, amount, on...)
}

// Debit issues a debit note.
func (m *Counter) Debit(t testing.TB, billID, amount string, on ...string) *bill.Note {
	t.Helper()
	return m.note(t, m.Bills.DebitNote, billID, amount, on...)
}

func (m *Counter) note(t testing.TB, ask func(context.Context, string, bill.NoteInput) (*bill.NoteRequest, error), billID, amount string, on ...string) *bill.Note {
	t.Helper()
	in := bill.NoteInput{Amount: money.MustYuan(amount), Reason: "核对后调整"}
	if len(on) > 0 {
		in.On = caldate.MustParse(on[0])
	}
	r, err := ask(Finance(), billID, in)
	if err != nil {
		t.Fatal(err)
	}
	if r.Note == nil {
		if r, err = m.Bills.DecideNote(testkit.As("finance-lead", "finance_lead"), r.ID, true, ""); err != nil {
			t.Fatal(err)
		}
	}
	return r.Note
}

// Dispute opens a dispute of today (or of a day) about an amount of a bill.
func (m *Counter) Dispute(t testing.TB, billID, amount string, on ...string) *bill.Dispute {
	t.Helper()
	in := bill.DisputeInput{Amount: money.MustYuan(amount), Reason: "用量与我方记录不符"}
	if len(on) > 0 {
		in.On = caldate.MustParse(on[0])
	}
	d, err := m.Bills.Dispute(Finance(), billID, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Resolve decides a dispute, with a second person where one is needed.
func (m *Counter) Resolve(t testing.TB, id string, to bill.DisputeState) {
	t.Helper()
	d, err := m.Bills.ResolveDispute(Finance(), id, to, "已核实")
	if err != nil {
		t.Fatal(err)
	}
	if d.State != bill.DisputeOpen {
		return
	}
	rs, _, err := m.Bills.Requests(testkit.System(), bill.NoteQuery{BillID: d.BillID, States: []string{string(bill.Waiting)}, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		if r.DisputeID == id {
			if _, err := m.Bills.DecideNote(testkit.As("finance-lead", "finance_lead"), r.ID, true, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// State gives the state of a contract.
func (m *Counter) State(t testing.TB, contractID string) contract.State {
	t.Helper()
	c, err := m.Contracts.Get(testkit.System(), contractID)
	if err != nil {
		t.Fatal(err)
	}
	return c.State
}

// Verify collects every broken invariant of the money side.
func (m *Counter) Verify() ([]verify.Violation, error) {
	var out []verify.Violation
	for _, f := range []func(context.Context) ([]verify.Violation, error){m.Ledger.Verify, m.Usage.Verify, m.Deposits.Verify, m.Bills.Verify, m.Payments.Verify, m.Dunning.Verify, m.Collection.Verify} {
		v, err := f(testkit.System())
		if err != nil {
			return out, err
		}
		out = append(out, v...)
	}
	return out, nil
}

// Sound fails the test where any invariant is broken.
func (m *Counter) Sound(t testing.TB) {
	t.Helper()
	if v, err := m.Verify(); err != nil || len(v) > 0 {
		t.Fatalf("invariants: %+v %v", v, err)
	}
}
