package paper

import (
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// StatementData is a statement of service data and fees (对账单, B10). Brought + Corrected + Charged + LateFee − Credited −
// Paid must be Carried, and the moves must add up to the same.
type StatementData struct {
	Number         string
	ContractNumber string
	Provider       Party
	Customer       Party
	From, To       caldate.Date
	MadeOn         caldate.Date
	Brought        money.Fen // owed when the period began
	Corrected      money.Fen // of earlier periods, found out since
	Charged        money.Fen
	LateFee        money.Fen
	Credited       money.Fen
	Paid           money.Fen
	Carried        money.Fen // owed when the period ended
	Used           int64
	Usage          []StatementUsage
	BillNumber     string // the period's bill, issued after its end
	BillTotal      money.Fen
	BillDue        caldate.Date
	Charges        []StatementCharge
	Moves          []StatementMove
	Open           []StatementBill // what is owed when the statement is made
	LateOpen       money.Fen       // late fees of these
	NotWaived      string          // printed in bold
	Seal           []byte
}

// StatementUsage is a day's deliveries, StatementCharge a line of the bill, StatementMove what changed the balance, and
// StatementBill an open bill.
type (
	StatementUsage struct {
		Day   caldate.Date
		Parts int64
	}
	StatementCharge struct {
		Name, Note, Quantity, Unit, UnitPrice string
		Amount                                money.Fen
	}
	StatementMove struct {
		On, To caldate.Date
		Name   string
		Number string
		Amount money.Fen
	}
	StatementBill struct {
		Number, Period                       string
		DueOn                                caldate.Date
		Total, Paid, LateFee, Open, Disputed money.Fen
	}
)

// Statement makes a statement. Errors: ErrSum, ErrLacking.
func Statement(s StatementData) ([]byte, error) {
	if s.Number == "" || s.Provider.Name == "" || s.Customer.Name == "" || s.From.IsZero() || s.To.IsZero() {
		return nil, ErrLacking.Say("对账单缺少编号、出具方、客户或期间", "the statement lacks its number, provider, customer or period")
	}
	if s.Brought+s.Corrected+s.Charged+s.LateFee-s.Credited-s.Paid != s.Carried {
		return nil, ErrSum.With("number", s.Number)
	}
	balance := s.Brought + s.Corrected
	for _, m := range s.Moves {
		balance += m.Amount
	}
	if balance != s.Carried {
		return nil, ErrSum.With("number", s.Number)
	}
	doc, err := pdf.Make(pdf.Options{
		Title: "对账单 " + s.Number, Author: s.Provider.Name, HeaderLeft: s.Provider.Name, HeaderRight: s.Number, FooterLeft: s.Customer.Name,
		Now: dated(s.MadeOn, s.To), Margins: 18, Masthead: true,
	}, func(d *pdf.Document) {
		facts := []pdf.Pair{pdf.KV("编号", s.Number)}
		if s.ContractNumber != "" {
			facts = append(facts, pdf.KV("合同编号", s.ContractNumber))
		}
		d.Masthead(s.Provider.Name, "对账单", facts)
		d.Blocks(
			pdf.Block{Head: "客户", Name: s.Customer.Name, Pairs: s.Customer.pairs(false)},
			pdf.Block{Head: "服务提供方", Name: s.Provider.Name, Pairs: s.Provider.pairs(false)},
		)
		d.Strip([]pdf.Pair{
			pdf.KV("期间", s.From.String()+" 至 "+s.To.String()),
			pdf.KV("出具日期", day(s.MadeOn)),
			pdf.KV("发送成功", group(decimal(s.Used))+" 条"),
			pdf.KV("期末欠款（人民币）", "¥"+s.Carried.Grouped()),
		})
		statementBalance(d, s)
		statementCharges(d, s)
		statementUsage(d, s)
		statementOpen(d, s)
		d.Keep(60)
		d.Space(2)
		d.Paragraph([]pdf.Run{{Text: s.NotWaived, Bold: true}}, pdf.Style{Size: 9.5, Align: pdf.Justify, After: 2})
		d.Paragraph(pdf.Plain("请核对后确认。对某项费用有异议的，请在付款期届满前就该项书面提出；处理期间该部分不计滞纳金。"), pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify})
		d.StampLine([]pdf.Pair{pdf.KV("出具单位", s.Provider.Name), pdf.KV("出具日期", day(s.MadeOn))}, sealOf(s.Seal, s.Provider))
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

// statementBalance leads from what was brought forward to what is carried, movement by movement.
func statementBalance(d *pdf.Document, s StatementData) {
	d.Heading("往来")
	d.Caption("金额单位：人民币元")
	columns := []pdf.Column{
		{Head: "日期", Width: 36}, {Head: "事项", Width: 62}, {Head: "增加", Width: 25, Align: pdf.Right}, {Head: "减少", Width: 25, Align: pdf.Right}, {Head: "余额", Width: 26, Align: pdf.Right},
	}
	balance := s.Brought
	row := func(date, name string, amount money.Fen) pdf.Row {
		cells := []pdf.Cell{pdf.T(date), pdf.T(name), pdf.T(""), pdf.T(""), pdf.T(balance.Grouped())}
		switch {
		case amount > 0:
			cells[2] = pdf.T(amount.Grouped())
		case amount < 0:
			cells[3] = pdf.T((-amount).Grouped())
		}
		return pdf.Row{Cells: cells}
	}
	rows := []pdf.Row{{Strong: true, Cells: row(s.From.String(), "期初欠款", 0).Cells}}
	if s.Corrected != 0 {
		balance += s.Corrected
		rows = append(rows, row("", "以前期间更正", s.Corrected))
	}
	for _, m := range s.Moves {
		balance += m.Amount
		date := m.On.String()
		if !m.To.IsZero() && m.To != m.On {
			date += " 至 " + m.To.String()[5:]
		}
		rows = append(rows, row(date, strings.TrimSpace(m.Name+" "+m.Number), m.Amount))
	}
	rows = append(rows, pdf.Row{Strong: true, Cells: row(s.To.String(), "期末欠款", 0).Cells})
	d.Table(columns, rows)
	d.Paragraph([]pdf.Run{{Text: "期末欠款（大写）　"}, {Text: s.Carried.Capital(), Bold: true}}, pdf.Style{Size: 10, After: 3})
}

func statementCharges(d *pdf.Document, s StatementData) {
	d.Heading("本期费用")
	if len(s.Charges) == 0 {
		d.Paragraph(pdf.Plain("本期没有应计费用。"), pdf.Style{Size: 10, After: 3})
		return
	}
	d.Caption("账单 " + s.BillNumber + "，最迟付款日 " + day(s.BillDue))
	var rows []pdf.Row
	for _, c := range s.Charges {
		quantity := group(c.Quantity)
		if c.Unit != "" && quantity != "" {
			quantity += " " + c.Unit
		}
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{{Runs: pdf.Plain(c.Name), Note: c.Note}, pdf.T(quantity), pdf.T(group(c.UnitPrice)), pdf.T(c.Amount.Grouped())}})
	}
	rows = append(rows, pdf.Row{Strong: true, Cells: []pdf.Cell{pdf.T("合计"), pdf.T(""), pdf.T(""), pdf.T(s.BillTotal.Grouped())}})
	d.Table([]pdf.Column{{Head: "项目", Width: 84}, {Head: "数量", Width: 32, Align: pdf.Right}, {Head: "含税单价", Width: 28, Align: pdf.Right}, {Head: "金额", Width: 30, Align: pdf.Right}}, rows)
	d.Space(3)
}

// statementUsage sets the days in three columns, so that a month takes a third of a page.
func statementUsage(d *pdf.Document, s StatementData) {
	d.Heading("服务数据")
	if len(s.Usage) == 0 {
		d.Paragraph(pdf.Plain("本期没有发送成功的短信。"), pdf.Style{Size: 10, After: 3})
		return
	}
	d.Caption("每日发送成功条数，合计 " + group(decimal(s.Used)) + " 条")
	const across = 3
	lines := (len(s.Usage) + across - 1) / across
	var rows []pdf.Row
	for i := range lines {
		var cells []pdf.Cell
		for c := range across {
			if n := c*lines + i; n < len(s.Usage) {
				cells = append(cells, pdf.T(s.Usage[n].Day.String()), pdf.T(group(decimal(s.Usage[n].Parts))))
			} else {
				cells = append(cells, pdf.T(""), pdf.T(""))
			}
			if c < across-1 {
				cells = append(cells, pdf.T(""))
			}
		}
		rows = append(rows, pdf.Row{Cells: cells})
	}
	var columns []pdf.Column
	for c := range across {
		columns = append(columns, pdf.Column{Head: "日期", Width: 30}, pdf.Column{Head: "条数", Width: 20, Align: pdf.Right})
		if c < across-1 {
			columns = append(columns, pdf.Column{Width: 12})
		}
	}
	d.Table(columns, rows)
	d.Space(3)
}

func statementOpen(d *pdf.Document, s StatementData) {
	d.Heading("未付清的账单")
	if len(s.Open) == 0 {
		d.Paragraph(pdf.Plain("没有未付清的账单。"), pdf.Style{Size: 10, After: 3})
		return
	}
	d.Caption("截至 " + day(s.MadeOn) + "，其中滞纳金 ¥" + s.LateOpen.Grouped())
	var total money.Fen
	var rows []pdf.Row
	for _, b := range s.Open {
		total += b.Open
		name := pdf.Cell{Runs: pdf.Plain(b.Number), Note: b.Period}
		if b.Disputed != 0 {
			name.Note += "，其中 ¥" + b.Disputed.Grouped() + " 有争议"
		}
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{name, pdf.T(b.DueOn.String()), pdf.T(b.Total.Grouped()), pdf.T(b.Paid.Grouped()), pdf.T(b.LateFee.Grouped()), pdf.T(b.Open.Grouped())}})
	}
	rows = append(rows, pdf.Row{Strong: true, Cells: []pdf.Cell{pdf.T("合计"), pdf.T(""), pdf.T(""), pdf.T(""), pdf.T(s.LateOpen.Grouped()), pdf.T(total.Grouped())}})
	d.Table([]pdf.Column{{Head: "账单", Width: 58}, {Head: "最迟付款日", Width: 26}, {Head: "应付", Width: 23, Align: pdf.Right}, {Head: "已付", Width: 23, Align: pdf.Right},
		{Head: "滞纳金", Width: 21, Align: pdf.Right}, {Head: "未付", Width: 23, Align: pdf.Right}}, rows)
}

func decimal(n int64) string { return money.NewDecimal(n).String() }
