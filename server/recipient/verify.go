package recipient

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks what the lists carry: 16 (nobody checked her own proof of consent), 19 (a proof came to its state by the table, and
// the audit trail says so), 23 (what was purged has no numbers left).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.allConsents(ctx)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "consent")
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for i := range all {
		c := &all[i]
		add := func(invariant int, format string, args ...any) {
			out = append(out, verify.Violation{Invariant: invariant, Object: "consent " + c.Number, Detail: fmt.Sprintf(format, args...)})
		}
		if c.VerifiedBy != "" && c.VerifiedBy == c.CreatedBy {
			add(16, "was checked by who registered it, %s", c.CreatedName)
		}
		if wrong := verify.Walk(steps[c.ID], c.State, canMoveConsent); wrong != "" {
			add(19, "%s", wrong)
		}
		n, err := s.store.countMembers(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case !c.PurgedAt.IsZero() && n != 0:
			add(23, "was purged, but has %d numbers", n)
		case c.PurgedAt.IsZero() && c.State != ConsentDraft && n != c.MemberCount:
			add(23, "names %d numbers and has %d", c.MemberCount, n)
		}
	}
	return out, nil
}
