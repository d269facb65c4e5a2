package dunning_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/platform/failpoint"
	"sealgate/server/testkit"
)

// TestWalk_keepsEveryInvariantAfterEveryStep lets a customer with two contracts live through random months: messages, late
// receipts, payments in time, late and back-dated, downtimes. After every step all invariants hold, settling once more
// changes nothing, and what was paid is what the bills and the balance have.
func TestWalk_keepsEveryInvariantAfterEveryStep(t *testing.T) {
	t.Parallel()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		m := moneytest.New(outer, "2028-01-20 09:00") // a leap year
		customer := m.Customer(outer, testkit.As("sales", "sales"), 1).ID
		terms := func(name string) plan.Terms {
			return moneytest.Package(rapid.SampledFrom([]string{"0.01", "99.99", "1234.56"}).Draw(t, "rent of "+name), func(p *plan.Terms) {
				p.Allocation = rapid.SampledFrom([]plan.Allocation{plan.LateFeeFirst, plan.PrincipalFirst}).Draw(t, "allocation")
				p.FirstMonth = rapid.SampledFrom([]plan.Proration{plan.Full, plan.Daily}).Draw(t, "first month")
				p.GraceDays = rapid.IntRange(0, 12).Draw(t, "grace")
				p.LateFee.StopAtSuspension = rapid.Bool().Draw(t, "stop at suspension")
				p.Window.To = rapid.SampledFrom([]int{10, 15, 31}).Draw(t, "window to")
			})
		}
		a := m.Contract(outer, customer, "2028-01-20", "2029-01-19", terms("a"))
		b := m.Contract(outer, customer, "2028-01-31", "2029-01-30", terms("b"))
		paid, noted := money.Fen(0), money.Fen(0)
		var disputes []string
		pay := func(back int) {
			amount := money.Fen(rapid.Int64Range(1, 300_000).Draw(t, "amount"))
			m.Pay(outer, customer, amount.Yuan(), m.Clock.Today().AddDays(-back).String())
			paid += amount
		}
		m.To(outer, m.Clock.Today().AddDays(rapid.IntRange(1, 60).Draw(t, "days at first")).String())
		for range rapid.IntRange(3, 9).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1:
				m.To(outer, m.Clock.Today().AddDays(rapid.IntRange(1, 20).Draw(t, "days")).String())
			case 2:
				from := m.Clock.Today()
				m.Jump(outer, from.AddDays(rapid.IntRange(2, 20).Draw(t, "days down")).String())
				if rapid.Bool().Draw(t, "paid before the missed days are run") {
					pay(rapid.IntRange(0, 10).Draw(t, "days back"))
				}
				for d := from.AddDays(1); !d.After(m.Clock.Today()); d = d.AddDays(1) {
					m.Day(outer, d)
				}
			case 3:
				pay(0)
			case 4:
				pay(rapid.IntRange(1, 25).Draw(t, "days back"))
			case 5:
				m.Use(outer, rapid.SampledFrom([]string{a, b}).Draw(t, "contract"), m.Clock.Today().AddDays(-rapid.IntRange(0, 5).Draw(t, "receipt late by")).String(), rapid.Int64Range(1, 3000).Draw(t, "parts"))
			case 6, 7, 8, 9:
				noted += amend(t, outer, m, customer, &disputes)
			}
			if v, err := m.Verify(); err != nil || len(v) > 0 {
				t.Fatalf("on %s: %+v %v", m.Clock.Today(), v, err)
			}
		}
		ctx := testkit.System()
		_, before, _ := m.Ledger.Entries(ctx, ledger.Query{Limit: 1})
		if err := m.Dunning.Settle(ctx, customer); err != nil {
			t.Fatal(err)
		}
		if _, after, _ := m.Ledger.Entries(ctx, ledger.Query{Limit: 1}); after != before {
			t.Fatalf("settling once more posted %d entries", after-before)
		}
		left, _ := m.Ledger.Balance(ctx, ledger.Credit, customer, "")
		_, totals, err := m.Bills.List(ctx, bill.Query{CustomerID: customer, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		owed, _ := m.Ledger.Balance(ctx, ledger.Receivable, customer, "")
		if owed != totals.Owed || totals.Total+noted+totals.LateFee-totals.Owed+left != paid {
			t.Fatalf("paid %s; bills %+v, ledger owed %s, left %s", paid, totals, owed, left)
		}
	})
}

// amend issues a note, opens a dispute or decides one, dated today or some days back; it gives what it changed of what is
// owed. A bill of which nothing is left or of which everything is disputed is left alone.
func amend(t *rapid.T, outer *testing.T, m *moneytest.Counter, customer string, disputes *[]string) money.Fen {
	bs, err := m.Bills.OfCustomer(testkit.System(), customer)
	if err != nil {
		t.Fatal(err)
	}
	if len(bs) == 0 {
		return 0
	}
	b := bs[rapid.IntRange(0, len(bs)-1).Draw(t, "bill")]
	on := m.Clock.Today().AddDays(-rapid.IntRange(0, 12).Draw(t, "days back"))
	if on.Before(b.IssuedOn) {
		on = b.IssuedOn
	}
	free := b.TotalFen + b.NotedFen - b.DisputedFen
	switch kind := rapid.SampledFrom([]string{"credit", "whole", "debit", "dispute", "upheld", "withdrawn"}).Draw(t, "amendment"); kind {
	case "credit", "whole", "dispute":
		if free <= 0 {
			return 0
		}
		amount := free
		if kind != "whole" {
			amount = money.Fen(rapid.Int64Range(1, int64(free)).Draw(t, "amount"))
		}
		if kind == "dispute" {
			*disputes = append(*disputes, m.Dispute(outer, b.ID, amount.Yuan(), on.String()).ID)
			return 0
		}
		return -m.Credit(outer, b.ID, amount.Yuan(), on.String()).TotalFen
	case "debit":
		return m.Debit(outer, b.ID, money.Fen(rapid.Int64Range(1, 200_000).Draw(t, "amount")).Yuan()).TotalFen
	default:
		if len(*disputes) == 0 {
			return 0
		}
		id := (*disputes)[0]
		*disputes = (*disputes)[1:]
		d, err := m.Bills.DisputeByID(testkit.System(), id)
		if err != nil {
			t.Fatal(err)
		}
		m.Resolve(outer, id, bill.DisputeState(kind))
		if kind == "upheld" {
			return -d.AmountFen
		}
		return 0
	}
}

// childDSN names the database of a child process that is going to be killed.
const childDSN = "SEALGATE_TEST_CHILD_DSN"

const killed = 600 // contracts in the kill tests: several pages

func TestChild_runsUntilItIsKilled(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("only for TestKill")
	}
	c, fake := testkit.Clock(t, "2026-11-16 00:00")
	m := moneytest.Over(t, testkit.Open(t, dsn), c, fake)
	if _, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), day("2026-11-01"), false); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Dunning.RunDay(testkit.System(), day("2026-11-16")); err != nil {
		t.Fatal(err)
	}
}

func TestKill_theNextRunDoesTheRestAndNothingTwice(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"bill.run.page_done", "bill.run.stored:2", "bill.run.page_done:3", "dunning.day.page_done"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dsn := testkit.SQLiteDSN(t)
			c, fake := testkit.Clock(t, "2026-10-01 00:00")
			m := moneytest.Over(t, testkit.Open(t, dsn), c, fake)
			customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
			if _, err := m.ContractsOf(customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"), killed); err != nil {
				t.Fatal(err)
			}
			child := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestChild_runsUntilItIsKilled$")
			child.Env = append(os.Environ(), childDSN+"="+dsn, failpoint.Env+"="+at, testkit.MySQLEnv+"=")
			if out, err := child.CombinedOutput(); err == nil {
				t.Fatalf("the child was not killed: %s", out)
			}
			m.Jump(t, "2026-11-16")
			r, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), day("2026-11-01"), false)
			if err != nil || r.Created+r.Skipped != killed || r.FailedN != 0 {
				t.Fatalf("%+v %v", r, err)
			}
			if _, err := m.Dunning.RunDay(testkit.System(), day("2026-11-16")); err != nil {
				t.Fatal(err)
			}
			_, totals, err := m.Bills.List(testkit.System(), bill.Query{Limit: 1, States: []string{"overdue"}})
			if err != nil || totals.Count != killed || totals.LateFee != killed*30 {
				t.Fatalf("%+v %v", totals, err)
			}
			m.Sound(t)
		})
	}
}

func TestRecord_refusesWhatOverflows(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	in := payment.Input{CustomerID: customer, Amount: money.MaxFen, ValueDate: day("2026-11-01"), Method: payment.Cash}
	if _, err := m.Payments.Record(moneytest.Finance(), in); err != nil {
		t.Fatal(err)
	}
	in.Amount = money.MaxFen + 1
	if _, err := m.Payments.Record(moneytest.Finance(), in); err == nil {
		t.Fatal("more than numerals can write was taken")
	}
	m.Sound(t)
}
