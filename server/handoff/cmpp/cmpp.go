// Package cmpp hands messages to China Mobile's gateways over CMPP 3.0 or 2.0: long messages in parts, status reports, replies.
// The packets are gocmpp's; sessions, windows and acknowledgements are smslink's.
package cmpp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	gocmpp "github.com/bigwhite/gocmpp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/handoff/smslink"
	"sealgate/server/platform/clock"
)

// Settings reach one gateway.
type Settings struct {
	Name      string // of the channel, for logs
	Address   string // host:port
	SPID      string // six characters: who signs on, and whom messages are charged to
	Secret    string
	ServiceID string // the gateway's name of the service
	Version   string // "3.0" or "2.0"; empty: 3.0
	Window    int    // messages in flight, at most 64; gateways usually allow 16
	Timeout   time.Duration
	PingEvery time.Duration
}

// Engine implements handoff.Runner.
type Engine struct {
	*smslink.Link
	s     Settings
	typ   gocmpp.Type
	clock clock.Clock
}

const usualWindow = 16

// New makes the engine; Run connects it.
func New(s Settings, c clock.Clock) (*Engine, error) {
	if _, _, err := net.SplitHostPort(s.Address); err != nil {
		return nil, fmt.Errorf("cmpp channel: address: %w", err)
	}
	if len(s.SPID) != 6 || s.Secret == "" || len(s.ServiceID) > 10 {
		return nil, errors.New("cmpp channel: it needs an SP id of six characters, a secret, and a service id of at most ten")
	}
	e := &Engine{s: s, clock: c}
	switch s.Version {
	case "", "3.0":
		e.typ = gocmpp.V30
	case "2.0":
		e.typ = gocmpp.V20
	default:
		return nil, fmt.Errorf("cmpp channel: version %q is neither 3.0 nor 2.0", s.Version)
	}
	if s.Window <= 0 {
		s.Window = usualWindow
	}
	e.Link = smslink.New(smslink.Settings{Name: s.Name, Window: s.Window, Timeout: s.Timeout, PingEvery: s.PingEvery, Dial: e.dial}, c)
	return e, nil
}

// Kind is "cmpp".
func (e *Engine) Kind() string { return "cmpp" }

// buffered gives gocmpp, which reads four bytes at a time, a buffer to read from.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// wire is one connection that has signed on.
type wire struct {
	e    *Engine
	conn net.Conn
	in   *gocmpp.Conn // for reading alone
	mu   sync.Mutex   // of writing
}

const writeWithin = 10 * time.Second

func (e *Engine) dial(ctx context.Context) (smslink.Wire, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.s.Address)
	if err != nil {
		return nil, fmt.Errorf("unreachable: %w", err)
	}
	w := &wire{e: e, conn: conn, in: &gocmpp.Conn{Conn: buffered{conn, bufio.NewReader(conn)}, State: gocmpp.CONN_AUTHOK, Typ: e.typ}}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := w.connect(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

// connect signs on: SP id and a digest over it, the secret and the time.
func (w *wire) connect() error {
	at, err := strconv.ParseUint(w.e.clock.Real().Format("0102150405"), 10, 32)
	if err != nil {
		return err
	}
	if err := w.write(&gocmpp.CmppConnReqPkt{SrcAddr: w.e.s.SPID, Secret: w.e.s.Secret, Version: w.e.typ, Timestamp: uint32(at)}, 1); err != nil {
		return err
	}
	p, err := w.in.RecvAndUnpackPkt(0)
	if err != nil {
		return err
	}
	status := uint32(255)
	switch m := p.(type) {
	case *gocmpp.Cmpp3ConnRspPkt:
		status = m.Status
	case *gocmpp.Cmpp2ConnRspPkt:
		status = uint32(m.Status)
	}
	if status != 0 {
		return fmt.Errorf("sign-on refused: CMPP:%d", status)
	}
	return nil
}

func (w *wire) write(p gocmpp.Packer, seq uint32) error {
	b, err := p.Pack(seq)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	stuck := time.AfterFunc(writeWithin, func() { _ = w.conn.Close() })
	defer stuck.Stop()
	_, err = w.conn.Write(b)
	return err
}

// Read implements smslink.Wire.
func (w *wire) Read() (smslink.Frame, error) {
	p, err := w.in.RecvAndUnpackPkt(0)
	if err != nil {
		return smslink.Frame{}, err
	}
	switch m := p.(type) {
	case *gocmpp.Cmpp3SubmitRspPkt:
		return submitted(m.SeqId, m.MsgId, m.Result), nil
	case *gocmpp.Cmpp2SubmitRspPkt:
		return submitted(m.SeqId, m.MsgId, uint32(m.Result)), nil
	case *gocmpp.CmppActiveTestRspPkt:
		return smslink.Frame{Kind: smslink.Answer, Seq: m.SeqId, Answer: handoff.Answer{Outcome: handoff.Accepted}}, nil
	case *gocmpp.CmppActiveTestReqPkt:
		return smslink.Frame{}, w.write(&gocmpp.CmppActiveTestRspPkt{}, m.SeqId)
	case *gocmpp.Cmpp3DeliverReqPkt:
		ack := func() error { return w.write(&gocmpp.Cmpp3DeliverRspPkt{MsgId: m.MsgId}, m.SeqId) }
		return w.delivered(delivery{m.MsgId, m.SrcTerminalId, m.DestId, m.MsgFmt, m.TpUdhi == 1, m.RegisterDelivery == 1, []byte(m.MsgContent)}, ack), nil
	case *gocmpp.Cmpp2DeliverReqPkt:
		ack := func() error { return w.write(&gocmpp.Cmpp2DeliverRspPkt{MsgId: m.MsgId}, m.SeqId) }
		return w.delivered(delivery{m.MsgId, m.SrcTerminalId, m.DestId, m.MsgFmt, m.TpUdhi == 1, m.RegisterDelivery == 1, []byte(m.MsgContent)}, ack), nil
	case *gocmpp.CmppTerminateReqPkt:
		return smslink.Frame{Kind: smslink.End}, w.write(&gocmpp.CmppTerminateRspPkt{}, m.SeqId)
	}
	return smslink.Frame{}, nil
}

// overFlow is the gateway's "too fast": the only refusal after which a message may go again.
const overFlow = 8

func submitted(seq uint32, id uint64, result uint32) smslink.Frame {
	a := handoff.Answer{Outcome: handoff.Refused, Code: fmt.Sprintf("CMPP:%d", result)}
	switch result {
	case 0:
		a = handoff.Answer{Outcome: handoff.Accepted, Code: "0", Refs: []string{ref(id)}}
	case overFlow:
		a.Outcome = handoff.NotSent
	}
	return smslink.Frame{Kind: smslink.Answer, Seq: seq, Answer: a}
}

func ref(id uint64) string { return strconv.FormatUint(id, 10) }

// Submit implements smslink.Wire.
func (w *wire) Submit(seq uint32, p smslink.Part) error {
	long := byte(0)
	if p.Total > 1 {
		long = 1
	}
	s := &w.e.s
	if w.e.typ == gocmpp.V30 {
		return w.write(&gocmpp.Cmpp3SubmitReqPkt{
			PkTotal: uint8(p.Total), PkNumber: uint8(p.Number), RegisteredDelivery: 1, ServiceId: s.ServiceID, FeeUserType: senderPays, TpUdhi: long, MsgFmt: formatUCS2,
			MsgSrc: s.SPID, FeeType: freeOfCharge, FeeCode: noFee, SrcId: p.Sender, DestUsrTl: 1, DestTerminalId: []string{p.Phone},
			MsgLength: uint8(len(p.Body)), MsgContent: string(p.Body),
		}, seq)
	}
	return w.write(&gocmpp.Cmpp2SubmitReqPkt{
		PkTotal: uint8(p.Total), PkNumber: uint8(p.Number), RegisteredDelivery: 1, ServiceId: s.ServiceID, FeeUserType: senderPays, TpUdhi: long, MsgFmt: formatUCS2,
		MsgSrc: s.SPID, FeeType: freeOfCharge, FeeCode: noFee, SrcId: p.Sender, DestUsrTl: 1, DestTerminalId: []string{p.Phone},
		MsgLength: uint8(len(p.Body)), MsgContent: string(p.Body),
	}, seq)
}

// What CMPP calls these: the SP is charged, the recipient is not.
const (
	senderPays   = 2
	freeOfCharge = "01"
	noFee        = "000000"
)

// Ping implements smslink.Wire.
func (w *wire) Ping(seq uint32) error { return w.write(&gocmpp.CmppActiveTestReqPkt{}, seq) }

// Close implements smslink.Wire.
func (w *wire) Close() error { return w.conn.Close() }

// delivery is a CMPP_DELIVER of either version.
type delivery struct {
	id        uint64
	from, to  string
	format    uint8
	hasHeader bool
	isReport  bool
	body      []byte
}

func (w *wire) delivered(d delivery, ack func() error) smslink.Frame {
	now := w.e.clock.Instant()
	if d.isReport {
		return smslink.Frame{Kind: smslink.Receipt, Ack: ack, Receipt: report(d.body, now)}
	}
	return smslink.Frame{
		Kind: smslink.Reply, Ack: ack, Reply: handoff.Reply{Ref: ref(d.id), Phone: d.from, ServiceCode: d.to, At: now},
		Piece: handoff.PieceOf(d.body, d.hasHeader), Decode: decoder(d.format),
	}
}

// reportLength is what of a status report is the same in all versions: the message's id and its state.
const reportLength = 8 + 7

// report reads a status report. The id is that of the answer to the submit.
func report(body []byte, at caldate.Instant) handoff.Receipt {
	if len(body) < reportLength {
		return handoff.Receipt{Ref: "?", Code: "SHORT", At: at}
	}
	r := handoff.Receipt{Ref: ref(binary.BigEndian.Uint64(body)), Code: strings.TrimSpace(string(bytes.TrimRight(body[8:reportLength], "\x00"))), At: at}
	switch r.Code {
	case "DELIVRD":
		r.Result = handoff.Success
	case "", "ACCEPTD", "UNKNOWN":
		r.Result = handoff.Interim
	default:
		r.Result = handoff.Failure
	}
	return r
}

// The formats of texts.
const (
	formatASCII = 0
	formatUCS2  = 8
)

// decoder reads texts of recipients.
func decoder(format uint8) func([]byte) string {
	return func(b []byte) string {
		switch format {
		case formatUCS2:
			return handoff.FromUCS2(b)
		case formatASCII:
			return string(b)
		}
		s, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(b) // what is no character becomes U+FFFD
		return string(s)
	}
}
