package pdf

// Column is a column of a table. Widths are shares: they are scaled to the page.
type Column struct {
	Head  string
	Width float64
	Align Align
}

// Cell is the content of a cell; Note is small print under it.
type Cell struct {
	Runs []Run
	Note string
	Span int // columns; 0 means 1. The last column's alignment counts
}

// Row is a row; Strong rows (totals) are bold on a shade.
type Row struct {
	Cells  []Cell
	Strong bool
}

// T makes a plain cell.
func T(s string) Cell { return Cell{Runs: Plain(s)} }

// Table sets rows under a head that is repeated on every page. A row stays on
// one page unless it is taller than a page.
func (d *Document) Table(columns []Column, rows []Row) {
	d.tableOf(columns, rows, 9)
}

const (
	cellPad  = 1.7 // left and right of a cell, mm
	rowPad   = 1.5 // above and below
	noteSize = 7.8
)

// setCell is a cell broken into lines.
type setCell struct {
	x, width float64
	align    Align
	lines    []cellLine
}

type cellLine struct {
	line  line
	size  float64
	color Color
}

func (d *Document) tableOf(columns []Column, rows []Row, size float64) {
	total := 0.0
	for _, c := range columns {
		total += c.Width
	}
	h := size * mmPerPt * 1.5
	heads := make([]Cell, len(columns))
	for i, c := range columns {
		heads[i] = Cell{Runs: []Run{{Text: c.Head, Bold: true}}}
	}
	scale := d.width / total
	head := d.setRow(columns, Row{Cells: heads}, size-0.5, scale)
	for _, c := range head {
		for i := range c.lines {
			c.lines[i].color = Grey
		}
	}
	headHeight := float64(tallest(head))*h + 2*rowPad

	drawHead := func() {
		d.put(mark{kind: markFill, x: d.left, y: d.y, w: d.width, h: headHeight, color: Shade})
		d.put(mark{kind: markLine, x: d.left, y: d.y, w: d.width, color: Grey, thick: 0.35})
		d.putRow(head, 0, tallest(head), h)
		d.put(mark{kind: markLine, x: d.left, y: d.y, w: d.width, color: Rule, thick: 0.2})
	}
	d.need(headHeight + h + 2*rowPad)
	drawHead()
	for _, row := range rows {
		cells := d.setRow(columns, row, size, scale)
		count := tallest(cells)
		whole := float64(count)*h + 2*rowPad
		if page := d.high - marginTop - marginBottom - headHeight; d.room() < whole && whole <= page {
			d.newPage()
			drawHead()
		}
		for from := 0; from < count; {
			fits := int((d.room() - 2*rowPad) / h)
			if fits < 1 {
				d.newPage()
				drawHead()
				continue
			}
			to := min(count, from+fits)
			if row.Strong {
				d.put(mark{kind: markFill, x: d.left, y: d.y, w: d.width, h: float64(to-from)*h + 2*rowPad, color: Shade})
			}
			d.putRow(cells, from, to, h)
			from = to
		}
		d.put(mark{kind: markLine, x: d.left, y: d.y, w: d.width, color: Rule, thick: 0.2})
		if d.err != nil {
			return
		}
	}
	d.put(mark{kind: markLine, x: d.left, y: d.y, w: d.width, color: Grey, thick: 0.35})
	d.y += 3
}

func (d *Document) setRow(columns []Column, row Row, size, scale float64) []setCell {
	var cells []setCell
	x, column := d.left, 0
	for _, cell := range row.Cells {
		width, align := 0.0, Left
		for range max(1, cell.Span) {
			if column == len(columns) {
				break
			}
			width, align = width+columns[column].Width*scale, columns[column].Align
			column++
		}
		runs := d.safeRuns(cell.Runs)
		if row.Strong {
			for i := range runs {
				runs[i].Bold = true
			}
		}
		set := setCell{x: x + cellPad, width: width - 2*cellPad, align: align}
		size := size
		// A number is set smaller rather than broken: half a sum misleads.
		if width := d.runsWidth(runs, size); align == Right && width > set.width && unbreakable(runs) {
			size = max(4, size*set.width/width*0.999)
		}
		for _, l := range d.setLines(runs, size, set.width, 0) {
			set.lines = append(set.lines, cellLine{l, size, Ink})
		}
		if cell.Note != "" {
			for _, l := range d.setLines(Plain(d.safe(cell.Note)), noteSize, set.width, 0) {
				set.lines = append(set.lines, cellLine{l, noteSize, Pale})
			}
		}
		cells = append(cells, set)
		x += width
	}
	return cells
}

// putRow draws lines [from, to) of every cell and moves down.
func (d *Document) putRow(cells []setCell, from, to int, h float64) {
	for _, c := range cells {
		for i := from; i < min(to, len(c.lines)); i++ {
			l := c.lines[i]
			d.putLine(l.line, c.x, d.y+rowPad+float64(i-from)*h, c.width, h, l.size, c.align, l.color)
		}
	}
	d.y += float64(to-from)*h + 2*rowPad
}

func tallest(cells []setCell) (n int) {
	for _, c := range cells {
		n = max(n, len(c.lines))
	}
	return n
}

func (d *Document) runsWidth(runs []Run, size float64) (width float64) {
	for _, r := range runs {
		width += d.textWidth(r.Text, size, r.Bold)
	}
	return width
}

// unbreakable: one word or number.
func unbreakable(runs []Run) bool {
	for _, r := range runText(runs) {
		if !isLatin(r) {
			return false
		}
	}
	return true
}
