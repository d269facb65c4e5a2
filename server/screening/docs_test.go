package screening_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/server/screening"
)

// TestGuide_examplesWork compiles the examples of docs/rules.md and runs their tests.
func TestGuide_examplesWork(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(doc), "```yaml\n")[1:]
	if len(parts) < 4 {
		t.Fatalf("only %d examples found", len(parts))
	}
	for _, p := range parts {
		yaml, _, _ := strings.Cut(p, "```")
		src, err := screening.Load(fstest.MapFS{"guide.yaml": {Data: []byte(yaml)}})
		if err != nil {
			t.Fatalf("%v in\n%s", err, yaml)
		}
		set, err := screening.Compile(src, "guide")
		if err != nil {
			t.Fatalf("%v in\n%s", err, yaml)
		}
		for _, f := range screening.Check(src, set) {
			t.Errorf("%s %s: %s", f.Code, f.Place, f.En)
		}
	}
	for _, scope := range []string{"message", "batch"} {
		for _, name := range screening.FactNames(scope) {
			if !strings.Contains(string(doc), "`"+name+"`") && !strings.Contains(string(doc), "`"+name+"[") {
				t.Errorf("the guide doesn't tell the fact %s", name)
			}
		}
	}
}
