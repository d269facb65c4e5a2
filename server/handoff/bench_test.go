package handoff_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/handoff/natsq"
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

// BenchmarkQueue measures handing a batch to a NATS queue, durably, and booking a receipt for each of its messages, a chunk's
// worth at once, as the queue brings them. What limits: of the hand-off, opening chunks and looking each number up in the lists
// (CPU) before one transaction a chunk; of receipts, one transaction a chunk.
//
//	go test ./server/handoff -run xxx -bench Queue -benchtime 1x
func BenchmarkQueue(b *testing.B) {
	const n = 200_000
	for b.Loop() {
		b.StopTimer()
		h := over(b, New(b))
		queue, err := natsq.New(natsq.Settings{Name: "fleet", Dir: filepath.Join(b.TempDir(), "nats")}, h.Clock)
		if err != nil {
			b.Fatal(err)
		}
		h.Out = h.server(handoff.Channel{Name: "fleet", Engine: queue})
		if _, _, err := queue.Reports(testkit.System()); err != nil { // starts the queue
			b.Fatal(err)
		}
		id := h.approved(h.Lines(n, "您的包裹已到"))
		b.StartTimer()
		start := time.Now()
		for h.left(id) > 0 {
			if _, err := h.Out.Work(testkit.System()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(n/time.Since(start).Seconds(), "msg/s-queued")
		start = time.Now()
		for from := int64(1); from <= n; from += batch.ChunkSize {
			rs := make([]handoff.Receipt, 0, batch.ChunkSize)
			for seq := from; seq <= min(n, from+batch.ChunkSize-1); seq++ {
				rs = append(rs, handoff.Receipt{Key: handoff.Key(id, seq), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()})
			}
			if got, err := h.Out.Receive(testkit.System(), "fleet", rs); err != nil || got.Counted != len(rs) {
				b.Fatal(got, err)
			}
		}
		b.ReportMetric(n/time.Since(start).Seconds(), "receipts/s")
		b.StopTimer()
		if h.used() != n {
			b.Fatalf("%d parts charged", h.used())
		}
		if err := queue.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
