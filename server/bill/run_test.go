package bill_test

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/platform/failpoint"
	"sealgate/server/testkit"
)

func TestRun_isCarriedOnByAnotherServerAndIssuesNothingTwice(t *testing.T) {
	t.Parallel()
	s := newShop(t, "2026-10-01 09:00")
	if _, err := s.ContractsOf(s.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"), 600); err != nil {
		t.Fatal(err)
	}
	s.Jump(t, "2026-11-01")
	ctx, october := testkit.System(), caldate.MustParseMonth("2026-10")
	r, err := s.Bills.Begin(ctx, october, caldate.Date{}, false)
	if err != nil || r.State != "running" || r.Expected != 600 {
		t.Fatalf("%+v %v", r, err)
	}
	if did, err := s.Bills.Work(ctx); err != nil || did {
		t.Fatal("taken from a server that is alive", err)
	}
	s.Fake.Advance(31 * time.Second) // it was killed after the first step
	var wg sync.WaitGroup
	for range 2 { // two others notice at once
		wg.Go(func() {
			if _, err := s.Bills.Work(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if r, err = s.Bills.Run(ctx, r.ID); err != nil || r.State != "done" || r.Created+r.Skipped != 600 || r.FailedN != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	_, totals, err := s.Bills.List(ctx, bill.Query{Limit: 1})
	if err != nil || totals.Count != 600 || totals.Total != money.MustYuan("60000.00") {
		t.Fatalf("%+v %v", totals, err)
	}
	steps, err := s.Bills.Steps(ctx, r.ID, 0, 100)
	if err != nil || len(steps) < 4 || steps[len(steps)-1].State != "done" {
		t.Fatalf("%+v %v", steps, err)
	}
	for i, x := range steps {
		if x.Seq != int64(i+1) || i > 0 && x.Looked < steps[i-1].Looked {
			t.Fatalf("step %d: %+v", i, x)
		}
	}
	if rest, err := s.Bills.Steps(ctx, r.ID, steps[1].Seq, 100); err != nil || len(rest) != len(steps)-2 {
		t.Fatal(len(rest), err)
	}
	s.sound(t)
}

// childDSN names the database of a child process that is going to be killed.
const childDSN = "SEALGATE_TEST_BILL_CHILD_DSN"

func TestChild_billsUntilItIsKilled(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("only for TestKill")
	}
	c, fake := testkit.Clock(t, "2026-11-01 12:00")
	s := shopOf(moneytest.Over(t, testkit.Open(t, dsn), c, fake))
	if _, err := s.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.Date{}, false); err != nil {
		t.Fatal(err)
	}
}

func TestKill_inTheMiddleOfARunOfSixKinds(t *testing.T) {
	t.Parallel()
	const n = 600
	october := caldate.MustParseMonth("2026-10")
	whole := newShop(t, "2026-10-01 09:00") // what a run that nobody kills comes to
	town(t, whole, n)
	want, err := whole.Bills.IssueMonth(testkit.System(), october, caldate.Date{}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"bill.run.stored:2", "bill.run.page_issued", "bill.run.page_done:2", "bill.run.page_issued:3"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dsn := testkit.SQLiteDSN(t)
			c, fake := testkit.Clock(t, "2026-10-01 00:00")
			s := shopOf(moneytest.Over(t, testkit.Open(t, dsn), c, fake))
			town(t, s, n)
			child := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestChild_billsUntilItIsKilled$")
			child.Env = append(os.Environ(), childDSN+"="+dsn, failpoint.Env+"="+at, testkit.MySQLEnv+"=")
			if out, err := child.CombinedOutput(); err == nil {
				t.Fatalf("the child was not killed: %s", out)
			}
			s.Fake.Advance(time.Minute)
			if did, err := s.Bills.Work(testkit.System()); err != nil || !did {
				t.Fatal("the run was not carried on", err)
			}
			_, totals, err := s.Bills.List(testkit.System(), bill.Query{Limit: 1})
			if err != nil || totals.Count != want.Created || totals.Total != want.Total {
				t.Fatalf("%d bills over %s, expected %d over %s; %v", totals.Count, totals.Total, want.Created, want.Total, err)
			}
			rs, err := s.Bills.Runs(testkit.System(), 5)
			if err != nil || len(rs) != 1 || rs[0].State != "done" || rs[0].Created+rs[0].Skipped+rs[0].Nothing != n {
				t.Fatalf("%+v %v", rs, err)
			}
			s.Sound(t)
		})
	}
}
