package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/statement"
)

// StatementRow is a statement in a list.
type StatementRow struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	Period         caldate.Month   `json:"period"`
	MadeOn         caldate.Date    `json:"made_on"`
	State          statement.State `json:"state" enum:"sent,disputed,confirmed"`
	UsedParts      int64           `json:"used_parts"`
	BroughtFen     money.Fen       `json:"brought_fen" doc:"Owed when the month began."`
	CorrectedFen   money.Fen       `json:"corrected_fen" doc:"For earlier months, found out since the statement before."`
	ChargedFen     money.Fen       `json:"charged_fen"`
	LateFeeFen     money.Fen       `json:"late_fee_fen"`
	CreditedFen    money.Fen       `json:"credited_fen"`
	PaidFen        money.Fen       `json:"paid_fen"`
	CarriedFen     money.Fen       `json:"carried_fen" doc:"Owed when the month ended."`
	NewFen         money.Fen       `json:"new_fen" doc:"The month's bill, issued after its end."`
	BillID         string          `json:"bill_id"`
	DecidedBy      string          `json:"decided_by_name"`
	DecidedAt      caldate.Instant `json:"decided_at"`
	ByCustomer     bool            `json:"by_customer"`
	Remark         string          `json:"remark"`
}

type statementRecord struct {
	StatementRow
	CarriedWords string             `json:"carried_words"`
	LateOpenFen  money.Fen          `json:"late_open_fen" doc:"Late fees that were owed when it was made."`
	NotWaived    string             `json:"not_waived" doc:"What every statement says about late fees."`
	Hash         string             `json:"hash"`
	Usage        []statement.Usage  `json:"usage"`
	Charges      []statement.Charge `json:"charges"`
	Moves        []statement.Move   `json:"moves"`
	Open         []statement.Bill   `json:"open_bills"`
	Bill         *statement.Bill    `json:"bill,omitempty"`
	Disputes     []dispute          `json:"disputes"`
	Actions      []string           `json:"available_actions"`
}

func fromStatement(s statement.Statement) StatementRow {
	return StatementRow{s.ID, s.Number, s.ContractID, s.ContractNumber, s.CustomerID, s.CustomerName, s.Month, s.MadeOn, s.State, s.UsedParts, s.BroughtFen, s.CorrectedFen, s.ChargedFen,
		s.LateFeeFen, s.CreditedFen, s.PaidFen, s.CarriedFen, s.NewFen, s.BillID, s.DeciderName, s.DecidedAt, s.ByCustomer, s.Remark}
}

func (a *API) statementRecord(ctx context.Context, id string) (*struct{ Body statementRecord }, error) {
	s, err := a.deps.Statements.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := s.Body()
	if err != nil {
		return nil, err
	}
	ds, err := a.deps.Statements.DisputesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	out := statementRecord{StatementRow: fromStatement(*s), CarriedWords: s.CarriedFen.Capital(), LateOpenFen: s.LateOpenFen, NotWaived: statement.NotWaived, Hash: s.Hash,
		Usage: c.Usage, Charges: c.Charges, Moves: c.Moves, Open: c.Open, Bill: c.Bill, Disputes: Convert(ds, func(d bill.Dispute) dispute { return fromDispute(ctx, d) }), Actions: []string{"document"}}
	open := false
	for _, d := range ds {
		open = open || d.State == bill.DisputeOpen
	}
	if s.State != statement.Confirmed && Can(ctx, "statement.answer") {
		if !open {
			out.Actions = append(out.Actions, "confirm")
		}
		if s.BillID != "" {
			out.Actions = append(out.Actions, "dispute")
		}
	}
	return &struct{ Body statementRecord }{out}, nil
}

func (a *API) statements() {
	Register(a, Op{
		ID: "list-statements", Method: http.MethodGet, Path: "/statements", Capability: "statement.read", Tag: "statement",
		Summary: "对账单列表，最新月份在前", SummaryEn: "Statements of service data and fees, the newest month first",
	}, func(ctx context.Context, in *struct {
		Page
		ContractID string `query:"contract_id" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		Month      string `query:"month" maxLength:"7" doc:"Month of service, YYYY-MM."`
	},
	) (*struct{ Body List[StatementRow] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		m, err := monthAt("month", in.Month)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, statement.States())
		if err != nil {
			return nil, err
		}
		xs, total, err := a.deps.Statements.List(ctx, statement.Query{ContractID: in.ContractID, CustomerID: in.CustomerID, Month: m, States: texts(only), Q: in.Q, Cursor: cursor, Limit: in.Limit + 1})
		if err != nil {
			return nil, err
		}
		page, next := CutPage(xs, in.Limit, func(s statement.Statement) []string { return []string{s.Number} })
		return &struct{ Body List[StatementRow] }{NewList(Convert(page, fromStatement), next, total)}, nil
	})
	Register(a, Op{
		ID: "get-statement", Method: http.MethodGet, Path: "/statements/{id}", Capability: "statement.read", Tag: "statement",
		Summary: "对账单：每日用量、费用、往来和未付账单", SummaryEn: "A statement: usage by day, charges, movements with their ledger entries, open bills",
	}, func(ctx context.Context, in *ByID) (*struct{ Body statementRecord }, error) {
		return a.statementRecord(ctx, in.ID)
	})
	RegisterRaw(a, Op{
		ID: "get-statement-document", Method: http.MethodGet, Path: "/statements/{id}/document", Capability: "statement.read", Tag: "statement", Produces: "application/pdf",
		Summary: "对账单 PDF", SummaryEn: "The statement as the customer gets it, as PDF",
	}, func(c *gin.Context) error {
		name, pdf, err := a.deps.Statements.Document(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
	Register(a, Op{
		ID: "confirm-statement", Method: http.MethodPost, Path: "/statements/{id}/confirmation", Capability: "statement.answer", Tag: "statement",
		Summary: "确认对账单；代客户确认须写明依据", SummaryEn: "Confirm a statement; on the customer's word, say how we know",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Remark string `json:"remark,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body statementRecord }, error) {
		if _, err := a.deps.Statements.Confirm(ctx, in.ID, in.Body.Remark); err != nil {
			return nil, err
		}
		return a.statementRecord(ctx, in.ID)
	})
	Register(a, Op{
		ID: "dispute-statement", Method: http.MethodPost, Path: "/statements/{id}/disputes", Capability: "statement.answer", Tag: "statement", Status: http.StatusCreated,
		Summary: "对对账单中的费用提出争议", SummaryEn: "Dispute charges of a statement",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Lines     []bill.Share `json:"lines,omitempty" maxItems:"500"`
			AmountFen money.Fen    `json:"amount_fen,omitempty"`
			Reason    string       `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body statementRecord }, error) {
		if _, _, err := a.deps.Statements.Dispute(ctx, in.ID, in.Body.Lines, in.Body.AmountFen, in.Body.Reason); err != nil {
			return nil, err
		}
		return a.statementRecord(ctx, in.ID)
	})
	Register(a, Op{
		ID: "make-statements", Method: http.MethodPost, Path: "/statement-runs", Capability: "statement.run", Tag: "statement",
		Summary: "出具某月尚缺的对账单；重复执行不会重复出具", SummaryEn: "Make the statements of a month that are missing; running it again makes nothing twice",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Month string `json:"month" maxLength:"20" doc:"Month of service, YYYY-MM."`
		}
	},
	) (*struct {
		Body struct {
			Made   int      `json:"made"`
			Empty  int      `json:"empty" doc:"Contracts with nothing to state."`
			Failed []string `json:"failed" doc:"Numbers of contracts."`
		}
	}, error) {
		m, err := monthAt("month", in.Body.Month)
		if err != nil {
			return nil, err
		}
		if m.IsZero() {
			return nil, errInput.At("month", "missing", "请填写月份，例如 2026-10", "give the month, such as 2026-10")
		}
		o, err := a.deps.Statements.MakeMonth(context.WithoutCancel(ctx), m, caldate.Date{})
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Made   int      `json:"made"`
				Empty  int      `json:"empty" doc:"Contracts with nothing to state."`
				Failed []string `json:"failed" doc:"Numbers of contracts."`
			}
		}{}
		out.Body.Made, out.Body.Empty, out.Body.Failed = o.Made, o.Empty, append([]string{}, o.Failed...)
		return out, nil
	})
}
