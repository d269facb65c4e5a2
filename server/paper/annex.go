package paper

import (
	"strconv"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// AnnexItem is one line of an annex.
type AnnexItem struct {
	Text, Quantity, Price string
	Amount                money.Fen
}

// AnnexData is a paper annexed to a contract once the customer confirms it: an offer, an order, a confirmation of fees or of
// completed work (C17, C18).
type AnnexData struct {
	Number, ContractNumber string
	Name                   string // 报价单, 订单, 费用确认单, 完成确认书
	Title, Body            string
	Provider, Customer     Party
	On                     caldate.Date
	ValidUntil             caldate.Date // last day of a confirmation; may be none
	LastDay                caldate.Date // of service, where the contract ends with it
	Items                  []AnnexItem
	Total                  money.Fen
}

// Annex makes the paper. Errors: ErrLacking, ErrSum where the lines don't add up to the total.
func Annex(a AnnexData) ([]byte, error) {
	if a.Number == "" || a.ContractNumber == "" || a.Name == "" || a.Title == "" || a.Provider.Name == "" || a.Customer.Name == "" || a.On.IsZero() {
		return nil, ErrLacking.Say("文书缺少编号、名称、双方或日期", "the paper lacks its number, name, parties or date")
	}
	var sum money.Fen
	for _, i := range a.Items {
		sum += i.Amount
	}
	if sum != a.Total {
		return nil, ErrSum
	}
	doc, err := pdf.Make(pdf.Options{Title: a.Name + " " + a.Number, Author: a.Provider.Name, FooterLeft: a.Number, Now: dated(a.On), Margins: 18}, func(d *pdf.Document) {
		d.Masthead(a.Provider.Name, a.Name, []pdf.Pair{pdf.KV("编号", a.Number), pdf.KV("合同编号", a.ContractNumber), pdf.KV("日期", day(a.On))})
		d.Blocks(
			pdf.Block{Head: "客户", Name: a.Customer.Name, Pairs: a.Customer.pairs(false)},
			pdf.Block{Head: "服务提供方", Name: a.Provider.Name, Pairs: a.Provider.pairs(false)},
		)
		d.Heading(a.Title)
		if a.Body != "" {
			d.Paragraph(pdf.Plain(a.Body), pdf.Style{Align: pdf.Justify})
		}
		annexItems(d, a)
		a.terms(d)
		d.Keep(50)
		d.Space(6)
		d.Blocks(
			pdf.Block{Head: "客户（盖章）", Pairs: []pdf.Pair{pdf.KV("授权代表（签字）", "　"), pdf.KV("日期", "　　　　年　　月　　日")}},
			pdf.Block{Head: "服务提供方（盖章）", Pairs: []pdf.Pair{pdf.KV("授权代表（签字）", "　"), pdf.KV("日期", day(a.On))}},
		)
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func annexItems(d *pdf.Document, a AnnexData) {
	if len(a.Items) == 0 {
		return
	}
	var rows []pdf.Row
	for n, i := range a.Items {
		rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(strconv.Itoa(n + 1)), pdf.T(i.Text), pdf.T(i.Quantity), pdf.T(i.Price), pdf.T(i.Amount.Grouped())}})
	}
	d.Table([]pdf.Column{{Head: "序号", Width: 12}, {Head: "项目", Width: 74}, {Head: "数量", Width: 26, Align: pdf.Right}, {Head: "单价（元）", Width: 30, Align: pdf.Right}, {Head: "金额（元）", Width: 32, Align: pdf.Right}}, rows)
	d.Space(2)
	d.KeyValues([]pdf.Pair{pdf.KV("合计（元）", a.Total.Grouped()), pdf.KV("大写", a.Total.Capital())})
}

// terms says until when the paper can be confirmed and what follows from it.
func (a AnnexData) terms(d *pdf.Document) {
	small := pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify}
	if !a.LastDay.IsZero() {
		d.Paragraph([]pdf.Run{{Text: "双方确认约定的工作已经完成、数据与费用核对一致。合同服务至 "}, {Text: a.LastDay.Zh(), Bold: true}, {Text: " 为止，合同随之终止；终止前产生的权利与义务不受影响。"}}, pdf.Style{Align: pdf.Justify})
	}
	if !a.ValidUntil.IsZero() {
		d.Paragraph(pdf.Plain("本文件在 "+a.ValidUntil.Zh()+"（含当日）前确认有效，逾期未确认即失效。"), small)
	}
	d.Paragraph(pdf.Plain("本文件经客户确认后作为合同附件，与合同具有同等效力；与合同不一致的，以本文件为准。"), small)
}
