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

func walk(stands string, steps ...[2]string) string {
	return verify.Walk(len(steps), func(i int) (string, string) { return steps[i][0], steps[i][1] }, stands, may)
}

func TestWalk_findsWhatIsNoWalkThroughTheTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stands string
		steps  [][2]string
		sound  bool
	}{
		"just made":                  {"draft", [][2]string{{"", "draft"}}, true},
		"a way with a loop":          {"done", [][2]string{{"", "draft"}, {"draft", "open"}, {"open", "held"}, {"held", "open"}, {"open", "done"}}, true},
		"nothing on record":          {"draft", nil, false},
		"the last step is missing":   {"done", [][2]string{{"", "draft"}, {"draft", "open"}}, false},
		"a step in the middle":       {"done", [][2]string{{"", "draft"}, {"open", "done"}}, false},
		"no such step":               {"done", [][2]string{{"", "draft"}, {"draft", "done"}}, false},
		"begun twice":                {"draft", [][2]string{{"", "draft"}, {"", "draft"}}, false},
		"recorded twice":             {"open", [][2]string{{"", "draft"}, {"draft", "open"}, {"draft", "open"}}, false},
		"a loop apart from the rest": {"draft", [][2]string{{"", "draft"}, {"open", "held"}, {"held", "open"}}, false},
		"stands elsewhere":           {"gone", [][2]string{{"", "draft"}, {"draft", "open"}}, false},
	} {
		if got := walk(c.stands, c.steps...); (got == "") != c.sound {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWalk_acceptsEveryWalkInAnyOrderOfItsRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := "draft"
		steps := [][2]string{{"", at}}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			if len(table[at]) == 0 {
				break
			}
			to := rapid.SampledFrom(table[at]).Draw(t, "to")
			steps = append(steps, [2]string{at, to})
			at = to
		}
		seed := rapid.Uint64().Draw(t, "order")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		if wrong := walk(at, steps...); wrong != "" {
			t.Errorf("%v stands at %s: %q", steps, at, wrong)
		}
	})
}
