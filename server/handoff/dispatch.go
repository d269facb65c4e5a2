package handoff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/recipient"
	"sealgate/server/review"
)

// workOn hands a leased chunk over, slice by slice, until it is through, a gate closes, or ctx ends. A slice is three steps:
// write down what is about to leave (one transaction), hand it to the engine (no transaction), write down what the engine
// said (one transaction). A kill between them leaves Handing behind, which the next holder repeats or doubts.
func (s *Service) workOn(ctx context.Context, h *Handoff, c *Chunk) (did bool, err error) {
	defer func() { err = errors.Join(err, s.free(context.WithoutCancel(ctx), h, c)) }()
	messages, err := s.open(ctx, h, c)
	if errors.Is(err, ErrMismatch) {
		s.log.ErrorContext(ctx, "chunk does not fit its manifest", "batch", h.BatchID, "chunk", c.Seq, "error", err)
		b, gerr := s.Batches.Get(ctx, h.BatchID)
		if gerr != nil {
			return false, errors.Join(err, gerr)
		}
		return true, s.refuseToSend(ctx, b, batch.Sending)
	}
	if err != nil {
		return false, err
	}
	facts, err := factsOf(messages)
	if err != nil {
		return false, err
	}
	for ctx.Err() == nil {
		p, err := s.prepare(ctx, h, c, messages, facts)
		if errors.Is(err, errLost) {
			return did, nil // another server has it now
		}
		if err != nil {
			return did, fmt.Errorf("prepare a slice of %s/%d: %w", h.BatchID, c.Seq, err)
		}
		did = did || p.wrote
		if len(p.holds) > 0 {
			changed, err := s.noteHolds(ctx, h, p.holds)
			return did || changed, err
		}
		if len(p.out) == 0 {
			if p.more && p.wrote {
				continue // a slice of nothing but skipped recipients
			}
			return did, nil
		}
		failpoint.Hit("handoff.slice.prepared")
		down, err := s.send(ctx, h, c, p)
		if err != nil {
			return did, err
		}
		failpoint.Hit("handoff.slice.settled")
		if !p.more && !down {
			return did, nil // where a channel is down, another one may take what came back
		}
	}
	return did, nil
}

// open reads a chunk and makes sure that it is, byte for byte, what the manifest approves (A12): the manifest is the live one
// that was taken, the chunk's row names the manifest's hashes, and the stored objects have them.
func (s *Service) open(ctx context.Context, h *Handoff, c *Chunk) ([]batch.Message, error) {
	m, err := s.Reviews.Live(ctx, h.BatchID)
	if err != nil {
		return nil, err
	}
	if m == nil || m.ID != h.ManifestID || m.TakenAt.IsZero() {
		return nil, ErrMismatch.Because(errors.New("the manifest is not the one that was taken"))
	}
	var seal *review.ChunkSeal
	for i := range m.Chunks {
		if m.Chunks[i].Seq == c.Seq {
			seal = &m.Chunks[i]
		}
	}
	rows, err := s.Batches.Chunks(ctx, h.BatchID)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		if r.Seq != c.Seq {
			continue
		}
		if seal == nil || seal.SHA256 != r.SHA256 || seal.VerdictSHA256 != r.VerdictSHA256 || seal.FirstSeq != r.FirstSeq || seal.Count != r.Count ||
			c.FirstSeq != r.FirstSeq || c.Count != r.Count {
			return nil, ErrMismatch.Because(fmt.Errorf("chunk %d is not the one in the manifest", c.Seq))
		}
		c.sealed = r.SHA256
		messages, err := s.Batches.OpenChunk(ctx, r) // checks the stored object against r.SHA256
		if err != nil {
			return nil, damaged(err)
		}
		verdicts, err := s.Batches.OpenVerdicts(ctx, r) // likewise
		if err != nil {
			return nil, damaged(err)
		}
		if int64(len(messages)) != c.Count || int64(len(verdicts)) != c.Count || messages[0].Seq != c.FirstSeq {
			return nil, ErrMismatch.Because(fmt.Errorf("chunk %d has %d messages, %d expected", c.Seq, len(messages), c.Count))
		}
		return messages, nil
	}
	return nil, ErrMismatch.Because(fmt.Errorf("chunk %d has no row", c.Seq))
}

// damaged tells content that is wrong (never sent) from storage that does not answer (tried again).
func damaged(err error) error {
	if errors.Is(err, batch.ErrChunkDamaged) {
		return ErrMismatch.Because(err)
	}
	return err
}

func factsOf(messages []batch.Message) (Facts, error) {
	f := make(Facts, len(messages))
	for i, m := range messages {
		b, err := Fact(m.Carrier, m.Parts)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", m.Seq, err)
		}
		f[i] = b
	}
	return f, nil
}

// prepared is a slice that has been written down.
type prepared struct {
	ch    *Channel
	index []int // in the chunk
	out   []Outgoing
	date  caldate.Date // whose cap it was counted in
	again bool         // it was in the engine's hands before, and may have left then
	wrote bool         // something changed, if only skips
	more  bool         // the chunk has more that may go now
	holds []Hold       // instead of all this: why nothing may go
}

// prepare picks the next messages and the channel that takes them, checks everything again and writes down what is about
// to leave.
func (s *Service) prepare(ctx context.Context, h *Handoff, c *Chunk, messages []batch.Message, facts Facts) (*prepared, error) {
	hasher, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return nil, err
	}
	hash := map[int]string{}
	var p *prepared
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		p = &prepared{}
		row, err := s.store.lockChunk(ctx, c.BatchID, c.Seq)
		if err != nil {
			return err
		}
		if row.Fence != c.Fence {
			return errLost
		}
		if err := s.Contracts.Hold(ctx, h.ContractID); err != nil { // from here to the commit nobody suspends it
			return err
		}
		g, err := s.gates(ctx, h)
		if err != nil || g.ended != "" || len(g.holds) > 0 {
			p.holds = g.holds
			return err
		}
		fresh := len(row.Routes) == 0
		if fresh {
			if err := s.firstLook(ctx, h, row, facts); err != nil {
				return err
			}
		}
		pick, err := s.pick(ctx, h, row, g)
		if err != nil {
			return err
		}
		if pick == nil {
			if !fresh {
				return nil
			}
			return s.write(ctx, h, row) // so that everybody knows whom it waits for
		}
		p.ch, p.again = pick.ch, pick.quota == nil
		now := s.Clock.Instant()
		p.date = now.Date()
		index, skipped, err := pick.index, 0, error(nil)
		if skipped, err = s.recheck(ctx, h, g.batch, row, index, messages, facts, hasher.Hash, hash); err != nil {
			return err
		}
		index, parts, full, poor, err := s.fit(ctx, h, row, index, facts, now)
		if err != nil {
			return err
		}
		if poor && len(index) == 0 && skipped == 0 {
			p.holds = []Hold{{Reason: HoldBalance}}
			return s.notePoor(ctx, h)
		}
		if full && len(index) == 0 && skipped == 0 {
			limit := int64(0)
			if limit, err = s.noteFull(ctx, h.ContractID, now); err == nil {
				p.holds = []Hold{capHold(limit, now)}
			}
			return err
		}
		if err := pick.settle(ctx, s, index, facts); err != nil {
			return err
		}
		if err := s.countSends(ctx, g.batch, row, index, hash); err != nil {
			return err
		}
		p.index, p.wrote = index, len(index)+skipped > 0
		if !p.wrote {
			return nil
		}
		return s.writeDown(ctx, h, c, row, p, slice{Parts: parts, Skipped: int64(skipped), At: now}, messages)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// firstLook writes the facts of a chunk down that is opened for the first time. One that an older version was working on
// had one channel for all.
func (s *Service) firstLook(ctx context.Context, h *Handoff, row *Chunk, facts Facts) error {
	row.Facts, row.Routes = facts, make([]byte, len(facts))
	number, err := s.number(ctx, h.Channel)
	for i := range row.Statuses {
		if row.Statuses.At(i).Left() {
			row.leaves(i, number)
		}
	}
	row.refresh()
	return err
}

// writeDown is the last step before an engine is called: statuses, routes, intents and the slice.
func (s *Service) writeDown(ctx context.Context, h *Handoff, c, row *Chunk, p *prepared, sl slice, messages []batch.Message) error {
	number, err := s.number(ctx, p.ch.Name)
	if err != nil {
		return err
	}
	_, byReference := p.ch.Engine.(Referrer)
	var intents []intent
	for _, i := range p.index {
		m := &messages[i]
		if byReference {
			p.out = append(p.out, Outgoing{})
		} else {
			p.out = append(p.out, Outgoing{Key: Key(h.BatchID, m.Seq), Phone: m.Phone, Text: m.Text, Sender: h.ServiceCode, Parts: m.Parts, Carrier: m.Carrier})
		}
		if row.Statuses.Move(i, Handing) {
			sl.Messages++
			row.leaves(i, number)
			if !p.ch.Engine.Idempotent() {
				intents = append(intents, s.intent(h, row, i, p.ch.Name, intentPending))
			}
		}
	}
	row.HandedAt = sl.At
	row.LeaseUntil = s.Clock.RealInstant().Add(Lease).Ms()
	for i := range row.Statuses {
		if st := row.Statuses.At(i); st == Waiting {
			p.more = true
			break
		}
	}
	if err := s.store.addIntents(ctx, intents); err != nil {
		return err
	}
	if sl.Messages > 0 || sl.Skipped > 0 {
		sl.of(p.index)
		sl.ID, sl.BatchID, sl.ChunkSeq, sl.Channel = ids.New(), h.BatchID, c.Seq, p.ch.Name
		sl.ContractID, sl.OnDate, sl.RealAt, sl.Fence = h.ContractID, p.date, s.Clock.RealInstant(), c.Fence
		if err := s.store.addSlice(ctx, sl); err != nil {
			return err
		}
	}
	if err := s.write(ctx, h, row); err != nil {
		return err
	}
	c.LeaseUntil, c.WaitsFor, c.HandingOn = row.LeaseUntil, row.WaitsFor, row.HandingOn
	return nil
}

func (s *Service) intent(h *Handoff, c *Chunk, i int, channel, state string) intent {
	seq := c.FirstSeq + int64(i)
	return intent{
		MsgKey: Key(h.BatchID, seq), BatchID: h.BatchID, ChunkSeq: c.Seq, Seq: seq, Channel: channel, State: state,
		At: s.Clock.Instant(), RealAt: s.Clock.RealInstant(),
	}
}

// recheck leaves out recipients who have opted out, were blacklisted or no longer agree since screening, and those who have had as
// many as may be; it only ever subtracts. What a killed server may have sent already is left alone.
func (s *Service) recheck(ctx context.Context, h *Handoff, b *batch.Batch, row *Chunk, index []int, messages []batch.Message, facts Facts, hash func(string) string, known map[int]string) (int, error) {
	var hashes []string
	for _, i := range index {
		if row.Statuses.At(i) == Waiting {
			known[i] = hash(messages[i].Phone)
			hashes = append(hashes, known[i])
		}
	}
	blocked, err := s.Recipients.Barred(ctx, recipient.Sends{CustomerID: b.CustomerID, SignatureID: b.SignatureID, Category: string(b.Category), Hashes: hashes})
	if err != nil {
		return 0, err
	}
	skipped := 0
	var parts int64
	skip := func(i int, as Status) {
		if row.Statuses.Move(i, as) {
			skipped++
			parts += int64(facts.Parts(i))
		}
	}
	for _, i := range index {
		if kind, ok := blocked[known[i]]; ok && row.Statuses.At(i) == Waiting {
			skip(i, skipAs(kind))
		}
	}
	sends, places := sendsOf(b, row, index, known)
	over, err := s.Recipients.TooMany(ctx, sends)
	if err != nil {
		return 0, err
	}
	for k := range over {
		skip(places[k], SkippedFrequency)
	}
	if s.Wallets != nil && parts > 0 {
		return skipped, s.Wallets.Skip(ctx, h.ContractID, h.BatchID, parts)
	}
	return skipped, nil
}

// sendsOf is the messages of a slice that no recipient's sends count yet, and their places in the chunk.
func sendsOf(b *batch.Batch, row *Chunk, index []int, hashes map[int]string) (m recipient.Sends, places []int) {
	m = recipient.Sends{CustomerID: b.CustomerID, SignatureID: b.SignatureID, BatchID: b.ID, Category: string(b.Category)}
	for _, i := range index {
		if row.Statuses.At(i) == Waiting && row.Routes[i]&countedBit == 0 {
			m.Hashes, places = append(m.Hashes, hashes[i]), append(places, i)
		}
	}
	return m, places
}

// errCounted says that somebody counted sends under our lock: the slice is begun again.
var errCounted = errors.New("handoff: the recipients' sends have changed under the lock")

// countSends books the messages that leave with their recipients, each once.
func (s *Service) countSends(ctx context.Context, b *batch.Batch, row *Chunk, index []int, hashes map[int]string) error {
	sends, places := sendsOf(b, row, index, hashes)
	over, err := s.Recipients.Count(ctx, sends)
	if err == nil && len(over) > 0 {
		err = errCounted
	}
	for _, i := range places {
		row.Routes[i] |= countedBit
	}
	return err
}

func skipAs(k recipient.Kind) Status {
	switch k {
	case recipient.OptOut:
		return SkippedOptOut
	case recipient.Blacklist:
		return SkippedBlacklist
	}
	return SkippedNumber
}

// fit keeps, of the messages that may go, as many as the contract's cap of the day and its wallet allow, and takes their parts
// from both. full tells that something waits that today has no room for, poor that the wallet has none.
func (s *Service) fit(ctx context.Context, h *Handoff, row *Chunk, index []int, facts Facts, now caldate.Instant) (keep []int, parts int64, full, poor bool, err error) {
	var again, fresh []int
	var sizes []int
	for _, i := range index {
		switch row.Statuses.At(i) {
		case Handing:
			again = append(again, i)
		case Waiting:
			fresh = append(fresh, i)
			sizes = append(sizes, facts.Parts(i))
		}
	}
	if len(fresh) > 0 {
		c, err := s.Contracts.Get(ctx, h.ContractID)
		if err != nil {
			return nil, 0, false, false, err
		}
		used, err := s.store.capUsed(ctx, h.ContractID, now.Date())
		if err != nil {
			return nil, 0, false, false, err
		}
		if room, limited := c.Terms.Room(used); limited {
			n := prefix(sizes, room)
			fresh, full = fresh[:n], n < len(fresh)
		}
		if s.Wallets != nil && len(fresh) > 0 {
			n, err := s.Wallets.Take(ctx, h.ContractID, h.BatchID, sizes[:len(fresh)])
			if err != nil {
				return nil, 0, false, false, err
			}
			fresh, poor = fresh[:n], n < len(fresh)
		}
		for k := range fresh {
			parts += int64(sizes[k])
		}
		if err := s.store.setCap(ctx, h.ContractID, now.Date(), used+parts); err != nil {
			return nil, 0, false, false, err
		}
	}
	// Both lists ascend; messages leave in their order.
	keep = make([]int, 0, len(again)+len(fresh))
	for len(again)+len(fresh) > 0 {
		if len(fresh) == 0 || len(again) > 0 && again[0] < fresh[0] {
			keep, again = append(keep, again[0]), again[1:]
		} else {
			keep, fresh = append(keep, fresh[0]), fresh[1:]
		}
	}
	return keep, parts, full, poor, nil
}

// free gives a chunk back if it is still ours. What an engine that can't absorb repeats left unanswered becomes unknown.
func (s *Service) free(ctx context.Context, h *Handoff, c *Chunk) error {
	return s.DB.Run(ctx, func(ctx context.Context) error {
		row, err := s.store.lockChunk(ctx, c.BatchID, c.Seq)
		if err != nil || row.Fence != c.Fence {
			return err
		}
		if _, err := s.doubt(ctx, h, row); err != nil {
			return err
		}
		row.LeaseOwner, row.LeaseUntil = "", 0
		return s.write(ctx, h, row)
	})
}

// send hands a slice to its engine and books the answers; down says that the channel takes nothing at the moment. Once
// begun it is not broken off by the end of ctx: what is in flight when a server stops politely shall not become unknown.
func (s *Service) send(ctx context.Context, h *Handoff, c *Chunk, p *prepared) (down bool, err error) {
	if s.Clock.RealInstant().Add(sendWithin).Ms() > c.LeaseUntil {
		return false, errLost // this process slept: the chunk may be in other hands, and what it wrote down is doubted there
	}
	calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	answers, err := s.call(calling, h, c, p)
	cancel()
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		s.setOutage(p.ch.Name, "error")
		err = errors.Join(err, s.store.channelBad(ctx, p.ch.Name, "error", s.Clock.RealInstant()))
		if !p.ch.Engine.Idempotent() {
			answers = make([]Answer, len(p.out))
			for i := range answers {
				answers[i] = Answer{Outcome: Unclear, Code: "error"}
			}
			err = errors.Join(err, s.settle(ctx, h, c, p, answers))
		}
		return true, err // an engine that absorbs repeats gets them again
	}
	failpoint.Hit("handoff.slice.sent")
	code := ""
	for _, a := range answers {
		if a.Outcome == NotSent {
			code = a.Code
		}
	}
	if code != "" {
		s.setOutage(p.ch.Name, code)
	} else {
		s.endOutage(p.ch.Name)
	}
	return code != "", s.settle(ctx, h, c, p, answers)
}

// call is the way into the engine: messages, or references to them.
func (s *Service) call(ctx context.Context, h *Handoff, c *Chunk, p *prepared) ([]Answer, error) {
	if e, ok := p.ch.Engine.(Referrer); ok {
		r := Reference{
			BatchID: h.BatchID, ManifestID: h.ManifestID, Chunk: c.Seq, SHA256: c.sealed, FirstSeq: c.FirstSeq, Sender: h.ServiceCode, Members: make([]byte, (c.Count+7)/8),
		}
		for _, i := range p.index {
			r.Members[i/8] |= 1 << (i % 8)
		}
		if err := e.Refer(ctx, r); err != nil {
			return nil, err
		}
		return make([]Answer, len(p.index)), nil // all accepted
	}
	answers, err := p.ch.Engine.Send(ctx, p.out)
	if err == nil && len(answers) != len(p.out) {
		err = fmt.Errorf("engine %s gave %d answers to %d messages", p.ch.Name, len(answers), len(p.out))
	}
	return answers, err
}

// settle books an engine's answers. Receipts may have come before them, and the chunk may have been doubted meanwhile by
// another server: the table of statuses decides what an answer still changes. So no fence is needed here, but for "not sent": where
// the other server may have called the engine again, it says nothing about that call.
func (s *Service) settle(ctx context.Context, h *Handoff, c *Chunk, p *prepared, answers []Answer) error {
	return s.DB.Run(ctx, func(ctx context.Context) error {
		row, err := s.store.lockChunk(ctx, c.BatchID, c.Seq)
		if err != nil {
			return err
		}
		a := s.newAnswered(h, row, p.ch)
		a.again = p.again || row.Fence != c.Fence && mayComeAgain(p.ch.Engine)
		for k := range answers {
			a.book(p.index[k], &answers[k])
		}
		if row.Fence == c.Fence {
			row.LeaseUntil = s.Clock.RealInstant().Add(Lease).Ms()
		}
		if err := a.write(ctx, p.date); err != nil {
			return err
		}
		if row.Fence == c.Fence {
			c.LeaseUntil = row.LeaseUntil
		}
		return nil
	})
}

// mayComeAgain tells whether an engine may get a message that is in doubt once more, without a person.
func mayComeAgain(e Engine) bool {
	_, asked := e.(Asker)
	return asked || e.Idempotent()
}

// leaseFits is a promise at compile time: one call of an engine and its booking end well within a lease.
const _ = uint(Lease - sendWithin - 10*time.Second)
