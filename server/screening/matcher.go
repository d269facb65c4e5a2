package screening

import (
	"math/bits"
	"sort"
	"unsafe"
)

// The matcher finds all words of a lexicon in one pass over the bytes of a text, in the
// most tolerant of the fused views (folded, simplified, stripped of all that is not a
// letter or digit). One table turns a character into a dense code of what it stands for,
// so folding costs nothing extra; a byte table over pairs of codes rejects most places, a
// bit table over triples most of the rest; what is left is verified in a double array
// whose single branches are stored as tails. There are no failure links: words start
// where the tables say they may.

// Dense codes. Digits and letters have fixed ones, so that passes over codes know them.
const (
	codeSkip    = 0
	codeOther   = 1
	codeDigit   = 2
	codeLetter  = 12
	codeFree    = 38
	codeSpecial = 0xFFFF // in the table only: look the character up
)

const (
	nodeTerm = 1 << 31
	nodeKids = 1 << 30
	nodeTail = 1 << 29
	nodeMask = 1<<29 - 1
)

type node struct{ base, check uint32 }

type pairSlot struct{ key, node uint32 }

type matcher struct {
	table   *[65536]uint32 // character to code, and what the code can be part of above it
	attr    []uint16       // by code: attr*
	wide    bool           // vectors of 512 bits are there
	fold    *folding
	codes   map[rune]uint16 // folded character to code, for what the table does not hold
	ncodes  int
	f2      []uint32 // by hash of a pair two bits: 1 some word begins so, 2 a word of two codes does
	f2shift uint32
	f3      []uint64 // by hash of a triple: one bit
	f3shift uint32
	slots   []pairSlot
	sshift  uint32
	nodes   []node
	out     []int32
	tail    []uint16
	one     []int32 // by code: word of that single character, or -1
	hasOne  bool
}

// found is a word in a text, as places in the row of codes: [from, to).
type found struct {
	from, to uint32
	word     int32
}

const (
	hashA = 0x9E3779B1
	hashB = 0x85EBCA6B
)

// newMatcher builds the tables. words are folded characters, all different and not empty;
// extra are characters that need a code of their own though no word has them.
func newMatcher(words [][]rune, extra []rune) *matcher {
	m := &matcher{table: new([65536]uint32), wide: wideCPU, fold: theFolding(), codes: map[rune]uint16{}}
	freq := map[rune]int{}
	for _, w := range words {
		for _, r := range w {
			freq[r]++
		}
	}
	for _, r := range extra {
		freq[r]++
	}
	for r := '0'; r <= '9'; r++ {
		m.codes[r] = uint16(codeDigit + r - '0')
		delete(freq, r)
	}
	for r := 'a'; r <= 'z'; r++ {
		m.codes[r] = uint16(codeLetter + r - 'a')
		delete(freq, r)
	}
	rs := make([]rune, 0, len(freq))
	for r := range freq {
		rs = append(rs, r)
	}
	sort.Slice(rs, func(i, j int) bool {
		if freq[rs[i]] != freq[rs[j]] {
			return freq[rs[i]] > freq[rs[j]]
		}
		return rs[i] < rs[j]
	})
	for i, r := range rs {
		m.codes[r] = uint16(codeFree + i)
	}
	m.ncodes = codeFree + len(rs)
	m.build(words)
	return m
}

// setAttr says what codes can be part of, and makes the table of characters; shapes: and
// which of these are written in other shapes.
func (m *matcher) setAttr(attr []uint16, shapes bool) {
	m.attr = attr
	var shape *[65536]uint8
	if shapes {
		shape = theShapes()
	}
	for r := range rune(0x10000) {
		switch c := m.fold.simplified[r]; {
		case r >= 0xD800 && r < 0xE000:
			m.table[r] = codeSpecial // no characters: three broken bytes
		case c == multiple:
			m.table[r] = codeSpecial
		case c != 0:
			code := m.codeOf(c)
			m.table[r] = uint32(code) | uint32(attr[code])<<16
		case r > 0xFF && invisible(r):
			m.table[r] = codeSpecial // is skipped as well, but counted
		}
		if shape == nil || shape[r]&(hanRare|hanVariant|signLookalike|hanRadical) == 0 {
			continue
		}
		if m.table[r]&0xFFFF == codeSkip {
			m.table[r] = codeSpecial
		} else if m.table[r] != codeSpecial {
			m.table[r] |= attrShape << 16
		}
	}
}

// codeOf is the code of a folded character.
func (m *matcher) codeOf(r rune) uint16 {
	if c, ok := m.codes[r]; ok {
		return c
	}
	return codeOther
}

func logAtLeast(n, low, high int) uint32 {
	l := low
	for l < high && 1<<l < n {
		l++
	}
	return uint32(l)
}

func (m *matcher) build(words [][]rune) {
	keys := make([][]uint16, len(words))
	flat := 0
	for _, w := range words {
		flat += len(w)
	}
	buf := make([]uint16, 0, flat)
	order := make([]int32, 0, len(words))
	m.one = make([]int32, m.ncodes)
	for i := range m.one {
		m.one[i] = -1
	}
	for i, w := range words {
		at := len(buf)
		for _, r := range w {
			buf = append(buf, m.codes[r])
		}
		keys[i] = buf[at:len(buf):len(buf)]
		if len(w) == 1 {
			m.one[keys[i][0]] = int32(i)
			m.hasOne = true
			continue
		}
		order = append(order, int32(i))
	}
	sort.Slice(order, func(i, j int) bool {
		a, b := keys[order[i]], keys[order[j]]
		for x := 0; x < len(a) && x < len(b); x++ {
			if a[x] != b[x] {
				return a[x] < b[x]
			}
		}
		return len(a) < len(b)
	})

	// Tables that fit the second-level cache matter more than few false candidates.
	l2 := logAtLeast(len(order)*24, 14, 20)
	l3 := logAtLeast(len(order)*32, 14, 20)
	m.f2, m.f2shift = make([]uint32, 1<<l2/16), 32-l2
	m.f3, m.f3shift = make([]uint64, 1<<l3/64), 32-l3

	type job struct{ lo, hi, depth, node int }
	var queue []job
	used := make([]bool, 1<<12)
	m.nodes = make([]node, 1<<12)
	m.out = make([]int32, 1<<12)
	grow := func(n int) {
		for len(m.nodes) <= n {
			m.nodes = append(m.nodes, make([]node, len(m.nodes))...)
			m.out = append(m.out, make([]int32, len(m.out))...)
			used = append(used, make([]bool, len(used))...)
		}
	}
	used[0] = true
	pairs := 0
	var slots []pairSlot
	for lo := 0; lo < len(order); {
		a := keys[order[lo]]
		hi := lo
		for hi < len(order) && keys[order[hi]][0] == a[0] && keys[order[hi]][1] == a[1] {
			b := keys[order[hi]]
			key := uint32(b[0])<<16 | uint32(b[1])
			h := key * hashA >> m.f2shift
			if len(b) == 2 {
				m.f2[h>>4] |= 3 << (h & 15 * 2)
			} else {
				m.f2[h>>4] |= 1 << (h & 15 * 2)
				t := (key*hashA + uint32(b[2])*hashB) >> m.f3shift
				m.f3[t>>6] |= 1 << (t & 63)
			}
			hi++
		}
		pairs++
		grow(pairs)
		used[pairs] = true
		m.nodes[pairs].check = ^uint32(0) // no node's child
		slots = append(slots, pairSlot{uint32(a[0])<<16 | uint32(a[1]), uint32(pairs)})
		queue = append(queue, job{lo, hi, 2, pairs})
		lo = hi
	}
	ls := logAtLeast(2*len(slots)+16, 4, 31)
	m.sshift = 32 - ls
	m.slots = make([]pairSlot, 1<<ls)
	for _, s := range slots {
		i := s.key * hashB >> m.sshift
		for m.slots[i].node != 0 {
			i = (i + 1) & (1<<ls - 1)
		}
		m.slots[i] = s
	}

	var kids []uint16
	free := pairs + 1
	for len(queue) > 0 {
		j := queue[0]
		queue = queue[1:]
		var flags uint32
		if len(keys[order[j.lo]]) == j.depth {
			flags = nodeTerm
			m.out[j.node] = order[j.lo]
			j.lo++
		}
		if j.lo == j.hi {
			m.nodes[j.node].base = flags
			continue
		}
		if j.hi-j.lo == 1 {
			w := order[j.lo]
			rest := keys[w][j.depth:]
			m.nodes[j.node].base = flags | nodeTail | uint32(len(m.tail))
			m.tail = append(m.tail, uint16(len(rest)))
			m.tail = append(m.tail, rest...)
			m.tail = append(m.tail, uint16(w), uint16(w>>16))
			continue
		}
		kids = kids[:0]
		for x := j.lo; x < j.hi; x++ {
			if c := keys[order[x]][j.depth]; len(kids) == 0 || kids[len(kids)-1] != c {
				kids = append(kids, c)
			}
		}
		for free < len(used) && used[free] {
			free++
		}
		base := max(1, free-int(kids[0]))
	search:
		for ; ; base++ {
			grow(base + int(kids[len(kids)-1]))
			for _, c := range kids {
				if used[base+int(c)] {
					continue search
				}
			}
			break
		}
		m.nodes[j.node].base = flags | nodeKids | uint32(base)
		x := j.lo
		for _, c := range kids {
			n := base + int(c)
			used[n] = true
			m.nodes[n].check = uint32(j.node)
			lo := x
			for x < j.hi && keys[order[x]][j.depth] == c {
				x++
			}
			queue = append(queue, job{lo, x, j.depth + 1, n})
		}
	}
	last := 0
	for i, u := range used {
		if u {
			last = i
		}
	}
	// base + code never leaves the array, whatever the text holds
	grow(last + m.ncodes + 1)
	m.nodes = append([]node(nil), m.nodes[:last+m.ncodes+2]...)
	m.out = append([]int32(nil), m.out[:last+1]...)
	m.tail = append([]uint16(nil), m.tail...)
}

// bytes is the memory the tables take.
func (m *matcher) bytes() int {
	return 4*65536 + 4*len(m.f2) + 8*len(m.f3) + 8*len(m.slots) + 8*len(m.nodes) + 4*len(m.out) + 2*len(m.tail) + 4*len(m.one)
}

// verify appends all words that begin at the candidates, and words of one character.
func (m *matcher) verify(sc *scratch, n, k int, one bool) {
	for _, i := range sc.cand[:k] {
		m.walk(sc, int(i), n)
	}
	if !one {
		return
	}
	p := unsafe.SliceData(sc.attrs) // reaches beyond n
	for i := 1; i < n; i += 4 {
		for x := *(*uint64)(unsafe.Pointer(at(p, i))) & (attrOne * lanes); x != 0; x &= x - 1 {
			j := i + bits.TrailingZeros64(x)/16
			if j >= n {
				return
			}
			sc.note(uint32(j), uint32(j+1), m.one[sc.codes[j]])
		}
	}
}

func (sc *scratch) note(from, to uint32, word int32) {
	f := next(&sc.found)
	f.from, f.to, f.word = from, to, word
}

func (m *matcher) walk(sc *scratch, i, n int) {
	key := uint32(sc.codes[i])<<16 | uint32(sc.codes[i+1])
	j := key * hashB >> (m.sshift & 31)
	mask := uint32(len(m.slots) - 1)
	for m.slots[j].key != key {
		if m.slots[j].node == 0 {
			return
		}
		j = (j + 1) & mask
	}
	nd := m.slots[j].node
	if nd == 0 {
		return
	}
	q := i + 2
	for {
		x := m.nodes[nd].base
		if x&nodeTerm != 0 {
			sc.note(uint32(i), uint32(q), m.out[nd])
		}
		switch {
		case x&nodeKids != 0:
			if q >= n {
				return
			}
			next := x&nodeMask + uint32(sc.codes[q])
			if m.nodes[next].check != nd {
				return
			}
			nd = next
			q++
			continue
		case x&nodeTail != 0:
			t := m.tail[x&nodeMask:]
			l := int(t[0])
			if q+l > n {
				return
			}
			for u := 0; u < l; u++ {
				if t[1+u] != sc.codes[q+u] {
					return
				}
			}
			w := int32(t[1+l]) | int32(t[2+l])<<16
			sc.note(uint32(i), uint32(q+l), w)
		}
		return
	}
}
