package dunning_test

import (
	"strings"
	"testing"
)

// An allocation that lost its entry leaves every entry balanced and every bill right: only the comparison of both shows it.
func TestVerify_findsBillsAndLedgerThatDisagree(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	m.To(t, "2026-11-20")
	m.Pay(t, customer, "300.00")
	m.Sound(t)
	for _, sql := range []string{
		"DROP TRIGGER ledger_lines_no_delete", "DROP TRIGGER ledger_entries_no_delete",
		"DELETE FROM ledger_lines WHERE entry_id IN (SELECT id FROM ledger_entries WHERE kind = 'allocation')",
		"DELETE FROM ledger_entries WHERE kind = 'allocation'",
		"UPDATE ledger_balances SET amount_fen = amount_fen + 30000 WHERE account = 'receivable'",
		"UPDATE ledger_balances SET amount_fen = amount_fen - 30000 WHERE account = 'credit'",
	} {
		if _, err := m.DB.SQL().Exec(sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	found, err := m.Verify()
	if err != nil {
		t.Fatal(err)
	}
	objects := ""
	for _, v := range found {
		if v.Invariant != 2 {
			t.Errorf("%+v", v)
		}
		objects += v.Object + "; "
	}
	if len(found) != 2 || !strings.Contains(objects, "owed of contract") || !strings.Contains(objects, "balance of customer") {
		t.Errorf("found: %v", found)
	}
}
