// Package watch looks at figures for what is unusual about a customer or an account, tells people, and stops sending where a rule
// says so, until a person lifts it (A18). See README.md.
package watch

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"sealgate/server/caldate"
)

// Code names a rule.
type Code string

// The rules.
const (
	Volume     Code = "volume"     // many times the usual number of messages
	Refused    Code = "refused"    // a large share refused by the rules
	Failed     Code = "failed"     // a large share of receipts says failed
	Night      Code = "night"      // messages that leave at night
	Recipients Code = "recipients" // a list much longer than any before: most of it must be new
	Place      Code = "place"      // an account signed in from a network it never used
)

// Codes lists all rules, as pages show them.
func Codes() []Code { return []Code{Volume, Refused, Failed, Night, Recipients, Place} }

var codeWords = map[Code][2]string{
	Volume: {"短信量突增", "sudden volume"}, Refused: {"被拒比例异常", "share of refused messages"}, Failed: {"失败回执比例异常", "share of failed receipts"},
	Night: {"夜间发送", "sending at night"}, Recipients: {"大量新收件人", "many new recipients"}, Place: {"新地点登录", "sign-in from a new place"},
}

// Words names the rule in Chinese and English.
func (c Code) Words() (zh, en string) { w := codeWords[c]; return w[0], w[1] }

// Params are the thresholds of a rule. Which ones count depends on the rule.
type Params struct {
	Least  int64 `json:"least" doc:"messages from which on the rule looks at all"`
	Tenths int64 `json:"tenths,omitempty" doc:"times the usual, in tenths: 30 is three times"`
	Share  int64 `json:"share,omitempty" doc:"per mille"`
	From   int64 `json:"from,omitempty" doc:"hour at which the night begins"`
	To     int64 `json:"to,omitempty" doc:"hour at which it ends"`
}

// Rule is a rule with its thresholds, for all customers or for one.
type Rule struct {
	Code     Code
	Enabled  bool
	AutoStop bool // sending of the customer stops at once
	Level    int64
	Params   Params
}

// Presets are the rules before anybody changed them.
func Presets() []Rule {
	return []Rule{
		{Code: Volume, Enabled: true, Level: 3, Params: Params{Least: 10_000, Tenths: 50}},
		{Code: Refused, Enabled: true, AutoStop: true, Level: 4, Params: Params{Least: 1_000, Share: 300}},
		{Code: Failed, Enabled: true, Level: 3, Params: Params{Least: 1_000, Share: 300}},
		{Code: Night, Enabled: true, Level: 2, Params: Params{Least: 100, From: 22, To: 7}},
		{Code: Recipients, Enabled: true, Level: 3, Params: Params{Least: 5_000, Tenths: 30}},
		{Code: Place, Enabled: true, Level: 2},
	}
}

// History is how many days the usual is taken from.
const History = 14

// Figures are what a customer's day looks like, from rows of figures alone.
type Figures struct {
	CustomerID   string
	CustomerName string
	On           caldate.Date
	Submitted    int64 // messages of the batches screened on the day
	Refused      int64 // of these, by the rules
	PastDays     int64 // of the History before it, those with messages
	Past         int64 // their messages
	List         int64 // different recipients of the day's largest batch
	PastList     int64 // of the largest of the History
	Delivered    int64
	Failed       int64
	Night        int64 // messages that left in the hours of the Night rule
	Batches      []string
}

// Evidence is one figure of an alert and what it is measured by.
type Evidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func ev(name string, value any) Evidence { return Evidence{name, fmt.Sprint(value)} }

// Judge tells whether a rule finds a customer's day unusual, with the figures that show it.
func (r Rule) Judge(f Figures) (bool, []Evidence) {
	if !r.Enabled {
		return false, nil
	}
	p := r.Params
	switch r.Code {
	case Volume:
		// Compared with the mean of the days that had any; who never sent before is unusual from ten times the least on.
		if f.Submitted < p.Least {
			return false, nil
		}
		out := []Evidence{ev("submitted", f.Submitted), ev("past_days", f.PastDays), ev("least", p.Least)}
		if f.PastDays == 0 {
			return f.Submitted >= 10*p.Least, out
		}
		return 10*f.Submitted*f.PastDays >= p.Tenths*f.Past, append(out, ev("usual", f.Past/f.PastDays), ev("times", tenths(10*f.Submitted*f.PastDays, f.Past)), ev("limit_times", tenths(p.Tenths, 1)))
	case Refused:
		hit := f.Submitted >= p.Least && 1000*f.Refused >= p.Share*f.Submitted && f.Refused > 0
		return hit, []Evidence{ev("submitted", f.Submitted), ev("refused", f.Refused), ev("share", percent(f.Refused, f.Submitted)), ev("limit_share", percent(p.Share, 1000))}
	case Failed:
		n := f.Delivered + f.Failed
		hit := n >= p.Least && 1000*f.Failed >= p.Share*n && f.Failed > 0
		return hit, []Evidence{ev("receipts", n), ev("failed", f.Failed), ev("share", percent(f.Failed, n)), ev("limit_share", percent(p.Share, 1000))}
	case Night:
		return f.Night > 0 && f.Night >= p.Least, []Evidence{ev("night", f.Night), ev("hours", fmt.Sprintf("%02d:00–%02d:00", p.From, p.To)), ev("least", p.Least)}
	case Recipients:
		hit := f.PastList > 0 && f.List-f.PastList >= p.Least && 10*f.List >= p.Tenths*f.PastList
		return hit, []Evidence{ev("list", f.List), ev("past_list", f.PastList), ev("new_at_least", max(0, f.List-f.PastList)), ev("limit_times", tenths(p.Tenths, 1))}
	}
	return false, nil
}

// tenths writes t tenths of 1/of with one decimal.
func tenths(t, of int64) string {
	if of <= 0 {
		return "–"
	}
	n := (2*t + of) / (2 * of)
	return fmt.Sprintf("%d.%d", n/10, n%10)
}

func percent(n, of int64) string {
	if of <= 0 {
		return "–"
	}
	return tenths(1000*n, of) + "%"
}

// inNight tells whether an hour of the day is within the night of a rule; nights may pass midnight.
func (p Params) inNight(at time.Time) bool {
	h := int64(at.In(caldate.Shanghai).Hour())
	if p.From <= p.To {
		return h >= p.From && h < p.To
	}
	return h >= p.From || h < p.To
}

// NetworkOf is the network that an address belongs to, as far as people move within one: /24 or /48. Addresses that tell
// nothing (private, loopback, none) give "".
func NetworkOf(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return ""
	}
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// State is where an alert stands.
type State string

// The states. Stopped needs a person to lift the stop before it can be closed.
const (
	Open    State = "open"
	Stopped State = "stopped"
	Closed  State = "closed"
)

var moves = map[State][]State{Open: {Closed}, Stopped: {Open}, Closed: {}}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// Outcomes of an alert: what it was.
func Outcomes() []string { return []string{"explained", "false_alarm", "confirmed"} }

// Alert is something unusual. OnDate and the times are business time.
type Alert struct {
	ID           string `gorm:"primaryKey"`
	OnceKey      string // a rule tells of a customer's day once
	Code         Code
	CustomerID   string
	CustomerName string
	UserID       string // for Place
	OnDate       caldate.Date
	State        State
	Level        int64
	Evidence     []Evidence `gorm:"serializer:json"`
	RaisedAt     caldate.Instant
	StopID       string // of the stop that the alert set
	LiftedBy     string
	LiftedName   string
	LiftedAt     caldate.Instant
	LiftReason   string
	ClosedBy     string
	ClosedName   string
	ClosedAt     caldate.Instant
	Outcome      string
	CloseReason  string
}

// TableName is watch_alerts.
func (Alert) TableName() string { return "watch_alerts" }

// Threshold is a rule that a person set for one customer, until a day.
type Threshold struct {
	CustomerID   string `gorm:"primaryKey"`
	Code         Code   `gorm:"primaryKey"`
	CustomerName string
	Enabled      bool
	AutoStop     bool
	Params       Params       `gorm:"serializer:json"`
	UntilDate    caldate.Date // last day; none: for good
	Reason       string
	UpdatedBy    string
	UpdatedName  string
	UpdatedAt    caldate.Instant
}

// TableName is watch_thresholds.
func (Threshold) TableName() string { return "watch_thresholds" }

func (t *Threshold) countsOn(day caldate.Date) bool {
	return t.UntilDate.IsZero() || !t.UntilDate.Before(day)
}

// For gives the rules as they count for a customer on a day.
func For(rules []Rule, own []Threshold, customerID string, day caldate.Date) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		for _, t := range own {
			if t.CustomerID == customerID && t.Code == out[i].Code && t.countsOn(day) {
				out[i].Enabled, out[i].AutoStop, out[i].Params = t.Enabled, t.AutoStop, t.Params
			}
		}
	}
	return out
}
