package db_test

import (
	"context"
	"slices"
	"testing"

	"sealgate/migrations"
	"sealgate/server/platform/db"
)

// objects are the tables, indexes and triggers of a database, with their SQL.
func objects(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	rows, err := d.SQL().Query("SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func TestOpenMemory_hasTheSchemaOfTheMigrations(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	file, err := db.Open(ctx, "sqlite:"+t.TempDir()+"/a.db")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Migrate(ctx, migrations.FS); err != nil {
		t.Fatal(err)
	}
	want := objects(t, file)
	for range 2 { // built, then copied
		d, err := db.OpenMemory(ctx, migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		if got := objects(t, d); !slices.Equal(got, want) || len(got) < 50 {
			t.Errorf("%d objects, the migrations make %d", len(got), len(want))
		}
		_ = d.Close()
	}
}

func TestOpenMemory_isEachTimeADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for range 2 {
		d, err := db.OpenMemory(ctx, migrations.FS)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Run(ctx, func(ctx context.Context) error {
			return d.Q(ctx).Exec("INSERT INTO number_series (name, last_number) VALUES ('x', 1)").Error
		}); err != nil {
			t.Fatalf("the row of another database is here: %v", err)
		}
	}
}

func BenchmarkOpenMemory(b *testing.B) {
	for b.Loop() {
		d, err := db.OpenMemory(context.Background(), migrations.FS)
		if err != nil {
			b.Fatal(err)
		}
		_ = d.Close()
	}
}
