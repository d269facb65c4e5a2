package handoff_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sealgate/server/actor"
	"sealgate/server/handoff"
	"sealgate/server/testkit"
)

// dying is a house whose only channel absorbs repeats and, once it has taken a slice, breaks off every call.
func dying(t *testing.T) (h *house, m *mute, id string) {
	t.Helper()
	m = &mute{err: errors.New("the queue is gone")}
	h = newHouse(t, handoff.Channel{Name: "queue", Engine: m})
	id = h.approved(h.Lines(40, "您的包裹已到"))
	for range 3 {
		if _, err := h.Out.Work(testkit.System()); err == nil {
			break // the failure was told; the rest is holds
		}
	}
	if c := h.counts(id); c[handoff.Handing] != 16 || c[handoff.Waiting] != 24 {
		t.Fatalf("%v", c.ByName())
	}
	return h, m, id
}

// The story of a channel that dies for good: nothing is repeated by itself once it is stopped, a person ends the waiting with grounds, the
// channel's operator tells what became of the messages, and only what was delivered is charged. The rest leaves by another channel.
func TestGiveUp_letsAPersonSettleWhatADeadChannelNeverAnswered(t *testing.T) {
	t.Parallel()
	h, m, id := dying(t)
	boss := testkit.As("boss", "compliance_lead")
	for _, reason := range []string{" ", strings.Repeat("长", 501)} {
		if _, err := h.Out.GiveUp(boss, id, reason); !errors.Is(err, handoff.ErrGrounds) {
			t.Errorf("grounds %.10q: %v", reason, err)
		}
	}
	if _, err := h.Out.GiveUp(boss, id, "通道已关停"); !errors.Is(err, handoff.ErrChannelLives) {
		t.Errorf("of a channel that may be called at any moment: %v", err)
	}
	if c := h.counts(id); c[handoff.Unknown] != 0 {
		t.Fatalf("a refusal changed something: %v", c.ByName())
	}
	if _, err := h.Out.StopNow(boss, handoff.StopChannel, "queue", "运营商关停"); err != nil {
		t.Fatal(err)
	}
	calls := m.calls
	n, err := h.Out.GiveUp(boss, id, "运营商书面通知通道永久关停")
	if err != nil || n != 16 {
		t.Fatalf("%d %v", n, err)
	}
	if _, err := h.Out.GiveUp(boss, id, "再来一次"); !errors.Is(err, handoff.ErrNoneHanding) {
		t.Errorf("twice: %v", err)
	}
	h.Fake.Advance(time.Hour)
	h.drain()
	if c := h.counts(id); c[handoff.Unknown] != 16 || c[handoff.Waiting] != 24 || m.calls != calls {
		t.Errorf("%v, called %d times more", c.ByName(), m.calls-calls)
	}
	if n := h.doubtful(t, id); n != 16 {
		t.Errorf("the statistics tell of %d messages whose fate nobody knows, and it is 16", n)
	}
	told := 0
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action = 'handoff.give_up' AND object_id = ?", id).Scan(&told); err != nil || told != 1 {
		t.Errorf("%d audit rows, %v", told, err)
	}
	h.sound()

	late := handoff.Receipt{Key: handoff.Key(id, 3), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()}
	if b, err := h.Out.Receive(testkit.System(), "queue", []handoff.Receipt{late}); err != nil || b.Counted != 1 {
		t.Errorf("a receipt that comes after all: %+v %v", b, err)
	}
	if n, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Seqs: []int64{1, 2}, Outcome: "delivered", Reason: "对方话单"}); err != nil || n != 2 {
		t.Errorf("%d %v", n, err)
	}
	if n, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "failed", Reason: "对方话单里没有"}); err != nil || n != 13 {
		t.Errorf("%d %v", n, err)
	}
	other := &mute{}
	h.Out = h.server(handoff.Channel{Name: "queue", Engine: m}, handoff.Channel{Name: "second", Engine: other, Priority: 1})
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 24 || c[handoff.Delivered] != 3 || c[handoff.Failed] != 13 || len(other.got) != 24 || h.used() != 3 {
		t.Errorf("%v, the second channel got %d, %d parts charged", c.ByName(), len(other.got), h.used())
	}
	h.sound()
}

// doubtful is what the statistics of a batch's customer say of messages whose fate nobody knows.
func (h *house) doubtful(t *testing.T, id string) (n int) {
	t.Helper()
	const q = "SELECT COALESCE(SUM(doubtful), 0) FROM handoff_days WHERE customer_id = (SELECT customer_id FROM batches WHERE id = ?)"
	if err := h.DB.ReadSQL().QueryRow(q, id).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A channel that is no more in the configuration can't be stopped, and need not be.
func TestGiveUp_ofAChannelThatIsGoneFromTheConfiguration(t *testing.T) {
	t.Parallel()
	h, _, id := dying(t)
	h.Out = h.server(handoff.Channel{Name: "second", Engine: &mute{}})
	h.drain()
	if c := h.counts(id); c[handoff.Handing] != 16 || c[handoff.Handed] != 24 {
		t.Fatalf("what may have left by one channel goes to no other: %v", c.ByName())
	}
	boss := testkit.As("boss", "compliance_lead")
	if h.holds(id) == "" {
		t.Error("16 wait for an answer, and nobody says why it does not come")
	}
	if n, err := h.Out.GiveUp(boss, id, "通道已拆除"); err != nil || n != 16 {
		t.Errorf("%d %v", n, err)
	}
	if got := h.holds(id); got != "" {
		t.Errorf("nothing waits any more, and it still says %q", got)
	}
	h.sound()
}

func TestGiveUp_hidesOtherCustomersBatches(t *testing.T) {
	t.Parallel()
	h, _, id := dying(t)
	stranger := actor.With(testkit.System(), actor.Actor{UserID: "x"}) // sees nothing
	if _, err := h.Out.GiveUp(stranger, id, "因为"); err == nil {
		t.Error("a stranger gave up another's messages")
	}
}
