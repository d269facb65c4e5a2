package screening

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The views a text is searched in. The first four are cumulative: what is found in a
// milder one is found in all after it; a hit names the mildest that explains it.
const (
	ViewPlain      = "plain"
	ViewFolded     = "folded"
	ViewSimplified = "simplified"
	ViewStripped   = "stripped"
	ViewPinyin     = "pinyin"
	ViewJoined     = "joined"
)

type view uint8

const (
	plainView view = iota
	foldedView
	simplifiedView
	strippedView
	pinyinView
	joinedView
)

var viewNames = [...]string{ViewPlain, ViewFolded, ViewSimplified, ViewStripped, ViewPinyin, ViewJoined}

func (v view) String() string { return viewNames[v] }

//go:embed tables/simplified.txt
var simplifiedTable string

//go:embed tables/variants.txt
var variantTable string

// folding is the engine's reading of characters: what each BMP character stands for.
type folding struct {
	folded     [65536]rune     // width, case, variant digits and letters; 0 = skipped, multiple = see many
	simplified [65536]rune     // folded, then traditional and variant characters made simple
	many       map[rune][]rune // characters that stand for several (⑩, ㎏), folded
}

const multiple rune = -1

var theFolding = sync.OnceValue(buildFolding)

func buildFolding() *folding {
	f := &folding{many: map[rune][]rune{}}
	simple := map[rune]rune{}
	for _, line := range strings.Fields(simplifiedTable) {
		rs := []rune(line)
		for i := 0; i+1 < len(rs); i += 2 {
			simple[rs[i]] = rs[i+1]
		}
	}
	for _, line := range strings.Split(variantTable, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, p := range strings.Fields(line) {
			if rs := []rune(p); len(rs) == 2 {
				simple[rs[0]] = rs[1]
			}
		}
	}
	for r := rune(1); r < 0x10000; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		out := foldSlow(r)
		switch len(out) {
		case 0:
		case 1:
			f.folded[r] = out[0]
			f.simplified[r] = out[0]
			if s, ok := simple[out[0]]; ok {
				f.simplified[r] = s
			}
		default:
			f.folded[r], f.simplified[r] = multiple, multiple
			f.many[r] = out
		}
	}
	return f
}

// lookalike maps letters and digits that only look like others; NFKC does not know them.
var lookalike = func() map[rune]rune {
	m := map[rune]rune{'〇': '0', '○': '0', '⓪': '0', '⓿': '0', 'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ℯ': 'e'}
	run := func(from, n, to rune) {
		for i := rune(0); i < n; i++ {
			m[from+i] = to + i
		}
	}
	run(0x2776, 9, '1') // ❶
	run(0x2780, 9, '1') // ➀
	run(0x278A, 9, '1') // ➊
	run(0x24F5, 9, '1') // ⓵
	run(0x1F150, 26, 'a')
	run(0x1F170, 26, 'a')
	run(0x1F1E6, 26, 'a') // regional indicators
	pairs := []rune("аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwαaβbγyεeηnιiκkνvοoρpτtυuχxωw")
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}()

// foldSlow reads one character: the letters and digits it stands for, in lower case.
// Nothing is left of punctuation, symbols, marks, spaces and invisible characters.
func foldSlow(r rune) []rune {
	if c, ok := lookalike[r]; ok {
		return []rune{c}
	}
	if invisible(r) {
		return nil
	}
	form := norm.NFKC
	if d := norm.NFKD.String(string(r)); d != "" && d[0] < 0x80 {
		form = norm.NFKD // é is e: pinyin is also written with tones
	}
	var out []rune
	for _, c := range form.String(string(r)) {
		c = unicode.ToLower(c)
		if s, ok := lookalike[c]; ok {
			c = s
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			out = append(out, c)
		}
	}
	return out[:min(len(out), maxExpansion)]
}

// maxExpansion bounds what one character may stand for; the scan's rows rely on it.
const maxExpansion = 6

// invisible reports characters that a reader does not see: they never separate letters.
func invisible(r rune) bool {
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFFA0:
		return true
	case r >= 0x180B && r <= 0x180E, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
		return true
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xE0000 && r <= 0xE01EF, r >= 0xF0000: // private use, tags
		return true
	case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0x7F:
		return true
	}
	return r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me)
}

// separates reports characters that end a phrase in ordinary writing. A word does not
// reach over them unless every one of its characters is set apart like that.
func separates(r rune) bool {
	switch r {
	case '\n', '\r', '，', '。', '！', '？', '；', '：', '、', ',', '!', '?', ';', ':', '"', '\'', '“', '”', '‘', '’',
		'(', ')', '（', '）', '【', '】', '[', ']', '{', '}', '《', '》', '<', '>', '〈', '〉', '「', '」', '『', '』', '〔', '〕', '…', '—', '／':
		return true
	}
	return false
}

// read gives what a character stands for in the view simplified: none, one or several.
func (f *folding) read(r rune) (one rune, several []rune) {
	if r < 0x10000 {
		if r < 0 {
			return 0, nil
		}
		if c := f.simplified[r]; c != multiple {
			return c, nil
		}
		return multiple, f.many[r]
	}
	out := foldSlow(r)
	switch len(out) {
	case 0:
		return 0, nil
	case 1:
		if out[0] < 0x10000 {
			if c := f.simplified[out[0]]; c > 0 {
				return c, nil
			}
		}
		return out[0], nil
	}
	return multiple, out
}

// foldOnly is read without making characters simple.
func (f *folding) foldOnly(r rune) rune {
	if r >= 0 && r < 0x10000 {
		return f.folded[r]
	}
	out := foldSlow(r)
	switch len(out) {
	case 0:
		return 0
	case 1:
		return out[0]
	}
	return multiple
}
