// Package contract keeps agreements from the first draft to the closed file: terms, review, signing, coming into force,
// suspension by reasons, the end. See README.md.
package contract

import (
	"sealgate/server/caldate"
	"sealgate/server/licence"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "contract", Mark: "HT", Digits: 6}

// Kind is one of the six agreements.
type Kind = plan.Kind

// Contract is an agreement with a customer.
type Contract struct {
	ID              string `gorm:"primaryKey"`
	Number          string // HT-2026-000001, gap-free per year of registration (C02)
	Kind            Kind
	CustomerID      string
	CustomerName    string // as the contract says: the customer's record may change later
	OwnerID         string // the sales person whose customer it was at registration
	TemplateID      string
	TemplateVersion int
	PlanVersionID   string // of the catalogue's plan on which it is signed (B01); none: terms of its own
	State           State
	Values          map[string]string `gorm:"column:filled;serializer:json"` // blank → what was filled in
	Terms           plan.Terms        `gorm:"-"`                             // in effect today (before the start: from the start); TermsOn gives those of any day

	StartDate         caldate.Date // first and last day of service as agreed
	EndDate           caldate.Date
	ServiceCode       string // sender number, allotted at approval (L07)
	SendFrom          string // daily sending hours, "08:00" to "21:00"
	SendTo            string
	AllowedCategories []string `gorm:"serializer:json"` // A02
	Carriers          []string `gorm:"serializer:json"`

	CreatedBy      string
	CreatedAt      caldate.Instant
	UpdatedBy      string // last editor of the draft
	UpdatedAt      caldate.Instant
	SubmittedBy    string
	ApprovedBy     string
	ApprovedAt     caldate.Instant
	DocumentID     string // the approved text as a PDF: exactly this is signed
	DocumentSHA256 string `gorm:"column:document_sha256"`

	ActivatedOn caldate.Date // first day in force: the start date, or later where something was missing until then
	EndsOn      caldate.Date // last day of service of a termination that is agreed but not yet due
	EndCause    Cause
	EndReason   string
	EndedOn     caldate.Date // last day of service, once the contract has ended
	Version     int64        // counts changes; a conditional update names the one that it was made on

	Adopted     bool         // concluded outside this system and taken as signed
	TermFrom    caldate.Date // first day of the present term, once it has been renewed
	Renewals    int          // how often the term was prolonged
	ObjectedBy  Side         // who does not want the present term to renew itself (C08)
	ObjectedOn  caldate.Date
	ObjectUntil caldate.Date // last day of an objection to the renewal of the present term; none: it does not renew itself

	OpenReasons []Reason       `gorm:"-"` // why it is suspended, in the order of Reasons; empty unless suspended
	Needs       []licence.Kind `gorm:"-"` // the licences without which nothing is sent: of its kind, its categories, and required by hand
}

// Life is the first and the last day on which service was, is or will be owed: from coming into force (before that: the
// agreed start) to the last day served (before the end: the agreed one).
func (c *Contract) Life() (first, last caldate.Date) {
	first, last = c.StartDate, c.EndDate
	if !c.ActivatedOn.IsZero() {
		first = c.ActivatedOn
	}
	if !c.EndsOn.IsZero() && c.EndsOn.Before(last) {
		last = c.EndsOn
	}
	if !c.EndedOn.IsZero() {
		last = c.EndedOn
	}
	return first, last
}

// Suspension is one reason for which a contract was or is suspended. SuspendedFrom is the first day, from 00:00, that
// counts as suspended; LiftedOn the first that counts as served again (empty while it is open).
type Suspension struct {
	ID            string `gorm:"primaryKey"`
	ContractID    string
	Reason        Reason
	OpenKey       *string // contract:reason while open, NULL afterwards: unique, so that a reason is open once at most
	SuspendedFrom caldate.Date
	SuspendedAt   caldate.Instant
	Evidence      string
	DocumentID    string // proof, of a suspension by hand
	SuspendedBy   string
	LiftedBy      string
	LiftedOn      caldate.Date
	LiftedAt      caldate.Instant
	LiftEvidence  string
}

// TableName is contract_suspensions.
func (Suspension) TableName() string { return "contract_suspensions" }

// Open tells whether the reason still holds.
func (s *Suspension) Open() bool { return s.LiftedAt.IsZero() }

// DatedTerms are the terms of a contract from a day on, until the next ones.
type DatedTerms struct {
	ID            string `gorm:"primaryKey"`
	ContractID    string
	EffectiveFrom caldate.Date
	Source        string       // "contract", or the kind of the last amendment of that day
	Terms         plan.Terms   `gorm:"serializer:json"`
	AgreedOn      caldate.Date // when the prices were agreed; the day of CreatedAt where it is not given
	Base          *plan.Terms  `gorm:"serializer:json"` // on the first row alone: the terms as signed, where an amendment holds from the first day
	CreatedAt     caldate.Instant
}

// PricedOn is the day on which the prices were agreed.
func (d *DatedTerms) PricedOn() caldate.Date {
	if !d.AgreedOn.IsZero() {
		return d.AgreedOn
	}
	return d.CreatedAt.Date()
}

// TableName is contract_terms.
func (DatedTerms) TableName() string { return "contract_terms" }

// Sendable says whether a contract lets messages out at a moment, and if not, every reason why:
// "contract_not_active", "ended", "licence", or "suspended:" with the reason of the suspension.
type Sendable struct {
	Allowed bool     `json:"allowed"`
	Reasons []string `json:"reasons"`
}

// suspendedDays are the days of [from, to] on which at least one reason held all day.
func suspendedDays(rows []Suspension, from, to caldate.Date) []caldate.Date {
	var out []caldate.Date
	for d := from; !d.After(to); d = d.AddDays(1) {
		for _, r := range rows {
			if !d.Before(r.SuspendedFrom) && (r.LiftedOn.IsZero() || d.Before(r.LiftedOn)) {
				out = append(out, d)
				break
			}
		}
	}
	return out
}
