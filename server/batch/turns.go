package batch

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Work is shared out customer by customer, not batch by batch: whoever has ten batches of a million waiting delays nobody else's
// hundred messages by more than the piece that is in hand (ADR 12).

// waiting is a batch with something to do.
type waiting struct {
	ID         string
	CustomerID string
	State      State
	Stage      Stage
	LeaseUntil int64
	Pending    bool // some of its chunks are not judged yet
	Free       bool // and nobody works on one of them
}

// turns remembers who was served last; each process takes turns for itself, which is enough.
type turns struct {
	mu   sync.Mutex
	last string // customer
}

// order puts what is waiting into the order in which it is served: the customer after the one served last comes first, each once
// around; of one customer what is nearest to its end, then what came first.
func (t *turns) order(all []waiting) []waiting {
	t.mu.Lock()
	last := t.last
	t.mu.Unlock()
	after := func(w waiting) int {
		if w.CustomerID > last {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b waiting) int {
		return cmp.Or(cmp.Compare(after(a), after(b)), cmp.Compare(a.CustomerID, b.CustomerID), cmp.Compare(stepOf(a), stepOf(b)), cmp.Compare(a.ID, b.ID))
	})
	return all
}

func (t *turns) served(customerID string) {
	t.mu.Lock()
	t.last = customerID
	t.mu.Unlock()
}

// stepOf orders the steps of one customer: what has been begun is finished first, so that little lies half done.
func stepOf(w waiting) int {
	switch {
	case w.State == Screening && !w.Pending:
		return 0
	case w.State == Screening:
		return 1
	}
	return 2
}

// ready tells what of all there is can be taken up now. One customer's files are read one at a time, so that they never occupy
// all workers for as long as a file takes.
func ready(all []waiting, now int64) []waiting {
	reading := map[string]bool{}
	for _, w := range all {
		if w.State == Receiving && w.Stage == Stored && w.LeaseUntil > now {
			reading[w.CustomerID] = true
		}
	}
	return slices.DeleteFunc(all, func(w waiting) bool {
		switch {
		case w.State == Screening && w.Pending:
			return !w.Free
		case w.LeaseUntil > now:
			return true
		}
		return w.State == Receiving && w.Stage == Stored && reading[w.CustomerID]
	})
}

// takeTurn does one piece of the work that waits, if there is any.
func (s *Service) takeTurn(ctx context.Context) (bool, error) {
	now := s.clock.Real().UnixMilli()
	all, err := s.store.waiting(ctx, now)
	if err != nil {
		return false, err
	}
	for _, w := range s.turns.order(ready(all, now)) {
		did, err := s.step(ctx, w)
		if did || err != nil {
			s.turns.served(w.CustomerID)
			return did, err
		}
	}
	return false, nil
}

func (s *Service) step(ctx context.Context, w waiting) (bool, error) {
	switch {
	case w.State == Screening && w.Pending:
		return s.screenNext(ctx, w.ID)
	case w.State == Screening:
		return s.settleNext(ctx, w.ID)
	case w.Stage == Stored:
		return s.readNext(ctx, w.ID)
	}
	return s.clearNext(ctx, w.ID)
}
