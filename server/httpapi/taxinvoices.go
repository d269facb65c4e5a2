package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/taxinvoice"
)

type taxInvoice struct {
	ID             string            `json:"id"`
	Reference      string            `json:"reference" doc:"Names the request at the tax platform, once and for all."`
	Kind           taxinvoice.Kind   `json:"kind" enum:"blue,red"`
	State          taxinvoice.State  `json:"state" enum:"requested,rejected,cancelled,issued,red_requested,red_flushed,lapsed"`
	BillID         string            `json:"bill_id"`
	BillNumber     string            `json:"bill_number"`
	ContractID     string            `json:"contract_id"`
	ContractNumber string            `json:"contract_number"`
	CustomerID     string            `json:"customer_id"`
	CustomerName   string            `json:"customer_name"`
	Period         caldate.Month     `json:"period"`
	RedOf          string            `json:"red_of" doc:"The blue invoice that it takes back."`
	NetFen         money.Fen         `json:"net_fen"`
	TaxFen         money.Fen         `json:"tax_fen"`
	TotalFen       money.Fen         `json:"total_fen" doc:"Positive for both kinds."`
	RedFen         money.Fen         `json:"red_fen" doc:"Blue: what red ones have taken back."`
	Reason         string            `json:"reason"`
	RequestedOn    caldate.Date      `json:"requested_on"`
	SentAt         caldate.Instant   `json:"sent_at"`
	ConfirmBy      caldate.Instant   `json:"confirm_by" doc:"Red: the buyer confirms before; 72 hours after it was handed in."`
	Attempts       int               `json:"attempts"`
	Problem        string            `json:"problem"`
	Number         string            `json:"number"`
	IssuedOn       caldate.Date      `json:"issued_on"`
	DocumentID     string            `json:"document_id"`
	Buyer          taxinvoice.Buyer  `json:"buyer"`
	Lines          []taxinvoice.Line `json:"lines"`
	Hash           string            `json:"hash"`
	Actions        []string          `json:"available_actions"`
}

type taxInvoiceList struct {
	List[taxInvoice]
	TotalFen money.Fen `json:"total_fen" doc:"Over the whole filter, red ones taken off."`
}

func fromTaxInvoice(ctx context.Context, i taxinvoice.Invoice) taxInvoice {
	buyer, _ := i.To()
	lines, _ := i.Lines()
	out := taxInvoice{ID: i.ID, Reference: i.Reference, Kind: i.Kind, State: i.State, BillID: i.BillID, BillNumber: i.BillNumber, ContractID: i.ContractID, ContractNumber: i.ContractNumber,
		CustomerID: i.CustomerID, CustomerName: i.CustomerName, Period: i.Month, RedOf: i.RedOf, NetFen: i.NetFen, TaxFen: i.TaxFen, TotalFen: i.TotalFen, RedFen: i.RedFen, Reason: i.Reason,
		RequestedOn: i.RequestedOn, SentAt: i.SentAt, ConfirmBy: i.ConfirmBy, Attempts: i.Attempts, Problem: i.Problem, Number: i.InvoiceNumber(), IssuedOn: i.IssuedOn, DocumentID: i.DocumentID,
		Buyer: buyer, Lines: Convert(lines, func(l taxinvoice.Line) taxinvoice.Line { return l }), Hash: i.Hash, Actions: []string{}}
	if Can(ctx, "taxinvoice.write") {
		switch {
		case i.State == taxinvoice.Requested:
			out.Actions = append(out.Actions, "answer")
		case i.State == taxinvoice.Rejected:
			out.Actions = append(out.Actions, "resubmit")
		case i.State == taxinvoice.Issued && i.Kind == taxinvoice.Blue:
			out.Actions = append(out.Actions, "red_flush")
		}
	}
	return out
}

func (a *API) oneTaxInvoice(ctx context.Context, i *taxinvoice.Invoice, err error) (*struct{ Body taxInvoice }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body taxInvoice }{fromTaxInvoice(ctx, *i)}, nil
}

func (a *API) taxInvoices() {
	Register(a, Op{
		ID: "list-tax-invoices", Method: http.MethodGet, Path: "/tax-invoices", Capability: "taxinvoice.read", Tag: "taxinvoice",
		Summary: "发票列表，最新的在前", SummaryEn: "Tax invoices, the newest first, with their sum",
	}, func(ctx context.Context, in *struct {
		Page
		BillID     string          `query:"bill_id" maxLength:"32"`
		CustomerID string          `query:"customer_id" maxLength:"32"`
		ContractID string          `query:"contract_id" maxLength:"32"`
		Kind       taxinvoice.Kind `query:"kind" maxLength:"8" doc:"blue or red."`
	},
	) (*struct{ Body taxInvoiceList }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, taxinvoice.States())
		if err != nil {
			return nil, err
		}
		is, total, sum, err := a.deps.TaxInvoices.List(ctx, taxinvoice.Query{BillID: in.BillID, CustomerID: in.CustomerID, ContractID: in.ContractID, Kind: in.Kind, States: texts(only), Q: in.Q, Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(is, in.Limit, func(i taxinvoice.Invoice) []string { return []string{i.ID} })
		return &struct{ Body taxInvoiceList }{taxInvoiceList{NewList(Convert(page, func(i taxinvoice.Invoice) taxInvoice { return fromTaxInvoice(ctx, i) }), next, total), sum}}, nil
	})
	Register(a, Op{
		ID: "get-tax-invoice", Method: http.MethodGet, Path: "/tax-invoices/{id}", Capability: "taxinvoice.read", Tag: "taxinvoice",
		Summary: "发票：请求数据、状态、号码和文件", SummaryEn: "A tax invoice: what was asked for, its state, number and file",
	}, func(ctx context.Context, in *ByID) (*struct{ Body taxInvoice }, error) {
		i, err := a.deps.TaxInvoices.Get(ctx, in.ID)
		return a.oneTaxInvoice(ctx, i, err)
	})
	Register(a, Op{
		ID: "request-tax-invoice", Method: http.MethodPost, Path: "/bills/{id}/tax-invoices", Capability: "taxinvoice.write", Tag: "taxinvoice", Status: http.StatusCreated,
		Summary: "为已付清的账单申请开票", SummaryEn: "Ask for the invoice of a bill that is paid in full",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[taxInvoice] }, error) {
		is, err := a.deps.TaxInvoices.Request(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[taxInvoice] }{NewList(Convert(is, func(i taxinvoice.Invoice) taxInvoice { return fromTaxInvoice(ctx, i) }), "", int64(len(is)))}, nil
	})
	Register(a, Op{
		ID: "answer-tax-invoice", Method: http.MethodPost, Path: "/tax-invoices/{id}/answer", Capability: "taxinvoice.write", Tag: "taxinvoice",
		Summary: "登记税务平台的答复：号码、日期、文件，或拒绝原因", SummaryEn: "Enter the tax platform's answer: number, day and file, or why it was refused",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Outcome  taxinvoice.Outcome `json:"outcome" enum:"issued,rejected,lapsed"`
			Number   string             `json:"number,omitempty" maxLength:"32"`
			IssuedOn caldate.Date       `json:"issued_on,omitempty"`
			Reason   string             `json:"reason,omitempty" maxLength:"500"`
			FileName string             `json:"file_name,omitempty" maxLength:"200"`
			File     []byte             `json:"file,omitempty" doc:"PDF or picture, base64."`
		}
	},
	) (*struct{ Body taxInvoice }, error) {
		b := in.Body
		i, err := a.deps.TaxInvoices.Record(ctx, in.ID, taxinvoice.Answer{Outcome: b.Outcome, Number: b.Number, IssuedOn: b.IssuedOn, Reason: b.Reason, FileName: b.FileName, File: b.File})
		return a.oneTaxInvoice(ctx, i, err)
	})
	Register(a, Op{
		ID: "red-flush-tax-invoice", Method: http.MethodPost, Path: "/tax-invoices/{id}/red-flush", Capability: "taxinvoice.write", Tag: "taxinvoice",
		Summary: "申请红冲：购方须在 72 小时内确认", SummaryEn: "Ask for a red invoice; the buyer confirms within 72 hours",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	},
	) (*struct{ Body taxInvoice }, error) {
		i, err := a.deps.TaxInvoices.RedFlush(ctx, in.ID, in.Body.Reason)
		return a.oneTaxInvoice(ctx, i, err)
	})
	Register(a, Op{
		ID: "resubmit-tax-invoice", Method: http.MethodPost, Path: "/tax-invoices/{id}/resubmit", Capability: "taxinvoice.write", Tag: "taxinvoice",
		Summary: "被拒后按客户现有资料重新申请", SummaryEn: "Drop a rejected request and ask anew with the customer's present data",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[taxInvoice] }, error) {
		is, err := a.deps.TaxInvoices.Resubmit(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[taxInvoice] }{NewList(Convert(is, func(i taxinvoice.Invoice) taxInvoice { return fromTaxInvoice(ctx, i) }), "", int64(len(is)))}, nil
	})
}
