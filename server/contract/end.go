package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Termination ends a contract before its end date (C09).
type Termination struct {
	Cause      Cause
	Reason     string
	LastDay    caldate.Date // last day of service; none or today: the service stops now, and today was the last day
	DocumentID string       // the agreement or notice, if there is one on paper
}

func (t Termination) check(c *Contract, today caldate.Date) (Termination, error) {
	var f errs.Fields
	if !slices.Contains(Causes(), t.Cause) {
		var names []string
		for _, k := range Causes() {
			names = append(names, string(k))
		}
		list := strings.Join(names, ", ")
		f.Add("cause", "unknown", "没有这种终止事由，请选择："+list, "no such cause; choose one of: "+list)
	}
	t.Reason = form.Lines(&f, "reason", t.Reason, maxReason, true)
	switch d := t.LastDay; {
	case d.IsZero():
	case d.Before(today):
		f.Add("on", "past", "最后服务日 "+d.String()+" 已经过去；请填今天或以后的日期", "the last day, "+d.String()+", has passed; give today or a later day")
	case d.After(c.EndDate):
		f.Add("on", "after_end", "最后服务日晚于合同终止日 "+c.EndDate.String(), "the last day is after the contract's end on "+c.EndDate.String())
	case t.Cause == IllegalContent && d.After(today):
		f.Add("on", "at_once", "因违法内容终止须立即生效，请填今天", "illegal content ends a contract at once; give today")
	}
	return t, f.Err(ErrEnd)
}

// Terminate ends a contract that is in force: at once, or at the end of a later day. Errors: ErrEnd with the fields,
// ErrNotFound, ErrState.
func (s *Service) Terminate(ctx context.Context, id string, t Termination) (*Contract, error) {
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		today := s.clock.Today()
		t, err := t.check(c, today)
		if err != nil {
			return err
		}
		if t.DocumentID != "" {
			if _, err := s.Documents.Link(ctx, t.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		c.EndCause, c.EndReason = t.Cause, t.Reason
		if !t.LastDay.After(today) {
			return s.end(ctx, c, Terminated, today, "contract.terminate")
		}
		c.EndsOn = t.LastDay
		ok, err := s.store.update(ctx, c, c.State, map[string]any{"ends_on": c.EndsOn, "end_cause": c.EndCause, "end_reason": c.EndReason})
		if err != nil {
			return err
		}
		if !ok {
			return ErrStale
		}
		c.Version++
		if err := s.note(ctx, c, change{action: "contract.announce_end", reason: t.Reason, detail: map[string]any{"cause": t.Cause, "last_day": t.LastDay}}); err != nil {
			return err
		}
		return s.tell(ctx, c, "contract_ends", map[string]string{"last_day": t.LastDay.String(), "reason": t.Reason}, nil)
	})
}

// end stops the service for good after its last day: open suspensions end with it.
func (s *Service) end(ctx context.Context, c *Contract, to State, last caldate.Date, action string) error {
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
	reason, en := c.EndReason, c.EndReason
	if to == Expired {
		reason, en = "合同期满", "the term is over"
	}
	c.EndedOn, c.OpenReasons = last, nil
	err = s.move(ctx, c, to, change{
		action: action, reason: reason, on: last.AddDays(1),
		set:    map[string]any{"ended_on": last, "end_cause": c.EndCause, "end_reason": c.EndReason},
		detail: map[string]any{"cause": c.EndCause, "last_day": last},
	})
	if err != nil {
		return err
	}
	return s.tell(ctx, c, "contract_ended", map[string]string{"last_day": last.String(), "reason": reason}, map[string]string{"reason": en})
}

// ExpireDue ends the contracts whose last day was before day: at the agreed end, or by a termination for that day. Each
// has a transaction of its own; it may run any number of times.
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
			case !c.EndsOn.IsZero():
				return s.end(ctx, c, Terminated, last, "contract.terminate")
			}
			return s.end(ctx, c, Expired, last, "contract.expire")
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("end contract %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

// RunDay does what a day brings to contracts: ends first, so that a successor may start on the day after, then those that
// only waited for their start date.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) error {
	failed := []error{s.ExpireDue(ctx, day)}
	waiting, err := s.store.starting(ctx, day)
	if err != nil {
		return errors.Join(append(failed, fmt.Errorf("contracts that start by %s: %w", day, err))...)
	}
	for _, id := range waiting {
		failed = append(failed, s.tryActivate(ctx, id, day))
	}
	return errors.Join(failed...)
}

// Settle notes that an ended contract has its final bill and that nothing is owed any more; money's jobs call it. One that
// is settled already stays so. Errors: ErrNotFound, ErrState.
func (s *Service) Settle(ctx context.Context, id, evidence string) error {
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State == Settled || c.State == Closed {
			return nil
		}
		return s.move(ctx, c, Settled, change{action: "contract.settle", reason: cut(evidence)})
	})
	return err
}

// Close closes the file of a settled contract once its deposit has been returned. Errors: ErrNotFound, ErrState, ErrOwed.
func (s *Service) Close(ctx context.Context, id, evidence string) error {
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State == Closed {
			return nil
		}
		held, err := s.held(ctx, c)
		if err != nil {
			return err
		}
		if held != 0 {
			return ErrOwed.With("deposit_fen", int64(held))
		}
		return s.move(ctx, c, Closed, change{action: "contract.close", reason: cut(evidence)})
	})
	return err
}

// Actions are what a person may do next with a contract, before capabilities: a function of the state, of what is signed
// and of who had a hand in it.
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
	case Active, Suspended:
		out = append(out, "terminate")
	}
	if !held && c.Terms.Deposit > 0 && (c.State == AwaitingSignature || c.State.Live()) {
		out = append(out, "deposit")
	}
	return out
}
