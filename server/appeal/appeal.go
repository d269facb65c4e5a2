// Package appeal keeps what customers object to: each refusal, suspension or restriction shows its reason, its evidence and its
// remedy, and somebody other than who decided it decides again (反电信网络诈骗法 32, A21). See README.md.
package appeal

import (
	"context"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "appeal", Mark: "AP", Digits: 6}

// State is where an appeal stands.
type State string

// The states.
const (
	Filed     State = "filed"
	Granted   State = "granted"
	Denied    State = "denied"
	Withdrawn State = "withdrawn"
)

// States lists them.
func States() []State { return []State{Filed, Granted, Denied, Withdrawn} }

var moves = map[State][]State{Filed: {Granted, Denied, Withdrawn}, Granted: {}, Denied: {}, Withdrawn: {}}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// DecideWithin is the time for a decision, in working days.
const DecideWithin = 3

// Kind is what can be appealed against.
type Kind string

// The kinds.
const (
	Batch        Kind = "batch"        // refused by rules or reviewers
	Suspension   Kind = "suspension"   // of a contract
	Registration Kind = "registration" // a signature, template, link, number or qualification that was refused or taken back
	Licence      Kind = "licence"      // refused or revoked
	Consent      Kind = "consent"      // a proof of consent that was refused
	Complaint    Kind = "complaint"    // that was upheld
	Stop         Kind = "stop"         // emergency stop of the customer, of a contract or of a signature
	Alert        Kind = "alert"        // stop by a rule of the watch
	Takedown     Kind = "takedown"     // everything stopped for illegal content
)

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{Batch, Suspension, Registration, Licence, Consent, Complaint, Stop, Alert, Takedown}
}

// Matter is what is appealed against, as its domain tells it to the customer: what was decided, why, on what evidence, and what ends it
// without an appeal.
type Matter struct {
	CustomerID  string
	ContractID  string
	Title       string // 批次 B20261122-0001 被拒绝
	TitleEn     string
	Reason      string
	ReasonEn    string // "" where a person wrote it
	Evidence    string
	EvidenceEn  string
	Remedy      string
	RemedyEn    string
	DeciderID   string // "" for the system
	DeciderName string
	Since       caldate.Instant
}

// Subject knows the matters of one kind. Matter gives ErrNothing where nothing was refused or it was lifted since. Against names what of
// the kind stands against a customer within the actor's scope, the newest first, most at the most. Redress does what a granted appeal
// means, in its transaction, and tells it in words.
type Subject interface {
	Matter(ctx context.Context, objectID string) (*Matter, error)
	Against(ctx context.Context, customerID string, most int) (objectIDs []string, err error)
	Redress(ctx context.Context, objectID, reason string) (zh string, err error)
}

// Restriction is a refusal, suspension or restriction that stands against a customer, with the newest appeal against it.
type Restriction struct {
	Kind     Kind
	ObjectID string
	Matter   Matter
	Appeal   *Appeal // nil: nobody has appealed
}

// Appeal is one objection.
type Appeal struct {
	ID           string `gorm:"primaryKey"`
	Number       string // AP-YYYY-NNNNNN, without gaps
	State        State
	Kind         Kind
	ObjectID     string
	CustomerID   string
	CustomerName string
	ContractID   string
	Title        string
	Reason       string // of the decision, as it was shown when the appeal was filed
	DeciderID    string
	DeciderName  string
	Grounds      string
	DocumentID   string
	FiledBy      string
	FilerName    string
	FiledAt      caldate.Instant
	DueOn        caldate.Date
	Answer       string
	Redress      string // what was done
	DecidedBy    string
	JudgeName    string
	DecidedAt    caldate.Instant
	OpenKey      *string // kind and object while it is open: one at a time
}

// TableName is appeals.
func (Appeal) TableName() string { return "appeals" }

// MayDecide tells whether somebody may decide: neither who decided before, nor who filed (A21).
func (a *Appeal) MayDecide(who actor.Actor) bool {
	return a.State == Filed && who.CustomerID == "" && who.UserID != "" && who.UserID != a.DeciderID && who.UserID != a.FiledBy
}
