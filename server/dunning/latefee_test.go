package dunning_test

import (
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }

// october is the bill of the worked examples: 1,234.56 for October, due on 15 November, grace 10 days, 0.3 % a day.
func october(edit ...func(*bill.Claim)) bill.Claim {
	c := bill.Claim{Bill: &bill.Bill{Facts: bill.Facts{ID: "b1", Number: "B-202610-000001", ContractID: "c1", CustomerID: "k1", Month: caldate.MustParseMonth("2026-10"),
		IssuedOn: day("2026-11-01"), DueOn: day("2026-11-15"), SuspendOn: day("2026-11-26"), TotalFen: fen("1234.56")}},
		Terms: bill.Conditions{LateFee: plan.LateFee{Model: plan.LateFeeDaily, Rate: money.MustDecimal("0.003")}, Allocation: plan.LateFeeFirst,
			SuspendAfter: 10, Suspension: plan.Automatic, ContractAmount: fen("120000.00"), LateFeeTax: money.MustDecimal("0.09")}}
	for _, e := range edit {
		e(&c)
	}
	return c
}

func principalFirst(c *bill.Claim) { c.Terms.Allocation = plan.PrincipalFirst }

func pays(amounts ...string) []payment.Payment {
	var out []payment.Payment
	for i := 0; i < len(amounts); i += 2 {
		out = append(out, payment.Payment{ID: string(rune('a' + i/2)), ValueDate: day(amounts[i]), AmountFen: fen(amounts[i+1]), EntrySeq: int64(i/2 + 1)})
	}
	return out
}

// standing replays payments and gives what a bill comes to on a day.
func standing(claims []bill.Claim, payments []payment.Payment, of int, on string) (bill.Status, money.Fen) {
	var until []payment.Payment
	for _, p := range payments {
		if !p.ValueDate.After(day(on)) {
			until = append(until, p)
		}
	}
	all, left := payment.Allocate(claims, until, dunning.LateFee)
	var parts []bill.Part
	for _, a := range all {
		if a.BillID == claims[of].ID {
			parts = append(parts, bill.Part{On: a.OnDate, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
		}
	}
	return dunning.Standing(claims[of], parts, day(on)), left
}

func TestLateFee_followsTheWorkedExamples(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		claim    bill.Claim
		payments []payment.Payment
		on       string
		fee      string // accrued
		open     string // owed, principal and late fee
		state    bill.State
	}{
		{"1: paid in full on the due date", october(), pays("2026-11-15", "1234.56"), "2026-11-30", "0.00", "0.00", bill.Paid},
		{"2: the total a day late", october(), pays("2026-11-16", "1234.56"), "2026-11-16", "3.70", "3.70", bill.Overdue},
		{"2: runs on over what is left", october(), pays("2026-11-16", "1234.56"), "2026-11-17", "3.71", "3.71", bill.Overdue},
		{"2: still owed at the end of the grace", october(), pays("2026-11-16", "1234.56"), "2026-11-26", "3.81", "3.81", bill.Overdue},
		{"3: principal first", october(principalFirst), pays("2026-11-20", "1234.56"), "2026-11-20", "18.52", "18.52", bill.Overdue},
		{"3: nothing more accrues", october(principalFirst), pays("2026-11-20", "1234.56"), "2026-12-31", "18.52", "18.52", bill.Overdue},
		{"3: the late fee is paid in time", october(principalFirst), pays("2026-11-20", "1234.56", "2026-11-25", "18.52"), "2026-11-26", "18.52", "0.00", bill.Paid},
		{"4: two parts of principal", october(principalFirst), pays("2026-11-18", "600.00", "2026-11-22", "634.56"), "2026-11-22", "18.73", "18.73", bill.Overdue},
		{"5: unpaid", october(), nil, "2026-11-30", "55.56", "1290.12", bill.Overdue},
		{"5: on the last day of the window", october(), nil, "2026-11-15", "0.00", "1234.56", bill.Issued},
		{"capped at 2 % of the bill", october(func(c *bill.Claim) { c.Terms.LateFee.Cap = money.MustDecimal("0.02") }), nil, "2026-12-31", "24.69", "1259.25", bill.Overdue},
		{"stops at suspension", october(func(c *bill.Claim) { c.Terms.LateFee.StopAtSuspension = true }), nil, "2026-12-31", "37.04", "1271.60", bill.Overdue},
		{"flat, once", october(func(c *bill.Claim) {
			c.Terms.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: money.MustDecimal("0.005")}
		}), nil, "2026-12-31", "600.00", "1834.56", bill.Overdue},
		{"flat, paid in time", october(func(c *bill.Claim) {
			c.Terms.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: money.MustDecimal("0.005")}
		}), pays("2026-11-15", "1234.56"), "2026-12-31", "0.00", "0.00", bill.Paid},
		{"none", october(func(c *bill.Claim) { c.Terms.LateFee = plan.LateFee{Model: plan.LateFeeNone} }), nil, "2026-12-31", "0.00", "1234.56", bill.Overdue},
		{"paid before the bill was issued", october(), pays("2026-10-20", "2000.00"), "2026-11-30", "0.00", "0.00", bill.Paid},
	}
	for _, c := range cases {
		s, _ := standing([]bill.Claim{c.claim}, c.payments, 0, c.on)
		b := bill.Bill{Facts: c.claim.Facts, Status: s}
		if s.LateFeeFen != fen(c.fee) || b.Owed() != fen(c.open) || s.State != c.state {
			t.Errorf("%s: on %s late fee %s, open %s, %s; want %s, %s, %s", c.name, c.on, s.LateFeeFen, b.Owed(), s.State, c.fee, c.open, c.state)
		}
	}
}

func TestAllocate_coversWhatExampleTwoSays(t *testing.T) {
	t.Parallel()
	all, left := payment.Allocate([]bill.Claim{october()}, pays("2026-11-16", "1234.56"), dunning.LateFee)
	if len(all) != 1 || all[0].LateFeeFen != fen("3.70") || all[0].PrincipalFen != fen("1230.86") || left != 0 {
		t.Fatalf("%+v %s", all, left)
	}
}

func TestAllocate_paysTheOldestBillFirstAndTheNextOneByItself(t *testing.T) {
	t.Parallel()
	november := october(func(c *bill.Claim) {
		b := *c.Bill
		b.ID, b.Number, b.IssuedOn, b.DueOn, b.SuspendOn, b.TotalFen = "b2", "B-202611-000001", day("2026-12-01"), day("2026-12-15"), day("2026-12-26"), fen("100.00")
		c.Bill = &b
	})
	claims := []bill.Claim{november, october()}
	all, left := payment.Allocate(claims, pays("2026-11-10", "1300.00", "2026-12-10", "20.00", "2026-12-11", "50.00"), dunning.LateFee)
	type want struct{ pay, bill, on, amount string }
	wants := []want{{"a", "b1", "2026-11-10", "1234.56"}, {"a", "b2", "2026-12-01", "65.44"}, {"b", "b2", "2026-12-10", "20.00"}, {"c", "b2", "2026-12-11", "14.56"}}
	for i, w := range wants {
		if i >= len(all) || all[i].PaymentID != w.pay || all[i].BillID != w.bill || all[i].OnDate != day(w.on) || all[i].PrincipalFen != fen(w.amount) {
			t.Fatalf("%d: %+v", i, all)
		}
	}
	if left != fen("35.44") || len(all) != len(wants) {
		t.Errorf("left %s of %+v", left, all)
	}
}

func TestAllocate_doesNotDependOnTheOrderOfEntry(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var claims []bill.Claim
		for i := range rapid.IntRange(1, 4).Draw(t, "bills") {
			m := caldate.MustParseMonth("2026-10").Add(i)
			c := october(func(c *bill.Claim) {
				b := *c.Bill
				b.ID, b.Number, b.IssuedOn, b.DueOn, b.SuspendOn = string(rune('A'+i)), bill.Numbers.Month(m).Number(1), m.Next().First(), m.Next().Day(15), m.Next().Day(26)
				b.TotalFen = money.Fen(rapid.Int64Range(1, 500_000).Draw(t, "total"))
				c.Bill = &b
			})
			if rapid.Bool().Draw(t, "principal first") {
				principalFirst(&c)
			}
			claims = append(claims, c)
		}
		var payments []payment.Payment
		for i, d := range rapid.SliceOfNDistinct(rapid.IntRange(0, 150), 1, 6, func(d int) int { return d }).Draw(t, "days") {
			payments = append(payments, payment.Payment{ID: string(rune('a' + i)), ValueDate: day("2026-10-20").AddDays(d), EntrySeq: int64(i + 1),
				AmountFen: money.Fen(rapid.Int64Range(1, 400_000).Draw(t, "amount"))})
		}
		all, left := payment.Allocate(claims, payments, dunning.LateFee)
		shuffled := rapid.Permutation(payments).Draw(t, "order")
		for i := range shuffled {
			shuffled[i].EntrySeq = int64(i + 1)
		}
		again, leftAgain := payment.Allocate(claims, shuffled, dunning.LateFee)
		if left != leftAgain || len(all) != len(again) {
			t.Fatalf("left %s and %s", left, leftAgain)
		}
		used := left
		perBill := map[string][]bill.Part{}
		for i, a := range all {
			if a != again[i] {
				t.Fatalf("%+v\n%+v", all, again)
			}
			used += a.PrincipalFen + a.LateFeeFen
			perBill[a.BillID] = append(perBill[a.BillID], bill.Part{On: a.OnDate, Principal: a.PrincipalFen, LateFee: a.LateFeeFen})
		}
		for _, p := range payments {
			used -= p.AmountFen
		}
		if used != 0 {
			t.Fatalf("%s fen appeared or got lost", used)
		}
		open := false
		for _, c := range claims {
			s := dunning.Standing(c, perBill[c.ID], day("2027-06-01"))
			if s.PaidFen > c.TotalFen || s.LateFeePaidFen > s.LateFeeFen {
				t.Fatalf("%s paid beyond what was owed: %+v", c.Number, s)
			}
			open = open || s.State != bill.Paid
			// The days explain the sum, and a day at a time comes to the same as all at once.
			var sum, tax money.Fen
			for _, d := range dunning.Days(c, perBill[c.ID], c.DueOn, day("2027-06-01")) {
				sum, tax = sum+d.Change, tax+d.Tax
				if !d.Day.After(c.DueOn) || d.Change < 0 || d.Base <= 0 {
					t.Fatalf("%+v", d)
				}
			}
			if _, want := s.LateFeeFen.NetOfTax(c.Terms.LateFeeTax); sum != s.LateFeeFen || tax != want {
				t.Fatalf("days sum to %s with %s tax, the fee is %s with %s", sum, tax, s.LateFeeFen, want)
			}
			slow := money.Decimal{}
			for d := c.DueOn.AddDays(1); !d.After(day("2027-06-01")); d = d.AddDays(1) {
				slow = slow.Add(c.Terms.LateFee.Rate.Mul(dunning.OwedAtStart(c, perBill[c.ID], d).Decimal()))
			}
			if slow.Fen() != s.LateFeeFen {
				t.Fatalf("day by day %s, at once %s", slow, s.LateFeeFen)
			}
		}
		if open && left > 0 {
			t.Fatal("money is left over while a bill is open")
		}
	})
}
