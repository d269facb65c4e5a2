// Package registration keeps the chain that carriers check since 2025: qualification → signature → message template → links and
// phone numbers in texts. Each is reviewed by us and filed with each carrier. See README.md.
package registration

import (
	"slices"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/licence"
)

// Kind is which link of the chain a record is.
type Kind string

// The kinds, in the order of the chain: a signature hangs on a qualification, the others on a signature.
const (
	Qualification Kind = "qualification" // 资质: licences, handler, letter of authorisation
	Signature     Kind = "signature"     // 签名
	Template      Kind = "template"      // 短信模板
	Link          Kind = "link"          // 引流链接: domain, address or short link
	Phone         Kind = "phone"         // 引流号码
)

// Kinds lists the kinds in the order of the chain.
func Kinds() []Kind { return []Kind{Qualification, Signature, Template, Link, Phone} }

// Parent is the kind on which a kind hangs; "" for the first of the chain.
func (k Kind) Parent() Kind {
	switch k {
	case Qualification:
		return ""
	case Signature:
		return Qualification
	}
	return Signature
}

var kindLabels = map[Kind][2]string{
	Qualification: {"资质", "qualification"}, Signature: {"签名", "signature"}, Template: {"模板", "template"}, Link: {"链接", "link"}, Phone: {"号码", "phone number"},
}

// Label is the kind in the words of people, Chinese and English.
func (k Kind) Label() (zh, en string) { return kindLabels[k][0], kindLabels[k][1] }

// State is where our own review of a record stands.
type State string

// The states of the review.
const (
	Submitted State = "submitted" // waits for a reviewer
	InReview  State = "in_review" // one has taken it
	Approved  State = "approved"
	Refused   State = "refused"
	Lapsed    State = "lapsed" // its letter of authorisation ended, or it was withdrawn
)

// States lists all states of the review.
func States() []State { return []State{Submitted, InReview, Approved, Refused, Lapsed} }

// moves is the state table of the review. A lapsed qualification comes back with a new letter.
var moves = map[State][]State{
	Submitted: {InReview},
	InReview:  {Submitted, Approved, Refused}, // Submitted: given back
	Approved:  {Lapsed},
	Lapsed:    {Submitted},
	Refused:   {},
}

// CanMove tells whether from → to is allowed.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Live tells whether a record in the state still stands for something: its text can't be registered a second time.
func (s State) Live() bool { return s != Refused }

// reviewTarget is how long a review should take at the most (L08).
const reviewTarget = 2 * time.Hour

// Record is one link of a customer's chain.
type Record struct {
	ID          string `gorm:"primaryKey"`
	CustomerID  string
	Kind        Kind
	ParentID    string // the record that it hangs on; "" for a qualification
	Text        string `gorm:"column:record_text"` // name of a qualification, signature without 【】, text with {1}, address, number
	Detail      Detail `gorm:"serializer:json"`
	DocumentID  string // proof of the right to it; for a qualification the letter of authorisation
	State       State
	LiveKey     *string      // customer, kind and text unless refused: unique
	OneKey      *string      // the qualification of a signature unless refused: unique, because one has one
	ValidTo     caldate.Date // last day of a qualification's letter of authorisation
	SubmittedBy string
	SubmittedAt caldate.Instant
	TakenBy     string // the reviewer, while in review
	TakenAt     caldate.Instant
	DecidedBy   string
	DecidedAt   caldate.Instant
	Reason      string       // of a refusal or lapse
	UsedOn      caldate.Date // when it was last sent with; the day of its approval until then

	CustomerName string `gorm:"->;-:migration"` // only in lists
	UsedByOthers int    `gorm:"->;-:migration"` // how many other customers have the same words approved: a reason to look twice
}

// TableName is registrations.
func (Record) TableName() string { return "registrations" }

// Due is until when the review should be done.
func (r *Record) Due() caldate.Instant {
	return caldate.InstantOf(r.SubmittedAt.Time().Add(reviewTarget))
}

// Detail is what a kind has beside its text.
type Detail struct {
	Licences   []licence.Kind `json:"licences,omitempty"`    // qualification: which licences it consists of
	Source     Source         `json:"source,omitempty"`      // signature
	SourceName string         `json:"source_name,omitempty"` // signature: of the company, app, trade mark …
	Name       string         `json:"name,omitempty"`        // template
	Category   string         `json:"category,omitempty"`    // template
	Variables  []Variable     `json:"variables,omitempty"`   // template
	Form       LinkForm       `json:"form,omitempty"`        // link
	Target     string         `json:"target,omitempty"`      // short link: where it leads
	Owner      string         `json:"owner,omitempty"`       // link, phone: whose it is
}

// Actions are what may be done next with the review of a record by a person, before capabilities. Nobody decides on what they
// submitted.
func Actions(r *Record, who actor.Actor) (review, submit []string) {
	others := who.UserID != r.SubmittedBy
	switch {
	case r.State == Submitted && others:
		review = []string{"take", "approve", "refuse"}
	case r.State == InReview && r.TakenBy == who.UserID:
		review = []string{"give_back", "approve", "refuse"}
	case r.State == Approved:
		review = []string{"withdraw"}
	case r.State == Lapsed && r.Kind == Qualification:
		submit = []string{"renew"}
	}
	return review, submit
}
