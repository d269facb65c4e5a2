// Package quality draws up each customer's monthly report of quality: what was delivered, how fast, what failed and why, and when the
// service was interrupted (A32). See README.md.
package quality

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

// MadeOn is the day of the month after on which reports are made: what left on a month's last evening has its receipt, or none, by then.
const MadeOn = 4

// Report is a customer's month. It is never changed: its hash is over all of it.
type Report struct {
	ID            string `gorm:"primaryKey"`
	Number        string // Q-YYYYMM-NNNNNN, by month, without gaps
	ReportKey     string // quality:<customer>:<month>: made once
	CustomerID    string
	CustomerName  string
	Month         caldate.Month
	MadeOn        caldate.Date
	MadeAt        caldate.Instant
	Delivered     int64
	Failed        int64
	Doubtful      int64
	P50S          int64 `gorm:"column:p50_s"` // half of what was delivered was so within so many seconds
	P99S          int64 `gorm:"column:p99_s"`
	OutageMinutes int64
	Content       string // JSON of Content
	Hash          string
}

// TableName is quality_reports.
func (Report) TableName() string { return "quality_reports" }

// Content is the body of a report.
type Content struct {
	Month     Figures    `json:"month"`
	Before    *Figures   `json:"before,omitempty"` // the month before, as its own report said; none where there is none
	Carriers  []Carrier  `json:"carriers"`
	Delays    []Class    `json:"delays"`
	Codes     []Code     `json:"codes"`
	Outages   []Outage   `json:"outages"`
	Incidents []Incident `json:"incidents"`
}

// Figures are what a month comes down to. Times are upper ends of the classes in which delays are counted, in seconds; 0: nothing was
// delivered.
type Figures struct {
	Sent          int64 `json:"sent"`
	Delivered     int64 `json:"delivered"`
	Failed        int64 `json:"failed"`
	Doubtful      int64 `json:"unknown"`
	P50           int64 `json:"p50_s"`
	P90           int64 `json:"p90_s"`
	P99           int64 `json:"p99_s"`
	Outages       int   `json:"outages"`
	OutageMinutes int64 `json:"outage_minutes"`
}

// Share is the delivered share in hundredths of a per cent, rounded down; -1 where nothing came to an end.
func (f Figures) Share() int64 {
	all := f.Delivered + f.Failed + f.Doubtful
	if all == 0 {
		return -1
	}
	return f.Delivered * 10_000 / all
}

// Carrier is the month over one carrier.
type Carrier struct {
	Carrier string `json:"carrier"`
	Figures
}

// Class is how many messages were delivered within so many seconds and not within the class before.
type Class struct {
	WithinS  int64 `json:"within_s"`
	Messages int64 `json:"messages"`
}

// Code is what messages failed with.
type Code struct {
	Code     string `json:"code"`
	Meaning  string `json:"meaning"`
	Messages int64  `json:"messages"`
}

// Outage is an interruption that touched the customer, cut to the month.
type Outage struct {
	Number      string          `json:"number"`
	TitleZh     string          `json:"title_zh"`
	TitleEn     string          `json:"title_en"`
	Planned     bool            `json:"planned"`
	ShortNotice bool            `json:"short_notice"` // planned, and announced less than the agreed 72 hours ahead
	Fault       bool            `json:"fault"`
	From        caldate.Instant `json:"from"`
	Until       caldate.Instant `json:"until"`
	Lasting     bool            `json:"lasting"` // not over when the report was made
	Minutes     int64           `json:"minutes"`
	CreditDays  int             `json:"credit_days"` // for which the contract promises a credit; 0: none
}

// Incident is a fault of a maintained system that the customer reported.
type Incident struct {
	Number     string          `json:"number"`
	Title      string          `json:"title"`
	ReportedAt caldate.Instant `json:"reported_at"`
	ResolvedAt caldate.Instant `json:"resolved_at"`
	InTime     bool            `json:"in_time"` // answered within the agreed hours
}

// Within is the class within which a share (in per cent) of messages was delivered; 0 where there are none.
func Within(classes []Class, percent int64) int64 {
	var all, sum int64
	for _, c := range classes {
		all += c.Messages
	}
	for _, c := range classes {
		if sum += c.Messages; sum > 0 && sum*100 >= all*percent {
			return c.WithinS
		}
	}
	return 0
}

// timed fills the times of figures in.
func (f *Figures) timed(classes []Class) {
	f.P50, f.P90, f.P99 = Within(classes, 50), Within(classes, 90), Within(classes, 99)
}

// cut is the part of an interruption that lies in a month; ok is false where none does.
func cut(from, until caldate.Instant, m caldate.Month) (a, b caldate.Instant, ok bool) {
	first, end := caldate.InstantOf(m.First().Start()), caldate.InstantOf(m.Next().First().Start())
	if from.Before(first) {
		from = first
	}
	if until.After(end) {
		until = end
	}
	return from, until, from.Before(until)
}

// minutes that outages lasted together; time that two share counts once.
func minutes(outages []Outage) int64 {
	sorted := slices.SortedFunc(slices.Values(outages), func(a, b Outage) int { return a.From.Time().Compare(b.From.Time()) })
	var sum time.Duration
	var end caldate.Instant
	for _, o := range sorted {
		from := o.From
		if from.Before(end) {
			from = end
		}
		if o.Until.After(from) {
			sum += o.Until.Sub(from)
			end = o.Until
		}
	}
	return int64(sum / time.Minute)
}

// Body reads the content.
func (r *Report) Body() (Content, error) {
	var c Content
	if err := json.Unmarshal([]byte(r.Content), &c); err != nil {
		return c, fmt.Errorf("content of quality report %s: %w", r.Number, err)
	}
	return c, nil
}

// Seal is the hash over everything that a report says.
func (r *Report) Seal() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%d\x00%d\x00%d\x00%d\x00%d\x00%d\x00%s", r.Number, r.ReportKey, r.CustomerID, r.CustomerName, r.Month, r.MadeOn,
		r.Delivered, r.Failed, r.Doubtful, r.P50S, r.P99S, r.OutageMinutes, r.Content))
	return hex.EncodeToString(sum[:])
}

// Key is a customer's month.
func Key(customerID string, m caldate.Month) string {
	return "quality:" + customerID + ":" + m.String()
}

var numbering = series.Kind{Name: "quality", Mark: "Q", Digits: 6}
