package bill_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/failpoint"
	"sealgate/server/testkit"
)

// reissueDSN and reissueRun name the database and the re-issue of a child process that is going to be killed.
const (
	reissueDSN = "SEALGATE_TEST_REISSUE_CHILD_DSN"
	reissueRun = "SEALGATE_TEST_REISSUE_CHILD_RUN"
	affected   = 250 // bills: several pages
)

func TestChild_reissuesUntilItIsKilled(t *testing.T) {
	dsn := os.Getenv(reissueDSN)
	if dsn == "" {
		t.Skip("only for TestKill")
	}
	c, fake := testkit.Clock(t, "2026-11-10 09:00")
	m := moneytest.Over(t, testkit.Open(t, dsn), c, fake)
	if _, err := m.Bills.RunReissue(lead(), os.Getenv(reissueRun)); err != nil {
		t.Fatal(err)
	}
}

func TestKill_aReissueThatIsRunAgainDoesTheRestAndNothingTwice(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"bill.reissue.page_done", "bill.reissue.page_done:2"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dsn := testkit.SQLiteDSN(t)
			c, fake := testkit.Clock(t, "2026-10-01 09:00")
			m := moneytest.Over(t, testkit.Open(t, dsn), c, fake)
			customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
			if _, err := m.ContractsOf(customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"), affected); err != nil {
				t.Fatal(err)
			}
			m.To(t, "2026-11-01")
			m.Jump(t, "2026-11-10")
			m.Pay(t, customer, "12345.67") // some bills are paid, one in part
			left := func() money.Fen {
				l, err := m.Ledger.Balance(testkit.System(), ledger.Receivable, customer, "")
				if err != nil {
					t.Fatal(err)
				}
				return l
			}
			owed := left()
			r, err := m.Bills.PreviewReissue(finance(), bill.ReissueInput{Kind: plan.TaxMessages, From: day("2026-10-01"), To: day("2026-10-31"), Rate: money.MustDecimal("0.06"), Reason: "税率更正"})
			if err != nil || r.Expected != affected {
				t.Fatalf("%+v %v", r, err)
			}
			child := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestChild_reissuesUntilItIsKilled$")
			child.Env = append(os.Environ(), reissueDSN+"="+dsn, reissueRun+"="+r.ID, failpoint.Env+"="+at, testkit.MySQLEnv+"=")
			if out, err := child.CombinedOutput(); err == nil {
				t.Fatalf("the child was not killed: %s", out)
			}
			m.Sound(t)
			if r, err = m.Bills.RunReissue(lead(), r.ID); err != nil || r.Done != affected || r.Failed != 0 || r.State != "done" {
				t.Fatalf("%+v %v", r, err)
			}
			_, void, _ := m.Bills.List(testkit.System(), bill.Query{States: []string{"void"}, Limit: 1})
			_, all, err := m.Bills.List(testkit.System(), bill.Query{Limit: 1})
			if err != nil || void.Count != affected || all.Count != 2*affected || left() != owed {
				t.Fatalf("%d void of %d, %s owed instead of %s: %v", void.Count, all.Count, left(), owed, err)
			}
			m.Sound(t)
		})
	}
}
