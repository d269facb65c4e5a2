package evidence_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/evidence"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/jobs"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// house is a desk with a hand-off and what finds messages again.
type house struct {
	*World
	Out  *handoff.Service
	Find *evidence.Service
}

func over(t testing.TB, w *World) *house {
	t.Helper()
	out, err := handoff.New(handoff.Parts{
		DB: w.DB, Clock: w.Clock, Trail: w.Trail, Batches: w.Batches, Contracts: w.Contract, Reviews: w.Reviews, Recipients: w.Recipients, Usage: w.Usage, Notices: w.Notices,
		Channels: []handoff.Channel{{Name: "loopback", Engine: loopback.New(w.DB, w.Clock, loopback.Defaults())}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{World: w, Out: out}
	h.Find = evidence.New(w.DB, w.Clock, w.Trail, evidence.Deps{
		Blobs: w.Blobs, Keys: w.Keys, Batches: w.Batches, Reviews: w.Reviews, Handoff: out, Leases: jobs.NewLeases(w.DB, w.Clock),
	})
	return h
}

// work builds and merges until nothing is left to do.
func (h *house) work() (steps int) {
	h.T.Helper()
	for {
		did, err := h.Find.Work(testkit.System())
		if err != nil {
			h.T.Fatal(err)
		}
		if !did {
			return steps
		}
		steps++
	}
}

// letOut has a batch approved and sent.
func (h *house) letOut(id string) {
	h.T.Helper()
	h.Approve(id)
	h.Fake.Advance(review.UndoFor)
	for range 50 {
		if did, err := h.Out.Work(testkit.System()); err != nil {
			h.T.Fatal(err)
		} else if !did {
			h.Fake.Advance(time.Minute)
		}
	}
}

func (h *house) found(phone string) []evidence.Found {
	h.T.Helper()
	out, err := h.Find.Find(testkit.System(), phone)
	if err != nil {
		h.T.Fatal(err)
	}
	return out
}

func (h *house) runs() []evidence.Run {
	h.T.Helper()
	rs, err := h.Find.Runs(testkit.System())
	if err != nil {
		h.T.Fatal(err)
	}
	return rs
}

// sound checks the invariants, and that storage holds the runs and nothing else of them.
func (h *house) sound() {
	h.T.Helper()
	violations, err := h.Find.Verify(testkit.System())
	if err != nil || len(violations) > 0 {
		h.T.Errorf("violations: %v %v", violations, err)
	}
	objects, err := h.Blobs.List(testkit.System(), "runs/")
	if err != nil || len(objects) != len(h.runs()) {
		h.T.Errorf("%d objects for %d runs, %v", len(objects), len(h.runs()), err)
	}
}

func TestRun_givesEveryEntryBack_alsoWhereOneNumberFillsBlocks(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	key, err := h.Keys.Finder(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for name, hashes := range map[string][]uint64{
		"one": {42}, "lowest and highest but one": {0, 1<<evidence.HashBits - 2},
		"many": random(r, 9_000, 1<<evidence.HashBits-1), "few numbers, many messages": random(r, 9_000, 3),
	} {
		missing, size, err := evidence.RoundTrip(testkit.System(), h.Blobs, key, hashes)
		if err != nil || missing > 0 {
			t.Errorf("%s: %d of %d not found, %v", name, missing, len(hashes), err)
		}
		if name == "many" && float64(size)/float64(len(hashes)) > 9 {
			t.Errorf("%d bytes for %d entries", size, len(hashes))
		}
	}
}

func random(r *rand.Rand, n int, below uint64) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = r.Uint64N(below)
	}
	return out
}

func FuzzRun_neverPanicsOnDamagedBytes(f *testing.F) {
	f.Add([]byte{1, 2, 3}, 2)
	f.Add([]byte{2, 0x80, 0x80, 1, 5, 0, 0, 1, 1}, 2)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 4)
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		if width < 1 || width > 4 {
			return
		}
		if n := evidence.ReadBlock(b, width) + evidence.ReadTables(b); n > 3*len(b) {
			t.Fatalf("%d things of %d bytes", n, len(b))
		}
	})
}

func TestPlan_mergesDaysAndMonthsThatAreOver(t *testing.T) {
	t.Parallel()
	today := caldate.MustParse("2026-11-10")
	run := func(id, first, last string, entries int64) evidence.Run {
		return evidence.Run{ID: id, FirstDay: caldate.MustParse(first), LastDay: caldate.MustParse(last), Entries: entries}
	}
	var busy []evidence.Run
	for i := range 13 {
		busy = append(busy, run(fmt.Sprint("t", i), "2026-11-10", "2026-11-10", 5))
	}
	for name, c := range map[string]struct {
		runs []evidence.Run
		want int
	}{
		"nothing":                   {nil, 0},
		"one run":                   {[]evidence.Run{run("a", "2026-11-01", "2026-11-01", 1)}, 0},
		"two of yesterday":          {[]evidence.Run{run("a", "2026-11-09", "2026-11-09", 1), run("b", "2026-11-09", "2026-11-09", 1)}, 2},
		"two of today":              {[]evidence.Run{run("a", "2026-11-10", "2026-11-10", 1), run("b", "2026-11-10", "2026-11-10", 1)}, 0},
		"many of today":             {busy, 13},
		"days of this month":        {[]evidence.Run{run("a", "2026-11-08", "2026-11-08", 1), run("b", "2026-11-09", "2026-11-09", 1)}, 0},
		"days of last month":        {[]evidence.Run{run("a", "2026-10-08", "2026-10-08", 1), run("b", "2026-10-09", "2026-10-09", 1), run("c", "2026-11-01", "2026-11-01", 1)}, 2},
		"a month and a late day":    {[]evidence.Run{run("a", "2026-10-01", "2026-10-30", 9), run("b", "2026-10-31", "2026-10-31", 1)}, 2},
		"too large to be one":       {[]evidence.Run{run("a", "2026-10-01", "2026-10-30", 200<<20), run("b", "2026-10-31", "2026-10-31", 1)}, 0},
		"the small ones of a month": {[]evidence.Run{run("a", "2026-10-01", "2026-10-29", 199<<20), run("b", "2026-10-30", "2026-10-30", 1<<20), run("c", "2026-10-31", "2026-10-31", 1)}, 2},
	} {
		if got := evidence.Plan(c.runs, today); len(got) != c.want {
			t.Errorf("%s: %d runs, want %d: %v", name, len(got), c.want, got)
		}
	}
}

func TestPlan_comesToRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		today := caldate.MustParse("2026-11-10")
		var runs []evidence.Run
		for i := range rapid.IntRange(0, 60).Draw(rt, "runs") {
			d := today.AddDays(-rapid.IntRange(0, 70).Draw(rt, "age"))
			runs = append(runs, evidence.Run{ID: fmt.Sprint(i), FirstDay: d, LastDay: d, Entries: rapid.Int64Range(1, 90<<20).Draw(rt, "entries")})
		}
		for range 100 {
			merge := evidence.Plan(runs, today)
			if merge == nil {
				return
			}
			gone := map[string]bool{}
			one := merge[0]
			one.ID += "+"
			one.Entries = 0
			for _, m := range merge {
				gone[m.ID] = true
				one.Entries += m.Entries
				if m.FirstDay.Before(one.FirstDay) {
					one.FirstDay = m.FirstDay
				}
				if m.LastDay.After(one.LastDay) {
					one.LastDay = m.LastDay
				}
			}
			if len(merge) < 2 {
				rt.Fatalf("a merge of %d runs", len(merge))
			}
			kept := []evidence.Run{one}
			for _, r := range runs {
				if !gone[r.ID] {
					kept = append(kept, r)
				}
			}
			runs = kept
		}
		rt.Fatal("it merges for ever")
	})
}

func TestFind_givesAllMessagesToANumber_beforeAndAfterMerging(t *testing.T) {
	t.Parallel()
	h := over(t, New(t)) // 12 October, 10:00
	regular := h.Lines(1, "您的包裹已到")
	var batches []string
	for day := range 3 {
		for i := range 3 {
			text := fmt.Sprintf("您的包裹已到%d号柜", day*3+i)
			batches = append(batches, h.Submit([]Line{{Phone: regular[0].Phone, Text: text}}, h.Lines(40, text)))
		}
		h.work()
		h.Fake.Advance(24 * time.Hour)
	}
	check := func(when string, runs int) {
		t.Helper()
		h.work()
		if n := len(h.runs()); n != runs {
			t.Errorf("%s: %d runs, want %d", when, n, runs)
		}
		got := h.found("+86 " + regular[0].Phone)
		seen := map[string]bool{}
		for i, f := range got {
			seen[f.BatchID] = true
			if f.Seq != 1 || f.CustomerName != "川味餐饮" || f.Status != "" || i > 0 && f.At().After(got[i-1].At()) {
				t.Errorf("%s: %+v", when, f)
			}
		}
		if len(got) != len(batches) || len(seen) != len(batches) {
			t.Errorf("%s: %d messages of %d batches, want %d", when, len(got), len(seen), len(batches))
		}
		h.sound()
	}
	check("a day later", 3) // each day's runs have become one
	h.Fake.Advance(20 * 24 * time.Hour)
	check("a month later", 1)
	if got := h.found("19900000000"); len(got) != 0 {
		t.Errorf("a number that got nothing: %v", got)
	}
	if _, err := h.Find.Find(testkit.System(), "1380013"); !errors.Is(err, evidence.ErrPhone) {
		t.Errorf("no number: %v", err)
	}
}

func TestFind_staysWithinTheScopeOfWhoAsks(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	line := h.Lines(1, "您的包裹已到")
	h.Submit(line)
	h.work()
	for customer, want := range map[string]int{"cust": 1, "other": 0} {
		ctx := actor.With(context.Background(), actor.Actor{UserID: "u", Scope: actor.Scope{CustomerID: customer}})
		got, err := h.Find.Find(ctx, line[0].Phone)
		if err != nil || len(got) != want {
			t.Errorf("%s: %d messages, %v", customer, len(got), err)
		}
	}
}

func TestFind_tellsWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	line := h.Lines(1, "您的包裹已到")
	id := h.Submit(line, h.Lines(5, "您的包裹已到了"))
	h.work()
	h.letOut(id)
	got := h.found(line[0].Phone)
	if len(got) != 1 || got[0].SentAt.IsZero() || got[0].At() != got[0].SentAt || got[0].Status == "" || got[0].Status == "waiting" {
		t.Errorf("found: %+v", got)
	}
}

func TestDrop_forgetsABatchAndNoOther_howeverOften(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	line := h.Lines(1, "您的包裹已到")
	gone, kept := h.Submit(line, h.Lines(9, "您的包裹已到一")), h.Submit([]Line{{Phone: line[0].Phone, Text: "您的包裹又到了"}}, h.Lines(9, "您的包裹已到二"))
	h.work()
	h.Fake.Advance(24 * time.Hour)
	h.work() // both are in one run
	for range 2 {
		if err := h.Find.Drop(testkit.System(), []string{gone}); err != nil {
			t.Fatal(err)
		}
		if got := h.found(line[0].Phone); len(got) != 1 || got[0].BatchID != kept {
			t.Errorf("found: %+v", got)
		}
		h.sound()
	}
	if err := h.Find.Drop(testkit.System(), []string{kept}); err != nil {
		t.Fatal(err)
	}
	if n := len(h.runs()); n != 0 {
		t.Errorf("%d runs of nothing", n)
	}
	h.sound()
}

func TestShow_needsAPurposeAndMasks(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	line := h.Lines(1, "您的包裹已到")
	line[0].Text = "退货请电" + line[0].Phone + "号"
	id := h.Submit(line)
	ctx := Reviewer("li")
	for _, l := range []evidence.Look{{}, {Purpose: evidence.ForComplaint}, {Purpose: "marketing", Grounds: "分析"}, {Purpose: evidence.ForComplaint, Grounds: " x "}} {
		if _, err := h.Find.Show(ctx, id, 1, l); !errors.Is(err, evidence.ErrPurpose) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	m, err := h.Find.Show(ctx, id, 1, evidence.Look{Purpose: evidence.ForComplaint, Grounds: "投诉单 1"})
	if err != nil || m.Phone == line[0].Phone || m.Text() != "退货请电"+m.Phone+"号" || m.Record.Outcome != review.Undecided || m.Trace != nil {
		t.Errorf("masked: %+v %v", m, err)
	}
	m, err = h.Find.Show(ctx, id, 1, evidence.Look{Purpose: evidence.ForComplaint, Grounds: "投诉单 1", Unmask: true})
	if err != nil || m.Phone != line[0].Phone || m.Text() != line[0].Text {
		t.Errorf("whole: %+v %v", m, err)
	}
	if _, err := h.Find.Show(ctx, id, 2, evidence.Look{Purpose: evidence.ForComplaint, Grounds: "投诉单 1"}); !errors.Is(err, evidence.ErrMessage) {
		t.Errorf("no such message: %v", err)
	}
}

// A server of its own that the next test kills.
const (
	childEnv = "EVIDENCE_TEST_SERVER" // milliseconds of its clock
	dsnEnv   = "EVIDENCE_TEST_DSN"
	blobsEnv = "EVIDENCE_TEST_BLOBS"
	keysEnv  = "EVIDENCE_TEST_KEYS"
	dropEnv  = "EVIDENCE_TEST_DROP"
)

func TestServerThatIsKilled(t *testing.T) {
	ms, err := strconv.ParseInt(os.Getenv(childEnv), 10, 64)
	if err != nil {
		t.Skip("only as a child of the crash test")
	}
	fake := clockwork.NewFakeClockAt(time.UnixMilli(ms))
	h := over(t, At(t, testkit.Open(t, os.Getenv(dsnEnv)), clock.New(fake), fake, os.Getenv(blobsEnv), os.Getenv(keysEnv)))
	if id := os.Getenv(dropEnv); id != "" {
		if err := h.Find.Drop(testkit.System(), []string{id}); err != nil {
			t.Fatal(err)
		}
	}
	h.work()
}

func TestCrash_aKillBetweenAnyTwoStepsLosesNothing(t *testing.T) {
	if os.Getenv(testkit.MySQLEnv) != "" {
		t.Skip("the children of this test share a SQLite file")
	}
	t.Parallel()
	dsn, blobs, keys := testkit.SQLiteDSN(t), t.TempDir(), t.TempDir()
	fake := clockwork.NewFakeClockAt(time.Date(2026, 10, 12, 10, 0, 0, 0, caldate.Shanghai))
	h := over(t, At(t, testkit.Open(t, dsn), clock.New(fake), fake, blobs, keys))
	killed := func(at, drop string) {
		t.Helper()
		fake.Advance(5 * time.Minute) // the lease of the one before is over
		c := exec.Command(os.Args[0], "-test.run=^TestServerThatIsKilled$")
		c.Env = append(os.Environ(), childEnv+"="+fmt.Sprint(h.Clock.Real().UnixMilli()), dsnEnv+"="+dsn, blobsEnv+"="+blobs, keysEnv+"="+keys, dropEnv+"="+drop, failpoint.Env+"="+at)
		out, err := c.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the server was not killed at %s: %v\n%s", at, err, out)
		}
		fake.Advance(5 * time.Minute)
	}
	regular := h.Lines(1, "您的包裹已到")
	var ids []string
	for i := range 3 {
		ids = append(ids, h.Submit([]Line{{Phone: regular[0].Phone, Text: fmt.Sprintf("您的包裹已到%d", i)}}, h.Lines(20, "您的包裹已到")))
	}
	killed("evidence.sort.stored", "")
	killed("evidence.sort.stored:2", "")
	h.work()
	fake.Advance(24 * time.Hour)
	killed("evidence.merge.stored", "")
	killed("evidence.merge.done", "")
	h.work()
	if got := h.found(regular[0].Phone); len(got) != 3 {
		t.Errorf("found after the kills: %+v", got)
	}
	killed("evidence.merge.stored", ids[0])
	if got := h.found(regular[0].Phone); len(got) != 3 {
		t.Errorf("half dropped: %+v", got)
	}
	killed("evidence.merge.done", ids[0])
	if err := h.Find.Drop(testkit.System(), ids[:1]); err != nil {
		t.Fatal(err)
	}
	if got := h.found(regular[0].Phone); len(got) != 2 {
		t.Errorf("found after dropping one: %+v", got)
	}
	// What the kills left is garbage, and nothing else is.
	objects, err := h.Blobs.List(testkit.System(), "runs/")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, o := range objects {
		all = append(all, o.Key)
	}
	garbage, err := h.Find.Garbage(testkit.System(), all)
	if err != nil || len(garbage) != len(all)-len(h.runs()) || len(garbage) < 3 {
		t.Errorf("%d of %d objects are garbage, %d runs, %v", len(garbage), len(all), len(h.runs()), err)
	}
	for _, key := range garbage {
		if err := h.Blobs.Delete(testkit.System(), key); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.found(regular[0].Phone); len(got) != 2 {
		t.Errorf("found without the garbage: %+v", got)
	}
	h.sound()
}
