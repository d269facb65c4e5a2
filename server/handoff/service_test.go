package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/carrier"
	"sealgate/server/contract"
	"sealgate/server/handoff"
	"sealgate/server/handoff/loopback"
	"sealgate/server/recipient"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// house is a world with a hand-off.
type house struct {
	*World
	Loop   *loopback.Engine
	Out    *handoff.Service
	Orders *carrier.Service
}

func settings() loopback.Settings {
	return loopback.Settings{Delay: 2 * time.Second, Late: time.Hour, Refused: 60, Failing: 80, Tardy: 30, Slice: 16}
}

func newHouse(t testing.TB, channels ...handoff.Channel) *house {
	t.Helper()
	return over(t, New(t), channels...)
}

func over(t testing.TB, w *World, channels ...handoff.Channel) *house {
	t.Helper()
	h := &house{
		World: w, Loop: loopback.New(w.DB, w.Clock, settings()),
		Orders: carrier.New(w.DB, w.Clock, w.Trail, []string{"verification", "notice", "marketing", "advertising"}),
	}
	if len(channels) == 0 {
		channels = []handoff.Channel{{Name: "loopback", Engine: h.Loop}}
	}
	h.Out = h.server(channels...)
	return h
}

// server is one more server on the same database.
func (h *house) server(channels ...handoff.Channel) *handoff.Service {
	h.T.Helper()
	s, err := handoff.New(handoff.Parts{
		DB: h.DB, Clock: h.Clock, Trail: h.Trail, Batches: h.Batches, Contracts: h.Contract, Reviews: h.Reviews, Recipients: h.Recipients,
		Usage: h.Usage, Notices: h.Notices, Keys: h.Keys, Orders: h.Orders, Channels: channels, Targets: all{},
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return s
}

// all has every customer, signature and contract but nobody.
type all struct{}

func (all) StopTarget(_ context.Context, _ handoff.StopScope, id string) error {
	if id == "nobody" {
		return handoff.ErrNoTarget
	}
	return nil
}

// drain works until nothing is left to do at the present time.
func (h *house) drain(servers ...*handoff.Service) {
	h.T.Helper()
	if len(servers) == 0 {
		servers = []*handoff.Service{h.Out}
	}
	for i := 0; ; i++ {
		did := false
		for _, s := range servers {
			d, err := s.Work(testkit.System())
			if err != nil {
				h.T.Fatal(err)
			}
			did = did || d
		}
		if !did {
			return
		}
		if i > 5000 {
			h.T.Fatal("it never comes to rest")
		}
	}
}

// approved submits and approves messages, and lets the ten seconds pass.
func (h *house) approved(lines ...[]Line) string {
	h.T.Helper()
	id := h.Submit(lines...)
	h.Approve(id)
	h.Fake.Advance(review.UndoFor)
	return id
}

func (h *house) counts(id string) handoff.Counts {
	h.T.Helper()
	v, err := h.Out.Of(testkit.System(), id)
	if err != nil {
		h.T.Fatal(err)
	}
	return v.Counts
}

func (h *house) holds(id string) string {
	h.T.Helper()
	v, err := h.Out.Of(testkit.System(), id)
	if err != nil {
		h.T.Fatal(err)
	}
	var out []string
	for _, x := range v.Holds {
		out = append(out, x.Reason)
	}
	return strings.Join(out, " ")
}

func (h *house) sent(id string) int {
	h.T.Helper()
	d, err := h.Loop.Log(testkit.System(), id)
	if err != nil {
		h.T.Fatal(err)
	}
	return len(d)
}

func (h *house) used() int64 {
	h.T.Helper()
	t, err := h.Usage.MonthTotals(context.Background(), "contract", h.Clock.Today().MonthOf())
	if err != nil {
		h.T.Fatal(err)
	}
	return t.Parts
}

func (h *house) sound() {
	h.T.Helper()
	h.Sound(h.Out.Verify)
}

// fate counts what the loopback engine will do with the messages from a to b.
func fate(id string, from, to int64, skip func(seq int64) bool) (refused, failed, delivered int64) {
	for seq := from; seq <= to; seq++ {
		if skip != nil && skip(seq) {
			continue
		}
		switch f := settings().Fate(handoff.Key(id, seq)); {
		case f.Refused:
			refused++
		case f.Success:
			delivered++
		default:
			failed++
		}
	}
	return refused, failed, delivered
}

var long = strings.Repeat("您的包裹已经到达小区门口的快递柜请尽快取走", 4) // more than 70 characters: two parts

func TestWork_carriesOutExactlyWhatWasApprovedAndCountsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.Submit(h.Lines(150, "您的包裹已到"), h.Lines(20, long), h.Lines(10, Doubtful), h.Lines(5, Forbidden))
	li := Reviewer("li")
	if _, err := h.Reviews.Claim(li, id); err != nil {
		t.Fatal(err)
	}
	for _, a := range []review.Act{
		{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve},
		{BatchID: id, Scope: review.Message, Seq: 1, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}},
		{BatchID: id, Scope: review.Message, Seq: 171, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}},
	} {
		if _, err := h.Reviews.Decide(li, a); err != nil {
			t.Fatal(err)
		}
	}
	d, err := h.Reviews.Open(li, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Reviews.Finish(li, id, d.Progress.DecisionsHash); err != nil {
		t.Fatal(err)
	}
	h.drain()
	if _, err := h.Out.Of(testkit.System(), id); !errors.Is(err, handoff.ErrNotFound) {
		t.Fatalf("begun within ten seconds: %v", err)
	}
	h.Fake.Advance(review.UndoFor)
	h.drain()
	skip := func(seq int64) bool { return seq == 1 || seq == 171 }
	refused, failed, delivered := fate(id, 1, 180, skip)
	if refused == 0 || failed == 0 || delivered < 100 {
		t.Fatal("the fates are not mixed")
	}
	c := h.counts(id)
	if c.Approved() != 178 || c[handoff.Handed]+c[handoff.Failed] != 178 || c[handoff.Failed] != refused || h.sent(id) != int(178-refused) {
		t.Fatalf("handed over: %v, sent %d", c.ByName(), h.sent(id))
	}
	if h.Batch(id).State != batch.Sending || h.used() != 0 {
		t.Errorf("before receipts: %s, used %d", h.Batch(id).State, h.used())
	}
	h.sound()
	h.Fake.Advance(3 * time.Second)
	h.drain()
	if h.Batch(id).State != batch.Sending {
		t.Error("done before the late ones came")
	}
	h.Fake.Advance(time.Hour)
	h.drain()
	c = h.counts(id)
	if c[handoff.Delivered] != delivered || c[handoff.Failed] != refused+failed || c.Open() != 0 || h.Batch(id).State != batch.Done {
		t.Errorf("in the end: %v, batch %s; want %d delivered", c.ByName(), h.Batch(id).State, delivered)
	}
	_, _, short := fate(id, 1, 150, skip)
	_, _, more := fate(id, 151, 170, skip)
	_, _, held := fate(id, 171, 180, skip)
	if want := short + 2*more + held; h.used() != want {
		t.Errorf("used %d parts, want %d", h.used(), want)
	}
	h.sound()
}

func TestWork_twoServersAtOnceSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var ids []string
	for range 3 {
		ids = append(ids, h.approved(h.Lines(200, "您的包裹已到")))
	}
	servers := []*handoff.Service{h.Out}
	for range 3 {
		servers = append(servers, h.server(handoff.Channel{Name: "loopback", Engine: h.Loop}))
	}
	var wg sync.WaitGroup
	for _, s := range servers {
		wg.Go(func() {
			for range 200 {
				if _, err := s.Work(testkit.System()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	h.Fake.Advance(2 * time.Hour)
	for _, s := range servers {
		wg.Go(func() {
			for range 50 {
				if _, err := s.Work(testkit.System()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	h.drain()
	want := int64(0)
	for _, id := range ids {
		refused, failed, delivered := fate(id, 1, 200, nil)
		want += delivered
		if c := h.counts(id); c[handoff.Delivered] != delivered || c[handoff.Failed] != refused+failed || h.Batch(id).State != batch.Done {
			t.Errorf("%v, %s", c.ByName(), h.Batch(id).State)
		}
	}
	if h.used() != want {
		t.Errorf("used %d, want %d", h.used(), want)
	}
	h.sound()
}

func TestWork_undoRacingDispatchHasOneWinner(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	second := h.server(handoff.Channel{Name: "loopback", Engine: h.Loop})
	undone := 0
	for range 12 {
		id := h.Submit(h.Lines(3, "您的包裹已到"))
		h.Approve(id)
		h.Fake.Advance(review.UndoFor - time.Millisecond)
		var wg sync.WaitGroup
		var uerr error
		wg.Go(func() { _, uerr = h.Reviews.Undo(Reviewer("li"), id) })
		for _, s := range []*handoff.Service{h.Out, second} {
			wg.Go(func() {
				h.Fake.Advance(time.Millisecond)
				if _, err := s.Work(testkit.System()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h.drain()
		if uerr == nil {
			undone++
			if h.sent(id) != 0 || h.Batch(id).State != batch.InReview {
				t.Errorf("undone, and %d were sent; %s", h.sent(id), h.Batch(id).State)
			}
		} else if s := h.Batch(id).State; s != batch.Sending && s != batch.Done {
			t.Errorf("not undone (%v), and the batch is %s", uerr, s)
		}
	}
	t.Logf("%d of 12 were undone", undone)
	h.sound()
}

func TestWork_holdsWithTheReasonAndGoesOnByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shut func(h *house)
		want string
		open func(h *house)
	}{
		"suspended": {func(h *house) { h.Contract.Suspend(contract.NonPayment) }, "suspended:non_payment", func(h *house) { h.Contract.Lift() }},
		"night":     {func(h *house) { h.Clock.SetOffset(11 * time.Hour) }, "hours", func(h *house) { h.Clock.SetOffset(22 * time.Hour) }},
		"other sender": {func(h *house) { h.Contract.Change(func(c *contract.Contract) { c.ServiceCode = "10699999" }) }, "service_code",
			func(h *house) { h.Contract.Change(func(c *contract.Contract) { c.ServiceCode = "10690001" }) }},
		"daily cap": {func(h *house) { h.Contract.Change(func(c *contract.Contract) { c.Terms.DailyCap = 16 }) }, "daily_cap",
			func(h *house) { h.Clock.SetOffset(24 * time.Hour) }},
		"emergency stop of a customer": {func(h *house) {
			if _, err := h.Out.StopNow(testkit.As("boss"), handoff.StopCustomer, "cust", "投诉激增"); err != nil {
				h.T.Fatal(err)
			}
		}, "stopped", liftAll},
		"emergency stop of all": {func(h *house) {
			if _, err := h.Out.StopNow(testkit.As("boss"), handoff.StopAll, "", "通道异常"); err != nil {
				h.T.Fatal(err)
			}
		}, "stopped", liftAll},
		"paused by a person": {func(h *house) {
			if err := h.Batches.SetState(testkit.System(), h.Batches1(), batch.Sending, batch.Paused, "看看"); err != nil {
				h.T.Fatal(err)
			}
		}, "paused", func(h *house) {
			if err := h.Batches.SetState(testkit.System(), h.Batches1(), batch.Paused, batch.Sending, ""); err != nil {
				h.T.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := New(t)
			gate := &closing{}
			h := over(t, w)
			gate.Engine, gate.after = h.Loop, 1
			h.Out = h.server(handoff.Channel{Name: "loopback", Engine: gate})
			id := h.approved(h.Lines(100, "您的包裹已到"))
			gate.act = func() { c.shut(h) } // in the middle: after the first slice was sent
			h.drain()
			if got := h.holds(id); got != c.want {
				t.Fatalf("held for %q, want %q; %v", got, c.want, h.counts(id).ByName())
			}
			first := h.sent(id)
			if n := h.counts(id); n[handoff.Waiting] != 84 {
				t.Errorf("after the gate closed: %v", n.ByName())
			}
			h.drain()
			if h.sent(id) != first {
				t.Error("something left through a closed gate")
			}
			if v, _ := h.Out.Of(testkit.System(), id); v.HeldSince.IsZero() {
				t.Error("since when is not shown")
			}
			c.open(h)
			for range 20 { // the daily cap takes a week
				h.drain()
				if h.counts(id)[handoff.Waiting] == 0 {
					break
				}
				h.Clock.SetOffset(h.Clock.Offset() + 24*time.Hour)
			}
			if n := h.counts(id); n[handoff.Waiting] != 0 || h.holds(id) != "" {
				t.Errorf("it did not go on: %v, %s", n.ByName(), h.holds(id))
			}
			h.Clock.SetOffset(h.Clock.Offset() + 2*time.Hour)
			h.drain()
			if h.Batch(id).State != batch.Done {
				t.Errorf("batch %s, %v", h.Batch(id).State, h.counts(id).ByName())
			}
			h.sound()
		})
	}
}

func liftAll(h *house) {
	ps, err := h.Out.Stops(testkit.System())
	if err != nil || len(ps) != 1 {
		h.T.Fatalf("stops %v %v", ps, err)
	}
	if err := h.Out.LiftStop(testkit.As("boss"), ps[0].ID, "已处理"); err != nil {
		h.T.Fatal(err)
	}
}

// Batches1 is the only batch there is.
func (h *house) Batches1() (id string) {
	if err := h.DB.ReadSQL().QueryRow("SELECT id FROM batches").Scan(&id); err != nil {
		h.T.Fatal(err)
	}
	return id
}

// closing is an engine at which a test does something after so many calls.
type closing struct {
	handoff.Engine
	mu    sync.Mutex
	after int
	act   func()
}

func (c *closing) Send(ctx context.Context, m []handoff.Outgoing) ([]handoff.Answer, error) {
	a, err := c.Engine.Send(ctx, m)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.after--; c.after == 0 && c.act != nil {
		c.act()
	}
	return a, err
}

func (c *closing) Reports(ctx context.Context) ([]handoff.Receipt, bool, error) {
	return c.Engine.(handoff.Reporter).Reports(ctx)
}

func (c *closing) Confirm(ctx context.Context, r []handoff.Receipt) error {
	return c.Engine.(handoff.Reporter).Confirm(ctx, r)
}

func TestWork_dailyCapIsNeverPassedEvenByManyServersAndLongMessages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Contract.Change(func(c *contract.Contract) { c.Terms.DailyCap = 61 })
	a, b := h.approved(h.Lines(60, long)), h.approved(h.Lines(60, long))
	second := h.server(handoff.Channel{Name: "loopback", Engine: h.Loop})
	var wg sync.WaitGroup
	for _, s := range []*handoff.Service{h.Out, second} {
		wg.Go(func() {
			for range 60 {
				if _, err := s.Work(testkit.System()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	left := func() int64 { return h.counts(a)[handoff.Waiting] + h.counts(b)[handoff.Waiting] }
	if left() != 90 { // 30 messages of two parts; the 61st part has no room for another
		t.Errorf("%d wait, want 90", left())
	}
	if h.holds(a) != "daily_cap" && h.holds(b) != "daily_cap" {
		t.Errorf("held for %q and %q", h.holds(a), h.holds(b))
	}
	h.drain(h.Out, second)
	rows := 0
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action IN ('handoff.hold', 'handoff.resume')").Scan(&rows); err != nil || rows > 6 {
		t.Errorf("%d audit rows of holding and resuming, %v", rows, err)
	}
	h.Clock.SetOffset(24 * time.Hour)
	h.drain(h.Out, second)
	if left() != 60 {
		t.Errorf("%d wait on the second day, want 60", left())
	}
	h.sound()
}

func TestWork_scheduledBatchesWaitForTheirTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.Submit(h.Lines(5, "您的包裹已到"))
	at := h.Clock.Instant().Add(3 * time.Hour)
	if _, err := h.DB.SQL().Exec(fmt.Sprintf("UPDATE batches SET scheduled_at = %d", at.Ms())); err != nil {
		t.Fatal(err)
	}
	h.Approve(id)
	h.Fake.Advance(review.UndoFor)
	h.drain()
	if h.holds(id) != "scheduled" || h.sent(id) != 0 {
		t.Errorf("held for %q, sent %d", h.holds(id), h.sent(id))
	}
	h.Clock.SetOffset(3 * time.Hour)
	h.drain()
	if h.counts(id)[handoff.Waiting] != 0 {
		t.Error("it did not go on at its time")
	}
	h.sound()
}

func TestWork_recipientsWhoOptedOutSinceScreeningAreLeftOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lines := h.Lines(40, "您的包裹已到")
	id := h.approved(lines)
	for i, kind := range map[int]recipient.Kind{3: recipient.OptOut, 30: recipient.Blacklist, 31: recipient.OptOut} {
		customer := "cust"
		if i == 31 {
			customer = "someone else" // does not concern this customer
		}
		if err := h.Recipients.Block(testkit.As("li"), recipient.Add{Phone: lines[i].Phone, CustomerID: customer, Kind: kind, Source: "reply"}); err != nil {
			t.Fatal(err)
		}
	}
	h.drain()
	c := h.counts(id)
	if c[handoff.SkippedOptOut] != 1 || c[handoff.SkippedBlacklist] != 1 || c[handoff.Handed]+c[handoff.Failed] != 38 {
		t.Errorf("%v", c.ByName())
	}
	h.Fake.Advance(2 * time.Hour)
	h.drain()
	if h.Batch(id).State != batch.Done {
		t.Errorf("skipped messages keep the batch open: %s", h.Batch(id).State)
	}
	h.sound()
	// Whoever opts out afterwards was rightly sent to.
	if err := h.Recipients.Block(testkit.As("li"), recipient.Add{Phone: lines[10].Phone, CustomerID: "cust", Kind: recipient.OptOut, Source: "reply"}); err != nil {
		t.Fatal(err)
	}
	h.sound()
}

func TestWork_anEndedContractDiscardsWhatWaits(t *testing.T) {
	t.Parallel()
	w := New(t)
	gate := &closing{after: 2}
	h := over(t, w)
	gate.Engine = h.Loop
	h.Out = h.server(handoff.Channel{Name: "loopback", Engine: gate})
	id := h.approved(h.Lines(100, "您的包裹已到"))
	gate.act = func() { h.Contract.End() }
	h.drain()
	if c := h.counts(id); c[handoff.SkippedEnded] != 68 || c[handoff.Waiting] != 0 {
		t.Errorf("%v", c.ByName())
	}
	h.Fake.Advance(2 * time.Hour)
	h.drain()
	if h.Batch(id).State != batch.Done {
		t.Errorf("batch %s", h.Batch(id).State)
	}
	h.sound()
}

func TestWork_aCancelledBatchStopsAtOnce(t *testing.T) {
	t.Parallel()
	w := New(t)
	gate := &closing{after: 1}
	h := over(t, w)
	gate.Engine = h.Loop
	h.Out = h.server(handoff.Channel{Name: "loopback", Engine: gate})
	id := h.approved(h.Lines(100, "您的包裹已到"))
	gate.act = func() {
		if err := h.Batches.SetState(testkit.System(), id, batch.Sending, batch.Cancelled, "x"); err != nil {
			t.Error(err)
		}
	}
	h.drain()
	if c := h.counts(id); c[handoff.SkippedEnded] != 84 {
		t.Errorf("%v", c.ByName())
	}
	h.Fake.Advance(2 * time.Hour)
	h.drain()
	if v, _ := h.Out.Of(testkit.System(), id); v.State != "closed" || h.Batch(id).State != batch.Cancelled || v.Counts.Open() != 0 {
		t.Errorf("%+v", v)
	}
	h.sound()
}

func TestWork_whatDoesNotHaveTheApprovedHashNeverLeaves(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func(t *testing.T, h *house, id string){
		"chunk object changed": func(t *testing.T, h *house, id string) {
			m, _ := h.Reviews.Live(testkit.System(), id)
			cs, err := h.Batches.Chunks(testkit.System(), id)
			if err != nil || len(cs) == 0 || m == nil {
				t.Fatal(err)
			}
			flip(t, filepath.Join(h.BlobDir, filepath.FromSlash(cs[0].Key)))
		},
		"verdict object changed": func(t *testing.T, h *house, id string) {
			cs, _ := h.Batches.Chunks(testkit.System(), id)
			flip(t, filepath.Join(h.BlobDir, filepath.FromSlash(cs[0].VerdictKey)))
		},
		"bitmap changed": func(t *testing.T, h *house, id string) {
			m, _ := h.Reviews.Live(testkit.System(), id)
			flip(t, filepath.Join(h.BlobDir, filepath.FromSlash(m.ApprovedKey)))
		},
		"row names another object": func(t *testing.T, h *house, id string) {
			execute(t, h, "UPDATE batch_chunks SET sha256 = '"+strings.Repeat("0", 64)+"' WHERE seq = 1")
		},
		"manifest's list changed": func(t *testing.T, h *house, id string) {
			execute(t, h, `UPDATE manifests SET chunks = REPLACE(chunks, '"seq":1,', '"seq":9,')`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			id := h.approved(h.Lines(20, "您的包裹已到"))
			tamper(t, h, id)
			h.drain()
			if h.sent(id) != 0 || h.Batch(id).State != batch.Paused || h.Batch(id).Reason != handoff.HoldMismatch {
				t.Errorf("sent %d, batch %s (%s)", h.sent(id), h.Batch(id).State, h.Batch(id).Reason)
			}
			told := 0
			if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'handoff_mismatch'").Scan(&told); err != nil || told != 1 {
				t.Errorf("%d notices, %v", told, err)
			}
			a, err := h.Reviews.Verify(testkit.System())
			b, err2 := h.Out.Verify(testkit.System())
			if err != nil || err2 != nil || len(a)+len(b) == 0 {
				t.Errorf("verify finds nothing: %v %v", err, err2)
			}
		})
	}
}

func flip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, h *house, sql string) {
	t.Helper()
	if _, err := h.DB.SQL().Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func TestWork_receiptsNotHereAfter72HoursExpireAndStillCountWhenTheyCome(t *testing.T) {
	t.Parallel()
	mute := &mute{}
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: mute})
	id := h.approved(h.Lines(10, "您的包裹已到"))
	h.drain()
	h.Clock.SetOffset(71 * time.Hour)
	h.drain()
	if h.Batch(id).State != batch.Sending {
		t.Fatal("closed too early")
	}
	h.Clock.SetOffset(73 * time.Hour)
	h.drain()
	if c := h.counts(id); c[handoff.Expired] != 10 || h.Batch(id).State != batch.Done {
		t.Fatalf("%v, %s", c.ByName(), h.Batch(id).State)
	}
	h.sound()
	b, err := h.Out.Receive(testkit.System(), "mute", []handoff.Receipt{{Key: handoff.Key(id, 4), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()}})
	if err != nil || b.Counted != 1 || h.used() != 1 {
		t.Errorf("%+v %v, used %d", b, err, h.used())
	}
	h.sound()
}

// mute takes everything, absorbs repeats and never reports by itself; it can be told what to answer.
type mute struct {
	mu      sync.Mutex
	got     map[string]int
	answers []handoff.Answer
	err     error
	calls   int
	twice   bool // can't absorb repeats
}

func (m *mute) Kind() string     { return "mute" }
func (m *mute) Idempotent() bool { return !m.twice }
func (m *mute) Slice() int       { return 16 }

func (m *mute) Send(_ context.Context, out []handoff.Outgoing) ([]handoff.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if m.err != nil {
		return nil, m.err
	}
	if m.got == nil {
		m.got = map[string]int{}
	}
	a := make([]handoff.Answer, len(out))
	for i, o := range out {
		if i < len(m.answers) {
			a[i] = m.answers[i]
		}
		if a[i].Outcome != handoff.NotSent && a[i].Outcome != handoff.Refused {
			m.got[o.Key]++
		}
	}
	return a, nil
}

func TestReceive_inAnyOrderAndHoweverOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(10, "您的包裹已到"), h.Lines(3, long))
	h.drain()
	now := h.Clock.Instant()
	ok := func(seq int64, part int) handoff.Receipt {
		return handoff.Receipt{Key: handoff.Key(id, seq), Part: part, Result: handoff.Success, Code: "DELIVRD", At: now}
	}
	bad := func(seq int64, part int) handoff.Receipt {
		return handoff.Receipt{Key: handoff.Key(id, seq), Part: part, Result: handoff.Failure, Code: "UNDELIV", At: now}
	}
	for i, c := range []struct {
		rs   []handoff.Receipt
		want handoff.Booked
		used int64
	}{
		{[]handoff.Receipt{ok(5, 0), ok(2, 1)}, handoff.Booked{Counted: 2}, 2},                             // out of order
		{[]handoff.Receipt{ok(5, 0), ok(5, 0), ok(2, 1)}, handoff.Booked{Repeated: 3}, 2},                  // repeated
		{[]handoff.Receipt{bad(5, 0)}, handoff.Booked{Repeated: 1}, 2},                                     // too late: delivered is delivered
		{[]handoff.Receipt{bad(6, 0), ok(6, 0)}, handoff.Booked{Counted: 1, Repeated: 1}, 2},               // failed stays failed
		{[]handoff.Receipt{{Key: handoff.Key(id, 7), Code: "8", At: now}}, handoff.Booked{Repeated: 1}, 2}, // on its way
		{[]handoff.Receipt{ok(11, 2)}, handoff.Booked{Repeated: 1}, 2},                                     // one part of two
		{[]handoff.Receipt{ok(11, 2)}, handoff.Booked{Repeated: 1}, 2},                                     // the same part again
		{[]handoff.Receipt{ok(11, 1)}, handoff.Booked{Counted: 1}, 4},                                      // all parts: delivered
		{[]handoff.Receipt{ok(12, 1), ok(12, 2)}, handoff.Booked{Counted: 1, Repeated: 1}, 6},              // both at once
		{[]handoff.Receipt{ok(13, 1), bad(13, 2), ok(13, 2)}, handoff.Booked{Counted: 1, Repeated: 2}, 6},  // one part failed
		{[]handoff.Receipt{ok(11, 3), ok(11, 99)}, handoff.Booked{Repeated: 2}, 6},                         // no such part
		{[]handoff.Receipt{ok(14, 0), {Key: "x-1"}, {Key: "garbage"}}, handoff.Booked{Strangers: 3}, 6},
	} {
		got, err := h.Out.Receive(testkit.System(), "mute", c.rs)
		if err != nil || h.used() != c.used {
			t.Errorf("%d: %v, used %d, want %d", i, err, h.used(), c.used)
		}
		if got != c.want {
			t.Errorf("%d: %+v, want %+v", i, got, c.want)
		}
	}
	if c := h.counts(id); c[handoff.Delivered] != 4 && c[handoff.Failed] != 2 {
		t.Errorf("%v", c.ByName())
	}
	h.sound()
}

func TestReceive_ofWhatNeverLeftChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: &mute{}})
	h.Contract.Suspend(contract.NonPayment)
	id := h.approved(h.Lines(3, "您的包裹已到"))
	h.drain()
	b, err := h.Out.Receive(testkit.System(), "mute", []handoff.Receipt{{Key: handoff.Key(id, 1), Result: handoff.Success, At: h.Clock.Instant()}})
	if err != nil || b.Strangers != 1 || h.used() != 0 {
		t.Errorf("%+v %v", b, err)
	}
	h.sound()
}

func TestReceive_theSameByManyAtOnceCountsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(20, "您的包裹已到"))
	h.drain()
	var rs []handoff.Receipt
	for seq := int64(1); seq <= 20; seq++ {
		rs = append(rs, handoff.Receipt{Key: handoff.Key(id, seq), Result: handoff.Success, Code: "DELIVRD", At: h.Clock.Instant()})
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := h.Out.Receive(testkit.System(), "mute", rs); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if h.used() != 20 {
		t.Errorf("used %d", h.used())
	}
	h.drain()
	if h.Batch(id).State != batch.Done {
		t.Errorf("batch %s", h.Batch(id).State)
	}
	h.sound()
}

func TestReceive_countsOnTheDayOfTheReceiptByCarrierAndCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: &mute{}})
	id := h.approved(h.Lines(4, "您的包裹已到"))
	h.drain()
	late := caldate.MustParse("2026-11-01")
	for seq, at := range map[int64]caldate.Instant{1: h.Clock.Instant(), 2: caldate.InstantOf(late.Start())} {
		if _, err := h.Out.Receive(testkit.System(), "mute", []handoff.Receipt{{Key: handoff.Key(id, seq), Result: handoff.Success, At: at}}); err != nil {
			t.Fatal(err)
		}
	}
	v, err := h.Out.Of(testkit.System(), id)
	if err != nil || len(v.Figures) != 2 || v.Figures[1].OnDate != late || v.Figures[0].ServiceCode != "10690001" || v.Figures[0].Carrier == "" {
		t.Errorf("figures %+v %v", v.Figures, err)
	}
	oct, _ := h.Usage.MonthTotals(context.Background(), "contract", caldate.MustParseMonth("2026-10"))
	nov, _ := h.Usage.MonthTotals(context.Background(), "contract", caldate.MustParseMonth("2026-11"))
	if oct.Parts != 1 || nov.Parts != 1 {
		t.Errorf("october %d, november %d", oct.Parts, nov.Parts)
	}
	h.sound()
}

func TestWork_anEngineThatCannotAbsorbRepeatsGetsNothingTwice(t *testing.T) {
	t.Parallel()
	m := &mute{twice: true, answers: []handoff.Answer{
		{Outcome: handoff.Accepted, Code: "0"}, {Outcome: handoff.Unclear, Code: "timeout"}, {Outcome: handoff.NotSent, Code: "unreachable"}, {Outcome: handoff.Refused, Code: "400"},
	}}
	h := newHouse(t, handoff.Channel{Name: "kannel", Engine: m})
	id := h.approved(h.Lines(40, "您的包裹已到"))
	h.drain()
	c := h.counts(id)
	if c[handoff.Unknown] != 1 || c[handoff.Failed] != 1 || c[handoff.Handed] != 13 || c[handoff.Waiting] != 25 || h.holds(id) != "engine" {
		t.Fatalf("after the first slice: %v, held for %q", c.ByName(), h.holds(id))
	}
	m.answers = nil
	for range 10 {
		h.Fake.Advance(31 * time.Second) // the outage is over
		h.drain()
	}
	c = h.counts(id)
	if c[handoff.Unknown] != 1 || c[handoff.Handed] != 38 || c[handoff.Waiting] != 0 {
		t.Errorf("in the end: %v", c.ByName())
	}
	for k, n := range m.got {
		if n != 1 {
			t.Errorf("%s was sent %d times", k, n)
		}
	}
	v, err := h.Out.Of(testkit.System(), id)
	if err != nil || len(v.Unknown) != 1 || v.Unknown[0].Seq != 2 || v.Unknown[0].Code != "timeout" || !strings.Contains(v.Unknown[0].Phone, "****") {
		t.Errorf("unknown list %+v %v", v.Unknown, err)
	}
	h.sound()

	// A quarter of an hour later somebody is told, once.
	h.Fake.Advance(handoff.AlarmAfter)
	h.drain()
	h.Fake.Advance(handoff.AlarmAfter)
	h.drain()
	told := 0
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'handoff_unknown'").Scan(&told); err != nil || told != 1 {
		t.Errorf("%d notices, %v", told, err)
	}
	h.sound()

	// A person settles it, with grounds.
	boss := testkit.As("boss", "compliance_lead")
	if _, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "delivered"}); !errors.Is(err, handoff.ErrGrounds) {
		t.Errorf("without grounds: %v", err)
	}
	if _, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "sent", Reason: "x"}); !errors.Is(err, handoff.ErrSettle) {
		t.Errorf("another outcome: %v", err)
	}
	if _, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "failed", Reason: "x", Seqs: []int64{1}}); !errors.Is(err, handoff.ErrNoneUnknown) {
		t.Errorf("a message that is not unknown: %v", err)
	}
	if n, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "delivered", Reason: "通道王工电话确认已发"}); err != nil || n != 1 || h.used() != 1 {
		t.Errorf("%d %v, used %d", n, err, h.used())
	}
	if _, err := h.Out.SettleUnknown(boss, handoff.Settlement{BatchID: id, Outcome: "delivered", Reason: "again"}); !errors.Is(err, handoff.ErrNoneUnknown) {
		t.Errorf("twice: %v", err)
	}
	if b, err := h.Out.Receive(testkit.System(), "kannel", []handoff.Receipt{{Key: handoff.Key(id, 2), Result: handoff.Success, At: h.Clock.Instant()}}); err != nil || b.Counted != 0 || h.used() != 1 {
		t.Errorf("the receipt after that: %+v %v", b, err)
	}
	h.sound()
}

func TestWork_aLateReceiptSettlesAnUnknown(t *testing.T) {
	t.Parallel()
	m := &mute{twice: true, answers: []handoff.Answer{{Outcome: handoff.Unclear, Code: "500"}}}
	h := newHouse(t, handoff.Channel{Name: "kannel", Engine: m})
	id := h.approved(h.Lines(1, "您的包裹已到"))
	h.drain()
	if b, err := h.Out.Receive(testkit.System(), "kannel", []handoff.Receipt{{Key: handoff.Key(id, 1), Result: handoff.Success, Code: "1", At: h.Clock.Instant()}}); err != nil || b.Counted != 1 {
		t.Errorf("%+v %v", b, err)
	}
	h.drain()
	if v, _ := h.Out.Of(testkit.System(), id); len(v.Unknown) != 0 || v.Counts[handoff.Delivered] != 1 || h.Batch(id).State != batch.Done {
		t.Errorf("%+v, %s", v, h.Batch(id).State)
	}
	h.sound()
}

func TestWork_anEngineThatFailsAsAWholeIsTriedAgainWithLongerPauses(t *testing.T) {
	t.Parallel()
	m := &mute{err: errors.New("down")}
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: m})
	id := h.approved(h.Lines(5, "您的包裹已到"))
	for range 100 {
		_, _ = h.Out.Work(testkit.System())
		h.Fake.Advance(100 * time.Millisecond)
	}
	if m.calls < 2 || m.calls > 6 { // after 0, 1, 3 and 7 seconds
		t.Errorf("%d calls in ten seconds", m.calls)
	}
	m.err = nil
	h.Fake.Advance(time.Minute)
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 5 || h.holds(id) != "" {
		t.Errorf("%v, held for %q", c.ByName(), h.holds(id))
	}
	for k, n := range m.got {
		if n != 1 {
			t.Errorf("%s: %d times", k, n)
		}
	}
	h.sound()
}

func TestWork_flowLimitIsKeptByAllServersTogether(t *testing.T) {
	t.Parallel()
	m := &mute{}
	h := newHouse(t, handoff.Channel{Name: "mute", Engine: m, PerSecond: 10})
	second := h.server(handoff.Channel{Name: "mute", Engine: m, PerSecond: 10})
	h.approved(h.Lines(100, "您的包裹已到"))
	for s := 1; s <= 5; s++ {
		for range 3 {
			h.drain(h.Out, second)
		}
		if len(m.got) != 10*s {
			t.Errorf("%d sent after %d seconds", len(m.got), s)
		}
		h.Fake.Advance(time.Second)
	}
	h.sound()
}

// A server that sleeps with a lease in hand and wakes up late must not send, and must not undo what others wrote.
func TestWork_aServerThatWakesUpWithAnOldLeaseSendsNothing(t *testing.T) {
	t.Parallel()
	for _, twice := range []bool{false, true} {
		m := &mute{twice: twice}
		h := newHouse(t)
		second := h.server(handoff.Channel{Name: "mute", Engine: m})
		slow := &sleeper{mute: m}
		h.Out = h.server(handoff.Channel{Name: "mute", Engine: slow})
		id := h.approved(h.Lines(10, "您的包裹已到"))
		slow.sleep = func() {
			h.Fake.Advance(2 * handoff.Lease) // meanwhile another server goes on
			h.drain(second)
		}
		h.drain()
		for k, n := range m.got {
			if n != 1 && twice {
				t.Errorf("%s was sent %d times", k, n)
			}
		}
		c := h.counts(id)
		if twice && (c[handoff.Handed] != 10 || c[handoff.Unknown] != 0) {
			// The sleeper did hear the engine's yes, so its messages are known after all.
			t.Errorf("twice: %v", c.ByName())
		}
		if !twice && c[handoff.Handed] != 10 {
			t.Errorf("absorbing: %v", c.ByName())
		}
		h.sound()
	}
}

func TestWork_aServerWhoseLeaseWasTakenAwayStopsAfterItsSlice(t *testing.T) {
	t.Parallel()
	m := &mute{}
	h := newHouse(t)
	slow := &sleeper{mute: m}
	h.Out = h.server(handoff.Channel{Name: "mute", Engine: slow})
	onlyReaps := h.server(handoff.Channel{Name: "another", Engine: m, Carriers: []string{"cbn"}})
	id := h.approved(h.Lines(100, "您的包裹已到"))
	slow.sleep = func() {
		h.Fake.Advance(2 * handoff.Lease)
		h.drain(onlyReaps)
	}
	for m.calls == 0 {
		if _, err := h.Out.Work(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	if c := h.counts(id); m.calls != 1 || c[handoff.Handed] != 16 || c[handoff.Waiting] != 84 {
		t.Errorf("%d calls, %v", m.calls, c.ByName())
	}
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 100 || len(m.got) != 100 {
		t.Errorf("in the end %v", c.ByName())
	}
	h.sound()
}

func TestWork_oneBatchThatFailsHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	begun := h.approved(h.Lines(5, "您的包裹已到"))
	h.Contract.Suspend(contract.NonPayment)
	h.drain() // begun, and held
	due := h.approved(h.Lines(5, "您的包裹已到"))
	execute(t, h, "UPDATE batches SET text_sealed = 'broken' WHERE id IN ('"+begun+"', '"+due+"')")
	h.Contract.Lift()
	good := h.approved(h.Lines(5, "您的包裹已到"))
	for range 20 {
		_, _ = h.Out.Work(testkit.System())
	}
	if c := h.counts(good); c[handoff.Waiting] != 0 || c.Approved() != 5 {
		t.Errorf("the good one: %v", c.ByName())
	}
	execute(t, h, "UPDATE batches SET text_sealed = ''")
	h.drain()
	for _, id := range []string{begun, due} {
		if c := h.counts(id); c[handoff.Waiting] != 0 {
			t.Errorf("mended, and still: %v", c.ByName())
		}
	}
	h.sound()
}

// sleeper is a mute whose first call takes longer than a lease.
type sleeper struct {
	*mute
	sleep func()
}

func (s *sleeper) Send(ctx context.Context, m []handoff.Outgoing) ([]handoff.Answer, error) {
	a, err := s.mute.Send(ctx, m)
	if s.sleep != nil {
		f := s.sleep
		s.sleep = nil
		f()
	}
	return a, err
}

func TestStopNow_needsScopeObjectAndReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	boss := testkit.As("boss")
	for _, c := range []struct {
		scope  handoff.StopScope
		object string
		reason string
		want   error
	}{
		{"world", "", "x", handoff.ErrStop}, {handoff.StopCustomer, "", "x", handoff.ErrStop}, {handoff.StopAll, "", " ", handoff.ErrGrounds},
		{handoff.StopChannel, "loopback", strings.Repeat("长", 501), handoff.ErrGrounds}, {handoff.StopChannel, "loopbakc", "x", handoff.ErrNoTarget},
		{handoff.StopCustomer, "nobody", "x", handoff.ErrNoTarget},
	} {
		if _, err := h.Out.StopNow(boss, c.scope, c.object, c.reason); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	p, err := h.Out.StopNow(boss, handoff.StopChannel, "loopback", "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Out.StopNow(boss, handoff.StopChannel, "loopback", "x"); !errors.Is(err, handoff.ErrStopped) {
		t.Errorf("twice: %v", err)
	}
	if vs, err := h.Out.ChannelViews(boss); err != nil || !vs[0].Stopped {
		t.Errorf("%+v %v", vs, err)
	}
	if err := h.Out.LiftStop(boss, p.ID, ""); !errors.Is(err, handoff.ErrGrounds) {
		t.Errorf("lifted without a reason: %v", err)
	}
	if err := h.Out.LiftStop(boss, p.ID, "ok"); err != nil {
		t.Error(err)
	}
	if err := h.Out.LiftStop(boss, p.ID, "ok"); !errors.Is(err, handoff.ErrNoStop) {
		t.Errorf("lifted twice: %v", err)
	}
}

func TestVerify_findsReceiptsThatWereConfirmedAndNeverBooked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.approved(h.Lines(30, "您的包裹已到"))
	h.drain()
	h.sound()
	execute(t, h, `UPDATE loopback_log SET reported = 1`) // the engine forgets what is confirmed
	vs, err := h.Out.Verify(testkit.System())
	if err != nil || len(vs) == 0 || vs[0].Invariant != 15 || !strings.Contains(vs[0].Detail, "counts as booked") {
		t.Errorf("%v %v", vs, err)
	}
}

func TestVerify_findsWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"an unapproved message left":       {`INSERT INTO loopback_log SELECT '%s-999', digest, 1, 1, 1, 1, 'x', 1, channel FROM loopback_log LIMIT 1`, 12},
		"another text left":                {`UPDATE loopback_log SET digest = '` + strings.Repeat("0", 64) + `'`, 13},
		"handed off while suspended":       {`UPDATE handoff_slices SET at = at + 10`, 14},
		"one is missing in the engine":     {`DELETE FROM loopback_log WHERE msg_key = (SELECT MIN(msg_key) FROM (SELECT msg_key FROM loopback_log WHERE success = 1) x)`, 15},
		"usage without receipts":           {`UPDATE usage_days SET parts = parts + 1`, 21},
		"figures without receipts":         {`UPDATE handoff_figures SET delivered = delivered + 1`, 21},
		"a tally on a day without figures": {`INSERT INTO handoff_results SELECT batch_id, '2030-01-01', channel, carrier, outcome, code, meaning, contract_id, customer_id, service_code, messages, parts FROM handoff_results WHERE outcome = 'delivered'`, 21},
		"a lease without end":              {`UPDATE handoff_chunks SET lease_until = 9999999999999`, 24},
		"recipient blocked before that":    {`UPDATE recipient_blocks SET created_at = 1`, 25},
		"manifest void":                    {`UPDATE manifests SET voided_at = 1`, 12},
		"open count changed":               {`UPDATE handoff_chunks SET open_count = 7`, 15},
	} {
		h := newHouse(t)
		lines := h.Lines(30, "您的包裹已到")
		id := h.approved(lines)
		h.drain()
		h.Fake.Advance(2 * time.Hour)
		h.drain()
		if err := h.Recipients.Block(testkit.As("li"), recipient.Add{Phone: lines[1].Phone, CustomerID: "cust", Kind: recipient.OptOut, Source: "reply"}); err != nil {
			t.Fatal(err)
		}
		if c.want == 14 {
			execute(t, h, "UPDATE handoff_slices SET at = at + 7200000")
			h.Contract.Suspend(contract.NonPayment)
		} else {
			h.sound()
		}
		sql := c.sql
		if strings.Contains(sql, "%s") {
			sql = fmt.Sprintf(sql, id)
		}
		execute(t, h, sql)
		vs, err := h.Out.Verify(testkit.System())
		found := false
		for _, v := range vs {
			found = found || v.Invariant == c.want
		}
		if err != nil || !found {
			t.Errorf("%s: %v %v, want invariant %d", name, vs, err, c.want)
		}
	}
}
