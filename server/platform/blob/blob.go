// Package blob keeps immutable objects (scans, source files, chunks, PDFs) under keys: in a folder, or in a bucket of an S3
// service. An object is either there whole and durable or not there.
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
	"regexp"
	"slices"
	"strings"
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
	Changed time.Time // the storage's clock; objects never change after they are put
}

// backend is where the bytes lie. Keys have been checked; a missing object is errAbsent.
type backend interface {
	put(ctx context.Context, key string, r io.Reader) error
	get(ctx context.Context, key string) (io.ReadCloser, error)
	getRange(ctx context.Context, key string, offset, n int64) ([]byte, error)
	delete(ctx context.Context, key string) error
	each(ctx context.Context, prefix string, use func(Object) error) error
	sweep(ctx context.Context, before time.Time) (int, error)
}

var errAbsent = errors.New("no such object")

// Store is a place of objects. It is safe for many goroutines and for many processes on one folder or bucket.
type Store struct {
	backend backend
	scratch string
}

// Scratch is a private folder of this machine for what a library must spill to disk; Open and Sweep clear it of what killed
// processes left.
func (s *Store) Scratch() string { return s.scratch }

var keyPart = regexp.MustCompile(`^[a-z0-9_-][a-z0-9._-]*$`)

func checkKey(key string) error {
	if len(key) > 300 {
		return fmt.Errorf("blob key of %d bytes", len(key))
	}
	for part := range strings.SplitSeq(key, "/") {
		if !keyPart.MatchString(part) {
			return fmt.Errorf("blob key %q: want lower-case parts separated by /", key)
		}
	}
	return nil
}

// failed tells a missing object and a missing storage apart.
func failed(verb, key string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errAbsent):
		return ErrNotFound.With("key", key)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s %s: %w", verb, key, err)
	}
	return ErrUnavailable.Because(fmt.Errorf("%s %s: %w", verb, key, err))
}

// Put stores what r gives under key. When it returns, the object is durable. An object that is already there is
// replaced in one step, so a retried Put of the same content is harmless. The end of ctx stops it; nothing is left behind.
func (s *Store) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	src := &stoppable{ctx: ctx, r: r}
	h := sha256.New()
	if err := shelve(ctx, s.backend, key, io.TeeReader(src, h)); err != nil {
		if src.err != nil { // the reader's failure, not ours: the caller knows what it means
			return Info{}, fmt.Errorf("put %s: %w", key, src.err)
		}
		return Info{}, failed("put", key, err)
	}
	return Info{Size: src.n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// shelve stores an object durably before it returns; a bug planted for the crash harness (server/crash) doesn't.
var shelve = func(ctx context.Context, b backend, key string, r io.Reader) error { return b.put(ctx, key, r) }

// Get opens an object for reading; the caller closes it.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	r, err := s.backend.get(ctx, key)
	if err != nil {
		return nil, failed("get", key, err)
	}
	return r, nil
}

// GetRange gives n bytes of an object from offset on. Fewer than n are an error: who asks for a range knows the size.
func (s *Store) GetRange(ctx context.Context, key string, offset, n int64) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if offset < 0 || n < 1 {
		return nil, fmt.Errorf("blob %s: no range of %d bytes at %d", key, n, offset)
	}
	b, err := s.backend.getRange(ctx, key, offset, n)
	if err != nil {
		return nil, failed("get range of", key, err)
	}
	return b, nil
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
		return nil, failed("read", key, err)
	}
	return b, nil
}

// Delete removes an object; one that is not there is no error. When it returns, the object stays gone.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return failed("delete", key, s.backend.delete(ctx, key))
}

// Each calls use for the objects whose keys begin with the folder prefix ("batches/d2k1/"; "" for all), in no certain order.
// An error of use ends it and is returned as it is.
func (s *Store) Each(ctx context.Context, prefix string, use func(Object) error) error {
	if prefix != "" {
		if err := checkKey(strings.TrimSuffix(prefix, "/")); err != nil {
			return err
		}
		prefix = strings.TrimSuffix(prefix, "/") + "/"
	}
	var own error
	err := s.backend.each(ctx, prefix, func(o Object) error {
		own = use(o)
		return own
	})
	if own != nil {
		return own
	}
	return failed("list", prefix, err)
}

// List gives the objects whose keys begin with the folder prefix, by key; "" gives all.
func (s *Store) List(ctx context.Context, prefix string) ([]Object, error) {
	var out []Object
	if err := s.Each(ctx, prefix, func(o Object) error { out = append(out, o); return nil }); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// Sweep clears away what puts that were killed before a moment left behind; none of it can be read. It tells how much.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	n, err := s.backend.sweep(ctx, before)
	return n, failed("sweep", "storage", err)
}

// stoppable is a reader that counts, ends with its context and remembers whether the failure was the reader's own.
type stoppable struct {
	ctx context.Context
	r   io.Reader
	n   int64
	err error
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
