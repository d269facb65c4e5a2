package screening_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"sealgate/server/errs"
	"sealgate/server/screening"
)

func texts(hits []screening.Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Text+"="+h.Term+"/"+h.View)
	}
	return strings.Join(out, " ")
}

func TestWords_mayLeaveRoomForAnything(t *testing.T) {
	t.Parallel()
	set := compile(t, words("views: [stripped, pinyin, joined]", "加<4>群", "代<1-3>发票<2>电话", "贷<0>款"))
	for text, want := range map[string]string{
		"加我们的群":            "加我们的群=加<4>群/plain",
		"加群":               "加群=加<4>群/plain",
		"加 老 师 群":          "加 老 师 群=加<4>群/plain",
		"加一二三四五群":          "",
		"加了。群里见":           "",
		"加\u200b我\u200b的群": "加\u200b我\u200b的群=加<4>群/plain",
		"代开發票，电-话":         "代开發票，电-话=代<1-3>发票<2>电话/stripped",
		"代发票电话":            "",
		"加加加我群群":           "加加加我群=加<4>群/plain 加加我群=加<4>群/plain 加我群=加<4>群/plain",
		"贷款":               "贷款=贷<0>款/plain",
		"贷了款":              "",
	} {
		if got := texts(screen(set, screening.Message{Text: text}).Hits); got != want {
			t.Errorf("%q: want %q, got %q", text, want, got)
		}
	}
}

func TestWords_withRoomAreCheckedAndLinear(t *testing.T) {
	t.Parallel()
	for _, w := range []string{"<3>群", "加<3>", "加<21>群", "加<5-2>群", "★<3>群"} {
		src, err := screening.Load(fstest.MapFS{"r.yaml": {Data: []byte(words("", w))}})
		if err == nil {
			_, err = screening.Compile(src, "x")
		}
		if e := errs.As(err); e == nil || len(e.Fields) == 0 || e.Fields[0].Code != "room" {
			t.Errorf("%s: want a refusal, got %v", w, err)
		}
	}
	set := compile(t, words("", "加<20>群<20>号<20>码"))
	screen(set, screening.Message{Text: strings.Repeat("加群号", 60_000)})
	screen(set, screening.Message{Text: strings.Repeat("加群", 60_000)})
}

// TestWords_withRoomAgreeWithANaiveSearch draws texts and compares with a search that
// tries every two places.
func TestWords_withRoomAgreeWithANaiveSearch(t *testing.T) {
	t.Parallel()
	set := compile(t, words("views: [plain]", "甲<2>乙", "甲<1-3>甲"))
	rapid.Check(t, func(t *rapid.T) {
		rs := rapid.SliceOfN(rapid.SampledFrom([]rune("甲乙丙丁，。😀")), 0, 14).Draw(t, "text")
		want := map[string]bool{}
		find := func(a, b rune, least, most int, name string) {
			for i := range rs {
				if rs[i] != a {
					continue
				}
				for j := i + 1; j < len(rs); j++ {
					gap := string(rs[i+1 : j])
					if strings.ContainsRune(gap, '。') || len([]rune(gap)) > most {
						break
					}
					if rs[j] == b && len([]rune(gap)) >= least {
						want[fmt.Sprint(name, screening.UTF16Len(string(rs[:i])), screening.UTF16Len(string(rs[:j+1])))] = true
						break
					}
				}
			}
		}
		find('甲', '乙', 0, 2, "甲<2>乙")
		find('甲', '甲', 1, 3, "甲<1-3>甲")
		got := map[string]bool{}
		for _, h := range screen(set, screening.Message{Text: string(rs)}).Hits {
			got[fmt.Sprint(h.Term, h.Start, h.End)] = true
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: want %v, got %v", string(rs), want, got)
		}
	})
}

func TestTerms_countAllOrTheLeftmostLongest(t *testing.T) {
	t.Parallel()
	list := []string{"发票", "代开发票", "开发", "票据", "代开发票据"}
	text := "代开发票据，开发票"
	all := texts(screen(compile(t, words("", list...)), screening.Message{Text: text}).Hits)
	for _, w := range []string{"代开发票=", "代开发票据=", " 发票=", "开发=", "票据="} {
		if !strings.Contains(" "+all, w) {
			t.Errorf("%s is missing in %s", w, all)
		}
	}
	if got := texts(screen(compile(t, words("match: longest", list...)), screening.Message{Text: text}).Hits); got != "代开发票据=代开发票据/plain 开发=开发/plain" {
		t.Errorf("got %s", got)
	}
	set := compile(t, "id: t.a\ntitle: {zh: 甲, en: a}\nclass: fraud\naction: tag\nterms: {w: {words: [发票, 开发], match: longest}}\ncondition: w.count == 1\n")
	if got := screen(set, screening.Message{Text: "开发票"}); len(got.Hits) != 1 || got.Hits[0].Text != "开发" {
		t.Errorf("got %+v", got.Hits)
	}
}

func TestTerms_longestHitsNeverOverlap(t *testing.T) {
	t.Parallel()
	set := compile(t, words("match: longest", lexicon...))
	full := compile(t, words("", lexicon...))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 30).Draw(t, "text"), "")
		kept, all := find(set, text), find(full, text)
		end := -1
		byStart := map[int]int{}
		for _, p := range all {
			byStart[p.from] = max(byStart[p.from], p.to)
		}
		order := append([]place(nil), kept...)
		for i := range order {
			for j := i + 1; j < len(order); j++ {
				if order[j].from < order[i].from {
					order[i], order[j] = order[j], order[i]
				}
			}
		}
		for _, p := range order {
			if p.from < end {
				t.Fatalf("%q: %v overlaps", text, p)
			}
			end = p.to
			if byStart[p.from] != p.to {
				t.Fatalf("%q: %v is not the longest there", text, p)
			}
		}
		if (len(kept) == 0) != (len(all) == 0) {
			t.Fatalf("%q: %d of %d kept", text, len(kept), len(all))
		}
	})
}
