// Package corner is what a customer's people do for their own house: how batches are released, freezing everything at once, what
// our people may do for them and did, changes of their own record, and proofs of payment. See README.md.
package corner

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
)

// Settings are a customer's own rules. Without a row nothing is asked for.
type Settings struct {
	CustomerID   string `gorm:"primaryKey"`
	NeedsRelease bool   // batches wait for one of the own approvers (P12)
	NeedsCheck   bool   // our people make no batch in the customer's name without a check on record (P11)
	SetBy        string
	SetAt        caldate.Instant
	Version      int64
}

// TableName is customer_settings.
func (Settings) TableName() string { return "customer_settings" }

// ReleaseState is where the own approval of a batch stands.
type ReleaseState string

// The states.
const (
	Waiting  ReleaseState = "waiting"
	Released ReleaseState = "released"
	Declined ReleaseState = "declined"
)

// Release is the customer's own approval of a batch.
type Release struct {
	BatchID       string `gorm:"primaryKey"`
	CustomerID    string
	State         ReleaseState
	AskedAt       caldate.Instant
	DecidedBy     string
	DecidedByName string
	DecidedAt     caldate.Instant
	Note          string
}

// TableName is batch_releases.
func (Release) TableName() string { return "batch_releases" }

// Freeze is a time in which nobody of a customer could sign in, no key worked and nothing was sent (P06).
type Freeze struct {
	ID           string `gorm:"primaryKey"`
	CustomerID   string
	LiveKey      *string // the customer's id while it holds: one at a time
	Reason       string
	FrozenBy     string
	FrozenByName string
	FrozenAt     caldate.Instant
	LiftedBy     string
	LiftedAt     caldate.Instant
	LiftReason   string
	People       []string `gorm:"serializer:json"` // whose accounts it closed
	StopID       string   // the stop of sending that it set, "" where there was one before
	CheckID      string   // under which it was lifted
}

// TableName is customer_freezes.
func (Freeze) TableName() string { return "customer_freezes" }

// CheckKind says what was checked (P11).
type CheckKind string

// The kinds.
const (
	Identity  CheckKind = "identity"  // that it is who they say
	Authority CheckKind = "authority" // that the company lets them ask for it
)

// Ways in which a check is made.
const (
	Callback  = "callback"   // a call back to the number on record
	IDShown   = "id_shown"   // an identity document, in person
	VideoCall = "video"      // the same by video
	SealedDoc = "sealed_doc" // a letter with the company's seal
)

var ways = []string{Callback, IDShown, VideoCall, SealedDoc}

const (
	maxCheckHours = 72
	maxNote       = 500
	maxPerson     = 50
)

// Check is the record of a check of identity or authority, under which our people may act for a customer until it ends. Its
// times are of the machine's clock.
type Check struct {
	ID            string `gorm:"primaryKey"`
	CustomerID    string
	Kind          CheckKind
	Person        string // of the customer, who asked
	How           string
	Grounds       string // what was seen or heard
	DocumentID    string // the letter; needed where that is how
	Purpose       string // what the person asked for
	CheckedBy     string
	CheckedByName string
	CheckedAt     caldate.Instant
	UntilAt       caldate.Instant
	EndedAt       caldate.Instant
	EndedBy       string
	Acts          []Act `gorm:"-"`
}

// TableName is support_checks.
func (Check) TableName() string { return "support_checks" }

// Open tells whether somebody may act under the check now.
func (c *Check) Open(now caldate.Instant) bool { return c.EndedAt.IsZero() && now.Before(c.UntilAt) }

// Act is something that our people did under a check.
type Act struct {
	ID          string `gorm:"primaryKey"`
	CheckID     string
	CustomerID  string
	Action      string
	ObjectType  string
	ObjectID    string
	ActedBy     string
	ActedByName string
	At          caldate.Instant
}

// TableName is support_acts.
func (Act) TableName() string { return "support_acts" }

// NewCheck is a check to be recorded.
type NewCheck struct {
	CustomerID string
	Kind       CheckKind
	Person     string
	How        string
	Grounds    string
	DocumentID string
	Purpose    string
	Hours      int64
}

func (n NewCheck) check() (NewCheck, error) {
	var f errs.Fields
	n.Person = form.Text(&f, "person", n.Person, maxPerson, true)
	n.Grounds = form.Lines(&f, "grounds", n.Grounds, maxNote, true)
	n.Purpose = form.Lines(&f, "purpose", n.Purpose, maxNote, true)
	if n.Kind != Identity && n.Kind != Authority {
		f.Add("kind", "one_of", "应为 identity（身份）或 authority（授权）", "must be identity or authority")
	}
	if !slices.Contains(ways, n.How) {
		f.Add("how", "one_of", "请选择核验方式：回拨登记电话、当面验证件、视频、盖章函件", "choose how it was checked: callback, id_shown, video or sealed_doc")
	}
	if n.How == SealedDoc && n.DocumentID == "" {
		f.Add("document_id", "missing", "请上传盖章函件", "upload the sealed letter")
	}
	if n.Hours < 1 || n.Hours > maxCheckHours {
		f.Add("hours", "range", "有效期应为 1 至 72 小时", "must hold for 1 to 72 hours")
	}
	return n, f.Err(ErrInvalid)
}

// ProposalState is where a proposed change of a customer's record stands.
type ProposalState string

// The states.
const (
	Proposed  ProposalState = "open"
	Accepted  ProposalState = "accepted"
	Refused   ProposalState = "refused"
	Withdrawn ProposalState = "withdrawn"
)

// Changes are the fields that a customer wants changed; nil ones stay. Name and credit code change with the licence, never here.
type Changes struct {
	Address     *string             `json:"address,omitempty"`
	LegalRep    *string             `json:"legal_rep,omitempty"`
	Industry    *string             `json:"industry,omitempty"`
	BankName    *string             `json:"bank_name,omitempty"`
	BankAccount *string             `json:"bank_account,omitempty"`
	Contacts    *[]customer.Contact `json:"contacts,omitempty"`
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// apply gives details with the changes made.
func (c Changes) apply(d customer.Details) customer.Details {
	set(&d.Address, c.Address)
	set(&d.LegalRep, c.LegalRep)
	set(&d.Industry, c.Industry)
	set(&d.BankName, c.BankName)
	set(&d.BankAccount, c.BankAccount)
	set(&d.Contacts, c.Contacts)
	return d
}

// Proposal is a change of the own record that a customer proposes and our people accept or refuse.
type Proposal struct {
	ID             string `gorm:"primaryKey"`
	CustomerID     string
	LiveKey        *string // the customer's id while it is open: one at a time
	State          ProposalState
	BaseVersion    int64   // of the customer's record when it was proposed
	Fields         Changes `gorm:"serializer:json"`
	Note           string
	ProposedBy     string
	ProposedByName string
	ProposedAt     caldate.Instant
	DecidedBy      string
	DecidedByName  string
	DecidedAt      caldate.Instant
	Answer         string
}

// TableName is profile_proposals.
func (Proposal) TableName() string { return "profile_proposals" }

// ProofState is where a proof of payment stands.
type ProofState string

// The states.
const (
	ProofOpen      ProofState = "open"
	ProofMatched   ProofState = "matched" // finance found the money
	ProofRefused   ProofState = "refused"
	ProofWithdrawn ProofState = "withdrawn"
)

// Proof is what a customer shows of a payment it made. It books nothing: it helps finance to find the money.
type Proof struct {
	ID            string `gorm:"primaryKey"`
	CustomerID    string
	ContractID    string
	BillID        string
	State         ProofState
	AmountFen     money.Fen
	PaidOn        caldate.Date
	Payer         string // as on the transfer
	Reference     string // of the bank
	DocumentID    string
	Note          string
	SentBy        string
	SentByName    string
	SentAt        caldate.Instant
	PaymentID     string
	DecidedBy     string
	DecidedByName string
	DecidedAt     caldate.Instant
	Answer        string
}

// TableName is payment_proofs.
func (Proof) TableName() string { return "payment_proofs" }

// NewProof is a proof as the customer gives it.
type NewProof struct {
	ContractID string
	BillID     string
	AmountFen  money.Fen
	PaidOn     caldate.Date
	Payer      string
	Reference  string
	DocumentID string
	Note       string
}

const maxProof = money.Fen(100_000_000_000_00) // a thousand million yuan: above, somebody has mistyped

func (n NewProof) check(today caldate.Date) (NewProof, error) {
	var f errs.Fields
	n.Payer = form.Text(&f, "payer", n.Payer, 100, true)
	n.Reference = form.Text(&f, "reference", n.Reference, 64, false)
	n.Note = form.Lines(&f, "note", n.Note, maxNote, false)
	if n.AmountFen <= 0 || n.AmountFen > maxProof {
		f.Add("amount_fen", "range", "请填写实际汇款金额", "give the amount that was transferred")
	}
	switch {
	case n.PaidOn.IsZero():
		f.Add("paid_on", "missing", "请填写汇款日期", "give the day of the transfer")
	case n.PaidOn.After(today):
		f.Add("paid_on", "future", "汇款日期不能在今天之后", "the day of the transfer can't lie in the future")
	case n.PaidOn.Before(today.AddYears(-2)):
		f.Add("paid_on", "old", "汇款日期超过两年，请联系财务", "that is more than two years ago; ask finance")
	}
	if n.DocumentID == "" {
		f.Add("document_id", "missing", "请上传汇款凭证", "upload the proof")
	}
	return n, f.Err(ErrInvalid)
}
