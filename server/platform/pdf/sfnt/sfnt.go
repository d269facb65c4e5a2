// Package sfnt reads a TrueType font once and cuts small fonts out of it.
//
// A PDF embeds only the glyphs that it shows. Letting the PDF library read a
// 7 MB font for each document costs more than the document itself, so the big
// font is indexed once and every render gets a fresh small one, which also
// means that no two renders ever share a byte slice that someone may write.
//
// Only what the house's fonts need is supported: glyf outlines, cmap formats 4
// and 12, characters up to U+FFFF. Layout tables and hinting are left out.
package sfnt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Font is an indexed TrueType font. It is never written after Parse and may be
// used by any number of goroutines.
type Font struct {
	tables     map[string][]byte
	loca       []uint32
	glyphs     [0x10000]uint16 // character → glyph; 0 means the font lacks it
	metrics    int             // entries in hmtx that carry an advance
	unitsPerEm int
}

var errCut = errors.New("sfnt: the font is cut short")

// Parse indexes a TrueType font. The bytes are kept and must not change.
// Collections (TTC) and fonts with CFF outlines are refused.
func Parse(data []byte) (font *Font, err error) {
	defer func() {
		// A damaged file points outside itself; that is the file's fault.
		if r := recover(); r != nil {
			font, err = nil, fmt.Errorf("%w (%v)", errCut, r)
		}
	}()
	if len(data) < 12 {
		return nil, errCut
	}
	if tag := binary.BigEndian.Uint32(data); tag != 0x00010000 && tag != 0x74727565 {
		return nil, fmt.Errorf("sfnt: not a TrueType font (starts with %08x)", tag)
	}
	f := &Font{tables: map[string][]byte{}}
	for i := range int(u16(data, 4)) {
		record := data[12+16*i:]
		offset, size := u32(record, 8), u32(record, 12)
		f.tables[string(record[:4])] = data[offset : offset+size : offset+size]
	}
	for _, name := range []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"} {
		if f.tables[name] == nil {
			return nil, fmt.Errorf("sfnt: the font has no table %q", name)
		}
	}
	f.unitsPerEm = int(u16(f.tables["head"], 18))
	f.metrics = int(u16(f.tables["hhea"], 34))
	if f.unitsPerEm == 0 || f.metrics == 0 {
		return nil, errCut
	}
	f.readLoca()
	return f, f.readCmap()
}

// Has tells whether the font draws r.
func (f *Font) Has(r rune) bool { return r > 0 && r <= 0xFFFF && f.glyphs[r] != 0 }

// Advance is the width of r in thousandths of the font size, rounded as PDF
// viewers are told it; 0 for a character that the font lacks.
func (f *Font) Advance(r rune) int {
	if !f.Has(r) {
		return 0
	}
	advance := int(f.hmtx(int(f.glyphs[r]))[0])<<8 | int(f.hmtx(int(f.glyphs[r]))[1])
	return (advance*1000 + f.unitsPerEm/2) / f.unitsPerEm
}

// Runes lists the characters of the font in order.
func (f *Font) Runes() []rune {
	var all []rune
	for r, glyph := range f.glyphs {
		if glyph != 0 {
			all = append(all, rune(r))
		}
	}
	return all
}

// Subset cuts a font that draws just these characters; what the font lacks is
// left out. The result is the caller's own and depends only on the set.
func (f *Font) Subset(runes []rune) []byte {
	runes = slices.Clone(runes)
	slices.Sort(runes)
	runes = slices.DeleteFunc(slices.Compact(runes), func(r rune) bool { return !f.Has(r) })

	// Glyph 0 is the mark for "missing" and always first.
	kept, number := []int{0}, map[int]int{0: 0}
	keep := func(glyph int) {
		if _, ok := number[glyph]; !ok {
			number[glyph] = len(kept)
			kept = append(kept, glyph)
		}
	}
	for _, r := range runes {
		keep(int(f.glyphs[r]))
	}
	for i := 0; i < len(kept); i++ { // composites pull in their parts
		eachComponent(f.glyph(kept[i]), func(at int, part int) { keep(part) })
	}

	var glyf, hmtx []byte
	loca := make([]byte, 0, 4*len(kept)+4)
	for _, old := range kept {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		outline := slices.Clone(f.glyph(old))
		eachComponent(outline, func(at int, part int) {
			binary.BigEndian.PutUint16(outline[at:], uint16(number[part]))
		})
		glyf = append(glyf, outline...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = append(hmtx, f.hmtx(old)...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // long loca
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(kept)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(kept)))
	tables := map[string][]byte{
		"cmap": cmap4(runes, func(r rune) uint16 { return uint16(number[int(f.glyphs[r])]) }),
		"glyf": glyf, "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp,
		"post": post3(f.tables["post"]),
	}
	for _, name := range []string{"name", "OS/2"} {
		if t := f.tables[name]; t != nil {
			tables[name] = t
		}
	}
	return assemble(tables)
}

func (f *Font) readLoca() {
	loca, count := f.tables["loca"], int(u16(f.tables["maxp"], 4))+1
	f.loca = make([]uint32, count)
	for i := range f.loca {
		if u16(f.tables["head"], 50) == 0 {
			f.loca[i] = 2 * uint32(u16(loca, 2*i))
		} else {
			f.loca[i] = u32(loca, 4*i)
		}
	}
}

func (f *Font) readCmap() error {
	cmap := f.tables["cmap"]
	best := []byte(nil)
	for i := range int(u16(cmap, 2)) {
		record := cmap[4+8*i:]
		platform, encoding := u16(record, 0), u16(record, 2)
		if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		sub := cmap[u32(record, 4):]
		// Format 4 holds all of the BMP in every font that carries it.
		if format := u16(sub, 0); format == 4 || format == 12 && best == nil {
			best = sub
		}
	}
	if best == nil {
		return errors.New("sfnt: the font has no Unicode cmap of format 4 or 12")
	}
	if u16(best, 0) == 12 {
		for i := range int(u32(best, 12)) {
			group := best[16+12*i:]
			for r := u32(group, 0); r <= min(u32(group, 4), 0xFFFF); r++ {
				f.glyphs[r] = uint16(u32(group, 8) + r - u32(group, 0))
			}
		}
		return nil
	}
	double := int(u16(best, 6)) // twice the number of segments
	ends, starts := best[14:], best[16+double:]
	deltas, offsets := best[16+2*double:], best[16+3*double:]
	for s := 0; s < double; s += 2 {
		start, end := int(u16(starts, s)), int(u16(ends, s))
		for r := start; r <= end && r < 0xFFFF; r++ {
			glyph := uint16(r)
			if offset := int(u16(offsets, s)); offset != 0 {
				if glyph = u16(offsets, s+offset+2*(r-start)); glyph == 0 {
					continue
				}
			}
			f.glyphs[r] = glyph + u16(deltas, s)
		}
	}
	return nil
}

func (f *Font) glyph(n int) []byte { return f.tables["glyf"][f.loca[n]:f.loca[n+1]] }

// hmtx is advance and left bearing of a glyph, four bytes. Glyphs after the
// last full entry share its advance.
func (f *Font) hmtx(n int) []byte {
	t := f.tables["hmtx"]
	if n < f.metrics {
		return t[4*n : 4*n+4]
	}
	last, bearing := 4*(f.metrics-1), 4*f.metrics+2*(n-f.metrics)
	return []byte{t[last], t[last+1], t[bearing], t[bearing+1]}
}

// eachComponent visits the parts of a composite outline: where the number of
// the part's glyph stands, and that number.
func eachComponent(outline []byte, visit func(at int, part int)) {
	if len(outline) < 10 || outline[0]&0x80 == 0 {
		return
	}
	for at, more := 10, true; more; {
		flags := u16(outline, at)
		visit(at+2, int(u16(outline, at+2)))
		at += 6
		if flags&0x0001 != 0 { // offsets are words
			at += 2
		}
		switch {
		case flags&0x0008 != 0: // one scale
			at += 2
		case flags&0x0040 != 0: // scale by axis
			at += 4
		case flags&0x0080 != 0: // matrix
			at += 8
		}
		more = flags&0x0020 != 0
	}
}

// cmap4 writes a cmap with one format 4 table, a segment per run of
// characters whose glyphs are in sequence too. A subset numbers its glyphs in
// the order of the characters, so there are few runs and the 16-bit length of
// the table is never reached.
func cmap4(runes []rune, glyph func(rune) uint16) []byte {
	type segment struct {
		first, last rune
		delta       uint16
	}
	var segments []segment
	for _, r := range runes {
		delta := glyph(r) - uint16(r)
		if n := len(segments); n > 0 && segments[n-1].last == r-1 && segments[n-1].delta == delta {
			segments[n-1].last = r
			continue
		}
		segments = append(segments, segment{r, r, delta})
	}
	segments = append(segments, segment{0xFFFF, 0xFFFF, 1})

	n := len(segments)
	searchRange, selector := 2, 0
	for searchRange*2 <= 2*n {
		searchRange, selector = searchRange*2, selector+1
	}
	var t []byte
	add := func(values ...int) {
		for _, v := range values {
			t = binary.BigEndian.AppendUint16(t, uint16(v))
		}
	}
	add(0, 1, 3, 1, 0, 12)
	add(4, 16+8*n, 0, 2*n, searchRange, selector, 2*n-searchRange)
	for _, s := range segments {
		add(int(s.last))
	}
	add(0)
	for _, s := range segments {
		add(int(s.first))
	}
	for _, s := range segments {
		add(int(s.delta))
	}
	for range segments {
		add(0)
	}
	return t
}

// post3 is the post table without glyph names.
func post3(old []byte) []byte {
	t := make([]byte, 32)
	copy(t, old[:min(len(old), 32)])
	binary.BigEndian.PutUint32(t, 0x00030000)
	return t
}

func assemble(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	searchRange, selector := 16, 0
	for searchRange*2 <= 16*len(names) {
		searchRange, selector = searchRange*2, selector+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(names), searchRange, selector, 16*len(names) - searchRange} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	offset, head := 12+16*len(names), 0
	for _, name := range names {
		if name == "head" {
			head = offset
		}
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, checksum(tables[name]))
		out = binary.BigEndian.AppendUint32(out, uint32(offset))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[name])))
		offset += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(t []byte) (sum uint32) {
	for ; len(t) >= 4; t = t[4:] {
		sum += binary.BigEndian.Uint32(t)
	}
	var rest [4]byte
	copy(rest[:], t)
	return sum + binary.BigEndian.Uint32(rest[:])
}

func u16(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }
