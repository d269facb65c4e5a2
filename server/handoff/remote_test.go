package handoff_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sealgate/server/carrier"
	"sealgate/server/handoff"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/handoff/natsq"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// queued is a house whose only channel is a queue, with messages in it.
func queued(t *testing.T, ch handoff.Channel, lines func(h *house) [][]Line) (h *house, id string, messages []handoff.Outgoing) {
	t.Helper()
	h = newHouse(t)
	q := &refers{}
	ch.Name, ch.Engine = "fleet", q
	h.Out = h.server(ch)
	id = h.approved(lines(h)...)
	h.drain()
	for _, ref := range q.got {
		r, err := h.Out.Resolve(testkit.System(), "fleet", ref)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, r.Messages...)
	}
	return h, id, messages
}

// leaves asks for slices of three until no more may leave, and tells how many those were by carrier.
func (h *house) leaves(id string, rest []handoff.Outgoing) (by string, went, stay []handoff.Outgoing) {
	h.T.Helper()
	n := map[string]int{}
	for {
		l, err := h.Out.MayLeave(testkit.System(), "fleet", id, rest, 3)
		if err != nil || l.Ended != "" || len(l.Go) > 3 || len(l.Go)+len(l.Stay) != len(rest) {
			h.T.Fatalf("%+v %v", l, err)
		}
		if rest = l.Stay; len(l.Go) == 0 {
			return strings.TrimSpace(l.Wait + fmt.Sprintf(" cmcc %d, cucc %d", n["cmcc"], n["cucc"])), went, rest
		}
		for _, m := range l.Go {
			n[m.Carrier]++
			went = append(went, m)
		}
	}
}

func (h *house) order(o carrier.Order) *carrier.Order {
	h.T.Helper()
	o.Carrier, o.GivenBy, o.Reference, o.Reason = "cmcc", "省公司 王工", "电话 10:05", "网络拥塞"
	given, err := h.Orders.Give(testkit.As("boss"), o)
	if err != nil {
		h.T.Fatal(err)
	}
	return given
}

func TestMayLeave_aCarriersOrderHoldsWhatWasQueuedBeforeIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                       string
		order                      carrier.Order
		now, inASecond, inTheNight string
	}{
		{"stop", carrier.Order{Measure: carrier.Stop}, "cmcc 0, cucc 4", "cmcc 0, cucc 0", "cmcc 0, cucc 0"},
		{"five a day", carrier.Order{Measure: carrier.PerDay, Volume: 5}, "cmcc 5, cucc 4", "cmcc 0, cucc 0", "cmcc 5, cucc 0"},
		{"five a second", carrier.Order{Measure: carrier.PerSecond, Volume: 5}, "cmcc 5, cucc 4", "cmcc 5, cucc 0", "cmcc 5, cucc 0"},
		{"about others", carrier.Order{Measure: carrier.Stop, Category: "marketing"}, "cmcc 20, cucc 4", "cmcc 0, cucc 0", "cmcc 0, cucc 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, id, rest := queued(t, handoff.Channel{}, func(h *house) [][]Line { return [][]Line{h.carrying(mobile, 20), h.carrying(unicom, 4)} })
			if len(rest) != 24 {
				t.Fatalf("%d in the queue", len(rest))
			}
			h.order(c.order)
			var got string
			for _, at := range []struct {
				want string
				wait time.Duration
			}{{c.now, 0}, {c.inASecond, time.Second}, {c.inTheNight, 24 * time.Hour}} {
				h.Fake.Advance(at.wait)
				if got, _, rest = h.leaves(id, rest); got != at.want {
					t.Errorf("after %v: %s; want %s", at.wait, got, at.want)
				}
			}
		})
	}
}

func TestMayLeave_countsWhatWentIntoTheQueueUnderTheOrderOnceOnly(t *testing.T) {
	t.Parallel()
	h, id, before := queued(t, handoff.Channel{}, func(h *house) [][]Line { return [][]Line{h.carrying(mobile, 3)} })
	h.order(carrier.Order{Measure: carrier.PerDay, Volume: 5})
	later := h.approved(h.carrying(mobile, 9))
	h.drain()
	if c := h.counts(later); c[handoff.Handed] != 5 || h.holds(later) != "carrier_order" {
		t.Fatalf("no more go into the queue on one day than may leave: %v, %q", c.ByName(), h.holds(later))
	}
	got, went, _ := h.leaves(id, before)
	if got != "cmcc 3, cucc 0" {
		t.Fatalf("of those that were there before: %s", got)
	}
	five := make([]handoff.Outgoing, 5)
	for i := range five {
		five[i] = handoff.Outgoing{Key: handoff.Key(later, int64(i+1)), Carrier: "cmcc"}
	}
	got, _, five = h.leaves(later, five)
	if got != "cmcc 2, cucc 0" {
		t.Errorf("of those that came after: %s", got)
	}
	if err := h.Out.NotLeft(testkit.System(), id, went[:2]); err != nil {
		t.Fatal(err)
	}
	if got, _, _ = h.leaves(later, five); got != "cmcc 2, cucc 0" {
		t.Errorf("when two of them had not left after all: %s", got)
	}
}

func TestMayLeave_keepsToFlowAndHoursOfTheChannelAtTheFarEndToo(t *testing.T) {
	t.Parallel()
	h, id, rest := queued(t, handoff.Channel{PerSecond: 7, PerCustomer: 5, From: "08:00", To: "12:00"}, func(h *house) [][]Line { return [][]Line{h.carrying(mobile, 5)} })
	got, _, rest := h.leaves(id, append(rest, rest...)) // five went in within a second; as if they had waited there for five more
	if got != "cmcc 5, cucc 0" {
		t.Errorf("in one second: %s", got)
	}
	h.Clock.SetOffset(5 * time.Hour)
	h.Fake.Advance(time.Second)
	if got, _, _ := h.leaves(id, rest); got != "channel_hours cmcc 0, cucc 0" {
		t.Errorf("outside its hours: %s", got)
	}
}

func TestMayLeave_aStopOfAnotherChannelHoldsNothingInThisOne(t *testing.T) {
	t.Parallel()
	h, fleet := newHouse(t), &refers{}
	h.Out = h.server(handoff.Channel{Name: "fleet", Engine: fleet, Carriers: []string{"cmcc"}}, handoff.Channel{Name: "other", Engine: &way{}, Carriers: []string{"cucc"}})
	if _, err := h.Out.StopNow(testkit.As("boss"), handoff.StopChannel, "other", "通道故障"); err != nil {
		t.Fatal(err)
	}
	id := h.approved(h.carrying(mobile, 2), h.carrying(unicom, 2))
	h.drain()
	if got := h.holds(id); got != "stopped" {
		t.Fatalf("what waits for the other: %q", got)
	}
	r, err := h.Out.Resolve(testkit.System(), "fleet", fleet.got[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := h.leaves(id, r.Messages); got != "cmcc 2, cucc 0" {
		t.Errorf("%s", got)
	}
	for scope, object := range map[handoff.StopScope]string{handoff.StopChannel: "fleet", handoff.StopSignature: "signature"} {
		stop, err := h.Out.StopNow(testkit.As("boss"), scope, object, "核查")
		if err != nil {
			t.Fatal(err)
		}
		if got, _, _ := h.leaves(id, r.Messages); got != "stopped cmcc 0, cucc 0" {
			t.Errorf("a stop of %s: %s", scope, got)
		}
		if err := h.Out.LiftStop(testkit.As("boss"), stop.ID, "已恢复"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestResolve_whatExpiredInTheQueueIsNotSentAnyMore(t *testing.T) {
	t.Parallel()
	h, fleet := newHouse(t), &refers{}
	h.Out = h.server(handoff.Channel{Name: "fleet", Engine: fleet})
	id := h.approved(h.Lines(3, "您的包裹已到"))
	h.drain()
	if b, err := h.Out.Receive(testkit.System(), "fleet", []handoff.Receipt{{Key: handoff.Key(id, 2), Result: handoff.Lost, At: h.Clock.Instant()}}); err != nil || b.Counted != 1 {
		t.Fatal(b, err)
	}
	h.Fake.Advance(handoff.ReceiptsFor + time.Minute)
	h.drain()
	r, err := h.Out.Resolve(testkit.System(), "fleet", fleet.got[0])
	if err != nil || len(r.Ended) != 2 || len(r.Messages) != 1 || r.Messages[0].Key != handoff.Key(id, 2) {
		t.Errorf("%+v %v", r, err)
	}
}

// An order reaches a real queue with a real worker; what other carriers have in it goes on.
func TestStory_aCarriersOrderReachesTheFleet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	queue, err := natsq.New(natsq.Settings{Name: "fleet", Dir: filepath.Join(t.TempDir(), "nats")}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Close() })
	h.Out = h.server(handoff.Channel{Name: "fleet", Engine: queue})
	carries := &way{absorb: true, slice: 4}
	worker, err := queue.Worker(carries, h.Out)
	if err != nil {
		t.Fatal(err)
	}
	// 09:00: twelve to China Mobile, five to China Unicom are in the queue; no engine works.
	h.approved(h.carrying(mobile, 12), h.carrying(unicom, 5))
	h.drain()
	// 09:01: China Mobile says stop. The fleet wakes up.
	order := h.order(carrier.Order{Measure: carrier.Stop})
	if _, err := worker.Work(context.Background()); err != nil || carries.got() != 5 || carries.begin(mobile) != 0 {
		t.Fatalf("under the order %d left, %d of them to China Mobile, %v", carries.got(), carries.begin(mobile), err)
	}
	// 09:02: it is lifted.
	if _, err := h.Orders.Lift(testkit.As("boss"), order.ID, "省公司通知恢复"); err != nil {
		t.Fatal(err)
	}
	enginetest.Until(t, "the rest has left", func() bool {
		if _, err := worker.Work(context.Background()); err != nil {
			t.Fatal(err)
		}
		return carries.got() >= 17
	})
	for phone, n := range carries.phones {
		if n != 1 {
			t.Errorf("%s got %d", phone, n)
		}
	}
	h.sound()
}

// begin is how many messages it sent to numbers that begin so.
func (w *way) begin(segment string) (n int) {
	for phone, times := range w.phones {
		if strings.HasPrefix(phone, segment) {
			n += times
		}
	}
	return n
}

func TestChunkFates_areNoneBeforeTheHandOffHasBegunAndBeyondItsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.approved(h.Lines(3, "您的包裹已到"))
	look := func(chunk int64) int {
		fates, err := h.Out.ChunkFates(testkit.System(), id, chunk)
		if err != nil {
			t.Fatal(err)
		}
		return len(fates)
	}
	if fates, err := h.Out.ChunkFates(testkit.System(), "nobatch", 0); err != nil || len(fates) > 0 {
		t.Errorf("a batch that nobody knows: %v, %v", fates, err)
	}
	h.drain()
	if look(1) != 3 || look(2) != 0 {
		t.Errorf("%d and %d messages", look(1), look(2))
	}
}
