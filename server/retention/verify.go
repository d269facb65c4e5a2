package retention

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/verify"
)

// Verify checks invariant 23: nothing was destroyed before its day, or while a hold kept it, or without its row in the report;
// nothing whose day has come can still be read a day later unless something keeps it, and no destroyed key lies in the vault; and 16: nobody lifted their own hold.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	add := func(object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: 23, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	if err := s.verifyGone(ctx, add); err != nil {
		return nil, err
	}
	if err := s.verifyKept(ctx, add); err != nil {
		return nil, err
	}
	holds, err := s.store.holds(ctx, false)
	if err != nil {
		return nil, err
	}
	for i := range holds {
		if h := &holds[i]; !h.Live() && h.LiftedBy == h.PlacedBy {
			out = append(out, verify.Violation{Invariant: 16, Object: "legal hold " + h.Number, Detail: "was lifted by who placed it"})
		}
	}
	left, err := s.Keys.Unerased(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range left {
		add("data key "+id, "was destroyed by decision, and still lies in the vault")
	}
	return out, nil
}

// verifyGone looks at what was destroyed.
func (s *Service) verifyGone(ctx context.Context, add func(object, format string, args ...any)) error {
	gone, err := s.store.destroyed(ctx)
	if err != nil {
		return err
	}
	holds, err := s.store.holds(ctx, false)
	if err != nil {
		return err
	}
	for i := range gone {
		k := &gone[i]
		object := fmt.Sprintf("data key of %s %s", k.CustomerID, k.Month)
		if k.PurgeID == "" {
			add(object, "was destroyed, and no purge tells so")
			continue
		}
		month, err := caldate.ParseMonth(k.Month)
		if err != nil {
			return err
		}
		if first := month.Last().AddDays(MinDays + 1); k.PurgedAt.Date().Before(first) {
			add(object, "was destroyed on %s, before %s: it must be kept for %d days", k.PurgedAt.Date(), first, MinDays)
		}
		for j := range holds {
			h := holds[j]
			if h.PlacedAt.Before(k.PurgedAt) && (h.LiftedAt.IsZero() || h.LiftedAt.After(k.PurgedAt)) {
				h.LiftedAt = caldate.Instant{}
				if h.Pins(k.CustomerID, k.Month) {
					add(object, "was destroyed on %s while legal hold %s kept it", k.PurgedAt.Date(), h.Number)
				}
			}
		}
	}
	return nil
}

// verifyKept looks at what can be read although its day has come.
func (s *Service) verifyKept(ctx context.Context, add func(object, format string, args ...any)) error {
	yesterday := s.clock.Today().AddDays(-1)
	plan, err := s.Plan(ctx, yesterday)
	if err != nil {
		return err
	}
	for i := range plan {
		if k := &plan[i]; k.State == Ready && s.clock.Today().Sub(k.DueOn) > 1 {
			add(fmt.Sprintf("data key of %s %s", k.CustomerID, k.Month), "was to be destroyed on %s and can still be read", k.DueOn)
		}
	}
	return nil
}
