package handoff_test

import (
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

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/handoff/kannel/kanneltest"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// A server of its own that these tests kill. It works until nothing is left to do, on a clock that stands still.
const (
	childEnv = "HANDOFF_TEST_SERVER" // milliseconds of its clock
	dsnEnv   = "HANDOFF_TEST_DSN"
	blobsEnv = "HANDOFF_TEST_BLOBS"
	keysEnv  = "HANDOFF_TEST_KEYS"
	smsEnv   = "HANDOFF_TEST_SMSBOX"
	inboxEnv = "HANDOFF_TEST_INBOX"
)

func TestServerThatIsKilled(t *testing.T) {
	ms, err := strconv.ParseInt(os.Getenv(childEnv), 10, 64)
	if err != nil {
		t.Skip("only as a child of the crash tests")
	}
	fake := clockwork.NewFakeClockAt(time.UnixMilli(ms))
	w := At(t, testkit.Open(t, os.Getenv(dsnEnv)), clock.New(fake), fake, os.Getenv(blobsEnv), os.Getenv(keysEnv))
	h := over(t, w)
	if sms := os.Getenv(smsEnv); sms != "" {
		h.Out = h.server(realKannel(t, h, &kanneltest.Gateway{SendURL: sms, Username: "sealgate", Password: "not a secret"}, os.Getenv(inboxEnv)))
	}
	h.drain()
}

// crash is a house whose work is done by servers that are killed.
type crash struct {
	*house
	dsn, blobs, keys string
	env              []string
	kills            int
}

func newCrash(t *testing.T) *crash {
	t.Helper()
	if os.Getenv(testkit.MySQLEnv) != "" {
		t.Skip("the children of this test share a SQLite file; the crash harness proper runs on both")
	}
	c := &crash{dsn: testkit.SQLiteDSN(t), blobs: t.TempDir(), keys: t.TempDir()}
	fake := clockwork.NewFakeClockAt(time.Date(2026, 10, 12, 10, 0, 0, 0, caldate.Shanghai))
	c.house = over(t, At(t, testkit.Open(t, c.dsn), clock.New(fake), fake, c.blobs, c.keys))
	return c
}

// run starts a server and kills it at a failpoint, after a while, or not at all; it tells whether it was killed.
func (c *crash) run(at string, after time.Duration) bool {
	c.T.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestServerThatIsKilled$")
	cmd.Env = append(os.Environ(), append(c.env, childEnv+"="+fmt.Sprint(c.Clock.Real().UnixMilli()), dsnEnv+"="+c.dsn, blobsEnv+"="+c.blobs, keysEnv+"="+c.keys,
		failpoint.Env+"="+at)...)
	out := &tail{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		c.T.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL {
			c.kills++
			return true
		}
		c.T.Fatalf("the server at %q failed: %v\n%s", at, err, out.b)
	}
	if err != nil {
		c.T.Fatal(err)
	}
	return false
}

type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-4000):]
	return len(p), nil
}

func TestCrash_loopbackLosesAndDoublesNothing(t *testing.T) {
	c := newCrash(t)
	ids := []string{c.approved(c.Lines(150, "您的包裹已到")), c.approved(c.Lines(60, long), c.Lines(40, Doubtful))}
	for _, at := range []string{
		"handoff.slice.prepared", "loopback.send.before", "loopback.send.after:2", "handoff.slice.sent:2", "handoff.slice.settled:3", "handoff.slice.prepared:4",
		"loopback.send.after", "loopback.send.before:3", "handoff.slice.sent", "handoff.slice.settled",
	} {
		c.run(at, 0)
		c.sound() // every invariant holds with the pieces lying about, too
		c.Fake.Advance(handoff.Lease + time.Second)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		c.run("", time.Duration(30+random.IntN(400))*time.Millisecond)
		c.Fake.Advance(handoff.Lease + time.Second)
	}
	c.Fake.Advance(2 * time.Hour)
	for _, at := range []string{"handoff.receipts.booked", "handoff.receipts.booked:2"} {
		c.run(at, 0)
		c.sound()
		c.Fake.Advance(handoff.Lease + time.Second)
	}
	for range 3 {
		if c.run("", 0) {
			t.Fatal("killed though nobody did")
		}
		c.Fake.Advance(2 * time.Hour)
	}
	want := int64(0)
	for i, id := range ids {
		refused, failed, delivered := fate(id, 1, []int64{150, 100}[i], nil)
		if n := c.counts(id); n[handoff.Delivered] != delivered || n[handoff.Failed] != refused+failed || c.Batch(id).State != batch.Done {
			t.Errorf("batch %d: %v, %s; want %d delivered", i, n.ByName(), c.Batch(id).State, delivered)
		}
		want += delivered
		if i == 1 {
			_, _, twoParts := fate(id, 1, 60, nil)
			want += twoParts
		}
	}
	if c.used() != want {
		t.Errorf("used %d parts, want %d", c.used(), want)
	}
	t.Logf("%d kills", c.kills)
	if c.kills < 10 {
		t.Error("hardly any server was killed: the failpoints are not passed")
	}
	c.sound()
}

func TestCrash_approvalIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"review.freeze.bits_stored", "review.freeze.done"} {
		c := newCrash(t)
		id := c.Submit(c.Lines(20, "您的包裹已到"))
		c.env = []string{approveEnv + "=" + id}
		cmd := exec.Command(os.Args[0], "-test.run=^TestReviewerThatIsKilled$")
		cmd.Env = append(os.Environ(), childEnv+"="+fmt.Sprint(c.Clock.Real().UnixMilli()), dsnEnv+"="+c.dsn, blobsEnv+"="+c.blobs, keysEnv+"="+c.keys,
			failpoint.Env+"="+at, approveEnv+"="+id)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Fatalf("%s: not killed\n%s", at, out)
		}
		m, err := c.Reviews.Live(testkit.System(), id)
		if err != nil {
			t.Fatal(err)
		}
		if frozen := at == "review.freeze.done"; (m != nil) != frozen || (c.Batch(id).State == batch.Approved) != frozen {
			t.Errorf("%s: manifest %v, batch %s", at, m != nil, c.Batch(id).State)
		}
		c.sound()
		c.Fake.Advance(review.Lease) // what the killed reviewer had is given back
		if m == nil {
			c.Approve(id)
		}
		c.Fake.Advance(review.UndoFor)
		c.drain()
		if n := c.counts(id); n.Approved() != 20 {
			t.Errorf("%s: %v", at, n.ByName())
		}
		c.sound()
	}
}

const approveEnv = "HANDOFF_TEST_APPROVE"

func TestReviewerThatIsKilled(t *testing.T) {
	id := os.Getenv(approveEnv)
	if id == "" {
		t.Skip("only as a child of the crash tests")
	}
	ms, _ := strconv.ParseInt(os.Getenv(childEnv), 10, 64)
	fake := clockwork.NewFakeClockAt(time.UnixMilli(ms))
	At(t, testkit.Open(t, os.Getenv(dsnEnv)), clock.New(fake), fake, os.Getenv(blobsEnv), os.Getenv(keysEnv)).Approve(id)
}

func TestCrash_kannelNeverSendsTwiceAndShowsWhatIsUnknown(t *testing.T) {
	g := kanneltest.Start(t)
	c := newCrash(t)
	in := newInbox(t)
	c.Out = c.server(realKannel(t, c.house, g, in.URL+"/api/v1/receipts/kannel")) // this server takes receipts; the children send
	in.serve(c.Out)
	c.env = []string{smsEnv + "=" + g.SendURL, inboxEnv + "=" + in.URL + "/api/v1/receipts/kannel"}

	lines := c.Lines(400, "您的包裹已到")
	id := c.approved(lines)
	for _, at := range []string{"kannel.send.before:10", "kannel.send.after:100", "handoff.slice.sent", "handoff.slice.prepared:2"} {
		if !c.run(at, 0) {
			t.Fatalf("not killed at %s", at)
		}
		c.Fake.Advance(handoff.Lease + time.Second)
	}
	if c.run("", 0) {
		t.Fatal("killed though nobody did")
	}
	n := c.counts(id)
	if n[handoff.Waiting] != 0 || n[handoff.Handing] != 0 {
		t.Fatalf("it did not go on: %v", n.ByName())
	}

	// Receipts settle what had arrived; the rest stays unknown and is shown.
	arrived := map[string]int{}
	settledAll := func() bool {
		got, err := g.Received()
		if err != nil {
			t.Fatal(err)
		}
		clear(arrived)
		for _, m := range got {
			arrived[m.To]++
		}
		return c.counts(id)[handoff.Delivered] == int64(len(arrived)) && c.counts(id)[handoff.Handed] == 0
	}
	in.until(t, settledAll)
	for phone, times := range arrived {
		if times != 1 {
			t.Errorf("%s got %d messages", phone, times)
		}
	}
	n = c.counts(id)
	unknown := n[handoff.Unknown]
	if unknown == 0 || unknown > 4*64 || n[handoff.Delivered]+unknown != 400 {
		t.Errorf("%v", n.ByName())
	}
	v, err := c.Out.Of(testkit.System(), id)
	if err != nil || len(v.Unknown) != int(min(unknown, 100)) {
		t.Fatalf("%d unknown, %d shown, %v", unknown, len(v.Unknown), err)
	}
	for _, u := range v.Unknown {
		if arrived[lines[u.Seq-1].Phone] != 0 {
			t.Errorf("message %d arrived and is unknown", u.Seq)
		}
	}
	t.Logf("%d delivered, %d unknown after %d kills", n[handoff.Delivered], unknown, c.kills)
	c.sound()

	c.Fake.Advance(handoff.AlarmAfter)
	c.drain()
	if got, _ := g.Received(); len(got) != len(arrived) {
		t.Error("an unknown message was sent again by itself")
	}
	if k, err := c.Out.SettleUnknown(testkit.As("boss", "compliance_lead"), handoff.Settlement{BatchID: id, Outcome: "failed", Reason: "通道侧无记录"}); err != nil || int64(k) != unknown {
		t.Errorf("settled %d of %d: %v", k, unknown, err)
	}
	c.drain()
	if c.Batch(id).State != batch.Done || c.used() != int64(len(arrived)) {
		t.Errorf("batch %s, used %d, arrived %d", c.Batch(id).State, c.used(), len(arrived))
	}
	c.sound()
}
