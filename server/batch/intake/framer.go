package intake

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// Limits bound what a file may ask of us.
type Limits struct {
	MaxLine     int // bytes of a record
	MaxColumns  int
	MaxXLSX     int64 // bytes of an XLSX file, which is held in memory
	MaxUnpacked int64 // bytes of what is inside
	TempDir     string
}

// DefaultLimits are generous for messages: the longest row of real files is some 2 KB.
func DefaultLimits() Limits {
	return Limits{MaxLine: 64 << 10, MaxColumns: 200, MaxXLSX: 128 << 20, MaxUnpacked: 1 << 30}
}

var sampleLimits = Limits{MaxLine: 64 << 10, MaxColumns: 1 << 20}

// Row is one record of the file. Its cells are UTF-8 and live until the next Read. Where Fault is set the cells hold what
// could be read, for the error file, with bytes that are no characters written as \xE4.
type Row struct {
	Line  int64 // of the file, on which the record begins, from 1; in a spreadsheet its row number
	Cells [][]byte
	Fault Code
}

// Reader gives the rows of a file, one at a time; io.EOF ends them. Any other error is about the whole file.
type Reader interface {
	Read(*Row) error
	// Encoding is what the file's characters turned out to be written in.
	Encoding() Encoding
	Close() error
}

// Open reads the rows of r, which stands at the file's first byte.
func Open(r io.Reader, f Form, l Limits) (Reader, error) {
	switch f.Format {
	case XLSX:
		return openXLSX(r, l)
	case JSONL:
		return newJSONReader(newFramer(r, f, l)), nil
	}
	return newFramer(r, f, l), nil
}

// maxQuoteFaults stops a file whose quotes are wrong throughout: each such row costs a look at a whole MaxLine.
const maxQuoteFaults = 100

// framer cuts a stream into records on the bytes, before anything is decoded: in UTF-8, GB18030 and Big5 the bytes of , ; " tab
// and newline are never part of another character, so a broken character spoils its own record and no other. UTF-16 is
// turned into UTF-8 first, unpaired halves becoming bytes that are invalid there too.
type framer struct {
	src      io.Reader
	form     Form
	limits   Limits
	buf      []byte
	pos, end int
	eof      bool
	line     int64 // of the next record
	quotes   int   // faults so far
	cells    [][]byte
	scratch  []byte            // unquoted and decoded cells
	decoder  *encoding.Decoder // of double bytes
}

func newFramer(r io.Reader, f Form, l Limits) *framer {
	if f.BOM > 0 {
		r = &skipReader{r: r, n: f.BOM}
	}
	if f.Encoding == UTF16LE || f.Encoding == UTF16BE {
		r = &utf16Reader{src: r, big: f.Encoding == UTF16BE}
	}
	if f.Newline == 0 {
		f.Newline = '\n'
	}
	if f.Newline == '\n' {
		r = &lineEnds{r: r}
	}
	return &framer{src: r, form: f, limits: l, buf: make([]byte, max(2*l.MaxLine, 256<<10)), line: 1}
}

func (f *framer) Encoding() Encoding {
	if f.form.Encoding == ASCII {
		return UTF8 // plain ASCII is UTF-8 too
	}
	return f.form.Encoding
}

func (f *framer) Close() error { return nil }

// fill reads on; it tells whether there is more in the buffer than before.
func (f *framer) fill() (bool, error) {
	if f.eof {
		return false, nil
	}
	if f.pos > 0 {
		copy(f.buf, f.buf[f.pos:f.end])
		f.end -= f.pos
		f.pos = 0
	}
	for range 100 {
		n, err := f.src.Read(f.buf[f.end:])
		f.end += n
		if err == io.EOF {
			f.eof = true
			return n > 0, nil
		}
		if err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, io.ErrNoProgress
}

// Read gives the next record that is not blank.
func (f *framer) Read(row *Row) error {
	for {
		row.Fault = RowOK
		record, err := f.record(row)
		if err != nil {
			return err
		}
		if row.Fault != RowOK {
			return nil
		}
		f.cut(record, row)
		if row.Fault == RowOK && blank(row.Cells) {
			continue
		}
		return nil
	}
}

// record gives the bytes of the next record without its line end, and sets row.Line. A record that is too long or has an
// open quote is told by row.Fault, with its beginning in row.Cells.
func (f *framer) record(row *Row) ([]byte, error) {
	for {
		data := f.buf[f.pos:f.end]
		end, quoted := f.findEnd(data)
		row.Line = f.line
		switch {
		case end > f.limits.MaxLine: // a quoted field of many lines, whole but too long
			row.Fault = RowTooLong
			row.Cells = f.beginning(data, int64(end))
			f.advance(end + 1)
			return nil, nil
		case end >= 0:
			f.advance(end + 1)
			return trimReturn(data[:end], f.form.Newline), nil
		case len(data) > f.limits.MaxLine && quoted && bytes.IndexByte(data, f.form.Newline) >= 0:
			return nil, f.openQuote(row)
		case len(data) > f.limits.MaxLine:
			return nil, f.overlong(row)
		}
		more, err := f.fill()
		if err != nil {
			return nil, err
		}
		if more {
			continue
		}
		data = f.buf[f.pos:f.end]
		if len(data) == 0 {
			return nil, io.EOF
		}
		if _, quoted := f.findEnd(data); quoted { // the file ends inside a quote
			return nil, f.openQuote(row)
		}
		f.advance(len(data))
		return trimReturn(data, f.form.Newline), nil
	}
}

// advance passes n bytes and counts their lines; a last line without an end counts too.
func (f *framer) advance(n int) {
	passed := f.buf[f.pos:min(f.pos+n, f.end)]
	f.line += int64(bytes.Count(passed, []byte{f.form.Newline}))
	f.pos += len(passed)
}

// findEnd looks for the line end of the record that begins data; -1 where there is none yet. A quote counts only where it
// begins a field, and ends only where a delimiter or a line end follows.
func (f *framer) findEnd(data []byte) (end int, quoted bool) {
	first := bytes.IndexByte(data, f.form.Newline)
	if f.form.Format != CSV {
		return first, false
	}
	line := data
	if first >= 0 {
		line = data[:first]
	}
	if bytes.IndexByte(line, '"') < 0 {
		return first, false
	}
	fieldStart := true
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case quoted && c != '"':
		case quoted:
			if i+1 == len(data) {
				// What follows tells whether the field ends here; at the end of the file it does.
				return -1, !f.eof
			}
			switch next := data[i+1]; {
			case next == '"':
				i++
			case next == f.form.Delimiter || next == '\n' || next == '\r':
				quoted = false
			}
		case c == f.form.Newline:
			return i, false
		case c == '"' && fieldStart:
			quoted, fieldStart = true, false
		default:
			fieldStart = c == f.form.Delimiter
		}
	}
	return -1, quoted
}

// openQuote takes the line off the stream on which a quote opens that nothing closes within the limit. It costs only that
// line: what follows is read again as rows of its own.
func (f *framer) openQuote(row *Row) error {
	if f.quotes++; f.quotes > maxQuoteFaults {
		return ErrQuotes.Sayf("到第 %d 行为止，引号不成对的行太多，请检查双引号后重新导出", "too many rows with unbalanced quotes, up to line %d; check the double quotes and export the file again", f.line).With("line", f.line)
	}
	data := f.buf[f.pos:f.end]
	n := bytes.IndexByte(data, f.form.Newline)
	if n < 0 {
		n = len(data)
	}
	row.Fault = RowQuote
	row.Cells = f.show(trimReturn(data[:n], f.form.Newline))
	f.advance(n + 1)
	return nil
}

// overlong passes a line that has no end within the limit, however long it is, in constant memory.
func (f *framer) overlong(row *Row) error {
	row.Fault = RowTooLong
	first := bytes.Clone(f.buf[f.pos:min(f.pos+shownBytes, f.end)])
	var length int64
	for {
		data := f.buf[f.pos:f.end]
		if i := bytes.IndexByte(data, f.form.Newline); i >= 0 {
			length += int64(i)
			f.advance(i + 1)
			break
		}
		length += int64(len(data))
		f.pos = f.end
		more, err := f.fill()
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	row.Cells = f.beginning(first, length)
	return nil
}

// shownBytes is how much of a row that can't be used goes into the error file.
const shownBytes = 200

func (f *framer) beginning(data []byte, length int64) [][]byte {
	if len(data) > shownBytes {
		data = data[:shownBytes]
	}
	if !f.doubleByte() {
		for range utf8.UTFMax - 1 { // of a character that was cut
			if r, w := utf8.DecodeLastRune(data); r != utf8.RuneError || w != 1 {
				break
			}
			data = data[:len(data)-1]
		}
	}
	cells := f.show(data)
	cells[0] = fmt.Appendf(cells[0], "…（%d B）", length)
	return cells
}

func trimReturn(b []byte, newline byte) []byte {
	if newline == '\n' && len(b) > 0 && b[len(b)-1] == '\r' {
		return b[:len(b)-1]
	}
	if newline == '\r' && len(b) > 0 && b[0] == '\n' {
		return b[1:]
	}
	return b
}

// cut splits a record into decoded cells.
func (f *framer) cut(record []byte, row *Row) {
	f.cells = f.cells[:0]
	f.scratch = f.scratch[:0]
	ascii := isASCII(record)
	if !ascii && f.form.Encoding == ASCII {
		f.form.Encoding = GB18030
		if utf8.Valid(record) {
			f.form.Encoding = UTF8
		}
	}
	if !ascii && !f.doubleByte() && !utf8.Valid(record) {
		row.Fault, row.Cells = RowEncoding, f.show(record)
		return
	}
	if f.form.Format != CSV {
		f.cells = append(f.cells, record)
	} else if !f.split(record) {
		row.Fault, row.Cells = RowColumns, f.beginning(record, int64(len(record)))
		return
	}
	if !ascii && f.doubleByte() && !f.decode() {
		row.Fault, row.Cells = RowEncoding, f.show(record)
		return
	}
	for i, c := range f.cells {
		f.cells[i] = literal(c)
	}
	row.Cells = f.cells
}

// split cuts at delimiters outside quotes; false where there are too many columns.
func (f *framer) split(record []byte) bool {
	for {
		if len(f.cells) == f.limits.MaxColumns {
			return false
		}
		if len(record) > 0 && record[0] == '"' {
			cell, rest, more := f.unquote(record)
			f.cells = append(f.cells, cell)
			if !more {
				return true
			}
			record = rest
			continue
		}
		i := bytes.IndexByte(record, f.form.Delimiter)
		if i < 0 {
			f.cells = append(f.cells, record)
			return true
		}
		f.cells = append(f.cells, record[:i])
		record = record[i+1:]
	}
}

// unquote reads a quoted field, "" standing for one quote.
func (f *framer) unquote(record []byte) (cell, rest []byte, more bool) {
	from := len(f.scratch)
	i := 1
	for i < len(record) {
		c := record[i]
		if c == '"' {
			if i+1 == len(record) {
				return f.scratch[from:len(f.scratch):len(f.scratch)], nil, false
			}
			if record[i+1] == '"' {
				i++
			} else if record[i+1] == f.form.Delimiter {
				return f.scratch[from:len(f.scratch):len(f.scratch)], record[i+2:], true
			}
		}
		f.scratch = append(f.scratch, c)
		i++
	}
	return f.scratch[from:len(f.scratch):len(f.scratch)], nil, false
}

// doubleByte tells whether the file's characters are pairs of bytes.
func (f *framer) doubleByte() bool {
	return f.form.Encoding == GB18030 || f.form.Encoding == Big5
}

// decode turns cells of double bytes into UTF-8; false where bytes are no characters.
func (f *framer) decode() bool {
	if f.decoder == nil {
		f.decoder = f.form.Encoding.decoder()
	}
	for i, c := range f.cells {
		if isASCII(c) {
			continue
		}
		from := len(f.scratch)
		need := len(c)*2 + 16 // two bytes become three at the most
		if cap(f.scratch)-from < need {
			grown := make([]byte, from, 2*cap(f.scratch)+need) // cells cut before keep the old array
			copy(grown, f.scratch)
			f.scratch = grown
		}
		f.decoder.Reset()
		n, used, err := f.decoder.Transform(f.scratch[from:from+need], c, true)
		f.scratch = f.scratch[:from+n]
		out := f.scratch[from : from+n : from+n]
		if err != nil || used != len(c) || bytes.Contains(out, []byte("\uFFFD")) {
			return false
		}
		f.cells[i] = out
	}
	return true
}

// show is a record that could not be read, as one cell for the error file: decoded where it can be, the other bytes as
// \xE4.
func (f *framer) show(record []byte) [][]byte {
	var out []byte
	if f.doubleByte() {
		for len(record) > 0 {
			n := 1
			if record[0] >= 0x80 {
				n = 0
				for _, try := range []int{2, 4} {
					if len(record) < try {
						break
					}
					if d, err := f.form.Encoding.decoder().Bytes(record[:try]); err == nil && utf8.RuneCount(d) == 1 && !bytes.Contains(d, []byte("\uFFFD")) {
						out, n = append(out, d...), try
						break
					}
				}
				if n == 0 {
					out, n = fmt.Appendf(out, `\x%02X`, record[0]), 1
				}
			} else {
				out = append(out, record[0])
			}
			record = record[n:]
		}
		return [][]byte{out}
	}
	for len(record) > 0 {
		r, w := utf8.DecodeRune(record)
		if r == utf8.RuneError && w == 1 {
			out = fmt.Appendf(out, `\x%02X`, record[0])
		} else {
			out = append(out, record[:w]...)
		}
		record = record[w:]
	}
	return [][]byte{out}
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func blank(cells [][]byte) bool {
	for _, c := range cells {
		for _, b := range c {
			if b != ' ' && b != '\t' && b != '\r' {
				return len(strings.TrimSpace(string(bytes.Join(cells, nil)))) == 0
			}
		}
	}
	return true
}

// lineEnds turns returns that no newline follows into newlines: files put together from several have both. Returns before newlines stay.
type lineEnds struct {
	r    io.Reader
	held bool // a return came last, and what follows it is not known yet
}

func (l *lineEnds) Read(p []byte) (int, error) {
	from := 0
	if l.held && len(p) > 1 {
		p[0], from, l.held = '\r', 1, false
	}
	n, err := l.r.Read(p[from:])
	n += from
	for i := 0; ; i++ {
		next := bytes.IndexByte(p[i:n], '\r')
		if next < 0 {
			return n, err
		}
		switch i += next; {
		case i+1 < n && p[i+1] != '\n':
			p[i] = '\n'
		case i+1 == n && err == nil:
			l.held = true
			return n - 1, nil
		}
	}
}

// skipReader leaves out the first n bytes (a byte order mark).
type skipReader struct {
	r io.Reader
	n int
}

func (s *skipReader) Read(p []byte) (int, error) {
	if s.n > 0 {
		if _, err := io.CopyN(io.Discard, s.r, int64(s.n)); err != nil {
			return 0, err
		}
		s.n = 0
	}
	return s.r.Read(p)
}

// utf16Reader turns UTF-16 into UTF-8 as it goes.
type utf16Reader struct {
	src  io.Reader
	big  bool
	raw  []byte // not yet turned: an odd byte, or the first half of a pair
	out  []byte
	done bool
	in   [16 << 10]byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.done {
			return 0, io.EOF
		}
		n, err := u.src.Read(u.in[:])
		u.raw = append(u.raw, u.in[:n]...)
		if err != nil && err != io.EOF {
			return 0, err
		}
		u.done = err == io.EOF
		keep := len(u.raw) & 1
		if whole := len(u.raw) - keep; !u.done && whole >= 2 && isHigh(unit(u.raw[whole-2:], u.big)) {
			keep += 2
		}
		take := len(u.raw) - keep
		u.out = appendUTF16(u.out[:0], u.raw[:take], u.big)
		if u.done && keep == 1 {
			u.out = append(u.out, 0xff) // half a character at the end: invalid in UTF-8 as well
			take++
		}
		u.raw = append(u.raw[:0], u.raw[take:]...)
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func unit(b []byte, big bool) rune {
	if big {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

func isHigh(r rune) bool { return r >= 0xd800 && r < 0xdc00 }

// appendUTF16 turns whole units into UTF-8. An unpaired half becomes its three bytes as if it were a character, which no
// UTF-8 check lets pass.
func appendUTF16(out, raw []byte, big bool) []byte {
	for i := 0; i+1 < len(raw); i += 2 {
		r := unit(raw[i:], big)
		switch {
		case isHigh(r) && i+3 < len(raw):
			if low := unit(raw[i+2:], big); low >= 0xdc00 && low < 0xe000 {
				out = utf8.AppendRune(out, 0x10000+(r-0xd800)<<10+(low-0xdc00))
				i += 2
				continue
			}
			fallthrough
		case r >= 0xd800 && r < 0xe000:
			out = append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}
