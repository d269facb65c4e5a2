package verify_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/verify"
)

var table = map[string][]string{"draft": {"open", "gone"}, "open": {"held", "done"}, "held": {"open", "gone"}}

func may(from, to string) bool { return slices.Contains(table[from], to) }

func TestWalk_findsWhatIsNoWalkThroughTheTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stands string
		steps  []verify.Step
		sound  bool
	}{
		"just made":                  {"draft", []verify.Step{{"", "draft"}}, true},
		"a way with a loop":          {"done", []verify.Step{{"", "draft"}, {"draft", "open"}, {"open", "held"}, {"held", "open"}, {"open", "done"}}, true},
		"nothing on record":          {"draft", nil, false},
		"the last step is missing":   {"done", []verify.Step{{"", "draft"}, {"draft", "open"}}, false},
		"a step in the middle":       {"done", []verify.Step{{"", "draft"}, {"open", "done"}}, false},
		"no such step":               {"done", []verify.Step{{"", "draft"}, {"draft", "done"}}, false},
		"begun twice":                {"draft", []verify.Step{{"", "draft"}, {"", "draft"}}, false},
		"recorded twice":             {"open", []verify.Step{{"", "draft"}, {"draft", "open"}, {"draft", "open"}}, false},
		"a loop apart from the rest": {"draft", []verify.Step{{"", "draft"}, {"open", "held"}, {"held", "open"}}, false},
		"stands elsewhere":           {"gone", []verify.Step{{"", "draft"}, {"draft", "open"}}, false},
	} {
		if got := verify.Walk(c.steps, c.stands, may); (got == "") != c.sound {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWalk_acceptsEveryWalkInAnyOrderOfItsRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := "draft"
		steps := []verify.Step{{To: at}}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			if len(table[at]) == 0 {
				break
			}
			to := rapid.SampledFrom(table[at]).Draw(t, "to")
			steps = append(steps, verify.Step{From: at, To: to})
			at = to
		}
		seed := rapid.Uint64().Draw(t, "order")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		if wrong := verify.Walk(steps, at, may); wrong != "" {
			t.Errorf("%v stands at %s: %q", steps, at, wrong)
		}
	})
}
