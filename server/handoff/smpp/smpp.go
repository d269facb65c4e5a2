// Package smpp hands messages to an SMSC over SMPP 3.4 as a transceiver: long messages in parts, delivery receipts, replies.
// The frames are gosmpp's; sessions, windows and acknowledgements are smslink's.
package smpp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
	"golang.org/x/text/encoding/simplifiedchinese"

	"sealgate/server/handoff"
	"sealgate/server/handoff/smslink"
	"sealgate/server/platform/clock"
)

// Settings reach one SMSC.
type Settings struct {
	Name       string // of the channel, for logs
	Address    string // host:port
	SystemID   string
	Password   string
	SystemType string
	TLS        bool
	Window     int  // messages in flight, at most 64
	HexIDs     bool // answers give message ids in hex, receipts the same ids in decimal
	Timeout    time.Duration
	PingEvery  time.Duration
}

// Engine implements handoff.Runner.
type Engine struct {
	*smslink.Link
	s     Settings
	clock clock.Clock
}

// New makes the engine; Run connects it.
func New(s Settings, c clock.Clock) (*Engine, error) {
	if _, _, err := net.SplitHostPort(s.Address); err != nil {
		return nil, fmt.Errorf("smpp channel: address: %w", err)
	}
	if s.SystemID == "" || len(s.SystemID) > 15 || len(s.Password) > 8 {
		return nil, errors.New("smpp channel: it needs a system id (up to 15 characters) and a password (up to 8)")
	}
	e := &Engine{s: s, clock: c}
	e.Link = smslink.New(smslink.Settings{Name: s.Name, Window: s.Window, Timeout: s.Timeout, PingEvery: s.PingEvery, Dial: e.dial}, c)
	return e, nil
}

// Kind is "smpp".
func (e *Engine) Kind() string { return "smpp" }

// wire is one bound connection.
type wire struct {
	e    *Engine
	conn net.Conn
	r    *bufio.Reader
	mu   sync.Mutex // of writing
}

const writeWithin = 10 * time.Second

func (e *Engine) dial(ctx context.Context) (smslink.Wire, error) {
	var d interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if e.s.TLS {
		d = &tls.Dialer{}
	}
	conn, err := d.DialContext(ctx, "tcp", e.s.Address)
	if err != nil {
		return nil, fmt.Errorf("unreachable: %w", err)
	}
	w := &wire{e: e, conn: conn, r: bufio.NewReader(conn)}
	if err := w.bind(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

func (w *wire) bind(ctx context.Context) error {
	if until, ok := ctx.Deadline(); ok {
		if err := w.conn.SetDeadline(until); err != nil {
			return err
		}
	}
	b := pdu.NewBindRequest(pdu.Transceiver)
	b.SystemID, b.Password, b.SystemType = w.e.s.SystemID, w.e.s.Password, w.e.s.SystemType
	b.SetSequenceNumber(1)
	if err := w.write(b); err != nil {
		return err
	}
	p, err := w.next()
	if err != nil {
		return err
	}
	if resp, ok := p.(*pdu.BindResp); !ok || !resp.IsOk() {
		return fmt.Errorf("bind refused: %s", statusName(p.GetHeader().CommandStatus))
	}
	return w.conn.SetDeadline(time.Time{})
}

func (w *wire) write(p pdu.PDU) error {
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	w.mu.Lock()
	defer w.mu.Unlock()
	stuck := time.AfterFunc(writeWithin, func() { _ = w.conn.Close() })
	defer stuck.Stop()
	_, err := w.conn.Write(b.Bytes())
	return err
}

// errFrame is a frame that is whole and makes no sense: the session goes on.
var errFrame = errors.New("smpp: frame can't be read")

// next reads a frame. One that can't be understood is errFrame, with its header alone.
func (w *wire) next() (pdu.PDU, error) {
	var head [16]byte
	if _, err := io.ReadFull(w.r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n < 16 || n > data.MAX_PDU_LEN {
		return nil, fmt.Errorf("smpp: a frame of %d bytes", n)
	}
	frame := make([]byte, n)
	copy(frame, head[:])
	if _, err := io.ReadFull(w.r, frame[16:]); err != nil {
		return nil, err
	}
	p, err := pdu.Parse(bytes.NewReader(frame))
	if err != nil {
		nack := pdu.NewGenericNack()
		nack.SetSequenceNumber(pdu.ParseHeader(head).SequenceNumber)
		return nack, errors.Join(errFrame, err)
	}
	return p, nil
}

// Read implements smslink.Wire.
func (w *wire) Read() (smslink.Frame, error) {
	p, err := w.next()
	if errors.Is(err, errFrame) {
		return smslink.Frame{}, w.write(p) // it is refused, not asked for again and again
	}
	if err != nil {
		return smslink.Frame{}, err
	}
	h := p.GetHeader()
	answer := smslink.Frame{Kind: smslink.Answer, Seq: uint32(h.SequenceNumber), Answer: judge(h.CommandStatus)}
	switch m := p.(type) {
	case *pdu.SubmitSMResp:
		if m.IsOk() {
			answer.Answer.Refs = []string{w.id(m.MessageID)}
		}
		return answer, nil
	case *pdu.EnquireLinkResp, *pdu.GenericNack:
		return answer, nil
	case *pdu.DeliverSM:
		return w.delivered(m), nil
	case *pdu.Unbind:
		return smslink.Frame{Kind: smslink.End}, w.write(m.GetResponse())
	}
	if p.CanResponse() {
		return smslink.Frame{}, w.write(p.GetResponse())
	}
	return smslink.Frame{}, nil
}

// judge reads a status. Only those that say "not now" let a message go again.
func judge(s data.CommandStatusType) handoff.Answer {
	a := handoff.Answer{Outcome: handoff.Refused, Code: statusName(s)}
	switch s {
	case data.ESME_ROK:
		a.Outcome = handoff.Accepted
	case data.ESME_RTHROTTLED, data.ESME_RMSGQFUL:
		a.Outcome = handoff.NotSent
	case data.ESME_RSYSERR:
		a.Outcome = handoff.Unclear
	}
	return a
}

func statusName(s data.CommandStatusType) string {
	if s == data.ESME_ROK {
		return "0"
	}
	return fmt.Sprintf("SMPP:%04X", uint32(s))
}

// id brings ids of answers into the form that receipts have.
func (w *wire) id(id string) string {
	if w.e.s.HexIDs {
		if n, err := strconv.ParseUint(id, 16, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	}
	return strings.TrimSpace(id)
}

// Submit implements smslink.Wire.
func (w *wire) Submit(seq uint32, part smslink.Part) error {
	m := pdu.NewSubmitSM().(*pdu.SubmitSM)
	m.SetSequenceNumber(int32(seq))
	from, to := pdu.NewAddress(), pdu.NewAddress()
	if err := errors.Join(from.SetAddress(part.Sender), to.SetAddress(part.Phone)); err != nil {
		return err
	}
	from.SetTon(0)
	from.SetNpi(1)
	to.SetTon(1)
	to.SetNpi(1)
	m.SourceAddr, m.DestAddr, m.RegisteredDelivery = from, to, 1
	if part.Total > 1 {
		m.EsmClass |= data.SM_UDH_GSM
	}
	if err := m.Message.SetMessageDataWithEncoding(part.Body, data.UCS2); err != nil {
		return err
	}
	return w.write(m)
}

// Ping implements smslink.Wire.
func (w *wire) Ping(seq uint32) error {
	p := pdu.NewEnquireLink()
	p.SetSequenceNumber(int32(seq))
	return w.write(p)
}

// Close implements smslink.Wire.
func (w *wire) Close() error { return w.conn.Close() }

// receiptMask and receiptType: bits 5 to 2 of esm_class say that a deliver_sm is a delivery receipt.
const (
	receiptMask = 0x3C
	receiptType = 0x04
)

func (w *wire) delivered(m *pdu.DeliverSM) smslink.Frame {
	f := smslink.Frame{Kind: smslink.Reply, Ack: func() error { return w.write(m.GetResponse()) }}
	body, hasHeader := bodyOf(m)
	now := w.e.clock.Instant()
	if m.EsmClass&receiptMask == receiptType {
		f.Kind, f.Receipt = smslink.Receipt, receipt(m, string(body))
		f.Receipt.At = now
		return f
	}
	f.Reply = handoff.Reply{Phone: m.SourceAddr.Address(), ServiceCode: m.DestAddr.Address(), At: now}
	if t, ok := m.OptionalParameters[pdu.TagReceiptedMessageID]; ok {
		f.Reply.Ref = t.String() // else a repeated delivery can't be told from another reply
	}
	f.Piece = handoff.PieceOf(body, hasHeader)
	f.Decode = decoder(m.Message.Encoding())
	return f
}

// bodyOf is the text of a deliver_sm with its header, wherever the SMSC put it.
func bodyOf(m *pdu.DeliverSM) (body []byte, hasHeader bool) {
	body, _ = m.Message.GetMessageData() // never fails
	if t, ok := m.OptionalParameters[pdu.TagMessagePayload]; ok && len(body) == 0 {
		return t.Data, m.EsmClass&data.SM_UDH_GSM != 0
	}
	if h, err := m.Message.UDH().MarshalBinary(); err == nil && len(h) > 0 {
		return append(h, body...), true
	}
	return body, false
}

// receipt reads a delivery receipt: its optional parameters, else the text that SMSCs have written ever since.
func receipt(m *pdu.DeliverSM, text string) handoff.Receipt {
	id, state, code := field(text, "id"), field(text, "stat"), field(text, "err")
	if t, ok := m.OptionalParameters[pdu.TagReceiptedMessageID]; ok {
		id = t.String()
	}
	if t, ok := m.OptionalParameters[pdu.TagMessageStateOption]; ok && len(t.Data) == 1 && state == "" {
		state = states[t.Data[0]]
	}
	r := handoff.Receipt{Ref: strings.TrimSpace(id), Code: state}
	if strings.Trim(code, "0") != "" {
		r.Code += "/" + code
	}
	switch state {
	case "DELIVRD":
		r.Result = handoff.Success
	case "", "ACCEPTD", "ENROUTE", "UNKNOWN", "SCHEDULED":
		r.Result = handoff.Interim
	default:
		r.Result = handoff.Failure
	}
	return r
}

var states = map[byte]string{1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}

// field finds "name:value" in a receipt's text.
func field(text, name string) string {
	for _, word := range strings.Fields(text) {
		if k, v, ok := strings.Cut(word, ":"); ok && strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

// decoder reads texts of recipients: UCS-2 as told, else what this country's carriers use.
func decoder(enc data.Encoding) func([]byte) string {
	return func(b []byte) string {
		if enc == data.UCS2 {
			return handoff.FromUCS2(b)
		}
		if enc != nil {
			if s, err := enc.Decode(b); err == nil {
				return s
			}
		}
		s, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(b) // what is no character becomes U+FFFD
		return string(s)
	}
}
