package httpapi

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"sealgate/server/form"
)

// csvFile streams a CSV as an attachment: UTF-8 with a byte order mark, so that Excel reads Chinese, and with cells that
// a spreadsheet would run as a formula made plain text.
type csvFile struct{ w *csv.Writer }

func newCSV(c *gin.Context, name string, header ...string) *csvFile {
	Attachment(c, name, "text/csv; charset=utf-8")
	c.Status(http.StatusOK)
	_, _ = c.Writer.WriteString("\ufeff")
	f := &csvFile{csv.NewWriter(c.Writer)}
	f.w.UseCRLF = true
	_ = f.w.Write(header)
	return f
}

// Write adds a row.
func (f *csvFile) Write(cells ...string) error {
	for i, s := range cells {
		cells[i] = PlainCell(s)
	}
	return f.w.Write(cells)
}

// Flush ends the file.
func (f *csvFile) Flush() error {
	f.w.Flush()
	return f.w.Error()
}

// PlainCell keeps a spreadsheet from reading text as a formula.
func PlainCell(s string) string { return form.PlainCell(s) }

// Attachment sets the headers of a download. Anything that people uploaded or named goes out through it: never inline.
func Attachment(c *gin.Context, name, contentType string) {
	c.Header("Content-Type", contentType)
	c.Header("Content-Disposition", disposition("attachment", name))
}

// Inline sets the headers of a document that we made ourselves and that the portal shows in a frame.
func Inline(c *gin.Context, name, contentType string) {
	c.Header("Content-Type", contentType)
	c.Header("Content-Disposition", disposition("inline", name))
}

// disposition names a file in both ways: plain for old readers, RFC 5987 for all others.
func disposition(kind, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + url.PathEscape(name)
}
