package recheck

import (
	"context"

	"sealgate/server/verify"
)

// Verify finds second looks by who had decided the first time, or with wrong counts (16). Nothing is what should come back.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	ids, err := s.store.wrong(ctx)
	var out []verify.Violation
	for _, id := range ids {
		out = append(out, verify.Violation{Invariant: 16, Object: "recheck " + id, Detail: "judged again by who decided it, or its counts are not those of its groups"})
	}
	return out, err
}
