package ledger

import (
	"context"
	"fmt"
	"sort"

	"sealgate/server/actor"
	"sealgate/server/money"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/verify"
)

// Service posts and reads entries.
type Service struct {
	db    *db.DB
	clock clock.Clock
	store store
}

// New makes the ledger over a database.
func New(d *db.DB, c clock.Clock) *Service { return &Service{d, c, store{d}} }

// Post writes entries in the transaction of the documents that they are for; outside one it fails. Entries with the same
// key as an earlier one are refused as ErrPosted: nothing of the call is written then, if the caller rolls back.
func (s *Service) Post(ctx context.Context, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if !db.InTx(ctx) {
		return fmt.Errorf("ledger: %s posted outside a transaction", entries[0].Key)
	}
	now, by := s.clock.Instant(), actor.From(ctx).UserID
	sums := map[owner]money.Fen{}
	for i := range entries {
		e := &entries[i]
		if err := e.check(); err != nil {
			return err
		}
		e.ID, e.PostedAt, e.PostedBy = ids.New(), now, by
		for _, l := range e.Lines {
			sums[balanceOf(l)] += l.Amount
		}
	}
	return s.db.Part(ctx, "posting", func(ctx context.Context) error {
		if err := s.store.insert(ctx, entries); err != nil {
			if db.IsDuplicate(err) {
				return ErrPosted.With("key", entries[0].Key).Because(err)
			}
			return fmt.Errorf("post %s: %w", entries[0].Key, err)
		}
		if err := s.store.addBalances(ctx, sums); err != nil {
			return fmt.Errorf("balances after %s: %w", entries[0].Key, err)
		}
		return nil
	})
}

// Balance is what an account of a customer (and of one contract, where given) stands at, in the sign in which people read
// it: a deposit held and a receivable owed are both positive.
func (s *Service) Balance(ctx context.Context, a Account, customerID, contractID string) (money.Fen, error) {
	sum, err := s.store.balance(ctx, a, customerID, contractID)
	return a.natural(sum), err
}

// Balances gives an account for many customers at once; those without one are left out.
func (s *Service) Balances(ctx context.Context, a Account, customerIDs []string) (map[string]money.Fen, error) {
	sums, err := s.store.balances(ctx, a, customerIDs)
	for id, sum := range sums {
		sums[id] = a.natural(sum)
	}
	return sums, err
}

// Query narrows a list of entries; the newest comes first.
type Query struct {
	Account    Account
	CustomerID string
	ContractID string
	DocumentID string
	Q          string   // part of the key
	Customers  []string // with Q: or an entry of one of these customers
	Documents  []string // with Q: or of one of these documents
	Cursor     string
	Limit      int
}

// Entries gives a page of entries with their lines within the actor's scope, and how many fit the query.
func (s *Service) Entries(ctx context.Context, q Query) ([]Entry, int64, error) {
	return s.store.entries(ctx, q)
}

// TrialBalance gives every account with what it stands at; debits equal credits.
func (s *Service) TrialBalance(ctx context.Context) ([]AccountBalance, error) {
	sums, err := s.store.totals(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AccountBalance, 0, len(sums))
	for a, sum := range sums {
		b := AccountBalance{Account: a, Balance: a.natural(sum)}
		if sum > 0 {
			b.Debit = sum
		} else {
			b.Credit = -sum
		}
		out = append(out, b)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Account < out[j].Account })
	return out, nil
}

// Verify checks invariants 1 (the ledger and every entry sum to zero), 2 (balances shown equal the ledger) and 3 (no
// wallet, deposit or customer's balance below zero).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	uneven, err := s.store.uneven(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range uneven {
		out = append(out, verify.Violation{Invariant: 1, Object: "ledger entry " + u.EntryKey, Detail: fmt.Sprintf("debits less credits are %s, not 0.00", u.Total)})
	}
	wrong, err := s.store.wrongBalances(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range wrong {
		out = append(out, verify.Violation{Invariant: 2, Object: fmt.Sprintf("account %s of customer %q contract %q", w.Account, w.CustomerID, w.ContractID),
			Detail: fmt.Sprintf("shown %s, ledger %s", w.Shown, w.Total)})
	}
	negative, err := s.store.overdrawn(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range negative {
		out = append(out, verify.Violation{Invariant: 3, Object: fmt.Sprintf("account %s of customer %q contract %q", n.Account, n.CustomerID, n.ContractID),
			Detail: fmt.Sprintf("stands at %s", -n.Shown)})
	}
	return out, nil
}

// owner is whose balance a line changes; the provider's accounts are kept as one.
type owner struct {
	Account    Account
	CustomerID string
	ContractID string
}

func balanceOf(l Line) owner {
	if l.Account.OfCustomer() {
		return owner{l.Account, l.CustomerID, l.ContractID}
	}
	return owner{Account: l.Account}
}
