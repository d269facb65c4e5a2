package usage_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/usage"
)

var october = caldate.MustParseMonth("2026-10")

func row(day, contract, carrier string, parts int64) usage.Row {
	return usage.Row{Day: caldate.MustParse(day), ContractID: contract, Carrier: carrier, ServiceCode: "10690001", Parts: parts}
}

func add(d *db.DB, s *usage.Service, rows ...usage.Row) error {
	return d.Run(testkit.System(), func(ctx context.Context) error { return s.Add(ctx, rows...) })
}

func TestAdd_countsByDayCarrierAndMonth(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	s := usage.New(d)
	if err := add(d, s, row("2026-10-31", "c1", "cmcc", 3), row("2026-10-31", "c1", "cmcc", 2), row("2026-10-31", "c1", "cucc", 1), row("2026-11-01", "c1", "cmcc", 9)); err != nil {
		t.Fatal(err)
	}
	if err := add(d, s, row("2026-10-31", "c1", "cmcc", 5)); err != nil {
		t.Fatal(err)
	}
	got, err := s.MonthTotals(testkit.System(), "c1", october)
	if err != nil || got.Parts != 11 || len(got.Days) != 2 || got.Days[0].Parts != 10 || got.Locked {
		t.Fatalf("%+v %v", got, err)
	}
	if err := s.Add(testkit.System(), row("2026-10-31", "c1", "", 1)); err == nil {
		t.Error("counted outside the transaction of the receipt")
	}
	for _, bad := range []usage.Row{row("2026-10-31", "c1", "", 0), row("2026-10-31", "c1", "", -1), row("2026-10-31", "", "", 1)} {
		if err := add(d, s, bad); !errors.Is(err, usage.ErrRow) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestLock_makesWhatComesAfterItLate(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	s := usage.New(d)
	ctx := testkit.System()
	if err := add(d, s, row("2026-10-10", "c1", "", 100)); err != nil {
		t.Fatal(err)
	}
	lock := func(m usage.Month) {
		t.Helper()
		if err := d.Run(ctx, func(ctx context.Context) error { return s.Lock(ctx, caldate.MustParse("2026-11-01"), []usage.Month{m}) }); err != nil {
			t.Fatal(err)
		}
	}
	read, _ := s.Unbilled(ctx, []string{"c1"}, october)
	if err := add(d, s, row("2026-10-31", "c1", "", 7)); err != nil { // arrives between reading and locking
		t.Fatal(err)
	}
	lock(read["c1"][0])
	lock(usage.Month{ContractID: "c2", Month: october}) // used nothing
	if err := add(d, s, row("2026-10-31", "c1", "", 3), row("2026-10-31", "c2", "", 2), row("2026-11-02", "c1", "", 50)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Unbilled(ctx, []string{"c1", "c2"}, october.Next())
	if err != nil || len(got["c1"]) != 2 || got["c1"][0].Late() != 10 || got["c1"][1].Parts != 50 || got["c1"][1].Late() != 0 || got["c2"][0].Late() != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	lock(got["c1"][0])
	if got, _ := s.Unbilled(ctx, []string{"c1"}, october.Next()); len(got["c1"]) != 1 {
		t.Fatalf("late usage is offered again: %+v", got)
	}
	if v, err := s.Verify(ctx); err != nil || len(v) != 0 {
		t.Fatal(v, err)
	}
}

func TestAdd_losesNothingUnderConcurrency(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	s := usage.New(d)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			if err := add(d, s, row("2026-10-31", "c2", "cucc", 1), row("2026-10-31", "c1", "cmcc", 2)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := s.MonthTotals(testkit.System(), "c1", october); err != nil || got.Parts != 60 {
		t.Fatalf("%+v %v", got, err)
	}
	if v, err := s.Verify(testkit.System()); err != nil || len(v) != 0 {
		t.Fatal(v, err)
	}
}
