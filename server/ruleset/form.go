package ruleset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sealgate/server/screening"
)

// Form is a document as fields; exactly one of the three is set.
type Form struct {
	Rule     *screening.Rule `json:"rule,omitempty"`
	Bank     *screening.Bank `json:"bank,omitempty"`
	Settings *SettingsForm   `json:"settings,omitempty"`
}

// SettingsForm is the part of the settings that a form shows; shared patterns are edited as text.
type SettingsForm struct {
	Bands  screening.Bands `json:"bands"`
	Groups map[string]int  `json:"groups"`
}

// FormOf reads a text as a form. ok is false while the text is not YAML of a known shape: the form then waits.
func FormOf(kind, text string) (f Form, ok bool) {
	fsys, err := fileset(map[string]string{"doc.yaml": text})
	if err != nil {
		return f, false
	}
	src, err := screening.Load(fsys)
	if err != nil {
		return f, false
	}
	switch {
	case kind == KindRule && len(src.Rules) == 1:
		f.Rule = &src.Rules[0]
	case kind == KindBank && len(src.Banks) == 1:
		f.Bank = &src.Banks[0]
	case kind == KindSettings && len(src.Rules)+len(src.Banks) == 0:
		f.Settings = &SettingsForm{src.Bands, src.Groups}
	default:
		return f, false
	}
	return f, true
}

// field is one key of a document with what the form says about it; absent where the form leaves it at what a missing key
// means.
type field struct {
	name   string
	value  any
	absent bool
	flow   bool // written on one line where it is new
}

func text(name, v string) field { return field{name: name, value: v, absent: v == ""} }

func texts(name string, v []string) field {
	n := 0
	for _, s := range v {
		n += len([]rune(s)) + 2
	}
	return field{name: name, value: v, absent: len(v) == 0, flow: n <= 100}
}

func ruleFields(r *screening.Rule) []field {
	to := r.AppliesTo
	return []field{
		text("id", r.ID),
		{name: "title", value: map[string]any{"zh": r.Title.Zh, "en": r.Title.En}, flow: true},
		text("description", r.Description),
		texts("references", r.References),
		text("class", r.Class),
		{name: "scope", value: r.Scope, absent: r.Scope == "" || r.Scope == "message"},
		{name: "level", value: r.Level},
		text("action", r.Action),
		{name: "score", value: r.Score, absent: r.Score == 0},
		text("group", r.Group),
		{
			name: "applies_to", value: plain(to), flow: true,
			absent: len(to.Categories)+len(to.Customers)+len(to.Carriers)+len(to.Industries) == 0,
		},
		{name: "terms", value: termsOf(r.Terms), absent: len(r.Terms) == 0},
		{name: "patterns", value: patternsOf(r.Patterns), absent: len(r.Patterns) == 0},
		text("condition", r.Condition),
		texts("except", r.Except),
		texts("lifts", r.Lifts),
		text("reason_code", r.ReasonCode),
		text("state", r.State),
		{name: "tests", value: testsOf(r.Tests), absent: len(r.Tests.Hit)+len(r.Tests.Miss) == 0},
	}
}

func bankFields(b *screening.Bank) []field {
	return []field{
		text("bank", b.ID),
		{name: "title", value: map[string]any{"zh": b.Title.Zh, "en": b.Title.En}, flow: true},
		texts("views", b.Views),
		{name: "whole_word", value: b.WholeWord, absent: b.WholeWord == nil},
		{name: "max_gap", value: b.MaxGap, absent: b.MaxGap == nil},
		texts("words", b.Words),
	}
}

func settingsFields(s *SettingsForm) []field {
	return []field{
		{name: "bands", value: map[string]any{"hold": s.Bands.Hold, "refuse": s.Bands.Refuse}, flow: true},
		{name: "groups", value: s.Groups, absent: len(s.Groups) == 0},
	}
}

func (f Form) fields() []field {
	switch {
	case f.Rule != nil:
		return ruleFields(f.Rule)
	case f.Bank != nil:
		return bankFields(f.Bank)
	case f.Settings != nil:
		return settingsFields(f.Settings)
	}
	return nil
}

// plain is a value as maps and lists, by its JSON names.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	_ = d.Decode(&out) // what was just written can be read
	return out
}

// termsOf writes lists of words as an author would: words alone stand for themselves.
func termsOf(ts map[string]screening.Terms) map[string]any {
	out := map[string]any{}
	for name, t := range ts {
		if len(t.Banks) == 0 && len(t.Views) == 0 && t.WholeWord == nil && t.MaxGap == nil {
			out[name] = plain(t.Words)
			continue
		}
		m := plain(t).(map[string]any)
		if b, ok := m["banks"]; ok {
			delete(m, "banks")
			if m["bank"] = b; len(t.Banks) == 1 {
				m["bank"] = t.Banks[0]
			}
		}
		out[name] = m
	}
	return out
}

func patternsOf(ps map[string]screening.Pattern) map[string]any {
	out := map[string]any{}
	for name, p := range ps {
		if p.Regex != "" && p.View == "" {
			out[name] = p.Regex
			continue
		}
		out[name] = plain(p)
	}
	return out
}

func testsOf(t screening.Tests) map[string]any {
	out := map[string]any{}
	for name, list := range map[string][]screening.Example{"hit": t.Hit, "miss": t.Miss} {
		if len(list) == 0 {
			continue
		}
		rows := make([]any, len(list))
		for i, e := range list {
			if e.Text != "" && e.Category == "" && e.Signature == "" && len(e.Vars) == 0 && len(e.Facts) == 0 {
				rows[i] = e.Text
				continue
			}
			rows[i] = plain(e)
		}
		out[name] = rows
	}
	return out
}

// order is how the keys of inner mappings stand where they are new.
var order = []string{"zh", "en", "hit", "miss", "bank", "words", "regex", "view", "extract", "use", "any", "views", "whole_word", "max_gap", "text", "category", "signature", "vars", "facts", "hold", "refuse"}

// Text writes a form into a text. What the form did not change stays as it is, to the letter, comments and layout included; what
// it changed keeps its comments where the same value is still there.
func (f Form) Text(kind, before string) (string, error) {
	fields := f.fields()
	if fields == nil {
		return before, fmt.Errorf("the form is empty")
	}
	was, ok := FormOf(kind, before)
	root, err := parseRoot(before)
	if strings.TrimSpace(before) == "" || !ok || err != nil || root == nil || root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		return fresh(fields)
	}
	old := map[string]field{}
	for _, o := range was.fields() {
		old[o.name] = o
	}
	lines := strings.Split(endLine(before), "\n")
	lines = lines[:len(lines)-1]
	regions := regionsOf(root, lines)
	type edit struct {
		at, until int // lines, from 0; until is excluded
		text      []string
	}
	var edits []edit
	place := 0 // where a key that is new goes: behind the one before it
	for _, w := range fields {
		r, there := regions[w.name]
		same := reflect.DeepEqual(plain(old[w.name].value), plain(w.value))
		switch {
		case there && w.absent && !(same && old[w.name].absent):
			edits = append(edits, edit{r.from, r.until, nil})
		case there && !same:
			t, err := encodeField(w, r.value)
			if err != nil {
				return before, err
			}
			edits = append(edits, edit{r.from, r.until, t})
		case !there && !w.absent && !same:
			t, err := encodeField(w, nil)
			if err != nil {
				return before, err
			}
			edits = append(edits, edit{place, place, t})
		}
		if there {
			place = r.until
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at - b.at })
	var out []string
	at := 0
	for _, e := range edits {
		if e.at < at { // cannot be: regions don't overlap
			return before, fmt.Errorf("fields overlap at line %d", e.at+1)
		}
		out = append(append(out, lines[at:e.at]...), e.text...)
		at = e.until
	}
	return strings.Join(append(out, lines[at:]...), "\n") + "\n", nil
}

type region struct {
	from, until int
	value       *yaml.Node
}

// regionsOf is which lines each key of the document has to itself. Comments and empty lines before the next key are that one's.
func regionsOf(root *yaml.Node, lines []string) map[string]region {
	out := map[string]region{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		until := len(lines)
		if i+2 < len(root.Content) {
			until = root.Content[i+2].Line - 1
		}
		from := root.Content[i].Line - 1
		for until > from+1 {
			if l := strings.TrimRight(lines[until-1], " \t\r"); l == "" || strings.HasPrefix(l, "#") {
				until--
				continue
			}
			break
		}
		out[root.Content[i].Value] = region{from, until, root.Content[i+1]}
	}
	return out
}

func fresh(fields []field) (string, error) {
	var b strings.Builder
	for _, f := range fields {
		if f.absent {
			continue
		}
		t, err := encodeField(f, nil)
		if err != nil {
			return "", err
		}
		b.WriteString(strings.Join(t, "\n") + "\n")
	}
	return b.String(), nil
}

func encodeField(f field, old *yaml.Node) ([]string, error) {
	n, err := nodeOf(plain(f.value))
	if err != nil {
		return nil, err
	}
	if old != nil {
		n = merge(old, n)
	} else if f.flow {
		n.Style = yaml.FlowStyle
	}
	s, err := encodeYAML(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: f.name}, n}})
	return strings.Split(strings.TrimRight(s, "\n"), "\n"), err
}

// nodeOf makes a node of plain values.
func nodeOf(v any) (*yaml.Node, error) {
	switch x := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int {
			i, j := slices.Index(order, a), slices.Index(order, b)
			if i < 0 || j < 0 || i == j {
				return strings.Compare(a, b)
			}
			return i - j
		})
		short := true
		for _, k := range keys {
			c, err := nodeOf(x[k])
			if err != nil {
				return nil, err
			}
			short = short && c.Kind == yaml.ScalarNode
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: k}, c)
		}
		if short && len(keys) <= 2 {
			n.Style = yaml.FlowStyle
		}
		return n, nil
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		size, flat := 0, true
		for _, e := range x {
			c, err := nodeOf(e)
			if err != nil {
				return nil, err
			}
			flat = flat && c.Kind == yaml.ScalarNode
			size += len([]rune(c.Value)) + 2
			n.Content = append(n.Content, c)
		}
		if flat && size <= 100 {
			n.Style = yaml.FlowStyle
		}
		return n, nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: x.String()}, nil
	case string:
		n := &yaml.Node{}
		n.SetString(x)
		return n, nil
	}
	n := &yaml.Node{}
	return n, n.Encode(v)
}

// merge gives the wanted value the old one's comments and layout wherever they agree.
func merge(old, want *yaml.Node) *yaml.Node {
	if old.Kind == yaml.ScalarNode && (old.Style == yaml.LiteralStyle || old.Style == yaml.FoldedStyle) && want.Kind == yaml.SequenceNode {
		if n := mergeBlock(old, want); n != nil {
			return n
		}
	}
	if old.Kind != want.Kind {
		want.HeadComment, want.LineComment, want.FootComment = old.HeadComment, old.LineComment, old.FootComment
		return want
	}
	out := *old
	switch want.Kind {
	case yaml.ScalarNode:
		if old.Value == want.Value {
			return old
		}
		out.Value, out.Tag = want.Value, want.Tag
		if want.Style != 0 || old.Style == yaml.LiteralStyle || old.Style == yaml.FoldedStyle {
			out.Style = want.Style
		}
	case yaml.MappingNode:
		out.Content = nil
		done := map[string]bool{}
		find := func(n *yaml.Node, key string) (k, v *yaml.Node) {
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == key {
					return n.Content[i], n.Content[i+1]
				}
			}
			return nil, nil
		}
		for i := 0; i+1 < len(old.Content); i += 2 {
			if _, v := find(want, old.Content[i].Value); v != nil {
				out.Content = append(out.Content, old.Content[i], merge(old.Content[i+1], v))
				done[old.Content[i].Value] = true
			}
		}
		for i := 0; i+1 < len(want.Content); i += 2 {
			if !done[want.Content[i].Value] {
				out.Content = append(out.Content, want.Content[i], want.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		out.Content = nil
		left := slices.Clone(old.Content)
		for _, w := range want.Content {
			i := slices.IndexFunc(left, func(o *yaml.Node) bool {
				return o.Kind == yaml.ScalarNode && w.Kind == yaml.ScalarNode && o.Value == w.Value
			})
			if i < 0 {
				out.Content = append(out.Content, w)
				continue
			}
			out.Content = append(out.Content, left[i])
			left = slices.Delete(left, i, i+1)
		}
		if len(out.Content) > 0 && old.Style&yaml.FlowStyle != 0 && want.Style&yaml.FlowStyle == 0 {
			out.Style = want.Style // it has become too long for one line
		}
	}
	return &out
}

// mergeBlock keeps the lines of a block of words (words: |): words that are gone leave their line, new ones follow on lines of
// their own. nil where a word can't stand in a block.
func mergeBlock(old, want *yaml.Node) *yaml.Node {
	wanted := map[string]bool{}
	for _, w := range want.Content {
		if w.Kind != yaml.ScalarNode || strings.ContainsAny(w.Value, " 、\n\t") {
			return nil
		}
		wanted[w.Value] = true
	}
	apart := func(r rune) bool { return r == ' ' || r == '、' }
	var b strings.Builder
	for line := range strings.Lines(old.Value) {
		var kept []string
		for _, w := range strings.FieldsFunc(strings.TrimSpace(line), apart) {
			if wanted[w] {
				kept = append(kept, w)
				wanted[w] = false
			}
		}
		if len(kept) > 0 {
			b.WriteString(strings.Join(kept, " ") + "\n")
		}
	}
	n := 0
	for _, w := range want.Content {
		if !wanted[w.Value] {
			continue
		}
		wanted[w.Value] = false
		if n > 0 && n%8 == 0 {
			b.WriteString("\n")
		} else if n > 0 {
			b.WriteString(" ")
		}
		b.WriteString(w.Value)
		n++
	}
	if n > 0 {
		b.WriteString("\n")
	}
	out := *old
	out.Value, out.Style = b.String(), yaml.LiteralStyle
	return &out
}
