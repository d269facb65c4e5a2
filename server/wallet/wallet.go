// Package wallet keeps what customers have paid in advance: money and message credits apart. A batch reserves what it may
// cost, a receipt turns a part of that into a charge, what was not used is released; it never goes below zero. See README.md.
package wallet

import (
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Has tells whether contracts of a kind pay from a wallet.
func Has(k plan.Kind) bool { return k == plan.KindPrepaid || k == plan.KindCentre }

// Method is how the money of a top-up came.
type Method string

// The methods, as for payments.
const (
	Transfer Method = "transfer"
	Cash     Method = "cash"
	Cheque   Method = "cheque"
)

// State is where a top-up or a refund stands: it waits for a second person, then it is done or rejected.
type State string

// The states.
const (
	Requested State = "requested"
	Done      State = "done"
	Rejected  State = "rejected"
)

// Input is a top-up as it is recorded: money, or message credits and the fee that was paid for them (0 where they come
// with something else). EndsOn is the last day on which the credits may be used; none means the term of the contract.
type Input struct {
	Amount      money.Fen
	Messages    int64
	Method      Method // transfer where empty
	BankAccount string // ours, that the money arrived on; the provider's own where empty
	Reference   string // of the bank: unique
	ValueDate   caldate.Date
	EndsOn      caldate.Date
	DocumentID  string // the proof
	Note        string
}

// Standing is what a wallet holds. Balance is by the ledger; Unposted was charged by receipts and goes to the ledger within
// a minute; Reserved and ReservedMessages are the open maximum cost of batches.
type Standing struct {
	ContractID        string
	CustomerID        string
	Balance           money.Fen
	Unposted          money.Fen
	Reserved          money.Fen
	Messages          int64 // credits left, reserved ones included
	ReservedMessages  int64
	Threshold         money.Fen // a notice goes out when less than this is available; 0: none
	ThresholdMessages int64
	Low               bool
	Closed            bool // the term has ended and the rest was settled
}

// Available is the money that nothing is reserved for.
func (s Standing) Available() money.Fen { return s.Balance - s.Unposted - s.Reserved }

// AvailableMessages are the credits that nothing is reserved for.
func (s Standing) AvailableMessages() int64 { return s.Messages - s.ReservedMessages }
