package bill_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// size is how many contracts the benchmark bills; SEALGATE_BENCH_CONTRACTS asks for more.
func size() int {
	if n, err := strconv.Atoi(os.Getenv("SEALGATE_BENCH_CONTRACTS")); err == nil && n > 0 {
		return n
	}
	return 3_000
}

// town is n customers with a contract each, of the six kinds in turn, with usage in October, wallets that do or do not
// suffice, two ports for some, and a fine or a credit for every twentieth.
func town(b testing.TB, s *shop, n int) {
	b.Helper()
	ctx := testkit.System()
	october := caldate.MustParseMonth("2026-10")
	kinds := []plan.Terms{
		moneytest.Package("100.00"),
		terms(plan.KindPostpaid, func(p *plan.Terms) { p.Price = dec("0.045") }),
		terms(plan.KindPrepaid, func(p *plan.Terms) { p.Price = dec("0.05") }),
		func() plan.Terms { p := portTerms(plan.Excess); p.Ports = 2; return p }(),
		terms(plan.KindCentre, func(p *plan.Terms) {
			p.Price = dec("0.06")
			p.OneOff = []plan.OneOff{{Name: "软件费", Amount: money.MustYuan("980.00"), On: october.First()}}
		}),
		terms(plan.KindMaintenance, func(p *plan.Terms) { p.LumpSum = money.MustYuan("1200.00") }),
	}
	const batch = 2000
	now := s.Clock.Instant()
	for from := 0; from < n; from += batch {
		err := s.DB.Run(ctx, func(ctx context.Context) error {
			var rows []usage.Row
			var months []wallet.Month
			var days []wallet.Day
			var charges []charge.Charge
			type person struct {
				ID, Number, Name, Uscc, Address, LegalRep, Industry, BankName, BankAccount, Contacts, OwnerID, CreatedBy string
				CreatedAt, UpdatedAt                                                                                     caldate.Instant
				Version                                                                                                  int64
			}
			var people []person
			for i := from; i < min(from+batch, n); i++ {
				people = append(people, person{ID: fmt.Sprintf("k%d", i), Number: fmt.Sprintf("K-%06d", i), Name: "客户有限公司", Uscc: fmt.Sprintf("X%017d", i), Contacts: "[]", OwnerID: "u-sales",
					CreatedBy: "u-sales", CreatedAt: now, UpdatedAt: now, Version: 1})
			}
			if err := s.DB.Q(ctx).Table("customers").CreateInBatches(&people, 200).Error; err != nil {
				return err
			}
			for i := from; i < min(from+batch, n); i++ {
				customer := fmt.Sprintf("k%d", i)
				made, err := s.ContractsIn(ctx, customer, "2026-10-01", "2027-09-30", kinds[i%len(kinds)], 1)
				if err != nil {
					return err
				}
				id, parts, day := made[0], int64(900+i%300), caldate.MustParse("2026-10-20")
				k := kinds[i%len(kinds)].Kind
				if k == plan.KindMaintenance {
					continue
				}
				rows = append(rows, usage.Row{Day: day, ContractID: id, Carrier: "cmcc", ServiceCode: "1069", Parts: parts})
				if k == plan.KindPort {
					rows = append(rows, usage.Row{Day: day, ContractID: id, Carrier: "cmcc", ServiceCode: "10691", Parts: 10_000 + parts})
				}
				if wallet.Has(k) {
					paid := parts
					if i%4 == 2 {
						paid -= 50
					}
					months = append(months, wallet.Month{ContractID: id, Month: october, MoneyParts: paid, OpenParts: parts - paid, LastOn: day})
					days = append(days, wallet.Day{ContractID: id, Day: day, MoneyParts: paid, OpenParts: parts - paid})
				}
				if i%20 == 0 {
					kind := charge.Fine
					if i%40 == 0 {
						kind = charge.Credit
					}
					charges = append(charges, charge.Charge{ID: fmt.Sprintf("x%d", i), ContractID: id, CustomerID: customer, Kind: kind, State: charge.Pending, AmountFen: 500, OnDate: day, Name: "测试",
						RecordedAt: now})
				}
			}
			if err := s.Usage.Add(ctx, rows...); err != nil {
				return err
			}
			for _, x := range []any{&months, &days, &charges} {
				if err := s.DB.Q(ctx).CreateInBatches(x, 100).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	s.Jump(b, "2026-11-01")
}

// BenchmarkMonthOfSixKinds previews a month, issues it and runs it again; it prints what each took and checks the outcome.
func BenchmarkMonthOfSixKinds(b *testing.B) {
	n := size()
	for range b.N {
		b.StopTimer()
		s := newShop(b, "2026-10-01 09:00")
		town(b, s, n)
		ctx, october := testkit.System(), caldate.MustParseMonth("2026-10")
		var preview, issued, again bill.Report
		b.StartTimer()
		for _, step := range []struct {
			name string
			dry  bool
			out  *bill.Report
		}{{"preview", true, &preview}, {"issue", false, &issued}, {"again", false, &again}} {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			r, err := s.Bills.IssueMonth(ctx, october, caldate.MustParse("2026-11-01"), step.dry)
			if err != nil || r.FailedN != 0 || r.Expected != int64(n) {
				b.Fatalf("%+v %v", r, err)
			}
			*step.out = r
			d := time.Since(start)
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(n)/d.Seconds(), step.name+"/s")
			b.Logf("%-8s %d contracts in %v: %d bills over %s, %d owe nothing; heap %+d KiB", step.name, n, d.Round(time.Millisecond), r.Created, r.Total.Grouped(), r.Nothing,
				(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024)
		}
		b.StopTimer()
		if issued.Created != preview.Created || issued.Total != preview.Total || again.Created != 0 || again.Skipped != int64(n) || issued.Created+issued.Nothing != int64(n) {
			b.Fatalf("preview %d, issued %d, again %d", preview.Created, issued.Created, again.Created)
		}
		_, totals, err := s.Bills.List(ctx, bill.Query{Limit: 1})
		if err != nil || totals.Count != issued.Created || totals.Total != issued.Total {
			b.Fatal(totals, err)
		}
	}
}
