// Package statement makes the monthly statements of service data and fees (对账单, B10) and takes the customers' answers.
// See README.md.
package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

// State is what the customer has said of a statement.
type State string

// The states. A disputed statement may be confirmed once its disputes are decided.
const (
	Sent      State = "sent"
	Confirmed State = "confirmed"
	Disputed  State = "disputed"
)

// States lists them in the order of a statement's life.
func States() []State { return []State{Sent, Disputed, Confirmed} }

var moves = map[State][]State{Sent: {Confirmed, Disputed}, Disputed: {Confirmed, Disputed}}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool {
	for _, s := range moves[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Statement is a contract's month as it was known on the 1st after it. Facts are hashed and never changed: what is found out
// later stands on the next one as a correction of earlier months.
type Statement struct {
	ID             string `gorm:"primaryKey"`
	StatementKey   string // statement:<contract>:<month>: made once
	Number         string // S-YYYYMM-NNNNNN, by month of service, without gaps
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Month          caldate.Month
	MadeOn         caldate.Date
	MadeAt         caldate.Instant
	BillID         string // the month's bill; empty where none was owed
	UsedParts      int64
	BroughtFen     money.Fen // owed when the month began, as the statement before carried it
	CorrectedFen   money.Fen // entries for earlier months that came after the statement before
	ChargedFen     money.Fen // bills and debit notes dated in the month
	LateFeeFen     money.Fen // late fees of days of the month
	CreditedFen    money.Fen // credit notes dated in the month
	PaidFen        money.Fen // money that reached bills in the month
	CarriedFen     money.Fen // owed when the month ended: brought + corrected + charged + late fee − credited − paid
	NewFen         money.Fen // the month's bill, issued after its end
	LateOpenFen    money.Fen // of what is owed when it was made: late fees
	Content        string    // JSON of Content
	Hash           string

	State       State
	DecidedBy   string
	DeciderName string
	DecidedAt   caldate.Instant
	ByCustomer  bool // the customer answered here; otherwise we entered the answer
	Remark      string
}

// TableName is statements.
func (Statement) TableName() string { return "statements" }

// Content is the body of a statement.
type Content struct {
	Usage   []Usage  `json:"usage"`
	Bill    *Bill    `json:"bill,omitempty"` // the month's
	Moves   []Move   `json:"moves"`
	Open    []Bill   `json:"open_bills"` // what is owed when the statement is made, the oldest first
	Charges []Charge `json:"charges"`    // lines of the month's bill
}

// Usage is what was delivered on a day.
type Usage struct {
	Day   caldate.Date     `json:"day"`
	Parts int64            `json:"parts"`
	By    map[string]int64 `json:"by_carrier,omitempty"`
}

// Charge is a line of the month's bill.
type Charge struct {
	Line      int           `json:"line"`
	Charge    plan.Charge   `json:"charge"`
	Name      string        `json:"name"`
	Note      string        `json:"note,omitempty"`
	Quantity  string        `json:"quantity"`
	Unit      string        `json:"unit"`
	UnitPrice string        `json:"unit_price"`
	Amount    money.Fen     `json:"amount_fen"`
	TaxRate   money.Decimal `json:"tax_rate"`
	Tax       money.Fen     `json:"tax_fen"`
}

// Bill is a bill as it stood when the statement was made.
type Bill struct {
	ID       string        `json:"id"`
	Number   string        `json:"number"`
	Month    caldate.Month `json:"month"`
	DueOn    caldate.Date  `json:"due_on"`
	Total    money.Fen     `json:"total_fen"` // with its notes
	Paid     money.Fen     `json:"paid_fen"`
	LateFee  money.Fen     `json:"late_fee_fen"` // owed of it
	Open     money.Fen     `json:"open_fen"`     // principal and late fee
	Disputed money.Fen     `json:"disputed_fen,omitempty"`
	State    string        `json:"state"`
}

// Move is what changed the balance on a day; late fees of a bill stand as one. Entries are the keys of the ledger entries behind it.
type Move struct {
	On      caldate.Date `json:"on"`
	To      caldate.Date `json:"to,omitzero"` // last day, where it stands for several
	Kind    ledger.Kind  `json:"kind"`
	Number  string       `json:"number"` // of the document
	Amount  money.Fen    `json:"amount_fen"`
	Entries []string     `json:"entries"`
}

// Body reads the content.
func (s *Statement) Body() (Content, error) {
	var c Content
	if err := json.Unmarshal([]byte(s.Content), &c); err != nil {
		return c, fmt.Errorf("content of statement %s: %w", s.Number, err)
	}
	return c, nil
}

// Seal is the hash over everything that the customer was told.
func (s *Statement) Seal() string {
	parts := []string{s.ID, s.StatementKey, s.Number, s.ContractID, s.ContractNumber, s.CustomerID, s.CustomerName, s.Month.String(), s.MadeOn.String(), fmt.Sprint(s.MadeAt.Ms()), s.BillID, fmt.Sprint(s.UsedParts)}
	for _, f := range []money.Fen{s.BroughtFen, s.CorrectedFen, s.ChargedFen, s.LateFeeFen, s.CreditedFen, s.PaidFen, s.CarriedFen, s.NewFen, s.LateOpenFen} {
		parts = append(parts, fmt.Sprint(int64(f)))
	}
	h := sha256.Sum256([]byte(strings.Join(append(parts, s.Content), "\n")))
	return hex.EncodeToString(h[:])
}

// Adds tells whether the figures add up to what is carried.
func (s *Statement) Adds() bool {
	return s.BroughtFen+s.CorrectedFen+s.ChargedFen+s.LateFeeFen-s.CreditedFen-s.PaidFen == s.CarriedFen
}

// Key makes a statement of a contract and month makeable once.
func Key(contractID string, m caldate.Month) string {
	return "statement:" + contractID + ":" + m.String()
}

var numbering = series.Kind{Name: "statement", Mark: "S", Digits: 6}

// NotWaived is what every statement says about late fees: they are a claim of their own (billing.md).
const NotWaived = "滞纳金按合同约定逐日计算，是独立的债权。本对账单未列明、未催收或未要求支付滞纳金，均不构成对滞纳金的放弃或减免；本金付清后，已产生的滞纳金仍应支付。"

// add puts a movement of the receivable where it belongs.
func (s *Statement) add(k ledger.Kind, amount money.Fen) {
	switch k {
	case ledger.KindBill, ledger.KindDebitNote:
		s.ChargedFen += amount
	case ledger.KindLateFee, ledger.KindReversal:
		s.LateFeeFen += amount
	case ledger.KindCreditNote:
		s.CreditedFen -= amount
	default: // money, a deposit that was set off, a debt that was written off
		s.PaidFen -= amount
	}
}

// empty tells a month in which nothing was, is or will be.
func (s *Statement) empty(c Content) bool {
	return s.UsedParts == 0 && s.BroughtFen == 0 && s.CorrectedFen == 0 && s.CarriedFen == 0 && s.BillID == "" && len(c.Moves) == 0
}
