package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jonboulle/clockwork"

	"sealgate/server/actor"
	"sealgate/server/backup"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/trail"
)

// backupCommand writes an encrypted backup of the database while servers go on.
func backupCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, path, err := fileOf("backup", args, stderr)
	if err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.Backup(ctx, path)
	if err == nil {
		fmt.Fprintf(stdout, "%d rows in %s\nIt opens only with the keys in %s: keep a copy of them apart from it.\n", n, path, a.Config.KeyDir)
	}
	return err
}

// restoreCommand reads a backup into an empty database.
func restoreCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, path, err := fileOf("restore", args, stderr)
	if err != nil {
		return err
	}
	r, err := Restore(ctx, c, clockwork.NewRealClock(), path)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d rows of %s restored.\nAll sending is stopped until a person lifts the stop; %d batches that may have been sent since were cancelled: %s\n",
		r.Rows, r.MadeAt, len(r.Cancelled), cmp.Or(strings.Join(r.Cancelled, " "), "none"))
	if r.Lost > 0 {
		fmt.Fprintf(stdout, "%d signed checkpoints of what happened since were set aside in %s\n", r.Lost, r.LostFile)
	}
	return nil
}

// fileOf reads the arguments of a command that takes one file.
func fileOf(name string, args []string, stderr io.Writer) (c Config, path string, err error) {
	c, pos, err := flags(name, args, stderr, nil)
	if err != nil {
		return c, "", err
	}
	if len(pos) != 1 {
		return c, "", fmt.Errorf("%w: %s FILE", errUsage, name)
	}
	return c, pos[0], setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr)
}

// Backup writes the database as it stands now, sealed, to a file that is there whole or not at all.
func (a *App) Backup(ctx context.Context, path string) (rows int64, err error) {
	ctx = actor.With(ctx, actor.System("backup"))
	if rows, err = backup.Write(ctx, a.DB, a.Keys, a.Clock.RealInstant(), path); err != nil {
		return rows, err
	}
	return rows, a.Trail.Note(ctx, trail.Entry{Action: "backup.make", ObjectType: "backup", ObjectID: filepath.Base(path), Detail: map[string]any{"rows": rows}})
}

// Steps of a restore in the trail: the rows are there; and nothing can be sent twice.
const (
	actionLoad    = "backup.load"
	actionRestore = "backup.restore"
)

const backupName = "sealgate-%s.backup"

// backupDay makes the backup of today, where a folder for backups is set, and deletes those of more than so many days ago. A day
// that is caught up on gets none: its moment is over.
func (a *App) backupDay(ctx context.Context, d caldate.Date) (string, error) {
	folder := a.Config.Backup.Folder
	if folder == "" || d != a.Clock.Today() {
		return "", nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	rows, err := a.Backup(ctx, filepath.Join(folder, fmt.Sprintf(backupName, d)))
	if err != nil {
		return "", err
	}
	there, err := filepath.Glob(filepath.Join(folder, fmt.Sprintf(backupName, "????-??-??")))
	if err != nil {
		return "", err
	}
	slices.Sort(there) // by day
	old := there[:max(0, len(there)-a.Config.Backup.Keep)]
	for _, path := range old {
		err = errors.Join(err, os.Remove(path))
	}
	return fmt.Sprintf("%d rows, %d old backups deleted", rows, len(old)), err
}

// Restored is what a restore did.
type Restored struct {
	backup.Header
	Rows      int64
	Cancelled []string // numbers of batches
	Lost      int      // checkpoints of rows that came after the backup
	LostFile  string   // where they are now
}

// whyStopped stands on the stop that a restore places, and on the batches that it cancels.
const whyStopped = "从备份恢复：此后发送过什么已无记录，请先与各通道核对 / restored from a backup: what was sent since is not on record; compare with the channels first"

// Restore reads a backup into an empty database. Whatever the backup takes for unsent may have been sent since; so with the
// first row all sending is stopped, and every batch that had not ended is cancelled: nothing is sent twice (P10).
func Restore(ctx context.Context, c Config, machine clockwork.Clock, path string) (r Restored, err error) {
	ctx = actor.With(ctx, actor.System("restore"))
	r.Header, r.Rows, err = readBackup(ctx, c, machine, path)
	used := errors.Is(err, backup.ErrNotEmpty)
	if err != nil && !used {
		return r, err
	}
	a, errNew := NewAt(ctx, c, machine) // which is told by the vault of keys that were destroyed since
	if errNew != nil {
		return r, errors.Join(err, errNew)
	}
	defer a.Close()
	if used && !a.halfRestored(ctx, path) {
		return r, err
	}
	if r.Cancelled, err = a.cancelOpen(ctx); err != nil {
		return r, err
	}
	if r.LostFile, r.Lost, err = a.Trail.SetAside(ctx, a.Notary); err != nil {
		return r, err
	}
	return r, a.Trail.Note(ctx, trail.Entry{
		Action: actionRestore, ObjectType: "backup", ObjectID: filepath.Base(path), Reason: whyStopped,
		Detail: map[string]any{"made_at": r.MadeAt, "rows": r.Rows, "cancelled": len(r.Cancelled), "lost_checkpoints": r.Lost, "lost_file": filepath.Base(r.LostFile)},
	})
}

// halfRestored tells that a restore of this file was killed after its rows were there: it goes on from there.
func (a *App) halfRestored(ctx context.Context, path string) bool {
	rows, err := a.Trail.OfObject(ctx, "backup", filepath.Base(path))
	return err == nil && slices.ContainsFunc(rows, func(r trail.Row) bool { return r.Action == actionLoad }) &&
		!slices.ContainsFunc(rows, func(r trail.Row) bool { return r.Action == actionRestore })
}

// cancelOpen cancels every batch that has not ended and gives their numbers.
func (a *App) cancelOpen(ctx context.Context) (numbers []string, err error) {
	states := slices.DeleteFunc(batch.States(), batch.State.IsFinal)
	for {
		open, _, _, err := a.Batches.List(ctx, batch.Query{States: states, Limit: 100})
		if err != nil || len(open) == 0 {
			return numbers, err
		}
		for _, b := range open {
			if err := a.Batches.Cancel(ctx, b.ID, whyStopped); err != nil {
				return numbers, fmt.Errorf("cancel batch %s: %w", b.Number, err)
			}
			numbers = append(numbers, b.Number)
		}
	}
}

// readBackup puts the rows into the database, which nothing but migrations has touched, and stops all sending in the same
// transaction.
func readBackup(ctx context.Context, c Config, machine clockwork.Clock, path string) (h backup.Header, rows int64, err error) {
	if err := c.complete(); err != nil {
		return h, 0, err
	}
	a, err := openRecords(ctx, c, machine)
	if err != nil {
		return h, 0, err
	}
	defer a.DB.Close()
	return backup.Read(ctx, a.DB, a.Keys, path, func(ctx context.Context) error {
		if err := handoff.StopAllNow(ctx, a.DB, a.Clock, a.Trail, whyStopped); err != nil {
			return err
		}
		return a.Trail.Record(ctx, trail.Entry{Action: actionLoad, ObjectType: "backup", ObjectID: filepath.Base(path)})
	})
}
