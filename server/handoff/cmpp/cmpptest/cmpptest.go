// Package cmpptest is a CMPP gateway in this process, for tests: it takes messages, reports on them, sends replies, and can
// refuse, throttle, keep silent or hang up.
package cmpptest

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"testing"

	gocmpp "github.com/bigwhite/gocmpp"

	"sealgate/server/handoff"
)

// Submitted is a part that the gateway has.
type Submitted struct {
	ID                       uint64
	From, To, SPID, Service  string
	Number, Total, FeeType   int
	Piece                    handoff.Piece
	Text                     string
	Registered, HeaderMarked bool
}

// Treatment is what becomes of a submit; n counts them from 1.
type Treatment struct {
	Result    uint32
	Silent    bool
	HangUp    bool
	EarlyStat string // a report goes out before the answer does
}

// Gateway is the peer.
type Gateway struct {
	Address, SPID, Secret string
	Treat                 func(n int) Treatment

	typ   gocmpp.Type
	l     net.Listener
	mu    sync.Mutex
	conn  net.Conn
	seq   uint32
	got   []Submitted
	acks  int
	binds int
}

// Start listens on a port of its own.
func Start(t testing.TB, typ gocmpp.Type) *Gateway {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gateway{Address: l.Addr().String(), SPID: "901234", Secret: "secret", typ: typ, l: l}
	go g.serve()
	t.Cleanup(func() { _ = l.Close(); g.HangUp() })
	return g
}

// HangUp breaks the connection.
func (g *Gateway) HangUp() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn != nil {
		_ = g.conn.Close()
	}
}

func (g *Gateway) serve() {
	for {
		c, err := g.l.Accept()
		if err != nil {
			return
		}
		go g.talk(c)
	}
}

func (g *Gateway) send(c net.Conn, p gocmpp.Packer, seq uint32) {
	b, err := p.Pack(seq)
	if err != nil {
		panic(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	_, _ = c.Write(b)
}

func (g *Gateway) talk(c net.Conn) {
	defer c.Close()
	in := &gocmpp.Conn{Conn: c, State: gocmpp.CONN_AUTHOK, Typ: g.typ}
	for {
		p, err := in.RecvAndUnpackPkt(0)
		if err != nil {
			return
		}
		switch m := p.(type) {
		case *gocmpp.CmppConnReqPkt:
			g.connect(c, m)
		case *gocmpp.Cmpp3SubmitReqPkt:
			g.submit(c, m.SeqId, Submitted{
				From: m.SrcId, To: m.DestTerminalId[0], SPID: m.MsgSrc, Service: m.ServiceId, Number: int(m.PkNumber), Total: int(m.PkTotal), FeeType: int(m.FeeUserType),
				Registered: m.RegisteredDelivery == 1, HeaderMarked: m.TpUdhi == 1,
			}, m.MsgContent)
		case *gocmpp.Cmpp2SubmitReqPkt:
			g.submit(c, m.SeqId, Submitted{
				From: m.SrcId, To: m.DestTerminalId[0], SPID: m.MsgSrc, Service: m.ServiceId, Number: int(m.PkNumber), Total: int(m.PkTotal), FeeType: int(m.FeeUserType),
				Registered: m.RegisteredDelivery == 1, HeaderMarked: m.TpUdhi == 1,
			}, m.MsgContent)
		case *gocmpp.Cmpp3DeliverRspPkt, *gocmpp.Cmpp2DeliverRspPkt:
			g.mu.Lock()
			g.acks++
			g.mu.Unlock()
		case *gocmpp.CmppActiveTestReqPkt:
			g.send(c, &gocmpp.CmppActiveTestRspPkt{}, m.SeqId)
		}
	}
}

// connect checks the digest as the protocol has it.
func (g *Gateway) connect(c net.Conn, m *gocmpp.CmppConnReqPkt) {
	want := md5.Sum([]byte(m.SrcAddr + "\x00\x00\x00\x00\x00\x00\x00\x00\x00" + g.Secret + fmt.Sprintf("%010d", m.Timestamp)))
	status := uint8(0)
	if m.SrcAddr != g.SPID || m.AuthSrc != string(want[:]) || m.Version != g.typ {
		status = 3
	}
	if status == 0 {
		g.mu.Lock()
		g.conn = c
		g.binds++
		g.mu.Unlock()
	}
	if g.typ == gocmpp.V30 {
		g.send(c, &gocmpp.Cmpp3ConnRspPkt{Status: uint32(status), Version: g.typ, Secret: g.Secret, AuthSrc: m.AuthSrc}, m.SeqId)
		return
	}
	g.send(c, &gocmpp.Cmpp2ConnRspPkt{Status: status, Version: g.typ, Secret: g.Secret, AuthSrc: m.AuthSrc}, m.SeqId)
}

func (g *Gateway) submit(c net.Conn, seq uint32, s Submitted, content string) {
	s.Piece = handoff.PieceOf([]byte(content), s.HeaderMarked)
	s.Text = handoff.FromUCS2(s.Piece.Body)
	g.mu.Lock()
	n := len(g.got) + 1
	var t Treatment
	if g.Treat != nil {
		t = g.Treat(n)
	}
	s.ID = 1<<40 + uint64(n)
	g.got = append(g.got, s)
	g.mu.Unlock()
	if t.EarlyStat != "" {
		g.Report(s.ID, t.EarlyStat)
	}
	switch {
	case t.HangUp:
		_ = c.Close()
	case t.Silent:
	case g.typ == gocmpp.V30:
		g.send(c, &gocmpp.Cmpp3SubmitRspPkt{MsgId: s.ID, Result: t.Result}, seq)
	default:
		g.send(c, &gocmpp.Cmpp2SubmitRspPkt{MsgId: s.ID, Result: uint8(t.Result)}, seq)
	}
}

// Got gives the parts that were submitted.
func (g *Gateway) Got() []Submitted {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Submitted(nil), g.got...)
}

// Binds tells how often a session was begun.
func (g *Gateway) Binds() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.binds
}

// Acks tells how many deliveries were acknowledged.
func (g *Gateway) Acks() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.acks
}

func (g *Gateway) deliver(from, to string, format uint8, header, report bool, id uint64, body []byte) {
	g.mu.Lock()
	c := g.conn
	g.seq++
	seq := g.seq
	g.mu.Unlock()
	bit := map[bool]uint8{true: 1}
	if g.typ == gocmpp.V30 {
		g.send(c, &gocmpp.Cmpp3DeliverReqPkt{
			MsgId: id, DestId: to, TpUdhi: bit[header], MsgFmt: format, SrcTerminalId: from, RegisterDelivery: bit[report], MsgLength: uint8(len(body)), MsgContent: string(body),
		}, seq)
		return
	}
	g.send(c, &gocmpp.Cmpp2DeliverReqPkt{
		MsgId: id, DestId: to, TpUdhi: bit[header], MsgFmt: format, SrcTerminalId: from, RegisterDelivery: bit[report], MsgLength: uint8(len(body)), MsgContent: string(body),
	}, seq)
}

// Report sends a status report about a message; 3.0 has eleven more bytes for the number.
func (g *Gateway) Report(id uint64, stat string) {
	body := binary.BigEndian.AppendUint64(nil, id)
	body = append(body, fmt.Sprintf("%-7s26101210002610121001", stat)...)
	number := make([]byte, 21)
	if g.typ == gocmpp.V30 {
		number = make([]byte, 32)
	}
	copy(number, "13800000001")
	body = binary.BigEndian.AppendUint32(append(body, number...), 7)
	g.deliver("13800000001", "10690001", 0, false, true, 9, body)
}

// Reply sends a recipient's message, in parts where it is long.
func (g *Gateway) Reply(from, to, text string) {
	for i, body := range handoff.Segments(text, 7) {
		g.deliver(from, to, 8, len(text) > 210, false, uint64(len(text)*100+i), body)
	}
}

// Raw sends a message in any format.
func (g *Gateway) Raw(from, to string, format uint8, body []byte) {
	g.deliver(from, to, format, false, false, uint64(len(body)), body)
}
