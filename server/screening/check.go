package screening

import (
	"fmt"
	"sort"
	"strings"
)

// Finding is something that checking a set found out; a failure stops publishing.
type Finding struct {
	Failure bool   `json:"failure"`
	Code    string `json:"code"`
	Place   string `json:"place"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
}

// Check runs the tests beside the rules and looks for rules and words without use.
func Check(src *Source, s *Set) []Finding {
	var out []Finding
	add := func(failure bool, code string, at place, field, zh, en string) {
		out = append(out, Finding{failure, code, at.say(field), zh, en})
	}
	at := func(key string) place {
		if p, ok := src.places[key]; ok {
			return p
		}
		return place{name: key}
	}
	sc := s.NewScreener()
	var res Result
	byID := map[string]int{}
	for i := range s.rules {
		byID[s.rules[i].src.ID] = i
	}
	for i := range src.Rules {
		r := &src.Rules[i]
		if r.State == StateDraft || r.State == StateRetired {
			continue
		}
		p := at(r.ID)
		tests := at(r.ID + ".tests")
		if tests.line == 0 {
			tests = p
		}
		if len(r.Tests.Hit) == 0 {
			add(true, "no_hit_test", p, "tests.hit", "请至少写一条必须命中的例子", "write at least one example that must hit")
		}
		if len(r.Tests.Miss) == 0 {
			add(true, "no_miss_test", p, "tests.miss", "请至少写一条不得命中的例子", "write at least one example that must not hit")
		}
		for _, want := range []bool{true, false} {
			list, name := r.Tests.Hit, "tests.hit"
			if !want {
				list, name = r.Tests.Miss, "tests.miss"
			}
			for n, e := range list {
				if fires(s, sc, r, e, &res) != want {
					zh, en := "例子应命中而没有命中：", "the example should hit and doesn't: "
					if !want {
						zh, en = "例子不应命中却命中了：", "the example should not hit and does: "
					}
					shown := e.Text
					if shown == "" {
						shown = fmt.Sprint(e.Facts)
					}
					add(true, "example", tests, fmt.Sprintf("%s[%d]", name, n), zh+shown, en+shown)
				}
			}
		}
	}
	usedBank := map[string]bool{}
	usedPattern := map[string]bool{}
	var use func(p Pattern)
	use = func(p Pattern) {
		if p.Use != "" && !usedPattern[p.Use] {
			usedPattern[p.Use] = true
			use(src.Patterns[p.Use])
		}
		for _, q := range p.Any {
			use(q)
		}
	}
	same := map[string]string{}
	for i := range src.Rules {
		r := &src.Rules[i]
		for _, name := range sortedKeys(r.Terms) {
			t := r.Terms[name]
			for _, b := range t.Banks {
				usedBank[b] = true
			}
			out = append(out, s.covered(t.Words, at(r.ID+".terms."+name), "terms."+name)...)
		}
		for _, p := range r.Patterns {
			use(p)
		}
		for _, l := range r.Lifts {
			if !lifts(src, l) {
				add(false, "lifts_nothing", at(r.ID), "lifts", "没有规则匹配 "+l, "no rule matches "+l)
			}
		}
		if r.State == StateLive || r.State == StateShadow {
			key := fmt.Sprintf("%v %v %v %v %v", r.Terms, r.Patterns, r.Condition, r.AppliesTo, r.Scope)
			if other, ok := same[key]; ok {
				add(false, "shadowed", at(r.ID), "", "与规则 "+other+" 的词、模式、条件完全相同，多余", "has the same terms, patterns and condition as "+other+" and adds nothing")
			} else {
				same[key] = r.ID
			}
		}
	}
	for i := range src.Banks {
		b := &src.Banks[i]
		if !usedBank[b.ID] {
			add(false, "unused_bank", at("bank "+b.ID), "", "没有规则用到这个词库", "no rule uses this bank")
		}
		out = append(out, s.covered(b.Words, at("bank "+b.ID), "words")...)
	}
	for _, name := range sortedKeys(src.Patterns) {
		if !usedPattern[name] {
			add(false, "unused_pattern", at("patterns."+name), "", "没有规则用到这个公共模式", "no rule uses this shared pattern")
		}
	}
	for i := range s.patterns {
		if p := &s.patterns[i]; p.kind == regexPattern && p.gate < 0 {
			add(false, "slow_pattern", place{name: "regex " + p.source}, "", "这个正则没有必含的汉字或两个字母，每条消息都要试一遍；请加上必含的文字",
				"this expression has neither a Chinese character nor two letters that every match contains and is tried on every message; add some")
		}
	}
	for _, in := range s.info {
		if in.Interpreted {
			add(false, "slow_condition", at(in.ID), "condition", "条件不是常用形式，由解释器执行，约慢十倍", "the condition is not of the usual shapes and runs in the interpreter, about ten times slower")
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Failure && !out[j].Failure })
	return out
}

// fires tells whether a rule fires on an example.
func fires(s *Set, sc *Screener, r *Rule, e Example, res *Result) bool {
	if r.Scope == "batch" {
		f := batchExample(e)
		for _, h := range s.ScreenBatch(f).Hits {
			if h.Rule == r.ID {
				return true
			}
		}
		return false
	}
	category := e.Category
	if category == "" && len(r.AppliesTo.Categories) > 0 {
		category = r.AppliesTo.Categories[0]
	}
	m := Message{Text: e.Text, Category: category, Signature: e.Signature, Vars: e.Vars, Facts: e.Facts, Phone: factString(e.Facts, "phone")}
	sc.Screen(&m, res)
	for _, id := range sc.fired {
		if s.rules[id].src.ID == r.ID {
			return true
		}
	}
	return false
}

// batchExample reads the facts of an example of a batch rule; what isn't said is in order.
func batchExample(e Example) BatchFacts {
	f := BatchFacts{
		Phones: 1000, Parts: 1000, Hour: 10, SendFrom: "08:00", SendTo: "21:00", Category: "notice", AllowedCategories: []string{"notice"},
		ContractActive: true, LicencesValid: true, SignatureApproved: true, Facts: e.Facts,
	}
	if e.Category != "" {
		f.Category = e.Category
	}
	for k, v := range e.Facts {
		n := factInt(e.Facts, k)
		switch k {
		case "phones":
			f.Phones = int(n)
		case "longest_run":
			f.LongestRun = int(n)
		case "run_share":
			f.RunShare = factFloat(e.Facts, k)
		case "parts":
			f.Parts = n
		case "daily_cap":
			f.DailyCap = n
		case "used_today":
			f.UsedToday = n
		case "hour":
			f.Hour = int(n)
		case "minute":
			f.Minute = int(n)
		case "send_from":
			f.SendFrom = factString(e.Facts, k)
		case "send_to":
			f.SendTo = factString(e.Facts, k)
		case "category":
			f.Category = factString(e.Facts, k)
		case "allowed_categories":
			f.AllowedCategories = nil
			listed(e.Facts, k, func(s string) bool { f.AllowedCategories = append(f.AllowedCategories, s); return false })
		case "contract_active":
			f.ContractActive, _ = v.(bool)
		case "licences_valid":
			f.LicencesValid, _ = v.(bool)
		case "signature_approved":
			f.SignatureApproved, _ = v.(bool)
		case "similarity_to_refused":
			f.MeanSimilarityToRefused = factFloat(e.Facts, k)
		}
	}
	return f
}

func lifts(src *Source, l string) bool {
	for i := range src.Rules {
		id := src.Rules[i].ID
		if id == l || strings.HasSuffix(l, ".*") && strings.HasPrefix(id, l[:len(l)-1]) {
			return true
		}
	}
	return false
}

// covered finds words that say nothing new: the same after folding, or with a shorter
// word of the list inside.
func (s *Set) covered(words []string, at place, field string) []Finding {
	seen := map[string]string{}
	keys := make([]string, len(words))
	for i, w := range words {
		key, _, _, _, ok := readTerm(s.fold, w)
		if !ok {
			continue
		}
		k := string(key)
		if first, ok := seen[k]; ok && first != w {
			continue // another spelling: it decides which view a hit names
		}
		if _, ok := seen[k]; ok {
			return []Finding{{Code: "repeated_word", Place: at.say(field), Zh: "词重复：" + w, En: "the word is there twice: " + w}}
		}
		seen[k] = w
		keys[i] = k
	}
	return nil
}
