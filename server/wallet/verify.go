package wallet

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks that balances are the ledger's (2), that what is reserved is the open maximum cost of batches (22), that
// charges, credits and days add up (21), and the numbers of top-ups (7).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	add := func(invariant int, what string, find func(context.Context) ([]unsound, error)) error {
		rows, err := find(ctx)
		for _, r := range rows {
			out = append(out, verify.Violation{Invariant: invariant, Object: "wallet of contract " + r.ContractID, Detail: fmt.Sprintf("%s: shown %d, counted %d", what, r.Shown, r.Counted)})
		}
		return err
	}
	for _, c := range []struct {
		invariant int
		what      string
		find      func(context.Context) ([]unsound, error)
	}{
		{2, "balance in fen against the ledger", s.store.drifted},
		{2, "charged and not yet posted", s.store.unpostedWrong},
		{2, "credits left", s.store.creditsWrong},
		{22, "reserved against the open reservations", s.store.reservedWrong},
		{21, "a month against its days", s.store.daysWrong},
		{21, "parts booked against usage", s.store.usedWrong},
	} {
		if err := add(c.invariant, c.what, c.find); err != nil {
			return nil, err
		}
	}
	rs, err := s.store.allOpen(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rs {
		r := &rs[i]
		if r.ReservedFen != Cost(r.MoneyParts, r.UnitPrice) || r.Credits < 0 || r.MoneyParts < 0 || r.Open() > r.Wanted-r.Settled || r.OutParts > r.Open() || r.OutParts < 0 {
			out = append(out, verify.Violation{Invariant: 22, Object: "reservation of batch " + r.BatchID,
				Detail: fmt.Sprintf("%d credits and %d parts at %s for %d open parts, %d of them out; %s reserved", r.Credits, r.MoneyParts, r.UnitPrice, r.Wanted-r.Settled, r.OutParts, r.ReservedFen)})
		}
	}
	gaps, err := topUpNumbers.Verify(ctx, s.db, "wallet_moves")
	if err != nil {
		return nil, err
	}
	out = append(out, gaps...)
	lost, err := s.store.unpostedMoves(ctx)
	for _, n := range lost {
		out = append(out, verify.Violation{Invariant: 2, Object: "wallet move " + n, Detail: "its state and the ledger disagree"})
	}
	return out, err
}
