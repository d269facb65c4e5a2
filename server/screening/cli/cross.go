package cli

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"strings"

	"sealgate/server/screening"
)

// labelled is a message of a known class.
type labelled struct{ class, text string }

// unseenWord stands in for a list all of whose words were taken out: no text holds it.
const unseenWord = "\U0002A6D6\U0002A6D5\U0002A6D4"

// cross estimates how a set does on messages that nobody looked at: it cuts the messages
// into two halves at random, takes out of the rules every word that only the second half
// explains, judges the second half, and does so rounds times. A word that speaks for a
// rule is explained by an illegal or fraudulent message of the first half, one that speaks
// against it by any other message there. Words that no message holds stay: they were not
// learnt from these messages. The estimate is on the careful side, because words that an
// author would have thought of anyway are taken out as well. With list, it prints what was
// judged wrongly of the unseen half in the first round.
func cross(w io.Writer, load func() (*screening.Source, error), messages []labelled, rounds int, list string) error {
	src, err := load()
	if err != nil {
		return err
	}
	whole, err := screening.Compile(src, "cross")
	if err != nil {
		return err
	}
	holds := make([][]string, len(messages)) // words by message
	f := whole.NewFinder()
	for i, m := range messages {
		seen := map[string]bool{}
		for _, at := range f.Find(m.text) {
			if !seen[at.Word] {
				seen[at.Word] = true
				holds[i] = append(holds[i], at.Word)
			}
		}
	}
	evidence := map[string]map[string]bool{} // rule, then name
	for id, atoms := range whole.Evidence() {
		evidence[id] = map[string]bool{}
		for _, n := range atoms {
			evidence[id][n] = true
		}
	}
	first, second := NewEval(), NewEval()
	for round := range rounds {
		rnd := rand.New(rand.NewPCG(uint64(round), 17))
		inFirst := make([]bool, len(messages))
		for i := range inFirst {
			inFirst[i] = rnd.IntN(2) == 0
		}
		known := [2]map[string]bool{{}, {}} // words of the first half: in others, in bad ones
		anywhere := [2]map[string]bool{{}, {}}
		for i, m := range messages {
			bad := 0
			if strings.HasPrefix(m.class, "illegal.") || strings.HasPrefix(m.class, "fraud.") {
				bad = 1
			}
			for _, word := range holds[i] {
				anywhere[bad][word] = true
				if inFirst[i] {
					known[bad][word] = true
				}
			}
		}
		half, err := load()
		if err != nil {
			return err
		}
		keep := func(words []string, side int) []string {
			out := words[:0:0]
			for _, x := range words {
				if known[side][x] || !anywhere[side][x] {
					out = append(out, x)
				}
			}
			if len(out) == 0 && len(words) > 0 {
				out = append(out, unseenWord)
			}
			return out
		}
		for i := range half.Banks {
			half.Banks[i].Words = keep(half.Banks[i].Words, 1)
		}
		for i := range half.Rules {
			r := &half.Rules[i]
			for name, t := range r.Terms {
				side := 0
				if evidence[r.ID][name] {
					side = 1
				}
				t.Words = keep(t.Words, side)
				r.Terms[name] = t
			}
			if len(r.Except) > 0 {
				r.Except = keep(r.Except, 0)
			}
		}
		set, err := screening.Compile(half, "half")
		if err != nil {
			return err
		}
		sc := set.NewScreener()
		var res screening.Result
		for i, m := range messages {
			sc.Judge(&screening.Message{Text: m.text}, &res)
			if inFirst[i] {
				first.Add(m.class, &res)
				continue
			}
			stopped := second.Add(m.class, &res)
			if list != "" && round == 0 && strings.HasPrefix(m.class, list) && stopped == strings.HasPrefix(m.class, "ham") {
				fmt.Fprintf(w, "%s\t%s\n", m.class, m.text)
			}
		}
	}
	if list != "" {
		return nil
	}
	classes := make([]string, 0, len(second.total))
	for c := range second.total {
		classes = append(classes, c)
	}
	sort.Strings(classes)
	fmt.Fprintln(w, "| 类别 class | 看过的一半 half that was looked at | 没看过的一半 unseen half |")
	fmt.Fprintln(w, "|---|---:|---:|")
	share := func(e *Eval, prefix string) string {
		s, n := e.Share(prefix)
		if n == 0 {
			return "—"
		}
		return fmt.Sprintf("%.1f%%", 100*s)
	}
	for _, c := range classes {
		fmt.Fprintf(w, "| %s | %s | %s |\n", c, share(first, c), share(second, c))
	}
	a, _ := first.Share("illegal.", "fraud.")
	b, _ := second.Share("illegal.", "fraud.")
	fmt.Fprintf(w, "| **illegal + fraud** | **%.1f%%** | **%.1f%%** |\n", 100*a, 100*b)
	return nil
}
