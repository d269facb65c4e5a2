package handoff

import (
	"context"
	"math"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/carrier"
)

// Orders is what carriers have ordered (carrier.Service): it takes effect with the next slice (A29).
type Orders interface {
	Live(ctx context.Context) ([]carrier.Order, error)
}

// flow is an account of how fast, and how much on one day, messages may leave: of a channel, of a customer on a channel, or
// under a carrier's order. Its row is locked from the look to the commit, so that all servers share one limit.
type flow struct {
	Name     string          `gorm:"primaryKey"`
	Tokens   int64           // messages that may leave at once; grows to one second's worth
	FilledAt caldate.Instant // machine's clock
	OnDate   caldate.Date    // business day that Used is about
	Used     int64
}

func (flow) TableName() string { return "handoff_flows" }

// limit is one account that a slice has to fit, and the carriers that it is about.
type limit struct {
	name      string
	carriers  int64 // set of carrierBit
	perSecond int64 // 0: not limited by the second
	perDay    int64 // 0: not limited by the day
	none      bool  // nothing at all

	row  flow
	room int64
	took int64
}

const allCarriers = math.MaxInt64

// intoQueue marks the accounts of what goes into a queue. What comes out of it at the other end is counted like what leaves from here,
// in the accounts without a mark: a limit holds for the way into the queue, and for what really leaves once more.
const intoQueue = ":queued"

// quota is everything that limits a slice.
type quota struct {
	total  int64
	limits []*limit
}

// room tells whether one more message of a carrier fits, and takes it.
func (q *quota) take(carrier string) bool {
	if q.total == 0 {
		return false
	}
	bit := carrierBit(carrier)
	for _, l := range q.limits {
		if l.carriers&bit != 0 && l.room <= l.took {
			return false
		}
	}
	for _, l := range q.limits {
		if l.carriers&bit != 0 {
			l.took++
		}
	}
	q.total--
	return true
}

// back gives places back that were not used after all.
func (q *quota) back(carrier string) {
	bit := carrierBit(carrier)
	for _, l := range q.limits {
		if l.carriers&bit != 0 {
			l.took--
		}
	}
	q.total++
}

// orderLimits are the orders of carriers that are about a batch of that category.
func orderLimits(orders []carrier.Order, category string) []*limit {
	var out []*limit
	for _, o := range orders {
		if o.Category != "" && o.Category != category {
			continue
		}
		l := &limit{name: "order:" + o.ID, carriers: carrierBit(o.Carrier)}
		switch {
		case o.Volume == 0 || o.Measure == carrier.Stop:
			l.none = true
		case o.Measure == carrier.PerSecond:
			l.perSecond = o.Volume
		default:
			l.perDay = o.Volume
		}
		out = append(out, l)
	}
	return out
}

// ordersAbout are the orders in force that are about messages of a category.
func (s *Service) ordersAbout(ctx context.Context, category string) ([]*limit, error) {
	if s.Orders == nil {
		return nil, nil
	}
	orders, err := s.Orders.Live(ctx)
	return orderLimits(orders, category), err
}

// limitsOf are the accounts that messages of a customer on a channel have to fit; marked, where they only go into a queue.
func limitsOf(customerID string, ch *Channel, orders []*limit, mark string) (out []*limit) {
	if ch.PerSecond > 0 {
		out = append(out, &limit{name: "channel:" + ch.Name + mark, carriers: allCarriers, perSecond: ch.PerSecond})
	}
	if ch.PerCustomer > 0 {
		out = append(out, &limit{name: "customer:" + ch.Name + ":" + customerID + mark, carriers: allCarriers, perSecond: ch.PerCustomer})
	}
	for _, o := range orders {
		fresh := *o
		fresh.name += mark
		out = append(out, &fresh)
	}
	return out
}

// quotaOf locks the accounts that a slice of a hand-off on a channel has to fit and looks how much room they have.
func (s *Service) quotaOf(ctx context.Context, h *Handoff, ch *Channel, orders []*limit) (*quota, error) {
	q, mark := &quota{total: int64(ch.Engine.Slice())}, ""
	if _, queues := ch.Engine.(Referrer); queues {
		mark = intoQueue
	}
	if !ch.Engine.Idempotent() {
		// The lock makes counting and writing intents one step among all servers.
		if _, err := s.store.lockFlow(ctx, "channel:"+ch.Name, ch.PerSecond, s.Clock.RealInstant(), s.Clock.Today()); err != nil {
			return nil, err
		}
		flying, err := s.store.countIntents(ctx, ch.Name, intentPending)
		if err != nil {
			return nil, err
		}
		q.total = max(0, q.total-flying)
	}
	q.limits = limitsOf(h.CustomerID, ch, orders, mark)
	return q, s.measure(ctx, q.limits)
}

// measure locks accounts, in the order of their names, everywhere, and looks how much room they have.
func (s *Service) measure(ctx context.Context, limits []*limit) error {
	slices.SortFunc(limits, func(a, b *limit) int { return strings.Compare(a.name, b.name) })
	now, today := s.Clock.RealInstant(), s.Clock.Today()
	for _, l := range limits {
		if l.none {
			continue
		}
		r, err := s.store.lockFlow(ctx, l.name, l.perSecond, now, today)
		if err != nil {
			return err
		}
		l.row = *r
		if l.row.OnDate != today {
			l.row.OnDate, l.row.Used = today, 0
		}
		l.room = math.MaxInt64
		if l.perSecond > 0 {
			l.room = Fill(r.Tokens, l.perSecond, now.Sub(r.FilledAt))
		}
		if l.perDay > 0 {
			l.room = min(l.room, max(0, l.perDay-l.row.Used))
		}
	}
	return nil
}

// charge writes down what a slice took. An account of which nothing was taken is not touched, so that small fractions of
// a second add up.
func (s *Service) charge(ctx context.Context, q *quota) error {
	now := s.Clock.RealInstant()
	for _, l := range q.limits {
		if l.took == 0 || l.none {
			continue
		}
		if l.perSecond > 0 {
			l.row.Tokens, l.row.FilledAt = l.room-l.took, now
		}
		l.row.Used += l.took
		if err := s.store.setFlow(ctx, &l.row); err != nil {
			return err
		}
	}
	return nil
}

// closedBy tells which carriers an order keeps from sending anything, now or for the rest of the day.
func (s *Service) closedBy(ctx context.Context, orders []*limit) (closed int64, err error) {
	for _, o := range orders {
		switch {
		case o.none:
			closed |= o.carriers
		case o.perDay > 0:
			used, err := s.store.usedToday(ctx, []string{o.name, o.name + intoQueue}, s.Clock.Today())
			if err != nil {
				return 0, err
			}
			if used >= o.perDay {
				closed |= o.carriers
			}
		}
	}
	return closed, nil
}

// giveBack makes room again, under orders for the day, for messages of a category that surely did not leave after all.
func (s *Service) giveBack(ctx context.Context, category string, byCarrier map[string]int64) error {
	orders, err := s.ordersAbout(ctx, category)
	if err != nil {
		return err
	}
	var daily []*limit
	for _, o := range orders {
		for carrier, n := range byCarrier {
			if o.perDay > 0 && o.carriers&carrierBit(carrier) != 0 {
				o.took = n
				daily = append(daily, o)
			}
		}
	}
	if err := s.measure(ctx, daily); err != nil {
		return err
	}
	for _, o := range daily {
		o.row.Used = max(0, o.row.Used-o.took)
		if err := s.store.setFlow(ctx, &o.row); err != nil {
			return err
		}
	}
	return nil
}
