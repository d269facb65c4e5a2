package httpapi

import (
	"bytes"
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/report"
)

var errReportFormat = errs.Invalid("report.format", "请选择 xlsx 或 pdf", "choose xlsx or pdf")

// spreadsheet is the media type of XLSX.
const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// reportRows is how many rows a page shows; the files have all.
const reportRows = 500

func reportAsk(from, to, by string) (ask report.Ask, err error) {
	for _, m := range []struct {
		text string
		into *caldate.Month
	}{{from, &ask.From}, {to, &ask.To}} {
		if m.text == "" {
			continue
		}
		if *m.into, err = caldate.ParseMonth(m.text); err != nil {
			return ask, report.ErrPeriod.Because(err)
		}
	}
	ask.By = by
	return ask, nil
}

func (a *API) reports() {
	Register(a, Op{
		ID: "list-reports", Method: http.MethodGet, Path: "/reports", Capability: "report.read", Tag: "report",
		Summary: "有哪些报表", SummaryEn: "Which reports there are",
	}, func(context.Context, *struct{}) (*struct {
		Body struct {
			Items []report.Offered `json:"items"`
		}
	}, error) {
		out := &struct {
			Body struct {
				Items []report.Offered `json:"items"`
			}
		}{}
		out.Body.Items = a.deps.Report.Offered()
		return out, nil
	})
	Register(a, Op{
		ID: "get-report", Method: http.MethodGet, Path: "/reports/{key}", Capability: "report.read", Tag: "report",
		Summary: "一张报表；行数较多时只给出前 500 行，合计为全部", SummaryEn: "A report; the first 500 rows, totals over all of them",
	}, func(ctx context.Context, in *struct {
		Key  string `path:"key" maxLength:"32"`
		From string `query:"from" maxLength:"7" doc:"First month, YYYY-MM; none: eleven months before the last."`
		To   string `query:"to" maxLength:"7" doc:"Last month; none: the present one."`
		By   string `query:"by" maxLength:"16" doc:"Grouping, where the report offers several."`
	}) (*struct{ Body report.Table }, error) {
		ask, err := reportAsk(in.From, in.To, in.By)
		if err != nil {
			return nil, err
		}
		t, err := a.deps.Report.Table(ctx, in.Key, ask)
		if err != nil {
			return nil, err
		}
		t.Rows = t.Rows[:min(len(t.Rows), reportRows)]
		return &struct{ Body report.Table }{*t}, nil
	})
	RegisterRaw(a, Op{
		ID: "download-report", Method: http.MethodGet, Path: "/reports/{key}/file", Capability: "report.read", Tag: "report", Produces: "application/octet-stream",
		Summary: "下载报表：format=xlsx 或 pdf，含全部行", SummaryEn: "A report as a file: format=xlsx or pdf, with all rows",
		Query: []string{"format", "from", "to", "by"},
	}, func(c *gin.Context) error {
		ask, err := reportAsk(c.Query("from"), c.Query("to"), c.Query("by"))
		if err != nil {
			return err
		}
		format := c.DefaultQuery("format", "xlsx")
		if format != "xlsx" && format != "pdf" {
			return errReportFormat
		}
		ctx := c.Request.Context()
		t, err := a.deps.Report.Table(ctx, c.Param("key"), ask)
		if err != nil {
			return err
		}
		name := t.Title + " " + t.AsOf.Date().String()
		if format == "pdf" {
			file, err := t.PDF(a.deps.Report.Company)
			if err != nil {
				return err
			}
			return writePDF(c, name+".pdf", file)
		}
		var file bytes.Buffer
		if err := t.XLSX(&file); err != nil {
			return err
		}
		Attachment(c, name+".xlsx", spreadsheet)
		_, _ = c.Writer.Write(file.Bytes())
		return nil
	})
}
