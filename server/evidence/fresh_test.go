package evidence_test

import (
	"slices"
	"testing"
	"time"

	"sealgate/server/evidence"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
	"sealgate/server/watch"
)

// fresh looks the recipients of today's batches up.
func (h *house) fresh(customerID string, ids ...string) map[string]watch.Sample {
	h.T.Helper()
	out, err := h.Find.Fresh(testkit.System(), customerID, h.Clock.Today(), ids)
	if err != nil {
		h.T.Fatal(err)
	}
	return out
}

func TestFresh_countsTheRecipientsThatNothingLeftForBefore(t *testing.T) {
	t.Parallel()
	h := over(t, New(t)) // 12 October, 10:00
	sent, never, next := h.Lines(60, "您的包裹已到"), h.Lines(50, "您的包裹已到"), h.Lines(40, "您的包裹已到")
	first := h.Submit(sent)
	h.Submit(never) // nobody approves it
	if got := h.fresh("cust", first); len(got) != 0 {
		t.Errorf("a batch that stands in no run yet: %v", got)
	}
	h.work()
	if got := h.fresh("cust", first)[first]; got != (watch.Sample{Looked: 60, Fresh: 60}) {
		t.Errorf("the very first list: %+v", got)
	}
	h.letOut(first)
	same := h.Submit(sent[:30])
	h.work()
	if got := h.fresh("cust", same)[same]; got != (watch.Sample{Looked: 30, Fresh: 30}) {
		t.Errorf("to numbers of the same day: %+v", got)
	}

	h.Fake.Advance(24 * time.Hour)
	twice := append(slices.Clone(sent[:25]), Line{Phone: sent[0].Phone, Text: "您的包裹又到了"})
	mixed, bought := h.Submit(twice, never[:20], next), h.Submit(never)
	check := func(when string) {
		t.Helper()
		got := h.fresh("cust", mixed, bought)
		if got[mixed] != (watch.Sample{Looked: 85, Fresh: 60, Before: true}) || got[bought] != (watch.Sample{Looked: 50, Fresh: 50, Before: true}) {
			t.Errorf("%s: %+v", when, got)
		}
		if got := h.fresh("other", mixed)[mixed]; got.Before || got.Fresh != 85 {
			t.Errorf("%s: what one customer sent is another's: %+v", when, got)
		}
	}
	h.work()
	check("the next day")
	day := h.Clock.Today()
	h.Fake.Advance(40 * 24 * time.Hour)
	h.work() // one run for all of October
	later, err := h.Find.Fresh(testkit.System(), "cust", day, []string{mixed})
	if err != nil || later[mixed] != (watch.Sample{Looked: 85, Fresh: 60, Before: true}) {
		t.Errorf("after all was merged: %+v %v", later, err)
	}
	if err := h.Find.Drop(testkit.System(), []string{first}); err != nil {
		t.Fatal(err)
	}
	if later, err = h.Find.Fresh(testkit.System(), "cust", day, []string{mixed, first}); err != nil || len(later) != 1 || later[mixed].Fresh != 85 {
		t.Errorf("what was purged is remembered: %+v %v", later, err)
	}
}

func TestFresh_ofALongListIsAnEstimate(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	known := h.Lines(10_000, "您的包裹已到") // more than a block and a chunk
	h.letOut(h.Submit(known))
	h.Fake.Advance(24 * time.Hour)
	id := h.Submit(known[2_000:5_000], h.Lines(2_000, "您的包裹已到"))
	h.work()
	got := h.fresh("cust", id)[id]
	// Four in ten are new; a tenth to either side is more than six times the standard error.
	if got.Looked != 1000 || got.Fresh < 300 || got.Fresh > 500 {
		t.Errorf("%+v", got)
	}
}

func TestSpan_readsNeighboursAtOnce(t *testing.T) {
	t.Parallel()
	far := make([]int, 200)
	for i := range far {
		far[i] = 2 * i
	}
	for _, c := range []struct {
		blocks []int
		want   int
	}{{[]int{7}, 1}, {[]int{7, 8, 9}, 3}, {[]int{0, 32}, 2}, {[]int{0, 33}, 1}, {far, 32}, {[]int{0, 30, 60, 63, 64}, 4}} {
		if got := evidence.Span(c.blocks); got != c.want {
			t.Errorf("%v: %d, want %d", c.blocks, got, c.want)
		}
	}
}
