package db_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"sealgate/server/platform/db"
)

func TestLog_tellsFaultsWithoutValuesAndNoTakenKeys(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite:"+t.TempDir()+"/a.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	exec := func(sql string, args ...any) error {
		return d.Run(ctx, func(ctx context.Context) error { return d.Q(ctx).Exec(sql, args...).Error })
	}
	for _, sql := range []string{"CREATE TABLE people (phone VARCHAR(20) PRIMARY KEY)", "INSERT INTO people VALUES ('1')"} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := exec("INSERT INTO people VALUES (?)", "1"); !db.IsDuplicate(err) {
		t.Fatalf("a taken key gave %v", err)
	}
	if log.Len() > 0 {
		t.Errorf("a taken key is logged: %s", log.String())
	}
	if err := exec("INSERT INTO nobody VALUES (?)", "13800138000"); err == nil {
		t.Fatal("no error")
	}
	if s := log.String(); !strings.Contains(s, "nobody") || strings.Contains(s, "13800138000") {
		t.Errorf("logged: %s", s)
	}
}
