package cli

import (
	"bufio"
	"bytes"
	"io"
)

// csvReader reads records one at a time. Unlike encoding/csv it survives what people's
// files hold: a quote that is never closed costs one line, not the rest of the file, and
// no record takes more memory than maxLine.
type csvReader struct {
	in   *bufio.Reader
	buf  []byte // read and not yet used
	end  bool
	line int // number of the next line
}

// csvError is a record that can't be read; the file goes on behind its first line.
type csvError struct{ text string }

func (e *csvError) Error() string { return e.text }

func newCSVReader(in io.Reader) *csvReader {
	r := bufio.NewReaderSize(in, 1<<20)
	if b, _ := r.Peek(3); bytes.Equal(b, []byte("\ufeff")) {
		_, _ = r.Discard(3)
	}
	return &csvReader{in: r, line: 1}
}

// more reads on; false at the end of the input.
func (c *csvReader) more() (bool, error) {
	if c.end {
		return false, nil
	}
	at := len(c.buf)
	c.buf = append(c.buf, make([]byte, 64<<10)...)
	n, err := io.ReadFull(c.in, c.buf[at:])
	c.buf = c.buf[:at+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		c.end, err = true, nil
	}
	return n > 0, err
}

// next reads a record and the number of its first line; io.EOF at the end. Empty lines are
// no records.
func (c *csvReader) next() (fields []string, line int, err error) {
	for {
		fields, used, lines, whole := parseRecord(c.buf, c.end)
		if whole {
			line = c.line
			c.line += lines
			c.buf = c.buf[used:]
			if used == 0 {
				return nil, line, io.EOF
			}
			if len(fields) == 0 {
				continue
			}
			return fields, line, nil
		}
		if used >= 0 && len(c.buf) <= maxLine && !c.end {
			if _, err := c.more(); err != nil {
				return nil, c.line, err
			}
			continue
		}
		// a quote that is not closed, or a line without end: give up its first line
		why := "引号没有配对 / a quote is not closed"
		line = c.line
		for {
			if i := bytes.IndexByte(c.buf, '\n'); i >= 0 {
				c.buf = c.buf[i+1:]
				break
			}
			why = "这一行超过 4 MB / this line is longer than 4 MB"
			if c.end {
				why = "引号没有配对 / a quote is not closed"
				c.buf = c.buf[:0]
				break
			}
			c.buf = c.buf[:0]
			if _, err := c.more(); err != nil {
				return nil, line, err
			}
		}
		c.line++
		return nil, line, &csvError{why}
	}
}

// maxQuoted bounds a field in quotes: a quote that is not closed must not cost much.
const maxQuoted = 32 << 10

// parseRecord reads the record at the beginning of b. whole is false where it isn't
// complete; at the end of the input an open quote is never complete. used is -1 where
// more input would not help.
func parseRecord(b []byte, end bool) (fields []string, used, lines int, whole bool) {
	i := 0
	for {
		var field []byte
		if i < len(b) && b[i] == '"' {
			i++
			closed := false
			for i < len(b) && !closed && len(field) <= maxQuoted {
				switch {
				case b[i] != '"':
					if b[i] == '\n' {
						lines++
					}
					field = append(field, b[i])
				case i+1 < len(b) && b[i+1] == '"':
					field = append(field, '"')
					i++
				case i+1 == len(b) && !end:
					return nil, 0, 0, false
				case i+1 == len(b) || b[i+1] == ',' || b[i+1] == '\n' || b[i+1] == '\r':
					closed = true
				default: // 5" inside quotes, written by hand
					field = append(field, '"')
				}
				i++
			}
			if len(field) > maxQuoted {
				return nil, -1, 0, false
			}
			if !closed {
				return nil, 0, 0, false
			}
		} else {
			j := bytes.IndexAny(b[i:], ",\n")
			if j < 0 {
				if !end {
					return nil, 0, 0, false
				}
				j = len(b) - i
			}
			field = b[i : i+j]
			i += j
			if i == len(b) || b[i] == '\n' {
				field = bytes.TrimSuffix(field, []byte{'\r'})
			}
		}
		for i < len(b) && b[i] == '\r' {
			i++
		}
		if len(fields) == 0 && len(field) == 0 && (i == len(b) || b[i] == '\n') {
			// an empty line
			if i < len(b) {
				return nil, i + 1, lines + 1, true
			}
			return nil, i, lines, end
		}
		fields = append(fields, string(field))
		switch {
		case i == len(b):
			if !end {
				return nil, 0, 0, false
			}
			return fields, i, lines, true
		case b[i] == ',':
			i++
		default: // line end
			return fields, i + 1, lines + 1, true
		}
	}
}
