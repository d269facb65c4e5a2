package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/report"
)

type home struct {
	Today   caldate.Date    `json:"today" doc:"Business day."`
	Queues  []report.Queue  `json:"queues"`
	Figures []report.Figure `json:"figures"`
}

func (a *API) home() {
	Register(a, Op{
		ID: "get-home", Method: http.MethodGet, Path: "/home", Capability: "home.read", Tag: "home",
		Summary: "工作台：有什么在等我处理", SummaryEn: "Work bench: what waits for me",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body home }, error) {
		can := func(c string) bool { return Can(ctx, c) }
		queues, err := a.deps.Report.Home(ctx, can)
		if err != nil {
			return nil, err
		}
		figures, err := a.deps.Report.Figures(ctx, can)
		if err != nil {
			return nil, err
		}
		return &struct{ Body home }{home{a.deps.Report.Today(), queues, figures}}, nil
	})
	Register(a, Op{
		ID: "search", Method: http.MethodGet, Path: "/search", Capability: "home.read", Tag: "home",
		Summary: "按编号或名称查找客户、合同、批次、账单", SummaryEn: "Find customers, contracts, batches and bills by number or name",
	}, func(ctx context.Context, in *struct {
		Q string `query:"q" maxLength:"60" doc:"Part of a number or a name."`
	}) (*struct {
		Body struct {
			Items []report.Found `json:"items"`
		}
	}, error) {
		found, err := a.deps.Report.Search(ctx, in.Q, func(c string) bool { return Can(ctx, c) })
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Items []report.Found `json:"items"`
			}
		}{}
		out.Body.Items = found
		return out, nil
	})
}
