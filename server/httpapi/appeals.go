package httpapi

import (
	"cmp"
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/appeal"
	"sealgate/server/caldate"
)

type appealRecord struct {
	ID           string          `json:"id"`
	Number       string          `json:"number"`
	State        appeal.State    `json:"state" enum:"filed,granted,denied,withdrawn"`
	Kind         appeal.Kind     `json:"kind" enum:"batch,suspension,registration,licence,consent,complaint,stop,alert,takedown"`
	ObjectID     string          `json:"object_id"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	ContractID   string          `json:"contract_id"`
	Title        string          `json:"title"`
	Reason       string          `json:"reason" doc:"Of the decision, as it was shown when the appeal was filed."`
	DeciderName  string          `json:"decider_name" doc:"Who decided before; empty: the system."`
	Grounds      string          `json:"grounds"`
	DocumentID   string          `json:"document_id"`
	FilerName    string          `json:"filed_by_name"`
	FiledAt      caldate.Instant `json:"filed_at"`
	DueOn        caldate.Date    `json:"due_on"`
	Answer       string          `json:"answer"`
	Redress      string          `json:"redress" doc:"What was done because it was granted."`
	JudgeName    string          `json:"decided_by_name"`
	DecidedAt    caldate.Instant `json:"decided_at"`
	Actions      []string        `json:"available_actions"`
}

func fromAppeal(ctx context.Context, x *appeal.Appeal) appealRecord {
	out := appealRecord{x.ID, x.Number, x.State, x.Kind, x.ObjectID, x.CustomerID, x.CustomerName, x.ContractID, x.Title, x.Reason, x.DeciderName, x.Grounds, x.DocumentID, x.FilerName, x.FiledAt, x.DueOn,
		x.Answer, x.Redress, x.JudgeName, x.DecidedAt, []string{}}
	if x.MayDecide(actor.From(ctx)) && Can(ctx, "appeal.decide") {
		out.Actions = append(out.Actions, "decide")
	}
	if x.State == appeal.Filed && Can(ctx, "appeal.file") {
		out.Actions = append(out.Actions, "withdraw")
	}
	return out
}

type restrictionRecord struct {
	Kind        appeal.Kind     `json:"kind" enum:"batch,suspension,registration,licence,consent,complaint,stop,alert,takedown"`
	ObjectID    string          `json:"object_id"`
	CustomerID  string          `json:"customer_id"`
	ContractID  string          `json:"contract_id"`
	Title       string          `json:"title"`
	TitleEn     string          `json:"title_en"`
	Reason      string          `json:"reason"`
	ReasonEn    string          `json:"reason_en" doc:"Empty where a person wrote the reason, in whichever language."`
	Evidence    string          `json:"evidence"`
	EvidenceEn  string          `json:"evidence_en"`
	Remedy      string          `json:"remedy" doc:"What ends it without an appeal."`
	RemedyEn    string          `json:"remedy_en"`
	DeciderName string          `json:"decider_name" doc:"Who decided; empty: the system."`
	Since       caldate.Instant `json:"since"`
	AppealID    string          `json:"appeal_id,omitempty" doc:"The newest appeal against it."`
	AppealState appeal.State    `json:"appeal_state,omitempty" enum:"filed,granted,denied,withdrawn"`
	Actions     []string        `json:"available_actions"`
}

func fromRestriction(ctx context.Context, r *appeal.Restriction) restrictionRecord {
	m := r.Matter
	out := restrictionRecord{
		Kind: r.Kind, ObjectID: r.ObjectID, CustomerID: m.CustomerID, ContractID: m.ContractID, Title: m.Title, TitleEn: m.TitleEn, Reason: m.Reason, ReasonEn: m.ReasonEn, Evidence: m.Evidence, EvidenceEn: m.EvidenceEn, Remedy: m.Remedy, RemedyEn: m.RemedyEn,
		DeciderName: m.DeciderName, Since: m.Since, Actions: []string{},
	}
	if r.Appeal != nil {
		out.AppealID, out.AppealState = r.Appeal.ID, r.Appeal.State
	}
	if Can(ctx, "appeal.file") && out.AppealState != appeal.Filed {
		out.Actions = append(out.Actions, "appeal")
	}
	return out
}

func oneAppeal(ctx context.Context, x *appeal.Appeal, err error) (*struct{ Body appealRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body appealRecord }{fromAppeal(ctx, x)}, nil
}

func (a *API) appeals() {
	Register(a, Op{
		ID: "list-appeals", Method: http.MethodGet, Path: "/appeals", Capability: "appeal.read", Tag: "appeal", Summary: "申诉，最新的在前", SummaryEn: "Appeals, the newest first",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[appealRecord] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, appeal.States())
		if err != nil {
			return nil, err
		}
		q := appeal.Query{CustomerID: in.CustomerID, States: only, Search: in.Q, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		as, n, err := a.deps.Appeals.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(as, in.Limit, func(x appeal.Appeal) []string { return []string{x.ID} })
		return &struct{ Body List[appealRecord] }{NewList(Convert(page, func(x appeal.Appeal) appealRecord { return fromAppeal(ctx, &x) }), next, n)}, nil
	})
	Register(a, Op{
		ID: "file-appeal", Method: http.MethodPost, Path: "/appeals", Capability: "appeal.file", Tag: "appeal", Status: http.StatusCreated,
		Summary: "对拒绝、暂停或限制提出申诉", SummaryEn: "Appeal against a refusal, a suspension or a restriction",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Kind       appeal.Kind `json:"kind"`
			ObjectID   string      `json:"object_id" maxLength:"64" doc:"Of the batch, registration, licence, consent, complaint, stop, alert or takedown; CONTRACT:REASON of a suspension."`
			Grounds    string      `json:"grounds" maxLength:"4000"`
			DocumentID string      `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body appealRecord }, error) {
		b := in.Body
		x, err := a.deps.Appeals.File(ctx, appeal.Input{Kind: b.Kind, ObjectID: b.ObjectID, Grounds: b.Grounds, DocumentID: b.DocumentID})
		return oneAppeal(ctx, x, err)
	})
	Register(a, Op{
		ID: "list-restrictions", Method: http.MethodGet, Path: "/restrictions", Capability: "appeal.read", Tag: "appeal",
		Summary:   "对客户的拒绝、暂停和限制：理由、依据、补救办法和申诉",
		SummaryEn: "What is refused, suspended or restricted for a customer: reason, evidence, remedy and appeal",
	}, func(ctx context.Context, in *struct {
		CustomerID string `query:"customer_id" maxLength:"32" doc:"None: the caller's own."`
	},
	) (*struct{ Body List[restrictionRecord] }, error) {
		rs, err := a.deps.Appeals.Restrictions(ctx, cmp.Or(in.CustomerID, actor.From(ctx).CustomerID))
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[restrictionRecord] }{NewList(Convert(rs, func(r appeal.Restriction) restrictionRecord { return fromRestriction(ctx, &r) }), "", int64(len(rs)))}, nil
	})
	Register(a, Op{
		ID: "get-restriction", Method: http.MethodGet, Path: "/restrictions/{kind}/{object}", Capability: "appeal.read", Tag: "appeal",
		Summary: "一项拒绝、暂停或限制", SummaryEn: "One refusal, suspension or restriction",
	}, func(ctx context.Context, in *struct {
		Kind   appeal.Kind `path:"kind" enum:"batch,suspension,registration,licence,consent,complaint,stop,alert,takedown"`
		Object string      `path:"object" maxLength:"64"`
	},
	) (*struct{ Body restrictionRecord }, error) {
		r, err := a.deps.Appeals.Restriction(ctx, in.Kind, in.Object)
		if err != nil {
			return nil, err
		}
		return &struct{ Body restrictionRecord }{fromRestriction(ctx, r)}, nil
	})
	Register(a, Op{
		ID: "get-appeal", Method: http.MethodGet, Path: "/appeals/{id}", Capability: "appeal.read", Tag: "appeal", Summary: "申诉", SummaryEn: "An appeal",
	}, func(ctx context.Context, in *ByID) (*struct{ Body appealRecord }, error) {
		x, err := a.deps.Appeals.Get(ctx, in.ID)
		return oneAppeal(ctx, x, err)
	})
	Register(a, Op{
		ID: "decide-appeal", Method: http.MethodPost, Path: "/appeals/{id}/decision", Capability: "appeal.decide", Tag: "appeal",
		Summary: "决定申诉（不得由原决定人决定）", SummaryEn: "Decide an appeal; not by who decided before",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Grant  bool   `json:"grant"`
			Answer string `json:"answer" maxLength:"4000"`
		}
	},
	) (*struct{ Body appealRecord }, error) {
		x, err := a.deps.Appeals.Decide(ctx, in.ID, in.Body.Grant, in.Body.Answer)
		return oneAppeal(ctx, x, err)
	})
	Register(a, Op{
		ID: "withdraw-appeal", Method: http.MethodPost, Path: "/appeals/{id}/withdraw", Capability: "appeal.file", Tag: "appeal", Summary: "撤回申诉", SummaryEn: "Take an appeal back",
	}, func(ctx context.Context, in *ByID) (*struct{ Body appealRecord }, error) {
		x, err := a.deps.Appeals.Withdraw(ctx, in.ID)
		return oneAppeal(ctx, x, err)
	})
}
