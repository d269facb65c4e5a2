package httpapi

import (
	"context"
	"net/http"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/catalogue"
	"sealgate/server/plan"
)

type planVersion struct {
	ID        string          `json:"id"`
	Number    int             `json:"number"`
	State     catalogue.State `json:"state" enum:"draft,submitted,published,dropped"`
	Terms     plan.Terms      `json:"terms"`
	ValidFrom caldate.Date    `json:"valid_from" doc:"First day on which contracts may be signed on it."`
	Note      string          `json:"note"`
	Author    string          `json:"author"`
	WrittenAt caldate.Instant `json:"written_at"`
	Decider   string          `json:"decider,omitempty"`
	DecidedAt caldate.Instant `json:"decided_at"`
	Decision  string          `json:"decision,omitempty" doc:"Why it was sent back."`
	Changed   []string        `json:"changed" doc:"Terms in which it differs from the version before."`
	OnOffer   bool            `json:"on_offer" doc:"Contracts are signed on it today."`
	Actions   []string        `json:"available_actions"`
}

type planRecord struct {
	ID        string        `json:"id"`
	Code      string        `json:"code"`
	Kind      plan.Kind     `json:"kind" enum:"package,prepaid,postpaid,centre,port,maintenance"`
	Name      string        `json:"name"`
	NameEn    string        `json:"name_en"`
	Withdrawn bool          `json:"withdrawn"`
	Versions  []planVersion `json:"versions" doc:"The newest first."`
	Actions   []string      `json:"available_actions"`
}

// planCapability says which capability each act on a plan needs.
var planCapability = map[string]string{
	"edit": "plan.write", "submit": "plan.write", "drop": "plan.write", "publish": "plan.publish", "send_back": "plan.publish", "revise": "plan.write", "withdraw": "plan.publish", "offer_again": "plan.publish",
}

func may(ctx context.Context, acts []string) []string {
	return slices.DeleteFunc(slices.Clone(acts), func(a string) bool { return !Can(ctx, planCapability[a]) })
}

func (a *API) fromOffer(ctx context.Context, o catalogue.Offer) planRecord {
	out := planRecord{ID: o.ID, Code: o.Code, Kind: o.Kind, Name: o.Name, NameEn: o.NameEn, Withdrawn: o.Withdrawn, Versions: []planVersion{}}
	offered, ok := catalogue.OnOffer(o.Versions, a.deps.Clock.Today())
	who := actor.From(ctx)
	for i, v := range o.Versions {
		w := planVersion{
			ID: v.ID, Number: v.Number, State: v.State, Terms: v.Terms, ValidFrom: v.ValidFrom, Note: v.Note, Author: v.CreatorName, WrittenAt: v.CreatedAt, Decider: v.DeciderName, DecidedAt: v.DecidedAt,
			Decision: v.Decision, Changed: []string{}, OnOffer: ok && !o.Withdrawn && offered.ID == v.ID, Actions: may(ctx, v.Actions(who)),
		}
		if i+1 < len(o.Versions) {
			w.Changed = plan.Differ(o.Versions[i+1].Terms, v.Terms)
		}
		out.Versions = append(out.Versions, w)
	}
	switch {
	case o.Withdrawn:
		out.Actions = may(ctx, []string{"offer_again"})
	case len(o.Versions) > 0 && o.Versions[0].State == catalogue.Submitted:
		out.Actions = may(ctx, []string{"withdraw"})
	default:
		out.Actions = may(ctx, []string{"revise", "withdraw"})
	}
	return out
}

func (a *API) onePlan(ctx context.Context, planID string, err error) (*struct{ Body planRecord }, error) {
	if err != nil {
		return nil, err
	}
	o, err := a.deps.Plans.Get(ctx, planID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body planRecord }{a.fromOffer(ctx, *o)}, nil
}

func (a *API) plans() {
	Register(a, Op{
		ID: "list-plans", Method: http.MethodGet, Path: "/plans", Capability: "plan.read", Tag: "plan",
		Summary: "套餐目录及各版本", SummaryEn: "The plans on offer with their versions",
	}, func(ctx context.Context, in *struct {
		Kind string `query:"kind" maxLength:"16" doc:"Plans for one kind of agreement."`
	}) (*struct{ Body List[planRecord] }, error) {
		offers, err := a.deps.Plans.List(ctx, plan.Kind(in.Kind))
		if err != nil {
			return nil, err
		}
		items := Convert(offers, func(o catalogue.Offer) planRecord { return a.fromOffer(ctx, o) })
		return &struct{ Body List[planRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "get-plan", Method: http.MethodGet, Path: "/plans/{id}", Capability: "plan.read", Tag: "plan",
		Summary: "套餐", SummaryEn: "A plan with its versions",
	}, func(ctx context.Context, in *ByID) (*struct{ Body planRecord }, error) {
		return a.onePlan(ctx, in.ID, nil)
	})
	Register(a, Op{
		ID: "create-plan", Method: http.MethodPost, Path: "/plans", Capability: "plan.write", Tag: "plan", Status: http.StatusCreated,
		Summary: "新增套餐，首个版本为草稿", SummaryEn: "Add a plan with its first version as a draft",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Code      string       `json:"code"`
			Name      string       `json:"name"`
			NameEn    string       `json:"name_en,omitempty"`
			Kind      plan.Kind    `json:"kind"`
			Terms     plan.Patch   `json:"terms" doc:"What differs from the defaults of the kind."`
			ValidFrom caldate.Date `json:"valid_from"`
			Note      string       `json:"note"`
		}
	}) (*struct{ Body planRecord }, error) {
		b := in.Body
		p, _, err := a.deps.Plans.Create(ctx, catalogue.Input{Code: b.Code, Name: b.Name, NameEn: b.NameEn, Kind: b.Kind}, b.Terms, b.ValidFrom, b.Note)
		if err != nil {
			return nil, err
		}
		return a.onePlan(ctx, p.ID, nil)
	})
	Register(a, Op{
		ID: "revise-plan", Method: http.MethodPost, Path: "/plans/{id}/versions", Capability: "plan.write", Tag: "plan", Status: http.StatusCreated,
		Summary: "起草下一个版本（已有草稿则替换）", SummaryEn: "Write the next version as a draft; a draft that is there is replaced",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Terms     plan.Patch   `json:"terms" doc:"What differs from the newest version."`
			ValidFrom caldate.Date `json:"valid_from"`
			Note      string       `json:"note"`
		}
	}) (*struct{ Body planRecord }, error) {
		_, err := a.deps.Plans.Revise(ctx, in.ID, in.Body.Terms, in.Body.ValidFrom, in.Body.Note)
		return a.onePlan(ctx, in.ID, err)
	})
	act := func(id, path, capability, zh, en string, do func(ctx context.Context, versionID, reason string) (*catalogue.Version, error)) {
		Register(a, Op{ID: id, Method: http.MethodPost, Path: "/plan-versions/{id}/" + path, Capability: capability, Tag: "plan", Summary: zh, SummaryEn: en},
			func(ctx context.Context, in *struct {
				ByID
				Body struct {
					Reason string `json:"reason,omitempty" maxLength:"500"`
				} `required:"false"`
			}) (*struct{ Body planRecord }, error) {
				v, err := do(ctx, in.ID, in.Body.Reason)
				if err != nil {
					return nil, err
				}
				return a.onePlan(ctx, v.PlanID, nil)
			})
	}
	act("submit-plan-version", "submit", "plan.write", "提交发布", "Ask another person to publish a version", func(ctx context.Context, id, _ string) (*catalogue.Version, error) {
		return a.deps.Plans.Submit(ctx, id)
	})
	act("drop-plan-version", "drop", "plan.write", "作废草稿", "Give a draft up", func(ctx context.Context, id, _ string) (*catalogue.Version, error) { return a.deps.Plans.Drop(ctx, id) })
	act("publish-plan-version", "publish", "plan.publish", "发布版本（不能发布自己编写的）", "Put a version on offer; not one's own", func(ctx context.Context, id, _ string) (*catalogue.Version, error) {
		return a.deps.Plans.Publish(ctx, id)
	})
	act("send-back-plan-version", "send-back", "plan.publish", "退回修改", "Make a submitted version a draft again, with the reason", a.deps.Plans.SendBack)
	Register(a, Op{
		ID: "withdraw-plan", Method: http.MethodPost, Path: "/plans/{id}/withdraw", Capability: "plan.publish", Tag: "plan",
		Summary: "下架或重新上架；已签合同不受影响", SummaryEn: "Take a plan off the list or put it back; contracts in force go on",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Off    bool   `json:"off"`
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{ Body planRecord }, error) {
		_, err := a.deps.Plans.Withdraw(ctx, in.ID, in.Body.Off, in.Body.Reason)
		return a.onePlan(ctx, in.ID, err)
	})
}
