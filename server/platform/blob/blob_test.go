package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"sealgate/server/platform/blob"
)

func open(t *testing.T) (*blob.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestPut_thenGet_givesTheSameBytesAndTheirHash(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	want := bytes.Repeat([]byte("信闸"), 100_000)
	info, err := s.Put(t.Context(), "batches/b1/000001.msg", bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(want)
	if info.Size != int64(len(want)) || info.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("info %+v", info)
	}
	got, err := s.Read(t.Context(), "batches/b1/000001.msg")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

func TestPut_leavesNothingWhenTheReaderFails(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	broken := errors.New("line went dead")
	_, err := s.Put(t.Context(), "a/b", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("want the reader's own error, got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, "a/b", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled put gave %v", err)
	}
	if _, err := s.Get(t.Context(), "a/b"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("a half object can be read: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, ".incoming"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestKeys_thatLeaveTheFolderAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, key := range []string{"", "/etc/passwd", "../x", "a/../../x", "a//b", ".incoming/x", "a/.b", "A/b", `a\b`, "a/b\x00", strings.Repeat("a", 301)} {
		if _, err := s.Put(t.Context(), key, strings.NewReader("x")); err == nil {
			t.Errorf("key %q was taken", key)
		}
		if _, err := s.Get(t.Context(), key); err == nil {
			t.Errorf("key %q was read", key)
		}
		if err := s.Delete(t.Context(), key); err == nil {
			t.Errorf("key %q was deleted", key)
		}
	}
}

func TestList_givesOneFolderByKey_andDeleteTwiceIsFine(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, key := range []string{"b/2", "b/1", "c/1", "b/sub/3"} {
		if _, err := s.Put(t.Context(), key, strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.List(t.Context(), "b/")
	if err != nil || len(got) != 3 || got[0].Key != "b/1" || got[2].Key != "b/sub/3" || got[0].Size != 3 {
		t.Errorf("list %v %v", got, err)
	}
	if all, err := s.List(t.Context(), ""); err != nil || len(all) != 4 {
		t.Errorf("all %v %v", all, err)
	}
	if none, err := s.List(t.Context(), "zz/"); err != nil || len(none) != 0 {
		t.Errorf("none %v %v", none, err)
	}
	for range 2 {
		if err := s.Delete(t.Context(), "b/1"); err != nil {
			t.Error(err)
		}
	}
}

func TestPut_ofOneKeyByManyLeavesOneWhole(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			body := bytes.Repeat([]byte{byte('a' + i)}, 50_000)
			if _, err := s.Put(t.Context(), "one/key", bytes.NewReader(body)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := s.Read(t.Context(), "one/key")
	if err != nil || len(got) != 50_000 || bytes.Count(got, got[:1]) != 50_000 {
		t.Errorf("torn object of %d bytes, %v", len(got), err)
	}
}
