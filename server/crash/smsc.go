package main

import (
	"bufio"
	"fmt"
	"net"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"sealgate/server/handoff"
)

// smppDialect is SMPP 3.4.
type smppDialect struct{}

func (d smppDialect) channel(address string) JSON {
	c := d.link(address)
	c["name"] = "smsc"
	return c
}

// link is what of the channel is about the protocol.
func (smppDialect) link(address string) JSON {
	return JSON{"kind": "smpp", "smpp": JSON{"address": address, "system_id": "sealgate", "password": "secret", "window": 16}}
}

func (smppDialect) listen(c net.Conn) func() (said, error) {
	r := bufio.NewReader(c)
	return func() (said, error) {
		p, err := pdu.Parse(r)
		if err != nil {
			return said{}, err
		}
		var s said
		switch m := p.(type) {
		case *pdu.SubmitSM:
			body, _ := m.Message.GetMessageData() // never fails
			return said{submits: true, text: handoff.FromUCS2(body), answer: func(v verdict, id uint64) []byte { return smppAnswer(m, v, id) }}, nil
		case *pdu.DeliverSMResp:
			return said{acknowledges: uint32(m.GetSequenceNumber())}, nil
		case *pdu.BindRequest:
			s.binds = true
		}
		if p.CanResponse() {
			s.answer = func(verdict, uint64) []byte { return marshal(p.GetResponse()) }
		}
		return s, nil
	}
}

func smppAnswer(m *pdu.SubmitSM, v verdict, id uint64) []byte {
	resp := m.GetResponse().(*pdu.SubmitSMResp)
	switch v {
	case refused:
		resp.CommandStatus = data.ESME_RINVDSTADR
	case throttled:
		resp.CommandStatus = data.ESME_RTHROTTLED
	case failing:
		resp.CommandStatus = data.ESME_RSYSERR
	default:
		resp.MessageID = smppID(id)
	}
	return marshal(resp)
}

func smppID(id uint64) string { return fmt.Sprintf("%08d", id) }

func (smppDialect) receipt(sequence uint32, o *owed) []byte {
	d := pdu.NewDeliverSM().(*pdu.DeliverSM)
	d.SetSequenceNumber(int32(sequence))
	d.EsmClass = data.SM_SMSC_DLV_RCPT_TYPE
	text := fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2610121000 done date:2610121001 stat:%s err:000 text:", smppID(o.id), o.stat())
	_ = d.Message.SetMessageWithEncoding(text, data.GSM7BIT)
	return marshal(d)
}

func marshal(p pdu.PDU) []byte {
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	return b.Bytes()
}
