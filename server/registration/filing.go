package registration

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

var sheetNumbers = series.Kind{Name: "filing_sheet", Mark: "BP", Digits: 3}

// FilingState is where a filing stands with its carrier.
type FilingState string

// The states of a filing.
const (
	Queued    FilingState = "queued"    // waits for the next sheet; also while the carrier's desk is closed
	Sent      FilingState = "submitted" // stands on a sheet that went out
	Accepted  FilingState = "accepted"
	Rejected  FilingState = "refused"
	FilingEnd FilingState = "lapsed" // see Cause
)

// FilingStates lists all states of a filing.
func FilingStates() []FilingState { return []FilingState{Queued, Sent, Accepted, Rejected, FilingEnd} }

// filingMoves is the state table of a filing. What was refused or has lapsed is filed again as a new filing.
var filingMoves = map[FilingState][]FilingState{
	Queued:    {Sent, FilingEnd},
	Sent:      {Accepted, Rejected, FilingEnd},
	Accepted:  {FilingEnd},
	Rejected:  {},
	FilingEnd: {},
}

// CanFile tells whether from → to is allowed.
func CanFile(from, to FilingState) bool { return slices.Contains(filingMoves[from], to) }

// Open tells whether the carrier's answer is still to come.
func (s FilingState) Open() bool { return s == Queued || s == Sent }

// Cause says why a filing lapsed.
type Cause string

// The causes.
const (
	ByParent     Cause = "parent"    // what it hangs on lapsed
	ByLetter     Cause = "letter"    // the letter of authorisation ended
	ByUnused     Cause = "unused"    // a signature was not used for five months (L09)
	ByRules      Cause = "rules"     // the carrier changed its rules and wants it filed again
	ByCarrier    Cause = "carrier"   // the carrier took it back
	ByWithdrawal Cause = "withdrawn" // we withdrew the registration
	BySuccessor  Cause = "replaced"  // a later filing was accepted
)

// Filing is a record before one carrier, once: a second filing is another row.
type Filing struct {
	ID             string `gorm:"primaryKey"`
	Number         string // BB00000012: the reference in sheets and answers
	RegistrationID string
	CustomerID     string
	Kind           Kind
	Carrier        string
	Attempt        int64 // from 1
	State          FilingState
	OpenKey        *string // registration and carrier while queued or sent: unique
	HeldKey        *string // the same while accepted: unique
	Cause          Cause   // of a lapse
	Note           string  // what was mended before a second filing
	Reason         string  // the carrier's, of a refusal or lapse
	CarrierNumber  string  // under which the carrier keeps it
	SheetID        string
	SheetLine      int64
	QueuedAt       caldate.Instant
	SentAt         caldate.Instant
	DueOn          caldate.Date // when an answer is expected: so many working days after it was sent
	AnsweredAt     caldate.Instant
	AnsweredBy     string
	EndedAt        caldate.Instant // when it lapsed

	Text         string `gorm:"->;-:migration"` // of the record, in lists
	CustomerName string `gorm:"->;-:migration"`
}

// TableName is filings.
func (Filing) TableName() string { return "filings" }

// Overdue tells whether the carrier's answer is late on a day.
func (g *Filing) Overdue(today caldate.Date) bool { return g.State == Sent && today.After(g.DueOn) }

// Sheet is a filing sheet that went to a carrier: filings of one kind.
type Sheet struct {
	ID       string `gorm:"primaryKey"`
	Number   string // BP-20261122-001
	Carrier  string
	Kind     Kind
	Count    int64 `gorm:"column:filing_count"`
	DueOn    caldate.Date
	MadeBy   string
	MadeAt   caldate.Instant
	Answered int64 `gorm:"->;-:migration"` // how many of its filings have an answer; only in lists
}

// TableName is filing_sheets.
func (Sheet) TableName() string { return "filing_sheets" }

// Closure is a time in which a carrier's desk takes no filings, both days included.
type Closure struct {
	ID        string `gorm:"primaryKey"`
	Carrier   string
	FromDay   caldate.Date
	ToDay     caldate.Date
	Reason    string
	AddedBy   string
	AddedAt   caldate.Instant
	RemovedBy string
	RemovedAt caldate.Instant
}

// TableName is carrier_closures.
func (Closure) TableName() string { return "carrier_closures" }

// RuleChange is a change of a carrier's rules that wants accepted filings filed again: they lapse on EffectiveOn unless the
// second filing was accepted by then.
type RuleChange struct {
	ID          string `gorm:"primaryKey"`
	Carrier     string
	Kind        Kind
	EffectiveOn caldate.Date
	Note        string
	MadeBy      string
	MadeAt      caldate.Instant
	AppliedAt   caldate.Instant // when what was not filed again lapsed
	Queued      int64           // second filings that were queued
}

// TableName is carrier_rule_changes.
func (RuleChange) TableName() string { return "carrier_rule_changes" }

// Standing is what is to be said about a link of the chain before a carrier; "" says nothing: it is in order.
type Standing string

// The standings, which rules turn into reason codes (rules/chain.yaml).
const (
	InOrder        Standing = ""
	NotFiled       Standing = "not_filed"
	CarrierPending Standing = "carrier_pending"
	CarrierRefused Standing = "carrier_refused"
	HasLapsed      Standing = "lapsed"
	NoLicence      Standing = "licence" // a licence of the qualification is missing or has ended
)

// standing of a record before a carrier, by its own state and its filings there, newest attempt first; what it hangs on is asked apart.
func standing(state State, filings []Filing) Standing {
	switch {
	case state == Lapsed:
		return HasLapsed
	case state != Approved:
		return NotFiled
	case len(filings) == 0:
		return NotFiled
	case slices.ContainsFunc(filings, func(g Filing) bool { return g.State == Accepted }):
		return InOrder
	}
	switch filings[0].State {
	case Rejected:
		return CarrierRefused
	case FilingEnd:
		return HasLapsed
	}
	return CarrierPending
}

// MayRefile tells whether a record has a carrier to file it with again: one whose newest filing was refused or has lapsed. The filings are a
// record's, the newest attempt of each carrier first.
func MayRefile(r *Record, filings []Filing) bool {
	if r.State != Approved {
		return false
	}
	live := map[string]bool{}
	for _, g := range filings {
		live[g.Carrier] = live[g.Carrier] || g.State.Open() || g.State == Accepted
	}
	for _, l := range live {
		if !l {
			return true
		}
	}
	return false
}
