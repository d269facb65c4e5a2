// Package simulate runs contracts through the real services on a database and a clock of their own, day by day, and tells
// what happened: the trial (试算) of a contract before it is signed, an auditor's replay, the oracle of many tests. See
// README.md and docs/simulate.md.
package simulate

import (
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Scenario is what a file asks for: contracts that are taken as signed, what happens to them, and the last day.
type Scenario struct {
	Contracts []Contract
	Events    []Event
	Until     caldate.Date // the last day that is run, whole
}

// Contract is an agreement of the scenario.
type Contract struct {
	ID         string // its name within the file
	Customer   string // contracts of one customer share balance and allocation
	Start, End caldate.Date
	Terms      plan.Terms
}

// Event is something that happens on a day; exactly one of the pointers (or flags) is set.
type Event struct {
	Index    int // place in the file's list, from 0: what `refused` names
	Line     int
	On       caldate.Date
	Second   int    // of the day; noon where the file says nothing
	Contract string // id; empty for events of a customer
	Customer string // name; that of the contract where the event has one

	Usage     *Usage
	Pay       *Pay
	Change    *plan.Patch // change_plan
	TopUp     *TopUp
	Send      *int64
	Credit    *money.Fen
	Fine      *money.Fen
	Visit     *money.Fen
	Blocked   *Blocked
	Dispute   *Dispute
	Objection *contract.Side // object_renewal
	Terminate *Termination
	Cure      bool
	Amend     *Supplement
	Licence   *Licence
	Reason    string // what the file says of the reason, for papers
}

// Usage are delivered message parts, as receipts count them.
type Usage struct {
	Parts   int64
	Carrier string
	Port    string // of a port agreement with several; unknown where empty
}

// Pay is money of a customer; it counts from its value date. With DueBy it is whatever is open at that moment of the
// customer's bills that are due by that day, and nothing where nothing is; files name an amount.
type Pay struct {
	Amount    money.Fen
	DueBy     caldate.Date
	ValueDate caldate.Date
}

// TopUp is money or message credits for a wallet.
type TopUp struct {
	Amount   money.Fen
	Messages int64
}

// Blocked is a submission of which a part was not sent because of its content.
type Blocked struct{ Submitted, Blocked int64 }

// Dispute opens a dispute about a bill, or resolves the open one.
type Dispute struct {
	Month   caldate.Month // of the bill; none: the contract's newest open dispute
	Amount  money.Fen
	Open    bool
	Outcome string // upheld, withdrawn; empty while it stays open
}

// Termination is how a contract is ended.
type Termination struct {
	Cause   contract.Cause
	LastDay caldate.Date
}

// Supplement is new terms from a day on.
type Supplement struct {
	Patch     plan.Patch
	Effective caldate.Date
	Until     caldate.Date
}

// Licence is a period of validity; the first one of a kind makes it required.
type Licence struct {
	Kind     licence.Kind
	From, To caldate.Date // no To: without end
}

// noon is when an event happens that names no time of day.
const noon = 12 * 3600
