// Package recipient knows phone numbers: how they may be written, whose segment they are in, and who must not get
// messages. See README.md.
package recipient

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
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
)

// Normalise reads a mobile number of mainland China the way people write it: full-width digits, +86 or 0086 before it,
// spaces, hyphens and brackets between; quotes and apostrophes that spreadsheets leave. Anything that could be another
// number is a fault and not mended.
func Normalise(raw []byte) (number uint64, fault Fault) {
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
			if carrierIndex(n) == 0 {
				return 0, Segment
			}
			return n, OK
		}
	}
	return normaliseSlow(raw)
}

func normaliseSlow(raw []byte) (uint64, Fault) {
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
	if carrierIndex(number) == 0 {
		return 0, Segment
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

//go:embed segments.txt
var segmentFile string

// Carriers names the carriers of mainland China.
func Carriers() []string { return []string{"cmcc", "cucc", "ctcc", "cbn"} }

type segments struct {
	version string
	byFour  [10_000]uint8 // first four digits → index in names
	names   []string
}

var theSegments = sync.OnceValue(func() *segments {
	s, err := parseSegments(segmentFile)
	if err != nil {
		panic(err) // the table is part of the program, and a test reads it
	}
	return s
})

func parseSegments(text string) (*segments, error) {
	s := &segments{names: append([]string{""}, Carriers()...)}
	for i, line := range strings.Split(text, "\n") {
		if v, ok := strings.CutPrefix(line, "# version "); ok {
			s.version = strings.TrimSpace(v)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Fields(line)
		if len(f) < 2 || len(f[0]) < 3 || len(f[0]) > 4 {
			return nil, fmt.Errorf("segments, line %d: want a prefix of 3 or 4 digits and a carrier, got %q", i+1, line)
		}
		prefix, err := strconv.Atoi(f[0])
		code := 0
		for j, name := range s.names {
			if name == f[1] {
				code = j
			}
		}
		if err != nil || code == 0 {
			return nil, fmt.Errorf("segments, line %d: %q is no carrier or no prefix", i+1, line)
		}
		from, n := prefix, 1
		if len(f[0]) == 3 {
			from, n = prefix*10, 10
		}
		for p := from; p < from+n; p++ {
			if s.byFour[p] != 0 && n > 1 {
				continue // a longer prefix stands already
			}
			s.byFour[p] = uint8(code)
		}
	}
	if s.version == "" {
		return nil, fmt.Errorf("segments: no version line")
	}
	return s, nil
}

func carrierIndex(n uint64) uint8 { return theSegments().byFour[n/10_000_000] }

// CarrierOf names the carrier of a normalised number's segment, "" where none has it.
func CarrierOf(n uint64) string {
	if n < 10_000_000_000 || n > 99_999_999_999 {
		return ""
	}
	s := theSegments()
	return s.names[s.byFour[n/10_000_000]]
}

// SegmentsVersion is the date of the segment table.
func SegmentsVersion() string { return theSegments().version }
