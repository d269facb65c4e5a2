package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"

	gocmpp "github.com/bigwhite/gocmpp"

	"sealgate/server/handoff"
)

// cmppDialect is CMPP 3.0, as China Mobile's gateways speak it. It has no answer that leaves open whether a message was taken.
type cmppDialect struct{}

const cmppSP = "901234"

func (cmppDialect) channel(address string) JSON {
	return JSON{"name": "ismg", "kind": "cmpp", "cmpp": JSON{"address": address, "sp_id": cmppSP, "secret": "secret", "service_id": "NOTICE", "window": 16}}
}

// unhurried gives gocmpp, which reads four bytes at a time, a buffer to read from.
type unhurried struct {
	net.Conn
	r *bufio.Reader
}

func (u unhurried) Read(b []byte) (int, error) { return u.r.Read(b) }

func (cmppDialect) listen(c net.Conn) func() (said, error) {
	in := &gocmpp.Conn{Conn: unhurried{c, bufio.NewReader(c)}, State: gocmpp.CONN_AUTHOK, Typ: gocmpp.V30}
	return func() (said, error) {
		p, err := in.RecvAndUnpackPkt(0)
		if err != nil {
			return said{}, err
		}
		switch m := p.(type) {
		case *gocmpp.Cmpp3SubmitReqPkt:
			text := handoff.FromUCS2([]byte(m.MsgContent))
			return said{submits: true, text: text, answer: func(v verdict, id uint64) []byte { return cmppAnswer(m.SeqId, v, id) }}, nil
		case *gocmpp.Cmpp3DeliverRspPkt:
			return said{acknowledges: m.SeqId}, nil
		case *gocmpp.CmppConnReqPkt:
			return said{binds: true, answer: func(verdict, uint64) []byte {
				return pack(&gocmpp.Cmpp3ConnRspPkt{Version: gocmpp.V30, Secret: "secret", AuthSrc: m.AuthSrc}, m.SeqId)
			}}, nil
		case *gocmpp.CmppActiveTestReqPkt:
			return said{answer: func(verdict, uint64) []byte { return pack(&gocmpp.CmppActiveTestRspPkt{}, m.SeqId) }}, nil
		}
		return said{}, nil
	}
}

// The results of CMPP_SUBMIT_RESP that the gateway uses.
const (
	cmppOverFlow   = 8
	cmppNotServing = 13 // this gateway does not serve the number
)

func cmppAnswer(sequence uint32, v verdict, id uint64) []byte {
	resp := &gocmpp.Cmpp3SubmitRspPkt{}
	switch v {
	case refused:
		resp.Result = cmppNotServing
	case throttled:
		resp.Result = cmppOverFlow
	case failing:
		return nil
	default:
		resp.MsgId = id
	}
	return pack(resp, sequence)
}

func (cmppDialect) receipt(sequence uint32, o *owed) []byte {
	const number, numberBytes = "13800000001", 32
	body := binary.BigEndian.AppendUint64(nil, o.id)
	body = append(body, fmt.Sprintf("%-7s26101210002610121001%-*s", o.stat(), numberBytes, number)...)
	body = binary.BigEndian.AppendUint32(body, sequence)
	return pack(&gocmpp.Cmpp3DeliverReqPkt{MsgId: uint64(sequence), DestId: "10690001", SrcTerminalId: number, RegisterDelivery: 1, MsgLength: uint8(len(body)), MsgContent: string(body)}, sequence)
}

// pack makes a frame; what the gateway sends always fits.
func pack(p gocmpp.Packer, sequence uint32) []byte {
	b, err := p.Pack(sequence)
	if err != nil {
		panic(err)
	}
	return b
}
