// Package document keeps attachments: scans, proofs, and the papers that the program itself made. See README.md.
package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // registered for image.DecodeConfig
	_ "image/png"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"sealgate/server/caldate"
)

// MaxSize is the largest attachment that is taken.
const MaxSize = 20 << 20

// maxName is how many characters of a file's name are kept.
const maxName = 120

// Document is an attachment (C13). Its content never changes. Until it is linked to an object it belongs to its uploader
// alone; afterwards to everybody who may see the customer whose object it is.
type Document struct {
	ID         string `gorm:"primaryKey"`
	BlobKey    string // random, says nothing about the content
	Name       string // as uploaded, made safe; only for showing and for the download's file name
	Purpose    string
	MIME       string `gorm:"column:mime"` // found by content, never taken from the uploader
	Size       int64
	SHA256     string `gorm:"column:sha256"`
	UploadedBy string
	UploadedAt caldate.Instant
	CustomerID string // of the linked object; "" while unlinked
	ObjectType string // "licence", "signature", "contract", ...
	ObjectID   string
	LinkedAt   caldate.Instant
}

// Linked tells whether the document belongs to an object already.
func (d *Document) Linked() bool { return !d.LinkedAt.IsZero() }

// Types that are taken, and the endings of file names that fit them.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

var endings = map[string][]string{
	PDF: {".pdf"}, PNG: {".png"}, JPEG: {".jpg", ".jpeg"}, XLSX: {".xlsx"}, DOCX: {".docx"},
}

var purposeForm = regexp.MustCompile(`^[a-z][a-z_]{1,31}$`)

// Type finds what content really is and refuses what is not taken, or what its name lies about: a zip named .pdf is
// refused as the zip that it is. name may have no ending.
func Type(name string, content []byte) (string, error) {
	real := sniff(content)
	allowed, ok := endings[real]
	ending := strings.ToLower(path.Ext(name))
	if !ok {
		return "", ErrType.Sayf("不接受这种文件：“%s”的实际内容是 %s；请上传 PDF、PNG、JPEG、XLSX 或 DOCX",
			"this kind of file is not taken: the content of “%s” really is %s; upload PDF, PNG, JPEG, XLSX or DOCX", shown(name), real).
			With("real_type", real)
	}
	if ending == "" {
		return real, nil
	}
	for _, e := range allowed {
		if e == ending {
			return real, nil
		}
	}
	return "", ErrType.Sayf("文件名与内容不符：“%s”的实际内容是 %s；请改用正确的扩展名 "+allowed[0]+" 或换一个文件",
		"the name doesn't fit the content: “%s” really is %s; give it the ending "+allowed[0]+" or choose another file", shown(name), real).
		With("real_type", real)
}

func shown(name string) string {
	if name == "" {
		return "?"
	}
	return name
}

// sniff gives the type by content. The types that we take are checked beyond their first bytes: a picture must have a
// readable header, an office file must be a zip with the part that makes it one.
func sniff(content []byte) string {
	real, _, _ := strings.Cut(mimetype.Detect(content).String(), ";")
	switch real {
	case PNG, JPEG:
		if _, _, err := image.DecodeConfig(bytes.NewReader(content)); err != nil {
			return "application/octet-stream"
		}
	case XLSX, DOCX, "application/zip":
		return office(content)
	}
	return real
}

func office(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "application/octet-stream"
	}
	types, found := false, ""
	for _, f := range z.File {
		switch f.Name {
		case "[Content_Types].xml":
			types = true
		case "xl/workbook.xml":
			found = XLSX
		case "word/document.xml":
			found = DOCX
		}
	}
	if types && found != "" {
		return found
	}
	return "application/zip"
}

// safeName makes a file's name harmless: no folders, no control or formatting characters (a right-to-left override hides
// an .exe), at most maxName characters with the ending kept.
func safeName(name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/")
	name = path.Base(name)
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if name == "" || name == "/" {
		return "file"
	}
	if utf8.RuneCountInString(name) <= maxName {
		return name
	}
	ending := path.Ext(name)
	if utf8.RuneCountInString(ending) > 10 {
		ending = ""
	}
	stem := []rune(strings.TrimSuffix(name, ending))
	return string(stem[:maxName-utf8.RuneCountInString(ending)]) + ending
}

// Disposition is the Content-Disposition under which the document is served: always an attachment, never shown inline.
func (d *Document) Disposition() string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, d.Name)
	var enc strings.Builder
	for _, b := range []byte(d.Name) {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '-' || b == '_' {
			enc.WriteByte(b)
		} else {
			fmt.Fprintf(&enc, "%%%02X", b)
		}
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, enc.String())
}
