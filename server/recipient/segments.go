package recipient

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed segments.txt
var segmentFile string

// Carriers names the carriers of mainland China.
func Carriers() []string { return []string{"cmcc", "cucc", "ctcc", "cbn"} }

// Segments is a version of the table that says which carrier a number's first digits were allotted to. It never changes.
type Segments struct {
	Version string            // the table's date, or the number of the import
	lines   map[string]string // prefix of 3 or 4 digits → carrier
	byFour  [10_000]uint8     // first four digits → index in carrierNames
}

// carrierNames are Carriers with nobody before them.
var carrierNames = append([]string{""}, Carriers()...)

func carrierNumber(name string) uint8 {
	for i, n := range carrierNames {
		if n == name {
			return uint8(i)
		}
	}
	return 0
}

var theSegments = sync.OnceValue(func() *Segments {
	s, err := ParseSegments(segmentFile)
	if err != nil {
		panic(err) // the table is part of the program, and a test reads it
	}
	return s
})

// ParseSegments reads a table: one line each of a prefix (3 or 4 digits) and a carrier, divided by a comma, a tab or blanks; what
// follows on the line is for people. Lines with # are notes, "# version NAME" names the table. Two lines for one prefix are a
// fault. Of two prefixes the longer counts.
func ParseSegments(text string) (*Segments, error) {
	s := &Segments{lines: map[string]string{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if v, ok := strings.CutPrefix(line, "# version "); ok {
			s.Version = strings.TrimSpace(v)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' || r == '\t' || r == ' ' || r == '，' })
		if i == 0 && len(f) >= 2 && (f[0][0] < '0' || f[0][0] > '9') {
			continue // a header
		}
		if err := s.add(f); err != nil {
			return nil, ErrSegments.Sayf("第 %[1]d 行“%.40[2]s”：%[3]s", "line %[1]d, %.40[2]q: %[4]s", i+1, line, err.zh, err.en).With("line", int64(i+1))
		}
	}
	if s.Version == "" || len(s.lines) == 0 {
		return nil, ErrSegments.Say("表里没有“# version 名称”一行或没有号段，请补上", "the table has no line \"# version NAME\", or no segment; add it")
	}
	for prefix, carrier := range s.lines {
		if len(prefix) == 3 {
			from, _ := strconv.Atoi(prefix + "0")
			for p := from; p < from+10; p++ {
				if s.byFour[p] == 0 {
					s.byFour[p] = carrierNumber(carrier)
				}
			}
			continue
		}
		p, _ := strconv.Atoi(prefix)
		s.byFour[p] = carrierNumber(carrier)
	}
	return s, nil
}

// segmentFault is what is wrong with one line.
type segmentFault struct{ zh, en string }

func (s *Segments) add(fields []string) *segmentFault {
	if len(fields) < 2 || len(fields[0]) < 3 || len(fields[0]) > 4 || fields[0][0] != '1' {
		return &segmentFault{"应为 3 或 4 位号段和运营商，如“1340 cmcc”", "want a prefix of 3 or 4 digits and a carrier, such as \"1340 cmcc\""}
	}
	if _, err := strconv.ParseUint(fields[0], 10, 16); err != nil {
		return &segmentFault{"号段应为数字", "the prefix must be digits"}
	}
	if carrierNumber(fields[1]) == 0 {
		return &segmentFault{"运营商应为 " + strings.Join(Carriers(), "、"), "the carrier must be one of " + strings.Join(Carriers(), ", ")}
	}
	if _, twice := s.lines[fields[0]]; twice {
		return &segmentFault{"该号段前面已有一行", "an earlier line has this prefix"}
	}
	s.lines[fields[0]] = fields[1]
	return nil
}

func (s *Segments) carrier(n uint64) uint8 { return s.byFour[n/10_000_000] }

// CarrierOf names the carrier of a normalised number's segment by this table, "" where none has it.
func (s *Segments) CarrierOf(n uint64) string {
	if n < 10_000_000_000 || n > 99_999_999_999 {
		return ""
	}
	return carrierNames[s.carrier(n)]
}

// Difference lists, by prefix, what this table says otherwise than an older one: "" stands for nobody.
func (s *Segments) Difference(old *Segments) []SegmentChange {
	var out []SegmentChange
	for p := 1000; p < 2000; p++ {
		if was, is := old.byFour[p], s.byFour[p]; was != is {
			out = append(out, SegmentChange{strconv.Itoa(p), carrierNames[was], carrierNames[is]})
		}
	}
	return out
}

// SegmentChange is one prefix of four digits that goes to another carrier.
type SegmentChange struct {
	Prefix string `json:"prefix"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// CarrierOf is Segments.CarrierOf by the table that is built in.
func CarrierOf(n uint64) string { return theSegments().CarrierOf(n) }

// SegmentsVersion is the date of the table that is built in.
func SegmentsVersion() string { return theSegments().Version }
