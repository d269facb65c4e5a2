package paper

import (
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// DebtLine is one debt of a letter about money. Principal and LateFee add up to Amount.
type DebtLine struct {
	Name      string // "账单 B-202610-000001"
	Note      string // small print under it
	DueOn     caldate.Date
	Principal money.Fen
	LateFee   money.Fen
	Amount    money.Fen
}

// MoneyLetterData is a letter about money: a reminder (催款函), a notice that a deposit was set off (押金抵扣通知书). The lines must
// add up to the total.
type MoneyLetterData struct {
	Number   string
	Title    string
	From     Party // who writes, and where money is to be paid
	To       Party
	Date     caldate.Date
	Opening  []string // paragraphs before the table, with **bold**
	Lines    []DebtLine
	Total    money.Fen
	TotalAs  string   // what the total is: "应付合计"
	Closing  []string // paragraphs after it
	PayTo    bool     // say where to pay
	NoTable  bool     // the lines go without split of principal and late fee
	Seal     []byte   // PNG; may be nil
	Contract string
}

// MoneyLetter makes a letter about money. Errors: ErrLacking, ErrSum.
func MoneyLetter(l MoneyLetterData) ([]byte, error) {
	doc, err := moneyLetterDocument(l)
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func moneyLetterDocument(l MoneyLetterData) (*pdf.Document, error) {
	if l.Number == "" || l.Title == "" || l.From.Name == "" || l.To.Name == "" || l.Date.IsZero() || len(l.Lines) == 0 {
		return nil, ErrLacking.Say("函件缺少编号、名称、双方、日期或明细", "the letter lacks its number, title, parties, date or lines")
	}
	var sum money.Fen
	for _, x := range l.Lines {
		if !l.NoTable && x.Principal+x.LateFee != x.Amount {
			return nil, ErrSum.With("number", l.Number)
		}
		sum += x.Amount
	}
	if sum != l.Total {
		return nil, ErrSum.With("number", l.Number)
	}
	return pdf.Make(pdf.Options{
		Title: strings.TrimSpace(l.Title + " " + l.Number), Author: l.From.Name, FooterLeft: l.Number, Now: dated(l.Date, l.Date), Margins: 20,
	}, func(d *pdf.Document) {
		facts := []pdf.Pair{pdf.KV("编号", l.Number), pdf.KV("日期", day(l.Date))}
		if l.Contract != "" {
			facts = append(facts, pdf.KV("合同编号", l.Contract))
		}
		d.Masthead(l.From.Name, spread(l.Title), facts)
		d.Paragraph([]pdf.Run{{Text: l.To.Name, Bold: true}, {Text: "："}}, pdf.Style{Size: 11, After: 2})
		for _, p := range l.Opening {
			d.Paragraph(pdf.Marked(p), pdf.Style{Size: 11, Align: pdf.Justify, Indent: 2, After: 2})
		}
		d.Space(1)
		columns := []pdf.Column{{Head: "项目", Width: 66}, {Head: "最迟付款日", Width: 30}, {Head: "本金（元）", Width: 26, Align: pdf.Right}, {Head: "滞纳金（元）", Width: 24, Align: pdf.Right}, {Head: "合计（元）", Width: 26, Align: pdf.Right}}
		if l.NoTable {
			columns = []pdf.Column{{Head: "项目", Width: 130}, {Head: "金额（元）", Width: 42, Align: pdf.Right}}
		}
		var rows []pdf.Row
		for _, x := range l.Lines {
			name := pdf.T(x.Name)
			if x.Note != "" {
				name.Note = x.Note
			}
			if l.NoTable {
				rows = append(rows, pdf.Row{Cells: []pdf.Cell{name, pdf.T(x.Amount.Grouped())}})
				continue
			}
			rows = append(rows, pdf.Row{Cells: []pdf.Cell{name, pdf.T(x.DueOn.String()), pdf.T(x.Principal.Grouped()), pdf.T(x.LateFee.Grouped()), pdf.T(x.Amount.Grouped())}})
		}
		d.Table(columns, rows)
		d.Space(2)
		d.KeyValues([]pdf.Pair{
			{Name: either(l.TotalAs, "合计"), Value: []pdf.Run{{Text: "¥" + l.Total.Grouped(), Bold: true}}},
			{Name: "大写", Value: []pdf.Run{{Text: l.Total.Capital(), Bold: true}}},
		})
		d.Space(2)
		for _, p := range l.Closing {
			d.Paragraph(pdf.Marked(p), pdf.Style{Size: 11, Align: pdf.Justify, Indent: 2, After: 2})
		}
		if l.PayTo && l.From.BankAccount != "" {
			d.Space(1)
			d.KeyValues([]pdf.Pair{pdf.KV("收款户名", l.From.Name), pdf.KV("开户银行", either(l.From.BankName, "—")), pdf.KV("账号", l.From.BankAccount), pdf.KV("付款附言", "请注明账单编号，便于核对")})
		}
		d.Space(4)
		d.StampLine([]pdf.Pair{pdf.KV("发函单位", l.From.Name), pdf.KV("日期", day(l.Date))}, sealOf(l.Seal, l.From))
	})
}
