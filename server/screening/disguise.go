package screening

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Disguise as a finding of its own (A25): how a text is written, whatever it says. Each
// count is made when a condition asks for it.

const (
	hanChar       = 1 << iota
	hanRare       // not among the 6,763 characters of GB 2312 and no variant of another
	hanVariant    // traditional or variant: stands for another character
	hanSimplified // written so in the mainland only
	signLookalike // a letter or digit in another shape; width doesn't count
	signForeign   // Cyrillic or Greek
	hanRadical    // a part of characters that is none by itself
)

// radicals stand alone only where somebody writes characters in parts: 氵去 for 法.
const radicals = "亻氵讠钅扌纟忄犭礻衤辶冫灬宀冖勹卩阝刂匚凵厶廴夂彡艹罒攵疒饣彳虍卝丬訁釒糹飠牜飠"

var theShapes = sync.OnceValue(func() *[65536]uint8 {
	t := new([65536]uint8)
	f := theFolding()
	gb, big5 := simplifiedchinese.GBK.NewEncoder(), traditionalchinese.Big5.NewEncoder()
	for r := rune(0x80); r < 0x10000; r++ {
		switch {
		case unicode.Is(unicode.Han, r) && r != '〇':
			t[r] |= hanChar
			b, ok := encoded(gb, r)
			common := ok && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
			switch {
			case f.folded[r] != f.simplified[r]:
				if !common {
					t[r] |= hanVariant
				}
			case !common:
				t[r] |= hanRare
			default:
				if _, ok := encoded(big5, r); !ok {
					t[r] |= hanSimplified
				}
			}
		case r >= 0xFF01 && r <= 0xFF5E:
		case r >= 0x370 && r <= 0x52F && unicode.IsLetter(r):
			t[r] |= signForeign
			if c := f.folded[r]; c > 0 && c < 0x80 {
				t[r] |= signLookalike
			}
		default:
			if c := f.folded[r]; c > 0 && c < 0x80 && !unicode.Is(unicode.Latin, r) || c == multiple && asciiOnly(f.many[r]) {
				t[r] |= signLookalike
			}
		}
	}
	for _, r := range radicals {
		t[r] |= hanRadical
	}
	return t
})

func encoded(e *encoding.Encoder, r rune) (string, bool) {
	b, err := e.String(string(r))
	return b, err == nil && len(b) == 2
}

func asciiOnly(rs []rune) bool {
	for _, r := range rs {
		if r >= 0x80 {
			return false
		}
	}
	return len(rs) > 0
}

func shapeOf(t *[65536]uint8, f *folding, r rune) uint8 {
	switch {
	case r < 0:
		return 0
	case r < 0x10000:
		return t[r]
	case unicode.Is(unicode.Han, r):
		return hanChar | hanRare
	}
	if c := f.foldOnly(r); c > 0 && c < 0x80 {
		return signLookalike
	}
	return 0
}

// shapeCounts is what one walk over a text counts, made when a condition first asks.
type shapeCounts struct {
	done                                       bool
	rare, variants, simplified, like, radicals int64
}

func (sc *Screener) shapesOf() *shapeCounts {
	c := &sc.shapes
	if c.done {
		return c
	}
	*c = shapeCounts{done: true}
	t := theShapes()
	for _, r := range sc.text {
		if r < 0x80 {
			continue
		}
		s := shapeOf(t, sc.set.fold, r)
		c.rare += int64(s >> 1 & 1)
		c.variants += int64(s >> 2 & 1)
		c.simplified += int64(s >> 3 & 1)
		c.like += int64(s >> 4 & 1)
		c.radicals += int64(s >> 6 & 1)
	}
	return c
}

// rareCharacters counts characters that everyday writing does not know.
func (sc *Screener) rareCharacters() int64 { return sc.shapesOf().rare }

// variantCharacters counts traditional and variant characters in a text that is otherwise
// written in simplified ones; a text all in traditional characters has none.
func (sc *Screener) variantCharacters() int64 {
	c := sc.shapesOf()
	if c.simplified < 2 {
		return 0
	}
	return c.variants
}

// lookalikes counts letters and digits in other shapes (Ⓐ 𝐀 ② а), where they stand beside
// another letter or digit; a text with words in Cyrillic or Greek has none of those.
func (sc *Screener) lookalikes() int64 {
	if sc.shapesOf().like == 0 {
		return 0
	}
	t, f := theShapes(), sc.set.fold
	n, foreign := int64(0), int64(0)
	words := false
	run, pending, pendingForeign := 0, int64(0), int64(0)
	flush := func() {
		if run > 1 {
			n += pending
			foreign += pendingForeign
		}
		run, pending, pendingForeign = 0, 0, 0
	}
	for _, r := range sc.text {
		s := shapeOf(t, f, r)
		if s&signForeign != 0 && s&signLookalike == 0 {
			words = true
		}
		switch {
		case s&signLookalike != 0:
			run++
			if s&signForeign != 0 {
				pendingForeign++
			} else {
				pending++
			}
		case f.class(r) == 1 || f.class(r) == 2:
			run++
		case invisible(r):
		default:
			flush()
		}
	}
	flush()
	if words {
		foreign = 0
	}
	return n + foreign
}

// isolatedCharacters counts Chinese characters that stand alone between symbols or spaces
// with other Chinese characters behind these: the middle of 代*开*发*票.
func (sc *Screener) isolatedCharacters() int64 {
	n := int64(0)
	before := false // a gap of one to three characters, with Chinese ones at both its ends
	for i := 1; i+1 < sc.n; i++ {
		end := sc.charEnd(i)
		next := sc.pos[i+1]
		if next <= end || next-end > 12 {
			before = false
			continue
		}
		after := isHan(sc.codes[i]) && isHan(sc.codes[i+1]) && visibleGap(sc.text[end:next])
		if before && after {
			n++
		}
		before = after
	}
	return n
}

func isHan(code uint16) bool { return code == codeOther || code >= codeFree }

// visibleGap tells whether one to three characters that can be seen stand there.
func visibleGap(gap string) bool {
	seen := 0
	for _, r := range gap {
		if r != utf8.RuneError && !invisible(r) {
			seen++
		}
	}
	return seen > 0 && seen <= 3
}

// privateUse counts glyphs of the private use areas: fonts of the sender's choice.
func (sc *Screener) privateUse() int64 {
	if sc.hidden == 0 {
		return 0
	}
	n := int64(0)
	for _, r := range sc.text {
		if r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000 {
			n++
		}
	}
	return n
}
