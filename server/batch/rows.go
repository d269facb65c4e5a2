package batch

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"unicode/utf8"

	"sealgate/server/batch/intake"
	"sealgate/server/recipient"
)

// rowReader turns rows of the file into messages. It is pure: the same rows give the same messages.
type rowReader struct {
	mode   Mode
	layout intake.Layout
	pieces []string
	fixed  int   // UTF-16 units of the pieces
	column []int // of each {变量} in the text, by its place

	directory *recipient.Directory
	vars      [][]byte
	columns   int // of the header; a row with more is out of step
}

// message is what a row gives. vars live until the next row.
type message struct {
	phone uint64
	vars  [][]byte
	parts int
}

// wantOf is what the file must have for the batch.
func wantOf(mode Mode, text string) (intake.Want, []string, []string, error) {
	switch mode {
	case TextPerRow:
		return intake.Want{Text: true}, []string{"", ""}, nil, nil
	case ListOne:
		return intake.Want{}, []string{text}, nil, nil
	}
	pieces, names, err := parseTemplate(text)
	if err != nil {
		return intake.Want{}, nil, nil, err
	}
	var unique []string
	for _, n := range names {
		if !slices.Contains(unique, n) {
			unique = append(unique, n)
		}
	}
	return intake.Want{Variables: unique}, pieces, names, nil
}

func newRowReader(mode Mode, text string, l intake.Layout, d *recipient.Directory) (*rowReader, error) {
	want, pieces, names, err := wantOf(mode, text)
	if err != nil {
		return nil, err
	}
	r := &rowReader{mode: mode, layout: l, pieces: pieces, columns: len(l.Names), directory: d}
	for _, p := range pieces {
		r.fixed += units(p)
	}
	switch mode {
	case TextPerRow:
		r.column = []int{l.Text}
	case Template:
		for _, n := range names {
			r.column = append(r.column, l.Variables[slices.Index(want.Variables, n)])
		}
	}
	r.vars = make([][]byte, len(r.column))
	return r, nil
}

// read gives the row's message, or why it has none; detail names the column to blame.
func (r *rowReader) read(cells [][]byte) (m message, fault intake.Code, detail string) {
	if len(cells) > r.columns && len(bytes.TrimSpace(bytes.Join(cells[r.columns:], nil))) > 0 {
		return m, intake.RowColumns, ""
	}
	cell := func(i int) []byte {
		if i < len(cells) {
			return bytes.TrimSpace(cells[i])
		}
		return nil
	}
	phone, bad := r.directory.Normalise(cell(r.layout.Phone))
	if bad != recipient.OK && intake.Formula(cell(r.layout.Phone)) {
		return m, cellFormula, r.layout.Names[r.layout.Phone]
	}
	if bad != recipient.OK {
		return m, intake.Code(bad), ""
	}
	length := r.fixed
	for i, c := range r.column {
		v := cell(c)
		switch {
		case len(v) == 0 && r.mode == TextPerRow:
			return m, textEmpty, ""
		case len(v) == 0:
			return m, variableEmpty, r.layout.Names[c]
		case intake.Formula(v):
			return m, cellFormula, r.layout.Names[c]
		}
		n, ok := measure(v)
		if !ok {
			return m, textControl, r.layout.Names[c]
		}
		length += n
		r.vars[i] = v
	}
	if length > MaxText {
		return m, textTooLong, ""
	}
	return message{phone: phone, vars: r.vars, parts: parts(length)}, intake.RowOK, ""
}

// measure counts UTF-16 units; false where a character must not stand in a message.
func measure(v []byte) (int, bool) {
	n := 0
	for i := 0; i < len(v); {
		c := v[i]
		if c < 0x80 {
			if c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
				return 0, false
			}
			n++
			i++
			continue
		}
		r, w := utf8.DecodeRune(v[i:])
		if badControl(r) {
			return 0, false
		}
		i += w
		n++
		if r > 0xffff {
			n++
		}
	}
	return n, true
}

// parts is screening.SMSParts for a length in UTF-16 units.
func parts(units int) int {
	if units <= 70 {
		return 1
	}
	return (units + 66) / 67
}

// seen finds rows that repeat an earlier one: same number, same text. It keeps 8 bytes a row. Two different rows that share
// all 64 bits would count as one; at a million rows that happens once in some 10^7 files, and the row then stands in the
// error file like every repeated one.
type seen struct {
	seed  maphash.Seed
	table []uint64
	n     int
	buf   []byte
}

func newSeen() *seen { return &seen{seed: maphash.MakeSeed(), table: make([]uint64, 1<<14)} }

func (s *seen) add(phone uint64, pieces []string, vars [][]byte) (repeated bool) {
	s.buf = binary.LittleEndian.AppendUint64(s.buf[:0], phone)
	for i, v := range vars {
		s.buf = append(append(s.buf, v...), pieces[i+1]...)
	}
	h := maphash.Bytes(s.seed, s.buf)
	if h == 0 {
		h = 1 // 0 marks a free place
	}
	if s.n*10 > len(s.table)*7 {
		old := s.table
		s.table = make([]uint64, 2*len(old))
		for _, v := range old {
			if v != 0 {
				s.place(v)
			}
		}
	}
	return !s.place(h)
}

func (s *seen) place(h uint64) bool {
	mask := uint64(len(s.table) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.table[i] {
		case 0:
			s.table[i] = h
			s.n++
			return true
		case h:
			return false
		}
	}
}

// shortRun is from how many consecutive numbers on a run counts into the share (screening.BatchFacts.RunShare).
const shortRun = 20

// runs counts different numbers, the longest run of consecutive ones, and the numbers that stand in runs of 20 or more. It
// sorts the slice.
func runs(phones []uint64) (distinct, longest, inRuns int64) {
	slices.Sort(phones)
	phones = slices.Compact(phones)
	distinct = int64(len(phones))
	for i := 0; i < len(phones); {
		j := i + 1
		for j < len(phones) && phones[j] == phones[j-1]+1 {
			j++
		}
		n := int64(j - i)
		longest = max(longest, n)
		if n >= shortRun {
			inRuns += n
		}
		i = j
	}
	return distinct, longest, inRuns
}
