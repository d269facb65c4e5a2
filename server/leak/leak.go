// Package leak is the register of leaks of data: what got out, whose it is, whom it must be told to until when, and that it was
// (A28). See README.md.
package leak

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "leak", Mark: "SJ", Digits: 4}

// State is where a leak stands.
type State string

// The states.
const (
	Open      State = "open"      // known; it may still go on
	Contained State = "contained" // it is stopped
	Closing   State = "closing"   // somebody asks to close it; another person decides
	Closed    State = "closed"
)

// States lists them.
func States() []State { return []State{Open, Contained, Closing, Closed} }

var moves = map[State][]State{
	Open:      {Contained, Closing}, // closing an open one says that there was none
	Contained: {Closing},
	Closing:   {Open, Contained, Closed}, // sent back to where it was
	Closed:    {},
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Severity is how grave a leak is, after the grades of 国家网络安全事件报告管理办法: what is less than "relatively large" is general.
type Severity string

// The severities.
const (
	General Severity = "general"
	Large   Severity = "large" // relatively large and above: the short clock
)

// Severities lists them.
func Severities() []Severity { return []Severity{General, Large} }

// DataKinds lists the sorts of data that can get out.
func DataKinds() []string {
	return []string{"phones", "contents", "names", "identity", "contacts", "accounts", "licences", "bills"}
}

// Outcome is what a leak turned out to be.
type Outcome string

// The outcomes.
const (
	Undecided Outcome = ""
	Real      Outcome = "real"
	NoLeak    Outcome = "none" // nothing got out
)

// Leak is one leak of data. Instants are of the business clock; NoticedAt starts the clocks of the law.
type Leak struct {
	ID           string `gorm:"primaryKey"`
	Number       string // SJ-YYYY-NNNN, without gaps
	State        State
	Severity     Severity
	Title        string
	Description  string
	NoticedAt    caldate.Instant
	FromDay      caldate.Date // when it happened, as far as is known
	ToDay        caldate.Date
	DataKinds    []string `gorm:"serializer:json"`
	People       int64    // how many persons' data; 0: not known yet
	Cause        string
	Harm         string // what may come of it
	Measures     string // what was done against it, and what those concerned can do
	RecordedBy   string
	RecorderName string
	RecordedAt   caldate.Instant
	ContainedAt  caldate.Instant
	Outcome      Outcome
	Conclusion   string
	AskedBy      string
	AskerName    string
	AskedAt      caldate.Instant
	ClosedBy     string
	CloserName   string
	ClosedAt     caldate.Instant
	ClosingNote  string
	Version      int64
}

// TableName is leaks.
func (Leak) TableName() string { return "leaks" }

// Actions are what can be done next with a leak, by its state; who may is another question.
func (l *Leak) Actions(me string) []string {
	switch l.State {
	case Open:
		return []string{"edit", "contain", "tell", "duty", "ask_close"}
	case Contained:
		return []string{"edit", "tell", "duty", "ask_close"}
	case Closing:
		if l.AskedBy != me {
			return []string{"decide_close"}
		}
	}
	return []string{}
}
