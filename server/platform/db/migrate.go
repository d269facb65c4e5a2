package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the schema to the newest version with the files of fsys (folders sqlite/ and mysql/). Several servers
// may start at once: a table lock lets one migrate while the others wait.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) (applied int, err error) {
	p, err := d.provider(fsys)
	if err != nil {
		return 0, err
	}
	res, err := p.Up(ctx)
	if err != nil {
		return len(res), fmt.Errorf("migrate: %w", err)
	}
	return len(res), nil
}

// SchemaVersion is the newest migration that the database has.
func (d *DB) SchemaVersion(ctx context.Context, fsys fs.FS) (current, target int64, err error) {
	p, err := d.provider(fsys)
	if err != nil {
		return 0, 0, err
	}
	current, target, err = p.GetVersions(ctx)
	return current, target, err
}

func (d *DB) provider(fsys fs.FS) (*goose.Provider, error) {
	sub, err := fs.Sub(fsys, string(d.dialect))
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	// Numbers are given by area, so a release may bring some that are lower than the newest one a database has.
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true)}
	if d.dialect == MySQL {
		dialect = goose.DialectMySQL
		locker, err := lock.NewMySQLTableLocker()
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithLocker(locker))
	}
	return goose.NewProvider(dialect, d.SQL(), sub, opts...)
}
