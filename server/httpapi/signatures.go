package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/signature"
)

type signatureRecord struct {
	ID                string          `json:"id"`
	CustomerID        string          `json:"customer_id"`
	CustomerName      string          `json:"customer_name,omitempty"`
	Text              string          `json:"text" doc:"Without the brackets."`
	ProofAttachmentID string          `json:"proof_attachment_id"`
	State             signature.State `json:"state" enum:"submitted,approved,refused"`
	UsedByOthers      int             `json:"used_by_others" doc:"How many other customers have the same words approved."`
	Reason            string          `json:"reason,omitempty"`
	SubmittedAt       caldate.Instant `json:"submitted_at"`
	SubmittedByName   string          `json:"submitted_by_name,omitempty"`
	DecidedAt         caldate.Instant `json:"decided_at"`
	DecidedByName     string          `json:"decided_by_name,omitempty"`
	Actions           []string        `json:"available_actions"`
}

func (a *API) fromSignatures(ctx context.Context, gs ...signature.Signature) ([]signatureRecord, error) {
	var people []string
	for _, g := range gs {
		people = append(people, g.SubmittedBy, g.DecidedBy)
	}
	names, err := a.names(ctx, people...)
	if err != nil {
		return nil, err
	}
	return Convert(gs, func(g signature.Signature) signatureRecord {
		actions := []string{}
		if Can(ctx, "signature.approve") {
			actions = append(actions, signature.Actions(&g, actor.From(ctx))...)
		}
		return signatureRecord{
			ID: g.ID, CustomerID: g.CustomerID, CustomerName: g.CustomerName, Text: g.Text, ProofAttachmentID: g.DocumentID, State: g.State,
			UsedByOthers: g.UsedByOthers, Reason: g.Reason, SubmittedAt: g.SubmittedAt, SubmittedByName: names[g.SubmittedBy],
			DecidedAt: g.DecidedAt, DecidedByName: names[g.DecidedBy], Actions: actions,
		}
	}), nil
}

func (a *API) oneSignature(ctx context.Context, g *signature.Signature, err error) (*struct{ Body signatureRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromSignatures(ctx, *g)
	if err != nil {
		return nil, err
	}
	return &struct{ Body signatureRecord }{out[0]}, nil
}

func (a *API) listSignatures(ctx context.Context, p StatePage, customerID string) (*struct{ Body List[signatureRecord] }, error) {
	after, err := p.after()
	if err != nil {
		return nil, err
	}
	in, err := states(p.InStates, []signature.State{signature.Submitted, signature.Approved, signature.Refused})
	if err != nil {
		return nil, err
	}
	gs, total, err := a.deps.Signatures.List(ctx, signature.Query{CustomerID: customerID, States: in, Cursor: after, Limit: p.Limit + 1})
	if err != nil {
		return nil, err
	}
	gs, next := CutPage(gs, p.Limit, func(g signature.Signature) []string { return []string{g.ID} })
	items, err := a.fromSignatures(ctx, gs...)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[signatureRecord] }{NewList(items, next, total)}, nil
}

func (a *API) signatures() {
	Register(a, Op{
		ID: "list-signatures", Method: http.MethodGet, Path: "/signatures", Capability: "customer.read", Tag: "signature",
		Summary: "短信签名列表，等待最久的在前", SummaryEn: "Signatures, those that have waited longest first",
	}, func(ctx context.Context, in *struct{ StatePage }) (*struct{ Body List[signatureRecord] }, error) {
		return a.listSignatures(ctx, in.StatePage, "")
	})
	Register(a, Op{
		ID: "list-customer-signatures", Method: http.MethodGet, Path: "/customers/{id}/signatures", Capability: "customer.read", Tag: "signature",
		Summary: "客户的短信签名", SummaryEn: "Signatures of a customer",
	}, func(ctx context.Context, in *pageOf) (*struct{ Body List[signatureRecord] }, error) {
		if _, err := a.deps.Customers.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		return a.listSignatures(ctx, in.StatePage, in.ID)
	})
	Register(a, Op{
		ID: "submit-signature", Method: http.MethodPost, Path: "/customers/{id}/signatures", Capability: "signature.write", Tag: "signature", Status: http.StatusCreated,
		Summary: "登记短信签名（2 至 16 个字符），附使用权证明", SummaryEn: "Register a signature of 2 to 16 characters with the proof of the right to use it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Text              string `json:"text" doc:"With or without 【】."`
			ProofAttachmentID string `json:"proof_attachment_id,omitempty"`
		}
	},
	) (*struct{ Body signatureRecord }, error) {
		g, err := a.deps.Signatures.Submit(ctx, in.ID, in.Body.Text, in.Body.ProofAttachmentID)
		return a.oneSignature(ctx, g, err)
	})
	Register(a, Op{
		ID: "approve-signature", Method: http.MethodPost, Path: "/signatures/{id}/approve", Capability: "signature.approve", Tag: "signature",
		Summary: "签名审核通过", SummaryEn: "Approve a signature",
	}, func(ctx context.Context, in *ByID) (*struct{ Body signatureRecord }, error) {
		g, err := a.deps.Signatures.Approve(ctx, in.ID)
		return a.oneSignature(ctx, g, err)
	})
	Register(a, Op{
		ID: "refuse-signature", Method: http.MethodPost, Path: "/signatures/{id}/refuse", Capability: "signature.approve", Tag: "signature",
		Summary: "退回签名", SummaryEn: "Refuse a signature",
	}, func(ctx context.Context, in *reason) (*struct{ Body signatureRecord }, error) {
		g, err := a.deps.Signatures.Refuse(ctx, in.ID, in.Body.Reason)
		return a.oneSignature(ctx, g, err)
	})
}
