package evidence_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"sealgate/server/caldate"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// benchMessages is how many messages there are to find one among; SEALGATE_BENCH_FIND says otherwise.
const benchMessages = 2_000_000

// BenchmarkFind looks a number up among many messages of half a year: six months that are merged and thirty days that are not, as
// storage holds them in production. It prints the bytes that a message takes in the runs.
func BenchmarkFind(b *testing.B) {
	total := int64(benchMessages)
	if v := os.Getenv("SEALGATE_BENCH_FIND"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		total = n
	}
	h := over(b, New(b))
	ctx := testkit.System()
	r := rand.New(rand.NewPCG(7, 11))
	var size, entries int64
	var known []uint64
	put := func(day caldate.Date, n int64) {
		step := uint64(1<<48-1) / uint64(n)
		chunks := int(n/8192) + 1
		run, err := h.Find.PutRun(ctx, day, []string{"batch-" + day.String()}, chunks, func(add func(uint64, uint32) error) error {
			for i := range n {
				hash := uint64(i)*step + r.Uint64N(step)
				if i%(n/50) == 0 {
					known = append(known, hash)
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
		size, entries = size+run.Size, entries+run.Entries
	}
	day := caldate.MustParse("2026-04-01")
	for m := range 5 {
		put(day.MonthOf().Add(m).First(), total/6)
	}
	for d := range 30 {
		put(caldate.MustParse("2026-09-01").AddDays(d), total/6/30)
	}
	for b.Loop() {
		hash := known[r.IntN(len(known))]
		n, err := h.Find.FindPlaces(ctx, hash)
		if err != nil || n == 0 {
			b.Fatalf("found %d, %v", n, err)
		}
	}
	b.ReportMetric(float64(size)/float64(entries), "bytes/message")
	b.ReportMetric(float64(entries)/1e6, "Mmessages")
}
