package watch

import (
	"context"

	"sealgate/server/verify"
)

// Verify finds alerts whose stop no person lifted, or that no person closed (19).
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	ids, err := s.store.unsigned(ctx)
	for _, id := range ids {
		out = append(out, verify.Violation{Invariant: 19, Object: "watch alert " + id, Detail: "no person lifted its stop, or closed it"})
	}
	return out, err
}
