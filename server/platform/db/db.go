// Package db opens the database (SQLite or MariaDB/MySQL), carries transactions in the context, and hides the little
// in which the two dialects differ. Services call Run; stores call Q.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	gomysql "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	ms "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Dialect names one of the two databases.
type Dialect string

// The dialects; the names are those of the folders under migrations/.
const (
	SQLite Dialect = "sqlite"
	MySQL  Dialect = "mysql"
)

// minSQLite is the first version without the WAL-reset corruption (reliability.md).
const minSQLite = "3.51.3"

// DB is a database with one way to write (a single connection for SQLite, so that writers queue instead of
// colliding) and one to read.
type DB struct {
	dialect Dialect
	write   *gorm.DB
	read    *gorm.DB
}

type txKey struct{}

type txState struct {
	tx          *gorm.DB
	afterCommit []func()
}

// Open opens dsn: "sqlite:PATH" or "mysql:user:password@tcp(host:port)/name". The pools are ready for use; the schema is
// Migrate's work.
func Open(ctx context.Context, dsn string) (*DB, error) {
	kind, rest, ok := strings.Cut(dsn, ":")
	if !ok {
		return nil, fmt.Errorf("database %q: want sqlite:PATH or mysql:DSN", dsn)
	}
	switch Dialect(kind) {
	case SQLite:
		return openSQLite(ctx, rest)
	case MySQL:
		return openMySQL(ctx, rest)
	}
	return nil, fmt.Errorf("database kind %q: want sqlite or mysql", kind)
}

// config: statements are prepared once for SQLite alone. The MySQL driver writes the values into the text itself, which
// saves a round trip; prepared inside a transaction, statements would also pile up on the server until it ends, and the
// server allows 16,382.
func config(prepare bool) *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		Logger: statements{logger.NewSlogLogger(slog.Default(), logger.Config{
			SlowThreshold: 2 * time.Second, IgnoreRecordNotFoundError: true, LogLevel: logger.Warn, ParameterizedQueries: true,
		})},
	}
}

// statements logs what went wrong with SQL, never its values. A unique key that is taken and a caller who has gone are
// answers, not faults: whoever asked deals with them, and nobody should be called out at night for them.
type statements struct{ logger.Interface }

// LogMode implements logger.Interface.
func (l statements) LogMode(level logger.LogLevel) logger.Interface {
	return statements{l.Interface.LogMode(level)}
}

// Trace implements logger.Interface.
func (l statements) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, context.Canceled) {
		err = nil
	}
	l.Interface.Trace(ctx, begin, fc, err)
}

// ParamsFilter keeps values out of the log: they are people's data.
func (statements) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// dialector is gorm's SQLite dialect over the pure Go driver, with that driver's errors translated.
type dialector struct{ sqlite.Dialector }

func (d dialector) Translate(err error) error {
	var e *ms.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return gorm.ErrDuplicatedKey
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return gorm.ErrForeignKeyViolated
		case sqlite3.SQLITE_CONSTRAINT_CHECK:
			return gorm.ErrCheckConstraintViolated
		}
	}
	return err
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	memory := path == ":memory:" || strings.Contains(path, "mode=memory")
	if !memory {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("folder of the database: %w", err)
		}
	}
	pragmas := "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=temp_store(2)&_pragma=cache_size(-65536)"
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas
	open := func(dsn string, conns int) (*gorm.DB, error) {
		g, err := gorm.Open(dialector{sqlite.Dialector{DriverName: "sqlite", DSN: dsn}}, config(true))
		if err != nil {
			return nil, err
		}
		s, err := g.DB()
		if err != nil {
			return nil, err
		}
		s.SetMaxOpenConns(conns)
		s.SetMaxIdleConns(conns)
		return g, s.PingContext(ctx)
	}
	w, err := open(dsn+"&_txlock=immediate", 1)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	var version string
	if err := w.WithContext(ctx).Raw("SELECT sqlite_version()").Scan(&version).Error; err != nil {
		return nil, err
	}
	if older(version, minSQLite) {
		return nil, fmt.Errorf("this build embeds SQLite %s; %s or newer is needed (older ones can corrupt the WAL)", version, minSQLite)
	}
	r := w
	if !memory {
		if r, err = open(dsn+"&mode=ro", 8); err != nil {
			return nil, fmt.Errorf("open %s for reading: %w", path, err)
		}
	}
	return &DB{SQLite, w, r}, nil
}

func older(a, b string) bool {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

func openMySQL(ctx context.Context, dsn string) (*DB, error) {
	c, err := gomysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("mysql dsn: %w", err)
	}
	c.ParseTime = true       // for the migration lock alone: our own tables have no DATE or DATETIME columns
	c.ClientFoundRows = true // affected rows must count matched rows, or a conditional update to the same value looks lost
	c.InterpolateParams = true
	c.Collation = "utf8mb4_bin"
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	c.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'"
	isolation, err := isolationVariable(ctx, c)
	if err != nil {
		return nil, err
	}
	c.Params[isolation] = "'READ-COMMITTED'"
	g, err := gorm.Open(mysql.New(mysql.Config{DSN: c.FormatDSN(), DefaultStringSize: 191}), config(false))
	if err != nil {
		return nil, fmt.Errorf("open mysql: %w", err)
	}
	s, err := g.DB()
	if err != nil {
		return nil, err
	}
	s.SetMaxOpenConns(32)
	s.SetMaxIdleConns(16)
	s.SetConnMaxLifetime(30 * time.Minute)
	if err := s.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("reach mysql: %w", err)
	}
	return &DB{MySQL, g, g}, nil
}

// isolationVariable is the server's name for the isolation level: MariaDB before 11.1 knows only the old one, MySQL 8 only
// the new one.
func isolationVariable(ctx context.Context, c *gomysql.Config) (string, error) {
	plain := c.Clone()
	connector, err := gomysql.NewConnector(plain)
	if err != nil {
		return "", fmt.Errorf("mysql dsn: %w", err)
	}
	s := sql.OpenDB(connector)
	defer s.Close()
	var version string
	if err := s.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return "", fmt.Errorf("reach mysql: %w", err)
	}
	if strings.Contains(version, "MariaDB") {
		return "tx_isolation", nil
	}
	return "transaction_isolation", nil
}

// Dialect tells which database it is.
func (d *DB) Dialect() Dialect { return d.dialect }

// SQL is the writing pool as database/sql, for migrations and checks.
func (d *DB) SQL() *sql.DB { s, _ := d.write.DB(); return s }

// ReadSQL is the reading pool as database/sql.
func (d *DB) ReadSQL() *sql.DB { s, _ := d.read.DB(); return s }

// Close closes both pools.
func (d *DB) Close() error {
	err := d.SQL().Close()
	if d.read != d.write {
		err = errors.Join(err, d.ReadSQL().Close())
	}
	return err
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.ReadSQL().PingContext(ctx) }

// InTx tells whether ctx carries a transaction.
func InTx(ctx context.Context) bool { return ctx.Value(txKey{}) != nil }

// Q is what stores query with: the transaction in ctx, else the reading pool. Writing outside Run fails on SQLite by
// design (the reading pool is read-only) and is refused on MariaDB by review: every write belongs into a transaction.
func (d *DB) Q(ctx context.Context) *gorm.DB {
	if s, ok := ctx.Value(txKey{}).(*txState); ok {
		return s.tx.WithContext(ctx)
	}
	return d.read.WithContext(ctx)
}

// AfterCommit runs f once the outermost transaction of ctx has committed (at once where there is none): waking a
// worker, dropping a cache. What must not be lost goes through the outbox instead.
func AfterCommit(ctx context.Context, f func()) {
	if s, ok := ctx.Value(txKey{}).(*txState); ok {
		s.afterCommit = append(s.afterCommit, f)
		return
	}
	f()
}

// attempts is how often the outermost Run tries a function that lost a deadlock or a lock wait.
const attempts = 4

// Run calls fn inside a transaction: it joins the one in ctx or begins one, commits when fn returns nil and rolls back
// otherwise. A deadlock or lock-wait timeout rolls back and runs fn again, at most 3 times, from the outermost Run only;
// so fn must not keep state of a failed try. No network call belongs inside.
//
// An error from COMMIT itself means that the outcome is unknown: callers look up by key and decide.
func (d *DB) Run(ctx context.Context, fn func(ctx context.Context) error) error {
	if InTx(ctx) {
		return fn(ctx)
	}
	var err error
	for try := range attempts {
		if try > 0 {
			t := time.NewTimer(time.Duration(5+rand.IntN(30)) * time.Millisecond * time.Duration(try))
			select {
			case <-ctx.Done():
				t.Stop()
				return ctx.Err()
			case <-t.C:
			}
		}
		if err = d.once(ctx, fn); !retryable(err) {
			return err
		}
	}
	return err
}

func (d *DB) once(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	tx := d.write.WithContext(ctx).Begin()
	if tx.Error != nil {
		return fmt.Errorf("begin: %w", tx.Error)
	}
	state := &txState{tx: tx}
	done := false
	defer func() {
		if !done { // fn panicked or failed
			tx.Rollback()
		}
	}()
	if err := fn(context.WithValue(ctx, txKey{}, state)); err != nil {
		return err
	}
	if err := tx.Commit().Error; err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return ctx.Err() // who asked had given up, so it was rolled back before the commit
		}
		return fmt.Errorf("commit (outcome unknown): %w", err)
	}
	done = true
	for _, f := range state.afterCommit {
		f()
	}
	return nil
}

// retryable tells the errors after which the whole transaction is run again: deadlock, lock-wait timeout (which rolled
// back only its statement), record changed (MariaDB 1020), and SQLite's busy.
func retryable(err error) bool {
	var my *gomysql.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1213 || my.Number == 1205 || my.Number == 1020
	}
	var lite *ms.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return false
}

// IsDuplicate tells that a unique key refused a row.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// IsNotFound tells that Take found no row.
func IsNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// IsUnavailable tells that the database can't be reached or can't work now (server down, disk full, locked for too long): the
// same call may succeed later. Of a commit nothing is known then.
func IsUnavailable(err error) bool {
	var dial *net.OpError
	var lite *ms.Error
	switch {
	case errors.As(err, &dial), errors.Is(err, driver.ErrBadConn), errors.Is(err, gomysql.ErrInvalidConn):
		return true
	case errors.As(err, &lite):
		switch lite.Code() & 0xff { // the rest is detail
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return true
		}
	}
	return false
}

// ForUpdate locks the rows that q selects until the transaction ends. SQLite needs no lock: its writers queue for the
// whole database (immediate transactions).
func (d *DB) ForUpdate(q *gorm.DB) *gorm.DB {
	if d.dialect == SQLite {
		return q
	}
	return q.Clauses(lockingForUpdate)
}
