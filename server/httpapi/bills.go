package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/dunning"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/statement"
	"sealgate/server/taxinvoice"
)

// BillRow is a bill in a list.
type BillRow struct {
	ID             string        `json:"id"`
	Number         string        `json:"number"`
	ContractID     string        `json:"contract_id"`
	ContractNumber string        `json:"contract_number"`
	CustomerID     string        `json:"customer_id"`
	CustomerName   string        `json:"customer_name"`
	Kind           plan.Kind     `json:"kind"`
	Period         caldate.Month `json:"period" doc:"Month of service."`
	IssuedOn       caldate.Date  `json:"issued_on"`
	WindowFrom     caldate.Date  `json:"window_from"`
	DueOn          caldate.Date  `json:"due_on" doc:"Last day on which payment is in time."`
	SuspendOn      caldate.Date  `json:"suspend_on" doc:"From 00:00 of this day the contract is suspended if anything is still owed."`
	State          bill.State    `json:"state" enum:"issued,overdue,paid,void"`
	NetFen         money.Fen     `json:"net_fen"`
	TaxFen         money.Fen     `json:"tax_fen"`
	TotalFen       money.Fen     `json:"total_fen"`
	PaidFen        money.Fen     `json:"paid_fen" doc:"Of the total; late fees apart."`
	LateFeeFen     money.Fen     `json:"late_fee_fen"`
	LateFeePaidFen money.Fen     `json:"late_fee_paid_fen"`
	OpenFen        money.Fen     `json:"open_fen" doc:"Owed now: principal and late fee."`
	NotedFen       money.Fen     `json:"noted_fen" doc:"Debit notes less credit notes."`
	DisputedFen    money.Fen     `json:"disputed_fen" doc:"Disputed and not yet decided."`
	Revision       int           `json:"revision" doc:"Above 0: it was issued again."`
	PaidOn         caldate.Date  `json:"paid_on" doc:"Value date of the payment that closed it; null while anything is open."`
}

type billLine struct {
	Charge        plan.Charge   `json:"charge"`
	Description   string        `json:"description"`
	DescriptionEn string        `json:"description_en"`
	Quantity      string        `json:"quantity"`
	Unit          string        `json:"unit"`
	UnitPrice     string        `json:"unit_price"`
	AmountFen     money.Fen     `json:"amount_fen"`
	NetFen        money.Fen     `json:"net_fen"`
	TaxRate       money.Decimal `json:"tax_rate"`
	TaxFen        money.Fen     `json:"tax_fen"`
	From          caldate.Date  `json:"from"`
	To            caldate.Date  `json:"to"`
	Basis         string        `json:"basis,omitempty" doc:"How the line came about."`
}

type billAllocation struct {
	PaymentID     string       `json:"payment_id"`
	PaymentNumber string       `json:"payment_number"`
	ValueDate     caldate.Date `json:"value_date" doc:"The day on which it reached the bill."`
	PrincipalFen  money.Fen    `json:"principal_fen"`
	LateFeeFen    money.Fen    `json:"late_fee_fen"`
}

type lateFeeDay struct {
	On        caldate.Date  `json:"on"`
	BaseFen   money.Fen     `json:"base_fen" doc:"Principal owed at 00:00 of the day."`
	Rate      money.Decimal `json:"rate"`
	ChangeFen money.Fen     `json:"change_fen" doc:"By how much the rounded sum changed."`
	SumFen    money.Fen     `json:"sum_fen" doc:"Late fee up to and including the day, rounded once."`
}

type billRecord struct {
	BillRow
	TotalWords  string           `json:"total_words"`
	UsedParts   int64            `json:"used_parts"`
	ServiceFrom caldate.Date     `json:"service_from"`
	ServiceTo   caldate.Date     `json:"service_to"`
	Hash        string           `json:"hash" doc:"Over everything that was issued."`
	LateFee     plan.LateFee     `json:"late_fee_terms"`
	Lines       []billLine       `json:"lines"`
	Allocations []billAllocation `json:"allocations"`
	LateFeeDays []lateFeeDay     `json:"late_fee_days"`
	Notes       []billNote       `json:"notes"`
	Requests    []noteRequest    `json:"note_requests" doc:"Notes that wait for a second person; empty for those who may not decide."`
	Disputes    []dispute        `json:"disputes"`
	Rest        []noteLine       `json:"rest" doc:"What is left of each line after its notes, lines of debit notes behind the bill's own: notes and disputes name them by their place."`
	Invoices    []taxInvoice     `json:"tax_invoices"`
	StatementID string           `json:"statement_id" doc:"The statement that told the customer of this bill; empty where there is none."`
	Entries     []ledgerEntry    `json:"entries" doc:"Of the bill and its notes. Empty for those who may not read the ledger."`
	Actions     []string         `json:"available_actions"`
}

type billTotals struct {
	Count      int64     `json:"count"`
	TotalFen   money.Fen `json:"total_fen"`
	PaidFen    money.Fen `json:"paid_fen"`
	LateFeeFen money.Fen `json:"late_fee_fen"`
	OpenFen    money.Fen `json:"open_fen"`
}

// billList is a page with the sums over the whole filter.
type billList struct {
	List[BillRow]
	Totals billTotals `json:"totals"`
}

type billRun struct {
	ID         string          `json:"id"`
	Month      caldate.Month   `json:"month"`
	DryRun     bool            `json:"dry_run"`
	State      string          `json:"state" enum:"running,done,preview"`
	Expected   int64           `json:"expected" doc:"Contracts in force during the month."`
	Count      int64           `json:"count" doc:"Bills that were issued, or would be."`
	Issued     int64           `json:"issued"`
	Skipped    int64           `json:"skipped" doc:"Billed by an earlier run."`
	Nothing    int64           `json:"nothing_owed"`
	Failed     int64           `json:"failed"`
	TotalFen   money.Fen       `json:"total_fen"`
	Items      []bill.Item     `json:"items" doc:"Every contract with an anomaly or a failure, up to 1000; of the others a sample."`
	Anomalies  []bill.Anomaly  `json:"anomalies"`
	Failures   []bill.Failure  `json:"failures"`
	StartedAt  caldate.Instant `json:"started_at"`
	FinishedAt caldate.Instant `json:"finished_at"`
}

var chargeNames = map[plan.Charge]string{
	plan.ChargeRent: "Monthly rent", plan.ChargeOverage: "Messages above the included quantity", plan.ChargeUsage: "Messages", plan.ChargeMinimum: "Top-up to the minimum",
	plan.ChargeLumpSum: "Service fee", plan.ChargeOneOff: "One-off fee", plan.ChargeLateUsage: "Receipts that came after their month's bill", plan.ChargeCredit: "Credit",
	plan.ChargeFine: "Fine passed on", plan.ChargeVisit: "Visit",
}

func fromBill(b bill.Bill) BillRow {
	return BillRow{
		ID: b.ID, Number: b.Number, ContractID: b.ContractID, ContractNumber: b.ContractNumber, CustomerID: b.CustomerID, CustomerName: b.CustomerName, Kind: b.Kind,
		Period: b.Month, IssuedOn: b.IssuedOn, WindowFrom: b.WindowFrom, DueOn: b.DueOn, SuspendOn: b.SuspendOn, State: b.State, NetFen: b.NetFen, TaxFen: b.TaxFen,
		TotalFen: b.TotalFen, PaidFen: b.PaidFen, LateFeeFen: b.LateFeeFen, LateFeePaidFen: b.LateFeePaidFen, OpenFen: b.Owed(), PaidOn: b.PaidOn,
		NotedFen: b.NotedFen, DisputedFen: b.DisputedFen, Revision: b.Revision,
	}
}

func fromRun(r bill.Report) *struct{ Body billRun } {
	out := billRun{
		ID: r.ID, Month: r.Month, DryRun: r.DryRun, State: r.State, Expected: r.Expected, Count: r.Created, Skipped: r.Skipped, Nothing: r.Nothing, Failed: r.FailedN,
		TotalFen: r.Total, Items: r.Items, Anomalies: r.Anomalies, Failures: r.Failures, StartedAt: r.StartedAt, FinishedAt: r.EndedAt,
	}
	if !r.DryRun {
		out.Issued = r.Created
	} else if r.State == "done" {
		out.State = "preview"
	}
	return &struct{ Body billRun }{out}
}

// monthAt reads a month of a request and names the field where it is none.
func monthAt(field, value string) (caldate.Month, error) {
	if value == "" {
		return caldate.Month{}, nil
	}
	m, err := caldate.ParseMonth(value)
	if e := errs.As(err); e != nil {
		return m, e.At(field, e.Code, e.Zh, e.En)
	}
	return m, err
}

func (a *API) bills() {
	Register(a, Op{
		ID: "list-bills", Method: http.MethodGet, Path: "/bills", Capability: "bill.read", Tag: "bill",
		Summary: "账单列表，最新月份在前，附全部筛选结果的合计", SummaryEn: "Bills, the newest month first, with the totals of the whole filter",
	}, func(ctx context.Context, in *struct {
		Page
		ContractID string `query:"contract_id" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		Month      string `query:"month" maxLength:"7" doc:"Month of service, YYYY-MM."`
	},
	) (*struct{ Body billList }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		m, err := monthAt("month", in.Month)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, bill.States())
		if err != nil {
			return nil, err
		}
		q := bill.Query{ContractID: in.ContractID, CustomerID: in.CustomerID, Month: m, Q: in.Q, Cursor: cursor, Limit: in.Limit}
		for _, s := range only {
			q.States = append(q.States, string(s))
		}
		bs, t, err := a.deps.Bills.List(ctx, q)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(bs) == in.Limit {
			next = EncodeCursor(bs[len(bs)-1].Number)
		}
		return &struct{ Body billList }{billList{NewList(Convert(bs, fromBill), next, t.Count), billTotals{t.Count, t.Total, t.Paid, t.LateFee, t.Owed}}}, nil
	})
	Register(a, Op{
		ID: "get-bill", Method: http.MethodGet, Path: "/bills/{id}", Capability: "bill.read", Tag: "bill",
		Summary: "账单：明细、税额、逐日滞纳金、付款分配和会计分录", SummaryEn: "A bill with its lines, tax, late fee by day, allocations and ledger entries",
	}, func(ctx context.Context, in *ByID) (*struct{ Body billRecord }, error) {
		b, err := a.deps.Bills.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out, err := a.fromBillRecord(ctx, b)
		if err != nil {
			return nil, err
		}
		return &struct{ Body billRecord }{*out}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-bill-document", Method: http.MethodGet, Path: "/bills/{id}/document", Capability: "bill.read", Tag: "bill", Produces: "application/pdf",
		Summary: "账单 PDF", SummaryEn: "The bill as the customer gets it, as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Bills.Document(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
}

func (a *API) fromBillRecord(ctx context.Context, b *bill.Bill) (*billRecord, error) {
	lines, err := b.Lines()
	if err != nil {
		return nil, err
	}
	terms, err := b.Terms()
	if err != nil {
		return nil, err
	}
	used, err := a.deps.Payments.AllocationsOf(ctx, "", b.ID)
	if err != nil {
		return nil, err
	}
	days, err := a.deps.Dunning.Explain(ctx, b)
	if err != nil {
		return nil, err
	}
	out := &billRecord{
		BillRow: fromBill(*b), TotalWords: b.TotalFen.Capital(), UsedParts: b.UsedParts, ServiceFrom: b.ServiceFrom, ServiceTo: b.ServiceTo, Hash: b.Hash, LateFee: terms.LateFee,
		Lines: Convert(lines, func(l plan.Line) billLine {
			return billLine{l.Charge, l.Name, chargeNames[l.Charge], l.Quantity, l.Unit, l.UnitPrice, l.Amount, l.Net, l.TaxRate, l.Tax, l.From, l.To, l.Note}
		}),
		Allocations: Convert(used, func(u payment.Used) billAllocation {
			return billAllocation{u.PaymentID, u.PaymentNumber, u.OnDate, u.PrincipalFen, u.LateFeeFen}
		}),
		LateFeeDays: Convert(days, func(d dunning.Day) lateFeeDay {
			return lateFeeDay{d.Day, d.Base, terms.LateFee.Rate, d.Change, d.Sum}
		}),
		Entries: []ledgerEntry{}, Actions: []string{"document"},
	}
	if Can(ctx, "payment.record") && b.Owed() > 0 {
		out.Actions = append(out.Actions, "pay")
	}
	return out, a.sinceIssue(ctx, b, out)
}

// sinceIssue puts in what happened to a bill after its issue.
func (a *API) sinceIssue(ctx context.Context, b *bill.Bill, out *billRecord) error {
	out.Notes, out.Requests, out.Disputes, out.Invoices = []billNote{}, []noteRequest{}, []dispute{}, []taxInvoice{}
	rest, err := a.deps.Bills.RestOf(ctx, b)
	if err != nil {
		return err
	}
	out.Rest = Convert(rest, fromNoteLine)
	documents := []string{b.ID}
	if b.Amendments > 0 {
		notes, err := a.deps.Bills.Notes(ctx, b.ID)
		if err != nil {
			return err
		}
		out.Notes = Convert(notes, fromNote)
		for i := range notes {
			documents = append(documents, notes[i].ID)
		}
		ds, _, err := a.deps.Bills.Disputes(ctx, bill.NoteQuery{BillID: b.ID, Limit: 200})
		if err != nil {
			return err
		}
		out.Disputes = Convert(ds, func(d bill.Dispute) dispute { return fromDispute(ctx, d) })
	}
	if Can(ctx, "bill.note") {
		rs, _, err := a.deps.Bills.Requests(ctx, bill.NoteQuery{BillID: b.ID, States: []string{string(bill.Waiting)}, Limit: 200})
		if err != nil {
			return err
		}
		out.Requests = Convert(rs, func(r bill.NoteRequest) noteRequest { return fromNoteRequest(ctx, r) })
	}
	if a.deps.Statements != nil && Can(ctx, "statement.read") {
		xs, _, err := a.deps.Statements.List(ctx, statement.Query{ContractID: b.ContractID, Month: b.Month, Limit: 1})
		if err != nil {
			return err
		}
		if len(xs) > 0 {
			out.StatementID = xs[0].ID
		}
	}
	if a.deps.TaxInvoices != nil && Can(ctx, "taxinvoice.read") {
		is, err := a.deps.TaxInvoices.OfBill(ctx, b.ID)
		if err != nil {
			return err
		}
		out.Invoices = Convert(is, func(i taxinvoice.Invoice) taxInvoice { return fromTaxInvoice(ctx, i) })
		if b.State == bill.Paid && len(is) == 0 && Can(ctx, "taxinvoice.write") {
			out.Actions = append(out.Actions, "invoice")
		}
	}
	if b.State != bill.Void {
		if Can(ctx, "bill.note") {
			out.Actions = append(out.Actions, "credit", "debit")
		}
		if Can(ctx, "bill.dispute") && b.TotalFen+b.NotedFen > b.DisputedFen {
			out.Actions = append(out.Actions, "dispute")
		}
	}
	for _, id := range documents {
		entries, err := a.entriesOf(ctx, id)
		if err != nil {
			return err
		}
		out.Entries = append(out.Entries, entries...)
	}
	return nil
}

// entriesOf gives a document's ledger entries to those who may read the ledger, nothing to others.
func (a *API) entriesOf(ctx context.Context, documentID string) ([]ledgerEntry, error) {
	if !Can(ctx, "ledger.read") {
		return []ledgerEntry{}, nil
	}
	entries, _, err := a.deps.Ledger.Entries(ctx, ledger.Query{DocumentID: documentID, Limit: 500})
	return Convert(entries, fromEntry), err
}

func texts[S ~string](in []S) []string {
	return Convert(in, func(s S) string { return string(s) })
}
