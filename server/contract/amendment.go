package contract

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/plan"
)

// AmendmentKind says how what was signed is changed afterwards.
type AmendmentKind string

// The kinds: the customer's plan-change form, which takes effect by the contract's cut-off (C07); the supplement that both
// sides sign (C06), which renews the contract by new agreement where it moves the end (C08); the automatic renewal; and the
// price that was announced and not objected to (C11).
const (
	KindPlanChange  AmendmentKind = "plan_change"
	KindSupplement  AmendmentKind = "supplement"
	KindRenewal     AmendmentKind = "renewal"
	KindPriceChange AmendmentKind = "price_change"
)

// AmendmentState is where an amendment stands.
type AmendmentState string

// The states. Only an agreed one changes terms, from its effective day on.
const (
	AmendmentDraft     AmendmentState = "draft"     // a supplement or form that waits for signatures, a price that was announced
	AmendmentSigned    AmendmentState = "signed"    // a paper whose scan waits for the second person
	AmendmentAgreed    AmendmentState = "agreed"    // asked for by form, or signed by both sides and confirmed
	AmendmentReplaced  AmendmentState = "replaced"  // a later plan change for the same day took its place
	AmendmentCancelled AmendmentState = "cancelled" // withdrawn before it had any effect
)

var amendmentMoves = map[AmendmentState][]AmendmentState{
	AmendmentDraft:     {AmendmentSigned, AmendmentAgreed, AmendmentCancelled},
	AmendmentSigned:    {AmendmentSigned, AmendmentAgreed, AmendmentCancelled},
	AmendmentAgreed:    {AmendmentReplaced, AmendmentCancelled}, // plan changes alone, and only before their day
	AmendmentReplaced:  {},
	AmendmentCancelled: {},
}

// Amendment is a change of a contract from a day on. What it says never changes; only its state does.
type Amendment struct {
	ID             string `gorm:"primaryKey"`
	Number         string // the contract's number with -B01 (业务变更), -S01 (补充协议), -R01 (续期), -P01 (调价): gap-free within the contract
	ContractID     string
	Kind           AmendmentKind
	State          AmendmentState
	AskedOn        caldate.Date
	EffectiveFrom  caldate.Date
	EndBefore      caldate.Date // the agreed last day before and after, where the amendment moves it
	EndAfter       caldate.Date
	Patch          plan.Patch `gorm:"serializer:json"`                     // the terms that it alters
	Before         plan.Terms `gorm:"column:terms_before;serializer:json"` // those of its effective day without and with it, as known when it was made
	After          plan.Terms `gorm:"column:terms_after;serializer:json"`
	Reason         string
	SilenceAccepts bool   // of an announced price: it holds unless the customer objects before its day
	FormID         string // the form, or the text of the supplement, as a PDF
	FormSHA256     string `gorm:"column:form_sha256"`
	DocumentID     string // the customer's request, the scan of the sealed original, or the proof that a price was announced

	SignedOn       caldate.Date
	CustomerSigner string
	ProviderSigner string
	RecordedBy     string // who entered the signing
	RecordedAt     caldate.Instant
	ConfirmedBy    string // the second person, who compared the scan with the text
	ConfirmedAt    caldate.Instant
	AgreedOn       caldate.Date // when its prices were agreed
	AgreedAt       caldate.Instant
	EndedBy        string // who cancelled it, or brought the one that replaced it
	EndedAt        caldate.Instant
	EndedReason    string
	ReplacedByID   string
	CreatedBy      string
	CreatedAt      caldate.Instant
}

// TableName is contract_amendments.
func (Amendment) TableName() string { return "contract_amendments" }

// mark is the letter of a kind in a number.
func (k AmendmentKind) mark() string {
	return map[AmendmentKind]string{KindPlanChange: "B", KindSupplement: "S", KindRenewal: "R", KindPriceChange: "P"}[k]
}

// Signable tells whether an amendment is a paper that both sides sign: a supplement, or a plan-change form.
func (a *Amendment) Signable() bool { return a.Kind == KindSupplement || a.Kind == KindPlanChange }

// PlanChange is what a plan-change form (业务变更记录表) asks for (C07). When it takes effect follows from the contract's
// terms and from the day on which it is asked for.
type PlanChange struct {
	Patch      plan.Patch
	Reason     string
	DocumentID string // the customer's request, where it is on paper
	ToSign     bool   // the form waits for both sides' signatures; otherwise the request counts as it is
}

// Supplement is a supplementary agreement (补充协议, C06).
type Supplement struct {
	Patch      plan.Patch
	Effective  caldate.Date // first day on which the new terms hold; with Until alone, the day after the present end
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

// Adoption is an agreement that was concluded outside this system and is taken as signed: one of the time before it, or one
// that a trial supposes. It needs the deposit of its terms and the licences that RequireLicence names, nothing else.
type Adoption struct {
	CustomerID        string
	Kind              Kind // that of the terms, where it is given
	Terms             plan.Terms
	Start, End        caldate.Date
	Reference         string // its number on paper, or its name in the trial
	SendFrom, SendTo  string // daily sending hours; 08:00 to 21:00 where empty
	AllowedCategories []string
	Carriers          []string
}

// project works out a contract's terms by day: as signed, then as each agreed amendment alters them, in the order of their
// days and, on one day, of their agreement. The first row is the base; where an amendment holds from the first day, the
// base's own terms stay in Base.
func project(base DatedTerms, amendments []Amendment) []DatedTerms {
	agreed := slices.DeleteFunc(slices.Clone(amendments), func(a Amendment) bool { return a.State != AmendmentAgreed })
	slices.SortStableFunc(agreed, func(a, b Amendment) int {
		if c := a.EffectiveFrom.Compare(b.EffectiveFrom); c != 0 {
			return c
		}
		return a.AgreedAt.Time().Compare(b.AgreedAt.Time())
	})
	rows := []DatedTerms{base}
	for _, a := range agreed {
		if a.Patch.Empty() {
			continue
		}
		last := &rows[len(rows)-1]
		next := DatedTerms{ContractID: base.ContractID, EffectiveFrom: a.EffectiveFrom, Source: string(a.Kind), Terms: last.Terms.With(a.Patch), AgreedOn: last.AgreedOn, CreatedAt: a.AgreedAt}
		if prices(a.Patch) { // the net price that stays fixed is the one of the day on which it was agreed
			next.AgreedOn = a.AgreedOn
		}
		switch {
		case a.EffectiveFrom.After(last.EffectiveFrom):
			rows = append(rows, next)
		case len(rows) == 1 && last.Base == nil:
			signed := base.Terms
			next.ID, next.EffectiveFrom, next.Base, next.CreatedAt = base.ID, base.EffectiveFrom, &signed, base.CreatedAt
			*last = next
		default:
			next.ID, next.EffectiveFrom, next.Base = last.ID, last.EffectiveFrom, last.Base
			if last.Base != nil {
				next.CreatedAt = last.CreatedAt
			}
			*last = next
		}
	}
	return rows
}

// prices tells whether a patch agrees on prices.
func prices(p plan.Patch) bool {
	return p.Rent != nil || p.Overage != nil || p.Price != nil || p.Tiers != nil || p.Minimum != nil || p.Included != nil || p.Threshold != nil
}

// termsAt are the terms of a day in rows that project gave.
func termsAt(rows []DatedTerms, on caldate.Date) plan.Terms {
	t := rows[0].Terms
	for _, r := range rows[1:] {
		if r.EffectiveFrom.After(on) {
			break
		}
		t = r.Terms
	}
	return t
}

// AmendmentActions are what a person may do next with an amendment, before capabilities.
func AmendmentActions(a *Amendment, today caldate.Date, userID string) []string {
	var out []string
	switch {
	case a.Signable() && (a.State == AmendmentDraft || a.State == AmendmentSigned):
		out = append(out, "sign", "cancel")
		if a.State == AmendmentSigned && a.RecordedBy != userID {
			out = append(out, "confirm")
		}
	case a.Kind == KindPriceChange && a.State == AmendmentDraft && today.Before(a.EffectiveFrom):
		out = append(out, "accept", "object", "leave", "cancel")
		if a.DocumentID == "" {
			out = append(out, "prove")
		}
	case a.Kind == KindPlanChange && a.State == AmendmentAgreed && today.Before(a.EffectiveFrom):
		out = append(out, "cancel")
	}
	return out
}
