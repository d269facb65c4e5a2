package dunning_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/dunning"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// example is one customer with one contract whose October bill is 1,234.56.
func example(t *testing.T, edit ...func(*plan.Terms)) (m *moneytest.Counter, customer, contractID string) {
	t.Helper()
	m = moneytest.New(t, "2026-10-01 09:00")
	customer = m.Customer(t, testkit.As("sales", "sales"), 1).ID
	contractID = m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("1234.56", edit...))
	m.To(t, "2026-11-01")
	if b := m.Bill(t, contractID, "2026-10"); b.Number != "B-202610-000001" || b.TotalFen != fen("1234.56") || b.DueOn != day("2026-11-15") || b.SuspendOn != day("2026-11-26") {
		t.Fatalf("%+v", b)
	}
	return m, customer, contractID
}

func TestStory_workedExamplesThroughTheServices(t *testing.T) {
	t.Parallel()
	principal := func(p *plan.Terms) { p.Allocation = plan.PrincipalFirst }
	type step struct{ on, pay string } // pay "" only looks
	cases := []struct {
		name    string
		edit    []func(*plan.Terms)
		pays    []step
		on      string // where it ends
		fee     string
		open    string
		billIs  bill.State
		service contract.State
	}{
		{"1", nil, []step{{"2026-11-15", "1234.56"}}, "2026-11-30", "0.00", "0.00", bill.Paid, contract.Active},
		{"2 on the day after", nil, []step{{"2026-11-16", "1234.56"}}, "2026-11-17", "3.71", "3.71", bill.Overdue, contract.Active},
		{"2 suspended on the 26th", nil, []step{{"2026-11-16", "1234.56"}}, "2026-11-26", "3.81", "3.81", bill.Overdue, contract.Suspended},
		{"3 on the last day of the grace", []func(*plan.Terms){principal}, []step{{"2026-11-20", "1234.56"}}, "2026-11-25", "18.52", "18.52", bill.Overdue, contract.Active},
		{"3 suspended unless the fee is paid", []func(*plan.Terms){principal}, []step{{"2026-11-20", "1234.56"}}, "2026-11-26", "18.52", "18.52", bill.Overdue, contract.Suspended},
		{"3 the fee is paid by the 25th", []func(*plan.Terms){principal}, []step{{"2026-11-20", "1234.56"}, {"2026-11-25", "18.52"}}, "2026-11-27", "18.52", "0.00", bill.Paid, contract.Active},
		{"4", []func(*plan.Terms){principal}, []step{{"2026-11-18", "600.00"}, {"2026-11-22", "634.56"}}, "2026-11-24", "18.73", "18.73", bill.Overdue, contract.Active},
		{"5 the grace ends", nil, nil, "2026-11-25", "37.04", "1271.60", bill.Overdue, contract.Active},
		{"5 suspended", nil, nil, "2026-11-26", "40.74", "1275.30", bill.Overdue, contract.Suspended},
		{"5 on the 30th", nil, nil, "2026-11-30", "55.56", "1290.12", bill.Overdue, contract.Suspended},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, customer, id := example(t, c.edit...)
			for _, p := range c.pays {
				m.To(t, p.on)
				m.Pay(t, customer, p.pay)
				m.Sound(t)
			}
			m.To(t, c.on)
			b := m.Bill(t, id, "2026-10")
			if b.LateFeeFen != fen(c.fee) || b.Owed() != fen(c.open) || b.State != c.billIs || m.State(t, id) != c.service {
				t.Errorf("late fee %s, open %s, %s, contract %s; want %s, %s, %s, %s", b.LateFeeFen, b.Owed(), b.State, m.State(t, id), c.fee, c.open, c.billIs, c.service)
			}
			m.Sound(t)
		})
	}
}

func TestStory_examplesSixAndSevenAreBilled(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	six := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	seven := m.Contract(t, customer, "2026-11-11", "2027-09-30", moneytest.Package("100.00", func(p *plan.Terms) { p.FirstMonth = plan.Daily }))
	m.Use(t, six, "2026-11-03", 1234)
	m.Use(t, seven, "2026-11-20", 700)
	m.To(t, "2026-12-01")
	for id, want := range map[string]string{six: "119.89", seven: "69.56"} {
		if b := m.Bill(t, id, "2026-11"); b.TotalFen != fen(want) {
			t.Errorf("%s, want %s: %s", b.TotalFen, want, b.LineItems)
		}
	}
	m.Sound(t)
}

func TestStory_payingResumesAtOnceAndABackDatedPaymentTakesAccrualBack(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-28") // suspended on the 26th; late fee of 13 days
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("48.15") || m.State(t, id) != contract.Suspended {
		t.Fatalf("%s %s", b.LateFeeFen, m.State(t, id))
	}
	// The money was there on the 14th: nothing was ever late.
	m.Pay(t, customer, "1234.56", "2026-11-14")
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != 0 || b.State != bill.Paid || b.PaidOn != day("2026-11-14") {
		t.Fatalf("%+v", b.Status)
	}
	if m.State(t, id) != contract.Active {
		t.Fatal("not resumed")
	}
	// The suspension of the past stays in the history.
	if days, err := m.Contracts.SuspendedDays(testkit.System(), id, day("2026-11-01"), day("2026-11-30")); err != nil || len(days) != 2 {
		t.Fatal(days, err)
	}
	m.Sound(t)
	entries, _, err := m.Ledger.Entries(testkit.System(), ledger.Query{CustomerID: customer, Account: ledger.LateFee, Limit: 100})
	if err != nil || len(entries) != 26 { // 13 days posted, 13 taken back
		t.Fatal(len(entries), err)
	}
	if sum, _ := m.Ledger.Balance(testkit.System(), ledger.LateFee, "", ""); sum != 0 {
		t.Fatal(sum)
	}
}

func TestStory_anOlderPaymentMovesAllocationsOfLaterOnes(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-20")
	m.Pay(t, customer, "1234.56") // 5 days late: 18.52 fee first
	if b := m.Bill(t, id, "2026-10"); b.Owed() != fen("18.52") {
		t.Fatal(b.Owed())
	}
	m.To(t, "2026-11-22")
	m.Pay(t, customer, "1000.00", "2026-11-15") // in time, entered late
	b := m.Bill(t, id, "2026-10")
	// 234.56 was overdue for 5 days: 3.52; of the second payment 1,231.04 - 234.56 - 3.52 is left
	if b.LateFeeFen != fen("3.52") || b.State != bill.Paid {
		t.Fatalf("%+v", b.Status)
	}
	if left, _ := m.Ledger.Balance(testkit.System(), ledger.Credit, customer, ""); left != fen("996.48") {
		t.Fatal(left)
	}
	m.Sound(t)
	// What is left pays November by itself, as far as it goes.
	m.To(t, "2026-12-01")
	if b := m.Bill(t, id, "2026-11"); b.PaidFen != fen("996.48") || b.Owed() != fen("238.08") {
		t.Fatalf("%+v", b.Status)
	}
	m.Sound(t)
}

func TestRunDay_hasOneResultHoweverOftenItRuns(t *testing.T) {
	t.Parallel()
	m, _, id := example(t)
	m.To(t, "2026-11-27")
	first := m.Bill(t, id, "2026-10")
	_, n, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1})
	for range 3 {
		for d := day("2026-11-16"); !d.After(day("2026-11-27")); d = d.AddDays(1) {
			m.Day(t, d)
		}
	}
	if _, again, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1}); again != n || m.Bill(t, id, "2026-10") != first {
		t.Fatalf("%d entries, then %d", n, again)
	}
	m.Sound(t)
}

func TestRunDay_catchesUpAfterADowntimeOverMonthEnd(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	id := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("1234.56"))
	other := moneytest.New(t, "2026-10-01 09:00")
	otherCustomer := other.Customer(t, testkit.As("sales", "sales"), 1).ID
	otherID := other.Contract(t, otherCustomer, "2026-10-01", "2027-09-30", moneytest.Package("1234.56"))

	other.To(t, "2026-12-03") // day by day
	m.Jump(t, "2026-12-03")   // everything was down for two months
	for d := day("2026-10-02"); !d.After(day("2026-12-03")); d = d.AddDays(1) {
		m.Day(t, d)
	}
	a, b := m.Bill(t, id, "2026-10"), other.Bill(t, otherID, "2026-10")
	if a.Status != b.Status || a.DueOn != b.DueOn || a.IssuedOn != b.IssuedOn || m.State(t, id) != other.State(t, otherID) {
		t.Fatalf("after the downtime %+v\nday by day %+v", a, b)
	}
	m.Sound(t)
}

func TestRunDay_byDecisionRaisesATaskOnceInsteadOfSuspending(t *testing.T) {
	t.Parallel()
	m, _, id := example(t, func(p *plan.Terms) { p.Suspension = plan.ByDecision })
	m.To(t, "2026-11-29")
	if m.State(t, id) != contract.Active {
		t.Fatal("suspended without a decision")
	}
	items, _, _, err := m.Notices.List(moneytest.Finance(), notice.Query{Limit: 100})
	tasks := 0
	for _, n := range items {
		if n.Kind == "suspension_decision" {
			tasks++
		}
	}
	if err != nil || tasks != 1 {
		t.Fatalf("%d tasks, %v", tasks, err)
	}
	m.Sound(t)
}

func TestStory_lateReceiptsGoIntoTheNextBill(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	id := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	m.Use(t, id, "2026-10-31", 1234)
	m.To(t, "2026-11-02")
	m.Use(t, id, "2026-10-31", 100) // the operator's receipts of the last day
	m.To(t, "2026-12-01")
	b := m.Bill(t, id, "2026-11")
	if b.TotalFen != fen("108.50") || !strings.Contains(b.LineItems, `"late_usage"`) {
		t.Fatalf("%s %s", b.TotalFen, b.LineItems)
	}
	m.To(t, "2027-01-01")
	if b := m.Bill(t, id, "2026-12"); b.TotalFen != fen("100.00") {
		t.Fatalf("billed twice: %s", b.LineItems)
	}
	m.Sound(t)
}

func TestStory_anEndedContractIsSettledWhenItsFinalBillIsPaid(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	id := m.Contract(t, customer, "2026-10-01", "2026-10-31", moneytest.Package("100.00"))
	m.Jump(t, "2026-11-01")
	if err := m.Contracts.ExpireDue(testkit.System(), day("2026-11-01")); err != nil {
		t.Fatal(err)
	}
	m.Day(t, day("2026-11-01"))
	if m.State(t, id) != contract.Expired {
		t.Fatal(m.State(t, id))
	}
	m.Pay(t, customer, "100.00")
	m.To(t, "2026-11-02")
	if m.State(t, id) != contract.Closed { // settled, and without a deposit nothing keeps the file open
		t.Fatal(m.State(t, id))
	}
	m.Sound(t)
}

func TestIssueMonth_runsBesideEachOtherIssueEverythingOnce(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	const contracts = 600
	if _, err := m.ContractsOf(customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"), contracts); err != nil {
		t.Fatal(err)
	}
	m.Jump(t, "2026-11-01")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var created int64
	for range 2 {
		wg.Go(func() {
			r, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), day("2026-11-01"), false)
			mu.Lock()
			defer mu.Unlock()
			created += r.Created
			if err != nil || r.FailedN != 0 || r.Created+r.Skipped+r.Nothing != r.Expected {
				t.Errorf("%+v %v", r, err)
			}
		})
	}
	wg.Wait()
	_, totals, err := m.Bills.List(testkit.System(), bill.Query{Limit: 1})
	if err != nil || totals.Count != contracts || created != contracts || totals.Total != contracts*10000 {
		t.Fatalf("%+v created %d %v", totals, created, err)
	}
	m.Sound(t)
	again, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), day("2026-11-01"), false)
	if err != nil || again.Created != 0 || again.Skipped != contracts {
		t.Fatalf("%+v %v", again, err)
	}
}

func TestIssueMonth_oneBadContractDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	ids, err := m.ContractsOf(customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"), 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.DB.SQL().Exec("DELETE FROM contract_terms WHERE contract_id = '" + ids[2] + "'"); err != nil {
		t.Fatal(err)
	}
	m.Jump(t, "2026-11-01")
	october := caldate.MustParseMonth("2026-10")
	r, err := m.Bills.IssueMonth(testkit.System(), october, day("2026-11-01"), false)
	if err != nil || r.Created != 4 || r.FailedN != 1 || r.Failures[0].ContractID != ids[2] {
		t.Fatalf("%+v %v", r, err)
	}
	// The cure, and another run: what was left out follows, with the next number.
	if _, err := m.DB.SQL().Exec("INSERT INTO contract_terms (id, contract_id, effective_from, source, terms, created_at) SELECT 'x', '" + ids[2] + "', effective_from, source, terms, created_at FROM contract_terms WHERE contract_id = '" + ids[0] + "'"); err != nil {
		t.Fatal(err)
	}
	m.Jump(t, "2026-11-02")
	if r, err = m.Bills.IssueMonth(testkit.System(), october, day("2026-11-02"), false); err != nil || r.Created != 1 || r.Skipped != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	if b := m.Bill(t, ids[2], "2026-10"); b.Number != "B-202610-000005" {
		t.Fatal(b.Number)
	}
	m.Sound(t)
}

func TestIssueMonth_previewWritesNothingAndNamesAnomalies(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-07-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	quiet := m.Contract(t, customer, "2026-07-01", "2027-09-30", moneytest.Package("100.00"))
	priceless := m.Contract(t, customer, "2026-07-01", "2027-09-30", moneytest.Package("100.00", func(p *plan.Terms) { p.Overage = money.Decimal{} }))
	for _, d := range []string{"2026-07-10", "2026-08-10", "2026-09-10"} {
		m.Use(t, priceless, d, 10)
	}
	loud := m.Contract(t, customer, "2026-07-01", "2027-09-30", moneytest.Package("100.00"))
	m.Use(t, loud, "2026-10-10", 1_000_000)
	m.Use(t, priceless, "2026-10-10", 2000)
	m.To(t, "2026-10-20")
	r, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, true)
	if err != nil || r.Created != 3 || !r.DryRun {
		t.Fatalf("%+v %v", r, err)
	}
	found := map[string]string{}
	for _, a := range r.Anomalies {
		found[a.ContractID] += a.Code + " "
	}
	if found[quiet] != "no_usage " || found[loud] != "five_times " || found[priceless] != "price_missing " {
		t.Errorf("%v", found)
	}
	if _, totals, _ := m.Bills.List(testkit.System(), bill.Query{Month: caldate.MustParseMonth("2026-10"), Limit: 1}); totals.Count != 0 {
		t.Error("the preview issued bills")
	}
	if _, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, false); !errors.Is(err, bill.ErrMonthOpen) {
		t.Error(err)
	}
	if got, err := m.Bills.Run(testkit.System(), r.ID); err != nil || got.State != "done" || len(got.Anomalies) != 3 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestJobs_refuseDaysThatHaveNotCome(t *testing.T) {
	t.Parallel()
	m, _, _ := example(t)
	if _, err := m.Dunning.RunDay(testkit.System(), day("2026-11-20")); !errors.Is(err, dunning.ErrFuture) {
		t.Error(err)
	}
	if _, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-11"), day("2026-12-01"), false); !errors.Is(err, bill.ErrMonthOpen) {
		t.Error(err)
	}
	m.Sound(t)
}

func TestSettle_ofARunThatCatchesUpIsDatedByItsDay(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.Pay(t, customer, "2000.00") // 765.44 are left for November
	m.Jump(t, "2026-12-20")
	for d := day("2026-11-02"); !d.After(day("2026-12-20")); d = d.AddDays(1) {
		m.Day(t, d)
		if d == day("2026-12-01") {
			if b := m.Bill(t, id, "2026-11"); b.State != bill.Issued || b.PaidFen != fen("765.44") || b.LateFeeFen != 0 {
				t.Fatalf("%+v", b.Status)
			}
		}
	}
	if b := m.Bill(t, id, "2026-11"); b.State != bill.Overdue || b.LateFeeFen != fen("7.04") { // 5 × 469.12 × 0.3 %
		t.Fatalf("%+v", b.Status)
	}
	m.Sound(t)
}

func TestBill_cannotBeEditedOrDeleted(t *testing.T) {
	t.Parallel()
	m, _, _ := example(t)
	for _, sql := range []string{"UPDATE bills SET total_fen = 1", "UPDATE bills SET line_items = '[]'", "DELETE FROM bills", "UPDATE bills SET due_on = '2030-01-01'"} {
		if _, err := m.DB.SQL().Exec(sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
}

func TestVerify_findsABillThatWasBent(t *testing.T) {
	t.Parallel()
	m, _, _ := example(t)
	m.To(t, "2026-11-20")
	m.Sound(t)
	for invariant, sql := range map[int]string{
		6: "UPDATE bills SET customer_name = '别的公司'",
		7: "UPDATE number_series SET last_number = 9 WHERE name = 'bill-202610'",
		8: "UPDATE bills SET paid_fen = 5",
		9: "UPDATE bills SET late_fee_fen = late_fee_fen + 1",
	} {
		if invariant == 6 {
			if _, err := m.DB.SQL().Exec("DROP TRIGGER bills_no_edit"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := m.DB.SQL().Exec(sql); err != nil {
			t.Fatal(err)
		}
		v, err := m.Verify()
		found := false
		for _, x := range v {
			found = found || x.Invariant == invariant
		}
		if err != nil || !found {
			t.Errorf("%s: invariant %d not reported: %v %v", sql, invariant, v, err)
		}
	}
}

func TestRecord_refuses(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	good := payment.Input{CustomerID: customer, Amount: 100, ValueDate: day("2026-11-01"), Method: payment.Transfer, BankAccount: "6222000000000000001", Reference: "A1"}
	if _, err := m.Payments.Record(moneytest.Finance(), good); err != nil {
		t.Fatal(err)
	}
	_, before, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1})
	cases := []struct {
		name  string
		field string
		edit  func(*payment.Input)
		want  error
	}{
		{"nothing", "amount_fen", func(in *payment.Input) { in.Amount = 0 }, payment.ErrInvalid},
		{"a negative amount", "amount_fen", func(in *payment.Input) { in.Amount = -1 }, payment.ErrInvalid},
		{"a huge amount", "amount_fen", func(in *payment.Input) { in.Amount = 1 << 62 }, payment.ErrInvalid},
		{"tomorrow's value date", "value_date", func(in *payment.Input) { in.ValueDate = day("2026-11-02") }, payment.ErrInvalid},
		{"no value date", "value_date", func(in *payment.Input) { in.ValueDate = caldate.Date{} }, payment.ErrInvalid},
		{"a transfer without reference", "reference", func(in *payment.Input) { in.Reference = " " }, payment.ErrInvalid},
		{"an unknown method", "method", func(in *payment.Input) { in.Method = "bitcoin" }, payment.ErrInvalid},
		{"the same reference twice", "reference", func(in *payment.Input) {}, payment.ErrDuplicate},
		{"a customer that does not exist", "", func(in *payment.Input) { in.CustomerID = "nobody"; in.Reference = "A2" }, nil},
	}
	for _, c := range cases {
		in := good
		c.edit(&in)
		_, err := m.Payments.Record(moneytest.Finance(), in)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || c.field != "" && !strings.Contains(err.Error(), c.field) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := m.DB.SQL().Exec("UPDATE contracts SET state = 'closed'"); err != nil {
		t.Fatal(err)
	}
	closed := good
	closed.Reference = "A3"
	if _, err := m.Payments.Record(moneytest.Finance(), closed); !errors.Is(err, payment.ErrCustomerClosed) {
		t.Error(err)
	}
	if _, after, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1}); after != before {
		t.Error("a refused payment changed the ledger")
	}
}

func TestRecord_twoAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-20")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := m.Payments.Record(moneytest.Finance(), payment.Input{CustomerID: customer, Amount: fen("100.00"), ValueDate: day("2026-11-16").AddDays(i % 4), Method: payment.Transfer,
				BankAccount: "6222000000000000001", Reference: fmt.Sprint("P", i)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	m.Sound(t)
	b := m.Bill(t, id, "2026-10")
	if b.PaidFen+b.LateFeePaidFen != fen("800.00") {
		t.Fatalf("%+v", b.Status)
	}
}

func TestDocuments_areMade(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	p := m.Pay(t, customer, "1234.56")
	name, pdf, err := m.Bills.Document(testkit.System(), m.Bill(t, id, "2026-10").ID)
	if err != nil || name != "B-202610-000001.pdf" || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Fatal(name, err)
	}
	receipt, rpdf, err := m.Payments.Receipt(testkit.System(), p.ID)
	if err != nil || receipt != "R-2026-000001.pdf" || !strings.HasPrefix(string(rpdf), "%PDF") {
		t.Fatal(receipt, err)
	}
	if dir := os.Getenv("SEALGATE_KEEP_PDF"); dir != "" {
		_ = os.WriteFile(dir+"/"+name, pdf, 0o600)
		_ = os.WriteFile(dir+"/"+receipt, rpdf, 0o600)
	}
}
