package series_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"sealgate/server/caldate"
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

func TestKind_writesTheNumbersOfAYearAMonthAndADay(t *testing.T) {
	t.Parallel()
	d, ctx := testkit.DB(t), testkit.System()
	on := caldate.MustParse("2026-10-05")
	var got []string
	err := d.Run(ctx, func(ctx context.Context) error {
		for _, s := range []series.Series{
			series.Kind{Name: "contract", Mark: "HT", Digits: 6}.Year(on), series.Kind{Name: "leak", Mark: "SJ", Digits: 4}.Year(on),
			series.Kind{Name: "bill", Mark: "B", Digits: 6}.Month(on.MonthOf()), series.Kind{Name: "filing_sheet", Mark: "BP", Digits: 3}.Day(on),
		} {
			for range 2 {
				n, err := s.Next(ctx, d)
				if err != nil {
					return err
				}
				got = append(got, n)
			}
		}
		numbers, err := series.Kind{Name: "bill", Mark: "B", Digits: 6}.Month(on.MonthOf()).Take(ctx, d, 2)
		got = append(got, numbers...)
		return err
	})
	want := []string{"HT-2026-000001", "HT-2026-000002", "SJ-2026-0001", "SJ-2026-0002", "B-202610-000001", "B-202610-000002", "BP-20261005-001", "BP-20261005-002",
		"B-202610-000003", "B-202610-000004"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if n := (series.Kind{Name: "bill", Mark: "B", Digits: 6}).Month(on.MonthOf()).Number(1_000_000); n != "B-202610-1000000" {
		t.Error(n)
	}
}

func TestVerify_tellsSeriesThatStandElsewhereThanTheirNumbers(t *testing.T) {
	t.Parallel()
	d, ctx := testkit.DB(t), testkit.System()
	kind := series.Kind{Name: "paper", Mark: "PA", Digits: 6}
	october := kind.Month(caldate.MustParseMonth("2026-10"))
	must := func(sql string) {
		t.Helper()
		if err := d.Run(ctx, func(ctx context.Context) error { return d.Q(ctx).Exec(sql).Error }); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(want ...string) {
		t.Helper()
		got, err := kind.Verify(ctx, d, "papers", "more_papers")
		if err != nil || len(got) != len(want) {
			t.Fatalf("%+v %v", got, err)
		}
		for i, v := range got {
			if v.Invariant != 7 || v.Object+" "+v.Detail != want[i] {
				t.Errorf("%+v", v)
			}
		}
	}
	must("CREATE TABLE papers (number VARCHAR(32) PRIMARY KEY)")
	must("CREATE TABLE more_papers (number VARCHAR(32) PRIMARY KEY)")
	err := d.Run(ctx, func(ctx context.Context) error {
		if _, err := (series.Kind{Name: "other", Mark: "OT", Digits: 6}).Month(caldate.MustParseMonth("2026-10")).Next(ctx, d); err != nil {
			return err
		}
		_, err := october.Take(ctx, d, 3)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	stands("series paper-202610 stands at 3; 0 numbers are in use, the highest is 0")
	must("INSERT INTO papers VALUES ('PA-202610-000001'), ('PA-202610-000003'), ('XX-202610-000009')")
	stands("series paper-202610 stands at 3; 2 numbers are in use, the highest is 3")
	must("INSERT INTO more_papers VALUES ('PA-202610-000002')")
	stands()
	must("UPDATE papers SET number = 'PA-202610-1000000' WHERE number = 'PA-202610-000001'")
	stands("series paper-202610 stands at 3; 3 numbers are in use, the highest is 1000000")
	must("UPDATE papers SET number = 'PA-202611-000001' WHERE number = 'PA-202610-1000000'")
	stands("series paper-202610 stands at 3; 2 numbers are in use, the highest is 3", "series paper-202611 stands at 0; 1 numbers are in use, the highest is 1")
}
