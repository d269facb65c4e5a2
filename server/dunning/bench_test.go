package dunning_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/testkit"
	"sealgate/server/usage"
)

// size is how many contracts the benchmarks bill; SEALGATE_BENCH_CONTRACTS asks for more.
func size() int {
	if n, err := strconv.Atoi(os.Getenv("SEALGATE_BENCH_CONTRACTS")); err == nil && n > 0 {
		return n
	}
	return 10_000
}

// village is n customers with a contract each and usage in October.
func village(b *testing.B, n int) *moneytest.Counter {
	b.Helper()
	m := moneytest.New(b, "2026-10-01 09:00")
	ctx := testkit.System()
	err := m.DB.Run(ctx, func(ctx context.Context) error {
		now := m.Clock.Instant()
		for i := range n {
			err := m.DB.Q(ctx).Exec(`INSERT INTO customers (id, number, name, uscc, address, legal_rep, industry, bank_name, bank_account, contacts, owner_id, created_by, created_at, updated_at, version)
				VALUES (?, ?, '客户有限公司', ?, '', '', '', '', '', '[]', 'u-sales', 'u-sales', ?, ?, 1)`, fmt.Sprintf("k%d", i), fmt.Sprintf("C-%06d", i), fmt.Sprintf("%018d", i), now, now).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	terms := moneytest.Package("100.00")
	err = m.DB.Run(ctx, func(ctx context.Context) error {
		var rows []usage.Row
		for i := range n {
			ids, err := m.ContractsIn(ctx, fmt.Sprintf("k%d", i), "2026-10-01", "2027-09-30", terms, 1)
			if err != nil {
				return err
			}
			rows = append(rows, usage.Row{Day: caldate.MustParse("2026-10-20"), ContractID: ids[0], Carrier: "cmcc", ServiceCode: "1069", Parts: int64(900 + i%300)})
		}
		return m.Usage.Add(ctx, rows...)
	})
	if err != nil {
		b.Fatal(err)
	}
	m.Jump(b, "2026-11-01")
	return m
}

// BenchmarkMonth bills a month, previews and runs it again, and accrues late fees of a day over all bills; it prints what
// each took and checks the outcome.
func BenchmarkMonth(b *testing.B) {
	n := size()
	for range b.N {
		b.StopTimer()
		m := village(b, n)
		ctx := testkit.System()
		october := caldate.MustParseMonth("2026-10")
		took := func(what string, f func()) {
			start := time.Now()
			f()
			d := time.Since(start)
			b.ReportMetric(float64(n)/d.Seconds(), what+"/s")
			b.Logf("%-10s %d contracts in %v", what, n, d.Round(time.Millisecond))
		}
		run := func(dry bool, created int) func() {
			return func() {
				r, err := m.Bills.IssueMonth(ctx, october, day("2026-11-01"), dry)
				if err != nil || r.Created != int64(created) || r.FailedN != 0 {
					b.Fatalf("%+v %v", r, err)
				}
			}
		}
		b.StartTimer()
		took("preview", run(true, n))
		took("bills", run(false, n))
		took("again", run(false, 0))
		for _, d := range []string{"2026-11-16", "2026-11-17"} {
			m.Jump(b, d)
			took("overdue"+d[8:], func() {
				o, err := m.Dunning.RunDay(ctx, day(d))
				if err != nil || o.Accrued != n {
					b.Fatal(o, err)
				}
			})
		}
		b.StopTimer()
		took("verify", func() {
			if v, err := m.Verify(); err != nil || len(v) > 0 {
				b.Fatal(v, err)
			}
		})
		_, totals, err := m.Bills.List(ctx, bill.Query{Limit: 1})
		if err != nil || totals.Count != int64(n) {
			b.Fatal(totals, err)
		}
	}
}
