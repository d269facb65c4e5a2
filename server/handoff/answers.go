package handoff

import (
	"context"

	"sealgate/server/caldate"
)

// answered collects what an engine's answers, or its word when asked later, change in a chunk.
type answered struct {
	s   *Service
	h   *Handoff
	row *Chunk
	ch  *Channel

	back, lost int64 // parts that surely did not leave; parts that were refused
	backKeys   []string
	backOf     map[string]int64 // messages that surely did not leave, by carrier
	doubts     []intent         // of an engine that absorbs repeats, and said that it does not know
	notes      []note           // for intents
	refs       []refRow
	results    results
	failed     map[string]int64
	today      caldate.Date // of all that is booked: midnight may pass while it is
	again      bool         // they may have left in another call: that this one took nothing proves nothing
	noted      bool         // there are intents though the engine absorbs repeats: it was asked about unknown ones
}

type note struct{ key, state, code string }

func (s *Service) newAnswered(h *Handoff, row *Chunk, ch *Channel) *answered {
	return &answered{s: s, h: h, row: row, ch: ch, today: s.Clock.Today(), results: results{}, failed: map[string]int64{}, backOf: map[string]int64{}}
}

// book takes the answer about message i of the chunk.
func (a *answered) book(i int, x *Answer) {
	seq := a.row.FirstSeq + int64(i)
	key, parts, carrier := Key(a.h.BatchID, seq), int64(a.row.Facts.Parts(i)), a.row.Facts.Carrier(i)
	state := ""
	switch x.Outcome {
	case Accepted:
		a.row.Statuses.Move(i, Handed)
		a.results.add(resultKey{a.today, a.ch.Name, carrier, outcomeSent, ""}, 1, parts)
		state = intentAccepted
	case Refused:
		if a.row.Statuses.Move(i, Failed) {
			a.failed[carrier]++
			a.lost += parts
			a.results.add(resultKey{a.today, a.ch.Name, carrier, outcomeFailed, clipCode(x.Code)}, 1, parts)
		}
		state = intentRefused
	case NotSent:
		if a.again {
			break // it stays with this channel, and goes to it once more
		}
		if a.row.Statuses.Move(i, Waiting) || a.row.Statuses.NeverLeft(i) {
			a.row.leaves(i, 0) // any channel may take it now
			a.back += parts
			a.backOf[carrier]++
			a.backKeys = append(a.backKeys, key)
		}
	case Unclear:
		if a.row.Statuses.Move(i, Unknown) && a.ch.Engine.Idempotent() {
			a.doubts = append(a.doubts, a.s.intent(a.h, a.row, i, a.ch.Name, intentUnknown))
		}
		state = intentUnknown
	}
	if state != "" && (a.noted || !a.ch.Engine.Idempotent()) {
		a.notes = append(a.notes, note{key, state, clipCode(x.Code)})
	}
	for k, ref := range x.Refs {
		if ref == "" {
			continue
		}
		part := int64(k + 1)
		if len(x.Refs) == 1 {
			part = 0
		}
		a.refs = append(a.refs, refRow{a.ch.Name, clipCode(ref), a.h.BatchID, seq, part, a.s.Clock.Instant()})
	}
}

// write books all of it. date is the day whose cap was charged. What is counted is written before the contract's cap and wallet are
// locked, as everywhere.
func (a *answered) write(ctx context.Context, date caldate.Date) error {
	s, h := a.s, a.h
	if err := s.addResults(ctx, h, a.results); err != nil {
		return err
	}
	if err := s.write(ctx, h, a.row); err != nil {
		return err
	}
	if err := s.store.addIntents(ctx, a.doubts); err != nil {
		return err
	}
	if err := s.store.answered(ctx, a.notes); err != nil {
		return err
	}
	if err := s.store.addRefs(ctx, a.refs); err != nil {
		return err
	}
	if a.back > 0 { // what surely did not leave does not use up the day
		if err := s.giveBack(ctx, h.Category, a.backOf); err != nil {
			return err
		}
		used, err := s.store.capUsed(ctx, h.ContractID, date)
		if err != nil {
			return err
		}
		if err := s.store.setCap(ctx, h.ContractID, date, max(0, used-a.back)); err != nil {
			return err
		}
		if err := s.store.dropIntents(ctx, a.backKeys); err != nil {
			return err
		}
		if s.Wallets != nil {
			if err := s.Wallets.Back(ctx, h.ContractID, h.BatchID, a.back); err != nil {
				return err
			}
		}
	}
	if s.Wallets != nil && a.lost > 0 {
		if err := s.Wallets.Release(ctx, h.ContractID, h.BatchID, a.lost); err != nil {
			return err
		}
	}
	for carrier, n := range a.failed {
		if err := s.store.addFigure(ctx, Figure{
			BatchID: h.BatchID, OnDate: a.today, Carrier: carrier, ServiceCode: h.ServiceCode, ContractID: h.ContractID, CustomerID: h.CustomerID, Failed: n,
		}); err != nil {
			return err
		}
	}
	return s.health(ctx, a)
}

// healthEvery keeps a busy channel from writing its row with every slice.
const healthEvery = 5_000 // ms

// health notes when a channel last took something, and when and why it last did not.
func (s *Service) health(ctx context.Context, a *answered) error {
	now := s.Clock.RealInstant()
	bad := ""
	for _, n := range a.notes {
		if n.state == intentUnknown {
			bad = n.code
		}
	}
	if o, down := s.outage(a.ch.Name); down {
		bad = o.code
	}
	if bad != "" {
		return s.store.channelBad(ctx, a.ch.Name, bad, now)
	}
	s.mu.Lock()
	last := s.seenGood[a.ch.Name]
	due := now.Ms()-last >= healthEvery
	if due {
		s.seenGood[a.ch.Name] = now.Ms()
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.store.channelGood(ctx, a.ch.Name, now)
}

// clipCode fits a code or a number of the other side into its column.
func clipCode(s string) string {
	if len(s) <= 64 {
		return s
	}
	return string([]rune(s)[:min(64, len([]rune(s)))])
}
