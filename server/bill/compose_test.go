package bill_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/payable"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// shop is the money side with wallets, extras and payables.
type shop struct {
	*moneytest.Counter
	Wallets  *wallet.Service
	Charges  *charge.Service
	Payables *payable.Service
	customer string
}

func newShop(t testing.TB, at string) *shop {
	t.Helper()
	s := shopOf(moneytest.New(t, at))
	s.customer = s.Customer(t, testkit.As("sales", "sales"), 1).ID
	return s
}

// shopOf adds what these tests are about to the money side.
func shopOf(m *moneytest.Counter) *shop {
	s := &shop{Counter: m}
	s.Wallets = wallet.New(m.DB, m.Clock, m.Trail, wallet.Deps{Contracts: m.Contracts, Customers: m.Customers, Ledger: m.Ledger, Notices: m.Notices, Provider: contracttest.Provider()})
	s.Charges = charge.New(m.DB, m.Clock, m.Trail, charge.Deps{Contracts: m.Contracts, Notices: m.Notices})
	s.Payables = payable.New(m.DB, m.Clock, m.Trail, payable.Deps{Contracts: m.Contracts, Ledger: m.Ledger, Notices: m.Notices, Provider: contracttest.Provider()})
	m.Bills = bill.New(m.DB, m.Clock, m.Trail, bill.Deps{Contracts: m.Contracts, Customers: m.Customers, Usage: m.Usage, Ledger: m.Ledger, Notices: m.Notices, Provider: contracttest.Provider(),
		Wallets: s.Wallets, Charges: s.Charges, Payables: s.Payables})
	return s
}

// used counts usage as receipts do: for prepaid contracts the wallet pays in the same transaction.
func (s *shop) used(t testing.TB, id, day string, parts int64, port ...string) {
	t.Helper()
	on := caldate.MustParse(day)
	row := usage.Row{Day: on, ContractID: id, Parts: parts}
	if len(port) > 0 {
		row.ServiceCode = port[0]
	}
	err := s.DB.Run(testkit.System(), func(ctx context.Context) error {
		if err := s.Usage.Add(ctx, row); err != nil {
			return err
		}
		return s.Wallets.Delivered(ctx, id, "", on, parts)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shop) topUp(t testing.TB, id, amount string) {
	t.Helper()
	s.topUps(t, id, wallet.Input{Amount: money.MustYuan(amount)})
}

var refs atomic.Int64

func (s *shop) topUps(t testing.TB, id string, in wallet.Input) {
	t.Helper()
	n := refs.Add(1)
	in.Reference, in.ValueDate = fmt.Sprintf("%s-%d", id, n), s.Clock.Today()
	if _, err := s.Wallets.TopUp(testkit.System(), id, in); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) charge(t testing.TB, id string, k charge.Kind, amount, on string) {
	t.Helper()
	if _, err := s.Charges.Add(testkit.System(), id, charge.Input{Kind: k, Amount: money.MustYuan(amount), On: caldate.MustParse(on), Reason: "测试"}); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) run(t testing.TB, month string) bill.Report {
	t.Helper()
	m := caldate.MustParseMonth(month)
	if first := m.Next().First(); s.Clock.Today().Before(first) {
		s.Jump(t, first.String())
	}
	r, err := s.Bills.IssueMonth(testkit.System(), m, m.Next().First(), false)
	if err != nil || r.FailedN > 0 {
		t.Fatalf("%+v %v", r, err)
	}
	s.sound(t)
	return r
}

func (s *shop) sound(t testing.TB) {
	t.Helper()
	if _, err := s.Wallets.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
	s.Sound(t)
	if v, err := s.Wallets.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatalf("%+v %v", v, err)
	}
	if v, err := s.Charges.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatalf("%+v %v", v, err)
	}
	if v, err := s.Payables.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatalf("%+v %v", v, err)
	}
}

// bills gives what a contract was billed for a month, in the order of issue.
func (s *shop) bills(t testing.TB, id, month string) []bill.Bill {
	t.Helper()
	bs, _, err := s.Bills.List(testkit.System(), bill.Query{ContractID: id, Month: caldate.MustParseMonth(month), Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(bs)-1; i < j; i, j = i+1, j-1 {
		bs[i], bs[j] = bs[j], bs[i]
	}
	return bs
}

// want is what a line must say: charge and amount.
type want struct {
	charge plan.Charge
	amount string
}

func (s *shop) expect(t testing.TB, id, month, total string, lines ...want) {
	t.Helper()
	bs := s.bills(t, id, month)
	if total == "" {
		if len(bs) != 0 {
			t.Fatalf("%s: a bill over %s, none expected", month, bs[0].TotalFen)
		}
		return
	}
	if len(bs) == 0 {
		t.Fatalf("%s: no bill", month)
	}
	b := bs[len(bs)-1]
	got, err := b.Lines()
	if err != nil {
		t.Fatal(err)
	}
	if b.TotalFen != money.MustYuan(total) {
		t.Errorf("%s: %s, expected %s: %+v", month, b.TotalFen, total, got)
	}
	if len(lines) == 0 {
		return
	}
	if len(got) != len(lines) {
		t.Fatalf("%s: %d lines, expected %d: %+v", month, len(got), len(lines), got)
	}
	for i, w := range lines {
		if got[i].Charge != w.charge || got[i].Amount != money.MustYuan(w.amount) {
			t.Errorf("%s, line %d: %s %s, expected %s %s", month, i+1, got[i].Charge, got[i].Amount, w.charge, w.amount)
		}
	}
}

func terms(k plan.Kind, edit func(*plan.Terms)) plan.Terms {
	p := plan.Defaults(k)
	edit(&p)
	return p
}

func dec(s string) money.Decimal { return money.MustDecimal(s) }

// TestIssueMonth_sixKinds has the table of billing.md "The monthly bill".
func TestIssueMonth_sixKinds(t *testing.T) {
	t.Parallel()
	type use struct {
		day   string
		parts int64
		port  string
	}
	graduated := &plan.Tiers{Mode: plan.Graduated, Steps: []plan.Step{{UpTo: 1000, Price: dec("0.10")}, {UpTo: 5000, Price: dec("0.08")}, {Price: dec("0.05")}}}
	volume := &plan.Tiers{Mode: plan.Volume, Steps: graduated.Steps}
	for _, c := range []struct {
		name   string
		terms  plan.Terms
		start  string
		topUp  string
		credit int64
		uses   []use
		total  string
		lines  []want
	}{
		{name: "package, example 6", terms: moneytest.Package("100.00"), uses: []use{{"2026-10-20", 1234, ""}}, total: "119.89", lines: []want{{plan.ChargeRent, "100.00"}, {plan.ChargeOverage, "19.89"}}},
		{name: "package by days, example 7", terms: moneytest.Package("100.00", func(p *plan.Terms) { p.FirstMonth = plan.Daily }), start: "2026-10-12", uses: []use{{"2026-10-20", 700, ""}},
			total: "69.20", lines: []want{{plan.ChargeRent, "64.52"}, {plan.ChargeOverage, "4.68"}}}, // 20 of 31 days, 645 included, 55 over → 4.675
		{name: "package, nothing used", terms: moneytest.Package("100.00"), total: "100.00"},
		{name: "postpaid", terms: terms(plan.KindPostpaid, func(p *plan.Terms) { p.Price = dec("0.045") }), uses: []use{{"2026-10-03", 1001, ""}}, total: "45.05", lines: []want{{plan.ChargeUsage, "45.05"}}},
		{name: "postpaid, nothing used", terms: terms(plan.KindPostpaid, func(p *plan.Terms) { p.Price = dec("0.045") })},
		{name: "postpaid with a minimum", terms: terms(plan.KindPostpaid, func(p *plan.Terms) {
			p.Price, p.Minimum = dec("0.045"), money.MustYuan("100.00")
			p.OneOff = []plan.OneOff{{Name: "接入费", Amount: money.MustYuan("500.00"), On: caldate.MustParse("2026-10-01")}}
		}), uses: []use{{"2026-10-03", 1000, ""}}, total: "600.00", lines: []want{{plan.ChargeUsage, "45.00"}, {plan.ChargeMinimum, "55.00"}, {plan.ChargeOneOff, "500.00"}}},
		{name: "postpaid, graduated, at the end of a band", terms: terms(plan.KindPostpaid, func(p *plan.Terms) { p.Tiers = graduated }), uses: []use{{"2026-10-03", 5000, ""}}, total: "420.00",
			lines: []want{{plan.ChargeUsage, "100.00"}, {plan.ChargeUsage, "320.00"}}},
		{name: "postpaid, volume, beyond it", terms: terms(plan.KindPostpaid, func(p *plan.Terms) { p.Tiers = volume }), uses: []use{{"2026-10-03", 5001, ""}}, total: "250.05", lines: []want{{plan.ChargeUsage, "250.05"}}},
		{name: "port, excess, example 8", terms: portTerms(plan.Excess), uses: []use{{"2026-10-03", 10001, "p1"}}, total: "500.05"},
		{name: "port, whole", terms: portTerms(plan.Whole), uses: []use{{"2026-10-03", 10001, "p1"}}, total: "1000.05"},
		{name: "port, instead", terms: portTerms(plan.Instead), uses: []use{{"2026-10-03", 10001, "p1"}}, total: "500.05", lines: []want{{plan.ChargeUsage, "500.05"}}},
		{name: "port, below", terms: portTerms(plan.Whole), uses: []use{{"2026-10-03", 10000, "p1"}}, total: "500.00"},
		{name: "two ports, each by its own threshold", terms: func() plan.Terms { p := portTerms(plan.Excess); p.Ports = 2; return p }(), uses: []use{{"2026-10-03", 9000, "p1"}, {"2026-10-04", 10002, "p2"}, {"2026-10-05", 1000, "p1"}},
			total: "1000.10", lines: []want{{plan.ChargeRent, "1000.00"}, {plan.ChargeUsage, "0.10"}}},
		{name: "port by days, threshold whole", terms: func() plan.Terms { p := portTerms(plan.Excess); p.FirstMonth = plan.Daily; return p }(), start: "2026-10-17", uses: []use{{"2026-10-20", 10001, "p1"}}, total: "241.99"}, // 15/31 of 500 = 241.94
		{name: "prepaid, the wallet covers all", terms: terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.05") }), topUp: "100.00", uses: []use{{"2026-10-05", 2000, ""}}},
		{name: "prepaid, beyond the wallet", terms: terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.05") }), topUp: "90.00", uses: []use{{"2026-10-05", 2000, ""}}, total: "10.00", lines: []want{{plan.ChargeUsage, "10.00"}}},
		{name: "prepaid, credits first", terms: terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.05") }), topUp: "1.00", credit: 100, uses: []use{{"2026-10-05", 150, ""}}, total: "1.50"},
		{name: "prepaid, graduated: what money paid has used up its bands", terms: terms(plan.KindPrepaid, func(p *plan.Terms) { p.Tiers = graduated }), topUp: "100.00", uses: []use{{"2026-10-05", 1100, ""}}, total: "8.00"},
		{name: "prepaid with a minimum: what the wallet paid counts", terms: terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price, p.Minimum = dec("0.05"), money.MustYuan("80.00") }), topUp: "100.00", uses: []use{{"2026-10-05", 1000, ""}},
			total: "30.00", lines: []want{{plan.ChargeMinimum, "30.00"}}},
		{name: "centre with its software fee", terms: terms(plan.KindCentre, func(p *plan.Terms) {
			p.Price = dec("0.06")
			p.OneOff = []plan.OneOff{{Name: "软件费", Amount: money.MustYuan("9800.00"), On: caldate.MustParse("2026-10-02")}}
		}), topUp: "600.00", uses: []use{{"2026-10-05", 1000, ""}}, total: "9800.00", lines: []want{{plan.ChargeOneOff, "9800.00"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "2026-10-01 09:00")
			start := c.start
			if start == "" {
				start = "2026-10-01"
			}
			id := s.Contract(t, s.customer, start, "2027-09-30", c.terms)
			if c.topUp != "" {
				s.topUp(t, id, c.topUp)
			}
			if c.credit > 0 {
				s.topUps(t, id, wallet.Input{Messages: c.credit})
			}
			for _, u := range c.uses {
				s.used(t, id, u.day, u.parts, u.port)
			}
			preview, err := s.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, true)
			if err != nil {
				t.Fatal(err)
			}
			r := s.run(t, "2026-10")
			if preview.Created != r.Created || preview.Total != r.Total || preview.Nothing != r.Nothing {
				t.Errorf("preview %d bills over %s, issued %d over %s", preview.Created, preview.Total, r.Created, r.Total)
			}
			s.expect(t, id, "2026-10", c.total, c.lines...)
			if again := s.run(t, "2026-10"); again.Created != 0 || again.Skipped != 1 {
				t.Errorf("a second run: %+v", again)
			}
		})
	}
}

func portTerms(mode plan.ThresholdMode) plan.Terms {
	return terms(plan.KindPort, func(p *plan.Terms) {
		p.Rent, p.Threshold, p.Price, p.Mode = money.MustYuan("500.00"), 10000, dec("0.05"), mode
	})
}

func TestIssueMonth_lateUsageOfAWalletIsOnlyWhatItDidNotCover(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.10") }))
	s.topUp(t, id, "10.00")
	s.used(t, id, "2026-10-05", 150) // 50 beyond
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "5.00")
	s.topUp(t, id, "2.00")
	s.used(t, id, "2026-10-31", 30) // 20 covered, 10 not, after the bill
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "1.00", want{plan.ChargeLateUsage, "1.00"})
	s.run(t, "2026-12")
	s.expect(t, id, "2026-12", "")
}

func TestIssueMonth_lateUsageIsAnAdjustmentOfTheNextBill(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	s.used(t, id, "2026-10-05", 990)
	s.run(t, "2026-10")
	s.used(t, id, "2026-10-31", 30) // 20 of them above the quota
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "101.70", want{plan.ChargeRent, "100.00"}, want{plan.ChargeLateUsage, "1.70"})
}

func TestIssueMonth_supplementDuringTheMonth(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	old := moneytest.Package("100.00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", old)
	now := old
	now.Rent, now.Included, now.Overage = money.MustYuan("200.00"), 2000, dec("0.05")
	s.supplement(t, id, "2026-10-16", now)
	// 15 of 31 days at 100.00, 16 at 200.00; quota 483 + 1032 = 1515; of 2,000 used, the last 485 are above it.
	s.used(t, id, "2026-10-05", 1000)
	s.used(t, id, "2026-10-20", 1000)
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "175.87", want{plan.ChargeRent, "48.39"}, want{plan.ChargeRent, "103.23"}, want{plan.ChargeOverage, "24.25"})
}

func (s *shop) supplement(t testing.TB, id, from string, terms plan.Terms) {
	t.Helper()
	err := s.DB.Run(testkit.System(), func(ctx context.Context) error {
		return s.DB.Q(ctx).Create(&contract.DatedTerms{ID: "supplement-" + id, ContractID: id, EffectiveFrom: caldate.MustParse(from), Source: "supplement", Terms: terms, CreatedAt: s.Clock.Instant()}).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestIssueMonth_noRentForWholeSuspendedDays(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", moneytest.Package("310.00", func(p *plan.Terms) { p.RentWhileSuspended = false }))
	s.Jump(t, "2026-10-10")
	if err := s.Contracts.Suspend(testkit.System(), id, contract.Behaviour, caldate.MustParse("2026-10-10"), "test"); err != nil {
		t.Fatal(err)
	}
	s.Jump(t, "2026-10-15")
	if err := s.Contracts.Lift(testkit.System(), id, contract.Behaviour, caldate.MustParse("2026-10-15"), "test"); err != nil {
		t.Fatal(err)
	}
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "260.00", want{plan.ChargeRent, "260.00"})
}

func TestIssueStarts_billsTheLumpSumOnTheDayOfTheStart(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-12 09:00")
	id := s.Contract(t, s.customer, "2026-10-12", "2027-10-11", terms(plan.KindMaintenance, func(p *plan.Terms) { p.LumpSum, p.Window = money.MustYuan("12000.00"), plan.Window{Days: 10} }))
	for range 2 {
		if _, err := s.Bills.IssueStarts(testkit.System(), caldate.MustParse("2026-10-12")); err != nil {
			t.Fatal(err)
		}
	}
	s.expect(t, id, "2026-10", "12000.00", want{plan.ChargeLumpSum, "12000.00"})
	b := s.bills(t, id, "2026-10")[0]
	if b.IssuedOn.String() != "2026-10-12" || b.DueOn.String() != "2026-10-22" || b.Number != "B-202610-000001" {
		t.Fatalf("issued %s, due %s, number %s", b.IssuedOn, b.DueOn, b.Number)
	}
	s.charge(t, id, charge.Visit, "300.00", "2026-10-20")
	s.charge(t, id, charge.Visit, "300.00", "2026-11-20")
	s.run(t, "2026-10")
	if bs := s.bills(t, id, "2026-10"); len(bs) != 2 || bs[1].TotalFen != money.MustYuan("300.00") || bs[1].IssuedOn.String() != "2026-11-01" || bs[1].BillKey != bill.Key(id, caldate.MustParseMonth("2026-10"), 1) {
		t.Fatalf("%+v", bs)
	}
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "300.00", want{plan.ChargeVisit, "300.00"})
	s.run(t, "2026-12")
	s.expect(t, id, "2026-12", "")
}

func TestIssueMonth_billsALumpSumThatHadNoDayOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-12 09:00")
	id := s.Contract(t, s.customer, "2026-10-12", "2027-10-11", terms(plan.KindMaintenance, func(p *plan.Terms) { p.LumpSum = money.MustYuan("12000.00") }))
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "12000.00")
	if n, err := s.Bills.IssueStarts(testkit.System(), caldate.MustParse("2026-10-31")); err != nil || n != 0 {
		t.Fatal("billed twice", n, err)
	}
}

func TestIssueMonth_extrasStandOnTheNextBill(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	s.charge(t, id, charge.Fine, "300.00", "2026-10-05")
	s.charge(t, id, charge.Credit, "20.00", "2026-10-06")
	s.charge(t, id, charge.Credit, "7.00", "2026-11-02") // not before its month
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "380.00", want{plan.ChargeRent, "100.00"}, want{plan.ChargeFine, "300.00"}, want{plan.ChargeCredit, "-20.00"})
	s.charge(t, id, charge.OneOff, "50.00", "2026-10-09") // its month is billed already
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "143.00")
}

func TestIssueMonth_carriesWhatCreditsExceed(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	s.charge(t, id, charge.Credit, "150.00", "2026-10-05")
	s.charge(t, id, charge.Credit, "80.00", "2026-10-06")
	s.run(t, "2026-10") // 100 − 230: 130 left
	s.expect(t, id, "2026-10", "")
	s.run(t, "2026-11") // 100 − 130: 30 left
	s.expect(t, id, "2026-11", "")
	s.run(t, "2026-12")
	s.expect(t, id, "2026-12", "70.00", want{plan.ChargeRent, "100.00"}, want{plan.ChargeCredit, "-30.00"})
}

func TestIssueMonth_creditsWithoutAnyChargeWait(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", terms(plan.KindPostpaid, func(p *plan.Terms) { p.Price = dec("0.10") }))
	s.charge(t, id, charge.Credit, "5.00", "2026-10-05")
	s.run(t, "2026-10")
	s.used(t, id, "2026-11-05", 100)
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "5.00", want{plan.ChargeUsage, "10.00"}, want{plan.ChargeCredit, "-5.00"})
}

func TestIssueMonth_aFineAfterTheEndIsBilled(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2026-10-31", moneytest.Package("100.00"))
	s.run(t, "2026-10")
	s.Jump(t, "2026-11-20")
	s.charge(t, id, charge.Fine, "200.00", "2026-11-20")
	s.run(t, "2026-11")
	s.expect(t, id, "2026-11", "200.00", want{plan.ChargeFine, "200.00"})
}

func TestIssueMonth_blockedByTheTermOfTheContract(t *testing.T) {
	t.Parallel()
	for mode, total := range map[plan.BlockedCharge]string{plan.BlockedFree: "10.00", plan.BlockedSubmission: "20.00", plan.BlockedPart: "10.30"} {
		s := newShop(t, "2026-10-01 09:00")
		id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", terms(plan.KindPostpaid, func(p *plan.Terms) { p.Price, p.Blocked = dec("0.10"), mode }))
		s.used(t, id, "2026-10-05", 100)
		if _, err := s.Charges.Add(testkit.System(), id, charge.Input{Kind: charge.Blocked, On: caldate.MustParse("2026-10-06"), Submitted: 100, BlockedParts: 3}); err != nil {
			t.Fatal(err)
		}
		s.run(t, "2026-10")
		s.expect(t, id, "2026-10", total)
	}
}

func TestPort_theCarriersCountIsTheBasis(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", portTerms(plan.Excess))
	s.used(t, id, "2026-10-05", 10050, "p1")
	fin := moneytest.Finance()
	s.Jump(t, "2026-11-01")
	r, err := s.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, true)
	if err != nil || len(r.Anomalies) != 1 || r.Anomalies[0].Code != "count_missing" {
		t.Fatalf("%+v %v", r.Anomalies, err)
	}
	if err := s.Payables.EnterCount(fin, payable.Count{ContractID: id, Month: caldate.MustParseMonth("2026-10"), Parts: 10100}); err != nil {
		t.Fatal(err)
	}
	r = s.run(t, "2026-10")
	if len(r.Anomalies) != 1 || r.Anomalies[0].Code != "count_differs" {
		t.Fatalf("%+v", r.Anomalies)
	}
	s.expect(t, id, "2026-10", "505.00")
	if err := s.Payables.EnterCount(fin, payable.Count{ContractID: id, Month: caldate.MustParseMonth("2026-10"), Parts: 1}); err == nil {
		t.Fatal("a billed month's count was changed")
	}
}

// A port is an access code with all that is sent under it; the sub-numbers of its signatures have no thresholds of their own.
func TestPort_subNumbersShareTheThresholdOfTheirPort(t *testing.T) {
	t.Parallel()
	two := portTerms(plan.Excess)
	two.Ports = 2
	for name, counted := range map[string]bool{"by our count": false, "by the carrier's": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "2026-10-01 09:00")
			id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", two)
			c, err := s.Contracts.Get(testkit.System(), id)
			if err != nil {
				t.Fatal(err)
			}
			for port, parts := range map[string]int64{c.ServiceCode: 9000, c.ServiceCode + "01": 1500, c.ServiceCode + "02": 500, "95588": 10002} {
				s.used(t, id, "2026-10-05", parts, port)
				if !counted {
					continue
				}
				if err := s.Payables.EnterCount(moneytest.Finance(), payable.Count{ContractID: id, Month: caldate.MustParseMonth("2026-10"), Port: port, Parts: parts}); err != nil {
					t.Fatal(err)
				}
			}
			s.run(t, "2026-10")
			s.expect(t, id, "2026-10", "1050.10", want{plan.ChargeRent, "1000.00"}, want{plan.ChargeUsage, "50.00"}, want{plan.ChargeUsage, "0.10"})
		})
	}
}

func TestPort_boughtPortsMakeAPayable(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", func() plan.Terms { p := portTerms(plan.Excess); p.Side = plan.Buyer; return p }())
	s.used(t, id, "2026-10-05", 10100, "p1")
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "")
	ps, n, err := s.Payables.List(testkit.System(), payable.Query{Limit: 5})
	if err != nil || n != 1 || ps[0].OurFen != money.MustYuan("505.00") || ps[0].Number != "P-202610-000001" || ps[0].State != payable.Open {
		t.Fatalf("%+v %v", ps, err)
	}
	fin, lead := moneytest.Finance(), testkit.As("lead", "finance_lead")
	p, err := s.Payables.Compare(fin, ps[0].ID, payable.Claim{Parts: 10200, Amount: money.MustYuan("510.00")})
	if err != nil || p.Difference() != 100 || p.ComputedFen != money.MustYuan("510.00") {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := s.Payables.Approve(fin, p.ID, "已核对"); err == nil {
		t.Fatal("approved by who compared it")
	}
	if _, err := s.Payables.Approve(lead, p.ID, ""); err == nil {
		t.Fatal("a difference was approved without a reason")
	}
	if _, err := s.Payables.Approve(lead, p.ID, "差异在约定的 1% 以内"); err != nil {
		t.Fatal(err)
	}
	s.sound(t)
	// The carrier corrects its claim: what was approved is taken back.
	if _, err := s.Payables.Compare(fin, p.ID, payable.Claim{Parts: 10100, Amount: money.MustYuan("505.00")}); err != nil {
		t.Fatal(err)
	}
	s.sound(t)
	if _, err := s.Payables.Approve(lead, p.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Payables.Pay(fin, p.ID, s.Clock.Today(), "OUT-7"); err != nil {
		t.Fatal(err)
	}
	s.sound(t)
}

func TestPreview_flagsAMissingTaxNumber(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	s.Contract(t, s.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	err := s.DB.Run(testkit.System(), func(ctx context.Context) error {
		return s.DB.Q(ctx).Exec("UPDATE customers SET uscc = '' WHERE id = ?", s.customer).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, true)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, a := range r.Anomalies {
		codes[a.Code] = true
	}
	if !codes["tax_number_missing"] || !codes["no_usage"] {
		t.Fatalf("%+v", r.Anomalies)
	}
}

// desk is payment's side of an offset, as app wires it.
type desk struct{ *payment.Service }

func (d desk) Offset(ctx context.Context, customerID, contractID string, amount money.Fen, on caldate.Date, number, note string) error {
	_, err := d.FromWallet(ctx, payment.Other{Number: number, CustomerID: customerID, ContractID: contractID, Amount: amount, On: on, Note: note})
	return err
}

func TestEndTerm_offsetsWhatIsLeftAgainstWhatIsOwed(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	s.Wallets.PayThrough(desk{s.Payments})
	id := s.Contract(t, s.customer, "2026-10-01", "2027-09-30", terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.10") }))
	s.topUp(t, id, "5.00")
	s.used(t, id, "2026-10-05", 80) // 30 beyond the wallet
	s.run(t, "2026-10")
	s.expect(t, id, "2026-10", "3.00")
	s.topUp(t, id, "10.00")
	err := s.DB.Run(testkit.System(), func(ctx context.Context) error {
		return s.DB.Q(ctx).Exec("UPDATE contracts SET state = 'terminated', end_cause = 'non_payment', ended_on = '2026-11-01' WHERE id = ?", id).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Wallets.RunDay(testkit.System(), caldate.MustParse("2026-11-02")); err != nil {
			t.Fatal(err)
		}
	}
	if b := s.bills(t, id, "2026-10")[0]; b.State != bill.Paid || b.Owed() != 0 {
		t.Fatalf("%+v", b.Status)
	}
	w, err := s.Wallets.Of(testkit.System(), id)
	if err != nil || w.Balance != 0 || w.EndedOn.IsZero() {
		t.Fatalf("%+v %v", w, err)
	}
	if free, err := s.Payments.FreeOf(testkit.System(), s.customer); err != nil || free != money.MustYuan("7.00") {
		t.Fatal(free, err)
	}
	s.sound(t)
}
