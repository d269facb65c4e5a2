package pdf

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Run is a piece of text in one style.
type Run struct {
	Text      string
	Bold      bool
	Underline bool // filled blanks of a contract
}

// Plain is one run without style.
func Plain(s string) []Run { return []Run{{Text: s}} }

// Marked reads `**bold**`; a backslash takes the next character as it is. It
// is for texts of the house: what users typed goes through Plain, where stars
// are stars.
func Marked(s string) []Run {
	var runs []Run
	var text strings.Builder
	bold := false
	flush := func() {
		if text.Len() > 0 {
			runs = append(runs, Run{Text: text.String(), Bold: bold})
			text.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			text.WriteByte(s[i])
		case strings.HasPrefix(s[i:], "**"):
			flush()
			bold = !bold
			i++
		default:
			text.WriteByte(s[i])
		}
	}
	flush()
	return runs
}

// Missing stands for what can't be printed: the geta mark, the trade's own
// sign for a character that the case lacks.
const Missing = '〓'

// Replacement reports a character that was printed as 〓.
type Replacement struct {
	Code  string // "U+20BB7", or "0xFF" for a byte that is not UTF-8
	Count int
	Near  string // the first text in which it stood, 〓 in its place, shortened
}

// safe makes s printable: gofpdf breaks the file on characters above U+FFFF,
// panics on invalid UTF-8 and leaves missing glyphs blank without a word. What
// can't be printed becomes 〓 and is reported. Line ends become "\n", a tab a
// space.
func (d *Document) safe(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || !d.printable(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var out strings.Builder
	var lost []string
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			lost = append(lost, fmt.Sprintf("0x%02X", s[i]))
			out.WriteRune(Missing)
		case r == '\r' || r == '\u2028' || r == '\u2029':
			out.WriteByte('\n')
		case r == '\t':
			out.WriteByte(' ')
		case d.printable(r):
			out.WriteRune(r)
		default:
			lost = append(lost, fmt.Sprintf("%U", r))
			out.WriteRune(Missing)
		}
		i += size
	}
	for _, code := range lost {
		d.replace(code, out.String())
	}
	return out.String()
}

// printable: the fonts draw it and one sees it. Invisible format characters
// and fillers are refused even where a font maps them: on a contract what can't
// be seen must not be there.
func (d *Document) printable(r rune) bool {
	if r == '\n' {
		return true
	}
	if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\u3164' || r == '\uffa0' {
		return false
	}
	return d.fonts.has(r)
}

func (d *Document) replace(code, text string) {
	for i := range d.replaced {
		if d.replaced[i].Code == code {
			d.replaced[i].Count++
			return
		}
	}
	near := []rune(text)
	if at := strings.IndexRune(text, Missing); at >= 0 {
		from := max(0, utf8.RuneCountInString(text[:at])-10)
		near = near[from:min(len(near), from+21)]
	}
	d.replaced = append(d.replaced, Replacement{Code: code, Count: 1, Near: string(near)})
}

func (d *Document) safeRuns(runs []Run) []Run {
	out := make([]Run, len(runs))
	for i, r := range runs {
		r.Text = d.safe(r.Text)
		out[i] = r
	}
	return out
}

// Numeral writes 1 to 99 the way articles are counted: 一, 十, 十二, 二十, 九十九.
// Other numbers are written in digits.
func Numeral(n int) string {
	if n < 1 || n > 99 {
		return fmt.Sprint(n)
	}
	digits := []rune("〇一二三四五六七八九")
	var s strings.Builder
	if n >= 20 {
		s.WriteRune(digits[n/10])
	}
	if n >= 10 {
		s.WriteString("十")
	}
	if n%10 > 0 {
		s.WriteRune(digits[n%10])
	}
	return s.String()
}
