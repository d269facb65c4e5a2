package retention_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/evidence"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/jobs"
	"sealgate/server/retention"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

func date(s string) caldate.Date {
	if s == "" {
		return caldate.Date{}
	}
	return caldate.MustParse(s)
}

func TestDue_isTheEarlierOfMonthAndEnd_andNeverBefore184Days(t *testing.T) {
	t.Parallel()
	law, long := retention.DefaultRules(), retention.Rules{Days: 730, DaysAfterEnd: 184}
	for _, c := range []struct {
		name, month, used, ended string
		rules                    retention.Rules
		on, rule                 string
	}{
		{"184 whole days after the month", "2026-10", "2026-10-10", "", law, "2027-05-04", "month"},
		{"counted from the last receipt where that is later", "2026-10", "2026-11-02", "", law, "2027-05-06", "month"},
		{"a month with nothing in it", "2026-10", "", "", law, "2027-05-04", "month"},
		{"a batch scheduled for December", "2026-10", "2026-12-31", "", law, "2027-07-04", "month"},
		{"a longer time of the house", "2026-10", "2026-10-10", "", long, "2028-10-31", "month"},
		{"the customer left: all of it goes", "2026-10", "2026-10-10", "2027-03-31", long, "2027-10-02", "ended"},
		{"the customer left long ago, the last message is young", "2026-10", "2027-06-30", "2026-01-31", long, "2028-01-01", "ended"},
		{"the month's own time comes first", "2026-01", "2026-01-10", "2027-03-31", law, "2026-08-04", "month"},
	} {
		on, rule := retention.Due(retention.Facts{Month: caldate.MustParseMonth(c.month), LastUse: date(c.used), Ended: date(c.ended)}, c.rules)
		if on.String() != c.on || rule != c.rule {
			t.Errorf("%s: %s by %s, want %s by %s", c.name, on, rule, c.on, c.rule)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		base := caldate.MustParse("2026-01-01")
		f := retention.Facts{Month: base.AddDays(rapid.IntRange(0, 900).Draw(rt, "month")).MonthOf()}
		if rapid.Bool().Draw(rt, "used") {
			f.LastUse = base.AddDays(rapid.IntRange(0, 1200).Draw(rt, "last use"))
		}
		if rapid.Bool().Draw(rt, "ended") {
			f.Ended = base.AddDays(rapid.IntRange(0, 1200).Draw(rt, "end"))
		}
		r := retention.Rules{Days: rapid.IntRange(184, 2000).Draw(rt, "days"), DaysAfterEnd: rapid.IntRange(184, 2000).Draw(rt, "after the end")}
		on, _ := retention.Due(f, r)
		for _, d := range []caldate.Date{f.Month.Last(), f.LastUse} {
			if !d.IsZero() && on.Sub(d) <= retention.MinDays {
				rt.Fatalf("%s is only %d days after %s", on, on.Sub(d), d)
			}
		}
	})
}

func TestPins_holdsTheMonthsThatItNames(t *testing.T) {
	t.Parallel()
	all, some := retention.Hold{CustomerID: "a"}, retention.Hold{CustomerID: "a", FirstMonth: "2026-10", LastMonth: "2026-12"}
	lifted := some
	lifted.LiftedAt = caldate.InstantMs(1)
	for _, c := range []struct {
		h               retention.Hold
		customer, month string
		want            bool
	}{
		{all, "a", "2020-01", true},
		{all, "b", "2020-01", false},
		{some, "a", "2026-09", false},
		{some, "a", "2026-10", true},
		{some, "a", "2026-12", true},
		{some, "a", "2027-01", false},
		{lifted, "a", "2026-11", false},
	} {
		if got := c.h.Pins(c.customer, c.month); got != c.want {
			t.Errorf("%+v pins %s %s: %v", c.h, c.customer, c.month, got)
		}
	}
}

// house is a desk with a hand-off, with what finds messages again and with what ends them.
type house struct {
	*World
	Out  *handoff.Service
	Find *evidence.Service
	Keep *retention.Service
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
	h.Keep = retention.New(w.DB, w.Clock, w.Trail, retention.Deps{
		Blobs: w.Blobs, Keys: w.Keys, Finder: h.Find,
		Owners: []retention.Owner{{Prefix: "batches/", Garbage: w.Batches.Garbage}, {Prefix: "runs/", Garbage: h.Find.Garbage}},
	})
	return h
}

// work lets hand-off and sorting do what can be done, until nothing is left for an hour.
func (h *house) work() {
	h.T.Helper()
	for idle := 0; idle < 3; {
		a, err := h.Out.Work(testkit.System())
		if err != nil {
			h.T.Fatal(err)
		}
		b, err := h.Find.Work(testkit.System())
		if err != nil {
			h.T.Fatal(err)
		}
		if idle++; a || b {
			idle = 0
		} else {
			h.Fake.Advance(30 * time.Minute)
		}
	}
}

// sent is a batch that went the whole way.
func (h *house) sent(lines ...[]Line) string {
	h.T.Helper()
	id := h.Submit(lines...)
	h.Approve(id)
	h.Fake.Advance(review.UndoFor)
	h.work()
	h.Fake.Advance(80 * time.Hour)
	h.work()
	if s := h.Batch(id).State; s != batch.Done {
		h.T.Fatalf("the batch is %s", s)
	}
	return id
}

func (h *house) day() retention.Outcome {
	h.T.Helper()
	o, err := h.Keep.RunDay(testkit.System(), h.Clock.Today())
	if err != nil {
		h.T.Fatal(err)
	}
	return o
}

func (h *house) sound() {
	h.T.Helper()
	h.Sound(h.Keep.Verify, h.Find.Verify, h.Out.Verify, h.Reviews.Verify, h.Batches.Verify)
}

func TestRunDay_destroysWhatIsDueAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	h := over(t, New(t)) // 12 October 2026
	line := h.Lines(1, "您的包裹已到")
	id := h.sent(line, h.Lines(30, "您的包裹已到一"))
	if o := h.day(); o.Purged != 0 {
		t.Errorf("too early: %+v", o)
	}
	h.Fake.Advance(100 * 24 * time.Hour)
	young := h.Submit([]Line{{Phone: line[0].Phone, Text: "您的包裹又到了"}})
	h.work()
	h.Fake.Advance(110 * 24 * time.Hour)
	o := h.day()
	if o.Purged != 1 || o.Messages != 31 || o.Objects < 4 || o.Failed != 0 {
		t.Fatalf("the day: %+v", o)
	}
	if b := h.Batch(id); b.Purged == nil || b.Good != 31 || b.Text != "" {
		t.Errorf("the batch: %+v", b.Purged)
	}
	chunks, err := h.Batches.Chunks(testkit.System(), id)
	if err != nil || len(chunks) != 1 {
		t.Fatal(chunks, err)
	}
	if objects, err := h.Blobs.List(testkit.System(), batch.Folder(id)); err != nil || len(objects) != 0 {
		t.Errorf("objects left: %v %v", objects, err)
	}
	if got, err := h.Find.Find(testkit.System(), line[0].Phone); err != nil || len(got) != 1 || got[0].BatchID != young {
		t.Errorf("found: %+v %v", got, err)
	}
	if o := h.day(); o.Purged+o.Objects != 0 {
		t.Errorf("a second run: %+v", o)
	}
	h.sound()
}

func TestRunDay_waitsForABatchThatHasNotComeToAnEnd(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	id := h.Submit(h.Lines(3, "您的包裹已到")) // lies on the desk
	h.work()
	h.Fake.Advance(300 * 24 * time.Hour)
	if o := h.day(); o.Busy != 1 || o.Purged != 0 {
		t.Errorf("the day: %+v", o)
	}
	if h.Batch(id).Purged != nil {
		t.Error("purged under the reviewer's hands")
	}
	h.sound()
}

// The server that the next tests kill.
const (
	childEnv = "RETENTION_TEST_SERVER" // milliseconds of its clock
	dsnEnv   = "RETENTION_TEST_DSN"
	blobsEnv = "RETENTION_TEST_BLOBS"
	keysEnv  = "RETENTION_TEST_KEYS"
)

func TestServerThatIsKilled(t *testing.T) {
	ms, err := strconv.ParseInt(os.Getenv(childEnv), 10, 64)
	if err != nil {
		t.Skip("only as a child of the crash tests")
	}
	fake := clockwork.NewFakeClockAt(time.UnixMilli(ms))
	h := over(t, At(t, testkit.Open(t, os.Getenv(dsnEnv)), clock.New(fake), fake, os.Getenv(blobsEnv), os.Getenv(keysEnv)))
	h.day()
}

func TestCrash_aPurgeKilledAnywhereIsFinishedByTheNext(t *testing.T) {
	if os.Getenv(testkit.MySQLEnv) != "" {
		t.Skip("the children of this test share a SQLite file")
	}
	t.Parallel()
	for _, at := range []string{"retention.decided", "crypt.erase.marked", "retention.erased", "evidence.merge.done", "retention.dropped"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dsn, blobs, keys := testkit.SQLiteDSN(t), t.TempDir(), t.TempDir()
			fake := clockwork.NewFakeClockAt(time.Date(2026, 10, 12, 10, 0, 0, 0, caldate.Shanghai))
			h := over(t, At(t, testkit.Open(t, dsn), clock.New(fake), fake, blobs, keys))
			line := h.Lines(1, "您的包裹已到")
			id := h.sent(line)
			fake.Advance(210 * 24 * time.Hour)
			c := exec.Command(os.Args[0], "-test.run=^TestServerThatIsKilled$")
			c.Env = append(os.Environ(), childEnv+"="+fmt.Sprint(h.Clock.Real().UnixMilli()), dsnEnv+"="+dsn, blobsEnv+"="+blobs, keysEnv+"="+keys, failpoint.Env+"="+at)
			out, err := c.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("the server was not killed: %v\n%s", err, out)
			}
			fake.Advance(5 * time.Minute)
			// Whatever it came to, nobody can read on; and what a start does brings keys and database in line.
			if _, err := h.Batches.OpenChunk(testkit.System(), &first(t, h, id)[0]); !errors.Is(err, crypt.ErrKeyGone) && !errors.Is(err, batch.ErrChunkDamaged) {
				t.Errorf("after the kill: %v", err)
			}
			if err := h.Keys.Settle(testkit.System()); err != nil {
				t.Fatal(err)
			}
			h.day()
			if objects, err := h.Blobs.List(testkit.System(), batch.Folder(id)); err != nil || len(objects) != 0 {
				t.Errorf("objects left: %v %v", objects, err)
			}
			if got, err := h.Find.Find(testkit.System(), line[0].Phone); err != nil || len(got) != 0 {
				t.Errorf("found: %+v %v", got, err)
			}
			h.sound()
		})
	}
}

func first(t *testing.T, h *house, id string) []batch.Chunk {
	t.Helper()
	chunks, err := h.Batches.Chunks(testkit.System(), id)
	if err != nil || len(chunks) == 0 {
		t.Fatal(chunks, err)
	}
	return chunks
}

func TestCollect_deletesWhatNoRowNames_andNothingElse(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	id := h.sent(h.Lines(5, "您的包裹已到"))
	ctx := testkit.System()
	before, err := h.Blobs.List(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	garbage := []string{batch.Folder(id) + "source-77", batch.Folder(id) + "77/000001.msg", batch.Folder(id) + "77/000001.v3", batch.Folder(id) + "77/errors", "runs/2026-10/killed"}
	foreign := []string{batch.Folder("unknownbatch") + "source-1", batch.Folder(id) + "pieces-x/000001-ab", "documents/00/x"}
	for _, key := range append(append([]string{}, garbage...), foreign...) {
		if _, err := h.Blobs.Put(ctx, key, strings.NewReader("left by a killed worker")); err != nil {
			t.Fatal(err)
		}
	}
	// Objects have the storage's time: tests move the caller's now instead.
	if n, err := h.Keep.Collect(ctx, time.Now()); err != nil || n != 0 {
		t.Errorf("%d collected at once, %v: work that still runs would lose its objects", n, err)
	}
	n, err := h.Keep.Collect(ctx, time.Now().Add(25*time.Hour))
	if err != nil || n != len(garbage) {
		t.Errorf("%d collected a day later, want %d, %v", n, len(garbage), err)
	}
	after, err := h.Blobs.List(ctx, "")
	if err != nil || len(after) != len(before)+len(foreign) {
		t.Errorf("%d objects, want %d, %v", len(after), len(before)+len(foreign), err)
	}
	h.sound()
}

func TestVerify_tellsOfKeysThatWentTooEarlyOrWithoutATrace(t *testing.T) {
	t.Parallel()
	h := over(t, New(t))
	h.sent(h.Lines(5, "您的包裹已到"))
	ctx := testkit.System()
	rows, err := h.Keys.Customers(ctx)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if err := h.DB.Run(ctx, func(ctx context.Context) error {
		_, err := h.Keys.Destroy(ctx, rows[0].ID, crypt.RuleMonth)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	found, err := h.Keep.Verify(ctx)
	if err != nil || len(found) != 2 || !strings.Contains(fmt.Sprint(found), "no purge tells so") || !strings.Contains(fmt.Sprint(found), "still lies in the vault") {
		t.Errorf("violations: %v %v", found, err)
	}
}
