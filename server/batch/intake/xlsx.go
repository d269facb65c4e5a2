package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxSheetRows and maxSheetColumns are what spreadsheet programs allow.
const maxSheetRows, maxSheetColumns = 1 << 20, 1 << 14

// xlsxReader reads the first sheet of a spreadsheet that people see, row by row. Neither the file nor its table of texts is in memory: both lie
// sealed in files without names.
type xlsxReader struct {
	workbook *workbook
	strings  *sharedStrings
	formats  *formats
	limits   Limits

	sheet string
	part  io.ReadCloser
	xml   *xmlReader
	n     int64 // the row that was begun last

	column int    // of the cell that was begun last, from 0
	text   []byte // of the row's cells, one after the other
	value  []byte // of a cell, as it stands in the file
	ends   []int  // of each cell in text
	cells  [][]byte
}

func openXLSX(r io.Reader, l Limits) (_ Reader, err error) {
	x := &xlsxReader{limits: l}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.Close())
		}
	}()
	if x.workbook, err = openWorkbook(r, l); err != nil {
		return nil, err
	}
	if x.formats, err = readFormats(x.workbook); err != nil {
		return nil, err
	}
	if x.strings, err = readSharedStrings(x.workbook, l); err != nil {
		return nil, err
	}
	x.sheet = x.workbook.first().part
	if x.part, err = x.workbook.openPart(x.sheet); err != nil {
		return nil, err
	}
	x.xml, err = newXMLReader(x.part)
	return x, xmlFault(x.sheet, err)
}

func (x *xlsxReader) Encoding() Encoding { return UTF8 }

func (x *xlsxReader) Close() error {
	var err error
	if x.part != nil {
		err = x.part.Close()
	}
	if x.strings != nil {
		err = errors.Join(err, x.strings.Close())
	}
	if x.formats != nil {
		err = errors.Join(err, x.formats.Close())
	}
	if x.workbook != nil {
		err = errors.Join(err, x.workbook.Close())
	}
	return err
}

// Unread names the sheets that people see in a spreadsheet, in which something stands, and that are not read: those behind the first.
func Unread(r Reader) ([]string, error) {
	names := []string{}
	x, ok := r.(*xlsxReader)
	if !ok {
		return names, nil
	}
	for _, s := range x.workbook.sheets {
		if s.hidden || s.part == x.sheet {
			continue
		}
		switch err := x.workbook.eachElement(s.part, stopAtValue); {
		case errors.Is(err, errValue):
			names = append(names, s.name)
		case err != nil:
			return nil, err
		}
	}
	return names, nil
}

var errValue = errors.New("a cell with a value")

func stopAtValue(x *xmlReader) error {
	if name := string(x.name); name == "v" || name == "is" || name == "f" {
		return errValue
	}
	return nil
}

// Read gives the next row in which something stands. The sheet is read to its end before io.EOF: what is damaged behind the rows is told.
func (x *xlsxReader) Read(row *Row) error {
	for {
		t, err := x.xml.next()
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err == nil && t == tokenStart && string(x.xml.name) == "row" && x.xml.parent() == "sheetData" {
			err = x.readRow(row)
			if err == nil && (len(row.Cells) > 0 || row.Fault != RowOK) {
				return nil
			}
		}
		if err != nil {
			return x.failed(err)
		}
	}
}

// failed tells the row after which a sheet can't be read.
func (x *xlsxReader) failed(err error) error {
	if x.n == 0 || errors.Is(err, ErrXLSXBomb) || errors.Is(err, ErrXLSX) {
		return xmlFault(x.sheet, err)
	}
	return ErrXLSX.Sayf("XLSX 文件从第 %d 行起无法读取，可能已损坏，请在 Excel 中打开后重新保存", "the XLSX file can't be read from row %d on: it may be damaged; open it in Excel and save it again", x.n).
		With("line", x.n).Because(fmt.Errorf("%s: %w", x.sheet, err))
}

func (x *xlsxReader) readRow(row *Row) error {
	number := x.n + 1
	err := x.xml.each(func(name, value []byte) {
		if string(name) == "r" {
			number, _ = strconv.ParseInt(string(value), 10, 64)
		}
	})
	if err != nil {
		return err
	}
	if number <= x.n || number > maxSheetRows {
		return fmt.Errorf("row %d after row %d", number, x.n)
	}
	x.n, x.column = number, -1
	x.text, x.ends, x.cells = x.text[:0], x.ends[:0], x.cells[:0]
	row.Line, row.Fault, row.Cells = number, RowOK, nil
	for {
		t, err := x.xml.next()
		if err != nil {
			return err
		}
		switch {
		case t == tokenEnd:
			x.cut(row)
			return nil
		case t == tokenStart && string(x.xml.name) == "c":
			if err := x.readCell(row); err != nil {
				return err
			}
		case t == tokenStart:
			if err := x.xml.skip(); err != nil {
				return err
			}
		}
	}
}

// cut makes cells of the row's text.
func (x *xlsxReader) cut(row *Row) {
	from := 0
	for _, end := range x.ends {
		x.cells = append(x.cells, x.text[from:end:end])
		from = end
	}
	row.Cells = x.cells
}

// cell is what stands in the file for one.
type cell struct {
	kind    string
	style   int
	valued  bool // a value is given, if an empty one
	formula []byte
}

// kinds are those of cells, so that none has to be made anew for each.
var kinds = map[string]string{"": "", "n": "n", "s": "s", "str": "str", "inlineStr": "inlineStr", "b": "b", "e": "e", "d": "d"}

func (x *xlsxReader) readCell(row *Row) error {
	var c cell
	place := x.column + 1
	err := x.xml.each(func(name, value []byte) {
		switch string(name) {
		case "r":
			place = columnOf(value)
		case "t":
			c.kind = kinds[string(value)]
		case "s":
			c.style, _ = strconv.Atoi(string(value))
		}
	})
	if err != nil {
		return err
	}
	if place <= x.column || place >= maxSheetColumns {
		return fmt.Errorf("column %d after column %d", place+1, x.column+1)
	}
	x.column = place
	from := len(x.text)
	if err := x.readValue(&c); err != nil {
		return err
	}
	x.keep(row, from)
	return nil
}

// columnOf is the place of a cell such as B12, from 0; -1 where it is none.
func columnOf(name []byte) int {
	n := 0
	for i, c := range name {
		switch {
		case c >= 'A' && c <= 'Z' && i < 3:
			n = n*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && i > 0:
			return n - 1
		default:
			return -1
		}
	}
	return -1
}

// readValue reads to the end of a cell and appends to text what people see in it.
func (x *xlsxReader) readValue(c *cell) error {
	x.value = x.value[:0]
	from := len(x.text)
	for {
		t, err := x.xml.next()
		if err != nil {
			return err
		}
		switch {
		case t == tokenEnd:
			return x.show(c, from)
		case t != tokenStart:
		case string(x.xml.name) == "v":
			c.valued = true
			x.value, err = appendText(x.xml, x.value, x.limits.MaxLine+1)
		case string(x.xml.name) == "is":
			c.valued = true
			x.value, err = readRichText(x.xml, x.value, x.limits.MaxLine+1)
		case string(x.xml.name) == "f":
			c.formula, err = appendText(x.xml, append(c.formula, '='), shownBytes)
		default:
			err = x.xml.skip()
		}
		if err != nil {
			return err
		}
	}
}

// show appends a cell's value. A formula that was saved without its result is shown itself: what reads the rows refuses it where it is needed.
func (x *xlsxReader) show(c *cell, from int) (err error) {
	switch {
	case !c.valued:
		x.text = append(x.text, c.formula...)
		return nil
	case c.kind == "s" && len(x.value) > 0:
		if x.text, err = x.strings.appendTo(x.text, x.value); err != nil {
			return err
		}
		x.text = x.formats.appendText(x.text, from, c.style)
	case c.kind == "inlineStr":
		x.text = x.formats.appendText(append(x.text, x.value...), from, c.style)
	case c.kind == "str":
		x.text = unescape(append(x.text, x.value...), from)
	case c.kind == "b":
		x.text = append(x.text, truth(x.value)...)
	case c.kind == "d":
		x.text = append(x.text, isoDate(x.value)...)
	case c.kind == "" || c.kind == "n":
		x.text = x.formats.appendNumber(x.text, x.value, c.style)
	default:
		x.text = append(x.text, x.value...)
	}
	return nil
}

func truth(value []byte) string {
	switch string(value) {
	case "1":
		return "TRUE"
	case "0":
		return "FALSE"
	}
	return string(value)
}

// isoDate shows a date that stands in the file as ISO 8601, which hardly any program writes.
func isoDate(value []byte) string {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, string(value)); err == nil {
			if t.Equal(t.Truncate(24 * time.Hour)) {
				return t.Format(time.DateOnly)
			}
			return t.Format(time.DateTime)
		}
	}
	return string(value)
}

// keep makes what was appended from a place on the cell of its column, if there is something to see. A row that is too large is told
// and keeps what it has.
func (x *xlsxReader) keep(row *Row, from int) {
	seen := x.text[from:]
	switch {
	case row.Fault != RowOK && row.Fault != RowEncoding, len(bytes.TrimSpace(seen)) == 0:
		x.text = x.text[:from]
		return
	case len(x.text) > x.limits.MaxLine:
		row.Fault, x.text = RowTooLong, x.text[:from]
		x.text = append(x.text, bytes.ToValidUTF8(seen[:min(len(seen), shownBytes)], nil)...)
	case x.column >= x.limits.MaxColumns:
		row.Fault, x.text = RowColumns, x.text[:from]
		return
	case !utf8.Valid(seen):
		row.Fault = RowEncoding
		x.text = append(x.text[:from], bytes.ToValidUTF8(seen, []byte("\uFFFD"))...)
	}
	for len(x.ends) < x.column {
		x.ends = append(x.ends, from)
	}
	x.ends = append(x.ends, len(x.text))
}
