package evidence_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"sealgate/server/caldate"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// benchMessages is how many messages there are to find one among; SEALGATE_BENCH_FIND says otherwise.
const benchMessages = 2_000_000

// past is what storage holds in production: half a year, six months that are merged and thirty days that are not.
type past struct {
	known         []uint64 // some of the hashes
	size, entries int64
}

// fill stores the past; all of it counts as messages of the batches that named gives for a day.
func (h *house) fill(b *testing.B, named func(day caldate.Date) string) (p past) {
	b.Helper()
	total := int64(benchMessages)
	if v := os.Getenv("SEALGATE_BENCH_FIND"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		total = n
	}
	r := rand.New(rand.NewPCG(7, 11))
	put := func(day caldate.Date, n int64) {
		step := uint64(1<<48-1) / uint64(n)
		run, err := h.Find.PutRun(testkit.System(), day, []string{named(day)}, int(n/8192)+1, func(add func(uint64, uint32) error) error {
			for i := range n {
				hash := uint64(i)*step + r.Uint64N(step)
				if i%(n/50) == 0 {
					p.known = append(p.known, hash)
				}
				if err := add(hash, uint32(r.Int64N(n))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		p.size, p.entries = p.size+run.Size, p.entries+run.Entries
	}
	day := caldate.MustParse("2026-04-01")
	for m := range 5 {
		put(day.MonthOf().Add(m).First(), total/6)
	}
	for d := range 30 {
		put(caldate.MustParse("2026-09-01").AddDays(d), total/6/30)
	}
	return p
}

// BenchmarkFind looks a number up among many messages of half a year. It prints the bytes that a message takes in the runs.
func BenchmarkFind(b *testing.B) {
	h := over(b, New(b))
	p := h.fill(b, func(day caldate.Date) string { return "batch-" + day.String() })
	r := rand.New(rand.NewPCG(3, 5))
	for b.Loop() {
		n, err := h.Find.FindPlaces(testkit.System(), p.known[r.IntN(len(p.known))])
		if err != nil || n == 0 {
			b.Fatalf("found %d, %v", n, err)
		}
	}
	b.ReportMetric(float64(p.size)/float64(p.entries), "bytes/message")
	b.ReportMetric(float64(p.entries)/1e6, "Mmessages")
}

// BenchmarkFresh looks the recipients of one batch up among as many messages, all of the same customer: the worst case.
func BenchmarkFresh(b *testing.B) {
	h := over(b, New(b))
	first := h.Submit(h.Lines(10, "您的包裹已到"))
	h.letOut(first)
	p := h.fill(b, func(caldate.Date) string { return first })
	h.Fake.Advance(24 * time.Hour)
	id := h.Submit(h.Lines(10_000, "您的包裹已到"))
	if _, err := h.Find.Work(testkit.System()); err != nil { // the first batch
		b.Fatal(err)
	}
	if _, err := h.Find.Work(testkit.System()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got := h.fresh("cust", id)[id]; got.Looked != 1000 || got.Fresh != 1000 {
			b.Fatalf("%+v", got)
		}
	}
	b.ReportMetric(float64(p.entries)/1e6, "Mmessages")
}
