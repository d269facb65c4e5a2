package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/payment"
)

type paymentRow struct {
	ID             string              `json:"id"`
	Number         string              `json:"number" doc:"Number of its receipt."`
	CustomerID     string              `json:"customer_id"`
	CustomerName   string              `json:"customer_name"`
	AmountFen      money.Fen           `json:"amount_fen"`
	AllocatedFen   money.Fen           `json:"allocated_fen"`
	UnallocatedFen money.Fen           `json:"unallocated_fen" doc:"Stays as the customer's balance and pays the next bill by itself."`
	ValueDate      caldate.Date        `json:"value_date" doc:"The day on which the money arrived."`
	Method         payment.Method      `json:"method" enum:"transfer,cash,cheque,set_off,write_off,wallet"`
	BankAccount    string              `json:"bank_account"`
	Reference      string              `json:"reference"`
	Note           string              `json:"note"`
	RecordedAt     caldate.Instant     `json:"recorded_at"`
	RecordedByName string              `json:"recorded_by_name"`
	Allocations    []paymentAllocation `json:"allocations"`
	TakenFen       money.Fen           `json:"taken_fen" doc:"What no longer counts: refunded, taken back by the bank, entered by mistake."`
	Takes          []paymentTake       `json:"takes"`
	Actions        []string            `json:"available_actions"`
}

type paymentAllocation struct {
	BillID       string       `json:"bill_id"`
	BillNumber   string       `json:"bill_number"`
	On           caldate.Date `json:"on"`
	PrincipalFen money.Fen    `json:"principal_fen"`
	LateFeeFen   money.Fen    `json:"late_fee_fen"`
}

type paymentTake struct {
	Kind      payment.TakeKind `json:"kind" enum:"bounce,undo,refund,refund_back,recovery,excess"`
	AmountFen money.Fen        `json:"amount_fen"`
	On        caldate.Date     `json:"on"`
	Reason    string           `json:"reason"`
	By        string           `json:"by_name"`
}

type paymentList struct {
	List[paymentRow]
	TotalFen money.Fen `json:"total_fen" doc:"Sum over the whole filter."`
}

func (a *API) fromPayment(ctx context.Context, p payment.Payment) (paymentRow, error) {
	out := paymentRow{ID: p.ID, Number: p.Number, CustomerID: p.CustomerID, CustomerName: p.CustomerName, AmountFen: p.AmountFen, ValueDate: p.ValueDate, Method: p.Method,
		BankAccount: p.BankAccount, Reference: p.Reference, Note: p.Note, RecordedAt: p.RecordedAt, RecordedByName: p.RecorderName, Actions: []string{}}
	used, err := a.deps.Payments.AllocationsOf(ctx, p.ID, "")
	out.Allocations = Convert(used, func(u payment.Used) paymentAllocation {
		out.AllocatedFen += u.PrincipalFen + u.LateFeeFen
		return paymentAllocation{u.BillID, u.BillNumber, u.OnDate, u.PrincipalFen, u.LateFeeFen}
	})
	if err != nil {
		return out, err
	}
	takes, err := a.deps.Payments.Takes(ctx, p.ID)
	out.Takes = Convert(takes, func(t payment.Take) paymentTake {
		out.TakenFen += t.AmountFen
		return paymentTake{t.Kind, t.AmountFen, t.OnDate, t.Reason, t.TakerName}
	})
	out.UnallocatedFen = p.AmountFen - out.AllocatedFen - out.TakenFen
	if p.Method.Money() {
		out.Actions = append(out.Actions, "receipt")
		if _, undone := payment.IsUndone(takes); !undone && out.TakenFen == 0 && Can(ctx, "payment.record") {
			if p.Method != payment.Cash {
				out.Actions = append(out.Actions, "bounce")
			}
			out.Actions = append(out.Actions, "undo")
		}
	}
	return out, err
}

func (a *API) onePayment(ctx context.Context, p *payment.Payment, err error) (*struct{ Body paymentRow }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.fromPayment(ctx, *p)
	return &struct{ Body paymentRow }{out}, err
}

func (a *API) payments() {
	Register(a, Op{
		ID: "list-payments", Method: http.MethodGet, Path: "/payments", Capability: "payment.read", Tag: "payment",
		Summary: "付款列表，最近到账的在前", SummaryEn: "Payments, the newest value date first",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		CustomerID string `query:"customer_id" maxLength:"32"`
		From       string `query:"from" maxLength:"10" doc:"Value date from."`
		To         string `query:"to" maxLength:"10" doc:"Value date to."`
	},
	) (*struct{ Body paymentList }, error) {
		cursor, err := DecodeCursor(in.Cursor, 2)
		if err != nil {
			return nil, err
		}
		q := payment.Query{CustomerID: in.CustomerID, Q: in.Q, Cursor: cursor, Limit: in.Limit}
		for _, d := range []struct {
			text string
			to   *caldate.Date
		}{{in.From, &q.From}, {in.To, &q.To}} {
			if d.text != "" {
				if *d.to, err = caldate.Parse(d.text); err != nil {
					return nil, err
				}
			}
		}
		ps, n, sum, err := a.deps.Payments.List(ctx, q)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(ps) == in.Limit {
			last := ps[len(ps)-1]
			next = EncodeCursor(last.ValueDate.String(), last.ID)
		}
		items := make([]paymentRow, len(ps))
		for i, p := range ps {
			if items[i], err = a.fromPayment(ctx, p); err != nil {
				return nil, err
			}
		}
		return &struct{ Body paymentList }{paymentList{NewList(items, next, n), sum}}, nil
	})
	Register(a, Op{
		ID: "record-payment", Method: http.MethodPost, Path: "/payments", Capability: "payment.record", Tag: "payment", Status: http.StatusCreated,
		Summary: "登记到账的款项：分配到账单，欠款结清的立即恢复服务", SummaryEn: "Record money that arrived: it pays bills, and what owes nothing overdue resumes at once",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID  string         `json:"customer_id" maxLength:"32"`
			AmountFen   int64          `json:"amount_fen"`
			ValueDate   caldate.Date   `json:"value_date" doc:"The day on which the money arrived; not after today."`
			Method      payment.Method `json:"method" doc:"transfer, cash or cheque."`
			BankAccount string         `json:"bank_account,omitempty" maxLength:"60" doc:"Ours, that it arrived on; left out: the account on our papers."`
			Reference   string         `json:"reference,omitempty" maxLength:"200" doc:"The bank's, or the cheque's number: counts once for an account."`
			Note        string         `json:"note,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body paymentRow }, error) {
		b := in.Body
		p, err := a.deps.Payments.Record(ctx, payment.Input{CustomerID: b.CustomerID, Amount: money.Fen(b.AmountFen), ValueDate: b.ValueDate, Method: b.Method, BankAccount: b.BankAccount,
			Reference: b.Reference, Note: b.Note})
		return a.onePayment(ctx, p, err)
	})
	Register(a, Op{
		ID: "get-payment", Method: http.MethodGet, Path: "/payments/{id}", Capability: "payment.read", Tag: "payment",
		Summary: "付款及其分配", SummaryEn: "A payment and what it was used for",
	}, func(ctx context.Context, in *ByID) (*struct{ Body paymentRow }, error) {
		p, err := a.deps.Payments.Get(ctx, in.ID)
		return a.onePayment(ctx, p, err)
	})
	RegisterRaw(a, Op{
		ID: "get-payment-receipt", Method: http.MethodGet, Path: "/payments/{id}/receipt", Capability: "payment.read", Tag: "payment", Produces: "application/pdf",
		Summary: "收据 PDF", SummaryEn: "The receipt as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Payments.Receipt(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}
