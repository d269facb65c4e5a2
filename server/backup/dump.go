package backup

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// line is what follows the header: a table with the names of its columns, or a row of the table named last.
type line struct {
	Table   string   `json:"t,omitempty"`
	Columns []string `json:"c,omitempty"`
	Row     []any    `json:"r,omitempty"`
}

// bytesCell is how bytes that are no text stand in a row.
type bytesCell struct {
	Base64 string `json:"b"`
}

// leftOut are tables that mean nothing elsewhere: the schema's own, and who holds what at the moment.
var leftOut = []string{"goose_db_version", "goose_lock", "grants_version", "leases", "sessions", "idempotency_keys", "sign_in_guards"}

const format = 1

// dump writes all rows as they stood at one moment. Servers go on meanwhile.
func dump(ctx context.Context, d *db.DB, at caldate.Instant, w io.Writer) (rows int64, err error) {
	conn, err := d.ReadSQL().Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := snapshot(ctx, d, conn); err != nil {
		return 0, err
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	versions, err := list[int64](ctx, conn, versionsQuery)
	if err != nil {
		return 0, err
	}
	if err := enc.Encode(Header{format, at, versions}); err != nil {
		return 0, err
	}
	tables, err := list[string](ctx, conn, tablesQuery[d.Dialect()])
	if err != nil {
		return 0, err
	}
	for _, t := range tables {
		if slices.Contains(leftOut, t) {
			continue
		}
		n, err := dumpTable(ctx, conn, t, enc)
		if rows += n; err != nil {
			return rows, fmt.Errorf("dump %s: %w", t, err)
		}
	}
	return rows, nil
}

const versionsQuery = "SELECT DISTINCT version_id FROM goose_db_version ORDER BY version_id"

var tablesQuery = map[db.Dialect]string{
	db.SQLite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
	db.MySQL:  "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name",
}

// snapshot begins a transaction that sees one moment.
func snapshot(ctx context.Context, d *db.DB, conn *sql.Conn) error {
	begin := []string{"BEGIN"} // and the first query fixes the moment
	if d.Dialect() == db.MySQL {
		begin = []string{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"}
	}
	for _, q := range begin {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func list[T any](ctx context.Context, conn *sql.Conn, query string) (out []T, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func dumpTable(ctx context.Context, conn *sql.Conn, table string, enc *json.Encoder) (n int64, err error) {
	rows, err := conn.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	head, binary := line{Table: table}, make([]bool, len(columns))
	for i, c := range columns {
		head.Columns = append(head.Columns, c.Name())
		kind := strings.ToUpper(c.DatabaseTypeName())
		binary[i] = strings.Contains(kind, "BLOB") || strings.Contains(kind, "BINARY")
	}
	if err := enc.Encode(head); err != nil {
		return 0, err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range cells {
			if b, ok := v.([]byte); ok && binary[i] {
				cells[i] = bytesCell{base64.StdEncoding.EncodeToString(b)}
			} else if ok {
				cells[i] = string(b)
			}
		}
		if err := enc.Encode(line{Row: cells}); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}
