package handoff

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/review"
	"sealgate/server/verify"
)

// Logged is an engine that keeps a log of its own that can be compared with ours.
type Logged interface {
	// Log gives what the engine took of a batch, by message number.
	Log(ctx context.Context, batchID string) (map[int64]Taken, error)
	// Digest is that of one message.
	Digest(m Outgoing) string
}

// Taken is one message in an engine's log.
type Taken struct {
	Digest    string // of sender, number and text
	Confirmed bool   // its receipt was given, and we said that it is booked
}

// Verify checks that what was handed off is what was approved, when it might be, to whom it might be, and that what is
// charged is what was delivered (invariants 12, 13, 14, 15, 21, 24, 25). Nothing is what should come back.
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	ctx = actor.With(ctx, actor.System("verify"))
	found := func(n int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: n, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	strange, err := s.store.strangeHandoffs(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range strange {
		found(12, "batch "+id, "handed off without a manifest that was taken and is not void")
	}
	doubts := map[monthDoubts]int64{}
	for after := ""; ; {
		hs, err := s.store.allHandoffs(ctx, after, 100)
		if err != nil {
			return nil, err
		}
		for i := range hs {
			after = hs[i].BatchID
			if err := s.verifyOne(ctx, &hs[i], found); err != nil {
				return nil, fmt.Errorf("verify the hand-off of batch %s: %w", after, err)
			}
			if err := s.countDoubts(ctx, &hs[i], doubts); err != nil {
				return nil, fmt.Errorf("count the doubts of batch %s: %w", after, err)
			}
		}
		if len(hs) == 0 {
			break
		}
	}
	if err := s.verifyUsage(ctx, found); err != nil {
		return nil, err
	}
	if err := s.verifyDays(ctx, doubts, found); err != nil {
		return nil, err
	}
	return out, s.verifyLeases(ctx, found)
}

type report func(n int, object, format string, args ...any)

func (s *Service) verifyOne(ctx context.Context, h *Handoff, found report) error {
	object := "batch " + h.BatchID
	m, err := s.Reviews.Live(ctx, h.BatchID)
	if err != nil || m == nil {
		return err // no manifest: reported already
	}
	b, err := s.Batches.Get(ctx, h.BatchID)
	if err != nil {
		return err
	}
	if b.Purged != nil {
		return s.verifyPurged(ctx, h, m, found)
	}
	bits, err := s.Reviews.ApprovedBits(ctx, m)
	if err != nil {
		found(13, object, "the approved bitmap can't be read: %v", err)
		return nil
	}
	rows, err := s.Batches.Chunks(ctx, h.BatchID)
	if err != nil {
		return err
	}
	bySeq := map[int64]*batch.Chunk{}
	for i := range rows {
		bySeq[rows[i].Seq] = &rows[i]
	}
	logs, err := s.logsOf(ctx, h.BatchID)
	if err != nil {
		return err
	}
	intents, err := s.store.intentsOf(ctx, h.BatchID)
	if err != nil {
		return err
	}
	slices, err := s.store.slices(ctx, h.BatchID)
	if err != nil {
		return err
	}
	hasher, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return err
	}
	var delivered, failed, parts, open, flying int64
	for k, seal := range m.Chunks {
		row := bySeq[seal.Seq]
		if row == nil || row.SHA256 != seal.SHA256 || row.VerdictSHA256 != seal.VerdictSHA256 {
			found(13, object, "chunk %d is not the one in the manifest", seal.Seq)
			continue
		}
		messages, err := s.Batches.OpenChunk(ctx, row)
		if err != nil {
			found(13, object, "chunk %d can't be opened: %v", seal.Seq, err)
			continue
		}
		c, err := s.store.chunk(ctx, h.BatchID, seal.Seq)
		if err != nil {
			return err
		}
		s.verifyChunk(c, bits[k], found)
		t := c.Statuses.Tally()
		open += t.Open()
		delivered += t[Delivered]
		failed += t[Failed]
		blockedAt, err := s.blockedSince(ctx, h, c, messages, hasher.Hash)
		if err != nil {
			return err
		}
		for i := range c.Statuses {
			st := c.Statuses.At(i)
			if st == Handing || st == Handed || st == Unknown {
				flying += int64(c.Facts.Parts(i))
			}
			if !st.Left() {
				continue
			}
			if st == Delivered {
				parts += int64(c.Facts.Parts(i))
			}
			if c.Facts.Parts(i) != messages[i].Parts {
				found(21, object, "message %d has %d parts, %d are charged", messages[i].Seq, messages[i].Parts, c.Facts.Parts(i))
			}
			if at, ok := blockedAt[i]; ok {
				for _, sl := range slices {
					if sl.ChunkSeq == c.Seq && sl.has(int64(i)) && sl.At.After(at) {
						found(25, object, "message %d was handed off after its recipient was put on a list", messages[i].Seq)
					}
				}
			}
			_, by, err := s.channelOf(ctx, h, c, i)
			if err != nil {
				return err
			}
			for name, log := range logs {
				got, there := log.taken[messages[i].Seq]
				switch {
				case there && name != by:
					found(15, object, "message %d left by %s, and %s has it too", messages[i].Seq, by, name)
				case there && got.Digest != log.engine.Digest(Outgoing{Key: Key(h.BatchID, messages[i].Seq), Phone: messages[i].Phone, Text: messages[i].Text, Sender: h.ServiceCode}):
					found(13, object, "message %d left with another content than was approved", messages[i].Seq)
				case there && got.Confirmed && (st == Handing || st == Handed):
					found(15, object, "message %d is %s, though the receipt that came for it counts as booked", messages[i].Seq, st)
				case !there && name == by && (st == Handed || st == Delivered):
					found(15, object, "message %d is %s, and the engine never had it", messages[i].Seq, st)
				}
				delete(log.taken, messages[i].Seq)
			}
		}
	}
	for _, log := range logs {
		for seq := range log.taken {
			found(12, object, "the engine has message %d, which was not approved or not handed off", seq)
		}
	}
	if err := s.verifyResults(ctx, h, found); err != nil {
		return err
	}
	s.verifyIntents(h, m, bits, intents, found)
	if err := s.verifyTimes(ctx, h, slices, found); err != nil {
		return err
	}
	if s.Wallets != nil && h.State == stateOpen {
		out, has, err := s.Wallets.Out(ctx, h.ContractID, h.BatchID)
		if err != nil {
			return err
		}
		if has && out != flying {
			found(22, object, "%d parts are on their way, the wallet has set aside for %d", flying, out)
		}
	}
	figures, err := s.store.figures(ctx, h.BatchID)
	if err != nil {
		return err
	}
	var fd, ff, fp int64
	for _, f := range figures {
		fd, ff, fp = fd+f.Delivered, ff+f.Failed, fp+f.Parts
	}
	if fd != delivered || fp != parts {
		found(21, object, "%d messages of %d parts are delivered, the figures say %d of %d", delivered, parts, fd, fp)
	}
	if ff != failed {
		found(21, object, "%d messages failed, the figures say %d", failed, ff)
	}
	if h.State == stateClosed && open > 0 {
		found(15, object, "the hand-off is closed and %d messages have not come to an end", open)
	}
	return nil
}

// engineLog is what an engine says that it took of a batch.
type engineLog struct {
	engine Logged
	taken  map[int64]Taken
}

// logsOf asks every channel whose engine keeps a log.
func (s *Service) logsOf(ctx context.Context, batchID string) (map[string]engineLog, error) {
	out := map[string]engineLog{}
	for i := range s.Channels {
		if e, ok := s.Channels[i].Engine.(Logged); ok {
			taken, err := e.Log(ctx, batchID)
			if err != nil {
				return nil, err
			}
			out[s.Channels[i].Name] = engineLog{e, taken}
		}
	}
	return out, nil
}

// verifyResults: the tallies by channel and code say the same as the figures that are charged (21). Batches of versions that
// knew no tallies have none.
func (s *Service) verifyResults(ctx context.Context, h *Handoff, found report) error {
	tallies, err := s.store.tallies(ctx, h.BatchID)
	if err != nil || len(tallies) == 0 {
		return err
	}
	figures, err := s.store.figures(ctx, h.BatchID)
	if err != nil {
		return err
	}
	type sum struct{ delivered, parts, failed int64 }
	want, got := map[string]sum{}, map[string]sum{}
	for _, f := range figures {
		w := want[f.OnDate.String()+f.Carrier]
		want[f.OnDate.String()+f.Carrier] = sum{w.delivered + f.Delivered, w.parts + f.Parts, w.failed + f.Failed}
	}
	for _, t := range tallies {
		g := got[t.OnDate.String()+t.Carrier]
		switch t.Outcome {
		case outcomeDelivered:
			g.delivered, g.parts = g.delivered+t.Messages, g.parts+t.Parts
		case outcomeFailed:
			g.failed += t.Messages
		}
		got[t.OnDate.String()+t.Carrier] = g
	}
	for k := range got {
		want[k] = want[k] // so that a day with tallies alone is looked at
	}
	for k, w := range want {
		if got[k] != w {
			found(21, "batch "+h.BatchID, "%s: figures and tallies by channel differ: %+v and %+v", k, w, got[k])
		}
	}
	return nil
}

// verifyChunk compares a status block with the approved bitmap and with its own row.
func (s *Service) verifyChunk(c *Chunk, bits review.Bits, found report) {
	object := fmt.Sprintf("chunk %s/%d", c.BatchID, c.Seq)
	if int64(len(c.Statuses)) != c.Count {
		found(15, object, "%d statuses for %d messages", len(c.Statuses), c.Count)
		return
	}
	for i := range c.Statuses {
		approved, out := bits.Has(i), c.Statuses.At(i) != NotApproved
		if out && !approved {
			found(12, object, "message %d is %s and was not approved", c.FirstSeq+int64(i), c.Statuses.At(i))
		}
		if approved && !out {
			found(15, object, "message %d was approved and is missing", c.FirstSeq+int64(i))
		}
	}
	t := c.Statuses.Tally()
	if t.Open() != c.OpenCount || t[Unknown] != c.UnknownCount {
		found(15, object, "the row says %d open and %d unknown, the block %d and %d", c.OpenCount, c.UnknownCount, t.Open(), t[Unknown])
	}
}

// verifyIntents: whatever was written down to leave was approved.
func (s *Service) verifyIntents(h *Handoff, m *review.Manifest, bits []review.Bits, intents []intent, found report) {
	for _, in := range intents {
		ok := false
		for k, seal := range m.Chunks {
			if seal.Seq == in.ChunkSeq {
				ok = bits[k].Has(int(in.Seq - seal.FirstSeq))
			}
		}
		if !ok {
			found(12, "batch "+h.BatchID, "message %d was handed to %s and was not approved", in.Seq, in.Channel)
		}
	}
}

// blockedSince tells, by index, since when recipients are on a list.
func (s *Service) blockedSince(ctx context.Context, h *Handoff, c *Chunk, messages []batch.Message, hash func(string) string) (map[int]caldate.Instant, error) {
	hashes := make([]string, len(messages))
	for i, m := range messages {
		hashes[i] = hash(m.Phone)
	}
	blocked, err := s.Recipients.BlockedSince(ctx, h.CustomerID, hashes)
	if err != nil || len(blocked) == 0 {
		return nil, err
	}
	out := map[int]caldate.Instant{}
	for i := range c.Statuses {
		if at, ok := blocked[hashes[i]]; ok {
			out[i] = at
		}
	}
	return out, nil
}

// verifyTimes: no slice was written down while the contract was suspended, before it began or after it ended (14). A
// suspension takes effect when it is recorded, so it is the moment that counts, not its day.
func (s *Service) verifyTimes(ctx context.Context, h *Handoff, slices []slice, found report) error {
	if len(slices) == 0 {
		return nil
	}
	c, err := s.Contracts.Get(ctx, h.ContractID)
	if err != nil {
		return err
	}
	suspensions, err := s.Contracts.Suspensions(ctx, h.ContractID)
	if err != nil {
		return err
	}
	for _, sl := range slices {
		if sl.Messages == 0 {
			continue
		}
		for i := range suspensions {
			if x := &suspensions[i]; sl.At.After(x.SuspendedAt) && (x.LiftedAt.IsZero() || sl.At.Before(x.LiftedAt)) {
				found(14, "batch "+h.BatchID, "%d messages were handed off at %s while contract %s was suspended for %s", sl.Messages, sl.At, c.Number, x.Reason)
			}
		}
		if first, last := c.Life(); !sl.At.Date().In(first, last) {
			found(14, "batch "+h.BatchID, "%d messages were handed off at %s, outside the life of contract %s", sl.Messages, sl.At, c.Number)
		}
	}
	return nil
}

// verifyUsage: what usage has of a contract's day is what the batches delivered on it (21).
func (s *Service) verifyUsage(ctx context.Context, found report) error {
	ours, err := s.store.sums(ctx)
	if err != nil {
		return err
	}
	type key struct{ contract, day, carrier, code string }
	type month struct {
		contract string
		month    caldate.Month
	}
	want, months := map[key]int64{}, map[month]bool{}
	for _, f := range ours {
		want[key{f.ContractID, f.OnDate.String(), f.Carrier, f.ServiceCode}] = f.Parts
		months[month{f.ContractID, f.OnDate.MonthOf()}] = true
	}
	for m := range months {
		rows, err := s.Usage.Days(ctx, m.contract, m.month)
		if err != nil {
			return err
		}
		for _, r := range rows {
			k := key{r.ContractID, r.Day.String(), r.Carrier, r.ServiceCode}
			if want[k] != r.Parts {
				found(21, "contract "+k.contract, "%s, carrier %q, %s: %d parts were delivered, usage has %d", k.day, k.carrier, k.code, want[k], r.Parts)
			}
			delete(want, k)
		}
	}
	for k, n := range want {
		if n > 0 {
			found(21, "contract "+k.contract, "%s, carrier %q, %s: %d parts were delivered, usage has none", k.day, k.carrier, k.code, n)
		}
	}
	return nil
}

// monthDoubts is where a month's statistics count messages whose fate nobody knows.
type monthDoubts struct {
	Month                                              caldate.Month
	CustomerID, ContractID, Category, Channel, Carrier string
}

// countDoubts adds up the doubts of a hand-off by its status blocks.
func (s *Service) countDoubts(ctx context.Context, h *Handoff, sum map[monthDoubts]int64) error {
	chunks, err := s.store.doubtfulChunks(ctx, h.BatchID)
	if err != nil {
		return err
	}
	for i := range chunks {
		days, err := s.doubtfulDays(ctx, h, chunks[i].doubts())
		if err != nil {
			return err
		}
		for _, d := range days {
			sum[monthDoubts{d.OnDate.MonthOf(), d.CustomerID, d.ContractID, d.Category, d.Channel, d.Carrier}] += d.Doubtful
		}
	}
	return nil
}

// verifyDays: a customer's days are the sums of its batches, what is doubtful is what the status blocks say, and its months are those of
// its days (21).
func (s *Service) verifyDays(ctx context.Context, doubts map[monthDoubts]int64, found report) error {
	rows, err := s.store.strayDays(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		found(21, "customer "+r.CustomerID, "%s by %s to carrier %q: the statistics' days differ from batches or months by %d sent, %d delivered, %d failed, %d doubtful, %d parts",
			r.Month, r.Channel, r.Carrier, r.Sent, r.Delivered, r.Failed, r.Doubtful, r.Parts)
	}
	months, err := s.store.doubtfulMonths(ctx)
	if err != nil {
		return err
	}
	for _, m := range months {
		doubts[monthDoubts{m.Month, m.CustomerID, m.ContractID, m.Category, m.Channel, m.Carrier}] -= m.Doubtful
	}
	for k, n := range doubts {
		if n != 0 {
			found(21, "customer "+k.CustomerID, "%s by %s to carrier %q: %d messages more are doubtful than the statistics say", k.Month, k.Channel, k.Carrier, n)
		}
	}
	return nil
}

// verifyLeases: no lease is longer than a lease may be, and every message that has been unknown for a quarter of an hour has
// raised an alarm (24).
func (s *Service) verifyLeases(ctx context.Context, found report) error {
	now := s.Clock.RealInstant()
	long, err := s.store.overleased(ctx, now.Add(Lease).Ms())
	if err != nil {
		return err
	}
	for _, c := range long { // one that has run out is freed by whoever works next
		found(24, fmt.Sprintf("chunk %s/%d", c.BatchID, c.Seq), "leased by %s until %s", c.LeaseOwner, caldate.InstantMs(c.LeaseUntil))
	}
	// Housekeeping needs a moment after the quarter of an hour.
	quiet, err := s.store.unalarmed(ctx, now.Add(-AlarmAfter-AlarmAfter/3), 100)
	if err != nil {
		return err
	}
	for _, id := range quiet {
		found(24, "batch "+id, "messages are unknown for more than %s and nobody was told", AlarmAfter)
	}
	return nil
}
