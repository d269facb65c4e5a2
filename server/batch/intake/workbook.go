package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxDirectory bounds what is read of a zip's directory: some ten thousand parts.
const maxDirectory = 1 << 20

// workbook is an XLSX file: a zip of XML parts that point to each other.
type workbook struct {
	file   *scratch
	parts  map[string]*zip.File // by their names in small letters
	left   int64                // bytes that may still be unpacked
	sheets []sheet
	// parts by what they are for
	strings, styles string
	date1904        bool
}

type sheet struct {
	name, part string
	hidden     bool
}

// openWorkbook takes the file off the stream, to disk and sealed, and reads what it says about itself.
func openWorkbook(r io.Reader, l Limits) (*workbook, error) {
	file, err := newScratch(l.TempDir, l.MaxXLSX, ErrTooLarge.Sayf("XLSX 文件超过 %d MB，请拆分或另存为 CSV 上传", "the XLSX file is larger than %d MB; split it or save it as CSV", l.MaxXLSX>>20))
	if err != nil {
		return nil, err
	}
	w := &workbook{file: file, left: l.MaxUnpacked}
	if _, err = io.Copy(file, r); err == nil {
		err = file.flush()
	}
	if err == nil {
		err = w.readDirectory()
	}
	if err == nil {
		err = w.readParts()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

// frugal lets the directory of a zip be read, and not one that never ends.
type frugal struct {
	r    io.ReaderAt
	left int
}

func (f *frugal) ReadAt(p []byte, off int64) (int, error) {
	if f.left >= 0 {
		if f.left -= len(p); f.left < 0 {
			return 0, ErrXLSXBomb.Because(errors.New("a directory of too many parts"))
		}
	}
	return f.r.ReadAt(p, off)
}

func (w *workbook) readDirectory() error {
	directory := &frugal{r: w.file, left: maxDirectory}
	z, err := zip.NewReader(directory, w.file.size)
	if errors.Is(err, ErrXLSXBomb) {
		return err
	}
	if err != nil {
		return ErrXLSX.Because(err)
	}
	directory.left = -1 // the parts may be read whole
	w.parts = make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		name := partName(f.Name)
		if w.parts[name] != nil {
			return ErrXLSX.Because(fmt.Errorf("%.100q stands in it twice", f.Name))
		}
		w.parts[name] = f
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}

// has tells whether the workbook has a part.
func (w *workbook) has(part string) bool { return part != "" && w.parts[partName(part)] != nil }

// openPart unpacks a part as it is read. The zip's own reader tells at its end whether it was what the directory declares.
func (w *workbook) openPart(name string) (io.ReadCloser, error) {
	f := w.parts[partName(name)]
	if f == nil {
		return nil, ErrXLSX.Because(fmt.Errorf("it lacks %.100q", name))
	}
	if f.UncompressedSize64 > uint64(w.left) {
		return nil, ErrXLSXBomb
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrXLSX.Because(err)
	}
	return &unpacked{ReadCloser: r, w: w}, nil
}

// unpacked counts what a part unpacks to.
type unpacked struct {
	io.ReadCloser
	w *workbook
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if u.w.left -= int64(n); u.w.left < 0 {
		return 0, ErrXLSXBomb
	}
	return n, err
}

// xmlFault says where reading a part failed.
func xmlFault(part string, err error) error {
	if err == nil || errors.Is(err, errValue) || errors.Is(err, ErrXLSXBomb) || errors.Is(err, ErrXLSX) {
		return err
	}
	return ErrXLSX.Because(fmt.Errorf("%s: %w", part, err))
}

// eachElement calls use at the beginning of every element of a part, and reads the part to its end.
func (w *workbook) eachElement(part string, use func(x *xmlReader) error) error {
	r, err := w.openPart(part)
	if err != nil {
		return err
	}
	defer r.Close()
	x, err := newXMLReader(r)
	for err == nil {
		var t token
		if t, err = x.next(); err == nil && t == tokenStart {
			err = use(x)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return xmlFault(part, err)
}

// relation is where a part points.
type relation struct{ kind, target string }

// relations are those of a part, by their ids; of the workbook as a whole where the part is "".
func (w *workbook) relations(part string) (map[string]relation, error) {
	out := map[string]relation{}
	folder, name := path.Split(part)
	err := w.eachElement(path.Join(folder, "_rels", name+".rels"), func(x *xmlReader) error {
		if string(x.name) != "Relationship" {
			return nil
		}
		var id string
		var r relation
		err := x.each(func(name, value []byte) {
			switch string(name) {
			case "Id":
				id = string(value)
			case "Type":
				r.kind = string(value[bytes.LastIndexByte(value, '/')+1:])
			case "Target":
				if r.target = string(value); strings.HasPrefix(r.target, "/") {
					r.target = r.target[1:]
				} else {
					r.target = path.Join(folder, r.target)
				}
			}
		})
		out[id] = r
		return err
	})
	return out, err
}

// readParts finds the sheets and the tables that they need.
func (w *workbook) readParts() error {
	top, err := w.relations("")
	if err != nil {
		return err
	}
	main := ""
	for _, r := range top {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	if strings.HasSuffix(main, ".bin") {
		return ErrXLSB
	}
	related, err := w.relations(main)
	if err != nil {
		return err
	}
	for _, r := range related {
		switch r.kind {
		case "sharedStrings":
			w.strings = r.target
		case "styles":
			w.styles = r.target
		}
	}
	err = w.eachElement(main, func(x *xmlReader) error {
		switch string(x.name) {
		case "workbookPr":
			return x.each(func(name, value []byte) {
				if string(name) == "date1904" {
					w.date1904 = string(value) == "1" || string(value) == "true"
				}
			})
		case "sheet":
			return w.addSheet(x, related)
		}
		return nil
	})
	if err == nil && len(w.sheets) == 0 {
		err = ErrXLSX.Because(errors.New("it has no sheet of cells"))
	}
	return err
}

// addSheet notes a sheet of cells; those that are charts have none.
func (w *workbook) addSheet(x *xmlReader, related map[string]relation) error {
	var s sheet
	var r relation
	err := x.each(func(name, value []byte) {
		switch string(name) {
		case "name":
			s.name = string(value)
		case "state":
			s.hidden = string(value) != "visible"
		case "id":
			r = related[string(value)]
		}
	})
	if s.part = r.target; r.kind == "worksheet" {
		w.sheets = append(w.sheets, s)
	}
	return err
}

// first is the sheet that people see first.
func (w *workbook) first() sheet {
	for _, s := range w.sheets {
		if !s.hidden {
			return s
		}
	}
	return w.sheets[0]
}

// Close drops the file.
func (w *workbook) Close() error { return w.file.Close() }
