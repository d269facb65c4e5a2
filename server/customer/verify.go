package customer

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks invariant 7 for customers: numbers C-000001 and on, without a gap.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	numbers, err := s.store.numbers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read customers' numbers: %w", err)
	}
	var out []verify.Violation
	next := int64(1)
	for _, number := range numbers {
		var n int64
		if _, err := fmt.Sscanf(number, "C-%d", &n); err != nil || n != next {
			out = append(out, verify.Violation{Invariant: 7, Object: "customer " + number, Detail: fmt.Sprintf("the next number should be C-%06d", next)})
		}
		next = n + 1
	}
	return out, nil
}
