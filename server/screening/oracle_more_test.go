package screening_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/screening"
)

// The oracle for the views by sound and of split characters: it shares the tables of
// readings and of parts with the engine, as they are data, and nothing of the search.

type soundTables struct {
	first map[rune]string   // the usual reading
	all   map[rune][]string // with the others
	names map[string]bool
	parts map[string]rune // left and right to the whole
}

func readSoundTables(t *testing.T) soundTables {
	t.Helper()
	s := soundTables{first: map[rune]string{}, all: map[rune][]string{}, names: map[string]bool{}, parts: map[string]rune{}}
	lines := func(name string) []string {
		data, err := os.ReadFile("tables/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(data), "\n")
	}
	for _, l := range lines("pinyin.txt") {
		p := strings.Split(l, " ")
		if len(p) < 3 {
			continue
		}
		s.names[p[0]] = true
		for _, r := range p[1] {
			s.first[r] = p[0]
		}
		for _, r := range p[1] + p[2] {
			s.all[r] = append(s.all[r], p[0])
		}
	}
	for _, l := range lines("joined.txt") {
		p := strings.Fields(l)
		if len(p) < 2 || strings.HasPrefix(l, "#") {
			continue
		}
		for _, left := range strings.Split(p[0], "/") {
			for _, pair := range p[1:] {
				if rs := []rune(pair); len(rs) == 2 {
					s.parts[left+string(rs[0])] = rs[1]
				}
			}
		}
	}
	return s
}

// everyday: the first level of GB 2312.
func everyday(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().String(string(r))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xD7 && b[1] >= 0xA1
}

// split reads letters as syllables, long ones first; nil if it can't.
func (s *soundTables) split(letters string) []string {
	if letters == "" {
		return []string{}
	}
	for n := min(6, len(letters)); n > 0; n-- {
		if a := letters[:n]; !s.names[a] || n == 1 && !strings.Contains("aeo", a) {
			continue
		}
		if rest := s.split(letters[n:]); rest != nil {
			return append([]string{letters[:n]}, rest...)
		}
	}
	return nil
}

// heard is a character, or letters, as it is read.
type heard struct {
	char     rune // 0 for letters
	syl      string
	from, to int // bytes
	joined   bool
}

// between weighs what stands between the characters of a find.
type between struct{ visible, apart, spaces int }

func (b *between) add(gap string) bool {
	seen, ends, spaces := 0, 0, 0
	for _, r := range gap {
		if g := read(r); g.seen {
			seen++
			if g.ends {
				ends++
			} else if g.space {
				spaces++
			}
		}
	}
	if seen > 0 {
		b.visible++
		switch {
		case seen == spaces:
			b.spaces++
		case seen == ends+spaces:
			b.apart++
		}
	}
	return seen <= 3
}

// evaded finds what the fused views, whose finds are given, don't.
func (s *soundTables) evaded(text string, list []string, found []place) []place {
	out := append([]place(nil), found...)
	at := func(bytes int) int { return screening.UTF16Len(text[:bytes]) }
	add := func(word string, from, to int, view string) {
		for _, p := range out {
			if p.word == word && p.from < at(to) && at(from) < p.to {
				return
			}
		}
		out = append(out, place{word, at(from), at(to), view})
	}
	var chars []heard
	for i, r := range text {
		if read(r).reads != "" {
			chars = append(chars, heard{char: r, syl: s.first[r], from: i, to: i + utf8.RuneLen(r)})
		}
	}
	needed := map[rune]bool{}
	for _, w := range list {
		for _, r := range w {
			needed[r] = true
		}
	}

	// split characters, put together from left to right
	var whole []heard
	for i := 0; i < len(chars); i++ {
		c := chars[i]
		if i+1 < len(chars) {
			d := chars[i+1]
			w, ok := s.parts[string(c.char)+string(d.char)]
			if ok && needed[w] && strings.Trim(text[c.to:d.from], "\u200b") == "" {
				c = heard{char: w, from: c.from, to: d.to, joined: true}
				i++
			}
		}
		whole = append(whole, c)
	}
	for _, word := range list {
		want := []rune(word)
		for i := 0; i+len(want) <= len(whole); i++ {
			var b between
			ok, joined := true, false
			for x, r := range want {
				c := whole[i+x]
				ok = ok && c.char == r && (x == 0 || b.add(text[whole[i+x-1].to:c.from]))
				joined = joined || c.joined
			}
			if ok && b.apart > 0 && b.apart+b.spaces == b.visible {
				ok = len(want) > 2 && b.visible == len(want)-1
			}
			if ok && joined {
				add(word, whole[i].from, whole[i+len(want)-1].to, "joined")
			}
		}
	}

	// characters that sound the same
	for _, word := range list {
		want := []rune(word)
		n := len(want)
		for i := 0; i+n <= len(chars) && n > 1; i++ {
			var b between
			ok, same, usual := true, 0, 0
			for x, r := range want {
				c := chars[i+x]
				switch {
				case c.char == r:
					same++
				case c.syl == "" || c.syl != s.first[r]:
					ok = false
				case everyday(c.char):
					usual++
				}
				ok = ok && (x == 0 || b.add(text[chars[i+x-1].to:c.from]))
			}
			chance := same+usual == n && n <= 3 && (n < 3 || same == 0)
			if ok && same < n && !chance && b.apart == 0 {
				add(word, chars[i].from, chars[i+n-1].to, "pinyin")
			}
		}
	}

	// and letters among them
	var row []heard
	spelled := false
	for i := 0; i < len(chars); i++ {
		c := chars[i]
		if c.char < 'a' || c.char > 'z' {
			row = append(row, c)
			continue
		}
		j := i + 1
		for j < len(chars) && chars[j].char >= 'a' && chars[j].char <= 'z' && chars[j].from == chars[j-1].to {
			j++
		}
		syls := s.split(text[c.from:chars[j-1].to])
		if syls == nil {
			row = append(row, heard{from: c.from, to: chars[j-1].to})
		}
		spelled = spelled || syls != nil && j-i > 1
		from := c.from
		for _, y := range syls {
			row = append(row, heard{syl: y, from: from, to: from + len(y)})
			from += len(y)
		}
		i = j - 1
	}
	for _, word := range list {
		want := []rune(word)
		n := len(want)
		for i := 0; i+n <= len(row) && n > 1 && spelled; i++ {
			var b between
			ok, same, letters := true, 0, 0
			for x, r := range want {
				c := row[i+x]
				switch {
				case c.char == 0:
					letters++
				case c.char == r:
					same++
				}
				ok = ok && c.syl != "" && contains(s.all[r], c.syl) // letters may stand for any reading
				ok = ok && (x == 0 || b.add(text[row[i+x-1].to:c.from]))
			}
			if ok && letters > 0 && b.apart == 0 && (letters < n && same > 0 || letters == n && n > 2) {
				add(word, row[i].from, row[i+n-1].to, "pinyin")
			}
		}
	}
	sortPlaces(out)
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestSoundsAndParts_agreeWithTheOracle(t *testing.T) {
	t.Parallel()
	s := readSoundTables(t)
	lexicon := []string{"代开发票", "发票", "信代", "法代信", "贷款", "信用卡", "发法", "代代", "开"}
	set := compile(t, words("views: [plain, folded, simplified, stripped, pinyin, joined]", lexicon...))
	sounds := map[rune][]string{ // what may be written for a character: same sound, letters, parts
		'代': {"袋", "待", "玳", "dai", "亻弋", "人弋", "亻\u200b弋", "亻*弋"}, '开': {"揩", "锎", "kai", "k ai"}, '发': {"罚", "珐", "fa", "f"},
		'票': {"漂", "瞟", "piao", "氵票"}, '信': {"新", "芯", "馨", "xin", "亻言"}, '法': {"伐", "砝", "fa", "氵去", "水去", "三去"},
		'贷': {"怠", "岱", "dai", "代贝"}, '款': {"髋", "kuan"}, '用': {"佣", "yong"}, '卡': {"咔", "佧", "ka", "qia"},
	}
	fillers := []string{"*", " ", "，", "\u200b", ".", "a", "e", "ba", "好", "弋", "亻", "氵", "在", "发", "1", "NAME", "-*-", "----"}
	rnd := rand.New(rand.NewPCG(11, 7))
	views := map[string]int{}
	for range 12000 {
		text := ""
		for range 1 + rnd.IntN(3) {
			gap := ""
			if rnd.IntN(3) == 0 {
				gap = fillers[rnd.IntN(6)]
			}
			for _, r := range lexicon[rnd.IntN(len(lexicon))] {
				how := sounds[r]
				if k := rnd.IntN(2 * len(how)); k < len(how) {
					text += how[k] + gap
				} else {
					text += string(r) + gap
				}
			}
			if rnd.IntN(2) == 0 {
				text += fillers[rnd.IntN(len(fillers))]
			}
		}
		text = strings.ToLower(text)
		got, want := find(set, text), s.evaded(text, lexicon, naive(text, lexicon))
		sortPlaces(want)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("text %q\n got %v\nwant %v", text, got, want)
		}
		if short := find(screening.Narrow(set), text); fmt.Sprint(got) != fmt.Sprint(short) {
			t.Fatalf("text %q\n in vectors %v\notherwise %v", text, got, short)
		}
		for _, p := range got {
			views[p.view]++
		}
	}
	if views["pinyin"] < 1000 || views["joined"] < 1000 {
		t.Errorf("too few finds to compare: %v", views)
	}
}
