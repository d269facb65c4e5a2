package contract

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/verify"
)

// Verify checks the invariants that contracts carry: 7 (numbers without gaps), 16 (nobody approved or confirmed their own),
// 19 (every state came by the life cycle and has its audit row), 20 (contracts of one customer and kind don't overlap),
// that a contract is suspended just when a reason is open, that its terms by day are those that were signed and amended, and
// that a termination runs just when the contract is about to end.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read contracts: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "contract")
	if err != nil {
		return nil, err
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
		if wrong := verify.Walk(steps[c.ID], c.State, CanMove); wrong != "" {
			add(19, c, "%s", wrong)
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
	at := make(map[string]*Contract, len(all))
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	for _, check := range []func(context.Context, map[string]*Contract, func(int, *Contract, string, ...any)) error{
		s.verifyAmendments, s.verifyEndings, s.verifySuspensions, s.verifySignings, s.verifyAnnexes, s.verifyForce,
	} {
		if err := check(ctx, at, add); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// verifyAmendments looks at what changed after the signing: states by the table and with their audit rows, nothing confirmed
// by who recorded it, and the terms by day are exactly what was signed and agreed.
func (s *Service) verifyAmendments(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	amendments, err := s.store.allAmendments(ctx)
	if err != nil {
		return fmt.Errorf("read amendments: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "contract_amendment")
	if err != nil {
		return err
	}
	of := map[string][]Amendment{}
	for _, a := range amendments {
		c := at[a.ContractID]
		of[a.ContractID] = append(of[a.ContractID], a)
		if wrong := verify.Walk(steps[a.ID], a.State, func(from, to AmendmentState) bool { return slices.Contains(amendmentMoves[from], to) }); wrong != "" {
			add(19, c, "amendment %s %s", a.Number, wrong)
		}
		if a.ConfirmedBy != "" && a.ConfirmedBy == a.RecordedBy {
			add(16, c, "amendment %s was confirmed by who recorded its signing", a.Number)
		}
		if a.Kind == KindPlanChange && a.EffectiveFrom.Day() != 1 && a.EffectiveFrom != c.StartDate {
			add(19, c, "plan change %s holds from %s, which is no 1st of a month", a.Number, a.EffectiveFrom)
		}
	}
	for id, list := range of {
		c := at[id]
		rows, err := s.store.termsOf(ctx, id)
		if err != nil {
			return err
		}
		want := project(standing{rows: rows}.base(), list)
		if len(want) != len(rows) {
			add(19, c, "has terms from %d days, but its amendments make %d", len(rows), len(want))
			continue
		}
		for i := range want {
			if rows[i].EffectiveFrom != want[i].EffectiveFrom || !sameRow(rows[i], want[i]) {
				add(19, c, "its terms from %s are not what was agreed", rows[i].EffectiveFrom)
			}
		}
		if c.State.Live() && !c.ObjectUntil.IsZero() && c.ObjectUntil != objectUntil(c.EndDate, termsAt(rows, c.EndDate)) {
			add(19, c, "says that its renewal can be objected to until %s, which its terms don't", c.ObjectUntil)
		}
		n, end := 0, caldate.Date{}
		for _, a := range list {
			if a.State == AmendmentAgreed && !a.EndAfter.IsZero() {
				n++
				if !end.IsZero() && a.EndBefore != end {
					add(19, c, "%s moves the end from %s, which stood at %s", a.Number, a.EndBefore, end)
				}
				end = a.EndAfter
			}
		}
		if n != c.Renewals || n > 0 && end != c.EndDate {
			add(19, c, "ends on %s after %d renewals, but %d were agreed, the last until %s", c.EndDate, c.Renewals, n, end)
		}
	}
	return nil
}

// verifyEndings looks at terminations: one runs just when the contract is about to end, on its day, and nobody decided on
// their own.
func (s *Service) verifyEndings(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	endings, err := s.store.allEndings(ctx)
	if err != nil {
		return fmt.Errorf("read terminations: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "contract_ending")
	if err != nil {
		return err
	}
	running := map[string]bool{}
	for _, e := range endings {
		c := at[e.ContractID]
		if wrong := verify.Walk(steps[e.ID], e.State, func(from, to EndingState) bool { return slices.Contains(endingMoves[from], to) }); wrong != "" {
			add(19, c, "termination %s %s", e.Number, wrong)
		}
		if e.DecidedBy != "" && e.DecidedBy == e.RequestedBy {
			add(16, c, "termination %s was decided by who asked for it", e.Number)
		}
		switch e.State {
		case EndingRunning:
			running[c.ID] = true
			if !c.State.Live() || c.EndsOn != e.LastDay || c.EndCause != e.Cause {
				add(19, c, "termination %s runs until %s for %s, but the contract is %s and ends on %s for %q", e.Number, e.LastDay, e.Cause, c.State, c.EndsOn, c.EndCause)
			}
		case EndingDone:
			if c.EndedOn != e.LastDay || c.EndCause != e.Cause {
				add(19, c, "was ended by termination %s on %s for %s, but says %s for %q", e.Number, e.LastDay, e.Cause, c.EndedOn, c.EndCause)
			}
		case EndingRequested:
			if !c.State.Live() {
				add(19, c, "has ended, and termination %s still waits", e.Number)
			}
		}
	}
	for _, c := range at {
		if c.State.Live() && !c.EndsOn.IsZero() && !running[c.ID] && len(endings) > 0 && slices.ContainsFunc(endings, func(e Ending) bool { return e.ContractID == c.ID }) {
			add(19, c, "ends on %s, but no termination runs", c.EndsOn)
		}
	}
	return nil
}

// verifySuspensions: what a person suspended was lifted by another (16).
func (s *Service) verifySuspensions(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	rows, err := s.store.ownLifts(ctx)
	if err != nil {
		return fmt.Errorf("read suspensions: %w", err)
	}
	for _, r := range rows {
		if r.LiftedBy != actor.SystemID {
			add(16, at[r.ContractID], "its suspension for %s was lifted by who set it", r.Reason)
		}
	}
	return nil
}
