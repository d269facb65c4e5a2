package complaint

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Measure is what is done to a customer that too many complain of.
type Measure string

// The measures, the mildest first.
const (
	Watch   Measure = "watch"   // its risk is raised: reviewers are shown it
	Suspend Measure = "suspend" // its contracts are suspended for their behaviour until a person lifts that
	End     Measure = "end"     // the leads are asked to terminate for repeated complaints
)

// Measures lists them.
func Measures() []Measure { return []Measure{Watch, Suspend, End} }

// Threshold is a line that complaints of a customer may cross within a calendar month (A24): so many, and so many for each
// million of messages delivered. Few messages would cross a rate with a single complaint, so both must be reached.
type Threshold struct {
	ID         string        `gorm:"primaryKey" json:"id"`
	Measure    Measure       `json:"measure"`
	PerMillion money.Decimal `json:"per_million"`
	AtLeast    int64         `json:"at_least"` // complaints
	From       caldate.Date  `json:"from" gorm:"column:from_day"`
	EndedOn    caldate.Date  `json:"ended_on"`
	SetBy      string        `json:"set_by_name" gorm:"column:setter_name"`
	Reason     string        `json:"reason"`
}

// TableName is complaint_thresholds.
func (Threshold) TableName() string { return "complaint_thresholds" }

// Holds tells whether the threshold counts on a day.
func (t *Threshold) Holds(on caldate.Date) bool {
	return !on.Before(t.From) && (t.EndedOn.IsZero() || on.Before(t.EndedOn))
}

// DefaultThresholds stand until somebody enters others.
func DefaultThresholds() []Threshold {
	return []Threshold{
		{ID: "default-watch", Measure: Watch, PerMillion: money.MustDecimal("0"), AtLeast: 2},
		{ID: "default-suspend", Measure: Suspend, PerMillion: money.MustDecimal("0.25"), AtLeast: 5},
		{ID: "default-end", Measure: End, PerMillion: money.MustDecimal("0.4"), AtLeast: 10},
	}
}

// Crossed gives the thresholds that a month's complaints over its delivered messages reach, the mildest first.
func Crossed(all []Threshold, complaints, delivered int64, on caldate.Date) (out []Threshold) {
	for _, t := range all {
		if t.Holds(on) && complaints > 0 && complaints >= t.AtLeast && reaches(complaints, delivered, t.PerMillion) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Threshold) int {
		return slices.Index(Measures(), a.Measure) - slices.Index(Measures(), b.Measure)
	})
	return out
}

// reaches: complaints / delivered × 1,000,000 ≥ rate, without dividing.
func reaches(complaints, delivered int64, rate money.Decimal) bool {
	return money.NewDecimal(complaints*1_000_000).Cmp(rate.MulInt(delivered)) >= 0
}

// Rate is complaints for each million of delivered messages, with two decimals; "" where nothing was delivered.
func Rate(complaints, delivered int64) string {
	if delivered <= 0 {
		return ""
	}
	hundredths := (complaints*100_000_000 + delivered/2) / delivered
	return money.Fen(hundredths).Yuan()
}

// Taken is a measure that was taken.
type Taken struct {
	ID          string          `gorm:"primaryKey" json:"id"`
	CustomerID  string          `json:"customer_id"`
	Month       caldate.Month   `json:"month"`
	Measure     Measure         `json:"measure"`
	ThresholdID string          `json:"threshold_id"`
	Complaints  int64           `json:"complaints"`
	Delivered   int64           `json:"delivered"`
	Rate        string          `json:"rate"`
	TakenAt     caldate.Instant `json:"taken_at"`
}

// TableName is complaint_measures.
func (Taken) TableName() string { return "complaint_measures" }
