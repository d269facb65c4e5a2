package handoff_test

import (
	"fmt"
	"testing"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// BenchmarkWay measures approving, handing over to loopback and booking the receipts of one batch:
//
//	go test ./server/handoff -run xxx -bench Way -benchtime 1x
func BenchmarkWay(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := New(b)
				h := over(b, w)
				h.Loop = loopback.New(w.DB, w.Clock, loopback.Defaults())
				h.Out = h.server(handoff.Channel{Name: "loopback", Engine: h.Loop})
				id := h.Submit(h.Lines(n*9/10, "您的包裹已到"), h.Lines(n/20, Doubtful), h.Lines(n/20, Forbidden))
				li := Reviewer("li")
				if _, err := h.Reviews.Claim(li, id); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				start := time.Now()
				p, err := h.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := h.Reviews.Finish(li, id, p.DecisionsHash); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s-approval")
				// Once more with a decision on a single message, so that no chunk can be settled by its counts.
				if _, err := h.Reviews.Undo(li, id); err != nil {
					b.Fatal(err)
				}
				start = time.Now()
				p, err = h.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Message, Seq: 1, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := h.Reviews.Finish(li, id, p.DecisionsHash); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s-approval-fine")
				h.Fake.Advance(review.UndoFor)
				start = time.Now()
				for h.left(id) > 0 {
					if _, err := h.Out.Work(testkit.System()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)/time.Since(start).Seconds(), "msg/s-handoff")
				h.Fake.Advance(2 * time.Hour)
				start = time.Now()
				h.drain()
				b.ReportMetric(float64(n)/time.Since(start).Seconds(), "receipts/s")
			}
		})
	}
}

// left is how many messages have not left yet; all of them before it has begun.
func (h *house) left(id string) int64 {
	v, err := h.Out.Of(testkit.System(), id)
	if err != nil {
		return 1
	}
	return v.Counts[handoff.Waiting] + v.Counts[handoff.Handing]
}
