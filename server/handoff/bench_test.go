package handoff_test

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/handoff/natsq"
	"sealgate/server/recipient"
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
				h.approveTimed(b, id)
				b.StartTimer()
				start := time.Now()
				for h.left(id) > 0 {
					if _, err := h.Out.Work(testkit.System()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)*0.95/time.Since(start).Seconds(), "msg/s-handoff")
				h.Fake.Advance(2 * time.Hour)
				start = time.Now()
				h.drain()
				b.ReportMetric(float64(n)*0.95/time.Since(start).Seconds(), "receipts/s")
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

// approveTimed measures approving a batch as a whole, and once more with a decision on a single message, so that no chunk can be settled by
// its counts. Then the time for undoing it passes.
func (h *house) approveTimed(b *testing.B, id string) {
	li := Reviewer("li")
	if _, err := h.Reviews.Claim(li, id); err != nil {
		b.Fatal(err)
	}
	for _, x := range []struct {
		unit string
		act  review.Act
	}{
		{"s-approval", review.Act{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve}},
		{"s-approval-fine", review.Act{BatchID: id, Scope: review.Message, Seq: 1, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}}},
	} {
		start := time.Now()
		p, err := h.Reviews.Decide(li, x.act)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := h.Reviews.Finish(li, id, p.DecisionsHash); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), x.unit)
		if x.act.Scope == review.WholeBatch {
			if _, err := h.Reviews.Undo(li, id); err != nil {
				b.Fatal(err)
			}
		}
	}
	h.Fake.Advance(review.UndoFor)
}

// BenchmarkQueue measures approving a million messages, handing them to a NATS queue, durably, and booking a receipt for each, a chunk's
// worth at once, as the queue brings them. It says what limits: of the hand-off's time the share that opening chunks takes (reading,
// decrypting, unpacking, comparing with the manifest), and the share of the recipients' numbers (hashing them, looking each up in the
// lists and the account of who got how much); the rest is one transaction a chunk and the queue's writing through. Receipts are one
// transaction a chunk. How many cores were busy tells whether it waited for the processor or for the disk.
//
//	go test ./server/handoff -run xxx -bench Queue -benchtime 1x
func BenchmarkQueue(b *testing.B) {
	const n = 1_000_000
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
		id := h.Submit(h.Lines(n-1, "您的包裹已到"), h.Lines(1, Doubtful))
		h.approveTimed(b, id)
		b.StartTimer()
		took := h.report(b, n-1, "msg/s-queued", func() {
			for h.left(id) > 0 {
				if _, err := h.Out.Work(testkit.System()); err != nil {
					b.Fatal(err)
				}
			}
		})
		h.shares(b, id, took)
		h.report(b, n-1, "receipts/s", func() {
			for from := int64(1); from <= n; from += batch.ChunkSize {
				rs := make([]handoff.Receipt, 0, batch.ChunkSize)
				for seq := max(2, from); seq <= min(n, from+batch.ChunkSize-1); seq++ { // the first was refused
					rs = append(rs, handoff.Receipt{Key: handoff.Key(id, seq), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()})
				}
				if got, err := h.Out.Receive(testkit.System(), "fleet", rs); err != nil || got.Counted != len(rs) {
					b.Fatal(got, err)
				}
			}
		})
		b.StopTimer()
		if h.used() != n-1 {
			b.Fatalf("%d parts charged", h.used())
		}
		if err := queue.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// report measures work on n messages: their rate, and how many cores were busy.
func (h *house) report(b *testing.B, n int, unit string, work func()) time.Duration {
	start, cpu := time.Now(), processor(b)
	work()
	took := time.Since(start)
	b.ReportMetric(float64(n)/took.Seconds(), unit)
	b.ReportMetric((processor(b)-cpu).Seconds()/took.Seconds(), "cores-"+unit)
	return took
}

// processor is the processor time that this process has used.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// shares does two parts of a hand-off alone, once more, and reports which share of its time they were.
func (h *house) shares(b *testing.B, id string, whole time.Duration) {
	ctx := testkit.System()
	hasher, err := h.Recipients.Hasher(ctx)
	if err != nil {
		b.Fatal(err)
	}
	chunks, err := h.Batches.Chunks(ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	var opening, numbers time.Duration
	for i := range chunks {
		start := time.Now()
		messages, err := h.Batches.OpenChunk(ctx, &chunks[i])
		if err != nil {
			b.Fatal(err)
		}
		if _, err := h.Batches.OpenVerdicts(ctx, &chunks[i]); err != nil {
			b.Fatal(err)
		}
		opening += time.Since(start)
		start = time.Now()
		s := recipient.Sends{CustomerID: "cust", SignatureID: "signature", BatchID: id, Category: string(batch.Notice)}
		for _, m := range messages {
			s.Hashes = append(s.Hashes, hasher.Hash(m.Phone))
		}
		if _, err := h.Recipients.Barred(ctx, s); err != nil {
			b.Fatal(err)
		}
		if _, err := h.Recipients.TooMany(ctx, s); err != nil {
			b.Fatal(err)
		}
		numbers += time.Since(start)
	}
	b.ReportMetric(100*opening.Seconds()/whole.Seconds(), "%-opening")
	b.ReportMetric(100*numbers.Seconds()/whole.Seconds(), "%-numbers")
}
