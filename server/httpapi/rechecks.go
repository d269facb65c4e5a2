package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/recheck"
	"sealgate/server/screening"
)

type recheckRecord struct {
	ID            string          `json:"id"`
	BatchID       string          `json:"batch_id"`
	BatchNumber   string          `json:"batch_number"`
	CustomerID    string          `json:"customer_id"`
	CustomerName  string          `json:"customer_name"`
	Why           recheck.Why     `json:"why" enum:"passed,refused,exempted"`
	State         recheck.State   `json:"state" enum:"open,differs,settled"`
	DueOn         caldate.Date    `json:"due_on"`
	MadeAt        caldate.Instant `json:"made_at"`
	UserName      string          `json:"user_name" doc:"Who judges it; empty until somebody takes it."`
	DoneAt        caldate.Instant `json:"done_at"`
	Items         int64           `json:"items"`
	Agreed        int64           `json:"agreed" doc:"Groups judged alike, once it is done."`
	Resolution    string          `json:"resolution" doc:"first or second: who was right where they differ."`
	ResolvedBy    string          `json:"resolved_by_name"`
	ResolvedAt    caldate.Instant `json:"resolved_at"`
	ResolveReason string          `json:"resolve_reason"`
	Groups        []recheckGroup  `json:"groups,omitempty"`
	Actions       []string        `json:"available_actions"`
}

type recheckGroup struct {
	GroupID  string              `json:"group_id"`
	Position int64               `json:"position"`
	Messages int64               `json:"messages"`
	Wordings int64               `json:"wordings"`
	Segments []screening.Segment `json:"segments"`
	Hits     []screening.Hit     `json:"hits"`
	Codes    []string            `json:"reason_codes" doc:"Those of the rules' hits."`
	First    recheck.Choice      `json:"first" doc:"What was decided; empty while the second look is open."`
	Second   recheck.Choice      `json:"second"`
	Reasons  []string            `json:"second_reasons"`
	Note     string              `json:"note"`
}

func (a *API) fromRecheck(ctx context.Context) func(recheck.Recheck) recheckRecord {
	judge, lead, me := Can(ctx, "review.decide"), Can(ctx, "recheck.settle"), actor.From(ctx).UserID
	return func(r recheck.Recheck) recheckRecord {
		out := recheckRecord{
			ID: r.ID, BatchID: r.BatchID, BatchNumber: r.BatchNumber, CustomerID: r.CustomerID, CustomerName: r.CustomerName, Why: r.Why, State: r.State, DueOn: r.DueOn,
			MadeAt: r.MadeAt, UserName: r.UserName, DoneAt: r.DoneAt, Items: r.Items, Agreed: r.Agreed, Resolution: r.Resolution, ResolvedBy: r.ResolvedName, ResolvedAt: r.ResolvedAt,
			ResolveReason: r.ResolveReason, Actions: []string{},
		}
		switch {
		case judge && r.State == recheck.Open && r.UserID == "":
			out.Actions = append(out.Actions, "take")
		case judge && r.State == recheck.Open && r.UserID == me:
			out.Actions = append(out.Actions, "judge")
		case lead && r.State == recheck.Differs && r.UserID != me:
			out.Actions = append(out.Actions, "settle")
		}
		return out
	}
}

func (a *API) oneRecheck(ctx context.Context, r *recheck.Recheck, err error) (*struct{ Body recheckRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body recheckRecord }{a.fromRecheck(ctx)(*r)}, nil
}

type agreement struct {
	From    caldate.Date     `json:"from"`
	To      caldate.Date     `json:"to"`
	Matrix  recheck.Matrix   `json:"matrix"`
	Percent string           `json:"percent"`
	Kappa   string           `json:"kappa" doc:"Cohen's kappa; – where all is of one kind."`
	Setting recheck.Settings `json:"settings"`
	Actions []string         `json:"available_actions"`
}

func (a *API) rechecks() {
	Register(a, Op{
		ID: "list-rechecks", Method: http.MethodGet, Path: "/review/rechecks", Capability: "review.read", Tag: "review",
		Summary: "复检（盲检）列表", SummaryEn: "Blind second reviews, the newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		Mine bool `query:"mine" doc:"Only those that the caller may do."`
	},
	) (*struct{ Body List[recheckRecord] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []recheck.State{recheck.Open, recheck.Differs, recheck.Settled})
		if err != nil {
			return nil, err
		}
		after := ""
		if cursor != nil {
			after = cursor[0]
		}
		rs, n, err := a.deps.Rechecks.List(ctx, states, in.Mine, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rs, in.Limit, func(r recheck.Recheck) []string { return []string{r.ID} })
		return &struct{ Body List[recheckRecord] }{NewList(Convert(page, a.fromRecheck(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-recheck", Method: http.MethodGet, Path: "/review/rechecks/{id}", Capability: "review.read", Tag: "review",
		Summary: "一条复检及其文本（查看留痕，完成前不显示初审决定）", SummaryEn: "A second review with its texts; the first decision is hidden until it is done; the look is logged",
	}, func(ctx context.Context, in *batchID) (*struct{ Body recheckRecord }, error) {
		v, err := a.deps.Rechecks.Show(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out := a.fromRecheck(ctx)(v.Recheck)
		out.Groups = Convert(v.Groups, func(g recheck.GroupView) recheckGroup {
			r := recheckGroup{
				GroupID: g.GroupID, Position: g.Position, Messages: g.Messages, Wordings: g.Text.Wordings, Segments: g.Text.Segments, Hits: g.Text.Hits, Codes: g.Text.Reasons,
				First: g.FirstChoice, Second: g.SecondChoice, Reasons: g.ReasonCodes, Note: g.Note,
			}
			if r.Segments == nil {
				r.Segments, r.Hits, r.Codes = []screening.Segment{}, []screening.Hit{}, []string{}
			}
			return r
		})
		return &struct{ Body recheckRecord }{out}, nil
	})
	Register(a, Op{
		ID: "take-recheck", Method: http.MethodPost, Path: "/review/rechecks/{id}/take", Capability: "review.decide", Tag: "review",
		Summary: "领取复检", SummaryEn: "Take a second review",
	}, func(ctx context.Context, in *batchID) (*struct{ Body recheckRecord }, error) {
		r, err := a.deps.Rechecks.Take(ctx, in.ID)
		return a.oneRecheck(ctx, r, err)
	})
	Register(a, Op{
		ID: "judge-recheck", Method: http.MethodPost, Path: "/review/rechecks/{id}/judge", Capability: "review.decide", Tag: "review",
		Summary: "复检一组：放行或拒绝", SummaryEn: "Judge a group again: approve or refuse",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			GroupID     string         `json:"group_id" maxLength:"32"`
			Choice      recheck.Choice `json:"choice" doc:"approve or refuse."`
			ReasonCodes []string       `json:"reason_codes,omitempty"`
			Note        string         `json:"note,omitempty" maxLength:"500"`
		}
	},
	) (*struct{ Body recheckRecord }, error) {
		b := in.Body
		r, err := a.deps.Rechecks.Judge(ctx, in.ID, recheck.Judgement{GroupID: b.GroupID, Choice: b.Choice, ReasonCodes: b.ReasonCodes, Note: b.Note})
		return a.oneRecheck(ctx, r, err)
	})
	Register(a, Op{
		ID: "settle-recheck", Method: http.MethodPost, Path: "/review/rechecks/{id}/settle", Capability: "recheck.settle", Tag: "review",
		Summary: "裁定初审与复检不一致（第三人）", SummaryEn: "Say who was right where two people differ; by a third",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Resolution string `json:"resolution" doc:"first or second."`
			Reason     string `json:"reason" maxLength:"500"`
		}
	},
	) (*struct{ Body recheckRecord }, error) {
		r, err := a.deps.Rechecks.Settle(ctx, in.ID, in.Body.Resolution, in.Body.Reason)
		return a.oneRecheck(ctx, r, err)
	})
	Register(a, Op{
		ID: "review-agreement", Method: http.MethodGet, Path: "/review/agreement", Capability: "reviewer.read", Tag: "review",
		Summary: "复检一致率和 Cohen's kappa，以及抽检比例", SummaryEn: "How far people agree: percent, Cohen's kappa, and the shares",
	}, func(ctx context.Context, in *PeriodInput) (*struct{ Body agreement }, error) {
		from, to, err := in.days(a.deps.Clock.Today())
		if err != nil {
			return nil, err
		}
		out := agreement{From: from, To: to, Actions: []string{}}
		if out.Matrix, err = a.deps.Rechecks.Agreement(ctx, from, to); err != nil {
			return nil, err
		}
		out.Percent, out.Kappa = out.Matrix.Percent(), out.Matrix.Kappa()
		if out.Setting, err = a.deps.Rechecks.Settings(ctx); err != nil {
			return nil, err
		}
		if Can(ctx, "recheck.settle") {
			out.Actions = append(out.Actions, "set")
		}
		return &struct{ Body agreement }{out}, nil
	})
	Register(a, Op{
		ID: "set-recheck", Method: http.MethodPut, Path: "/review/agreement", Capability: "recheck.settle", Tag: "review",
		Summary: "设置抽检比例", SummaryEn: "Set the shares that are judged again",
	}, func(ctx context.Context, in *struct{ Body recheck.Settings }) (*struct{}, error) {
		return nil, a.deps.Rechecks.SetSettings(ctx, in.Body)
	})
}

// PeriodInput is a period of days; left out: the last 30.
type PeriodInput struct {
	From caldate.Date `query:"from" doc:"First day; left out: 30 days back."`
	To   caldate.Date `query:"to" doc:"Last day; left out: today."`
}

func (p PeriodInput) days(today caldate.Date) (from, to caldate.Date, err error) {
	from, to = p.From, p.To
	if to.IsZero() {
		to = today
	}
	if from.IsZero() {
		from = to.AddDays(-29)
	}
	if from.After(to) || to.Sub(from) > 366 {
		err = errPeriod
	}
	return from, to, err
}
