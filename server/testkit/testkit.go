// Package testkit gives tests real parts quickly: a migrated database of their own (SQLite, or MariaDB where
// SEALGATE_TEST_MYSQL names a server), a clock that they move, and actors.
package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/migrations"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// MySQLEnv names a server for the tests that shall run on MariaDB, as a DSN without a database:
// "root@tcp(127.0.0.1:33306)/".
const MySQLEnv = "SEALGATE_TEST_MYSQL"

var template struct {
	once sync.Once
	path string
	err  error
}

// migrated is a SQLite file with the whole schema, made once per test binary and copied for each test: a copy takes a
// millisecond where the migrations take a hundred.
func migrated() (string, error) {
	template.once.Do(func() {
		dir, err := os.MkdirTemp("", "sealgate-template-")
		if err != nil {
			template.err = err
			return
		}
		template.path = filepath.Join(dir, "template.db")
		d, err := db.Open(context.Background(), "sqlite:"+template.path)
		if err != nil {
			template.err = err
			return
		}
		if _, err := d.Migrate(context.Background(), migrations.FS); err != nil {
			template.err = err
			return
		}
		if _, err := d.SQL().Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			template.err = err
			return
		}
		template.err = d.Close()
	})
	return template.path, template.err
}

// DB is a fresh database with the whole schema: MariaDB where SEALGATE_TEST_MYSQL is set, else a SQLite file.
func DB(t testing.TB) *db.DB {
	t.Helper()
	if server := os.Getenv(MySQLEnv); server != "" {
		return mysqlDB(t, server)
	}
	return SQLite(t)
}

// SQLite is a fresh SQLite database whatever the environment says.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, SQLiteDSN(t))
}

// SQLiteDSN is the DSN of a fresh, migrated SQLite file, for tests that start a server of their own on it.
func SQLiteDSN(t testing.TB) string {
	t.Helper()
	from, err := migrated()
	if err != nil {
		t.Fatalf("migrate the template database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "sealgate.db")
	if err := copyFile(path, from); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// Open opens dsn and closes it with the test.
func Open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

func mysqlDB(t testing.TB, server string) *db.DB {
	t.Helper()
	dsn := MySQLDSN(t, server)
	d := Open(t, dsn)
	if _, err := d.Migrate(context.Background(), migrations.FS); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return d
}

// MySQLDSN creates an empty database on server, dropped with the test, and gives its DSN.
func MySQLDSN(t testing.TB, server string) string {
	t.Helper()
	name := "t_" + ids.New()
	admin, err := sql.Open("mysql", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	if _, err := admin.Exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		t.Fatalf("create a database on %s: %v", server, err)
	}
	t.Cleanup(func() { _, _ = admin.Exec("DROP DATABASE " + name) })
	base, _, _ := strings.Cut(server, "?")
	return fmt.Sprintf("mysql:%s%s", base, name)
}

// Clock is a clock that stands still at a time of day in Shanghai, such as "2026-10-01 09:00", until the test moves it:
// advance the fake, or SetOffset as a sandbox does.
func Clock(t testing.TB, at string) (clock.Clock, *clockwork.FakeClock) {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, caldate.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	fake := clockwork.NewFakeClockAt(when)
	return clock.New(fake), fake
}

// As is a context in which a person with the roles acts; the user id is "u-"+login and the scope is everything unless
// the only role is sales (own customers) or customer.
func As(login string, roles ...string) context.Context {
	a := actor.Actor{UserID: "u-" + login, Login: login, Name: login, Roles: roles, Scope: actor.Scope{All: true}, RequestID: "test"}
	if len(roles) == 1 && roles[0] == "sales" {
		a.Scope = actor.Scope{OwnerIDs: []string{a.UserID}}
	}
	return actor.With(context.Background(), a)
}

// System is a context in which a job acts.
func System() context.Context { return actor.With(context.Background(), actor.System("job:test")) }
