package handoff_test

import (
	"context"
	"testing"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/testkit"
)

// figures are what statistics would read for all days together.
type figures struct{ Sent, Delivered, Failed, Doubtful, Parts int64 }

func (h *house) statistics(table string) (f figures) {
	h.T.Helper()
	err := h.DB.Q(context.Background()).Table(table).Select("SUM(sent) AS sent, SUM(delivered) AS delivered, SUM(failed) AS failed, SUM(doubtful) AS doubtful, SUM(parts) AS parts").Scan(&f).Error
	if err != nil {
		h.T.Fatal(err)
	}
	return f
}

// agrees compares the statistics with the statuses of the one batch that there is.
func (h *house) agrees(id, when string) {
	h.T.Helper()
	c := h.counts(id)
	for _, table := range []string{"handoff_days", "handoff_months"} {
		got := h.statistics(table)
		if got.Delivered != c[handoff.Delivered] || got.Failed != c[handoff.Failed] || got.Doubtful != c[handoff.Unknown]+c[handoff.Expired] || got.Parts != h.used() {
			h.T.Errorf("%s, %s: %+v, statuses %v", when, table, got, c.ByName())
		}
	}
	h.sound()
}

func TestDays_followEveryMessageToItsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.approved(h.Lines(300, "您的包裹已到"), h.Lines(20, long))
	h.drain()
	h.agrees(id, "handed over")
	if got := h.statistics("handoff_days"); got.Sent == 0 || got.Doubtful != 0 {
		t.Errorf("handed over: %+v", got)
	}
	h.Fake.Advance(2 * time.Second)
	h.drain()
	h.agrees(id, "most receipts")
	h.Fake.Advance(2 * time.Hour)
	h.drain()
	h.agrees(id, "late receipts")
}

func TestDays_countWhatIsDoubtfulUntilItIsSettled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Out = h.server(handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(40, "您的包裹已到"))
	h.drain()
	h.agrees(id, "no receipt yet")
	h.Fake.Advance(handoff.ReceiptsFor + time.Minute)
	h.drain()
	if got := h.statistics("handoff_days"); got.Doubtful != 40 {
		t.Fatalf("expired: %+v", got)
	}
	h.agrees(id, "expired")
	if _, err := h.Out.Receive(testkit.System(), "mute", []handoff.Receipt{
		{Key: handoff.Key(id, 1), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()},
		{Key: handoff.Key(id, 2), Result: handoff.Failure, Code: "MK:0001", At: h.Clock.Instant()},
	}); err != nil {
		t.Fatal(err)
	}
	if got := h.statistics("handoff_days"); got.Doubtful != 38 || got.Delivered != 1 || got.Failed != 1 {
		t.Errorf("two came late: %+v", got)
	}
	h.agrees(id, "two came late")
}

// What is doubtful stands in no results of batches: it is compared with the status blocks themselves, and the months with the days.
func TestVerify_tellsWhereStatisticsSayMoreOrLessIsDoubtful(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Out = h.server(handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(40, "您的包裹已到"))
	h.drain()
	h.Fake.Advance(handoff.ReceiptsFor + time.Minute)
	h.drain()
	h.agrees(id, "expired")
	for name, tables := range map[string][]string{"a month alone": {"handoff_months"}, "days and months": {"handoff_days", "handoff_months"}} {
		add := func(n int) {
			for _, table := range tables {
				if err := h.DB.Run(testkit.System(), func(ctx context.Context) error {
					return h.DB.Q(ctx).Exec("UPDATE "+table+" SET doubtful = doubtful + ? WHERE doubtful > 0", n).Error
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		add(1)
		found, err := h.Out.Verify(testkit.System())
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 || found[0].Invariant != 21 {
			t.Errorf("%s: one more is doubtful than is, found %+v", name, found)
		}
		add(-1)
	}
	h.agrees(id, "as it was")
}

func TestDelays_areCountedFromTheHandOffToTheReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Out = h.server(handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(10, "您的包裹已到"))
	h.drain()
	left := h.Clock.Instant()
	var rs []handoff.Receipt
	for i, after := range []time.Duration{-time.Second, 0, time.Second, 1001 * time.Millisecond, 4 * time.Second, 10 * time.Minute, 11 * time.Minute, 400 * 24 * time.Hour} {
		rs = append(rs, handoff.Receipt{Key: handoff.Key(id, int64(i+1)), Result: handoff.Success, Code: "DELIVRD", At: left.Add(after)})
	}
	rs = append(rs, handoff.Receipt{Key: handoff.Key(id, 9), Result: handoff.Failure, Code: "MK:0001", At: left.Add(time.Second)})
	if _, err := h.Out.Receive(testkit.System(), "mute", rs); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Out.Receive(testkit.System(), "mute", rs); err != nil { // a repeat is no second delivery
		t.Fatal(err)
	}
	var got []handoff.Delay
	if err := h.DB.Q(context.Background()).Select("within_s, SUM(messages) AS messages").Group("within_s").Order("within_s").Find(&got).Error; err != nil {
		t.Fatal(err)
	}
	want := map[int64]int64{1: 3, 2: 1, 5: 1, 600: 1, 1200: 1, 31536000: 1}
	for _, d := range got {
		if want[d.WithinS] != d.Messages {
			t.Errorf("within %d s: %d, want %d", d.WithinS, d.Messages, want[d.WithinS])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d classes, want %d", len(got), len(want))
	}
}
