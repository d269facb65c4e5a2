// Package wallet keeps what customers have paid in advance: money and message credits apart. A batch reserves what it may
// cost, a receipt turns a part of that into a charge, what was not used is released; it never goes below zero. See README.md.
package wallet

import (
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

// Has tells whether contracts of a kind pay from a wallet.
func Has(k plan.Kind) bool { return k == plan.KindPrepaid || k == plan.KindCentre }

var (
	topUpNumbers = series.Kind{Name: "topup", Mark: "T", Digits: 6}
	moveNumbers  = series.Kind{Name: "wallet-move", Mark: "WM", Digits: 6} // of all other moves
)

// Method is how money came or left.
type Method string

// The methods, as for payments.
const (
	Transfer Method = "transfer"
	Cash     Method = "cash"
	Cheque   Method = "cheque"
)

// Zh is the method as receipts name it.
func (m Method) Zh() string {
	switch m {
	case Transfer:
		return "银行转账"
	case Cash:
		return "现金"
	case Cheque:
		return "支票"
	}
	return string(m)
}

// Kind is what a move does.
type Kind string

// The kinds of moves. Charges are no moves: they stand in the months (Month).
const (
	TopUp    Kind = "top_up"    // money, or credits with the fee paid for them
	GiveBack Kind = "give_back" // for a fault of ours (B08)
	Refund   Kind = "refund"    // money leaves to the customer's bank
	Offset   Kind = "offset"    // the rest pays what is owed, by way of the customer's balance
	Forfeit  Kind = "forfeit"   // the rest is lost by the cause of the end
	Lapse    Kind = "lapse"     // credits whose term has ended
	Convert  Kind = "convert"   // what was paid for credits that were not used becomes money again
)

// State is where a move stands: it waits for a second person, then it is done or rejected.
type State string

// The states.
const (
	Requested State = "requested"
	Done      State = "done"
	Rejected  State = "rejected"
)

var moves = map[State][]State{Requested: {Done, Rejected}, Done: {}, Rejected: {}}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool {
	for _, s := range moves[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Input is a top-up, a refund or something given back, as it is recorded.
type Input struct {
	Amount      money.Fen // money; with Messages: the fee that was paid for them, 0 where they come with something else
	Messages    int64     // message credits
	Method      Method    // transfer where empty
	BankAccount string    // ours; the provider's own where empty
	Reference   string    // of the bank: unique
	ValueDate   caldate.Date
	EndsOn      caldate.Date // last day on which the credits may be used; none: the term of the contract
	DocumentID  string       // the proof
	Note        string       // why; needed for what is given back and for refunds
}

// Decision is what a second person says to a move that waits.
type Decision struct {
	Confirm     bool
	Reason      string // needed for a rejection
	BankAccount string // of a refund that the system asked for: how the money leaves
	Reference   string
	Method      Method
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
	EndedOn           caldate.Date // the term has ended and the rest was settled on that day
}

// Available is the money that nothing is reserved for.
func (s Standing) Available() money.Fen { return max(0, s.Balance-s.Unposted-s.Reserved) }

// AvailableMessages are the credits that nothing is reserved for.
func (s Standing) AvailableMessages() int64 { return s.Messages - s.ReservedMessages }

// Move is a document of a wallet. Messages and amount are positive; the kind says which way they go.
type Move struct {
	ID             string `gorm:"primaryKey"`
	Number         string // T-YYYY-NNNNNN, gap-free: top-ups; WM-YYYY-NNNNNN: the others
	MoveKey        string // makes it recordable once: by the bank's reference, else by its number
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Kind           Kind
	State          State
	AmountFen      money.Fen
	Messages       int64
	OnDate         caldate.Date // value date; of credits: the day on which they were granted
	CreditsEnd     caldate.Date // last day of the credits; none: the contract's term
	Method         Method
	BankAccount    string
	Reference      string
	DocumentID     string
	Reason         string
	RecordedBy     string
	RecorderName   string
	RecordedAt     caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	CreditedOn     caldate.Date // the day from which it counts in the wallet
}

// TableName is wallet_moves.
func (Move) TableName() string { return "wallet_moves" }

// Lot is message credits that came together. What was paid for them is earned as they are used.
type Lot struct {
	ID           string `gorm:"primaryKey"`
	ContractID   string
	CustomerID   string
	MoveID       string
	Messages     int64
	Used         int64
	Lapsed       int64
	FeeFen       money.Fen // paid for all of them
	EarnedFen    money.Fen // of the fee, by what was used or has lapsed
	PostedFen    money.Fen // of that, in the ledger
	PostedNetFen money.Fen
	Postings     int64
	LastOn       caldate.Date
	GrantedOn    caldate.Date
	EndsOn       caldate.Date // none: the contract's term
}

// TableName is wallet_lots.
func (Lot) TableName() string { return "wallet_lots" }

// Left is how many may still be used.
func (l Lot) Left() int64 { return l.Messages - l.Used - l.Lapsed }

// earned is the part of the fee that belongs to so many credits.
func (l Lot) earned(used int64) money.Fen {
	if l.Messages == 0 {
		return 0
	}
	return l.FeeFen.MulDiv(used, l.Messages)
}

// Reservation is what a batch has set aside. Of Wanted parts, Settled have come to their end; Credits and MoneyParts are set
// aside for those that have not; Out of them are at the send engine. What is still missing is held.
type Reservation struct {
	ContractID    string `gorm:"primaryKey"`
	BatchID       string `gorm:"primaryKey"`
	State         string // open, closed
	Wanted        int64
	Settled       int64
	Credits       int64
	MoneyParts    int64
	UnitPrice     money.Decimal // the most that one part may cost
	ReservedFen   money.Fen     // MoneyParts at that price, rounded up
	OutParts      int64
	ChargedParts  int64
	ReleasedParts int64
	CreatedAt     caldate.Instant
	ClosedAt      caldate.Instant
}

// TableName is wallet_reservations.
func (Reservation) TableName() string { return "wallet_reservations" }

const (
	reservationOpen   = "open"
	reservationClosed = "closed"
)

// Open is how many parts something is set aside for.
func (r *Reservation) Open() int64 { return r.Credits + r.MoneyParts }

// Missing is how many parts nothing is set aside for yet.
func (r *Reservation) Missing() int64 { return max(0, r.Wanted-r.Settled-r.Open()) }

// Cost is the most that parts may cost at a unit price: rounded up, so that the wallet never owes a fen.
func Cost(parts int64, unit money.Decimal) money.Fen {
	exact := unit.MulInt(parts)
	c := exact.Fen()
	if exact.Cmp(c.Decimal()) > 0 {
		c++
	}
	return c
}

// Afford is how many parts an amount pays for at a unit price; unbounded where they cost nothing.
func Afford(amount money.Fen, unit money.Decimal, wanted int64) int64 {
	if unit.Sign() <= 0 {
		return wanted
	}
	if amount <= 0 {
		return 0
	}
	n := wanted
	if Cost(n, unit) <= amount {
		return n
	}
	lo, hi := int64(0), n // Cost(lo) fits, Cost(hi) does not
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if Cost(mid, unit) <= amount {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// shrink takes parts off a reservation, money first: credits are used before money, so what is given back is money.
func (r *Reservation) shrink(parts int64) {
	m := min(parts, r.MoneyParts)
	r.MoneyParts -= m
	r.Credits -= min(parts-m, r.Credits)
	r.reprice()
}

func (r *Reservation) reprice() { r.ReservedFen = Cost(r.MoneyParts, r.UnitPrice) }

// settle ends parts of a batch: what is set aside shrinks to what is still to come.
func (r *Reservation) settle(parts int64) int64 {
	n := min(parts, r.Wanted-r.Settled)
	r.Settled += n
	if over := r.Open() - (r.Wanted - r.Settled); over > 0 {
		r.shrink(over)
	}
	return n
}

// Month is what a wallet paid in a month of service. ChargedFen is the sum of the statement's lines: each rounded once, by
// the same prices as on a bill. OpenParts is what it did not cover: that goes on the month's bill.
type Month struct {
	ContractID    string        `gorm:"primaryKey"`
	Month         caldate.Month `gorm:"primaryKey"`
	MoneyParts    int64
	CreditParts   int64
	OpenParts     int64
	ChargedFen    money.Fen
	ChargedNetFen money.Fen
	PostedFen     money.Fen
	PostedNetFen  money.Fen
	Postings      int64
	LastOn        caldate.Date
	BilledMoney   int64 // MoneyParts and CreditParts as they were when the month was billed
	BilledCredit  int64
}

// TableName is wallet_months.
func (Month) TableName() string { return "wallet_months" }

// Day is what was used on a day, by who paid for it.
type Day struct {
	ContractID  string       `gorm:"primaryKey"`
	Day         caldate.Date `gorm:"primaryKey"`
	MoneyParts  int64
	CreditParts int64
	OpenParts   int64
}

// TableName is wallet_days.
func (Day) TableName() string { return "wallet_days" }

// Fate is what becomes of the money that is left when a contract has ended (B08).
type Fate string

// Refunded: paid back. OffsetFirst: what is owed is paid from it, the rest goes to the customer's balance. Forfeited: lost.
const (
	Refunded    Fate = "refund"
	OffsetFirst Fate = "offset"
	Forfeited   Fate = "forfeit"
)

// FateOf says what the cause of an end does to the rest. A contract that expired by itself has no cause.
func FateOf(c contract.Cause) Fate {
	switch string(c) {
	case "illegal_content", "breach", "policy":
		return Forfeited
	case "non_payment", "complaints":
		return OffsetFirst
	}
	return Refunded
}
