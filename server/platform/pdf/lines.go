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
	// halfEmpty are full-width marks whose right half is blank.
	halfEmpty = "，。、；：！？）》〉」』】〕〗"
)

// char is a character ready to be set; widths are in mm.
type char struct {
	r         rune
	bold      bool
	underline bool
	width     float64
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
			text = append(text, char{r, run.Bold, run.Underline, float64(face.Advance(r)) / 1000 * size * mmPerPt})
		}
	}
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
		own := c.width
		if strings.ContainsRune(halfEmpty, c.r) {
			own /= 2
		}
		if unicode.IsSpace(c.r) {
			own = 0 // a space at the end of a line takes no room
		}
		if used+own > width+slack && i > 0 {
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
			j++
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
	if end > 0 && !last && strings.ContainsRune(halfEmpty, text[end-1].r) {
		l.width -= text[end-1].width / 2
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
