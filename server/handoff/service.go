package handoff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/recipient"
	"sealgate/server/review"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// Contracts is what the hand-off asks of contracts (contract.Service).
type Contracts interface {
	Get(ctx context.Context, id string) (*contract.Contract, error)
	Sendable(ctx context.Context, id string, at caldate.Instant) (contract.Sendable, error)
	Suspensions(ctx context.Context, id string) ([]contract.Suspension, error)
	Hold(ctx context.Context, id string) error
}

// Wallet is what paying in advance asks of a hand-off (wallet.Service): nothing leaves that is not set aside, a receipt turns
// that into a charge, and what will not be delivered gives it back. For other contracts its verbs do nothing.
type Wallet interface {
	Room(ctx context.Context, contractID, batchID string) (int64, error)
	Out(ctx context.Context, contractID, batchID string) (parts int64, has bool, err error)
	Take(ctx context.Context, contractID, batchID string, sizes []int) (int, error)
	Back(ctx context.Context, contractID, batchID string, parts int64) error
	Skip(ctx context.Context, contractID, batchID string, parts int64) error
	Release(ctx context.Context, contractID, batchID string, parts int64) error
	ReleaseAll(ctx context.Context, contractID, batchID string) error
	Receipts(ctx context.Context, contractID, batchID string, used []wallet.Used) error
}

// Targets knows what a stop can be about, whoever asks: one that names nothing would stop nothing, and nobody would notice.
type Targets interface {
	// StopTarget gives ErrNoTarget where there is no such customer, contract or signature.
	StopTarget(ctx context.Context, scope StopScope, id string) error
}

// Parts are what the hand-off stands on.
type Parts struct {
	DB         *db.DB
	Clock      clock.Clock
	Trail      *trail.Trail
	Batches    *batch.Service
	Contracts  Contracts
	Reviews    *review.Service
	Recipients *recipient.Service
	Keys       *crypt.Keys // seal replies
	Usage      *usage.Service
	Notices    *notice.Service
	Wallets    Wallet // nil: nobody pays in advance
	Orders     Orders // nil: no carrier orders anything
	Targets    Targets
	Channels   []Channel
	Server     string // who holds a lease, for people; "" makes a name
}

// Service hands off.
type Service struct {
	Parts
	store store
	log   *slog.Logger

	// Two notes that any server finds out again by itself, so memory will do.
	mu   sync.Mutex
	down map[string]outage  // channels that could not be reached: when to try again
	full map[string]dayFull // contracts of whose day too little is left for the next message
	poor map[string]int64   // batches for whose next message the wallet has too little: how many parts it had room for

	numbered map[string]byte  // channels by name; given out once for all servers
	seenGood map[string]int64 // when a channel's health was last written, unix ms of the machine's clock
	asked    map[string]caldate.Instant
	watchers []ReplyWatcher
	finder   Finder        // nil: replies belong to the last batch of their code
	system   SystemWatcher // nil: nobody but batches sends
}

// dayFull says that with so many parts used on that day nothing more fits.
type dayFull struct {
	on   caldate.Date
	used int64
}

type outage struct {
	until caldate.Instant // machine's clock
	wait  time.Duration
	code  string
}

// New makes the hand-off. It needs at least one channel.
func New(p Parts) (*Service, error) {
	if err := checkChannels(p.Channels); err != nil {
		return nil, err
	}
	if p.Server == "" {
		p.Server = ids.New()
	}
	return &Service{
		Parts: p, store: store{p.DB}, log: slog.Default(), down: map[string]outage{}, full: map[string]dayFull{}, poor: map[string]int64{},
		seenGood: map[string]int64{}, asked: map[string]caldate.Instant{},
	}, nil
}

func (s *Service) channel(name string) *Channel {
	for i := range s.Channels {
		if s.Channels[i].Name == name {
			return &s.Channels[i]
		}
	}
	return nil
}

// Work does one piece of what is due, and tells whether there was any: take the receipts that an engine keeps for us, free
// what dead servers left, begin with an approved batch, hand over of one chunk, close what is finished. Any number of
// servers may call it at once.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	ctx = actor.With(ctx, actor.System("job:handoff"))
	more := false
	for _, step := range []struct {
		name string
		do   func(context.Context) (bool, error)
	}{
		{"collect", func(ctx context.Context) (bool, error) { d, m, err := s.collect(ctx); more = m; return d, err }},
		{"reap", s.reap},
		{"ask", s.ask},
		{"adopt", s.adopt},
		{"begin", s.begin},
		{"advance", s.advance},
		{"alarm", s.alarm},
		// Only when no receipts are left to take: after a jump of the sandbox they come before the end of waiting for them.
		{"expire", func(ctx context.Context) (bool, error) {
			if more {
				return false, nil
			}
			return s.expire(ctx)
		}},
		{"close", s.close},
	} {
		if ctx.Err() != nil {
			return did, errors.Join(err, ctx.Err())
		}
		d, e := step.do(ctx)
		did = did || d
		if e != nil {
			err = errors.Join(err, fmt.Errorf("hand-off, %s: %w", step.name, e))
		}
	}
	return did, err
}

// begin takes one manifest that is due and makes its batch ready to leave. One that fails is passed over, so that it holds
// nobody else up.
func (s *Service) begin(ctx context.Context) (bool, error) {
	due, err := s.Reviews.Due(ctx, 20)
	for i := range due {
		began, e := s.beginWith(ctx, &due[i])
		if e != nil {
			e = fmt.Errorf("batch %s: %w", due[i].BatchID, e)
		}
		if err = errors.Join(err, e); began {
			return true, err
		}
	}
	return false, err
}

func (s *Service) beginWith(ctx context.Context, m *review.Manifest) (bool, error) {
	b, err := s.Batches.Get(ctx, m.BatchID)
	if err != nil {
		return false, err
	}
	bits, err := s.Reviews.ApprovedBits(ctx, m)
	if errors.Is(err, review.ErrManifest) {
		s.log.ErrorContext(ctx, "manifest does not fit its bitmap", "batch", m.BatchID, "error", err)
		return true, s.refuseToSend(ctx, b, batch.Approved)
	}
	if err != nil {
		return false, err
	}
	h := &Handoff{
		BatchID: b.ID, ManifestID: m.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, ServiceCode: b.ServiceCode, Channel: s.Channels[0].Name,
		State: stateOpen, ScheduledAt: b.ScheduledAt, Holds: []Hold{}, Approved: m.Approved,
		Category: string(b.Category), LeftOut: b.Good - b.Refuse - m.Approved,
	}
	chunks := make([]Chunk, len(m.Chunks))
	for i, seal := range m.Chunks {
		chunks[i] = Chunk{
			BatchID: b.ID, Seq: seal.Seq, FirstSeq: seal.FirstSeq, Count: seal.Count, State: chunkOpen, Facts: Facts{},
			Statuses: NewBlock(int(seal.Count), bits[i].Has),
		}
		chunks[i].refresh()
	}
	taken := false
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		ok, err := s.Reviews.Take(ctx, m)
		if err != nil || !ok {
			return err // undone, or another server was faster
		}
		taken = true
		h.OpenedAt, h.LookedAt = s.Clock.Instant(), s.Clock.RealInstant()
		if err := s.Batches.SetState(ctx, b.ID, batch.Approved, batch.Sending, ""); err != nil {
			return err
		}
		if err := s.store.addHandoff(ctx, h, chunks); err != nil {
			return err
		}
		return s.record(ctx, h, "handoff.begin", "", map[string]any{"manifest": m.ID, "approved": m.Approved, "channel": h.Channel})
	})
	return taken, err
}

// refuseToSend pauses a batch whose content does not fit its manifest, and tells somebody. Nothing of it leaves until a
// person has looked; what is damaged fails the same check again.
func (s *Service) refuseToSend(ctx context.Context, b *batch.Batch, from batch.State) error {
	return s.DB.Run(ctx, func(ctx context.Context) error {
		if err := s.Batches.SetState(ctx, b.ID, from, batch.Paused, HoldMismatch); err != nil {
			return err
		}
		return s.Notices.Send(ctx, notice.To{Role: "compliance_lead", About: notice.About{ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID}},
			"handoff_mismatch", map[string]string{"customer": b.CustomerName, "batch": b.Number}, nil)
	})
}

// collect takes receipts from engines that must be asked.
func (s *Service) collect(ctx context.Context) (did, more bool, err error) {
	for _, c := range s.Channels {
		r, ok := c.Engine.(Reporter)
		if !ok {
			continue
		}
		receipts, left, e := r.Reports(ctx)
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		more = more || left
		if len(receipts) == 0 {
			continue
		}
		did = true
		failpoint.Hit("handoff.receipts.given")
		if _, e := s.Receive(ctx, c.Name, receipts); e != nil {
			err = errors.Join(err, e)
			continue
		}
		err = errors.Join(err, r.Confirm(ctx, receipts))
	}
	return did, more, err
}

// reap frees chunks whose server has been silent for longer than a lease. Where the engine can't absorb a repeat, what was
// on its way becomes unknown.
func (s *Service) reap(ctx context.Context) (bool, error) {
	now := s.Clock.RealInstant().Ms()
	expired, err := s.store.expiredLeases(ctx, now, 20)
	if err != nil {
		return false, err
	}
	for i := range expired {
		h, err := s.store.handoff(ctx, expired[i].BatchID)
		if err != nil {
			return false, err
		}
		err = s.DB.Run(ctx, func(ctx context.Context) error {
			c, err := s.store.lockChunk(ctx, expired[i].BatchID, expired[i].Seq)
			if err != nil {
				return err
			}
			if c.LeaseUntil == 0 || c.LeaseUntil > now || c.Fence != expired[i].Fence {
				return nil // renewed or freed meanwhile
			}
			c.LeaseOwner, c.LeaseUntil = "", 0
			c.Fence++
			lost, err := s.doubt(ctx, h, c)
			if err != nil {
				return err
			}
			if err := s.write(ctx, h, c); err != nil {
				return err
			}
			return s.record(ctx, h, "handoff.reap", "lease", map[string]any{"chunk": c.Seq, "owner": expired[i].LeaseOwner, "unknown": lost})
		})
		if err != nil {
			return false, err
		}
	}
	return len(expired) > 0, nil
}

// doubt turns what was being handed over into unknown, unless the engine absorbs a repeat.
func (s *Service) doubt(ctx context.Context, h *Handoff, c *Chunk) (int, error) {
	var keys []string
	for i := range c.Statuses {
		if c.Statuses.At(i) != Handing {
			continue
		}
		ch, _, err := s.channelOf(ctx, h, c, i)
		if err != nil {
			return 0, err
		}
		// Not configured here: whoever has it says what it can.
		if ch != nil && !ch.Engine.Idempotent() && c.Statuses.Move(i, Unknown) {
			keys = append(keys, Key(c.BatchID, c.FirstSeq+int64(i)))
		}
	}
	return len(keys), s.store.unknownIntents(ctx, keys)
}

// advance hands over of the hand-off that has waited longest and may go on. For those that may not, it notes why.
func (s *Service) advance(ctx context.Context) (did bool, err error) {
	hs, err := s.store.unfinished(ctx, 1000)
	for i := range hs {
		noted, worked, e := s.advanceOne(ctx, &hs[i])
		if e != nil { // it holds nobody else up
			e = fmt.Errorf("batch %s: %w", hs[i].BatchID, e)
		}
		err = errors.Join(err, e)
		did = did || noted || worked
		if worked {
			break // let the other steps have their turn
		}
	}
	return did, err
}

// advanceOne: noted says that something about the hand-off changed, worked that a chunk was in hand.
func (s *Service) advanceOne(ctx context.Context, h *Handoff) (noted, worked bool, err error) {
	g, err := s.gates(ctx, h)
	if err != nil {
		return false, false, err
	}
	if g.ended != "" {
		return true, false, s.discard(ctx, h, g.ended)
	}
	if noted, err = s.noteHolds(ctx, h, g.holds); err != nil || len(g.holds) > 0 {
		return noted, false, err
	}
	c, err := s.claim(ctx, h, g)
	if err != nil || c == nil { // nil: other servers have all of its chunks
		return noted, false, err
	}
	worked, err = s.workOn(ctx, h, c)
	return noted, worked, err
}

// claim leases the next chunk of a hand-off that nobody works on and that has something to hand over now.
func (s *Service) claim(ctx context.Context, h *Handoff, g *gate) (*Chunk, error) {
	chunks, err := s.store.openChunks(ctx, h.BatchID)
	if err != nil {
		return nil, err
	}
	for i := range chunks {
		c := &chunks[i]
		if !g.free(c) {
			continue
		}
		ok := false
		err = s.DB.Run(ctx, func(ctx context.Context) error {
			if ok, err = s.store.claimChunk(ctx, c, s.Server, s.Clock.RealInstant().Add(Lease).Ms()); err != nil || !ok {
				return err
			}
			return s.store.lookedAt(ctx, h.BatchID, s.Clock.RealInstant())
		})
		if err != nil || ok {
			return c, err
		}
	}
	return nil, nil
}

// gates tells what keeps a hand-off from going on now.
func (s *Service) gates(ctx context.Context, h *Handoff) (*gate, error) {
	g, err := s.batchGates(ctx, h)
	if err != nil || g.ended != "" {
		return g, err
	}
	wait, err := s.store.waiting(ctx, h.BatchID)
	if err != nil {
		return nil, err
	}
	g.holds = append(g.holds, g.holdsOf(wait)...)
	return g, s.contractGates(ctx, h, g)
}

// batchGates tells what keeps the whole of a batch back, whatever of it has gone where: its state, and emergency stops.
func (s *Service) batchGates(ctx context.Context, h *Handoff) (*gate, error) {
	b, err := s.Batches.Get(ctx, h.BatchID)
	if err != nil {
		return nil, err
	}
	stops, err := s.store.stops(ctx)
	if err != nil {
		return nil, err
	}
	g, err := s.routes(ctx, b, stops)
	if err != nil {
		return nil, err
	}
	switch b.State {
	case batch.Sending:
	case batch.Paused:
		g.holds = append(g.holds, Hold{Reason: HoldPaused, Detail: b.Reason})
	default:
		g.ended = string(b.State) // cancelled
		return g, nil
	}
	for i := range stops {
		if stops[i].stops(b) {
			g.holds = append(g.holds, Hold{Reason: HoldStopped, Detail: stops[i].Reason})
			break
		}
	}
	return g, nil
}

// contractGates adds what the contract keeps back: its state, sender, hours, cap and wallet.
func (s *Service) contractGates(ctx context.Context, h *Handoff, g *gate) error {
	now := s.Clock.Instant()
	c, err := s.Contracts.Get(ctx, h.ContractID)
	if err != nil {
		return err
	}
	may, err := s.Contracts.Sendable(ctx, h.ContractID, now)
	if err != nil {
		return err
	}
	if !may.Allowed {
		if c.State.Ended() {
			g.ended = "contract_" + string(c.State) // what was not sent by then is discarded and listed (C10)
			return nil
		}
		for _, r := range may.Reasons {
			g.holds = append(g.holds, Hold{Reason: r})
		}
	}
	if !strings.HasPrefix(h.ServiceCode, c.ServiceCode) { // a sub-number of the contract's code is the contract's too
		g.holds = append(g.holds, Hold{Reason: HoldSender, Detail: h.ServiceCode + " ≠ " + c.ServiceCode})
	}
	if h.ScheduledAt.After(now) {
		g.holds = append(g.holds, Hold{Reason: HoldScheduled, Until: h.ScheduledAt})
	}
	if ok, next := caldate.Within(now.Time(), c.SendFrom, c.SendTo); !ok {
		g.holds = append(g.holds, Hold{Reason: HoldHours, Detail: c.SendFrom + "–" + c.SendTo, Until: caldate.InstantOf(next)})
	}
	if poor, err := s.isPoor(ctx, h); err != nil {
		return err
	} else if poor {
		g.holds = append(g.holds, Hold{Reason: HoldBalance})
	}
	if limit, limited := c.Terms.Room(0); limited {
		used, err := s.store.capToday(ctx, h.ContractID, now.Date())
		if err != nil {
			return err
		}
		if room, _ := c.Terms.Room(used); room == 0 || s.isFull(h.ContractID, now.Date(), used) {
			g.holds = append(g.holds, capHold(limit, now))
		}
	}
	return nil
}

func capHold(limit int64, now caldate.Instant) Hold {
	return Hold{Reason: HoldDailyCap, Detail: strconv.FormatInt(limit, 10), Until: caldate.InstantOf(now.Date().AddDays(1).Start())}
}

func (s *Service) isFull(contractID string, on caldate.Date, used int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full[contractID] == dayFull{on, used}
}

// noteFull remembers, inside the transaction that found it out, that today's rest is too small for the next message (a long
// one, say, with one part left), and gives the cap.
func (s *Service) noteFull(ctx context.Context, contractID string, now caldate.Instant) (limit int64, err error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return 0, err
	}
	used, err := s.store.capToday(ctx, contractID, now.Date())
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full[contractID] = dayFull{now.Date(), used}
	return c.Terms.Cap(), nil
}

// notePoor remembers that the wallet has too little for a batch's next message.
func (s *Service) notePoor(ctx context.Context, h *Handoff) error {
	room, err := s.Wallets.Room(ctx, h.ContractID, h.BatchID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.poor[h.BatchID] = room
	return nil
}

// isPoor tells whether that is still so: a top-up, or a batch that released what it had set aside, makes room.
func (s *Service) isPoor(ctx context.Context, h *Handoff) (bool, error) {
	s.mu.Lock()
	had, ok := s.poor[h.BatchID]
	s.mu.Unlock()
	if !ok {
		return false, nil
	}
	room, err := s.Wallets.Room(ctx, h.ContractID, h.BatchID)
	if err != nil || room <= had {
		return err == nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.poor, h.BatchID)
	return false, nil
}

func (s *Service) outage(channel string) (outage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.down[channel]
	return o, ok && s.Clock.RealInstant().Before(o.until)
}

// setOutage notes that a channel could not take messages: it is tried again after a second, two, four … thirty.
func (s *Service) setOutage(channel, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.down[channel]
	o.wait = min(max(2*o.wait, time.Second), 30*time.Second)
	o.until, o.code = s.Clock.RealInstant().Add(o.wait), code
	s.down[channel] = o
}

func (s *Service) endOutage(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.down, channel)
}

// noteHolds writes why a hand-off waits, if that changed, with an audit row.
func (s *Service) noteHolds(ctx context.Context, h *Handoff, holds []Hold) (bool, error) {
	if same(h.Holds, holds) {
		return false, nil
	}
	changed := false
	err := s.DB.Run(ctx, func(ctx context.Context) error {
		next := *h
		next.Holds = holds
		switch {
		case len(holds) == 0:
			next.Holds, next.HeldSince = []Hold{}, caldate.Instant{}
		case h.HeldSince.IsZero():
			next.HeldSince = s.Clock.Instant()
		}
		ok, err := s.store.setHolds(ctx, &next)
		if err != nil || !ok {
			return err
		}
		changed = true
		h.Holds, h.HeldSince, h.Version = next.Holds, next.HeldSince, next.Version+1
		names := make([]string, len(holds))
		for i, r := range holds {
			names[i] = r.Reason
		}
		if len(holds) == 0 {
			return s.record(ctx, h, "handoff.resume", "", nil)
		}
		return s.record(ctx, h, "handoff.hold", names[0], map[string]any{"reasons": names})
	})
	return changed, err
}

// discard ends a hand-off whose contract or batch has ended: what still waits is never sent, and is listed as skipped.
func (s *Service) discard(ctx context.Context, h *Handoff, why string) error {
	chunks, err := s.store.chunks(ctx, h.BatchID)
	if err != nil {
		return err
	}
	for i := range chunks {
		if chunks[i].State != chunkOpen || chunks[i].LeaseUntil > 0 {
			continue // a chunk in another server's hands is discarded when that gives it back
		}
		err := s.DB.Run(ctx, func(ctx context.Context) error {
			c, err := s.store.lockChunk(ctx, h.BatchID, chunks[i].Seq)
			if err != nil {
				return err
			}
			if c.LeaseUntil > 0 {
				return nil
			}
			if _, err := s.doubt(ctx, h, c); err != nil {
				return err
			}
			n := 0
			for j := range c.Statuses {
				if c.Statuses.At(j) == Waiting && c.Statuses.Move(j, SkippedEnded) {
					n++
				}
			}
			// An engine may absorb repeats; but now nothing may be repeated, so only a receipt can tell.
			if _, err := s.abandon(ctx, h, c); err != nil {
				return err
			}
			if c.HandedAt.IsZero() {
				c.HandedAt = s.Clock.Instant()
			}
			if err := s.write(ctx, h, c); err != nil {
				return err
			}
			return s.record(ctx, h, "handoff.discard", why, map[string]any{"chunk": c.Seq, "messages": n})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// expire stops waiting for receipts 72 hours after a chunk went out.
func (s *Service) expire(ctx context.Context) (bool, error) {
	over, err := s.store.overdue(ctx, s.Clock.Instant().Add(-ReceiptsFor), 10)
	if err != nil {
		return false, err
	}
	for i := range over {
		h, err := s.store.handoff(ctx, over[i].BatchID)
		if err != nil {
			return false, err
		}
		err = s.DB.Run(ctx, func(ctx context.Context) error {
			c, err := s.store.lockChunk(ctx, over[i].BatchID, over[i].Seq)
			if err != nil {
				return err
			}
			n := 0
			var parts int64
			for j := range c.Statuses {
				if c.Statuses.At(j) == Handed && c.Statuses.Move(j, Expired) {
					n++
					parts += int64(c.Facts.Parts(j))
				}
			}
			if n == 0 {
				return nil
			}
			if err := s.write(ctx, h, c); err != nil {
				return err
			}
			if s.Wallets != nil { // a receipt that comes after all is late usage
				if err := s.Wallets.Release(ctx, h.ContractID, h.BatchID, parts); err != nil {
					return err
				}
			}
			return s.record(ctx, h, "handoff.expire", "no_receipt", map[string]any{"chunk": c.Seq, "messages": n})
		})
		if err != nil {
			return false, err
		}
	}
	return len(over) > 0, nil
}

// close ends hand-offs in which every approved message has come to an end.
func (s *Service) close(ctx context.Context) (did bool, err error) {
	done, err := s.store.finished(ctx, s.Clock.Instant().Add(-ReceiptsFor), 20)
	if err != nil {
		return false, err
	}
	for i := range done {
		h := &done[i]
		b, e := s.Batches.Get(ctx, h.BatchID)
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		if b.State == batch.Paused {
			continue // it was paused when nothing was left; it ends once somebody resumes it
		}
		err = errors.Join(err, s.DB.Run(ctx, func(ctx context.Context) error {
			ok, err := s.store.closeHandoff(ctx, h.BatchID, s.Clock.Instant())
			if err != nil || !ok {
				return err
			}
			did = true
			if b.State == batch.Sending {
				if err := s.Batches.SetState(ctx, h.BatchID, batch.Sending, batch.Done, ""); err != nil {
					return err
				}
			}
			if s.Wallets != nil {
				if err := s.Wallets.ReleaseAll(ctx, h.ContractID, h.BatchID); err != nil {
					return err
				}
			}
			return s.record(ctx, h, "handoff.close", "", nil)
		}))
	}
	return did, err
}

// alarm tells compliance about messages that have been unknown for a quarter of an hour.
func (s *Service) alarm(ctx context.Context) (bool, error) {
	before := s.Clock.RealInstant().Add(-AlarmAfter)
	list, err := s.store.unalarmed(ctx, before, 20)
	if err != nil {
		return false, err
	}
	for _, id := range list {
		b, err := s.Batches.Get(ctx, id)
		if err != nil {
			return false, err
		}
		err = s.DB.Run(ctx, func(ctx context.Context) error {
			n, err := s.store.alarmed(ctx, id, before, s.Clock.RealInstant())
			if err != nil || n == 0 {
				return err
			}
			return s.Notices.Send(ctx, notice.To{Role: "compliance_lead", About: notice.About{ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID}},
				"handoff_unknown", map[string]string{"customer": b.CustomerName, "batch": b.Number, "messages": strconv.FormatInt(n, 10)}, nil)
		})
		if err != nil {
			return false, err
		}
	}
	return len(list) > 0, nil
}

func (s *Service) record(ctx context.Context, h *Handoff, action, reason string, detail map[string]any) error {
	return s.Trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "batch", ObjectID: h.BatchID, CustomerID: h.CustomerID, ContractID: h.ContractID, Reason: reason, Detail: detail,
	})
}

// Run keeps up the sessions of engines that have some, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ctx = actor.With(ctx, actor.System("channels"))
	var wg sync.WaitGroup
	for i := range s.Channels {
		ch := &s.Channels[i]
		if r, ok := ch.Engine.(Runner); ok {
			wg.Go(func() { s.keepUp(ctx, ch.Name, r) })
		}
	}
	wg.Wait()
}

// keepUp runs one engine's sessions, again and again: a failed one after a second, two, four … thirty.
func (s *Service) keepUp(ctx context.Context, name string, r Runner) {
	for wait := time.Second; ctx.Err() == nil; wait = min(2*wait, 30*time.Second) {
		started := s.Clock.RealInstant()
		err := r.Run(ctx, sink{s, name})
		if ctx.Err() != nil {
			return
		}
		s.log.WarnContext(ctx, "a channel's session ended; it is taken up again", "channel", name, "error", err)
		if err := s.store.channelBad(ctx, name, "session", s.Clock.RealInstant()); err != nil {
			s.log.ErrorContext(ctx, "note a channel's state", "channel", name, "error", err)
		}
		if s.Clock.RealInstant().Sub(started) > time.Minute {
			wait = time.Second
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}
