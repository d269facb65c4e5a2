package archtest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// link is a link or picture to a file of the project.
var link = regexp.MustCompile(`\]\(([A-Za-z0-9_./-]+)\)`)

func TestReadmes_nameFilesThatExist(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	for _, name := range []string{"README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		found := link.FindAllSubmatch(text, -1)
		if len(found) == 0 {
			t.Errorf("%s links to nothing: is the test reading it right?", name)
		}
		for _, m := range found {
			if _, err := os.Stat(filepath.Join(root, string(m[1]))); err != nil {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
}
