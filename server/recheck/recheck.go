// Package recheck has a share of the decided batches judged again, blindly, by somebody else, and tells how far people agree.
// See README.md.
package recheck

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"sealgate/server/caldate"
)

// Why is for what reason a batch is judged again.
type Why string

// The reasons: its decision approved something, refused all, or a rule approved it (docs/adr/0015).
const (
	Passed   Why = "passed"
	Refused  Why = "refused"
	Exempted Why = "exempted"
)

// State is where a second look stands.
type State string

// The states. A look whose judgements agree is settled with the last of them; else a third person settles it.
const (
	Open    State = "open"
	Differs State = "differs"
	Settled State = "settled"
)

// Choice is what a person makes of a group.
type Choice string

// The choices.
const (
	Approve Choice = "approve"
	Refuse  Choice = "refuse"
)

// Recheck is a batch that is judged again.
type Recheck struct {
	ID            string `gorm:"primaryKey"`
	BatchID       string
	BatchNumber   string
	CustomerID    string
	CustomerName  string
	Why           Why
	State         State
	DueOn         caldate.Date
	MadeAt        caldate.Instant // business clock, like the other times
	UserID        string          // who judges it; "" until somebody takes it
	UserName      string
	DoneAt        caldate.Instant
	Items         int64
	Agreed        int64
	Resolution    string // first or second: who was right where they differ
	ResolvedBy    string
	ResolvedName  string
	ResolvedAt    caldate.Instant
	ResolveReason string
}

// TableName is review_rechecks.
func (Recheck) TableName() string { return "review_rechecks" }

// Item is one group of texts of it.
type Item struct {
	RecheckID    string `gorm:"primaryKey"`
	GroupID      string `gorm:"primaryKey"`
	Position     int64
	Messages     int64
	FirstChoice  Choice
	FirstBy      []string `gorm:"serializer:json"` // user ids
	SecondChoice Choice   // "" until judged
	ReasonCodes  []string `gorm:"serializer:json"`
	Note         string
}

// TableName is review_recheck_items.
func (Item) TableName() string { return "review_recheck_items" }

// Settings are how much is judged again. Shares are percent of the batches.
type Settings struct {
	Passed   int64 `json:"passed"`
	Refused  int64 `json:"refused"`
	Exempted int64 `json:"exempted"`
	Groups   int64 `json:"groups" doc:"of a batch, at most"`
	Days     int64 `json:"days" doc:"until when it should be done"`
}

// Defaults are the settings before anybody changed them.
func Defaults() Settings { return Settings{Passed: 5, Refused: 5, Exempted: 20, Groups: 10, Days: 2} }

func (s Settings) share(w Why) int64 {
	return map[Why]int64{Passed: s.Passed, Refused: s.Refused, Exempted: s.Exempted}[w]
}

// Chosen tells whether a batch is judged again. It follows from its id and the share alone, so that every server says the same
// and nobody who decides knows a way round.
func Chosen(batchID string, share int64) bool {
	sum := sha256.Sum256([]byte("sealgate recheck\x00" + batchID))
	return int64(binary.BigEndian.Uint64(sum[:8])%100) < share
}

// Matrix counts groups by what the first and the second person made of them.
type Matrix struct {
	BothApprove int64 `json:"both_approve"`
	FirstOnly   int64 `json:"first_approves" doc:"the first person approved, the second refused"`
	SecondOnly  int64 `json:"second_approves" doc:"the first person refused, the second approved"`
	BothRefuse  int64 `json:"both_refuse"`
}

// Add counts a group.
func (m *Matrix) Add(first, second Choice) {
	switch {
	case first == Approve && second == Approve:
		m.BothApprove++
	case first == Approve:
		m.FirstOnly++
	case second == Approve:
		m.SecondOnly++
	default:
		m.BothRefuse++
	}
}

// Total of all groups.
func (m Matrix) Total() int64 { return m.BothApprove + m.FirstOnly + m.SecondOnly + m.BothRefuse }

// Percent of the groups that both judged alike, one decimal; "–" where there is none.
func (m Matrix) Percent() string { return ratio(100*(m.BothApprove+m.BothRefuse), m.Total(), 1) }

// Kappa is Cohen's: how far two people agree beyond what chance would give, 1 at most, three decimals. Where chance alone
// would make them agree on everything (all of one kind) it says nothing: "–".
func (m Matrix) Kappa() string {
	n := m.Total()
	chance := (m.BothApprove+m.FirstOnly)*(m.BothApprove+m.SecondOnly) + (m.SecondOnly+m.BothRefuse)*(m.FirstOnly+m.BothRefuse)
	return ratio(n*(m.BothApprove+m.BothRefuse)-chance, n*n-chance, 3)
}

// ratio is a/b with some decimals, rounded half away from zero.
func ratio(a, b int64, decimals int) string {
	if b <= 0 {
		return "–"
	}
	sign, scale := "", int64(1)
	if a < 0 {
		sign, a = "-", -a
	}
	for range decimals {
		scale *= 10
	}
	t := (2*a*scale + b) / (2 * b)
	if t == 0 {
		sign = ""
	}
	return fmt.Sprintf("%s%d.%0*d", sign, t/scale, decimals, t%scale)
}

// mayJudge tells whether a person may judge again: nobody who decided the first time, nor who made the batch.
func mayJudge(userID string, items []Item, makers ...string) bool {
	if slices.Contains(makers, userID) {
		return false
	}
	return !slices.ContainsFunc(items, func(i Item) bool { return slices.Contains(i.FirstBy, userID) })
}
