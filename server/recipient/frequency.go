package recipient

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"sealgate/server/caldate"
)

// Limit is how many messages of one signature a number may get within a time (A05). It is data: one for every category and
// length of time, for all customers or, in its place, for one.
type Limit struct {
	ID         string `gorm:"primaryKey"`
	CustomerID string // "" for all that have none of their own
	Category   string
	Days       int64 // calendar days in Shanghai, today included
	Most       int64 // messages; 0 forbids them, -1 sets no limit
	Reason     string
	CreatedAt  caldate.Instant // business clock; it holds from then on
	CreatedBy  string
	EndedAt    caldate.Instant
	EndedBy    string
	LiveMark   string // "" while it holds, else the row's own id
}

// TableName is recipient_limits.
func (Limit) TableName() string { return "recipient_limits" }

// Unlimited is Limit.Most of a customer who has no limit where others have one.
const Unlimited = -1

// MaxLimitDays is the longest time that is counted; what was sent before is forgotten by the counters (the evidence stays).
const MaxLimitDays = 31

// defaultLimits hold where no row says otherwise. They catch programs gone wrong and plain nuisance.
var defaultLimits = []Limit{
	{Category: "verification", Days: 1, Most: 50},
	{Category: "notice", Days: 1, Most: 20},
	{Category: "marketing", Days: 1, Most: 5},
	{Category: "advertising", Days: 1, Most: 5},
}

// limitsFor picks, of all live rows, those that count for a customer's category: her own before the general, the general before
// what the house has by default, for each length of time.
func limitsFor(rows []Limit, customerID, category string) []Limit {
	chosen := map[int64]Limit{}
	take := func(from []Limit, customer string) {
		for _, l := range from {
			if l.CustomerID == customer && l.Category == category {
				chosen[l.Days] = l
			}
		}
	}
	take(defaultLimits, "")
	take(rows, "")
	if customerID != "" {
		take(rows, customerID)
	}
	var out []Limit
	for days := int64(1); days <= MaxLimitDays; days++ {
		if l, ok := chosen[days]; ok && l.Most != Unlimited {
			out = append(out, l)
		}
	}
	return out
}

// hashLength is that of a number's HMAC in hex.
const hashLength = 64

// hashBits of a number's HMAC are what counters keep. Two numbers of a million that share them are counted together: that happens in
// one batch of five hundred of this size, and matters only where both get what the limit is.
const hashBits = 48

func shortHash(hash string) (uint64, error) {
	if len(hash) != hashLength {
		return 0, fmt.Errorf("a number's hash has %d characters, not %d", len(hash), hashLength)
	}
	return strconv.ParseUint(hash[:hashBits/4], 16, 64)
}

// packHashes writes hashes in their order as differences, of which each takes about as many bits as it must (Rice's code): 4.7 bytes
// a hash for a slice of some thousand. The first two values say how many there are and how long the rests of the differences.
func packHashes(hashes []uint64) []byte {
	if len(hashes) == 0 {
		return nil
	}
	slices.Sort(hashes)
	rest := restBits(hashes)
	w := bitWriter{b: binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(hashes))), uint64(rest))}
	last := uint64(0)
	for _, h := range hashes {
		d := h - last
		last = h
		for range d >> rest {
			w.write(1, 1)
		}
		w.write(0, 1)
		w.write(d&(1<<rest-1), rest)
	}
	return w.b
}

// restBits is how many bits of a difference are written as they are: about as many as an ordinary one has.
func restBits(sorted []uint64) int {
	return max(0, bits.Len64(sorted[len(sorted)-1]/uint64(len(sorted)))-1)
}

// eachHash gives the hashes that packHashes wrote.
func eachHash(packed []byte, use func(uint64)) error {
	n, head := binary.Uvarint(packed)
	rest, more := binary.Uvarint(packed[max(head, 0):])
	if head <= 0 || more <= 0 || rest > hashBits {
		return fmt.Errorf("stored hashes are damaged (%d bytes)", len(packed))
	}
	r := bitReader{b: packed[head+more:]}
	last := uint64(0)
	for range n {
		var times uint64
		for r.read(1) == 1 {
			times++
		}
		last += times<<rest | r.read(int(rest))
		if r.ended {
			return fmt.Errorf("stored hashes end too early (%d bytes for %d)", len(packed), n)
		}
		use(last)
	}
	return nil
}

// eachWholeHash gives the hashes of a row of a version before, which kept 64 bits of each.
func eachWholeHash(packed string, use func(uint64)) error {
	b, err := base64.StdEncoding.DecodeString(packed)
	if err != nil || len(b)%8 != 0 {
		return fmt.Errorf("stored hashes are damaged (%d bytes): %w", len(b), err)
	}
	for ; len(b) > 0; b = b[8:] {
		use(binary.BigEndian.Uint64(b) >> (64 - hashBits))
	}
	return nil
}

// bitWriter appends bits, the highest of a byte first.
type bitWriter struct {
	b    []byte
	free int // bits of the last byte
}

func (w *bitWriter) write(v uint64, n int) {
	for n > 0 {
		if w.free == 0 {
			w.b, w.free = append(w.b, 0), 8
		}
		take := min(n, w.free)
		n, w.free = n-take, w.free-take
		w.b[len(w.b)-1] |= byte(v>>n&(1<<take-1)) << w.free
	}
}

// bitReader reads what bitWriter wrote; beyond the end there are zeros.
type bitReader struct {
	b     []byte
	at    int // bits read
	ended bool
}

func (r *bitReader) read(n int) (v uint64) {
	for n > 0 {
		if r.at/8 >= len(r.b) {
			r.ended = true
			return v << n
		}
		left := 8 - r.at%8
		take := min(n, left)
		v = v<<take | uint64(r.b[r.at/8]>>(left-take))&(1<<take-1)
		n, r.at = n-take, r.at+take
	}
	return v
}

// counts is how many messages each number got on one day. It is an open table of 9 bytes a place, because there may be
// millions: a map would take four times as much.
type counts struct {
	hashes []uint64 // 0 marks a free place; a hash of 0 is kept as 1
	times  []uint8  // stops at 255
	n      int
}

func (c *counts) at(h uint64) int {
	mask := uint64(len(c.hashes) - 1)
	i := h & mask
	for c.hashes[i] != 0 && c.hashes[i] != h {
		i = (i + 1) & mask
	}
	return int(i)
}

func (c *counts) get(h uint64) int64 {
	if c == nil || c.n == 0 {
		return 0
	}
	return int64(c.times[c.at(max(h, 1))])
}

func (c *counts) add(h uint64) {
	if c.n*10 >= len(c.hashes)*7 {
		old := *c
		size := max(1024, 2*len(old.hashes))
		c.hashes, c.times = make([]uint64, size), make([]uint8, size)
		for i, h := range old.hashes {
			if h != 0 {
				at := c.at(h)
				c.hashes[at], c.times[at] = h, old.times[i]
			}
		}
	}
	at := c.at(max(h, 1))
	if c.hashes[at] == 0 {
		c.hashes[at] = max(h, 1)
		c.n++
	}
	if c.times[at] < 255 {
		c.times[at]++
	}
}
