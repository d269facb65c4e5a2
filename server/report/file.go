package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// Values that a spreadsheet is given: amounts in yuan as numbers, so that it can add them up.
const (
	yuanFormat  = "#,##0.00;[Red]-#,##0.00"
	countFormat = "#,##0"
	widest      = 40.0
)

// XLSX writes the report as a spreadsheet: numbers are numbers, the head stays in sight, the totals stand below. Texts are
// texts, whatever they begin with.
func (t *Table) XLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	const sheet = "Sheet1"
	name := strings.NewReplacer("/", "-", "\\", "-", "?", "", "*", "", "[", "(", "]", ")", ":", "").Replace(t.Title)
	if r := []rune(name); len(r) > 31 {
		name = string(r[:31])
	}
	if err := f.SetSheetName(sheet, name); err != nil {
		return err
	}
	styles := map[Kind]int{}
	strong := map[Kind]int{}
	for _, k := range []Kind{Text, Fen, Count, Day} {
		format := map[Kind]string{Fen: yuanFormat, Count: countFormat, Text: "@", Day: "@"}[k]
		align := &excelize.Alignment{Vertical: "center"}
		if k == Fen || k == Count {
			align.Horizontal = "right"
		}
		if styles[k], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: align}); err != nil {
			return err
		}
		line := []excelize.Border{{Type: "top", Style: 1, Color: "888888"}}
		if strong[k], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: align, Font: &excelize.Font{Bold: true}, Border: line}); err != nil {
			return err
		}
	}
	head, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F1F1EE"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
	})
	if err != nil {
		return err
	}
	title, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		if err := s.SetColWidth(i+1, i+1, t.width(i, c)); err != nil {
			return err
		}
	}
	const headRow = 4
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: fmt.Sprintf("A%d", headRow+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	rows := [][]any{
		{excelize.Cell{StyleID: title, Value: t.Title}},
		{excelize.Cell{StyleID: styles[Text], Value: "截至 " + t.AsOf.Time().In(caldate.Shanghai).Format("2006-01-02 15:04")}},
		{excelize.Cell{StyleID: styles[Text], Value: t.Note}},
	}
	var heads []any
	for _, c := range t.Columns {
		unit := ""
		if c.Kind == Fen {
			unit = "（元）"
		}
		heads = append(heads, excelize.Cell{StyleID: head, Value: c.Title + unit})
	}
	rows = append(rows, heads)
	for i, row := range rows {
		if err := s.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			return err
		}
	}
	line := func(n int, cells []Cell, styles map[Kind]int) error {
		out := make([]any, len(cells))
		for i, c := range cells {
			kind := t.Columns[i].Kind
			var v any
			switch {
			case c.Number == nil && c.Text == "":
			case c.Number == nil:
				v = c.Text
			case kind == Fen: // a spreadsheet knows no other number; whole fen stay exact up to 90 thousand billion yuan
				v = float64(*c.Number) / 100
			default:
				v = *c.Number
			}
			out[i] = excelize.Cell{StyleID: styles[kind], Value: v}
		}
		return s.SetRow(fmt.Sprintf("A%d", n), out)
	}
	n := headRow
	for _, r := range t.Rows {
		n++
		if err := line(n, r.Cells, styles); err != nil {
			return err
		}
	}
	if len(t.Totals) > 0 {
		if err := line(n+1, t.Totals, strong); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// width is what a column needs, by the first rows.
func (t *Table) width(i int, c Column) float64 {
	w := measure(c.Title) + 6
	for _, r := range t.Rows[:min(len(t.Rows), 200)] {
		cell := r.Cells[i]
		switch {
		case cell.Number == nil:
			w = max(w, measure(cell.Text)+2)
		case c.Kind == Fen:
			w = max(w, float64(len(money.Fen(*cell.Number).Grouped()))+3)
		}
	}
	return min(w, widest)
}

// measure counts a Chinese character as two.
func measure(s string) (w float64) {
	for _, r := range s {
		if w++; r >= 0x1100 {
			w++
		}
	}
	return w
}

// pdfRows is how many rows a PDF takes; nobody reads more on paper, and the spreadsheet has all.
const pdfRows = 3000

// landscapeFrom is how wide the columns together may be, in halves of a Chinese character, before the paper is turned.
const landscapeFrom = 100

// PDF makes the report for paper, A4: heads repeated, page x of y, totals on the last page.
func (t *Table) PDF(author string) ([]byte, error) {
	columns, wide := make([]pdf.Column, len(t.Columns)), 0.0
	for i, c := range t.Columns {
		w := measure(c.Title)
		for _, r := range t.Rows[:min(len(t.Rows), 200)] {
			w = max(w, min(measure(t.say(i, r.Cells[i])), 28))
		}
		if len(t.Totals) > 0 {
			w = max(w, measure(t.say(i, t.Totals[i]))*1.1) // they are bold
		}
		columns[i] = pdf.Column{Head: c.Title, Width: w + 3}
		if c.Kind == Fen || c.Kind == Count {
			columns[i].Align = pdf.Right
		}
		wide += w + 3
	}
	asOf := t.AsOf.Time().In(caldate.Shanghai).Format("2006-01-02 15:04")
	doc, err := pdf.Make(pdf.Options{
		Title: t.Title, Author: author, HeaderLeft: author, HeaderRight: t.Title, Masthead: true, FooterLeft: t.Title + "　截至 " + asOf, Now: t.AsOf.Time(), Margins: 12, Landscape: wide > landscapeFrom,
	}, func(d *pdf.Document) {
		d.Masthead(author, t.Title, []pdf.Pair{pdf.KV("截至", asOf)})
		d.Paragraph(pdf.Plain(t.Note), pdf.Style{Size: 9, Color: &pdf.Grey, After: 2})
		var rows []pdf.Row
		for _, r := range t.Rows[:min(len(t.Rows), pdfRows)] {
			rows = append(rows, pdf.Row{Cells: t.cells(r.Cells)})
		}
		if len(t.Totals) > 0 && len(t.Rows) > 0 {
			rows = append(rows, pdf.Row{Strong: true, Cells: t.cells(t.Totals)})
		}
		d.Table(columns, rows)
		if len(t.Rows) > pdfRows {
			d.Paragraph(pdf.Plain(fmt.Sprintf("共 %d 行，此处列出前 %d 行，合计为全部；完整清单见电子表格。", len(t.Rows), pdfRows)), pdf.Style{Size: 9, Color: &pdf.Grey})
		}
		if len(t.Rows) == 0 {
			d.Paragraph(pdf.Plain("没有记录。"), pdf.Style{Size: 10, Color: &pdf.Grey})
		}
	})
	if err != nil {
		return nil, err
	}
	return doc.Bytes(), nil
}

func (t *Table) cells(cells []Cell) []pdf.Cell {
	out := make([]pdf.Cell, len(cells))
	for i, c := range cells {
		out[i] = pdf.T(t.say(i, c))
	}
	return out
}

// say is a value of column i as people read it.
func (t *Table) say(i int, c Cell) string {
	switch {
	case c.Number == nil:
		return c.Text
	case t.Columns[i].Kind == Fen:
		return money.Fen(*c.Number).Grouped()
	}
	return fmt.Sprint(*c.Number)
}
