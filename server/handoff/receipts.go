package handoff

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
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
	Strangers int // about no message of ours, about one that never left, or from a channel that it did not leave by
	Early     int // about a number that nobody knows yet: kept until the answer comes that gives it out
}

func (b *Booked) add(o Booked) {
	b.Counted, b.Repeated, b.Strangers, b.Early = b.Counted+o.Counted, b.Repeated+o.Repeated, b.Strangers+o.Strangers, b.Early+o.Early
}

// place is a chunk of a batch.
type place struct {
	batch string
	chunk int64
}

// Receive books receipts, in any order and however often they come, chunk by chunk. The transaction that moves a message to
// delivered adds its parts to usage: on the day of the receipt, by carrier and service code. So a repeat, finding it
// delivered, adds nothing (invariants 15, 21). Raw codes are kept as they came.
func (s *Service) Receive(ctx context.Context, channel string, receipts []Receipt) (Booked, error) {
	var b Booked
	receipts, early, err := s.resolve(ctx, channel, receipts)
	if err != nil {
		return b, err
	}
	b.Early = early
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
		if len(chunks) == 0 && s.system != nil {
			mine, err := s.system.SystemReceipt(ctx, batchID, r)
			if err != nil {
				return b, err
			}
			if mine {
				b.Counted++
				continue
			}
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
		one, err := s.receive(ctx, channel, p, byChunk[p])
		if err != nil {
			return b, fmt.Errorf("book receipts of %s/%d: %w", p.batch, p.chunk, err)
		}
		b.add(one)
	}
	return b, nil
}

// resolve finds our keys for receipts that name only the other side's numbers, and keeps those that come too early.
func (s *Service) resolve(ctx context.Context, channel string, receipts []Receipt) (known []Receipt, early int, err error) {
	var refs []string
	for i := range receipts {
		if receipts[i].Key == "" {
			refs = append(refs, clipCode(receipts[i].Ref))
		}
	}
	if len(refs) == 0 {
		return receipts, 0, nil
	}
	rows, err := s.store.refs(ctx, channel, refs)
	if err != nil {
		return nil, 0, err
	}
	var orphans []orphan
	known = make([]Receipt, 0, len(receipts))
	for _, r := range receipts {
		if r.Key == "" {
			row, ok := rows[clipCode(r.Ref)]
			if !ok {
				orphans = append(orphans, orphan{channel, clipCode(r.Ref), clipCode(r.Code), r.Result, r.At, s.Clock.RealInstant()})
				continue
			}
			r.Key, r.Part = Key(row.BatchID, row.Seq), int(row.Part)
		}
		known = append(known, r)
	}
	return known, len(orphans), s.store.addOrphans(ctx, orphans)
}

// received is a receipt and the index of its message in the chunk.
type received struct {
	index int
	Receipt
}

func (s *Service) receive(ctx context.Context, channel string, p place, rs []received) (Booked, error) {
	h, err := s.store.handoff(ctx, p.batch)
	if err != nil {
		return Booked{}, err
	}
	number, err := s.number(ctx, channel)
	if err != nil {
		return Booked{}, err
	}
	ch := s.channel(channel)
	var b Booked
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		b = Booked{}
		row, err := s.store.lockChunk(ctx, p.batch, p.chunk)
		if err != nil {
			return err
		}
		parts, err := s.gather(ctx, row, rs)
		if err != nil {
			return err
		}
		book := newBook(h, channel, ch)
		for _, r := range rs {
			st := row.Statuses.At(r.index)
			route := row.route(r.index)
			result := ch.judge(r.Receipt)
			switch {
			case !st.Left() || route != int64(number) && (route != 0 || h.Channel != channel):
				b.Strangers++
				s.log.WarnContext(ctx, "receipt for a message that never left by that channel", "channel", channel, "key", r.Key, "status", st.String())
			case result == Success && parts.complete(r) && row.Statuses.Move(r.index, Delivered):
				b.Counted++
				book.delivered(r.At.Date(), row, r.index, st, r.Code)
				book.arrived = append(book.arrived, arrival{r.index, r.At})
			case result == Failure && row.Statuses.Move(r.index, Failed):
				b.Counted++
				book.failed(r.At.Date(), row, r.index, st, r.Code)
			case result == Lost && row.Statuses.Move(r.index, Unknown):
				b.Counted++
				book.lostTrack = append(book.lostTrack, s.intent(h, row, r.index, channel, intentUnknown))
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
			ID: ids.New(), BatchID: p.batch, ChunkSeq: p.chunk, Channel: channel, Receipts: int64(len(rs)), Counted: int64(b.Counted), Body: raw(rs),
			At: s.Clock.Instant(), RealAt: s.Clock.RealInstant(),
		})
	})
	failpoint.Hit("handoff.receipts.booked")
	return b, err
}

// raw is receipts as they came: a line for each result, part and code, with the numbers of the messages in their order, runs
// of them put together. A chunk's worth of "DELIVRD" is a few bytes, and every code of every message stays readable.
func raw(rs []received) string {
	type kind struct {
		result Result
		part   int
		code   string
	}
	type list struct {
		text        []byte
		first, last int
	}
	lines := map[kind]*list{}
	var order []kind
	var base int64
	for _, r := range rs {
		k := kind{r.Result, r.Part, r.Code}
		l := lines[k]
		if l == nil {
			l = &list{first: -1}
			lines[k] = l
			order = append(order, k)
		}
		if l.first >= 0 && r.index == l.last+1 {
			l.last = r.index
			continue
		}
		l.text = appendRun(l.text, l.first, l.last)
		l.first, l.last = r.index, r.index
	}
	if len(rs) > 0 {
		if _, seq, err := ParseKey(rs[0].Key); err == nil {
			base = seq - int64(rs[0].index)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "first\t%d\n", base)
	for _, k := range order {
		l := lines[k]
		fmt.Fprintf(&b, "%d\t%d\t%s\t%s\n", k.result, k.part, oneLine(k.code), appendRun(l.text, l.first, l.last))
	}
	return b.String()
}

// appendRun adds the messages first to last of a chunk to a list.
func appendRun(text []byte, first, last int) []byte {
	if first < 0 {
		return text
	}
	if len(text) > 0 {
		text = append(text, ',')
	}
	text = strconv.AppendInt(text, int64(first), 10)
	if last > first {
		text = strconv.AppendInt(append(text, '-'), int64(last), 10)
	}
	return text
}

func oneLine(code string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' || c == '\r' || c == utf8.RuneError {
			return ' '
		}
		return c
	}, code)
}

// each reads a row's receipts back. Versions before this one wrote a line for each message: key, part, result, code.
func (r receiptRow) each(found func(seq int64, part int, result Result, code string)) {
	first := int64(-1)
	for line := range strings.Lines(r.Body) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		switch {
		case len(f) == 2 && f[0] == "first":
			first = number(f[1])
		case len(f) == 4 && first >= 0:
			for from, to := range runs(f[3]) {
				for i := from; i <= to; i++ {
					found(first+i, int(number(f[1])), Result(number(f[0])), f[2])
				}
			}
		case len(f) == 4:
			if _, seq, err := ParseKey(f[0]); err == nil {
				found(seq, int(number(f[1])), Result(number(f[2])), f[3])
			}
		}
	}
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // we wrote it
	return n
}

// runs goes over a list such as 0-99,101.
func runs(list string) iter.Seq2[int64, int64] {
	return func(yield func(from, to int64) bool) {
		for run := range strings.SplitSeq(list, ",") {
			from, to, ok := strings.Cut(run, "-")
			if !ok {
				to = from
			}
			if !yield(number(from), number(to)) {
				return
			}
		}
	}
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
	h         *Handoff
	channel   string
	ch        *Channel // nil: not configured here
	figures   map[figureKey]*Figure
	order     []figureKey
	moved     bool
	keys      []string // whose intents are settled by it
	results   results
	arrived   []arrival // what was delivered, in the order of the receipts
	lostTrack []intent
	used      map[caldate.Date]int64 // delivered parts that something is set aside for
	late      map[caldate.Date]int64 // delivered after that was given back
	lost      int64                  // parts of failed messages
}

type figureKey struct {
	on      caldate.Date
	carrier string
}

func newBook(h *Handoff, channel string, ch *Channel) *book {
	return &book{h: h, channel: channel, ch: ch, figures: map[figureKey]*Figure{}, results: results{}, used: map[caldate.Date]int64{}, late: map[caldate.Date]int64{}}
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

// delivered books message i, which was in status was.
func (b *book) delivered(on caldate.Date, row *Chunk, i int, was Status, code string) {
	parts, carrier := int64(row.Facts.Parts(i)), row.Facts.Carrier(i)
	if was == Expired {
		b.late[on] += parts
	} else {
		b.used[on] += parts
	}
	f := b.figure(on, carrier)
	f.Delivered++
	f.Parts += parts
	b.ended(on, row, i, was, outcomeDelivered, code)
}

// arrival is when the receipt of a message says that it was delivered.
type arrival struct {
	index int
	at    caldate.Instant
}

// delays counts how long the ways of what was delivered were.
func (s *Service) delays(ctx context.Context, arrived []arrival, row *Chunk) (map[delayKey]int64, error) {
	if len(arrived) == 0 {
		return nil, nil
	}
	left, err := s.leftAt(ctx, row)
	out := map[delayKey]int64{}
	for _, a := range arrived {
		if a.index < len(left) && left[a.index] > 0 {
			out[delayKey{a.at.Date(), row.Facts.Carrier(a.index), delayEdge(a.at.Ms() - left[a.index])}]++
		}
	}
	return out, err
}

// leftAt tells when each message of a chunk was last handed off, in unix ms; 0 where it never was.
func (s *Service) leftAt(ctx context.Context, row *Chunk) ([]int64, error) {
	rows, err := s.store.sliceTimes(ctx, row.BatchID, row.Seq)
	if err != nil {
		return nil, err
	}
	left := make([]int64, row.Count)
	for k := range rows {
		for i := rows[k].FirstIndex; i < min(rows[k].EndIndex, row.Count); i++ {
			if rows[k].has(i) {
				left[i] = rows[k].At.Ms()
			}
		}
	}
	return left, nil
}

// failed books message i, which was in status was.
func (b *book) failed(on caldate.Date, row *Chunk, i int, was Status, code string) {
	parts, carrier := int64(row.Facts.Parts(i)), row.Facts.Carrier(i)
	if was != Expired {
		b.lost += parts
	}
	b.figure(on, carrier).Failed++
	b.ended(on, row, i, was, outcomeFailed, code)
}

func (b *book) ended(on caldate.Date, row *Chunk, i int, was Status, outcome, code string) {
	b.moved = true
	b.results.add(resultKey{on, b.channel, row.Facts.Carrier(i), outcome, clipCode(oneLine(code))}, 1, int64(row.Facts.Parts(i)))
	if was == Unknown || b.ch == nil || !b.ch.Engine.Idempotent() {
		b.keys = append(b.keys, Key(b.h.BatchID, row.FirstSeq+int64(i)))
	}
}

// book writes a chunk with the figures and the usage that its new statuses mean.
func (s *Service) book(ctx context.Context, b *book, row *Chunk, by, reason string) error {
	if err := s.store.addDoubts(ctx, b.lostTrack); err != nil {
		return err
	}
	if !b.moved && len(b.lostTrack) == 0 {
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
	if err := s.addResults(ctx, b.h, b.results); err != nil {
		return err
	}
	if err := s.write(ctx, b.h, row); err != nil {
		return err
	}
	delays, err := s.delays(ctx, b.arrived, row)
	if err != nil {
		return err
	}
	if err := s.addDelays(ctx, b.h.CustomerID, delays); err != nil {
		return err
	}
	if err := s.pay(ctx, b); err != nil {
		return err
	}
	return s.store.settledIntents(ctx, b.keys, by, reason)
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
	reason, err := grounds(a.Reason)
	if err != nil {
		return 0, err
	}
	if a.Reason = reason; a.Outcome != "delivered" && a.Outcome != "failed" {
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
			n, err := s.settleChunk(ctx, h, row, wanted, a, me, today)
			if err != nil {
				return err
			}
			total += n
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

// settledByHand is the code of a fate that a person found out.
const settledByHand = "SEALGATE:BY_HAND"

// settleChunk books what a person found out about unknown messages of one chunk, each under the channel that it left by.
func (s *Service) settleChunk(ctx context.Context, h *Handoff, row *Chunk, wanted map[int64]bool, a Settlement, by string, today caldate.Date) (total int, err error) {
	books := map[string]*book{}
	for j := range row.Statuses {
		if row.Statuses.At(j) != Unknown || len(wanted) > 0 && !wanted[row.FirstSeq+int64(j)] {
			continue
		}
		ch, name, err := s.channelOf(ctx, h, row, j)
		if err != nil {
			return 0, err
		}
		b := books[name]
		if b == nil {
			b = newBook(h, name, ch)
			books[name] = b
		}
		if a.Outcome == "delivered" {
			row.Statuses.Move(j, Delivered)
			b.delivered(today, row, j, Unknown, settledByHand)
		} else {
			row.Statuses.Move(j, Failed)
			b.failed(today, row, j, Unknown, settledByHand)
		}
		total++
	}
	for _, name := range slices.Sorted(maps.Keys(books)) {
		if err := s.book(ctx, books[name], row, by, a.Reason); err != nil {
			return 0, err
		}
	}
	return total, nil
}
