package handoff

import (
	"context"
	"slices"
)

// SystemWatcher hears of receipts that are about no message of a batch: those of system messages.
type SystemWatcher interface {
	// SystemReceipt books a receipt; mine is false where it is about nothing of the watcher's.
	SystemReceipt(ctx context.Context, id string, r Receipt) (mine bool, err error)
}

// WatchSystem has w told of receipts about system messages.
func (s *Service) WatchSystem(w SystemWatcher) { s.system = w }

// SystemKey names a system message to engines: a batch that does not exist, with one message.
func SystemKey(id string) string { return Key(id, 0) }

// SendSystem gives messages outside batches, whose Key is a SystemKey, to the first channel that takes single messages. They
// are of the provider itself: no contract, no cap, no wallet. A stop of everything, or of the channel, holds them, too.
// Errors as of Engine.Send: nothing left.
func (s *Service) SendSystem(ctx context.Context, messages []Outgoing) (channel string, answers []Answer, err error) {
	at := slices.IndexFunc(s.Channels, func(c Channel) bool { _, refers := c.Engine.(Referrer); return !refers })
	if at < 0 {
		return "", nil, ErrNoSystemChannel
	}
	c := &s.Channels[at]
	stops, err := s.store.stops(ctx)
	if err != nil {
		return "", nil, err
	}
	for _, x := range stops {
		if StopScope(x.Scope) == StopAll || StopScope(x.Scope) == StopChannel && x.ObjectID == c.Name {
			return c.Name, nil, ErrStopped
		}
	}
	if answers, err = c.Engine.Send(ctx, messages); err != nil {
		return c.Name, nil, err
	}
	var refs []refRow
	for i, a := range answers {
		id, _, err := ParseKey(messages[i].Key)
		if err != nil {
			return c.Name, nil, err
		}
		for k, ref := range a.Refs {
			part := int64(k + 1)
			if len(a.Refs) == 1 {
				part = 0
			}
			if ref != "" {
				refs = append(refs, refRow{c.Name, clipCode(ref), id, 0, part, s.Clock.Instant()})
			}
		}
	}
	return c.Name, answers, s.DB.Run(ctx, func(ctx context.Context) error { return s.store.addRefs(ctx, refs) })
}
