package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
)

var on = caldate.MustParse("2026-11-01")

func book(t testing.TB) (*db.DB, *ledger.Service) {
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-01 09:00")
	return d, ledger.New(d, c)
}

func post(d *db.DB, s *ledger.Service, entries ...ledger.Entry) error {
	return d.Run(testkit.System(), func(ctx context.Context) error { return s.Post(ctx, entries...) })
}

func bill(key, customer, contract string, gross money.Fen) ledger.Entry {
	return ledger.Entry{Key: key, Kind: ledger.KindBill, On: on, CustomerID: customer, ContractID: contract, DocumentType: ledger.DocumentBill, DocumentID: key,
		Lines: []ledger.Line{ledger.Dr(ledger.Receivable, gross), ledger.Cr(ledger.Revenue("rent"), gross-gross/10), ledger.Cr(ledger.VATPayable, gross/10)}}
}

func TestPost_refuses(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	if err := post(d, s, bill("bill:c1:2026-10:0", "k1", "c1", 100)); err != nil {
		t.Fatal(err)
	}
	uneven := bill("bill:c2:2026-10:0", "k1", "c2", 100)
	uneven.Lines[0].Amount = 101
	nobody := bill("bill:c3:2026-10:0", "", "c3", 100)
	empty := bill("bill:c4:2026-10:0", "k1", "c4", 0)
	cases := []struct {
		name  string
		entry ledger.Entry
		want  error
	}{
		{"the same key twice", bill("bill:c1:2026-10:0", "k1", "c1", 100), ledger.ErrPosted},
		{"debits and credits that differ", uneven, ledger.ErrUnbalanced},
		{"a receivable of nobody", nobody, ledger.ErrIncomplete},
		{"an entry without an amount", empty, ledger.ErrUnbalanced},
	}
	for _, c := range cases {
		if err := post(d, s, bill("other:"+c.name, "k1", "c1", 7), c.entry); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if got, _ := s.Balance(testkit.System(), ledger.Receivable, "k1", ""); got != 100 {
		t.Errorf("a refused posting left something behind: %s", got)
	}
	if err := s.Post(testkit.System(), bill("bill:c9:2026-10:0", "k1", "c9", 100)); err == nil {
		t.Error("posted outside a transaction")
	}
}

func TestEntries_canNeitherBeChangedNorDeleted(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	if err := post(d, s, bill("b1", "k1", "c1", 100)); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"UPDATE ledger_lines SET amount_fen = 0", "DELETE FROM ledger_lines", "UPDATE ledger_entries SET on_date = '2020-01-01'", "DELETE FROM ledger_entries",
	} {
		if _, err := d.SQL().Exec(sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
}

func TestVerify_findsWhatSomebodyBent(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	if err := post(d, s, bill("b1", "k1", "c1", 100)); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Verify(testkit.System()); err != nil || len(v) != 0 {
		t.Fatal(v, err)
	}
	for i, sql := range []string{
		"INSERT INTO ledger_lines VALUES ('stray', 1, 'bank', '', '', 5)",
		"UPDATE ledger_balances SET amount_fen = amount_fen + 1 WHERE account = 'receivable'",
		"INSERT INTO ledger_balances VALUES ('deposit', 'k1', 'c1', 300)",
	} {
		if _, err := d.SQL().Exec(sql); err != nil {
			t.Fatal(err)
		}
		v, err := s.Verify(testkit.System())
		found := false
		for _, x := range v {
			found = found || x.Invariant == i+1
		}
		if err != nil || !found {
			t.Errorf("%s: invariant %d not reported: %v %v", sql, i+1, v, err)
		}
	}
}

func TestPost_keepsBalancesUnderConcurrency(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	var wg sync.WaitGroup
	errs := make(chan error, 40)
	for i := range 40 {
		wg.Go(func() {
			errs <- post(d, s, bill(fmt.Sprintf("b%d", i), fmt.Sprintf("k%d", i%3), "c1", 110), bill(fmt.Sprintf("x%d", i), fmt.Sprintf("k%d", (i+1)%3), "c1", 10))
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := s.Balance(testkit.System(), ledger.Receivable, "", ""); got != 40*120 {
		t.Errorf("receivable %s", got)
	}
	if v, err := s.Verify(testkit.System()); err != nil || len(v) != 0 {
		t.Fatal(v, err)
	}
}

func TestTrialBalance_isZeroAfterAnyWalk(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		amount := money.Fen(rapid.Int64Range(-1_000_000, 1_000_000).Filter(func(v int64) bool { return v != 0 }).Draw(t, "amount"))
		customer := rapid.SampledFrom([]string{"k1", "k2"}).Draw(t, "customer")
		if err := post(d, s, bill(fmt.Sprintf("walk%d", n), customer, "c1", amount)); err != nil {
			t.Fatal(err)
		}
	})
	b, err := s.TrialBalance(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	var debit, credit money.Fen
	for _, a := range b {
		debit, credit = debit+a.Debit, credit+a.Credit
	}
	if debit != credit || len(b) != 3 {
		t.Fatalf("%+v", b)
	}
	if v, err := s.Verify(testkit.System()); err != nil || len(v) != 0 {
		t.Fatal(v, err)
	}
}

func TestEntries_stayInsideTheScope(t *testing.T) {
	t.Parallel()
	d, s := book(t)
	if err := post(d, s, bill("b1", "k1", "c1", 100)); err != nil {
		t.Fatal(err)
	}
	all, n, err := s.Entries(testkit.System(), ledger.Query{Limit: 10, Account: ledger.VATPayable})
	if err != nil || n != 1 || len(all) != 1 || len(all[0].Lines) != 3 {
		t.Fatal(all, n, err)
	}
	none, n, err := s.Entries(testkit.As("wang", "sales"), ledger.Query{Limit: 10})
	if err != nil || n != 0 || len(none) != 0 {
		t.Fatal(none, n, err)
	}
}
