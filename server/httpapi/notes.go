package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
)

type noteLine struct {
	Of        int           `json:"of" doc:"Place of the line that it refers to; −1: none."`
	Charge    plan.Charge   `json:"charge"`
	Name      string        `json:"description"`
	Quantity  string        `json:"quantity"`
	Unit      string        `json:"unit"`
	UnitPrice string        `json:"unit_price"`
	AmountFen money.Fen     `json:"amount_fen"`
	NetFen    money.Fen     `json:"net_fen"`
	TaxRate   money.Decimal `json:"tax_rate"`
	TaxFen    money.Fen     `json:"tax_fen"`
}

type billNote struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	Kind           bill.NoteKind   `json:"kind" enum:"credit,debit"`
	BillID         string          `json:"bill_id"`
	BillNumber     string          `json:"bill_number"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	On             caldate.Date    `json:"on" doc:"From 00:00 of this day it counts."`
	DueOn          caldate.Date    `json:"due_on" doc:"Debit notes: last day on which payment is in time."`
	IssuedOn       caldate.Date    `json:"issued_on"`
	NetFen         money.Fen       `json:"net_fen"`
	TaxFen         money.Fen       `json:"tax_fen"`
	TotalFen       money.Fen       `json:"total_fen" doc:"Positive for both kinds."`
	TotalWords     string          `json:"total_words"`
	Reason         string          `json:"reason"`
	DocumentID     string          `json:"document_id"`
	DisputeID      string          `json:"dispute_id"`
	RequestedBy    string          `json:"requested_by_name"`
	ApprovedBy     string          `json:"approved_by_name"`
	Hash           string          `json:"hash"`
	Lines          []noteLine      `json:"lines"`
	Entries        []ledgerEntry   `json:"entries" doc:"Empty in lists, and for those who may not read the ledger."`
	IssuedAt       caldate.Instant `json:"issued_at"`
}

type noteRequest struct {
	ID            string            `json:"id"`
	Kind          bill.NoteKind     `json:"kind" enum:"credit,debit"`
	State         bill.RequestState `json:"state" enum:"waiting,approved,refused"`
	BillID        string            `json:"bill_id"`
	BillNumber    string            `json:"bill_number"`
	CustomerName  string            `json:"customer_name"`
	AmountFen     money.Fen         `json:"amount_fen"`
	On            caldate.Date      `json:"on"`
	Reason        string            `json:"reason"`
	DisputeID     string            `json:"dispute_id"`
	RequestedBy   string            `json:"requested_by_name"`
	RequestedAt   caldate.Instant   `json:"requested_at"`
	DecidedBy     string            `json:"decided_by_name"`
	DecidedAt     caldate.Instant   `json:"decided_at"`
	Decision      string            `json:"decision"`
	NoteID        string            `json:"note_id"`
	Note          *billNote         `json:"note,omitempty" doc:"Where it was issued just now."`
	RequesterIsMe bool              `json:"requested_by_me"`
	Actions       []string          `json:"available_actions"`
}

type dispute struct {
	ID             string            `json:"id"`
	BillID         string            `json:"bill_id"`
	BillNumber     string            `json:"bill_number"`
	ContractID     string            `json:"contract_id"`
	ContractNumber string            `json:"contract_number"`
	CustomerID     string            `json:"customer_id"`
	CustomerName   string            `json:"customer_name"`
	AmountFen      money.Fen         `json:"amount_fen"`
	Lines          []bill.Share      `json:"lines"`
	Reason         string            `json:"reason"`
	DocumentID     string            `json:"document_id"`
	StatementID    string            `json:"statement_id"`
	ByCustomer     bool              `json:"by_customer"`
	OpenedOn       caldate.Date      `json:"opened_on"`
	OpenedBy       string            `json:"opened_by_name"`
	State          bill.DisputeState `json:"state" enum:"open,upheld,withdrawn"`
	ClosedOn       caldate.Date      `json:"closed_on"`
	ClosedBy       string            `json:"closed_by_name"`
	Outcome        string            `json:"outcome"`
	NoteID         string            `json:"note_id"`
	Actions        []string          `json:"available_actions"`
}

type noteInput struct {
	Lines      []bill.Share `json:"lines,omitempty" maxItems:"500" doc:"Shares of lines; line −1 with a name is a new charge (debit notes)."`
	AmountFen  money.Fen    `json:"amount_fen,omitempty" doc:"Instead of lines: spread over what is left of them."`
	Reason     string       `json:"reason" maxLength:"1000"`
	DocumentID string       `json:"document_id,omitempty" maxLength:"32"`
	On         caldate.Date `json:"on,omitempty" doc:"Credit notes: from when it counts, not before the bill's issue."`
}

func (in noteInput) input() bill.NoteInput {
	return bill.NoteInput{Lines: in.Lines, Amount: in.AmountFen, Reason: in.Reason, DocumentID: in.DocumentID, On: in.On}
}

type reissue struct {
	ID           string             `json:"id"`
	Kind         plan.TaxKind       `json:"kind" enum:"messages,software,goods"`
	From         caldate.Date       `json:"from"`
	To           caldate.Date       `json:"to"`
	Rate         money.Decimal      `json:"rate"`
	Reason       string             `json:"reason"`
	State        string             `json:"state" enum:"preview,running,done"`
	Expected     int64              `json:"expected"`
	Done         int64              `json:"done"`
	Skipped      int64              `json:"skipped" doc:"Disputed: to be decided first."`
	Failed       int64              `json:"failed"`
	BeforeFen    money.Fen          `json:"before_fen"`
	AfterFen     money.Fen          `json:"after_fen"`
	TaxBeforeFen money.Fen          `json:"tax_before_fen"`
	TaxAfterFen  money.Fen          `json:"tax_after_fen"`
	PreparedBy   string             `json:"prepared_by_name"`
	PreparedAt   caldate.Instant    `json:"prepared_at"`
	StartedBy    string             `json:"started_by_name"`
	StartedAt    caldate.Instant    `json:"started_at"`
	FinishedAt   caldate.Instant    `json:"finished_at"`
	Items        []bill.ReissueItem `json:"items" doc:"All with a problem, of the others the first ones; empty in lists."`
	Actions      []string           `json:"available_actions"`
}

func fromNoteLine(l bill.NoteLine) noteLine {
	return noteLine{l.Of, l.Charge, l.Name, l.Quantity, l.Unit, l.UnitPrice, l.Amount, l.Net, l.TaxRate, l.Tax}
}

func fromNote(n bill.Note) billNote {
	lines, _ := n.Lines() // Verify finds one that can't be read
	return billNote{
		ID: n.ID, Number: n.Number, Kind: n.Kind, BillID: n.BillID, BillNumber: n.BillNumber, ContractID: n.ContractID, ContractNumber: n.ContractNumber, CustomerID: n.CustomerID,
		CustomerName: n.CustomerName, On: n.OnDate, DueOn: n.DueOn, IssuedOn: n.IssuedOn, NetFen: n.NetFen, TaxFen: n.TaxFen, TotalFen: n.TotalFen, TotalWords: n.TotalFen.Capital(),
		Reason: n.Reason, DocumentID: n.DocumentID, DisputeID: n.DisputeID, RequestedBy: n.RequesterName, ApprovedBy: n.ApproverName, Hash: n.Hash, Lines: Convert(lines, fromNoteLine),
		Entries: []ledgerEntry{}, IssuedAt: n.IssuedAt,
	}
}

func fromNoteRequest(ctx context.Context, r bill.NoteRequest) noteRequest {
	out := noteRequest{ID: r.ID, Kind: r.Kind, State: r.State, BillID: r.BillID, BillNumber: r.BillNumber, CustomerName: r.CustomerName, AmountFen: r.AmountFen, On: r.OnDate, Reason: r.Reason,
		DisputeID: r.DisputeID, RequestedBy: r.RequesterName, RequestedAt: r.RequestedAt, DecidedBy: r.DeciderName, DecidedAt: r.DecidedAt, Decision: r.Decision, NoteID: r.NoteID,
		RequesterIsMe: actor.From(ctx).UserID == r.RequestedBy, Actions: []string{}}
	if r.Note != nil {
		n := fromNote(*r.Note)
		out.Note = &n
	}
	if r.State == bill.Waiting && Can(ctx, "bill.note") && !out.RequesterIsMe {
		out.Actions = append(out.Actions, "approve", "refuse")
	}
	return out
}

func fromDispute(ctx context.Context, d bill.Dispute) dispute {
	shares, _ := d.Shares()
	out := dispute{ID: d.ID, BillID: d.BillID, BillNumber: d.BillNumber, ContractID: d.ContractID, ContractNumber: d.ContractNumber, CustomerID: d.CustomerID, CustomerName: d.CustomerName,
		AmountFen: d.AmountFen, Lines: Convert(shares, func(s bill.Share) bill.Share { return s }), Reason: d.Reason, DocumentID: d.DocumentID, StatementID: d.StatementID, ByCustomer: d.ByCustomer,
		OpenedOn: d.OpenedOn, OpenedBy: d.OpenerName, State: d.State, ClosedOn: d.ClosedOn, ClosedBy: d.CloserName, Outcome: d.Outcome, NoteID: d.NoteID, Actions: []string{}}
	if d.State == bill.DisputeOpen {
		switch {
		case Can(ctx, "bill.resolve"):
			out.Actions = append(out.Actions, "uphold", "withdraw")
		case Can(ctx, "bill.dispute"):
			out.Actions = append(out.Actions, "withdraw")
		}
	}
	return out
}

func fromReissue(ctx context.Context, r bill.Reissue) reissue {
	items, _ := r.Report()
	out := reissue{ID: r.ID, Kind: r.Kind, From: r.FromDate, To: r.ToDate, Rate: r.Rate, Reason: r.Reason, State: r.State, Expected: r.Expected, Done: r.Done, Skipped: r.Skipped, Failed: r.Failed,
		BeforeFen: r.BeforeFen, AfterFen: r.AfterFen, TaxBeforeFen: r.TaxBeforeFen, TaxAfterFen: r.TaxAfterFen, PreparedBy: r.PreparerName, PreparedAt: r.PreparedAt, StartedBy: r.StarterName,
		StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, Items: Convert(items, func(i bill.ReissueItem) bill.ReissueItem { return i }), Actions: []string{}}
	if r.State != "done" && r.Expected > 0 && r.PreparedBy != actor.From(ctx).UserID {
		out.Actions = append(out.Actions, "run")
	}
	return out
}

var errOnlyWithdraw = errs.Forbidden("bill.only_withdraw", "争议是否成立由财务核实决定", "whether a dispute is upheld is for finance to decide")

func (a *API) billNotes() {
	ask := func(id, path, zh, en string, f func(context.Context, string, bill.NoteInput) (*bill.NoteRequest, error)) {
		Register(a, Op{ID: id, Method: http.MethodPost, Path: path, Capability: "bill.note", Tag: "bill", Status: http.StatusCreated, Summary: zh, SummaryEn: en},
			func(ctx context.Context, in *struct {
				ByID
				Body noteInput
			},
			) (*struct{ Body noteRequest }, error) {
				r, err := f(ctx, in.ID, in.Body.input())
				if err != nil {
					return nil, err
				}
				return &struct{ Body noteRequest }{fromNoteRequest(ctx, *r)}, nil
			})
	}
	ask("credit-bill", "/bills/{id}/credit-notes", "开具贷项通知单；超过限额的须第二人批准", "Issue a credit note; above the limit a second person approves it", a.deps.Bills.CreditNote)
	ask("debit-bill", "/bills/{id}/debit-notes", "开具借项通知单；超过限额的须第二人批准", "Issue a debit note; above the limit a second person approves it", a.deps.Bills.DebitNote)
	Register(a, Op{
		ID: "list-bill-notes", Method: http.MethodGet, Path: "/bill-notes", Capability: "bill.read", Tag: "bill",
		Summary: "贷项、借项通知单列表，最新的在前", SummaryEn: "Credit and debit notes, the newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		BillID     string `query:"bill_id" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[billNote] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		ns, total, err := a.deps.Bills.ListNotes(ctx, bill.NoteQuery{BillID: in.BillID, CustomerID: in.CustomerID, Q: in.Q, Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(ns, in.Limit, func(n bill.Note) []string { return []string{n.ID} })
		return &struct{ Body List[billNote] }{NewList(Convert(page, fromNote), next, total)}, nil
	})
	Register(a, Op{
		ID: "get-bill-note", Method: http.MethodGet, Path: "/bill-notes/{id}", Capability: "bill.read", Tag: "bill",
		Summary: "贷项或借项通知单", SummaryEn: "A credit or debit note with its lines and ledger entries",
	}, func(ctx context.Context, in *ByID) (*struct{ Body billNote }, error) {
		n, err := a.deps.Bills.Note(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		out := fromNote(*n)
		out.Entries, err = a.entriesOf(ctx, n.ID)
		return &struct{ Body billNote }{out}, err
	})
	RegisterRaw(a, Op{
		ID: "get-bill-note-document", Method: http.MethodGet, Path: "/bill-notes/{id}/document", Capability: "bill.read", Tag: "bill", Produces: "application/pdf",
		Summary: "通知单 PDF", SummaryEn: "The note as the customer gets it, as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Bills.NoteDocument(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
	Register(a, Op{
		ID: "list-note-requests", Method: http.MethodGet, Path: "/note-requests", Capability: "bill.note", Tag: "bill",
		Summary: "通知单申请列表", SummaryEn: "Notes that were asked for; those that wait need a second person",
	}, func(ctx context.Context, in *struct {
		StatePage
		BillID string `query:"bill_id" maxLength:"32"`
	},
	) (*struct{ Body List[noteRequest] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, []bill.RequestState{bill.Waiting, bill.Approved, bill.Refused})
		if err != nil {
			return nil, err
		}
		rs, total, err := a.deps.Bills.Requests(ctx, bill.NoteQuery{BillID: in.BillID, States: texts(only), Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(rs, in.Limit, func(r bill.NoteRequest) []string { return []string{r.ID} })
		return &struct{ Body List[noteRequest] }{NewList(Convert(page, func(r bill.NoteRequest) noteRequest { return fromNoteRequest(ctx, r) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "decide-note-request", Method: http.MethodPost, Path: "/note-requests/{id}/decision", Capability: "bill.note", Tag: "bill",
		Summary: "批准或拒绝通知单申请（不能是申请人）", SummaryEn: "Approve or refuse a note; not by who asked for it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Approve bool   `json:"approve"`
			Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"Needed for a refusal."`
		}
	},
	) (*struct{ Body noteRequest }, error) {
		r, err := a.deps.Bills.DecideNote(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body noteRequest }{fromNoteRequest(ctx, *r)}, nil
	})
	a.disputes()
	a.reissues()
}

func (a *API) disputes() {
	Register(a, Op{
		ID: "list-disputes", Method: http.MethodGet, Path: "/disputes", Capability: "bill.read", Tag: "bill",
		Summary: "账单争议列表，最新的在前", SummaryEn: "Disputes, the newest first",
	}, func(ctx context.Context, in *struct {
		Page
		BillID     string `query:"bill_id" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
	},
	) (*struct{ Body List[dispute] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, bill.DisputeStates())
		if err != nil {
			return nil, err
		}
		ds, total, err := a.deps.Bills.Disputes(ctx, bill.NoteQuery{BillID: in.BillID, CustomerID: in.CustomerID, States: texts(only), Q: in.Q, Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(ds, in.Limit, func(d bill.Dispute) []string { return []string{d.ID} })
		return &struct{ Body List[dispute] }{NewList(Convert(page, func(d bill.Dispute) dispute { return fromDispute(ctx, d) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "dispute-bill", Method: http.MethodPost, Path: "/bills/{id}/disputes", Capability: "bill.dispute", Tag: "bill", Status: http.StatusCreated,
		Summary: "对账单的费用提出争议：处理期间该部分不计滞纳金，也不作为停机理由", SummaryEn: "Dispute charges of a bill: until it is decided they bear no late fee and are no ground for suspension",
	}, func(ctx context.Context, in *struct {
		ByID
		Body noteInput
	},
	) (*struct{ Body dispute }, error) {
		d, err := a.deps.Bills.Dispute(ctx, in.ID, bill.DisputeInput{Lines: in.Body.Lines, Amount: in.Body.AmountFen, Reason: in.Body.Reason, DocumentID: in.Body.DocumentID, On: in.Body.On})
		if err != nil {
			return nil, err
		}
		return &struct{ Body dispute }{fromDispute(ctx, *d)}, nil
	})
	Register(a, Op{
		ID: "resolve-dispute", Method: http.MethodPost, Path: "/disputes/{id}/resolution", Capability: "bill.dispute", Tag: "bill",
		Summary: "了结争议：成立（开贷项通知单）或撤回", SummaryEn: "Decide a dispute: upheld makes a credit note, withdrawn brings the late fee back",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Outcome bill.DisputeState `json:"outcome" enum:"upheld,withdrawn"`
			Reason  string            `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body dispute }, error) {
		if in.Body.Outcome == bill.DisputeUpheld && !Can(ctx, "bill.resolve") {
			return nil, errOnlyWithdraw
		}
		d, err := a.deps.Bills.ResolveDispute(ctx, in.ID, in.Body.Outcome, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body dispute }{fromDispute(ctx, *d)}, nil
	})
}

func (a *API) reissues() {
	Register(a, Op{
		ID: "list-reissues", Method: http.MethodGet, Path: "/reissues", Capability: "bill.reissue", Tag: "bill",
		Summary: "税率更正后的重新出账", SummaryEn: "Corrections of tax rates, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[reissue] }, error) {
		rs, err := a.deps.Bills.Reissues(ctx, 50)
		if err != nil {
			return nil, err
		}
		items := Convert(rs, func(r bill.Reissue) reissue {
			r.Items = "[]"
			return fromReissue(ctx, r)
		})
		return &struct{ Body List[reissue] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "get-reissue", Method: http.MethodGet, Path: "/reissues/{id}", Capability: "bill.reissue", Tag: "bill",
		Summary: "重新出账的报告", SummaryEn: "The report of a correction, also while it goes on",
	}, func(ctx context.Context, in *ByID) (*struct{ Body reissue }, error) {
		r, err := a.deps.Bills.ReissueByID(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body reissue }{fromReissue(ctx, *r)}, nil
	})
	Register(a, Op{
		ID: "preview-reissue", Method: http.MethodPost, Path: "/reissues", Capability: "bill.reissue", Tag: "bill", Status: http.StatusCreated,
		Summary: "预览税率更正：找出受影响的账单", SummaryEn: "Preview a correction of a tax rate: which bills would be taken back and issued again",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Kind       plan.TaxKind  `json:"kind" doc:"messages, software or goods."`
			From       caldate.Date  `json:"from" doc:"First day of service."`
			To         caldate.Date  `json:"to,omitempty"`
			Rate       money.Decimal `json:"rate" doc:"The right rate, such as 0.09."`
			Reason     string        `json:"reason" maxLength:"1000"`
			DocumentID string        `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body reissue }, error) {
		b := in.Body
		r, err := a.deps.Bills.PreviewReissue(ctx, bill.ReissueInput{Kind: b.Kind, From: b.From, To: b.To, Rate: b.Rate, Reason: b.Reason, DocumentID: b.DocumentID})
		if err != nil {
			return nil, err
		}
		return &struct{ Body reissue }{fromReissue(ctx, *r)}, nil
	})
	Register(a, Op{
		ID: "run-reissue", Method: http.MethodPost, Path: "/reissues/{id}/run", Capability: "bill.reissue", Tag: "bill",
		Summary: "执行税率更正（须由预览人以外的人）；可重复执行", SummaryEn: "Take the bills back and issue them again; by another person than who previewed, any number of times",
	}, func(ctx context.Context, in *ByID) (*struct{ Body reissue }, error) {
		// Whoever closes the browser does not stop it half-way.
		r, err := a.deps.Bills.RunReissue(context.WithoutCancel(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body reissue }{fromReissue(ctx, *r)}, nil
	})
}
