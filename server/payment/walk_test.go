package payment_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/dunning"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// TestWalk_withMoneyThatGoesBack lets a customer with two contracts live through random months in which payments bounce, are
// undone, and are refunded, called off, paid and returned, and exceptions are granted and ended. After every step all
// invariants hold, and what came in less what went out is what the bills and the balance have.
func TestWalk_withMoneyThatGoesBack(t *testing.T) {
	t.Parallel()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		m := moneytest.New(outer, "2028-01-20 09:00") // a leap year
		customer := m.Customer(outer, testkit.As("sales", "sales"), 1).ID
		for _, name := range []string{"a", "b"} {
			m.Contract(outer, customer, "2028-01-20", "2029-01-19", moneytest.Package(rapid.SampledFrom([]string{"0.01", "99.99", "1234.56"}).Draw(t, "rent of "+name), func(p *plan.Terms) {
				p.Allocation = rapid.SampledFrom([]plan.Allocation{plan.LateFeeFirst, plan.PrincipalFirst}).Draw(t, "allocation")
				p.GraceDays = rapid.IntRange(0, 12).Draw(t, "grace")
				p.Suspension = rapid.SampledFrom([]plan.SuspensionMode{plan.Automatic, plan.ByDecision}).Draw(t, "suspension")
			}))
		}
		ctx := moneytest.Finance()
		var payments []*payment.Payment
		var refunds []*payment.Refund
		var exceptions []*dunning.Exception
		in, out := money.Fen(0), money.Fen(0)
		expected := func(err error, fine ...error) bool {
			if err == nil {
				return true
			}
			for _, f := range fine {
				if errors.Is(err, f) {
					return false
				}
			}
			t.Fatal(err)
			return false
		}
		references := 0
		m.To(outer, m.Clock.Today().AddDays(rapid.IntRange(1, 60).Draw(t, "days at first")).String())
		for range rapid.IntRange(4, 12).Draw(t, "steps") {
			today := m.Clock.Today()
			switch step := rapid.SampledFrom([]string{"days", "days", "pay", "pay", "bounce", "undo", "ask", "decide", "bank", "cancel", "return", "except", "end"}).Draw(t, "step"); step {
			case "days":
				m.To(outer, today.AddDays(rapid.IntRange(1, 20).Draw(t, "days")).String())
			case "pay":
				amount := money.Fen(rapid.Int64Range(1, 300_000).Draw(t, "amount"))
				payments = append(payments, m.Pay(outer, customer, amount.Yuan(), today.AddDays(-rapid.IntRange(0, 15).Draw(t, "days back")).String()))
				in += amount
			case "bounce", "undo":
				if len(payments) == 0 {
					continue
				}
				p := rapid.SampledFrom(payments).Draw(t, "payment")
				var err error
				if step == "bounce" {
					_, err = m.Payments.Bounce(ctx, p.ID, payment.Returned{On: today, Reason: "退汇"})
				} else {
					_, err = m.Payments.Undo(ctx, p.ID, "误录")
				}
				if expected(err, payment.ErrGone, payment.ErrSpent) {
					in -= p.AmountFen
				}
			case "ask":
				r, err := m.Payments.RequestRefund(ctx, payment.RefundInput{CustomerID: customer, Amount: money.Fen(rapid.Int64Range(1, 200_000).Draw(t, "refund")), ToAccount: "6217000000000000001", Reason: "多付"})
				if expected(err, payment.ErrBalance) {
					refunds = append(refunds, r)
				}
			case "decide", "bank", "cancel", "return":
				if len(refunds) == 0 {
					continue
				}
				r := rapid.SampledFrom(refunds).Draw(t, "refund")
				references++
				paid := payment.Paid{On: today, Reference: fmt.Sprint("OUT", references)}
				switch step {
				case "decide":
					_, err := m.Payments.DecideRefund(lead(), r.ID, rapid.Bool().Draw(t, "approve"), "核实")
					expected(err, payment.ErrRefundState, payment.ErrBalance)
				case "bank":
					_, err := m.Payments.PayRefund(ctx, r.ID, paid)
					if expected(err, payment.ErrRefundState) {
						out += r.AmountFen
					}
				case "cancel":
					_, err := m.Payments.CancelRefund(ctx, r.ID, "不退了")
					expected(err, payment.ErrRefundState)
				case "return":
					_, err := m.Payments.ReturnRefund(ctx, r.ID, paid)
					if expected(err, payment.ErrRefundState) {
						out -= r.AmountFen
					}
				}
			case "except":
				e, err := m.Dunning.RequestException(ctx, dunning.ExceptionInput{CustomerID: customer, Kind: rapid.SampledFrom([]dunning.ExceptionKind{dunning.NoLateFee, dunning.NoSuspension, dunning.NeitherOf}).Draw(t, "kind"),
					From: today.AddDays(-rapid.IntRange(0, 20).Draw(t, "from")), Until: today.AddDays(rapid.IntRange(0, 40).Draw(t, "until")), Reason: "延期"})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.Dunning.DecideException(lead(), e.ID, true, ""); err != nil {
					t.Fatal(err)
				}
				exceptions = append(exceptions, e)
			case "end":
				if len(exceptions) == 0 {
					continue
				}
				_, err := m.Dunning.EndException(ctx, rapid.SampledFrom(exceptions).Draw(t, "exception").ID, "到此为止")
				expected(err, dunning.ErrExceptionState)
			}
			if v, err := m.Verify(); err != nil || len(v) > 0 {
				t.Fatalf("on %s: %+v %v", m.Clock.Today(), v, err)
			}
			bank, _ := m.Ledger.Balance(testkit.System(), ledger.Bank, "", "")
			if bank != in-out {
				t.Fatalf("on %s the bank has %s, want %s - %s", m.Clock.Today(), bank, in, out)
			}
		}
		_, before, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1})
		if err := m.Dunning.Settle(testkit.System(), customer); err != nil {
			t.Fatal(err)
		}
		if _, after, _ := m.Ledger.Entries(testkit.System(), ledger.Query{Limit: 1}); after != before {
			t.Fatalf("settling once more posted %d entries", after-before)
		}
	})
}
