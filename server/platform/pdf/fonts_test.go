package pdf_test

import (
	"bytes"
	"testing"

	"sealgate/server/platform/pdf"
)

func TestMake_givesTheSameBytesAfterTheFontsWereForgotten(t *testing.T) {
	t.Parallel()
	draw := func(d *pdf.Document) {
		pdf.Forget() // also in the middle of a paper, which keeps the fonts that it began with
		d.Paragraph(pdf.Plain(clause), pdf.Style{})
	}
	first := make1(t, pdf.Options{}, draw)
	second := make1(t, pdf.Options{}, draw)
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same paper has other bytes")
	}
}
