package handoff

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
)

// Hear takes one call of a channel's other side at our receipt endpoint; name is the channel's, or the kind of engine where
// only one channel has it. A call that does not prove where it comes from is refused and logged, one that was heard before is
// ErrReplayed, and one about no message of ours is ErrStranger.
func (s *Service) Hear(ctx context.Context, name string, call Call) (Booked, error) {
	c := s.listener(name)
	if c == nil {
		return Booked{}, ErrNoEngine
	}
	told, err := c.Engine.(Listener).Hear(call)
	if err != nil {
		s.log.WarnContext(ctx, "receipt refused", "channel", c.Name, "ip", actor.From(ctx).IP, "error", err)
		return Booked{}, err
	}
	if told.Nonce != "" {
		err := s.DB.Run(ctx, func(ctx context.Context) error {
			return s.store.addNonce(ctx, nonceRow{c.Name, told.Nonce, s.Clock.RealInstant()})
		})
		if db.IsDuplicate(err) {
			s.log.WarnContext(ctx, "call replayed", "channel", c.Name, "ip", actor.From(ctx).IP)
			return Booked{}, ErrReplayed
		}
		if err != nil {
			return Booked{}, err
		}
		failpoint.Hit("handoff.hear.nonce")
	}
	if err := s.Replied(ctx, c.Name, told.Replies); err != nil {
		return Booked{}, err
	}
	if len(told.Receipts) == 0 {
		return Booked{}, nil
	}
	b, err := s.Receive(ctx, c.Name, told.Receipts)
	if err == nil && b.Strangers == len(told.Receipts) {
		err = ErrStranger
	}
	return b, err
}

func (s *Service) listener(name string) *Channel {
	if c := s.channel(name); c != nil {
		if _, ok := c.Engine.(Listener); ok {
			return c
		}
		return nil
	}
	for i := range s.Channels {
		if _, ok := s.Channels[i].Engine.(Listener); ok && s.Channels[i].Engine.Kind() == name {
			return &s.Channels[i]
		}
	}
	return nil
}

// sink books what a channel's sessions bring.
type sink struct {
	s    *Service
	name string
}

// Receipts implements Sink.
func (k sink) Receipts(ctx context.Context, rs []Receipt) error {
	_, err := k.s.Receive(ctx, k.name, rs)
	return err
}

// Replies implements Sink.
func (k sink) Replies(ctx context.Context, rs []Reply) error { return k.s.Replied(ctx, k.name, rs) }
