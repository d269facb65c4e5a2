package corner

import (
	"context"
	"errors"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// IsFrozen tells whether a customer's freeze holds.
func (s *Service) IsFrozen(ctx context.Context, customerID string) (bool, error) {
	f, err := s.store.liveFreeze(ctx, customerID)
	return f != nil, err
}

// Freeze closes everything of the actor's own customer at once: all accounts and sessions, the actor's own too, all keys, and
// what is being sent stops with the next slice (P06). Only support lifts it.
func (s *Service) Freeze(ctx context.Context, reason string) (*Freeze, error) {
	by := actor.From(ctx)
	reason = cut(strings.TrimSpace(reason), maxNote)
	if reason == "" {
		return nil, ErrNeedReason
	}
	live := by.CustomerID
	f := &Freeze{ID: ids.New(), CustomerID: by.CustomerID, LiveKey: &live, Reason: reason, FrozenBy: by.UserID, FrozenByName: cut(by.Name, 100), FrozenAt: s.clock.Instant()}
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		c, err := s.Customers.Get(ctx, by.CustomerID)
		if err != nil {
			return err
		}
		if f.People, err = s.Staff.FreezeCustomer(ctx, c.ID, reason); err != nil {
			return err
		}
		keys, err := s.APIKeys.FreezeAll(ctx, c.ID)
		if err != nil {
			return err
		}
		switch stop, err := s.Stops.StopNow(ctx, handoff.StopCustomer, c.ID, reason); {
		case err == nil:
			f.StopID = stop.ID
		case !errors.Is(err, handoff.ErrStopped): // somebody of ours has stopped it before: that one stays
			return err
		}
		if err := s.store.insert(ctx, f); err != nil {
			if db.IsDuplicate(err) {
				return ErrIsFrozen
			}
			return err
		}
		if err := s.Notices.Send(ctx, notice.To{Role: "system_admin", About: notice.About{ObjectType: "customer", ObjectID: c.ID, CustomerID: c.ID}}, "customer_frozen",
			map[string]string{"customer": c.Name, "number": c.Number, "person": by.Name, "reason": reason}, nil); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "customer.freeze", ObjectType: "customer", ObjectID: c.ID, CustomerID: c.ID, To: "frozen", Reason: reason,
			Detail: map[string]any{"people": len(f.People), "keys": keys, "stop": f.StopID}})
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Lift opens again what a freeze has closed, after a check on record (P11). What was on its way is paused first: the customer
// looks at each batch and lets it go on or takes it back.
func (s *Service) Lift(ctx context.Context, id, reason string) (*Freeze, error) {
	by := actor.From(ctx)
	reason = cut(strings.TrimSpace(reason), maxNote)
	if reason == "" {
		return nil, ErrNeedReason
	}
	var f *Freeze
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if f, err = one[Freeze](s.store, ctx, ErrNoFreeze, "id = ? AND live_key IS NOT NULL", id); err != nil {
			return err
		}
		check, err := s.require(ctx, f.CustomerID, "customer.unfreeze", "freeze", f.ID)
		if err != nil {
			return err
		}
		f.LiveKey, f.LiftedBy, f.LiftedAt, f.LiftReason, f.CheckID = nil, by.UserID, s.clock.Instant(), reason, check.ID
		if err := s.store.lift(ctx, f); err != nil {
			return err
		}
		paused, err := s.pauseAll(ctx, f.CustomerID)
		if err != nil {
			return err
		}
		if f.StopID != "" {
			if err := s.Stops.LiftStop(ctx, f.StopID, reason); err != nil && !errors.Is(err, handoff.ErrNoStop) {
				return err
			}
		}
		if err := s.Staff.UnfreezeCustomer(ctx, f.CustomerID, f.People, reason); err != nil {
			return err
		}
		keys, err := s.APIKeys.UnfreezeAll(ctx, f.CustomerID)
		if err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "customer.unfreeze", ObjectType: "customer", ObjectID: f.CustomerID, CustomerID: f.CustomerID, From: "frozen", Reason: reason,
			Detail: map[string]any{"people": len(f.People), "keys": keys, "paused": paused, "check": check.ID}})
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// onTheWay are the states in which a batch would go on by itself once the stop is lifted.
var onTheWay = []batch.State{batch.Screening, batch.Confirming, batch.InReview, batch.Approved, batch.Sending}

func (s *Service) pauseAll(ctx context.Context, customerID string) (n int, err error) {
	theirs := actor.From(ctx)
	theirs.Scope = actor.Scope{CustomerID: customerID}
	ctx = actor.With(ctx, theirs)
	for cursor := ""; ; {
		items, _, next, err := s.Batches.List(ctx, batch.Query{States: onTheWay, Cursor: cursor, Limit: 200})
		if err != nil {
			return n, err
		}
		for _, b := range items {
			if err := s.Batches.Pause(ctx, b.ID, "customer.freeze"); err != nil {
				return n, err
			}
			n++
		}
		if cursor = next; cursor == "" {
			return n, nil
		}
	}
}

// Freezes lists those of a customer within the actor's scope; all that hold where none is named.
func (s *Service) Freezes(ctx context.Context, customerID string) ([]Freeze, error) {
	return s.store.freezes(ctx, customerID)
}
