package screening

import (
	_ "embed"
	"math/bits"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
)

//go:embed tables/pinyin.txt
var pinyinTable string

// readings tells how characters are read, without tones. Syllable 0 is none.
type readings struct {
	names []string          // by syllable
	ids   map[string]uint16 // syllable by name
	slots [2048]uint32      // open addressing by packed name
	slot  [2048]uint16
	first map[rune]uint16   // the usual reading
	usual map[rune]bool     // everyday characters: the first level of GB 2312
	more  map[rune][]uint16 // others
	// letters that the names of syllables begin and end with, as bits from a
	begins, ends uint32
}

var theReadings = sync.OnceValue(func() *readings {
	rd := &readings{names: []string{""}, ids: map[string]uint16{}, first: map[rune]uint16{}, more: map[rune][]uint16{}, usual: map[rune]bool{}}
	for _, line := range strings.Split(pinyinTable, "\n") {
		p := strings.Split(line, " ")
		if len(p) < 3 {
			continue
		}
		id := uint16(len(rd.names))
		rd.names = append(rd.names, p[0])
		rd.ids[p[0]] = id
		rd.begins |= 1 << (p[0][0] - 'a')
		rd.ends |= 1 << (p[0][len(p[0])-1] - 'a')
		key := pack([]byte(p[0]))
		i := key * hashA >> 21
		for rd.slots[i] != 0 {
			i = (i + 1) & 2047
		}
		rd.slots[i], rd.slot[i] = key, id
		for _, r := range p[1] {
			rd.first[r] = id
		}
		for _, r := range p[2] {
			rd.more[r] = append(rd.more[r], id)
		}
	}
	enc := simplifiedchinese.GBK.NewEncoder()
	for r := range rd.first {
		if b, err := enc.String(string(r)); err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xD7 && b[1] >= 0xA1 {
			rd.usual[r] = true
		}
	}
	return rd
})

// maxReadings bounds the spellings of a word whose characters have several readings.
const maxReadings = 16

// spell gives the syllable rows of a word: characters and whole pinyin syllables in Latin
// letters. None if something in it has no reading.
func (rd *readings) spell(key []rune) [][]uint16 {
	rows := [][]uint16{nil}
	for i := 0; i < len(key); {
		r := key[i]
		if r >= 'a' && r <= 'z' {
			j := i
			for j < len(key) && key[j] >= 'a' && key[j] <= 'z' {
				j++
			}
			syl := rd.split(string(key[i:j]))
			if syl == nil {
				return nil
			}
			for x := range rows {
				rows[x] = append(rows[x], syl...)
			}
			i = j
			continue
		}
		id, ok := rd.first[r]
		if !ok {
			return nil
		}
		n := len(rows)
		for _, other := range rd.more[r] {
			for x := 0; x < n && len(rows) < maxReadings; x++ {
				rows = append(rows, append(append([]uint16(nil), rows[x]...), other))
			}
		}
		for x := 0; x < n; x++ {
			rows[x] = append(rows[x], id)
		}
		i++
	}
	return rows
}

// maxLetters bounds a row of Latin letters that is read as pinyin.
const maxLetters = 64

// split reads Latin letters as pinyin syllables; nil if it can't. Of several ways it
// takes the one whose first syllables are longest.
func (rd *readings) split(s string) []uint16 {
	if len(s) > maxLetters {
		return nil
	}
	var next [maxLetters + 1]uint8
	rd.cut([]byte(s), &next)
	if next[0] == 0 {
		return nil
	}
	var out []uint16
	for i := 0; i < len(s); i += int(next[i]) {
		out = append(out, rd.ids[s[i:i+int(next[i])]])
	}
	return out
}

// pack writes up to six letters as a number.
func pack(s []byte) uint32 {
	n := uint32(0)
	for _, c := range s {
		n = n<<5 | uint32(c-'a'+1)
	}
	return n
}

// syllable is the number of a syllable of up to six letters a to z, 0 if there is none.
func (rd *readings) syllable(s []byte) uint16 {
	key := pack(s)
	for i := key * hashA >> 21; rd.slots[i] != 0; i = (i + 1) & 2047 {
		if rd.slots[i] == key {
			return rd.slot[i]
		}
	}
	return 0
}

// maySpell tells whether a row of letters that begins and ends so may be syllables; most
// rows of Latin letters are none.
func (rd *readings) maySpell(first, last byte) bool {
	return (rd.begins>>(first-'a'))&(rd.ends>>(last-'a'))&1 != 0
}

// cut notes at each letter the length of the syllable there, 0 where the rest of the row
// can't be read.
func (rd *readings) cut(s []byte, next *[maxLetters + 1]uint8) {
	next[0] = 0
	if len(s) == 0 || !rd.maySpell(s[0], s[len(s)-1]) {
		return
	}
	clear(next[1:len(s)])
	for i := len(s) - 1; i >= 0; i-- {
		for l := min(6, len(s)-i); l > 0; l-- {
			if i+l < len(s) && next[i+l] == 0 {
				continue
			}
			if rd.syllable(s[i:i+l]) == 0 {
				continue
			}
			// consonants alone are interjections in the dictionary, not syllables here
			if l == 1 && s[i] != 'a' && s[i] != 'e' && s[i] != 'o' {
				continue
			}
			next[i] = uint8(l)
			break
		}
	}
}

// pinyinIndex finds words by how they are read.
type pinyinIndex struct {
	rd      *readings
	spelled []spelled // by first two syllables
	pairs   []uint32  // open addressing: first two syllables
	first   []int32   // at the same place: first spelling
	order   []int32   // spellings in the order of their pairs
	count   []int32
	filter  pinyinFilter
	spoken  *pinyinFilter // of usual readings only: what characters sound like
	// syllables that stand side by side in any word, in any reading
	neighbours *pinyinFilter
	heads      []head   // these, in the order of their pairs
	headsOf    []uint32 // by place of the pair, one more: where its heads begin
	syl        []uint16 // by code of the matcher; usualSyllable: of an everyday character
	chars      map[rune]bool
	longest    int // syllables of a word at most
}

type spelled struct {
	row   []uint16
	other bool // has a reading that is not the usual one: only letters spell it
	entry int32
	word  []rune
	codes []uint16 // of the word's characters, where each is a syllable
}

// head is the beginning of a spelling in its usual reading; third is 0 where it has two
// syllables.
type head struct {
	third   uint16
	spelled int32
}

const usualSyllable = 1 << 15

// pinyinFilter tells quickly that no word begins with these syllables.
type pinyinFilter struct {
	two   [1 << 16 / 64]uint64
	three [1 << pinyinBits / 64]uint64
}

// pinyinBits is the size of the larger table: three syllables in a row are looked up at
// each place of each text, so few of its bits should be set.
const pinyinBits = 18

func hash2(a, b uint16) uint32 { return (uint32(a)<<16 | uint32(b)) * hashA >> 16 }

func hash3(a, b, c uint16) uint32 {
	return ((uint32(a)<<16|uint32(b))*hashA + uint32(c)*hashB) >> (32 - pinyinBits)
}

func (f *pinyinFilter) add(row []uint16) {
	if len(row) == 2 {
		h := hash2(row[0], row[1])
		f.two[h>>6] |= 1 << (h & 63)
		return
	}
	h := hash3(row[0], row[1], row[2])
	f.three[h>>6] |= 1 << (h & 63)
}

func (f *pinyinFilter) has2(a, b uint16) bool {
	h := hash2(a, b)
	return f.two[h>>6]&(1<<(h&63)) != 0
}

func (f *pinyinFilter) has3(a, b, c uint16) bool {
	h := hash3(a, b, c)
	return f.three[h>>6]&(1<<(h&63)) != 0
}

func newPinyinIndex(s *Set, c *compiler) *pinyinIndex {
	p := &pinyinIndex{spoken: &pinyinFilter{}, neighbours: &pinyinFilter{}}
	need := map[uint16]bool{}
	byPair := map[uint32][]int32{}
	for i, w := range c.perWord {
		if s.lists[w.e.list].views&(1<<pinyinView) == 0 {
			continue
		}
		if p.rd == nil {
			p.rd = theReadings()
		}
		for x, row := range p.rd.spell(c.words[w.word]) {
			if len(row) < 2 {
				continue // one syllable is read a hundred ways
			}
			id := int32(len(p.spelled))
			p.spelled = append(p.spelled, spelled{row: row, other: x > 0, entry: int32(i), word: c.words[w.word]})
			key := uint32(row[0])<<16 | uint32(row[1])
			byPair[key] = append(byPair[key], id)
			p.filter.add(row)
			for i := 1; i < len(row); i++ {
				p.neighbours.add(row[i-1 : i+1])
			}
			if x == 0 {
				p.spoken.add(row)
			}
			p.longest = max(p.longest, len(row))
			for _, x := range row {
				need[x] = true
			}
		}
	}
	if p.rd == nil {
		return p
	}
	log := logAtLeast(2*len(byPair)+2, 4, 30)
	p.pairs, p.first, p.count = make([]uint32, 1<<log), make([]int32, 1<<log), make([]int32, 1<<log)
	for key, ids := range byPair {
		i := key * hashB >> (32 - log)
		for p.pairs[i] != 0 {
			i = (i + 1) & (1<<log - 1)
		}
		p.pairs[i], p.first[i], p.count[i] = key, int32(len(p.order)), int32(len(ids))
		p.order = append(p.order, ids...)
	}
	p.headsOf = make([]uint32, len(p.pairs)+1)
	for i := range p.pairs {
		p.headsOf[i] = uint32(len(p.heads))
		for _, id := range p.order[p.first[i] : p.first[i]+p.count[i]] {
			if sp := &p.spelled[id]; !sp.other {
				h := head{spelled: id}
				if len(sp.row) > 2 {
					h.third = sp.row[2]
				}
				p.heads = append(p.heads, h)
			}
		}
	}
	p.headsOf[len(p.pairs)] = uint32(len(p.heads))
	p.chars = map[rune]bool{}
	for r, id := range p.rd.first {
		if need[id] {
			p.chars[r] = true
		}
	}
	return p
}

// place is where two syllables stand in the table, or -1.
func (p *pinyinIndex) place(a, b uint16) int {
	key := uint32(a)<<16 | uint32(b)
	mask := uint32(len(p.pairs) - 1)
	for i := key * hashB >> (32 - uint32(bits.Len32(mask))); p.pairs[i] != 0; i = (i + 1) & mask {
		if p.pairs[i] == key {
			return int(i)
		}
	}
	return -1
}

// at lists the spellings that begin with two syllables.
func (p *pinyinIndex) at(a, b uint16) []int32 {
	if i := p.place(a, b); i >= 0 {
		return p.order[p.first[i] : p.first[i]+p.count[i]]
	}
	return nil
}

// headsAt lists those in usual readings.
func (p *pinyinIndex) headsAt(a, b uint16) []head {
	if i := p.place(a, b); i >= 0 {
		return p.heads[p.headsOf[i]:p.headsOf[i+1]]
	}
	return nil
}

func (p *pinyinIndex) used() bool { return len(p.spelled) > 0 }

// characters are all those that can stand for a syllable of some word.
func (p *pinyinIndex) characters() []rune {
	out := make([]rune, 0, len(p.chars))
	for r := range p.chars {
		out = append(out, r)
	}
	return out
}

func (p *pinyinIndex) finish(m *matcher) {
	p.syl = make([]uint16, m.ncodes)
	for i := range p.spelled {
		sp := &p.spelled[i]
		if len(sp.word) == len(sp.row) {
			sp.codes = make([]uint16, len(sp.word))
			for x, r := range sp.word {
				sp.codes[x] = m.codeOf(r)
			}
		}
	}
	for r := range p.chars {
		if c, ok := m.codes[r]; ok {
			p.syl[c] = p.rd.first[r]
			if p.rd.usual[r] {
				p.syl[c] |= usualSyllable
			}
		}
	}
}
