// Command gen makes the two font files beside it. It is run by hand when the
// source font changes, never by the build:
//
//	npm pack @expo-google-fonts/noto-sans-sc@0.4.3      # in an empty folder
//	tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
//	go run ./templates/fonts/gen package/400Regular/NotoSansSC_400Regular.ttf templates/fonts/NotoSansSC-Regular.ttf.zst
//	go run ./templates/fonts/gen package/700Bold/NotoSansSC_700Bold.ttf templates/fonts/NotoSansSC-Bold.ttf.zst
//
// It keeps the characters of GBK, which is what Chinese company names and
// addresses are written in, the punctuation and signs of business documents,
// and extension A, which GB 18030-2022 (level 1) asks every product to show:
// rare personal names. Hinting and layout tables go; the outlines are not
// touched.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/platform/pdf/sfnt"
)

// ranges beside GBK: first and last character.
var ranges = [][2]rune{
	{0x0020, 0x007E}, // ASCII
	{0x00A0, 0x017F}, // Latin with accents: foreign company names
	{0x0370, 0x03FF}, // Greek
	{0x0400, 0x045F}, // Cyrillic
	{0x1E00, 0x1EFF}, // pinyin and Vietnamese letters
	{0x2010, 0x205E}, // dashes, quotes, ellipsis
	{0x2070, 0x209F}, // raised and lowered digits
	{0x20A0, 0x20BF}, // currency
	{0x2100, 0x218F}, // №, ℃, Roman numbers
	{0x2190, 0x22FF}, // arrows, mathematics
	{0x2460, 0x27BF}, // circled numbers, boxes, check marks
	{0x2E80, 0x33FF}, // radicals, CJK punctuation, 〇, kana, units
	{0x3400, 0x4DBF}, // extension A
	{0xF900, 0xFAFF}, // compatibility characters
	{0xFE10, 0xFE6F}, // vertical and small forms
	{0xFF00, 0xFFEF}, // full and half width forms
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: gen SOURCE.ttf TARGET.ttf.zst")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(source, target string) error {
	data, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	font, err := sfnt.Parse(data)
	if err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	wanted, gbk := wanted(), gbk()
	for _, r := range gbk {
		if !font.Has(r) {
			fmt.Printf("the font lacks %U %c of GBK\n", r, r)
		}
	}
	cut := font.Subset(append(wanted, gbk...))
	small, err := sfnt.Parse(cut)
	if err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return err
	}
	packed := encoder.EncodeAll(cut, nil)
	fmt.Printf("%s: %d of %d characters, %d bytes, %d packed\n",
		target, len(small.Runes()), len(font.Runes()), len(cut), len(packed))
	return os.WriteFile(target, packed, 0o644)
}

func wanted() (all []rune) {
	for _, r := range ranges {
		for c := r[0]; c <= r[1]; c++ {
			all = append(all, c)
		}
	}
	return all
}

// gbk lists every character that GBK can write.
func gbk() (all []rune) {
	decoder := simplifiedchinese.GBK.NewDecoder()
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			out, err := decoder.Bytes([]byte{byte(lead), byte(trail)})
			if r := []rune(string(out)); err == nil && len(r) == 1 && r[0] != 0xFFFD && (r[0] < 0xE000 || r[0] > 0xF8FF) {
				all = append(all, r[0])
			}
		}
	}
	return all
}
