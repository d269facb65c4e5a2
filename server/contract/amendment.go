package contract

import (
	"sealgate/server/caldate"
	"sealgate/server/plan"
)

// AmendmentKind says how terms were changed after the signing.
type AmendmentKind string

// The kinds: the customer's plan-change form, which takes effect by the contract's cut-off (C07), and the supplement that
// both sides sign (C06). A supplement with a new end date is the renewal by new agreement (C08).
const (
	KindPlanChange AmendmentKind = "plan_change"
	KindSupplement AmendmentKind = "supplement"
)

// AmendmentState is where an amendment stands.
type AmendmentState string

// The states. Only an agreed one changes terms, from its effective day on.
const (
	AmendmentDrafted   AmendmentState = "draft"     // a supplement that waits for both signatures
	AmendmentAgreed    AmendmentState = "agreed"    // asked for by form, or signed by both sides
	AmendmentReplaced  AmendmentState = "replaced"  // a later plan change for the same day took its place
	AmendmentCancelled AmendmentState = "cancelled" // withdrawn before its effective day
)

// Amendment is a change of a contract's terms from a day on.
type Amendment struct {
	ID            string `gorm:"primaryKey"`
	Number        string // the contract's number with -B01 (业务变更) or -S01 (补充协议), gap-free within the contract
	ContractID    string
	Kind          AmendmentKind
	State         AmendmentState
	AskedOn       caldate.Date
	EffectiveFrom caldate.Date
	EndBefore     caldate.Date // the agreed end before and after, where the amendment moves it
	EndAfter      caldate.Date
	Patch         plan.Patch `gorm:"serializer:json"`                     // what it alters
	Before        plan.Terms `gorm:"column:terms_before;serializer:json"` // the terms of its effective day without and with it, as of the day it was made
	After         plan.Terms `gorm:"column:terms_after;serializer:json"`
	Reason        string
	FormID        string // the form or the text of the supplement as a PDF
	FormSHA256    string `gorm:"column:form_sha256"`
	DocumentID    string // the customer's signed request, or the scan of the sealed original

	SignedOn       caldate.Date
	CustomerSigner string
	ProviderSigner string
	RecordedBy     string // who entered the request, or the signing
	RecordedAt     caldate.Instant
	ConfirmedBy    string // the second person who compared the scan with the text
	ConfirmedAt    caldate.Instant
	EndedBy        string // who cancelled it or brought the one that replaced it
	EndedAt        caldate.Instant
	EndedReason    string
	ReplacedByID   string
	CreatedBy      string
	CreatedAt      caldate.Instant
	Version        int64
}

// TableName is contract_amendments.
func (Amendment) TableName() string { return "contract_amendments" }

// PlanChange is what a plan-change form (业务变更记录表) asks for (C07). When it takes effect follows from the contract's
// terms and the day on which it is asked for.
type PlanChange struct {
	Patch      plan.Patch
	Reason     string
	DocumentID string // the customer's request, where it is on paper
}

// Supplement is a supplementary agreement (补充协议, C06).
type Supplement struct {
	Patch      plan.Patch
	Effective  caldate.Date // first day on which the new terms hold
	Until      caldate.Date // the new last day of service, where the term is agreed anew (C08)
	Reason     string
	DocumentID string
}

// Objection is one side's statement that the contract is not to renew itself (C08).
type Objection struct {
	By         Side
	Reason     string
	DocumentID string
}

// Cured states that the cause of a running termination is gone: the breach was cured, the insolvency lifted, the force
// majeure over (C09).
type Cured struct {
	Reason     string
	DocumentID string
}

// Adoption is an agreement that was concluded outside this system and is taken as signed: one of the time before it, or one
// that a trial supposes. It needs the deposit of its terms and the licences that RequireLicence names, nothing else.
type Adoption struct {
	CustomerID        string
	Kind              Kind
	Terms             plan.Terms
	Start, End        caldate.Date
	Reference         string // its number on paper, or its name in the trial
	SendFrom, SendTo  string // daily sending hours; 08:00 to 21:00 where empty
	AllowedCategories []string
	Carriers          []string
}
