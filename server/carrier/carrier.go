// Package carrier keeps what the carriers say to us: emergency orders to cut volume, and their rules (A29). See README.md.
package carrier

import (
	"slices"

	"sealgate/server/caldate"
)

// Names are the carriers, as segments of numbers and channels call them.
func Names() []string { return []string{"cmcc", "cucc", "ctcc", "cbn"} }

// Measure is in what an order counts.
type Measure string

// The measures.
const (
	Stop      Measure = "stop"       // nothing at all
	PerSecond Measure = "per_second" // messages a second
	PerDay    Measure = "per_day"    // messages on a business day
)

// Measures lists all.
func Measures() []Measure { return []Measure{Stop, PerSecond, PerDay} }

// Order is a carrier's order to cut volume: who gave it, when, to how much, until when. It takes effect with the next
// slice that is handed off, on every server, and by itself ends when its time is over.
type Order struct {
	ID         string          `gorm:"primaryKey" json:"id"`
	Carrier    string          `json:"carrier"`
	Category   string          `json:"category" doc:"Of messages; empty: all."`
	Measure    Measure         `json:"measure" doc:"stop, per_second or per_day."`
	Volume     int64           `json:"volume" doc:"Messages; 0 with stop."`
	GivenBy    string          `json:"given_by" doc:"Who at the carrier."`
	Reference  string          `json:"reference" doc:"Their number of it, or how it came."`
	Reason     string          `json:"reason"`
	DocumentID string          `json:"document_id"`
	SetBy      string          `json:"set_by"`
	SetAt      caldate.Instant `json:"set_at"`
	UntilAt    caldate.Instant `json:"until" doc:"Business clock; none: until it is lifted."`
	LiftedBy   string          `json:"lifted_by"`
	LiftedAt   caldate.Instant `json:"lifted_at"`
	LiftReason string          `json:"lift_reason"`
}

// TableName is carrier_orders.
func (Order) TableName() string { return "carrier_orders" }

// Holds tells whether the order is in force at a moment of the business clock.
func (o *Order) Holds(at caldate.Instant) bool {
	return o.LiftedAt.IsZero() && (o.UntilAt.IsZero() || at.Before(o.UntilAt))
}

// Rule is one version of a carrier's rules. A version is never changed; the next one replaces it.
type Rule struct {
	ID         string          `gorm:"primaryKey" json:"id"`
	Carrier    string          `json:"carrier"`
	Version    int64           `json:"version"`
	Title      string          `json:"title"`
	Body       string          `json:"body"`
	Source     string          `json:"source" doc:"The carrier's own number or date of it."`
	DocumentID string          `json:"document_id"`
	InForceOn  caldate.Date    `json:"in_force_on"`
	SetBy      string          `json:"set_by"`
	SetAt      caldate.Instant `json:"set_at"`
}

// TableName is carrier_rules.
func (Rule) TableName() string { return "carrier_rules" }

// Ack is a person's word that she has read a version.
type Ack struct {
	RuleID   string          `gorm:"primaryKey" json:"-"`
	UserID   string          `gorm:"primaryKey" json:"user_id"`
	UserName string          `json:"name"`
	At       caldate.Instant `json:"at"`
}

// TableName is carrier_rule_acks.
func (Ack) TableName() string { return "carrier_rule_acks" }

// fits refuses an order that says nothing that can be obeyed.
func (o *Order) fits(now caldate.Instant, categories []string) error {
	switch {
	case !slices.Contains(Names(), o.Carrier):
		return ErrCarrier
	case !slices.Contains(Measures(), o.Measure),
		o.Measure == Stop && o.Volume != 0,
		o.Measure != Stop && (o.Volume < 1 || o.Volume > 1_000_000_000):
		return ErrMeasure
	case o.Category != "" && !slices.Contains(categories, o.Category):
		return ErrCategory
	case !o.UntilAt.IsZero() && !o.UntilAt.After(now):
		return ErrUntil
	}
	return nil
}
