package report_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/report"
)

type office struct {
	*moneytest.Counter
	reports *report.Service
	a, b    string
}

// open: two customers, 1,000.00 and 200.00 of rent a month from September; the first paid September's bill on time and
// nothing since, the second nothing at all. It is 1 December 2026.
func open(t *testing.T) *office {
	t.Helper()
	m := moneytest.New(t, "2026-09-01 09:00")
	o := &office{Counter: m, reports: report.New(m.DB, m.Clock, "信闸演示通信有限公司")}
	o.a, o.b = m.Customer(t, contracttest.Sales(), 1).ID, m.Customer(t, contracttest.OtherSales(), 2).ID
	m.Contract(t, o.a, "2026-09-01", "2027-08-31", moneytest.Package("1000.00"))
	m.Contract(t, o.b, "2026-09-01", "2027-08-31", moneytest.Package("200.00", func(p *plan.Terms) { p.GraceDays = 90 }))
	m.To(t, "2026-10-10")
	m.Pay(t, o.a, "1000.00")
	m.To(t, "2026-12-01")
	return o
}

func (o *office) table(t *testing.T, ctx context.Context, key string, ask report.Ask) *report.Table {
	t.Helper()
	r, err := o.reports.Table(ctx, key, ask)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range r.Rows {
		if len(row.Cells) != len(r.Columns) {
			t.Fatalf("row %d has %d cells for %d columns", i, len(row.Cells), len(r.Columns))
		}
	}
	return r
}

// at gives a figure by the text of a row's first cell ("" for the totals) and the key of a column.
func at(t *testing.T, r *report.Table, row, column string) money.Fen {
	t.Helper()
	for i, c := range r.Columns {
		if c.Key != column {
			continue
		}
		cells := r.Totals
		for _, line := range r.Rows {
			if row != "" && line.Cells[0].Text == row {
				cells = line.Cells
			}
		}
		if len(cells) == 0 || cells[i].Number == nil {
			t.Fatalf("%s: no figure at %s/%s", r.Key, row, column)
		}
		return money.Fen(*cells[i].Number)
	}
	t.Fatalf("%s has no column %s", r.Key, column)
	return 0
}

func TestReceivables_byAgeAddUpToWhatTheLedgerSaysIsOwed(t *testing.T) {
	t.Parallel()
	o := open(t)
	finance := moneytest.Finance()
	r := o.table(t, finance, "receivables", report.Ask{})
	// September's window ended on 15 October (47 days ago), October's on 15 November (16 days), November's ends on 15 December.
	for _, k := range []struct{ row, column, want string }{
		{"客户1有限公司", "not_due", "1000.00"}, {"客户1有限公司", "d30", "1000.00"}, {"客户1有限公司", "d60", "0.00"}, {"客户1有限公司", "late_fee", "48.00"}, // 16 × 3.00
		{"客户2有限公司", "not_due", "200.00"}, {"客户2有限公司", "d30", "200.00"}, {"客户2有限公司", "d60", "200.00"}, {"客户2有限公司", "late_fee", "37.80"}, // 47 × 0.60 + 16 × 0.60
		{"", "owed", "2685.80"},
	} {
		if got := at(t, r, k.row, k.column); got != money.MustYuan(k.want) {
			t.Errorf("%s %s: %s, want %s", k.row, k.column, got, k.want)
		}
	}
	if r.Rows[0].Cells[0].Text != "客户1有限公司" {
		t.Error("the one who owes most does not come first")
	}
	sum, err := o.Ledger.Balance(finance, ledger.Receivable, "", "")
	if err != nil || sum != at(t, r, "", "owed") {
		t.Errorf("the ledger says %s, the report %s: %v", sum, at(t, r, "", "owed"), err)
	}
}

func TestReports_stayWithinTheScopeOfTheReader(t *testing.T) {
	t.Parallel()
	o := open(t)
	other := actor.With(context.Background(), actor.Actor{UserID: "x", Roles: []string{"sales_lead"}, Scope: actor.Scope{CustomerID: o.b}})
	nobody := context.Background()
	for _, k := range o.reports.Offered() {
		r := o.table(t, other, k.Key, report.Ask{})
		for _, row := range r.Rows {
			for _, c := range row.Cells {
				if strings.Contains(c.Text, "客户1") {
					t.Errorf("%s shows somebody else's customer", k.Key)
				}
			}
		}
		if none := o.table(t, nobody, k.Key, report.Ask{}); !k.Months && len(none.Rows) != 0 {
			t.Errorf("%s shows nobody %d rows", k.Key, len(none.Rows))
		}
	}
	if got := at(t, o.table(t, other, "receivables", report.Ask{}), "", "owed"); got != money.MustYuan("637.80") {
		t.Errorf("owed within the scope: %s", got)
	}
	first := actor.With(context.Background(), actor.Actor{UserID: "y", Roles: []string{"sales_lead"}, Scope: actor.Scope{CustomerID: o.a}})
	revenue := func(ctx context.Context) money.Fen { return at(t, o.table(t, ctx, "revenue", report.Ask{}), "", "sum") }
	if a, b, all := revenue(first), revenue(other), revenue(moneytest.Finance()); a <= b || b <= 0 || a+b != all {
		t.Errorf("revenue: %s and %s within the scopes, %s in all", a, b, all)
	}
}

func TestRevenue_isTheSameHoweverItIsGrouped(t *testing.T) {
	t.Parallel()
	o := open(t)
	finance := moneytest.Finance()
	ask := report.Ask{From: caldate.MustParseMonth("2026-09"), To: caldate.MustParseMonth("2026-12")}
	var sums []money.Fen
	for _, by := range []string{"kind", "owner", "charge"} {
		ask.By = by
		r := o.table(t, finance, "revenue", ask)
		if len(r.Rows) != 4 || len(r.Columns) < 3 {
			t.Errorf("by %s: %d months, %d columns", by, len(r.Rows), len(r.Columns))
		}
		sums = append(sums, at(t, r, "", "sum"))
	}
	if sums[0] != sums[1] || sums[1] != sums[2] {
		t.Errorf("%v", sums)
	}
	r := o.table(t, finance, "revenue", report.Ask{From: ask.From, To: ask.To, By: "charge"})
	net, _ := money.MustYuan("1000.00").NetOfTax(money.MustDecimal("0.09"))
	small, _ := money.MustYuan("200.00").NetOfTax(money.MustDecimal("0.09"))
	if got, want := at(t, r, "2026-10", "rent"), net+small; got != want { // September's bills, posted on 1 October
		t.Errorf("rent posted in October: %s, want %s", got, want)
	}
	if got := at(t, r, "2026-09", "rent"); got != 0 {
		t.Errorf("rent posted in September: %s", got)
	}
}

func TestDunningList_hasEveryOverdueBillTheOldestFirst(t *testing.T) {
	t.Parallel()
	o := open(t)
	r := o.table(t, moneytest.Finance(), "dunning", report.Ask{})
	if len(r.Rows) != 3 || r.Count != 3 {
		t.Fatalf("%d rows", len(r.Rows))
	}
	first := r.Rows[0].Cells
	if first[1].Text != "客户2有限公司" || first[5].Text != "2026-10-15" || *first[6].Number != 47 || first[3].Text != "李娜" || first[10].Text != "生效" {
		t.Errorf("%+v", first)
	}
	if got := at(t, r, "", "owed"); got != money.MustYuan("1485.80") {
		t.Errorf("owed: %s", got)
	}
}

func TestLateFees_byMonthOfTheBill(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Pay(t, o.b, "28.20") // September's late fee of the second customer, which comes before its principal
	r := o.table(t, moneytest.Finance(), "late_fees", report.Ask{})
	for _, k := range []struct{ row, column, want string }{
		{"2026-09", "accrued", "28.20"}, {"2026-09", "paid", "28.20"}, {"2026-09", "open", "0.00"}, {"2026-10", "accrued", "57.60"}, {"2026-10", "open", "57.60"}, {"2026-11", "accrued", "0.00"},
	} {
		if got := at(t, r, k.row, k.column); got != money.MustYuan(k.want) {
			t.Errorf("%s %s: %s, want %s", k.row, k.column, got, k.want)
		}
	}
}

func TestTable_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	o := open(t)
	month := caldate.MustParseMonth
	for name, k := range map[string]struct {
		key  string
		ask  report.Ask
		want error
	}{
		"no such report":    {"profits", report.Ask{}, report.ErrNotFound},
		"backwards":         {"revenue", report.Ask{From: month("2026-05"), To: month("2026-04")}, report.ErrPeriod},
		"too long":          {"revenue", report.Ask{From: month("2020-01"), To: month("2026-04")}, report.ErrPeriod},
		"no such grouping":  {"revenue", report.Ask{By: "weather"}, report.ErrGroup},
		"grouping for none": {"deposits", report.Ask{By: "kind"}, report.ErrGroup},
	} {
		if _, err := o.reports.Table(moneytest.Finance(), k.key, k.ask); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestXLSX_holdsNumbersThatAddUpAndTextsThatStayTexts(t *testing.T) {
	t.Parallel()
	o := open(t)
	if _, err := o.Customers.Change(contracttest.Sales(), o.a, 1, func(d *customer.Details) { d.Name = "=1+1 有限公司" }); err != nil {
		t.Fatal(err)
	}
	r := o.table(t, moneytest.Finance(), "receivables", report.Ask{})
	var b bytes.Buffer
	if err := r.XLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetList()[0]
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != 7 { // title, as of, note, head, two customers, totals
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[4][0] != "=1+1 有限公司" || rows[6][8] != "2685.8" {
		t.Errorf("%q %q", rows[4], rows[6])
	}
	if formula, err := f.GetCellFormula(sheet, "A5"); err != nil || formula != "" {
		t.Errorf("a name became a formula: %q %v", formula, err)
	}
	if kind, err := f.GetCellType(sheet, "I7"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("the total is no number: %v %v", kind, err)
	}
}

func TestPDF_saysWhatTheTableSays(t *testing.T) {
	t.Parallel()
	pdftotext, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed: the PDF's text is not compared")
	}
	o := open(t)
	for _, k := range o.reports.Offered() {
		r := o.table(t, moneytest.Finance(), k.Key, report.Ask{})
		data, err := r.PDF("信闸演示通信有限公司")
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), k.Key+".pdf")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if keep := os.Getenv("SEALGATE_TEST_PAPERS"); keep != "" {
			if err := os.WriteFile(filepath.Join(keep, "report-"+k.Key+".pdf"), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(pdftotext, "-raw", name, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.Join(strings.Fields(string(out)), "")
		for _, c := range r.Columns {
			if !strings.Contains(plain, strings.ReplaceAll(c.Title, " ", "")) {
				t.Errorf("%s lacks the head %s", k.Key, c.Title)
			}
		}
		for _, c := range r.Totals {
			if c.Number != nil && r.Columns[len(r.Columns)-1].Kind == report.Fen && !strings.Contains(plain, money.Fen(*c.Number).Grouped()) && *c.Number > 1000 {
				t.Errorf("%s lacks %s", k.Key, money.Fen(*c.Number).Grouped())
			}
		}
	}
}
