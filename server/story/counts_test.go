package story_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// beside are the tables that a refused call may write to: who is signed in, who fails to, which keys were used, whose turn
// it is.
var beside = []string{"sessions", "sign_in_guards", "idempotency_keys", "leases", "audit_chain", "data_keys"}

// tables lists them all, but for those of beside.
func (w *World) tables() []string {
	w.t.Helper()
	all, err := w.App.DB.Q(context.Background()).Migrator().GetTables()
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(beside, name) })
}

// counts gives how many rows each table has, but for those of beside.
func (w *World) counts() map[string]int64 {
	w.t.Helper()
	out := map[string]int64{}
	for _, table := range w.tables() {
		var n int64
		if err := w.App.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
			w.t.Fatal(err)
		}
		out[table] = n
	}
	return out
}

// unchanged fails where a table has more or fewer rows than before.
func (w *World) unchanged(before map[string]int64) {
	w.t.Helper()
	same(w.t, before, w.counts())
}

// contents gives a hash of all that stands in each table, but for those of beside.
func (w *World) contents() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, table := range w.tables() {
		out[table] = w.hash(table)
	}
	return out
}

func (w *World) hash(table string) string {
	w.t.Helper()
	var lines []string
	w.eachRow(table, func(_ []string, cells []any) { lines = append(lines, fmt.Sprintf("%#v", cells)) })
	slices.Sort(lines)
	return fmt.Sprintf("%d rows, %.6x", len(lines), sha256.Sum256([]byte(strings.Join(lines, "\n"))))
}

// eachRow looks at every row of a table; the cells are the row's only until look returns.
func (w *World) eachRow(table string, look func(columns []string, cells []any)) {
	w.t.Helper()
	rows, err := w.App.DB.ReadSQL().Query("SELECT * FROM " + table)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		w.t.Fatal(err)
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			w.t.Fatal(err)
		}
		look(columns, cells)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
}

// same fails for each table that is not as before.
func same[V comparable](t testing.TB, before, now map[string]V) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if before[table] != now[table] {
			t.Errorf("%s: %v before, %v after", table, before[table], now[table])
		}
	}
}

func decode(t testing.TB, b []byte) JSON {
	t.Helper()
	out := JSON{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
	return out
}
