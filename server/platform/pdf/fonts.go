package pdf

import (
	"fmt"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/platform/pdf/sfnt"
	"sealgate/templates"
)

// Fonts are the two faces of the house, indexed once. They are only read after
// that; each render cuts small fonts of its own from them.
type Fonts struct {
	regular, bold *sfnt.Font
}

// maxFont bounds what a font file may unpack to.
const maxFont = 32 << 20

// LoadFonts reads fonts/NotoSansSC-{Regular,Bold}.ttf.zst.
func LoadFonts(fsys fs.FS) (*Fonts, error) {
	regular, err := loadFont(fsys, "fonts/NotoSansSC-Regular.ttf.zst")
	if err != nil {
		return nil, err
	}
	bold, err := loadFont(fsys, "fonts/NotoSansSC-Bold.ttf.zst")
	if err != nil {
		return nil, err
	}
	return &Fonts{regular: regular, bold: bold}, nil
}

func loadFont(fsys fs.FS, name string) (*sfnt.Font, error) {
	packed, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("pdf: read font: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxFont))
	if err != nil {
		return nil, fmt.Errorf("pdf: unpack font: %w", err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("pdf: unpack font %s: %w", name, err)
	}
	font, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("pdf: font %s: %w", name, err)
	}
	return font, nil
}

// embedded are the fonts inside the program, unpacked at the first paper and
// not at start: 20 MB and some 20 ms that most commands never need.
var embedded = sync.OnceValues(func() (*Fonts, error) { return LoadFonts(templates.FS) })

func (f *Fonts) face(bold bool) *sfnt.Font {
	if bold {
		return f.bold
	}
	return f.regular
}

// has tells whether both faces draw r: a text must not change when it is set in bold.
func (f *Fonts) has(r rune) bool { return f.regular.Has(r) && f.bold.Has(r) }
