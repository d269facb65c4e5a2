package contract_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
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
