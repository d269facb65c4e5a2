package registration_test

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"
	"testing/fstest"

	"sealgate/migrations"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
)

// before gives the migrations up to those of the chain, as an earlier version had them.
func before(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(migrations.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) >= "00470" {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, name)
		out[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMigration_takesOverSignaturesAndServiceCodesAsAccepted(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "old.db")
	if server := os.Getenv(testkit.MySQLEnv); server != "" {
		dsn = testkit.MySQLDSN(t, server)
	}
	d := testkit.Open(t, dsn)
	ctx := context.Background()
	if _, err := d.Migrate(ctx, before(t)); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"INSERT INTO customers (id, number, name, uscc, address, legal_rep, industry, bank_name, bank_account, contacts, owner_id, created_by, created_at, updated_at, version) VALUES ('c1', 'C-000001', '客户', '91350100M000100Y43', 'a', 'b', '', '', '', '[]', 'u', 'u', 1, 1, 1)",
		"INSERT INTO documents (id, blob_key, name, purpose, mime, size, sha256, uploaded_by, uploaded_at, customer_id, object_type, object_id) VALUES ('d1', 'k', 'n', 'p', 'application/pdf', 1, 'x', 'u', 1, 'c1', 'signature', 's1')",
		"INSERT INTO signatures (id, customer_id, sign_text, document_id, state, live_key, submitted_by, submitted_at, decided_by, decided_at, reason) VALUES ('s1', 'c1', '信闸', 'd1', 'approved', 'c1:信闸', 'u', 1, 'v', 2, ''), ('s2', 'c1', '信闸云', 'd1', 'submitted', 'c1:信闸云', 'u', 1, '', NULL, ''), ('s3', 'c1', '信闸', 'd1', 'refused', NULL, 'u', 1, 'v', 2, '不清')",
		"INSERT INTO service_codes (code, contract_id, allotted_at) VALUES ('106900000001', 'k1', 1)",
	} {
		if _, err := d.SQL().Exec(q); err != nil {
			t.Fatal(q, err)
		}
	}
	if _, err := d.Migrate(ctx, migrations.FS); err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string]int{
		"SELECT COUNT(*) FROM registrations": 6,
		"SELECT COUNT(*) FROM registrations s JOIN registrations q ON q.id = s.parent_id AND q.kind = 'qualification' AND q.state = s.state WHERE s.kind = 'signature'": 3,
		"SELECT COUNT(*) FROM filings WHERE state = 'accepted'":                                                      8,
		"SELECT COUNT(*) FROM filings WHERE registration_id NOT IN ('s1', 'qs1')":                                    0,
		"SELECT COUNT(*) FROM sender_numbers WHERE code = '106900000001' AND base_key = 'k1' AND state = 'allotted'": 1,
	} {
		if got := count(t, d, q); got != want {
			t.Errorf("%s: %d, want %d", q, got, want)
		}
	}
}

func count(t *testing.T, d *db.DB, q string) (n int) {
	t.Helper()
	if err := d.ReadSQL().QueryRow(q).Scan(&n); err != nil {
		t.Fatal(q, err)
	}
	return n
}
