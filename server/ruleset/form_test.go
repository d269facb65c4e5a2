package ruleset_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"sealgate/rules"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
)

func shipped(t testing.TB) []ruleset.Doc {
	t.Helper()
	docs, err := ruleset.Split(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestSplit_andJoinGiveTheSameSet(t *testing.T) {
	t.Parallel()
	docs := shipped(t)
	if len(docs) < 60 {
		t.Fatalf("%d documents", len(docs))
	}
	joined, err := ruleset.Join(docs)
	if err != nil {
		t.Fatal(err)
	}
	a, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := screening.Load(joined)
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() {
		t.Error("the set is another one after it was cut and put together")
	}
}

func TestSplit_keepsCommentsAndTakesListsApart(t *testing.T) {
	t.Parallel()
	docs, err := ruleset.Split(fstest.MapFS{"a.yaml": {Data: []byte("# of the file\n---\n# of the rule\nid: a.b\nlevel: 1\n---\n- id: c.d\n  level: 2\n- bank: e\n  words: |\n    --- 不是分隔\n")}})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, d := range docs {
		keys = append(keys, d.Key)
	}
	if !slices.Equal(keys, []string{"rule:a.b", "rule:c.d", "bank:e"}) || docs[0].Text != "# of the file\n# of the rule\nid: a.b\nlevel: 1\n" {
		t.Errorf("%v %q", keys, docs[0].Text)
	}
}

// What the form does not change stays as it is, to the letter: for every document that is shipped.
func TestForm_leavesEveryShippedDocumentAsItIs(t *testing.T) {
	t.Parallel()
	for _, d := range shipped(t) {
		f, ok := ruleset.FormOf(d.Kind, d.Text)
		if !ok {
			t.Errorf("%s is no form", d.Key)
			continue
		}
		got, err := f.Text(d.Kind, d.Text)
		if err != nil || got != d.Text {
			t.Errorf("%s: %v\n%s", d.Key, err, got)
		}
	}
}

// Whatever a form says, the text it is written into says the same afterwards.
func TestForm_isWhatItsTextSays(t *testing.T) {
	t.Parallel()
	docs := shipped(t)
	word := rapid.StringMatching(`[一二三四五六七八贷款赌博ab]{1,6}`)
	odd := rapid.OneOf(word, rapid.SampledFrom([]string{"带 空格", "a: b", "#井号", "'引号", `"双`, "- 横", "true", "12", "多\n行", "尾：", "{花}", "顿、号", "*星", "@", "null", "~"}))
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom(docs).Draw(t, "doc")
		f, ok := ruleset.FormOf(d.Kind, d.Text)
		if !ok {
			t.Fatal("no form")
		}
		switch {
		case f.Rule != nil:
			r := f.Rule
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				switch rapid.IntRange(0, 9).Draw(t, "field") {
				case 0:
					r.Title.Zh = odd.Draw(t, "title")
				case 1:
					r.Level = rapid.IntRange(1, 5).Draw(t, "level")
				case 2:
					r.Except = rapid.SliceOfN(odd, 0, 12).Draw(t, "except")
				case 3:
					r.Condition = rapid.SampledFrom([]string{"", "a && b", "phone_count > 0", "x == 'y: z'"}).Draw(t, "condition")
				case 4:
					r.Tests.Hit = append(slices.Clone(r.Tests.Hit), screening.Example{Text: odd.Draw(t, "example"), Category: rapid.SampledFrom([]string{"", "notice"}).Draw(t, "category")})
				case 5:
					if len(r.Tests.Miss) > 0 {
						r.Tests.Miss = r.Tests.Miss[1:]
					}
				case 6:
					for name, terms := range r.Terms {
						terms.Words = append(slices.Clone(terms.Words), odd.Draw(t, "word"))
						r.Terms[name] = terms
						break
					}
				case 7:
					if r.Terms == nil {
						r.Terms = map[string]screening.Terms{}
					}
					gap := rapid.IntRange(0, 9).Draw(t, "gap")
					r.Terms["added"] = screening.Terms{Words: rapid.SliceOfN(odd, 1, 30).Draw(t, "words"), Views: []string{"stripped", "pinyin"}, MaxGap: &gap}
				case 8:
					r.References, r.Description = rapid.SliceOfN(odd, 0, 3).Draw(t, "references"), odd.Draw(t, "description")
				case 9:
					r.State = rapid.SampledFrom([]string{"draft", "shadow", "live", "retired"}).Draw(t, "state")
				}
			}
		case f.Bank != nil:
			f.Bank.Words = append(rapid.SliceOfN(odd, 0, 20).Draw(t, "words"), f.Bank.Words[rapid.IntRange(0, len(f.Bank.Words)-1).Draw(t, "from"):]...)
		default:
			f.Settings.Bands.Refuse = rapid.IntRange(20, 40).Draw(t, "refuse")
			f.Settings.Groups = map[string]int{"advertising": rapid.IntRange(1, 9).Draw(t, "cap"), "added": 2}
		}
		text, err := f.Text(d.Kind, d.Text)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := ruleset.FormOf(d.Kind, text)
		if !ok {
			t.Fatalf("the text is no form any more:\n%s", text)
		}
		if a, b := normal(f), normal(got); !reflect.DeepEqual(a, b) {
			t.Fatalf("wanted %s\ngot    %s\nof\n%s", a, b, text)
		}
		for line := range strings.Lines(d.Text) {
			if strings.HasPrefix(line, "#") && !strings.Contains(text, line) {
				t.Fatalf("the comment %q is lost in\n%s", line, text)
			}
		}
	})
}

// normal is a form without the difference between nothing and an empty list, and without repeated words: a block of words has each
// once.
func normal(f ruleset.Form) string {
	tidy := func(list []string) []string {
		out := []string{}
		for _, w := range list {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
		slices.Sort(out)
		return out
	}
	if f.Rule != nil {
		r := *f.Rule
		r.Except = tidy(r.Except)
		terms := map[string]screening.Terms{}
		for n, t := range r.Terms {
			t.Words = tidy(t.Words)
			terms[n] = t
		}
		r.Terms = terms
		s := ""
		for _, t := range terms {
			if t.MaxGap != nil {
				s += fmt.Sprint(*t.MaxGap)
			}
			t.MaxGap = nil
		}
		for n, t := range terms {
			t.MaxGap, t.WholeWord = nil, nil
			terms[n] = t
		}
		if r.References == nil {
			r.References = []string{}
		}
		return fmt.Sprintf("%+v %s", r, s)
	}
	if f.Bank != nil {
		b := *f.Bank
		b.Words = tidy(b.Words)
		return fmt.Sprintf("%s %v %q", b.ID, b.Title, b.Words)
	}
	return fmt.Sprintf("%+v", *f.Settings)
}

func TestInspect_saysWhereAndWhat(t *testing.T) {
	t.Parallel()
	good := "id: a.b\ntitle: {zh: 题, en: title}\nclass: fraud\nlevel: 3\naction: hold\nterms:\n  w: [甲乙丙]\n  x:\n    words: [丁戊己]\ncondition: w && x\nreason_code: CONTENT.KEYWORD\ntests:\n  hit:\n    - 甲乙丙丁戊己\n  miss:\n    - 您好\n"
	for _, c := range []struct {
		name, from, to, code, field string
		line, column                int
	}{
		{"a fact that is none", "w && x", "w && wether", "unknown_fact", "condition", 10, 17},
		{"two types", "w && x", "w && segments == 'a'", "condition", "condition", 10, 26},
		{"a key that is none", "level: 3", "levle: 3", "unknown_field", "levle", 4, 1},
		{"a bank that is none", "words: [丁戊己]", "bank: nobody", "bank", "terms.x.bank", 9, 5},
		{"a view that is none", "words: [丁戊己]", "{words: [丁戊己], views: [mirror]}", "view", "terms.x.views", 9, 20},
		{"an example that misses", "- 甲乙丙丁戊己", "- 甲乙丙", "example", "tests.hit[0]", 14, 7},
		{"an example too many", "- 您好", "- 您好\n    - 甲乙丙丁戊己", "example", "tests.miss[1]", 17, 7},
		{"an action that is none", "action: hold", "action: stop", "action", "action", 5, 1},
		{"words alone refuse", "condition: w && x", "condition: w || x", "", "", 0, 0},
		{"no YAML", "level: 3", "level: [3", "yaml", "", 4, 1},
	} {
		ps, err := ruleset.Inspect([]ruleset.Doc{{Key: "rule:a.b", Kind: "rule", Ref: "a.b", Text: strings.Replace(good, c.from, c.to, 1)}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		i := slices.IndexFunc(ps, func(p ruleset.Problem) bool { return p.Failure })
		if c.code == "" {
			if i >= 0 && c.name != "words alone refuse" {
				t.Errorf("%s: %+v", c.name, ps[i])
			}
			continue
		}
		if i < 0 {
			t.Errorf("%s: nothing is wrong: %+v", c.name, ps)
			continue
		}
		p := ps[i]
		if p.Code != c.code || p.Field != c.field || p.Line != c.line || p.Column != c.column || p.Doc != "rule:a.b" || p.Zh == "" || p.En == "" {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestDiff_tellsFieldsAndWords(t *testing.T) {
	t.Parallel()
	a := shipped(t)
	same, err := ruleset.DiffDocs(a, a)
	if err != nil || len(same) != 0 {
		t.Fatalf("a set differs from itself: %v %v", same, err)
	}
	b := slices.Clone(a)
	i := slices.IndexFunc(b, func(d ruleset.Doc) bool {
		f, _ := ruleset.FormOf(d.Kind, d.Text)
		return f.Rule != nil && len(f.Rule.Terms) > 0
	})
	f, _ := ruleset.FormOf(b[i].Kind, b[i].Text)
	name := ""
	for n, terms := range f.Rule.Terms {
		name = n
		terms.Words = append(slices.Clone(terms.Words), "新加的词")
		f.Rule.Terms[n] = terms
		break
	}
	was := f.Rule.Level
	f.Rule.Level = 6 - was%5
	if b[i].Text, err = f.Text("rule", b[i].Text); err != nil {
		t.Fatal(err)
	}
	gone := len(b) - 1
	for b[gone].Kind != "rule" || gone == i {
		gone--
	}
	removed := b[gone].Key
	b = slices.Delete(b, gone, gone+1)
	ds, err := ruleset.DiffDocs(a, b)
	if err != nil || len(ds) != 2 {
		t.Fatalf("%d differences, %v", len(ds), err)
	}
	for _, d := range ds {
		if d.Key == removed {
			if d.Change != "removed" {
				t.Errorf("%+v", d)
			}
			continue
		}
		words, level := false, false
		for _, x := range d.Fields {
			words = words || strings.HasPrefix(x.Field, "terms."+name) && slices.Equal(x.Added, []string{"新加的词"}) && len(x.Removed) == 0
			level = level || x.Field == "level" && x.Before == fmt.Sprint(was)
		}
		if !words || !level || len(d.Fields) != 2 {
			t.Errorf("%+v", d.Fields)
		}
	}
}

func TestChosen_isAnEvenSampleOfTheSizeAskedFor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		population := rapid.Int64Range(1, 5000).Draw(t, "population")
		wanted := rapid.Int64Range(1, 5000).Draw(t, "wanted")
		n, last, gap := int64(0), int64(-1), int64(0)
		for i := range population {
			if ruleset.Chosen(i, wanted, population) {
				n++
				gap = max(gap, i-last)
				last = i
			}
		}
		if want := min(wanted, population); n != want || gap > (population+want-1)/want+1 {
			t.Fatalf("%d of %d chosen, asked for %d, longest gap %d", n, population, wanted, gap)
		}
	})
}

func TestMaskText_hidesNumbersAndMovesNothing(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电话13800138000。": "电话138******00。", "验证码123456": "验证码123456", "卡6222020200112233445": "卡622**************45", "": "", "1234567": "123**67",
	} {
		if got := ruleset.MaskText(in); got != want || len(got) != len(in) {
			t.Errorf("%q → %q", in, got)
		}
	}
}
