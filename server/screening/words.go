package screening

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// defaultGap is how many visible characters may stand between two characters of a word in
// the view stripped, where its list doesn't say; invisible ones don't count.
const defaultGap = 3

// list is a compiled list of words: named terms of a rule, a bank as several rules use
// it, the exceptions of a rule or the gate of a regular expression.
type list struct {
	name    string
	views   uint8 // bit per view
	fused   view  // the most tolerant of the four fused views that is asked for
	gap     int
	whole   int8 // 0 at edges of Latin letters and digits only, 1 always, -1 never
	builtin bool // of an extractor
	late    bool // no rule waits for it: what the matcher found is weighed once a rule asks
	longest bool // only the leftmost-longest words count
	hidden  bool // gate or built-in: no finding of its own, doesn't count as obfuscation
}

// entry is a word in a list.
type entry struct {
	term  string
	list  int32
	lead  uint8 // bytes of symbols before the first letter and after the last one
	trail uint8
	flags uint8
	head  uint64 // the first eight bytes of the term, as a machine reads them
}

const (
	entryASCII   = 1 << iota // letters and digits only
	entryFirst               // begins with a Latin letter or digit
	entryLast                // ends with one
	entrySymbols             // has symbols inside or at its ends
	entryBare                // the same characters are enough: no edges to look at
)

// readTerm folds a word; ok is false where nothing is left of it.
func readTerm(f *folding, term string) (key []rune, lead, trail int, symbols, ok bool) {
	first, last := -1, 0
	inner := 0
	for i, r := range term {
		one, several := f.read(r)
		if one == 0 && several == nil {
			if !invisible(r) {
				inner++
			}
			continue
		}
		if first < 0 {
			first = i
		}
		last = i + utf8.RuneLen(r)
		if several != nil {
			key = append(key, several...)
		} else {
			key = append(key, one)
		}
	}
	if len(key) == 0 {
		return nil, 0, 0, false, false
	}
	return key, first, len(term) - last, inner > 0, true
}

func newEntry(list int32, term string, key []rune, lead, trail int, symbols bool) entry {
	e := entry{term: term, list: list, lead: uint8(lead), trail: uint8(trail)}
	ascii := true
	for _, r := range key {
		ascii = ascii && r < 0x80
	}
	if ascii {
		e.flags |= entryASCII
	}
	if key[0] < 0x80 {
		e.flags |= entryFirst
	}
	if key[len(key)-1] < 0x80 {
		e.flags |= entryLast
	}
	if symbols {
		e.flags |= entrySymbols
	}
	return e
}

// class of a character for whole words: 0 neither letter nor digit.
func (f *folding) class(r rune) int {
	one, several := f.read(r)
	if several != nil {
		one = several[0]
	}
	switch {
	case one == 0:
		return 0
	case one >= '0' && one <= '9':
		return 1
	case one >= 'a' && one <= 'z':
		return 2
	}
	return 3
}

// whole tells whether text[start:end] stands as a word of its own, as far as l asks.
func (f *folding) whole(text string, start, end int, l *list, e *entry) bool {
	if l.whole < 0 {
		return true
	}
	if l.whole > 0 || e.flags&entryFirst != 0 {
		r, _ := utf8.DecodeLastRuneInString(text[:start])
		if start > 0 && !f.apart(r, text[start:end], false, l.whole > 0) {
			return false
		}
	}
	if l.whole > 0 || e.flags&entryLast != 0 {
		r, _ := utf8.DecodeRuneInString(text[end:])
		if end < len(text) && !f.apart(r, text[start:end], true, l.whole > 0) {
			return false
		}
	}
	return true
}

// apart tells whether a neighbour ends the word: a letter doesn't end letters nor a digit
// digits; where the whole word is asked for, nothing that is a letter or digit does.
func (f *folding) apart(neighbour rune, word string, after, strict bool) bool {
	n := f.class(neighbour)
	if n == 0 {
		return true
	}
	if strict {
		return false
	}
	var edge rune
	if after {
		edge, _ = utf8.DecodeLastRuneInString(word)
	} else {
		edge, _ = utf8.DecodeRuneInString(word)
	}
	return n != f.class(edge)
}

// gaps sums up what stands between the characters of a word.
type gaps struct {
	places  int // between how many characters anything was inserted
	visible int // ... anything that can be seen
	apart   int // ... nothing but punctuation that ends phrases, and spaces
	spaces  int // ... nothing but spaces
}

// add weighs one gap; false means it is wider than max.
func (g *gaps) add(gap string, max int) bool {
	if gap == "" {
		return true
	}
	g.places++
	seen, sep, space := 0, 0, 0
	for _, r := range gap {
		if invisible(r) || r == utf8.RuneError {
			continue
		}
		seen++
		switch {
		case separates(r):
			sep++
		case unicode.IsSpace(r):
			space++
		}
	}
	if seen > max {
		return false
	}
	if seen > 0 {
		g.visible++
		switch seen {
		case space:
			g.spaces++
		case sep + space:
			g.apart++
		}
	}
	return true
}

// inserted tells whether the gaps are insertions into a word of n characters, rather than
// the end of one phrase and the beginning of the next.
func (g *gaps) inserted(n int, ascii bool) bool {
	if g.visible == 0 {
		return true
	}
	if ascii {
		return g.visible == n-1 // "w e i x i n", but not "a pp"
	}
	if g.apart == 0 {
		return true
	}
	if g.apart+g.spaces == g.visible { // nothing but ordinary punctuation
		return n > 2 && g.visible == n-1
	}
	return true
}

// accept decides whether the word that the matcher found at text[start:end] is one of the
// list, and in which view. n is the number of its codes.
func (f *folding) accept(text string, start, end, n int, l *list, e *entry) (view, bool) {
	if l.whole > 0 || l.whole == 0 && e.flags&(entryFirst|entryLast) != 0 {
		if !f.whole(text, start, end, l, e) {
			return 0, false
		}
	}
	core := e.term
	if e.lead|e.trail != 0 {
		if !strings.HasSuffix(text[:start], core[:e.lead]) || !strings.HasPrefix(text[end:], core[len(core)-int(e.trail):]) {
			return 0, false
		}
		core = core[e.lead : len(core)-int(e.trail)]
	}
	v := plainView
	if text[start:end] != core {
		var ok bool
		if v, ok = f.compare(text, start, end, core, n, l, e); !ok {
			return 0, false
		}
	}
	if v > l.fused {
		return 0, false
	}
	return v, true
}

// compare finds the mildest view in which two spellings of the same codes are equal.
func (f *folding) compare(whole string, start, end int, core string, n int, l *list, e *entry) (view, bool) {
	text := whole[start:end]
	v := plainView
	var g gaps
	many := false
	i, j := 0, 0
	first := true
	for {
		gi, gj := i, j
		r, wr := f.next(text, &i)
		t, wt := f.next(core, &j)
		if wr == 0 || wt == 0 {
			break
		}
		if !first {
			a, b := text[gi:i-wr], core[gj:j-wt]
			if a != b {
				if b == "" || many {
					if !g.add(a, l.gap) || many && b != "" {
						return 0, false
					}
				} else if foldSymbols(a) != foldSymbols(b) {
					return 0, false
				} else {
					v = max(v, foldedView)
				}
			}
		}
		first = false
		if many || r == t {
			continue
		}
		fr, ft := f.foldOnly(r), f.foldOnly(t)
		switch {
		case fr == multiple || ft == multiple:
			// One character stands for several: from here on the two can't be told apart
			// one by one, only what is inserted is still weighed.
			many = true
			v = max(v, foldedView)
			if e.flags&entrySymbols != 0 {
				return 0, false
			}
		case fr == ft:
			v = max(v, foldedView)
		default:
			v = max(v, simplifiedView)
		}
	}
	if many {
		// weigh the rest of the text's gaps
		for i < len(text) {
			at := i
			_, w := f.next(text, &i)
			if w == 0 {
				break
			}
			if !g.add(text[at:i-w], l.gap) {
				return 0, false
			}
		}
	}
	if g.places > 0 {
		if !g.inserted(n, e.flags&entryASCII != 0) && !(n == 2 && g.apart > 0 && setApart(whole, start, end)) {
			return 0, false
		}
		v = strippedView
	}
	return v, true
}

// setApart tells whether punctuation stands on both sides of a place as well: where every
// character of a text is followed by a comma, the commas end no phrases. What nobody sees
// stands for nothing.
func setApart(text string, start, end int) bool {
	unseen := func(r rune) bool { return invisible(r) || r == utf8.RuneError }
	head, tail := strings.TrimRightFunc(text[:start], unseen), strings.TrimLeftFunc(text[end:], unseen)
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(tail)
	return (head == "" || separates(before)) && (tail == "" || separates(after))
}

// next reads the next letter or digit of s from *i on; w is its width, 0 at the end.
func (f *folding) next(s string, i *int) (r rune, w int) {
	for *i < len(s) {
		r, w = runeAt(s, *i)
		*i += w
		if f.foldOnly(r) != 0 && (r != utf8.RuneError || w > 1) {
			return r, w
		}
	}
	return 0, 0
}

// foldSymbols makes symbols between letters comparable: width is folded, what can't be
// seen dropped.
func foldSymbols(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if !invisible(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Searchable tells whether anything is left of a word once symbols are dropped.
func Searchable(word string) bool {
	_, lead, trail, _, ok := readTerm(theFolding(), word)
	return ok && lead <= 255 && trail <= 255
}
