// Package serviceterms keeps the online terms (服务条款) in numbered versions: drafted by one person, announced by another, accepted by the
// customers' people, with who accepted what when. See README.md.
package serviceterms

import (
	"fmt"

	"sealgate/server/caldate"
)

// State is where a version stands.
type State string

// The states. An announced version is in force from its day on, until a later one is.
const (
	Draft     State = "draft"
	Announced State = "announced"
	Withdrawn State = "withdrawn" // taken back before its day
)

var moves = map[State][]State{Draft: {Announced}, Announced: {Withdrawn}}

// NoticeDays is how many days before its day a version that takes the place of another is announced at least (C11).
const NoticeDays = 30

// Version is one numbered version of the terms.
type Version struct {
	ID              string `gorm:"primaryKey"`
	Number          int    // 1, 2, 3, … without gaps
	State           State
	Title           string
	TemplateID      string
	TemplateVersion int
	Values          map[string]string `gorm:"column:filled;serializer:json"`
	DocumentID      string            // the announced text as a PDF: exactly this is accepted
	Changes         string            // what is new against the version before, as customers are told
	SHA256          string            `gorm:"column:sha256"`
	AnnouncedOn     caldate.Date
	EffectiveOn     caldate.Date
	UseAccepts      bool // who goes on sending after its day without having objected accepts it
	CreatedBy       string
	CreatedAt       caldate.Instant
	UpdatedBy       string
	PublishedBy     string // who announced it, another than who wrote it
	PublishedAt     caldate.Instant
	Version         int64 // counts changes of the draft
}

// TableName is service_terms.
func (Version) TableName() string { return "service_terms" }

// Reference is the version's number as papers say it: TOS-2.
func (v *Version) Reference() string { return fmt.Sprintf("TOS-%d", v.Number) }

// Mine tells whether a person wrote the draft.
func (v *Version) Mine(userID string) bool { return v.CreatedBy == userID || v.UpdatedBy == userID }

// Objection is a customer's word, before a version's day, that it does not agree.
type Objection struct {
	VersionID  string `gorm:"primaryKey"`
	CustomerID string `gorm:"primaryKey"`
	UserID     string
	Reason     string
	At         caldate.Instant
}

// TableName is service_terms_objections.
func (Objection) TableName() string { return "service_terms_objections" }

// inForce gives the version of a day: the announced one with the latest day not after it; nil before the first.
func inForce(all []Version, on caldate.Date) *Version {
	var out *Version
	for i := range all {
		v := &all[i]
		if v.State == Announced && !v.EffectiveOn.After(on) && (out == nil || v.EffectiveOn.After(out.EffectiveOn) || v.EffectiveOn == out.EffectiveOn && v.Number > out.Number) {
			out = v
		}
	}
	return out
}

// Statement is the sentence under which a version is accepted.
func Statement(v *Version, customer string) string {
	return "本人代表" + customer + "，已阅读并同意《" + v.Title + "》第 " + fmt.Sprint(v.Number) + " 版（" + v.Reference() + "，SHA-256 " + v.SHA256 + "）的全部内容。"
}

// Can tells whether a person may do something with a version now, before capabilities: "edit", "announce", "withdraw".
func Can(v *Version, act, userID string, today caldate.Date) bool {
	switch act {
	case "edit":
		return v.State == Draft
	case "announce":
		return v.State == Draft && !v.Mine(userID)
	case "withdraw":
		return v.State == Announced && today.Before(v.EffectiveOn)
	}
	return false
}
