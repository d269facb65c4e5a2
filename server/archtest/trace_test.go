package archtest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// stop is one line of the trace in ARCHITECTURE.md: a file and a function in it, each in backquotes, or "`file` `Func`" in
// the text below it.
var stop = regexp.MustCompile("`(server/[a-z_/]+\\.go)`[ |]*(?:\\n)?`([A-Za-z]+)`")

func TestArchitecture_namesFunctionsThatExist(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := stop.FindAllSubmatch(text, -1)
	if len(found) < 8 {
		t.Fatalf("ARCHITECTURE.md names %d stops, want at least 8", len(found))
	}
	for _, m := range found {
		src, err := os.ReadFile(filepath.Join(root, string(m[1])))
		if err != nil {
			t.Errorf("ARCHITECTURE.md names %s: %v", m[1], err)
			continue
		}
		if !regexp.MustCompile(`(?m)^func (\([^)]+\) )?` + string(m[2]) + `\(`).Match(src) {
			t.Errorf("ARCHITECTURE.md says that %s has a function %s; it has not", m[1], m[2])
		}
	}
}
