package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"sealgate/server/backup"
	"sealgate/server/caldate"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
)

var made = caldate.InstantOf(time.Date(2026, 10, 10, 2, 30, 0, 0, caldate.Shanghai))

// house is a database with a table of odd values, and a key folder.
type house struct {
	db   *db.DB
	keys *crypt.Keys
}

func newHouse(t *testing.T, d *db.DB, keyDir string) house {
	t.Helper()
	master, err := crypt.OpenMaster(filepath.Join(keyDir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	clock, _ := testkit.Clock(t, "2026-10-10 02:30")
	if _, err := d.SQL().Exec("CREATE TABLE odd_values (id VARCHAR(32) PRIMARY KEY, n BIGINT, t TEXT, b BLOB)"); err != nil {
		t.Fatal(err)
	}
	return house{d, crypt.New(d, clock, master)}
}

type oddValue struct {
	ID string
	N  *int64
	T  *string
	B  []byte
}

// odd is what a dump has to carry over: a number that no float holds, quotes, line ends, characters of four bytes, bytes that
// are no text, and nothing at all.
func odd() []oddValue {
	n, text, empty := int64(9007199254740993), "信\n\"闸\" 𠀀 \\ ' ? <b>", ""
	return []oddValue{{"a", &n, &text, []byte{0, 0xff, '"'}}, {"b", nil, nil, nil}, {"c", nil, &empty, nil}}
}

func (h house) put(t *testing.T, rows ...oddValue) {
	t.Helper()
	err := h.db.Run(context.Background(), func(ctx context.Context) error {
		for _, r := range rows {
			if err := h.db.Q(ctx).Create(&r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h house) odd(t *testing.T) (rows []oddValue) {
	t.Helper()
	if err := h.db.Q(context.Background()).Order("id").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return rows
}

// written makes a backup with odd rows and gives them as its database does.
func written(t *testing.T, keyDir string) (path string, rows []oddValue) {
	t.Helper()
	h := newHouse(t, testkit.DB(t), keyDir)
	h.put(t, odd()...)
	path = filepath.Join(t.TempDir(), "sealgate.backup")
	if n, err := backup.Write(testkit.System(), h.db, h.keys, made, path); err != nil || n < 3 {
		t.Fatalf("%d rows, %v", n, err)
	}
	return path, h.odd(t)
}

func nothing(context.Context) error { return nil }

func TestRead_givesBackEveryValueWhateverTheDatabase(t *testing.T) {
	t.Parallel()
	keyDir := t.TempDir()
	path, want := written(t, keyDir)
	for name, d := range map[string]*db.DB{"the same kind": testkit.DB(t), "SQLite": testkit.SQLite(t)} {
		h := newHouse(t, d, keyDir)
		h.put(t, oddValue{ID: "put there by a migration"})
		head, rows, err := backup.Read(testkit.System(), h.db, h.keys, path, nothing)
		if err != nil || head.MadeAt != made || rows < 3 {
			t.Fatalf("%s: %+v, %d rows, %v", name, head, rows, err)
		}
		if got := h.odd(t); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestRead_leavesNothingOfALoadThatFails(t *testing.T) {
	t.Parallel()
	keyDir := t.TempDir()
	path, _ := written(t, keyDir)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(nil), whole...)
	changed[len(changed)-40] ^= 1
	broken := errors.New("what is to happen with the rows failed")
	tests := map[string]struct {
		file []byte
		keys string
		then error
		want error
	}{
		"cut off":             {file: whole[:len(whole)-20], keys: keyDir, want: crypt.ErrDamaged},
		"changed":             {file: changed, keys: keyDir, want: crypt.ErrDamaged},
		"no backup":           {file: []byte("PK\x03\x04 something else"), keys: keyDir, want: backup.ErrNoBackup},
		"empty":               {file: nil, keys: keyDir, want: backup.ErrNoBackup},
		"without its keys":    {file: whole, keys: t.TempDir(), want: crypt.ErrWrongMaster},
		"the end of it fails": {file: whole, keys: keyDir, then: broken, want: broken},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "b")
			if err := os.WriteFile(file, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			h := newHouse(t, testkit.DB(t), tt.keys)
			_, _, err := backup.Read(testkit.System(), h.db, h.keys, file, func(context.Context) error { return tt.then })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if got := h.odd(t); len(got) > 0 {
				t.Errorf("%d rows are there", len(got))
			}
		})
	}
}

func TestRead_refusesADatabaseInUseAndAnotherSchema(t *testing.T) {
	t.Parallel()
	keyDir := t.TempDir()
	path, _ := written(t, keyDir)
	used, newer := newHouse(t, testkit.DB(t), keyDir), newHouse(t, testkit.DB(t), keyDir)
	for d, q := range map[*db.DB]string{
		used.db:  "INSERT INTO users (id, login, name, password_hash, must_change, state, team, requested_roles, created_at) VALUES ('u1', 'someone', 'Someone', '', 0, 'active', '', '', 0)",
		newer.db: "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)",
	} {
		if _, err := d.SQL().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := backup.Read(testkit.System(), used.db, used.keys, path, nothing); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("a database in use: %v", err)
	}
	if _, _, err := backup.Read(testkit.System(), newer.db, newer.keys, path, nothing); !errors.Is(err, backup.ErrOtherSchema) {
		t.Errorf("another schema: %v", err)
	}
}

func TestWrite_leavesNoFileOfABackupThatFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t, testkit.DB(t), t.TempDir())
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(testkit.System())
	if _, err := h.keys.Backups(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := backup.Write(ctx, h.db, h.keys, made, filepath.Join(dir, "b")); err == nil {
		t.Error("a backup that was called off was written")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
