package intake

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// formats shows values of cells as the spreadsheet program does. How numbers and dates are written is the library's business: it
// knows the language of formats. It sees a workbook of ours with a cell for each format that is used.
type formats struct {
	styles   []int          // the number of each style's format
	codes    map[int]string // of the formats that the file itself describes
	date1904 bool
	file     *excelize.File // made when the first value needs it
	cells    map[int]string // by the number of the format
	known    map[shownKey]string
}

type shownKey struct {
	format int
	text   bool
	value  string
}

const (
	// maxStyles is what spreadsheet programs allow, rounded up.
	maxStyles = 1 << 16
	// maxCodes bounds the formats that a file describes, maxCode the length of one.
	maxCodes, maxCode = 1 << 12, 1 << 10
)

// maxKnown is how many values are remembered; dates come again and again.
const maxKnown = 4096

// readFormats reads which format each style has.
func readFormats(w *workbook) (*formats, error) {
	f := &formats{date1904: w.date1904, codes: map[int]string{}, cells: map[int]string{}, known: map[shownKey]string{}}
	if !w.has(w.styles) {
		return f, nil
	}
	return f, w.eachElement(w.styles, func(x *xmlReader) error {
		described := string(x.name) == "numFmt"
		if !described && (string(x.name) != "xf" || x.parent() != "cellXfs") {
			return nil
		}
		id, code := 0, ""
		err := x.each(func(name, value []byte) {
			switch string(name) {
			case "numFmtId":
				id, _ = strconv.Atoi(string(value))
			case "formatCode":
				code = string(value[:min(len(value), maxCode)])
			}
		})
		if described {
			f.codes[id] = code
		} else {
			f.styles = append(f.styles, id)
		}
		if len(f.codes) > maxCodes || len(f.styles) > maxStyles {
			return ErrXLSXBomb.Because(errors.New("too many styles"))
		}
		return err
	})
}

// of is the number of a style's format; 0 is the one that changes nothing.
func (f *formats) of(style int) int {
	if style <= 0 || style >= len(f.styles) {
		return 0
	}
	return f.styles[style]
}

// appendText appends a text in a style. Only formats whose part for texts says more than "@" change it.
func (f *formats) appendText(out []byte, from, style int) []byte {
	code := f.codes[f.of(style)]
	forTexts := code[strings.LastIndexByte(code, ';')+1:]
	if !strings.Contains(forTexts, "@") || forTexts == "@" {
		return out
	}
	return append(out[:from], f.show(shownKey{f.of(style), true, string(out[from:])})...)
}

// appendNumber appends a number as it stands in the file, shown in a style. Whole numbers keep all of their digits, also where the
// style would write 1.38E+10: a phone number is meant.
func (f *formats) appendNumber(out, value []byte, style int) []byte {
	if !plain(value) {
		n, err := strconv.ParseFloat(string(value), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || rounded(value, n) {
			return append(out, value...)
		}
		value = appendGeneral(nil, n)
	}
	format := f.of(style)
	if format == 0 || strings.HasPrefix(f.codes[format], "@") { // one for texts alone
		return append(out, value...)
	}
	shown := f.show(shownKey{format, false, string(value)})
	if shown == "" || hidesDigits(shown) {
		return append(out, value...)
	}
	return append(out, shown...)
}

// rounded tells a large number that a program wrote in powers of ten with fewer digits than spreadsheets do: 1.38E+10 was once another
// number, which nobody knows any more.
func rounded(value []byte, n float64) bool {
	mantissa, _, powers := bytes.Cut(bytes.ToUpper(value), []byte("E"))
	digits := 0
	for _, c := range mantissa {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return powers && digits < 7 && math.Abs(n) >= 1e6
}

// plain tells a number that is written as the program itself would show it: no zeros to leave out, no more digits than it keeps.
func plain(value []byte) bool {
	if len(value) == 0 || len(value) > 15 || value[0] == '0' && len(value) > 1 && value[1] != '.' {
		return false
	}
	point := bytes.IndexByte(value, '.')
	for i, c := range value {
		if (c < '0' || c > '9') && i != point {
			return false
		}
	}
	last := value[len(value)-1]
	return point < 0 || point > 0 && last != '.' && last != '0'
}

// appendGeneral writes a number with the 15 digits that spreadsheets show of fractions; whole ones in full.
func appendGeneral(out []byte, n float64) []byte {
	if n != math.Trunc(n) {
		n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	}
	if size := math.Abs(n); size != 0 && (size < 1e-15 || size >= 1e21) {
		return strconv.AppendFloat(out, n, 'G', 15, 64)
	}
	return strconv.AppendFloat(out, n, 'f', -1, 64)
}

// hidesDigits tells a number that its format shows in powers of ten.
func hidesDigits(c string) bool {
	i := strings.IndexAny(c, "eE")
	return i > 0 && i+2 < len(c) && (c[i+1] == '+' || c[i+1] == '-') && c[i-1] >= '0' && c[i-1] <= '9'
}

// show asks the library; where it doesn't know either the value stays as it is.
func (f *formats) show(key shownKey) string {
	if shown, ok := f.known[key]; ok {
		return shown
	}
	shown, err := f.ask(key)
	if err != nil {
		shown = key.value
	}
	if len(f.known) == maxKnown {
		clear(f.known)
	}
	f.known[key] = shown
	return shown
}

const sheetOfFormats = "Sheet1"

func (f *formats) ask(key shownKey) (shown string, err error) {
	defer func() { // a format that nobody writes must not end the worker
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	cell, ok := f.cells[key.format]
	if !ok {
		if cell, err = f.addCell(key.format); err != nil {
			return "", err
		}
	}
	set := f.file.SetCellDefault
	if key.text {
		set = f.file.SetCellStr
	}
	if err := set(sheetOfFormats, cell, key.value); err != nil {
		return "", err
	}
	return f.file.GetCellValue(sheetOfFormats, cell)
}

// addCell gives a format a cell in our workbook.
func (f *formats) addCell(format int) (cell string, err error) {
	if f.file == nil {
		f.file = excelize.NewFile(excelize.Options{ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm:ss"})
		if err := f.file.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &f.date1904}); err != nil {
			return "", err
		}
	}
	look := &excelize.Style{NumFmt: format}
	if code := f.codes[format]; code != "" {
		look.CustomNumFmt = &code
	}
	style, err := f.file.NewStyle(look)
	if err != nil {
		return "", err
	}
	cell = fmt.Sprintf("A%d", len(f.cells)+1)
	if err := f.file.SetCellStyle(sheetOfFormats, cell, cell, style); err != nil {
		return "", err
	}
	f.cells[format] = cell
	return cell, nil
}

// Close lets go of the library's workbook.
func (f *formats) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
