package contracttemplate

import (
	"strings"

	"sealgate/server/platform/pdf"
)

// setHead sets the name of the paper: centred, or as the masthead of a letter or sheet.
func (s *setting) setHead(d *pdf.Document) {
	s.say("", pdf.Plain(s.t.Title.Zh))
	if !layouts[s.t.Form].masthead {
		d.Space(1)
		d.Title(s.t.Title.Zh)
		return
	}
	d.Masthead(s.values["provider_name"], s.t.Title.Zh, s.lines(s.t.Head))
}

// lines fills pairs of the front matter; those without a value are left out.
func (s *setting) lines(from []Line) (pairs []pdf.Pair) {
	for _, l := range from {
		inlines, _ := parseInlines(l.Value) // checked at load
		value := s.runs(inlines, false)
		if plain(value) == "" {
			continue
		}
		s.say(l.Name, value)
		pairs = append(pairs, pdf.Pair{Name: l.Name, Value: value})
	}
	return pairs
}

// setRows sets the rows of a blank as a table; a draft without any leaves rows to write on.
func (s *setting) setRows(d *pdf.Document, name string) {
	b := s.t.blanks[name]
	rows, _ := ParseRows(s.values[name]) // checked by fill
	if len(rows) == 0 {
		for range 3 {
			rows = append(rows, make([]string, len(b.Columns)))
		}
	}
	var columns []pdf.Column
	var heads []pdf.Run
	for _, c := range b.Columns {
		columns = append(columns, pdf.Column{Head: c.Label.Zh, Width: float64(c.Width), Align: map[string]pdf.Align{"right": pdf.Right, "center": pdf.Center}[c.Align]})
		heads = append(heads, pdf.Run{Text: c.Label.Zh + "\t"})
	}
	s.say("", heads)
	d.Space(1)
	var out []pdf.Row
	for _, row := range rows {
		var cells []pdf.Cell
		var line []pdf.Run
		for _, cell := range row {
			cells = append(cells, pdf.T(cell))
			line = append(line, pdf.Run{Text: strings.ReplaceAll(cell, "\n", "\t") + "\t"})
		}
		s.say("", line)
		out = append(out, pdf.Row{Cells: cells})
	}
	d.Table(columns, out)
	d.Space(2)
}

func (s *setting) setNote(d *pdf.Document) {
	if s.t.Note == "" {
		return
	}
	inlines, _ := parseInlines(s.t.Note) // checked at load
	d.Space(2)
	d.Paragraph(s.say("", s.runs(inlines, false)), pdf.Style{Size: 9, Color: &pdf.Grey, Align: pdf.Justify})
}

// setFoot sets who gives the paper, with what is filled in by hand.
func (s *setting) setFoot(d *pdf.Document, seal []byte) {
	f := s.t.Foot
	s.say(f.Role, pdf.Plain(s.values[f.Name]))
	rows := []pdf.Pair{pdf.KV(f.Role, either(s.values[f.Name], "＿＿＿＿＿"))}
	for _, row := range f.Rows {
		name, value, _ := strings.Cut(row, "|")
		inlines, _ := parseInlines(value) // checked at load
		rows = append(rows, pdf.Pair{Name: strings.TrimSpace(name), Value: s.say(strings.TrimSpace(name), s.runs(inlines, false))})
	}
	if s.t.Form == FormStatement {
		seal = nil // the customer's seal is set by hand
	}
	d.Space(4)
	d.StampLine(rows, seal)
}

// setBothAtFoot sets the places where both sides sign, side by side and never torn from each other.
func (s *setting) setBothAtFoot(d *pdf.Document, seal []byte) {
	d.Keep(52)
	d.Space(6)
	block := func(x Signer) pdf.Block {
		s.say(x.Role, pdf.Plain(s.values[x.Name]))
		b := pdf.Block{Head: x.Role, Name: s.values[x.Name]}
		for _, row := range x.Rows {
			name, hint, _ := strings.Cut(row, "|")
			s.say("", pdf.Plain(strings.TrimSpace(name)))
			b.Pairs = append(b.Pairs, pdf.KV(strings.TrimSpace(name), either(hint, "　")))
		}
		return b
	}
	d.Blocks(block(s.t.SignaturePage.Jia), block(s.t.SignaturePage.Yi))
	d.Seal(seal)
}
