package bill_test

import (
	"sync"
	"testing"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
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
