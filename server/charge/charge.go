// Package charge keeps what goes on the next bill besides the plan: credits, compensation, fines passed on, penalties,
// visits, blocked submissions, one-off fees; each with its reason and evidence. See README.md.
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

// Kinds lists them in the order in which forms show them.
func Kinds() []Kind { return []Kind{Credit, Compensation, Fine, Penalty, Visit, OneOff, Blocked} }

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

// States lists all states in the order of a charge's life.
func States() []State { return []State{Requested, Pending, Billed, Rejected, Withdrawn} }

var moves = map[State][]State{
	Requested: {Pending, Rejected, Withdrawn},
	Pending:   {Billed, Withdrawn},
	Billed:    {}, // taken back by a credit or debit note alone
	Rejected:  {},
	Withdrawn: {},
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

// Charge is an extra on a bill.
type Charge struct {
	ID             string `gorm:"primaryKey"`
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Kind           Kind
	State          State
	AmountFen      money.Fen // positive; Signed turns it
	OnDate         caldate.Date
	Name           string
	Reason         string
	DocumentID     string
	TaxKind        plan.TaxKind
	Submitted      int64
	BlockedParts   int64
	Fault          bool
	OriginID       string // of a rest that was carried over: the bill month it comes from is in Reason
	RecordedBy     string
	RecorderName   string
	RecordedAt     caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	BillID         string // the bill that it stands on; empty where it was set off without one
	BillNumber     string
	BilledMonth    caldate.Month
}

// TableName is charges.
func (Charge) TableName() string { return "charges" }

// lowers tells the kinds that are in the customer's favour.
func (k Kind) lowers() bool { return k == Credit || k == Compensation }

// Signed is the amount as a bill adds it up.
func (c *Charge) Signed() money.Fen {
	if c.Kind.lowers() {
		return -c.AmountFen
	}
	return c.AmountFen
}

// Extra is the charge as the price of a month takes it; blocked submissions are no extra but usage (Blocked).
func (c *Charge) Extra() plan.Extra {
	return plan.Extra{Charge: lineOf[c.Kind], Name: c.Name, Note: c.Reason, Amount: c.Signed(), On: c.OnDate, Tax: c.TaxKind}
}

var lineOf = map[Kind]plan.Charge{Credit: plan.ChargeCredit, Compensation: plan.ChargeCredit, Fine: plan.ChargeFine, Penalty: plan.ChargeFine, Visit: plan.ChargeVisit, OneOff: plan.ChargeOneOff}

// NameOf is what a bill says where nobody gave a name.
func NameOf(k Kind) string {
	return map[Kind]string{
		Credit: "故障抵扣", Compensation: "赔偿", Fine: "罚款转付", Penalty: "违约金", Visit: "上门服务费", OneOff: "一次性费用", Blocked: "违规内容拦截",
	}[k]
}

// SecondPersonAbove is the amount from which credits, compensation, fines and penalties need a second person.
const SecondPersonAbove = money.Fen(500_00)

// needsSecond tells whether a charge waits for a second person.
func (in Input) needsSecond(limit money.Fen) bool {
	switch in.Kind {
	case Credit, Compensation, Fine, Penalty:
		return in.Amount > limit
	}
	return false
}

// needsEvidence tells the kinds that stand on a document (B13).
func (k Kind) needsEvidence() bool {
	switch k {
	case Credit, Compensation, Fine, Penalty:
		return true
	}
	return false
}

// OverCap tells by how much a compensation exceeds what the provider is liable for: the fees that the customer has paid, less
// what was compensated before (C12). For intent or gross negligence there is no cap.
func OverCap(amount, paid, before money.Fen, fault bool) money.Fen {
	if fault {
		return 0
	}
	return max(0, amount-max(0, paid-before))
}
