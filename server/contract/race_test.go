package contract_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// atOnce runs f n times side by side and counts successes; a refusal must be one of the house.
func atOnce(t *testing.T, n int, f func(i int) error) (won int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := f(i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errs.As(err) == nil:
				t.Errorf("not told as an error of the house: %v", err)
			}
		})
	}
	wg.Wait()
	return won
}

func TestActs_doneByManyAtOnceHappenOnce(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	customers := make([]string, 8)
	for i := range customers {
		customers[i] = h.Customer(t, contracttest.Sales(), i+1).ID
	}
	if won := atOnce(t, 8, func(i int) error {
		_, err := h.Contracts.Draft(contracttest.Sales(), contract.Registration{CustomerID: customers[i], TemplateID: "package", Values: contracttest.Values("2026-10-01", "2027-09-30", nil)})
		return err
	}); won != 8 {
		t.Fatalf("%d of 8 drafts", won)
	}
	id := h.Active(t, h.Customer(t, contracttest.Sales(), 99).ID, "2027-09-30", nil).ID
	atOnce(t, 6, func(i int) error {
		return h.Contracts.Suspend(sys, id, contract.NonPayment, day("2026-11-26"), fmt.Sprint(i))
	})
	if rows, err := h.Contracts.Suspensions(sys, id); err != nil || len(rows) != 1 {
		t.Errorf("%d suspensions for one reason %v", len(rows), err)
	}
	atOnce(t, 6, func(i int) error {
		return h.Contracts.Lift(sys, id, contract.NonPayment, day("2026-11-28"), fmt.Sprint(i))
	})
	if won := atOnce(t, 4, func(int) error {
		return second(h.Contracts.Terminate(contracttest.Lead(), id, contract.Termination{Cause: contract.Mutual, Reason: "协商"}))
	}); won != 1 {
		t.Errorf("terminated %d times", won)
	}
	found, err := h.Contracts.Verify(sys)
	if err != nil || len(found) > 0 {
		t.Errorf("%+v %v", found, err)
	}
	if steps := history(t, h, id); len(steps) != 7 {
		t.Errorf("history %v", steps)
	}
}

func TestVerify_findsWhatWasChangedBehindItsBack(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := h.Customer(t, contracttest.Sales(), 1)
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	for _, k := range []struct {
		sql       string
		invariant int
	}{
		{"UPDATE contracts SET state = 'closed' WHERE id = ?", 19},
		{"UPDATE contracts SET state = 'active', number = 'HT-2026-000007' WHERE id = ?", 7},
		{"UPDATE contracts SET number = 'HT-2026-000001', approved_by = created_by WHERE id = ?", 16},
	} {
		if _, err := h.DB.SQL().Exec(k.sql, id); err != nil {
			t.Fatal(err)
		}
		found, err := h.Contracts.Verify(sys)
		if err != nil || len(found) != 1 || found[0].Invariant != k.invariant {
			t.Errorf("%s: %+v %v", k.sql, found, err)
		}
	}
	if _, err := h.DB.SQL().Exec("UPDATE contracts SET approved_by = 'u-reviewer' WHERE id = ?", id); err != nil {
		t.Fatal(err)
	}
	if found, err := h.Contracts.Verify(sys); err != nil || len(found) > 0 {
		t.Errorf("%+v %v", found, err)
	}
	if _, err := h.Contracts.Get(sys, "nobody"); !errors.Is(err, contract.ErrNotFound) {
		t.Error(err)
	}
}

func TestLaterLife_ofManyAtOnceStaysInOrder(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := adopted(t, h, 1, "2027-09-30", func(t *plan.Terms) { t.Renewal = plan.Renewal{Auto: true, Years: 1, ObjectionDays: 30} })
	// Plan changes for one day: each takes the place of the one before, or is told to look again.
	won := atOnce(t, 6, func(i int) error {
		return second(h.Contracts.RequestPlanChange(contracttest.Sales(), c.ID, contract.PlanChange{Patch: rent(fmt.Sprint(200 + i))}))
	})
	list, err := h.Contracts.Amendments(sys, c.ID)
	agreed := 0
	for _, a := range list {
		if a.State == contract.AmendmentAgreed {
			agreed++
		}
	}
	if err != nil || won == 0 || len(list) != won || agreed != 1 {
		t.Errorf("%d were recorded, %d stand, %d hold %v", won, len(list), agreed, err)
	}
	if n := atOnce(t, 4, func(int) error {
		return second(h.Contracts.ObjectRenewal(contracttest.Sales(), c.ID, contract.Objection{By: contract.CustomerSide}))
	}); n != 1 {
		t.Errorf("objected %d times", n)
	}
	if n := atOnce(t, 4, func(int) error {
		return second(h.Contracts.RequestTermination(contracttest.Lead(), c.ID, contract.Termination{Cause: contract.Breach, Reason: "违约"}))
	}); n != 1 {
		t.Errorf("asked for %d times", n)
	}
	es, _ := h.Contracts.Endings(sys, c.ID)
	if n := atOnce(t, 4, func(i int) error { // approved and rejected at once: one of them counts
		return second(h.Contracts.DecideTermination(contracttest.Reviewer(), c.ID, es[0].ID, i%2 == 0, "不同意"))
	}); n != 1 {
		t.Errorf("decided %d times", n)
	}
	to(h, "2027-10-01")
	atOnce(t, 4, func(int) error { return h.Contracts.RunDay(sys, day("2027-10-01")) })
	if g := get(t, h, c.ID); !g.State.Ended() {
		t.Errorf("%s after its end", g.State)
	}
	sound(t, h)
}

func TestVerify_findsTermsAndTerminationsChangedBehindItsBack(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := adopted(t, h, 1, "2027-09-30", nil)
	if err := second(h.Contracts.RequestPlanChange(contracttest.Sales(), c.ID, contract.PlanChange{Patch: rent("200")})); err != nil {
		t.Fatal(err)
	}
	if err := second(h.Contracts.Terminate(lead(), c.ID, contract.Termination{Cause: contract.Breach, Reason: "违约"})); err != nil {
		t.Fatal(err)
	}
	if err := second(h.Contracts.SuspendByHand(lead(), c.ID, contract.Data, "资料不实", "")); err != nil {
		t.Fatal(err)
	}
	if err := second(h.Contracts.LiftByHand(contracttest.Reviewer(), c.ID, contract.Data, "补正")); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		change, back string
		invariant    int
	}{
		{"UPDATE contract_terms SET terms = REPLACE(terms, '20000', '20001') WHERE source = 'plan_change'", "UPDATE contract_terms SET terms = REPLACE(terms, '20001', '20000')", 19},
		{"UPDATE contract_amendments SET state = 'cancelled'", "UPDATE contract_amendments SET state = 'agreed'", 19},
		{"UPDATE contract_amendments SET effective_from = '2026-11-02'", "UPDATE contract_amendments SET effective_from = '2026-11-01'", 19},
		{"UPDATE contract_amendments SET confirmed_by = 'x', recorded_by = 'x'", "UPDATE contract_amendments SET confirmed_by = '', recorded_by = ''", 16},
		{"UPDATE contract_endings SET last_day = '2026-10-31'", "UPDATE contract_endings SET last_day = '2026-10-30'", 19},
		{"UPDATE contract_endings SET decided_by = requested_by", "UPDATE contract_endings SET decided_by = ''", 16},
		{"UPDATE contract_suspensions SET lifted_by = suspended_by", "UPDATE contract_suspensions SET lifted_by = 'other'", 16},
	} {
		for i, sql := range []string{k.change, k.back} {
			if _, err := h.DB.SQL().Exec(sql); err != nil {
				t.Fatal(sql, err)
			}
			found, err := h.Contracts.Verify(sys)
			if err != nil || (len(found) > 0) != (i == 0) || i == 0 && found[0].Invariant != k.invariant {
				t.Errorf("%s: %+v %v", sql, found, err)
			}
		}
	}
}
