// Package smslink is what the carriers' session protocols have in common: one connection that is kept up, requests with numbers
// and a bounded window, long messages in parts, receipts and replies that are acknowledged once they are durable. A protocol
// is a Wire.
package smslink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
)

// Part is one part of a message on the air.
type Part struct {
	Sender, Phone string
	Body          []byte // UCS-2, with its header where Total is more than 1
	Number, Total int
}

// Kind is what a frame is about.
type Kind int

// The kinds of frames. What a protocol settles by itself (pings of the other side) is Other.
const (
	Other   Kind = iota
	Answer       // to our request Seq
	Receipt      // about a message of ours
	Reply        // of a recipient
	End          // the other side takes its leave
)

// Frame is what came in.
type Frame struct {
	Kind    Kind
	Seq     uint32
	Answer  handoff.Answer // with one Ref where it was accepted
	Receipt handoff.Receipt
	Reply   handoff.Reply // without its text
	Piece   handoff.Piece
	Decode  func([]byte) string // of the text, once all pieces are there
	Ack     func() error        // of a receipt or reply; nil: none is wanted
}

// Wire is a protocol on a connection that has signed on. Read is called by one goroutine, the rest by any.
type Wire interface {
	Read() (Frame, error)
	Submit(seq uint32, p Part) error
	Ping(seq uint32) error
	Close() error
}

// Settings of a link.
type Settings struct {
	Name      string // for logs
	Window    int    // messages in flight, at most 64
	Timeout   time.Duration
	PingEvery time.Duration
	Dial      func(ctx context.Context) (Wire, error)
}

const (
	widest    = 64 // reliability.md: so many messages may be in doubt after a kill
	bookAtOne = 2000
	// tries of a later part that the other side has no room for: earlier ones have left already.
	tries      = 4
	retryAfter = 250 * time.Millisecond
	// piecesFor is how long parts of a reply wait for each other, on the machine's clock.
	piecesFor = 20 * time.Second
)

// Link keeps one connection up and sends through it.
type Link struct {
	s     Settings
	clock clock.Clock
	seq   atomic.Uint32

	mu      sync.Mutex
	wire    Wire // nil: not connected
	why     string
	pending map[uint32]chan handoff.Answer
}

// New makes a link; Run connects it.
func New(s Settings, c clock.Clock) *Link {
	if s.Window <= 0 || s.Window > widest {
		s.Window = widest
	}
	if s.Timeout <= 0 {
		s.Timeout = 10 * time.Second
	}
	if s.PingEvery <= 0 {
		s.PingEvery = 30 * time.Second
	}
	return &Link{s: s, clock: c, why: "not connected", pending: map[uint32]chan handoff.Answer{}}
}

// Slice is the number of messages in flight.
func (l *Link) Slice() int { return l.s.Window }

// Idempotent: no. These protocols have no key of ours, so what was in flight when a server died is in doubt.
func (l *Link) Idempotent() bool { return false }

// Connected tells whether there is a session now.
func (l *Link) Connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wire != nil
}

// Run connects, and serves the connection until it ends or ctx does.
func (l *Link) Run(ctx context.Context, to handoff.Sink) error {
	dialling, cancel := context.WithTimeout(ctx, l.s.Timeout)
	wire, err := l.s.Dial(dialling)
	cancel()
	if err != nil {
		l.disconnected(err.Error())
		return err
	}
	l.mu.Lock()
	l.wire = wire
	l.mu.Unlock()
	slog.InfoContext(ctx, "channel connected", "channel", l.s.Name)

	ctx, stop := context.WithCancel(ctx)
	in := make(chan Frame, 4096)
	var wg sync.WaitGroup
	wg.Go(func() {
		<-ctx.Done()
		_ = wire.Close()
	})
	wg.Go(func() { l.book(ctx, in, to) })
	wg.Go(func() { l.pinging(ctx, wire, stop) })
	err = l.read(ctx, wire, in)
	stop()
	wg.Wait()
	l.disconnected("connection ended")
	return err
}

// cutOff is what is known of a request whose connection ended before its answer: nothing. Only a bug planted for the crash harness
// (server/crash) says otherwise.
var cutOff = handoff.Unclear

func (l *Link) disconnected(why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wire, l.why = nil, why
	for seq, c := range l.pending {
		c <- handoff.Answer{Outcome: cutOff, Code: "connection"}
		delete(l.pending, seq)
	}
}

// read hands answers to those who wait and everything else to the book.
func (l *Link) read(ctx context.Context, w Wire, in chan<- Frame) error {
	for {
		f, err := w.Read()
		if err != nil {
			return err
		}
		switch f.Kind {
		case Answer:
			l.answered(f.Seq, f.Answer)
		case Receipt, Reply:
			select {
			case in <- f:
			case <-ctx.Done():
				return ctx.Err()
			}
		case End:
			return errors.New("the other side ended the session")
		}
	}
}

func (l *Link) answered(seq uint32, a handoff.Answer) {
	l.mu.Lock()
	c := l.pending[seq]
	delete(l.pending, seq)
	l.mu.Unlock()
	if c != nil {
		c <- a
	}
}

// pinging makes sure that the other side is there; two silent pings end the session.
func (l *Link) pinging(ctx context.Context, w Wire, stop context.CancelFunc) {
	missed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.s.PingEvery):
		}
		a := l.request(ctx, func(seq uint32) error { return w.Ping(seq) })
		if a.Outcome == handoff.Accepted {
			missed = 0
			continue
		}
		if missed++; missed == 2 {
			stop()
			return
		}
	}
}

// request writes a request and waits for its answer.
func (l *Link) request(ctx context.Context, write func(seq uint32) error) handoff.Answer {
	seq := l.seq.Add(1) & 0x7FFFFFFF
	answer := make(chan handoff.Answer, 1)
	l.mu.Lock()
	if l.wire == nil {
		l.mu.Unlock()
		return handoff.Answer{Outcome: handoff.NotSent, Code: l.reason()}
	}
	l.pending[seq] = answer
	l.mu.Unlock()
	if err := write(seq); err != nil {
		l.answered(seq, handoff.Answer{Outcome: handoff.Unclear, Code: "write"})
	}
	late := time.NewTimer(l.s.Timeout)
	defer late.Stop()
	select {
	case a := <-answer:
		return a
	case <-late.C:
	case <-ctx.Done():
	}
	l.mu.Lock()
	delete(l.pending, seq)
	l.mu.Unlock()
	select {
	case a := <-answer: // it came at the last moment
		return a
	default:
		return handoff.Answer{Outcome: handoff.Unclear, Code: "timeout"}
	}
}

func (l *Link) reason() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return clip(l.why)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}

// Send sends the messages at once, the parts of each one after the other.
func (l *Link) Send(ctx context.Context, messages []handoff.Outgoing) ([]handoff.Answer, error) {
	if len(messages) > l.s.Window {
		return nil, fmt.Errorf("%s: %d messages at once, at most %d may be in flight", l.s.Name, len(messages), l.s.Window)
	}
	answers := make([]handoff.Answer, len(messages))
	l.mu.Lock()
	wire := l.wire
	l.mu.Unlock()
	if wire == nil { // nothing leaves, and another channel may take it
		for i := range answers {
			answers[i] = handoff.Answer{Outcome: handoff.NotSent, Code: l.reason()}
		}
		return answers, nil
	}
	var wg sync.WaitGroup
	for i := range messages {
		wg.Go(func() { answers[i] = l.send(ctx, wire, &messages[i], byte(l.seq.Load())+byte(i)) })
	}
	failpoint.Hit("smslink.send.before")
	wg.Wait()
	failpoint.Hit("smslink.send.after")
	return answers, nil
}

// send sends one message. Once a part has left, the message can't go again: what then fails has failed for good.
func (l *Link) send(ctx context.Context, w Wire, m *handoff.Outgoing, id byte) (out handoff.Answer) {
	parts := handoff.Segments(m.Text, id)
	for k, body := range parts {
		p := Part{Sender: m.Sender, Phone: m.Phone, Body: body, Number: k + 1, Total: len(parts)}
		a := l.request(ctx, func(seq uint32) error { return w.Submit(seq, p) })
		for try := 1; k > 0 && a.Outcome == handoff.NotSent && try < tries && ctx.Err() == nil; try++ {
			time.Sleep(retryAfter * time.Duration(try))
			a = l.request(ctx, func(seq uint32) error { return w.Submit(seq, p) })
		}
		if k > 0 && a.Outcome == handoff.NotSent {
			a.Outcome = handoff.Refused
		}
		out.Outcome, out.Code = a.Outcome, a.Code
		out.Refs = append(out.Refs, a.Refs...)
		if a.Outcome != handoff.Accepted {
			break
		}
	}
	if len(parts) > 1 && len(out.Refs) == 1 {
		out.Refs = append(out.Refs, "") // a single one would stand for the whole message
	}
	return out
}

// book has receipts and replies stored, as many at once as there are, and then acknowledges them.
func (l *Link) book(ctx context.Context, in <-chan Frame, to handoff.Sink) {
	pieces := assembly{}
	tick := time.NewTicker(piecesFor / 4)
	defer tick.Stop()
	for {
		var batch []Frame
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case f := <-in:
			batch = append(batch, f)
		}
	more:
		for len(batch) > 0 && len(batch) < bookAtOne {
			select {
			case f := <-in:
				batch = append(batch, f)
			default:
				break more
			}
		}
		receipts, replies, acks := pieces.sort(batch, l.clock.Real())
		for ctx.Err() == nil && len(receipts)+len(replies) > 0 {
			err := to.Replies(ctx, replies)
			if err == nil {
				err = to.Receipts(ctx, receipts)
			}
			if err == nil {
				break
			}
			slog.ErrorContext(ctx, "receipts could not be stored; they are kept and tried again", "channel", l.s.Name, "receipts", len(receipts), "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
		if ctx.Err() != nil {
			return // nothing was acknowledged: it comes again
		}
		failpoint.Hit("smslink.booked")
		for _, ack := range acks {
			if err := ack(); err != nil {
				break // the connection has ended: what was not acknowledged comes again, and changes nothing
			}
		}
	}
}

// assembly keeps parts of replies until all are there.
type assembly map[pieceKey]*pieces

type pieceKey struct {
	phone, code string
	id, of      int
}

type pieces struct {
	first Frame
	got   map[int][]byte
	acks  []func() error
	until time.Time
}

// sort takes frames and gives what can be stored now.
func (a assembly) sort(batch []Frame, now time.Time) (receipts []handoff.Receipt, replies []handoff.Reply, acks []func() error) {
	ack := func(f func() error) {
		if f != nil {
			acks = append(acks, f)
		}
	}
	for _, f := range batch {
		if f.Kind == Receipt {
			receipts = append(receipts, f.Receipt)
			ack(f.Ack)
			continue
		}
		k := pieceKey{f.Reply.Phone, f.Reply.ServiceCode, f.Piece.ID, f.Piece.Of}
		p := a[k]
		if p == nil || f.Piece.Of == 1 {
			p = &pieces{first: f, got: map[int][]byte{}, until: now.Add(piecesFor)}
		}
		p.got[f.Piece.Number] = f.Piece.Body
		p.acks = append(p.acks, f.Ack)
		if len(p.got) < f.Piece.Of {
			a[k] = p
			continue
		}
		if f.Piece.Of > 1 {
			delete(a, k)
		}
		replies = append(replies, p.whole())
		for _, f := range p.acks {
			ack(f)
		}
	}
	for k, p := range a {
		if now.After(p.until) { // the rest does not come any more
			replies = append(replies, p.whole())
			for _, f := range p.acks {
				ack(f)
			}
			delete(a, k)
		}
	}
	return receipts, replies, acks
}

// whole puts the parts together that are there.
func (p *pieces) whole() handoff.Reply {
	var body []byte
	for n := 1; n <= p.first.Piece.Of; n++ {
		body = append(body, p.got[n]...)
	}
	r := p.first.Reply
	r.Text = p.first.Decode(body)
	return r
}
