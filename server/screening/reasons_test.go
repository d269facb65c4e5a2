package screening_test

import (
	"os"
	"strings"
	"testing"

	"sealgate/rules"
	"sealgate/server/screening"
)

func TestReasons_areTheSameInRulesProgramAndDocument(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/reason-codes.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Count(string(doc), "\n| `")
	for _, r := range screening.Reasons() {
		if !strings.Contains(string(doc), "| `"+r.Code+"` | "+r.Zh+" | "+r.En+" |") {
			t.Errorf("%s is missing in docs/reason-codes.md or has other texts there", r.Code)
		}
	}
	if n := len(screening.Reasons()); rows != n {
		t.Errorf("the document has %d codes, the program %d", rows, n)
	}
	src, err := screening.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range src.Rules {
		if _, ok := screening.ReasonOf(r.ReasonCode); !ok {
			t.Errorf("rule %s uses %s, which is not in the list", r.ID, r.ReasonCode)
		}
	}
}
