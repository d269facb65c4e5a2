package registration

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sealgate/server/errs"
	"sealgate/server/form"
)

// Source is what a signature is taken from; the proof shows the right to it.
type Source string

// The sources that carriers take.
const (
	Company     Source = "company" // full or short name of the company
	App         Source = "app"
	TradeMark   Source = "trade_mark"
	Website     Source = "website" // with its ICP filing
	MiniProgram Source = "mini_program"
	Public      Source = "public" // government body or public institution
)

// Sources lists all sources.
func Sources() []Source { return []Source{Company, App, TradeMark, Website, MiniProgram, Public} }

var sourceLabels = map[Source]string{Company: "企业名称", App: "App 名称", TradeMark: "商标", Website: "网站", MiniProgram: "小程序或公众号", Public: "政府机关或事业单位"}

// The length of a signature without its brackets, in characters.
const (
	minSignature = 2
	maxSignature = 16
)

// CheckSignature cleans a signature: the brackets and spaces around it are dropped, 2 to 16 letters, digits and the few signs
// that names have are left.
func CheckSignature(f *errs.Fields, text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "【") && strings.HasSuffix(text, "】") {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "【"), "】")
	}
	text = form.Text(f, "text", text, 1000, true)
	if text == "" {
		return ""
	}
	if n := utf8.RuneCountInString(text); n < minSignature || n > maxSignature {
		f.Add("text", "length", fmt.Sprintf("签名有 %d 个字符，应为 %d 至 %d 个（不含【】）", n, minSignature, maxSignature),
			fmt.Sprintf("the signature has %d characters; %d to %d are allowed, without 【】", n, minSignature, maxSignature))
		return ""
	}
	for i, r := range []rune(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("·&.-_ ", r) {
			continue
		}
		f.Add("text", "bad_character", fmt.Sprintf("签名第 %d 个字符“%c”不能使用；只用文字、字母和数字", i+1, r),
			fmt.Sprintf("character %d of the signature, “%c”, can't be used; letters, digits and · & . - _ only", i+1, r))
		return ""
	}
	return text
}

// checkSource cleans where a signature comes from. A company's own name needs no other.
func checkSource(f *errs.Fields, d *Detail, customer string) {
	if !slices.Contains(Sources(), d.Source) {
		f.Add("source", "unknown", "请选择签名来源：企业名称、App、商标、网站、小程序或机关事业单位", "choose the signature's source: company, app, trade_mark, website, mini_program or public")
	}
	if d.SourceName == "" && d.Source == Company {
		d.SourceName = customer
	}
	d.SourceName = form.Text(f, "source_name", d.SourceName, 100, true)
}
