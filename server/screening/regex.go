package screening

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// Go's engine tries an expression at every place of a text. Most expressions of rules
// begin with one of a few characters, some end where the text does: these are looked for
// first, and the expression is then tried only there. What is found stays the same.

// quick is what is known of how the matches of an expression begin and end.
type quick struct {
	at    *regexp.Regexp // the expression at the beginning of a text, or nil
	first runeSet        // what matches begin with
	last  [][]rune       // ranges of the last characters of the text, the very last one first
}

// maxFirst bounds the characters an expression may begin with: with more of them there
// are too many places to try.
const maxFirst = 200

// runeSet tells quickly that most characters are not in it.
type runeSet struct {
	ascii  [2]uint64
	some   [16]uint64 // by the lower ten bits
	sorted []rune
}

func (s *runeSet) add(r rune) {
	if r < 0x80 {
		s.ascii[r>>6] |= 1 << (r & 63)
		return
	}
	s.some[r>>6&15] |= 1 << (r & 63)
	s.sorted = append(s.sorted, r)
}

func (s *runeSet) has(r rune) bool {
	if s.some[r>>6&15]>>(r&63)&1 == 0 {
		return false
	}
	_, ok := slices.BinarySearch(s.sorted, r)
	return ok
}

// readQuick takes an expression that compiles apart.
func readQuick(expr string) quick {
	var q quick
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return q
	}
	q.last = endings(re)
	if looksBack(re) {
		return q
	}
	seen := map[rune]bool{}
	if !firsts(re, seen) || len(seen) == 0 || len(seen) > maxFirst || seen[utf8.RuneError] {
		return q
	}
	at, err := regexp.Compile(`\A(?:` + expr + `)`)
	if err != nil {
		return q
	}
	for r := range seen {
		q.first.add(r)
	}
	slices.Sort(q.first.sorted)
	q.at = at
	return q
}

// looksBack tells whether anything in an expression depends on what stands before.
func looksBack(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpBeginText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	return slices.ContainsFunc(re.Sub, looksBack)
}

// firsts collects what matches of an expression may begin with; it fails where that may be
// nothing or nearly anything.
func firsts(re *syntax.Regexp, to map[rune]bool) bool {
	switch re.Op {
	case syntax.OpLiteral:
		r := re.Rune[0]
		to[r] = true
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				to[f] = true
			}
		}
		return true
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > maxFirst {
				return false
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				to[r] = true
			}
		}
		return len(re.Rune) > 0
	case syntax.OpCapture, syntax.OpPlus:
		return firsts(re.Sub[0], to)
	case syntax.OpRepeat:
		return re.Min > 0 && firsts(re.Sub[0], to)
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			if !firsts(s, to) {
				return false
			}
		}
		return true
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if firsts(s, to) {
				return true
			}
			// what may be missing is followed by the next
			if s.Op != syntax.OpQuest && s.Op != syntax.OpStar || !firsts(s.Sub[0], to) {
				return false
			}
		}
	}
	return false
}

// endings are the characters that a text must end with for the expression to match.
func endings(re *syntax.Regexp) [][]rune {
	if re.Op != syntax.OpConcat || len(re.Sub) < 2 || re.Sub[len(re.Sub)-1].Op != syntax.OpEndText {
		return nil
	}
	last := re.Sub[len(re.Sub)-2]
	n := 1
	switch last.Op {
	case syntax.OpRepeat:
		n = last.Min
		last = last.Sub[0]
	case syntax.OpPlus:
		last = last.Sub[0]
	}
	if last.Op != syntax.OpCharClass {
		return nil
	}
	var out [][]rune
	for range min(n, 4) {
		out = append(out, last.Rune)
	}
	return out
}

// mayEnd tells whether a text ends as the expression asks.
func (q *quick) mayEnd(text string) bool {
	for _, ranges := range q.last {
		r, w := utf8.DecodeLastRuneInString(text)
		if w == 0 || !inRanges(ranges, r) {
			return false
		}
		text = text[:len(text)-w]
	}
	return true
}

func inRanges(ranges []rune, r rune) bool {
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i] <= r && r <= ranges[i+1] {
			return true
		}
	}
	return false
}

// next is the first place from i on where the expression may match, or -1.
func (q *quick) next(text string, i int) int {
	for i < len(text) {
		if c := text[i]; c < 0x80 {
			if q.first.ascii[c>>6]>>(c&63)&1 != 0 {
				return i
			}
			i++
			continue
		}
		r, w := runeAt(text, i)
		if q.first.has(r) {
			return i
		}
		i += w
	}
	return -1
}

// find calls found for the matches of a pattern in a text, leftmost ones that don't
// overlap, until it returns false.
func (p *pattern) find(text string, found func(from, to int) bool) {
	if !p.quick.mayEnd(text) {
		return
	}
	if p.quick.at == nil {
		if p.re.MatchString(text) {
			for _, m := range p.re.FindAllStringIndex(text, maxHits) {
				if !found(m[0], m[1]) {
					return
				}
			}
		}
		return
	}
	for i := p.quick.next(text, 0); i >= 0; {
		m := p.quick.at.FindStringIndex(text[i:])
		if m == nil {
			_, w := runeAt(text, i)
			i = p.quick.next(text, i+w)
			continue
		}
		if !found(i, i+m[1]) {
			return
		}
		i = p.quick.next(text, i+m[1])
	}
}

// asText is bytes read as a text, as long as they don't change.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
