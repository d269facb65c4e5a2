package natsq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/platform/failpoint"
)

func instant(ms int64) caldate.Instant { return caldate.InstantMs(ms) }

// Source is what a worker asks of the hand-off (handoff.Service): the queue itself is believed nothing.
type Source interface {
	Resolve(ctx context.Context, channel string, r handoff.Reference) (*handoff.Resolved, error)
	MayLeave(ctx context.Context, channel, batchID string, messages []handoff.Outgoing, atMost int) (handoff.Leave, error)
	NotLeft(ctx context.Context, batchID string, messages []handoff.Outgoing) error
	Replied(ctx context.Context, channel string, replies []handoff.Reply) error
}

// Worker is one engine of the fleet: it takes references off the queue, sends their messages by an engine of its own, and
// puts what came of them back into the queue.
type Worker struct {
	e      *Engine
	behind handoff.Engine
	source Source
	log    *slog.Logger
}

// Worker makes a worker of this channel that sends by another engine.
func (e *Engine) Worker(behind handoff.Engine, s Source) (*Worker, error) {
	switch behind.(type) {
	case handoff.Referrer, handoff.Listener:
		return nil, fmt.Errorf("nats channel: behind a queue an engine has to have sessions, or to be asked for its receipts; %s calls us or is a queue itself", behind.Kind())
	}
	return &Worker{e, behind, s, slog.Default()}, nil
}

// The codes of what a worker decides by itself.
const (
	codeEnded   = "SEALGATE:ENDED"   // contract or batch ended while it was in the queue
	codeBlocked = "SEALGATE:BLOCKED" // the recipient went on a list while it was in the queue
	codeLost    = "SEALGATE:LOST"    // the worker died while it was sending, by an engine that can't absorb a repeat
)

const (
	waitFor     = time.Second // before a slice that may not leave is looked at again
	fetchFor    = 500 * time.Millisecond
	reportsRest = 200 * time.Millisecond
)

// Run works until ctx ends, on so many references at once. They share the engine behind, and its one session.
func (w *Worker) Run(ctx context.Context, atOnce int) {
	var wg sync.WaitGroup
	wg.Go(func() { w.reporting(ctx) })
	for range atOnce {
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := w.Work(ctx); err != nil && ctx.Err() == nil {
					w.log.ErrorContext(ctx, "an engine of the queue failed; it tries again", "channel", w.e.s.Name, "error", err)
					pause(ctx, waitFor)
				}
			}
		})
	}
	wg.Wait()
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// reporting brings what the engine behind hears into the queue.
func (w *Worker) reporting(ctx context.Context) {
	switch e := w.behind.(type) {
	case handoff.Runner:
		w.keepUp(ctx, e)
	case handoff.Reporter:
		for ctx.Err() == nil {
			did, err := w.Report(ctx, e)
			if err != nil && ctx.Err() == nil {
				w.log.ErrorContext(ctx, "receipts of an engine of the queue; they are taken again", "channel", w.e.s.Name, "error", err)
			}
			if !did {
				pause(ctx, reportsRest)
			}
		}
	}
}

const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
	// goodAfter is how long a session has to last for the next one to be begun at once.
	goodAfter = time.Minute
)

// keepUp runs the sessions of the engine behind, again and again.
func (w *Worker) keepUp(ctx context.Context, e handoff.Runner) {
	for wait := firstWait; ctx.Err() == nil; wait = min(2*wait, longestWait) {
		started := w.e.clock.RealInstant()
		if err := e.Run(ctx, sink{w}); ctx.Err() == nil {
			w.log.WarnContext(ctx, "an engine's session ended; it is taken up again", "channel", w.e.s.Name, "error", err)
		}
		if w.e.clock.RealInstant().Sub(started) > goodAfter {
			wait = firstWait
		}
		pause(ctx, wait)
	}
}

// Report moves receipts of an engine that is asked for them into the queue, and tells whether there were any.
func (w *Worker) Report(ctx context.Context, e handoff.Reporter) (bool, error) {
	rs, _, err := e.Reports(ctx)
	if err != nil || len(rs) == 0 {
		return false, err
	}
	q, err := w.e.open(ctx)
	if err == nil {
		err = q.publish(ctx, rs, rs[0].At.Ms(), "")
	}
	if err != nil {
		return false, err
	}
	failpoint.Hit("natsq.worker.reported")
	return true, e.Confirm(ctx, rs)
}

// Work takes one reference off the queue and sends what it names; it tells whether there was one.
func (w *Worker) Work(ctx context.Context) (bool, error) {
	q, err := w.e.open(ctx)
	if err != nil {
		return false, err
	}
	m, err := q.work.Next(jetstream.FetchMaxWait(fetchFor))
	if errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var r handoff.Reference
	if err := json.Unmarshal(m.Data(), &r); err != nil {
		return true, errors.Join(fmt.Errorf("nats channel: a reference can't be read; it is dropped: %w", err), m.Term())
	}
	leave, err := w.source.MayLeave(ctx, w.e.s.Name, r.BatchID, nil, 0)
	again := leave.Wait != "" // then nobody needs to open the chunk
	if err == nil && !again {
		var found *handoff.Resolved
		if found, err = w.source.Resolve(ctx, w.e.s.Name, r); err == nil {
			rest := w.hold(ctx, m)
			again, err = w.carry(ctx, q, r, found)
			rest()
		}
	}
	switch {
	case errors.Is(err, handoff.ErrReference):
		return true, errors.Join(err, m.Term()) // forged, or long over: nothing of it leaves
	case err != nil || again:
		return true, errors.Join(err, m.NakWithDelay(waitFor))
	}
	failpoint.Hit("natsq.worker.carried")
	return true, m.DoubleAck(ctx)
}

// hold keeps a reference from being given to somebody else for as long as it is worked on: slow engines take their time.
func (w *Worker) hold(ctx context.Context, m jetstream.Msg) (rest func()) {
	ctx, rest = context.WithCancel(ctx)
	go func() {
		for every := w.e.s.AgainAfter / 3; ; {
			if pause(ctx, every); ctx.Err() != nil {
				return
			}
			if err := m.InProgress(); err != nil {
				w.log.WarnContext(ctx, "an engine of the queue can't ask for more time", "channel", w.e.s.Name, "error", err)
			}
		}
	}()
	return rest
}

// carry sends the messages of a reference, slice by slice; again says that some may not leave now.
func (w *Worker) carry(ctx context.Context, q *queue, r handoff.Reference, found *handoff.Resolved) (again bool, err error) {
	book, err := q.openBook(ctx, r)
	if err != nil {
		return false, err
	}
	if err := errors.Join(w.fail(ctx, book, found.Blocked, codeBlocked), w.fail(ctx, book, found.Ended, codeEnded)); err != nil {
		return false, err
	}
	for rest := book.undone(found.Messages); len(rest) > 0; {
		leave, err := w.source.MayLeave(ctx, w.e.s.Name, r.BatchID, rest, w.behind.Slice())
		if err != nil {
			return false, err
		}
		if leave.Ended != "" {
			return again, w.fail(ctx, book, keysOf(rest), codeEnded)
		}
		if len(leave.Go) == 0 {
			return true, nil
		}
		rest = leave.Stay
		later, err := w.send(ctx, book, r.BatchID, leave.Go)
		if err != nil {
			return false, err
		}
		again = again || later
	}
	return again, nil
}

func keysOf(ms []handoff.Outgoing) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = m.Key
	}
	return out
}

// send sends one slice: it writes down which messages are about to leave, calls the engine, writes down what is settled.
func (w *Worker) send(ctx context.Context, b *book, batchID string, slice []handoff.Outgoing) (later bool, err error) {
	mine, err := w.claim(ctx, b, keysOf(slice), w.behind.Idempotent())
	if err != nil || len(mine) == 0 {
		return false, err
	}
	fresh := only(slice, mine)
	failpoint.Hit("natsq.worker.begun")
	answers, err := w.behind.Send(ctx, fresh)
	failpoint.Hit("natsq.worker.sent")
	if err != nil {
		if w.behind.Idempotent() {
			return false, err // the same again, later
		}
		answers = make([]handoff.Answer, len(fresh))
		for i := range answers {
			answers[i].Outcome = handoff.Unclear
		}
	}
	var done []string
	var back []handoff.Outgoing
	var receipts []handoff.Receipt
	now := w.e.clock.Instant()
	for i, a := range answers {
		key := fresh[i].Key
		switch a.Outcome {
		case handoff.NotSent:
			back = append(back, fresh[i])
			continue
		case handoff.Refused:
			receipts = append(receipts, handoff.Receipt{Key: key, Result: handoff.Failure, Code: a.Code, At: now})
		case handoff.Unclear:
			receipts = append(receipts, handoff.Receipt{Key: key, Result: handoff.Lost, Code: codeLost, At: now})
		}
		done = append(done, key)
		if err := b.queue.remember(ctx, key, a.Refs); err != nil {
			return false, err
		}
	}
	if err := b.queue.publish(ctx, receipts, now.Ms(), "answer"); err != nil {
		return false, err
	}
	if err := b.note(ctx, done, keysOf(back)); err != nil || len(back) == 0 {
		return false, err
	}
	return true, w.source.NotLeft(ctx, batchID, back)
}

// only gives those messages of a slice that have these keys, which are in its order.
func only(slice []handoff.Outgoing, keys []string) []handoff.Outgoing {
	out := make([]handoff.Outgoing, 0, len(keys))
	for _, m := range slice {
		if len(out) < len(keys) && m.Key == keys[len(out)] {
			out = append(out, m)
		}
	}
	return out
}

// claim writes down that these messages are about to be settled by this worker and nobody else, and gives those that are.
// repeats: what was begun before, and may have left, goes again.
func (w *Worker) claim(ctx context.Context, b *book, keys []string, repeats bool) (mine []string, err error) {
	mine, lost, err := b.begin(ctx, keys, repeats)
	if err == nil {
		err = w.report(ctx, b.queue, lost, handoff.Lost, codeLost)
	}
	if err == nil {
		err = b.note(ctx, lost, nil)
	}
	return mine, err
}

// fail reports messages that will not be sent any more.
func (w *Worker) fail(ctx context.Context, b *book, keys []string, code string) error {
	mine, err := w.claim(ctx, b, keys, false)
	if err == nil {
		err = w.report(ctx, b.queue, mine, handoff.Failure, code)
	}
	if err == nil {
		err = b.note(ctx, mine, nil)
	}
	return err
}

func (w *Worker) report(ctx context.Context, q *queue, keys []string, result handoff.Result, code string) error {
	now := w.e.clock.Instant()
	rs := make([]handoff.Receipt, len(keys))
	for i, k := range keys {
		rs[i] = handoff.Receipt{Key: k, Result: result, Code: code, At: now}
	}
	return q.publish(ctx, rs, now.Ms(), "worker")
}

// book is what workers know about the messages of one chunk: a bit each. It is written by compare-and-set, because two
// references to different messages of a chunk may be in the hands of two workers.
type book struct {
	Begun []byte `json:"begun"` // may have left
	Done  []byte `json:"done"`  // settled, or accepted by the engine

	queue    *queue
	key      string
	revision uint64
	first    int64
}

func (q *queue) openBook(ctx context.Context, r handoff.Reference) (*book, error) {
	b := &book{queue: q, key: r.BatchID + "." + strconv.FormatInt(r.Chunk, 10), first: r.FirstSeq}
	b.Begun, b.Done = make([]byte, len(r.Members)), make([]byte, len(r.Members))
	return b, b.load(ctx)
}

// load reads the book as it is now.
func (b *book) load(ctx context.Context) error {
	entry, err := b.queue.taken.Get(ctx, b.key)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return nil
	case err != nil:
		return err
	}
	b.revision = entry.Revision()
	size := len(b.Begun)
	if err := json.Unmarshal(entry.Value(), b); err != nil {
		return err
	}
	if len(b.Begun) != size || len(b.Done) != size {
		return fmt.Errorf("nats channel: the book of chunk %s has another size than the reference", b.key)
	}
	return nil
}

// forgets is a bug planted for the crash harness (server/crash); false in every other program.
var forgets bool

// begin writes that messages are about to leave, and gives those that nobody began before: mine. lost are those that somebody
// began and did not finish; where repeats absorb each other they are mine, too. A worker that slept, and whose messages another
// one has begun since, learns it here.
func (b *book) begin(ctx context.Context, keys []string, repeats bool) (mine, lost []string, err error) {
	err = b.change(ctx, func() bool {
		mine, lost = nil, nil
		for _, k := range keys {
			switch {
			case b.has(b.Done, k):
			case b.has(b.Begun, k) && !repeats && !forgets:
				lost = append(lost, k)
			default:
				mine = append(mine, k)
			}
		}
		b.set(b.Begun, mine)
		return len(mine) > 0
	})
	return mine, lost, err
}

// note writes that messages are done, or are as if they had never begun.
func (b *book) note(ctx context.Context, done, back []string) error {
	return b.change(ctx, func() bool {
		b.set(b.Begun, done)
		b.set(b.Done, done)
		b.unset(b.Begun, back)
		return len(done)+len(back) > 0
	})
}

// change writes what is changed, if anything. Where another worker wrote meanwhile, its notes are kept and it is looked again.
func (b *book) change(ctx context.Context, change func() bool) error {
	for change() {
		err := b.write(ctx)
		var api *jetstream.APIError
		if !errors.Is(err, jetstream.ErrKeyExists) && (!errors.As(err, &api) || api.ErrorCode != jetstream.JSErrCodeStreamWrongLastSequence) {
			return err
		}
		if err := b.load(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) place(key string) (int, byte) {
	_, seq, _ := handoff.ParseKey(key) // we made it
	i := seq - b.first
	return int(i / 8), 1 << (i % 8)
}

func (b *book) has(bits []byte, key string) bool {
	i, bit := b.place(key)
	return bits[i]&bit != 0
}

// undone are the messages that nothing is settled about yet.
func (b *book) undone(ms []handoff.Outgoing) []handoff.Outgoing {
	return slices.DeleteFunc(ms, func(m handoff.Outgoing) bool { return b.has(b.Done, m.Key) })
}

func (b *book) set(bits []byte, keys []string) {
	for _, k := range keys {
		i, bit := b.place(k)
		bits[i] |= bit
	}
}

func (b *book) unset(bits []byte, keys []string) {
	for _, k := range keys {
		i, bit := b.place(k)
		bits[i] &^= bit
	}
}

func (b *book) write(ctx context.Context) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if b.revision == 0 {
		b.revision, err = b.queue.taken.Create(ctx, b.key, body)
		return err
	}
	revision, err := b.queue.taken.Update(ctx, b.key, body, b.revision)
	if err == nil {
		b.revision = revision
	}
	return err
}

// remember keeps the other side's numbers of a message, for its receipts.
func (q *queue) remember(ctx context.Context, key string, refs []string) error {
	for i, ref := range refs {
		part := i + 1
		if len(refs) == 1 {
			part = 0
		}
		if ref == "" {
			continue
		}
		if _, err := q.references.Put(ctx, refKey(ref), []byte(key+"/"+strconv.Itoa(part))); err != nil {
			return err
		}
	}
	return nil
}

// refKey makes a key that a bucket takes out of any number.
func refKey(ref string) string { return msgID([]byte(ref)) }

// sink takes what sessions of the engine behind bring.
type sink struct{ w *Worker }

// earlyFor is how long receipts that were faster than the answer to their message are waited for, and how often.
const (
	earlyFor   = 3 * time.Second
	earlyEvery = 100 * time.Millisecond
)

// Receipts implements handoff.Sink. Those about numbers that nobody knows yet are waited for together: after a kill there may be
// many that nobody will ever know, and the session must not stand still for each of them.
func (k sink) Receipts(ctx context.Context, rs []handoff.Receipt) error {
	q, err := k.w.e.open(ctx)
	if err != nil {
		return err
	}
	known, strange, err := q.name(ctx, rs)
	for waited := time.Duration(0); err == nil && len(strange) > 0 && waited < earlyFor; waited += earlyEvery {
		pause(ctx, earlyEvery)
		var more []handoff.Receipt
		more, strange, err = q.name(ctx, strange)
		known = append(known, more...)
	}
	if err != nil {
		return err
	}
	for _, r := range strange {
		k.w.log.WarnContext(ctx, "receipt about a number that this channel never gave out", "channel", k.w.e.s.Name, "ref", r.Ref, "code", r.Code)
	}
	if len(known) == 0 {
		return nil
	}
	return q.publish(ctx, known, known[0].At.Ms(), "")
}

// name puts our keys into receipts that bear the other side's numbers; strange are those of numbers that nobody knows.
func (q *queue) name(ctx context.Context, rs []handoff.Receipt) (known, strange []handoff.Receipt, err error) {
	for _, r := range rs {
		if r.Key == "" {
			if r.Key, r.Part, err = q.keyOf(ctx, r.Ref); err != nil {
				return nil, nil, err
			}
		}
		if r.Key == "" {
			strange = append(strange, r)
		} else {
			known = append(known, r)
		}
	}
	return known, strange, nil
}

// keyOf finds our key for the other side's number; empty where nobody knows it.
func (q *queue) keyOf(ctx context.Context, ref string) (key string, part int, err error) {
	entry, err := q.references.Get(ctx, refKey(ref))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return "", 0, ctx.Err()
	}
	if err != nil {
		return "", 0, err
	}
	key, n, _ := strings.Cut(string(entry.Value()), "/")
	part, err = strconv.Atoi(n)
	return key, part, err
}

// Replies implements handoff.Sink: they hold numbers and texts, so they go past the queue.
func (k sink) Replies(ctx context.Context, rs []handoff.Reply) error {
	return k.w.source.Replied(ctx, k.w.e.s.Name, rs)
}
