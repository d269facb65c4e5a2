// Package blob keeps immutable objects (scans, source files, chunks, PDFs) under keys, in a folder. An object is either
// there whole and durable or not there: it is written beside its place, synced and renamed.
//
// A key is a relative path of lower-case parts, such as "batches/d2k1/000003.msg"; keys are made by programs, never
// taken from users. Whoever needs secrecy encrypts before Put (platform/crypt).
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"sealgate/server/errs"
)

// ErrNotFound says that no object has the key.
var ErrNotFound = errs.NotFound("blob.not_found", "存储中没有这个文件", "the file is not in the storage")

// ErrUnavailable says that the storage could not be read or written: disk full, permission, fault.
var ErrUnavailable = errs.Unavailable("blob.unavailable", "文件存储暂时不可用，请稍后再试或联系管理员", "the file storage is not available; try again later or tell the administrator")

// Info is what Put found out about an object.
type Info struct {
	Size   int64  // bytes
	SHA256 string // hex
}

// Object is an entry of List.
type Object struct {
	Key     string
	Size    int64
	Changed time.Time // machine's clock; objects never change after they are put
}

// Store is a folder of objects. It is safe for many goroutines and for many processes on one folder.
type Store struct {
	dir string
	mu  sync.Mutex
	// made remembers folders that this process has created and synced, so that a Put syncs two things and not five.
	made map[string]bool
}

// Open makes the folder ready. Files begun by a killed process (older than an hour) are cleared away.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir, made: map[string]bool{}}
	if err := os.MkdirAll(s.incoming(), 0o700); err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	left, err := os.ReadDir(s.incoming())
	if err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	for _, e := range left {
		if i, err := e.Info(); err == nil && time.Since(i.ModTime()) > time.Hour {
			_ = os.RemoveAll(filepath.Join(s.incoming(), e.Name()))
		}
	}
	return s, nil
}

// Scratch is a private folder for what a library must spill to disk; it is cleared like unfinished objects.
func (s *Store) Scratch() string { return s.incoming() }

func (s *Store) incoming() string { return filepath.Join(s.dir, ".incoming") }

var keyPart = regexp.MustCompile(`^[a-z0-9_-][a-z0-9._-]*$`)

func (s *Store) path(key string) (string, error) {
	if len(key) > 300 {
		return "", fmt.Errorf("blob key of %d bytes", len(key))
	}
	for part := range strings.SplitSeq(key, "/") {
		if !keyPart.MatchString(part) {
			return "", fmt.Errorf("blob key %q: want lower-case parts separated by /", key)
		}
	}
	return filepath.Join(s.dir, filepath.FromSlash(key)), nil
}

// Put stores what r gives under key. When it returns, the object is durable. An object that is already there is
// replaced in one step, so a retried Put of the same content is harmless. The end of ctx stops it; nothing is left behind.
func (s *Store) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	path, err := s.path(key)
	if err != nil {
		return Info{}, err
	}
	f, err := os.CreateTemp(s.incoming(), "put-*")
	if err != nil {
		return Info{}, ErrUnavailable.Because(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	h := sha256.New()
	src := &stoppable{ctx: ctx, r: r}
	n, err := io.CopyBuffer(io.MultiWriter(f, h), src, make([]byte, 128<<10))
	if err != nil {
		if src.err != nil { // the reader's failure, not ours: the caller knows what it means
			return Info{}, fmt.Errorf("put %s: %w", key, src.err)
		}
		return Info{}, ErrUnavailable.Because(fmt.Errorf("put %s: %w", key, err))
	}
	if err := s.settle(f, path); err != nil {
		return Info{}, ErrUnavailable.Because(fmt.Errorf("put %s: %w", key, err))
	}
	return Info{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// settle makes a written file durable under its final name.
func (s *Store) settle(f *os.File, path string) error {
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := s.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// makeFolder creates dir and syncs every folder on the way, because a new folder's name is itself an entry that a power
// cut can lose.
func (s *Store) makeFolder(dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[dir] {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for d := dir; d != s.dir && len(d) > len(s.dir); d = filepath.Dir(d) {
		if err := syncFolder(filepath.Dir(d)); err != nil {
			return err
		}
	}
	if len(s.made) > 10_000 {
		clear(s.made)
	}
	s.made[dir] = true
	return nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Get opens an object for reading; the caller closes it.
func (s *Store) Get(_ context.Context, key string) (io.ReadCloser, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound.With("key", key)
	}
	if err != nil {
		return nil, ErrUnavailable.Because(err)
	}
	return f, nil
}

// Read gives a whole object; for those that are known to be small.
func (s *Store) Read(ctx context.Context, key string) ([]byte, error) {
	r, err := s.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrUnavailable.Because(err)
	}
	return b, nil
}

// Delete removes an object; one that is not there is no error.
func (s *Store) Delete(_ context.Context, key string) error {
	path, err := s.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return ErrUnavailable.Because(err)
	}
	return nil
}

// List gives the objects whose keys begin with the folder prefix ("batches/d2k1/"), by key; "" gives all.
func (s *Store) List(ctx context.Context, prefix string) ([]Object, error) {
	root := s.dir
	if prefix != "" {
		var err error
		if root, err = s.path(strings.TrimSuffix(prefix, "/")); err != nil {
			return nil, err
		}
	}
	var out []Object
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			if p == s.incoming() {
				return fs.SkipDir
			}
			return nil
		}
		i, err := d.Info()
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		rel, err := filepath.Rel(s.dir, p)
		if err != nil {
			return err
		}
		out = append(out, Object{Key: filepath.ToSlash(rel), Size: i.Size(), Changed: i.ModTime()})
		return nil
	})
	if err != nil {
		return nil, ErrUnavailable.Because(err)
	}
	slices.SortFunc(out, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// stoppable is a reader that ends with its context and remembers whether the failure was the reader's own.
type stoppable struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
