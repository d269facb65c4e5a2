package paper

import (
	"strings"

	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// Receipt makes a receipt (收据) for a payment or a deposit. Errors: ErrSum,
// ErrLacking.
func Receipt(r ReceiptData) ([]byte, error) {
	doc, err := receiptDocument(r)
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func receiptDocument(r ReceiptData) (*pdf.Document, error) {
	if err := checkReceipt(r); err != nil {
		return nil, err
	}
	title := either(r.Title, "收据")
	return pdf.Make(pdf.Options{
		Title:      strings.TrimSpace(title + " " + r.Number),
		Author:     r.Payee.Name,
		FooterLeft: r.Number,
		Watermark:  r.Watermark,
		Now:        dated(r.IssuedOn, r.ReceivedOn),
		Margins:    18,
	}, func(d *pdf.Document) {
		d.Masthead(r.Payee.Name, spread(title), []pdf.Pair{
			pdf.KV("编号", r.Number), pdf.KV("开具日期", day(r.IssuedOn)),
		})
		d.Paragraph([]pdf.Run{
			{Text: "今收到　"}, {Text: r.Payer.Name, Bold: true}, {Text: "　交来的下列款项："},
		}, pdf.Style{Size: 11, After: 4})
		d.Strip([]pdf.Pair{
			pdf.KV("到账日期", day(r.ReceivedOn)),
			pdf.KV("收款方式", either(r.Method, "—")),
			pdf.KV("合同编号", either(r.ContractNumber, "—")),
			pdf.KV("金额（人民币）", "¥"+r.Amount.Grouped()),
		})
		pairs := []pdf.Pair{
			{Name: "金额（大写）", Value: []pdf.Run{{Text: r.Amount.Capital(), Bold: true}}},
			pdf.KV("收款事由", r.Purpose),
		}
		if r.Reference != "" {
			pairs = append(pairs, pdf.KV("银行流水号 / 票据号", r.Reference))
		}
		pairs = append(pairs, pdf.KV("交款单位", r.Payer.Name))
		if r.Payer.USCC != "" {
			pairs = append(pairs, pdf.KV("交款单位统一社会信用代码", r.Payer.USCC))
		}
		d.KeyValues(pairs)
		if len(r.Items) > 0 {
			d.Space(4)
			var rows []pdf.Row
			for _, item := range r.Items {
				rows = append(rows, pdf.Row{Cells: []pdf.Cell{pdf.T(item.Text), pdf.T(item.Amount.Grouped())}})
			}
			rows = append(rows, pdf.Row{Strong: true, Cells: []pdf.Cell{pdf.T("合计"), pdf.T(r.Amount.Grouped())}})
			d.Table([]pdf.Column{{Head: "用途", Width: 130}, {Head: "金额（元）", Width: 40, Align: pdf.Right}}, rows)
		}
		d.Space(2)
		for _, note := range r.Notes {
			d.Paragraph(pdf.Plain(note), pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify, After: 0.4})
		}
		rows := []pdf.Pair{pdf.KV("收款单位", r.Payee.Name)}
		if r.Handler != "" {
			rows = append(rows, pdf.KV("经手人", r.Handler))
		}
		d.StampLine(append(rows, pdf.KV("开具日期", day(r.IssuedOn))), sealOf(r.Seal, r.Payee))
	})
}

func checkReceipt(r ReceiptData) error {
	if r.Number == "" || r.Payee.Name == "" || r.Payer.Name == "" || r.ReceivedOn.IsZero() || r.Amount == 0 {
		return ErrLacking.Say("收据缺少编号、收款单位、交款单位、到账日期或金额", "the receipt lacks its number, payee, payer, value date or amount")
	}
	var sum money.Fen
	for _, item := range r.Items {
		sum += item.Amount
	}
	if len(r.Items) > 0 && sum != r.Amount {
		return ErrSum.With("number", r.Number)
	}
	return nil
}
