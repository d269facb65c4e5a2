package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/mail"
)

type mailRecord struct {
	ID               string          `json:"id"`
	At               caldate.Instant `json:"at" doc:"When the notice was written."`
	Kind             string          `json:"kind"`
	CustomerID       string          `json:"customer_id"`
	ObjectType       string          `json:"object_type"`
	ObjectID         string          `json:"object_id"`
	Subject          string          `json:"subject"`
	State            mail.State      `json:"state" enum:"queued,sent,failed,no_address,returned"`
	Recipients       []string        `json:"recipients"`
	Attachment       string          `json:"attachment,omitempty"`
	Tries            int             `json:"tries"`
	MessageID        string          `json:"message_id" doc:"Under which the mail server took it."`
	Response         string          `json:"response,omitempty" doc:"What the mail server said last."`
	DoneAt           caldate.Instant `json:"done_at"`
	AvailableActions []string        `json:"available_actions"`
}

func fromMail(ctx context.Context, m mail.Mail) mailRecord {
	actions := []string{}
	switch {
	case !Can(ctx, "mail.send"):
	case m.State == mail.Failed || m.State == mail.NoAddress || m.State == mail.Returned:
		actions = append(actions, "again")
	case m.State == mail.Sent:
		actions = append(actions, "return")
	}
	to := m.Recipients
	if to == nil {
		to = []string{}
	}
	return mailRecord{m.ID, m.CreatedAt, m.Kind, m.CustomerID, m.ObjectType, m.ObjectID, m.Subject, m.State, to, m.Attachment, m.Tries, m.MessageID, m.Response, m.DoneAt, actions}
}

func (a *API) mails() {
	Register(a, Op{
		ID: "list-mails", Method: http.MethodGet, Path: "/mails", Capability: "mail.read", Tag: "notice",
		Summary: "发给客户的邮件及送达凭据，最新的在前", SummaryEn: "E-mails to customers with the proof of their delivery, newest first",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
		ObjectType string `query:"object_type" maxLength:"32"`
		ObjectID   string `query:"object_id" maxLength:"32" doc:"With object_type: the mails about one bill, contract, …"`
	}) (*struct{ Body List[mailRecord] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		known := make([]string, 0, 4)
		for _, s := range mail.States() {
			known = append(known, string(s))
		}
		state, err := states(in.InStates, known)
		if err != nil {
			return nil, err
		}
		ms, total, err := a.deps.Mails.List(ctx, mail.Query{States: state, CustomerID: in.CustomerID, ObjectType: in.ObjectType, ObjectID: in.ObjectID, Cursor: after, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		ms, next := CutPage(ms, in.Limit, func(m mail.Mail) []string { return []string{m.ID} })
		return &struct{ Body List[mailRecord] }{NewList(Convert(ms, func(m mail.Mail) mailRecord { return fromMail(ctx, m) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "return-mail", Method: http.MethodPost, Path: "/mails/{id}/return", Capability: "mail.send", Tag: "notice",
		Summary: "登记退信：不再作为送达凭证，改以站内、短信和电话通知", SummaryEn: "Note that a mail came back: it proves nothing more, and the customer is told the next way",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"400"`
		}
	}) (*struct{ Body mailRecord }, error) {
		m, err := a.deps.Mails.Return(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body mailRecord }{fromMail(ctx, *m)}, nil
	})
	Register(a, Op{
		ID: "send-mail-again", Method: http.MethodPost, Path: "/mails/{id}/again", Capability: "mail.send", Tag: "notice",
		Summary: "重发失败或没有收件地址的邮件", SummaryEn: "Queue a mail again that failed or had no address",
	}, func(ctx context.Context, in *ByID) (*struct{ Body mailRecord }, error) {
		m, err := a.deps.Mails.Again(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body mailRecord }{fromMail(ctx, *m)}, nil
	})
}
