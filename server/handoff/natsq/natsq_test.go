package natsq_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/handoff"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/handoff/natsq"
	"sealgate/server/platform/clock"
)

// carrier is the engine behind the queue.
type carrier struct {
	mu     sync.Mutex
	sent   map[string]int
	absorb bool
	answer func(handoff.Outgoing) handoff.Answer
	fail   error
}

func (c *carrier) Kind() string     { return "test" }
func (c *carrier) Idempotent() bool { return c.absorb }
func (c *carrier) Slice() int       { return 3 }

func (c *carrier) Send(_ context.Context, ms []handoff.Outgoing) ([]handoff.Answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]handoff.Answer, len(ms))
	for i, m := range ms {
		c.sent[m.Key]++
		if c.answer != nil {
			out[i] = c.answer(m)
		}
	}
	return out, c.fail
}

func (c *carrier) times(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent[key]
}

// source stands for the hand-off: every reference to batch "b" is good.
type source struct {
	leave   handoff.Leave
	room    map[string]int // messages of a carrier that may leave; none: all
	back    []string       // keys that did not leave after all
	blocked []string
	ended   []string
	replies int
	asked   func() // before it is answered whether a slice may leave
}

func (s *source) Resolve(_ context.Context, _ string, r handoff.Reference) (*handoff.Resolved, error) {
	if r.BatchID != "b" {
		return nil, handoff.ErrReference
	}
	out := &handoff.Resolved{Blocked: s.blocked, Ended: s.ended}
	for i := range len(r.Members) * 8 {
		key := handoff.Key(r.BatchID, r.FirstSeq+int64(i))
		if r.Members[i/8]&(1<<(i%8)) != 0 && !slices.Contains(s.blocked, key) && !slices.Contains(s.ended, key) {
			out.Messages = append(out.Messages, handoff.Outgoing{Key: key, Phone: "13800000001", Text: "x", Parts: 1, Carrier: []string{"cmcc", "cucc"}[i%2]})
		}
	}
	return out, nil
}

// MayLeave lets all leave, but of carriers that have a room no more than that.
func (s *source) MayLeave(_ context.Context, _, _ string, ms []handoff.Outgoing, atMost int) (handoff.Leave, error) {
	if s.asked != nil && len(ms) > 0 {
		s.asked()
	}
	out := s.leave
	for _, m := range ms {
		room, limited := s.room[m.Carrier]
		if out.Wait != "" || len(out.Go) >= atMost || limited && room == 0 {
			out.Stay = append(out.Stay, m)
			continue
		}
		if limited {
			s.room[m.Carrier]--
		}
		out.Go = append(out.Go, m)
	}
	return out, nil
}

func (s *source) NotLeft(_ context.Context, _ string, ms []handoff.Outgoing) error {
	for _, m := range ms {
		s.back = append(s.back, m.Key)
	}
	return nil
}

func (s *source) Replied(_ context.Context, _ string, rs []handoff.Reply) error {
	s.replies += len(rs)
	return nil
}

type line struct {
	*natsq.Engine
	worker *natsq.Worker
	c      *carrier
	s      *source
}

func open(t *testing.T, dir string, c *carrier) *line {
	t.Helper()
	e, err := natsq.New(natsq.Settings{Name: "fleet", Dir: dir, AgainAfter: time.Second}, clock.New(clockwork.NewRealClock()))
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Engine: e, c: c, s: &source{}}
	if l.worker, err = e.Worker(c, l.s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return l
}

func newLine(t *testing.T) *line {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "nats"), &carrier{sent: map[string]int{}})
}

func reference(chunk int64, members byte) handoff.Reference {
	return handoff.Reference{BatchID: "b", ManifestID: "m", Chunk: chunk, SHA256: "h", FirstSeq: chunk*8 + 1, Sender: "10690001", Members: []byte{members}}
}

func (l *line) refer(t *testing.T, rs ...handoff.Reference) {
	t.Helper()
	for _, r := range rs {
		if err := l.Refer(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// work lets the worker take what is there, n references at most.
func (l *line) work(t *testing.T, n int) {
	t.Helper()
	for range n {
		did, err := l.worker.Work(context.Background())
		if err != nil {
			t.Log(err)
		}
		if !did {
			return
		}
	}
}

// sentOnce wants the first n messages to have been sent, each once.
func (l *line) sentOnce(t *testing.T, n int64) {
	t.Helper()
	for seq := int64(1); seq <= n; seq++ {
		if times := l.c.times(handoff.Key("b", seq)); times != 1 {
			t.Errorf("message %d was sent %d times", seq, times)
		}
	}
}

// receipts are all that are in the queue, confirmed.
func (l *line) receipts(t *testing.T) (out []handoff.Receipt) {
	t.Helper()
	for {
		rs, _, err := l.Reports(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(rs) == 0 {
			return out
		}
		if err := l.Confirm(context.Background(), rs); err != nil {
			t.Fatal(err)
		}
		out = append(out, rs...)
	}
}

func TestRefer_theSameReferenceAgainSendsNothingAgain(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	// Twice the same, and once a larger one about some of the same messages: the queue absorbs the first repeat, the book the rest.
	l.refer(t, reference(0, 0b0000_1111), reference(0, 0b0000_1111), reference(0, 0b0111_1110))
	l.work(t, 10)
	for seq := int64(1); seq <= 8; seq++ {
		want := 1
		if seq == 8 {
			want = 0
		}
		if n := l.c.times(handoff.Key("b", seq)); n != want {
			t.Errorf("message %d was sent %d times", seq, n)
		}
	}
}

func TestWork_survivesARestartOfTheQueue(t *testing.T) {
	t.Parallel()
	dir, c := filepath.Join(t.TempDir(), "nats"), &carrier{sent: map[string]int{}, answer: func(handoff.Outgoing) handoff.Answer {
		return handoff.Answer{Outcome: handoff.Refused, Code: "BLACK1"}
	}}
	first := open(t, dir, c)
	first.refer(t, reference(0, 0xFF), reference(1, 0x01))
	first.work(t, 1)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, dir, c)
	second.refer(t, reference(0, 0xFF)) // a server that was killed repeats it
	second.work(t, 10)
	rs := second.receipts(t)
	if len(rs) != 9 || len(c.sent) != 9 {
		t.Fatalf("%d receipts, %d sent", len(rs), len(c.sent))
	}
	for _, r := range rs {
		if r.Result != handoff.Failure || r.Code != "BLACK1" || c.times(r.Key) != 1 {
			t.Errorf("%+v, sent %d times", r, c.times(r.Key))
		}
	}
	if rest := second.receipts(t); len(rest) != 0 {
		t.Errorf("confirmed, and there again: %v", rest)
	}
}

func TestWork_tellsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.c.answer = func(m handoff.Outgoing) handoff.Answer {
		if m.Key == "b-2" {
			return handoff.Answer{Outcome: handoff.Unclear}
		}
		return handoff.Answer{}
	}
	l.refer(t, reference(0, 0b0000_0111))
	l.work(t, 3)
	if rs := l.receipts(t); len(rs) != 1 || rs[0].Key != "b-2" || rs[0].Result != handoff.Lost {
		t.Errorf("%+v", rs)
	}
	l.c.fail = errors.New("reset")
	l.refer(t, reference(1, 0b0000_0001))
	l.work(t, 3)
	if rs := l.receipts(t); len(rs) != 1 || rs[0].Key != "b-9" || rs[0].Result != handoff.Lost || l.c.times("b-9") != 1 {
		t.Errorf("a broken call: %+v, sent %d times", rs, l.c.times("b-9"))
	}
}

func TestWork_keepsToStopsAndLists(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.s.leave = handoff.Leave{Wait: "stopped"}
	l.refer(t, reference(0, 0b0000_0011))
	l.work(t, 1)
	if len(l.c.sent) != 0 {
		t.Fatal("sent though it was stopped")
	}
	l.s.leave = handoff.Leave{}
	l.s.blocked = []string{"b-1"}
	l.untilSent(t, 1)
	if rs := l.receipts(t); l.c.times("b-1") != 0 || l.c.times("b-2") != 1 || len(rs) != 1 || rs[0].Code != "SEALGATE:BLOCKED" {
		t.Errorf("sent %v, %+v", l.c.sent, rs)
	}
	l.s.leave, l.s.blocked = handoff.Leave{Ended: "cancelled"}, nil
	l.refer(t, reference(1, 0b0000_0001))
	l.work(t, 2)
	if rs := l.receipts(t); l.c.times("b-9") != 0 || len(rs) != 1 || rs[0].Code != "SEALGATE:ENDED" || rs[0].Result != handoff.Failure {
		t.Errorf("%+v", rs)
	}
}

// untilSent works until so many messages have been sent: what may not leave comes back after a second.
func (l *line) untilSent(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); len(l.c.sent) < n && time.Now().Before(end); {
		l.work(t, 1)
	}
}

func TestWork_aCarriersLimitHoldsItsMessagesAndNoOthers(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.s.room = map[string]int{"cmcc": 1}
	l.refer(t, reference(0, 0xFF)) // 1, 3, 5, 7 are cmcc's
	l.work(t, 1)
	if len(l.c.sent) != 5 || l.c.times("b-1") != 1 || l.c.times("b-3") != 0 {
		t.Fatalf("sent %v", l.c.sent)
	}
	l.s.room["cmcc"] = 3 // just enough, if what was sent is not asked for again
	l.untilSent(t, 8)
	l.sentOnce(t, 8)
}

func TestWork_givesBackWhatDidNotLeave(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.c.answer = func(m handoff.Outgoing) handoff.Answer {
		if m.Key == "b-2" && l.c.sent["b-2"] == 1 {
			return handoff.Answer{Outcome: handoff.NotSent, Code: "busy"}
		}
		return handoff.Answer{}
	}
	l.refer(t, reference(0, 0b0000_0111))
	l.work(t, 1)
	if !slices.Equal(l.s.back, []string{"b-2"}) {
		t.Fatalf("given back: %v", l.s.back)
	}
	for end := time.Now().Add(2 * time.Minute); l.c.times("b-2") < 2 && time.Now().Before(end); {
		l.work(t, 1)
	}
	if l.c.times("b-1") != 1 || l.c.times("b-2") != 2 || l.c.times("b-3") != 1 || len(l.s.back) != 1 {
		t.Errorf("sent %v, given back %v", l.c.sent, l.s.back)
	}
}

func TestWork_doesNotSendWhatEndedInTheQueue(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.s.ended = []string{"b-1"}
	l.refer(t, reference(0, 0b0000_0011))
	l.work(t, 1)
	if rs := l.receipts(t); l.c.times("b-1") != 0 || l.c.times("b-2") != 1 || len(rs) != 1 || rs[0].Key != "b-1" || rs[0].Code != "SEALGATE:ENDED" {
		t.Errorf("sent %v, %+v", l.c.sent, rs)
	}
}

func TestWork_whatSomebodyElsePutIntoTheQueueMakesNothingLeave(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	forged := reference(0, 0xFF)
	forged.BatchID = "other"
	l.refer(t, forged)
	l.work(t, 5)
	if len(l.c.sent) != 0 {
		t.Errorf("sent %v", l.c.sent)
	}
}

func TestWork_twoWorkersOnOneChunkKeepEachOthersNotes(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	other, err := l.Worker(l.c, l.s)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := range int64(20) {
		l.refer(t, reference(chunk, 0b0101_0101), reference(chunk, 0b1010_1010))
	}
	var wg sync.WaitGroup
	for _, w := range []*natsq.Worker{l.worker, other} {
		wg.Go(func() {
			for {
				if did, err := w.Work(context.Background()); err != nil {
					t.Error(err)
				} else if !did {
					return
				}
			}
		})
	}
	wg.Wait()
	l.sentOnce(t, 160)
}

func TestWork_whoSleptBetweenLookAndNoteSendsNothingAgain(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	other := &source{}
	second, err := l.Worker(l.c, other)
	if err != nil {
		t.Fatal(err)
	}
	l.refer(t, reference(0, 0b0000_0111))
	l.s.asked = func() { // the first has looked into the book; it stops, and what it holds is given to the second
		l.s.asked = nil
		l.refer(t, reference(0, 0b0000_1111))
		if did, err := second.Work(context.Background()); err != nil || !did {
			t.Errorf("the second worker: %t, %v", did, err)
		}
	}
	l.work(t, 1)
	l.sentOnce(t, 4)
}

func TestReports_whatNobodyConfirmsComesAgainAfterItsTime(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.c.answer = func(handoff.Outgoing) handoff.Answer { return handoff.Answer{Outcome: handoff.Refused, Code: "X"} }
	l.refer(t, reference(0, 0b0000_0001))
	l.work(t, 1)
	if rs, _, err := l.Reports(context.Background()); err != nil || len(rs) != 1 {
		t.Fatalf("%v, %v", rs, err)
	}
	enginetest.Until(t, "it comes again", func() bool { return len(l.receipts(t)) == 1 })
}

func TestOpen_oneOfSeveralProcessesRunsTheQueueOfAFolderAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	dir, c := filepath.Join(t.TempDir(), "nats"), &carrier{sent: map[string]int{}}
	first, second := open(t, dir, c), open(t, dir, c) // as two processes have them
	first.refer(t, reference(0, 0b0000_0001))
	second.refer(t, reference(0, 0b0000_0001), reference(1, 0b0000_0001))
	second.work(t, 2)
	if c.times("b-1") != 1 || c.times("b-9") != 1 {
		t.Fatalf("sent %v", c.sent)
	}
	second.refer(t, reference(2, 0b0000_0001))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	enginetest.Until(t, "the second runs the queue", func() bool {
		_, err := second.worker.Work(context.Background())
		return err == nil && c.times("b-17") == 1
	})
	first.refer(t, reference(3, 0b0000_0001)) // the first comes back, and finds the folder taken
	second.work(t, 1)
	if c.times("b-25") != 1 || len(c.sent) != 4 {
		t.Errorf("sent %v", c.sent)
	}
}

// lonely is an engine behind the queue that has sessions.
type lonely struct {
	*carrier
	sessions chan struct{}
}

func (l lonely) Run(ctx context.Context, _ handoff.Sink) error {
	l.sessions <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func TestRun_hasOneSessionHoweverMuchItWorksOnAtOnce(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	behind := lonely{l.c, make(chan struct{}, 9)}
	w, err := l.Worker(behind, l.s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx, 3) }()
	l.refer(t, reference(0, 0xFF), reference(1, 0xFF), reference(2, 0xFF))
	enginetest.Until(t, "everything is sent", func() bool { return l.c.times("b-8")+l.c.times("b-16")+l.c.times("b-24") == 3 })
	stop()
	<-done
	if n := len(behind.sessions); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// talkative is an engine behind the queue whose session brings receipts.
type talkative struct {
	*carrier
	receipts []handoff.Receipt
	taken    chan error
}

func (e talkative) Run(ctx context.Context, to handoff.Sink) error {
	e.taken <- to.Receipts(ctx, e.receipts)
	<-ctx.Done()
	return ctx.Err()
}

func TestReceipts_aboutNumbersThatNobodyKnowsDoNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	l.c.answer = func(m handoff.Outgoing) handoff.Answer { return handoff.Answer{Refs: []string{"their-" + m.Key}} }
	l.refer(t, reference(0, 0x01))
	l.work(t, 1)
	behind := talkative{carrier: l.c, taken: make(chan error, 1)}
	for i := range 200 { // a session that waited for each of them would stand still for ten minutes
		behind.receipts = append(behind.receipts, handoff.Receipt{Ref: fmt.Sprintf("lost-%d", i), Result: handoff.Success})
	}
	behind.receipts = append(behind.receipts, handoff.Receipt{Ref: "their-b-1", Result: handoff.Success})
	w, err := l.Worker(behind, l.s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx, 1) }()
	select {
	case err := <-behind.taken:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Minute):
		t.Error("the session stands still")
	}
	stop()
	<-done
	rs := l.receipts(t)
	if len(rs) != 1 || rs[0].Key != "b-1" || rs[0].Result != handoff.Success {
		t.Errorf("the queue got %+v", rs)
	}
}

func TestNew_refusesAnOpenDoor(t *testing.T) {
	t.Parallel()
	for _, s := range []natsq.Settings{{Name: "x"}, {Name: "x", Dir: "d", Listen: "0.0.0.0:4222"}, {Name: "x", Dir: "d", Replicas: 9}, {Name: "x", Dir: "d", AgainAfter: -1}} {
		if _, err := natsq.New(s, clock.New(clockwork.NewFakeClock())); err == nil {
			t.Error(fmt.Sprintf("%+v was taken", s))
		}
	}
}
