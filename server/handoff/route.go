package handoff

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/batch"
)

// gate is what lets a hand-off go on now, or keeps it from going on.
type gate struct {
	batch  *batch.Batch
	holds  []Hold
	ended  string // it never goes on, and why
	lanes  []lane
	orders []*limit // of carriers, about its category
	closed int64    // set of carrierBit whose order lets nothing out
}

// open is the set of carriers whose messages can leave now.
func (g *gate) open() (set int64) {
	for _, c := range carriers {
		bit := carrierBit(c)
		if to, _ := takers(g.lanes, c); len(to) > 0 && g.closed&bit == 0 {
			set |= bit
		}
	}
	return set
}

// why tells what keeps the messages of a set of carriers back, each reason once.
func (g *gate) why(waiting int64) (holds []Hold) {
	for _, c := range carriers {
		bit := carrierBit(c)
		if waiting&bit == 0 {
			continue
		}
		to, hold := takers(g.lanes, c)
		switch {
		case g.closed&bit != 0:
			hold = Hold{Reason: HoldOrder, Detail: c}
		case len(to) > 0:
			continue
		}
		if !slices.Contains(holds, hold) {
			holds = append(holds, hold)
		}
	}
	return holds
}

// routes looks at channels and carriers' orders.
func (s *Service) routes(ctx context.Context, b *batch.Batch, stops []Stop) (*gate, error) {
	orders, err := s.ordersAbout(ctx, string(b.Category))
	if err != nil {
		return nil, err
	}
	lanes, err := s.lanesNow(ctx, stops)
	if err != nil {
		return nil, err
	}
	g := &gate{batch: b, lanes: lanes, orders: orders}
	g.closed, err = s.closedBy(ctx, g.orders)
	return g, err
}

// free tells whether a chunk has something that can leave: it was never opened, somebody that it waits for can be reached,
// or a channel that was called without an answer can be called again.
func (g *gate) free(c *Chunk) bool {
	if c.LeaseUntil > 0 || c.State != chunkOpen {
		return false
	}
	return c.unopened() || c.WaitsFor&g.open() != 0 || c.HandingOn&g.again() != 0
}

// again is the set of open channels that absorb repeats.
func (g *gate) again() (set int64) {
	for i := range g.lanes {
		if l := &g.lanes[i]; l.open() && l.Engine.Idempotent() {
			set |= channelBit(l.number)
		}
	}
	return set
}

// holdsOf tells why nothing of some chunks can leave now; nothing where something can.
func (g *gate) holdsOf(chunks []waiting) (holds []Hold) {
	var carriersWait, channelsCalled int64
	unopened := false
	for _, w := range chunks {
		unopened = unopened || w.WaitsFor == 0 && w.HandingOn == 0
		carriersWait |= w.WaitsFor
		channelsCalled |= w.HandingOn
	}
	if len(chunks) == 0 || carriersWait&g.open() != 0 || channelsCalled&g.again() != 0 || unopened && g.open() != 0 {
		return nil
	}
	holds = g.why(carriersWait)
	for i := range g.lanes {
		if l := &g.lanes[i]; (unopened || channelsCalled&channelBit(l.number) != 0) && !l.open() && !slices.Contains(holds, l.hold) {
			holds = append(holds, l.hold)
		}
	}
	if len(holds) == 0 {
		holds = append(holds, Hold{Reason: HoldChannel})
	}
	return holds
}

// picked is a channel and the messages that it takes next.
type picked struct {
	ch    *Channel
	index []int
	quota *quota // nil: a repeat of what was counted already
}

// pick chooses channel and messages. First come those that a server that died was handing over to an engine that absorbs
// repeats: to the same channel, because they may have left by it. Where it can't be reached, or their carrier lets nothing out since,
// they wait, and the others go on. Then the channels in their order, each with the carriers that it is the best open one for.
func (s *Service) pick(ctx context.Context, h *Handoff, row *Chunk, g *gate) (*picked, error) {
	if again := row.HandingOn & g.again(); again != 0 {
		for i := range g.lanes {
			l := &g.lanes[i]
			if channelBit(l.number)&again == 0 || !l.open() {
				continue
			}
			p := &picked{ch: l.Channel}
			for i := range row.Statuses {
				if row.Statuses.At(i) == Handing && row.route(i) == l.number && len(p.index) < l.Engine.Slice() && g.closed&carrierBit(row.Facts.Carrier(i)) == 0 {
					p.index = append(p.index, i)
				}
			}
			if len(p.index) > 0 {
				return p, nil
			}
		}
	}
	var best [8][]*Channel // by carrier, as facts number them
	for k, c := range carriers {
		if g.closed&carrierBit(c) == 0 {
			best[k], _ = takers(g.lanes, c)
		}
	}
	for i := range g.lanes {
		ch := g.lanes[i].Channel
		if !g.lanes[i].open() || !waitsForChannel(row, best, ch) {
			continue
		}
		q, err := s.quotaOf(ctx, h, ch, g.orders)
		if err != nil {
			return nil, err
		}
		p := &picked{ch: ch, quota: q}
		for i := int(row.Reached); i < len(row.Statuses) && q.total > 0; i++ {
			if row.Statuses.At(i) == Waiting && slices.Contains(best[row.Facts[i]>>5], ch) && q.take(row.Facts.Carrier(i)) {
				p.index = append(p.index, i)
			}
		}
		if len(p.index) > 0 {
			return p, nil
		}
	}
	return nil, nil
}

// waitsForChannel tells whether a chunk has messages that a channel is best for.
func waitsForChannel(row *Chunk, best [8][]*Channel, ch *Channel) bool {
	for i := int(row.Reached); i < len(row.Statuses); i++ {
		if row.Statuses.At(i) == Waiting && slices.Contains(best[row.Facts[i]>>5], ch) {
			return true
		}
	}
	return false
}

// settle charges the accounts for the messages that go, and not for those that were left out meanwhile.
func (p *picked) settle(ctx context.Context, s *Service, kept []int, facts Facts) error {
	if p.quota == nil {
		return nil
	}
	stays := make(map[int]bool, len(kept))
	for _, i := range kept {
		stays[i] = true
	}
	for _, i := range p.index {
		if !stays[i] {
			p.quota.back(facts.Carrier(i))
		}
	}
	return s.charge(ctx, p.quota)
}

// numbers gives the numbers under which statuses remember channels, given out once and for all servers.
func (s *Service) numbers(ctx context.Context) (map[string]byte, error) {
	s.mu.Lock()
	known := s.numbered
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	known = map[string]byte{}
	err := s.DB.Run(ctx, func(ctx context.Context) error {
		rows, err := s.store.channelNumbers(ctx)
		if err != nil {
			return err
		}
		last := int64(0)
		for _, r := range rows {
			known[r.Name], last = byte(r.Number), max(last, r.Number)
		}
		for _, c := range s.Channels {
			if known[c.Name] > 0 {
				continue
			}
			if last++; last > channelsAtMost {
				return fmt.Errorf("handoff: channel %s is one too many: there were %d of different names", c.Name, channelsAtMost)
			}
			known[c.Name] = byte(last)
			if err := s.store.numberChannel(ctx, c.Name, last, s.Clock.RealInstant()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbered = known
	return known, nil
}

func (s *Service) number(ctx context.Context, name string) (byte, error) {
	known, err := s.numbers(ctx)
	return known[name], err
}

// channelOf is the channel by which message i of a chunk left, and its name; nil where this server does not have it.
func (s *Service) channelOf(ctx context.Context, h *Handoff, c *Chunk, i int) (*Channel, string, error) {
	n := c.route(i)
	if n == 0 {
		return s.channel(h.Channel), h.Channel, nil
	}
	name, err := s.channelName(ctx, n)
	return s.channel(name), name, err
}

// channelName finds the channel of a number, those of other servers' configurations too.
func (s *Service) channelName(ctx context.Context, number int64) (string, error) {
	known, err := s.numbers(ctx)
	if err != nil {
		return "", err
	}
	for name, n := range known {
		if int64(n) == number {
			return name, nil
		}
	}
	rows, err := s.store.channelNumbers(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if r.Number == number {
			return r.Name, nil
		}
	}
	return "", nil
}
