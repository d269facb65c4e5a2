package complaint

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks the invariants of complaints: 7 (numbers without gaps), 19 (every state came by the life cycle and has its audit
// row), 25 (whoever complained was put on a list).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	out, err := numbering.Verify(ctx, s.db, "complaints")
	if err != nil {
		return nil, err
	}
	steps, err := s.trail.Steps(ctx, "complaint")
	if err != nil {
		return nil, err
	}
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read complaints: %w", err)
	}
	for _, c := range all {
		if wrong := verify.Walk(steps[c.ID], c.State, CanMove); wrong != "" {
			out = append(out, verify.Violation{Invariant: 19, Object: "complaint " + c.Number, Detail: wrong})
		}
		if c.Listed == 0 {
			out = append(out, verify.Violation{Invariant: 25, Object: "complaint " + c.Number, Detail: "its recipient stands on no list"})
		}
	}
	return out, nil
}
