package crypt_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
)

var october = caldate.MustParseMonth("2026-10")

func keysOver(t *testing.T, d *db.DB, masterPath string) *crypt.Keys {
	t.Helper()
	m, err := crypt.OpenMaster(masterPath)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	return crypt.New(d, c, m)
}

func TestOpenMaster_makesAPrivateFileOnceAndRefusesAnOpenOrBrokenOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	var wg sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		wg.Go(func() {
			m, err := crypt.OpenMaster(path)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = m.ID()
		})
	}
	wg.Wait()
	for _, id := range got {
		if id != got[0] {
			t.Errorf("two starts at once made two keys: %v", got)
		}
	}
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", i.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := crypt.OpenMaster(path); err == nil {
		t.Error("a key that others can read was taken")
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(path, 0o600)
	if _, err := crypt.OpenMaster(path); err == nil {
		t.Error("a broken key was taken")
	}
}

func TestFor_givesOneKeyPerCustomerAndMonth_alsoAfterARestart(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	path := filepath.Join(t.TempDir(), "master.key")
	a := keysOver(t, d, path)
	ctx := testkit.System()
	k1, err := a.For(ctx, "c1", october)
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.For(ctx, "c2", october)
	if err != nil || other.ID == k1.ID {
		t.Errorf("two customers share a key: %v", err)
	}
	next, err := a.For(ctx, "c1", october.Next())
	if err != nil || next.ID == k1.ID {
		t.Errorf("two months share a key: %v", err)
	}
	sealed := k1.Seal([]byte("13800138000"), "batch/b1/1")
	b := keysOver(t, d, path)
	if err := b.Check(ctx); err != nil {
		t.Error(err)
	}
	again, err := b.ByID(ctx, k1.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealed, "batch/b1/1"); err != nil || string(got) != "13800138000" {
		t.Errorf("after a restart: %q %v", got, err)
	}
	if _, err := again.Open(sealed, "batch/b1/2"); !errors.Is(err, crypt.ErrDamaged) {
		t.Errorf("opened in another place: %v", err)
	}
	if _, err := next.Open(sealed, "batch/b1/1"); !errors.Is(err, crypt.ErrDamaged) {
		t.Errorf("opened with another key: %v", err)
	}
	foreign := keysOver(t, d, filepath.Join(t.TempDir(), "other.key"))
	if err := foreign.Check(ctx); !errors.Is(err, crypt.ErrWrongMaster) {
		t.Errorf("a foreign master key was not noticed: %v", err)
	}
}

func TestFor_askedByManyAtOnceGivesOneKey(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	path := filepath.Join(t.TempDir(), "master.key")
	var wg sync.WaitGroup
	got := make([]string, 6)
	for i := range got {
		k := keysOver(t, d, path)
		wg.Go(func() {
			key, err := k.For(testkit.System(), "c1", october)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = key.ID
		})
	}
	wg.Wait()
	for _, id := range got {
		if id != got[0] {
			t.Fatalf("keys %v", got)
		}
	}
}

func TestPhoneHasher_isStableAndNeedsTheKey(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	path := filepath.Join(t.TempDir(), "master.key")
	h1, err := keysOver(t, d, path).PhoneHasher(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	h2, err := keysOver(t, d, path).PhoneHasher(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	a, b := h1.Hash("13800138000"), h2.Hash("13800138000")
	if a != b || len(a) != 64 || a == h1.Hash("13800138001") || a != h1.Hash("13800138000") {
		t.Errorf("hashes %s %s", a, b)
	}
	elsewhere, err := keysOver(t, testkit.DB(t), path).PhoneHasher(testkit.System())
	if err != nil || elsewhere.Hash("13800138000") == a {
		t.Errorf("two providers share a phone key: %v", err)
	}
}

func TestStreams_openToWhatWasSealed_andNotWhenCutOrChanged(t *testing.T) {
	t.Parallel()
	k, err := keysOver(t, testkit.DB(t), filepath.Join(t.TempDir(), "m")).For(testkit.System(), "c", october)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(plain []byte, context string) []byte {
		r, err := k.SealReader(iotest.HalfReader(bytes.NewReader(plain)), context)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	open := func(sealed []byte, context string) ([]byte, error) {
		r, err := k.OpenReader(iotest.HalfReader(bytes.NewReader(sealed)), context)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	for _, n := range []int{0, 1, 65_535, 65_536, 65_537, 131_072, 200_001} {
		plain := []byte(strings.Repeat("密", n/3+1))[:n]
		sealed := seal(plain, "x")
		if got, err := open(sealed, "x"); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
		if _, err := open(sealed, "y"); !errors.Is(err, crypt.ErrDamaged) {
			t.Errorf("%d bytes: opened for another context: %v", n, err)
		}
	}
	sealed := seal(make([]byte, 200_000), "x")
	rapid.Check(t, func(rt *rapid.T) {
		if rapid.Bool().Draw(rt, "cut") {
			n := rapid.IntRange(0, len(sealed)-1).Draw(rt, "n")
			if _, err := open(sealed[:n], "x"); !errors.Is(err, crypt.ErrDamaged) {
				rt.Fatalf("cut to %d: %v", n, err)
			}
			return
		}
		i := rapid.IntRange(0, len(sealed)-1).Draw(rt, "i")
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x10
		if _, err := open(bad, "x"); !errors.Is(err, crypt.ErrDamaged) {
			rt.Fatalf("byte %d changed: %v", i, err)
		}
	})
}
