package contract

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// RecordForceMajeure enters an event into the register: what it is, since when, its proof, and which obligations it pauses (C20). The
// clocks of running terminations stop with it. Errors: ErrForceMajeure with the fields, ErrNotFound, ErrState, ErrForceRunning, those of
// document.Link.
func (s *Service) RecordForceMajeure(ctx context.Context, id string, in ForceMajeureDraft) (*ForceEvent, error) {
	now := s.clock.Instant()
	in, err := in.check(now.Date())
	if err != nil {
		return nil, err
	}
	var m *ForceEvent
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		all, err := s.store.forceMajeures(ctx, id)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].EndsOn.IsZero() && all[i].Side == in.Side {
				return ErrForceRunning.With("number", all[i].Number)
			}
		}
		if err := s.belongs(ctx, c, in.DocumentID); err != nil {
			return err
		}
		m = &ForceEvent{
			ID: ids.New(), Number: fmt.Sprintf("%s-E%02d", c.Number, len(all)+1), ContractID: c.ID, CustomerID: c.CustomerID, Side: in.Side, What: in.What, Pauses: in.Pauses,
			StartsOn: in.StartsOn, ToldOn: in.ToldOn, DocumentID: in.DocumentID, RecordedBy: actor.From(ctx).UserID, RecordedAt: now,
		}
		if err := s.store.insertForceMajeure(ctx, m); err != nil {
			return err
		}
		if err := s.recordForce(ctx, m, "force_majeure.begin", m.What); err != nil {
			return err
		}
		if err := s.stretch(ctx, c, append(all, *m), now.Date()); err != nil {
			return err
		}
		who := sideWords[m.Side]
		return s.tell(ctx, c, "force_majeure", map[string]string{"number": m.Number, "who": who[0], "what": m.What, "since": m.StartsOn.String(), "over": m.OverOn().String()},
			map[string]string{"who": who[1]})
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

var sideWords = map[Side][2]string{CustomerSide: {"客户", "the customer"}, ProviderSide: {"我方", "the provider"}}

// ForceMajeureEnd says that an event is over.
type ForceMajeureEnd struct {
	LastDay    caldate.Date
	Reason     string
	DocumentID string
}

// EndForceMajeure enters that an event is over: its last day, and the proof. The clocks that it paused run on. Errors: ErrForceMajeure with
// the fields, ErrNotFound, ErrNoForceMajeure, ErrForceOver, those of document.Link.
func (s *Service) EndForceMajeure(ctx context.Context, id, eventID string, in ForceMajeureEnd) (*ForceEvent, error) {
	var f errs.Fields
	today := s.clock.Today()
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false)
	if in.LastDay.IsZero() {
		in.LastDay = today
	}
	if in.LastDay.After(today) {
		f.Add("last_day", "future", "结束日期 "+in.LastDay.String()+" 还没有到", in.LastDay.String()+" has not come yet")
	}
	if err := f.Err(ErrForceMajeure); err != nil {
		return nil, err
	}
	var m *ForceEvent
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		all, err := s.store.forceMajeures(ctx, id)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].ID == eventID {
				m = &all[i]
			}
		}
		switch {
		case m == nil:
			return ErrNoForceMajeure
		case !m.EndsOn.IsZero():
			return ErrForceOver.With("ends_on", m.EndsOn)
		case in.LastDay.Before(m.StartsOn):
			return ErrForceMajeure.At("last_day", "order", "结束日期早于开始日期 "+m.StartsOn.String(), "before it began on "+m.StartsOn.String())
		}
		if err := s.belongs(ctx, c, in.DocumentID); err != nil {
			return err
		}
		m.EndsOn, m.EndedReason, m.EndedDocumentID, m.EndedBy, m.EndedAt = in.LastDay, in.Reason, in.DocumentID, actor.From(ctx).UserID, s.clock.Instant()
		ok, err := s.store.endForceMajeure(ctx, m)
		if err != nil {
			return err
		}
		if !ok {
			return ErrStale
		}
		if err := s.recordForce(ctx, m, "force_majeure.end", in.Reason); err != nil || !c.State.Live() {
			return err
		}
		return s.stretch(ctx, c, all, today)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Service) recordForce(ctx context.Context, m *ForceEvent, action, reason string) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "force_majeure", ObjectID: m.ID, CustomerID: m.CustomerID, ContractID: m.ContractID, Reason: reason,
		Detail: map[string]any{"number": m.Number, "side": m.Side, "pauses": m.Pauses, "starts_on": m.StartsOn, "ends_on": m.EndsOn},
	})
}

// stretch moves the end of a clock that runs by the days of force majeure up to a day: while an event lasts, the clock is not over.
func (s *Service) stretch(ctx context.Context, c *Contract, events []ForceEvent, day caldate.Date) error {
	rows, err := s.store.endings(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		e := &rows[i]
		n := pausedDays(events, e.StartsOn, day)
		if !pausable(e) || n == e.PausedDays {
			continue
		}
		last := laterOf(e.LastDay.AddDays(n-e.PausedDays), day)
		if n < e.PausedDays && !e.AskedLastDay.IsZero() {
			last = laterOf(last, e.AskedLastDay)
		}
		if err := s.store.stretchEnding(ctx, e.ID, last, n); err != nil {
			return err
		}
		ok, err := s.store.update(ctx, c, c.State, map[string]any{"ends_on": last})
		if err != nil {
			return err
		}
		if !ok {
			return ErrStale
		}
		c.EndsOn, c.Version = last, c.Version+1
		err = s.note(ctx, c, change{action: "contract.clock_paused", on: day, detail: map[string]any{"number": e.Number, "paused_days": n, "last_day": last}})
		if err != nil {
			return err
		}
	}
	return nil
}

// runForceMajeures lets the clocks that events pause wait for another day, and tells both sides once an event has lasted so long that the
// contract may be ended for it.
func (s *Service) runForceMajeures(ctx context.Context, day caldate.Date) error {
	open, err := s.store.openForceMajeures(ctx, day)
	if err != nil {
		return fmt.Errorf("force majeures of %s: %w", day, err)
	}
	var failed []error
	for i := range open {
		m := &open[i]
		_, err := s.change(ctx, m.ContractID, func(ctx context.Context, c *Contract) error {
			if !c.State.Live() {
				return nil
			}
			all, err := s.store.forceMajeures(ctx, c.ID)
			if err != nil {
				return err
			}
			if err := s.stretch(ctx, c, all, day); err != nil || day.Before(m.OverOn()) {
				return err
			}
			return s.once(ctx, c, "force:"+m.ID, day, func(ctx context.Context) error {
				return s.tell(ctx, c, "force_majeure_over", map[string]string{"number": m.Number, "what": m.What, "days": fmt.Sprint(ForceMajeureDays)}, nil)
			})
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("force majeure %s: %w", m.Number, err))
		}
	}
	return errors.Join(failed...)
}

// ForceMajeures gives the register of a contract, the first event first.
func (s *Service) ForceMajeures(ctx context.Context, id string) ([]ForceEvent, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.forceMajeures(ctx, id)
}

// AllForceMajeures gives the whole register within the actor's scope, the newest event first, 500 at most.
func (s *Service) AllForceMajeures(ctx context.Context) ([]ForceEvent, error) {
	return s.store.allForceMajeures(ctx, 500)
}
