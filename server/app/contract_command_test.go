package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/esign"
	"sealgate/server/platform/crypt"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

// signed writes a signature, the file that it is over and the root to trust, and gives their names.
func signed(t *testing.T) (signature, paper, root string) {
	t.Helper()
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	d := testkit.DB(t)
	master, err := crypt.NewMaster(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := esign.New(d, c, trail.New(d, c), esign.NewLocal(d, c, crypt.New(d, c, master), "信闸"))
	content := []byte("%PDF-1.4 text")
	sum := sha256.Sum256(content)
	x, err := s.Sign(actor.With(context.Background(), actor.Actor{UserID: "u", Name: "李娜", Login: "li"}), esign.Paper{Reference: "HT-2026-000001", Side: "customer", DocumentSHA256: hex.EncodeToString(sum[:]), Organisation: "甲公司"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := x.Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"s.json": text, "p.pdf": content, "root.pem": []byte(b.Signed.Root), "other.pdf": []byte("%PDF-1.4 other")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "s.json"), filepath.Join(dir, "p.pdf"), filepath.Join(dir, "root.pem")
}

func TestVerifySignature_needsNothingButTheFiles(t *testing.T) {
	t.Setenv("SEALGATE_DATA_DIR", filepath.Join(t.TempDir(), "never-made"))
	signature, paper, root := signed(t)
	code, out, stderr := run("contract", "verify-signature", signature, "--document", paper, "--root", root)
	if code != 0 || !strings.Contains(out, "李娜 of 甲公司") || strings.Contains(out, "not compared") {
		t.Errorf("%d %s %s", code, out, stderr)
	}
	if code, out, _ := run("contract", "verify-signature", signature); code != 0 || !strings.Contains(out, "not compared") || !strings.Contains(out, "not checked") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, stderr := run("contract", "verify-signature", signature, "--document", filepath.Join(filepath.Dir(paper), "other.pdf")); code != 1 || !strings.Contains(stderr, "another file") {
		t.Errorf("%d %s", code, stderr)
	}
	for _, args := range [][]string{{"contract"}, {"contract", "frob"}, {"contract", "verify-signature"}, {"contract", "verify-signature", "a", "b"}, {"contract", "verify-signature", "--nope"}} {
		if code, _, stderr := run(args...); code != 2 || stderr == "" {
			t.Errorf("%q: %d %s", args, code, stderr)
		}
	}
	if code, _, _ := run("contract", "verify-signature", paper); code != 1 {
		t.Errorf("a file that is no signature gave %d", code)
	}
	if _, err := os.Stat(os.Getenv("SEALGATE_DATA_DIR")); err == nil {
		t.Error("a data folder was made")
	}
}
