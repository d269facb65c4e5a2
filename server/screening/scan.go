package screening

import (
	"unicode/utf8"
	"unsafe"
)

// scratch is what one scan needs; it grows with the longest text seen.
type scratch struct {
	codes []uint16 // codes[0] is a sentinel, codes[1:n] the text without what is skipped
	attrs []uint16 // attr* of each code
	pos   []uint32 // byte offset of the character behind each code
	cand  []uint32
	found []found
	units int    // UTF-16 units of the text
	all   uint16 // what any of the codes can be part of: attr*
	// hidden counts invisible characters, except those that stand in ordinary texts: the
	// variation selector of emoji, soft hyphens, control characters.
	hidden int
	broken bool // whether there are bytes that are no characters
	wide   wideArgs
}

// slack is how far rows reach beyond the last code: vectors are stored whole.
const slack = 64

func (sc *scratch) reserve(n int) {
	need := 3*n + 8 // at most three codes a byte: a character of several letters takes three bytes
	if len(sc.codes) < need+slack {
		need += need/2 + slack
		sc.codes = make([]uint16, need)
		sc.attrs = make([]uint16, need)
		sc.pos = make([]uint32, need)
		sc.cand = make([]uint32, need)
	}
}

func at[T any](p *T, i int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(p), uintptr(i)*unsafe.Sizeof(*p)))
}

// next lengthens a row by one and gives the new place: fields are then set one by one,
// since a record put together elsewhere is read back before it is written.
func next[T any](row *[]T) *T {
	n := len(*row)
	if n == cap(*row) {
		*row = append(*row, *new(T))
	} else {
		*row = (*row)[:n+1]
	}
	return &(*row)[n]
}

// scan turns the text into codes and finds where words may begin. It returns how many
// codes there are (with the sentinel) and how many candidates.
func (m *matcher) scan(s string, sc *scratch) (n, k int) {
	sc.reserve(len(s))
	sc.units, sc.hidden, sc.all, sc.broken = 0, 0, 0, false
	sc.codes[0], sc.attrs[0], sc.pos[0] = codeOther, 0, 0
	if m.wide {
		n = m.decodeWide(s, sc)
	} else {
		_, n = m.decode(s, sc, 0, len(s), 1)
	}
	sc.codes[n], sc.codes[n+1] = codeSkip, codeSkip
	sc.attrs[n], sc.attrs[n+1] = 0, 0
	if m.wide {
		k = m.pairsWide(sc, n)
	} else {
		k = m.pairs(sc, n)
	}
	return n, m.thin(sc, k)
}

// decode turns characters into codes from byte i on, where a character begins, until one
// begins at or after stop; n codes are there already. It returns where it stopped and how
// many codes there are now.
//
// Unchecked pointers: the rows hold 3*len(s)+8 entries; every pass of the loop takes at
// least one byte and writes at most one entry beyond n, the slow branch at most a
// character's expansion, which is never longer than three times its bytes. Indexes of the
// table are below 65536 by how they are made.
func (m *matcher) decode(s string, sc *scratch, i, stop, n int) (int, int) {
	table := &m.table[0]
	codes, attrs, pos := unsafe.SliceData(sc.codes), unsafe.SliceData(sc.attrs), unsafe.SliceData(sc.pos)
	p := unsafe.StringData(s)
	end := len(s)
	units := sc.units
	all := uint32(0)
	for i < stop {
		c0 := uint32(*at(p, i))
		start := i
		units++
		var e uint32
		switch {
		case c0 < 0x80:
			e = *at(table, int(c0))
			i++
		case c0&0xF0 == 0xE0 && i+2 < end:
			v := uint32(*(*uint16)(unsafe.Pointer(at(p, i+1))))
			r := c0&0xF<<12 | v&0x3F<<6 | v>>8&0x3F
			if v&0xC0C0 != 0x8080 || r < 0x800 {
				i++ // broken: one byte stands for nothing
				sc.broken = true
				continue
			}
			e = *at(table, int(r))
			i += 3
		case c0 < 0xE0 && c0 >= 0xC2 && i+1 < end && *at(p, i+1)&0xC0 == 0x80:
			e = *at(table, int(c0&0x1F<<6|uint32(*at(p, i+1))&0x3F))
			i += 2
		default:
			e = codeSpecial
		}
		if e == codeSpecial {
			all |= attrShape << 16 // perhaps: who asks looks at each character
			r, w := utf8.DecodeRuneInString(s[start:])
			i = start + w
			if w == 1 && r == utf8.RuneError {
				sc.broken = true
				continue
			}
			if r > 0xFFFF {
				units++
			}
			one, several := m.fold.read(r)
			if several == nil {
				if one == 0 {
					if w > 2 && r != 0xFE0F && invisible(r) && !(r == 0x200D && emojiAt(s[i:])) {
						sc.hidden++
					}
					continue
				}
				c := m.codeOf(one)
				e = uint32(c) | uint32(m.attr[c])<<16
			} else {
				for _, r := range several {
					c := m.codeOf(r)
					sc.codes[n], sc.attrs[n], sc.pos[n] = c, m.attr[c], uint32(start)
					all |= uint32(m.attr[c]) << 16
					n++
				}
				continue
			}
		}
		*at(codes, n) = uint16(e)
		*at(attrs, n) = uint16(e >> 16)
		*at(pos, n) = uint32(start)
		all |= e
		n += int((e&0xFFFF + 0xFFFF) >> 16) // a skipped character's place is taken by the next
	}
	sc.units = units
	sc.all |= uint16(all >> 16)
	return i, n
}

// runeAt is utf8.DecodeRuneInString with a shorter way for most characters.
func runeAt(s string, i int) (rune, int) {
	if c := s[i]; c < 0x80 {
		return rune(c), 1
	} else if c&0xF0 == 0xE0 && i+2 < len(s) {
		b, d := s[i+1], s[i+2]
		if r := rune(c&0xF)<<12 | rune(b&0x3F)<<6 | rune(d&0x3F); b&0xC0 == 0x80 && d&0xC0 == 0x80 && r >= 0x800 && r&0xF800 != 0xD800 {
			return r, 3
		}
	}
	return utf8.DecodeRuneInString(s[i:])
}

// emojiAt tells whether a text begins with a pictograph: a joiner before it is part of it.
func emojiAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x1F300 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF
}

// pairs notes the places whose first two codes begin a word; the lowest bit of a candidate
// says that a word of two codes does.
func (m *matcher) pairs(sc *scratch, n int) int {
	f2 := unsafe.SliceData(m.f2)
	shift := m.f2shift & 31
	codes, cand := unsafe.SliceData(sc.codes), unsafe.SliceData(sc.cand)
	a := uint32(*codes)
	k := 0
	for j := 1; j < n; j++ {
		b := uint32(*at(codes, j))
		h := (a<<16 | b) * hashA >> shift
		v := *at(f2, int(h>>4)) >> (h & 15 * 2) & 3
		*at(cand, k) = uint32(j-1)<<1 | v>>1
		k += int(v & 1)
		a = b
	}
	return k
}

// thin drops candidates whose first three codes begin no word.
func (m *matcher) thin(sc *scratch, k int) int {
	f3 := unsafe.SliceData(m.f3)
	shift := m.f3shift & 31
	cand, codes := unsafe.SliceData(sc.cand), unsafe.SliceData(sc.codes)
	kept := 0
	for x := 0; x < k; x++ {
		e := *at(cand, x)
		i := int(e >> 1)
		key := uint32(*at(codes, i))<<16 | uint32(*at(codes, i+1))
		h := (key*hashA + uint32(*at(codes, i+2))*hashB) >> shift
		ok := *at(f3, int(h>>6))>>(h&63)&1 | uint64(e&1)
		*at(cand, kept) = uint32(i)
		kept += int(ok)
	}
	return kept
}

const lanes = 0x0001000100010001

// countAttr counts the codes that have an attribute, four at a time.
func (sc *scratch) countAttr(n int, attr uint16) int {
	if sc.all&attr == 0 {
		return 0
	}
	return countLanes(sc.attrs[1:n], attr)
}

func countLanes(row []uint16, attr uint16) int {
	count := 0
	p := unsafe.SliceData(row)
	i := 0
	sum := uint64(0)
	shift := trailing(attr)
	for ; i+4 <= len(row); i += 4 {
		sum += *(*uint64)(unsafe.Pointer(at(p, i))) >> shift & lanes
		if i&0xFFF0 == 0xFFF0 { // before a lane is full
			count += foldLanes(sum)
			sum = 0
		}
	}
	for ; i < len(row); i++ {
		count += int(row[i] >> shift & 1)
	}
	return count + foldLanes(sum)
}

// countBoth counts digits and letters.
func countBoth(row []uint16) (digits, letters int) {
	p := unsafe.SliceData(row)
	i := 0
	a, b := uint64(0), uint64(0)
	for ; i+4 <= len(row); i += 4 {
		x := *(*uint64)(unsafe.Pointer(at(p, i)))
		a += x & lanes
		b += x >> 1 & lanes
		if i&0xFFF0 == 0xFFF0 { // before a lane is full
			digits, letters = digits+foldLanes(a), letters+foldLanes(b)
			a, b = 0, 0
		}
	}
	for ; i < len(row); i++ {
		digits += int(row[i] & 1)
		letters += int(row[i] >> 1 & 1)
	}
	return digits + foldLanes(a), letters + foldLanes(b)
}

// foldLanes adds up four lanes of 16 bits.
func foldLanes(v uint64) int {
	return int(v&0xFFFF + v>>16&0xFFFF + v>>32&0xFFFF + v>>48)
}

func trailing(attr uint16) int {
	n := 0
	for attr&1 == 0 {
		attr >>= 1
		n++
	}
	return n
}
