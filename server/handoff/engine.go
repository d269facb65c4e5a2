package handoff

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sealgate/server/caldate"
)

// Outgoing is one message on its way out. Key is `<batch>-<seq>`: an engine that knows it refuses or absorbs a repeat.
type Outgoing struct {
	Key    string
	Phone  string
	Text   string
	Sender string // the contract's service code (L07)
	Parts  int

	Carrier string // whose recipient it is; "" where nobody knows
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
	Code    string   // the engine's own, for the raw log
	Refs    []string // the other side's numbers of its parts, in their order, where its receipts name these and not our key
}

// Engine carries messages out. Send is called outside every transaction.
type Engine interface {
	// Kind is the kind of engine: "loopback", "kannel", "http", "nats", "smpp" or "cmpp".
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

// Call is a request of an engine's other side at our receipt endpoint.
type Call struct {
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
}

// Told is what a call says. A nonce that is not empty is taken once; the same call again is ErrReplayed.
type Told struct {
	Receipts []Receipt
	Replies  []Reply
	Nonce    string
}

// Listener is an engine that calls us with its receipts and replies. Hear fails where the call does not prove that it comes
// from there.
type Listener interface {
	Engine
	Hear(c Call) (Told, error)
}

// Sink takes what an engine's other side says in sessions of its own. What returned without an error is durable, and only
// then is it acknowledged.
type Sink interface {
	Receipts(ctx context.Context, rs []Receipt) error
	Replies(ctx context.Context, rs []Reply) error
}

// Runner is an engine with sessions of its own. Run keeps them up until ctx ends; one that returns earlier is started again.
type Runner interface {
	Engine
	Run(ctx context.Context, to Sink) error
}

// Asker is an engine that can be asked what became of messages. An answer of Accepted, or Refused, is the fate of the
// message; NotSent is a promise that it has never had it and will not take it any more from the call that was in doubt;
// Unclear means that it can't tell either. It is asked only SettledAfter the call.
type Asker interface {
	Engine
	Ask(ctx context.Context, keys []string) ([]Answer, error)
}

// SettledAfter is when a call that got no answer can no more be on its way, on the machine's clock.
const SettledAfter = 2 * time.Minute

// Reference names messages of one chunk without their content: what a queue carries to engines that read chunks themselves.
type Reference struct {
	BatchID    string `json:"batch"`
	ManifestID string `json:"manifest"`
	Chunk      int64  `json:"chunk"`
	SHA256     string `json:"sha256"` // of the stored chunk, as the manifest has it
	FirstSeq   int64  `json:"first"`
	Sender     string `json:"sender"`
	Members    []byte `json:"members"` // bit i: the message with number FirstSeq+i
}

// Referrer is an engine that takes references. Send is not called; an error means what it means there, and no error that all
// of it has been taken.
type Referrer interface {
	Engine
	Refer(ctx context.Context, r Reference) error
}

// Result is what a receipt says about a message or one part of it.
type Result uint8

// The results. Interim ones (buffered, accepted by the next exchange) are kept raw and change nothing.
const (
	Interim Result = iota
	Success
	Failure
	Lost // the engine itself does not know any more whether it left
)

// Receipt is one report of an engine. Part 0 speaks for the whole message, else parts count from 1. At is the business
// time from which usage is counted.
type Receipt struct {
	Key    string // empty where only Ref is known
	Ref    string // the other side's number, as in Answer.Refs
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
