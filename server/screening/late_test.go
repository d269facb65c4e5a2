package screening

import (
	"math/rand/v2"
	"reflect"
	"sort"
	"strings"
	"testing"

	"sealgate/rules"
)

// TestLateLists_changeNoResult compares with a set that weighs everything at once.
func TestLateLists_changeNoResult(t *testing.T) {
	t.Parallel()
	src, err := Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	late, err := Compile(src, "x")
	if err != nil {
		t.Fatal(err)
	}
	early, err := Compile(src, "x")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range early.lists {
		if early.lists[i].late {
			n++
		}
		early.lists[i].late = false
	}
	early.sortUses()
	if n < 20 {
		t.Fatalf("only %d of %d lists are late", n, len(late.lists))
	}
	texts := append([]string(nil), Ordinary()...)
	for i := range src.Rules {
		for _, e := range append(src.Rules[i].Tests.Hit, src.Rules[i].Tests.Miss...) {
			texts = append(texts, e.Text)
		}
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 3000 { // halves of two messages, with something between their characters
		a, b := []rune(texts[rnd.IntN(len(texts))]), []rune(texts[rnd.IntN(len(texts))])
		mixed := string(a[:rnd.IntN(len(a)+1)]) + string(b[rnd.IntN(len(b)+1):])
		texts = append(texts, strings.Join(strings.Split(mixed, ""), []string{"", "*", " ", "\u200b"}[rnd.IntN(4)]))
	}
	x, y := late.NewScreener(), early.NewScreener()
	for _, text := range texts {
		m := Message{Text: text}
		if len(text) > 12 {
			m.Vars = []string{text[:12]}
		}
		var a, b Result
		x.Screen(&m, &a)
		y.Screen(&m, &b)
		for _, r := range []*Result{&a, &b} { // the order in which words of a list are found is not told
			sort.SliceStable(r.Hits, func(i, j int) bool {
				p, q := r.Hits[i], r.Hits[j]
				return p.Rule < q.Rule || p.Rule == q.Rule && (p.Start < q.Start || p.Start == q.Start && p.Term+p.View < q.Term+q.View)
			})
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%q:\nlate  %+v\nearly %+v", text, a, b)
		}
	}
}
