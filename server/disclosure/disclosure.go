// Package disclosure gives messages out to others, on a recorded ground only, approved by a second person, limited to what was
// asked for, as a signed file that ends by itself (A17, A31). See README.md.
package disclosure

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/recipient"
)

// Ground is why messages may be given out (A17). There is no other.
type Ground string

// The grounds.
const (
	LawfulRequest Ground = "lawful_request" // of a public-security, prosecuting or other authority that the law names, or a court
	Emergency     Ground = "emergency"      // danger to life or property; the papers may follow
	Rights        Ground = "rights"         // to protect rights of the provider or of others, in a dispute
	Consent       Ground = "consent"        // the customer agreed to giving out its own messages
)

// Grounds lists all grounds.
func Grounds() []Ground { return []Ground{LawfulRequest, Emergency, Rights, Consent} }

// State is where a disclosure stands.
type State string

// The states.
const (
	Requested State = "requested" // recorded; a second person decides
	Approved  State = "approved"  // the file is being made
	Ready     State = "ready"     // the file can be downloaded, until it expires
	Expired   State = "expired"   // the file's key was destroyed
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// States lists all states.
func States() []State { return []State{Requested, Approved, Ready, Expired, Refused, Withdrawn} }

var moves = map[State][]State{
	Requested: {Approved, Refused, Withdrawn},
	Approved:  {Ready},
	Ready:     {Expired},
}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// Measures of a disclosure.
const (
	// MaxPhones is how many numbers one disclosure may name.
	MaxPhones = 200
	// MaxMessages is how many messages one file may hold: more is asked for in several periods.
	MaxMessages = 1_000_000
	// fullChain is up to how many messages the file also holds the whole chain of evidence of each.
	fullChain = 5_000
	// DefaultDays is how long a file can be downloaded, MaxDays the longest that may be asked for.
	DefaultDays, MaxDays = 30, 90
	// papersWithin is how many days after an emergency the papers must be there.
	papersWithin = 3
)

// Scope limits what is given out: messages that meet all of it. The numbers are never in a row: they are sealed under the
// disclosure's own key.
type Scope struct {
	Phones     []string // none: every number
	CustomerID string   // "": every customer; only together with Phones
	Batches    []string // numbers of batches; none: every one
	First      caldate.Date
	Last       caldate.Date
}

// takes tells whether the scope covers a message of a day, customer and batch.
func (s *Scope) takes(on caldate.Date, customerID, batchNumber string) bool {
	return on.In(s.First, s.Last) && (s.CustomerID == "" || s.CustomerID == customerID) && (len(s.Batches) == 0 || slices.Contains(s.Batches, batchNumber))
}

// Masked is the numbers as the register shows them.
func (s *Scope) Masked() []string {
	out := make([]string, len(s.Phones))
	for i, p := range s.Phones {
		out[i] = recipient.Mask(p)
	}
	return out
}

// Disclosure is one entry of the register. Times are on the business clock.
type Disclosure struct {
	ID           string `gorm:"primaryKey"`
	Number       string // DS-2026-0001
	State        State
	Ground       Ground
	Requester    string // authority, court, customer, or who is in danger
	Officers     string // who acts for it, with their numbers of identification
	Contact      string
	Reference    string // number of the request
	ReceivedOn   caldate.Date
	Reason       string
	DocumentID   string       // the paper; an emergency's may follow
	PapersDueOn  caldate.Date // zero once they are there
	CustomerID   string
	CustomerName string
	FirstDay     caldate.Date
	LastDay      caldate.Date
	Batches      []string `gorm:"serializer:json"`
	MaskedPhones []string `gorm:"serializer:json"`
	SealedPhones string   // base64, under the key KeyID
	KeyID        string   // of phones and file; destroyed when it expires
	KeepDays     int64

	RequestedBy   string
	RequestedName string
	RequestedAt   caldate.Instant
	DecidedBy     string
	DecidedName   string
	DecidedAt     caldate.Instant
	DecideReason  string

	BlobKey   string // the sealed file
	Size      int64  // of the ZIP
	SHA256    string `gorm:"column:sha256"` // of the ZIP
	Messages  int64
	Purged    int64 // batches in the scope whose content is gone
	ReadyAt   caldate.Instant
	ExpiresOn caldate.Date // the last day on which it can be downloaded
	ExpiredAt caldate.Instant
	Version   int64
}

// TableName is disclosures.
func (Disclosure) TableName() string { return "disclosures" }

// Download is one time that the file was given out.
type Download struct {
	ID           string `gorm:"primaryKey"`
	DisclosureID string
	UserID       string
	UserName     string
	IP           string
	Purpose      string
	At           caldate.Instant
}

// TableName is disclosure_downloads.
func (Download) TableName() string { return "disclosure_downloads" }

// Actions are what can be done next with a disclosure, by its state; who may is another question.
func (d *Disclosure) Actions(me string) []string {
	switch d.State {
	case Requested:
		if d.RequestedBy == me {
			return []string{"withdraw"}
		}
		return []string{"approve", "refuse"}
	case Ready:
		return []string{"download"}
	}
	return []string{}
}
