package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/quality"
)

// QualityReportRow is a quality report in a list.
type QualityReportRow struct {
	ID            string        `json:"id"`
	Number        string        `json:"number"`
	CustomerID    string        `json:"customer_id"`
	CustomerName  string        `json:"customer_name"`
	Period        caldate.Month `json:"period"`
	MadeOn        caldate.Date  `json:"made_on"`
	Delivered     int64         `json:"delivered"`
	Failed        int64         `json:"failed"`
	Unknown       int64         `json:"unknown"`
	P50           int64         `json:"p50_s" doc:"Half of what was delivered was so within so many seconds; 0: nothing was."`
	P99           int64         `json:"p99_s"`
	OutageMinutes int64         `json:"outage_minutes"`
}

type qualityReport struct {
	QualityReportRow
	quality.Content
	Hash string `json:"hash"`
}

func fromQuality(r quality.Report) QualityReportRow {
	return QualityReportRow{r.ID, r.Number, r.CustomerID, r.CustomerName, r.Month, r.MadeOn, r.Delivered, r.Failed, r.Doubtful, r.P50S, r.P99S, r.OutageMinutes}
}

func (a *API) qualityReports() {
	Register(a, Op{
		ID: "list-quality-reports", Method: http.MethodGet, Path: "/quality-reports", Capability: "statistics.read", Tag: "report",
		Summary: "服务质量报告列表，最新月份在前", SummaryEn: "Monthly reports of quality, the newest month first",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
		Month      string `query:"month" maxLength:"7" doc:"YYYY-MM."`
	},
	) (*struct{ Body List[QualityReportRow] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		m, err := monthAt("month", in.Month)
		if err != nil {
			return nil, err
		}
		rs, total, err := a.deps.Quality.List(ctx, quality.Query{CustomerID: in.CustomerID, Month: m, Q: in.Q, Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rs, in.Limit, func(r quality.Report) []string { return []string{r.Number} })
		return &struct{ Body List[QualityReportRow] }{NewList(Convert(page, fromQuality), next, total)}, nil
	})
	Register(a, Op{
		ID: "get-quality-report", Method: http.MethodGet, Path: "/quality-reports/{id}", Capability: "statistics.read", Tag: "report",
		Summary: "服务质量报告：送达、用时、失败原因、中断，与上月对照", SummaryEn: "A report of quality: deliveries, delays, failures and interruptions, beside the month before",
	}, func(ctx context.Context, in *ByID) (*struct{ Body qualityReport }, error) {
		r, err := a.deps.Quality.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		c, err := r.Body()
		if err != nil {
			return nil, err
		}
		return &struct{ Body qualityReport }{qualityReport{fromQuality(*r), c, r.Hash}}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-quality-report-document", Method: http.MethodGet, Path: "/quality-reports/{id}/document", Capability: "statistics.read", Tag: "report", Produces: "application/pdf",
		Summary: "服务质量报告 PDF", SummaryEn: "The report as the customer gets it, as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Quality.Document(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}
