package sfnt_test

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/platform/pdf/sfnt"
	"sealgate/templates"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	packed, err := templates.FS.ReadFile("fonts/" + name)
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSubset_drawsItsCharactersAndNoOthers(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"NotoSansSC-Regular.ttf.zst", "NotoSansSC-Bold.ttf.zst"} {
		font, err := sfnt.Parse(load(t, name))
		if err != nil {
			t.Fatal(err)
		}
		cut := font.Subset([]rune("合同额 ¥1,234.50 合é"))
		small, err := sfnt.Parse(cut)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(small.Runes()); got != " ,.012345¥é合同额" {
			t.Errorf("%s: the cut font draws %q", name, got)
		}
		for _, r := range small.Runes() {
			if small.Advance(r) != font.Advance(r) || small.Advance(r) == 0 {
				t.Errorf("%s: %c is %d wide, was %d", name, r, small.Advance(r), font.Advance(r))
			}
		}
		if len(cut) > 20_000 {
			t.Errorf("%s: %d bytes for 15 characters", name, len(cut))
		}
		if again := font.Subset([]rune("é同合额¥ 1,234.5010")); !bytes.Equal(cut, again) {
			t.Errorf("%s: the same set gave other bytes", name)
		}
	}
}

func TestFont_drawsWhatPapersNeed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"NotoSansSC-Regular.ttf.zst", "NotoSansSC-Bold.ttf.zst"} {
		font, err := sfnt.Parse(load(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整〓〇¥￥€№①⑳□■√【】《》“”‘’—…·％‰℃㎡犇喆龘镕堃祎彧㛃䶮Ωя" {
			if !font.Has(r) {
				t.Errorf("%s lacks %c", name, r)
			}
		}
		if n := len(font.Runes()); n < 27_000 {
			t.Errorf("%s has %d characters", name, n)
		}
	}
}

// A damaged font is an error, whatever is wrong with it, and never a panic.
func FuzzParse(f *testing.F) {
	font, err := sfnt.Parse(load(f, "NotoSansSC-Regular.ttf.zst"))
	if err != nil {
		f.Fatal(err)
	}
	seed := font.Subset([]rune("账单"))
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Add([]byte("OTTO"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = sfnt.Parse(data)
	})
}
