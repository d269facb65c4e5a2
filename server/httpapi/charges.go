package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/money"
	"sealgate/server/payable"
	"sealgate/server/plan"
)

type chargeRow struct {
	ID             string          `json:"id"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerName   string          `json:"customer_name"`
	Kind           charge.Kind     `json:"kind" enum:"credit,compensation,fine,penalty,visit,one_off,blocked"`
	State          charge.State    `json:"state" enum:"requested,pending,billed,rejected,withdrawn"`
	AmountFen      money.Fen       `json:"amount_fen" doc:"As the bill adds it up: credits are negative."`
	On             caldate.Date    `json:"on"`
	Name           string          `json:"name"`
	Reason         string          `json:"reason"`
	DocumentID     string          `json:"document_id"`
	Submitted      int64           `json:"submitted"`
	Blocked        int64           `json:"blocked"`
	Fault          bool            `json:"fault" doc:"Compensation for intent or gross negligence: the liability cap does not hold."`
	BillID         string          `json:"bill_id"`
	BillNumber     string          `json:"bill_number"`
	BilledMonth    caldate.Month   `json:"billed_month"`
	RecordedByName string          `json:"recorded_by_name"`
	RecordedAt     caldate.Instant `json:"recorded_at"`
	DecidedByName  string          `json:"decided_by_name"`
	DecidedAt      caldate.Instant `json:"decided_at"`
	DecisionReason string          `json:"decision_reason"`
	Actions        []string        `json:"available_actions"`
}

func fromCharge(ctx context.Context) func(charge.Charge) chargeRow {
	return func(x charge.Charge) chargeRow {
		out := chargeRow{
			ID: x.ID, ContractID: x.ContractID, ContractNumber: x.ContractNumber, CustomerName: x.CustomerName, Kind: x.Kind, State: x.State, AmountFen: x.Signed(), On: x.OnDate, Name: x.Name,
			Reason: x.Reason, DocumentID: x.DocumentID, Submitted: x.Submitted, Blocked: x.BlockedParts, Fault: x.Fault, BillID: x.BillID, BillNumber: x.BillNumber, BilledMonth: x.BilledMonth,
			RecordedByName: x.RecorderName, RecordedAt: x.RecordedAt, DecidedByName: x.DeciderName, DecidedAt: x.DecidedAt, DecisionReason: x.DecisionReason, Actions: []string{},
		}
		if x.State == charge.Requested && Can(ctx, "charge.approve") && x.RecordedBy != actor.From(ctx).UserID {
			out.Actions = append(out.Actions, "decide")
		}
		if charge.CanMove(x.State, charge.Withdrawn) && Can(ctx, "charge.record") {
			out.Actions = append(out.Actions, "withdraw")
		}
		return out
	}
}

func (a *API) oneCharge(ctx context.Context, x *charge.Charge, err error) (*struct{ Body chargeRow }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body chargeRow }{fromCharge(ctx)(*x)}, nil
}

type payableRow struct {
	ID             string        `json:"id"`
	Number         string        `json:"number"`
	ContractID     string        `json:"contract_id"`
	ContractNumber string        `json:"contract_number"`
	CustomerName   string        `json:"customer_name"`
	Month          caldate.Month `json:"month"`
	State          payable.State `json:"state" enum:"open,compared,approved,paid"`
	OurParts       int64         `json:"our_parts"`
	OurFen         money.Fen     `json:"our_fen" doc:"What the agreement makes of our count."`
	TheirParts     int64         `json:"their_parts"`
	ComputedFen    money.Fen     `json:"computed_fen" doc:"What the agreement makes of the carrier's count."`
	ClaimedFen     money.Fen     `json:"claimed_fen" doc:"What the carrier asks for."`
	Difference     int64         `json:"difference"`
	Lines          []billLine    `json:"lines"`
	Note           string        `json:"note"`
	DocumentID     string        `json:"document_id"`
	DueOn          caldate.Date  `json:"due_on"`
	PaidOn         caldate.Date  `json:"paid_on"`
	Reference      string        `json:"reference"`
	Actions        []string      `json:"available_actions"`
}

func fromPayable(ctx context.Context) func(payable.Payable) payableRow {
	return func(p payable.Payable) payableRow {
		lines, _ := p.Lines()
		out := payableRow{
			ID: p.ID, Number: p.Number, ContractID: p.ContractID, ContractNumber: p.ContractNumber, CustomerName: p.CustomerName, Month: p.Month, State: p.State, OurParts: p.OurParts, OurFen: p.OurFen,
			TheirParts: p.TheirParts, ComputedFen: p.ComputedFen, ClaimedFen: p.ClaimedFen, Lines: Convert(lines, fromLine), Note: p.Note, DocumentID: p.DocumentID, DueOn: p.DueOn, PaidOn: p.PaidOn,
			Reference: p.Reference, Actions: []string{},
		}
		if p.State != payable.Open {
			out.Difference = p.Difference()
		}
		if Can(ctx, "charge.record") && p.State != payable.Paid {
			out.Actions = append(out.Actions, "compare")
		}
		if Can(ctx, "charge.approve") && p.State == payable.Compared && p.ComparedBy != actor.From(ctx).UserID {
			out.Actions = append(out.Actions, "approve")
		}
		if Can(ctx, "charge.record") && p.State == payable.Approved {
			out.Actions = append(out.Actions, "pay")
		}
		return out
	}
}

func (a *API) onePayable(ctx context.Context, p *payable.Payable, err error) (*struct{ Body payableRow }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body payableRow }{fromPayable(ctx)(*p)}, nil
}

type carrierCount struct {
	Month         caldate.Month   `json:"month"`
	Port          string          `json:"port"`
	Parts         int64           `json:"parts"`
	Note          string          `json:"note"`
	DocumentID    string          `json:"document_id"`
	EnteredByName string          `json:"entered_by_name"`
	EnteredAt     caldate.Instant `json:"entered_at"`
}

func (a *API) charges() {
	Register(a, Op{
		ID: "list-charges", Method: http.MethodGet, Path: "/charges", Capability: "charge.read", Tag: "charge",
		Summary: "附加费用：抵扣、罚款、上门服务等", SummaryEn: "What goes on bills besides the plan: credits, fines, visits and the like",
	}, func(ctx context.Context, in *struct {
		StatePage
		ContractID string `query:"contract_id" maxLength:"32"`
	},
	) (*struct{ Body List[chargeRow] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, charge.States())
		if err != nil {
			return nil, err
		}
		q := charge.Query{ContractID: in.ContractID, States: only, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, n, err := a.deps.Charges.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(x charge.Charge) []string { return []string{x.ID} })
		return &struct{ Body List[chargeRow] }{NewList(Convert(page, fromCharge(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "add-charge", Method: http.MethodPost, Path: "/contracts/{id}/charges", Capability: "charge.record", Tag: "charge", Status: http.StatusCreated,
		Summary: "登记附加费用，计入下一张账单；超过限额的须第二人批准", SummaryEn: "Record a charge for the next bill; above the limit a second person approves it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Kind       charge.Kind  `json:"kind" doc:"credit, compensation, fine, penalty, visit, one_off or blocked."`
			AmountFen  int64        `json:"amount_fen,omitempty" doc:"Positive, also for credits."`
			On         caldate.Date `json:"on,omitempty" doc:"Day of service; today where left out."`
			Name       string       `json:"name,omitempty" maxLength:"200" doc:"What the bill says."`
			Reason     string       `json:"reason,omitempty" maxLength:"1000"`
			DocumentID string       `json:"attachment_id,omitempty" maxLength:"32" doc:"The evidence."`
			Tax        plan.TaxKind `json:"tax,omitempty" doc:"messages, software, goods or none; the contract's own where left out."`
			Submitted  int64        `json:"submitted,omitempty"`
			Blocked    int64        `json:"blocked,omitempty"`
			Fault      bool         `json:"fault,omitempty"`
		}
	},
	) (*struct{ Body chargeRow }, error) {
		b := in.Body
		x, err := a.deps.Charges.Add(ctx, in.ID, charge.Input{Kind: b.Kind, Amount: money.Fen(b.AmountFen), On: b.On, Name: b.Name, Reason: b.Reason, DocumentID: b.DocumentID, Tax: b.Tax,
			Submitted: b.Submitted, BlockedParts: b.Blocked, Fault: b.Fault})
		return a.oneCharge(ctx, x, err)
	})
	Register(a, Op{
		ID: "decide-charge", Method: http.MethodPost, Path: "/charges/{id}/decision", Capability: "charge.approve", Tag: "charge",
		Summary: "批准或驳回超过限额的费用", SummaryEn: "Approve or reject a charge above the limit; not by who recorded it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Approve bool   `json:"approve"`
			Reason  string `json:"reason,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body chargeRow }, error) {
		x, err := a.deps.Charges.Decide(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		return a.oneCharge(ctx, x, err)
	})
	Register(a, Op{
		ID: "withdraw-charge", Method: http.MethodPost, Path: "/charges/{id}/withdraw", Capability: "charge.record", Tag: "charge",
		Summary: "撤回尚未出账的费用", SummaryEn: "Take back a charge that no bill has yet",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body chargeRow }, error) {
		x, err := a.deps.Charges.Withdraw(ctx, in.ID, in.Body.Reason)
		return a.oneCharge(ctx, x, err)
	})
	Register(a, Op{
		ID: "list-carrier-counts", Method: http.MethodGet, Path: "/contracts/{id}/carrier-counts", Capability: "charge.read", Tag: "charge",
		Summary: "端口协议：对方的月用量", SummaryEn: "The carrier's monthly counts of a port agreement",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[carrierCount] }, error) {
		rows, err := a.deps.Payables.Counts(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[carrierCount] }{NewList(Convert(rows, func(c payable.Count) carrierCount {
			return carrierCount{c.Month, c.Port, c.Parts, c.Note, c.DocumentID, c.EntererName, c.EnteredAt}
		}), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "enter-carrier-count", Method: http.MethodPut, Path: "/contracts/{id}/carrier-counts", Capability: "charge.record", Tag: "charge", Status: http.StatusNoContent,
		Summary: "录入对方的月用量（出账前；为计费依据）", SummaryEn: "Enter the carrier's count of a month, which is the billing basis; before it is billed",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Month      string `json:"month" maxLength:"20"`
			Port       string `json:"port,omitempty" maxLength:"64"`
			Parts      int64  `json:"parts"`
			Note       string `json:"note,omitempty" maxLength:"1000"`
			DocumentID string `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{}, error) {
		m, err := monthAt("month", in.Body.Month)
		if err != nil {
			return nil, err
		}
		b := in.Body
		return nil, a.deps.Payables.EnterCount(ctx, payable.Count{ContractID: in.ID, Month: m, Port: b.Port, Parts: b.Parts, Note: b.Note, DocumentID: b.DocumentID})
	})
	Register(a, Op{
		ID: "list-payables", Method: http.MethodGet, Path: "/payables", Capability: "charge.read", Tag: "charge",
		Summary: "应付运营商的端口费", SummaryEn: "What we owe carriers for ports that we buy",
	}, func(ctx context.Context, in *struct {
		StatePage
		ContractID string `query:"contract_id" maxLength:"32"`
	},
	) (*struct{ Body List[payableRow] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, payable.States())
		if err != nil {
			return nil, err
		}
		q := payable.Query{ContractID: in.ContractID, States: only, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		rows, n, err := a.deps.Payables.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rows, in.Limit, func(p payable.Payable) []string { return []string{p.Number} })
		return &struct{ Body List[payableRow] }{NewList(Convert(page, fromPayable(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "compare-payable", Method: http.MethodPost, Path: "/payables/{id}/compare", Capability: "charge.record", Tag: "charge",
		Summary: "录入对方账单：用量与金额，显示差异", SummaryEn: "Enter the carrier's statement: count and amount; the differences are shown",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Parts      int64  `json:"parts"`
			AmountFen  int64  `json:"amount_fen"`
			Note       string `json:"note,omitempty" maxLength:"1000"`
			DocumentID string `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body payableRow }, error) {
		p, err := a.deps.Payables.Compare(ctx, in.ID, payable.Claim{Parts: in.Body.Parts, Amount: money.Fen(in.Body.AmountFen), Note: in.Body.Note, DocumentID: in.Body.DocumentID})
		return a.onePayable(ctx, p, err)
	})
	Register(a, Op{
		ID: "approve-payable", Method: http.MethodPost, Path: "/payables/{id}/approve", Capability: "charge.approve", Tag: "charge",
		Summary: "批准付款；不得由核对人批准，有差异须说明理由", SummaryEn: "Approve a payable; not by who compared it, and a difference needs a reason",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body payableRow }, error) {
		p, err := a.deps.Payables.Approve(ctx, in.ID, in.Body.Reason)
		return a.onePayable(ctx, p, err)
	})
	Register(a, Op{
		ID: "pay-payable", Method: http.MethodPost, Path: "/payables/{id}/pay", Capability: "charge.record", Tag: "charge",
		Summary: "登记已付款", SummaryEn: "Record that an approved payable was paid",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			PaidOn    caldate.Date `json:"paid_on"`
			Reference string       `json:"reference" maxLength:"200"`
		}
	},
	) (*struct{ Body payableRow }, error) {
		p, err := a.deps.Payables.Pay(ctx, in.ID, in.Body.PaidOn, in.Body.Reference)
		return a.onePayable(ctx, p, err)
	})
}
