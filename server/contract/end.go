package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
)

// end stops the service for good after its last day, from a day on: open suspensions and terminations end with it.
func (s *Service) end(ctx context.Context, c *Contract, to State, last, on caldate.Date, action string, because *stop) error {
	rows, err := s.store.suspensions(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		if r := &rows[i]; r.Open() {
			r.LiftedOn, r.LiftedAt, r.LiftEvidence = laterOf(last.AddDays(1), r.SuspendedFrom), s.clock.Instant(), "contract ended"
			if _, err := s.store.lift(ctx, r); err != nil {
				return err
			}
		}
	}
	endings, err := s.store.endings(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range endings {
		e := &endings[i]
		switch {
		case e.State == EndingRunning && to == Terminated:
			err = s.closeEnding(ctx, c, e, EndingDone, on, "", "")
		case e.State == EndingRunning || e.State == EndingRequested:
			err = s.closeEnding(ctx, c, e, EndingLapsed, on, "合同已经终止 · the contract has ended", "")
		}
		if err != nil {
			return err
		}
	}
	reason, en := c.EndReason, c.EndReason
	if because != nil {
		c.EndCause, c.EndReason = "", because.zh // no termination ended it
		reason, en = because.zh, because.en
	}
	c.EndedOn, c.OpenReasons = last, nil
	err = s.move(ctx, c, to, change{
		action: action, reason: reason, on: on,
		set:    map[string]any{"ended_on": last, "end_cause": c.EndCause, "end_reason": c.EndReason},
		detail: map[string]any{"cause": c.EndCause, "last_day": last},
	})
	if err != nil {
		return err
	}
	return s.tell(ctx, c, "contract_ended", map[string]string{"last_day": last.String(), "reason": reason}, map[string]string{"reason": en})
}

// ExpireDue decides on the contracts whose last day was before day: those of a termination end, the others renew themselves
// or expire (C08). Each has a transaction of its own; it may run any number of times.
func (s *Service) ExpireDue(ctx context.Context, day caldate.Date) error {
	due, err := s.store.ended(ctx, day)
	if err != nil {
		return fmt.Errorf("contracts that ended before %s: %w", day, err)
	}
	var failed []error
	for _, id := range due {
		_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
			_, last := c.Life()
			switch {
			case !c.State.Live() || !last.Before(day): // somebody else was faster
				return nil
			case !c.EndsOn.IsZero() && !c.EndsOn.After(c.EndDate):
				return s.end(ctx, c, Terminated, last, last.AddDays(1), "contract.terminate", nil)
			}
			t, err := s.termsOn(ctx, id, c.EndDate)
			if err != nil {
				return err
			}
			until, because, err := s.goesOn(ctx, c, t)
			switch {
			case err != nil:
				return err
			case !until.IsZero():
				return s.renew(ctx, c, t, until)
			}
			return s.end(ctx, c, Expired, last, last.AddDays(1), "contract.expire", &because)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("end contract %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

// terminateUnpaid ends the contracts that have been suspended for non-payment for as many days as their terms allow.
func (s *Service) terminateUnpaid(ctx context.Context, day caldate.Date) error {
	rows, err := s.store.unpaid(ctx)
	if err != nil {
		return fmt.Errorf("contracts suspended for non-payment on %s: %w", day, err)
	}
	var failed []error
	for page := range slices.Chunk(rows, 500) {
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].ContractID
		}
		days, err := s.store.endAfter(ctx, ids, day)
		if err != nil {
			return err
		}
		for _, r := range page {
			if n := days[r.ContractID]; n == 0 || r.SuspendedFrom.AddDays(n).After(day) {
				continue
			}
			if err := s.terminateFor(ctx, r, day); err != nil {
				failed = append(failed, fmt.Errorf("terminate contract %s for non-payment: %w", r.ContractID, err))
			}
		}
	}
	return errors.Join(failed...)
}

func (s *Service) terminateFor(ctx context.Context, r Suspension, day caldate.Date) error {
	c, err := s.store.byID(ctx, r.ContractID, day)
	if err != nil {
		return err
	}
	n := c.Terms.TerminateAfterSuspendedDays
	over := r.SuspendedFrom.AddDays(n)
	if n == 0 || over.After(day) || !c.State.Live() {
		return nil
	}
	count, err := s.store.countEndings(ctx, c.ID)
	if err != nil {
		return err
	}
	e := &Ending{
		ID: ids.New(), Number: fmt.Sprintf("%s-T%02d", c.Number, count+1), ContractID: c.ID, Cause: NotPaid, BySide: ProviderSide, StartsOn: r.SuspendedFrom, ClockDays: n, LastDay: over.AddDays(-1),
		Reason: fmt.Sprintf("欠费停机满 %d 日 · suspended for non-payment for %d days", n, n), RequestedBy: actor.From(ctx).UserID, RequestedAt: s.clock.Instant(),
	}
	paper, err := s.noticeOf(ctx, c, e)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, c.ID, func(ctx context.Context, c *Contract) error {
		open, err := s.store.openSuspension(ctx, c.ID, NonPayment)
		if err != nil || open == nil || open.ID != r.ID || !c.State.Live() { // paid in the meantime
			return err
		}
		if err := s.closeEndings(ctx, c, e.ID, EndingReplaced, day, e.Number); err != nil {
			return err
		}
		e.State, e.LiveKey = EndingRunning, &e.ContractID
		if paper != nil {
			e.NoticeID, e.NoticeSHA256 = paper.id, paper.sha256
			if _, err := s.Documents.Link(ctx, paper.id, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		if err := s.store.insertEnding(ctx, e); err != nil {
			return err
		}
		if err := s.recordEnding(ctx, c, e, "ending.start", e.Reason, ""); err != nil {
			return err
		}
		c.EndCause, c.EndReason = e.Cause, e.Reason
		return s.end(ctx, c, Terminated, e.LastDay, over, "contract.terminate", nil)
	})
	return err
}

// RunDay does what a day brings to contracts: new terms begin; ends and renewals, so that a successor may start on the day
// after; those that only waited for their start date; reminders.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) error {
	failed := []error{
		s.settlePrices(ctx, day), s.lapseForms(ctx, day), s.lapseAnnexes(ctx, day), s.begin(ctx, day), s.runForceMajeures(ctx, day), s.ExpireDue(ctx, day), s.terminateUnpaid(ctx, day),
	}
	waiting, err := s.store.starting(ctx, day)
	if err != nil {
		return errors.Join(append(failed, fmt.Errorf("contracts that start by %s: %w", day, err))...)
	}
	for _, id := range waiting {
		failed = append(failed, s.tryActivate(ctx, id, day))
	}
	failed = append(failed, s.remind(ctx, day))
	return errors.Join(failed...)
}

// Settle notes that an ended contract has its final bill and that nothing is owed any more; money's jobs call it. Without a
// deposit and without money in its wallet its file is closed; with one finance is asked to return it. One that is settled already stays so. Errors: ErrNotFound, ErrState.
func (s *Service) Settle(ctx context.Context, id, evidence string) error {
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State == Settled || c.State == Closed {
			return nil
		}
		if err := s.move(ctx, c, Settled, change{action: "contract.settle", reason: cut(evidence)}); err != nil {
			return err
		}
		return s.settleUp(ctx, c)
	})
	return err
}

// Close closes the file of a settled contract once its deposit and what was in its wallet have been returned. Errors: ErrNotFound, ErrState, ErrOwed.
func (s *Service) Close(ctx context.Context, id, evidence string) error {
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State == Closed {
			return nil
		}
		held, err := s.held(ctx, c)
		if err != nil {
			return err
		}
		left, err := s.inWallet(ctx, c)
		if err != nil {
			return err
		}
		if held != 0 || left != 0 {
			return ErrOwed.With("deposit_fen", int64(held)).With("wallet_fen", int64(left))
		}
		return s.move(ctx, c, Closed, change{action: "contract.close", reason: cut(evidence)})
	})
	return err
}

// Actions are what a person may do next with a contract until it is in force, before capabilities: a function of the state,
// of what is signed and of who had a hand in it. LifeActions has what comes after.
func Actions(c *Contract, signings []Signing, held bool, who actor.Actor) []string {
	var out []string
	switch c.State {
	case Draft:
		out = append(out, "edit", "submit")
	case UnderReview:
		if mayReview(c, who.UserID) {
			out = append(out, "approve", "reject")
		}
		out = append(out, "withdraw")
	case AwaitingSignature:
		confirmed, open := 0, false
		for i := range signings {
			if signings[i].Confirmed() {
				confirmed++
			} else if signings[i].RecordedBy != who.UserID {
				open = true
			}
		}
		if confirmed < 2 {
			out = append(out, "sign")
		}
		if open {
			out = append(out, "confirm_signing")
		}
		if len(signings) == 0 {
			out = append(out, "withdraw")
		}
	}
	if !held && c.Terms.Deposit > 0 && (c.State == AwaitingSignature || c.State.Live()) {
		out = append(out, "deposit")
	}
	return out
}
