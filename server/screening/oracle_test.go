package screening_test

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sealgate/server/screening"
)

// The oracle knows nothing of codes, tables and tries: it reads texts character by
// character and tries every word at every place. It takes its own, short reading of
// characters, so texts and words are drawn from an alphabet on which both must agree.

type glyph struct {
	reads string // what it stands for, "" where it is skipped
	level int    // 0 plain, 1 folded, 2 simplified
	seen  bool   // visible, where it is skipped
	ends  bool   // ends a phrase
	space bool
}

var simple = map[rune]rune{'發': '发', '貸': '贷', '開': '开', '氺': '水', '賭': '赌'}

func read(r rune) glyph {
	switch {
	case r == utf8.RuneError, r == 0x200B, r == 0xE001, r == 0x202E, r == 0xFE0F:
		return glyph{}
	case r == '〇':
		return glyph{reads: "0", level: 1}
	}
	if s, ok := simple[r]; ok {
		return glyph{reads: string(s), level: 2}
	}
	var out strings.Builder
	for _, c := range norm.NFKC.String(string(r)) {
		if c = unicode.ToLower(c); unicode.IsLetter(c) || unicode.IsDigit(c) {
			out.WriteRune(c)
		}
	}
	if out.Len() == 0 {
		return glyph{seen: true, ends: strings.ContainsRune("，。\n【】", r), space: unicode.IsSpace(r)}
	}
	if s := out.String(); s != string(r) {
		return glyph{reads: s, level: 1}
	}
	return glyph{reads: string(r)}
}

// unseen tells of characters that stand for nothing and can't be seen.
func unseen(r rune) bool {
	g := read(r)
	return g.reads == "" && !g.seen
}

type place struct {
	word     string
	from, to int // UTF-16
	view     string
}

// naive finds every word; maxGap is the engine's default.
func naive(text string, list []string) []place {
	const maxGap = 3
	type at struct {
		c        rune // one folded character
		orig     rune
		level    int
		from, to int // bytes
	}
	var chars []at
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		g := read(r)
		if r == utf8.RuneError && w == 1 {
			g = glyph{}
		}
		for _, c := range g.reads {
			chars = append(chars, at{c, r, g.level, i, i + w})
		}
		i += w
	}
	var out []place
	for _, word := range list {
		var want []rune
		var orig []rune
		many := false
		for _, r := range word {
			g := read(r)
			for _, c := range g.reads {
				want = append(want, c)
				orig = append(orig, r)
			}
			many = many || utf8.RuneCountInString(g.reads) > 1
		}
		for s := 0; s+len(want) <= len(chars); s++ {
			ok := true
			level := 0
			for k, c := range want {
				x := chars[s+k]
				if x.c != c {
					ok = false
					break
				}
				if x.orig != orig[k] {
					a, b := x.level, read(orig[k]).level
					if a == 2 || b == 2 {
						level = max(level, 2)
					} else {
						level = max(level, 1)
					}
				}
				many = many || utf8.RuneCountInString(read(x.orig).reads) > 1
			}
			if !ok {
				continue
			}
			inserted, visible, ends, spaces := 0, 0, 0, 0
			for k := 1; k < len(want) && ok; k++ {
				a, b := chars[s+k-1], chars[s+k]
				if a.from == b.from {
					continue
				}
				gap := text[a.to:b.from]
				if gap == "" {
					continue
				}
				inserted++
				n, e, sp := 0, 0, 0
				for i := 0; i < len(gap); {
					r, w := utf8.DecodeRuneInString(gap[i:])
					i += w
					if g := read(r); g.seen {
						n++
						if g.ends {
							e++
						} else if g.space {
							sp++
						}
					}
				}
				if n > maxGap {
					ok = false
				}
				if n > 0 {
					visible++
					if n == sp {
						spaces++
					} else if n == e+sp {
						ends++
					}
				}
			}
			if !ok {
				continue
			}
			if visible > 0 && ends > 0 && ends+spaces == visible {
				switch {
				case len(want) > 2 && visible != len(want)-1:
					continue
				case len(want) == 2:
					head := strings.TrimRightFunc(text[:chars[s].from], unseen)
					tail := strings.TrimLeftFunc(text[chars[s+1].to:], unseen)
					before, _ := utf8.DecodeLastRuneInString(head)
					after, _ := utf8.DecodeRuneInString(tail)
					if head != "" && !read(before).ends || tail != "" && !read(after).ends {
						continue
					}
				}
			}
			if inserted > 0 {
				level = 3
			}
			view := [...]string{"plain", "folded", "simplified", "stripped"}[level]
			out = append(out, place{word, screening.UTF16Len(text[:chars[s].from]), screening.UTF16Len(text[:chars[s+len(want)-1].to]), view})
		}
	}
	sortPlaces(out)
	return out
}

func sortPlaces(p []place) {
	sort.Slice(p, func(i, j int) bool { return fmt.Sprint(p[i]) < fmt.Sprint(p[j]) })
}

// alphabet: Han characters, so that no edge of letters interferes, variants of them, what
// is skipped, broken bytes and characters above U+FFFF.
var alphabet = []string{
	"发", "发", "票", "贷", "款", "开", "代", "水", "赌", "發", "貸", "開", "氺", "賭", "𠮷", "㈱", "〇", "*", ".", "-", " ", "，", "。", "\n", "\u200b", "\ue001", "\u202e",
	"😀", "\xff", "\xe4\xb8", "\xf0\x9f", "★", "\u3000", "一", "三",
}

var lexicon = []string{"发票", "代开发票", "贷款", "开", "水水", "代發票", "赌", "发发发", "𠮷发", "三一三", "株发", "票贷款开代水赌发", "款款", "开代", "代开"}

func find(set *screening.Set, text string) []place {
	got := screen(set, screening.Message{Text: text})
	var out []place
	for _, h := range got.Hits {
		out = append(out, place{h.Term, h.Start, h.End, h.View})
	}
	sortPlaces(out)
	return out
}

// agree compares engine and oracle on a text and checks what must hold of any result.
func agree(set *screening.Set, list []string, text string) error {
	got, want := find(set, text), naive(text, list)
	if short := find(screening.Narrow(set), text); fmt.Sprint(got) != fmt.Sprint(short) {
		return fmt.Errorf("text %q\n in vectors %v\notherwise %v", text, got, short)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("text %q\n got %v\nwant %v", text, got, want)
	}
	return sound(screen(set, screening.Message{Text: text}), text)
}

func sound(res screening.Result, text string) error {
	units := screening.UTF16Len(text)
	for _, h := range res.Hits {
		if h.Start < 0 || h.Start > h.End || h.End > units || !strings.Contains(text, h.Text) {
			return fmt.Errorf("text %q: hit outside: %+v", text, h)
		}
	}
	var b strings.Builder
	for _, s := range screening.Segments(text, res.Hits) {
		b.WriteString(s.Text)
	}
	if b.String() != text {
		return fmt.Errorf("text %q: segments give %q", text, b.String())
	}
	return nil
}

func TestMatcher_agreesWithTheOracle(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		list := lexicon
		if round > 0 { // random lexicons as well
			list = nil
			seen := map[string]bool{}
			for range 1 + rnd.IntN(40) {
				w := ""
				for range 1 + rnd.IntN(6) {
					w += alphabet[rnd.IntN(15)]
				}
				if !seen[w] {
					seen[w] = true
					list = append(list, w)
				}
			}
		}
		set := compile(t, words("", list...))
		for range 250 {
			text := ""
			for range rnd.IntN(40) {
				text += alphabet[rnd.IntN(len(alphabet))]
			}
			if err := agree(set, list, text); err != nil {
				t.Fatalf("lexicon %q: %v", list, err)
			}
		}
	}
}

func FuzzMatcher_agreesWithTheOracle(f *testing.F) {
	set := compile(f, words("", lexicon...))
	for _, s := range []string{"代开发票", "代*开.發 票", "发\u200b票\xff", "𠮷发票㈱发", ""} {
		f.Add(s)
	}
	known := map[rune]bool{}
	for _, a := range alphabet {
		for _, r := range a {
			known[r] = true
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		// outside the alphabet the two may read characters differently
		for _, r := range text {
			if r != utf8.RuneError && !known[r] {
				text = strings.ReplaceAll(text, string(r), "一") // not nothing: broken bytes must not meet
			}
		}
		if err := agree(set, lexicon, text); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzScreen_staysInsideTheText(f *testing.F) {
	set := shipped(f)
	for _, s := range []string{
		"【云帆】代开发票 138 0013 8000 http://a.cc/x {name} #code# w w w . a . c o m", "亻尔好\xff\xfe⑩⒈𝐀\u200b", "QQ12345 微信abc_12345 11010519491231002X 6228480402564890018",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, v string) {
		if err := sound(screen(set, screening.Message{Text: text, Vars: []string{v}}), text); err != nil && !strings.Contains(err.Error(), "hit outside") {
			t.Fatal(err)
		}
		full := screen(set, screening.Message{Text: text, Vars: []string{v}})
		if short := screen(screening.Narrow(set), screening.Message{Text: text, Vars: []string{v}}); fmt.Sprintf("%+v", full) != fmt.Sprintf("%+v", short) {
			t.Fatalf("%q: in vectors %+v, otherwise %+v", text, full, short)
		}
		var brief screening.Result
		set.NewScreener().Judge(&screening.Message{Text: text, Vars: []string{v}}, &brief)
		if full.Verdict != brief.Verdict || full.ContentVerdict != brief.ContentVerdict || full.Score != brief.Score {
			t.Fatalf("%q: Screen says %s, Judge %s", text, full.Verdict, brief.Verdict)
		}
		if err := sound(screen(set, screening.Message{Text: text}), text); err != nil {
			t.Fatal(err)
		}
	})
}

func TestZeroWidth_doesNotChangeWhatStrippingRulesFind(t *testing.T) {
	t.Parallel()
	set := compile(t, words("", lexicon...))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 30).Draw(t, "text")
		hidden := rapid.SampledFrom([]string{"\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041"}).Draw(t, "hidden")
		cuts := rapid.SliceOfN(rapid.Bool(), len(parts), len(parts)).Draw(t, "cuts")
		var plain, laced strings.Builder
		for i, p := range parts {
			if !utf8.ValidString(p) {
				continue // a broken byte may become part of a character
			}
			plain.WriteString(p)
			laced.WriteString(p)
			if cuts[i] {
				laced.WriteString(hidden)
			}
		}
		count := func(text string) map[string]int {
			n := map[string]int{}
			for _, p := range find(set, text) {
				n[p.word]++
			}
			return n
		}
		if a, b := count(plain.String()), count(laced.String()); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%q finds %v, %q finds %v", plain.String(), a, laced.String(), b)
		}
	})
}
