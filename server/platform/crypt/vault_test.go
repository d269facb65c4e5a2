package crypt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sealgate/server/errs"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
)

// house is keys over a database and a key folder, which a test opens again and again as servers would.
type house struct {
	t    *testing.T
	db   *db.DB
	path string
}

func newHouse(t *testing.T) *house {
	return &house{t, testkit.DB(t), filepath.Join(t.TempDir(), "keys", "master.key")}
}

func (h *house) server() *crypt.Keys { h.t.Helper(); return keysOver(h.t, h.db, h.path) }

func (h *house) key(k *crypt.Keys, customer string) *crypt.Key {
	h.t.Helper()
	key, err := k.For(testkit.System(), customer, october)
	if err != nil {
		h.t.Fatal(err)
	}
	return key
}

// destroy decides on a key's end, as a purge does; erase says whether the key itself is deleted too.
func (h *house) destroy(k *crypt.Keys, id string) {
	h.t.Helper()
	ctx := testkit.System()
	if err := h.db.Run(ctx, func(ctx context.Context) error {
		ok, err := k.Destroy(ctx, id, crypt.RuleMonth)
		if !ok {
			h.t.Errorf("key %s was destroyed before", id)
		}
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) inVault(suffix string) int {
	h.t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(h.path), "data", "*"+suffix))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(names)
}

func TestDataKeys_lieApartFromTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.key(h.server(), "c1")
	if err := h.db.SQL().QueryRow("SELECT 1 FROM data_keys WHERE wrapped <> ''").Scan(new(int)); err == nil {
		t.Error("the database holds a key")
	}
	if n := h.inVault(".key"); n != 1 {
		t.Errorf("%d keys in the vault", n)
	}
	sealed := h.key(h.server(), "c1").Seal([]byte("x"), "c")
	if err := os.RemoveAll(filepath.Join(filepath.Dir(h.path), "data")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.server().For(testkit.System(), "c1", october); !errors.Is(err, crypt.ErrWrongMaster) {
		t.Errorf("without the vault: %v, %d bytes", err, len(sealed))
	}
	if err := h.server().Check(testkit.System()); !errors.Is(err, crypt.ErrWrongMaster) {
		t.Errorf("a start without the vault: %v", err)
	}
}

func TestSettle_movesKeysOfAnEarlierVersionIntoTheVault(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.server()
	key := h.key(k, "c1")
	sealed := key.Seal([]byte("x"), "c")
	// As it was before: the wrapped key in the row, nothing beside the master key.
	name := filepath.Join(filepath.Dir(h.path), "data", key.ID+".key")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	_, wrapped, _ := strings.Cut(string(b), `"wrapped":"`)
	wrapped, _, _ = strings.Cut(wrapped, `"`)
	if _, err := h.db.SQL().Exec("UPDATE data_keys SET wrapped = ? WHERE id = ?", wrapped, key.ID); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if got, err := h.key(h.server(), "c1").Open(sealed, "c"); err != nil || string(got) != "x" {
		t.Errorf("before: %q %v", got, err)
	}
	for range 2 {
		if err := h.server().Settle(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.inVault(".key"); n != 1 {
		t.Errorf("%d keys in the vault", n)
	}
	if got, err := h.key(h.server(), "c1").Open(sealed, "c"); err != nil || string(got) != "x" {
		t.Errorf("after: %q %v", got, err)
	}
}

func TestDestroy_thenNothingOpensAnyMore_andEverybodyIsToldWhenAndWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k, ctx := h.server(), testkit.System()
	key, other := h.key(k, "c1"), h.key(k, "c2")
	h.destroy(k, key.ID)
	// Killed before the key itself is deleted: the database forbids it already, and the next start deletes it.
	if _, err := h.server().ByID(ctx, key.ID); !errors.Is(err, crypt.ErrKeyGone) {
		t.Errorf("decided: %v", err)
	}
	if n := h.inVault(".key"); n != 2 {
		t.Errorf("%d keys in the vault before it is erased", n)
	}
	fresh := h.server()
	if err := fresh.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if keys, marks := h.inVault(".key"), h.inVault(".gone"); keys != 1 || marks != 1 {
		t.Errorf("%d keys and %d marks in the vault", keys, marks)
	}
	_, err := fresh.ByID(ctx, key.ID)
	if e := errs.As(err); e == nil || !strings.Contains(e.Zh, "2026-10-01") || !strings.Contains(e.En, "retention of the month") || e.Meta["purged_on"] != "2026-10-01" {
		t.Errorf("told: %v", err)
	}
	if _, err := fresh.For(ctx, "c1", october); !errors.Is(err, crypt.ErrKeyGone) {
		t.Errorf("a destroyed month came to life: %v", err)
	}
	if _, err := fresh.ByID(ctx, other.ID); err != nil {
		t.Errorf("another customer's key: %v", err)
	}
	if n, err := fresh.Erase(ctx); n != 0 || err != nil {
		t.Errorf("erased again: %d %v", n, err)
	}
}

func TestDestroy_isNoticedByOtherServersWithinSeconds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m, err := crypt.OpenMaster(h.path)
	if err != nil {
		t.Fatal(err)
	}
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	other, ctx := crypt.New(h.db, c, m), testkit.System()
	key := h.key(other, "c1")
	h.destroy(h.server(), key.ID)
	fake.Advance(11 * time.Second)
	if _, err := other.ByID(ctx, key.ID); !errors.Is(err, crypt.ErrKeyGone) {
		t.Errorf("eleven seconds later: %v", err)
	}
	if _, err := other.For(ctx, "c1", october); !errors.Is(err, crypt.ErrKeyGone) {
		t.Errorf("by customer and month: %v", err)
	}
}

func TestSettle_tellsARestoredDatabaseWhichKeysAreGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k, ctx := h.server(), testkit.System()
	key := h.key(k, "c1")
	h.destroy(k, key.ID)
	if _, err := k.Erase(ctx); err != nil {
		t.Fatal(err)
	}
	// The backup is from before.
	if _, err := h.db.SQL().Exec("UPDATE data_keys SET destroyed_at = NULL, destroyed_rule = ''"); err != nil {
		t.Fatal(err)
	}
	restored := h.server()
	if _, err := restored.ByID(ctx, key.ID); !errors.Is(err, crypt.ErrKeyGone) {
		t.Errorf("the backup brought the key back: %v", err)
	}
	if err := restored.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	row, err := restored.Of(ctx, key.ID)
	if err != nil || !row.Destroyed() || row.DestroyedRule != crypt.RuleMonth || row.DestroyedAt.Date().String() != "2026-10-01" {
		t.Errorf("%+v %v", row, err)
	}
}

func TestRotate_wrapsAnewAndTouchesNothingThatIsSealed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	running, ctx := h.server(), testkit.System() // a server that knows nothing of the rotation
	var sealed [][]byte
	for _, c := range []string{"c1", "c2", "c3"} {
		sealed = append(sealed, h.key(running, c).Seal([]byte(c), "x"))
	}
	r, err := h.server().Rotate(ctx)
	if err != nil || r.Rewrapped != 3 || r.From == r.To {
		t.Fatalf("%+v %v", r, err)
	}
	h.key(running, "c4")
	for _, k := range []*crypt.Keys{running, h.server()} {
		for i, c := range []string{"c1", "c2", "c3"} {
			if got, err := h.key(k, c).Open(sealed[i], "x"); err != nil || string(got) != c {
				t.Errorf("%s: %q %v", c, got, err)
			}
		}
	}
	c, err := h.server().Census(ctx)
	if err != nil || c.Live != 4 || c.ByMaster[r.To] != 4 || len(c.Old) != 1 || c.Old[0] != r.From {
		t.Errorf("%+v %v", c, err)
	}
	// The old one stays for a day, then it is destroyed.
	if old, err := h.server().Retire(ctx); err != nil || len(old) != 0 {
		t.Errorf("retired at once: %v %v", old, err)
	}
	day := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(h.path, day, day); err != nil {
		t.Fatal(err)
	}
	if old, err := h.server().Retire(ctx); err != nil || len(old) != 1 || old[0] != r.From {
		t.Errorf("retired: %v %v", old, err)
	}
	if err := h.server().Check(ctx); err != nil {
		t.Error(err)
	}
	if got, err := h.key(h.server(), "c1").Open(sealed[0], "x"); err != nil || string(got) != "c1" {
		t.Errorf("without the old master key: %q %v", got, err)
	}
}

func TestRewrap_finishesARotationThatWasKilled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := testkit.System()
	sealed := h.key(h.server(), "c1").Seal([]byte("x"), "c")
	dir := filepath.Dir(h.path)
	name, err := filepath.Glob(filepath.Join(dir, "data", "*.key"))
	if err != nil || len(name) != 1 {
		t.Fatal(name, err)
	}
	before, err := os.ReadFile(name[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.server().Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name[0], before, 0o600); err != nil { // as if the kill had come before this one
		t.Fatal(err)
	}
	if got, err := h.key(h.server(), "c1").Open(sealed, "c"); err != nil || string(got) != "x" {
		t.Errorf("half-way: %q %v", got, err)
	}
	day := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(h.path, day, day); err != nil {
		t.Fatal(err)
	}
	if old, err := h.server().Retire(ctx); err != nil || len(old) != 1 {
		t.Errorf("retire wraps what is left: %v %v", old, err)
	}
	if got, err := h.key(h.server(), "c1").Open(sealed, "c"); err != nil || string(got) != "x" {
		t.Errorf("at the end: %q %v", got, err)
	}
}
