package handoff

import (
	"context"
	"errors"
	"time"

	"sealgate/server/caldate"
)

const (
	// askEvery is how long a channel is left alone before it is asked about the same unknowns again, on the machine's clock.
	askEvery  = time.Minute
	askAtOnce = 500
	// orphansFor is how long an early receipt waits for the answer that gives its number out.
	orphansFor = ReceiptsFor
)

// ask settles unknown outcomes with engines that can be asked. What an engine has is handed over; what it refused has failed;
// what it promises never to have had goes back in the line, and may leave by another channel. Nothing else is repeated.
func (s *Service) ask(ctx context.Context) (did bool, err error) {
	now := s.Clock.RealInstant()
	for i := range s.Channels {
		ch := &s.Channels[i]
		asker, ok := ch.Engine.(Asker)
		if !ok || !s.mayAsk(ch.Name, now) {
			continue
		}
		rows, e := s.store.oldUnknown(ctx, ch.Name, now.Add(-SettledAfter), askAtOnce)
		if e != nil || len(rows) == 0 {
			err = errors.Join(err, e)
			continue
		}
		keys := make([]string, len(rows))
		for k := range rows {
			keys[k] = rows[k].MsgKey
		}
		calling, cancel := context.WithTimeout(ctx, sendWithin)
		answers, e := asker.Ask(calling, keys)
		cancel()
		if e != nil || len(answers) != len(keys) {
			s.log.WarnContext(ctx, "a channel does not tell what became of messages", "channel", ch.Name, "messages", len(keys), "error", e)
			continue // it is asked again; people are told after a quarter of an hour
		}
		settled, e := s.settleAsked(ctx, ch, rows, answers)
		did, err = did || settled, errors.Join(err, e)
	}
	return did, err
}

func (s *Service) mayAsk(channel string, now caldate.Instant) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.asked[channel].Add(askEvery)) && !s.asked[channel].IsZero() {
		return false
	}
	s.asked[channel] = now
	return true
}

// settleAsked books what an engine said when it was asked, chunk by chunk.
func (s *Service) settleAsked(ctx context.Context, ch *Channel, rows []intent, answers []Answer) (did bool, err error) {
	byChunk := map[place][]int{}
	var order []place
	for k := range rows {
		if answers[k].Outcome == Unclear {
			continue
		}
		p := place{rows[k].BatchID, rows[k].ChunkSeq}
		if byChunk[p] == nil {
			order = append(order, p)
		}
		byChunk[p] = append(byChunk[p], k)
	}
	for _, p := range order {
		h, err := s.store.handoff(ctx, p.batch)
		if err != nil {
			return did, err
		}
		err = s.DB.Run(ctx, func(ctx context.Context) error {
			row, err := s.store.lockChunk(ctx, p.batch, p.chunk)
			if err != nil {
				return err
			}
			a := s.newAnswered(h, row, ch)
			a.noted = true
			n := 0
			since, err := s.store.doubtedSince(ctx, p.batch, p.chunk)
			if err != nil {
				return err
			}
			for _, k := range byChunk[p] { // an answer from before a later call says nothing about that one
				if i := int(rows[k].Seq - row.FirstSeq); row.Statuses.At(i) == Unknown && since[rows[k].Seq] == rows[k].RealAt {
					a.book(i, &answers[k])
					n++
				}
			}
			if n == 0 {
				return nil
			}
			if err := a.write(ctx, rows[byChunk[p][0]].At.Date()); err != nil {
				return err
			}
			return s.record(ctx, h, "handoff.asked", "", map[string]any{"channel": ch.Name, "chunk": p.chunk, "messages": n, "back": len(a.backKeys)})
		})
		if err != nil {
			return did, err
		}
		did = true
	}
	return did, nil
}

// adopt books receipts that came before the answer that gave their number out, and lets go of those that nobody claims.
func (s *Service) adopt(ctx context.Context) (bool, error) {
	rows, err := s.store.found(ctx, 1000)
	if err != nil {
		return false, err
	}
	byChannel := map[string][]Receipt{}
	for _, o := range rows {
		byChannel[o.Channel] = append(byChannel[o.Channel], Receipt{Ref: o.Ref, Code: o.Code, Result: o.Result, At: o.At})
	}
	for name, rs := range byChannel {
		if _, err := s.Receive(ctx, name, rs); err != nil {
			return false, err
		}
	}
	if len(rows) > 0 {
		return true, s.store.dropOrphans(ctx, rows)
	}
	now := s.Clock.RealInstant()
	if !s.mayAsk("adopt", now) { // once a minute is enough for what is old
		return false, nil
	}
	old, err := s.store.oldOrphans(ctx, now.Add(-orphansFor), 1000)
	if err != nil {
		return false, err
	}
	for _, o := range old {
		s.log.WarnContext(ctx, "receipt about a number that no channel ever gave out", "channel", o.Channel, "ref", o.Ref, "code", o.Code)
	}
	if err := s.store.dropOrphans(ctx, old); err != nil {
		return false, err
	}
	return len(old) > 0, s.DB.Run(ctx, func(ctx context.Context) error { return s.store.forgetNonces(ctx, now.Add(-2*nonceFor)) })
}
