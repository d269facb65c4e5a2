package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/dunning"
	"sealgate/server/money"
)

type exception struct {
	ID             string                 `json:"id"`
	CustomerID     string                 `json:"customer_id"`
	CustomerName   string                 `json:"customer_name"`
	ContractID     string                 `json:"contract_id" doc:"Empty: all contracts of the customer."`
	Kind           dunning.ExceptionKind  `json:"kind" enum:"no_late_fee,no_suspension,both"`
	From           caldate.Date           `json:"from"`
	Until          caldate.Date           `json:"until" doc:"Last day on which it counts."`
	EndedOn        caldate.Date           `json:"ended_on" doc:"From this day on it counts no more, where a person ended it."`
	Reason         string                 `json:"reason"`
	DocumentID     string                 `json:"document_id"`
	State          dunning.ExceptionState `json:"state" enum:"requested,approved,rejected,ended"`
	Active         bool                   `json:"active" doc:"It counts today."`
	RequestedBy    string                 `json:"requested_by_name"`
	RequestedAt    caldate.Instant        `json:"requested_at"`
	DecidedBy      string                 `json:"decided_by_name"`
	DecidedAt      caldate.Instant        `json:"decided_at"`
	DecisionReason string                 `json:"decision_reason"`
	Actions        []string               `json:"available_actions"`
}

func (a *API) fromException(ctx context.Context) func(e dunning.Exception) exception {
	decide, write, me, today := Can(ctx, "exception.decide"), Can(ctx, "dunning.write"), actor.From(ctx).UserID, a.deps.Clock.Today()
	return func(e dunning.Exception) exception {
		out := exception{e.ID, e.CustomerID, e.CustomerName, e.ContractID, e.Kind, e.FromDate, e.UntilDate, e.EndedOn, e.Reason, e.DocumentID, e.State, e.CountsOn(today), e.RequesterName, e.RequestedAt,
			e.DeciderName, e.DecidedAt, e.DecisionReason, []string{}}
		switch {
		case e.State == dunning.ExceptionRequested && decide && e.RequestedBy != me:
			out.Actions = append(out.Actions, "approve", "reject")
		case e.State == dunning.ExceptionApproved && write && !e.Last().Before(today):
			out.Actions = append(out.Actions, "end")
		}
		return out
	}
}

func (a *API) oneException(ctx context.Context, e *dunning.Exception, err error) (*struct{ Body exception }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body exception }{a.fromException(ctx)(*e)}, nil
}

type suspensionTask struct {
	ID             string       `json:"id"`
	BillID         string       `json:"bill_id"`
	BillNumber     string       `json:"bill_number"`
	ContractID     string       `json:"contract_id"`
	ContractNumber string       `json:"contract_number"`
	CustomerID     string       `json:"customer_id"`
	CustomerName   string       `json:"customer_name"`
	OwedFen        money.Fen    `json:"owed_fen"`
	DueOn          caldate.Date `json:"due_on"`
	SuspendOn      caldate.Date `json:"suspend_on" doc:"The grace ended the day before."`
	RaisedOn       caldate.Date `json:"raised_on"`
	Actions        []string     `json:"available_actions"`
}

type letter struct {
	ID             string       `json:"id"`
	Number         string       `json:"number"`
	Step           dunning.Step `json:"step" enum:"before_due,due,overdue,half_grace,last_day,suspended"`
	BillID         string       `json:"bill_id"`
	BillNumber     string       `json:"bill_number"`
	ContractID     string       `json:"contract_id"`
	ContractNumber string       `json:"contract_number"`
	CustomerID     string       `json:"customer_id"`
	CustomerName   string       `json:"customer_name"`
	On             caldate.Date `json:"on"`
	PrincipalFen   money.Fen    `json:"principal_fen"`
	LateFeeFen     money.Fen    `json:"late_fee_fen"`
	AmountFen      money.Fen    `json:"amount_fen"`
	AmountWords    string       `json:"amount_words"`
}

func (a *API) exceptions() {
	Register(a, Op{
		ID: "list-exceptions", Method: http.MethodGet, Path: "/exceptions", Capability: "dunning.read", Tag: "dunning",
		Summary: "催收例外列表", SummaryEn: "Exceptions from late fees and suspensions, the newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		InStates
		CustomerID string `query:"customer_id" maxLength:"32"`
		ContractID string `query:"contract_id" maxLength:"32" doc:"Of this contract, and those of its customer as a whole."`
		Active     bool   `query:"active" doc:"Only those that count today."`
	},
	) (*struct{ Body List[exception] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []dunning.ExceptionState{dunning.ExceptionRequested, dunning.ExceptionApproved, dunning.ExceptionRejected, dunning.ExceptionEnded})
		if err != nil {
			return nil, err
		}
		q := dunning.ExceptionQuery{CustomerID: in.CustomerID, ContractID: in.ContractID, States: states, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		if in.Active {
			q.On = a.deps.Clock.Today()
		}
		es, n, err := a.deps.Dunning.Exceptions(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(es, in.Limit, func(e dunning.Exception) []string { return []string{e.ID} })
		return &struct{ Body List[exception] }{NewList(Convert(page, a.fromException(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "request-exception", Method: http.MethodPost, Path: "/exceptions", Capability: "dunning.write", Tag: "dunning", Status: http.StatusCreated,
		Summary: "申请例外：到某日前不计滞纳金、不停机（须第二人批准）", SummaryEn: "Ask that a customer be spared late fees, suspensions or both until a day; a second person decides",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string                `json:"customer_id,omitempty" maxLength:"32"`
			ContractID string                `json:"contract_id,omitempty" maxLength:"32" doc:"One contract alone; left out: all of the customer."`
			Kind       dunning.ExceptionKind `json:"kind" doc:"no_late_fee, no_suspension or both."`
			From       caldate.Date          `json:"from,omitempty" doc:"First day; today where left out, 92 days back at most."`
			Until      caldate.Date          `json:"until" doc:"Last day."`
			Reason     string                `json:"reason" maxLength:"1000"`
			DocumentID string                `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body exception }, error) {
		b := in.Body
		e, err := a.deps.Dunning.RequestException(ctx, dunning.ExceptionInput{CustomerID: b.CustomerID, ContractID: b.ContractID, Kind: b.Kind, From: b.From, Until: b.Until, Reason: b.Reason, DocumentID: b.DocumentID})
		return a.oneException(ctx, e, err)
	})
	Register(a, Op{
		ID: "decide-exception", Method: http.MethodPost, Path: "/exceptions/{id}/decision", Capability: "exception.decide", Tag: "dunning",
		Summary: "批准或拒绝例外", SummaryEn: "Approve or reject an exception; not by who asked for it",
	}, func(ctx context.Context, in *decision) (*struct{ Body exception }, error) {
		e, err := a.deps.Dunning.DecideException(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		return a.oneException(ctx, e, err)
	})
	Register(a, Op{
		ID: "end-exception", Method: http.MethodPost, Path: "/exceptions/{id}/end", Capability: "dunning.write", Tag: "dunning",
		Summary: "提前结束例外", SummaryEn: "End an exception from today on",
	}, func(ctx context.Context, in *withReason) (*struct{ Body exception }, error) {
		e, err := a.deps.Dunning.EndException(ctx, in.ID, in.Body.Reason)
		return a.oneException(ctx, e, err)
	})
	Register(a, Op{
		ID: "list-suspension-tasks", Method: http.MethodGet, Path: "/suspension-tasks", Capability: "dunning.read", Tag: "dunning",
		Summary: "待决定的停机事项（合同约定由人决定）", SummaryEn: "Suspensions that a person is to decide, the oldest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[suspensionTask] }, error) {
		ts, err := a.deps.Dunning.Tasks(ctx)
		if err != nil {
			return nil, err
		}
		may := []string{}
		if Can(ctx, "dunning.write") {
			may = []string{"suspend", "wait"}
		}
		return &struct{ Body List[suspensionTask] }{NewList(Convert(ts, func(t dunning.Task) suspensionTask {
			return suspensionTask{t.ID, t.BillID, t.BillNumber, t.ContractID, t.ContractNumber, t.CustomerID, t.CustomerName, t.Owed, t.DueOn, t.SuspendOn, t.RaisedOn, may}
		}), "", int64(len(ts)))}, nil
	})
	Register(a, Op{
		ID: "decide-suspension", Method: http.MethodPost, Path: "/suspension-tasks/{id}/decision", Capability: "dunning.write", Tag: "dunning",
		Summary: "决定停机，或暂缓到某日", SummaryEn: "Suspend now, or wait until a day: then it is asked again if something is owed",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Suspend bool         `json:"suspend"`
			Until   caldate.Date `json:"until,omitempty" doc:"When not suspending: until when to wait."`
			Reason  string       `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct {
		Body struct {
			Decision dunning.DecisionKind `json:"decision" enum:"open,suspend,wait,moot"`
		}
	}, error,
	) {
		d, err := a.deps.Dunning.DecideSuspension(ctx, in.ID, dunning.Decided{Suspend: in.Body.Suspend, Until: in.Body.Until, Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Decision dunning.DecisionKind `json:"decision" enum:"open,suspend,wait,moot"`
			}
		}{}
		out.Body.Decision = d.Decision
		return out, nil
	})
	Register(a, Op{
		ID: "list-letters", Method: http.MethodGet, Path: "/letters", Capability: "bill.read", Tag: "dunning",
		Summary: "催款函列表，最新的在前", SummaryEn: "Reminder letters, the newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		BillID     string `query:"bill_id" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[letter] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := dunning.LetterQuery{BillID: in.BillID, CustomerID: in.CustomerID, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		ls, n, err := a.deps.Dunning.Letters(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(ls, in.Limit, func(l dunning.Letter) []string { return []string{l.ID} })
		return &struct{ Body List[letter] }{NewList(Convert(page, func(l dunning.Letter) letter {
			return letter{l.ID, l.Number, l.Step, l.BillID, l.BillNumber, l.ContractID, l.ContractNumber, l.CustomerID, l.CustomerName, l.OnDate, l.PrincipalFen, l.LateFeeFen, l.Amount(), l.Amount().Capital()}
		}), next, n)}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-letter-document", Method: http.MethodGet, Path: "/letters/{id}/document", Capability: "bill.read", Tag: "dunning", Produces: "application/pdf",
		Summary: "催款函 PDF", SummaryEn: "A reminder letter as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Dunning.LetterPDF(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}
