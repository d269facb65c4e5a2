package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// xlsxReader reads the first sheet of a spreadsheet row by row. The zip is held in memory (bounded by MaxXLSX); what is
// unpacked beyond 16 MB goes to a file in TempDir that Close removes.
type xlsxReader struct {
	file   *excelize.File
	sheet  string
	rows   *excelize.Rows
	n      int64
	limits Limits
	cells  [][]byte
	// raw gives the values without number formats, for cells whose format hides digits (1.38E+10). It is opened when the
	// first such cell is seen and then follows rows.
	raw      *excelize.Rows
	rawN     int64
	rawCells []string
}

func openXLSX(r io.Reader, l Limits) (Reader, error) {
	file, err := io.ReadAll(io.LimitReader(r, l.MaxXLSX+1))
	if err != nil {
		return nil, err
	}
	if int64(len(file)) > l.MaxXLSX {
		return nil, ErrTooLarge.Sayf("XLSX 文件超过 %d MB，请拆分或另存为 CSV 上传", "the XLSX file is larger than %d MB; split it or save it as CSV", l.MaxXLSX>>20)
	}
	inMemory := min(16<<20, l.MaxUnpacked)
	if err := checkParts(file, inMemory, l.MaxUnpacked); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		UnzipSizeLimit: l.MaxUnpacked, UnzipXMLSizeLimit: inMemory, TmpDir: l.TempDir,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm:ss",
	})
	if err != nil {
		return nil, xlsxError(err)
	}
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		_ = f.Close()
		return nil, ErrXLSX
	}
	x := &xlsxReader{file: f, sheet: sheets[0], limits: l}
	if x.rows, err = f.Rows(x.sheet); err != nil {
		_ = f.Close()
		return nil, xlsxError(err)
	}
	return x, nil
}

// checkParts unpacks, into nothing, the parts that the library unpacks into memory, because it does not look whether they are what the
// directory declares: one that is longer, shorter or has another checksum would be read as if it ended there. The library itself looks
// at larger ones, which it unpacks to disk.
func checkParts(file []byte, inMemory, most int64) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return ErrXLSX.Because(err)
	}
	var sum uint64
	for _, part := range z.File {
		if sum += part.UncompressedSize64; part.UncompressedSize64 > uint64(most) || sum > uint64(most) {
			return ErrXLSXBomb
		}
		if part.UncompressedSize64 > uint64(inMemory) {
			continue
		}
		if err := checkPart(part); err != nil {
			return ErrXLSX.Because(fmt.Errorf("%s: %w", part.Name, err))
		}
	}
	return nil
}

func checkPart(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(r, int64(part.UncompressedSize64)+1))
	if err == nil && uint64(n) != part.UncompressedSize64 {
		err = fmt.Errorf("longer than the %d bytes that are declared", part.UncompressedSize64)
	}
	return err
}

func xlsxError(err error) error {
	if strings.Contains(err.Error(), "unzip size exceeds") {
		return ErrXLSXBomb.Because(err)
	}
	return ErrXLSX.Because(err)
}

func (x *xlsxReader) Encoding() Encoding { return UTF8 }

func (x *xlsxReader) Close() error {
	var err error
	if x.raw != nil {
		err = x.raw.Close()
	}
	return errors.Join(err, x.rows.Close(), x.file.Close())
}

func (x *xlsxReader) Read(row *Row) (err error) {
	defer func() { // a damaged sheet must not end the worker
		if r := recover(); r != nil {
			err = ErrXLSX.Because(fmt.Errorf("panic at row %d: %v", x.n, r))
		}
	}()
	for x.rows.Next() {
		x.n++
		cells, err := x.rows.Columns()
		if err != nil {
			return xlsxError(err)
		}
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 0 {
			continue
		}
		row.Line, row.Fault = x.n, RowOK
		x.cells = x.cells[:0]
		size := 0
		for i, c := range cells {
			size += len(c)
			if i >= x.limits.MaxColumns || size > x.limits.MaxLine {
				row.Fault = RowColumns
				if size > x.limits.MaxLine {
					row.Fault = RowTooLong
				}
				break
			}
			if !utf8.ValidString(c) {
				row.Fault = RowEncoding
				c = strings.ToValidUTF8(c, "\uFFFD")
			}
			if hidesDigits(c) {
				if v, err := x.rawCell(i); err != nil {
					return err
				} else if v != "" {
					c = v
				}
			}
			x.cells = append(x.cells, []byte(c))
		}
		row.Cells = x.cells
		return nil
	}
	if err := x.rows.Error(); err != nil {
		return xlsxError(err)
	}
	return io.EOF
}

// hidesDigits tells a number that its format shows in powers of ten.
func hidesDigits(c string) bool {
	i := strings.IndexAny(c, "eE")
	return i > 0 && i+2 < len(c) && (c[i+1] == '+' || c[i+1] == '-') && c[0] >= '0' && c[0] <= '9'
}

// rawCell is the value of column i of the present row without its format.
func (x *xlsxReader) rawCell(i int) (string, error) {
	if x.raw == nil {
		var err error
		if x.raw, err = x.file.Rows(x.sheet); err != nil {
			return "", xlsxError(err)
		}
	}
	for x.rawN < x.n {
		if !x.raw.Next() {
			return "", nil
		}
		x.rawN++
		var err error
		if x.rawCells, err = x.raw.Columns(excelize.Options{RawCellValue: true}); err != nil {
			return "", xlsxError(err)
		}
	}
	if i < len(x.rawCells) {
		return x.rawCells[i], nil
	}
	return "", nil
}
