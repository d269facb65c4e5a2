package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// exchange is a carrier's exchange, of whichever protocol of sessions: it has no key of ours and can't be asked, takes a message and
// hangs up, keeps silent or answers with an error, throttles, refuses, and sends its receipts by whichever session there is, again
// until they are acknowledged.
type exchange struct {
	*arrivals
	dialect  dialect
	listener net.Listener
	stop     chan struct{}
	wg       sync.WaitGroup

	talk     sync.Mutex
	sessions map[net.Conn]bool // true: bound
	last     uint64            // id of a message
	sequence uint32
	due      map[uint32]*owed
}

// dialect is a protocol as the exchange speaks it.
type dialect interface {
	// channel is how the servers' configuration reaches an exchange at an address.
	channel(address string) JSON
	// listen gives what reads one frame of a session after the other.
	listen(c net.Conn) func() (said, error)
	// receipt is a frame about a message.
	receipt(sequence uint32, o *owed) []byte
}

// said is what a server says in one frame.
type said struct {
	binds        bool
	submits      bool
	text         string // of what it submits
	acknowledges uint32 // the sequence of a receipt
	// answer is the frame that says what became of it; nil: there is none.
	answer func(v verdict, id uint64) []byte
}

// verdict is what an exchange says about a message.
type verdict int

const (
	taken verdict = iota
	refused
	throttled
	failing // an error that says nothing about whether it was taken; a protocol that has none keeps silent
)

// owed is a receipt that was not acknowledged yet.
type owed struct {
	id     uint64
	failed bool
	times  int
	next   time.Time
}

// stat is the state of the message as receipts name it.
func (o *owed) stat() string {
	if o.failed {
		return "UNDELIV"
	}
	return "DELIVRD"
}

func newExchange(d dialect) (*exchange, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	x := &exchange{arrivals: newArrivals(), dialect: d, listener: l, stop: make(chan struct{}), sessions: map[net.Conn]bool{}, due: map[uint32]*owed{}}
	x.wg.Go(x.serve)
	x.wg.Go(x.report)
	return x, nil
}

func (x *exchange) channel() JSON { return x.dialect.channel(x.address()) }

func (x *exchange) address() string { return x.listener.Addr().String() }

func (x *exchange) close() {
	close(x.stop)
	_ = x.listener.Close()
	x.talk.Lock()
	for c := range x.sessions {
		_ = c.Close()
	}
	x.talk.Unlock()
	x.wg.Wait()
}

func (x *exchange) serve() {
	for {
		c, err := x.listener.Accept()
		if err != nil {
			return
		}
		x.talk.Lock()
		x.sessions[c] = false
		x.talk.Unlock()
		x.wg.Go(func() { x.session(c) })
	}
}

// session talks to one server until either hangs up.
func (x *exchange) session(c net.Conn) {
	defer func() {
		x.talk.Lock()
		defer x.talk.Unlock()
		delete(x.sessions, c)
		_ = c.Close()
	}()
	for next := x.dialect.listen(c); ; {
		s, err := next()
		if err != nil {
			return
		}
		x.hear(c, s)
	}
}

func (x *exchange) hear(c net.Conn, s said) {
	x.talk.Lock()
	defer x.talk.Unlock()
	switch {
	case s.submits:
		x.submitted(c, s)
		return
	case s.acknowledges != 0:
		x.acknowledged(s.acknowledges)
	case s.binds:
		x.sessions[c] = true
	}
	if s.answer != nil {
		write(c, s.answer(taken, 0))
	}
}

// writeWithin is the patience with a server that reads nothing.
const writeWithin = time.Second

// write sends a frame; a session that takes none is over. No frame: silence.
func write(c net.Conn, frame []byte) {
	if frame == nil {
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
	if _, err := c.Write(frame); err != nil {
		_ = c.Close()
	}
}

// submitted decides about a message, and about whether the server gets to know.
func (x *exchange) submitted(c net.Conn, s said) {
	key := order.FindString(s.text)
	n := draw(key, "answer")
	switch {
	case n < 10:
		write(c, s.answer(refused, 0))
		return
	case n < 20 && x.first("throttle "+key):
		write(c, s.answer(throttled, 0))
		return
	}
	id := x.take(key)
	switch {
	case n >= 30 || n < 20:
		write(c, s.answer(taken, id))
	case n < 24:
		_ = c.Close()
	case n >= 26: // else it keeps silent
		write(c, s.answer(failing, id))
	}
}

// take accepts a message and gives its id.
func (x *exchange) take(key string) uint64 {
	x.accept(key)
	x.last++
	if f := fateOf(key); !f.silent {
		x.sequence++
		x.due[x.sequence] = &owed{id: x.last, failed: f.failed, times: f.times, next: time.Now().Add(time.Duration(f.delay) * time.Millisecond)}
	}
	return x.last
}

func (x *exchange) acknowledged(sequence uint32) {
	if o := x.due[sequence]; o != nil {
		if o.times--; o.times <= 0 {
			delete(x.due, sequence)
		}
	}
}

// reportEvery is how often the exchange looks for receipts that are due, and again how long it waits for an acknowledgement.
const (
	reportEvery = 20 * time.Millisecond
	reportAgain = time.Second
)

// report sends what is due until the exchange closes.
func (x *exchange) report() {
	for {
		select {
		case <-x.stop:
			return
		case <-time.After(reportEvery):
		}
		x.talk.Lock()
		now := time.Now()
		for sequence, o := range x.due {
			if c := x.someone(); c != nil && now.After(o.next) {
				o.next = now.Add(reportAgain)
				write(c, x.dialect.receipt(sequence, o))
			}
		}
		x.talk.Unlock()
	}
}

// someone is any session that has bound.
func (x *exchange) someone() net.Conn {
	var bound []net.Conn
	for c, ok := range x.sessions {
		if ok {
			bound = append(bound, c)
		}
	}
	if len(bound) == 0 {
		return nil
	}
	return bound[rand.IntN(len(bound))]
}
