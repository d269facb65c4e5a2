// Package recipient knows phone numbers: how they may be written, whose segment they are in, and who must not get
// messages. See README.md.
package recipient

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fault is why a piece of text is no mobile number.
type Fault string

// The faults. Each has a text in batch's table of reasons.
const (
	OK         Fault = ""
	Empty      Fault = "PHONE.EMPTY"
	Scientific Fault = "PHONE.SCIENTIFIC" // 1.38E+10: a spreadsheet has thrown digits away
	Landline   Fault = "PHONE.LANDLINE"
	Short      Fault = "PHONE.SHORT"
	Long       Fault = "PHONE.LONG"
	Segment    Fault = "PHONE.SEGMENT" // eleven digits, but no carrier has that segment
	Invalid    Fault = "PHONE.INVALID"
	NoCarrier  Fault = "PORT.CARRIER" // of a portability list: a number without a carrier's name behind it
	Unreadable Fault = "ROW.UNREADABLE"
)

// faultTexts say what is wrong with a number and how to cure it.
var faultTexts = map[Fault][2]string{
	Empty:      {"手机号为空，请补上号码", "the phone number is missing; fill it in"},
	Scientific: {"手机号被表格软件变成了科学计数法，数字已丢失；请把该列设为文本后重新导出", "a spreadsheet turned the number into powers of ten and lost digits; make the column text and export again"},
	Landline:   {"这是固定电话，不能接收短信；请改为手机号", "this is a landline, which gets no messages; give a mobile number"},
	Short:      {"手机号位数不足 11 位，请补全", "the number has fewer than 11 digits; complete it"},
	Long:       {"手机号多于 11 位，或一格里有多个号码；请每行一个号码", "the number has more than 11 digits, or one cell holds several; give one number a row"},
	Segment:    {"号段不属于任何运营商，请核对号码", "no carrier has this number segment; check the number"},
	Invalid:    {"不是大陆手机号，请核对", "not a mobile number of mainland China; check it"},
	NoCarrier:  {"号码后面应写现运营商：移动、联通、电信、广电，或“原网”", "behind the number must stand its carrier now: cmcc, cucc, ctcc, cbn, or home"},
	Unreadable: {"这一行无法读取，请检查编码和引号", "the row can't be read; check its encoding and quotes"},
}

// FaultText gives the texts of a fault.
func FaultText(f Fault) (zh, en string) { return faultTexts[f][0], faultTexts[f][1] }

// Normalise reads a mobile number of mainland China the way people write it: full-width digits, +86 or 0086 before it,
// spaces, hyphens and brackets between; quotes and apostrophes that spreadsheets leave. Anything that could be another
// number is a fault and not mended.
func Normalise(raw []byte) (number uint64, fault Fault) { return theSegments().Normalise(raw) }

// Normalise is the same by this table of segments.
func (s *Segments) Normalise(raw []byte) (number uint64, fault Fault) {
	if number, fault = ParseNumber(raw); fault == OK && s.carrier(number) == 0 {
		return 0, Segment
	}
	return number, fault
}

// ParseNumber is Normalise whatever the segment: lists keep a number although its segment is not known yet, or no more.
func ParseNumber(raw []byte) (number uint64, fault Fault) {
	if len(raw) == 11 { // the usual form, without a copy
		n := uint64(0)
		for _, c := range raw {
			if c < '0' || c > '9' {
				n = 0
				break
			}
			n = n*10 + uint64(c-'0')
		}
		if n >= 13_000_000_000 && n < 20_000_000_000 {
			return n, OK
		}
	}
	return parseSlow(raw)
}

func parseSlow(raw []byte) (uint64, Fault) {
	var digits [20]byte
	n, plus, other, dot, exp := 0, false, false, false, false
	for i := 0; i < len(raw); {
		r, w := utf8.DecodeRune(raw[i:])
		first := n == 0
		i += w
		switch {
		case r >= '0' && r <= '9':
		case r >= '０' && r <= '９':
			r = r - '０' + '0'
		case (r == '+' || r == '＋') && first && !plus:
			plus = true
			continue
		case r == ' ' || r == '\u00a0' || r == '\u3000' || r == '\t' || r == '-' || r == '－' || r == '‐' || r == '–' || r == '—' || r == '·',
			r == '(' || r == ')' || r == '（' || r == '）',
			r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\u202c' || r == '\u202d' || r == '\u202a' || r == '\ufeff', // copied from an address book
			r == '\'' || r == '‘' || r == '’' || r == '`':
			continue
		case r == '.' || r == '．':
			dot = true
			other = true
			continue
		case (r == 'e' || r == 'E') && !first:
			exp = true
			other = true
			continue
		default:
			other = true
			continue
		}
		if n == len(digits) {
			return 0, Long
		}
		digits[n] = byte(r)
		n++
	}
	d := string(digits[:n])
	switch {
	case exp && n >= 2 && scientific(string(raw)):
		return 0, Scientific
	case dot && strings.HasSuffix(strings.TrimSpace(string(raw)), ".0") && n == 12: // a number cell read as a fraction
		d, other = d[:11], strings.Count(string(raw), ".") > 1
	}
	if other {
		return 0, Invalid
	}
	if n == 0 {
		return 0, Empty
	}
	switch {
	case plus && strings.HasPrefix(d, "86"):
		d = d[2:]
	case plus:
		return 0, Invalid // another country's
	case strings.HasPrefix(d, "0086"):
		d = d[4:]
	case len(d) == 13 && strings.HasPrefix(d, "86"):
		d = d[2:]
	}
	switch {
	case strings.HasPrefix(d, "0") && len(d) >= 10:
		return 0, Landline
	case len(d) < 11:
		return 0, Short
	case len(d) > 11:
		return 0, Long
	case d[0] != '1' || d[1] < '3':
		return 0, Invalid
	}
	number, err := strconv.ParseUint(d, 10, 64)
	if err != nil {
		return 0, Invalid
	}
	return number, OK
}

func scientific(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return err == nil
}

// Format writes a normalised number as its eleven digits.
func Format(n uint64) string { return strconv.FormatUint(n, 10) }

// Mask shows a number as people may see it without a purpose: 138****8000 (P02).
func Mask(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}
