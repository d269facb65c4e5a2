// Package backup writes the whole database into one sealed file and reads it into an empty one (requirements A16 and P10).
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/caldate"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
)

const (
	magic   = "SGB1"
	purpose = "sealgate backup of a database" // what the stream is sealed for: it opens as nothing else
)

// Header tells of what a backup was made.
type Header struct {
	Format     int             `json:"sealgate_dump"`
	MadeAt     caldate.Instant `json:"made_at"` // by the machine's clock
	Migrations []int64         `json:"migrations"`
}

// Write makes a backup at path, which is there whole or not at all, and gives the number of its rows. A file that is there
// already is replaced.
func Write(ctx context.Context, d *db.DB, keys *crypt.Keys, at caldate.Instant, path string) (rows int64, err error) {
	key, err := keys.Backups(ctx)
	if err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // there is nothing to remove once it has its name
	defer f.Close()
	if _, err := f.WriteString(magic + string(rune(len(key.ID))) + key.ID); err != nil {
		return 0, err
	}
	plain := packed(func(w io.Writer) (err error) {
		rows, err = dump(ctx, d, at, w)
		return err
	})
	defer plain.Close()
	sealed, err := key.SealReader(plain, purpose)
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(f, sealed); err != nil {
		return 0, err
	}
	return rows, errors.Join(f.Sync(), f.Close(), os.Rename(f.Name(), path))
}

// packed gives what write writes as a zstd frame, as a stream. Its end is read only after write has returned.
func packed(write func(io.Writer) error) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		z, err := zstd.NewWriter(in)
		if err == nil {
			err = errors.Join(write(z), z.Close())
		}
		_ = in.CloseWithError(err) // nil: the end
	}()
	return out
}

// Read loads the backup at path into an empty database whose schema is that of the backup. In the same transaction it calls
// then, so that what that writes is there as soon as any row is. It gives the header and the number of rows; nothing stays of a
// load that failed.
//
// Errors: ErrNoBackup, ErrNotEmpty, ErrOtherSchema, and those of crypt where the keys are not the ones that it was sealed by.
func Read(ctx context.Context, d *db.DB, keys *crypt.Keys, path string, then func(ctx context.Context) error) (h Header, rows int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, 0, err
	}
	defer f.Close()
	plain, err := open(ctx, keys, f)
	if err != nil {
		return h, 0, err
	}
	defer plain.Close()
	return load(ctx, d, plain, then)
}

// open gives the lines of a backup.
func open(ctx context.Context, keys *crypt.Keys, f io.Reader) (io.ReadCloser, error) {
	head := make([]byte, len(magic)+1)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:len(magic)]) != magic {
		return nil, ErrNoBackup.Because(err)
	}
	id := make([]byte, head[len(magic)])
	if _, err := io.ReadFull(f, id); err != nil {
		return nil, ErrNoBackup.Because(err)
	}
	key, err := keys.FromVault(ctx, string(id))
	if err != nil {
		return nil, err
	}
	sealed, err := key.OpenReader(f, purpose)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(sealed)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return z.IOReadCloser(), nil
}
