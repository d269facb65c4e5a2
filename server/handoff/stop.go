package handoff

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// StopNow is the emergency stop: from the next slice on nothing leaves within the scope, on any server, until somebody lifts
// it. What has been handed to an engine can't be called back. Errors: ErrGrounds, ErrStop, ErrNoTarget, ErrStopped.
func (s *Service) StopNow(ctx context.Context, scope StopScope, objectID, reason string) (*Stop, error) {
	reason, err := grounds(reason)
	if err != nil {
		return nil, err
	}
	switch scope {
	case StopAll:
		objectID = ""
	case StopCustomer, StopContract, StopSignature, StopChannel:
		if objectID == "" {
			return nil, ErrStop
		}
	default:
		return nil, ErrStop
	}
	if err := s.checkTarget(ctx, scope, objectID); err != nil {
		return nil, err
	}
	live := string(scope) + ":" + objectID
	p := &Stop{ID: ids.New(), Scope: string(scope), ObjectID: objectID, LiveKey: &live, Reason: reason, SetBy: actor.From(ctx).UserID, SetAt: s.Clock.Instant()}
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addStop(ctx, p); err != nil {
			if db.IsDuplicate(err) {
				return ErrStopped
			}
			return err
		}
		return s.Trail.Record(ctx, stopEntry(p, "handoff.stop", reason))
	})
	return p, err
}

func (s *Service) checkTarget(ctx context.Context, scope StopScope, id string) error {
	switch {
	case scope == StopAll:
		return nil
	case len(id) > 32:
		return ErrNoTarget
	case scope == StopChannel:
		if number, err := s.number(ctx, id); err != nil || number > 0 {
			return err
		}
		return ErrNoTarget
	case s.Targets == nil:
		return nil
	}
	return s.Targets.StopTarget(ctx, scope, id)
}

// LiftStop lets go on what was stopped. Errors: ErrGrounds, ErrNoStop.
func (s *Service) LiftStop(ctx context.Context, id, reason string) error {
	reason, err := grounds(reason)
	if err != nil {
		return err
	}
	p, err := s.store.stop(ctx, id)
	if err != nil {
		return err
	}
	return s.DB.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.liftStop(ctx, id, actor.From(ctx).UserID, s.Clock.Instant())
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoStop
		}
		return s.Trail.Record(ctx, stopEntry(p, "handoff.lift_stop", reason))
	})
}

// Stops gives the stops that hold.
func (s *Service) Stops(ctx context.Context) ([]Stop, error) { return s.store.stops(ctx) }

// StopsOf gives the stops that hold of a customer, its contracts and its signatures, the newest first; not those of everything.
func (s *Service) StopsOf(ctx context.Context, customerID string) ([]Stop, error) {
	return s.store.stopsOf(ctx, customerID)
}

func stopEntry(p *Stop, action, reason string) trail.Entry {
	e := trail.Entry{Action: action, ObjectType: "handoff_stop", ObjectID: p.ID, Reason: reason, Detail: map[string]any{"scope": p.Scope, "object": p.ObjectID}}
	switch StopScope(p.Scope) {
	case StopCustomer:
		e.CustomerID = p.ObjectID
	case StopContract:
		e.ContractID = p.ObjectID
	}
	return e
}

// grounds is why a person does what can't be undone by itself, as it is kept in the audit trail, or ErrGrounds.
func grounds(reason string) (string, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	return reason, f.Err(ErrGrounds)
}
