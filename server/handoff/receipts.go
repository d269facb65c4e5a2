package handoff

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// Booked is what became of receipts.
type Booked struct {
	Counted   int // changed a message's status
	Repeated  int // changed nothing: seen before, too late, or only on the way
	Strangers int // about no message of ours, or about one that never left
}

// Receive books receipts, in any order and however often they come. The transaction that moves a message to delivered adds
// its parts to usage: on the day of the receipt, by carrier and service code. So a repeat, finding it delivered, adds
// nothing (invariants 15, 21). Raw codes are kept as they came.
func (s *Service) Receive(ctx context.Context, channel string, receipts []Receipt) (Booked, error) {
	var b Booked
	type place struct {
		batch string
		chunk int64
	}
	byChunk := map[place][]received{}
	var order []place
	bounds := map[string][]Chunk{}
	for _, r := range receipts {
		batchID, seq, err := ParseKey(r.Key)
		if err != nil {
			b.Strangers++
			continue
		}
		chunks, ok := bounds[batchID]
		if !ok {
			if chunks, err = s.store.chunks(ctx, batchID); err != nil {
				return b, err
			}
			bounds[batchID] = chunks
		}
		at := slices.IndexFunc(chunks, func(c Chunk) bool { return seq >= c.FirstSeq && seq < c.FirstSeq+c.Count })
		if at < 0 {
			b.Strangers++
			s.log.WarnContext(ctx, "receipt for no message of ours", "channel", channel, "key", r.Key)
			continue
		}
		p := place{batchID, chunks[at].Seq}
		if byChunk[p] == nil {
			order = append(order, p)
		}
		byChunk[p] = append(byChunk[p], received{int(seq - chunks[at].FirstSeq), r})
	}
	for _, p := range order {
		one, err := s.receive(ctx, channel, p.batch, p.chunk, byChunk[p])
		if err != nil {
			return b, fmt.Errorf("book receipts of %s/%d: %w", p.batch, p.chunk, err)
		}
		b.Counted += one.Counted
		b.Repeated += one.Repeated
		b.Strangers += one.Strangers
	}
	return b, nil
}

// Report takes one call of an engine of that kind at our receipt endpoint. A call that does not prove where it comes from is
// refused and logged; one about no message of ours is ErrStranger.
func (s *Service) Report(ctx context.Context, kind string, q url.Values) (Booked, error) {
	for _, c := range s.Channels {
		l, ok := c.Engine.(Listener)
		if !ok || c.Engine.Kind() != kind {
			continue
		}
		r, err := l.Read(q)
		if err != nil {
			s.log.WarnContext(ctx, "receipt refused", "channel", c.Name, "ip", actor.From(ctx).IP, "error", err)
			return Booked{}, err
		}
		b, err := s.Receive(ctx, c.Name, []Receipt{r})
		if err == nil && b.Strangers > 0 {
			err = ErrStranger
		}
		return b, err
	}
	return Booked{}, ErrNoEngine
}

// received is a receipt and the index of its message in the chunk.
type received struct {
	index int
	Receipt
}

func (s *Service) receive(ctx context.Context, channel, batchID string, chunkSeq int64, rs []received) (Booked, error) {
	h, err := s.store.handoff(ctx, batchID)
	if err != nil {
		return Booked{}, err
	}
	var b Booked
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		b = Booked{}
		row, err := s.store.lockChunk(ctx, batchID, chunkSeq)
		if err != nil {
			return err
		}
		parts, err := s.gather(ctx, row, rs)
		if err != nil {
			return err
		}
		book := newBook(h)
		for _, r := range rs {
			st := row.Statuses.At(r.index)
			switch {
			case !st.Left():
				b.Strangers++
				s.log.WarnContext(ctx, "receipt for a message that never left", "channel", channel, "key", r.Key, "status", st.String())
			case r.Result == Success && parts.complete(r) && row.Statuses.Move(r.index, Delivered):
				b.Counted++
				book.delivered(r.At.Date(), row.Facts, r.index, r.Key, st == Expired)
			case r.Result == Failure && row.Statuses.Move(r.index, Failed):
				b.Counted++
				book.failed(r.At.Date(), row.Facts, r.index, r.Key, st == Expired)
			default:
				b.Repeated++
			}
		}
		if err := s.store.addParts(ctx, parts.fresh); err != nil {
			return err
		}
		if err := s.book(ctx, book, row, "receipt", ""); err != nil {
			return err
		}
		return s.store.addReceipts(ctx, receiptRow{
			ID: ids.New(), BatchID: batchID, ChunkSeq: chunkSeq, Channel: channel, Receipts: int64(len(rs)), Counted: int64(b.Counted), Body: raw(rs),
			At: s.Clock.Instant(), RealAt: s.Clock.RealInstant(),
		})
	})
	failpoint.Hit("handoff.receipts.booked")
	return b, err
}

// raw is receipts as they came, one a line: message, part, result, code.
func raw(rs []received) string {
	var b strings.Builder
	for _, r := range rs {
		code := strings.Map(func(c rune) rune {
			if c == '\n' || c == '\t' || c == '\r' || c == utf8.RuneError {
				return ' '
			}
			return c
		}, r.Code)
		fmt.Fprintf(&b, "%s\t%d\t%d\t%s\n", r.Key, r.Part, r.Result, code)
	}
	return b.String()
}

// partsSeen knows which parts of long messages have been reported as delivered so far.
type partsSeen struct {
	row   *Chunk
	seen  map[int]map[int]bool // index → parts
	fresh []partRow            // to be kept: of messages that are not complete by this call alone
}

// gather reads what earlier calls said about the parts of long messages.
func (s *Service) gather(ctx context.Context, row *Chunk, rs []received) (*partsSeen, error) {
	p := &partsSeen{row: row, seen: map[int]map[int]bool{}}
	now := map[int]map[int]bool{}
	for _, r := range rs {
		if r.Result == Success && p.partial(r) {
			if now[r.index] == nil {
				now[r.index], p.seen[r.index] = map[int]bool{}, map[int]bool{}
			}
			now[r.index][r.Part] = true
		}
	}
	var seqs []int64
	for i, parts := range now {
		if len(parts) < row.Facts.Parts(i) { // else all parts come at once, and nothing need be remembered
			seqs = append(seqs, row.FirstSeq+int64(i))
			for part := range parts {
				p.fresh = append(p.fresh, partRow{row.BatchID, row.FirstSeq + int64(i), int64(part), s.Clock.Instant()})
			}
		}
	}
	slices.SortFunc(p.fresh, func(a, b partRow) int { return int(a.Seq-b.Seq)*64 + int(a.Part-b.Part) })
	known, err := s.store.parts(ctx, row.BatchID, seqs)
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		p.seen[int(k.Seq-row.FirstSeq)][int(k.Part)] = true
	}
	return p, nil
}

// partial tells whether a receipt speaks of one part of a long message.
func (p *partsSeen) partial(r received) bool {
	if r.Part <= 0 || r.index >= len(p.row.Facts) {
		return false
	}
	n := p.row.Facts.Parts(r.index)
	return n > 1 && r.Part <= n
}

// complete tells whether a successful receipt, with all that came before, covers the whole message.
func (p *partsSeen) complete(r received) bool {
	if r.Part <= 0 {
		return true
	}
	n := p.row.Facts.Parts(r.index)
	if n <= 1 {
		return r.Part == 1
	}
	if r.Part > n {
		return false
	}
	p.seen[r.index][r.Part] = true
	return len(p.seen[r.index]) == n
}

// book collects what a transaction adds to the figures and to usage.
type book struct {
	h       *Handoff
	figures map[figureKey]*Figure
	order   []figureKey
	keys    []string
	used    map[caldate.Date]int64 // delivered parts that something is set aside for
	late    map[caldate.Date]int64 // delivered after that was given back
	lost    int64                  // parts of failed messages
}

type figureKey struct {
	on      caldate.Date
	carrier string
}

func newBook(h *Handoff) *book {
	return &book{h: h, figures: map[figureKey]*Figure{}, used: map[caldate.Date]int64{}, late: map[caldate.Date]int64{}}
}

func (b *book) figure(on caldate.Date, carrier string) *Figure {
	k := figureKey{on, carrier}
	f := b.figures[k]
	if f == nil {
		f = &Figure{
			BatchID: b.h.BatchID, OnDate: on, Carrier: carrier, ServiceCode: b.h.ServiceCode, ContractID: b.h.ContractID, CustomerID: b.h.CustomerID,
		}
		b.figures[k] = f
		b.order = append(b.order, k)
	}
	return f
}

func (b *book) delivered(on caldate.Date, facts Facts, i int, key string, expired bool) {
	if expired {
		b.late[on] += int64(facts.Parts(i))
	} else {
		b.used[on] += int64(facts.Parts(i))
	}
	f := b.figure(on, facts.Carrier(i))
	f.Delivered++
	f.Parts += int64(facts.Parts(i))
	b.keys = append(b.keys, key)
}

func (b *book) failed(on caldate.Date, facts Facts, i int, key string, expired bool) {
	if !expired {
		b.lost += int64(facts.Parts(i))
	}
	b.figure(on, facts.Carrier(i)).Failed++
	b.keys = append(b.keys, key)
}

// book writes a chunk with the figures and the usage that its new statuses mean.
func (s *Service) book(ctx context.Context, b *book, row *Chunk, by, reason string) error {
	if len(b.keys) == 0 {
		return nil
	}
	var rows []usage.Row
	for _, k := range b.order {
		f := b.figures[k]
		if err := s.store.addFigure(ctx, *f); err != nil {
			return err
		}
		if f.Parts > 0 {
			rows = append(rows, usage.Row{ContractID: f.ContractID, Day: f.OnDate, Carrier: f.Carrier, ServiceCode: f.ServiceCode, Parts: f.Parts})
		}
	}
	if len(rows) > 0 {
		if err := s.Usage.Add(ctx, rows...); err != nil {
			return err
		}
	}
	if err := s.pay(ctx, b); err != nil {
		return err
	}
	if ch := s.channel(b.h.Channel); ch == nil || !ch.Engine.Idempotent() || row.UnknownCount > 0 {
		if err := s.store.settledIntents(ctx, b.keys, by, reason); err != nil {
			return err
		}
	}
	return s.store.writeChunk(ctx, row)
}

// pay has the wallet charge what was delivered and give back what was set aside for what failed.
func (s *Service) pay(ctx context.Context, b *book) error {
	if s.Wallets == nil {
		return nil
	}
	if b.lost > 0 {
		if err := s.Wallets.Release(ctx, b.h.ContractID, b.h.BatchID, b.lost); err != nil {
			return err
		}
	}
	charge := func(batchID string, days map[caldate.Date]int64) error {
		used := make([]wallet.Used, 0, len(days))
		for on, parts := range days {
			used = append(used, wallet.Used{On: on, Parts: parts})
		}
		return s.Wallets.Receipts(ctx, b.h.ContractID, batchID, used)
	}
	if err := charge(b.h.BatchID, b.used); err != nil {
		return err
	}
	return charge("", b.late)
}

// Settlement is what a person found out about unknown messages: all of a batch, or the numbered ones.
type Settlement struct {
	BatchID string
	Seqs    []int64 // empty: all that are unknown
	Outcome string  // "delivered" or "failed"
	Reason  string  // the grounds: what the channel said, and who
}

// SettleUnknown books what a person found out, and tells how many messages that settled. Delivered ones are charged, on
// the day of the decision.
func (s *Service) SettleUnknown(ctx context.Context, a Settlement) (int, error) {
	a.Reason = strings.TrimSpace(a.Reason)
	if n := utf8.RuneCountInString(a.Reason); n == 0 || n > 500 || a.Outcome != "delivered" && a.Outcome != "failed" {
		return 0, ErrSettle
	}
	if _, err := s.Batches.Get(ctx, a.BatchID); err != nil { // in the caller's scope?
		return 0, err
	}
	h, err := s.store.handoff(ctx, a.BatchID)
	if err != nil {
		return 0, err
	}
	chunks, err := s.store.chunks(ctx, a.BatchID)
	if err != nil {
		return 0, err
	}
	wanted := map[int64]bool{}
	for _, q := range a.Seqs {
		wanted[q] = true
	}
	total := 0
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		total = 0
		today, me := s.Clock.Today(), actor.From(ctx).UserID
		for i := range chunks {
			if chunks[i].UnknownCount == 0 {
				continue
			}
			row, err := s.store.lockChunk(ctx, a.BatchID, chunks[i].Seq)
			if err != nil {
				return err
			}
			b := newBook(h)
			for j := range row.Statuses {
				seq := row.FirstSeq + int64(j)
				if row.Statuses.At(j) != Unknown || len(wanted) > 0 && !wanted[seq] {
					continue
				}
				if a.Outcome == "delivered" {
					row.Statuses.Move(j, Delivered)
					b.delivered(today, row.Facts, j, Key(a.BatchID, seq), false)
				} else {
					row.Statuses.Move(j, Failed)
					b.failed(today, row.Facts, j, Key(a.BatchID, seq), false)
				}
				total++
			}
			if err := s.book(ctx, b, row, me, a.Reason); err != nil {
				return err
			}
		}
		if total == 0 {
			return ErrNoneUnknown
		}
		return s.record(ctx, h, "handoff.settle_unknown", a.Reason, map[string]any{"outcome": a.Outcome, "messages": total})
	})
	if err != nil && !errors.Is(err, ErrNoneUnknown) {
		return 0, fmt.Errorf("settle batch %s: %w", a.BatchID, err)
	}
	return total, err
}
