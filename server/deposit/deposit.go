// Package deposit holds the security that contracts ask for: received with a receipt, kept as a liability, refunded at the
// end (B07). See README.md.
package deposit

import (
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/payment"
)

// Kind is what a move does.
type Kind string

// The kinds of moves.
const (
	Received Kind = "received"
	Refunded Kind = "refunded"
)

// State is where a move stands: a refund waits for a second person.
type State string

// The states.
const (
	Requested State = "requested"
	Done      State = "done"
	Rejected  State = "rejected"
)

// Move is money that came in as deposit or goes back.
type Move struct {
	ID             string `gorm:"primaryKey"`
	Number         string // R-YYYY-NNNNNN for a receipt, DR-YYYY-NNNNNN for a refund
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
	DecidedAt      caldate.Instant
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
