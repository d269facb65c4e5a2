package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/testkit"
)

// october posts bills of 10.00 to customer a on days 1 to 9 of October and pays 25.00 on day 5; customer b gets one of 7.00 on day 3.
func october(t *testing.T) *ledger.Service {
	t.Helper()
	c, _ := testkit.Clock(t, "2026-11-01 09:00")
	d := testkit.DB(t)
	l := ledger.New(d, c)
	post := func(key, on, customer string, lines ...ledger.Line) {
		t.Helper()
		err := d.Run(testkit.System(), func(ctx context.Context) error {
			return l.Post(ctx, ledger.Entry{Key: key, Kind: ledger.KindBill, On: caldate.MustParse(on), CustomerID: customer, ContractID: "k" + customer, DocumentType: "bill", DocumentID: key, Lines: lines})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	bill := func(f money.Fen) []ledger.Line {
		return []ledger.Line{{Account: ledger.Receivable, Amount: f}, {Account: ledger.Revenue("rent"), Amount: -f}}
	}
	for d := 1; d <= 9; d++ {
		post(fmt.Sprintf("a%d", d), fmt.Sprintf("2026-10-%02d", d), "a", bill(10_00)...)
	}
	post("pay", "2026-10-05", "a", ledger.Line{Account: ledger.Bank, Amount: 25_00}, ledger.Line{Account: ledger.Receivable, Amount: -25_00})
	post("b3", "2026-10-03", "b", bill(7_00)...)
	return l
}

func TestStatement_opensMovesAndCloses(t *testing.T) {
	t.Parallel()
	l := october(t)
	q := ledger.AccountQuery{Account: ledger.Receivable, CustomerID: "a", From: caldate.MustParse("2026-10-04"), To: caldate.MustParse("2026-10-06"), Limit: 50}
	s, err := l.Statement(testkit.System(), q)
	if err != nil {
		t.Fatal(err)
	}
	if s.Opening != 30_00 || s.Debit != 30_00 || s.Credit != 25_00 || s.Closing != 35_00 || s.Count != 4 || len(s.Movements) != 4 {
		t.Errorf("%+v", s)
	}
	var balances []money.Fen
	for _, m := range s.Movements {
		balances = append(balances, m.Balance)
	}
	if fmt.Sprint(balances) != fmt.Sprint([]money.Fen{40_00, 50_00, 25_00, 35_00}) {
		t.Errorf("running balances %v", balances)
	}
	// What lowers an account of the provider reads with its own sign.
	if s, err := l.Statement(testkit.System(), ledger.AccountQuery{Account: ledger.Revenue("rent"), Limit: 50}); err != nil || s.Closing != 97_00 || s.Opening != 0 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestStatement_pagesSayTheSameAsTheWhole(t *testing.T) {
	t.Parallel()
	l := october(t)
	q := ledger.AccountQuery{Account: ledger.Receivable, Limit: 50}
	whole, err := l.Statement(testkit.System(), q)
	if err != nil || len(whole.Movements) != 11 {
		t.Fatalf("%d %v", len(whole.Movements), err)
	}
	for size := 1; size <= 4; size++ {
		q.Limit, q.After = size, ledger.Place{}
		var got []ledger.Movement
		for {
			page, err := l.Statement(testkit.System(), q)
			if err != nil {
				t.Fatal(err)
			}
			if page.Closing != whole.Closing || page.Count != whole.Count {
				t.Fatalf("a page of %d closes at %s", size, page.Closing)
			}
			got = append(got, page.Movements...)
			if len(page.Movements) < size {
				break
			}
			q.After = page.Movements[size-1].Place
		}
		if fmt.Sprint(got) != fmt.Sprint(whole.Movements) {
			t.Errorf("pages of %d differ from the whole", size)
		}
	}
}

func TestStatement_staysWithinTheScopeAndRefusesAnUpsideDownPeriod(t *testing.T) {
	t.Parallel()
	l := october(t)
	own := actor.With(context.Background(), actor.Actor{UserID: "x", Scope: actor.Scope{CustomerID: "b"}})
	s, err := l.Statement(own, ledger.AccountQuery{Account: ledger.Receivable, Limit: 50})
	if err != nil || s.Closing != 7_00 || s.Count != 1 {
		t.Errorf("%+v %v", s, err)
	}
	_, err = l.Statement(own, ledger.AccountQuery{Account: ledger.Receivable, From: caldate.MustParse("2026-10-02"), To: caldate.MustParse("2026-10-01")})
	if !errors.Is(err, ledger.ErrPeriod) {
		t.Errorf("%v", err)
	}
}
