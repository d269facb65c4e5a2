package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
)

type annexItem struct {
	Text      string        `json:"text" maxLength:"20000"`
	Quantity  money.Decimal `json:"quantity"`
	Price     money.Decimal `json:"price" doc:"Yuan."`
	AmountFen int64         `json:"amount_fen,omitempty" readOnly:"true"`
}

type annexRecord struct {
	ID           string              `json:"id"`
	Number       string              `json:"number"`
	Kind         contract.AnnexKind  `json:"kind" enum:"offer,order,fee_confirmation,completion"`
	State        contract.AnnexState `json:"state" enum:"open,recorded,confirmed,refused,withdrawn,lapsed"`
	Title        string              `json:"title"`
	Body         string              `json:"body"`
	Items        []annexItem         `json:"items"`
	TotalFen     int64               `json:"total_fen"`
	ValidUntil   caldate.Date        `json:"valid_until"`
	LastDay      caldate.Date        `json:"last_day" doc:"Of a completion: last day of service; the contract ends with it."`
	FormID       string              `json:"form_attachment_id"`
	FormSHA256   string              `json:"form_sha256"`
	Statement    string              `json:"statement" doc:"The sentence that is agreed to in the portal."`
	AttachmentID string              `json:"attachment_id,omitempty" doc:"Scan of the confirmed paper."`
	EvidenceID   string              `json:"evidence_id,omitempty"`
	Signer       string              `json:"signer,omitempty"`
	CreatedBy    string              `json:"created_by_name,omitempty"`
	CreatedAt    caldate.Instant     `json:"created_at"`
	RecordedBy   string              `json:"recorded_by_name,omitempty"`
	AnsweredBy   string              `json:"answered_by_name,omitempty"`
	AnsweredOn   caldate.Date        `json:"answered_on"`
	Reason       string              `json:"reason,omitempty"`
	Actions      []string            `json:"available_actions"`
}

var annexCapabilities = map[string]string{
	"accept_annex": "contract.accept", "refuse_annex": "contract.answer", "withdraw_annex": "contract.amend", "record_annex": "contract.sign", "confirm_annex": "contract.confirm", "return_annex": "contract.confirm",
}

// ByAnnex names one of a contract's annexes.
type ByAnnex struct {
	ByID
	Annex string `path:"annex" maxLength:"32"`
}

func (a *API) fromAnnexes(ctx context.Context, id string, all []contract.Annex) ([]annexRecord, error) {
	c, err := a.deps.Contracts.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	var people []string
	for i := range all {
		people = append(people, all[i].CreatedBy, all[i].RecordedBy, all[i].AnsweredBy)
	}
	names, err := a.names(ctx, people...)
	return Convert(all, func(x contract.Annex) annexRecord {
		out := annexRecord{
			ID: x.ID, Number: x.Number, Kind: x.Kind, State: x.State, Title: x.Title, Body: x.Body, TotalFen: int64(x.TotalFen), ValidUntil: x.ValidUntil, LastDay: x.LastDay, FormID: x.FormID,
			FormSHA256: x.FormSHA256, Statement: contract.AnnexStatement(c, &x), AttachmentID: x.DocumentID, EvidenceID: x.EvidenceID, Signer: x.Signer, CreatedBy: names[x.CreatedBy],
			CreatedAt: x.CreatedAt, RecordedBy: names[x.RecordedBy], AnsweredBy: names[x.AnsweredBy], AnsweredOn: x.AnsweredOn, Reason: x.Reason, Actions: []string{},
			Items: Convert(x.Items, func(i contract.AnnexItem) annexItem { return annexItem{i.Text, i.Quantity, i.Price, int64(i.Amount)} }),
		}
		for _, act := range contract.AnnexActions(&x, a.deps.Clock.Today(), actor.From(ctx)) {
			if Can(ctx, annexCapabilities[act]) {
				out.Actions = append(out.Actions, act)
			}
		}
		return out
	}), err
}

func (a *API) oneAnnex(ctx context.Context, x *contract.Annex, err error) (*struct{ Body annexRecord }, error) {
	if err != nil {
		return nil, err
	}
	rows, err := a.fromAnnexes(ctx, x.ContractID, []contract.Annex{*x})
	if err != nil {
		return nil, err
	}
	return &struct{ Body annexRecord }{rows[0]}, nil
}

// contractAnnexes are offers, orders, fee confirmations and completions, which the customer confirms (C17, C18).
func (a *API) contractAnnexes() {
	type one = struct{ Body annexRecord }
	type withReason struct {
		ByAnnex
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}
	Register(a, Op{
		ID: "list-contract-annexes", Method: http.MethodGet, Path: "/contracts/{id}/annexes", Capability: "contract.read", Tag: "contract",
		Summary: "报价单、订单、费用确认单与完成确认书", SummaryEn: "Offers, orders, fee confirmations and completions of a contract",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[annexRecord] }, error) {
		all, err := a.deps.Contracts.Annexes(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		rows, err := a.fromAnnexes(ctx, in.ID, all)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[annexRecord] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "make-contract-annex", Method: http.MethodPost, Path: "/contracts/{id}/annexes", Capability: "contract.amend", Tag: "contract", Status: http.StatusCreated,
		Summary: "出具报价单、订单、费用确认单或完成确认书，由客户确认后成为合同附件", SummaryEn: "Draw up an offer, order, fee confirmation or completion for the customer to confirm; it is then annexed",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Kind       contract.AnnexKind `json:"kind" enum:"offer,order,fee_confirmation,completion"`
			Title      string             `json:"title" maxLength:"20000"`
			Body       string             `json:"body,omitempty" maxLength:"20000"`
			Items      []annexItem        `json:"items,omitempty" maxItems:"200"`
			ValidUntil caldate.Date       `json:"valid_until,omitempty" doc:"Last day of an answer."`
			LastDay    caldate.Date       `json:"last_day,omitempty" doc:"Of a completion: last day of service."`
		}
	},
	) (*one, error) {
		b := in.Body
		x, err := a.deps.Contracts.MakeAnnex(ctx, in.ID, contract.AnnexDraft{
			Kind: b.Kind, Title: b.Title, Body: b.Body, ValidUntil: b.ValidUntil, LastDay: b.LastDay,
			Items: Convert(b.Items, func(i annexItem) contract.AnnexItem {
				return contract.AnnexItem{Text: i.Text, Quantity: i.Quantity, Price: i.Price}
			}),
		})
		return a.oneAnnex(ctx, x, err)
	})
	Register(a, Op{
		ID: "accept-contract-annex", Method: http.MethodPost, Path: "/contracts/{id}/annexes/{annex}/accept", Capability: "contract.accept", Tag: "contract",
		Summary: "客户在线确认", SummaryEn: "The customer's own confirmation in the portal",
	}, func(ctx context.Context, in *struct {
		ByAnnex
		Body agreed
	},
	) (*one, error) {
		x, err := a.deps.Contracts.AcceptAnnex(ctx, in.ID, in.Annex, acceptance.Given{Agree: in.Body.Agree, SHA256: in.Body.SHA256})
		return a.oneAnnex(ctx, x, err)
	})
	Register(a, Op{
		ID: "record-contract-annex", Method: http.MethodPost, Path: "/contracts/{id}/annexes/{annex}/record", Capability: "contract.sign", Tag: "contract",
		Summary: "登记客户的纸面确认（扫描件）", SummaryEn: "Record that the customer confirmed on paper, with the scan",
	}, func(ctx context.Context, in *struct {
		ByAnnex
		Body struct {
			Signer       string `json:"signer" maxLength:"2000"`
			AttachmentID string `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*one, error) {
		x, err := a.deps.Contracts.RecordAnnex(ctx, in.ID, in.Annex, contract.AnsweredOnPaper{Signer: in.Body.Signer, DocumentID: in.Body.AttachmentID})
		return a.oneAnnex(ctx, x, err)
	})
	Register(a, Op{
		ID: "confirm-contract-annex", Method: http.MethodPost, Path: "/contracts/{id}/annexes/{annex}/confirm", Capability: "contract.confirm", Tag: "contract",
		Summary: "第二人核对纸面确认", SummaryEn: "Confirm the scan as the second person",
	}, func(ctx context.Context, in *ByAnnex) (*one, error) {
		x, err := a.deps.Contracts.DecideAnnex(ctx, in.ID, in.Annex, true, "")
		return a.oneAnnex(ctx, x, err)
	})
	for _, drop := range []struct {
		id, path, capability, zh, en string
		act                          func(ctx context.Context, id, annex, reason string) (*contract.Annex, error)
	}{
		{"return-contract-annex", "return", "contract.confirm", "第二人退回纸面确认", "Send the recorded confirmation back as the second person", func(ctx context.Context, id, annex, reason string) (*contract.Annex, error) {
			return a.deps.Contracts.DecideAnnex(ctx, id, annex, false, reason)
		}},
		{"refuse-contract-annex", "refuse", "contract.answer", "客户拒绝", "The customer refuses", func(ctx context.Context, id, annex, reason string) (*contract.Annex, error) {
			return a.deps.Contracts.DropAnnex(ctx, id, annex, contract.AnnexRefused, reason)
		}},
		{"withdraw-contract-annex", "withdraw", "contract.amend", "撤回", "Take it back", func(ctx context.Context, id, annex, reason string) (*contract.Annex, error) {
			return a.deps.Contracts.DropAnnex(ctx, id, annex, contract.AnnexWithdrawn, reason)
		}},
	} {
		Register(a, Op{
			ID: drop.id, Method: http.MethodPost, Path: "/contracts/{id}/annexes/{annex}/" + drop.path, Capability: drop.capability, Tag: "contract", Summary: drop.zh, SummaryEn: drop.en,
		}, func(ctx context.Context, in *withReason) (*one, error) {
			x, err := drop.act(ctx, in.ID, in.Annex, in.Body.Reason)
			return a.oneAnnex(ctx, x, err)
		})
	}
}
