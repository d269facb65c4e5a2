package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/payment"
)

var (
	errBankParts = errs.Invalid("bank.multipart", "请以 multipart/form-data 上传，含 file（对账文件）、bank_account（我方账号，可不填）和 mapping（列对应，JSON，可不填）", "upload as multipart/form-data with the parts file, bank_account (ours, optional) and mapping (JSON, optional)")
	errMapping   = errs.Invalid("bank.mapping_json", "mapping 不是有效的 JSON", "mapping is no valid JSON")
)

type bankProblem struct {
	Line     int64  `json:"line"`
	Field    string `json:"field"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	DetailEn string `json:"detail_en"`
}

type bankSample struct {
	On        caldate.Date       `json:"on"`
	Direction bankfile.Direction `json:"direction"`
	Reversal  bool               `json:"reversal"`
	AmountFen money.Fen          `json:"amount_fen"`
	Name      string             `json:"name"`
	Account   string             `json:"account"`
	Purpose   string             `json:"purpose"`
	Reference string             `json:"reference"`
	Derived   bool               `json:"derived"`
	Line      int64              `json:"line"`
}

// bankLook is what a file would bring.
type bankLook struct {
	BankAccount string           `json:"bank_account"`
	Format      bankfile.Format  `json:"format"`
	Encoding    string           `json:"encoding"`
	FileAccount string           `json:"file_account"`
	Columns     []string         `json:"columns"`
	Sample      [][]string       `json:"sample"`
	Mapping     bankfile.Mapping `json:"mapping"`
	Guessed     bool             `json:"guessed"`
	Confirmed   bool             `json:"confirmed"`
	SavedBy     string           `json:"saved_by"`
	SavedAt     caldate.Instant  `json:"saved_at"`
	Lines       []bankSample     `json:"lines"`
	LineCount   int              `json:"line_count"`
	Fresh       int              `json:"fresh"`
	Known       int              `json:"known"`
	InFen       money.Fen        `json:"in_fen"`
	OutFen      money.Fen        `json:"out_fen"`
	InCount     int              `json:"in_count"`
	OutCount    int              `json:"out_count"`
	From        caldate.Date     `json:"from"`
	To          caldate.Date     `json:"to"`
	OpeningFen  *money.Fen       `json:"opening_fen"`
	ClosingFen  *money.Fen       `json:"closing_fen"`
	Checked     []string         `json:"checked"`
	Problems    []bankProblem    `json:"problems"`
	ProblemN    int              `json:"problem_count"`
	Notes       []bankProblem    `json:"notes"`
}

func fromLook(l *payment.Look) bankLook {
	out := bankLook{BankAccount: l.BankAccount, Format: l.Format, Encoding: l.Encoding, FileAccount: l.Account, Columns: l.Columns, Sample: l.Sample, Mapping: l.Mapping, Guessed: l.Guessed,
		Confirmed: l.Confirmed(), SavedBy: l.SavedBy, SavedAt: l.SavedAt, LineCount: len(l.Lines), Fresh: l.Fresh, Known: l.Known, InFen: l.In, OutFen: l.Out, InCount: l.InN, OutCount: l.OutN,
		From: l.From, To: l.To, Checked: l.Checked, ProblemN: max(l.ProblemCount(), len(l.Problems)), Problems: []bankProblem{}, Notes: []bankProblem{}}
	for _, list := range []*[]string{&out.Columns, &out.Checked} {
		if *list == nil {
			*list = []string{}
		}
	}
	if out.Sample == nil {
		out.Sample = [][]string{}
	}
	if l.HasOpening {
		out.OpeningFen = &l.Opening
	}
	if l.HasClosing {
		out.ClosingFen = &l.Closing
	}
	out.Lines = Convert(l.Lines[:min(len(l.Lines), 20)], func(x bankfile.Line) bankSample {
		return bankSample{x.On, x.Direction, x.Reversal, x.Amount, x.Name, x.Account, x.Purpose, x.Reference, x.Derived, x.No}
	})
	for _, p := range l.Problems {
		out.Problems = append(out.Problems, bankProblem{p.Line, p.Field, p.Code, p.Zh, p.En})
	}
	for _, n := range l.Notes {
		out.Notes = append(out.Notes, bankProblem{n.Line, "", n.Code, n.Zh, n.En})
	}
	return out
}

// bankFile is what was uploaded.
type bankFile struct {
	account string
	name    string
	content []byte
	mapping *bankfile.Mapping
}

func readBankFile(c *gin.Context) (f bankFile, err error) {
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return f, errBankParts.Because(err)
	}
	found := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, readFailure(err)
		}
		switch part.FormName() {
		case "bank_account", "mapping":
			b, err := io.ReadAll(io.LimitReader(part, 16<<10))
			if err != nil {
				return f, readFailure(err)
			}
			if part.FormName() == "bank_account" {
				f.account = strings.TrimSpace(string(b))
				continue
			}
			if len(b) == 0 || string(b) == "null" {
				continue
			}
			d := json.NewDecoder(strings.NewReader(string(b)))
			d.DisallowUnknownFields()
			f.mapping = &bankfile.Mapping{}
			if err := d.Decode(f.mapping); err != nil {
				return f, errMapping.Because(err)
			}
		case "file":
			if found {
				return f, errBankParts
			}
			found, f.name = true, part.FileName()
			if f.content, err = io.ReadAll(io.LimitReader(part, bankfile.MaxSize+1)); err != nil {
				return f, readFailure(err)
			}
		default:
			return f, errBankParts.With("part", part.FormName())
		}
	}
	if !found {
		return f, errNoFile
	}
	return f, nil
}

type bankImport struct {
	ID          string          `json:"id"`
	BankAccount string          `json:"bank_account"`
	FileName    string          `json:"file_name"`
	SHA256      string          `json:"sha256"`
	Format      bankfile.Format `json:"format"`
	LineCount   int64           `json:"line_count"`
	Fresh       int64           `json:"fresh" doc:"Lines that were new."`
	Known       int64           `json:"known" doc:"Lines that an earlier file had."`
	InFen       money.Fen       `json:"in_fen"`
	OutFen      money.Fen       `json:"out_fen"`
	From        caldate.Date    `json:"from"`
	To          caldate.Date    `json:"to"`
	OpeningFen  *money.Fen      `json:"opening_fen"`
	ClosingFen  *money.Fen      `json:"closing_fen"`
	By          string          `json:"by_name"`
	At          caldate.Instant `json:"at"`
}

func fromImport(i payment.BankImport) bankImport {
	return bankImport{i.ID, i.BankAccount, i.FileName, i.FileSHA256, i.Format, i.LineCount, i.Fresh, i.Known, i.InFen, i.OutFen, i.FromDate, i.ToDate, i.OpeningFen, i.ClosingFen, i.ImporterName, i.ImportedAt}
}

type bankAccount struct {
	Number  string            `json:"number"`
	Mapping *bankfile.Mapping `json:"mapping"`
	By      string            `json:"confirmed_by"`
	At      caldate.Instant   `json:"confirmed_at"`
}

type bankLine struct {
	ID          string               `json:"id"`
	BankAccount string               `json:"bank_account"`
	Reference   string               `json:"reference"`
	On          caldate.Date         `json:"on" doc:"Value date."`
	Direction   bankfile.Direction   `json:"direction" enum:"in,out"`
	Reversal    bool                 `json:"reversal"`
	AmountFen   money.Fen            `json:"amount_fen"`
	BalanceFen  *money.Fen           `json:"balance_fen"`
	Name        string               `json:"name" doc:"Of the other side."`
	Account     string               `json:"account"`
	Purpose     string               `json:"purpose"`
	State       payment.LineState    `json:"state" enum:"open,matched,parked,ignored"`
	MatchKind   payment.MatchKind    `json:"match_kind"`
	DocumentID  string               `json:"document_id"`
	Number      string               `json:"number" doc:"Of the document that it was matched to."`
	CustomerID  string               `json:"customer_id"`
	Customer    string               `json:"customer_name"`
	Note        string               `json:"note"`
	By          string               `json:"decided_by_name"`
	At          caldate.Instant      `json:"decided_at"`
	Suggestions []payment.Suggestion `json:"suggestions" doc:"Best first; the amount alone never suggests anybody."`
	Actions     []string             `json:"available_actions"`
}

type bankLineList struct {
	List[bankLine]
	InFen  money.Fen `json:"in_fen" doc:"Credits over the whole filter."`
	OutFen money.Fen `json:"out_fen"`
}

func fromBankLine(ctx context.Context) func(l payment.Suggested) bankLine {
	may := Can(ctx, "bank.import")
	return func(l payment.Suggested) bankLine {
		out := bankLine{l.ID, l.BankAccount, l.Reference, l.OnDate, l.Direction, l.Reversal, l.AmountFen, l.BalanceFen, l.PayerName, l.PayerAccount, l.Purpose, l.State, l.MatchKind, l.DocumentID,
			l.Number, l.CustomerID, l.Customer, l.Note, l.DeciderName, l.DecidedAt, l.Suggestions, []string{}}
		if out.Suggestions == nil {
			out.Suggestions = []payment.Suggestion{}
		}
		if !may {
			return out
		}
		switch {
		case l.State == payment.LineOpen:
			out.Actions = append(out.Actions, "match", "park", "ignore")
		case l.State == payment.LineParked:
			out.Actions = append(out.Actions, "match", "ignore", "reopen")
		case l.State == payment.LineIgnored, l.MatchKind != payment.MatchBounce && l.MatchKind != payment.MatchRefundReturned:
			out.Actions = append(out.Actions, "reopen")
		}
		return out
	}
}

type lineFilter struct {
	InStates
	Direction   string `query:"direction" enum:"in,out" doc:"Credits or debits alone."`
	BankAccount string `query:"bank_account" maxLength:"60"`
	ImportID    string `query:"import_id" maxLength:"32"`
	From        string `query:"from" maxLength:"10"`
	To          string `query:"to" maxLength:"10"`
}

// LineFilter is lineFilter, exported so that inputs may embed it.
type LineFilter = lineFilter

func (f lineFilter) query() (q payment.LineQuery, err error) {
	states, err := textStates(f.InStates, []payment.LineState{payment.LineOpen, payment.LineMatched, payment.LineParked, payment.LineIgnored})
	if err != nil {
		return q, err
	}
	q = payment.LineQuery{States: states, Direction: bankfile.Direction(f.Direction), BankAccount: f.BankAccount, ImportID: f.ImportID}
	for _, d := range []struct {
		text string
		to   *caldate.Date
	}{{f.From, &q.From}, {f.To, &q.To}} {
		if d.text != "" {
			if *d.to, err = caldate.Parse(d.text); err != nil {
				return q, err
			}
		}
	}
	return q, nil
}

// textStates is states as the stores' queries take them.
func textStates[S ~string](p InStates, known []S) ([]string, error) {
	given, err := states(p, known)
	return Convert(given, func(s S) string { return string(s) }), err
}

type bankMatch struct {
	LineID     string            `json:"line_id" maxLength:"32"`
	Kind       payment.MatchKind `json:"kind" enum:"payment,recorded,refund_returned,refund,deposit_refund,bounce"`
	CustomerID string            `json:"customer_id,omitempty" maxLength:"32" doc:"Whose payment it is."`
	DocumentID string            `json:"document_id,omitempty" maxLength:"32" doc:"The refund, the deposit's move, the payment that bounced or was recorded by hand."`
}

type sureMatches struct {
	Matches []bankMatch `json:"matches"`
	Count   int64       `json:"count"`
	InFen   money.Fen   `json:"in_fen"`
	OutFen  money.Fen   `json:"out_fen"`
}

func (a *API) bankFiles() {
	RegisterRaw(a, Op{
		ID: "look-at-bank-file", Method: http.MethodPost, Path: "/bank-files/preview", Capability: "bank.import", Tag: "payment", NoReplay: true,
		MaxBody: bankfile.MaxSize + 1<<20, Consumes: "multipart/form-data", Produces: "application/json",
		Summary: "预览银行对账文件：识别列、核对余额与合计、列出问题，不保存", SummaryEn: "Look at a bank statement: columns, checks, problems by line and field; nothing is stored",
	}, func(c *gin.Context) error {
		f, err := readBankFile(c)
		if err != nil {
			return err
		}
		look, err := a.deps.Payments.LookAt(c.Request.Context(), f.account, f.content, f.mapping)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, fromLook(look))
		return nil
	})
	RegisterRaw(a, Op{
		ID: "import-bank-file", Method: http.MethodPost, Path: "/bank-files", Capability: "bank.import", Tag: "payment", Status: http.StatusCreated,
		MaxBody: bankfile.MaxSize + 1<<20, Consumes: "multipart/form-data", Produces: "application/json",
		Summary: "导入银行对账文件：重复导入或部分重叠不会重复", SummaryEn: "Import a bank statement with a confirmed mapping; the same or an overlapping file adds nothing twice",
	}, func(c *gin.Context) error {
		f, err := readBankFile(c)
		if err != nil {
			return err
		}
		imp, err := a.deps.Payments.Import(c.Request.Context(), f.account, f.name, f.content, f.mapping)
		if err != nil {
			return err
		}
		c.JSON(http.StatusCreated, fromImport(*imp))
		return nil
	})
	Register(a, Op{
		ID: "list-bank-files", Method: http.MethodGet, Path: "/bank-files", Capability: "bank.read", Tag: "payment",
		Summary: "导入过的对账文件", SummaryEn: "Statements that were imported, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[bankImport] }, error) {
		is, err := a.deps.Payments.Imports(ctx, 100)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[bankImport] }{NewList(Convert(is, fromImport), "", int64(len(is)))}, nil
	})
	Register(a, Op{
		ID: "list-bank-accounts", Method: http.MethodGet, Path: "/bank-accounts", Capability: "bank.read", Tag: "payment",
		Summary: "我方银行账户及其列对应", SummaryEn: "Our bank accounts, with the mapping of columns saved for each",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[bankAccount] }, error) {
		as, err := a.deps.Payments.BankAccounts(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[bankAccount] }{NewList(Convert(as, func(b payment.BankAccount) bankAccount { return bankAccount{b.Number, b.Mapping, b.By, b.At} }), "", int64(len(as)))}, nil
	})
	Register(a, Op{
		ID: "list-bank-lines", Method: http.MethodGet, Path: "/bank-lines", Capability: "bank.read", Tag: "payment",
		Summary: "银行流水工作清单，附匹配建议与理由", SummaryEn: "Lines of statements with suggestions and their reasons, the oldest first",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		LineFilter
	},
	) (*struct{ Body bankLineList }, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		if q.Cursor, err = DecodeCursor(in.Cursor, 2); err != nil {
			return nil, err
		}
		q.Q, q.Limit = in.Q, in.Limit+1
		lines, sums, err := a.deps.Payments.BankLines(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(lines, in.Limit, func(l payment.Suggested) []string { return []string{l.OnDate.String(), l.ID} })
		return &struct{ Body bankLineList }{bankLineList{NewList(Convert(page, fromBankLine(ctx)), next, sums.Count), sums.In, sums.Out}}, nil
	})
	Register(a, Op{
		ID: "list-sure-matches", Method: http.MethodGet, Path: "/bank-lines/sure", Capability: "bank.import", Tag: "payment",
		Summary: "可一次确认的匹配及合计", SummaryEn: "The matches that are sure, with their totals: what “confirm all” takes, at most 500",
	}, func(ctx context.Context, in *struct{ LineFilter }) (*struct{ Body sureMatches }, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		ms, sums, err := a.deps.Payments.SureLines(ctx, q)
		if err != nil {
			return nil, err
		}
		return &struct{ Body sureMatches }{sureMatches{Convert(ms, func(m payment.Match) bankMatch { return bankMatch(m) }), sums.Count, sums.In, sums.Out}}, nil
	})
	Register(a, Op{
		ID: "confirm-bank-lines", Method: http.MethodPost, Path: "/bank-lines/matches", Capability: "bank.import", Tag: "payment", Status: http.StatusCreated,
		Summary: "确认一条或多条流水的匹配（全部成功或全部不变），合计须与所见一致", SummaryEn: "Confirm matches, all or none; the totals must be those that were seen",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Matches []bankMatch `json:"matches" minItems:"1" maxItems:"500"`
			Count   int         `json:"count"`
			InFen   int64       `json:"in_fen"`
			OutFen  int64       `json:"out_fen"`
		}
	},
	) (*struct {
		Body struct {
			Matched int `json:"matched"`
		}
	}, error,
	) {
		n, err := a.deps.Payments.Confirm(ctx, Convert(in.Body.Matches, func(m bankMatch) payment.Match { return payment.Match(m) }),
			payment.Confirmed{Count: in.Body.Count, In: money.Fen(in.Body.InFen), Out: money.Fen(in.Body.OutFen)})
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Matched int `json:"matched"`
			}
		}{}
		out.Body.Matched = n
		return out, nil
	})
	Register(a, Op{
		ID: "set-bank-lines-aside", Method: http.MethodPost, Path: "/bank-lines/aside", Capability: "bank.import", Tag: "payment",
		Summary: "挂账待查，或标为与客户无关", SummaryEn: "Park lines until it is known whose they are, or say that they are no customer's money",
	}, func(ctx context.Context, in *struct {
		Body struct {
			LineIDs []string          `json:"line_ids" minItems:"1" maxItems:"500"`
			State   payment.LineState `json:"state" enum:"parked,ignored"`
			Note    string            `json:"note" maxLength:"1000"`
		}
	},
	) (*struct{}, error) {
		return nil, a.deps.Payments.SetAside(ctx, in.Body.LineIDs, in.Body.State, in.Body.Note)
	})
	Register(a, Op{
		ID: "reopen-bank-line", Method: http.MethodPost, Path: "/bank-lines/{id}/reopen", Capability: "bank.import", Tag: "payment",
		Summary: "撤销匹配或重新处理：由它登记的付款一并撤销", SummaryEn: "Put a line back on the work list; what its match made is taken back",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body bankLine }, error) {
		l, err := a.deps.Payments.Reopen(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body bankLine }{fromBankLine(ctx)(payment.Suggested{BankLine: *l})}, nil
	})
}
