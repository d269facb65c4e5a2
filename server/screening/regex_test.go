package screening

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"

	"sealgate/rules"
)

// TestQuick_findsWhatTheEngineFinds compares expressions tried at some places only with
// Go's own search, for those of the shipped rules and some with edges.
func TestQuick_findsWhatTheEngineFinds(t *testing.T) {
	t.Parallel()
	src, err := Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(src, "x")
	if err != nil {
		t.Fatal(err)
	}
	patterns := set.patterns
	for _, expr := range []string{
		`发+票?`, `(a|票)*代`, `a??发`, `(?i)kg|ab$`, `[a-c]{2}$`, `[^x]发$`, `发$|票`, `\b发`, `^a|票`, `(?m)^票`, `(?m)a$`, `a?票?发`, `(a|)(票|发)`, `[a-z]+$`, `x*$|发`, `ſ|(?i)s1`, `.票`,
	} {
		patterns = append(patterns, pattern{re: regexp.MustCompile(expr), source: expr, quick: readQuick(expr)})
	}
	texts := append([]string(nil), Ordinary()...)
	for i := range src.Rules {
		for _, e := range append(src.Rules[i].Tests.Hit, src.Rules[i].Tests.Miss...) {
			texts = append(texts, e.Text)
		}
	}
	rnd := rand.New(rand.NewPCG(3, 9))
	alphabet := []string{"发", "票", "代", "a", "b", "c", "x", "S", "ſ", "K", "k", "1", "\n", " ", "\xff", "\xe4\xb8", "��", "𝐀", "送", "100", "日赚", "http", ".com", "URL", "PHONE"}
	for range 1500 {
		text := ""
		for range rnd.IntN(14) {
			text += alphabet[rnd.IntN(len(alphabet))]
		}
		texts = append(texts, text)
	}
	quicker := 0
	for i := range patterns {
		p := &patterns[i]
		if p.re == nil {
			continue
		}
		if p.quick.at != nil || p.quick.last != nil {
			quicker++
		}
		for _, text := range texts {
			want := p.re.FindAllStringIndex(text, maxHits)
			var got [][]int
			p.find(text, func(from, to int) bool {
				got = append(got, []int{from, to})
				return len(got) < maxHits
			})
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s in %q: %v, the engine finds %v", p.source, text, got, want)
			}
		}
	}
	if quicker < 10 {
		t.Errorf("only %d expressions are tried at some places only", quicker)
	}
}
