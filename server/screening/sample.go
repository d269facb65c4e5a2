package screening

import (
	"fmt"
	"iter"
	"sort"
	"strings"
)

// SampleLimits say how common is too common in a sample of ordinary messages.
type SampleLimits struct {
	// MaxShare is the share of messages in which a word may stand that is enough for its
	// rule by itself; 0 means 1%. It is also the share of messages a rule of content may stop.
	MaxShare float64
	// Noise is the share above which a word says nothing even beside others; 0 means 30%.
	Noise float64
}

// CheckSample looks for words and rules that hit too much of a sample (A25): a word that
// fires its rule by itself and stands in more than MaxShare of the messages, or a rule of
// content that stops more than that, is a failure; a word that is everywhere is a note.
func CheckSample(src *Source, s *Set, sample iter.Seq[string], limits SampleLimits) []Finding {
	if limits.MaxShare <= 0 {
		limits.MaxShare = defaultMaxShare
	}
	if limits.Noise <= 0 {
		limits.Noise = 0.3
	}
	sc := s.NewScreener()
	var res Result
	n := 0
	words := make([]int, len(s.entries)) // messages that hold it
	last := make([]int, len(s.entries))
	rules := map[int32]int{}
	examples := map[int32]string{}
	for text := range sample {
		n++
		sc.Judge(&Message{Text: text}, &res)
		for _, id := range sc.fired {
			rules[id]++
			if examples[id] == "" {
				examples[id] = strings.Clone(text)
			}
		}
		sc.allLate()
		for i := range sc.matches {
			if e := sc.matches[i].entry; last[e] != n {
				last[e] = n
				words[e]++
			}
		}
	}
	if n == 0 {
		return nil
	}
	at := func(key string) place {
		if p, ok := src.places[key]; ok {
			return p
		}
		return place{name: key}
	}
	share := func(k int) float64 { return float64(k) / float64(n) }
	byList := map[int32][]int32{}
	for e := range s.entries {
		if share(words[e]) > limits.MaxShare {
			byList[s.entries[e].list] = append(byList[s.entries[e].list], int32(e))
		}
	}
	var out []Finding
	noise := map[string]bool{}
	for id := range s.rules {
		r := &s.rules[id]
		acts := r.verdict != Pass || r.score > 0
		for i, ref := range r.atoms {
			if ref.list < 0 {
				continue
			}
			where := at(r.src.ID + ".terms." + r.names[i])
			field := "terms." + r.names[i]
			for _, e := range byList[ref.list] {
				term, k := s.entries[e].term, words[e]
				sc.Judge(&Message{Text: term}, &res)
				alone := false
				for _, f := range sc.fired {
					alone = alone || f == int32(id)
				}
				switch {
				case alone && acts:
					out = append(out, Finding{true, "too_common", where.say(field),
						fmt.Sprintf("“%s”单独就能命中本规则，却出现在样本的 %d/%d 条（%.1f%%，上限 %.1f%%）；请删去、改成更长的词，或在条件里再要求别的证据", term, k, n, 100*share(k), 100*limits.MaxShare),
						fmt.Sprintf("%q is enough for this rule and stands in %d of %d messages of the sample (%.1f%%, limit %.1f%%); remove it, make it longer, or ask for more in the condition", term, k, n, 100*share(k), 100*limits.MaxShare)})
				case share(k) > limits.Noise && !noise[term]:
					noise[term] = true
					out = append(out, Finding{false, "noise", where.say(field),
						fmt.Sprintf("“%s”出现在样本的 %.0f%%，几乎不说明问题，还拖慢检查", term, 100*share(k)),
						fmt.Sprintf("%q stands in %.0f%% of the sample: it says next to nothing and slows screening", term, 100*share(k))})
				}
			}
		}
	}
	ids := make([]int32, 0, len(rules))
	for id := range rules {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	for _, id := range ids {
		r := &s.rules[id]
		if k := rules[id]; r.content && r.verdict != Pass && share(k) > limits.MaxShare {
			out = append(out, Finding{true, "fires_often", at(r.src.ID).say(""),
				fmt.Sprintf("在样本里命中 %d/%d 条（%.1f%%，上限 %.1f%%），例如：%s；请收紧条件或加正常语境", k, n, 100*share(k), 100*limits.MaxShare, clip(examples[id], 60)),
				fmt.Sprintf("hits %d of %d messages of the sample (%.1f%%, limit %.1f%%), such as: %s; narrow the condition or allow for ordinary contexts", k, n, 100*share(k), 100*limits.MaxShare, clip(examples[id], 60))})
		}
	}
	return out
}
