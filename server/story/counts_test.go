package story_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
)

// beside are the tables that a refused call may write to: who is signed in, who fails to, which keys were used, whose turn
// it is.
var beside = []string{"sessions", "sign_in_guards", "idempotency_keys", "leases", "audit_chain", "data_keys"}

// counts gives how many rows each table has, but for those of beside.
func (w *World) counts() map[string]int64 {
	w.t.Helper()
	tables, err := w.App.DB.Q(context.Background()).Migrator().GetTables()
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, table := range tables {
		if slices.Contains(beside, table) {
			continue
		}
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
	now := w.counts()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if before[table] != now[table] {
			w.t.Errorf("%s: %d rows before, %d after", table, before[table], now[table])
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
