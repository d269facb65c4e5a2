// Package charge keeps what goes on the next bill besides the plan: credits, fines passed on, penalties, visits, blocked
// submissions, one-off fees; each with its reason and evidence. See README.md.
package charge

import (
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Kind is what a charge is for.
type Kind string

// The kinds. Credit and Compensation lower the bill: their Amount is given as a positive number.
const (
	Credit       Kind = "credit"       // outage, goodwill
	Compensation Kind = "compensation" // for a breach of ours: checked against the liability cap (C12)
	Fine         Kind = "fine"         // of a carrier or authority, passed on
	Penalty      Kind = "penalty"      // by the contract
	Visit        Kind = "visit"        // maintenance
	Blocked      Kind = "blocked"      // a submission with forbidden content (B12): Submitted and BlockedParts instead of an amount
	OneOff       Kind = "one_off"
)

// State is where a charge stands.
type State string

// The states: a charge above the limit waits for a second person, then for the next bill.
const (
	Requested State = "requested"
	Pending   State = "pending"
	Billed    State = "billed"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
)

// Input is a charge as it is recorded. Amount is positive for every kind.
type Input struct {
	Kind         Kind
	Amount       money.Fen
	On           caldate.Date // day of service: the bill of its month, or the first one after it that is not issued yet
	Name         string       // what the bill says; a default by kind where empty
	Reason       string
	DocumentID   string // the evidence
	Tax          plan.TaxKind
	Submitted    int64 // Blocked: parts of the submission
	BlockedParts int64 // Blocked: parts of it that were blocked
	Fault        bool  // Compensation: intent or gross negligence of ours, for which the cap does not hold
}
