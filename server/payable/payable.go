// Package payable keeps what we owe for ports that we buy: the carrier's monthly count beside ours, the difference, the
// approval by a second person and the payment (B11). See README.md.
package payable

import (
	"encoding/json"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

// State is where a payable stands.
type State string

// The states. Open: we know our count. Compared: the carrier's count and claim are entered. Approved: a second person has
// agreed. Paid: the money has left.
const (
	Open     State = "open"
	Compared State = "compared"
	Approved State = "approved"
	Paid     State = "paid"
)

// States lists all states in the order of life.
func States() []State { return []State{Open, Compared, Approved, Paid} }

var moves = map[State][]State{
	Open:     {Compared},
	Compared: {Compared, Approved},
	Approved: {Paid, Compared}, // the claim changed: it is compared anew
	Paid:     {},
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool {
	for _, s := range moves[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Payable is a month of a port agreement in which we are the buyer. TheirParts is the billing basis; ClaimedFen what the
// carrier's invoice says; ComputedFen what the agreement makes of TheirParts, OurFen of ours.
type Payable struct {
	ID             string `gorm:"primaryKey"`
	Number         string // P-YYYYMM-NNNNNN, gap-free per month of service
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Month          caldate.Month
	State          State
	OurParts       int64
	OurFen         money.Fen
	TheirParts     int64
	ComputedFen    money.Fen
	NetFen         money.Fen // of what was approved
	ClaimedFen     money.Fen
	LineItems      string // JSON of []plan.Line, by the carrier's count once that is there
	Note           string
	DocumentID     string // the carrier's statement
	DueOn          caldate.Date
	CreatedOn      caldate.Date
	ComparedBy     string
	ComparedAt     caldate.Instant
	ApprovedBy     string
	ApprovedAt     caldate.Instant
	PaidBy         string
	PaidOn         caldate.Date
	Reference      string
	Version        int64
}

// TableName is payables.
func (Payable) TableName() string { return "payables" }

// Difference is how many parts more the carrier counted than we.
func (p *Payable) Difference() int64 { return p.TheirParts - p.OurParts }

// Lines are the charges.
func (p *Payable) Lines() ([]plan.Line, error) {
	var out []plan.Line
	if err := json.Unmarshal([]byte(p.LineItems), &out); err != nil {
		return nil, fmt.Errorf("lines of payable %s: %w", p.Number, err)
	}
	return out, nil
}

var numbering = series.Kind{Name: "payable", Mark: "P", Digits: 6}

// Count is a carrier's monthly count of a port (a service code; "" for the whole agreement). It is the billing basis of port
// agreements on both sides.
type Count struct {
	ContractID  string        `gorm:"primaryKey"`
	Month       caldate.Month `gorm:"primaryKey"`
	Port        string        `gorm:"primaryKey"`
	Parts       int64
	DocumentID  string
	Note        string
	EnteredBy   string
	EntererName string
	EnteredAt   caldate.Instant
}

// TableName is carrier_counts.
func (Count) TableName() string { return "carrier_counts" }
