// Package retention ends what was kept long enough: it destroys the data keys of months and customers whose time is over, so
// that nothing that was sealed with them can be read any more, not even from backups. Legal holds stop it. See README.md.
package retention

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/crypt"
)

// MinDays is the shortest time for which messages and their records are kept (A16: at least six months).
const MinDays = 184

// Rules say how long is kept.
type Rules struct {
	Days         int // after the last day on which anything of the month was still in use
	DaysAfterEnd int // after the customer's last contract ended; at least MinDays after the last use all the same
}

// DefaultRules keep as long as the law asks for.
func DefaultRules() Rules { return Rules{Days: MinDays, DaysAfterEnd: MinDays} }

// Facts are what a key's end depends on.
type Facts struct {
	Month   caldate.Month
	LastUse caldate.Date // last day on which a batch of the month moved, a message left or a receipt came; zero: never
	Ended   caldate.Date // last day of the customer's last contract; zero while there is one that goes on, or none yet
}

// Due gives the first day on which a key may be destroyed, and by which rule.
func Due(f Facts, r Rules) (on caldate.Date, rule string) {
	used := later(f.Month.Last(), f.LastUse)
	on, rule = used.AddDays(r.Days+1), crypt.RuleMonth
	if f.Ended.IsZero() {
		return on, rule
	}
	end := later(f.Ended.AddDays(r.DaysAfterEnd+1), used.AddDays(MinDays+1))
	if end.Before(on) {
		return end, crypt.RuleEnded
	}
	return on, rule
}

func later(a, b caldate.Date) caldate.Date {
	if b.IsZero() || b.Before(a) {
		return a
	}
	return b
}

// Hold is a legal hold: what it is about is not destroyed until it is lifted, however long that takes.
type Hold struct {
	ID           string `gorm:"primaryKey"`
	Number       string
	CustomerID   string
	CustomerName string
	FirstMonth   string // "2026-10", the first of the months that are held; "" for all
	LastMonth    string
	BatchID      string // held with everything of its customer and month, because keys are; "" for none
	BatchNumber  string
	Authority    string // who asks for it: a court, an authority, our own counsel
	Reference    string // its file number
	Reason       string
	DocumentID   string
	PlacedBy     string
	PlacedName   string
	PlacedAt     caldate.Instant // business clock, like LiftedAt
	LiftedBy     string
	LiftedName   string
	LiftedAt     caldate.Instant
	LiftReason   string
}

// TableName is legal_holds.
func (Hold) TableName() string { return "legal_holds" }

// Live tells whether it holds.
func (h *Hold) Live() bool { return h.LiftedAt.IsZero() }

// Pins tells whether the hold keeps the key of a customer and month.
func (h *Hold) Pins(customerID, month string) bool {
	return h.Live() && h.CustomerID == customerID && (h.FirstMonth == "" || month >= h.FirstMonth && month <= h.LastMonth)
}

// State is what is to become of a key.
type State string

// The states.
const (
	Waiting State = "waiting" // its day has not come
	Ready   State = "due"
	Held    State = "held" // its day may have come, but a legal hold keeps it
	Busy    State = "busy" // its day has come, but a batch of it has not come to an end
)

// KeyState is one customer's month: when it ends, or what keeps it.
type KeyState struct {
	KeyID        string
	CustomerID   string
	CustomerName string
	Month        string
	Batches      int64
	Messages     int64
	LastUse      caldate.Date
	DueOn        caldate.Date
	Rule         string
	State        State
	Open         int64    // batches that have not come to an end
	Holds        []string // numbers of the holds that keep it
}

// Purge is one customer's month that was destroyed: what the report of the job is made of, and kept.
type Purge struct {
	ID           string `gorm:"primaryKey"`
	KeyID        string
	CustomerID   string
	CustomerName string
	Month        string
	Rule         string
	DueOn        caldate.Date
	OnDate       caldate.Date
	Batches      int64 `gorm:"column:batch_count"`
	Messages     int64
	PurgedAt     caldate.Instant // business clock; keys are gone from then on
	PurgedBy     string
	ClearedAt    caldate.Instant // business clock: places in runs and objects are gone too
	Objects      int64           `gorm:"column:object_count"`
}

// TableName is purges.
func (Purge) TableName() string { return "purges" }

// stateOf says what is to become of a key on a day.
func stateOf(k *KeyState, day caldate.Date) State {
	switch {
	case len(k.Holds) > 0:
		return Held
	case k.DueOn.After(day):
		return Waiting
	case k.Open > 0:
		return Busy
	}
	return Ready
}

// pinning gives the numbers of the holds that keep a key.
func pinning(holds []Hold, customerID, month string) []string {
	var out []string
	for i := range holds {
		if holds[i].Pins(customerID, month) {
			out = append(out, holds[i].Number)
		}
	}
	slices.Sort(out)
	return out
}
