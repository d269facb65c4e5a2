package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// folder keeps objects as files. It is safe for many goroutines and for many processes on one folder.
type folder struct {
	dir string
	mu  sync.Mutex
	// made remembers folders that this process has created and synced, so that a Put syncs two things and not five.
	made map[string]bool
}

// Open keeps objects in a folder and makes it ready. Files begun by a killed process (older than an hour) are cleared away.
func Open(dir string) (*Store, error) {
	f := &folder{dir: dir, made: map[string]bool{}}
	if err := os.MkdirAll(f.incoming(), 0o700); err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	if _, err := f.sweep(context.Background(), time.Now().Add(-time.Hour)); err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	return &Store{backend: f, scratch: f.incoming()}, nil
}

func (f *folder) incoming() string { return filepath.Join(f.dir, ".incoming") }

func (f *folder) path(key string) string { return filepath.Join(f.dir, filepath.FromSlash(key)) }

func (f *folder) sweep(_ context.Context, before time.Time) (int, error) {
	return clearFolder(f.incoming(), before)
}

// clearFolder removes what killed processes left in a folder of unfinished files before a moment.
func clearFolder(dir string, before time.Time) (cleared int, err error) {
	left, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, e := range left {
		if i, err := e.Info(); err == nil && i.ModTime().Before(before) && os.RemoveAll(filepath.Join(dir, e.Name())) == nil {
			cleared++
		}
	}
	return cleared, nil
}

func (f *folder) put(_ context.Context, key string, r io.Reader) error {
	out, err := os.CreateTemp(f.incoming(), "put-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	if _, err := io.CopyBuffer(out, r, make([]byte, 128<<10)); err != nil {
		return err
	}
	return f.settle(out, f.path(key))
}

// settle makes a written file durable under its final name.
func (f *folder) settle(out *os.File, path string) error {
	if err := out.Sync(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := f.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// makeFolder creates dir and syncs every folder on the way, because a new folder's name is itself an entry that a power
// cut can lose.
func (f *folder) makeFolder(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made[dir] {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for d := dir; d != f.dir && len(d) > len(f.dir); d = filepath.Dir(d) {
		if err := syncFolder(filepath.Dir(d)); err != nil {
			return err
		}
	}
	if len(f.made) > 10_000 {
		clear(f.made)
	}
	f.made[dir] = true
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

func (f *folder) get(_ context.Context, key string) (io.ReadCloser, error) {
	file, err := os.Open(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errAbsent
	}
	return file, err
}

func (f *folder) getRange(_ context.Context, key string, offset, n int64) ([]byte, error) {
	file, err := os.Open(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := make([]byte, n)
	_, err = file.ReadAt(b, offset)
	return b, err
}

// delete is durable when it returns: a destroyed key must not come back with a power cut.
func (f *folder) delete(_ context.Context, key string) error {
	path := f.path(key)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func (f *folder) each(ctx context.Context, prefix string, use func(Object) error) error {
	root := f.path(strings.TrimSuffix(prefix, "/"))
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
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
			if p == f.incoming() {
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
		rel, err := filepath.Rel(f.dir, p)
		if err != nil {
			return err
		}
		return use(Object{Key: filepath.ToSlash(rel), Size: i.Size(), Changed: i.ModTime()})
	})
}
