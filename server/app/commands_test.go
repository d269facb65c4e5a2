package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"sealgate/server/app"
)

const example = "../../configs/sealgate.yaml"

func TestExampleFile_hasEveryKeyWithItsDefault(t *testing.T) {
	t.Parallel()
	k := koanf.New(".")
	if err := k.Load(file.Provider(example), yaml.Parser()); err != nil {
		t.Fatal(err)
	}
	want := keys(reflect.TypeFor[app.Config](), "")
	got := k.Keys()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the file has\n%s\nthe program knows\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var c app.Config
	if err := k.Unmarshal("", &c); err != nil {
		t.Fatal(err)
	}
	d := app.DefaultConfig()
	if len(c.TrustedProxies) == 0 {
		c.TrustedProxies = nil // an empty list and none are the same
	}
	if len(c.Channels) == 0 {
		c.Channels = nil
	}
	if !reflect.DeepEqual(c, d) {
		t.Errorf("the file's values are no defaults:\nfile    %+v\nprogram %+v", c, d)
	}
}

func TestExampleFile_explainsEveryKey(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	key, explained := regexp.MustCompile(`^\s*([a-z_]+):`), false
	for i, line := range strings.Split(string(b), "\n") {
		m := key.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "#"):
			explained = true
		case strings.TrimSpace(line) == "":
			explained = false
		case m != nil && !explained && !strings.HasPrefix(line, "  "):
			if m[1] != "log" && m[1] != "engine" { // their keys are explained one by one
				t.Errorf("line %d: nothing explains %s", i+1, m[1])
			}
		}
	}
}

func keys(t reflect.Type, prefix string) (out []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("koanf")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if f.Type.Kind() == reflect.Struct {
			out = append(out, keys(f.Type, prefix+name+".")...)
			continue
		}
		out = append(out, prefix+name)
	}
	return out
}

func run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = app.Main(args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func TestMain_calledWronglySaysHowAndGives2(t *testing.T) {
	t.Setenv("SEALGATE_DATA_DIR", filepath.Join(t.TempDir(), "never-made"))
	for _, args := range [][]string{
		{}, {"frob"}, {"serve", "--nope"}, {"serve", "extra"}, {"migrate", "extra"}, {"verify", "extra"}, {"verify", "--as-of", "2026-01-01"},
		{"job"}, {"job", "run"}, {"job", "list", "extra"}, {"job", "run", "a", "b"}, {"user"}, {"user", "add"}, {"user", "add", "x"}, {"user", "reset-password"},
		{"rules"}, {"rules", "frob"},
	} {
		code, _, stderr := run(args...)
		if code != 2 || stderr == "" {
			t.Errorf("%q: exit code %d, told: %q", args, code, stderr)
		}
	}
	if _, err := os.Stat(os.Getenv("SEALGATE_DATA_DIR")); err == nil {
		t.Error("a command that was called wrongly made a data folder")
	}
	if code, out, _ := run("help"); code != 0 || !strings.Contains(out, "sealgate serve") {
		t.Errorf("help: %d %q", code, out)
	}
}

func TestMain_namesTheKeyThatItDoesNotKnow(t *testing.T) {
	t.Setenv("SEALGATE_DATA_DIR", t.TempDir())
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	for content, want := range map[string]string{
		"lissen: 1\n":                 `"lissen"`,
		"engine:\n  kanel: {}\n":      "engine.kanel",
		"engine:\n  kind: pigeon\n":   "pigeon",
		"workers: 0\n":                "workers",
		"secure_cookies: sometimes\n": "sometimes",
		"log:\n  level: shouting\n":   "shouting",
		"listen: [\n":                 "bad.yaml",
	} {
		if err := os.WriteFile(bad, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := run("serve", "--config", bad)
		if code != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit code %d, told %q", content, code, stderr)
		}
	}
	if code, _, stderr := run("verify", "--config", filepath.Join(t.TempDir(), "none.yaml")); code != 1 || !strings.Contains(stderr, "none.yaml") {
		t.Errorf("no file: %d %q", code, stderr)
	}
	t.Setenv("SEALGATE_LISTN", "x")
	if code, _, stderr := run("verify"); code != 1 || !strings.Contains(stderr, "SEALGATE_LISTN") {
		t.Errorf("environment: %d %q", code, stderr)
	}
}

func TestMain_worksOnAFreshFolder(t *testing.T) {
	t.Setenv("SEALGATE_DATA_DIR", t.TempDir())
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"migrate"}, 0, "schema version"},
		{[]string{"migrate"}, 0, "0 migrations applied"},
		{[]string{"verify"}, 0, "0 violations"},
		{[]string{"user", "add", "admin", "--roles", "system_admin"}, 0, "first password"},
		{[]string{"user", "add", "admin", "--roles", "system_admin"}, 1, "taken"},
		{[]string{"user", "add", "boss", "--roles", "system_admin,auditor"}, 1, "staff.separation"},
		{[]string{"user", "reset-password", "admin"}, 0, "new password"},
		{[]string{"user", "reset-password", "nobody"}, 1, "no such account"},
		{[]string{"job", "list"}, 0, "dunning"},
		{[]string{"job", "run", "bills"}, 0, "bills of"},
		{[]string{"job", "run", "frob"}, 1, "job list"},
		{[]string{"job", "run", "bills", "--as-of", "2026-13-01"}, 1, "date"},
		{[]string{"job", "run", "bills", "--as-of", "2999-01-01"}, 1, "job.future_day"},
		{[]string{"verify"}, 0, "0 violations"},
	} {
		code, out, stderr := run(c.args...)
		if code != c.code || !strings.Contains(out+stderr, c.says) {
			t.Errorf("%q: exit code %d, told %q %q", c.args, code, out, stderr)
		}
	}
}
