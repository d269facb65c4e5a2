package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/ticket"
)

type ticketPost struct {
	Seq       int64           `json:"seq"`
	Side      ticket.Side     `json:"side" doc:"customer or provider."`
	Author    string          `json:"author"`
	Text      string          `json:"text"`
	Documents []string        `json:"documents"`
	At        caldate.Instant `json:"at"`
}

type ticketRecord struct {
	ID           string          `json:"id"`
	Number       string          `json:"number"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	ContractID   string          `json:"contract_id,omitempty"`
	Kind         ticket.Kind     `json:"kind" doc:"question, batch, bill, plan_change or api."`
	Subject      string          `json:"subject"`
	State        ticket.State    `json:"state" doc:"open waits for the provider, answered for the customer."`
	Urgent       bool            `json:"urgent"`
	OpenedBy     string          `json:"opened_by"`
	OpenedAt     caldate.Instant `json:"opened_at"`
	DueAt        caldate.Instant `json:"due_at" doc:"When the provider's answer is due; absent where nothing is."`
	Overdue      bool            `json:"overdue"`
	AnsweredAt   caldate.Instant `json:"answered_at"`
	ClosedAt     caldate.Instant `json:"closed_at"`
	TakenBy      string          `json:"taken_by,omitempty"`
	UpdatedAt    caldate.Instant `json:"updated_at"`
	Posts        []ticketPost    `json:"posts" doc:"Not in lists."`
	Actions      []string        `json:"available_actions"`
}

func (a *API) fromTicket(ctx context.Context, t ticket.Ticket) ticketRecord {
	now := a.deps.Clock.Instant()
	r := ticketRecord{
		ID: t.ID, Number: t.Number, CustomerID: t.CustomerID, CustomerName: a.deps.Staff.CustomerName(ctx, t.CustomerID), ContractID: t.ContractID, Kind: t.Kind, Subject: t.Subject,
		State: t.State, Urgent: t.Urgent, OpenedBy: t.OpenedByName, OpenedAt: t.OpenedAt, DueAt: t.DueAt, Overdue: t.Overdue(now), AnsweredAt: t.AnsweredAt, ClosedAt: t.ClosedAt,
		TakenBy: t.TakenByName, UpdatedAt: t.UpdatedAt, Actions: []string{},
		Posts: Convert(t.Thread, func(p ticket.Post) ticketPost {
			return ticketPost{p.Seq, p.Side, p.AuthorName, p.Text, p.Documents, p.At}
		}),
	}
	if Can(ctx, "ticket.write") {
		side := ticket.Provider
		if actor.From(ctx).CustomerID != "" {
			side = ticket.Customer
		}
		r.Actions = t.Actions(side, now)
	}
	return r
}

func (a *API) answerTicket(ctx context.Context, t *ticket.Ticket, err error) (*struct{ Body ticketRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body ticketRecord }{a.fromTicket(ctx, *t)}, nil
}

func (a *API) tickets() {
	Register(a, Op{
		ID: "list-tickets", Method: http.MethodGet, Path: "/tickets", Capability: "ticket.read", Tag: "ticket",
		Summary: "工单列表", SummaryEn: "List tickets",
	}, func(ctx context.Context, in *struct {
		Page
		CustomerID string `query:"customer_id" maxLength:"32"`
		Kind       string `query:"kind" maxLength:"32"`
		Overdue    bool   `query:"overdue"`
	}) (*struct{ Body List[ticketRecord] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q := ticket.Query{CustomerID: in.CustomerID, State: in.State, Kind: in.Kind, Overdue: in.Overdue, Search: in.Q, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, total, err := a.deps.Tickets.List(ctx, q)
		if err != nil {
			return nil, err
		}
		rows, next := CutPage(rows, in.Limit, func(t ticket.Ticket) []string { return []string{t.ID} })
		return &struct{ Body List[ticketRecord] }{NewList(Convert(rows, func(t ticket.Ticket) ticketRecord { return a.fromTicket(ctx, t) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "open-ticket", Method: http.MethodPost, Path: "/tickets", Capability: "ticket.write", Tag: "ticket", Status: http.StatusCreated,
		Summary: "新建工单", SummaryEn: "Open a ticket",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string      `json:"customer_id,omitempty" maxLength:"32" doc:"For the provider's people, who take a question by phone."`
			ContractID string      `json:"contract_id,omitempty" maxLength:"32"`
			Kind       ticket.Kind `json:"kind" maxLength:"32"`
			Subject    string      `json:"subject" maxLength:"400"`
			Text       string      `json:"text" maxLength:"8000"`
			Urgent     bool        `json:"urgent,omitempty"`
			Documents  []string    `json:"documents,omitempty" maxItems:"20"`
		}
	}) (*struct{ Body ticketRecord }, error) {
		b := in.Body
		t, err := a.deps.Tickets.Ask(ctx, b.CustomerID, ticket.Asking{ContractID: b.ContractID, Kind: b.Kind, Subject: b.Subject, Urgent: b.Urgent, Text: b.Text, Documents: b.Documents})
		return a.answerTicket(ctx, t, err)
	})
	Register(a, Op{
		ID: "get-ticket", Method: http.MethodGet, Path: "/tickets/{id}", Capability: "ticket.read", Tag: "ticket",
		Summary: "工单及往来", SummaryEn: "A ticket with its thread",
	}, func(ctx context.Context, in *userID) (*struct{ Body ticketRecord }, error) {
		t, err := a.deps.Tickets.Get(ctx, in.ID)
		return a.answerTicket(ctx, t, err)
	})
	Register(a, Op{
		ID: "reply-ticket", Method: http.MethodPost, Path: "/tickets/{id}/reply", Capability: "ticket.write", Tag: "ticket",
		Summary: "回复工单", SummaryEn: "Write in a ticket",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Text      string   `json:"text" maxLength:"8000"`
			Documents []string `json:"documents,omitempty" maxItems:"20"`
		}
	}) (*struct{ Body ticketRecord }, error) {
		t, err := a.deps.Tickets.Reply(ctx, in.ID, in.Body.Text, in.Body.Documents)
		return a.answerTicket(ctx, t, err)
	})
	for _, act := range []struct {
		name, zh, en string
		do           func(ctx context.Context, id string) (*ticket.Ticket, error)
	}{
		{"take", "接手工单", "Look after a ticket", func(ctx context.Context, id string) (*ticket.Ticket, error) { return a.deps.Tickets.Take(ctx, id) }},
		{"close", "关闭工单", "Close a ticket", func(ctx context.Context, id string) (*ticket.Ticket, error) { return a.deps.Tickets.Close(ctx, id) }},
	} {
		Register(a, Op{
			ID: act.name + "-ticket", Method: http.MethodPost, Path: "/tickets/{id}/" + act.name, Capability: "ticket.write", Tag: "ticket", Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *reason) (*struct{ Body ticketRecord }, error) {
			t, err := act.do(ctx, in.ID)
			return a.answerTicket(ctx, t, err)
		})
	}
}
