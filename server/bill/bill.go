// Package bill makes the month's bills from terms and usage, once each, and keeps them as they were issued. See README.md.
package bill

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

// State is where a bill stands. It is computed from what is owed (dunning), never by a timer.
type State string

// The states. Paid means that nothing of it is open, late fee included.
const (
	Issued  State = "issued"
	Overdue State = "overdue"
	Paid    State = "paid"
	Void    State = "void" // taken back by a credit note over the whole of it
)

// States lists them in the order of a bill's life.
func States() []State { return []State{Issued, Overdue, Paid, Void} }

var moves = map[State][]State{
	Issued:  {Overdue, Paid, Void},
	Overdue: {Paid, Issued, Void},    // Issued: a back-dated correction took the ground away
	Paid:    {Issued, Overdue, Void}, // a payment was taken back, or more was charged by a note; Void: credited in whole after it was paid
	Void:    {},
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

// Conditions are the terms of the contract that matter after the issue, as they were on that day: a later change of the
// contract never changes what an issued bill costs when it is paid late.
type Conditions struct {
	ContractAmount money.Fen           `json:"contract_amount_fen"` // base of a flat late fee
	LateFee        plan.LateFee        `json:"late_fee"`
	Allocation     plan.Allocation     `json:"allocation"`
	SuspendAfter   int                 `json:"suspend_after_days"`
	Suspension     plan.SuspensionMode `json:"suspension"`
	SuspendFloor   money.Fen           `json:"suspend_floor_fen"`
	LateFeeTax     money.Decimal       `json:"late_fee_tax_rate"` // late fees are extra charges of the service (价外费用)
}

// Bill is a month's bill of a contract (B03). Facts were fixed at the issue and are covered by the hash; Status changes as
// it is paid or not.
type Bill struct {
	Facts
	Status
}

// Facts are what was issued.
type Facts struct {
	ID             string `gorm:"primaryKey"`
	BillKey        string // bill:<contract>:<month>:<revision>
	Number         string // B-YYYYMM-NNNNNN, by month of service
	ContractID     string
	ContractNumber string
	Kind           plan.Kind
	CustomerID     string
	CustomerName   string // as on the day of issue
	Month          caldate.Month
	Revision       int
	ServiceFrom    caldate.Date
	ServiceTo      caldate.Date
	IssuedOn       caldate.Date
	IssuedAt       caldate.Instant
	WindowFrom     caldate.Date // first day of the payment window
	DueOn          caldate.Date // last day on which payment is in time
	SuspendOn      caldate.Date // from 00:00 of this day the contract is suspended if anything is still owed
	NetFen         money.Fen
	TaxFen         money.Fen
	TotalFen       money.Fen
	UsedParts      int64
	LineItems      string // JSON of []plan.Line
	Conditions     string // JSON of Conditions
	Hash           string
}

// Status is what changes: derived from payments and days, and kept for lists.
type Status struct {
	State          State
	PaidFen        money.Fen // of the total
	LateFeeFen     money.Fen // accrued up to and including AccruedTo
	LateFeePaidFen money.Fen
	AccruedTo      caldate.Date
	PaidOn         caldate.Date // value date of the payment that closed it
	NotedFen       money.Fen    // debit notes less credit notes
	DisputedFen    money.Fen    // of what is open, disputed and not yet decided
	Amendments     int          // notes and disputes that there ever were; without any, there is nothing to look up
}

// TableName is bills.
func (Bill) TableName() string { return "bills" }

// Lines are the charges.
func (b *Bill) Lines() ([]plan.Line, error) {
	var out []plan.Line
	if err := json.Unmarshal([]byte(b.LineItems), &out); err != nil {
		return nil, fmt.Errorf("lines of bill %s: %w", b.Number, err)
	}
	return out, nil
}

// Terms are the conditions under which the bill was issued.
func (b *Bill) Terms() (Conditions, error) {
	var c Conditions
	if err := json.Unmarshal([]byte(b.Conditions), &c); err != nil {
		return c, fmt.Errorf("conditions of bill %s: %w", b.Number, err)
	}
	return c, nil
}

// Claim is a bill with its conditions read and with what happened to it since: what late fees and allocations are computed
// from.
type Claim struct {
	*Bill
	Terms    Conditions
	Notes    []Noted
	Disputes []Disputed
	Since    caldate.Date // from when payments go to it; the day of issue where zero. A bill that took the place of an earlier one inherits its day.
	Replaced bool         // another bill took its place under its due date: it owes nothing and never has
	Exempt   []Exempt     // days for which no late fee is charged: an exception was granted
}

// Exempt is a run of days, both included, on which a bill costs no late fee.
type Exempt struct {
	ContractID string // of one contract; empty: of all of the customer
	From, To   caldate.Date
}

// ExemptOn tells whether a day costs no late fee.
func (c Claim) ExemptOn(day caldate.Date) bool {
	for _, e := range c.Exempt {
		if day.In(e.From, e.To) {
			return true
		}
	}
	return false
}

// Noted is a note as far as claims care.
type Noted struct {
	On        caldate.Date // from 00:00 of this day it counts
	Amount    money.Fen    // negative for a credit
	DueOn     caldate.Date // debit notes: last day on which payment of it is in time
	SuspendOn caldate.Date // debit notes: the end of its own grace
}

// Disputed is a dispute as far as claims care.
type Disputed struct {
	Amount    money.Fen
	From      caldate.Date // from 00:00 of this day it is open
	To        caldate.Date // from 00:00 of this day it is decided; none while it is open
	Withdrawn bool         // decided so that it counts as if it had never been
}

// OpenOn tells whether the dispute is open on a day.
func (d Disputed) OpenOn(day caldate.Date) bool {
	return !day.Before(d.From) && (d.To.IsZero() || day.Before(d.To))
}

// Claim reads the conditions once. Notes and disputes are empty: Service.Claims fills them in.
func (b *Bill) Claim() (Claim, error) {
	t, err := b.Terms()
	return Claim{Bill: b, Terms: t}, err
}

// TotalOn is what the bill comes to on a day with the notes that count by then.
func (c Claim) TotalOn(day caldate.Date) money.Fen {
	total := c.TotalFen
	for _, n := range c.Notes {
		if !n.On.After(day) {
			total += n.Amount
		}
	}
	return total
}

// DueBy is what of the total on a day is due by a date: all but the debit notes that are due later.
func (c Claim) DueBy(due, day caldate.Date) money.Fen {
	total := c.TotalOn(day)
	for _, n := range c.Notes {
		if n.Amount > 0 && !n.On.After(day) && n.DueOn.After(due) {
			total -= n.Amount
		}
	}
	return total
}

// DisputedOn is how much of the bill is disputed on a day.
func (c Claim) DisputedOn(day caldate.Date) (sum money.Fen) {
	for _, d := range c.Disputes {
		if d.OpenOn(day) {
			sum += d.Amount
		}
	}
	return sum
}

// From is the day from which payments go to the bill.
func (c Claim) From() caldate.Date {
	if c.Since.IsZero() {
		return c.IssuedOn
	}
	return c.Since
}

// Owed is what is open of the bill: principal and late fee, disputed or not.
func (b *Bill) Owed() money.Fen {
	return b.Principal() + b.LateFeeFen - b.LateFeePaidFen
}

// Principal is what is open without late fees: the total with its notes, less what was paid of it.
func (b *Bill) Principal() money.Fen { return b.TotalFen + b.NotedFen - b.PaidFen }

// Seal is the hash over everything that was issued: two bills with one hash are the same bill (invariant 6).
func (b *Bill) Seal() string {
	h := sha256.Sum256([]byte(strings.Join([]string{
		b.ID, b.BillKey, b.Number, b.ContractID, b.ContractNumber, string(b.Kind), b.CustomerID, b.CustomerName, b.Month.String(), fmt.Sprint(b.Revision),
		b.ServiceFrom.String(), b.ServiceTo.String(), b.IssuedOn.String(), fmt.Sprint(b.IssuedAt.Ms()), b.WindowFrom.String(), b.DueOn.String(), b.SuspendOn.String(),
		fmt.Sprint(int64(b.NetFen)), fmt.Sprint(int64(b.TaxFen)), fmt.Sprint(int64(b.TotalFen)), fmt.Sprint(b.UsedParts), b.LineItems, b.Conditions,
	}, "\n")))
	return hex.EncodeToString(h[:])
}

// Key is a bill's business identity: it can be issued once.
func Key(contractID string, m caldate.Month, revision int) string {
	return fmt.Sprintf("bill:%s:%s:%d", contractID, m, revision)
}

// Numbers are of the bills, anew in each month of service.
var Numbers = series.Kind{Name: "bill", Mark: "B", Digits: 6}

// Part is money that reached a bill on a day.
type Part struct {
	On        caldate.Date
	Principal money.Fen
	LateFee   money.Fen
}

// Anomaly is something about a contract's month that a person should look at before issuing.
type Anomaly struct {
	ContractID     string    `json:"contract_id"`
	ContractNumber string    `json:"contract_number"`
	CustomerName   string    `json:"customer_name"`
	Code           string    `json:"code"` // no_usage, five_times, price_missing
	Zh             string    `json:"detail"`
	En             string    `json:"detail_en"`
	Amount         money.Fen `json:"amount_fen"`
}

// Failure is a contract for which no bill could be made; the others go on.
type Failure struct {
	ContractID     string `json:"contract_id"`
	ContractNumber string `json:"contract_number"`
	CustomerName   string `json:"customer_name"`
	Error          string `json:"error"` // Chinese, then code and English
}

// Item is one contract's line of a run's report.
type Item struct {
	ContractID     string    `json:"contract_id"`
	ContractNumber string    `json:"contract_number"`
	CustomerName   string    `json:"customer_name"`
	Total          money.Fen `json:"total_fen"`
	BillID         string    `json:"bill_id,omitempty"`
	BillNumber     string    `json:"bill_number,omitempty"`
	Anomalies      []string  `json:"anomalies"`
	Error          string    `json:"error,omitempty"`
}

// Report says what a run over a month did, or would do. Created + Skipped + Nothing + Failed = Expected.
type Report struct {
	ID        string          `json:"id"`
	Month     caldate.Month   `json:"month"`
	DryRun    bool            `json:"dry_run"`
	State     string          `json:"state"`        // running, done
	Expected  int64           `json:"expected"`     // contracts in force during the month
	Created   int64           `json:"created"`      // bills issued (or that would be)
	Skipped   int64           `json:"skipped"`      // billed by an earlier run
	Nothing   int64           `json:"nothing_owed"` // looked at and found to owe nothing
	FailedN   int64           `json:"failed"`
	Total     money.Fen       `json:"total_fen"`
	Failures  []Failure       `json:"failures"`
	Anomalies []Anomaly       `json:"anomalies"`
	Items     []Item          `json:"items"` // flagged ones first in importance: all of them up to a limit, of the others a sample
	StartedBy string          `json:"started_by"`
	StartedAt caldate.Instant `json:"started_at"`
	EndedAt   caldate.Instant `json:"finished_at"`

	on     caldate.Date // the day that its bills are dated
	after  string       // contracts up to this number have been looked at
	looked int64
	seq    int64 // of the last step
	listed bool  // the lists have grown since they were saved
}

// conditions takes from the terms what a bill keeps.
func conditions(t plan.Terms, service caldate.Date) Conditions {
	c := Conditions{ContractAmount: t.Amount, LateFee: t.LateFee, Allocation: t.Allocation, SuspendAfter: t.SuspendAfterDays(),
		Suspension: t.Suspension, SuspendFloor: t.SuspendFloor}
	if !t.LateFee.TaxFree {
		c.LateFeeTax = plan.TaxRate(t.Kind.Tax(), service)
	}
	return c
}
