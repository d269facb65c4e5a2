// Package smpptest is an SMSC in this process, for tests: it takes messages, reports on them in whatever order a test wants,
// sends replies, and can refuse, throttle, keep silent or hang up.
package smpptest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"sealgate/server/handoff"
)

// Submitted is a part that the SMSC has.
type Submitted struct {
	ID, From, To string
	Piece        handoff.Piece
	Text         string
}

// Treatment is what becomes of a submit; n counts them from 1.
type Treatment struct {
	Status    data.CommandStatusType
	Silent    bool   // taken, and not answered
	HangUp    bool   // taken, and the connection breaks
	EarlyStat string // a receipt goes out before the answer does
}

// SMSC is the peer.
type SMSC struct {
	Address, SystemID, Password string
	Treat                       func(n int) Treatment

	l     net.Listener
	mu    sync.Mutex
	conn  net.Conn
	got   []Submitted
	Acked int // receipts and replies that were acknowledged
	binds int
}

// Start listens on a port of its own.
func Start(t testing.TB) *SMSC {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &SMSC{Address: l.Addr().String(), SystemID: "sealgate", Password: "secret", l: l}
	go s.serve()
	t.Cleanup(s.Close)
	return s
}

// Close ends it.
func (s *SMSC) Close() {
	_ = s.l.Close()
	s.HangUp()
}

// HangUp breaks the connection.
func (s *SMSC) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

func (s *SMSC) serve() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		go s.talk(c)
	}
}

func (s *SMSC) send(c net.Conn, p pdu.PDU) {
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = c.Write(b.Bytes())
}

func (s *SMSC) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		p, err := pdu.Parse(r)
		if err != nil {
			return
		}
		switch m := p.(type) {
		case *pdu.BindRequest:
			resp := m.GetResponse().(*pdu.BindResp)
			if m.SystemID != s.SystemID || m.Password != s.Password {
				resp.CommandStatus = data.ESME_RINVPASWD
			} else {
				s.mu.Lock()
				s.conn = c
				s.binds++
				s.mu.Unlock()
			}
			s.send(c, resp)
		case *pdu.SubmitSM:
			s.submit(c, m)
		case *pdu.DeliverSMResp:
			s.mu.Lock()
			s.Acked++
			s.mu.Unlock()
		default:
			if p.CanResponse() {
				s.send(c, p.GetResponse())
			}
		}
	}
}

func (s *SMSC) submit(c net.Conn, m *pdu.SubmitSM) {
	body, _ := m.Message.GetMessageData()
	if h, err := m.Message.UDH().MarshalBinary(); err == nil && len(h) > 0 {
		body = append(h, body...)
	}
	piece := handoff.PieceOf(body, m.EsmClass&data.SM_UDH_GSM != 0)
	s.mu.Lock()
	n := len(s.got) + 1
	var t Treatment
	if s.Treat != nil {
		t = s.Treat(n)
	}
	sub := Submitted{fmt.Sprintf("%08d", n), m.SourceAddr.Address(), m.DestAddr.Address(), piece, handoff.FromUCS2(piece.Body)}
	if t.Status != data.ESME_ROK {
		sub.ID = ""
	}
	s.got = append(s.got, sub)
	s.mu.Unlock()
	if t.EarlyStat != "" {
		s.Receipt(sub.ID, t.EarlyStat, "000")
	}
	switch {
	case t.HangUp:
		_ = c.Close()
	case !t.Silent:
		resp := m.GetResponse().(*pdu.SubmitSMResp)
		resp.MessageID, resp.CommandStatus = sub.ID, t.Status
		s.send(c, resp)
	}
}

// Got gives the parts that were submitted; those that were refused have no id.
func (s *SMSC) Got() []Submitted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Submitted(nil), s.got...)
}

// Binds tells how often a session was begun.
func (s *SMSC) Binds() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.binds
}

// Acks tells how many deliveries were acknowledged.
func (s *SMSC) Acks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Acked
}

func (s *SMSC) deliver(change func(*pdu.DeliverSM)) {
	d := pdu.NewDeliverSM().(*pdu.DeliverSM)
	change(d)
	s.mu.Lock()
	c := s.conn
	s.mu.Unlock()
	s.send(c, d)
}

// Receipt reports on a message.
func (s *SMSC) Receipt(id, stat, code string) {
	s.deliver(func(d *pdu.DeliverSM) {
		d.EsmClass = data.SM_SMSC_DLV_RCPT_TYPE
		_ = d.Message.SetMessageWithEncoding(fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2610121000 done date:2610121001 stat:%s err:%s text:", id, stat, code), data.GSM7BIT)
	})
}

// Reply sends a recipient's message, in parts where it is long.
func (s *SMSC) Reply(from, to, text string) {
	for _, body := range handoff.Segments(text, 7) {
		s.deliver(func(d *pdu.DeliverSM) {
			_ = d.SourceAddr.SetAddress(from)
			_ = d.DestAddr.SetAddress(to)
			if strings.HasPrefix(string(body), "\x05\x00\x03") {
				d.EsmClass |= data.SM_UDH_GSM
			}
			_ = d.Message.SetMessageDataWithEncoding(body, data.UCS2)
		})
	}
}
