package app_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/testkit"
)

// command runs the program over a data folder and gives what it says.
func command(t *testing.T, dir string, want int, args ...string) string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "sealgate.yaml")
	if err := os.WriteFile(config, []byte("data_dir: "+dir+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, bad bytes.Buffer
	if code := app.Main(append(args, "--config", config), strings.NewReader(""), &out, &bad); code != want {
		t.Fatalf("%v ended with %d: %s%s", args, code, out.String(), bad.String())
	}
	return out.String() + bad.String()
}

func TestKeys_areListedRotatedAndRetiredByCommand(t *testing.T) {
	t.Parallel()
	c := app.DefaultConfig()
	c.DataDir, c.Database = t.TempDir(), testkit.SQLiteDSN(t)
	dir := c.DataDir
	if err := os.Rename(strings.TrimPrefix(c.Database, "sqlite:"), filepath.Join(dir, "sealgate.db")); err != nil {
		t.Fatal(err)
	}
	c.Database = ""
	a, err := app.NewReal(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	key, err := a.Keys.For(testkit.System(), "c1", caldate.MustParseMonth("2026-10"))
	if err != nil {
		t.Fatal(err)
	}
	sealed := key.Seal([]byte("信"), "x")
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if out := command(t, dir, 0, "keys", "list"); !strings.Contains(out, "0 destroyed") {
		t.Error(out)
	}
	if out := command(t, dir, 0, "keys", "rotate"); !strings.Contains(out, "nothing that they sealed was touched") {
		t.Error(out)
	}
	if out := command(t, dir, 0, "keys", "list"); !strings.Contains(out, "still wraps 0 data keys") {
		t.Error(out)
	}
	if out := command(t, dir, 0, "keys", "retire"); !strings.Contains(out, "0 old master keys destroyed") {
		t.Error(out)
	}
	command(t, dir, 2, "keys", "destroy")
	if a, err = app.NewReal(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	again, err := a.Keys.ByID(testkit.System(), key.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealed, "x"); err != nil || string(got) != "信" {
		t.Errorf("after the rotation: %q %v", got, err)
	}
}

func TestConfig_refusesKeepingThatCantWork(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"retention.days":       "retention: {days: 183}",
		"days_after_end":       "retention: {days_after_end: 10}",
		"storage.kind":         "storage: {kind: tape}",
		"storage.s3.endpoint":  "storage: {kind: s3}",
		"key_store.s3.bucket":  "storage: {kind: s3, s3: {endpoint: 'http://x', bucket: b, access_key: k, secret_key: s}}\nkey_store: {kind: s3, s3: {endpoint: 'http://x', bucket: b, access_key: k, secret_key: s}}",
		`unknown key "storage`: "storage: {buckets: x}",
	} {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := app.LoadConfig(path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
