package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/collection"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type collectionCase struct {
	ID             string             `json:"id"`
	Number         string             `json:"number"`
	ContractID     string             `json:"contract_id"`
	ContractNumber string             `json:"contract_number"`
	CustomerID     string             `json:"customer_id"`
	CustomerName   string             `json:"customer_name"`
	State          collection.State   `json:"state" enum:"open,collected,written_off,withdrawn"`
	Agency         string             `json:"agency"`
	AgencyContact  string             `json:"agency_contact"`
	HandedOn       caldate.Date       `json:"handed_on"`
	PrincipalFen   money.Fen          `json:"principal_fen" doc:"Owed on that day."`
	LateFeeFen     money.Fen          `json:"late_fee_fen"`
	OwedFen        money.Fen          `json:"owed_fen" doc:"By the contract now."`
	BalanceFen     money.Fen          `json:"balance_fen" doc:"Of the customer: what could be booked as recovered."`
	Reason         string             `json:"reason"`
	DocumentID     string             `json:"document_id"`
	Outcome        collection.Outcome `json:"outcome"`
	OutcomeOn      caldate.Date       `json:"outcome_on"`
	CostsFen       money.Fen          `json:"costs_fen"`
	WrittenOffFen  money.Fen          `json:"written_off_fen"`
	RecoveredFen   money.Fen          `json:"recovered_fen"`
	OpenedBy       string             `json:"opened_by_name"`
	OpenedAt       caldate.Instant    `json:"opened_at"`
	ClosedOn       caldate.Date       `json:"closed_on"`
	Events         []collectionEvent  `json:"events"`
	Actions        []string           `json:"available_actions"`
}

type collectionEvent struct {
	ID             string                `json:"id"`
	Kind           collection.Kind       `json:"kind" enum:"note,cost,outcome,write_off,recovery,close"`
	State          collection.EventState `json:"state" enum:"requested,done,rejected"`
	On             caldate.Date          `json:"on"`
	AmountFen      money.Fen             `json:"amount_fen"`
	Note           string                `json:"note"`
	DocumentID     string                `json:"document_id"`
	Number         string                `json:"number"`
	RecordedBy     string                `json:"recorded_by_name"`
	RecordedAt     caldate.Instant       `json:"recorded_at"`
	DecidedBy      string                `json:"decided_by_name"`
	DecisionReason string                `json:"decision_reason"`
	Actions        []string              `json:"available_actions"`
}

func fromCase(ctx context.Context, c collection.Shown, events []collection.Event) collectionCase {
	write, decide, me := Can(ctx, "collection.write"), Can(ctx, "writeoff.decide"), actor.From(ctx).UserID
	out := collectionCase{c.ID, c.Number, c.ContractID, c.ContractNumber, c.CustomerID, c.CustomerName, c.State, c.Agency, c.AgencyContact, c.HandedOn, c.PrincipalFen, c.LateFeeFen, c.Owed, c.Balance, c.Reason,
		c.DocumentID, c.Outcome, c.OutcomeOn, c.CostsFen, c.WrittenOffFen, c.RecoveredFen, c.OpenerName, c.OpenedAt, c.ClosedOn, []collectionEvent{}, []string{}}
	waits := false
	for _, e := range events {
		x := collectionEvent{e.ID, e.Kind, e.State, e.OnDate, e.AmountFen, e.Note, e.DocumentID, e.Number, e.RecorderName, e.RecordedAt, e.DeciderName, e.DecisionReason, []string{}}
		if e.Kind == collection.WriteOff && e.State == collection.Requested {
			waits = true
			if decide && e.RecordedBy != me {
				x.Actions = append(x.Actions, "approve", "reject")
			}
		}
		out.Events = append(out.Events, x)
	}
	if write {
		switch c.State {
		case collection.Open:
			out.Actions = append(out.Actions, "note", "cost", "outcome")
			if !waits {
				out.Actions = append(out.Actions, "write_off", "close")
			}
		case collection.WrittenOff:
			out.Actions = append(out.Actions, "note", "cost")
			if c.WrittenOffFen > c.RecoveredFen {
				out.Actions = append(out.Actions, "recover")
			}
		case collection.Collected:
			out.Actions = append(out.Actions, "note", "cost")
		}
	}
	return out
}

func (a *API) oneCase(ctx context.Context, id string, err error) (*struct{ Body collectionCase }, error) {
	if err != nil {
		return nil, err
	}
	c, events, err := a.deps.Collection.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body collectionCase }{fromCase(ctx, *c, events)}, nil
}

func (a *API) collections() {
	Register(a, Op{
		ID: "list-collection-cases", Method: http.MethodGet, Path: "/collection-cases", Capability: "collection.read", Tag: "collection",
		Summary: "移交催收的案件，最新的在前", SummaryEn: "Debts in collection, the newest case first",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
		ContractID string `query:"contract_id" maxLength:"32"`
	},
	) (*struct{ Body List[collectionCase] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, collection.States())
		if err != nil {
			return nil, err
		}
		q := collection.Query{CustomerID: in.CustomerID, ContractID: in.ContractID, States: states, Q: in.Q, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		cs, n, err := a.deps.Collection.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(cs, in.Limit, func(c collection.Shown) []string { return []string{c.ID} })
		return &struct{ Body List[collectionCase] }{NewList(Convert(page, func(c collection.Shown) collectionCase { return fromCase(ctx, c, nil) }), next, n)}, nil
	})
	Register(a, Op{
		ID: "open-collection-case", Method: http.MethodPost, Path: "/collection-cases", Capability: "collection.write", Tag: "collection", Status: http.StatusCreated,
		Summary: "移交催收", SummaryEn: "Hand what a contract owes overdue to collection",
	}, func(ctx context.Context, in *struct {
		Body struct {
			ContractID    string       `json:"contract_id" maxLength:"32"`
			Agency        string       `json:"agency" maxLength:"200"`
			AgencyContact string       `json:"agency_contact,omitempty" maxLength:"400"`
			HandedOn      caldate.Date `json:"handed_on"`
			Reason        string       `json:"reason" maxLength:"1000"`
			DocumentID    string       `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body collectionCase }, error) {
		b := in.Body
		c, err := a.deps.Collection.HandOver(ctx, collection.Input{ContractID: b.ContractID, Agency: b.Agency, AgencyContact: b.AgencyContact, HandedOn: b.HandedOn, Reason: b.Reason, DocumentID: b.DocumentID})
		if err != nil {
			return nil, err
		}
		return a.oneCase(ctx, c.ID, nil)
	})
	Register(a, Op{
		ID: "get-collection-case", Method: http.MethodGet, Path: "/collection-cases/{id}", Capability: "collection.read", Tag: "collection",
		Summary: "案件及其经过", SummaryEn: "A case and what happened in it",
	}, func(ctx context.Context, in *ByID) (*struct{ Body collectionCase }, error) {
		return a.oneCase(ctx, in.ID, nil)
	})
	Register(a, Op{
		ID: "add-collection-event", Method: http.MethodPost, Path: "/collection-cases/{id}/events", Capability: "collection.write", Tag: "collection", Status: http.StatusCreated,
		Summary: "登记进展、费用或结果", SummaryEn: "Note an event, a cost that we paid, or the outcome",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Kind       collection.Kind    `json:"kind" doc:"note, cost or outcome."`
			On         caldate.Date       `json:"on"`
			AmountFen  int64              `json:"amount_fen,omitempty" doc:"Of a cost."`
			Outcome    collection.Outcome `json:"outcome,omitempty" doc:"judgment, settlement, enforcement, paid, lost, insolvent, untraceable or not_worth_it."`
			Note       string             `json:"note" maxLength:"2000"`
			DocumentID string             `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body collectionCase }, error) {
		b := in.Body
		_, err := a.deps.Collection.Add(ctx, in.ID, collection.EventInput{Kind: b.Kind, On: b.On, Amount: money.Fen(b.AmountFen), Outcome: b.Outcome, Note: b.Note, DocumentID: b.DocumentID})
		return a.oneCase(ctx, in.ID, err)
	})
	Register(a, Op{
		ID: "request-write-off", Method: http.MethodPost, Path: "/collection-cases/{id}/write-off", Capability: "collection.write", Tag: "collection", Status: http.StatusCreated,
		Summary: "申请核销（须第二人批准）", SummaryEn: "Ask to write off all that the contract owes; a second person decides",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason     string `json:"reason" maxLength:"2000"`
			DocumentID string `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body collectionCase }, error) {
		_, err := a.deps.Collection.RequestWriteOff(ctx, in.ID, in.Body.Reason, in.Body.DocumentID)
		return a.oneCase(ctx, in.ID, err)
	})
	Register(a, Op{
		ID: "decide-write-off", Method: http.MethodPost, Path: "/write-offs/{id}/decision", Capability: "writeoff.decide", Tag: "collection",
		Summary: "批准或拒绝核销", SummaryEn: "Approve or reject a write-off; not by who asked for it",
	}, func(ctx context.Context, in *decision) (*struct{ Body collectionCase }, error) {
		e, err := a.deps.Collection.DecideWriteOff(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return a.oneCase(ctx, e.CaseID, nil)
	})
	Register(a, Op{
		ID: "recover-debt", Method: http.MethodPost, Path: "/collection-cases/{id}/recoveries", Capability: "collection.write", Tag: "collection", Status: http.StatusCreated,
		Summary: "登记已核销欠款的收回", SummaryEn: "Book money for a debt that was written off: new money, or the customer's balance where no method is given",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			AmountFen   int64          `json:"amount_fen"`
			On          caldate.Date   `json:"on"`
			Method      payment.Method `json:"method,omitempty" doc:"transfer, cash or cheque; left out: from the customer's balance."`
			BankAccount string         `json:"bank_account,omitempty" maxLength:"60"`
			Reference   string         `json:"reference,omitempty" maxLength:"200"`
			Note        string         `json:"note,omitempty" maxLength:"2000"`
		}
	},
	) (*struct{ Body collectionCase }, error) {
		b := in.Body
		_, err := a.deps.Collection.Recover(ctx, in.ID, collection.Recovered{Amount: money.Fen(b.AmountFen), On: b.On, Method: b.Method, Bank: b.BankAccount, Ref: b.Reference, Note: b.Note})
		return a.oneCase(ctx, in.ID, err)
	})
	Register(a, Op{
		ID: "close-collection-case", Method: http.MethodPost, Path: "/collection-cases/{id}/close", Capability: "collection.write", Tag: "collection",
		Summary: "结案：已收回或撤回", SummaryEn: "Close a case as collected or withdrawn",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			State  collection.State `json:"state" enum:"collected,withdrawn"`
			Reason string           `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body collectionCase }, error) {
		_, err := a.deps.Collection.Finish(ctx, in.ID, in.Body.State, in.Body.Reason)
		return a.oneCase(ctx, in.ID, err)
	})
}
