package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/server/app"
	"sealgate/server/backup"
	"sealgate/server/testkit"
)

func TestBackup_isMadeAndRestoredByCommand(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "b")
	command(t, dir, 0, "user", "add", "somebody", "--name", "某人", "--roles", "sales")
	if out := command(t, dir, 0, "backup", file); !strings.Contains(out, "rows in "+file) {
		t.Error(out)
	}
	if out := command(t, dir, 1, "restore", file); !strings.Contains(out, "not empty") {
		t.Error(out)
	}
	if err := os.Remove(filepath.Join(dir, "sealgate.db")); err != nil {
		t.Fatal(err)
	}
	for _, rest := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(dir, "sealgate.db"+rest))
	}
	if out := command(t, dir, 0, "restore", file); !strings.Contains(out, "All sending is stopped") || !strings.Contains(out, "cancelled: none") {
		t.Error(out)
	}
	if out := command(t, dir, 1, "user", "add", "somebody", "--name", "某人", "--roles", "sales"); !strings.Contains(out, "login_taken") {
		t.Errorf("who was there before the backup is not: %s", out)
	}
	command(t, dir, 0, "verify")
	command(t, dir, 2, "backup")
	command(t, dir, 2, "restore", "one", "two")
}

func TestRestore_goesOnWhereItWasKilledAndOnlyOnce(t *testing.T) {
	t.Parallel()
	ctx, machine, file := context.Background(), clockwork.NewFakeClock(), filepath.Join(t.TempDir(), "b")
	c := app.DefaultConfig()
	c.DataDir, c.Database = t.TempDir(), testkit.SQLiteDSN(t)
	a, err := app.NewAt(ctx, c, machine)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Hire(ctx, "somebody", []string{"sales"}, "", "Correct-Horse-7-Battery"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	c = a.Config
	c.Database = testkit.SQLiteDSN(t)
	if _, _, err := app.ReadBackup(ctx, c, machine, file); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Restore(ctx, c, machine, file); err != nil {
		t.Errorf("it did not go on: %v", err)
	}
	if _, err := app.Restore(ctx, c, machine, file); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("restored twice: %v", err)
	}
}

func TestBackupDay_keepsTheNewest(t *testing.T) {
	t.Parallel()
	ctx, machine := context.Background(), clockwork.NewFakeClock()
	c := app.DefaultConfig()
	c.DataDir, c.Database = t.TempDir(), testkit.SQLiteDSN(t)
	c.Backup.Folder, c.Backup.Keep = filepath.Join(t.TempDir(), "backups"), 2
	if err := os.MkdirAll(c.Backup.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	foreign := []string{"notes.txt", "sealgate-old.backup"}
	for _, name := range append([]string{"sealgate-1999-01-01.backup", "sealgate-1999-01-02.backup"}, foreign...) {
		if err := os.WriteFile(filepath.Join(c.Backup.Folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := app.NewAt(ctx, c, machine)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	today := a.Clock.Today()
	if out, err := app.BackupDay(a, ctx, today.AddDays(-1)); out != "" || err != nil {
		t.Errorf("a day that is over: %q %v", out, err)
	}
	if out, err := app.BackupDay(a, ctx, today); !strings.Contains(out, "1 old") || err != nil {
		t.Errorf("%q %v", out, err)
	}
	for name, want := range map[string]bool{"sealgate-1999-01-01.backup": false, "sealgate-1999-01-02.backup": true, "sealgate-" + today.String() + ".backup": true, foreign[0]: true, foreign[1]: true} {
		if _, err := os.Stat(filepath.Join(c.Backup.Folder, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
