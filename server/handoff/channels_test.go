package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/carrier"
	"sealgate/server/handoff"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// way is an engine of which a test says everything.
type way struct {
	mu     sync.Mutex
	absorb bool
	slice  int
	answer func(o handoff.Outgoing) handoff.Answer
	fail   error
	during func(call int)
	calls  int
	keys   []string       // in the order in which they came
	phones map[string]int // how often
	fates  map[string]handoff.Answer
}

func (w *way) Kind() string     { return "way" }
func (w *way) Idempotent() bool { return w.absorb }
func (w *way) Slice() int       { return max(w.slice, 1) }

func (w *way) Send(_ context.Context, out []handoff.Outgoing) ([]handoff.Answer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if w.during != nil {
		w.during(w.calls)
	}
	if w.phones == nil {
		w.phones = map[string]int{}
	}
	answers := make([]handoff.Answer, len(out))
	for i, o := range out {
		if w.answer != nil {
			answers[i] = w.answer(o)
		}
		if answers[i].Outcome != handoff.NotSent {
			w.keys = append(w.keys, o.Key)
			w.phones[o.Phone]++
		}
	}
	return answers, w.fail
}

// askable is a way that can be asked.
type askable struct{ *way }

func (w askable) Ask(_ context.Context, keys []string) ([]handoff.Answer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]handoff.Answer, len(keys))
	for i, k := range keys {
		out[i] = w.fates[k]
	}
	return out, nil
}

func (w *way) got() int { return len(w.keys) }

// carrying makes lines to numbers of one carrier's segment.
func (h *house) carrying(segment string, n int) []Line {
	lines := h.Lines(n, "您的包裹已到")
	for i := range lines {
		lines[i].Phone = segment + lines[i].Phone[3:]
	}
	return lines
}

const (
	mobile  = "138"
	unicom  = "131"
	telecom = "133"
	cable   = "192"
)

func TestRoute_eachCarrierLeavesByItsChannelAndTheRestByTheOneForAll(t *testing.T) {
	t.Parallel()
	cm, cu, all := &way{absorb: true, slice: 8}, &way{slice: 4}, &way{absorb: true, slice: 100}
	h := newHouse(
		t, handoff.Channel{Name: "all", Engine: all, Priority: 9}, handoff.Channel{Name: "cm", Engine: cm, Carriers: []string{"cmcc"}},
		handoff.Channel{Name: "cu", Engine: cu, Carriers: []string{"cucc"}, Priority: 1},
	)
	id := h.approved(h.carrying(mobile, 20), h.carrying(unicom, 11), h.carrying(telecom, 5), h.carrying(cable, 3))
	h.drain()
	if cm.got() != 20 || cu.got() != 11 || all.got() != 8 || h.counts(id)[handoff.Handed] != 39 {
		t.Fatalf("cm %d, cu %d, all %d: %v", cm.got(), cu.got(), all.got(), h.counts(id).ByName())
	}
	for _, w := range []*way{cm, cu, all} {
		for phone, n := range w.phones {
			if n != 1 || w == cm && !strings.HasPrefix(phone, mobile) || w == cu && !strings.HasPrefix(phone, unicom) {
				t.Errorf("%s got %d", phone, n)
			}
		}
	}
	h.sound()
	// A channel can only speak of what left by it.
	key := cm.keys[0]
	for channel, want := range map[string]handoff.Booked{"cu": {Strangers: 1}, "cm": {Counted: 1}} {
		if b, err := h.Out.Receive(testkit.System(), channel, []handoff.Receipt{{Key: key, Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()}}); channel == "cu" && (err != nil || b != want) {
			t.Errorf("%s: %+v %v", channel, b, err)
		}
	}
	if h.used() != 1 {
		t.Errorf("used %d", h.used())
	}
	rs, err := h.Out.Results(testkit.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range rs {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d", r.Channel, r.Carrier, r.Outcome, r.Code, r.Messages))
	}
	want := "all cbn sent  3|all ctcc sent  5|cm cmcc delivered DELIVRD 1|cm cmcc sent  20|cu cucc sent  11"
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("results:\n%s\nwant\n%s", got, want)
	}
	h.sound()
}

func TestRoute_failsOverWithWhatSurelyDidNotLeaveAndWithNothingElse(t *testing.T) {
	t.Parallel()
	lost := false
	first := &way{absorb: true, slice: 8, answer: func(handoff.Outgoing) handoff.Answer {
		return handoff.Answer{Outcome: handoff.NotSent, Code: "unreachable"}
	}}
	second := &way{absorb: true, slice: 8}
	h := newHouse(t, handoff.Channel{Name: "first", Engine: first}, handoff.Channel{Name: "second", Engine: second, Priority: 1})
	id := h.approved(h.carrying(mobile, 30))
	h.drain()
	if second.got() != 30 || first.got() != 0 || h.counts(id)[handoff.Handed] != 30 {
		t.Fatalf("refused by the first: %d and %d", first.got(), second.got())
	}
	h.sound()

	// Now the first takes a slice and breaks: that slice is its own, whatever happens; the rest goes the other way.
	h.Fake.Advance(time.Minute)
	first.answer, first.fail = nil, errors.New("reset")
	first.during = func(int) { lost = true }
	id = h.approved(h.carrying(mobile, 30))
	for !lost {
		_, _ = h.Out.Work(testkit.System())
	}
	for range 20 {
		_, _ = h.Out.Work(testkit.System())
	}
	if c := h.counts(id); first.got() != 8 || second.got() != 30+22 || c[handoff.Handing] != 8 || c[handoff.Handed] != 22 {
		t.Fatalf("%d by the first, %d by the second, %v", first.got(), second.got(), c.ByName())
	}
	mine := slices.Clone(first.keys)
	// It says "not taken" about the same messages: that proves nothing about the first time.
	first.fail, first.answer = nil, func(handoff.Outgoing) handoff.Answer { return handoff.Answer{Outcome: handoff.NotSent, Code: "busy"} }
	h.Fake.Advance(time.Minute)
	h.drain()
	if c := h.counts(id); c[handoff.Handing] != 8 || second.got() != 52 {
		t.Fatalf("after a doubtful no: %v, the second has %d", c.ByName(), second.got())
	}
	first.answer = nil
	h.Fake.Advance(time.Minute)
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 30 || second.got() != 52 || !slices.Equal(first.keys[8:], mine) {
		t.Errorf("in the end %v; the second has %d, the first got again %v, want %v", c.ByName(), second.got(), first.keys[8:], mine)
	}
	h.sound()
}

func TestRoute_takesTurnsWithStopsAndHoursOfChannels(t *testing.T) {
	t.Parallel()
	day, night := &way{absorb: true, slice: 50}, &way{absorb: true, slice: 50}
	h := newHouse(
		t, handoff.Channel{Name: "day", Engine: day, To: "12:00", From: "06:00", Carriers: []string{"cmcc"}},
		handoff.Channel{Name: "night", Engine: night, Priority: 1, Carriers: []string{"cmcc"}, From: "10:00", To: "18:00"},
	)
	stop, err := h.Out.StopNow(testkit.As("boss"), handoff.StopChannel, "day", "通道故障")
	if err != nil {
		t.Fatal(err)
	}
	h.approved(h.carrying(mobile, 10))
	h.drain()
	if day.got() != 0 || night.got() != 10 {
		t.Fatalf("while it is stopped: %d and %d", day.got(), night.got())
	}
	if err := h.Out.LiftStop(testkit.As("boss"), stop.ID, "已恢复"); err != nil {
		t.Fatal(err)
	}
	h.approved(h.carrying(mobile, 10))
	h.drain()
	if day.got() != 10 {
		t.Errorf("lifted: %d and %d", day.got(), night.got())
	}
	h.Clock.SetOffset(9 * time.Hour) // 19:00: both have closed
	id := h.approved(h.carrying(mobile, 4), h.carrying(unicom, 2))
	h.drain()
	if got := h.holds(id); got != "channel_hours channel_hours" {
		t.Errorf("at night: %q", got)
	}
	h.Clock.SetOffset(22 * time.Hour) // 08:00
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 4 || c[handoff.Waiting] != 2 || h.holds(id) != "channel" {
		t.Errorf("in the morning: %v, %q", c.ByName(), h.holds(id))
	}
	h.sound()
}

func TestQuota_aCustomerAndAnOrderHaveTheirShareAndOthersGoOn(t *testing.T) {
	t.Parallel()
	w := &way{absorb: true, slice: 100}
	h := newHouse(t, handoff.Channel{Name: "w", Engine: w, PerCustomer: 10})
	id := h.approved(h.carrying(mobile, 30), h.carrying(unicom, 12))
	h.drain()
	if w.got() != 10 {
		t.Fatalf("in the first second %d", w.got())
	}
	order, err := h.Orders.Give(testkit.As("boss"), carrier.Order{Carrier: "cmcc", Measure: carrier.Stop, GivenBy: "省公司 王工", Reference: "电话 10:05", Reason: "网络拥塞"})
	if err != nil {
		t.Fatal(err)
	}
	was := len(w.phones)
	for range 3 {
		h.Fake.Advance(time.Second)
		h.drain()
	}
	for i, k := range w.keys[was:] {
		if _, seq, _ := handoff.ParseKey(k); seq <= 30 {
			t.Errorf("message %d (%d after the order) went to a carrier that said stop", seq, i)
		}
	}
	if w.got() != was+12 || h.holds(id) != "carrier_order" {
		t.Errorf("under the order %d left, %q", w.got()-was, h.holds(id))
	}
	if _, err := h.Orders.Lift(testkit.As("boss"), order.ID, "省公司通知恢复"); err != nil {
		t.Fatal(err)
	}
	// Five a day, until noon.
	if _, err := h.Orders.Give(testkit.As("boss"), carrier.Order{
		Carrier: "cmcc", Category: "notice", Measure: carrier.PerDay, Volume: 5, GivenBy: "省公司", Reference: "传真 12 号", Reason: "保障", UntilAt: h.Clock.Instant().Add(2 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		h.Fake.Advance(time.Second)
		h.drain()
	}
	if w.got() != was+12+5 || h.holds(id) != "carrier_order" {
		t.Errorf("five a day: %d, %q", w.got()-was-12, h.holds(id))
	}
	h.Fake.Advance(2 * time.Hour)
	for range 3 {
		h.Fake.Advance(time.Second)
		h.drain()
	}
	if c := h.counts(id); c[handoff.Handed] != 42 {
		t.Errorf("when the order was over: %v", c.ByName())
	}
	h.sound()
}

func TestQuota_anOrderForTheDayIsNotUsedUpByWhatDidNotLeave(t *testing.T) {
	t.Parallel()
	busy := true
	w := &way{absorb: true, slice: 3, answer: func(handoff.Outgoing) handoff.Answer {
		if busy {
			return handoff.Answer{Outcome: handoff.NotSent, Code: "busy"}
		}
		return handoff.Answer{}
	}}
	h := newHouse(t, handoff.Channel{Name: "w", Engine: w})
	id := h.approved(h.carrying(mobile, 9))
	h.order(carrier.Order{Measure: carrier.PerDay, Volume: 5})
	for range 3 {
		h.drain()
		h.Fake.Advance(time.Minute)
	}
	if busy = false; w.calls < 3 {
		t.Fatalf("called %d times", w.calls)
	}
	h.drain()
	if w.got() != 5 || h.holds(id) != "carrier_order" {
		t.Errorf("%d left, %q", w.got(), h.holds(id))
	}
	h.sound()
}

func TestPick_repeatsNothingToACarrierThatSaidStopSince(t *testing.T) {
	t.Parallel()
	w := &way{absorb: true, slice: 4, fail: errors.New("reset")}
	h := newHouse(t, handoff.Channel{Name: "w", Engine: w})
	id := h.approved(h.carrying(mobile, 3), h.carrying(unicom, 5))
	for range 5 {
		_, _ = h.Out.Work(testkit.System())
	}
	if c := h.counts(id); w.got() != 4 || c[handoff.Handing] != 4 {
		t.Fatalf("%d, %v", w.got(), c.ByName())
	}
	order := h.order(carrier.Order{Measure: carrier.Stop})
	w.fail = nil
	h.Fake.Advance(time.Minute)
	h.drain()
	if c := h.counts(id); w.begin(mobile) != 3 || c[handoff.Handing] != 3 || c[handoff.Handed] != 5 {
		t.Fatalf("to the carrier that said stop %d times, %v", w.begin(mobile), c.ByName())
	}
	if _, err := h.Orders.Lift(testkit.As("boss"), order.ID, "省公司通知恢复"); err != nil {
		t.Fatal(err)
	}
	h.drain()
	if c := h.counts(id); w.begin(mobile) != 6 || c[handoff.Handed] != 8 {
		t.Errorf("when it was lifted: %d, %v", w.begin(mobile), c.ByName())
	}
	h.sound()
}

func TestStopNow_anEmergencyStopActsBetweenTwoSlices(t *testing.T) {
	t.Parallel()
	for scope, object := range map[handoff.StopScope]string{handoff.StopAll: "", handoff.StopCustomer: "cust", handoff.StopSignature: "signature", handoff.StopContract: "contract"} {
		w := &way{slice: 16}
		h := newHouse(t, handoff.Channel{Name: "w", Engine: w})
		id := h.approved(h.carrying(mobile, 100))
		w.during = func(call int) {
			if call == 2 {
				if _, err := h.Out.StopNow(testkit.As("boss"), scope, object, "违法内容"); err != nil {
					t.Error(err)
				}
			}
		}
		h.drain()
		if w.calls != 2 || h.counts(id)[handoff.Waiting] != 68 || h.holds(id) != "stopped" {
			t.Errorf("%s: %d calls, %v, %q", scope, w.calls, h.counts(id).ByName(), h.holds(id))
		}
		h.sound()
	}
}

func TestAsk_onlyThePromiseOfTheEngineLetsAMessageGoAgain(t *testing.T) {
	t.Parallel()
	first := askable{&way{slice: 10, answer: func(handoff.Outgoing) handoff.Answer {
		return handoff.Answer{Outcome: handoff.Unclear, Code: "timeout"}
	}}}
	second := &way{absorb: true, slice: 10}
	h := newHouse(t, handoff.Channel{Name: "first", Engine: first}, handoff.Channel{Name: "second", Engine: second, Priority: 1})
	id := h.approved(h.carrying(mobile, 4))
	h.drain()
	if c := h.counts(id); c[handoff.Unknown] != 4 {
		t.Fatalf("%v", c.ByName())
	}
	first.fates = map[string]handoff.Answer{
		handoff.Key(id, 1): {Outcome: handoff.Accepted}, handoff.Key(id, 2): {Outcome: handoff.Refused, Code: "BLACK"},
		handoff.Key(id, 3): {Outcome: handoff.NotSent}, handoff.Key(id, 4): {Outcome: handoff.Unclear},
	}
	h.drain()
	if c := h.counts(id); c[handoff.Unknown] != 4 {
		t.Fatalf("asked before the call can no more be on its way: %v", c.ByName())
	}
	if _, err := h.Out.StopNow(testkit.As("boss"), handoff.StopChannel, "first", "核查"); err != nil {
		t.Fatal(err)
	}
	h.Fake.Advance(handoff.SettledAfter + time.Minute)
	h.drain()
	c := h.counts(id)
	if c[handoff.Handed] != 2 || c[handoff.Failed] != 1 || c[handoff.Unknown] != 1 || !slices.Equal(second.keys, []string{handoff.Key(id, 3)}) {
		t.Errorf("%v; the second has %v", c.ByName(), second.keys)
	}
	h.sound()
	if us, err := h.Out.Unsettled(testkit.System()); err != nil || len(us) != 1 || us[0].Messages != 1 || us[0].Channel != "first" || us[0].BatchNumber == "" {
		t.Errorf("%+v %v", us, err)
	}
	if n, err := h.Out.SettleUnknown(testkit.As("boss"), handoff.Settlement{BatchID: id, Outcome: "failed", Reason: "通道方书面确认未发送"}); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	h.sound()
}

// paced is a way whose calls a test lets return, each when and with what it says. Whoever asks hears that it never had anything.
type paced struct {
	mu       sync.Mutex
	calls    int
	reached  [3]chan struct{}
	outcome  [3]chan handoff.Outcome
	accepted map[string]int
}

func newPaced() *paced {
	p := &paced{accepted: map[string]int{}}
	for i := range p.reached {
		p.reached[i], p.outcome[i] = make(chan struct{}), make(chan handoff.Outcome, 1)
	}
	return p
}

func (*paced) Kind() string     { return "paced" }
func (*paced) Idempotent() bool { return false }
func (*paced) Slice() int       { return 10 }

func (p *paced) Send(_ context.Context, out []handoff.Outgoing) ([]handoff.Answer, error) {
	p.mu.Lock()
	n := p.calls
	p.calls++
	p.mu.Unlock()
	close(p.reached[n])
	what := <-p.outcome[n]
	answers := make([]handoff.Answer, len(out))
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, o := range out {
		answers[i].Outcome = what
		if what == handoff.Accepted {
			p.accepted[o.Key]++
		}
	}
	return answers, nil
}

func (*paced) Ask(_ context.Context, keys []string) ([]handoff.Answer, error) {
	answers := make([]handoff.Answer, len(keys))
	for i := range answers {
		answers[i].Outcome = handoff.NotSent
	}
	return answers, nil
}

func TestSettle_aServerThatSleptDoesNotSendBackWhatAnotherHasInHand(t *testing.T) {
	t.Parallel()
	e := newPaced()
	h := newHouse(t, handoff.Channel{Name: "paced", Engine: e})
	other := h.server(handoff.Channel{Name: "paced", Engine: e})
	id := h.approved(h.carrying(mobile, 3))
	until := func(s *handoff.Service, call int) (ended chan struct{}) { // works until that call has returned
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			for {
				if _, err := s.Work(testkit.System()); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-e.reached[call]:
					return
				default:
				}
			}
		}()
		<-e.reached[call]
		return ended
	}
	slept := until(h.Out, 0)
	h.Fake.Advance(handoff.Lease + handoff.SettledAfter + time.Minute)
	awake := until(other, 1) // it has doubted them, was told that they never left, and hands them over
	e.outcome[0] <- handoff.NotSent
	<-slept
	e.outcome[1] <- handoff.Accepted
	<-awake
	e.outcome[2] <- handoff.Accepted
	h.drain(other)
	if c := h.counts(id); c[handoff.Handed] != 3 || e.calls != 2 || e.accepted[handoff.Key(id, 1)] != 1 {
		t.Errorf("%v after %d calls, accepted %v", c.ByName(), e.calls, e.accepted)
	}
	h.sound()
}

func TestReceive_codesMeanWhatTheChannelSaysAndStayRaw(t *testing.T) {
	t.Parallel()
	w := &way{absorb: true, slice: 10}
	h := newHouse(t, handoff.Channel{Name: "w", Engine: w, Codes: map[string]handoff.Meaning{"000": handoff.MeansDelivered, "X*": handoff.MeansContent, "QUEUED": handoff.MeansOnTheWay}})
	id := h.approved(h.carrying(mobile, 5))
	h.drain()
	at := h.Clock.Instant()
	b, err := h.Out.Receive(testkit.System(), "w", []handoff.Receipt{
		{Key: handoff.Key(id, 1), Result: handoff.Failure, Code: "000", At: at}, // this carrier's word for success
		{Key: handoff.Key(id, 2), Result: handoff.Failure, Code: "X17", At: at},
		{Key: handoff.Key(id, 3), Result: handoff.Failure, Code: "QUEUED", At: at},
		{Key: handoff.Key(id, 4), Result: handoff.Failure, Code: "MK:0001", At: at},
		{Key: handoff.Key(id, 5), Result: handoff.Failure, Code: "never heard\tof", At: at},
	})
	if err != nil || b != (handoff.Booked{Counted: 4, Repeated: 1}) {
		t.Fatalf("%+v %v", b, err)
	}
	rs, err := h.Out.Results(testkit.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]handoff.Meaning{}
	for _, r := range rs {
		got[r.Code] = r.Meaning
	}
	for code, want := range map[string]handoff.Meaning{
		"000": handoff.MeansDelivered, "X17": handoff.MeansContent, "MK:0001": handoff.MeansNoNumber, "never heard of": handoff.MeansOther, "": "",
	} {
		if m, ok := got[code]; !ok || m != want {
			t.Errorf("%q: %q, want %q", code, m, want)
		}
	}
	for seq, want := range map[int64]string{1: "000", 3: "QUEUED", 5: "never heard of"} {
		tr, err := h.Out.TraceOf(testkit.System(), id, seq)
		if err != nil || len(tr.Receipts) != 1 || tr.Receipts[0].Code != want || tr.Channel != "w" {
			t.Errorf("message %d: %+v %v", seq, tr, err)
		}
	}
	h.sound()
}

func TestReceive_aReceiptThatIsFasterThanTheAnswerWaitsForIt(t *testing.T) {
	t.Parallel()
	w := &way{slice: 10}
	h := newHouse(t, handoff.Channel{Name: "w", Engine: w}, handoff.Channel{Name: "x", Engine: &way{}, Carriers: []string{"cbn"}})
	n := 0
	w.answer = func(o handoff.Outgoing) handoff.Answer {
		n++
		if o.Parts > 1 {
			return handoff.Answer{Refs: []string{fmt.Sprintf("L%d.1", n), fmt.Sprintf("L%d.2", n)}}
		}
		return handoff.Answer{Refs: []string{fmt.Sprintf("S%d", n)}}
	}
	id := h.approved(h.carrying(mobile, 2), h.Lines(1, long))
	report := func(channel, ref string) handoff.Booked {
		b, err := h.Out.Receive(testkit.System(), channel, []handoff.Receipt{{Ref: ref, Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, ref := range []string{"S1", "L3.2", "S1", "forged"} {
		if b := report("w", ref); b.Early != 1 {
			t.Errorf("%s: %+v", ref, b)
		}
	}
	if b := report("x", "S2"); b.Early != 1 { // another channel's number
		t.Errorf("%+v", b)
	}
	h.drain()
	if c := h.counts(id); c[handoff.Delivered] != 1 || c[handoff.Handed] != 2 {
		t.Fatalf("%v", c.ByName())
	}
	if b := report("w", "L3.1"); b.Counted != 1 {
		t.Errorf("the other part: %+v", b)
	}
	if b := report("w", "S2"); b.Counted != 1 || h.used() != 4 {
		t.Errorf("%+v, used %d", b, h.used())
	}
	h.Fake.Advance(73 * time.Hour)
	h.drain() // nobody claims the forged one
	h.sound()
}

func TestChannelViews_sayHowEachChannelDoes(t *testing.T) {
	t.Parallel()
	bad := &way{slice: 5, answer: func(handoff.Outgoing) handoff.Answer {
		return handoff.Answer{Outcome: handoff.NotSent, Code: "unreachable"}
	}}
	good := askable{&way{absorb: true, slice: 5}}
	h := newHouse(
		t, handoff.Channel{Name: "good", Engine: good, Priority: 2, PerSecond: 100}, handoff.Channel{Name: "bad", Engine: bad, Carriers: []string{"cmcc"}, From: "08:00", To: "20:00"},
	)
	h.approved(h.carrying(mobile, 5))
	h.drain()
	vs, err := h.Out.ChannelViews(testkit.System())
	if err != nil || len(vs) != 2 {
		t.Fatal(vs, err)
	}
	if b := vs[0]; b.Name != "bad" || b.Open || b.Problem != "unreachable" || b.BadCode != "unreachable" || b.BadAt.IsZero() || !b.GoodAt.IsZero() || b.CanBeAsked || b.From != "08:00" {
		t.Errorf("%+v", b)
	}
	if g := vs[1]; !g.Open || g.GoodAt.IsZero() || g.Today.Sent != 5 || !g.CanBeAsked || g.PerSecond != 100 {
		t.Errorf("%+v", g)
	}
}

func TestNew_refusesChannelsThatCanNotWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, cs := range map[string][]handoff.Channel{
		"none": nil, "no engine": {{Name: "a"}}, "no name": {{Engine: &way{}}}, "a slash": {{Name: "a/b", Engine: &way{}}},
		"twins": {{Name: "a", Engine: &way{}}, {Name: "a", Engine: &way{}}}, "a stranger": {{Name: "a", Engine: &way{}, Carriers: []string{"vodafone"}}},
		"no time": {{Name: "a", Engine: &way{}, From: "8 o'clock"}}, "no meaning": {{Name: "a", Engine: &way{}, Codes: map[string]handoff.Meaning{"1": "fine"}}},
		"backwards": {{Name: "a", Engine: &way{}, PerSecond: -1}},
	} {
		if _, err := handoff.New(handoff.Parts{DB: h.DB, Clock: h.Clock, Channels: cs}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
