package handoff

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"sealgate/server/errs"
)

// GiveUp ends, at a person's word, the waiting of messages that a channel took without an answer and that only a repeat to the same channel
// could tell of: the channel absorbs repeats, but it will never come back. They become unknown. A late receipt, the engine when it is
// asked, or a person (SettleUnknown) says what became of them, and nothing sends them again by itself. The channel must have been stopped
// before, or be gone from the configuration: else the next slice would call it again. It tells how many messages that were.
func (s *Service) GiveUp(ctx context.Context, batchID, reason string) (total int, err error) {
	if reason, err = grounds(reason); err != nil {
		return 0, err
	}
	if _, err := s.Batches.Get(ctx, batchID); err != nil { // in the caller's scope?
		return 0, err
	}
	h, err := s.store.handoff(ctx, batchID)
	if err != nil {
		return 0, err
	}
	chunks, err := s.store.openChunks(ctx, batchID)
	if err != nil {
		return 0, err
	}
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		stops, err := s.store.stops(ctx)
		if err != nil {
			return err
		}
		total = 0
		channels := map[string]bool{}
		for i := range chunks {
			n, err := s.giveUpChunk(ctx, h, chunks[i].Seq, stops, channels)
			if err != nil {
				return err
			}
			total += n
		}
		if total == 0 {
			return ErrNoneHanding
		}
		return s.record(ctx, h, "handoff.give_up", reason, map[string]any{"messages": total, "channels": slices.Sorted(maps.Keys(channels))})
	})
	if err != nil && errs.As(err) == nil {
		err = fmt.Errorf("give up what batch %s is handing over: %w", batchID, err)
	}
	return total, err
}

// giveUpChunk makes what a chunk waits to hear from channels unknown. One that is in a server's hands is left alone: it is being repeated.
func (s *Service) giveUpChunk(ctx context.Context, h *Handoff, seq int64, stops []Stop, channels map[string]bool) (int, error) {
	c, err := s.store.lockChunk(ctx, h.BatchID, seq)
	if err != nil || c.LeaseUntil > 0 {
		return 0, err
	}
	lost, err := s.abandon(ctx, h, c)
	if err != nil || len(lost) == 0 {
		return 0, err
	}
	for i := range lost {
		name := lost[i].Channel
		if s.channel(name) != nil && !stopped(stops, name) {
			return 0, ErrChannelLives.Sayf("通道“%[1]s”还在使用，请先停发该通道，再放弃等待", "the channel %[1]s is still in use; stop it first, then give up", name).With("channel", name)
		}
		channels[name] = true
	}
	if c.HandedAt.IsZero() {
		c.HandedAt = s.Clock.Instant()
	}
	return len(lost), s.write(ctx, h, c)
}

// abandon makes the messages of a chunk that are being handed over unknown, with an intent for each. The chunk is to be written then.
func (s *Service) abandon(ctx context.Context, h *Handoff, c *Chunk) (lost []intent, err error) {
	var keys []string
	for j := range c.Statuses {
		if c.Statuses.At(j) != Handing {
			continue
		}
		_, name, err := s.channelOf(ctx, h, c, j)
		if err != nil {
			return nil, err
		}
		c.Statuses.Move(j, Unknown)
		lost = append(lost, s.intent(h, c, j, name, intentUnknown))
		keys = append(keys, lost[len(lost)-1].MsgKey)
	}
	// Of a channel that can't absorb repeats, and is no more configured here, there are intents already.
	if err := s.store.unknownIntents(ctx, keys); err != nil {
		return nil, err
	}
	return lost, s.store.addDoubts(ctx, lost)
}

// stopped tells whether an emergency stop keeps a channel from being called.
func stopped(stops []Stop, channel string) bool {
	return slices.ContainsFunc(stops, func(p Stop) bool {
		return p.Scope == string(StopAll) || p.Scope == string(StopChannel) && p.ObjectID == channel
	})
}
