// Package mail sends by e-mail what customers were told in their inbox. See README.md.
package mail

import (
	"context"
	"time"

	"sealgate/server/caldate"
)

// State is where a mail stands.
type State string

// The states; see README.md.
const (
	Queued    State = "queued"
	Sent      State = "sent"
	Failed    State = "failed"
	NoAddress State = "no_address" // the customer has no contact with an address
	Returned  State = "returned"   // the server had taken it, but it came back: it proves nothing
)

// States lists them.
func States() []State { return []State{Queued, Sent, Failed, NoAddress, Returned} }

// Mail is the record of one e-mail and the proof of its delivery to the mail server.
type Mail struct {
	ID           string `gorm:"primaryKey"`
	NoticeID     string // each notice is mailed once
	Kind         string
	CustomerID   string
	ObjectType   string
	ObjectID     string
	Subject      string
	State        State
	Recipients   []string `gorm:"serializer:json"` // whom it went to
	Attachment   string   // file name of the PDF, if there was one
	Tries        int
	NextTryAt    caldate.Instant // machine time
	ClaimedUntil caldate.Instant // machine time
	MessageID    string          // the same in every try
	Response     string          // what the mail server said last
	CreatedAt    caldate.Instant
	DoneAt       caldate.Instant // machine time; when the server took it, or it was given up
}

// Letter is what is given to the mail server.
type Letter struct {
	To        []string
	Subject   string
	Text      string
	MessageID string // without the angle brackets
	File      *File
}

// File is an attachment.
type File struct {
	Name string
	Data []byte
}

// Sender gives letters to a mail server. Where it fails for good, the error is ErrRefused.
type Sender interface {
	// Domain is the right side of Message-IDs.
	Domain() string
	Send(ctx context.Context, letters []Letter) []Outcome
}

// Outcome is what became of one letter. Err is nil where the server took it.
type Outcome struct {
	Response string
	Err      error
}

// Attach makes the PDF that goes with a mail about an object; no name means none.
type Attach func(ctx context.Context, objectID string) (name string, pdf []byte, err error)

// pauses between tries; the last one repeats until maxTries.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

// maxTries spreads over two days.
const maxTries = 16

func pause(tries int) time.Duration {
	return pauses[min(max(tries-1, 0), len(pauses)-1)]
}
