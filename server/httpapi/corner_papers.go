package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/corner"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type profileProposal struct {
	ID           string               `json:"id"`
	CustomerID   string               `json:"customer_id"`
	CustomerName string               `json:"customer_name"`
	State        corner.ProposalState `json:"state"`
	Changes      corner.Changes       `json:"changes"`
	Note         string               `json:"note,omitempty"`
	ProposedBy   string               `json:"proposed_by"`
	ProposedAt   caldate.Instant      `json:"proposed_at"`
	DecidedBy    string               `json:"decided_by,omitempty"`
	DecidedAt    caldate.Instant      `json:"decided_at"`
	Answer       string               `json:"answer,omitempty"`
	Actions      []string             `json:"available_actions"`
}

func (a *API) fromProposal(ctx context.Context, p corner.Proposal) profileProposal {
	r := profileProposal{p.ID, p.CustomerID, a.deps.Staff.CustomerName(ctx, p.CustomerID), p.State, p.Fields, p.Note, p.ProposedByName, p.ProposedAt, p.DecidedByName, p.DecidedAt, p.Answer, []string{}}
	if p.State != corner.Proposed {
		return r
	}
	if Can(ctx, "customer.write") {
		r.Actions = append(r.Actions, "accept", "refuse")
	}
	if Can(ctx, "corner.manage") {
		r.Actions = append(r.Actions, "withdraw")
	}
	return r
}

type proofRecord struct {
	ID           string            `json:"id"`
	CustomerID   string            `json:"customer_id"`
	CustomerName string            `json:"customer_name"`
	ContractID   string            `json:"contract_id,omitempty"`
	BillID       string            `json:"bill_id,omitempty"`
	State        corner.ProofState `json:"state"`
	AmountFen    money.Fen         `json:"amount_fen"`
	PaidOn       caldate.Date      `json:"paid_on"`
	Payer        string            `json:"payer"`
	Reference    string            `json:"reference,omitempty"`
	DocumentID   string            `json:"document_id"`
	Note         string            `json:"note,omitempty"`
	SentBy       string            `json:"sent_by"`
	SentAt       caldate.Instant   `json:"sent_at"`
	PaymentID    string            `json:"payment_id,omitempty"`
	DecidedBy    string            `json:"decided_by,omitempty"`
	DecidedAt    caldate.Instant   `json:"decided_at"`
	Answer       string            `json:"answer,omitempty"`
	Actions      []string          `json:"available_actions"`
}

func (a *API) fromProof(ctx context.Context, p corner.Proof) proofRecord {
	r := proofRecord{
		p.ID, p.CustomerID, a.deps.Staff.CustomerName(ctx, p.CustomerID), p.ContractID, p.BillID, p.State, p.AmountFen, p.PaidOn, p.Payer, p.Reference, p.DocumentID, p.Note,
		p.SentByName, p.SentAt, p.PaymentID, p.DecidedByName, p.DecidedAt, p.Answer, []string{},
	}
	if p.State != corner.ProofOpen {
		return r
	}
	if Can(ctx, "proof.settle") {
		r.Actions = append(r.Actions, "match", "refuse")
	}
	if Can(ctx, "proof.send") {
		r.Actions = append(r.Actions, "withdraw")
	}
	return r
}

type suggestedPayment struct {
	ID            string         `json:"id"`
	Number        string         `json:"number" doc:"Number of its receipt."`
	AmountFen     money.Fen      `json:"amount_fen"`
	ValueDate     caldate.Date   `json:"value_date"`
	Method        payment.Method `json:"method" enum:"transfer,cash,cheque,set_off,write_off,wallet"`
	Reference     string         `json:"reference"`
	SameAmount    bool           `json:"same_amount"`
	SameReference bool           `json:"same_reference"`
	Near          bool           `json:"near" doc:"It arrived within a week of the day on the proof."`
	Taken         bool           `json:"taken" doc:"Another proof was matched to it."`
	Sure          bool           `json:"sure" doc:"It can hardly be another."`
}

func fromSuggestion(g corner.Suggestion) suggestedPayment {
	return suggestedPayment{g.ID, g.Number, g.AmountFen, g.ValueDate, g.Method, g.Reference, g.SameAmount, g.SameReference, g.Near, g.Taken, g.Sure()}
}

func (a *API) answerProposal(ctx context.Context, p *corner.Proposal, err error) (*struct{ Body profileProposal }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body profileProposal }{a.fromProposal(ctx, *p)}, nil
}

func (a *API) answerProof(ctx context.Context, p *corner.Proof, err error) (*struct{ Body proofRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body proofRecord }{a.fromProof(ctx, *p)}, nil
}

func (a *API) cornerPapers() {
	a.proposals()
	a.proofs()
}

func (a *API) proposals() {
	Register(a, Op{
		ID: "list-proposals", Method: http.MethodGet, Path: "/proposals", Capability: "customer.read", Tag: "corner",
		Summary: "客户的资料变更申请", SummaryEn: "Proposed changes of customers' records",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[profileProposal] }, error) {
		return listOf(ctx, in.Paging, func(ctx context.Context, q corner.Query) ([]corner.Proposal, int64, error) {
			q.CustomerID, q.State = in.CustomerID, in.State
			return a.deps.Corner.Proposals(ctx, q)
		}, func(p corner.Proposal) string { return p.ID }, func(p corner.Proposal) profileProposal { return a.fromProposal(ctx, p) })
	})
	Register(a, Op{
		ID: "propose-change", Method: http.MethodPost, Path: "/proposals", Capability: "corner.manage", Tag: "corner", Status: http.StatusCreated,
		Summary: "申请变更本企业资料", SummaryEn: "Propose a change of the own record",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Changes corner.Changes `json:"changes"`
			Note    string         `json:"note,omitempty" maxLength:"500"`
		}
	}) (*struct{ Body profileProposal }, error) {
		p, err := a.deps.Corner.Propose(ctx, in.Body.Changes, in.Body.Note)
		return a.answerProposal(ctx, p, err)
	})
	for _, act := range []struct {
		name, capability, zh, en string
		do                       func(ctx context.Context, id, answer string) (*corner.Proposal, error)
	}{
		{"accept", "customer.write", "接受资料变更申请", "Accept a proposed change", func(ctx context.Context, id, answer string) (*corner.Proposal, error) {
			return a.deps.Corner.Accept(ctx, id, answer)
		}},
		{"refuse", "customer.write", "拒绝资料变更申请", "Refuse a proposed change", func(ctx context.Context, id, answer string) (*corner.Proposal, error) {
			return a.deps.Corner.Refuse(ctx, id, answer)
		}},
		{"withdraw", "corner.manage", "撤回资料变更申请", "Take a proposed change back", func(ctx context.Context, id, _ string) (*corner.Proposal, error) {
			return a.deps.Corner.Withdraw(ctx, id)
		}},
	} {
		Register(a, Op{
			ID: act.name + "-proposal", Method: http.MethodPost, Path: "/proposals/{id}/" + act.name, Capability: act.capability, Tag: "corner", Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *reason) (*struct{ Body profileProposal }, error) {
			p, err := act.do(ctx, in.ID, in.text())
			return a.answerProposal(ctx, p, err)
		})
	}
}

func (a *API) proofs() {
	Register(a, Op{
		ID: "list-payment-proofs", Method: http.MethodGet, Path: "/payment-proofs", Capability: "proof.read", Tag: "payment",
		Summary: "客户上传的付款凭证", SummaryEn: "Proofs of payment that customers have shown",
	}, func(ctx context.Context, in *struct {
		StatePage
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[proofRecord] }, error) {
		return listOf(ctx, in.Paging, func(ctx context.Context, q corner.Query) ([]corner.Proof, int64, error) {
			q.CustomerID, q.State = in.CustomerID, in.State
			return a.deps.Corner.Proofs(ctx, q)
		}, func(p corner.Proof) string { return p.ID }, func(p corner.Proof) proofRecord { return a.fromProof(ctx, p) })
	})
	Register(a, Op{
		ID: "send-payment-proof", Method: http.MethodPost, Path: "/payment-proofs", Capability: "proof.send", Tag: "payment", Status: http.StatusCreated,
		Summary: "上传付款凭证，供财务认领到账（凭证本身不入账）", SummaryEn: "Show a proof of payment; it helps finance to match the money and books nothing",
	}, func(ctx context.Context, in *struct {
		Body struct {
			AmountFen  money.Fen    `json:"amount_fen"`
			PaidOn     caldate.Date `json:"paid_on"`
			Payer      string       `json:"payer" maxLength:"200"`
			Reference  string       `json:"reference,omitempty" maxLength:"200"`
			ContractID string       `json:"contract_id,omitempty" maxLength:"32"`
			BillID     string       `json:"bill_id,omitempty" maxLength:"32"`
			DocumentID string       `json:"document_id" maxLength:"32"`
			Note       string       `json:"note,omitempty" maxLength:"500"`
		}
	}) (*struct{ Body proofRecord }, error) {
		b := in.Body
		p, err := a.deps.Corner.SendProof(ctx, corner.NewProof{ContractID: b.ContractID, BillID: b.BillID, AmountFen: b.AmountFen, PaidOn: b.PaidOn, Payer: b.Payer, Reference: b.Reference, DocumentID: b.DocumentID, Note: b.Note})
		return a.answerProof(ctx, p, err)
	})
	Register(a, Op{
		ID: "match-payment-proof", Method: http.MethodPost, Path: "/payment-proofs/{id}/match", Capability: "proof.settle", Tag: "payment",
		Summary: "凭证与到账对应", SummaryEn: "Note which payment a proof was about",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			PaymentID string `json:"payment_id" maxLength:"32"`
		}
	}) (*struct{ Body proofRecord }, error) {
		p, err := a.deps.Corner.Match(ctx, in.ID, in.Body.PaymentID)
		return a.answerProof(ctx, p, err)
	})
	Register(a, Op{
		ID: "suggest-payments", Method: http.MethodGet, Path: "/payment-proofs/{id}/payments", Capability: "proof.settle", Tag: "payment",
		Summary: "凭证可能对应的收款，最像的在前", SummaryEn: "The payments that a proof may be about, the likeliest first",
	}, func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"32"`
		Q  string `query:"q" maxLength:"100" doc:"Part of the receipt's number or of the reference; none: what arrived near the day."`
	}) (*struct{ Body List[suggestedPayment] }, error) {
		gs, err := a.deps.Corner.Suggestions(ctx, in.ID, in.Q)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[suggestedPayment] }{NewList(Convert(gs, fromSuggestion), "", int64(len(gs)))}, nil
	})
	Register(a, Op{
		ID: "refuse-payment-proof", Method: http.MethodPost, Path: "/payment-proofs/{id}/refuse", Capability: "proof.settle", Tag: "payment",
		Summary: "未查到该笔到账，退回凭证", SummaryEn: "Say that no such money came",
	}, func(ctx context.Context, in *cornerReason) (*struct{ Body proofRecord }, error) {
		p, err := a.deps.Corner.RefuseProof(ctx, in.ID, in.Body.Reason)
		return a.answerProof(ctx, p, err)
	})
	Register(a, Op{
		ID: "withdraw-payment-proof", Method: http.MethodPost, Path: "/payment-proofs/{id}/withdraw", Capability: "proof.send", Tag: "payment",
		Summary: "撤回付款凭证", SummaryEn: "Take a proof of payment back",
	}, func(ctx context.Context, in *reason) (*struct{ Body proofRecord }, error) {
		p, err := a.deps.Corner.WithdrawProof(ctx, in.ID)
		return a.answerProof(ctx, p, err)
	})
}
