package recipient

import (
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// ConsentState is where a proof of consent stands.
type ConsentState string

// The states. Only a live one lets messages go; refused and withdrawn are ends.
const (
	ConsentDraft     ConsentState = "draft"     // numbers are being listed
	ConsentChecking  ConsentState = "checking"  // waits for the provider's look at the evidence
	ConsentLive      ConsentState = "live"      // counts, within its dates
	ConsentRefused   ConsentState = "refused"   // the evidence does not prove it
	ConsentWithdrawn ConsentState = "withdrawn" // by the customer or by compliance
)

// ConsentStates lists all states.
func ConsentStates() []ConsentState {
	return []ConsentState{ConsentDraft, ConsentChecking, ConsentLive, ConsentRefused, ConsentWithdrawn}
}

var consentMoves = map[ConsentState][]ConsentState{
	ConsentDraft:    {ConsentChecking, ConsentWithdrawn},
	ConsentChecking: {ConsentLive, ConsentRefused, ConsentDraft, ConsentWithdrawn},
	ConsentLive:     {ConsentWithdrawn},
}

func canMoveConsent(from, to ConsentState) bool { return slices.Contains(consentMoves[from], to) }

// ways are how a consent may have been given.
var ways = []string{"web", "app", "paper", "counter", "reply", "contract", "other"}

// consentCategories are what needs consent (A23); "" in a consent stands for both.
var consentCategories = []string{"marketing", "advertising"}

// NeedsConsent tells whether messages of the category may only go to people who agreed (A23).
func NeedsConsent(category string) bool { return slices.Contains(consentCategories, category) }

// Consent is the proof that people agreed to a customer's messages (A23): who (its numbers), what kind, how often, until when, and
// the evidence. It is kept until six months after the relation with the customer has ended.
type Consent struct {
	ID           string `gorm:"primaryKey"`
	Number       string // C20261001-0001, gap-free per day
	CustomerID   string
	SignatureID  string // "" for all of the customer's
	Category     string // marketing, advertising, or "" for both
	Title        string // what the people agreed to, as they know it
	Obtained     string // web, app, paper, counter, reply, contract, other
	Most         int64  // messages that were promised at most …
	Days         int64  // … within so many days; 0: nothing was promised
	FromDate     caldate.Date
	UntilDate    caldate.Date // last day; zero: until withdrawn
	DocumentID   string       // the evidence
	State        ConsentState
	Reason       string // why refused or withdrawn
	MemberCount  int64
	BadCount     int64 // rows of the list that gave no number
	FileName     string
	FileSHA256   string          `gorm:"column:file_sha256"`
	CreatedAt    caldate.Instant // business clock, like all here
	CreatedBy    string
	CreatedName  string
	VerifiedAt   caldate.Instant
	VerifiedBy   string // not who made it
	VerifiedName string
	EndedAt      caldate.Instant
	PurgedAt     caldate.Instant // its numbers are gone
	Version      int64
}

// TableName is recipient_consents.
func (Consent) TableName() string { return "recipient_consents" }

// Covers tells whether the consent is for messages of a category and signature on a day.
func (c *Consent) Covers(signatureID, category string, day caldate.Date) bool {
	return c.State == ConsentLive && (c.SignatureID == "" || c.SignatureID == signatureID) && (c.Category == "" || c.Category == category) &&
		!day.Before(c.FromDate) && (c.UntilDate.IsZero() || !day.After(c.UntilDate))
}

func (c *Consent) check(today caldate.Date) error {
	var f errs.Fields
	c.Title = strings.TrimSpace(c.Title)
	if c.Title == "" || len([]rune(c.Title)) > 100 {
		f.Add("title", "length", "请填写收件人同意的内容（1 至 100 字），如“会员章程第 8 条”", "say in 1 to 100 characters what the people agreed to, such as article 8 of the membership terms")
	}
	if c.Category != "" && !NeedsConsent(c.Category) {
		f.Add("category", "unknown", "请选择会员营销、广告或两者", "choose marketing, advertising or both")
	}
	if !slices.Contains(ways, c.Obtained) {
		f.Add("obtained", "unknown", "请选择同意的取得方式", "choose how the consent was given")
	}
	if c.FromDate.IsZero() || c.FromDate.After(today) {
		f.Add("from", "range", "请填写同意的起始日，不晚于今天", "give the day from which it counts, today at the latest")
	}
	if !c.UntilDate.IsZero() && (c.UntilDate.Before(c.FromDate) || c.UntilDate.Before(today)) {
		f.Add("until", "range", "截止日应不早于起始日和今天；长期有效请留空", "the last day must not be before the first, nor past; leave it empty where there is none")
	}
	if c.Days < 0 || c.Days > MaxLimitDays || c.Most < 0 || c.Most > 250 || (c.Days == 0) != (c.Most == 0) {
		f.Add("most", "range", "频次写作“若干天内最多若干条”：天数 1 至 31，条数 1 至 250；没有约定则都留空", "how often: at most so many (1 to 250) within so many days (1 to 31), or leave both empty")
	}
	return f.Err(ErrConsent)
}

// ConsentActions tell what may be done next, before capabilities.
func ConsentActions(c *Consent) []string {
	var out []string
	switch c.State {
	case ConsentDraft:
		out = append(out, "upload")
		if c.MemberCount > 0 && c.DocumentID != "" {
			out = append(out, "submit")
		}
		out = append(out, "withdraw")
	case ConsentChecking:
		out = append(out, "approve", "refuse", "withdraw")
	case ConsentLive:
		out = append(out, "withdraw")
	}
	return out
}

// consentKept is how long a consent is kept after the relation with the customer has ended (A23): six months, and 184 days at
// the least.
func consentKept(end caldate.Date) caldate.Date {
	until := end.MonthOf().Add(6).Day(end.Day())
	if least := end.AddDays(184); until.Before(least) {
		return least
	}
	return until
}
