package pdf

import (
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/platform/memory"
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

// keepFonts is for how long the fonts stay unpacked after the last paper.
const keepFonts = time.Minute

// house are the fonts inside the program while they are unpacked: 20 MB and some 20 ms, which a program that makes no papers
// should not have to hold.
var house struct {
	sync.Mutex
	fonts  *Fonts
	forget *time.Timer
}

// embedded gives the fonts inside the program, unpacked where they are not.
func embedded() (*Fonts, error) {
	house.Lock()
	defer house.Unlock()
	if house.fonts != nil {
		house.forget.Reset(keepFonts)
		return house.fonts, nil
	}
	fonts, err := LoadFonts(templates.FS)
	if err != nil {
		return nil, err
	}
	house.fonts = fonts
	house.forget = time.AfterFunc(keepFonts, forget)
	return fonts, nil
}

// forget gives back what the fonts and the papers took.
func forget() {
	house.Lock()
	house.fonts = nil
	house.Unlock()
	memory.GiveBack()
}

func (f *Fonts) face(bold bool) *sfnt.Font {
	if bold {
		return f.bold
	}
	return f.regular
}

// has tells whether both faces draw r: a text must not change when it is set in bold.
func (f *Fonts) has(r rune) bool { return f.regular.Has(r) && f.bold.Has(r) }
