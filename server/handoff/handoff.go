// Package handoff carries approved messages to a send engine, exactly those and each once, and books what the engine
// reports. See README.md.
package handoff

import (
	"strings"
	"time"

	"sealgate/server/batch"
	"sealgate/server/caldate"
)

const (
	// Lease is how long a server may be silent about a chunk that it works on, on the machine's clock.
	Lease = time.Minute
	// sendWithin is how long one call of an engine may take; a call begins only if the lease lasts that long.
	sendWithin = 30 * time.Second
	// ReceiptsFor is how long a batch waits for receipts after its last message went out, on the business clock.
	ReceiptsFor = 72 * time.Hour
	// AlarmAfter is how long a message may be unknown before somebody is told, on the machine's clock (invariant 24).
	AlarmAfter = 15 * time.Minute
)

// The reasons for which a hand-off waits. It goes on by itself when the reason is gone; only paused and stopped wait for
// a person. Reasons of the contract (contract_not_active, suspended:non_payment, licence, …) come from contract.Sendable.
const (
	HoldPaused    = "paused"       // a person paused the batch
	HoldStopped   = "stopped"      // the emergency stop
	HoldScheduled = "scheduled"    // for a later time
	HoldHours     = "hours"        // outside the contract's sending hours
	HoldDailyCap  = "daily_cap"    // the contract's parts of today are used up
	HoldBalance   = "balance"      // the wallet has nothing left to set aside for it
	HoldSender    = "service_code" // the contract has another sender number than the batch was made for (L07)
	HoldChannel   = "channel"      // no channel of this server carries the recipients that wait
	HoldEngine    = "engine"       // the engine can't be reached, or refuses our account
	HoldMismatch  = "hash_mismatch"
	// HoldChannelHours and HoldOrder: every channel for those that wait is outside its hours; a carrier has cut the volume.
	HoldChannelHours = "channel_hours"
	HoldOrder        = "carrier_order"
)

// Hold is one reason for which a hand-off waits.
type Hold struct {
	Reason string          `json:"reason"`
	Detail string          `json:"detail,omitempty"`
	Until  caldate.Instant `json:"until"` // business clock, where it is known
}

// same tells whether two lists of holds have the same reasons and details.
func same(a, b []Hold) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Fill is how many messages a channel may hand over now: tokens grow by perSecond up to one second's worth. perSecond 0
// means no limit of ours.
func Fill(tokens, perSecond int64, since time.Duration) int64 {
	if since < 0 {
		since = 0
	}
	if since > time.Second {
		since = time.Second
	}
	return min(perSecond, tokens+perSecond*int64(since)/int64(time.Second))
}

// prefix is how many messages, from the first, fit into a number of parts.
func prefix(parts []int, room int64) int {
	for i, p := range parts {
		if room -= int64(p); room < 0 {
			return i
		}
	}
	return len(parts)
}

// StopScope is what an emergency stop is about.
type StopScope string

// The scopes of a stop.
const (
	StopAll       StopScope = "all"
	StopCustomer  StopScope = "customer"
	StopContract  StopScope = "contract"
	StopSignature StopScope = "signature"
	StopChannel   StopScope = "channel" // other channels go on, and take over where they carry the same recipients
)

// stops tells whether a stop applies to a whole batch.
func (p *Stop) stops(b *batch.Batch) bool {
	switch StopScope(p.Scope) {
	case StopAll:
		return true
	case StopCustomer:
		return p.ObjectID == b.CustomerID
	case StopContract:
		return p.ObjectID == b.ContractID
	case StopSignature:
		return p.ObjectID == b.SignatureID
	}
	return false
}

// Handoff is a batch on its way out.
type Handoff struct {
	BatchID     string `gorm:"primaryKey"`
	ManifestID  string
	CustomerID  string
	ContractID  string
	ServiceCode string
	Channel     string // the first configured one when it began; messages have their own in Chunk.Routes
	State       string
	ScheduledAt caldate.Instant
	Holds       []Hold          `gorm:"serializer:json"`
	HeldSince   caldate.Instant // business clock, like OpenedAt and ClosedAt
	Approved    int64
	Category    string // of the batch; "" where an older version began it
	LeftOut     int64  // passed screening, and were refused by people
	OpenedAt    caldate.Instant
	ClosedAt    caldate.Instant
	LookedAt    caldate.Instant // machine's clock: the one that waited longest is served first
	Version     int64
}

// TableName is handoffs.
func (Handoff) TableName() string { return "handoffs" }

// The states of a hand-off.
const (
	stateOpen   = "open"
	stateClosed = "closed"
)

// Chunk is the way of one chunk: how far the cursor is, and a status byte for each message.
type Chunk struct {
	BatchID      string `gorm:"primaryKey"`
	Seq          int64  `gorm:"primaryKey;autoIncrement:false"`
	FirstSeq     int64
	Count        int64 `gorm:"column:message_count"`
	Reached      int64 // index of the first message that still waits; Count when none does
	State        string
	Statuses     Block
	Facts        Facts  // empty until the chunk is first opened
	Routes       []byte // routeOf and counted of each message. Empty like Facts
	WaitsFor     int64  // set of carrierBit: whose messages still wait; 0 before it is opened
	HandingOn    int64  // set of channelBit: of the channels that have been called and have not answered
	OpenCount    int64
	UnknownCount int64
	Tally        map[string]int64 `gorm:"serializer:json"`
	HandedAt     caldate.Instant  // business clock; of the last slice
	LeaseOwner   string
	LeaseUntil   int64 // machine's clock, unix ms; 0: free
	Fence        int64 // grows with every claim: who holds an older one can't write any more
	Version      int64
	sealed       string             // SHA-256 of the stored chunk, once it was opened and found right
	doubted      map[doubtKey]int64 // doubts as they were when the row was locked
}

// TableName is handoff_chunks.
func (Chunk) TableName() string { return "handoff_chunks" }

// The states of a chunk.
const (
	chunkOpen   = "open"   // some messages wait or are being handed over
	chunkHanded = "handed" // all are out; receipts are awaited
	chunkDone   = "done"   // nothing more happens by itself
)

// refresh brings the figures of the row in line with its block.
func (c *Chunk) refresh() {
	t := c.Statuses.Tally()
	c.OpenCount, c.UnknownCount, c.Tally = t.Open(), t[Unknown], t.ByName()
	c.Reached = c.Count
	c.WaitsFor, c.HandingOn = 0, 0
	for i := len(c.Statuses) - 1; i >= 0; i-- {
		switch Status(c.Statuses[i]) {
		case Waiting:
			c.Reached = int64(i)
			if i < len(c.Facts) {
				c.WaitsFor |= 1 << (c.Facts[i] >> 5)
			}
		case Handing:
			c.Reached = int64(i)
			c.HandingOn |= channelBit(c.route(i))
		}
	}
	switch {
	case c.Reached < c.Count:
		c.State = chunkOpen
	case c.OpenCount > 0:
		c.State = chunkHanded
	default:
		c.State = chunkDone
	}
}

// unopened tells that nobody has looked into the chunk yet.
func (c *Chunk) unopened() bool {
	return c.State == chunkOpen && c.WaitsFor == 0 && c.HandingOn == 0
}

// channelBit is a channel's place in a set.
func channelBit(number int64) int64 { return 1 << number }

// route is the number of the channel by which message i left, 0 where it has not or where nobody wrote it down.
func (c *Chunk) route(i int) int64 {
	if i >= len(c.Routes) {
		return 0
	}
	return int64(c.Routes[i] & routeBits)
}

const (
	routeBits  = 0x3F // number of the channel by which a message left; 0: not yet
	countedBit = 0x80 // its recipient's sends count it, though it may have come back from the engine since
)

// leaves notes by which channel message i leaves; 0: it has come back.
func (c *Chunk) leaves(i int, number byte) {
	if i < len(c.Routes) {
		c.Routes[i] = c.Routes[i]&countedBit | number
	}
}

// maskPhone hides the middle of a number (P02).
func maskPhone(p string) string {
	if len(p) < 8 {
		return "****"
	}
	return p[:3] + strings.Repeat("*", len(p)-7) + p[len(p)-4:]
}
