package pdf

import (
	"strings"
	"unicode"
)

// Line breaking. gofpdf's own MultiCell and SplitText drop one Chinese
// character at every break, so they are never used. Rules (GB/T 15834, 避头尾):
// no line begins with closing punctuation or ends with opening punctuation;
// Latin words and numbers stay whole unless one alone is wider than the line;
// closing punctuation at the end of a line may hang over by its empty half.
// Every character of the text is in exactly one line.

const (
	// notFirst must not begin a line.
	notFirst = "，。、；：？！）》〉」』】〕〗”’％‰℃°…—～·・々％)]},.;:?!%"
	// notLast must not end one.
	notLast = "（《〈「『【〔〖“‘￥¥＄$([{№"
	// closing are full-width marks whose right half is blank, opening those
	// whose left half is.
	closing = "，。、；：！？）》〉」』】〕〗”’"
	opening = "（《〈「『【〔〖“‘"
	// units stay with the number before them.
	units = "年月日时分秒元角条份个项款"
)

// char is a character ready to be set; widths are in mm.
type char struct {
	r         rune
	bold      bool
	underline bool
	width     float64
	blank     float64 // part of width that may hang over the end of a line
	tight     bool    // the next character is drawn over its blank half
}

// piece is a part of a line in one style.
type piece struct {
	text      string
	bold      bool
	underline bool
	x, width  float64 // from the start of the line
}

// line is one set line. width leaves out spaces at its end and the hanging
// half of punctuation; the text keeps them.
type line struct {
	pieces []piece
	width  float64
	chars  int
	last   bool // of its paragraph: never stretched
}

// setLines breaks runs into lines no wider than width mm, the first one
// shortened by indent. "\n" begins a new line without indent.
func (d *Document) setLines(runs []Run, size, width, indent float64) []line {
	var lines []line
	var text []char
	for _, run := range runs {
		face := d.fonts.face(run.Bold)
		for _, r := range run.Text {
			c := char{r: r, bold: run.Bold, underline: run.Underline, width: float64(face.Advance(r)) / 1000 * size * mmPerPt}
			switch {
			case unicode.IsSpace(r):
				c.blank = c.width
			case strings.ContainsRune(closing, r):
				c.blank = c.width / 2
			}
			text = append(text, c)
		}
	}
	tighten(text)
	for start := 0; start <= len(text); {
		end := start
		for end < len(text) && text[end].r != '\n' {
			end++
		}
		for paragraph := text[start:end]; ; {
			n := fit(paragraph, width-indent)
			lines = append(lines, set(paragraph[:n], n == len(paragraph)))
			paragraph, indent = paragraph[n:], 0
			if len(paragraph) == 0 {
				break
			}
		}
		start = end + 1
	}
	return lines
}

// tighten closes the gap between two marks with blank halves face to face, as
// in ”）： or 》（: a gap of a whole character there looks like a mistake.
func tighten(text []char) {
	for i := range len(text) - 1 {
		c, next := &text[i], text[i+1].r
		if strings.ContainsRune(closing, c.r) && (strings.ContainsRune(closing, next) || strings.ContainsRune(opening, next)) ||
			strings.ContainsRune(opening, c.r) && strings.ContainsRune(opening, next) {
			c.width, c.blank, c.tight = c.width/2, 0, true
		}
	}
}

// fit tells how many characters go on the next line: all of them, or up to
// the last place where a break is allowed, or where the line is full if there
// is none. At least one.
func fit(text []char, width float64) int {
	const slack = 1e-6 // sums of widths are floats
	used, good := 0.0, 0
	for i, c := range text {
		if i > 0 && mayBreak(text, i) {
			good = i
		}
		if used+c.width-c.blank > width+slack && i > 0 {
			if good > 0 {
				return good
			}
			return i
		}
		used += c.width
	}
	return len(text)
}

// mayBreak: may text[i] begin a line?
func mayBreak(text []char, i int) bool {
	before, after := text[i-1].r, text[i].r
	switch {
	case unicode.IsSpace(after):
		return false // spaces stay with the word before them
	case unicode.IsSpace(before):
		return !strings.ContainsRune(notFirst, after)
	case strings.ContainsRune(notFirst, after), strings.ContainsRune(notLast, before):
		return false
	case isLatin(before) && isLatin(after):
		return false
	case before >= '0' && before <= '9' && strings.ContainsRune(units, after):
		return false
	}
	return true
}

// isLatin: letters, digits and signs of words, numbers and addresses that are
// read as one, such as 1,234.56 or B-202610-000001.
func isLatin(r rune) bool {
	return r > ' ' && r < 0x2000 || r == '–' || r == '’' || r == '²' || r == '³'
}

func set(text []char, last bool) line {
	l := line{chars: len(text), last: last}
	x := 0.0
	for i := 0; i < len(text); {
		j, width := i, 0.0
		var s strings.Builder
		for j < len(text) && text[j].bold == text[i].bold && text[j].underline == text[i].underline {
			s.WriteRune(text[j].r)
			width += text[j].width
			if j++; text[j-1].tight {
				break
			}
		}
		l.pieces = append(l.pieces, piece{s.String(), text[i].bold, text[i].underline, x, width})
		x, i = x+width, j
	}
	l.width = x
	end := len(text)
	for end > 0 && unicode.IsSpace(text[end-1].r) {
		end--
		l.width -= text[end].width
	}
	if end > 0 && !last {
		l.width -= text[end-1].blank
	}
	return l
}

// justify spreads a line to width: the extra room behind each character, in
// mm. A line that would become visibly loose stays ragged, and so does any
// extra that text extraction would take for a space (a tenth of the size).
func (l line) justify(width, size float64) float64 {
	if l.last || l.chars < 8 {
		return 0
	}
	extra := (width - l.width) / float64(l.chars-1)
	if extra <= 0 || extra > 0.08*size*mmPerPt {
		return 0
	}
	return extra
}
