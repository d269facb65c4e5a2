package screening_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sealgate/rules"
	"sealgate/server/screening"
)

// TestShippedRules_seeThroughEveryDisguise writes each example that must hit in each kind
// of disguise: content alone must still stop it, nearly always.
func TestShippedRules_seeThroughEveryDisguise(t *testing.T) {
	t.Parallel()
	src, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	set := shipped(t)
	var texts []string
	for _, r := range src.Rules {
		if !screening.IsContent(r.Class) || r.Scope == "batch" || r.Action == screening.ActionScore || len(r.AppliesTo.Categories) > 0 {
			continue
		}
		for _, e := range r.Tests.Hit {
			if got := screen(set, screening.Message{Text: e.Text}); e.Text != "" && got.ContentVerdict != screening.Pass {
				texts = append(texts, e.Text)
			}
		}
	}
	if len(texts) < 100 {
		t.Fatalf("only %d examples", len(texts))
	}
	// what must be stopped of all, in percent; sounds stand in for one character in five,
	// and rules ask for two or three words at once
	want := map[string]int{"commas": 80, "homophones": 75, "pinyin": 75, "split": 90, "numerals": 75}
	for _, kind := range screening.Disguises() {
		least := want[kind]
		if least == 0 {
			least = 95
		}
		stopped := 0
		var missed []string
		for i, text := range texts {
			laced := screening.Disguise(kind, text, uint64(i))
			if !utf8.ValidString(laced) {
				t.Fatalf("%s writes %q", kind, laced)
			}
			got := screen(set, screening.Message{Text: laced})
			if err := sound(got, laced); err != nil {
				t.Fatal(err)
			}
			if got.ContentVerdict != screening.Pass {
				stopped++
			} else {
				missed = append(missed, laced)
			}
		}
		share := 100 * stopped / len(texts)
		t.Logf("%s: %d of %d (%d%%)", kind, stopped, len(texts), share)
		if share < least {
			t.Errorf("%s: %d%% of the examples are stopped, want %d%%; missed for example\n%s", kind, share, least, strings.Join(missed[:min(5, len(missed))], "\n"))
		}
	}
}

// TestOrdinaryMessages_passInPlainDisguises: traditional or wide writing alone is no crime.
func TestOrdinaryMessages_passInPlainDisguises(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	for _, kind := range []string{"wide", "upper", "spaces", "homophones"} {
		n := 0
		var example string
		for i, m := range screening.Ordinary() {
			if got := screen(set, screening.Message{Text: screening.Disguise(kind, m, uint64(i))}); got.ContentVerdict != screening.Pass {
				n++
				example = m
			}
		}
		if limit := len(screening.Ordinary()) / 50; kind != "spaces" && n > limit || n > len(screening.Ordinary())/2 {
			t.Errorf("%s: %d ordinary messages are stopped, such as %s", kind, n, example)
		}
	}
}
