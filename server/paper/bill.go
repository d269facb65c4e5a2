package paper

import (
	"fmt"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// Bill makes a bill (B03). The file is dated by the day of issue, so that the
// same bill is the same bytes whenever it is made. Errors: ErrSum, ErrLacking.
func Bill(b BillData) ([]byte, error) {
	doc, err := billDocument(b)
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func billDocument(b BillData) (*pdf.Document, error) {
	if err := checkBill(b); err != nil {
		return nil, err
	}
	title := either(b.Title, "账单")
	number := either(b.Number, "（未出具）")
	return pdf.Make(pdf.Options{
		Title:       strings.TrimSpace(title + " " + b.Number),
		Author:      b.Provider.Name,
		HeaderLeft:  b.Provider.Name,
		HeaderRight: number,
		FooterLeft:  b.Customer.Name,
		Watermark:   b.Watermark,
		Now:         dated(b.IssuedOn, b.To),
		Margins:     18,
		Masthead:    true,
	}, func(d *pdf.Document) {
		facts := []pdf.Pair{pdf.KV("编号", number)}
		if b.ContractNumber != "" {
			facts = append(facts, pdf.KV("合同编号", b.ContractNumber))
		}
		d.Masthead(b.Provider.Name, spread(title), facts)
		d.Blocks(
			pdf.Block{Head: "客户", Name: b.Customer.Name, Pairs: b.Customer.pairs(false)},
			pdf.Block{Head: "服务提供方", Name: b.Provider.Name, Pairs: b.Provider.pairs(false)},
		)
		due := "无须付款"
		if b.Total > 0 && !b.DueOn.IsZero() {
			due = b.DueOn.Zh()
		}
		d.Strip([]pdf.Pair{
			pdf.KV("账期", b.From.String()+" 至 "+b.To.String()),
			pdf.KV("出具日期", day(b.IssuedOn)),
			pdf.KV("最迟付款日", due),
			pdf.KV(payableName(b.Total), "¥"+b.Total.Grouped()),
		})
		billLines(d, b)
		d.Keep(paymentHeight) // no seal on a page that says nothing else
		billPayment(d, b)
		d.StampLine([]pdf.Pair{
			pdf.KV("出具单位", b.Provider.Name),
			pdf.KV("出具日期", day(b.IssuedOn)),
		}, sealOf(b.Seal, b.Provider))
	})
}

// paymentHeight is about what payment, late-fee note and seal take, in mm.
const paymentHeight = 82

func checkBill(b BillData) error {
	if b.Provider.Name == "" || b.Customer.Name == "" || b.From.IsZero() || b.To.IsZero() || len(b.Lines) == 0 {
		return ErrLacking.Say("账单缺少出具方、客户、账期或明细", "the bill lacks its provider, customer, period or lines")
	}
	var net, tax, total money.Fen
	for i, l := range b.Lines {
		if l.Net+l.Tax != l.Amount {
			return ErrSum.With("line", i+1)
		}
		net, tax, total = net+l.Net, tax+l.Tax, total+l.Amount
	}
	if net != b.Net || tax != b.Tax || total != b.Total {
		return ErrSum.With("number", b.Number)
	}
	return nil
}

func billLines(d *pdf.Document, b BillData) {
	d.Caption("金额单位：人民币元")
	columns := []pdf.Column{
		{Head: "项目", Width: 62},
		{Head: "数量", Width: 25, Align: pdf.Right},
		{Head: "含税单价", Width: 21, Align: pdf.Right},
		{Head: "不含税金额", Width: 24, Align: pdf.Right},
		{Head: "税率", Width: 13, Align: pdf.Right},
		{Head: "税额", Width: 20, Align: pdf.Right},
		{Head: "金额", Width: 24, Align: pdf.Right},
	}
	var rows []pdf.Row
	for _, l := range b.Lines {
		quantity := group(l.Quantity)
		if l.Unit != "" && quantity != "" {
			quantity += " " + l.Unit
		}
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{
			{Runs: pdf.Plain(l.Name), Note: l.Note},
			pdf.T(quantity), pdf.T(group(l.UnitPrice)),
			pdf.T(l.Net.Grouped()), pdf.T(percent(l.TaxRate)), pdf.T(l.Tax.Grouped()), pdf.T(l.Amount.Grouped()),
		}})
	}
	rows = append(rows, pdf.Row{Strong: true, Cells: []pdf.Cell{
		pdf.T("合计"), pdf.T(""), pdf.T(""),
		pdf.T(b.Net.Grouped()), pdf.T(""), pdf.T(b.Tax.Grouped()), pdf.T(b.Total.Grouped()),
	}})
	d.Table(columns, rows)
	d.Paragraph([]pdf.Run{
		{Text: "价税合计（大写）　"}, {Text: b.Total.Capital(), Bold: true},
		{Text: "　（小写）　"}, {Text: "¥" + b.Total.Grouped(), Bold: true},
	}, pdf.Style{Size: 10.5, After: 4})
}

func billPayment(d *pdf.Document, b BillData) {
	if b.Total > 0 {
		d.Heading("付款")
		var pairs []pdf.Pair
		if !b.DueOn.IsZero() {
			window := b.DueOn.Zh() + "（含当日）之前"
			if !b.WindowFrom.IsZero() {
				window = b.WindowFrom.Zh() + "至" + b.DueOn.Zh() + "（含当日）"
			}
			pairs = append(pairs, pdf.KV("付款期限", window))
		}
		if b.Provider.BankAccount != "" {
			pairs = append(pairs,
				pdf.KV("收款户名", b.Provider.Name),
				pdf.KV("开户银行", b.Provider.BankName),
				pdf.Pair{Name: "银行账号", Value: []pdf.Run{{Text: b.Provider.BankAccount, Bold: true}}},
			)
		}
		if b.Number != "" {
			pairs = append(pairs, pdf.KV("付款附言", "请注明账单编号 "+b.Number))
		}
		d.KeyValues(pairs)
	}
	if b.LateFeeNote != "" {
		d.Space(1)
		d.Paragraph([]pdf.Run{{Text: b.LateFeeNote, Bold: true}}, pdf.Style{Size: 9.5, Align: pdf.Justify})
	}
	for i, note := range b.Notes {
		d.Paragraph(pdf.Plain(note), pdf.Style{Size: 9, Left: 6, Label: fmt.Sprintf("%d.", i+1), Align: pdf.Justify, Color: &pdf.Grey, After: 0.4})
	}
}

func (p Party) pairs(bank bool) (pairs []pdf.Pair) {
	add := func(name, value string) {
		if value != "" {
			pairs = append(pairs, pdf.KV(name, value))
		}
	}
	add("统一社会信用代码", p.USCC)
	add("地址", p.Address)
	add("联系人", p.Contact)
	add("电话", p.Phone)
	add("邮箱", p.Email)
	if bank {
		add("开户银行", p.BankName)
		add("银行账号", p.BankAccount)
	}
	return pairs
}

func payableName(total money.Fen) string {
	if total < 0 {
		return "贷记金额（人民币）"
	}
	return "应付金额（人民币）"
}

func day(d caldate.Date) string {
	if d.IsZero() {
		return "—"
	}
	return d.Zh()
}

// dated is the time written into the file: noon of the paper's day.
func dated(days ...caldate.Date) time.Time {
	for _, d := range days {
		if !d.IsZero() {
			return d.At(12, 0)
		}
	}
	return time.Time{}
}

// percent prints a decimal rate: "0.09" is 9%.
func percent(rate string) string {
	d, err := money.ParseDecimal(rate)
	if err != nil {
		return rate
	}
	return d.MulInt(100).String() + "%"
}

// group puts thousands separators into the whole part of a plain number.
func group(s string) string {
	whole, fraction, point := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return s
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	return sign + whole
}

// spread sets a title of two characters with air between them: 账　单.
func spread(s string) string {
	if r := []rune(s); len(r) == 2 {
		return string(r[:1]) + "　" + string(r[1:])
	}
	return s
}

func either(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
