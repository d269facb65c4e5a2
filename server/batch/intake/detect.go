// Package intake reads the rows of an uploaded file, whatever its form: CSV, TXT, XLSX or JSON Lines, in UTF-8, UTF-16, GB18030
// or Big5. It looks at content, never at names, and its memory does not grow with the file. It is pure: readers in, rows
// out; what a row means is batch's business.
package intake

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Format is the form of a file.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	TXT   Format = "txt"
	XLSX  Format = "xlsx"
	JSONL Format = "jsonl"
)

// Encoding is how the file's characters are written.
type Encoding string

// The encodings. ASCII means: nothing else seen yet; the first row with other bytes decides (Reader.Encoding tells).
const (
	ASCII   Encoding = "ascii"
	UTF8    Encoding = "utf-8"
	UTF8BOM Encoding = "utf-8-bom"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	GB18030 Encoding = "gb18030"
	Big5    Encoding = "big5"
)

// Form is what Detect finds out from the beginning of a file.
type Form struct {
	Format    Format
	Encoding  Encoding
	BOM       int  // bytes to skip
	Delimiter byte // of CSV
	Newline   byte // '\n', or '\r' for files of old Macs
}

// HeadSize is how much of the beginning Detect wants to see.
const HeadSize = 256 << 10

// signatures are files that people upload by mistake.
var signatures = []struct{ magic, zh, en string }{
	{"\x89PNG", "图片（PNG）", "a picture (PNG)"},
	{"\xff\xd8\xff", "图片（JPEG）", "a picture (JPEG)"},
	{"GIF8", "图片（GIF）", "a picture (GIF)"},
	{"RIFF", "音视频或图片文件", "a media file"},
	{"%PDF", "PDF 文件", "a PDF"},
	{"\x1f\x8b", "gzip 压缩文件", "a gzip archive"},
	{"7z\xbc\xaf", "7z 压缩包", "a 7z archive"},
	{"Rar!", "RAR 压缩包", "a RAR archive"},
	{"BZh", "bzip2 压缩文件", "a bzip2 archive"},
	{"\xfd7zXZ", "xz 压缩文件", "an xz archive"},
	{"\x28\xb5\x2f\xfd", "zstd 压缩文件", "a zstd archive"},
	{"\x7fELF", "程序文件", "a program"},
	{"MZ\x90", "程序文件", "a program"},
	{"SQLite format 3", "数据库文件", "a database"},
	{"{\\rtf", "RTF 文档", "an RTF document"},
	{"<!DOCTYPE", "网页文件", "a web page"},
	{"<html", "网页文件", "a web page"},
	{"<?xml", "XML 文件", "an XML file"},
}

// encryptedPackage is the name, in UTF-16, under which Office keeps a workbook with a password in a file of the old kind.
var encryptedPackage = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e")

// Detect finds the form of a file from its head; whole tells that the head is all of it.
func Detect(head []byte, whole bool) (Form, error) {
	if len(head) == 0 {
		return Form{}, ErrEmpty
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		if looksXLSX(head) {
			return Form{Format: XLSX, Encoding: UTF8}, nil
		}
		if bytes.Contains(head[:min(len(head), 200)], []byte("application/vnd.oasis.opendocument")) {
			return Form{}, ErrODS
		}
		for _, office := range []struct{ part, name string }{{"word/document.xml", "Word"}, {"ppt/presentation.xml", "PowerPoint"}} {
			if bytes.Contains(head, []byte(office.part)) {
				return Form{}, ErrNotTable.Sayf("这是 %[1]s 文档，请上传 CSV、TXT、XLSX 或 JSON Lines 文件", "this is a %[1]s document; upload CSV, TXT, XLSX or JSON Lines", office.name)
			}
		}
		return Form{}, ErrZip
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		if bytes.Contains(head, encryptedPackage) {
			return Form{}, ErrPassword
		}
		return Form{}, ErrOldExcel
	}
	for _, s := range signatures {
		if len(head) < len(s.magic) {
			continue
		}
		begin := string(head[:len(s.magic)])
		// Only tags come in both cases; folding would also take any bytes that are no UTF-8, as GBK is, for one another.
		if begin == s.magic || s.magic[0] == '<' && strings.EqualFold(begin, s.magic) {
			return Form{}, ErrNotTable.Sayf("这是%[1]s，请上传 CSV、TXT、XLSX 或 JSON Lines 文件", "this is %[2]s; upload CSV, TXT, XLSX or JSON Lines", s.zh, s.en).With("kind", s.en)
		}
	}
	f := Form{Newline: '\n'}
	f.Encoding, f.BOM = detectEncoding(head, whole)
	text, err := sampleText(head, f, whole)
	if err != nil {
		return Form{}, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		if whole {
			return Form{}, ErrEmpty
		}
		return Form{}, ErrNotTable.Say("文件开头是大段空白，请删除后重新上传", "the file begins with a long stretch of blanks; delete it and upload again")
	}
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		f.Newline = '\r'
	}
	if looksJSON(text, f.Newline) {
		f.Format = JSONL
		return f, nil
	}
	f.Format, f.Delimiter = detectDelimiter(text, f.Newline, whole)
	return f, nil
}

// looksXLSX looks at the first name inside a zip: an XLSX begins with one of its own parts.
func looksXLSX(head []byte) bool {
	if len(head) < 30 {
		return false
	}
	n := int(head[26]) | int(head[27])<<8
	if len(head) < 30+n {
		return false
	}
	name := string(head[30 : 30+n])
	for _, p := range []string{"[Content_Types].xml", "_rels/", "xl/", "docProps/", "customXml/"} {
		if strings.HasPrefix(name, p) {
			// Word and PowerPoint files begin alike; their parts are elsewhere.
			return !bytes.Contains(head, []byte("word/document.xml")) && !bytes.Contains(head, []byte("ppt/presentation.xml"))
		}
	}
	return false
}

func detectEncoding(head []byte, whole bool) (Encoding, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return UTF8BOM, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE, 2
	}
	// Digits, commas and line ends of UTF-16 have a NUL in one half of each pair. Text in other encodings has none.
	var even, odd int
	for i := 0; i+1 < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	pairs := len(head) / 2
	switch {
	case odd*10 > pairs && even*10 < odd:
		return UTF16LE, 0
	case even*10 > pairs && odd*10 < even:
		return UTF16BE, 0
	}
	if !whole { // a character may be cut at the end of the head
		for i := 1; i <= 3 && i <= len(head); i++ {
			if c := head[len(head)-i]; c < 0x80 {
				break
			} else if utf8.RuneStart(c) {
				if !utf8.FullRune(head[len(head)-i:]) {
					head = head[:len(head)-i]
				}
				break
			}
		}
	}
	good, wide, bad, high := 0, 0, 0, false
	for i := 0; i < len(head); {
		if head[i] < 0x80 {
			i++
			continue
		}
		high = true
		r, w := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && w == 1 {
			bad++
		} else {
			good++
		}
		if w >= 3 {
			wide++
		}
		i += w
	}
	switch {
	case !high:
		return ASCII, 0
	case bad == 0, good > 20*bad, wide > 2*bad:
		// A few broken bytes among good characters are damage: those rows are told. GBK read as UTF-8 is nearly all bad; pairs
		// of its bytes may pass for a character of two bytes, hardly ever for one of three, as Chinese is in UTF-8.
		return UTF8, 0
	}
	return doubleByte(head), 0
}

// doubleByte tells Big5 from GB18030. In Big5 two of five characters end in a byte of ASCII's upper half, where GB18030 keeps what hardly
// anybody writes; and its common characters begin with A1 to C6.
func doubleByte(head []byte) Encoding {
	pairs, low, common := 0, 0, 0
	for i := 0; i+1 < len(head); i++ {
		if head[i] < 0x80 {
			continue
		}
		pairs++
		if head[i+1] < 0x80 {
			low++
		}
		if head[i] >= 0xa1 && head[i] <= 0xc6 {
			common++
		}
		i++
	}
	if pairs >= 8 && low*5 > pairs && common*10 > pairs*8 {
		return Big5
	}
	return GB18030
}

// decoder is that of an encoding with double bytes, nil for the others.
func (e Encoding) decoder() *encoding.Decoder {
	switch e {
	case GB18030:
		return simplifiedchinese.GB18030.NewDecoder()
	case Big5:
		return traditionalchinese.Big5.NewDecoder()
	}
	return nil
}

// sampleText is the head as UTF-8, refused where it is no text at all.
func sampleText(head []byte, f Form, whole bool) ([]byte, error) {
	raw := head[f.BOM:]
	var text []byte
	switch f.Encoding {
	case UTF16LE, UTF16BE:
		text = appendUTF16(nil, raw[:len(raw)&^1], f.Encoding == UTF16BE)
	case GB18030, Big5:
		text, _ = f.Encoding.decoder().Bytes(raw)
	default:
		text = raw
	}
	odd, broken, total := 0, 0, 0
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRune(text[i:])
		i += w
		total++
		switch {
		case r == utf8.RuneError:
			broken++
		case r < 0x20 && r != '\n' && r != '\r' && r != '\t', r == 0x7f:
			odd++
		}
	}
	if !whole && broken > 0 {
		broken-- // a character cut at the end
	}
	if total > 0 && (odd*20 > total || broken*5 > total) {
		return nil, ErrNotTable.Say("文件内容不是文本（可能是程序、图片或加密文件），请上传 CSV、TXT、XLSX 或 JSON Lines 文件",
			"the file's content is no text (it may be a program, a picture or encrypted); upload CSV, TXT, XLSX or JSON Lines")
	}
	return text, nil
}

func looksJSON(text []byte, newline byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	line := text
	if i := bytes.IndexByte(text, newline); i >= 0 {
		line = text[:i]
	}
	line = bytes.TrimSpace(line)
	// A template such as {姓名} may stand in a CSV; a JSON object has quoted keys.
	rest := bytes.TrimSpace(line[1:])
	return json.Valid(line) || len(rest) > 0 && rest[0] == '"' && bytes.Contains(rest, []byte(`":`))
}

// delimiters in the order in which they win a tie.
var delimiters = []byte{',', '\t', ';'}

// detectDelimiter takes the delimiter that cuts nearly all of the sample's records into the same number of columns, two at
// least; where none does, the file is a list of lines.
func detectDelimiter(text []byte, newline byte, whole bool) (Format, byte) {
	var best byte
	bestCols := 1
	for _, d := range delimiters {
		fr := newFramer(bytes.NewReader(text), Form{Format: CSV, Encoding: UTF8, Delimiter: d, Newline: newline}, sampleLimits)
		counts, n := map[int]int{}, 0
		var row Row
		for n < 500 && fr.Read(&row) == nil {
			if !whole && fr.pos == fr.end { // the last record may be cut
				break
			}
			if row.Fault == RowOK {
				n++
				counts[len(row.Cells)]++
			}
		}
		cols, most := 0, 0
		for c, k := range counts {
			if k > most || k == most && c > cols {
				cols, most = c, k
			}
		}
		if cols >= 2 && most*10 >= n*8 && cols > bestCols {
			best, bestCols = d, cols
		}
	}
	if best == 0 {
		return TXT, 0
	}
	return CSV, best
}
