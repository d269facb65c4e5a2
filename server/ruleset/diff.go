package ruleset

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"sealgate/server/screening"
)

// DocDiff is what became of one document between two versions.
type DocDiff struct {
	Key    string          `json:"key"`
	Kind   string          `json:"kind" enum:"rule,bank,settings"`
	ID     string          `json:"id"`
	Title  screening.Title `json:"title"`
	Change string          `json:"change" enum:"added,removed,changed"`
	Fields []FieldDiff     `json:"fields" doc:"Empty for a change of layout or comments alone."`
	Before string          `json:"before" doc:"The whole text."`
	After  string          `json:"after"`
}

// FieldDiff is what became of one field: one value for another, or members of a list.
type FieldDiff struct {
	Field   string   `json:"field"`
	Before  string   `json:"before,omitempty"`
	After   string   `json:"after,omitempty"`
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// TheDraft names the working copy where a version is asked for.
const TheDraft = "draft"

func (s *Service) docsOf(ctx context.Context, version string) ([]Doc, error) {
	if version != TheDraft {
		return s.textsOf(ctx, version)
	}
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	return d.over(base), nil
}

// Diff compares two versions, rule by rule and field by field. Either may be TheDraft.
func (s *Service) Diff(ctx context.Context, from, to string) ([]DocDiff, error) {
	a, err := s.docsOf(ctx, from)
	if err != nil {
		return nil, err
	}
	b, err := s.docsOf(ctx, to)
	if err != nil {
		return nil, err
	}
	return diff(a, b)
}

func diff(a, b []Doc) ([]DocDiff, error) {
	was, err := sourceOf(a)
	if err != nil {
		return nil, err
	}
	is, err := sourceOf(b)
	if err != nil {
		return nil, err
	}
	old, now := describe(was), describe(is)
	keys := map[string]bool{}
	for k := range old {
		keys[k] = true
	}
	for k := range now {
		keys[k] = true
	}
	out := []DocDiff{}
	for _, k := range sortedKeys(keys) {
		o, n := old[k], now[k]
		d := DocDiff{Key: k, Fields: []FieldDiff{}}
		d.Kind, d.ID, _ = strings.Cut(k, ":")
		if d.ID == "" {
			d.ID = d.Kind
		}
		before, after := pick(a, k), pick(b, k)
		d.Before, d.After = textOf(before), textOf(after)
		switch {
		case o == nil:
			d.Change, d.Title = "added", n.title
		case n == nil:
			d.Change, d.Title = "removed", o.title
		default:
			d.Change, d.Title = "changed", n.title
		}
		if o == nil {
			o = &described{}
		}
		if n == nil {
			n = &described{}
		}
		d.Fields = fieldDiffs(o, n)
		if d.Change == "changed" && len(d.Fields) == 0 && d.Before == d.After {
			continue
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(x, y DocDiff) int { return rankOf(x.Kind) - rankOf(y.Kind) })
	return out, nil
}

func rankOf(kind string) int { return slices.Index([]string{KindRule, KindBank, KindSettings}, kind) }

// described is a document's fields, flat: paths to values or lists.
type described struct {
	title  screening.Title
	order  []string
	values map[string]any // string or []string
}

func describe(src *screening.Source) map[string]*described {
	out := map[string]*described{}
	add := func(key string, t screening.Title, fields []field) {
		d := &described{title: t, values: map[string]any{}}
		for _, f := range fields {
			if !f.absent {
				d.flatten(f.name, plain(f.value))
			}
		}
		out[key] = d
	}
	for i := range src.Rules {
		add(docKey(KindRule, src.Rules[i].ID), src.Rules[i].Title, ruleFields(&src.Rules[i]))
	}
	for i := range src.Banks {
		add(docKey(KindBank, src.Banks[i].ID), src.Banks[i].Title, bankFields(&src.Banks[i]))
	}
	settings := settingsFields(&SettingsForm{src.Bands, src.Groups})
	add(KindSettings, screening.Title{Zh: "设置", En: "settings"}, append(settings, field{name: "patterns", value: patternsOf(src.Patterns)}))
	return out
}

func (d *described) flatten(path string, v any) {
	switch x := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(x) {
			d.flatten(path+"."+k, x[k])
		}
		return
	case []any:
		list := make([]string, len(x))
		for i, e := range x {
			list[i] = scalar(e)
		}
		d.values[path] = list
	default:
		d.values[path] = scalar(v)
	}
	d.order = append(d.order, path)
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case map[string]any, []any:
		b, _ := json.Marshal(x)
		return string(b)
	}
	return fmt.Sprint(v)
}

func fieldDiffs(o, n *described) []FieldDiff {
	out := []FieldDiff{}
	paths := slices.Clone(n.order)
	for _, p := range o.order {
		if !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	for _, p := range paths {
		was, is := o.values[p], n.values[p]
		if reflect.DeepEqual(was, is) {
			continue
		}
		f := FieldDiff{Field: p}
		wl, wok := was.([]string)
		il, iok := is.([]string)
		if wok || iok {
			if s, ok := was.(string); ok {
				wl = []string{s}
			}
			if s, ok := is.(string); ok {
				il = []string{s}
			}
			f.Added, f.Removed = added(wl, il), added(il, wl)
			if len(f.Added)+len(f.Removed) == 0 {
				f.Before, f.After = strings.Join(wl, "、"), strings.Join(il, "、") // another order
			}
		} else {
			f.Before, _ = was.(string)
			f.After, _ = is.(string)
		}
		out = append(out, f)
	}
	return out
}
