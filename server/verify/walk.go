package verify

import (
	"fmt"
	"slices"
	"strings"
)

// Step is one recorded change of an object's state; From is "" where the object began.
type Step struct{ From, To string }

// Walk tells what keeps recorded changes of state from being one walk through the state table, from "" (the object did not
// exist) to the state at which the object stands; empty where they are one. The changes come in any order: two servers write
// within the same second, and their clocks may differ, so neither ids nor times put them in order. What holds whatever the
// order is looked at: each change is allowed, the object begins once, it is left as often as it is come to, but for the
// state at which it stands, and no change hangs apart from the beginning.
func Walk[S ~string](steps []Step, stands S, may func(from, to S) bool) string {
	var wrong []string
	into, out, next := map[S]int{stands: 0}, map[S]int{}, map[S][]S{}
	for _, step := range steps {
		from, to := S(step.From), S(step.To)
		if from != "" && !may(from, to) {
			wrong = append(wrong, fmt.Sprintf("went from %q to %q, which is not allowed", from, to))
		}
		into[from] += 0 // so that every state that is met stands in it
		into[to]++
		out[from]++
		next[from] = append(next[from], to)
	}
	if out[""] != 1 {
		wrong = append(wrong, fmt.Sprintf("began %d times by its audit rows", out[""]))
	}
	reached := reach(next)
	for s, times := range into {
		ends := 0
		if s == stands {
			ends = 1
		}
		switch {
		case s == "":
		case times != out[s]+ends:
			wrong = append(wrong, fmt.Sprintf("is %q, but its audit rows lead %d times to %q and %d times away", stands, times, s, out[s]))
		case !reached[s]:
			wrong = append(wrong, fmt.Sprintf("was %q, and no audit row leads there from its beginning", s))
		}
	}
	slices.Sort(wrong)
	return strings.Join(wrong, "; ")
}

// reach gives the states that can be come to from the beginning.
func reach[S ~string](next map[S][]S) map[S]bool {
	reached := map[S]bool{"": true}
	for queue := []S{""}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			if !reached[to] {
				reached[to] = true
				queue = append(queue, to)
			}
		}
	}
	return reached
}
