package batch

import "context"

// Gate is what a customer has to say about its own batches (corner.Service): it stands above, so app wires it.
type Gate interface {
	// MayCreate refuses a batch of a customer whose accounts are frozen, and one that somebody of ours makes in the customer's name
	// without the check that the customer asks for (P11).
	MayCreate(ctx context.Context, customerID string) error
	// NeedsRelease tells, in the transaction that ends screening, whether somebody else of the customer's people has to release the
	// batch before it goes to our desk (P12).
	NeedsRelease(ctx context.Context, b *Batch) (bool, error)
}

// Watcher hears of every change of a batch's state, in its transaction (webhook.Service).
type Watcher interface {
	BatchMoved(ctx context.Context, b *Batch, from State) error
}

// Guard has the service ask g.
func (s *Service) Guard(g Gate) { s.gate = g }

// Watch has the service tell w.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// mayCreate asks the gate, where there is one.
func (s *Service) mayCreate(ctx context.Context, customerID string) error {
	if s.gate == nil {
		return nil
	}
	return s.gate.MayCreate(ctx, customerID)
}

// afterScreening is where a batch goes that people have to decide on: to the customer's own approver first, where asked for.
func (s *Service) afterScreening(ctx context.Context, b *Batch) (State, error) {
	if s.gate == nil {
		return InReview, nil
	}
	needs, err := s.gate.NeedsRelease(ctx, b)
	if err == nil && needs {
		return Confirming, nil
	}
	return InReview, err
}

func (s *Service) tellWatcher(ctx context.Context, b *Batch, from State) error {
	if s.watcher == nil {
		return nil
	}
	return s.watcher.BatchMoved(ctx, b, from)
}
