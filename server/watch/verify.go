package watch

import (
	"context"

	"sealgate/server/verify"
)

// Verify finds alerts whose stop no person lifted, or that no person closed (19), and counts of recipients that can't be (21).
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	ids, err := s.store.unsigned(ctx)
	for _, id := range ids {
		out = append(out, verify.Violation{Invariant: 19, Object: "watch alert " + id, Detail: "no person lifted its stop, or closed it"})
	}
	if err != nil {
		return out, err
	}
	ids, err = s.store.unlikely(ctx)
	for _, id := range ids {
		out = append(out, verify.Violation{Invariant: 21, Object: "batch " + id, Detail: "more recipients are counted as new than were looked up, or than it has"})
	}
	return out, err
}
