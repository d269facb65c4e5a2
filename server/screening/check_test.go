package screening_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/rules"
	"sealgate/server/errs"
	"sealgate/server/screening"
)

// findings compiles a text of rules and lists the codes of what checking it finds.
func findings(t *testing.T, yaml string, sample []string) map[string]screening.Finding {
	t.Helper()
	src, err := screening.Load(fstest.MapFS{"r.yaml": {Data: []byte(yaml)}})
	if err != nil {
		t.Fatal(err)
	}
	set, err := screening.Compile(src, "x")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]screening.Finding{}
	for _, f := range append(screening.Check(src, set), screening.CheckSample(src, set, slices.Values(sample), screening.SampleLimits{MaxShare: 0.1})...) {
		if f.Zh == "" || f.En == "" || f.Place == "" {
			t.Errorf("%+v says too little", f)
		}
		out[f.Code] = f
	}
	return out
}

const okRule = `
id: t.a
title: {zh: 甲, en: a}
class: fraud
action: hold
terms: {w: [代开发票, 贷款中介]}
reason_code: FRAUD.X
tests: {hit: [代开发票], miss: [您好]}
`

func TestCheck_findsNothingInGoodRules(t *testing.T) {
	t.Parallel()
	if got := findings(t, okRule, []string{"您好", "今天"}); len(got) != 0 {
		t.Fatalf("got %v", got)
	}
}

func TestCheck_tellsWhatAddsNothing(t *testing.T) {
	t.Parallel()
	b := strings.NewReplacer("t.a", "t.b").Replace(okRule)
	for _, c := range []struct{ name, yaml, code, place string }{
		{"inner word", strings.Replace(okRule, "贷款中介", "开发票", 1), "inner_word", "t.a.terms.w"},
		{"same rule", okRule + "---" + b, "shadowed", "t.b"},
		{"fewer words", okRule + "---" + strings.Replace(b, ", 贷款中介", "", 1), "shadowed", "t.b"},
		{"severer rule elsewhere", okRule + "---" + strings.Replace(strings.Replace(b, "hold", "escalate", 1), "贷款中介", "贷款中介, 刻章", 1), "shadowed", "t.a"},
		{"one category only", okRule + "---" + strings.Replace(b, "action: hold", "action: hold\napplies_to: {categories: [notice]}", 1), "shadowed", "t.b"},
		{"bank without use", okRule + "---\nbank: b.x\ntitle: {zh: 乙, en: b}\nwords: [甲乙]\n", "unused_bank", "bank b.x"},
		{"pattern without use", okRule + "---\npatterns: {p: '转发'}\n", "unused_pattern", "patterns.p"},
		{"a spelling the views don't keep", strings.Replace(okRule, "贷款中介", "証", 1), "spelling", "t.a.terms.w"},
		{"word twice", strings.Replace(okRule, "贷款中介", "代开发票", 1), "repeated_word", "t.a.terms.w"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, ok := findings(t, c.yaml, nil)[c.code]
			if !ok || !strings.Contains(f.Place, c.place) || f.Failure {
				t.Fatalf("want %s at %s, got %+v", c.code, c.place, f)
			}
		})
	}
	for _, c := range []struct{ name, yaml string }{
		{"milder rule elsewhere", okRule + "---" + strings.Replace(b, "hold", "tag", 1)},
		{"other condition", okRule + "---" + strings.Replace(b, "reason_code", "condition: w && phone_count > 0\nreason_code", 1)},
		{"on trial", strings.Replace(okRule, "tests", "state: shadow\ntests", 1) + "---" + strings.Replace(b, ", 贷款中介", "", 1)},
	} {
		if f, ok := findings(t, c.yaml, nil)["shadowed"]; ok {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestCheckSample_refusesWordsThatAreEverywhere(t *testing.T) {
	t.Parallel()
	sample := []string{"您好，贷款中介", "贷 款 中 介", "您好", "您好", "您好", "今天", "天气", "很好", "下雨", "出门", "回家"}
	got := findings(t, okRule, sample)
	if f := got["too_common"]; !f.Failure || !strings.Contains(f.Place, "r.yaml:6 t.a.terms.w") || !strings.Contains(f.Zh, "2/11") {
		t.Errorf("too_common: %+v", f)
	}
	if f := got["fires_often"]; !f.Failure || !strings.Contains(f.En, "贷款中介") {
		t.Errorf("fires_often: %+v", f)
	}
	beside := strings.Replace(okRule, "terms: {w: [代开发票, 贷款中介]}", "terms: {w: [代开发票], v: [您好]}\ncondition: w && v", 1)
	got = findings(t, strings.Replace(beside, "hit: [代开发票]", "hit: [您好代开发票]", 1), sample)
	if _, ok := got["too_common"]; ok {
		t.Error("a common word beside others is no failure")
	}
	if f := got["noise"]; f.Failure || !strings.Contains(f.Place, "terms.v") {
		t.Errorf("noise: %+v", f)
	}
	tag := strings.Replace(okRule, "action: hold", "action: tag", 1)
	if got := findings(t, tag, sample); len(got) != 0 {
		t.Errorf("a tag may be common: %v", got)
	}
}

func TestShippedRules_hitNoOrdinaryMessage(t *testing.T) {
	t.Parallel()
	src, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	set := shipped(t)
	for _, f := range screening.CheckSample(src, set, slices.Values(screening.Ordinary()), screening.SampleLimits{}) {
		if f.Failure {
			t.Errorf("%s %s: %s", f.Code, f.Place, f.En)
		}
	}
	n := 0
	for _, m := range screening.Ordinary() {
		n++
		if got := screen(set, screening.Message{Text: m}); got.ContentVerdict != screening.Pass {
			t.Errorf("%s: %+v", m, got.Hits)
		}
	}
	if n < 200 {
		t.Errorf("only %d ordinary messages", n)
	}
}

func TestCompile_refusesExpressionsThatCostTooMuch(t *testing.T) {
	t.Parallel()
	src, err := screening.Load(fstest.MapFS{"r.yaml": {Data: []byte("id: t.a\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: hold\nreason_code: FRAUD.X\npatterns: {p: '贷款.{0,1000}(放款|下款.{0,900})'}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = screening.Compile(src, "x")
	if e := errs.As(err); e == nil || e.Fields[0].Code != "too_costly" || !strings.HasPrefix(e.Fields[0].Field, "r.yaml:6 t.a.p") {
		t.Fatalf("got %v", err)
	}
}

// TestShippedRules_letNoticesWithAContactThrough: real notices name a service number or a
// page; that alone must not make them suspicious.
func TestShippedRules_letNoticesWithAContactThrough(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	for _, contact := range []string{"，咨询13800138000", "，客服电话400-800-1234", "，详见 www.yunfan.com.cn", "，加微信yunfan2026"} {
		n := 0
		var stopped []string
		for _, m := range lines(t, "tables/ordinary.txt") {
			if strings.HasPrefix(m, "# ") {
				continue
			}
			n++
			if got := screen(set, screening.Message{Text: m + contact}); got.ContentVerdict != screening.Pass {
				stopped = append(stopped, m)
			}
		}
		if n < 400 || len(stopped)*50 > n {
			t.Errorf("%s: %d of %d are stopped:\n%s", contact, len(stopped), n, strings.Join(stopped, "\n"))
		}
	}
}

// TestExtract_aLoneQ: Q stands for QQ only before a whole number.
func TestExtract_aLoneQ(t *testing.T) {
	t.Parallel()
	set := compile(t, "id: t.q\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: hold\nreason_code: FRAUD.X\npatterns: {im: {extract: qq}}\ncondition: im\n")
	for text, want := range map[string]screening.Verdict{
		"看图 Q 3344551122": screening.Hold, "加Q325630305机不可失": screening.Hold, "扣群 887766551": screening.Hold,
		"Q1 2026营收增长": screening.Pass, "iq 1234567": screening.Pass, "Q3 12345": screening.Pass,
	} {
		if got := screen(set, screening.Message{Text: text}); got.ContentVerdict != want {
			t.Errorf("%s: %s, want %s", text, got.ContentVerdict, want)
		}
	}
}

// TestShippedRules_stopWhatIsUnlawful: messages in many wordings, none of them an example
// of a rule word for word.
func TestShippedRules_stopWhatIsUnlawful(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	n := 0
	for _, m := range lines(t, "testdata/unlawful.txt") {
		if strings.HasPrefix(m, "# ") {
			continue
		}
		n++
		if got := screen(set, screening.Message{Text: m}); got.ContentVerdict == screening.Pass {
			t.Errorf("%s passes", m)
		}
	}
	if n < 90 {
		t.Errorf("only %d messages", n)
	}
}
