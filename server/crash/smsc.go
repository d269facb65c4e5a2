package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"sealgate/server/handoff"
)

// smsc is a carrier's exchange speaking SMPP: it has no key of ours and can't be asked, takes a message and hangs up, keeps silent
// or answers with an error, throttles, refuses, and sends its receipts by whichever session there is, again until they are
// acknowledged.
type smsc struct {
	*arrivals
	listener net.Listener
	stop     chan struct{}
	wg       sync.WaitGroup

	talk     sync.Mutex
	sessions map[net.Conn]bool // true: bound
	last     int               // id of a message
	sequence int32
	due      map[int32]*owed
}

// owed is a receipt that was not acknowledged yet.
type owed struct {
	id, stat string
	times    int
	next     time.Time
}

func newSMSC() (*smsc, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &smsc{arrivals: newArrivals(), listener: l, stop: make(chan struct{}), sessions: map[net.Conn]bool{}, due: map[int32]*owed{}}
	s.wg.Go(s.serve)
	s.wg.Go(s.report)
	return s, nil
}

func (s *smsc) channel() JSON {
	return JSON{"name": "smsc", "kind": "smpp", "smpp": JSON{"address": s.listener.Addr().String(), "system_id": "sealgate", "password": "secret", "window": 16}}
}

func (s *smsc) close() {
	close(s.stop)
	_ = s.listener.Close()
	s.talk.Lock()
	for c := range s.sessions {
		_ = c.Close()
	}
	s.talk.Unlock()
	s.wg.Wait()
}

func (s *smsc) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.talk.Lock()
		s.sessions[c] = false
		s.talk.Unlock()
		s.wg.Go(func() { s.session(c) })
	}
}

// session talks to one server until either hangs up.
func (s *smsc) session(c net.Conn) {
	defer func() {
		s.talk.Lock()
		defer s.talk.Unlock()
		delete(s.sessions, c)
		_ = c.Close()
	}()
	for r := bufio.NewReader(c); ; {
		p, err := pdu.Parse(r)
		if err != nil {
			return
		}
		s.talk.Lock()
		switch m := p.(type) {
		case *pdu.SubmitSM:
			s.submitted(c, m)
		case *pdu.DeliverSMResp:
			s.acknowledged(m.GetSequenceNumber())
		case *pdu.BindRequest:
			s.sessions[c] = true
			write(c, m.GetResponse())
		default:
			if p.CanResponse() {
				write(c, p.GetResponse())
			}
		}
		s.talk.Unlock()
	}
}

// writeWithin is the patience with a server that reads nothing.
const writeWithin = time.Second

// write sends a frame; a session that takes none is over.
func write(c net.Conn, p pdu.PDU) {
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
	if _, err := c.Write(b.Bytes()); err != nil {
		_ = c.Close()
	}
}

func (s *smsc) submitted(c net.Conn, m *pdu.SubmitSM) {
	body, _ := m.Message.GetMessageData() // never fails
	key := order.FindString(handoff.FromUCS2(body))
	resp := m.GetResponse().(*pdu.SubmitSMResp)
	n := draw(key, "answer")
	switch {
	case n < 10:
		resp.CommandStatus = data.ESME_RINVDSTADR
	case n < 20 && s.first("throttle "+key):
		resp.CommandStatus = data.ESME_RTHROTTLED
	default:
		resp.MessageID = s.take(key)
	}
	switch {
	case resp.MessageID == "" || n >= 30:
		write(c, resp)
	case n < 24:
		_ = c.Close()
	case n >= 26: // else it keeps silent
		resp.CommandStatus = data.ESME_RSYSERR
		write(c, resp)
	}
}

// take accepts a message and gives its id.
func (s *smsc) take(key string) string {
	s.accept(key)
	s.last++
	id := fmt.Sprintf("%08d", s.last)
	if f := fateOf(key); !f.silent {
		o := &owed{id: id, stat: "DELIVRD", times: f.times, next: time.Now().Add(time.Duration(f.delay) * time.Millisecond)}
		if f.failed {
			o.stat = "UNDELIV"
		}
		s.sequence++
		s.due[s.sequence] = o
	}
	return id
}

func (s *smsc) acknowledged(sequence int32) {
	if o := s.due[sequence]; o != nil {
		if o.times--; o.times <= 0 {
			delete(s.due, sequence)
		}
	}
}

// reportEvery is how often the exchange looks for receipts that are due, and again how long it waits for an acknowledgement.
const (
	reportEvery = 20 * time.Millisecond
	reportAgain = time.Second
)

// report sends what is due until the exchange closes.
func (s *smsc) report() {
	for {
		select {
		case <-s.stop:
			return
		case <-time.After(reportEvery):
		}
		s.talk.Lock()
		now := time.Now()
		for sequence, o := range s.due {
			if c := s.someone(); c != nil && now.After(o.next) {
				o.next = now.Add(reportAgain)
				write(c, receiptOf(sequence, o))
			}
		}
		s.talk.Unlock()
	}
}

// someone is any session that has bound.
func (s *smsc) someone() net.Conn {
	var bound []net.Conn
	for c, ok := range s.sessions {
		if ok {
			bound = append(bound, c)
		}
	}
	if len(bound) == 0 {
		return nil
	}
	return bound[rand.IntN(len(bound))]
}

func receiptOf(sequence int32, o *owed) pdu.PDU {
	d := pdu.NewDeliverSM().(*pdu.DeliverSM)
	d.SetSequenceNumber(sequence)
	d.EsmClass = data.SM_SMSC_DLV_RCPT_TYPE
	_ = d.Message.SetMessageWithEncoding(fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2610121000 done date:2610121001 stat:%s err:000 text:", o.id, o.stat), data.GSM7BIT)
	return d
}
