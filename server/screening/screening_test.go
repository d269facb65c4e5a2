package screening_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/rules"
	"sealgate/server/errs"
	"sealgate/server/screening"
)

// compile makes a set of one YAML file.
func compile(t testing.TB, yaml string) *screening.Set {
	t.Helper()
	src, err := screening.Load(fstest.MapFS{"rules.yaml": {Data: []byte(yaml)}})
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	set, err := screening.Compile(src, "test.1")
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return set
}

// shipped is the set in rules/.
func shipped(t testing.TB) *screening.Set {
	t.Helper()
	src, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	set, err := screening.Compile(src, "shipped")
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return set
}

func screen(set *screening.Set, m screening.Message) screening.Result {
	var out screening.Result
	set.NewScreener().Screen(&m, &out)
	return out
}

// words makes a rule that tags the words of a list.
func words(options string, list ...string) string {
	var b strings.Builder
	b.WriteString("id: t.words\ntitle: {zh: 词, en: words}\nclass: other_unlawful\naction: tag\nterms:\n  w:\n    words:\n")
	for _, w := range list {
		b.WriteString("      - \"" + w + "\"\n")
	}
	if options != "" {
		b.WriteString("    " + strings.ReplaceAll(options, "\n", "\n    ") + "\n")
	}
	return b.String()
}

func TestScreen_seesThroughEvasions(t *testing.T) {
	t.Parallel()
	all := `views: [plain, folded, simplified, stripped, pinyin, joined]`
	for _, c := range []struct{ name, options, word, text, hit, view string }{
		{"as written", "", "代开发票", "可代开发票", "代开发票", "plain"},
		{"wide letters", "", "vpn翻墙", "出售ＶＰＮ翻墙", "ＶＰＮ翻墙", "folded"},
		{"upper case", "", "vpn翻墙", "VPN翻墙", "VPN翻墙", "folded"},
		{"circled digits", "", "六合彩24码", "六合彩②④码", "六合彩②④码", "folded"},
		{"digits with a dot", "", "特码8", "特码⒏", "特码⒏", "folded"},
		{"ideographic zero", "", "买6合彩0风险", "买6合彩〇风险", "买6合彩〇风险", "folded"},
		{"circled letters", "", "weixin", "加Ⓦⓔⓘⓧⓘⓝ号", "Ⓦⓔⓘⓧⓘⓝ", "folded"},
		{"letters above U+FFFF", "", "abc电台", "听𝐀𝐁𝐂电台", "𝐀𝐁𝐂电台", "folded"},
		{"squared letters", "", "abc电台", "🅰🅱🅲电台", "🅰🅱🅲电台", "folded"},
		{"Cyrillic look-alikes", "", "porno站", "роrnо站", "роrnо站", "folded"},
		{"letters with tones", "", "fapiao", "kāi fāpiào", "fāpiào", "folded"},
		{"one character for several", "", "10元提现", "⑩元提现", "⑩元提现", "folded"},
		{"traditional characters", "", "贷款办证", "貸款辦證", "貸款辦證", "simplified"},
		{"invented characters", "", "提款", "提欵快", "提欵", "simplified"},
		{"compatibility ideograph", "", "金沙城", "\uf90a沙城", "\uf90a沙城", "folded"},
		{"asterisks", "", "代开发票", "代*开*发*票", "代*开*发*票", "stripped"},
		{"spaces", "", "代开发票", "代 开 发 票", "代 开 发 票", "stripped"},
		{"mixed symbols", "", "无抵押贷款", "无.抵-押 贷*款", "无.抵-押 贷*款", "stripped"},
		{"zero width", "", "发票", "发\u200b票", "发\u200b票", "stripped"},
		{"bidi and soft hyphen", "", "发票", "发\u202e\u00ad票", "发\u202e\u00ad票", "stripped"},
		{"private use", "", "发票", "发\ue001票", "发\ue001票", "stripped"},
		{"many invisible", "", "发票", "发" + strings.Repeat("\u200d", 50) + "票", "发" + strings.Repeat("\u200d", 50) + "票", "stripped"},
		{"combining marks", "", "发票", "发\u0336票\u0336", "发\u0336票", "stripped"},
		{"emoji", "", "代开发票", "代😀开😀发😀票", "代😀开😀发😀票", "stripped"},
		{"punctuation everywhere", "", "代开发票", "代。开。发。票", "代。开。发。票", "stripped"},
		{"a comma after every character", "", "发票", "代，开，发，票，", "发，票", "stripped"},
		{"spaced letters", "", "weixin", "w e i x i n", "w e i x i n", "stripped"},
		{"homophone", all, "代开发票", "代开发漂", "代开发漂", "pinyin"},
		{"all homophones", all, "无抵押贷款", "吴底鸭待款", "吴底鸭待款", "pinyin"},
		{"pinyin letters", all, "代开发票", "daikaifapiao", "daikaifapiao", "pinyin"},
		{"pinyin in words", all, "代开发票", "dai kai fa piao", "dai kai fa piao", "pinyin"},
		{"one syllable in letters", all, "代开发票", "代kai发票", "代kai发票", "pinyin"},
		{"half pinyin", all, "代开发票", "代kai发piao", "代kai发piao", "pinyin"},
		{"split character", all, "你好坏", "亻尔好坏", "亻尔好坏", "joined"},
		{"split twice", all, "赌博网", "贝者十尃网", "贝者十尃网", "joined"},
		{"split and folded", all, "信用贷款", "亻言用貸款", "亻言用貸款", "joined"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := screen(compile(t, words(c.options, c.word)), screening.Message{Text: "前文" + c.text + "后"})
			for _, h := range got.Hits {
				if h.Text == c.hit && h.View == c.view {
					return
				}
			}
			t.Fatalf("want %q in view %s, got %+v", c.hit, c.view, got.Hits)
		})
	}
}

func TestScreen_leavesOrdinaryTextAlone(t *testing.T) {
	t.Parallel()
	all := `views: [plain, folded, simplified, stripped, pinyin, joined]`
	for _, c := range []struct{ name, options, word, text string }{
		{"end of a phrase", "", "房产", "我要买房。产品很好"},
		{"line end", "", "房产", "买房\n产品"},
		{"part of a longer word", "", "vpn", "xvpnx"},
		{"letters spread over words", "", "app", "a pp"},
		{"digits inside a number", "", "110", "订单号51102"},
		{"gap too wide", "max_gap: 1", "发票", "发**票"},
		{"plain only", "views: [plain]", "发票", "發票"},
		{"no stripping", "views: [simplified]", "发票", "发*票"},
		{"two everyday homophones", all, "大麻", "一起打麻将"},
		{"syllables by chance", all, "安好", "an hao"},
		{"whole word", "whole_word: true", "银行", "中国银行"},
		{"symbols belong to the word", "", "t.cn", "tcn"},
		{"split parts that are words", all, "好人", "女人子"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := screen(compile(t, words(c.options, c.word)), screening.Message{Text: c.text}); len(got.Hits) > 0 {
				t.Fatalf("unexpected hits %+v", got.Hits)
			}
		})
	}
}

func TestScreen_findsWordsWithSymbols(t *testing.T) {
	t.Parallel()
	set := compile(t, words("", "t.cn", "C++", "24/7"))
	for text, want := range map[string]string{"见t.cn/a": "t.cn", "见ｔ．ｃｎ/a": "ｔ．ｃｎ", "学C++吧": "C++", "24/7服务": "24/7"} {
		got := screen(set, screening.Message{Text: text})
		if len(got.Hits) != 1 || got.Hits[0].Text != want {
			t.Errorf("%s: want %q, got %+v", text, want, got.Hits)
		}
	}
}

func TestScreen_countsOffsetsInUTF16(t *testing.T) {
	t.Parallel()
	got := screen(compile(t, words("", "发票")), screening.Message{Text: "😀a\xffб代发票"})
	if len(got.Hits) != 1 || got.Hits[0].Start != 6 || got.Hits[0].End != 8 {
		t.Fatalf("want 6..8, got %+v", got.Hits)
	}
}

func TestScreen_hasNoLimitOfLength(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("天气很好𝐀", 20000) + "代开发票"
	got := screen(compile(t, words("", "代开发票")), screening.Message{Text: text})
	if len(got.Hits) != 1 || got.Hits[0].End != screening.UTF16Len(text) {
		t.Fatalf("want one hit at the end, got %+v", got.Hits)
	}
}

const twoRules = `
id: t.hold
title: {zh: 甲, en: a}
class: fraud
action: hold
terms: {loan: [贷款], lure: [无抵押, 放款快]}
condition: loan && lure.distinct >= 2
except: [银行贷款]
reason_code: FRAUD.LOAN
---
id: t.shadow
title: {zh: 乙, en: b}
class: fraud
action: refuse_message
terms: {loan: [贷款], lure: [无抵押]}
condition: loan && lure
reason_code: FRAUD.LOAN
state: shadow
---
id: t.draft
title: {zh: 丙, en: c}
class: fraud
action: hold
terms: {loan: [贷款]}
reason_code: FRAUD.LOAN
state: draft
---
id: t.optout
title: {zh: 丁, en: d}
class: structure
action: refuse_message
applies_to: {categories: [marketing]}
condition: "!opt_out"
reason_code: MKT.NO_OPTOUT
`

func TestScreen_evaluatesAllRulesAndExplains(t *testing.T) {
	t.Parallel()
	set := compile(t, twoRules)
	got := screen(set, screening.Message{ID: "m1", Text: "无抵押贷款放款快", Category: "marketing"})
	if got.ID != "m1" || got.RuleSet != "test.1" || got.Verdict != screening.RefuseMessage || got.ContentVerdict != screening.Hold {
		t.Fatalf("wrong verdicts: %+v", got)
	}
	seen := map[string]int{}
	for _, h := range got.Hits {
		seen[h.Rule]++
		if h.Shadow != (h.Rule == "t.shadow") {
			t.Errorf("wrong shadow: %+v", h)
		}
	}
	if seen["t.hold"] != 3 || seen["t.shadow"] != 2 || seen["t.optout"] != 1 || seen["t.draft"] != 0 {
		t.Fatalf("wrong hits: %v", seen)
	}
}

func TestScreen_doesNotCountExceptions(t *testing.T) {
	t.Parallel()
	set := compile(t, twoRules)
	if got := screen(set, screening.Message{Text: "无抵押银行贷款放款快"}); got.Verdict != screening.Pass {
		t.Fatalf("银行贷款 is allowed, got %+v", got)
	}
	if got := screen(set, screening.Message{Text: "无抵押银行贷款，放款快，贷款"}); got.Verdict != screening.Hold {
		t.Fatalf("a second, free-standing 贷款 counts, got %+v", got)
	}
}

func TestScreen_addsScoresUpToGroupCaps(t *testing.T) {
	t.Parallel()
	set := compile(t, `
bands: {hold: 5, refuse: 9}
groups: {ads: 4}
---
{id: s.a, title: {zh: a, en: a}, class: advertising, action: score, score: 3, group: ads, terms: {w: [甲甲]}, reason_code: AD.WORD}
---
{id: s.b, title: {zh: b, en: b}, class: advertising, action: score, score: 3, group: ads, terms: {w: [乙乙]}, reason_code: AD.WORD}
---
{id: s.c, title: {zh: c, en: c}, class: fraud, action: score, score: 5, terms: {w: [丙丙]}, reason_code: AD.WORD}
---
{id: p.d, title: {zh: d, en: d}, class: advertising, action: pass, terms: {w: [放行]}, lifts: [s.*]}
`)
	for text, want := range map[string]struct {
		score   int
		verdict screening.Verdict
	}{
		"甲甲":     {3, screening.Pass},
		"甲甲乙乙":   {4, screening.Pass},
		"丙丙":     {5, screening.Hold},
		"甲甲乙乙丙丙": {9, screening.RefuseMessage},
		"丙丙放行":   {0, screening.Pass},
	} {
		got := screen(set, screening.Message{Text: text})
		if got.Score != want.score || got.Verdict != want.verdict {
			t.Errorf("%s: want %v, got score %d verdict %s", text, want, got.Score, got.Verdict)
		}
	}
}

func TestScreen_judgesEachVariableAlone(t *testing.T) {
	t.Parallel()
	set := compile(t, words("whole_word: true", "贷款"))
	m := screening.Message{Text: "您好贷款您的订单到了"}
	if got := screen(set, m); len(got.Hits) != 0 {
		t.Fatalf("not a word of its own in the whole text: %+v", got.Hits)
	}
	m.Vars = []string{"贷款"}
	if got := screen(set, m); len(got.Hits) != 1 || got.Hits[0].Start != 2 || got.Hits[0].End != 4 {
		t.Fatalf("want the variable's place in the text, got %+v", got.Hits)
	}
}

func TestScreen_countsInvisibleCharactersButNotEmoji(t *testing.T) {
	t.Parallel()
	set := compile(t, "id: t.i\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: tag\ncondition: invisible >= 3\n")
	for text, want := range map[string]int{
		"您\u200b的\u200b快\u200b递": 1, "一家👨\u200d👩\u200d👧\u200d👦好": 0, "❤\ufe0f❤\ufe0f❤\ufe0f": 0, "您\ue001的\ue002快\u202e递": 1, "普通，短信。没有！": 0,
	} {
		if got := screen(set, screening.Message{Text: text}); len(got.Hits) != want {
			t.Errorf("%q: want %d hits, got %d", text, want, len(got.Hits))
		}
	}
}

func TestScreen_saysWhenATextIsObfuscated(t *testing.T) {
	t.Parallel()
	set := compile(t, strings.Replace(words("", "代开发票"), "action: tag", "action: hold\nreason_code: CONTENT.X", 1))
	if got := screen(set, screening.Message{Text: "代开发票"}); got.Facts.Obfuscated {
		t.Error("plain text is not obfuscated")
	}
	if got := screen(set, screening.Message{Text: "代.开.发.票"}); !got.Facts.Obfuscated {
		t.Error("inserted symbols are")
	}
}

func TestExtractors_findContactsHoweverWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ extract, text, want string }{
		{"phone", "电话13800138000。", "13800138000"},
		{"phone", "电话 138 0013 8000", "138 0013 8000"},
		{"phone", "电话１３８-００１３-８０００", "１３８-００１３-８０００"},
		{"phone", "电话①③⑧零零一三八零零零", "①③⑧零零一三八零零零"},
		{"phone", "电话一三八零零一三八零零零", "一三八零零一三八零零零"},
		{"phone", "电话138oo138ooo", "138oo138ooo"},
		{"phone", "电话1\u200b3800138000", "1\u200b3800138000"},
		{"phone", "电话+8613800138000", "8613800138000"},
		{"phone", "咨询028-85551234", "028-85551234"},
		{"phone", "咨询(028)85551234", "028)85551234"},
		{"phone", "热线400-123-4567", "400-123-4567"},
		{"phone", "咨询电话85551234", "85551234"},
		{"phone", "13800138000 13900139000", "13800138000|13900139000"},
		{"phone", "订单20261121083000已发货", ""},
		{"phone", "2026-11-21 10:30:00", ""},
		{"phone", "金额138001380001元", ""},
		{"url", "见http://a.example.com/x?y=1。", "http://a.example.com/x?y=1"},
		{"url", "见www.abc.com,速来", "www.abc.com"},
		{"url", "见t.cn/A6xY8z吧", "t.cn/A6xY8z"},
		{"url", "见ｗｗｗ．ａｂｃ．ｃｏｍ", "ｗｗｗ．ａｂｃ．ｃｏｍ"},
		{"url", "见 a b c 8 8 . c o m", "a b c 8 8 . c o m"},
		{"url", "见abc点com", "abc点com"},
		{"url", "见abc。cc看", "abc。cc"},
		{"url", "见abc[.]com", "abc[.]com"},
		{"url", "见ⓐⓑⓒ.ⓒⓞⓜ", "ⓐⓑⓒ.ⓒⓞⓜ"},
		{"url", "见123.45.67.89:8080/a", "123.45.67.89:8080/a"},
		{"url", "价格3.5元，邮箱a@b.com", ""},
		{"short_url", "见t.cn/A6xY8z", "t.cn/A6xY8z"},
		{"short_url", "见www.example.com/index.html", ""},
		{"qq", "加QQ：123456789", "QQ：123456789"},
		{"qq", "加扣扣 1 2 3 4 5 6 7", "加扣扣 1 2 3 4 5 6 7"},
		{"qq", "QQ音乐很好", ""},
		{"wechat", "加微信abc_12345", "加微信abc_12345"},
		{"wechat", "薇❤信：abc-12345", "薇❤信：abc-12345"},
		{"wechat", "电话13800138000微信同号", "微信同号"},
		{"wechat", "微信支付20元", ""},
		{"bank_card", "卡号6228480402564890018", "6228480402564890018"},
		{"bank_card", "卡号6228 4804 0256 4890 018", "6228 4804 0256 4890 018"},
		{"bank_card", "卡号6228480402564890019", ""},
		{"id_card", "证11010519491231002X", "11010519491231002X"},
		{"id_card", "证110105194912310021", ""},
		{"signature", "【云帆商城】您好", "【云帆商城】"},
		{"signature", "您好【云帆商城】", "【云帆商城】"},
		{"signature", "您好，请看【说明】再来", ""},
		{"opt_out", "五折，退订回T", "退订"},
		{"opt_out", "拒收请回复R", "拒收请回复"},
		{"opt_out", "退 订 回 T", "退 订"},
		{"variable", "您好${name}", "${name}"},
		{"variable", "#code#是验证码", "#code#"},
		{"variable", "{姓名}您好", "{姓名}"},
		{"variable", "#双十一#来了", ""},
		{"variable", "您好{{name}}", "{{name}}"},
		{"variable", "您好#{code}", "#{code}"},
		{"variable", "%name%您好", "%name%"},
		{"variable", "[[user_name]]您好", "[[user_name]]"},
		{"variable", "优惠20%，再减5%起", ""},
		{"variable", "参见[1][2]", ""},
		{"wechat", "力口微亻言 nk123456", "力口微亻言 nk123456"},
		{"wechat", "加V芯：abc12345", "加V芯：abc12345"},
		{"wechat", "薇xin: hello_1234", "薇xin: hello_1234"},
		{"wechat", "加微信 sb九九八八七七", "加微信 sb九九八八七七"},
		{"wechat", "加微信一起聊聊吧", ""},
		{"qq", "加 q 群 5 8 8 7 7 6 6 5", "加 q 群 5 8 8 7 7 6 6 5"},
		{"qq", "扣扣号五八八七七六六五", "扣扣号五八八七七六六五"},
		{"bank_card", "卡号六二二八四八零四零二五六四八九零零一八", "六二二八四八零四零二五六四八九零零一八"},
		{"bank_card", "６２２８－４８０４－０２５６－４８９０－０１８", "６２２８－４８０４－０２５６－４８９０－０１８"},
		{"id_card", "１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ"},
		{"url", "见 www . a b c . c o m 吧", "www . a b c . c o m"},
		{"url", "见ｈｔｔｐｓ：／／ａ．ｔｏｐ／ｘ", "ｈｔｔｐｓ：／／ａ．ｔｏｐ／ｘ"},
		{"url", "见а.соm", "а.соm"},
		{"url", "见a\u200b.\u200bc\u200bo\u200bm", "a\u200b.\u200bc\u200bo\u200bm"},
		{"url", "见\xffa.top\xff", "a.top"},
	} {
		t.Run(c.extract+" "+c.text, func(t *testing.T) {
			t.Parallel()
			set := compile(t, "id: t.x\ntitle: {zh: 甲, en: a}\nclass: structure\naction: tag\npatterns: {p: {extract: "+c.extract+"}}\n")
			var got []string
			for _, h := range screen(set, screening.Message{Text: c.text}).Hits {
				got = append(got, h.Text)
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Fatalf("want %q, got %q", c.want, s)
			}
		})
	}
}

func TestFacts_giveNumbersAsDigits(t *testing.T) {
	t.Parallel()
	got := screen(shipped(t), screening.Message{Text: "【云帆】致电１３８ 0013 8000 或 028-85551234，退订回T"})
	if strings.Join(got.Facts.Phones, ",") != "13800138000,02885551234" || got.Facts.Signature != "云帆" || !got.Facts.OptOut {
		t.Fatalf("got %+v", got.Facts)
	}
}

func TestPatterns_runOnlyWhereTheyCanMatch(t *testing.T) {
	t.Parallel()
	set := compile(t, `
id: t.re
title: {zh: 甲, en: a}
class: fraud
action: tag
patterns: {p: '转发(给)?[0-9]+个?(好友|朋友)', q: {regex: '点击.{0,3}链接', view: stripped}}
`)
	for text, want := range map[string]string{
		"请轉發給２０個好友": "轉發給２０個好友", "点.击下方.链.接": "点.击下方.链.接", "转发好友": "", "点击很多很多字链接": "",
	} {
		got := screen(set, screening.Message{Text: text})
		switch {
		case want == "" && len(got.Hits) > 0, want != "" && (len(got.Hits) != 1 || got.Hits[0].Text != want):
			t.Errorf("%s: want %q, got %+v", text, want, got.Hits)
		}
	}
}

func TestConditions_meanTheSameInBothEvaluators(t *testing.T) {
	t.Parallel()
	// The second condition of each pair says the same with a macro, which only the
	// interpreter knows.
	pairs := []string{
		`a && !b`, `a.count >= 2 || category == "notice"`, `category in ["marketing", "advertising"] && a`, `segments > 1 || url_count == 1`,
		`a.distinct + b.count > 1`, `similarity > 0.5 || hour < 8`, `size(phones) > 0 && a`, `!(a || b) && opt_out == false`,
	}
	texts := []string{"", "甲甲", "甲甲乙乙", "甲甲甲甲", "乙乙 www.abc.com", "甲甲13800138000退订", strings.Repeat("长", 80)}
	for _, cond := range pairs {
		rule := "class: fraud\naction: tag\nterms: {a: [甲甲], b: [乙乙]}\n"
		if !strings.Contains(cond, "b") {
			rule = strings.Replace(rule, ", b: [乙乙]", "", 1)
		}
		if !strings.Contains(cond, "a.") && !strings.Contains(cond, "a ") && !strings.HasSuffix(cond, "a") {
			rule = strings.Replace(strings.Replace(rule, "a: [甲甲], ", "", 1), "{a: [甲甲]}", "{}", 1)
		}
		set := compile(t, "id: t.native\ntitle: {zh: 甲, en: a}\n"+rule+"condition: '"+cond+"'\n---\nid: t.slow\ntitle: {zh: 甲, en: a}\n"+rule+
			"condition: '[1].exists(x, x == 1 && ("+cond+"))'\n")
		for _, in := range set.Rules() {
			if in.Interpreted != (in.ID == "t.slow") {
				t.Fatalf("%s: %s interpreted=%v", cond, in.ID, in.Interpreted)
			}
		}
		for _, text := range texts {
			for _, category := range []string{"", "notice", "marketing"} {
				m := screening.Message{Text: text, Category: category, Facts: map[string]any{"hour": 9, "similarity": 0.7}}
				fired := map[string]bool{}
				for _, h := range screen(set, m).Hits {
					fired[h.Rule] = true
				}
				if fired["t.native"] != fired["t.slow"] {
					t.Errorf("%s on %q: closures %v, interpreter %v", cond, text, fired["t.native"], fired["t.slow"])
				}
			}
		}
	}
}

func TestCompile_refusesBadRulesWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	head := "id: t.x\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: hold\nreason_code: FRAUD.X\n"
	for _, c := range []struct{ name, yaml, place, code string }{
		{"unknown field", head + "terms: {a: [甲甲]}\nlevle: 3\n", "rules.yaml:7 t.x.levle", "unknown_field"},
		{"broken YAML", head + "terms: {a: [甲甲\n", "rules.yaml", "yaml"},
		{"unknown fact", head + "terms: {a: [甲甲]}\ncondition: a && weather == 1\n", "rules.yaml:7 t.x.condition", "condition"},
		{"wrong type", head + "terms: {a: [甲甲]}\ncondition: a && segments == \"x\"\n", "rules.yaml:7 t.x.condition", "condition"},
		{"not a truth", head + "terms: {a: [甲甲]}\ncondition: a.count + 1\n", "rules.yaml:7 t.x.condition", "condition_type"},
		{"too costly", head + "condition: urls.all(a, urls.all(b, urls.all(c, a != b && b != c)))\n", "rules.yaml:6 t.x.condition", "too_costly"},
		{"unused terms", head + "terms: {a: [甲甲], b: [乙乙]}\ncondition: a\n", "rules.yaml:7 t.x.condition", "unused"},
		{"bad expression", head + "patterns: {p: '(a'}\n", "rules.yaml:6 t.x.p", "regex"},
		{"backtracking", head + "patterns: {p: '(?=a)b'}\n", "rules.yaml:6 t.x.p", "regex"},
		{"matches everything", head + "patterns: {p: 'a*'}\n", "rules.yaml:6 t.x.p", "regex"},
		{"only symbols", head + "terms: {a: ['★']}\n", "rules.yaml:6 t.x", "word"},
		{"no such view", head + "terms: {a: {words: [甲甲], views: [mirror]}}\n", "rules.yaml:6 t.x.terms.a.views", "view"},
		{"no such bank", head + "terms: {a: {bank: b.c}}\n", "rules.yaml:6 t.x.terms.a.bank", "bank"},
		{"no such extractor", head + "patterns: {p: {extract: fax}}\n", "rules.yaml:6 t.x.p.extract", "extract"},
		{"name of a fact", head + "terms: {category: [甲甲]}\n", "rules.yaml:6 t.x.terms.category", "name"},
		{"no class", strings.Replace(head, "fraud\n", "frauds\n", 1) + "terms: {a: [甲甲]}\n", "rules.yaml:3 t.x.class", "class"},
		{"words alone refuse", strings.Replace(head, "hold", "refuse_message", 1) + "terms: {a: [甲甲]}\n", "rules.yaml:4 t.x.action", "refuse_words"},
		{"id twice", head + "terms: {a: [甲甲]}\n---\n" + head + "terms: {a: [甲甲]}\n", "rules.yaml:8 t.x.id", "repeated_id"},
		{"nothing to look for", head, "rules.yaml:1 t.x.condition", "missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			src, err := screening.Load(fstest.MapFS{"rules.yaml": {Data: []byte(c.yaml)}})
			if err == nil {
				_, err = screening.Compile(src, "x")
			}
			e := errs.As(err)
			if e == nil {
				t.Fatalf("want an error, got %v", err)
			}
			for _, f := range e.Fields {
				if strings.HasPrefix(f.Field, c.place) && f.Code == c.code && f.Zh != "" && f.En != "" && f.Zh != f.En {
					return
				}
			}
			t.Fatalf("want %s at %s, got %+v", c.code, c.place, e.Fields)
		})
	}
}

func TestHash_ignoresOrderAndLayout(t *testing.T) {
	t.Parallel()
	a := compile(t, twoRules).Hash()
	parts := strings.Split(twoRules, "---\n")
	b := compile(t, strings.Join([]string{parts[2], parts[0], parts[3], parts[1]}, "\n---\n")+"\n# comment\n").Hash()
	if a != b || len(a) != 64 {
		t.Fatalf("want the same hash, got %s and %s", a, b)
	}
	if compile(t, strings.Replace(twoRules, "放款快", "放款慢", 1)).Hash() == a {
		t.Fatal("another word must give another hash")
	}
}

func TestShippedRules_passTheirOwnTests(t *testing.T) {
	t.Parallel()
	src, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range screening.Check(src, shipped(t)) {
		if f.Failure {
			t.Errorf("%s %s: %s", f.Code, f.Place, f.En)
		}
	}
	classes := map[string]bool{}
	for _, r := range src.Rules {
		if r.State == screening.StateLive {
			classes[r.Class] = true
		}
	}
	for _, c := range []string{
		screening.ClassConstitution, screening.ClassStateSecurity, screening.ClassNationHonour, screening.ClassEthnic, screening.ClassReligion,
		screening.ClassPublicOrder, screening.ClassVice, screening.ClassDefamation, screening.ClassOtherUnlawful,
		screening.ClassFraud, screening.ClassAdvertising, screening.ClassStructure, screening.ClassRecipient, screening.ClassBatch,
	} {
		if !classes[c] {
			t.Errorf("no live rule of class %s", c)
		}
	}
}

func TestScreenBatch_judgesTheBatchAsAWhole(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	good := screening.BatchFacts{
		Phones: 5000, Parts: 9000, DailyCap: 20000, UsedToday: 11000, Hour: 9, SendFrom: "08:00", SendTo: "21:00", Category: "notice",
		AllowedCategories: []string{"notice", "marketing"}, ContractActive: true, LicencesValid: true, SignatureApproved: true,
	}
	for _, c := range []struct {
		name   string
		change func(*screening.BatchFacts)
		want   screening.Verdict
		reason string
	}{
		{"in order", func(*screening.BatchFacts) {}, screening.Pass, ""},
		{"number range", func(f *screening.BatchFacts) { f.LongestRun, f.RunShare = 5000, 1 }, screening.RefuseBatch, "RCPT.NUMBER_RANGE"},
		{"above the cap by one", func(f *screening.BatchFacts) { f.UsedToday = 11001 }, screening.RefuseBatch, "BATCH.DAILY_CAP"},
		{"too early", func(f *screening.BatchFacts) { f.Hour, f.Minute = 7, 59 }, screening.Hold, "BATCH.HOURS"},
		{"over midnight", func(f *screening.BatchFacts) { f.SendFrom, f.SendTo, f.Hour = "22:00", "06:00", 23 }, screening.Pass, ""},
		{"category", func(f *screening.BatchFacts) { f.Category = "advertising" }, screening.RefuseBatch, "BATCH.CATEGORY"},
		{"suspended", func(f *screening.BatchFacts) { f.ContractActive = false }, screening.Hold, "BATCH.CONTRACT"},
		{"licence", func(f *screening.BatchFacts) { f.LicencesValid = false }, screening.RefuseBatch, "BATCH.LICENCE"},
		{"signature", func(f *screening.BatchFacts) { f.SignatureApproved = false }, screening.RefuseBatch, "BATCH.SIGNATURE"},
		{"similar", func(f *screening.BatchFacts) { f.MeanSimilarityToRefused = 0.9 }, screening.Hold, "BATCH.SIMILAR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := good
			c.change(&f)
			got := set.ScreenBatch(f)
			if got.Verdict != c.want || (c.reason == "") != (len(got.Hits) == 0) || c.reason != "" && got.Hits[0].ReasonCode != c.reason {
				t.Fatalf("want %s %s, got %+v", c.want, c.reason, got)
			}
		})
	}
}

func TestSMSParts_followsTheAirInterface(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 1, 1: 1, 70: 1, 71: 2, 134: 2, 135: 3, 201: 3, 202: 4} {
		if got := screening.SMSParts(strings.Repeat("字", n)); got != want {
			t.Errorf("%d characters: want %d, got %d", n, want, got)
		}
	}
	if got := screening.SMSParts(strings.Repeat("😀", 36)); got != 2 {
		t.Errorf("36 emoji are 72 units: want 2, got %d", got)
	}
}

func TestSegments_markOverlappingHits(t *testing.T) {
	t.Parallel()
	segs := screening.Segments("😀代开发票吧", []screening.Hit{{Start: 2, End: 6}, {Start: 4, End: 6}, {Start: 0, End: 0}})
	var b strings.Builder
	for _, s := range segs {
		b.WriteString(s.Text)
		for range s.Hits {
			b.WriteByte('!')
		}
		b.WriteByte('|')
	}
	if b.String() != "😀|代开!|发票!!|吧|" {
		t.Fatalf("got %s", b.String())
	}
}

func TestScreen_allocatesNothingForWhatPasses(t *testing.T) {
	set := shipped(t)
	var out screening.Result
	m := screening.Message{
		Text: "【云帆商城】王小明您好，订单20261121已到货，应付128.00元，请于11月23日前自提，咨询028-85551234。", Category: "notice", Signature: "云帆商城",
		Facts: map[string]any{"registered_phones": []string{"028-85551234"}},
	}
	for _, set := range []*screening.Set{set, screening.Narrow(set)} { // in vectors, where there are any, and without
		sc := set.NewScreener()
		sc.Screen(&m, &out)
		if out.Verdict != screening.Pass {
			t.Fatalf("want pass, got %+v", out)
		}
		if n := testing.AllocsPerRun(100, func() { sc.Screen(&m, &out) }); n > 0 {
			t.Fatalf("want no allocation for the text that passes, got %.0f", n)
		}
	}
}

// Long texts made to be slow: were anything quadratic in them, this test would not end.
func TestScreen_takesTimeInProportionToTheText(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	sc := set.NewScreener()
	var out screening.Result
	for _, piece := range []string{
		"票", "发票代开", "百家乐", "佰榢乐", "电话13800138000", "QQ12345678微信abc12345", "{", "#a", "a.", "a.com/", "a 点 c o m ", "贝者", "daikaifapiao", "【", "退订回T",
		"一三八零", "送100送", "转发给20个人", "端午节年年有余", "\u200b", "发\u200b\u200b\u200b票", "不", "1 3 8-", "http://", "\xff\xe4",
	} {
		text := strings.Repeat(piece, 400_000/len(piece))
		sc.Screen(&screening.Message{Text: text, Vars: []string{text[:len(text)/2]}}, &out)
		if err := sound(out, text); err != nil {
			t.Errorf("%q: %.200s", piece, err)
		}
	}
}
