package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/report"
	"sealgate/server/trail"
)

// statisticsRows is how many lines a page shows; the files have all.
const statisticsRows = 500

var errTableFormat = errs.Invalid("report.table_format", "请选择 xlsx 或 csv", "choose xlsx or csv")

// StatisticsInput says which statistics are wanted; the download takes the same as plain query parameters.
type StatisticsInput struct {
	From       caldate.Date `query:"from" doc:"First day; none: 29 days before the last."`
	To         caldate.Date `query:"to" doc:"Last day; none: today."`
	By         string       `query:"by" enum:"day,month,customer,carrier,channel,category,code,batch" default:"day" doc:"customer and channel are for our own people; batch takes 31 days, or one customer."`
	CustomerID string       `query:"customer_id" maxLength:"32"`
	ContractID string       `query:"contract_id" maxLength:"32"`
	Category   string       `query:"category" maxLength:"16"`
	Channel    string       `query:"channel" maxLength:"32"`
	Carrier    string       `query:"carrier" maxLength:"16" doc:"unknown: recipients whose carrier nobody knows."`
	Code       string       `query:"code" maxLength:"64" doc:"Of the receipt, as the carrier gave it."`
}

func (in StatisticsInput) ask() report.SendingAsk {
	return report.SendingAsk{
		From: in.From, To: in.To, By: in.By, CustomerID: in.CustomerID, ContractID: in.ContractID, Category: in.Category, Channel: in.Channel, Carrier: in.Carrier, Code: in.Code,
	}
}

func (a *API) statistics() {
	Register(a, Op{
		ID: "get-statistics", Method: http.MethodGet, Path: "/statistics", Capability: "statistics.read", Tag: "report",
		Summary: "发送统计：按日、月、客户、运营商、通道、类别、结果码或批次，至多 500 行", SummaryEn: "Sending statistics by day, month, customer, carrier, channel, category, result code or batch; 500 rows at most",
	}, func(ctx context.Context, in *StatisticsInput) (*struct{ Body report.Sending }, error) {
		s, err := a.deps.Report.Sending(ctx, in.ask())
		if err != nil {
			return nil, err
		}
		s.Rows = s.Rows[:min(len(s.Rows), statisticsRows)]
		return &struct{ Body report.Sending }{*s}, nil
	})
	RegisterRaw(a, Op{
		ID: "download-statistics", Method: http.MethodGet, Path: "/statistics/file", Capability: "statistics.read", Tag: "report", Produces: "application/octet-stream",
		Query:   []string{"format", "purpose", "from", "to", "by", "customer_id", "contract_id", "category", "channel", "carrier", "code"},
		Summary: "导出发送统计：format=csv 或 xlsx，含全部行；须写明用途 purpose，导出会被记录", SummaryEn: "Sending statistics as a file, csv or xlsx, with all rows; needs a purpose, and is logged",
	}, a.downloadStatistics)
}

func statisticsOf(c *gin.Context) (ask report.SendingAsk, err error) {
	get := func(name string) string { return cut(c.Query(name), 64) }
	for name, into := range map[string]*caldate.Date{"from": &ask.From, "to": &ask.To} {
		if v := get(name); v != "" {
			if *into, err = caldate.Parse(v); err != nil {
				return ask, report.ErrSpan.Because(err)
			}
		}
	}
	ask.By, ask.CustomerID, ask.ContractID, ask.Category = get("by"), get("customer_id"), get("contract_id"), get("category")
	ask.Channel, ask.Carrier, ask.Code = get("channel"), get("carrier"), get("code")
	if ask.By == "" {
		ask.By = report.ByDay
	}
	return ask, nil
}

func (a *API) downloadStatistics(c *gin.Context) error {
	ask, err := statisticsOf(c)
	if err != nil {
		return err
	}
	purpose := strings.TrimSpace(c.Query("purpose"))
	if n := utf8.RuneCountInString(purpose); n < 2 || n > 200 {
		return report.ErrPurpose
	}
	format := c.DefaultQuery("format", "xlsx")
	if format != "xlsx" && format != "csv" {
		return errTableFormat
	}
	ctx := c.Request.Context()
	t, err := a.deps.Report.SendingTable(ctx, ask)
	if err != nil {
		return err
	}
	if err := a.deps.Trail.Note(ctx, trail.Entry{
		Action: "statistics.export", ObjectType: "statistics", ObjectID: ask.By, CustomerID: ask.CustomerID, Reason: purpose,
		Detail: map[string]any{"filters": c.Request.URL.Query(), "rows": t.Count},
	}); err != nil {
		return err
	}
	name := t.Title + " " + t.AsOf.Date().String()
	if format == "csv" {
		return writeCSV(c, name+".csv", t.CSV())
	}
	var file bytes.Buffer
	if err := t.XLSX(&file); err != nil {
		return err
	}
	Attachment(c, name+".xlsx", spreadsheet)
	_, _ = c.Writer.Write(file.Bytes())
	return nil
}

// writeCSV answers with rows, the first of which is the head.
func writeCSV(c *gin.Context, name string, rows [][]string) error {
	f := newCSV(c, name, rows[0]...)
	for _, r := range rows[1:] {
		if err := f.Write(r...); err != nil {
			return err
		}
	}
	return f.Flush()
}
