package pdf

import (
	"bytes"
	"errors"
	"fmt"
	stdimage "image"
	"image/png"
	"os"
)

// Signer is one side of a signature page.
type Signer struct {
	Role string // "甲方（盖章）"
	Name string
	Rows []Pair // what is signed: "法定代表人或授权代表（签字）"; an empty value leaves a line to write on
	Seal []byte // PNG of the side's seal; nil leaves room for a real one
}

// SignaturePage is the 签章页: a page of its own on which both sides sign.
func (d *Document) SignaturePage(intro string, a, b Signer, closing []Pair) {
	d.newPage()
	d.put(mark{kind: markBookmark, y: d.y, text: "签章页"})
	d.Title("签　章　页")
	d.Paragraph(Plain(intro), Style{Align: Justify, After: 8})
	const gap = 12.0
	width := (d.width - gap) / 2
	top := d.y
	bottom := top
	for i, s := range []Signer{a, b} {
		d.y = top
		x := d.left + float64(i)*(width+gap)
		d.textAt(d.safe(s.Role), x, d.y, 7, 10.5, true, Ink)
		d.y += 8
		for _, l := range d.setLines(Plain(d.safe(s.Name)), 10.5, width, 0) {
			d.nextLine(l, x, width, 6.5, 10.5, Left, Ink)
		}
		if s.Seal != nil {
			d.image(s.Seal, x+width-48, top+2, 42)
		}
		d.y += 34 // room for the seal
		for _, row := range s.Rows {
			d.textAt(d.safe(row.Name), x, d.y, 7, 10.5, false, Ink)
			d.y += 9
			if value := d.safe(runText(row.Value)); value != "" {
				d.textAt(value, x, d.y-1, 7, 10.5, false, Ink)
			}
			d.put(mark{kind: markLine, x: x, y: d.y + 6.5, w: width, color: Grey, thick: 0.2})
			d.y += 11
		}
		bottom = max(bottom, d.y)
	}
	d.y = bottom + 8
	d.KeyValues(closing)
}

// Seal puts a seal of 42 mm so that its centre lies at the right end of the
// current line, as on a stamped paper.
func (d *Document) Seal(picture []byte) {
	if picture == nil {
		return
	}
	d.image(picture, d.left+d.width-60, min(d.y-14, d.high-marginBottom-36), 42)
}

// StampLine is the right-hand "who issues this, when" at the foot of a paper,
// with the seal over it.
func (d *Document) StampLine(rows []Pair, seal []byte) {
	d.need(float64(len(rows))*6.5 + 12)
	d.Space(6)
	const size, value, least = 9.0, 50.0, 22.0
	names := least
	for i := range rows {
		rows[i].Name = d.safe(rows[i].Name)
		names = max(names, d.textWidth(rows[i].Name, size, false)+3)
	}
	names = min(names, d.width-value)
	top, left := d.y, d.left+d.width-value-names
	for _, p := range rows {
		d.textAt(p.Name, left, d.y, 6.5, size, false, Grey)
		for _, l := range d.setLines(d.safeRuns(p.Value), size, value, 0) {
			d.nextLine(l, left+names, value, 6.5, size, Left, Ink)
		}
	}
	if seal != nil {
		d.image(seal, d.left+d.width-46, min(top-10, d.high-marginBottom-32), 42)
	}
}

// image is a picture kept once per document.
type image struct {
	png  []byte
	w, h int
}

const maxPixels = 4_000_000

var errPicture = errors.New("pdf: the picture is not a PNG of at most 4 million pixels")

// ReadSeal reads the picture of a seal from a file and refuses what no paper could carry.
func ReadSeal(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: want a PNG: %w", name, errPicture, err)
	}
	if config.Width == 0 || config.Height == 0 || config.Width*config.Height > maxPixels {
		return nil, fmt.Errorf("%s: %w: %d × %d pixels", name, errPicture, config.Width, config.Height)
	}
	return data, nil
}

// image puts a picture of the given width. It is decoded and written anew:
// gofpdf refuses interlaced and 16-bit PNGs, and a paper should carry pixels
// only, no foreign metadata.
func (d *Document) image(data []byte, x, y, width float64) {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width*config.Height > maxPixels || config.Width == 0 || config.Height == 0 {
		d.fail(fmt.Errorf("%w: %v", errPicture, err))
		return
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		d.fail(fmt.Errorf("%w: %w", errPicture, err))
		return
	}
	flat := stdimage.NewNRGBA(stdimage.Rect(0, 0, config.Width, config.Height))
	origin := picture.Bounds().Min
	for py := range config.Height {
		for px := range config.Width {
			flat.Set(px, py, picture.At(origin.X+px, origin.Y+py))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		d.fail(err)
		return
	}
	d.images = append(d.images, image{png: out.Bytes(), w: config.Width, h: config.Height})
	d.put(mark{
		kind: markImage, x: x, y: y, w: width, h: width * float64(config.Height) / float64(config.Width),
		image: len(d.images) - 1,
	})
}

// fail keeps the first error; the document is not written then.
func (d *Document) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}
