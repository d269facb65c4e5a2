package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/review"
	"sealgate/server/staff"
)

type reviewerShare struct {
	UserID     string   `json:"user_id"`
	UserName   string   `json:"user_name"`
	Lead       bool     `json:"lead"`
	Set        bool     `json:"set" doc:"False: nothing is set, and everything may be taken."`
	Categories []string `json:"categories" doc:"None: all."`
	MaxRisk    int64    `json:"max_risk" doc:"0 to 100."`
	Customers  []string `json:"customers" doc:"Looked after: their batches are reserved for half of the target time."`
	OnDuty     bool     `json:"on_duty"`
}

func shareOf(u staff.Account, p *review.Profile) reviewerShare {
	out := reviewerShare{UserID: u.ID, UserName: u.Name, Categories: []string{}, MaxRisk: 100, Customers: []string{}, OnDuty: true}
	for _, r := range u.Roles {
		out.Lead = out.Lead || r == staff.ComplianceLead
	}
	if p != nil {
		out.Set, out.Categories, out.MaxRisk, out.Customers, out.OnDuty = true, p.Categories, p.MaxRisk, p.Customers, p.OnDuty
	}
	return out
}

type workersReport struct {
	From    caldate.Date    `json:"from"`
	To      caldate.Date    `json:"to"`
	Workers []reviewerStats `json:"workers"`
}

type reviewerStats struct {
	review.Worker
	Rechecked int64  `json:"rechecked" doc:"groups that a second person judged blindly"`
	Agreed    int64  `json:"agreed"`
	Agreement string `json:"agreement" doc:"percent, one decimal; – where nothing was rechecked"`
}

var errPeriod = errs.Invalid("review.period", "统计区间应在一年以内，且开始日期不晚于结束日期", "the period is a year at most, its first day not after its last")

func (a *API) reviewWork() {
	Register(a, Op{
		ID: "next-review", Method: http.MethodPost, Path: "/review/next", Capability: "review.decide", Tag: "review",
		Summary: "领取最该由我审的一批", SummaryEn: "Claim the most urgent batch of the caller's share",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body *review.Claim }, error) {
		c, err := a.deps.Reviews.Next(ctx)
		return &struct{ Body *review.Claim }{c}, err
	})
	Register(a, Op{
		ID: "note-review", Method: http.MethodPost, Path: "/review/batches/{id}/notes", Capability: "review.decide", Tag: "review", Status: http.StatusCreated,
		Summary: "给批次写备注（以后审该客户时可见）", SummaryEn: "Write a note; it is shown with all batches of the customer",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Text string `json:"text" maxLength:"1000"`
		}
	},
	) (*struct{ Body *review.Note }, error) {
		n, err := a.deps.Reviews.AddNote(ctx, in.ID, in.Body.Text)
		return &struct{ Body *review.Note }{n}, err
	})
	Register(a, Op{
		ID: "list-refusals", Method: http.MethodGet, Path: "/batches/{id}/refusals", Capability: "batch.read", Tag: "review",
		Summary: "批次中被拒绝的部分及原因（可申诉）", SummaryEn: "What of a batch was refused, and why; what can be appealed against",
	}, func(ctx context.Context, in *batchID) (*struct{ Body List[review.Refusal] }, error) {
		rs, err := a.deps.Reviews.Refusals(ctx, in.ID)
		return &struct{ Body List[review.Refusal] }{NewList(rs, "", int64(len(rs)))}, err
	})
	Register(a, Op{
		ID: "list-reviewers", Method: http.MethodGet, Path: "/review/reviewers", Capability: "review.read", Tag: "review",
		Summary: "审核员及其分工", SummaryEn: "Reviewers and their shares of the work",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[reviewerShare] }, error) {
		us, err := a.deps.Staff.Reviewers(ctx)
		if err != nil {
			return nil, err
		}
		ps, err := a.deps.Reviews.Profiles(ctx)
		if err != nil {
			return nil, err
		}
		byUser := map[string]*review.Profile{}
		for i := range ps {
			byUser[ps[i].UserID] = &ps[i]
		}
		out := Convert(us, func(u staff.Account) reviewerShare { return shareOf(u, byUser[u.ID]) })
		return &struct{ Body List[reviewerShare] }{NewList(out, "", int64(len(out)))}, nil
	})
	Register(a, Op{
		ID: "set-reviewer", Method: http.MethodPut, Path: "/review/reviewers/{id}", Capability: "review.assign", Tag: "review",
		Summary: "设置审核员的分工：类别、风险上限、负责的客户、是否在岗", SummaryEn: "Set a reviewer's share: categories, highest risk, customers, on duty",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Categories []string `json:"categories"`
			MaxRisk    int64    `json:"max_risk"`
			Customers  []string `json:"customers"`
			OnDuty     bool     `json:"on_duty"`
		}
	},
	) (*struct{ Body reviewerShare }, error) {
		u, err := a.reviewer(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		b := in.Body
		p, err := a.deps.Reviews.SetProfile(ctx, review.Profile{UserID: u.ID, UserName: u.Name, Categories: b.Categories, MaxRisk: b.MaxRisk, Customers: b.Customers, OnDuty: b.OnDuty})
		if err != nil {
			return nil, err
		}
		return &struct{ Body reviewerShare }{shareOf(*u, p)}, nil
	})
	Register(a, Op{
		ID: "reviewer-statistics", Method: http.MethodGet, Path: "/review/statistics", Capability: "reviewer.read", Tag: "review",
		Summary: "审核员统计：批次、用时、时限内、复检一致、被推翻", SummaryEn: "What reviewers did: batches, minutes, in time, agreement, overturned",
	}, func(ctx context.Context, in *PeriodInput) (*struct{ Body workersReport }, error) {
		var r workersReport
		var err error
		if r.From, r.To, err = in.days(a.deps.Clock.Today()); err != nil {
			return nil, err
		}
		ws, err := a.deps.Reviews.Workers(ctx, r.From, r.To)
		if err != nil {
			return nil, err
		}
		agreed, err := a.deps.Rechecks.ByReviewer(ctx, r.From, r.To)
		if err != nil {
			return nil, err
		}
		r.Workers = Convert(ws, func(w review.Worker) reviewerStats {
			g := agreed[w.UserID]
			return reviewerStats{w, g.Items, g.Agreed, review.Tenths(100*g.Agreed, g.Items)}
		})
		return &struct{ Body workersReport }{r}, nil
	})
}
