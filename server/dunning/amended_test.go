package dunning_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

func credit(on, amount string) func(*bill.Claim) {
	return func(c *bill.Claim) { c.Notes = append(c.Notes, bill.Noted{On: day(on), Amount: -fen(amount)}) }
}

func debit(on, amount, due string) func(*bill.Claim) {
	return func(c *bill.Claim) {
		c.Notes = append(c.Notes, bill.Noted{On: day(on), Amount: fen(amount), DueOn: day(due), SuspendOn: day(due).AddDays(11)})
	}
}

// disputed is a dispute: amount, opened on, closed on ("" while open), withdrawn.
func disputed(amount, from, to string, withdrawn bool) func(*bill.Claim) {
	return func(c *bill.Claim) {
		d := bill.Disputed{Amount: fen(amount), From: day(from), Withdrawn: withdrawn}
		if to != "" {
			d.To = day(to)
		}
		c.Disputes = append(c.Disputes, d)
	}
}

func capped(share string) func(*bill.Claim) {
	return func(c *bill.Claim) { c.Terms.LateFee.Cap = money.MustDecimal(share) }
}

func flat(c *bill.Claim) {
	c.Terms.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: money.MustDecimal("0.005")}
}

// TestStanding_withNotesAndDisputes goes on from the worked examples: 1,234.56, due on 15 November, 0.3 % a day = 3.70368.
func TestStanding_withNotesAndDisputes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		claim    bill.Claim
		payments []payment.Payment
		on       string
		fee      string // accrued
		open     string // owed, principal and late fee
		left     string // customer's balance
		state    bill.State
	}{
		// 16–19 Nov 4 × 3.70368, from the 20th on 6 × 634.56 × 0.003 = 11.42208: 26.2368
		{"a credit note counts from its date", october(credit("2026-11-20", "600.00")), nil, "2026-11-25", "26.24", "660.80", "0.00", bill.Overdue},
		{"and not before", october(credit("2026-11-20", "600.00")), nil, "2026-11-19", "14.81", "1249.37", "0.00", bill.Overdue},
		{"before the due date nothing was ever late", october(credit("2026-11-10", "600.00")), pays("2026-11-15", "634.56"), "2026-11-30", "0.00", "0.00", "0.00", bill.Paid},
		{"what it exceeds goes to the balance", october(credit("2026-11-20", "600.00")), pays("2026-11-15", "1234.56"), "2026-11-30", "0.00", "0.00", "600.00", bill.Paid},
		{"before that day the balance is not there", october(credit("2026-11-20", "600.00")), pays("2026-11-15", "1234.56"), "2026-11-19", "0.00", "0.00", "0.00", bill.Paid},
		{"a credit over the whole: void, no late fee", october(credit("2026-11-20", "1234.56")), nil, "2026-11-25", "0.00", "0.00", "0.00", bill.Void},
		{"void although it was paid", october(credit("2026-12-20", "1234.56")), pays("2026-11-16", "1238.26"), "2026-12-31", "0.00", "0.00", "1238.26", bill.Void},
		// cap 2 % of 1,234.56 = 24.6912; of 634.56 = 12.6912
		{"the cap is of the total less credit notes", october(capped("0.02"), credit("2026-11-20", "600.00")), nil, "2026-12-31", "12.69", "647.25", "0.00", bill.Overdue},
		{"the cap before the note's date", october(capped("0.02"), credit("2026-11-20", "600.00")), nil, "2026-11-19", "14.81", "1249.37", "0.00", bill.Overdue},
		{"late fee paid beyond a lower cap comes back", october(capped("0.02"), credit("2026-12-01", "600.00")), pays("2026-11-25", "1261.00"), "2026-12-31", "12.69", "0.00", "613.75", bill.Paid},
		// from 16 Nov: 10 days × 934.56 × 0.003 = 28.0368
		{"what is disputed bears no late fee", october(disputed("300.00", "2026-11-10", "", false)), nil, "2026-11-25", "28.04", "1262.60", "0.00", bill.Overdue},
		// 16–19: 4 × 3.70368 = 14.81472, 20–25: 6 × 2.80368 = 16.82208
		{"from the day of the dispute on", october(disputed("300.00", "2026-11-20", "", false)), nil, "2026-11-25", "31.64", "1266.20", "0.00", bill.Overdue},
		{"withdrawn: the late fee is back from the due date", october(disputed("300.00", "2026-11-10", "2026-11-25", true)), nil, "2026-11-25", "37.04", "1271.60", "0.00", bill.Overdue},
		{"the day before it is not", october(disputed("300.00", "2026-11-10", "2026-11-25", true)), nil, "2026-11-24", "25.23", "1259.79", "0.00", bill.Overdue},
		{"upheld: its credit note takes over", october(disputed("300.00", "2026-11-10", "2026-11-25", false), credit("2026-11-25", "300.00")), nil, "2026-11-30", "42.06", "976.62", "0.00", bill.Overdue},
		{"the rest is paid: not overdue", october(disputed("300.00", "2026-11-10", "", false)), pays("2026-11-12", "934.56"), "2026-11-30", "0.00", "300.00", "0.00", bill.Issued},
		{"all of it is disputed", october(disputed("1234.56", "2026-11-10", "", false)), nil, "2026-12-31", "0.00", "1234.56", "0.00", bill.Issued},
		{"upheld over the whole", october(disputed("1234.56", "2026-11-10", "2026-12-01", false), credit("2026-12-01", "1234.56")), nil, "2026-12-31", "0.00", "0.00", "0.00", bill.Void},
		{"the rest paid, withdrawn: 15 × 300 × 0.003", october(disputed("300.00", "2026-11-10", "2026-11-30", true)), pays("2026-11-12", "934.56"), "2026-11-30", "13.50", "313.50", "0.00", bill.Overdue},
		{"money beyond the rest pays the disputed part", october(disputed("300.00", "2026-11-10", "", false)), pays("2026-11-12", "1000.00"), "2026-11-30", "0.00", "234.56", "0.00", bill.Issued},
		{"flat: nothing but what is disputed was owed", october(flat, disputed("1234.56", "2026-11-10", "", false)), nil, "2026-11-30", "0.00", "1234.56", "0.00", bill.Issued},
		{"flat: withdrawn", october(flat, disputed("1234.56", "2026-11-10", "2026-11-28", true)), nil, "2026-11-30", "600.00", "1834.56", "0.00", bill.Overdue},
		{"a debit note has a due date of its own", october(debit("2026-12-10", "100.00", "2027-01-15")), pays("2026-11-15", "1234.56"), "2027-01-15", "0.00", "100.00", "0.00", bill.Issued},
		{"late from the day after: 2 × 0.30", october(debit("2026-12-10", "100.00", "2027-01-15")), pays("2026-11-15", "1234.56"), "2027-01-17", "0.60", "100.60", "0.00", bill.Overdue},
		{"paid with the balance", october(debit("2026-12-10", "100.00", "2027-01-15")), pays("2026-11-15", "1400.00"), "2026-12-10", "0.00", "0.00", "65.44", bill.Paid},
		{"a debit and a credit note", october(debit("2026-12-10", "100.00", "2027-01-15"), credit("2026-12-20", "100.00")), pays("2026-11-15", "1234.56"), "2027-02-15", "0.00", "0.00", "0.00", bill.Paid},
	}
	for _, c := range cases {
		s, left := standing([]bill.Claim{until(c.claim, c.on)}, c.payments, 0, c.on)
		b := bill.Bill{Facts: c.claim.Facts, Status: s}
		if s.LateFeeFen != fen(c.fee) || b.Owed() != fen(c.open) || s.State != c.state || left != fen(c.left) {
			t.Errorf("%s: on %s late fee %s, open %s, left %s, %s; want %s, %s, %s, %s", c.name, c.on, s.LateFeeFen, b.Owed(), left, s.State, c.fee, c.open, c.left, c.state)
		}
	}
}

// until leaves out what has not happened by a day: nobody knows it then.
func until(c bill.Claim, on string) bill.Claim {
	d := day(on)
	var notes []bill.Noted
	for _, n := range c.Notes {
		if !n.On.After(d) {
			notes = append(notes, n)
		}
	}
	var disputes []bill.Disputed
	for _, x := range c.Disputes {
		if x.From.After(d) {
			continue
		}
		if x.To.After(d) {
			x.To, x.Withdrawn = caldate.Date{}, false
		}
		disputes = append(disputes, x)
	}
	c.Notes, c.Disputes = notes, disputes
	return c
}

func TestGround_leavesOutWhatIsDisputedOrInItsGrace(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		claim bill.Claim
		on    string
		want  string
	}{
		{"beyond the grace", october(), "2026-11-26", "1275.30"},
		{"in the grace", october(), "2026-11-25", "0.00"},
		{"a part is disputed", october(disputed("300.00", "2026-11-10", "", false)), "2026-11-26", "965.40"},
		{"everything is disputed", october(disputed("1234.56", "2026-11-10", "", false)), "2026-12-31", "0.00"},
		{"a debit note has its own grace", october(credit("2026-11-10", "1234.55"), debit("2026-11-20", "100.00", "2026-12-15")), "2026-12-25", "0.01"},
		{"and its end", october(credit("2026-11-10", "1234.55"), debit("2026-11-20", "100.00", "2026-12-15")), "2026-12-26", "103.31"},
	}
	for _, c := range cases {
		if got := dunning.Ground(c.claim, nil, day(c.on)); got != fen(c.want) {
			t.Errorf("%s: on %s %s; want %s", c.name, c.on, got, c.want)
		}
	}
}

func TestAllocate_paysWhatIsDisputedAfterTheOtherBills(t *testing.T) {
	t.Parallel()
	november := october(func(c *bill.Claim) {
		b := *c.Bill
		b.ID, b.Number, b.IssuedOn, b.DueOn, b.SuspendOn, b.TotalFen = "b2", "B-202611-000001", day("2026-12-01"), day("2026-12-15"), day("2026-12-26"), fen("100.00")
		c.Bill = &b
	})
	first := october(disputed("300.00", "2026-11-10", "", false))
	all, left := payment.Allocate([]bill.Claim{november, first}, pays("2026-11-12", "934.56", "2026-12-10", "120.00"), dunning.LateFee)
	if len(all) != 3 || all[1].BillID != "b2" || all[1].PrincipalFen != fen("100.00") || all[2].BillID != "b1" || all[2].PrincipalFen != fen("20.00") || left != 0 {
		t.Fatalf("%+v, left %s", all, left)
	}
}

func TestAllocate_givesBackTheLastMoneyFirstAndPaysWithItAtOnce(t *testing.T) {
	t.Parallel()
	november := october(func(c *bill.Claim) {
		b := *c.Bill
		b.ID, b.Number, b.IssuedOn, b.DueOn, b.SuspendOn, b.TotalFen = "b2", "B-202611-000001", day("2026-12-01"), day("2026-12-15"), day("2026-12-26"), fen("100.00")
		c.Bill = &b
	})
	first := october(credit("2026-12-05", "300.00"))
	all, left := payment.Allocate([]bill.Claim{november, first}, pays("2026-11-10", "1000.00", "2026-11-12", "234.56"), dunning.LateFee)
	type want struct{ pay, bill, on, amount string }
	wants := []want{
		{"a", "b1", "2026-11-10", "1000.00"},
		{"b", "b1", "2026-11-12", "234.56"},
		{"b", "b1", "2026-12-05", "-234.56"},
		{"a", "b1", "2026-12-05", "-65.44"},
		{"a", "b2", "2026-12-05", "65.44"},
		{"b", "b2", "2026-12-05", "34.56"},
	}
	for i, w := range wants {
		amount := fen(strings.TrimPrefix(w.amount, "-"))
		if strings.HasPrefix(w.amount, "-") {
			amount = -amount
		}
		if i >= len(all) || all[i].PaymentID != w.pay || all[i].BillID != w.bill || all[i].OnDate != day(w.on) || all[i].PrincipalFen != amount {
			t.Fatalf("%d: %+v", i, all)
		}
	}
	if left != fen("200.00") || len(all) != len(wants) {
		t.Errorf("left %s of %+v", left, all)
	}
}

// TestReplacedBill_neverExisted: a bill that was issued again under its due date takes over money and lateness, to the fen.
func TestReplacedBill_neverExisted(t *testing.T) {
	t.Parallel()
	old := october(credit("2026-12-10", "1234.56"), func(c *bill.Claim) { c.Replaced = true })
	again := october(func(c *bill.Claim) {
		b := *c.Bill
		b.ID, b.Number, b.Revision, b.IssuedOn = "b1r", "B-202610-000009", 1, day("2026-12-10")
		c.Bill, c.Since = &b, day("2026-11-01")
	})
	payments := pays("2026-11-20", "600.00")
	before, _ := standing([]bill.Claim{october()}, payments, 0, "2026-12-31")
	after, _ := standing([]bill.Claim{old, again}, payments, 1, "2026-12-31")
	if before != after {
		t.Errorf("before %+v, after %+v", before, after)
	}
	gone, _ := standing([]bill.Claim{old, again}, payments, 0, "2026-12-31")
	if gone.LateFeeFen != 0 || gone.PaidFen != 0 || gone.State != bill.Void {
		t.Errorf("the replaced bill still has %+v", gone)
	}
}

// TestAmended_isWhatDayByDaySays compares the runs of equal days with a walk through every day, and the postings by day with
// the fee at once, whatever happened in whatever order.
func TestAmended_isWhatDayByDaySays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		date := func(name string) caldate.Date {
			return day("2026-11-01").AddDays(rapid.IntRange(0, 90).Draw(t, name))
		}
		c := october(func(c *bill.Claim) {
			c.Terms.LateFee.StopAtSuspension = rapid.Bool().Draw(t, "stops")
			if rapid.Bool().Draw(t, "capped") {
				c.Terms.LateFee.Cap = money.MustDecimal("0.05")
			}
			free := c.TotalFen
			for range rapid.IntRange(0, 2).Draw(t, "credits") {
				a := money.Fen(rapid.Int64Range(1, int64(free)).Draw(t, "credit"))
				free -= a
				c.Notes = append(c.Notes, bill.Noted{On: date("on"), Amount: -a})
				if free == 0 {
					break
				}
			}
			for range rapid.IntRange(0, 2).Draw(t, "debits") {
				on := date("on")
				c.Notes = append(c.Notes, bill.Noted{On: on, Amount: money.Fen(rapid.Int64Range(1, 50_000).Draw(t, "debit")), DueOn: on.MonthOf().Next().Day(15), SuspendOn: on.MonthOf().Next().Day(26)})
			}
			for range rapid.IntRange(0, 2).Draw(t, "disputes") {
				d := bill.Disputed{Amount: money.Fen(rapid.Int64Range(1, 60_000).Draw(t, "disputed")), From: date("from")}
				if rapid.Bool().Draw(t, "decided") {
					d.To, d.Withdrawn = d.From.AddDays(rapid.IntRange(0, 40).Draw(t, "after")), rapid.Bool().Draw(t, "withdrawn")
				}
				c.Disputes = append(c.Disputes, d)
			}
		})
		var payments []payment.Payment
		for i := range rapid.IntRange(0, 4).Draw(t, "payments") {
			payments = append(payments, payment.Payment{ID: string(rune('a' + i)), ValueDate: date("value date"), AmountFen: money.Fen(rapid.Int64Range(1, 90_000).Draw(t, "amount")), EntrySeq: int64(i)})
		}
		all, left := payment.Allocate([]bill.Claim{c}, payments, dunning.LateFee)
		shuffled := rapid.Permutation(payments).Draw(t, "order of entry")
		turned := c
		turned.Notes, turned.Disputes = rapid.Permutation(c.Notes).Draw(t, "notes"), rapid.Permutation(c.Disputes).Draw(t, "disputes")
		again, leftAgain := payment.Allocate([]bill.Claim{turned}, shuffled, dunning.LateFee)
		if sumOf(all) != sumOf(again) || left != leftAgain {
			t.Fatalf("in one order %s and %s left, in another %s and %s", sumOf(all), left, sumOf(again), leftAgain)
		}
		var parts []bill.Part
		var paid money.Fen
		for _, a := range all {
			parts = append(parts, bill.Part{On: a.OnDate, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
			paid += a.PrincipalFen + a.LateFeeFen
		}
		var in money.Fen
		for _, p := range payments {
			in += p.AmountFen
		}
		if paid+left != in {
			t.Fatalf("paid in %s, %s on the bill, %s left", in, paid, left)
		}
		to := day("2027-03-01")
		var sum money.Fen
		for _, d := range dunning.Days(c, parts, c.DueOn, to) {
			sum += d.Change
			if want := dunning.LateFee(c, parts, d.Day); d.Sum != want {
				t.Fatalf("on %s the days sum to %s, the fee is %s", d.Day, d.Sum, want)
			}
		}
		if want := dunning.LateFee(c, parts, to); sum != want {
			t.Fatalf("the days sum to %s, the fee is %s", sum, want)
		}
		if s := dunning.Standing(c, parts, to); s.LateFeePaidFen > s.LateFeeFen || s.PaidFen > c.TotalFen+s.NotedFen {
			t.Fatalf("more paid than owed: %+v", s)
		}
	})
}

func sumOf(all []payment.Allocation) (sum money.Fen) {
	for _, a := range all {
		sum += a.PrincipalFen*1_000_003 + a.LateFeeFen
	}
	return sum
}

// TestRunDay_thirtyOneDaysAtOnceAreThirtyOneTimesOne has two houses live through the same: one day by day, the other with the
// machine off for a month and the days run afterwards. With notes and a dispute both end with the same figures.
func TestRunDay_thirtyOneDaysAtOnceAreThirtyOneTimesOne(t *testing.T) {
	t.Parallel()
	live := func(pass func(m *moneytest.Counter)) (all []bill.Status) {
		m := moneytest.New(t, "2026-10-01 09:00")
		customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
		var contracts []string
		for _, rent := range []string{"1234.56", "200.00", "99.99"} {
			contracts = append(contracts, m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package(rent)))
		}
		m.To(t, "2026-11-14")
		m.Credit(t, m.Bill(t, contracts[0], "2026-10").ID, "234.56")
		d := m.Dispute(t, m.Bill(t, contracts[1], "2026-10").ID, "150.00")
		m.Debit(t, m.Bill(t, contracts[2], "2026-10").ID, "50.00")
		m.Pay(t, customer, "333.33")
		pass(m)
		m.Resolve(t, d.ID, bill.DisputeWithdrawn)
		m.Sound(t)
		for _, c := range contracts {
			all = append(all, m.Bill(t, c, "2026-10").Status, m.Bill(t, c, "2026-11").Status)
		}
		return all
	}
	step := live(func(m *moneytest.Counter) { m.To(t, "2026-12-15") })
	jump := live(func(m *moneytest.Counter) {
		m.Jump(t, "2026-12-15")
		for d := day("2026-11-15"); !d.After(day("2026-12-15")); d = d.AddDays(1) {
			m.Day(t, d)
		}
	})
	for i := range step {
		if step[i] != jump[i] {
			t.Errorf("bill %d: day by day %+v, at once %+v", i, step[i], jump[i])
		}
	}
}
