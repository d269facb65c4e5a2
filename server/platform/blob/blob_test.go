package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"sealgate/server/platform/blob"
	"sealgate/server/platform/blob/blobtest"
)

// stores are what every test of this file runs on: the conformance suite of a place of objects.
var stores = map[string]func(t testing.TB) *blob.Store{
	"folder": func(t testing.TB) *blob.Store {
		s, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
	"s3": func(t testing.TB) *blob.Store { return openS3(t, blobtest.S3(t, blobtest.Options{})) },
	"s3 with prefix and TLS": func(t testing.TB) *blob.Store {
		o := blobtest.S3(t, blobtest.Options{TLS: true})
		o.Prefix = "one/house"
		return openS3(t, o)
	},
}

func openS3(t testing.TB, o blob.S3Settings) *blob.Store {
	t.Helper()
	s, err := blob.OpenS3(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// onEach runs a test on every kind of store.
func onEach(t *testing.T, test func(t *testing.T, s *blob.Store)) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func put(t *testing.T, s *blob.Store, key string, body []byte) blob.Info {
	t.Helper()
	info, err := s.Put(t.Context(), key, bytes.NewReader(body))
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return info
}

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{7})
	_, _ = r.Read(b)
	return b
}

func TestPut_thenGet_givesTheSameBytesAndTheirHash(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		for _, n := range []int{0, 1, 600_000, 8 << 20, 8<<20 + 1, 20 << 20} { // around the size of a part, and several
			key, want := fmt.Sprintf("batches/b1/%d.msg", n), noise(n)
			info := put(t, s, key, want)
			sum := sha256.Sum256(want)
			if info.Size != int64(n) || info.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("info of %d bytes: %+v", n, info)
			}
			got, err := s.Read(t.Context(), key)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes of %d, %v", len(got), n, err)
			}
		}
	})
}

func TestPut_ofTheSameKeyAgain_isOneWholeObject(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		for range 2 {
			put(t, s, "a/b", []byte("once"))
		}
		all, err := s.List(t.Context(), "a/")
		if err != nil || len(all) != 1 || all[0].Size != 4 {
			t.Errorf("%v %v", all, err)
		}
	})
}

func TestGetRange_givesThatPartOrAnError(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		body := noise(300_000)
		put(t, s, "runs/x", body)
		for _, c := range []struct{ at, n int64 }{{0, 1}, {0, 300_000}, {123_456, 70_000}, {299_999, 1}} {
			got, err := s.GetRange(t.Context(), "runs/x", c.at, c.n)
			if err != nil || !bytes.Equal(got, body[c.at:c.at+c.n]) {
				t.Errorf("%d bytes at %d: %d, %v", c.n, c.at, len(got), err)
			}
		}
		for _, c := range []struct{ at, n int64 }{{-1, 5}, {0, 0}, {299_999, 2}, {300_000, 1}} {
			if _, err := s.GetRange(t.Context(), "runs/x", c.at, c.n); err == nil {
				t.Errorf("%d bytes at %d of 300,000 were given", c.n, c.at)
			}
		}
		if _, err := s.GetRange(t.Context(), "runs/none", 0, 1); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a missing object: %v", err)
		}
	})
}

func TestPut_leavesNothingWhenTheReaderFails(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		broken := errors.New("line went dead")
		for _, n := range []int{4, 18 << 20} { // before the first part is full, and after some have been sent
			_, err := s.Put(t.Context(), "a/b", io.MultiReader(bytes.NewReader(noise(n)), iotest.ErrReader(broken)))
			if !errors.Is(err, broken) {
				t.Errorf("want the reader's own error, got %v", err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Put(ctx, "a/b", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled put gave %v", err)
		}
		if _, err := s.Get(t.Context(), "a/b"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a half object can be read: %v", err)
		}
		if n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("left behind: %d, %v", n, err)
		}
	})
}

func TestKeys_thatLeaveTheFolderAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		for _, key := range []string{"", "/etc/passwd", "../x", "a/../../x", "a//b", ".incoming/x", "a/.b", "A/b", `a\b`, "a/b\x00", strings.Repeat("a", 301)} {
			if _, err := s.Put(t.Context(), key, strings.NewReader("x")); err == nil {
				t.Errorf("key %q was taken", key)
			}
			if _, err := s.Get(t.Context(), key); err == nil {
				t.Errorf("key %q was read", key)
			}
			if _, err := s.GetRange(t.Context(), key, 0, 1); err == nil {
				t.Errorf("a range of key %q was read", key)
			}
			if err := s.Delete(t.Context(), key); err == nil {
				t.Errorf("key %q was deleted", key)
			}
		}
	})
}

func TestList_givesOneFolderByKey_andDeleteTwiceIsFine(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		for _, key := range []string{"b/2", "b/1", "c/1", "b/sub/3", "bc/1"} {
			put(t, s, key, []byte(key))
		}
		got, err := s.List(t.Context(), "b/")
		if err != nil || len(got) != 3 || got[0].Key != "b/1" || got[2].Key != "b/sub/3" || got[0].Size != 3 || time.Since(got[0].Changed).Abs() > time.Minute {
			t.Errorf("list %v %v", got, err)
		}
		if all, err := s.List(t.Context(), ""); err != nil || len(all) != 5 {
			t.Errorf("all %v %v", all, err)
		}
		if none, err := s.List(t.Context(), "zz/"); err != nil || len(none) != 0 {
			t.Errorf("none %v %v", none, err)
		}
		enough := errors.New("enough")
		if err := s.Each(t.Context(), "", func(blob.Object) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("an early end: %v", err)
		}
		for range 2 {
			if err := s.Delete(t.Context(), "b/1"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Read(t.Context(), "b/1"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("deleted and read: %v", err)
		}
	})
}

func TestPut_ofOneKeyByManyLeavesOneWhole(t *testing.T) {
	onEach(t, func(t *testing.T, s *blob.Store) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				body := bytes.Repeat([]byte{byte('a' + i)}, 50_000)
				if _, err := s.Put(t.Context(), "one/key", bytes.NewReader(body)); err != nil {
					t.Error(err)
				}
				for j := range 4 {
					if _, err := s.Put(t.Context(), fmt.Sprintf("own/%d-%d", i, j), bytes.NewReader(body)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		got, err := s.Read(t.Context(), "one/key")
		if err != nil || len(got) != 50_000 || bytes.Count(got, got[:1]) != 50_000 {
			t.Errorf("torn object of %d bytes, %v", len(got), err)
		}
		if all, err := s.List(t.Context(), "own/"); err != nil || len(all) != 32 {
			t.Errorf("%d objects, %v", len(all), err)
		}
	})
}

// childEnv makes the test binary a process that puts a large object and stops half-way, to be killed there.
const childEnv = "SEALGATE_TEST_BLOB_CHILD"

func TestMain(m *testing.M) {
	if where := os.Getenv(childEnv); where != "" {
		putForever(where)
	}
	os.Exit(m.Run())
}

func putForever(where string) {
	var s *blob.Store
	var err error
	if endpoint, dir, ok := strings.Cut(where, "|"); ok {
		s, err = blob.OpenS3(context.Background(), blob.S3Settings{Endpoint: endpoint, Bucket: "sealgate", AccessKey: "tester", SecretKey: "tester-secret", PathStyle: "path", Scratch: dir})
	} else {
		s, err = blob.Open(where)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write(noise(42 << 20)) // a folder has written most of it, a bucket has taken two parts
		fmt.Println("half")
		select {}
	}()
	_, err = s.Put(context.Background(), "big/one", r)
	fmt.Println("put ended:", err)
	os.Exit(1)
}

func TestKilledInMidPut_leavesNothingToRead_andTheSweepClearsIt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	reopen := map[string]func(t *testing.T) (*blob.Store, string){
		"folder": func(t *testing.T) (*blob.Store, string) {
			s, err := blob.Open(folder)
			if err != nil {
				t.Fatal(err)
			}
			return s, folder
		},
		"s3": func(t *testing.T) (*blob.Store, string) {
			o := blobtest.S3(t, blobtest.Options{})
			return openS3(t, o), o.Endpoint + "|" + o.Scratch
		},
	}
	for name, open := range reopen {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, where := open(t)
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), childEnv+"="+where)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			said := make([]byte, 4)
			if _, err := io.ReadFull(out, said); err != nil || string(said) != "half" {
				t.Fatalf("the process said %q, %v", said, err)
			}
			_ = c.Process.Signal(syscall.SIGKILL)
			_ = c.Wait()
			if _, err := s.Read(t.Context(), "big/one"); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("a half object can be read: %v", err)
			}
			if n, err := s.Sweep(t.Context(), time.Now().Add(-time.Hour)); err != nil || n != 0 {
				t.Errorf("%d pieces of an hour ago, %v: a put that still runs would be cleared away", n, err)
			}
			if n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil || n != 1 {
				t.Errorf("%d pieces cleared, %v, want the one that was left", n, err)
			}
			put(t, s, "big/one", []byte("again"))
		})
	}
}

func TestOpenS3_saysWhatIsWrongWithTheService(t *testing.T) {
	t.Parallel()
	good := blobtest.S3(t, blobtest.Options{})
	secret := blobtest.S3(t, blobtest.Options{TLS: true})
	for name, c := range map[string]struct {
		from   blob.S3Settings
		change func(o *blob.S3Settings)
		want   string
	}{
		"no bucket of the name": {good, func(o *blob.S3Settings) { o.Bucket = "elsewhere" }, "has no bucket elsewhere"},
		"wrong secret":          {good, func(o *blob.S3Settings) { o.SecretKey = "wrong" }, "bucket sealgate"},
		"wrong access key":      {good, func(o *blob.S3Settings) { o.AccessKey = "wrong" }, "bucket sealgate"},
		"nobody listens":        {good, func(o *blob.S3Settings) { o.Endpoint = "http://127.0.0.1:1" }, "S3 service http://127.0.0.1:1"},
		"no address":            {good, func(o *blob.S3Settings) { o.Endpoint = "s3.example.com" }, "want https://host"},
		"unknown addressing":    {good, func(o *blob.S3Settings) { o.PathStyle = "sideways" }, "want auto, path or virtual"},
		"no keys":               {good, func(o *blob.S3Settings) { o.AccessKey = "" }, "access_key and secret_key"},
		"unknown authority":     {secret, func(o *blob.S3Settings) { o.CAFile = "" }, "certificate"},
		"no file of authority":  {secret, func(o *blob.S3Settings) { o.CAFile = "/nowhere.pem" }, "ca_file"},
		"prefix that escapes":   {good, func(o *blob.S3Settings) { o.Prefix = "../up" }, "prefix"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := c.from
			c.change(&o)
			if _, err := blob.OpenS3(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something about %q", err, c.want)
			}
		})
	}
}

func TestOpen_clearsWhatAnHourAgoWasLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := blob.Open(dir); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"put-old": 2 * time.Hour, "put-new": 0} {
		p := filepath.Join(dir, ".incoming", name)
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(p, when, when); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := blob.Open(dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, ".incoming"))
	if err != nil || len(left) != 1 || left[0].Name() != "put-new" {
		t.Errorf("left: %v %v", left, err)
	}
}
