package screening_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"sealgate/server/errs"
	"sealgate/server/screening"
)

func TestParseWordList_readsWhatPeopleExchange(t *testing.T) {
	t.Parallel()
	in := "\ufeff贷款\t金融\r\n\r\n# 第二段\r\n貸款\t金融\r\nＶＰＮ\r\nvpn\t网络\r\n★★\r\nx\r\n 发\u200b票 \t票据\n" + strings.Repeat("长", 200) + "\nt.cn\ntcn\n水"
	l, err := screening.ParseWordList([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.Words); got != "[{1 贷款 金融} {5 ＶＰＮ } {9 发票 票据} {11 t.cn } {12 tcn } {13 水 }]" {
		t.Errorf("words %s", got)
	}
	var left []string
	for _, o := range l.LeftOut {
		left = append(left, fmt.Sprintf("%d %s", o.Line, o.Code))
		if o.Zh == "" || o.En == "" {
			t.Errorf("line %d says nothing", o.Line)
		}
	}
	if got := strings.Join(left, ", "); got != "4 duplicate, 6 duplicate, 7 symbols, 8 single, 10 too_long" {
		t.Errorf("left out %s", got)
	}
	if l.Lines != 13 || l.Empty != 2 || l.Encoding != "utf-8" {
		t.Errorf("lines %d, empty %d, %s", l.Lines, l.Empty, l.Encoding)
	}
}

func TestParseWordList_knowsEncodings(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("代开发票\n贷款𠮷")
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("代开发票\n贷款𠮷")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, data := range map[string][]byte{"gb18030": []byte(gb), "utf-16le": wide, "utf-8": []byte("代开发票\n贷款𠮷")} {
		l, err := screening.ParseWordList(data)
		if err != nil || l.Encoding != name || len(l.Words) != 2 || l.Words[1].Word != "贷款𠮷" {
			t.Errorf("%s: %v %+v", name, err, l)
		}
	}
	for _, data := range []string{"", "\n\n", "★\n", "PK\x03\x04\x00\x00", "\xff\xfea", "\x81"} {
		if _, err := screening.ParseWordList([]byte(data)); errs.As(err) == nil {
			t.Errorf("%q: want a refusal, got %v", data, err)
		}
	}
}

func TestPreview_countsMessagesByWordAndTag(t *testing.T) {
	t.Parallel()
	l, err := screening.ParseWordList([]byte("贷款\t金融\n您好\n发票\t票据\n代开发票\t票据\n没有\n"))
	if err != nil {
		t.Fatal(err)
	}
	sample := []string{"您好，贷款贷款", "您好，貸-款", "您好", "代开发票", "天气"}
	p, err := screening.Preview(l, screening.PreviewOptions{MaxShare: 0.4, Examples: 1}, slices.Values(sample))
	if err != nil {
		t.Fatal(err)
	}
	if p.Messages != 5 || p.Hit != 4 || p.Never != 1 || p.TooCommon != 1 || p.Words[0].Word != "您好" || p.Words[0].Messages != 3 || !p.Words[0].TooCommon {
		t.Fatalf("got %+v", p)
	}
	if w := p.Words[1]; w.Word != "贷款" || w.Messages != 2 || w.Evaded != 1 || w.Views["stripped"] != 1 || len(w.Examples) != 1 || w.Examples[0] != sample[0] {
		t.Errorf("贷款: %+v", w)
	}
	tags := map[string]int{}
	for _, g := range p.Tags {
		tags[g.Tag] = g.Messages
	}
	if tags["金融"] != 2 || tags["票据"] != 1 || tags[""] != 3 {
		t.Errorf("tags %v", tags)
	}
}

func TestWordList_becomesBanksByTag(t *testing.T) {
	t.Parallel()
	l, err := screening.ParseWordList([]byte("贷款\t金融\n您好\n"))
	if err != nil {
		t.Fatal(err)
	}
	banks := l.Banks("list.a", screening.Title{Zh: "甲", En: "a"}, screening.Terms{})
	if len(banks) != 2 || banks[0].ID != "list.a.1" || banks[0].Title.Zh != "甲" || banks[1].Title.Zh != "金融" || banks[1].Words[0] != "贷款" {
		t.Fatalf("got %+v", banks)
	}
}

func TestBacktest_countsWhatWouldChange(t *testing.T) {
	t.Parallel()
	rule := func(action, word string) *screening.Set {
		return compile(t, "id: t.a\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: "+action+"\nterms: {w: ["+word+"], v: [电话]}\ncondition: w && v\nreason_code: FRAUD.X\n")
	}
	bt := screening.NewBacktest(rule("hold", "贷款"), rule("refuse_message", "放款"))
	other := screening.NewBacktest(rule("hold", "贷款"), rule("refuse_message", "放款"))
	for i, m := range []string{"贷款电话", "贷款放款电话", "放款电话", "您好", "您好"} {
		to := bt
		if i%2 == 1 {
			to = other
		}
		to.Add(&screening.Message{Text: m}, []string{"passed", "refused", ""}[i%3])
	}
	bt.Merge(other)
	c := bt.Comparison()
	if c.Messages != 5 || c.Changed != 3 {
		t.Fatalf("got %+v", c)
	}
	want := []screening.Move{
		{screening.Pass, screening.Pass, "passed", 1}, {screening.Pass, screening.Pass, "refused", 1}, {screening.Pass, screening.RefuseMessage, "", 1},
		{screening.Hold, screening.Pass, "passed", 1}, {screening.Hold, screening.RefuseMessage, "refused", 1},
	}
	if fmt.Sprint(c.Moves) != fmt.Sprint(want) {
		t.Errorf("moves %v, want %v", c.Moves, want)
	}
	if len(c.Rules) != 1 || c.Rules[0].Before != 2 || c.Rules[0].After != 2 || c.Before[1].Messages != 2 || c.After[3].Messages != 2 {
		t.Errorf("got %+v", c)
	}
}

func TestExplain_showsEachViewAndHowFarRulesCame(t *testing.T) {
	t.Parallel()
	set := compile(t, `
id: t.a
title: {zh: 甲, en: a}
class: fraud
action: hold
terms:
  w: {words: [代开发票, 贷款, 你好], views: [stripped, pinyin, joined]}
  v: [放款]
patterns: {tel: {extract: phone}}
condition: w && v && tel
reason_code: FRAUD.X
`)
	text := "😀亻尔好，貸.款，代kai发piao １３８-0013-8000 \xff"
	e := set.Explain(screening.Message{Text: text})
	if len(e.Rules) != 1 || e.Rules[0].Fired || !e.Rules[0].Atoms[0].Found && !e.Rules[0].Atoms[2].Found {
		t.Fatalf("rules %+v", e.Rules)
	}
	got := map[string]string{}
	for _, v := range e.Views {
		for _, h := range v.Hits {
			got[v.View] += h.Term + "=" + h.Text + fmt.Sprintf("@%d-%d ", h.Start, h.End)
		}
	}
	if got["joined"] != "你好=亻尔好@2-5 " || got["stripped"] != "贷款=貸.款@6-9 " || got["pinyin"] != "代开发票=代kai发piao@10-19 " {
		t.Errorf("hits %v", got)
	}
	byView := map[string]string{}
	for _, v := range e.Views {
		byView[v.View] = v.Text
	}
	if byView["joined"] != "你好贷款代kai发piao13800138000" || byView["simplified"] != "😀亻尔好,贷.款,代kai发piao 138-0013-8000 " || byView["pinyin"] != "ren er hao dai kuan dai kai fa piao13800138000" {
		t.Errorf("views %q", byView)
	}
	if len(e.Extracts) != 1 || e.Extracts[0].Kind != "phone" || e.Extracts[0].Value != "13800138000" || e.Extracts[0].Start != 20 {
		t.Errorf("extracts %+v", e.Extracts)
	}
}

func TestExplain_mapsEveryUnitOfEveryView(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(alphabet, "贝者", "十尃", "１３８００１３８０００", "www.a.com", "⑩", "㎏")), 0, 30).Draw(t, "text"), "")
		e := set.Explain(screening.Message{Text: text})
		units := screening.UTF16Len(text)
		for _, v := range e.Views {
			if n := screening.UTF16Len(v.Text); len(v.Starts) != n || len(v.Ends) != n {
				t.Fatalf("%q in %s: %d units, %d places", text, v.View, n, len(v.Starts))
			}
			last := 0
			for i := range v.Starts {
				if v.Starts[i] < last || v.Ends[i] < v.Starts[i] || v.Ends[i] > units {
					t.Fatalf("%q in %s: unit %d comes from %d..%d", text, v.View, i, v.Starts[i], v.Ends[i])
				}
				last = v.Starts[i]
			}
		}
	})
}
