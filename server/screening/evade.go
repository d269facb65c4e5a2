package screening

import (
	"math/rand/v2"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Disguises are the kinds of evasion that Disguise writes, one for each thing the views
// and extractors see through. Authors try their rules on them (`rules eval --evade`).
func Disguises() []string {
	return []string{
		"zero_width", "private_use", "symbols", "spaces", "commas", "wide", "circled", "upper", "traditional", "split", "homophones", "pinyin", "numerals",
	}
}

// disguise tables: the reverse of what the views read.
type disguises struct {
	traditional map[rune]rune
	split       map[rune][2]rune
	same        map[uint16][]rune // everyday characters by sound
}

var theDisguises = sync.OnceValue(func() *disguises {
	d := &disguises{traditional: map[rune]rune{}, split: map[rune][2]rune{}, same: map[uint16][]rune{}}
	for _, line := range strings.Fields(simplifiedTable) {
		rs := []rune(line)
		for i := 0; i+1 < len(rs); i += 2 {
			if _, ok := d.traditional[rs[i+1]]; !ok && theShapes()[rs[i]&0xFFFF]&hanRare == 0 && rs[i] < 0x10000 {
				d.traditional[rs[i+1]] = rs[i]
			}
		}
	}
	for _, line := range strings.Split(joinedTable, "\n") {
		p := strings.Fields(line)
		if len(p) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		left, _ := utf8.DecodeRuneInString(p[0])
		for _, pair := range p[1:] {
			if rs := []rune(pair); len(rs) == 2 {
				if _, ok := d.split[rs[1]]; !ok {
					d.split[rs[1]] = [2]rune{left, rs[0]}
				}
			}
		}
	}
	rd := theReadings()
	for r := rune(0x4E00); r < 0xA000; r++ {
		if id, ok := rd.first[r]; ok && rd.usual[r] {
			d.same[id] = append(d.same[id], r)
		}
	}
	return d
})

// Disguise writes a text as those do who want to pass screening: kind is one of
// Disguises. Homophones and pinyin replace one character in five, chosen by seed; the
// others replace or part all they can.
func Disguise(kind, text string, seed uint64) string {
	d := theDisguises()
	rnd := rand.New(rand.NewPCG(seed, 99))
	var b strings.Builder
	var last rune
	for _, r := range text {
		han := unicode.Is(unicode.Han, r)
		if sep, ok := map[string]string{"zero_width": "\u200b", "private_use": "\ue0ff", "symbols": "*", "spaces": " ", "commas": "，"}[kind]; ok && han && unicode.Is(unicode.Han, last) {
			b.WriteString(sep)
		}
		last = r
		switch {
		case kind == "wide" && r > ' ' && r < 0x7F:
			r += 0xFEE0
		case kind == "circled" && r >= '1' && r <= '9':
			r += '①' - '1'
		case kind == "circled" && r >= 'a' && r <= 'z':
			r += 'ⓐ' - 'a'
		case kind == "upper":
			r = unicode.ToUpper(r)
		case kind == "numerals" && r >= '0' && r <= '9':
			r = []rune("零一二三四五六七八九")[r-'0']
		case kind == "traditional" && han:
			if t, ok := d.traditional[r]; ok {
				r = t
			}
		case kind == "split" && han:
			if p, ok := d.split[r]; ok {
				b.WriteRune(p[0])
				r = p[1]
			}
		case kind == "homophones" && han && rnd.IntN(5) == 0:
			if same := d.same[theReadings().first[r]]; len(same) > 1 {
				for r0 := r; r == r0; {
					r = same[rnd.IntN(len(same))]
				}
			}
		case kind == "pinyin" && han && rnd.IntN(5) == 0:
			if id, ok := theReadings().first[r]; ok {
				b.WriteString(theReadings().names[id])
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
