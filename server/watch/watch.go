// Package watch looks at figures for what is unusual about a customer or an account, tells people, and stops sending where a rule
// says so, until a person lifts it (A18). See README.md.
package watch

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
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
	Recipients Code = "recipients" // lists of numbers that the customer never sent to before
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
		{Code: Recipients, Enabled: true, Level: 3, Params: Params{Least: 5_000, Tenths: 30, Share: newShare}},
		{Code: Place, Enabled: true, Level: 2},
	}
}

// newShare is the share of new recipients from which on a list counts, per mille, also of rules that were set before there was one.
const newShare = 500

// History is how many days the usual is taken from.
const History = 14

// Figures are what a customer's day looks like, from rows of figures alone.
type Figures struct {
	CustomerID   string
	CustomerName string
	On           caldate.Date
	Submitted    int64  // messages of the batches screened on the day
	Refused      int64  // of these, by the rules
	PastDays     int64  // of the History before it, those with messages
	Past         int64  // their messages
	Lists        []List // of the batches whose recipients were looked up
	PastNew      int64  // new recipients in the History, of batches that went out
	PastLooked   int64  // days of it with such batches
	Delivered    int64
	Failed       int64
	Night        int64 // messages that left in the hours of the Night rule
	Batches      []string
}

// Sample tells of a batch's recipients how many different ones were looked up, and how many of these nothing had left for before the day.
type Sample struct {
	Looked int64
	Fresh  int64
	Before bool // the customer had sent anything at all
}

// List is a batch with the recipients that were looked up.
type List struct {
	Number     string
	Recipients int64 // different ones
	Sample
}

// New estimates the new ones among all recipients; where all were looked up it is their count.
func (l List) New() int64 {
	if l.Looked == 0 {
		return 0
	}
	return (2*l.Recipients*l.Fresh + l.Looked) / (2 * l.Looked)
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
		return p.manyNew(f)
	}
	return false, nil
}

// manyNew judges the lists of a day that are new to a customer for the most part: together they must be long and many times what is
// usual. A list among others is seen, and so is one in pieces. Who never sent before knows nobody: the rule is silent.
func (p Params) manyNew(f Figures) (bool, []Evidence) {
	least := p.Share
	if least == 0 {
		least = newShare
	}
	var all, fresh int64
	var numbers []string
	for _, l := range f.Lists {
		if l.Before && l.Looked > 0 && 1000*l.Fresh >= least*l.Looked {
			all, fresh, numbers = all+l.Recipients, fresh+l.New(), append(numbers, l.Number)
		}
	}
	if fresh == 0 || fresh < p.Least || 10*fresh*f.PastLooked < p.Tenths*f.PastNew {
		return false, nil
	}
	out := []Evidence{ev("recipients", all), ev("new", fresh), ev("new_share", percent(fresh, all)), ev("limit_share", percent(least, 1000))}
	if f.PastLooked > 0 {
		out = append(out, ev("usual_new", f.PastNew/f.PastLooked), ev("times", tenths(10*fresh*f.PastLooked, f.PastNew)), ev("limit_times", tenths(p.Tenths, 1)))
	}
	return true, append(out, named(numbers))
}

// named gives the first of some batches as evidence.
func named(numbers []string) Evidence {
	return ev("batches", strings.Join(numbers[:min(len(numbers), 10)], ", "))
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
