package dunning

import (
	"context"
	"errors"
	"fmt"
)

// SettleEnded settles the ended contracts that have their final bill and owe nothing any more, without waiting for the next
// day's run. It may run any number of times.
func (s *Service) SettleEnded(ctx context.Context) (n int, err error) { return s.settleEnded(ctx, "") }

// settleEnded is SettleEnded for a customer's contracts, or for all where it is empty.
func (s *Service) settleEnded(ctx context.Context, customerID string) (n int, err error) {
	ended, err := s.store.toSettle(ctx, customerID)
	if err != nil {
		return 0, fmt.Errorf("ended contracts that owe nothing: %w", err)
	}
	var failed []error
	for _, id := range ended {
		if err := s.Contracts.Settle(ctx, id, "末期账单已出具并结清 · final bill made and nothing owed"); err != nil {
			failed = append(failed, err)
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}
