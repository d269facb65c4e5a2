package handoff

import (
	"bytes"
	"fmt"
)

// Status is what has become of one message: a byte in the status block of its chunk.
type Status byte

// The statuses. From Waiting a message is either skipped, with the reason as its status, or handed off.
const (
	NotApproved Status = iota // outside the manifest: never leaves
	Waiting                   // approved, not yet handed off
	Handing                   // written down as about to be sent; not yet known whether the engine has it
	Handed                    // the engine has accepted it
	Delivered                 // the receipts of all parts say so; the only status that is charged
	Failed                    // refused by the engine, or its receipt says so
	Unknown                   // may or may not have left (killed, timed out): never sent again by itself
	Expired                   // accepted, and no receipt within 72 hours
	SkippedOptOut
	SkippedBlacklist
	SkippedEnded     // the contract ended, or the batch was cancelled, before it was its turn (C10)
	SkippedNumber    // the recipient was found unfit since screening, for any other reason
	SkippedFrequency // the recipient has had as many as may be (A05, A23)
	statuses
)

var statusNames = [statuses]string{
	"not_approved", "waiting", "handing", "handed", "delivered", "failed", "unknown", "expired",
	"skipped_opt_out", "skipped_blacklist", "skipped_ended", "skipped_number", "skipped_frequency",
}

func (s Status) String() string {
	if s >= statuses {
		return fmt.Sprintf("status(%d)", byte(s))
	}
	return statusNames[s]
}

// moves says what may follow what. A late receipt may still settle what is unknown or expired; what was delivered, failed
// or skipped stays so, whatever comes.
var moves = [statuses][]Status{
	Waiting: {Handing, SkippedOptOut, SkippedBlacklist, SkippedEnded, SkippedNumber, SkippedFrequency},
	Handing: {Waiting, Handed, Delivered, Failed, Unknown}, // back to Waiting only where it surely never left
	Handed:  {Delivered, Failed, Expired, Unknown},         // Unknown: the engine has lost track of it
	Unknown: {Handed, Delivered, Failed},
	Expired: {Delivered, Failed},
}

// CanBecome tells whether t may follow s.
func (s Status) CanBecome(t Status) bool {
	return s < statuses && bytes.IndexByte(asBytes(moves[s]), byte(t)) >= 0
}

func asBytes(s []Status) []byte {
	b := make([]byte, len(s))
	for i, v := range s {
		b[i] = byte(v)
	}
	return b
}

// Open tells whether the message still waits for something to happen by itself. Unknown is not open: it waits for a
// receipt or a person, and does not keep its batch from closing after 72 hours.
func (s Status) Open() bool { return s == Waiting || s == Handing || s == Handed }

// Left tells whether the message went to the engine, or may have gone.
func (s Status) Left() bool {
	switch s {
	case Handing, Handed, Delivered, Failed, Unknown, Expired:
		return true
	}
	return false
}

// Over tells whether the message went to the engine and has come to an end, if one that a late receipt may still correct.
func (s Status) Over() bool { return s == Delivered || s == Failed || s == Expired }

// Skipped tells whether the message was left out at the last moment.
func (s Status) Skipped() bool { return s >= SkippedOptOut && s < statuses }

// Block is the statuses of a chunk, one byte per message in the chunk's order.
type Block []byte

// NewBlock starts a chunk: what is approved waits, the rest never leaves.
func NewBlock(n int, approved func(i int) bool) Block {
	b := make(Block, n)
	for i := range b {
		if approved(i) {
			b[i] = byte(Waiting)
		}
	}
	return b
}

// At is the status of message i (from 0).
func (b Block) At(i int) Status { return Status(b[i]) }

// Move changes the status of message i if the table allows it, and tells whether it did.
func (b Block) Move(i int, to Status) bool {
	if i < 0 || i >= len(b) || !b.At(i).CanBecome(to) {
		return false
	}
	b[i] = byte(to)
	return true
}

// NeverLeft puts a message of unknown outcome back in the line. Only an engine that was asked, and promises never to have had
// it, makes that so; nothing else leads back from Unknown.
func (b Block) NeverLeft(i int) bool {
	if b.At(i) != Unknown {
		return false
	}
	b[i] = byte(Waiting)
	return true
}

// Count is how many messages have the status.
func (b Block) Count(s Status) int { return bytes.Count(b, []byte{byte(s)}) }

// Counts are messages by status.
type Counts [statuses]int64

// Tally counts all statuses at once.
func (b Block) Tally() (c Counts) {
	for _, s := range b {
		if s < byte(statuses) {
			c[s]++
		}
	}
	return c
}

// Open is how many messages still wait for something to happen by itself.
func (c Counts) Open() int64 { return c[Waiting] + c[Handing] + c[Handed] }

// Approved is how many messages the manifest lets out.
func (c Counts) Approved() (n int64) {
	for s := Waiting; s < statuses; s++ {
		n += c[s]
	}
	return n
}

// Skipped is how many were left out at the last moment.
func (c Counts) Skipped() (n int64) {
	for s := SkippedOptOut; s < statuses; s++ {
		n += c[s]
	}
	return n
}

// Add sums counts of chunks.
func (c *Counts) Add(o Counts) {
	for s := range c {
		c[s] += o[s]
	}
}

// ByName is the counts that are not zero, by the names of the statuses.
func (c Counts) ByName() map[string]int64 {
	m := map[string]int64{}
	for s, n := range c {
		if n > 0 {
			m[Status(s).String()] = n
		}
	}
	return m
}

// carriers are the operators as the facts block numbers them; 0 is "not known".
var carriers = []string{"", "cmcc", "cucc", "ctcc", "cbn"}

// maxParts is the longest message that a facts byte can tell.
const maxParts = 31

// Facts is a byte per message, beside its status: carrier and number of parts. A receipt is charged from it, so that
// nobody has to decrypt texts to count.
type Facts []byte

// Fact packs one message; more than 31 parts can't be sent and are an error.
func Fact(carrier string, parts int) (byte, error) {
	if parts < 1 || parts > maxParts {
		return 0, fmt.Errorf("a message of %d parts: want 1 to %d", parts, maxParts)
	}
	for i, c := range carriers {
		if c == carrier {
			return byte(i<<5 | parts), nil
		}
	}
	return byte(parts), nil
}

// Carrier of message i.
func (f Facts) Carrier(i int) string { return carriers[int(f[i]>>5)%len(carriers)] }

// Parts of message i.
func (f Facts) Parts(i int) int { return int(f[i] & maxParts) }
