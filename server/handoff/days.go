package handoff

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"sealgate/server/caldate"
)

// Fates are what became of messages of a contract, by category, channel and carrier. Doubtful are those whose fate nobody knows
// (unknown, or no receipt within 72 hours), for as long as they are so.
type Fates struct {
	CustomerID string `gorm:"primaryKey"`
	ContractID string `gorm:"primaryKey"`
	Category   string `gorm:"primaryKey"`
	Channel    string `gorm:"primaryKey"`
	Carrier    string `gorm:"primaryKey"`
	Sent       int64  // accepted by the channel
	Delivered  int64
	Failed     int64
	Doubtful   int64
	Parts      int64 // of delivered messages
}

// Day is one day of Fates: what statistics are read from (A20), however many batches there were. A fate counts on its own day, what is
// doubtful on the day on which its batch's hand-off began.
type Day struct {
	OnDate caldate.Date `gorm:"primaryKey"`
	Fates  `gorm:"embedded"`
}

// TableName is handoff_days.
func (Day) TableName() string { return "handoff_days" }

// fatesMonth is the sum of a month's days, so that a year is read from twelve rows instead of 365.
type fatesMonth struct {
	Month caldate.Month `gorm:"primaryKey"`
	Fates `gorm:"embedded"`
}

func (fatesMonth) TableName() string { return "handoff_months" }

// Ends are what messages ended with, by the code as the carrier gave it.
type Ends struct {
	CustomerID string `gorm:"primaryKey"`
	ContractID string `gorm:"primaryKey"`
	Category   string `gorm:"primaryKey"`
	Channel    string `gorm:"primaryKey"`
	Carrier    string `gorm:"primaryKey"`
	Outcome    string `gorm:"primaryKey"` // delivered or failed
	Code       string `gorm:"primaryKey"`
	Meaning    Meaning
	Messages   int64
	Parts      int64
}

type endsDay struct {
	OnDate caldate.Date `gorm:"primaryKey"`
	Ends   `gorm:"embedded"`
}

func (endsDay) TableName() string { return "handoff_day_codes" }

type endsMonth struct {
	Month caldate.Month `gorm:"primaryKey"`
	Ends  `gorm:"embedded"`
}

func (endsMonth) TableName() string { return "handoff_month_codes" }

// Delay is how many of a customer's messages were delivered within so many seconds, and not within the next smaller of
// DelayEdges: from the hand-off to the time of the receipt, on the day of the receipt (A32).
type Delay struct {
	CustomerID string       `gorm:"primaryKey"`
	OnDate     caldate.Date `gorm:"primaryKey"`
	Carrier    string       `gorm:"primaryKey"`
	WithinS    int64        `gorm:"primaryKey;autoIncrement:false"`
	Messages   int64
}

// TableName is handoff_delays.
func (Delay) TableName() string { return "handoff_delays" }

// DelayEdges are the upper ends, in seconds, of the classes in which delays are counted. The last one takes whatever is later.
var DelayEdges = []int64{1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 259200, 31536000}

// delayEdge is the class of a delay in milliseconds. A receipt that seems to come before the hand-off took no time.
func delayEdge(ms int64) int64 {
	i, _ := slices.BinarySearch(DelayEdges, (max(0, ms)+999)/1000)
	return DelayEdges[min(i, len(DelayEdges)-1)]
}

type delayKey struct {
	on      caldate.Date
	carrier string
	within  int64
}

// day is an empty Day of a hand-off.
func (h *Handoff) day(on caldate.Date, channel, carrier string) Day {
	return Day{on, Fates{CustomerID: h.CustomerID, ContractID: h.ContractID, Category: h.Category, Channel: channel, Carrier: carrier}}
}

// addDays adds tallies of a batch to its customer's days.
func (s *Service) addDays(ctx context.Context, h *Handoff, rows []Tally) error {
	if err := s.categorise(ctx, h); err != nil {
		return err
	}
	var days []Day
	for _, t := range rows {
		d := h.day(t.OnDate, t.Channel, t.Carrier)
		switch t.Outcome {
		case outcomeSent:
			d.Sent = t.Messages
		case outcomeDelivered:
			d.Delivered, d.Parts = t.Messages, t.Parts
		default:
			d.Failed = t.Messages
		}
		days = append(days, d)
	}
	if err := s.writeDays(ctx, days); err != nil {
		return err
	}
	for _, t := range rows {
		if t.Outcome == outcomeSent {
			continue
		}
		if err := s.store.addEnds(ctx, t.OnDate, Ends{h.CustomerID, h.ContractID, h.Category, t.Channel, t.Carrier, t.Outcome, t.Code, t.Meaning, t.Messages, t.Parts}); err != nil {
			return err
		}
	}
	return nil
}

// categorise completes a hand-off that a version before this one began.
func (s *Service) categorise(ctx context.Context, h *Handoff) error {
	if h.Category != "" {
		return nil
	}
	b, err := s.Batches.Get(ctx, h.BatchID)
	if err == nil {
		h.Category = string(b.Category)
	}
	return err
}

// writeDays adds days of one customer, contract and category up: a row of the table is touched once, and always in the same order, so
// that servers do not lock each other out.
func (s *Service) writeDays(ctx context.Context, days []Day) error {
	slices.SortFunc(days, func(a, b Day) int {
		return cmp.Or(cmp.Compare(a.OnDate.String(), b.OnDate.String()), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Carrier, b.Carrier))
	})
	for len(days) > 0 {
		sum, n := days[0], 1
		for ; n < len(days) && days[n].OnDate == sum.OnDate && days[n].Channel == sum.Channel && days[n].Carrier == sum.Carrier; n++ {
			d := days[n]
			sum.Sent, sum.Delivered, sum.Failed, sum.Doubtful, sum.Parts = sum.Sent+d.Sent, sum.Delivered+d.Delivered, sum.Failed+d.Failed, sum.Doubtful+d.Doubtful, sum.Parts+d.Parts
		}
		if err := s.store.addDay(ctx, sum); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// addDelays adds how long deliveries took.
func (s *Service) addDelays(ctx context.Context, customerID string, delays map[delayKey]int64) error {
	rows := make([]Delay, 0, len(delays))
	for k, n := range delays {
		rows = append(rows, Delay{customerID, k.on, k.carrier, k.within, n})
	}
	slices.SortFunc(rows, func(a, b Delay) int {
		return cmp.Or(cmp.Compare(a.OnDate.String(), b.OnDate.String()), cmp.Compare(a.Carrier, b.Carrier), cmp.Compare(a.WithinS, b.WithinS))
	})
	for _, r := range rows {
		if err := s.store.addDelay(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// doubtKey is by which channel messages left, by its number, and to which carrier.
type doubtKey struct {
	route   int64
	carrier string
}

// doubts counts the messages of a chunk whose fate nobody knows.
func (c *Chunk) doubts() map[doubtKey]int64 {
	out := map[doubtKey]int64{}
	if bytes.IndexByte(c.Statuses, byte(Unknown)) < 0 && bytes.IndexByte(c.Statuses, byte(Expired)) < 0 {
		return out
	}
	for i := range c.Statuses {
		if st := c.Statuses.At(i); st == Unknown || st == Expired {
			k := doubtKey{route: c.route(i)}
			if i < len(c.Facts) {
				k.carrier = c.Facts.Carrier(i)
			}
			out[k]++
		}
	}
	return out
}

// write stores a chunk that was locked in this transaction, and counts what has become doubtful in it since, or is no longer.
func (s *Service) write(ctx context.Context, h *Handoff, c *Chunk) error {
	now := c.doubts()
	change := maps.Clone(now)
	for k, n := range c.doubted {
		change[k] -= n
	}
	if err := s.addDoubtful(ctx, h, change); err != nil {
		return err
	}
	if err := s.store.writeChunk(ctx, c); err != nil {
		return err
	}
	c.doubted = now
	return nil
}

func (s *Service) addDoubtful(ctx context.Context, h *Handoff, change map[doubtKey]int64) error {
	days, err := s.doubtfulDays(ctx, h, change)
	if err != nil {
		return err
	}
	return s.writeDays(ctx, days)
}

// doubtfulDays says where the statistics count a hand-off's doubts.
func (s *Service) doubtfulDays(ctx context.Context, h *Handoff, doubts map[doubtKey]int64) ([]Day, error) {
	var days []Day
	for k, n := range doubts {
		if n == 0 {
			continue
		}
		channel := h.Channel
		if k.route != 0 {
			name, err := s.channelName(ctx, k.route)
			if err != nil {
				return nil, err
			}
			channel = name
		}
		if err := s.categorise(ctx, h); err != nil {
			return nil, err
		}
		d := h.day(h.OpenedAt.Date(), channel, k.carrier)
		d.Doubtful = n
		days = append(days, d)
	}
	return days, nil
}
