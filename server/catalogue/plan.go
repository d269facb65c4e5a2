// Package catalogue keeps the plans that are on offer, in versions. See README.md.
package catalogue

import (
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/plan"
)

// Plan is what is offered under a code.
type Plan struct {
	ID        string `gorm:"primaryKey"`
	Code      string // PKG-100: short, unique, never changed
	Kind      plan.Kind
	Name      string
	NameEn    string
	Published int // number of the newest published version; 0: none yet
	Withdrawn bool
	CreatedBy string
	CreatedAt caldate.Instant
}

// State is where a version stands.
type State string

// The states; see README.md.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Published State = "published"
	Dropped   State = "dropped"
)

var moves = map[State][]State{Draft: {Submitted, Dropped}, Submitted: {Published, Draft}}

// CanMove tells whether the life cycle allows from → to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Version is a plan's terms as they are offered from a day on.
type Version struct {
	ID          string `gorm:"primaryKey"`
	PlanID      string
	Number      int
	State       State
	Terms       plan.Terms   `gorm:"serializer:json"`
	ValidFrom   caldate.Date // first day on which contracts may be signed on it
	Note        string       // why it is offered: shown to those who publish and to sales
	CreatedBy   string       // who wrote it last
	CreatorName string
	CreatedAt   caldate.Instant
	DecidedBy   string // who published it or sent it back
	DeciderName string
	DecidedAt   caldate.Instant
	Decision    string // why it was sent back
}

// TableName is plan_versions.
func (Version) TableName() string { return "plan_versions" }

// Actions are what somebody may do with a version now; capabilities narrow them further.
func (v *Version) Actions(who actor.Actor) []string {
	switch v.State {
	case Draft:
		return []string{"edit", "submit", "drop"}
	case Submitted:
		if v.CreatedBy != who.UserID {
			return []string{"publish", "send_back"}
		}
	}
	return []string{}
}

// OnOffer gives the version that contracts are signed on as of a day: the newest published one that is valid by then.
func OnOffer(versions []Version, day caldate.Date) (v Version, ok bool) {
	for _, c := range versions {
		if c.State == Published && !c.ValidFrom.After(day) && (!ok || c.Number > v.Number) {
			v, ok = c, true
		}
	}
	return v, ok
}
