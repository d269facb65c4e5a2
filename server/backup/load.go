package backup

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sealgate/server/platform/db"
)

// load reads a dump into an empty database in one transaction, at the end of which it calls then.
func load(ctx context.Context, d *db.DB, r io.Reader, then func(ctx context.Context) error) (h Header, rows int64, err error) {
	dec := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	dec.UseNumber()
	if err := dec.Decode(&h); err != nil {
		return h, 0, err
	}
	if h.Format != format {
		return h, 0, ErrOtherSchema.Because(fmt.Errorf("format %d", h.Format))
	}
	err = d.Run(ctx, func(ctx context.Context) error {
		if err := mayLoad(ctx, d, h); err != nil {
			return err
		}
		return withoutForeignKeys(ctx, d, func() error {
			if rows, err = loadRows(ctx, d, dec); err != nil {
				return err
			}
			return then(ctx)
		})
	})
	return h, rows, err
}

// mayLoad refuses a database of another schema and one that has users: somebody has worked with it.
func mayLoad(ctx context.Context, d *db.DB, h Header) error {
	var have []int64
	if err := d.Q(ctx).Raw(versionsQuery).Scan(&have).Error; err != nil {
		return err
	}
	if !slices.Equal(have, h.Migrations) {
		return ErrOtherSchema.Because(fmt.Errorf("the backup has %d migrations, this program %d", len(h.Migrations), len(have)))
	}
	var users int64
	if err := d.Q(ctx).Table("users").Count(&users).Error; err != nil {
		return err
	}
	if users > 0 {
		return ErrNotEmpty
	}
	return nil
}

// withoutForeignKeys calls f while rows may come before those that they refer to. SQLite checks all at the commit; MariaDB can't,
// and believes that a backup holds what the database held.
func withoutForeignKeys(ctx context.Context, d *db.DB, f func() error) (err error) {
	exec := func(query string) error { return d.Q(ctx).Exec(query).Error }
	if d.Dialect() == db.SQLite {
		return errors.Join(exec("PRAGMA defer_foreign_keys = ON"), f())
	}
	if err := exec("SET SESSION FOREIGN_KEY_CHECKS = 0"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, exec("SET SESSION FOREIGN_KEY_CHECKS = 1")) }()
	return f()
}

// atOnce is how many values one statement inserts at most; SQLite takes 32,766.
const atOnce = 4000

// loadRows reads tables and rows until the end.
func loadRows(ctx context.Context, d *db.DB, dec *json.Decoder) (n int64, err error) {
	var into line
	var values []any
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(into.Columns)), ", ") + "), "
		q := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", into.Table, strings.Join(into.Columns, ", "), strings.TrimSuffix(strings.Repeat(row, len(values)/len(into.Columns)), ", "))
		err := d.Q(ctx).Exec(q, values...).Error
		values = values[:0]
		return err
	}
	for {
		var l line
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return n, flush()
		} else if err != nil {
			return n, err
		}
		if l.Table != "" {
			if err := flush(); err != nil {
				return n, err
			}
			into = l
			if err := d.Q(ctx).Exec("DELETE FROM " + l.Table).Error; err != nil { // what migrations put there
				return n, err
			}
			continue
		}
		if len(l.Row) == 0 || len(l.Row) != len(into.Columns) {
			return n, ErrNoBackup.Because(fmt.Errorf("row %d of %s has %d values", n+1, into.Table, len(l.Row)))
		}
		for _, v := range l.Row {
			c, err := cell(v)
			if err != nil {
				return n, ErrNoBackup.Because(err)
			}
			values = append(values, c)
		}
		n++
		if len(values)+len(into.Columns) > atOnce {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
}

// cell is a value of a dump as the driver takes it.
func cell(v any) (any, error) {
	switch x := v.(type) {
	case json.Number:
		return x.Int64()
	case map[string]any:
		s, ok := x["b"].(string)
		if !ok {
			return nil, errors.New("a value that is neither text, number nor bytes")
		}
		return base64.StdEncoding.DecodeString(s)
	}
	return v, nil
}
