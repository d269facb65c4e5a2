// Package archtest keeps the house's import rules: values point down, edges point up, and only a store knows SQL.
package archtest_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers lists the packages under server/ from the bottom up. A package may import those of lower layers and, in its own
// layer, those that stand before it.
var layers = [][]string{
	{"errs", "caldate", "money", "actor", "form", "verify"},
	{"platform/ids", "platform/memory", "platform/failpoint", "platform/clock", "platform/db", "platform/series", "platform/jobs", "platform/blob", "platform/crypt", "platform/pdf/sfnt", "platform/pdf", "platform/outside"},
	{"trail", "backup", "authz", "staff", "paper", "screening", "screening/tables", "screening/cli"},
	{"recipient", "batch/intake", "bankfile", "workday", "similar"},
	{"notice", "document", "customer", "apikey", "contracttemplate", "library", "mail", "sysmessage", "calltask", "licence", "signature", "registration", "numbers", "plan", "catalogue", "ledger", "usage", "acceptance", "esign", "carrier", "formdraft", "serviceterms"},
	{"contract", "obligation"},
	{"wallet", "charge", "payable", "bill", "payment", "deposit", "dunning", "statement", "taxinvoice", "collection", "maintenance", "announcement", "settlement", "quality"},
	{"ruleset", "batch", "review", "review/reviewtest", "recheck", "handoff", "handoff/loopback", "handoff/kannel", "handoff/kannel/kanneltest", "handoff/signedhttp", "handoff/smslink", "handoff/smpp", "handoff/cmpp", "handoff/natsq", "takedown", "watch"},
	{"evidence", "retention", "disclosure"},
	{"complaint", "appeal", "leak", "corner", "ticket", "webhook", "report", "simulate"},
	{"httpapi"},
	{"app"},
	{"crash"},
}

// edges are libraries that belong to one place; everyone else is free of them.
var edges = map[string]func(pkg, file string) bool{
	"gorm.io/": func(pkg, file string) bool {
		return file == "store.go" || strings.HasSuffix(file, "_store.go") || pkg == "platform/db"
	},
	"github.com/gin-gonic/":         func(pkg, _ string) bool { return pkg == "httpapi" },
	"github.com/danielgtaylor/huma": func(pkg, _ string) bool { return pkg == "httpapi" },
	"github.com/casbin/":            func(pkg, _ string) bool { return pkg == "authz" },
	"github.com/jung-kurt/gofpdf":   func(pkg, _ string) bool { return pkg == "platform/pdf" },
	"github.com/go-co-op/gocron":    func(pkg, _ string) bool { return pkg == "app" },
	"github.com/shopspring/":        func(pkg, _ string) bool { return pkg == "money" },
	"github.com/wneessen/":          func(pkg, _ string) bool { return pkg == "mail" },
	"modernc.org/":                  func(pkg, _ string) bool { return pkg == "platform/db" },
	"github.com/minio/":             func(pkg, _ string) bool { return pkg == "platform/blob" },
	"github.com/nats-io/":           func(pkg, _ string) bool { return pkg == "handoff/natsq" },
	"github.com/linxGnu/":           func(pkg, _ string) bool { return strings.HasPrefix(pkg, "handoff/smpp") || pkg == "crash" },
	"github.com/bigwhite/":          func(pkg, _ string) bool { return strings.HasPrefix(pkg, "handoff/cmpp") || pkg == "crash" },
	"cel.dev/":                      func(pkg, _ string) bool { return pkg == "screening" },
}

type source struct {
	pkg, file, path string
	imports         []string
	text            []byte
}

// sources reads every Go file under server/ that is no test and no generator.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "archtest") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(b[:min(len(b), 200)], []byte("//go:build ignore")) {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, b, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel("..", filepath.Dir(path))
		s := source{pkg: filepath.ToSlash(rel), file: d.Name(), path: path, text: b}
		for _, i := range f.Imports {
			s.imports = append(s.imports, strings.Trim(i.Path.Value, `"`))
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: is the test looking at the right folder?", len(out))
	}
	return out
}

func position(pkg string) (layer, place int) {
	for l, names := range layers {
		if i := slices.Index(names, pkg); i >= 0 {
			return l, i
		}
	}
	return -1, -1
}

// forTests may import anything and be imported by tests alone.
func forTests(pkg string) bool {
	return pkg == "testkit" || pkg == "story" || strings.HasSuffix(pkg, "test")
}

func TestPackages_importOnlyWhatStandsBelow(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.pkg == "." || forTests(s.pkg) || strings.Contains(s.pkg, "/cmd/") {
			continue
		}
		layer, place := position(s.pkg)
		if layer < 0 {
			t.Errorf("%s: package %q has no place in the layers; add it where it belongs", s.path, s.pkg)
			continue
		}
		for _, imp := range s.imports {
			to, ok := strings.CutPrefix(imp, "sealgate/server/")
			if !ok {
				continue
			}
			if forTests(to) {
				t.Errorf("%s imports %s, which is for tests", s.path, to)
				continue
			}
			l, p := position(to)
			if l > layer || l == layer && p >= place {
				t.Errorf("%s: %s must not import %s, which stands above it", s.path, s.pkg, to)
			}
		}
	}
}

func TestLibraries_stayAtTheirPlace(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if forTests(s.pkg) {
			continue
		}
		for _, imp := range s.imports {
			for lib, allowed := range edges {
				if strings.HasPrefix(imp, lib) && !allowed(s.pkg, s.file) {
					t.Errorf("%s must not import %s", s.path, imp)
				}
			}
		}
	}
}

func TestRules_neverReadTheMachinesClock(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.pkg == "." || s.pkg == "app" || strings.HasPrefix(s.pkg, "platform/") || forTests(s.pkg) || strings.HasSuffix(s.pkg, "/cli") || s.pkg == "httpapi" || s.pkg == "crash" {
			continue
		}
		for _, call := range []string{"time.Now(", "time.Since(", "time.Until("} {
			if bytes.Contains(s.text, []byte(call)) {
				t.Errorf("%s reads the machine's clock with %s…): take the injected clock", s.path, call)
			}
		}
	}
}

func TestMoney_neverTouchesAFloat(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		switch s.pkg {
		case "money", "plan", "ledger", "bill", "payment", "dunning", "deposit", "wallet", "charge", "payable", "statement", "taxinvoice":
			if bytes.Contains(s.text, []byte("float64")) || bytes.Contains(s.text, []byte("float32")) {
				t.Errorf("%s has a float", s.path)
			}
		}
	}
}

func TestMigrations_haveTheSameNamesInBothDialects(t *testing.T) {
	t.Parallel()
	list := func(dir string) []string {
		entries, err := os.ReadDir(filepath.Join("..", "..", "migrations", dir))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	lite, my := list("sqlite"), list("mysql")
	if !slices.Equal(lite, my) {
		t.Errorf("migrations differ:\nsqlite %v\nmysql  %v", lite, my)
	}
}
