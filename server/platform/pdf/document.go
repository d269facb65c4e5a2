// Package pdf sets the house's papers: A4 pages in Chinese and Latin with
// headings, clauses, tables, signature pages, page numbers, seal and
// watermark. It decides every line and page itself and uses gofpdf only to
// write the file: see README.md.
package pdf

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Page geometry in mm.
const (
	pageWidth    = 210.0
	pageHeight   = 297.0
	marginLeft   = 24.0
	marginRight  = 24.0
	marginTop    = 27.0
	marginBottom = 25.0
	mmPerPt      = 25.4 / 72
)

// Width is the room between the margins, in mm.
const Width = pageWidth - marginLeft - marginRight

// MaxPages bounds a document: more is a mistake or an attack.
const MaxPages = 3000

var errTooLong = fmt.Errorf("pdf: the document has more than %d pages", MaxPages)

// Color is red, green, blue, 0 to 255.
type Color [3]int

// Ink and its shades; papers use one accent and no other colour.
var (
	Ink     = Color{27, 31, 36}
	Grey    = Color{77, 86, 97}
	Pale    = Color{110, 118, 129}
	Rule    = Color{205, 205, 200}
	Shade   = Color{244, 244, 241}
	Accent  = Color{42, 66, 148}
	wmColor = Color{232, 232, 232}
)

// Options are what a whole document has in common.
type Options struct {
	Title       string // document property and bookmark root
	Author      string
	HeaderLeft  string // small, at the top of each page; empty on both sides: no header
	HeaderRight string
	Masthead    bool      // the first page has a head of its own: no header there
	FooterLeft  string    // small, left of the page number
	Watermark   string    // 草稿, 作废: large and pale behind the text
	Now         time.Time // the date inside the file; must be given, or the bytes would differ each time
	Margins     float64   // left and right in mm; 0 means the standard 24
	Landscape   bool      // A4 on its side, for wide tables
}

// Document collects pages. It is made by Make and belongs to one goroutine.
type Document struct {
	fonts    *Fonts
	options  Options
	pages    []*page
	y        float64 // top of the free room on the current page, mm from its top
	left     float64
	width    float64
	wide     float64 // of a page, mm
	high     float64
	images   []image
	replaced []Replacement
	err      error
	bytes    []byte
}

// Make draws a document and writes it. Whatever goes wrong inside, a panic of
// the PDF library included, comes back as an error and never as half a file.
func Make(o Options, draw func(d *Document)) (*Document, error) {
	fonts, err := embedded()
	if err != nil {
		return nil, err
	}
	return MakeWith(fonts, o, draw)
}

// MakeWith is Make with other fonts than the embedded ones.
func MakeWith(fonts *Fonts, o Options, draw func(d *Document)) (doc *Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("pdf: render %q: %v", o.Title, r)
		}
	}()
	if o.Now.IsZero() {
		return nil, errors.New("pdf: Options.Now is missing")
	}
	d := &Document{fonts: fonts, options: o, left: marginLeft, wide: pageWidth, high: pageHeight}
	if o.Landscape {
		d.wide, d.high = pageHeight, pageWidth
	}
	d.width = d.wide - marginLeft - marginRight
	if o.Margins > 0 {
		d.left, d.width = o.Margins, d.wide-2*o.Margins
	}
	d.options.Title, d.options.Author = d.safe(o.Title), d.safe(o.Author)
	d.options.HeaderLeft, d.options.HeaderRight = d.safe(o.HeaderLeft), d.safe(o.HeaderRight)
	d.options.FooterLeft, d.options.Watermark = d.safe(o.FooterLeft), d.safe(o.Watermark)
	d.newPage()
	draw(d)
	if d.err != nil {
		return nil, d.err
	}
	d.furnish()
	if d.bytes, err = d.write(); err != nil {
		return nil, err
	}
	return d, nil
}

// Bytes is the file.
func (d *Document) Bytes() []byte { return d.bytes }

// Pages counts the pages.
func (d *Document) Pages() int { return len(d.pages) }

// Replaced lists the characters that could not be printed and stand as 〓.
func (d *Document) Replaced() []Replacement { return d.replaced }

// Width is the room between the margins of this document, in mm.
func (d *Document) Width() float64 { return d.width }

// A page is a list of marks; they are written when all pages are known, so that
// "第 x 页 / 共 y 页" needs no placeholder and every glyph used is known first.
type page struct{ marks []mark }

type mark struct {
	kind   markKind
	x, y   float64 // text: start of the baseline; others: top left
	w, h   float64 // line: to x+w, y+h
	text   string
	bold   bool
	size   float64 // pt
	extra  float64 // room behind each character, mm
	color  Color
	image  int
	thick  float64
	rotate float64 // degrees about x, y
}

type markKind uint8

const (
	markText markKind = iota
	markLine
	markFill
	markFrame
	markImage
	markBookmark
)

func (d *Document) newPage() {
	if len(d.pages) >= MaxPages {
		d.err = errTooLong
		d.y = marginTop
		d.pages[len(d.pages)-1] = &page{} // what follows is thrown away with the error
		return
	}
	d.pages = append(d.pages, &page{})
	d.y = marginTop
}

func (d *Document) put(m mark) {
	p := d.pages[len(d.pages)-1]
	p.marks = append(p.marks, m)
}

// room is the height left on the page.
func (d *Document) room() float64 { return d.high - marginBottom - d.y }

// need begins a new page unless h mm are left on this one.
func (d *Document) need(h float64) {
	if d.room() < h && d.y > marginTop {
		d.newPage()
	}
}

// Keep begins a new page where less than h mm are left on this one, so that what
// belongs together is not torn apart.
func (d *Document) Keep(h float64) { d.need(h) }

// PageBreak begins a new page unless this one is still empty.
func (d *Document) PageBreak() {
	if d.y > marginTop {
		d.newPage()
	}
}

// Space leaves h mm free; at the top of a page it does nothing.
func (d *Document) Space(h float64) {
	if d.y > marginTop {
		d.y += h
	}
}

// textAt puts one line of safe text: x is its left edge, top the top of a line of height h.
func (d *Document) textAt(s string, x, top, h, size float64, bold bool, color Color) {
	if s != "" {
		d.put(mark{kind: markText, x: x, y: baseline(top, h, size), text: s, bold: bold, size: size, color: color})
	}
}

// baseline centres the square of a Chinese character (0.12 of it below the
// baseline, 0.88 above) in a line.
func baseline(top, h, size float64) float64 { return top + h/2 + 0.38*size*mmPerPt }

func (d *Document) textWidth(s string, size float64, bold bool) float64 {
	sum, face := 0, d.fonts.face(bold)
	for _, r := range s {
		sum += face.Advance(r)
	}
	return float64(sum) / 1000 * size * mmPerPt
}

// Align places a line or a cell.
type Align uint8

// The ways to place text.
const (
	Left Align = iota
	Center
	Right
	Justify
)

// putLine sets a broken line at x within width.
func (d *Document) putLine(l line, x, top, width, h, size float64, align Align, color Color) {
	extra := 0.0
	switch align {
	case Center:
		x += (width - l.width) / 2
	case Right:
		x += width - l.width
	case Justify:
		extra = l.justify(width, size)
	}
	before := 0
	for _, p := range l.pieces {
		px := x + p.x + extra*float64(before)
		n := len([]rune(p.text))
		d.put(mark{kind: markText, x: px, y: baseline(top, h, size), text: p.text, bold: p.bold, size: size, extra: extra, color: color})
		if p.underline {
			d.put(mark{kind: markLine, x: px, y: baseline(top, h, size) + 0.2*size*mmPerPt, w: p.width + extra*float64(n), color: Grey, thick: 0.15})
		}
		before += n
	}
}

// nextLine sets a line at the current place, on a new page if this one is
// full, and moves down.
func (d *Document) nextLine(l line, x, width, h, size float64, align Align, color Color) {
	if d.room() < h {
		d.newPage()
	}
	d.putLine(l, x, d.y, width, h, size, align, color)
	d.y += h
}

// Style is how a paragraph is set; zero fields mean the body style.
type Style struct {
	Size    float64 // pt, 10.5 (五号)
	Leading float64 // height of a line as a multiple of the size, 1.65
	Align   Align
	Indent  float64 // of the first line, in characters
	Left    float64 // of all lines, mm
	Label   string  // hangs in the room of Left: "3.1"
	Bold    bool    // all of it
	Color   *Color
	After   float64 // room below, mm; 0 means 1.2, negative none
	Keep    bool    // on one page with what follows
}

func (s Style) filled() Style {
	if s.Size == 0 {
		s.Size = 10.5
	}
	if s.Leading == 0 {
		s.Leading = 1.65
	}
	if s.Color == nil {
		s.Color = &Ink
	}
	switch {
	case s.After == 0:
		s.After = 1.2
	case s.After < 0:
		s.After = 0
	}
	return s
}

// Paragraph sets runs, breaking pages where needed without leaving a single
// line of a paragraph alone on a page.
func (d *Document) Paragraph(runs []Run, s Style) {
	s = s.filled()
	runs = d.safeRuns(runs)
	if s.Bold {
		for i := range runs {
			runs[i].Bold = true
		}
	}
	em := s.Size * mmPerPt
	h := em * s.Leading
	lines := d.setLines(runs, s.Size, d.width-s.Left, s.Indent*em)
	d.need(h * float64(min(len(lines), 2)))
	if s.Keep {
		d.need(h*float64(len(lines)) + s.After + 14)
	}
	if s.Label != "" {
		d.textAt(d.safe(s.Label), d.left, d.y, h, s.Size, s.Bold, *s.Color)
	}
	for i, l := range lines {
		left := len(lines) - i
		if d.room() < h || left == 2 && len(lines) > 2 && d.room() < 2*h {
			d.newPage()
		}
		indent := 0.0
		if i == 0 {
			indent = s.Indent * em
		}
		d.putLine(l, d.left+s.Left+indent, d.y, d.width-s.Left-indent, h, s.Size, s.Align, *s.Color)
		d.y += h
	}
	d.y += s.After
}

// Text sets a justified paragraph of house text, with **bold**.
func (d *Document) Text(marked string) { d.Paragraph(Marked(marked), Style{Align: Justify}) }

// Title is the large centred name of the document.
func (d *Document) Title(s string) {
	d.Paragraph(Plain(s), Style{Size: 20, Align: Center, Bold: true, Leading: 1.5, After: 2, Keep: true})
}

// Heading is an article's or section's head; it never stands alone at the foot
// of a page and is a bookmark of the file.
func (d *Document) Heading(s string) {
	d.Space(2.2)
	d.need(20)
	d.put(mark{kind: markBookmark, y: d.y, text: d.safe(s)})
	d.Paragraph(Plain(s), Style{Size: 11.5, Bold: true, After: 1, Keep: true})
}

// Article is a heading 第N条.
func (d *Document) Article(n int, name string) { d.Heading("第" + Numeral(n) + "条　" + name) }

// Clause is a numbered clause: the label hangs, level 1 is "3.1", level 2 "（1）".
func (d *Document) Clause(label string, level int, runs []Run) {
	left := 10.0
	if level < 2 {
		d.Paragraph(runs, Style{Align: Justify, Left: left, Label: label})
		return
	}
	// A sub-clause is set inside the room of its clause.
	d.left, d.width = d.left+left, d.width-left
	d.Paragraph(runs, Style{Align: Justify, Left: left, Label: label, After: 0.6})
	d.left, d.width = d.left-left, d.width+left
}

// Line draws a rule across the page.
func (d *Document) Line() {
	d.need(2)
	d.put(mark{kind: markLine, x: d.left, y: d.y, w: d.width, color: Rule, thick: 0.2})
	d.y += 2
}

// Pair is a name and its value.
type Pair struct {
	Name  string
	Value []Run
}

// KV makes a pair with a plain value.
func KV(name, value string) Pair { return Pair{Name: name, Value: Plain(value)} }

// KeyValues sets pairs under each other, names in a column of their own.
func (d *Document) KeyValues(pairs []Pair) { d.keyValues(pairs, d.left, d.width, 10.5) }

func (d *Document) keyValues(pairs []Pair, x, width, size float64) {
	names, em := 0.0, size*mmPerPt
	for i := range pairs {
		pairs[i].Name = d.safe(pairs[i].Name)
		names = max(names, d.textWidth(pairs[i].Name, size, false))
	}
	names = min(names+1.2*em, width*0.45)
	h := em * 1.6
	for _, p := range pairs {
		lines := d.setLines(d.safeRuns(p.Value), size, width-names, 0)
		heads := d.setLines(Plain(p.Name), size, names-0.6*em, 0)
		for i := range max(len(lines), len(heads)) {
			if d.room() < h {
				d.newPage()
			}
			if i < len(heads) {
				d.putLine(heads[i], x, d.y, names, h, size, Left, Grey)
			}
			if i < len(lines) {
				d.putLine(lines[i], x+names, d.y, width-names, h, size, Left, Ink)
			}
			d.y += h
		}
		d.y += 0.5
	}
}

// Block is a headed group of pairs; Blocks sets two side by side.
type Block struct {
	Head  string
	Name  string // set larger, under the head
	Pairs []Pair
}

// Blocks sets two blocks side by side, e.g. provider and customer. They stay
// on one page.
func (d *Document) Blocks(a, b Block) {
	d.need(d.blockHeight(a, b))
	const gap = 10.0
	width := (d.width - gap) / 2
	top, bottom, pages := d.y, 0.0, len(d.pages)
	for i, block := range []Block{a, b} {
		if len(d.pages) == pages {
			d.y = top
		}
		x := d.left + float64(i)*(width+gap)
		d.textAt(d.safe(block.Head), x, d.y, 5, 8.5, false, Pale)
		d.y += 5.2
		d.put(mark{kind: markLine, x: x, y: d.y, w: width, color: Rule, thick: 0.2})
		d.y += 1.4
		for _, l := range d.setLines([]Run{{Text: d.safe(block.Name), Bold: true}}, 11, width, 0) {
			d.nextLine(l, x, width, 6, 11, Left, Ink)
		}
		d.y += 0.6
		d.keyValues(block.Pairs, x, width, 9)
		bottom = max(bottom, d.y)
	}
	d.y = bottom + 3
}

func (d *Document) blockHeight(blocks ...Block) (h float64) {
	for _, b := range blocks {
		lines := 3
		for _, p := range b.Pairs {
			lines += 1 + len([]rune(p.Name+runText(p.Value)))/20
		}
		h = max(h, float64(lines)*6)
	}
	return min(h, 120)
}

// Strip sets facts side by side in a shaded band, the last one emphasised:
// the summary of a bill. Room goes by what each fact needs; if all together
// need more than there is, all become smaller.
func (d *Document) Strip(pairs []Pair) {
	const h, inset = 16.5, 4.0
	d.need(h)
	d.put(mark{kind: markFill, x: d.left, y: d.y, w: d.width, h: h, color: Shade})
	size := func(i int) float64 {
		if i == len(pairs)-1 {
			return 15
		}
		return 10.5
	}
	widths, total := make([]float64, len(pairs)), 0.0
	for i, p := range pairs {
		pairs[i].Name, pairs[i].Value = d.safe(p.Name), Plain(d.safe(runText(p.Value)))
		widths[i] = max(d.textWidth(runText(pairs[i].Value), size(i), true), d.textWidth(pairs[i].Name, 8.5, false))
		total += widths[i]
	}
	const least = 5.0 // between two facts
	room := d.width - 2*inset - least*float64(len(pairs)-1)
	scale := min(1, room/total)
	gap := least + max(0, room-total)/float64(max(1, len(pairs)-1))
	x := d.left + inset
	for i, p := range pairs {
		color := Ink
		if i == len(pairs)-1 {
			color = Accent
		}
		d.textAt(p.Name, x, d.y+2.3, 5, 8.5*scale, false, Pale)
		d.textAt(runText(p.Value), x, d.y+7.2, 7, size(i)*scale, true, color)
		x += widths[i]*scale + gap
	}
	d.y += h + 4
}

// Caption is small print at the right, such as the unit of the table below.
func (d *Document) Caption(s string) {
	d.Paragraph(Plain(s), Style{Size: 8.5, Align: Right, Color: &Pale, After: 0.4, Leading: 1.4, Keep: true})
}

func runText(runs []Run) string {
	var s strings.Builder
	for _, r := range runs {
		s.WriteString(r.Text)
	}
	return s.String()
}

// Masthead is the head of a bill or receipt: who gives it, what it is, its number.
func (d *Document) Masthead(from, name string, facts []Pair) {
	d.y -= 2 // a head of its own needs less room above
	top := d.y
	names := d.setLines([]Run{{Text: d.safe(from), Bold: true}}, 11, d.width*0.55, 0)
	for _, l := range names {
		d.nextLine(l, d.left, d.width*0.55, 6, 11, Left, Grey)
	}
	left := d.y
	if d.y > top { // not on a new page
		d.y = top
	}
	title := d.setLines([]Run{{Text: d.safe(name), Bold: true}}, 22, d.width*0.45, 0)
	for _, l := range title {
		d.nextLine(l, d.left+d.width*0.55, d.width*0.45, 10, 22, Right, Ink)
	}
	d.y += 1
	for _, p := range facts {
		s := d.safe(p.Name + "　" + runText(p.Value))
		d.textAt(s, d.left+d.width-d.textWidth(s, 9, false), d.y, 5, 9, false, Grey)
		d.y += 5
	}
	d.y = max(d.y, left) + 2.5
	d.put(mark{kind: markFill, x: d.left, y: d.y, w: d.width, h: 0.8, color: Accent})
	d.y += 6
}

// furnish draws header, footer and watermark when the number of pages is known.
func (d *Document) furnish() {
	total := len(d.pages)
	for i, p := range d.pages {
		body := p.marks
		p.marks = nil
		d.furnishPage(p, i+1, total)
		p.marks = append(p.marks, body...)
	}
}

func (d *Document) furnishPage(p *page, number, total int) {
	put := func(s string, x, y, size float64) {
		if s != "" {
			p.marks = append(p.marks, mark{kind: markText, x: x, y: y, text: s, size: size, color: Pale})
		}
	}
	right := d.left + d.width
	if w := d.options.Watermark; w != "" {
		size := min(110, 150/mmPerPt/max(1, float64(len([]rune(w))))) // at most 150 mm long
		width := d.textWidth(w, size, true)
		for _, y := range []float64{d.high * 0.34, d.high * 0.74} {
			p.marks = append(p.marks, mark{
				kind: markText, text: w, size: size, bold: true, color: wmColor, rotate: 32,
				x: d.wide/2 - width/2*0.85, y: y + width/2*0.53,
			})
		}
	}
	const size = 8.5
	if (d.options.HeaderLeft != "" || d.options.HeaderRight != "") && (number > 1 || !d.options.Masthead) {
		number := d.options.HeaderRight
		put(d.short(d.options.HeaderLeft, size, d.width-d.textWidth(number, size, false)-6), d.left, 16, size)
		put(number, right-d.textWidth(number, size, false), 16, size)
		p.marks = append(p.marks, mark{kind: markLine, x: d.left, y: 18.2, w: d.width, color: Rule, thick: 0.2})
	}
	count := fmt.Sprintf("第 %d 页 / 共 %d 页", number, total)
	put(d.short(d.options.FooterLeft, size, d.width*0.6), d.left, d.high-13, size)
	x := right - d.textWidth(count, size, false)
	if d.options.FooterLeft == "" {
		x = d.wide/2 - d.textWidth(count, size, false)/2
	}
	put(count, x, d.high-13, size)
}

// short cuts s with an ellipsis; only headers and footers are ever cut, their
// text stands in full in the document.
func (d *Document) short(s string, size, width float64) string {
	if d.textWidth(s, size, false) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && d.textWidth(string(runes)+"…", size, false) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
