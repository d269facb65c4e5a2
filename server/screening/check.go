package screening

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
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
	for i := range src.Rules {
		r := &src.Rules[i]
		for _, name := range sortedKeys(r.Terms) {
			t := r.Terms[name]
			for _, b := range t.Banks {
				usedBank[b] = true
			}
			out = append(out, s.covered(t.Words, at(r.ID+".terms."+name), "terms."+name)...)
			out = append(out, s.lostSpelling(t.Words, t.Views, at(r.ID+".terms."+name).say("terms."+name))...)
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
			out = append(out, innerWords(s, r, at)...)
		}
	}
	out = append(out, shadowed(src, s, at)...)
	for i := range src.Banks {
		b := &src.Banks[i]
		if !usedBank[b.ID] {
			add(false, "unused_bank", at("bank "+b.ID), "", "没有规则用到这个词库", "no rule uses this bank")
		}
		out = append(out, s.covered(b.Words, at("bank "+b.ID), "words")...)
		out = append(out, s.lostSpelling(b.Words, b.Views, at("bank "+b.ID).say("words"))...)
	}
	for _, name := range sortedKeys(src.Patterns) {
		if !usedPattern[name] {
			add(false, "unused_pattern", at("patterns."+name), name, "没有规则用到这个公共模式", "no rule uses this shared pattern")
		}
	}
	tried := map[int32]bool{} // patterns of rules that are looked at for every message
	var try func(p int32)
	try = func(p int32) {
		tried[p] = true
		for _, q := range s.patterns[p].any {
			try(q)
		}
	}
	for i := range s.rules {
		for _, a := range s.rules[i].atoms {
			if a.pattern >= 0 && !s.rules[i].cond.needs {
				try(a.pattern)
			}
		}
	}
	for i := range s.patterns {
		if p := &s.patterns[i]; p.kind == regexPattern && p.gate < 0 && tried[int32(i)] {
			add(false, "slow_pattern", place{name: "regex " + p.source}, "", "这个正则没有必含的汉字或两个字母，规则里也没有必须出现的词，每条消息都要试一遍；请加上必含的文字",
				"this expression has neither a Chinese character nor two letters that every match contains, nor its rule a word that must be there, so it is tried on every message; add some")
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

// lostSpelling notes single characters that the views of their list read as another one:
// whoever writes 証 there finds every 证.
func (s *Set) lostSpelling(words, views []string, where string) []Finding {
	if len(views) > 0 && !contains(views, ViewSimplified) && !contains(views, ViewStripped) && !contains(views, ViewPinyin) && !contains(views, ViewJoined) {
		return nil
	}
	var out []Finding
	for _, w := range words {
		r, n := utf8.DecodeRuneInString(w)
		if n != len(w) || r < utf8.RuneSelf {
			continue
		}
		if read, _ := s.fold.read(r); read > 0 && read != r {
			out = append(out, Finding{false, "spelling", where,
				fmt.Sprintf("“%c”在这些视图里就是“%c”，平常的“%c”也会命中；只想找这种写法，请用 views: [plain]", r, read, read),
				fmt.Sprintf("\"%c\" is \"%c\" in these views, so that the ordinary character is found too; for this spelling alone use views: [plain]", r, read)})
		}
	}
	return out
}

// innerWords notes words that add nothing to a list of which one word is enough: a shorter
// one of the same list stands inside.
func innerWords(s *Set, r *Rule, at func(string) place) []Finding {
	var out []Finding
	for _, name := range sortedKeys(r.Terms) {
		t := r.Terms[name]
		if strings.Contains(r.Condition, name+".") || contains(t.Views, ViewPinyin) || len(t.Banks) > 0 || t.WholeWord != nil || t.Match != "" {
			continue // how many there are matters, or the longer one is found more surely
		}
		keys := map[string]string{}
		for _, w := range t.Words {
			if key, _, _, symbols, ok := readTerm(s.fold, w); ok && !symbols && len(key) > 1 && key[0] >= 0x80 && key[len(key)-1] >= 0x80 {
				keys[string(key)] = w
			}
		}
		for _, long := range sortedKeys(keys) {
			rs := []rune(long)
			found := ""
			for i := range rs {
				for j := i + 2; j <= len(rs) && found == ""; j++ {
					if j-i < len(rs) {
						found = keys[string(rs[i:j])]
					}
				}
			}
			if found != "" {
				out = append(out, Finding{false, "inner_word", at(r.ID + ".terms." + name).say("terms." + name),
					"“" + keys[long] + "”里已有同组的“" + found + "”，不会多命中什么；可以删去", "\"" + keys[long] + "\" has \"" + found + "\" of the same list inside and adds nothing; remove it"})
			}
		}
	}
	return out
}

// shadowed notes rules that can't change any verdict: another one fires wherever they do
// and is at least as severe.
func shadowed(src *Source, s *Set, at func(string) place) []Finding {
	banks := map[string][]string{}
	for i := range src.Banks {
		banks[src.Banks[i].ID] = src.Banks[i].Words
	}
	words := func(t Terms) []string {
		all := append([]string(nil), t.Words...)
		for _, b := range t.Banks {
			all = append(all, banks[b]...)
		}
		return all
	}
	inside := func(a, b []string) bool {
		have := map[string]bool{}
		for _, w := range b {
			have[w] = true
		}
		for _, w := range a {
			if !have[w] {
				return false
			}
		}
		return true
	}
	narrower := func(a, b []string) bool { return len(b) == 0 || len(a) > 0 && inside(a, b) }
	evidence := s.Evidence()
	var out []Finding
	for i := range src.Rules {
		a := &src.Rules[i]
		if a.State != StateLive && a.State != StateShadow || a.Action == ActionPass || a.Action == ActionTag {
			continue
		}
		for j := range src.Rules {
			b := &src.Rules[j]
			if i == j || b.State != StateLive || a.Scope != b.Scope || a.Condition != b.Condition || len(a.Terms) != len(b.Terms) || fmt.Sprint(a.Patterns) != fmt.Sprint(b.Patterns) ||
				actions[b.Action].Severity() < actions[a.Action].Severity() || a.Action == ActionScore || b.Action == ActionPass || b.Action == ActionTag || len(b.Except) > 0 ||
				!narrower(a.AppliesTo.Categories, b.AppliesTo.Categories) || !narrower(a.AppliesTo.Customers, b.AppliesTo.Customers) ||
				!narrower(a.AppliesTo.Carriers, b.AppliesTo.Carriers) || !narrower(a.AppliesTo.Industries, b.AppliesTo.Industries) {
				continue
			}
			covered, same := true, true
			for name, t := range a.Terms {
				u, ok := b.Terms[name]
				if !ok {
					covered = false
					break
				}
				x, y := words(t), words(u)
				equal := inside(x, y) && inside(y, x) && fmt.Sprint(t.Views, t.Match) == fmt.Sprint(u.Views, u.Match)
				same = same && equal
				// a list that speaks against the rule must be the same
				covered = covered && (equal || contains(evidence[a.ID], name) && inside(x, y) && fmt.Sprint(t.Views, t.WholeWord, t.MaxGap, t.Match) == fmt.Sprint(u.Views, u.WholeWord, u.MaxGap, u.Match))
			}
			if !covered || same && j > i && actions[a.Action] == actions[b.Action] {
				continue // of two that are the same, the later one is told
			}
			zh, en := "的词都在规则 "+b.ID+" 里，条件也相同，单独留着不起作用", "has no word that "+b.ID+" hasn't, under the same condition, and adds nothing"
			out = append(out, Finding{false, "shadowed", at(a.ID).say(""), "这条规则" + zh, "this rule " + en})
			break
		}
	}
	return out
}
