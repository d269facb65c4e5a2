package db_test

import (
	"context"
	"fmt"
	"testing"

	"sealgate/server/platform/db"
)

type leaf struct {
	ID   string
	Tree string
}

func TestPage_givesTheNewestFirstAndCountsAllThatFit(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite:"+t.TempDir()+"/a.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.SQL().Exec("CREATE TABLE leafs (id VARCHAR(32) PRIMARY KEY, tree VARCHAR(32))"); err != nil {
		t.Fatal(err)
	}
	for i, tree := range []string{"oak", "elm", "oak", "oak", "elm", "oak"} {
		if _, err := d.SQL().Exec("INSERT INTO leafs VALUES (?, ?)", fmt.Sprint(i), tree); err != nil {
			t.Fatal(err)
		}
	}
	for cursor, want := range map[string]string{"": "[5 3]", "3": "[2 0]", "0": "[]", "4": "[3 2]"} {
		rows, total, err := db.Page[leaf](d.Q(ctx).Where("tree = ?", "oak"), cursor, 2)
		ids := []string{}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		if err != nil || total != 4 || fmt.Sprint(ids) != want {
			t.Errorf("before %q: %v of %d, want %s of 4; %v", cursor, ids, total, want, err)
		}
	}
}
