package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/watch"
)

type watchAlert struct {
	ID           string           `json:"id"`
	Code         watch.Code       `json:"code" enum:"volume,refused,failed,night,recipients,place"`
	CustomerID   string           `json:"customer_id"`
	CustomerName string           `json:"customer_name"`
	On           caldate.Date     `json:"on"`
	State        watch.State      `json:"state" enum:"open,stopped,closed"`
	Level        int64            `json:"level"`
	Evidence     []watch.Evidence `json:"evidence"`
	RaisedAt     caldate.Instant  `json:"raised_at"`
	AutoStopped  bool             `json:"auto_stopped"`
	LiftedBy     string           `json:"lifted_by_name"`
	LiftedAt     caldate.Instant  `json:"lifted_at"`
	LiftReason   string           `json:"lift_reason"`
	ClosedBy     string           `json:"closed_by_name"`
	ClosedAt     caldate.Instant  `json:"closed_at"`
	Outcome      string           `json:"outcome" doc:"explained, false_alarm or confirmed; empty while it is open."`
	CloseReason  string           `json:"close_reason"`
	Actions      []string         `json:"available_actions"`
}

func (a *API) fromAlert(ctx context.Context) func(watch.Alert) watchAlert {
	settle := Can(ctx, "watch.settle")
	return func(w watch.Alert) watchAlert {
		out := watchAlert{
			ID: w.ID, Code: w.Code, CustomerID: w.CustomerID, CustomerName: w.CustomerName, On: w.OnDate, State: w.State, Level: w.Level, Evidence: w.Evidence, RaisedAt: w.RaisedAt,
			AutoStopped: w.StopID != "", LiftedBy: w.LiftedName, LiftedAt: w.LiftedAt, LiftReason: w.LiftReason, ClosedBy: w.ClosedName, ClosedAt: w.ClosedAt, Outcome: w.Outcome,
			CloseReason: w.CloseReason, Actions: []string{},
		}
		switch {
		case settle && w.State == watch.Stopped:
			out.Actions = append(out.Actions, "lift")
		case settle && w.State == watch.Open:
			out.Actions = append(out.Actions, "close")
		}
		return out
	}
}

func (a *API) oneAlert(ctx context.Context, w *watch.Alert, err error) (*struct{ Body watchAlert }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body watchAlert }{a.fromAlert(ctx)(*w)}, nil
}

type watchRule struct {
	Code     watch.Code   `json:"code"`
	Enabled  bool         `json:"enabled"`
	AutoStop bool         `json:"auto_stop"`
	Level    int64        `json:"level"`
	Params   watch.Params `json:"params"`
}

type watchThreshold struct {
	Code         watch.Code      `json:"code"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Enabled      bool            `json:"enabled"`
	AutoStop     bool            `json:"auto_stop"`
	Params       watch.Params    `json:"params"`
	Until        caldate.Date    `json:"until"`
	Reason       string          `json:"reason"`
	UpdatedBy    string          `json:"updated_by_name"`
	UpdatedAt    caldate.Instant `json:"updated_at"`
}

type watchRules struct {
	Rules      []watchRule      `json:"rules"`
	Thresholds []watchThreshold `json:"thresholds" doc:"For single customers."`
	Actions    []string         `json:"available_actions"`
}

func (a *API) watching() {
	Register(a, Op{
		ID: "list-alerts", Method: http.MethodGet, Path: "/watch/alerts", Capability: "watch.read", Tag: "watch",
		Summary: "异常告警", SummaryEn: "Alerts about unusual behaviour, the newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[watchAlert] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []watch.State{watch.Open, watch.Stopped, watch.Closed})
		if err != nil {
			return nil, err
		}
		q := watch.Query{States: states, CustomerID: in.CustomerID, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		ws, n, err := a.deps.Watch.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(ws, in.Limit, func(w watch.Alert) []string { return []string{w.ID} })
		return &struct{ Body List[watchAlert] }{NewList(Convert(page, a.fromAlert(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-alert", Method: http.MethodGet, Path: "/watch/alerts/{id}", Capability: "watch.read", Tag: "watch",
		Summary: "一条告警及其依据", SummaryEn: "One alert with its evidence",
	}, func(ctx context.Context, in *batchID) (*struct{ Body watchAlert }, error) {
		w, err := a.deps.Watch.Get(ctx, in.ID)
		return a.oneAlert(ctx, w, err)
	})
	Register(a, Op{
		ID: "lift-alert", Method: http.MethodPost, Path: "/watch/alerts/{id}/lift", Capability: "watch.settle", Tag: "watch",
		Summary: "解除告警引起的停发，须写明理由", SummaryEn: "Lift the stop that an alert set, with the reason",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body watchAlert }, error) {
		w, err := a.deps.Watch.Lift(ctx, in.ID, in.Body.Reason)
		return a.oneAlert(ctx, w, err)
	})
	Register(a, Op{
		ID: "close-alert", Method: http.MethodPost, Path: "/watch/alerts/{id}/close", Capability: "watch.settle", Tag: "watch",
		Summary: "关闭告警并写明结论", SummaryEn: "Close an alert by saying what it was",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Outcome string `json:"outcome" doc:"explained, false_alarm or confirmed."`
			Reason  string `json:"reason" maxLength:"500"`
		}
	},
	) (*struct{ Body watchAlert }, error) {
		w, err := a.deps.Watch.Close(ctx, in.ID, in.Body.Outcome, in.Body.Reason)
		return a.oneAlert(ctx, w, err)
	})
	Register(a, Op{
		ID: "look-now", Method: http.MethodPost, Path: "/watch/look", Capability: "watch.settle", Tag: "watch",
		Summary: "立即检查今天的数据", SummaryEn: "Look at today's figures now",
	}, func(ctx context.Context, _ *struct{}) (*struct {
		Body struct {
			Raised int `json:"raised"`
		}
	}, error,
	) {
		n, err := a.deps.Watch.RunDay(ctx, a.deps.Clock.Today())
		out := &struct {
			Body struct {
				Raised int `json:"raised"`
			}
		}{}
		out.Body.Raised = n
		return out, err
	})
	Register(a, Op{
		ID: "watch-rules", Method: http.MethodGet, Path: "/watch/rules", Capability: "watch.read", Tag: "watch",
		Summary: "监测规则和按客户的阈值", SummaryEn: "Rules, and thresholds of single customers",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body watchRules }, error) {
		rs, err := a.deps.Watch.Rules(ctx)
		if err != nil {
			return nil, err
		}
		ts, err := a.deps.Watch.Thresholds(ctx)
		if err != nil {
			return nil, err
		}
		out := watchRules{
			Rules: Convert(rs, func(r watch.Rule) watchRule { return watchRule(r) }),
			Thresholds: Convert(ts, func(t watch.Threshold) watchThreshold {
				return watchThreshold{t.Code, t.CustomerID, t.CustomerName, t.Enabled, t.AutoStop, t.Params, t.UntilDate, t.Reason, t.UpdatedName, t.UpdatedAt}
			}),
			Actions: []string{},
		}
		if Can(ctx, "watch.rules") {
			out.Actions = append(out.Actions, "set")
		}
		return &struct{ Body watchRules }{out}, nil
	})
	Register(a, Op{
		ID: "set-watch-rule", Method: http.MethodPut, Path: "/watch/rules/{code}", Capability: "watch.rules", Tag: "watch",
		Summary: "修改监测规则", SummaryEn: "Change a rule for all customers",
	}, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"32"`
		Body struct {
			Enabled  bool         `json:"enabled"`
			AutoStop bool         `json:"auto_stop"`
			Level    int64        `json:"level"`
			Params   watch.Params `json:"params"`
		}
	},
	) (*struct{}, error) {
		b := in.Body
		return nil, a.deps.Watch.SetRule(ctx, watch.Rule{Code: watch.Code(in.Code), Enabled: b.Enabled, AutoStop: b.AutoStop, Level: b.Level, Params: b.Params})
	})
	Register(a, Op{
		ID: "set-watch-threshold", Method: http.MethodPut, Path: "/customers/{id}/watch/{code}", Capability: "watch.rules", Tag: "watch",
		Summary: "为一个客户设置阈值，须写明理由", SummaryEn: "Set a rule for one customer, until a day, with the reason",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Code string `path:"code" maxLength:"32"`
		Body struct {
			Enabled  bool         `json:"enabled"`
			AutoStop bool         `json:"auto_stop"`
			Params   watch.Params `json:"params"`
			Until    caldate.Date `json:"until,omitempty" doc:"Last day; left out: for good."`
			Reason   string       `json:"reason" maxLength:"500"`
		}
	},
	) (*struct{}, error) {
		c, err := a.deps.Customers.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		b := in.Body
		return nil, a.deps.Watch.SetThreshold(ctx, watch.Threshold{
			CustomerID: c.ID, CustomerName: c.Name, Code: watch.Code(in.Code), Enabled: b.Enabled, AutoStop: b.AutoStop, Params: b.Params, UntilDate: b.Until, Reason: b.Reason,
		})
	})
}
