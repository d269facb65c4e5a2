package series_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sealgate/server/platform/series"
	"sealgate/server/testkit"
)

func TestNext_leavesNoGapWhenTransactionsFailOrRace(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	ctx := testkit.System()
	take := func(fail error) (n int64, err error) {
		err = d.Run(ctx, func(ctx context.Context) error {
			if n, err = series.Next(ctx, d, "HT-2026"); err != nil {
				return err
			}
			return fail
		})
		return n, err
	}
	if n, err := take(nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := take(errors.New("rolled back")); err == nil {
		t.Fatal("the failure got lost")
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[int64]bool{1: true}
	for range 20 {
		wg.Go(func() {
			n, err := take(nil)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[n] {
				t.Errorf("number %d twice, or %v", n, err)
			}
			seen[n] = true
		})
	}
	wg.Wait()
	for n := int64(1); n <= 21; n++ {
		if !seen[n] {
			t.Errorf("gap at %d", n)
		}
	}
	if _, err := series.Next(ctx, d, "HT-2026"); err == nil {
		t.Error("a number was given outside a transaction")
	}
}

func TestGaps_tellSeriesThatStandElsewhereThanTheirNumbers(t *testing.T) {
	t.Parallel()
	d, ctx := testkit.DB(t), testkit.System()
	err := d.Run(ctx, func(ctx context.Context) error {
		for range 2 {
			if _, err := series.Next(ctx, d, "statement-test-2026"); err != nil {
				return err
			}
		}
		_, err := series.Next(ctx, d, "other-2026")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := series.Gaps(ctx, d, "statement-test", "ST", "statements", "payables")
	if err != nil || len(gaps) != 1 || gaps[0] != (series.Gap{Name: "statement-test-2026", LastNumber: 2}) {
		t.Errorf("%+v %v", gaps, err)
	}
}
