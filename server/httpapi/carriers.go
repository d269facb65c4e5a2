package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/carrier"
)

type orderInput struct {
	Body struct {
		Carrier    string          `json:"carrier" doc:"cmcc, cucc, ctcc or cbn."`
		Category   string          `json:"category,omitempty" doc:"verification, notice, marketing or advertising; none: all."`
		Measure    carrier.Measure `json:"measure" doc:"stop, per_second or per_day."`
		Volume     int64           `json:"volume,omitempty" doc:"Messages; none with stop."`
		GivenBy    string          `json:"given_by" doc:"Who at the carrier."`
		Reference  string          `json:"reference" doc:"Their number of it, or how it came."`
		Reason     string          `json:"reason"`
		DocumentID string          `json:"document_id,omitempty" maxLength:"32"`
		Until      caldate.Instant `json:"until,omitempty" doc:"None: until it is lifted."`
	}
}

type orderRecord struct {
	carrier.Order
	Holds   bool     `json:"holds" doc:"In force now."`
	Actions []string `json:"available_actions"`
}

type ruleInput struct {
	Body struct {
		Carrier    string       `json:"carrier"`
		Title      string       `json:"title"`
		Body       string       `json:"body"`
		Source     string       `json:"source" doc:"The carrier's own number or date of it."`
		DocumentID string       `json:"document_id,omitempty" maxLength:"32"`
		InForceOn  caldate.Date `json:"in_force_on"`
	}
}

func (a *API) showOrder(ctx context.Context, o *carrier.Order) orderRecord {
	r := orderRecord{Order: *o, Holds: o.Holds(a.deps.Clock.Instant()), Actions: []string{}}
	if r.Holds && Can(ctx, "carrier.order") {
		r.Actions = append(r.Actions, "lift-carrier-order")
	}
	return r
}

func (a *API) carriers() {
	Register(a, Op{
		ID: "list-carrier-orders", Method: http.MethodGet, Path: "/carrier-orders", Capability: "carrier.read", Tag: "handoff",
		Summary: "运营商限流令：生效中的和以往的", SummaryEn: "Carriers' orders to cut volume, those in force and those before",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[orderRecord] }, error) {
		os, err := a.deps.Carriers.Orders(ctx)
		out := make([]orderRecord, len(os))
		for i := range os {
			out[i] = a.showOrder(ctx, &os[i])
		}
		return &struct{ Body List[orderRecord] }{NewList(out, "", int64(len(out)))}, err
	})
	Register(a, Op{
		ID: "give-carrier-order", Method: http.MethodPost, Path: "/carrier-orders", Capability: "carrier.order", Tag: "handoff", Status: http.StatusCreated,
		Summary: "登记运营商限流令，立即生效", SummaryEn: "Enter a carrier's order to cut volume; it takes effect at once",
	}, func(ctx context.Context, in *orderInput) (*struct{ Body orderRecord }, error) {
		b := &in.Body
		o, err := a.deps.Carriers.Give(ctx, carrier.Order{
			Carrier: b.Carrier, Category: b.Category, Measure: b.Measure, Volume: b.Volume, GivenBy: b.GivenBy, Reference: b.Reference, Reason: b.Reason,
			DocumentID: b.DocumentID, UntilAt: b.Until,
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body orderRecord }{a.showOrder(ctx, o)}, nil
	})
	Register(a, Op{
		ID: "lift-carrier-order", Method: http.MethodPost, Path: "/carrier-orders/{id}/lift", Capability: "carrier.order", Tag: "handoff",
		Summary: "提前解除运营商限流令", SummaryEn: "Lift a carrier's order before its time",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body orderRecord }, error) {
		o, err := a.deps.Carriers.Lift(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body orderRecord }{a.showOrder(ctx, o)}, nil
	})
	Register(a, Op{
		ID: "list-carrier-rules", Method: http.MethodGet, Path: "/carrier-rules", Capability: "carrier.read", Tag: "handoff",
		Summary: "运营商规范的各版本和确认情况", SummaryEn: "Versions of carriers' rules and who has acknowledged them",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[carrier.RuleView] }, error) {
		rs, err := a.deps.Carriers.Rules(ctx)
		return &struct {
			Body List[carrier.RuleView]
		}{NewList(rs, "", int64(len(rs)))}, err
	})
	Register(a, Op{
		ID: "publish-carrier-rule", Method: http.MethodPost, Path: "/carrier-rules", Capability: "carrier.order", Tag: "handoff", Status: http.StatusCreated,
		Summary: "发布运营商规范的新版本", SummaryEn: "Publish the next version of a carrier's rules",
	}, func(ctx context.Context, in *ruleInput) (*struct{ Body *carrier.Rule }, error) {
		b := &in.Body
		r, err := a.deps.Carriers.Publish(ctx, carrier.Rule{
			Carrier: b.Carrier, Title: b.Title, Body: b.Body, Source: b.Source, DocumentID: b.DocumentID, InForceOn: b.InForceOn,
		})
		return &struct{ Body *carrier.Rule }{r}, err
	})
	Register(a, Op{
		ID: "acknowledge-carrier-rule", Method: http.MethodPost, Path: "/carrier-rules/{id}/acknowledge", Capability: "carrier.read", Tag: "handoff",
		Summary: "确认已阅读运营商规范", SummaryEn: "Acknowledge that one has read a carrier's rules",
	}, func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"32"`
	}) (*struct{}, error) {
		return nil, a.deps.Carriers.Acknowledge(ctx, in.ID)
	})
}
