package handoff

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"sealgate/server/caldate"
)

// Outgoing is one message on its way out. Key is `<batch>-<seq>`: an engine that knows it refuses or absorbs a repeat.
type Outgoing struct {
	Key    string
	Phone  string
	Text   string
	Sender string // the contract's service code (L07)
	Parts  int
}

// Outcome is what an engine said about one message.
type Outcome uint8

// The outcomes of sending. Unclear is the honest answer after a timeout, a reset or a 5xx: it may have left.
const (
	Accepted Outcome = iota
	Refused          // surely not sent, and never will be: Code says why
	NotSent          // surely not sent, and may be tried again later (engine not reachable, over its limit)
	Unclear
)

// Answer is the outcome for one message, in the order of the call.
type Answer struct {
	Outcome Outcome
	Code    string // the engine's own, for the raw log
}

// Engine carries messages out. Send is called outside every transaction.
type Engine interface {
	// Kind is "loopback" or "kannel".
	Kind() string
	// Idempotent tells whether a repeated key is sent once. Where it isn't, whatever was in flight when a server died
	// becomes Unknown and is never sent again by itself.
	Idempotent() bool
	// Slice is how many messages to hand over at once: the stop button acts between slices.
	Slice() int
	// Send answers each message, in order. An error is about the call as a whole: nothing was sent.
	Send(ctx context.Context, messages []Outgoing) ([]Answer, error)
}

// Reporter is an engine that must be asked for its receipts; the others call us.
type Reporter interface {
	Engine
	// Reports gives receipts that are due and not yet confirmed, oldest first; more tells whether there are others.
	Reports(ctx context.Context) (receipts []Receipt, more bool, err error)
	// Confirm says that receipts have been booked. A kill before it repeats them, which changes nothing.
	Confirm(ctx context.Context, receipts []Receipt) error
}

// Listener is an engine that calls us with its receipts. Read fails where the call does not prove that it comes from there.
type Listener interface {
	Engine
	Read(q url.Values) (Receipt, error)
}

// Result is what a receipt says about a message or one part of it.
type Result uint8

// The results. Interim ones (buffered, accepted by the next exchange) are kept raw and change nothing.
const (
	Interim Result = iota
	Success
	Failure
)

// Receipt is one report of an engine. Part 0 speaks for the whole message, else parts count from 1. At is the business
// time from which usage is counted.
type Receipt struct {
	Key    string
	Part   int
	Result Result
	Code   string // raw: "DELIVRD", "MK:0001", ...
	At     caldate.Instant
}

// Key names message seq of a batch to engines.
func Key(batchID string, seq int64) string { return batchID + "-" + strconv.FormatInt(seq, 10) }

// ParseKey takes a key apart.
func ParseKey(key string) (batchID string, seq int64, err error) {
	id, n, ok := strings.Cut(key, "-")
	if !ok || id == "" || len(id) > 32 {
		return "", 0, ErrKey
	}
	if seq, err = strconv.ParseInt(n, 10, 64); err != nil || seq < 0 || n != strconv.FormatInt(seq, 10) {
		return "", 0, ErrKey
	}
	return id, seq, nil
}
