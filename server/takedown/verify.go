package takedown

import (
	"context"

	"sealgate/server/verify"
)

// Verify finds customers who could send although a takedown is open (14), and takedowns that one person lifted (16).
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	leaky, err := s.store.leaky(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range leaky {
		out = append(out, verify.Violation{Invariant: 14, Object: "takedown " + n, Detail: "it is open, but the customer is neither stopped nor suspended"})
	}
	alone, err := s.store.alone(ctx)
	for _, n := range alone {
		out = append(out, verify.Violation{Invariant: 16, Object: "takedown " + n, Detail: "lifted without a second person"})
	}
	return out, err
}
