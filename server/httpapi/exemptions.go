package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/review"
)

type exemption struct {
	ID             string                `json:"id"`
	Number         string                `json:"number"`
	Kind           review.ExemptionKind  `json:"kind" enum:"text,customer"`
	CustomerID     string                `json:"customer_id"`
	CustomerName   string                `json:"customer_name"`
	Category       string                `json:"category"`
	BatchID        string                `json:"batch_id" doc:"The approved batch that it goes by."`
	BatchNumber    string                `json:"batch_number"`
	MaxMessages    int64                 `json:"max_messages"`
	SampleShare    int64                 `json:"sample_share" doc:"Percent of the batches that a person looks at all the same."`
	Until          caldate.Date          `json:"until"`
	Reason         string                `json:"reason"`
	State          review.ExemptionState `json:"state" enum:"asked,live,rejected,ended"`
	Counts         bool                  `json:"counts" doc:"It counts today."`
	AskedBy        string                `json:"asked_by_name"`
	AskedAt        caldate.Instant       `json:"asked_at"`
	DecidedBy      string                `json:"decided_by_name"`
	DecidedAt      caldate.Instant       `json:"decided_at"`
	DecisionReason string                `json:"decision_reason"`
	EndedAt        caldate.Instant       `json:"ended_at"`
	EndReason      string                `json:"end_reason"`
	Passed         int64                 `json:"passed" doc:"Batches that went by it."`
	Sampled        int64                 `json:"sampled" doc:"Batches that came to the desk as samples."`
	Actions        []string              `json:"available_actions"`
}

func (a *API) fromExemption(ctx context.Context) func(review.Exemption) exemption {
	may, me, today := Can(ctx, "exemption.write"), actor.From(ctx).UserID, a.deps.Clock.Today()
	return func(e review.Exemption) exemption {
		out := exemption{
			ID: e.ID, Number: e.Number, Kind: e.Kind, CustomerID: e.CustomerID, CustomerName: e.CustomerName, Category: e.Category, BatchID: e.BatchID, BatchNumber: e.BatchNumber,
			MaxMessages: e.MaxMessages, SampleShare: e.SampleShare, Until: e.UntilDate, Reason: e.Reason, State: e.State, Counts: e.CountsOn(today), AskedBy: e.AskedName,
			AskedAt: e.AskedAt, DecidedBy: e.DecidedName, DecidedAt: e.DecidedAt, DecisionReason: e.DecisionReason, EndedAt: e.EndedAt, EndReason: e.EndReason,
			Passed: e.Passed, Sampled: e.Sampled, Actions: []string{},
		}
		switch {
		case may && e.State == review.ExemptionAsked && e.AskedBy != me:
			out.Actions = append(out.Actions, "approve", "reject")
		case may && e.CountsOn(today):
			out.Actions = append(out.Actions, "end")
		}
		return out
	}
}

func (a *API) oneExemption(ctx context.Context, e *review.Exemption, err error) (*struct{ Body exemption }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body exemption }{a.fromExemption(ctx)(*e)}, nil
}

func (a *API) exemptions() {
	Register(a, Op{
		ID: "list-exemptions", Method: http.MethodGet, Path: "/review/exemptions", Capability: "review.read", Tag: "review",
		Summary: "免审列表", SummaryEn: "Exemptions from review, the newest first",
	}, func(ctx context.Context, in *StatePage) (*struct{ Body List[exemption] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []review.ExemptionState{review.ExemptionAsked, review.ExemptionLive, review.ExemptionRejected, review.ExemptionEnded})
		if err != nil {
			return nil, err
		}
		after := ""
		if cursor != nil {
			after = cursor[0]
		}
		es, n, err := a.deps.Reviews.Exemptions(ctx, states, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(es, in.Limit, func(e review.Exemption) []string { return []string{e.ID} })
		return &struct{ Body List[exemption] }{NewList(Convert(page, a.fromExemption(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "ask-exemption", Method: http.MethodPost, Path: "/review/exemptions", Capability: "exemption.write", Tag: "review", Status: http.StatusCreated,
		Summary: "申请免审：可信模板或客户，有截止日和抽查比例（须第二人批准）", SummaryEn: "Ask that clean batches of a trusted text or customer go by rule, until a day and with samples; a second person decides",
	}, func(ctx context.Context, in *struct {
		Body struct {
			BatchID     string               `json:"batch_id" maxLength:"32" doc:"An approved batch without hits, whose customer, category and text count."`
			Kind        review.ExemptionKind `json:"kind" doc:"text or customer."`
			MaxMessages int64                `json:"max_messages"`
			SampleShare int64                `json:"sample_share" doc:"Percent."`
			Until       caldate.Date         `json:"until"`
			Reason      string               `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body exemption }, error) {
		b := in.Body
		e, err := a.deps.Reviews.AskExemption(ctx, review.ExemptionInput{BatchID: b.BatchID, Kind: b.Kind, MaxMessages: b.MaxMessages, SampleShare: b.SampleShare, Until: b.Until, Reason: b.Reason})
		return a.oneExemption(ctx, e, err)
	})
	Register(a, Op{
		ID: "decide-exemption", Method: http.MethodPost, Path: "/review/exemptions/{id}/decision", Capability: "exemption.write", Tag: "review",
		Summary: "批准或拒绝免审（不能是申请人）", SummaryEn: "Approve or reject an exemption; not by who asked for it",
	}, func(ctx context.Context, in *decision) (*struct{ Body exemption }, error) {
		e, err := a.deps.Reviews.DecideExemption(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		return a.oneExemption(ctx, e, err)
	})
	Register(a, Op{
		ID: "end-exemption", Method: http.MethodPost, Path: "/review/exemptions/{id}/end", Capability: "exemption.write", Tag: "review",
		Summary: "终止免审", SummaryEn: "End an exemption at once",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body exemption }, error) {
		e, err := a.deps.Reviews.EndExemption(ctx, in.ID, in.Body.Reason)
		return a.oneExemption(ctx, e, err)
	})
}
