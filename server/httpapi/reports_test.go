package httpapi_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"sealgate/server/httpapi"
	"sealgate/server/report"
	"sealgate/server/staff"
)

func TestReports_whoMay(t *testing.T) {
	t.Parallel()
	c := newReports(t)
	for _, path := range []string{"/reports", "/reports/receivables", "/reports/receivables/file"} {
		c.Refuses("GET", path, "report.read", nil)
	}
	for _, path := range []string{"/ledger/accounts/receivable", "/ledger/accounts/receivable/file"} {
		c.Refuses("GET", path, "ledger.read", nil)
	}
}

func newReports(t *testing.T) *till {
	return newTill(t, func(d *httpapi.Deps) { d.Report = report.New(d.DB, d.Clock, "信闸演示通信有限公司") })
}

func TestReports_asFiguresAndAsFiles(t *testing.T) {
	t.Parallel()
	c := newReports(t)
	c.money.To(t, "2026-11-20")
	c.finance = c.Person("later", "", staff.Finance) // the session of October is over

	var offered struct{ Items []report.Offered }
	c.finance.Get("/reports").Want(200).JSON(&offered)
	if len(offered.Items) < 6 {
		t.Errorf("%d reports", len(offered.Items))
	}
	for _, o := range offered.Items {
		var table report.Table
		c.finance.Get("/reports/" + o.Key).Want(200).JSON(&table)
		if table.Title == "" || table.En == "" || table.Note == "" || table.NoteEn == "" || len(table.Columns) < 2 {
			t.Errorf("%s: %+v", o.Key, table)
		}
		if pdf := c.finance.Get("/reports/" + o.Key + "/file?format=pdf").Want(200).Body; !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: no PDF", o.Key)
		}
		f, err := excelize.OpenReader(bytes.NewReader(c.finance.Get("/reports/" + o.Key + "/file?format=xlsx").Want(200).Body))
		if err != nil {
			t.Fatalf("%s: %v", o.Key, err)
		}
		if title, err := f.GetCellValue(f.GetSheetList()[0], "A1"); err != nil || title != table.Title {
			t.Errorf("%s: the spreadsheet is titled %q %v", o.Key, title, err)
		}
	}
	c.finance.Get("/reports/profits").Problem(404, "report.not_found")
	c.finance.Get("/reports/revenue?from=2026-13").Problem(422, "report.period")
	c.finance.Get("/reports/revenue?by=weather").Problem(422, "report.group")
	c.finance.Get("/reports/revenue/file?format=doc").Problem(422, "report.format")
}

func TestAccountStatement_clicksThroughFromTheTrialBalance(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.money.To(t, "2026-11-20")                      // a bill of 1,234.56 on 1 November, late fees from the 16th on
	c.finance = c.Person("later", "", staff.Finance) // the session of October is over
	var trial struct {
		Accounts []struct {
			Account    string
			BalanceFen int64 `json:"balance_fen"`
		}
	}
	c.finance.Get("/ledger/trial-balance").Want(200).JSON(&trial)
	for _, a := range trial.Accounts {
		var s struct {
			OpeningFen int64 `json:"opening_fen"`
			ClosingFen int64 `json:"closing_fen"`
			Total      int64
			Items      []struct {
				BalanceFen int64 `json:"balance_fen"`
			}
		}
		c.finance.Get("/ledger/accounts/" + a.Account).Want(200).JSON(&s)
		if s.ClosingFen != a.BalanceFen || s.OpeningFen != 0 || int(s.Total) != len(s.Items) || s.Items[len(s.Items)-1].BalanceFen != s.ClosingFen {
			t.Errorf("%s: trial balance %d, statement %+v", a.Account, a.BalanceFen, s)
		}
	}
	var first, second struct {
		OpeningFen int64  `json:"opening_fen"`
		ClosingFen int64  `json:"closing_fen"`
		NextCursor string `json:"next_cursor"`
		Items      []object
	}
	c.finance.Get("/ledger/accounts/receivable?customer_id=" + c.customer + "&from=2026-11-02&limit=2").Want(200).JSON(&first)
	if first.OpeningFen != 123456 || first.ClosingFen != 123456+1852 || len(first.Items) != 2 || first.NextCursor == "" { // 5 days of 3.70368
		t.Errorf("%+v", first)
	}
	c.finance.Get("/ledger/accounts/receivable?customer_id=" + c.customer + "&from=2026-11-02&limit=2&cursor=" + first.NextCursor).Want(200).JSON(&second)
	if len(second.Items) != 2 || second.Items[0]["key"] == first.Items[1]["key"] {
		t.Errorf("%+v", second)
	}
	c.finance.Get("/ledger/accounts/receivable?from=2026-02-30").Problem(422, "date.invalid")
	c.finance.Get("/ledger/accounts/receivable?from=2026-03-30&to=2026-03-01").Problem(422, "ledger.period")
	c.finance.Get("/ledger/accounts/receivable?cursor=nonsense").Problem(400, "list.bad_cursor")
	f, err := excelize.OpenReader(bytes.NewReader(c.finance.Get("/ledger/accounts/receivable/file?from=2026-11-01&to=2026-11-30").Want(200).Body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetList()[0], excelize.Options{RawCellValue: true})
	if err != nil || rows[len(rows)-1][5] != "1253.08" {
		t.Errorf("%q %v", rows, err)
	}
}
