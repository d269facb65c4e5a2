package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/review"
)

type escalation struct {
	ID           string                 `json:"id"`
	Number       string                 `json:"number"`
	BatchID      string                 `json:"batch_id"`
	BatchNumber  string                 `json:"batch_number"`
	CustomerID   string                 `json:"customer_id"`
	CustomerName string                 `json:"customer_name"`
	Scope        review.Scope           `json:"scope" enum:"batch,group"`
	GroupID      string                 `json:"group_id"`
	Messages     int64                  `json:"messages"`
	Question     string                 `json:"question"`
	Authority    string                 `json:"authority"`
	State        review.EscalationState `json:"state" enum:"asked,answered,withdrawn"`
	AskedBy      string                 `json:"asked_by_name"`
	AskedAt      caldate.Instant        `json:"asked_at"`
	DueOn        caldate.Date           `json:"due_on" doc:"An answer is expected by then."`
	RemindOn     caldate.Date           `json:"remind_on" doc:"Next reminder; empty once it is settled."`
	Reminders    int64                  `json:"reminders"`
	Outcome      review.Ruled           `json:"outcome" doc:"allowed or forbidden; empty before the answer."`
	Answer       string                 `json:"answer" doc:"What was answered, or why the question was withdrawn."`
	AnswerRef    string                 `json:"answer_ref"`
	AnsweredOn   caldate.Date           `json:"answered_on"`
	DocumentID   string                 `json:"document_id"`
	RecordedBy   string                 `json:"recorded_by_name"`
	RecordedAt   caldate.Instant        `json:"recorded_at"`
	Overdue      bool                   `json:"overdue"`
	Actions      []string               `json:"available_actions"`
}

func (a *API) fromEscalation(ctx context.Context) func(review.Escalation) escalation {
	may, today := Can(ctx, "escalation.answer"), a.deps.Clock.Today()
	return func(e review.Escalation) escalation {
		out := escalation{
			ID: e.ID, Number: e.Number, BatchID: e.BatchID, BatchNumber: e.BatchNumber, CustomerID: e.CustomerID, CustomerName: e.CustomerName, Scope: e.Scope,
			GroupID: e.GroupID, Messages: e.Messages, Question: e.Question, Authority: e.Authority, State: e.State, AskedBy: e.AskedName, AskedAt: e.AskedAt, DueOn: e.DueOn,
			RemindOn: e.RemindOn, Reminders: e.Reminders, Outcome: e.Outcome, Answer: e.Answer, AnswerRef: e.AnswerRef, AnsweredOn: e.AnsweredOn, DocumentID: e.DocumentID,
			RecordedBy: e.RecordedName, RecordedAt: e.RecordedAt, Overdue: e.State == review.Asked && e.DueOn.Before(today), Actions: []string{},
		}
		if may && e.State == review.Asked {
			out.Actions = append(out.Actions, "answer", "withdraw")
		}
		return out
	}
}

func (a *API) oneEscalation(ctx context.Context, e *review.Escalation, err error) (*struct{ Body escalation }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body escalation }{a.fromEscalation(ctx)(*e)}, nil
}

func (a *API) escalations() {
	Register(a, Op{
		ID: "escalate-review", Method: http.MethodPost, Path: "/review/batches/{id}/escalate", Capability: "review.decide", Tag: "escalation", Status: http.StatusCreated,
		Summary: "请示主管部门：整批或一组，答复之前不发送", SummaryEn: "Put a batch or a group before the authority; nothing of it is sent before the answer",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Scope     review.Scope `json:"scope" doc:"batch or group."`
			GroupID   string       `json:"group_id,omitempty" maxLength:"32"`
			Question  string       `json:"question" maxLength:"2000"`
			Authority string       `json:"authority" maxLength:"100"`
			DueOn     caldate.Date `json:"due_on,omitempty" doc:"An answer is expected by then; left out: in three days."`
		}
	},
	) (*struct{ Body escalation }, error) {
		b := in.Body
		e, err := a.deps.Reviews.Escalate(ctx, review.Question{BatchID: in.ID, Scope: b.Scope, GroupID: b.GroupID, Text: b.Question, Authority: b.Authority, DueOn: b.DueOn})
		return a.oneEscalation(ctx, e, err)
	})
	Register(a, Op{
		ID: "list-escalations", Method: http.MethodGet, Path: "/escalations", Capability: "escalation.read", Tag: "escalation",
		Summary: "请示登记簿", SummaryEn: "The register of questions to authorities, the newest first",
	}, func(ctx context.Context, in *struct {
		Page
		BatchID string `query:"batch_id" maxLength:"32"`
	},
	) (*struct{ Body List[escalation] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []review.EscalationState{review.Asked, review.Answered, review.Withdrawn})
		if err != nil {
			return nil, err
		}
		q := review.EscalationQuery{States: states, BatchID: in.BatchID, Search: in.Q, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		es, n, err := a.deps.Reviews.Escalations(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(es, in.Limit, func(e review.Escalation) []string { return []string{e.ID} })
		return &struct{ Body List[escalation] }{NewList(Convert(page, a.fromEscalation(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-escalation", Method: http.MethodGet, Path: "/escalations/{id}", Capability: "escalation.read", Tag: "escalation",
		Summary: "一条请示", SummaryEn: "One question to an authority",
	}, func(ctx context.Context, in *batchID) (*struct{ Body escalation }, error) {
		e, err := a.deps.Reviews.Escalation(ctx, in.ID)
		return a.oneEscalation(ctx, e, err)
	})
	Register(a, Op{
		ID: "answer-escalation", Method: http.MethodPost, Path: "/escalations/{id}/answer", Capability: "escalation.answer", Tag: "escalation",
		Summary: "登记主管部门的答复和文件", SummaryEn: "Register the authority's answer with its paper",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Outcome    review.Ruled `json:"outcome" doc:"allowed or forbidden."`
			Answer     string       `json:"answer" maxLength:"2000"`
			AnswerRef  string       `json:"answer_ref" maxLength:"100" doc:"Number of the paper."`
			AnsweredOn caldate.Date `json:"answered_on"`
			DocumentID string       `json:"document_id" maxLength:"32"`
		}
	},
	) (*struct{ Body escalation }, error) {
		b := in.Body
		e, err := a.deps.Reviews.RecordAnswer(ctx, in.ID, review.Reply{Outcome: b.Outcome, Text: b.Answer, Ref: b.AnswerRef, On: b.AnsweredOn, DocumentID: b.DocumentID})
		return a.oneEscalation(ctx, e, err)
	})
	Register(a, Op{
		ID: "withdraw-escalation", Method: http.MethodPost, Path: "/escalations/{id}/withdraw", Capability: "escalation.answer", Tag: "escalation",
		Summary: "撤回请示并写明理由", SummaryEn: "Withdraw a question, with the reason",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body escalation }, error) {
		e, err := a.deps.Reviews.WithdrawQuestion(ctx, in.ID, in.Body.Reason)
		return a.oneEscalation(ctx, e, err)
	})
}
