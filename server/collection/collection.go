// Package collection keeps debts that were handed to legal collection: file, costs, outcome, write-off, recovery (B19). See
// README.md.
package collection

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/series"
)

var (
	caseNumbers     = series.Kind{Name: "collection", Mark: "LC", Digits: 6}
	writeOffNumbers = series.Kind{Name: "write-off", Mark: "WO", Digits: 6}
)

// State is where a case stands.
type State string

// The states. A written-off debt may still bring money in.
const (
	Open       State = "open"
	Collected  State = "collected"   // nothing is owed any more
	WrittenOff State = "written_off" // nobody will pay the rest
	Withdrawn  State = "withdrawn"   // taken back from collection
)

// States lists them.
func States() []State { return []State{Open, Collected, WrittenOff, Withdrawn} }

var moves = map[State][]State{
	Open:       {Collected, WrittenOff, Withdrawn},
	WrittenOff: {},
	Collected:  {}, Withdrawn: {},
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Outcome is how the matter ended before a court or an agency.
type Outcome string

// The outcomes.
const (
	Undecided   Outcome = ""
	Judgment    Outcome = "judgment"     // a court decided for us
	Settlement  Outcome = "settlement"   // an agreement, perhaps by instalments
	PaidUp      Outcome = "paid"         // the customer paid
	Lost        Outcome = "lost"         // a court decided against us
	Insolvent   Outcome = "insolvent"    // nothing to be had
	Untraceable Outcome = "untraceable"  // the debtor can't be found
	NotWorthIt  Outcome = "not_worth_it" // costs above the debt
	Enforcement Outcome = "enforcement"  // being enforced
)

// Outcomes lists them.
func Outcomes() []Outcome {
	return []Outcome{Judgment, Settlement, Enforcement, PaidUp, Lost, Insolvent, Untraceable, NotWorthIt}
}

// Case is a contract's debt in collection.
type Case struct {
	ID             string `gorm:"primaryKey"`
	Number         string // LC-YYYY-NNNNNN, without gaps
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	State          State
	Agency         string // law firm or agency
	AgencyContact  string
	HandedOn       caldate.Date
	PrincipalFen   money.Fen // owed on that day
	LateFeeFen     money.Fen
	Reason         string
	DocumentID     string // the file that was handed over
	Outcome        Outcome
	OutcomeOn      caldate.Date
	CostsFen       money.Fen
	WrittenOffFen  money.Fen
	RecoveredFen   money.Fen // of what had been written off
	OpenedBy       string
	OpenerName     string
	OpenedAt       caldate.Instant
	ClosedOn       caldate.Date
	OpenKey        *string // the contract while it is open: one case at a time
}

// TableName is collection_cases.
func (Case) TableName() string { return "collection_cases" }

// Kind is what an event of a case is.
type Kind string

// The kinds.
const (
	Note     Kind = "note" // a call, a letter, a hearing
	Cost     Kind = "cost" // paid by us: fees of court, lawyer, enforcement
	Result   Kind = "outcome"
	WriteOff Kind = "write_off" // waits for a second person
	Recovery Kind = "recovery"  // money for what had been written off
	Close    Kind = "close"
)

// EventState is where an event stands: a write-off waits for a second person.
type EventState string

// The states.
const (
	Requested EventState = "requested"
	Done      EventState = "done"
	Rejected  EventState = "rejected"
)

// Event is something that happened in a case.
type Event struct {
	ID             string `gorm:"primaryKey"`
	CaseID         string
	CustomerID     string
	Kind           Kind
	State          EventState
	OnDate         caldate.Date
	AmountFen      money.Fen
	Note           string
	DocumentID     string
	Number         string // WO-YYYY-NNNNNN of a write-off
	PaymentID      string // what the write-off closed, or the money that was recovered
	RecordedBy     string
	RecorderName   string
	RecordedAt     caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
}

// TableName is collection_events.
func (Event) TableName() string { return "collection_events" }
