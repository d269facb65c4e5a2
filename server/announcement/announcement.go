// Package announcement tells customers of interruptions, planned and not, and works out the credits that follow from them
// (A19). See README.md.
package announcement

import (
	"slices"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "announcement", Mark: "AN", Digits: 6}

// Kind is whether an interruption was planned.
type Kind string

// The kinds.
const (
	Planned   Kind = "planned"   // 计划内维护、割接: announced 72 hours ahead
	Unplanned Kind = "unplanned" // 突发故障: as soon as known
)

// Ahead is how long before its start a planned interruption is announced.
const Ahead = 72 * time.Hour

// State is where an announcement stands.
type State string

// The states.
const (
	Draft     State = "draft"
	Published State = "published"
	Over      State = "over" // the interruption has ended: credits can be given
	Called    State = "called_off"
)

// States lists them in the order of a life.
func States() []State { return []State{Draft, Published, Over, Called} }

var moves = map[State][]State{
	Draft:     {Published, Called},
	Published: {Over, Called},
	Over:      {},
	Called:    {},
}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Update is a piece of news after the publication.
type Update struct {
	At caldate.Instant `json:"at"`
	By string          `json:"by"`
	Zh string          `json:"zh"`
	En string          `json:"en"`
}

// Announcement tells of one interruption. Its times are business time; what was published is never changed, only added to.
type Announcement struct {
	ID          string `gorm:"primaryKey"`
	Number      string // AN-2026-000001
	Kind        Kind
	State       State
	TitleZh     string
	TitleEn     string
	ReasonZh    string
	ReasonEn    string
	StartsAt    caldate.Instant
	EndsAt      caldate.Instant // expected
	EndedAt     caldate.Instant // as it was
	Carriers    string          // joined by commas; empty: all
	Kinds       string          // of agreements, joined by commas; empty: all
	Fault       bool            // of ours: credits are due where it lasted long
	Updates     []Update        `gorm:"serializer:json"`
	ShortNotice bool            // planned, and announced less than 72 hours ahead
	CreatedBy   string
	CreatorName string
	CreatedAt   caldate.Instant
	PublishedBy string
	PublishedAt caldate.Instant
	Told        int // customers who were told
	Version     int64
}

// TableName is announcements.
func (Announcement) TableName() string { return "announcements" }

// Lasts is how long the interruption was or is expected to be.
func (a *Announcement) Lasts() time.Duration {
	if !a.EndedAt.IsZero() {
		return a.EndedAt.Sub(a.StartsAt)
	}
	return a.EndsAt.Sub(a.StartsAt)
}

func among(list, one string) bool {
	return list == "" || slices.Contains(strings.Split(list, ","), one)
}

// Touches tells whether a contract of a kind, over these carriers, is affected.
func (a *Announcement) Touches(kind string, carriers []string) bool {
	if !among(a.Kinds, kind) {
		return false
	}
	if a.Carriers == "" || len(carriers) == 0 {
		return true
	}
	return slices.ContainsFunc(carriers, func(c string) bool { return among(a.Carriers, c) })
}

// Credit is what a contract is given for an interruption.
type Credit struct {
	ID             string `gorm:"primaryKey"`
	AnnouncementID string
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Days           int
	RentFen        money.Fen
	AmountFen      money.Fen
	DocumentID     string // the letter that explains it
	ChargeID       string
	GrantedBy      string
	GrantedAt      caldate.Instant
}

// TableName is announcement_credits.
func (Credit) TableName() string { return "announcement_credits" }

// Days are the days for which a credit is due: an interruption of more than 24 hours counts by whole days, a begun one in full.
func Days(lasted time.Duration) int {
	if lasted <= 24*time.Hour {
		return 0
	}
	return int((lasted + 24*time.Hour - 1) / (24 * time.Hour))
}

// Due is the credit: the rent of so many days of the month in which the interruption began, never more than the month's rent.
func Due(rent money.Fen, days int, m caldate.Month) money.Fen {
	return rent.MulDiv(int64(min(days, m.Days())), int64(m.Days()))
}
