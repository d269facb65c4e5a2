package contract

import "slices"

// State is where a contract stands in its life (C05).
type State string

// The states. Active and Suspended are the only ones in which the service is owed; nothing skips a state.
const (
	Draft             State = "draft"              // sales fill in the blanks
	UnderReview       State = "under_review"       // another person checks terms and text
	AwaitingSignature State = "awaiting_signature" // text frozen as a PDF; both sides sign exactly that
	Active            State = "active"
	Suspended         State = "suspended" // at least one reason is open
	Expired           State = "expired"   // the end date has passed
	Terminated        State = "terminated"
	Settled           State = "settled" // final bill made and nothing owed
	Closed            State = "closed"  // deposit returned too; only the records remain
)

// moves is the whole life of a contract. Every change of state goes through move (store.go), which refuses what is not
// here and writes the audit row.
var moves = map[State][]State{
	Draft:             {UnderReview},
	UnderReview:       {AwaitingSignature, Draft}, // approved · rejected
	AwaitingSignature: {Active, Draft},            // checklist complete · withdrawn before anyone signed
	Active:            {Suspended, Expired, Terminated},
	Suspended:         {Active, Expired, Terminated},
	Expired:           {Settled},
	Terminated:        {Settled},
	Settled:           {Closed},
	Closed:            {},
}

// States lists all states in the order of life.
func States() []State {
	return []State{Draft, UnderReview, AwaitingSignature, Active, Suspended, Expired, Terminated, Settled, Closed}
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Live tells whether the contract is in force: signed by both sides and not ended.
func (s State) Live() bool { return s == Active || s == Suspended }

// Ended tells whether the service has stopped for good.
func (s State) Ended() bool {
	return s == Expired || s == Terminated || s == Settled || s == Closed
}

// Reason is why a contract is suspended. Each is set and lifted on its own (B06): paying does not lift a lapsed licence.
type Reason string

// The reasons for a suspension.
const (
	NonPayment Reason = "non_payment" // overdue beyond the grace; dunning sets and lifts it
	Licence    Reason = "licence"     // a required licence is not valid (L03)
	Data       Reason = "data"        // registration data incomplete or wrong (L04)
	Behaviour  Reason = "behaviour"   // unusual volume, complaints
	Content    Reason = "content"     // illegal content (A10)
)

// Reasons lists all reasons.
func Reasons() []Reason { return []Reason{NonPayment, Licence, Data, Behaviour, Content} }

// Valid tells whether r is one of the listed reasons.
func (r Reason) Valid() bool { return slices.Contains(Reasons(), r) }

// Side is one of the two parties to a contract.
type Side string

// The sides. Which of them is 甲方 and which 乙方 is the template's.
const (
	CustomerSide Side = "customer"
	ProviderSide Side = "provider"
)

// Cause is why a contract was ended before its end date (C09).
type Cause string

// The causes of termination.
const (
	Mutual         Cause = "mutual"
	Notice         Cause = "notice"
	Breach         Cause = "breach"
	Insolvency     Cause = "insolvency"
	ForceMajeure   Cause = "force_majeure"
	Policy         Cause = "policy"
	IllegalContent Cause = "illegal_content"
	NotPaid        Cause = "non_payment"
	Complaints     Cause = "complaints"
	Completed      Cause = "completed" // the agreed event has come: work completed, data and fees confirmed jointly (C17)
)

// Causes lists all causes.
func Causes() []Cause {
	return []Cause{Mutual, Notice, Breach, Insolvency, ForceMajeure, Policy, IllegalContent, NotPaid, Complaints, Completed}
}
