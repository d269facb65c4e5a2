package handoff

import (
	"encoding/binary"
	"unicode/utf16"
)

// Measures of a text on the air, in UCS-2: one part holds 70 units; of a long message each holds 67 beside its header.
const (
	unitsOfOne  = 70
	unitsOfPart = 67
)

// UCS2 gives a text as carriers take it, two bytes a unit, high one first.
func UCS2(text string) []byte {
	units := utf16.Encode([]rune(text))
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}

// FromUCS2 reads such bytes; what is no character becomes U+FFFD.
func FromUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// Segments cuts a text into what the parts of a message carry, as many as were counted and charged: a long one in pieces,
// each with the six bytes of header by which the phone puts them together. id tells long messages to one phone apart.
func Segments(text string, id byte) [][]byte {
	b := UCS2(text)
	if len(b) <= 2*unitsOfOne {
		return [][]byte{b}
	}
	n := (len(b)/2 + unitsOfPart - 1) / unitsOfPart
	out := make([][]byte, n)
	for i := range out {
		piece := b[i*2*unitsOfPart : min(len(b), (i+1)*2*unitsOfPart)]
		out[i] = append([]byte{5, 0, 3, id, byte(n), byte(i + 1)}, piece...)
	}
	return out
}

// Piece is one part of an incoming message; Of is 1 for a message that came in one.
type Piece struct {
	ID, Of, Number int
	Body           []byte
}

// PieceOf takes the header off a part that has one.
func PieceOf(data []byte, hasHeader bool) Piece {
	whole := Piece{Of: 1, Number: 1, Body: data}
	if !hasHeader || len(data) == 0 || int(data[0]) >= len(data) {
		return whole
	}
	header, body := data[1:1+data[0]], data[1+data[0]:]
	whole.Body = body
	for len(header) >= 2 && len(header) >= 2+int(header[1]) {
		v := header[2 : 2+header[1]]
		var p Piece
		switch {
		case header[0] == 0 && len(v) == 3:
			p = Piece{int(v[0]), int(v[1]), int(v[2]), body}
		case header[0] == 8 && len(v) == 4:
			p = Piece{int(v[0])<<8 | int(v[1]), int(v[2]), int(v[3]), body}
		}
		if p.Of > 0 && p.Number > 0 && p.Number <= p.Of {
			return p
		}
		header = header[2+len(v):]
	}
	return whole
}
