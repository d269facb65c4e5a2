package contract

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/verify"
)

// verifySignings: nothing is in force, and no paper signed in the portal agreed, before both sides have signed; what was signed in the
// portal has its evidence, of exactly the text that the row is about (C04).
func (s *Service) verifySignings(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	rows, err := s.store.liveSignings(ctx)
	if err != nil {
		return fmt.Errorf("read signings: %w", err)
	}
	sides := map[string]int{}
	for i := range rows {
		r := &rows[i]
		c := at[r.ContractID]
		if r.Confirmed() {
			sides[r.ContractID+r.AmendmentID]++
		}
		if (r.Way == OnPaper) != (r.EvidenceID == "") || r.Way == OnPaper && r.Confirmed() && r.ConfirmedBy == "" {
			add(19, c, "the %s's signing by way of %s lacks its proof", r.Side, r.Way)
		}
	}
	for _, c := range at {
		if !c.ActivatedOn.IsZero() && !c.Adopted && sides[c.ID] < 2 {
			add(19, c, "came into force on %s without both sides' signing", c.ActivatedOn)
		}
	}
	lost, err := s.store.unproved(ctx)
	if err != nil {
		return fmt.Errorf("evidence of signings: %w", err)
	}
	for _, r := range lost {
		add(19, at[r.ContractID], "the evidence of the %s's signing is missing or of another text", r.Side)
	}
	return nil
}

// verifyAnnexes: states by the table with their audit rows, nothing confirmed by who recorded it, amounts add up, and what was confirmed has
// its proof (C18).
func (s *Service) verifyAnnexes(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	rows, err := s.store.allAnnexes(ctx)
	if err != nil {
		return fmt.Errorf("read annexes: %w", err)
	}
	steps, err := s.trail.Steps(ctx, "contract_annex")
	if err != nil {
		return err
	}
	for i := range rows {
		a := &rows[i]
		c := at[a.ContractID]
		if wrong := verify.Walk(steps[a.ID], a.State, func(from, to AnnexState) bool { return slices.Contains(annexMoves[from], to) }); wrong != "" {
			add(19, c, "annex %s %s", a.Number, wrong)
		}
		sum := a.TotalFen
		for _, line := range a.Items {
			sum -= line.Amount
		}
		if sum != 0 {
			add(6, c, "annex %s: its lines differ from its total by %s", a.Number, sum)
		}
		if a.State != AnnexConfirmed {
			continue
		}
		if a.DocumentID != "" && a.RecordedBy == a.AnsweredBy {
			add(16, c, "annex %s was confirmed by who recorded it", a.Number)
		}
		if a.EvidenceID == "" && a.DocumentID == "" {
			add(19, c, "annex %s was confirmed without proof", a.Number)
		}
	}
	return nil
}

// verifyForce: an event of force majeure ends after it begins, and the clocks are no shorter than their days and those that were paused
// (C20).
func (s *Service) verifyForce(ctx context.Context, at map[string]*Contract, add func(int, *Contract, string, ...any)) error {
	endings, err := s.store.allEndings(ctx)
	if err != nil {
		return fmt.Errorf("read terminations: %w", err)
	}
	for i := range endings {
		e := &endings[i]
		if pausable(e) && e.LastDay.Before(ends(e.StartsOn, e.ClockDays+e.PausedDays)) {
			add(19, at[e.ContractID], "termination %s ends on %s, before its %d days and %d paused ones are over", e.Number, e.LastDay, e.ClockDays, e.PausedDays)
		}
	}
	events, err := s.store.everyForceMajeure(ctx)
	if err != nil {
		return fmt.Errorf("read the register of force majeure: %w", err)
	}
	for i := range events {
		if m := &events[i]; !m.EndsOn.IsZero() && m.EndsOn.Before(m.StartsOn) {
			add(19, at[m.ContractID], "force majeure %s ends on %s, before it began", m.Number, m.EndsOn)
		}
	}
	return nil
}
