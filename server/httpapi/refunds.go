package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type refund struct {
	ID             string              `json:"id"`
	Number         string              `json:"number"`
	CustomerID     string              `json:"customer_id"`
	CustomerName   string              `json:"customer_name"`
	State          payment.RefundState `json:"state" enum:"requested,approved,rejected,cancelled,paid,returned"`
	AmountFen      money.Fen           `json:"amount_fen"`
	ToName         string              `json:"to_name"`
	ToBank         string              `json:"to_bank"`
	ToAccount      string              `json:"to_account"`
	Reason         string              `json:"reason"`
	DocumentID     string              `json:"document_id"`
	RequestedBy    string              `json:"requested_by_name"`
	RequestedAt    caldate.Instant     `json:"requested_at"`
	DecidedBy      string              `json:"decided_by_name"`
	DecidedAt      caldate.Instant     `json:"decided_at"`
	DecisionReason string              `json:"decision_reason"`
	PaidOn         caldate.Date        `json:"paid_on"`
	Reference      string              `json:"reference"`
	Actions        []string            `json:"available_actions"`
}

func fromRefund(ctx context.Context) func(r payment.Refund) refund {
	decide, record, me := Can(ctx, "refund.decide"), Can(ctx, "payment.record"), actor.From(ctx).UserID
	return func(r payment.Refund) refund {
		out := refund{r.ID, r.Number, r.CustomerID, r.CustomerName, r.State, r.AmountFen, r.ToName, r.ToBank, r.ToAccount, r.Reason, r.DocumentID, r.RequesterName, r.RequestedAt, r.DeciderName, r.DecidedAt,
			r.DecisionReason, r.PaidOn, r.Reference, []string{}}
		switch {
		case r.State == payment.RefundRequested && decide && r.RequestedBy != me:
			out.Actions = append(out.Actions, "approve", "reject")
		case r.State == payment.RefundApproved && record:
			out.Actions = append(out.Actions, "pay", "cancel")
		case r.State == payment.RefundPaid && record:
			out.Actions = append(out.Actions, "return")
		}
		return out
	}
}

func oneRefund(ctx context.Context, r *payment.Refund, err error) (*struct{ Body refund }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body refund }{fromRefund(ctx)(*r)}, nil
}

type cheque struct {
	ID           string              `json:"id"`
	CustomerID   string              `json:"customer_id"`
	CustomerName string              `json:"customer_name"`
	Number       string              `json:"number"`
	Bank         string              `json:"bank"`
	Drawer       string              `json:"drawer"`
	AmountFen    money.Fen           `json:"amount_fen"`
	ReceivedOn   caldate.Date        `json:"received_on"`
	State        payment.ChequeState `json:"state" enum:"received,cleared,dishonoured"`
	ClosedOn     caldate.Date        `json:"closed_on"`
	PaymentID    string              `json:"payment_id"`
	Reason       string              `json:"reason"`
	RecordedBy   string              `json:"recorded_by_name"`
	Actions      []string            `json:"available_actions"`
}

func fromCheque(ctx context.Context) func(q payment.ChequePaper) cheque {
	may := Can(ctx, "payment.record")
	return func(q payment.ChequePaper) cheque {
		out := cheque{q.ID, q.CustomerID, q.CustomerName, q.ChequeNumber, q.Bank, q.Drawer, q.AmountFen, q.ReceivedOn, q.State, q.ClosedOn, q.PaymentID, q.Reason, q.RecorderName, []string{}}
		if may && q.State == payment.ChequeReceived {
			out.Actions = append(out.Actions, "clear", "dishonour")
		}
		return out
	}
}

func oneCheque(ctx context.Context, q *payment.ChequePaper, err error) (*struct{ Body cheque }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body cheque }{fromCheque(ctx)(*q)}, nil
}

type withReason struct {
	ByID
	Body struct {
		Reason string `json:"reason" maxLength:"1000"`
	}
}

type decision struct {
	ByID
	Body struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"Needed to reject."`
	}
}

func (a *API) refunds() {
	Register(a, Op{
		ID: "bounce-payment", Method: http.MethodPost, Path: "/payments/{id}/bounce", Capability: "payment.record", Tag: "payment",
		Summary: "登记退汇：视同未付，滞纳金与停机随即恢复", SummaryEn: "The bank took a payment back: it counts as if it had never come; late fees and suspension come back at once",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			On     caldate.Date `json:"on" doc:"The day on which the bank took it back."`
			Reason string       `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body paymentRow }, error) {
		p, err := a.deps.Payments.Bounce(ctx, in.ID, payment.Returned{On: in.Body.On, Reason: in.Body.Reason})
		return a.onePayment(ctx, p, err)
	})
	Register(a, Op{
		ID: "undo-payment", Method: http.MethodPost, Path: "/payments/{id}/undo", Capability: "payment.record", Tag: "payment",
		Summary: "撤销误录的付款：收据作废，流水号可重新登记", SummaryEn: "Take back a payment that was entered by mistake; its reference may be recorded again",
	}, func(ctx context.Context, in *withReason) (*struct{ Body paymentRow }, error) {
		p, err := a.deps.Payments.Undo(ctx, in.ID, in.Body.Reason)
		return a.onePayment(ctx, p, err)
	})
	Register(a, Op{
		ID: "list-refunds", Method: http.MethodGet, Path: "/refunds", Capability: "payment.read", Tag: "payment",
		Summary: "退款列表", SummaryEn: "Refunds of customers' balances, the newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		InStates
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[refund] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, payment.RefundStates())
		if err != nil {
			return nil, err
		}
		q := payment.RefundQuery{CustomerID: in.CustomerID, States: states, Limit: in.Limit + 1}
		if cursor != nil {
			q.Cursor = cursor[0]
		}
		rs, n, err := a.deps.Payments.Refunds(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rs, in.Limit, func(r payment.Refund) []string { return []string{r.ID} })
		return &struct{ Body List[refund] }{NewList(Convert(page, fromRefund(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "request-refund", Method: http.MethodPost, Path: "/refunds", Capability: "payment.record", Tag: "payment", Status: http.StatusCreated,
		Summary: "申请退还客户余额（须第二人批准）", SummaryEn: "Ask for a customer's balance to be paid back; a second person decides",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string `json:"customer_id" maxLength:"32"`
			AmountFen  int64  `json:"amount_fen"`
			ToName     string `json:"to_name,omitempty" maxLength:"200" doc:"Left out: the customer."`
			ToBank     string `json:"to_bank,omitempty" maxLength:"200"`
			ToAccount  string `json:"to_account,omitempty" maxLength:"60" doc:"Left out: the account in the customer's record."`
			Reason     string `json:"reason" maxLength:"1000"`
			DocumentID string `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body refund }, error) {
		b := in.Body
		r, err := a.deps.Payments.RequestRefund(ctx, payment.RefundInput{CustomerID: b.CustomerID, Amount: money.Fen(b.AmountFen), ToName: b.ToName, ToBank: b.ToBank, ToAccount: b.ToAccount, Reason: b.Reason,
			DocumentID: b.DocumentID})
		return oneRefund(ctx, r, err)
	})
	Register(a, Op{
		ID: "get-refund", Method: http.MethodGet, Path: "/refunds/{id}", Capability: "payment.read", Tag: "payment",
		Summary: "一笔退款", SummaryEn: "A refund",
	}, func(ctx context.Context, in *ByID) (*struct{ Body refund }, error) {
		r, err := a.deps.Payments.RefundByID(ctx, in.ID)
		return oneRefund(ctx, r, err)
	})
	Register(a, Op{
		ID: "decide-refund", Method: http.MethodPost, Path: "/refunds/{id}/decision", Capability: "refund.decide", Tag: "payment",
		Summary: "批准或拒绝退款", SummaryEn: "Approve or reject a refund; not by who asked for it",
	}, func(ctx context.Context, in *decision) (*struct{ Body refund }, error) {
		r, err := a.deps.Payments.DecideRefund(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		return oneRefund(ctx, r, err)
	})
	type bankFact struct {
		ByID
		Body struct {
			On          caldate.Date `json:"on"`
			BankAccount string       `json:"bank_account,omitempty" maxLength:"60"`
			Reference   string       `json:"reference" maxLength:"200"`
		}
	}
	Register(a, Op{
		ID: "pay-refund", Method: http.MethodPost, Path: "/refunds/{id}/payment", Capability: "payment.record", Tag: "payment",
		Summary: "登记退款已从银行付出", SummaryEn: "The bank has paid an approved refund",
	}, func(ctx context.Context, in *bankFact) (*struct{ Body refund }, error) {
		r, err := a.deps.Payments.PayRefund(ctx, in.ID, payment.Paid{On: in.Body.On, BankAccount: in.Body.BankAccount, Reference: in.Body.Reference})
		return oneRefund(ctx, r, err)
	})
	Register(a, Op{
		ID: "return-refund", Method: http.MethodPost, Path: "/refunds/{id}/return", Capability: "payment.record", Tag: "payment",
		Summary: "登记退款被银行退回", SummaryEn: "A refund came back from the bank: it is a payment of the customer from that day on",
	}, func(ctx context.Context, in *bankFact) (*struct{ Body refund }, error) {
		r, err := a.deps.Payments.ReturnRefund(ctx, in.ID, payment.Paid{On: in.Body.On, BankAccount: in.Body.BankAccount, Reference: in.Body.Reference})
		return oneRefund(ctx, r, err)
	})
	Register(a, Op{
		ID: "cancel-refund", Method: http.MethodPost, Path: "/refunds/{id}/cancel", Capability: "payment.record", Tag: "payment",
		Summary: "取消尚未付出的退款", SummaryEn: "Call an approved refund off before it leaves the bank",
	}, func(ctx context.Context, in *withReason) (*struct{ Body refund }, error) {
		r, err := a.deps.Payments.CancelRefund(ctx, in.ID, in.Body.Reason)
		return oneRefund(ctx, r, err)
	})
	Register(a, Op{
		ID: "list-cheques", Method: http.MethodGet, Path: "/cheques", Capability: "payment.read", Tag: "payment",
		Summary: "支票登记簿，待入账的在前", SummaryEn: "Cheques, those that wait for the bank first",
	}, func(ctx context.Context, in *struct {
		InStates
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[cheque] }, error) {
		states, err := textStates(in.InStates, []payment.ChequeState{payment.ChequeReceived, payment.ChequeCleared, payment.ChequeDishonoured})
		if err != nil {
			return nil, err
		}
		qs, err := a.deps.Payments.Cheques(ctx, in.CustomerID, states)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[cheque] }{NewList(Convert(qs, fromCheque(ctx)), "", int64(len(qs)))}, nil
	})
	Register(a, Op{
		ID: "receive-cheque", Method: http.MethodPost, Path: "/cheques", Capability: "payment.record", Tag: "payment", Status: http.StatusCreated,
		Summary: "收到支票（入账后才算付款）", SummaryEn: "Take in a cheque; it counts when the bank has cleared it",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string       `json:"customer_id" maxLength:"32"`
			Number     string       `json:"number" maxLength:"60"`
			Bank       string       `json:"bank" maxLength:"200"`
			Drawer     string       `json:"drawer,omitempty" maxLength:"200"`
			AmountFen  int64        `json:"amount_fen"`
			ReceivedOn caldate.Date `json:"received_on"`
		}
	},
	) (*struct{ Body cheque }, error) {
		b := in.Body
		q, err := a.deps.Payments.ReceiveCheque(ctx, payment.ChequeInput{CustomerID: b.CustomerID, Number: b.Number, Bank: b.Bank, Drawer: b.Drawer, Amount: money.Fen(b.AmountFen), ReceivedOn: b.ReceivedOn})
		return oneCheque(ctx, q, err)
	})
	Register(a, Op{
		ID: "clear-cheque", Method: http.MethodPost, Path: "/cheques/{id}/clear", Capability: "payment.record", Tag: "payment",
		Summary: "支票入账", SummaryEn: "The bank has cleared a cheque: a payment from that day on",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			On          caldate.Date `json:"on"`
			BankAccount string       `json:"bank_account,omitempty" maxLength:"60"`
		}
	},
	) (*struct{ Body cheque }, error) {
		q, err := a.deps.Payments.ClearCheque(ctx, in.ID, in.Body.On, in.Body.BankAccount)
		return oneCheque(ctx, q, err)
	})
	Register(a, Op{
		ID: "dishonour-cheque", Method: http.MethodPost, Path: "/cheques/{id}/dishonour", Capability: "payment.record", Tag: "payment",
		Summary: "支票退票", SummaryEn: "The bank refused a cheque",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			On     caldate.Date `json:"on"`
			Reason string       `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body cheque }, error) {
		q, err := a.deps.Payments.DishonourCheque(ctx, in.ID, in.Body.On, in.Body.Reason)
		return oneCheque(ctx, q, err)
	})
}
