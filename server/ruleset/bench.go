package ruleset

import (
	"context"
	"slices"

	"sealgate/server/screening"
)

// Trial is a message to try rules on.
type Trial struct {
	Text      string
	Category  string
	Signature string
	Vars      []string
	Facts     map[string]any
	Against   string // published, draft or both
	Key, Body string // a document's text as it stands in the editor, tried in place of the draft's
}

// Tried is what one set says about a message.
type Tried struct {
	Against        string               `json:"against" enum:"published,draft"`
	Version        string               `json:"version"`
	Verdict        screening.Verdict    `json:"verdict"`
	ContentVerdict screening.Verdict    `json:"content_verdict"`
	Score          int                  `json:"score"`
	Bands          screening.Bands      `json:"bands"`
	Hits           []screening.Hit      `json:"hits"`
	Segments       []screening.Segment  `json:"segments" doc:"The text cut where any hit begins or ends."`
	Views          []TriedView          `json:"views"`
	Facts          screening.Facts      `json:"facts"`
	Nanos          int64                `json:"nanoseconds" doc:"Of one message, explained."`
	Rule           *TriedRule           `json:"rule,omitempty" doc:"About the document in the editor, where it is a rule."`
	Problems       []Problem            `json:"problems,omitempty" doc:"Why it could not be tried."`
	Titles         map[string]RuleTitle `json:"titles"`
}

// RuleTitle names a rule for people.
type RuleTitle struct {
	Title screening.Title `json:"title"`
	Level int             `json:"level"`
}

// TriedView is the hits that one view found.
type TriedView struct {
	View     string              `json:"view" doc:"Empty: rules that look at facts only."`
	Hits     []int               `json:"hits"`
	Segments []screening.Segment `json:"segments"`
}

// TriedRule tells why the rule in the editor fires or not: what each of its lists and patterns found.
type TriedRule struct {
	ID    string      `json:"id"`
	Fires bool        `json:"fires"`
	Parts []TriedPart `json:"parts"`
}

// TriedPart is one list of words or pattern of a rule.
type TriedPart struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind" enum:"terms,pattern"`
	Found []string `json:"found" doc:"As it stands in the text."`
}

// Bench tries a message; nothing is kept and nothing acts.
func (s *Service) Bench(ctx context.Context, t Trial) ([]Tried, error) {
	var out []Tried
	if t.Against != "draft" {
		c, err := s.Current(ctx)
		if err != nil {
			return nil, err
		}
		base, err := s.textsOf(ctx, c.Version)
		if err != nil {
			return nil, err
		}
		src, err := sourceOf(base)
		if err != nil {
			return nil, err
		}
		out = append(out, s.try(c.Set, src, t, "published"))
	}
	if t.Against == "published" {
		return out, nil
	}
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	docs := d.over(base)
	var doc *Doc
	if t.Key != "" && t.Body != "" {
		if len(t.Body) > MaxDoc {
			return nil, checkText(t.Body)
		}
		doc = &Doc{Key: t.Key, Text: endLine(t.Body)}
		if root, err := parseRoot(doc.Text); err == nil && root != nil {
			doc.Kind, doc.Ref = kindOf(root)
			doc.Key = docKey(doc.Kind, doc.Ref)
			if doc.Kind == KindSettings {
				doc.Key = t.Key
			}
		}
		docs = with(docs, *doc)
	}
	found, err := inspect(docs, "draft")
	if err != nil {
		return nil, err
	}
	if found.set == nil {
		ps := slices.DeleteFunc(found.problems, func(p Problem) bool { return !p.Failure })
		return append(out, Tried{Against: "draft", Version: "draft", Problems: ps, Hits: []screening.Hit{}, Segments: []screening.Segment{}, Views: []TriedView{}, Titles: map[string]RuleTitle{}}), nil
	}
	set := found.set
	if doc != nil && doc.Kind == KindRule {
		if set, err = awake(found.src, doc.Ref); err != nil {
			return nil, err
		}
	}
	r := s.try(set, found.src, t, "draft")
	if doc != nil && doc.Kind == KindRule {
		if r.Rule, err = partsOf(found.src, doc.Ref, t); err != nil {
			return nil, err
		}
		r.Rule.Fires = slices.ContainsFunc(r.Hits, func(h screening.Hit) bool { return h.Rule == doc.Ref })
	}
	return append(out, r), nil
}

// awake compiles the source with the rule of the editor on trial at least: one that is a draft still shows what it would find.
func awake(src *screening.Source, id string) (*screening.Set, error) {
	next := *src
	next.Rules = slices.Clone(src.Rules)
	for i := range next.Rules {
		if r := &next.Rules[i]; r.ID == id && (r.State == screening.StateDraft || r.State == screening.StateRetired) {
			r.State = screening.StateShadow
		}
	}
	return screening.Compile(&next, "draft")
}

// tryFor is how often a message is judged to time it.
const tryFor = 32

func (s *Service) try(set *screening.Set, src *screening.Source, t Trial, against string) Tried {
	m := screening.Message{Text: t.Text, Category: t.Category, Signature: t.Signature, Vars: t.Vars, Facts: map[string]any{}}
	if t.Signature != "" {
		m.Facts["registered_signatures"] = []string{t.Signature}
	}
	for k, v := range t.Facts {
		m.Facts[k] = v
		if phone, ok := v.(string); ok && k == "phone" {
			m.Phone = phone
		}
	}
	sc := set.NewScreener()
	var r screening.Result
	sc.Screen(&m, &r)
	began := s.clock.Real()
	for range tryFor {
		sc.Screen(&m, &r)
	}
	out := Tried{
		Against: against, Version: r.RuleSet, Verdict: r.Verdict, ContentVerdict: r.ContentVerdict, Score: r.Score, Bands: src.Bands, Hits: slices.Clone(r.Hits),
		Facts: r.Facts, Nanos: s.clock.Real().Sub(began).Nanoseconds() / tryFor, Views: []TriedView{}, Titles: map[string]RuleTitle{},
	}
	if out.Hits == nil {
		out.Hits = []screening.Hit{}
	}
	out.Segments = segments(t.Text, out.Hits)
	for i := range src.Rules {
		out.Titles[src.Rules[i].ID] = RuleTitle{src.Rules[i].Title, src.Rules[i].Level}
	}
	for _, v := range []string{screening.ViewPlain, screening.ViewFolded, screening.ViewSimplified, screening.ViewStripped, screening.ViewPinyin, screening.ViewJoined, ""} {
		view := TriedView{View: v}
		var hits []screening.Hit
		for i, h := range out.Hits {
			if h.View == v {
				view.Hits = append(view.Hits, i)
				hits = append(hits, h)
			}
		}
		if len(hits) == 0 {
			continue
		}
		view.Segments = segments(t.Text, hits)
		for i := range view.Segments { // numbered as in the list of all hits
			for j, h := range view.Segments[i].Hits {
				view.Segments[i].Hits[j] = view.Hits[h]
			}
		}
		out.Views = append(out.Views, view)
	}
	shown := map[string]RuleTitle{}
	for _, h := range out.Hits {
		shown[h.Rule] = out.Titles[h.Rule]
	}
	out.Titles = shown
	return out
}

func segments(text string, hits []screening.Hit) []screening.Segment {
	out := screening.Segments(text, hits)
	for i := range out {
		if out[i].Hits == nil {
			out[i].Hits = []int{}
		}
	}
	if out == nil {
		out = []screening.Segment{}
	}
	return out
}

// partsOf asks each list and pattern of a rule by itself what it finds.
func partsOf(src *screening.Source, id string, t Trial) (*TriedRule, error) {
	i := slices.IndexFunc(src.Rules, func(r screening.Rule) bool { return r.ID == id })
	out := &TriedRule{ID: id, Parts: []TriedPart{}}
	if i < 0 || src.Rules[i].Scope == "batch" {
		return out, nil
	}
	rule := &src.Rules[i]
	probe := *src
	probe.Rules = nil
	for _, name := range sortedKeys(rule.Terms) {
		out.Parts = append(out.Parts, TriedPart{name, "terms", []string{}})
		probe.AddRule(probeRule(len(out.Parts), rule.Except, map[string]screening.Terms{"t": rule.Terms[name]}, nil))
	}
	for _, name := range sortedKeys(rule.Patterns) {
		out.Parts = append(out.Parts, TriedPart{name, "pattern", []string{}})
		probe.AddRule(probeRule(len(out.Parts), rule.Except, nil, map[string]screening.Pattern{"p": rule.Patterns[name]}))
	}
	set, err := screening.Compile(&probe, "probe")
	if err != nil {
		return nil, err
	}
	var r screening.Result
	set.NewScreener().Screen(&screening.Message{Text: t.Text, Category: t.Category, Signature: t.Signature, Vars: t.Vars, Facts: t.Facts}, &r)
	for _, h := range r.Hits {
		for n := range out.Parts {
			if p := &out.Parts[n]; h.Rule == probeID(n+1) && len(p.Found) < 20 && !slices.Contains(p.Found, h.Text) {
				p.Found = append(p.Found, h.Text)
			}
		}
	}
	return out, nil
}

func probeID(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	id := "probe."
	for ; n > 0; n /= 26 {
		id += string(letters[n%26])
	}
	return id
}

func probeRule(n int, except []string, terms map[string]screening.Terms, patterns map[string]screening.Pattern) screening.Rule {
	return screening.Rule{
		ID: probeID(n), Title: screening.Title{Zh: "探查", En: "probe"}, Class: screening.ClassTag, Scope: "message", Level: 1, Action: screening.ActionTag,
		State: screening.StateLive, Terms: terms, Patterns: patterns, Except: except,
	}
}
