package contract

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/verify"
)

// Verify checks the invariants that contracts carry: 7 (numbers without gaps), 16 (nobody approved or confirmed their own),
// 19 (every state came by the life cycle and has its audit row), 20 (contracts of one customer and kind don't overlap),
// and that a contract is suspended just when a reason is open.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read contracts: %w", err)
	}
	steps, err := s.store.steps(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the states of contracts: %w", err)
	}
	own, err := s.store.ownSignings(ctx)
	if err != nil {
		return nil, fmt.Errorf("read signings: %w", err)
	}
	var out []verify.Violation
	add := func(invariant int, c *Contract, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: "contract " + c.Number, Detail: fmt.Sprintf(format, args...)})
	}
	last := map[string]int64{}         // year → last number
	before := map[string][]*Contract{} // customer and kind → those that were in force
	for i := range all {
		c := &all[i]
		year, number, _ := strings.Cut(strings.TrimPrefix(c.Number, "HT-"), "-")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n != last[year]+1 {
			add(7, c, "comes after number %d of %s", last[year], year)
		}
		last[year] = n
		if c.ApprovedBy != "" && !mayReview(c, c.ApprovedBy) {
			add(16, c, "was approved by a person who drafted, changed or submitted it")
		}
		if slices.Contains(own, c.ID) {
			add(16, c, "has a signing that was confirmed by who recorded it")
		}
		state := State("")
		for _, step := range steps[c.ID] {
			if step.FromState != state || state != "" && !CanMove(step.FromState, step.ToState) {
				add(19, c, "went from %q to %q, but stood at %q", step.FromState, step.ToState, state)
			}
			state = step.ToState
		}
		if state != c.State {
			add(19, c, "is %q, but its last audit row says %q", c.State, state)
		}
		if (c.State == Suspended) != (len(c.OpenReasons) > 0) {
			add(10, c, "is %s with open reasons %v", c.State, c.OpenReasons)
		}
		if c.ActivatedOn.IsZero() {
			continue
		}
		from, to := c.Life()
		same := c.CustomerID + " " + string(c.Kind)
		for _, o := range before[same] {
			if f, t := o.Life(); !f.After(to) && !t.Before(from) && !c.Adopted && !o.Adopted {
				add(20, c, "in force from %s to %s, and %s from %s to %s", from, to, o.Number, f, t)
			}
		}
		before[same] = append(before[same], c)
	}
	return out, nil
}
