package contracttemplate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// RenderOptions say what stands on the paper beside the template and its blanks.
type RenderOptions struct {
	Number string    // of the contract; a draft may have none
	Draft  bool      // watermark 草稿; blanks may be missing and are left to write on
	Now    time.Time // date inside the file, never printed; same time, same bytes
	Seal   []byte    // PNG of the provider's seal for the signature page; may be nil
	// ProviderSide is the side on which the provider signs, where the agreement says another than the template: 甲 or 乙.
	ProviderSide string
}

// Info says what was made: evidence for signing (C04).
type Info struct {
	TemplateID     string
	Version        int
	TemplateSHA256 string
	SHA256         string // of the PDF
	Text           string // the contract as plain text, as a customer reads and accepts it
	TextSHA256     string // of Text: independent of fonts and layout
	Pages          int
	Replaced       []pdf.Replacement // characters that are printed as 〓: to be settled before signing
}

// Render makes the contract: a PDF with numbered articles, 签章页 and page x of
// y. Errors: ErrBlanks with one field for each wrong blank, ErrRender.
func (t *Template) Render(values map[string]string, o RenderOptions) ([]byte, *Info, error) {
	filled, faults := t.fill(values, o.Draft)
	if len(faults) > 0 {
		return nil, nil, ErrBlanks.AtAll(faults...)
	}
	if o.Number == "" && !o.Draft && layouts[t.Form].page {
		return nil, nil, ErrBlanks.At("number", "missing", "合同编号为空，正式合同必须有编号", "the contract number is empty; only a draft may lack it")
	}
	s := &setting{t: t, values: filled, number: o.Number}
	s.count()
	options := pdf.Options{Title: strings.TrimSpace(t.Title.Zh + " " + o.Number), Author: filled[t.author()], Now: o.Now}
	if layouts[t.Form].masthead {
		options.FooterLeft, options.Margins = o.Number, 20
	} else {
		options.HeaderLeft, options.HeaderRight = t.Title.Zh, t.numberLabel()+"："+either(o.Number, "（草稿）")
	}
	if o.Draft {
		options.Watermark = "草稿"
	}
	s.side = either(o.ProviderSide, t.ProviderSide)
	doc, err := pdf.Make(options, func(d *pdf.Document) { s.set(d, o.Seal) })
	if err != nil {
		return nil, nil, ErrRender.Because(err)
	}
	text := s.text.String()
	return doc.Bytes(), &Info{
		TemplateID: t.ID, Version: t.Version, TemplateSHA256: t.SHA256,
		SHA256: sum(doc.Bytes()), Text: text, TextSHA256: sum([]byte(text)),
		Pages: doc.Pages(), Replaced: doc.Replaced(),
	}, nil
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// author is the blank with the name of whose paper it is: the provider, or who seals it.
func (t *Template) author() string {
	if t.Foot.Name != "" {
		return t.Foot.Name
	}
	if t.ProviderSide == "甲" {
		return t.SignaturePage.Jia.Name
	}
	return t.SignaturePage.Yi.Name
}

// numberLabel is what the number of the paper is called in its header.
func (t *Template) numberLabel() string {
	switch t.Form {
	case FormAgreement:
		return "合同编号"
	case FormTerms:
		return "版本"
	default:
		return "编号"
	}
}

// holds tells whether a block belongs to the contract with these values.
func (t *Template) holds(when []condition, values map[string]string) bool {
	for _, c := range when {
		value := values[c.blank]
		truth := false
		if c.value != "" {
			for _, v := range strings.Split(value, ",") {
				truth = truth || v == c.value
			}
		} else {
			truth = value != "" && !t.zero(c.blank, value)
		}
		if truth == c.not {
			return false
		}
	}
	return true
}

func (t *Template) zero(name, value string) bool {
	switch t.blanks[name].Type {
	case TypeMoney, TypeRate, TypeInteger:
		d, err := money.ParseDecimal(value)
		return err == nil && d.IsZero()
	}
	return false
}

// setting is one rendering: which blocks there are, their numbers, and the
// text as it is set.
type setting struct {
	t      *Template
	values map[string]string
	number string
	side   string // on which the provider signs
	blocks []block
	labels []string          // beside each block
	refs   map[string]string // anchor → 第七条, 第7.3款
	text   strings.Builder
}

// count numbers articles, clauses and items of the blocks that hold.
func (s *setting) count() {
	s.refs = map[string]string{}
	articles, clauses, items := 0, 0, 0
	for _, b := range s.t.body {
		if !s.t.holds(b.when, s.values) {
			continue
		}
		label, ref := "", ""
		switch b.kind {
		case article:
			articles, clauses, items = articles+1, 0, 0
			label = "第" + pdf.Numeral(articles) + "条"
			ref = label
		case clause:
			clauses, items = clauses+1, 0
			label = fmt.Sprintf("%d.%d", articles, clauses)
			ref = "第" + label + "款"
		case item:
			items++
			label = fmt.Sprintf("（%d）", items)
			ref = fmt.Sprintf("第%d.%d款第%s项", articles, clauses, label)
		}
		if b.anchor != "" {
			s.refs[b.anchor] = ref
		}
		s.blocks, s.labels = append(s.blocks, b), append(s.labels, label)
	}
}

// runs fills a text. Filled blanks are underlined where both sides sign below
// them, not in letters; open ones in a draft are a line to write on.
func (s *setting) runs(inlines []inline, underline bool) []pdf.Run {
	var runs []pdf.Run
	for _, i := range inlines {
		run := pdf.Run{Text: i.text, Bold: i.bold}
		switch {
		case i.blank == "number":
			run.Text = either(s.number, "（编号待定）")
		case i.blank != "":
			run.Text = "＿＿＿＿＿"
			if value := s.values[i.blank]; value != "" {
				run.Underline = underline && i.form != "text" && !layouts[s.t.Form].masthead
				run.Text = s.t.show(s.t.blanks[i.blank], value, i.form)
			} else if b := s.t.blanks[i.blank]; !b.Required && b.RequiredWhen == nil {
				run.Text = "无"
			}
		case i.ref != "":
			run.Text = s.refs[i.ref]
		}
		runs = append(runs, run)
	}
	return runs
}

func (s *setting) set(d *pdf.Document, seal []byte) {
	s.setHead(d)
	for i := 0; i < len(s.blocks); i++ {
		b, label := s.blocks[i], s.labels[i]
		switch b.kind {
		case paragraph:
			runs := s.say("", s.runs(b.cells[0], true))
			d.Paragraph(runs, pdf.Style{Align: pdf.Justify, Indent: 2})
		case part:
			d.Space(4)
			d.Paragraph(s.say("", s.runs(b.cells[0], false)), pdf.Style{Size: 13, Align: pdf.Center, Bold: true, After: 2, Keep: true})
		case article:
			runs := s.say(label, s.runs(b.cells[0], false))
			d.Heading(label + "　" + plain(runs))
		case gap:
			d.Space(3)
		case clause:
			d.Clause(label, 1, s.say(label, s.runs(b.cells[0], true)))
		case item:
			d.Clause(label, 2, s.say(label, s.runs(b.cells[0], true)))
		case pair:
			i = s.setPairs(d, i)
		case tableRow:
			i = s.setTable(d, i)
		case rowTable:
			s.setRows(d, b.cells[0][0].blank)
		}
	}
	s.setNote(d)
	switch {
	case layouts[s.t.Form].page:
		s.setSignatures(d, seal)
	case s.t.Form == FormSheet:
		s.setBothAtFoot(d, seal)
	case s.t.Form != FormTerms:
		s.setFoot(d, seal)
	}
}

// setPairs sets the pairs from block i on and gives the last one's place.
func (s *setting) setPairs(d *pdf.Document, i int) int {
	var pairs []pdf.Pair
	for ; i < len(s.blocks) && s.blocks[i].kind == pair; i++ {
		b := s.blocks[i]
		name, value := plain(s.runs(b.cells[0], false)), s.runs(b.cells[1], false)
		s.say(name, value)
		pairs = append(pairs, pdf.Pair{Name: name, Value: value})
	}
	d.KeyValues(pairs)
	d.Space(2)
	return i - 1
}

func (s *setting) setTable(d *pdf.Document, i int) int {
	head := s.blocks[i]
	var columns []pdf.Column
	for c, cell := range head.cells {
		column := pdf.Column{Head: plain(s.runs(cell, false)), Width: float64(columnWidth(s.blocks[i:], c))}
		switch {
		case c < len(head.align) && head.align[c] == 'r':
			column.Align = pdf.Right
		case c < len(head.align) && head.align[c] == 'c':
			column.Align = pdf.Center
		}
		columns = append(columns, column)
	}
	var rows []pdf.Row
	for i++; i < len(s.blocks) && s.blocks[i].kind == tableRow; i++ {
		var row pdf.Row
		var line []pdf.Run
		for _, cell := range s.blocks[i].cells {
			runs := s.runs(cell, false)
			row.Cells = append(row.Cells, pdf.Cell{Runs: runs})
			line = append(append(line, runs...), pdf.Run{Text: "\t"})
		}
		s.say("", line)
		rows = append(rows, row)
	}
	d.Table(columns, rows)
	return i - 1
}

// columnWidth is a share by the longest text of the column.
func columnWidth(rows []block, column int) (width int) {
	width = 4
	for _, r := range rows {
		if r.kind != tableRow {
			break
		}
		n := 0
		if column < len(r.cells) {
			for _, i := range r.cells[column] {
				n += len([]rune(i.text))
				switch {
				case i.form == "capital":
					n += 20
				case i.blank != "":
					n += 8
				}
			}
		}
		width = max(width, min(n, 40))
	}
	return width
}

func (s *setting) setSignatures(d *pdf.Document, seal []byte) {
	page := s.t.SignaturePage
	signer := func(side string, x Signer) pdf.Signer {
		out := pdf.Signer{Role: x.Role, Name: s.values[x.Name]}
		for _, row := range x.Rows {
			name, hint, _ := strings.Cut(row, "|")
			out.Rows = append(out.Rows, pdf.KV(strings.TrimSpace(name), hint))
		}
		if side == s.side {
			out.Seal = seal
		}
		s.say(x.Role, pdf.Plain(out.Name))
		return out
	}
	intro, _ := parseInlines(page.Intro) // checked at load
	runs := s.say("", s.runs(intro, false))
	var closing []pdf.Pair
	for _, c := range page.Closing {
		inlines, _ := parseInlines(c.Value)
		value := s.runs(inlines, false)
		s.say(c.Name, value)
		closing = append(closing, pdf.Pair{Name: c.Name, Value: value})
	}
	d.SignaturePage(plain(runs), signer("甲", page.Jia), signer("乙", page.Yi), closing)
}

// say adds a line to the plain text and gives the runs on.
func (s *setting) say(label string, runs []pdf.Run) []pdf.Run {
	if label != "" {
		s.text.WriteString(label + "　")
	}
	s.text.WriteString(strings.TrimRight(plain(runs), "\t"))
	s.text.WriteByte('\n')
	return runs
}

func plain(runs []pdf.Run) string {
	var s strings.Builder
	for _, r := range runs {
		s.WriteString(r.Text)
	}
	return s.String()
}
