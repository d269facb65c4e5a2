package handoff

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
)

// What an engine of a fleet asks, that takes references off a queue and sends by itself. Whatever the queue says is checked
// against what was written down here: who writes into the queue can make nothing leave.

// Leave tells which messages of a batch may leave an engine now.
type Leave struct {
	Ended string     // never any of them, and why
	Wait  string     // none of them now, and why
	Go    []Outgoing // the next that may, already counted
	Stay  []Outgoing // the others, in their order
}

// mayPass are the reasons that were settled when a message was handed to the queue, and mean nothing any more.
var mayPass = map[string]bool{HoldDailyCap: true, HoldBalance: true}

// MayLeave is asked by engines before each call of their own: stops, pauses, the contract, hours, flow and carriers' orders hold for what
// is in a queue, too. Of the messages it picks at most so many as fit all limits, and counts them against these: what then was not
// sent after all goes to NotLeft. Without messages it tells about the batch as a whole.
func (s *Service) MayLeave(ctx context.Context, channel, batchID string, messages []Outgoing, atMost int) (Leave, error) {
	ctx = actor.With(ctx, actor.System("engine"))
	h, err := s.referred(ctx, batchID)
	if err != nil {
		return Leave{}, err
	}
	g, err := s.batchGates(ctx, h)
	if err == nil && g.ended == "" {
		err = s.contractGates(ctx, h, g)
	}
	if err != nil {
		return Leave{}, err
	}
	out := Leave{Ended: g.ended, Wait: g.keeps(channel), Stay: messages}
	if out.Ended != "" || out.Wait != "" || len(messages) == 0 {
		return out, nil
	}
	limits := limitsOf(h.CustomerID, s.channel(channel), g.orders, "")
	if len(limits) == 0 {
		n := min(atMost, len(messages))
		out.Go, out.Stay = messages[:n], messages[n:]
		return out, nil
	}
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		if err := s.measure(ctx, limits); err != nil {
			return err
		}
		q := &quota{total: int64(atMost), limits: limits}
		out.Go, out.Stay = nil, nil
		for _, m := range messages {
			if q.take(m.Carrier) {
				out.Go = append(out.Go, m)
			} else {
				out.Stay = append(out.Stay, m)
			}
		}
		return s.charge(ctx, q)
	})
	return out, err
}

// keeps tells why nothing of a batch may leave a queue's engine now.
func (g *gate) keeps(channel string) string {
	for _, hold := range g.holds {
		if !mayPass[hold.Reason] {
			return hold.Reason
		}
	}
	for i := range g.lanes {
		if l := &g.lanes[i]; l.Name == channel {
			if l.hold.Reason == HoldEngine {
				return "" // that was about the way into the queue
			}
			return l.hold.Reason
		}
	}
	return HoldChannel
}

// NotLeft takes back that messages left which MayLeave let go.
func (s *Service) NotLeft(ctx context.Context, batchID string, messages []Outgoing) error {
	ctx = actor.With(ctx, actor.System("engine"))
	h, err := s.referred(ctx, batchID)
	if err != nil {
		return err
	}
	byCarrier := map[string]int64{}
	for i := range messages {
		byCarrier[messages[i].Carrier]++
	}
	return s.DB.Run(ctx, func(ctx context.Context) error { return s.giveBack(ctx, h.Category, byCarrier) })
}

// Resolved is what a reference names.
type Resolved struct {
	Messages []Outgoing
	Blocked  []string // keys of recipients who went on a list since: they must not be sent any more
	Ended    []string // keys of messages that have come to an end while they were in the queue, and must not be sent either
}

// ErrReference says that a reference does not fit what was handed off: it is forged, or from another time.
var ErrReference = errors.New("handoff: the reference does not fit what was handed off")

// referred is the hand-off that a reference is about.
func (s *Service) referred(ctx context.Context, batchID string) (*Handoff, error) {
	h, err := s.store.handoff(ctx, batchID)
	return h, strange(err)
}

// strange tells a reference to nothing, which is never tried again, from a database that does not answer.
func strange(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: %w", ErrReference, err)
	}
	return err
}

// Resolve opens the messages of a reference that left by the channel, and nothing else.
func (s *Service) Resolve(ctx context.Context, channel string, r Reference) (*Resolved, error) {
	ctx = actor.With(ctx, actor.System("engine"))
	h, err := s.referred(ctx, r.BatchID)
	if err != nil {
		return nil, err
	}
	c, err := s.store.chunk(ctx, r.BatchID, r.Chunk)
	if err != nil {
		return nil, strange(err)
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
		key := Key(h.BatchID, m.Seq)
		if c.Statuses.At(i).Over() {
			out.Ended = append(out.Ended, key)
			continue
		}
		out.Messages = append(out.Messages, Outgoing{Key: key, Phone: m.Phone, Text: m.Text, Sender: h.ServiceCode, Parts: m.Parts, Carrier: m.Carrier})
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
