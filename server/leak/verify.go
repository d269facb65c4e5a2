package leak

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks 7 (numbers without gaps), 16 (another person closed it), 19 (states by the life cycle), and that what is closed was
// told: no duty is open, no customer was told by nothing.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	out, err := numbering.Verify(ctx, s.db, "leaks")
	if err != nil {
		return nil, err
	}
	steps, err := s.trail.Steps(ctx, "leak")
	if err != nil {
		return nil, fmt.Errorf("states of leaks: %w", err)
	}
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read leaks: %w", err)
	}
	for _, l := range all {
		if wrong := verify.Walk(steps[l.ID], l.State, CanMove); wrong != "" {
			out = append(out, verify.Violation{Invariant: 19, Object: "leak " + l.Number, Detail: wrong})
		}
		if l.State == Closed && (l.ClosedBy == "" || l.ClosedBy == l.AskedBy) {
			out = append(out, verify.Violation{Invariant: 16, Object: "leak " + l.Number, Detail: "was closed by whoever asked for it"})
		}
	}
	unmet, err := s.store.unmet(ctx)
	if err != nil {
		return nil, fmt.Errorf("duties of closed leaks: %w", err)
	}
	for _, n := range unmet {
		out = append(out, verify.Violation{Invariant: 19, Object: "leak " + n, Detail: "is closed with a duty still due"})
	}
	untold, err := s.store.untold(ctx)
	if err != nil {
		return nil, fmt.Errorf("told customers: %w", err)
	}
	for _, id := range untold {
		out = append(out, verify.Violation{Invariant: 5, Object: "duty " + id, Detail: "counts as told without a notice or a paper"})
	}
	return out, nil
}
