package handoff

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
)

// What an engine of a fleet asks, that takes references off a queue and sends by itself. Whatever the queue says is checked
// against what was written down here: who writes into the queue can make nothing leave.

// Leave tells whether messages of a batch may leave an engine now.
type Leave struct {
	Ended string // never more, and why
	Wait  string // not now, and why
}

// mayPass are the reasons that were settled when a message was handed to the queue, and mean nothing any more.
var mayPass = map[string]bool{HoldDailyCap: true, HoldBalance: true, HoldChannel: true, HoldEngine: true, HoldChannelHours: true, HoldOrder: true}

// MayLeave is asked by engines before each call of their own: stops, pauses, the contract and its hours hold for what is in a
// queue, too.
func (s *Service) MayLeave(ctx context.Context, channel, batchID string) (Leave, error) {
	ctx = actor.With(ctx, actor.System("engine"))
	h, err := s.store.handoff(ctx, batchID)
	if err != nil {
		return Leave{}, err
	}
	g, err := s.gates(ctx, h)
	if err != nil {
		return Leave{}, err
	}
	if g.ended != "" {
		return Leave{Ended: g.ended}, nil
	}
	for _, hold := range g.holds {
		if !mayPass[hold.Reason] {
			return Leave{Wait: hold.Reason}, nil
		}
	}
	for i := range g.lanes {
		if l := &g.lanes[i]; l.Name == channel && l.hold.Reason == HoldStopped {
			return Leave{Wait: HoldStopped}, nil
		}
	}
	return Leave{}, nil
}

// Resolved is what a reference names.
type Resolved struct {
	Messages []Outgoing
	Blocked  []string // keys of recipients who went on a list since: they must not be sent any more
}

// ErrReference says that a reference does not fit what was handed off: it is forged, or from another time.
var ErrReference = errors.New("handoff: the reference does not fit what was handed off")

// Resolve opens the messages of a reference that left by the channel, and nothing else.
func (s *Service) Resolve(ctx context.Context, channel string, r Reference) (*Resolved, error) {
	ctx = actor.With(ctx, actor.System("engine"))
	h, err := s.store.handoff(ctx, r.BatchID)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReference, err)
	}
	c, err := s.store.chunk(ctx, r.BatchID, r.Chunk)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReference, err)
	}
	messages, err := s.open(ctx, h, c)
	if err != nil {
		return nil, err
	}
	if r.ManifestID != h.ManifestID || r.SHA256 != c.sealed || r.FirstSeq != c.FirstSeq || r.Sender != h.ServiceCode || len(r.Members) != int(c.Count+7)/8 {
		return nil, ErrReference
	}
	number, err := s.number(ctx, channel)
	if err != nil {
		return nil, err
	}
	hasher, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return nil, err
	}
	out := &Resolved{}
	var hashes []string
	for i := range messages {
		if r.Members[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		if !c.Statuses.At(i).Left() || c.route(i) != int64(number) {
			return nil, ErrReference
		}
		m := &messages[i]
		out.Messages = append(out.Messages, Outgoing{Key: Key(h.BatchID, m.Seq), Phone: m.Phone, Text: m.Text, Sender: h.ServiceCode, Parts: m.Parts})
		hashes = append(hashes, hasher.Hash(m.Phone))
	}
	blocked, err := s.Recipients.Check(ctx, h.CustomerID, hashes)
	if err != nil || len(blocked) == 0 {
		return out, err
	}
	kept := out.Messages[:0]
	for i, m := range out.Messages {
		if _, ok := blocked[hashes[i]]; ok {
			out.Blocked = append(out.Blocked, m.Key)
		} else {
			kept = append(kept, m)
		}
	}
	out.Messages = kept
	return out, nil
}
