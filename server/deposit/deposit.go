// Package deposit holds the security that contracts ask for: received with a receipt, kept as a liability, refunded at the
// end (B07). See README.md.
package deposit

import (
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/platform/series"
)

// Kind is what a move does.
type Kind string

// The kinds of moves.
const (
	Received  Kind = "received"
	Refunded  Kind = "refunded"
	Deducted  Kind = "deducted"  // kept for a breach, with evidence: damage, penalties
	SetOff    Kind = "set_off"   // pays what the contract owes
	Forfeited Kind = "forfeited" // kept at the end, for a cause that allows it
)

// State is where a move stands: whatever takes from a deposit waits for a second person.
type State string

// The states.
const (
	Requested State = "requested"
	Done      State = "done"
	Rejected  State = "rejected"
)

// Move is money that came in as deposit, goes back, or is kept.
type Move struct {
	ID             string `gorm:"primaryKey"`
	Number         string // R-YYYY-NNNNNN for a receipt, DR-… for a refund, DD-… for what is kept, DS-… for what is set off
	MoveKey        string // like a payment's: a bank reference counts once, in each direction
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Kind           Kind
	State          State
	AmountFen      money.Fen
	OnDate         caldate.Date // value date
	Method         payment.Method
	BankAccount    string
	Reference      string
	Reason         string
	RecordedBy     string
	RecorderName   string
	RecordedAt     caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	DocumentID     string // evidence
	PaymentID      string // what was set off, as a payment
}

// TableName is deposit_moves.
func (Move) TableName() string { return "deposit_moves" }

// Standing is a contract's deposit.
type Standing struct {
	Agreed money.Fen // by the contract's terms of today
	Held   money.Fen // by the ledger
	Moves  []Move
}

// Missing is what still has to come in.
func (s Standing) Missing() money.Fen { return max(s.Agreed-s.Held, 0) }

// Takes tells the kinds that lessen a deposit.
func (k Kind) Takes() bool { return k != Received }

// numbering is the series of numbers of a kind that is asked for, and their prefix.
// numbering has how moves are numbered; what is forfeited counts on with the deductions, what comes in has a receipt.
var numbering = map[Kind]series.Kind{
	Refunded:  {Name: "deposit-refund", Mark: "DR", Digits: 6},
	Deducted:  {Name: "deposit-deduction", Mark: "DD", Digits: 6},
	Forfeited: {Name: "deposit-deduction", Mark: "DD", Digits: 6},
	SetOff:    {Name: "deposit-setoff", Mark: "DS", Digits: 6},
}

// Rule says what becomes of a deposit when a contract has ended for a cause.
type Rule string

// The rules: paid back once everything is paid, or to be kept by a second person's decision.
const (
	Refund     Rule = "refund"
	MayForfeit Rule = "may_forfeit"
)

// RuleOf says what becomes of the deposit by the cause of the end (B07: no cause, refunded; a breach, kept). An end by time
// or agreement, by notice, force majeure or policy is no breach of the customer's. Whoever was late and paid up is in no
// breach either (billing.md): only the end for non-payment counts.
func RuleOf(cause contract.Cause) Rule {
	switch cause {
	case contract.Breach, contract.IllegalContent, contract.NotPaid, contract.Complaints:
		return MayForfeit
	}
	return Refund
}
