package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/report"
	"sealgate/server/usage"
)

type ledgerPosting struct {
	Account     ledger.Account `json:"account"`
	AccountName string         `json:"account_name"`
	AccountEn   string         `json:"account_name_en"`
	CustomerID  string         `json:"customer_id"`
	ContractID  string         `json:"contract_id"`
	DebitFen    money.Fen      `json:"debit_fen"`
	CreditFen   money.Fen      `json:"credit_fen"`
}

type ledgerEntry struct {
	ID           string          `json:"id"`
	Key          string          `json:"key" doc:"Identity of the document: it is posted once."`
	Kind         ledger.Kind     `json:"kind"`
	Date         caldate.Date    `json:"date" doc:"Business day for which it counts."`
	At           caldate.Instant `json:"at" doc:"When it was posted."`
	CustomerID   string          `json:"customer_id"`
	ContractID   string          `json:"contract_id"`
	DocumentType string          `json:"document_type"`
	DocumentID   string          `json:"document_id"`
	Postings     []ledgerPosting `json:"postings"`
}

type trialAccount struct {
	Account    ledger.Account `json:"account"`
	Name       string         `json:"name"`
	NameEn     string         `json:"name_en"`
	DebitFen   money.Fen      `json:"debit_fen"`
	CreditFen  money.Fen      `json:"credit_fen"`
	BalanceFen money.Fen      `json:"balance_fen" doc:"In the sign in which people read it: owed to us and held by us are both positive."`
}

type trialBalance struct {
	Accounts []trialAccount  `json:"accounts"`
	SumFen   money.Fen       `json:"sum_fen" doc:"Debits less credits: always 0."`
	AsOf     caldate.Instant `json:"as_of"`
}

var accountNames = map[ledger.Account][2]string{
	ledger.Receivable: {"应收账款", "Receivables"}, ledger.Wallet: {"预存款", "Wallets"}, ledger.Deposit: {"押金", "Deposits held"}, ledger.Credit: {"客户余额", "Customers' balances"},
	ledger.Bank: {"银行存款", "Bank"}, ledger.VATPayable: {"应交增值税", "VAT payable"}, ledger.LateFee: {"滞纳金收入", "Late-fee income"}, ledger.Refunds: {"退款", "Refunds"}, ledger.BadDebt: {"坏账", "Bad debt"},
	ledger.Credits: {"短信额度预收款", "Message credits"}, ledger.Payable: {"应付账款", "Payables"}, ledger.PortCost: {"端口成本", "Cost of ports"},
	ledger.DepositIncome: {"押金收入", "Deposits kept"}, ledger.LegalCosts: {"催收费用", "Legal costs"},
}

var revenueNames = map[plan.Charge]string{
	plan.ChargeRent: "月租费", plan.ChargeOverage: "超量短信费", plan.ChargeUsage: "短信通信费", plan.ChargeMinimum: "最低消费补足", plan.ChargeLumpSum: "服务费", plan.ChargeOneOff: "一次性费用",
	plan.ChargeLateUsage: "迟到回执补计", plan.ChargeCredit: "减免", plan.ChargeFine: "转收罚款", plan.ChargeVisit: "上门服务费",
}

func accountName(a ledger.Account) (zh, en string) {
	if n, ok := accountNames[a]; ok {
		return n[0], n[1]
	}
	charge := plan.Charge(strings.TrimPrefix(string(a), string(ledger.Revenue(""))))
	if n, ok := revenueNames[charge]; ok {
		return "收入：" + n, "Revenue: " + chargeNames[charge]
	}
	return string(a), string(a)
}

func fromEntry(e ledger.Entry) ledgerEntry {
	out := ledgerEntry{ID: e.ID, Key: e.Key, Kind: e.Kind, Date: e.On, At: e.PostedAt, CustomerID: e.CustomerID, ContractID: e.ContractID, DocumentType: e.DocumentType, DocumentID: e.DocumentID,
		Postings: []ledgerPosting{}}
	for _, l := range e.Lines {
		p := ledgerPosting{Account: l.Account, CustomerID: l.CustomerID, ContractID: l.ContractID}
		p.AccountName, p.AccountEn = accountName(l.Account)
		if l.Amount > 0 {
			p.DebitFen = l.Amount
		} else {
			p.CreditFen = -l.Amount
		}
		out.Postings = append(out.Postings, p)
	}
	return out
}

func (a *API) ledgers() {
	Register(a, Op{
		ID: "list-ledger-entries", Method: http.MethodGet, Path: "/ledger/entries", Capability: "ledger.read", Tag: "ledger",
		Summary: "会计分录，最新的在前", SummaryEn: "Ledger entries, the newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		Account    string `query:"account" maxLength:"32"`
		CustomerID string `query:"customer_id" maxLength:"32"`
		ContractID string `query:"contract_id" maxLength:"32"`
		DocumentID string `query:"document_id" maxLength:"32"`
	},
	) (*struct{ Body List[ledgerEntry] }, error) {
		cursor, err := in.after()
		if err != nil {
			return nil, err
		}
		q := ledger.Query{Account: ledger.Account(in.Account), CustomerID: in.CustomerID, ContractID: in.ContractID, DocumentID: in.DocumentID, Q: in.Q, Cursor: cursor, Limit: in.Limit}
		if q.Customers, q.Documents, err = a.searchLedger(ctx, in.Q); err != nil {
			return nil, err
		}
		entries, total, err := a.deps.Ledger.Entries(ctx, q)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(entries) == in.Limit {
			next = EncodeCursor(entries[len(entries)-1].ID)
		}
		return &struct{ Body List[ledgerEntry] }{NewList(Convert(entries, fromEntry), next, total)}, nil
	})
	Register(a, Op{
		ID: "get-trial-balance", Method: http.MethodGet, Path: "/ledger/trial-balance", Capability: "ledger.read", Tag: "ledger",
		Summary: "试算平衡表", SummaryEn: "Every account with what it stands at; debits equal credits",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body trialBalance }, error) {
		bs, err := a.deps.Ledger.TrialBalance(ctx)
		if err != nil {
			return nil, err
		}
		out := trialBalance{Accounts: []trialAccount{}, AsOf: a.deps.Clock.Instant()}
		for _, b := range bs {
			zh, en := accountName(b.Account)
			out.Accounts = append(out.Accounts, trialAccount{b.Account, zh, en, b.Debit, b.Credit, b.Balance})
			out.SumFen += b.Debit - b.Credit
		}
		return &struct{ Body trialBalance }{out}, nil
	})
	Register(a, Op{
		ID: "get-account-statement", Method: http.MethodGet, Path: "/ledger/accounts/{account}", Capability: "ledger.read", Tag: "ledger",
		Summary: "科目明细账：期初、逐笔与余额、期末", SummaryEn: "An account over a period: opening balance, movements with the balance after each, closing balance",
	}, func(ctx context.Context, in *struct {
		Paging
		AccountAsk
	},
	) (*struct{ Body accountStatement }, error) {
		q, err := in.query(in.Limit)
		if err != nil {
			return nil, err
		}
		keys, err := DecodeCursor(in.Cursor, 3)
		if err != nil {
			return nil, err
		}
		if keys != nil {
			on, err := caldate.Parse(keys[0])
			seq, err2 := strconv.Atoi(keys[2])
			if err != nil || err2 != nil {
				return nil, errCursor
			}
			q.After = ledger.Place{On: on, EntryID: keys[1], Seq: seq}
		}
		st, err := a.deps.Ledger.Statement(ctx, q)
		if err != nil {
			return nil, err
		}
		return &struct{ Body accountStatement }{fromAccount(q, st)}, nil
	})
	RegisterRaw(a, Op{
		ID: "download-account-statement", Method: http.MethodGet, Path: "/ledger/accounts/{account}/file", Capability: "ledger.read", Tag: "ledger", Produces: "application/octet-stream",
		Summary: "下载科目明细账（电子表格，最多 100,000 行）", SummaryEn: "An account over a period as a spreadsheet, 100,000 rows at most", Query: []string{"customer_id", "contract_id", "from", "to"},
	}, func(c *gin.Context) error {
		ask := AccountAsk{Account: c.Param("account"), CustomerID: c.Query("customer_id"), ContractID: c.Query("contract_id"), From: c.Query("from"), To: c.Query("to")}
		q, err := ask.query(maxStatementRows)
		if err != nil {
			return err
		}
		st, err := a.deps.Ledger.Statement(c.Request.Context(), q)
		if err != nil {
			return err
		}
		t := statementTable(ask, st, a.deps.Clock.Instant())
		var file bytes.Buffer
		if err := t.XLSX(&file); err != nil {
			return err
		}
		Attachment(c, t.Title+".xlsx", spreadsheet)
		_, _ = c.Writer.Write(file.Bytes())
		return nil
	})
	Register(a, Op{
		ID: "get-contract-usage", Method: http.MethodGet, Path: "/contracts/{id}/usage", Capability: "usage.read", Tag: "contract",
		Summary: "合同某月的用量（按日、运营商、码号）", SummaryEn: "What a contract used in a month, by day, carrier and service code",
	}, func(ctx context.Context, in *struct {
		ByID
		Month string `query:"month" maxLength:"20" doc:"YYYY-MM; this month where left out."`
	},
	) (*struct{ Body contractUsage }, error) {
		c, err := a.deps.Contracts.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		m, err := monthAt("month", in.Month)
		if err != nil {
			return nil, err
		}
		if m.IsZero() {
			m = a.deps.Clock.Today().MonthOf()
		}
		t, err := a.deps.Usage.MonthTotals(ctx, c.ID, m)
		if err != nil {
			return nil, err
		}
		return &struct{ Body contractUsage }{contractUsage{m, t}}, nil
	})
}

// maxStatementRows is how many movements a file takes.
const maxStatementRows = 100_000

// AccountAsk names an account, whose, and the days.
type AccountAsk struct {
	Account    string `path:"account" maxLength:"32"`
	CustomerID string `query:"customer_id" maxLength:"32"`
	ContractID string `query:"contract_id" maxLength:"32"`
	From       string `query:"from" maxLength:"10" doc:"First day, YYYY-MM-DD; none: from the beginning."`
	To         string `query:"to" maxLength:"10" doc:"Last day; none: up to now."`
}

func (in AccountAsk) query(limit int) (q ledger.AccountQuery, err error) {
	q = ledger.AccountQuery{Account: ledger.Account(in.Account), CustomerID: in.CustomerID, ContractID: in.ContractID, Limit: limit}
	if q.From, err = dayAt("from", in.From); err != nil {
		return q, err
	}
	q.To, err = dayAt("to", in.To)
	return q, err
}

type accountMovement struct {
	EntryID      string          `json:"entry_id"`
	Date         caldate.Date    `json:"date"`
	At           caldate.Instant `json:"at"`
	Key          string          `json:"key"`
	Kind         ledger.Kind     `json:"kind"`
	CustomerID   string          `json:"customer_id"`
	ContractID   string          `json:"contract_id"`
	DocumentType string          `json:"document_type"`
	DocumentID   string          `json:"document_id"`
	DebitFen     money.Fen       `json:"debit_fen"`
	CreditFen    money.Fen       `json:"credit_fen"`
	BalanceFen   money.Fen       `json:"balance_fen" doc:"After it, in the sign in which people read the account."`
}

type accountStatement struct {
	Account    ledger.Account    `json:"account"`
	Name       string            `json:"name"`
	NameEn     string            `json:"name_en"`
	OpeningFen money.Fen         `json:"opening_fen"`
	DebitFen   money.Fen         `json:"debit_fen" doc:"Of the whole period."`
	CreditFen  money.Fen         `json:"credit_fen"`
	ClosingFen money.Fen         `json:"closing_fen"`
	Items      []accountMovement `json:"items"`
	NextCursor string            `json:"next_cursor,omitempty"`
	Total      int64             `json:"total"`
}

func fromAccount(q ledger.AccountQuery, st *ledger.AccountStatement) accountStatement {
	out := accountStatement{Account: q.Account, OpeningFen: st.Opening, DebitFen: st.Debit, CreditFen: st.Credit, ClosingFen: st.Closing, Items: []accountMovement{}, Total: st.Count}
	out.Name, out.NameEn = accountName(q.Account)
	for _, m := range st.Movements {
		v := accountMovement{EntryID: m.EntryID, Date: m.On, At: m.PostedAt, Key: m.Key, Kind: m.Kind, CustomerID: m.CustomerID, ContractID: m.ContractID, DocumentType: m.DocumentType, DocumentID: m.DocumentID, BalanceFen: m.Balance}
		if m.Amount > 0 {
			v.DebitFen = m.Amount
		} else {
			v.CreditFen = -m.Amount
		}
		out.Items = append(out.Items, v)
	}
	if n := len(st.Movements); n == q.Limit {
		last := st.Movements[n-1].Place
		out.NextCursor = EncodeCursor(last.On.String(), last.EntryID, strconv.Itoa(last.Seq))
	}
	return out
}

// statementTable lays an account out for a spreadsheet.
func statementTable(ask AccountAsk, st *ledger.AccountStatement, now caldate.Instant) *report.Table {
	zh, en := accountName(ledger.Account(ask.Account))
	t := &report.Table{
		Title: "明细账 " + zh, En: "Account " + en, AsOf: now, Note: "期间 " + cmp.Or(ask.From, "开始") + " 至 " + cmp.Or(ask.To, "今天"),
		Columns: []report.Column{
			{Key: "date", Title: "业务日", Kind: report.Day}, {Key: "key", Title: "唯一键", Kind: report.Text}, {Key: "kind", Title: "种类", Kind: report.Text}, {Key: "debit", Title: "借方", Kind: report.Fen},
			{Key: "credit", Title: "贷方", Kind: report.Fen}, {Key: "balance", Title: "余额", Kind: report.Fen},
		},
	}
	fen := func(f money.Fen) report.Cell {
		if f == 0 {
			return report.Cell{}
		}
		n := int64(f)
		return report.Cell{Number: &n}
	}
	whole := func(f money.Fen) report.Cell { n := int64(f); return report.Cell{Number: &n} }
	t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{{Text: ask.From}, {Text: "期初余额"}, {}, {}, {}, whole(st.Opening)}})
	for _, m := range st.Movements {
		row := []report.Cell{{Text: m.On.String()}, {Text: m.Key}, {Text: string(m.Kind)}, {}, {}, whole(m.Balance)}
		if m.Amount > 0 {
			row[3] = fen(m.Amount)
		} else {
			row[4] = fen(-m.Amount)
		}
		t.Rows = append(t.Rows, report.Row{Cells: row})
	}
	if int64(len(st.Movements)) < st.Count {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{{}, {Text: "行数过多，此处未列完；请缩短期间"}, {}, {}, {}, {}}})
	}
	t.Totals = []report.Cell{{Text: ask.To}, {Text: "本期合计与期末余额"}, {}, whole(st.Debit), whole(st.Credit), whole(st.Closing)}
	return t
}

// maxFound is how many customers, bills and payments a search of the ledger goes by.
const maxFound = 100

// searchLedger gives the customers and documents that people mean by a text: the ledger itself knows only ids and keys.
func (a *API) searchLedger(ctx context.Context, text string) (customers, documents []string, err error) {
	if text == "" {
		return nil, nil, nil
	}
	cs, _, err := a.deps.Customers.List(ctx, customer.Query{Search: text, Limit: maxFound})
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cs {
		customers = append(customers, c.ID)
	}
	bs, _, err := a.deps.Bills.List(ctx, bill.Query{Q: text, Limit: maxFound})
	if err != nil {
		return nil, nil, err
	}
	for _, b := range bs {
		documents = append(documents, b.ID)
	}
	ps, _, _, err := a.deps.Payments.List(ctx, payment.Query{Q: text, Limit: maxFound})
	for _, p := range ps {
		documents = append(documents, p.ID)
	}
	return customers, documents, err
}

type contractUsage struct {
	Month caldate.Month `json:"month"`
	usage.Totals
}

// dayAt reads a day that may be left out.
func dayAt(field, value string) (caldate.Date, error) {
	if value == "" {
		return caldate.Date{}, nil
	}
	d, err := caldate.Parse(value)
	if e := errs.As(err); e != nil {
		return d, e.At(field, e.Code, e.Zh, e.En)
	}
	return d, err
}
