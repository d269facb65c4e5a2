package statement_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/statement"
	"sealgate/server/testkit"
	"sealgate/server/usage"
)

// BenchmarkMonth makes the statements of a month for contracts with a bill and ten days of usage each;
// SEALGATE_BENCH_CONTRACTS asks for more than 2,000.
func BenchmarkMonth(b *testing.B) {
	n := 2_000
	if more, err := strconv.Atoi(os.Getenv("SEALGATE_BENCH_CONTRACTS")); err == nil && more > 0 {
		n = more
	}
	for range b.N {
		b.StopTimer()
		m := moneytest.New(b, "2026-10-01 09:00")
		s := statement.New(m.DB, m.Clock, m.Trail, statement.Deps{Bills: m.Bills, Customers: m.Customers, Usage: m.Usage, Notices: m.Notices, Provider: contracttest.Provider()})
		ctx := testkit.System()
		var customers []string
		for i := range 20 {
			customers = append(customers, m.Customer(b, testkit.As("sales", "sales"), i+1).ID)
		}
		err := m.DB.Run(ctx, func(ctx context.Context) error {
			var rows []usage.Row
			for i := range n {
				ids, err := m.ContractsIn(ctx, customers[i%len(customers)], "2026-10-01", "2027-09-30", moneytest.Package("100.00"), 1)
				if err != nil {
					return err
				}
				for d := range 10 {
					rows = append(rows, usage.Row{Day: caldate.MustParse("2026-10-11").AddDays(d), ContractID: ids[0], Carrier: "cmcc", ServiceCode: "1069", Parts: int64(90 + i%30)})
				}
			}
			return m.Usage.Add(ctx, rows...)
		})
		if err != nil {
			b.Fatal(err)
		}
		m.Jump(b, "2026-11-01")
		october := caldate.MustParseMonth("2026-10")
		if r, err := m.Bills.IssueMonth(ctx, october, caldate.Date{}, false); err != nil || r.Created != int64(n) {
			b.Fatal(r, err)
		}
		b.StartTimer()
		start := time.Now()
		o, err := s.MakeMonth(ctx, october, caldate.Date{})
		if err != nil || o.Made != n {
			b.Fatal(o, err)
		}
		took := time.Since(start)
		b.ReportMetric(float64(n)/took.Seconds(), "statements/s")
		b.StopTimer()
		if v, err := s.Verify(ctx); err != nil || len(v) > 0 {
			b.Fatal(v, err)
		}
	}
}
