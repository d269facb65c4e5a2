// Package complaint keeps what recipients complain of: the ticket with its clocks, the message that it is about, the customer's
// answer, and the thresholds that repeated complaints cross (A14, A15, A24, A30). See README.md.
package complaint

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "complaint", Mark: "CP", Digits: 6}

// State is where a complaint stands.
type State string

// The states.
const (
	Open      State = "open"      // with us
	Forwarded State = "forwarded" // with the customer, who has until AnswerBy
	Answered  State = "answered"  // the customer has answered; we close it
	Closed    State = "closed"    // the recipient has our answer
)

// States lists them.
func States() []State { return []State{Open, Forwarded, Answered, Closed} }

var moves = map[State][]State{
	Open:      {Forwarded, Closed},
	Forwarded: {Answered, Closed},
	Answered:  {Forwarded, Closed}, // an answer that is none goes back
	Closed:    {},
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Source is how a complaint reached us.
type Source string

// Sources lists them: by phone, through the portal, from a carrier's file, from the 12321 centre or an authority.
func Sources() []Source { return []Source{"phone", "portal", "carrier", "authority"} }

// Kind is what is complained of.
type Kind string

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{"unwanted", "no_way_out", "content", "fraud", "frequency", "fees", "other"}
}

// Outcome is how a complaint was decided.
type Outcome string

// The outcomes. What was dismissed does not count against the customer.
const (
	Undecided Outcome = ""
	Upheld    Outcome = "upheld"
	Dismissed Outcome = "dismissed"
)

// The clocks, in working days with make-up days counted (通信短信息服务管理规定 gives 15 days for the answer).
const (
	AnswerWithin   = 15 // the recipient has our answer
	CustomerWithin = 3  // the customer answers us (A30)
	warnBefore     = 3  // we are reminded
)

// Complaint is one complaint of a recipient. The number stands in it as the HMAC by which lists know it, and sealed with what
// the recipient said, for those who may look.
type Complaint struct {
	ID           string `gorm:"primaryKey"`
	Number       string // CP-YYYY-NNNNNN, without gaps
	State        State
	Source       Source
	Kind         Kind
	Carrier      string
	CarrierRef   *string // the carrier's own number: one that comes again is known; nil where there is none
	PhoneHash    string
	Sealed       string // number and words, under DataKeyID
	DataKeyID    string
	PhoneMasked  string       `gorm:"-"`
	Text         string       `gorm:"-"`
	ReceivedOn   caldate.Date // by us or the carrier: the clock of 15 working days starts
	MessageOn    caldate.Date // on which the message came, as the recipient remembers; zero: not told
	CustomerID   string       // "" until the sender is known
	CustomerName string
	ContractID   string
	BatchID      string // the message, once it is found
	Seq          int64
	Signature    string
	DueOn        caldate.Date
	AnswerBy     caldate.Date // by the customer
	ForwardedAt  caldate.Instant
	Answer       string // the customer's
	AnsweredAt   caldate.Instant
	AnswererName string
	RepeatOf     string // the earlier complaint of this recipient about this customer
	ByDelay      bool   // repeated because the earlier one was not dealt with in time: counted apart (A30)
	Blocked      string // "customer" or "all": on which list the recipient was put at once (A14)
	Outcome      Outcome
	Result       string // what the recipient was told
	ClosedOn     caldate.Date
	CloserID     string
	CloserName   string
	DocumentID   string
	RecordedBy   string
	RecorderName string
	RecordedAt   caldate.Instant
	Version      int64
}

// TableName is complaints.
func (Complaint) TableName() string { return "complaints" }

// Overdue tells whether the recipient waits longer than the law allows.
func (c *Complaint) Overdue(today caldate.Date) bool {
	return c.State != Closed && today.After(c.DueOn)
}

// Late tells whether the customer has let its own deadline pass.
func (c *Complaint) Late(today caldate.Date) bool {
	return c.State == Forwarded && today.After(c.AnswerBy)
}

// Actions are what may be done next by us and by the customer.
func (c *Complaint) Actions() (ours, theirs []string) {
	switch c.State {
	case Open:
		ours = []string{"find", "close"}
		if c.CustomerID != "" {
			ours = append(ours, "forward")
		}
	case Forwarded:
		ours, theirs = []string{"find", "close"}, []string{"answer"}
	case Answered:
		ours = []string{"forward", "close"}
	}
	return ours, theirs
}
