package carrier

import (
	"context"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Service keeps orders and rules.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	trail      *trail.Trail
	categories []string
	store      store
}

// New makes the service; categories are those of messages that an order may be about.
func New(d *db.DB, c clock.Clock, t *trail.Trail, categories []string) *Service {
	return &Service{d, c, t, categories, store{d}}
}

// shown is how much of the past lists give.
const shown = 200

// Give writes an order down; from then on the hand-off keeps to it.
func (s *Service) Give(ctx context.Context, o Order) (*Order, error) {
	var f errs.Fields
	o.GivenBy = form.Text(&f, "given_by", o.GivenBy, 191, true)
	o.Reference = form.Text(&f, "reference", o.Reference, 191, true)
	o.Reason = form.Lines(&f, "reason", o.Reason, 500, true)
	if err := f.Err(ErrWords); err != nil {
		return nil, err
	}
	now := s.clock.Instant()
	if err := o.fits(now, s.categories); err != nil {
		return nil, err
	}
	o.ID, o.SetBy, o.SetAt = ids.New(), actor.From(ctx).UserID, now
	o.LiftedBy, o.LiftedAt, o.LiftReason = "", caldate.Instant{}, ""
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addOrder(ctx, &o); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "carrier.order", ObjectType: "carrier_order", ObjectID: o.ID, Reason: o.Reason,
			Detail: map[string]any{
				"carrier": o.Carrier, "category": o.Category, "measure": o.Measure, "volume": o.Volume, "given_by": o.GivenBy, "reference": o.Reference, "until": o.UntilAt,
			},
		})
	})
	return &o, err
}

// Lift ends an order before its time.
func (s *Service) Lift(ctx context.Context, id, reason string) (*Order, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	if err := f.Err(ErrReason); err != nil {
		return nil, err
	}
	var o *Order
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if o, err = s.store.order(ctx, id); err != nil {
			return err
		}
		now := s.clock.Instant()
		if !o.Holds(now) {
			return ErrNoOrder
		}
		o.LiftedBy, o.LiftedAt, o.LiftReason = actor.From(ctx).UserID, now, reason
		ok, err := s.store.lift(ctx, o)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoOrder
		}
		return s.trail.Record(ctx, trail.Entry{Action: "carrier.lift_order", ObjectType: "carrier_order", ObjectID: o.ID, Reason: reason, Detail: map[string]any{"carrier": o.Carrier}})
	})
	return o, err
}

// Live gives the orders in force now, oldest first.
func (s *Service) Live(ctx context.Context) ([]Order, error) {
	return s.store.live(ctx, s.clock.Instant())
}

// Orders gives the newest orders, those that are over too.
func (s *Service) Orders(ctx context.Context) ([]Order, error) { return s.store.orders(ctx, shown) }

// Publish sets the next version of a carrier's rules. What people had acknowledged before does not count for it.
func (s *Service) Publish(ctx context.Context, r Rule) (*Rule, error) {
	var f errs.Fields
	r.Title = form.Text(&f, "title", r.Title, 191, true)
	r.Body = form.Lines(&f, "body", r.Body, 50_000, true)
	r.Source = form.Text(&f, "source", r.Source, 191, true)
	if r.InForceOn.IsZero() {
		f.Add("in_force_on", "required", "请填写", "is missing")
	}
	if err := f.Err(ErrRule); err != nil {
		return nil, err
	}
	if !slices.Contains(Names(), r.Carrier) {
		return nil, ErrCarrier
	}
	r.ID, r.SetBy, r.SetAt = ids.New(), actor.From(ctx).UserID, s.clock.Instant()
	err := s.db.Run(ctx, func(ctx context.Context) error {
		last, err := s.store.newest(ctx, r.Carrier)
		if err != nil {
			return err
		}
		r.Version = last + 1
		if err := s.store.addRule(ctx, &r); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "carrier.publish_rule", ObjectType: "carrier_rule", ObjectID: r.ID, On: r.InForceOn,
			Detail: map[string]any{"carrier": r.Carrier, "version": r.Version, "title": r.Title},
		})
	})
	return &r, err
}

// Acknowledge notes that the caller has read a version; only the newest of its carrier can be acknowledged.
func (s *Service) Acknowledge(ctx context.Context, ruleID string) error {
	who := actor.From(ctx)
	return s.db.Run(ctx, func(ctx context.Context) error {
		r, err := s.store.rule(ctx, ruleID)
		if err != nil {
			return err
		}
		newest, err := s.store.newest(ctx, r.Carrier)
		if err != nil {
			return err
		}
		if r.Version != newest {
			return ErrOldRule
		}
		acks, err := s.store.acks(ctx, []string{ruleID})
		if err != nil || slices.ContainsFunc(acks, func(a Ack) bool { return a.UserID == who.UserID }) {
			return err
		}
		if err := s.store.addAck(ctx, &Ack{RuleID: ruleID, UserID: who.UserID, UserName: who.Name, At: s.clock.Instant()}); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "carrier.acknowledge", ObjectType: "carrier_rule", ObjectID: ruleID, Detail: map[string]any{"carrier": r.Carrier, "version": r.Version}})
	})
}

// RuleView is a version with who has read it.
type RuleView struct {
	Rule
	Newest bool  `json:"newest"`
	Acks   []Ack `json:"acks"`
	Mine   bool  `json:"mine" doc:"Whether the caller has acknowledged it."`
}

// Rules gives the versions of all carriers' rules, newest first within a carrier.
func (s *Service) Rules(ctx context.Context) ([]RuleView, error) {
	rules, err := s.store.rules(ctx, shown)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(rules))
	for i := range rules {
		names[i] = rules[i].ID
	}
	acks, err := s.store.acks(ctx, names)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx).UserID
	out := make([]RuleView, len(rules))
	for i, r := range rules {
		v := RuleView{Rule: r, Newest: i == 0 || rules[i-1].Carrier != r.Carrier, Acks: []Ack{}}
		for _, a := range acks {
			if a.RuleID == r.ID {
				v.Acks = append(v.Acks, a)
				v.Mine = v.Mine || a.UserID == me
			}
		}
		out[i] = v
	}
	return out, nil
}
