package pdf

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/jung-kurt/gofpdf"

	"sealgate/server/caldate"
	"sealgate/server/platform/pdf/sfnt"
)

// write hands the finished pages to gofpdf. Each call has fonts of its own,
// cut to what the document shows: nothing is shared between renders, and
// reading a font of some hundred glyphs takes no time.
func (d *Document) write() ([]byte, error) {
	var used [2][]rune
	for _, p := range d.pages {
		for _, m := range p.marks {
			if m.kind == markText {
				used[face(m.bold)] = append(used[face(m.bold)], []rune(m.text)...)
			}
		}
	}
	side := "P"
	if d.options.Landscape {
		side = "L"
	}
	f := gofpdf.New(side, "mm", "A4", "")
	f.SetCatalogSort(true)
	// gofpdf writes the date without a zone: ours, so that the bytes don't depend on the machine's.
	now := d.options.Now.In(caldate.Shanghai)
	f.SetCreationDate(now)
	f.SetModificationDate(now)
	f.SetTitle(d.options.Title, true)
	f.SetAuthor(d.options.Author, true)
	f.SetCreator("Sealgate 信闸", true)
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	for i, style := range []string{"", "B"} {
		f.AddUTF8FontFromBytes("cn", style, cut(d.fonts.face(i == 1), used[i]))
	}
	for i, picture := range d.images {
		f.RegisterImageOptionsReader(pictureName(i), gofpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(picture.png))
	}
	for _, p := range d.pages {
		f.AddPage()
		for _, m := range p.marks {
			m.write(f)
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("pdf: write %q: %w", d.options.Title, err)
	}
	return out.Bytes(), nil
}

// cut makes the document's own font. A space is always in it, because an empty
// font is no font.
func cut(font *sfnt.Font, used []rune) []byte {
	used = append(slices.Clip(used), ' ')
	return font.Subset(used)
}

func face(bold bool) int {
	if bold {
		return 1
	}
	return 0
}

func pictureName(i int) string { return fmt.Sprintf("picture%d", i) }

func (m mark) write(f *gofpdf.Fpdf) {
	switch m.kind {
	case markText:
		f.SetFont("cn", map[bool]string{true: "B"}[m.bold], m.size)
		f.SetTextColor(m.color[0], m.color[1], m.color[2])
		if m.rotate != 0 {
			f.TransformBegin()
			f.TransformRotate(m.rotate, m.x, m.y)
		}
		if m.extra != 0 {
			f.RawWriteStr(fmt.Sprintf("%.4f Tc", m.extra/mmPerPt))
		}
		f.Text(m.x, m.y, m.text)
		if m.extra != 0 {
			f.RawWriteStr("0 Tc")
		}
		if m.rotate != 0 {
			f.TransformEnd()
		}
	case markLine:
		f.SetDrawColor(m.color[0], m.color[1], m.color[2])
		f.SetLineWidth(m.thick)
		f.Line(m.x, m.y, m.x+m.w, m.y+m.h)
	case markFill:
		f.SetFillColor(m.color[0], m.color[1], m.color[2])
		f.Rect(m.x, m.y, m.w, m.h, "F")
	case markFrame:
		f.SetDrawColor(m.color[0], m.color[1], m.color[2])
		f.SetLineWidth(m.thick)
		f.Rect(m.x, m.y, m.w, m.h, "D")
	case markImage:
		f.ImageOptions(pictureName(m.image), m.x, m.y, m.w, m.h, false, gofpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	case markBookmark:
		f.SetFont("cn", "", 10) // a bookmark is written in the encoding of the current font
		f.Bookmark(m.text, 0, m.y)
	}
}
