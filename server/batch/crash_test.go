package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/batch"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
	"sealgate/server/testkit"
)

// The crash tests run the real service in a child process that is killed with SIGKILL at a named place, start it again on
// the same database and folder, and look at what came of the batch.

const (
	childDSN = "BATCH_CHILD_DSN"
	childDir = "BATCH_CHILD_DIR"
	childID  = "BATCH_CHILD_ID"
	// childHours is how far the child's clock is ahead, so that leases of dead ones have run out without waiting.
	childHours = "BATCH_CHILD_HOURS"
	// childPieces has it send its file in pieces.
	childPieces = "BATCH_CHILD_PIECES"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDSN) != "" {
		runChild()
		return
	}
	os.Exit(m.Run())
}

// crashRows gives 20,000 rows (three chunks): good ones, one bad and one repeated in a hundred.
func crashFile() []byte {
	var b bytes.Buffer
	b.WriteString("手机号,姓名\n")
	for i := range 20_000 {
		switch {
		case i%100 == 50:
			fmt.Fprintf(&b, "1.38E+10,甲%d\n", i)
		case i%100 == 51:
			fmt.Fprintf(&b, "%d,甲%d\n", 13800000000+int64(i-2)*7919%99_999_999, i-2)
		default:
			fmt.Fprintf(&b, "%d,甲%d\n", 13800000000+int64(i)*7919%99_999_999, i)
		}
	}
	return b.Bytes()
}

const (
	crashGood = 20_000 - 200 - 200
	crashText = "【云帆商城】{姓名}您好，您的包裹已到，请及时领取。"
)

// runChild uploads the file where the batch still wants one, then works until nothing is left to do.
func runChild() {
	var t childT
	hours, err := time.ParseDuration(os.Getenv(childHours) + "h")
	if err != nil {
		panic(err)
	}
	start, err := time.Parse(time.RFC3339, "2026-11-02T10:00:00+08:00")
	if err != nil {
		panic(err)
	}
	fake := clockwork.NewFakeClockAt(start.Add(hours))
	b := openBench(&t, testkit.Open(&t, os.Getenv(childDSN)), os.Getenv(childDir), clock.New(fake))
	b.fake = fake
	id := os.Getenv(childID)
	b.work() // a batch whose upload died wants its file again; one with a poisoned chunk too, but it is not given one
	if slices.Contains(batch.Actions(b.get(id)), "upload") {
		if err := b.bring(id, crashFile()); err != nil {
			panic(err)
		}
	}
	b.work()
	fmt.Println("state", b.get(id).State)
	os.Exit(0)
}

// bring uploads a file at once, or in pieces as a page does that comes back after the server was killed.
func (b *bench) bring(id string, file []byte) error {
	if os.Getenv(childPieces) == "" {
		_, err := b.Upload(submitter, id, "list.csv", int64(len(file)), bytes.NewReader(file))
		return err
	}
	s, err := b.BeginTransfer(submitter, id, "list.csv", int64(len(file)), sumOf(file))
	if err != nil {
		return err
	}
	for _, n := range s.Missing {
		p := pieceOf(file, s.PieceSize, n)
		if err := b.PutPiece(submitter, id, n, sumOf(p), bytes.NewReader(p)); err != nil {
			return err
		}
	}
	_, err = b.Complete(submitter, id, nil)
	return err
}

// childT lets the helpers of tests work in the child.
type childT struct{ testing.TB }

func (*childT) Helper()           {}
func (*childT) Cleanup(func())    {}
func (*childT) Fatal(args ...any) { panic(fmt.Sprint(args...)) }
func (*childT) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

func TestKill_anywhereLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	// The place, and where it is passed several times, which time.
	places := []string{
		"batch.upload.begun", "batch.upload.stored", "batch.upload.done", "batch.piece.stored", "batch.transfer.received", "batch.transfer.cleared",
		"batch.read.chunk_stored", "batch.read.chunk_stored:3", "batch.read.errors_stored", "batch.read.before_finish", "batch.read.finished",
		"batch.screen.claimed", "batch.screen.verdicts_stored", "batch.screen.verdicts_stored:2", "batch.screen.done:3",
		"batch.settle.before", "batch.settle.done",
	}
	for _, place := range places {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			dsn, dir := testkit.SQLiteDSN(t), t.TempDir()
			c, _ := testkit.Clock(t, at)
			b := openBench(t, testkit.Open(t, dsn), dir, c)
			x := b.create(batch.Template, crashText)
			run := func(failAt string, hours int) (string, bool) {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), childDSN+"="+dsn, childDir+"="+dir, childID+"="+x.ID, fmt.Sprintf("%s=%d", childHours, hours), failpoint.Env+"="+failAt)
				if strings.Contains(place, "piece") || strings.Contains(place, "transfer") {
					cmd.Env = append(cmd.Env, childPieces+"=1")
				}
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					if exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
						return string(out), true
					}
					t.Fatalf("the child failed: %v\n%s", err, stderr.String())
				}
				if err != nil {
					t.Fatal(err)
				}
				return string(out), false
			}
			if out, killed := run(place, 0); !killed {
				t.Fatalf("the child was not killed: %s", out)
			}
			if out, killed := run("", 1); killed || !strings.Contains(out, "state review") {
				t.Fatalf("after the restart: %q, killed %v", out, killed)
			}
			checkWhole(t, b, x.ID)
		})
	}
}

// checkWhole looks at a finished batch of crashFile.
func checkWhole(t *testing.T, b *bench, id string) {
	t.Helper()
	b.verify()
	x := b.get(id)
	if x.Rows != 20_000 || x.Good != crashGood || x.Bad != 200 || x.Duplicates != 200 || x.ChunkCount != 3 {
		t.Errorf("rows %d, good %d, bad %d, repeated %d, chunks %d", x.Rows, x.Good, x.Bad, x.Duplicates, x.ChunkCount)
	}
	ms := b.messages(id)
	if len(ms) != crashGood || x.Pass+x.Hold+x.Refuse+x.Escalate != crashGood {
		t.Errorf("%d messages, %d verdicts, want %d", len(ms), x.Pass+x.Hold+x.Refuse+x.Escalate, crashGood)
	}
	seen := map[string]bool{}
	for _, m := range ms {
		key := m.Phone + m.Text
		if seen[key] {
			t.Fatalf("message %d is there twice", m.Message.Seq)
		}
		seen[key] = true
	}
	if n := len(lines(b.errorFile(id))); n != 401 {
		t.Errorf("%d lines in the error file", n)
	}
	objects, err := b.blobs.List(context.Background(), "batches/"+id+"/")
	if err != nil {
		t.Fatal(err)
	}
	// Source, error file, three chunks, three verdict chunks: what the dead left is cleared away. (Killed after the last step
	// there is nobody to clear.)
	if len(objects) != 8 && !strings.Contains(t.Name(), "settle.done") {
		t.Errorf("%d objects are kept", len(objects))
	}
}

func TestChunk_thatFailsThreeTimesIsSetAsideAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.Template, crashText)
	b.upload(x.ID, "list.csv", crashFile())
	for b.get(x.ID).State != batch.Screening {
		if _, err := b.Work(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	chunks, err := b.Chunks(submitter, x.ID)
	if err != nil || len(chunks) != 3 {
		t.Fatal(chunks, err)
	}
	good, err := b.blobs.Read(context.Background(), chunks[1].Key)
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 1
	if _, err := b.blobs.Put(context.Background(), chunks[1].Key, bytes.NewReader(bad)); err != nil {
		t.Fatal(err)
	}
	b.work()
	got := b.get(x.ID)
	if got.State != batch.Failed || got.Problem.Code != "batch.chunk_aside" || !strings.Contains(got.Problem.Zh, "第 2 块（第 8193 至 16384 条）") {
		t.Fatalf("state %s, problem %+v", got.State, got.Problem)
	}
	if acts := batch.Actions(got); !slices.Equal(acts, []string{"resume", "discard", "cancel"}) {
		t.Errorf("actions %v", acts)
	}
	if _, err := b.blobs.Put(context.Background(), chunks[1].Key, bytes.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	if err := b.Resume(submitter, x.ID); err != nil {
		t.Fatal(err)
	}
	b.work()
	if got := b.get(x.ID); got.State != batch.InReview {
		t.Fatalf("state %s, problem %+v", got.State, got.Problem)
	}
	checkWhole(t, b, x.ID)
}

func TestWorker_thatIsStoppedGivesItsWorkBackAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.Template, crashText)
	b.upload(x.ID, "list.csv", crashFile())
	for range 3 { // stopped in the middle of reading, or of a chunk
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := b.Work(ctx)
			done <- err
		}()
		for running := true; running; {
			chunks, err := b.Chunks(submitter, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-done:
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				running = false
			default:
				if len(chunks) > 0 {
					cancel()
				}
			}
		}
		cancel()
	}
	// The clock stands still: whatever waits for a lease to run out would wait for ever.
	for {
		did, err := b.Work(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			break
		}
	}
	if got := b.get(x.ID); got.State != batch.InReview || got.Tries != 0 {
		t.Fatalf("%s, tries %d, %+v", got.State, got.Tries, got.Problem)
	}
	checkWhole(t, b, x.ID)
}

func TestWorker_thatWakesUpAfterItsLeaseChangesNothing(t *testing.T) {
	t.Parallel()
	dsn, dir := testkit.SQLiteDSN(t), t.TempDir()
	c, fake := testkit.Clock(t, at)
	old, young := openBench(t, testkit.Open(t, dsn), dir, c), openBench(t, testkit.Open(t, dsn), dir, c)
	x := old.create(batch.Template, crashText)
	// The old worker's upload stands still in the middle; meanwhile its lease runs out and the batch asks for its file again.
	gate, reached := make(chan struct{}), make(chan struct{})
	file := crashFile()
	slow := &gated{first: bytes.NewReader(file[:300_000]), rest: bytes.NewReader(file[300_000:]), gate: gate, reached: reached}
	failed := make(chan error, 1)
	go func() {
		_, err := old.Upload(submitter, x.ID, "list.csv", int64(len(file)), slow)
		failed <- err
	}()
	<-reached
	late := clock.New(clockwork.NewFakeClockAt(fake.Now().Add(time.Hour)))
	young.Service = openBench(t, testkit.Open(t, dsn), dir, late).Service
	if _, err := young.Work(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := young.get(x.ID); got.State != batch.Draft || got.Problem.Code != "batch.upload_interrupted" {
		t.Fatalf("state %s, problem %+v", got.State, got.Problem)
	}
	if _, err := young.Upload(submitter, x.ID, "again.csv", int64(len(file)), bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	close(gate)
	if err := <-failed; err == nil {
		t.Error("the late upload was taken")
	}
	if got := young.get(x.ID); got.State != batch.Receiving || got.Stage != batch.Stored || got.FileName != "again.csv" {
		t.Errorf("the late upload changed the batch: %s %s %s", got.State, got.Stage, got.FileName)
	}
}

func TestUpload_thatEndedJustAfterItWasTakenForDeadKeepsItsFile(t *testing.T) {
	t.Parallel()
	for name, begun := range map[string]bool{"nobody has begun with it": false, "a worker has begun with it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.create(batch.Template, crashText)
			gate, reached := make(chan struct{}), make(chan struct{})
			file := crashFile()
			slow := &gated{first: bytes.NewReader(file[:300_000]), rest: bytes.NewReader(file[300_000:]), gate: gate, reached: reached}
			ended := make(chan error, 1)
			go func() {
				_, err := b.Upload(submitter, x.ID, "list.csv", int64(len(file)), slow)
				ended <- err
			}()
			<-reached
			seen := b.get(x.ID) // by a worker that looks for uploads whose lease ran out
			close(gate)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			if begun {
				if _, err := b.ReadRows(testkit.System(), x.ID); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.TakenForDead(testkit.System(), seen); err != nil {
				t.Fatal(err)
			}
			if got := b.get(x.ID); got.State != batch.Receiving || got.Stage != batch.Stored {
				t.Fatalf("the batch is %s %s", got.State, got.Stage)
			}
			b.fake.Advance(time.Hour)
			b.work()
			checkWhole(t, b, x.ID)
		})
	}
}

func TestReader_thatSleptOverItsLastTryChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.create(batch.Template, crashText)
	b.upload(x.ID, "a.csv", crashFile())
	var finish []func() error
	for range 3 { // readers that fall asleep before their last step
		f, err := b.ReadRows(testkit.System(), x.ID)
		if err != nil {
			t.Fatal(err)
		}
		finish = append(finish, f)
		b.fake.Advance(time.Hour)
	}
	b.work()
	if got := b.get(x.ID); got.State != batch.Failed || got.Problem.Code != "batch.read_failed" {
		t.Fatalf("%s %+v", got.State, got.Problem)
	}
	if err := b.Resume(submitter, x.ID); err != nil {
		t.Fatal(err)
	}
	for i, wakeUp := range finish {
		if err := wakeUp(); err == nil {
			t.Errorf("reader %d finished what is not its own any more", i)
		}
	}
	b.work()
	if got := b.get(x.ID); got.State != batch.InReview {
		t.Fatalf("%s %+v", got.State, got.Problem)
	}
	checkWhole(t, b, x.ID)
}

// gated gives its first part, tells, and waits before the rest.
type gated struct {
	first, rest   *bytes.Reader
	gate, reached chan struct{}
	told          bool
}

func (g *gated) Read(p []byte) (int, error) {
	if g.first.Len() > 0 {
		return g.first.Read(p)
	}
	if !g.told {
		g.told = true
		close(g.reached)
		<-g.gate
	}
	return g.rest.Read(p)
}

func TestChunk_thatKillsItsWorkerThreeTimesIsSetAside(t *testing.T) {
	t.Parallel()
	dsn, dir := testkit.SQLiteDSN(t), t.TempDir()
	c, _ := testkit.Clock(t, at)
	b := openBench(t, testkit.Open(t, dsn), dir, c)
	x := b.create(batch.ListOne, list)
	b.upload(x.ID, "a.txt", []byte("13800138000\n"))
	if did, err := b.Work(context.Background()); !did || err != nil {
		t.Fatal(did, err)
	}
	for hours := range 4 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDSN+"="+dsn, childDir+"="+dir, childID+"="+x.ID, fmt.Sprintf("%s=%d", childHours, hours), failpoint.Env+"=batch.screen.claimed")
		out, err := cmd.Output()
		if hours < 3 && err == nil || hours == 3 && (err != nil || !strings.Contains(string(out), "state failed")) {
			t.Fatalf("round %d: %q, %v", hours, out, err)
		}
	}
	if got := b.get(x.ID); got.Problem.Code != "batch.chunk_aside" {
		t.Errorf("%s %+v", got.State, got.Problem)
	}
	b.verify()
}
