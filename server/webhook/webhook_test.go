package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/trail"
	"sealgate/server/webhook"
	"sealgate/templates"
)

// receiver is a customer's program: it keeps what it gets and answers what it is told to.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []call
	answer func(w http.ResponseWriter, r *http.Request)
}

type call struct {
	header http.Header
	body   []byte
}

func listen(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.got = append(r.got, call{req.Header, b})
		answer := r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(w, req)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) say(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "receiver says so")
	}
}

func (r *receiver) calls() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// sending is a hand-off of one batch with one chunk, whose statuses the test moves.
type sending struct {
	batch    batch.Batch
	standing handoff.Standing
}

func (s *sending) Get(context.Context, string) (*batch.Batch, error) { b := s.batch; return &b, nil }
func (s *sending) Recent(context.Context, string, caldate.Instant) ([]handoff.Recent, error) {
	if s.standing.Version == 0 {
		return nil, nil
	}
	return []handoff.Recent{{BatchID: s.batch.ID, Versions: s.standing.Version}}, nil
}
func (s *sending) Versions(context.Context, string) (map[int64]int64, error) {
	return map[int64]int64{1: s.standing.Version}, nil
}
func (s *sending) StandingOf(context.Context, string, int64) (*handoff.Standing, error) {
	c := s.standing
	return &c, nil
}

type house struct {
	*webhook.Service
	t       *testing.T
	db      *db.DB
	clock   clock.Clock
	fake    *clockwork.FakeClock
	notices *notice.Service
	sending *sending
}

func open(t *testing.T, p webhook.Policy) *house {
	t.Helper()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	m, err := crypt.NewMaster(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	texts, err := templates.Notices()
	if err != nil {
		t.Fatal(err)
	}
	tr := trail.New(d, c)
	h := &house{t: t, db: d, clock: c, fake: fake, sending: &sending{}, notices: notice.New(d, c, texts)}
	h.Service = webhook.New(d, c, tr, webhook.Deps{Keys: crypt.New(d, c, m), Notices: h.notices, Batches: h.sending, Statuses: h.sending, Policy: p})
	h.notices.Follow(h.Service)
	return h
}

var trial = webhook.Policy{AllowHTTP: true, AllowPrivate: true}

func boss(customer string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "boss-" + customer, Name: "吴岚", CustomerID: customer, Scope: actor.Scope{CustomerID: customer}})
}

func (h *house) endpoint(url string, kinds ...webhook.Kind) (*webhook.Endpoint, string) {
	h.t.Helper()
	e, secret, err := h.Create(boss("c1"), webhook.Wish{Name: "订单系统", URL: url, Kinds: kinds})
	if err != nil {
		h.t.Fatal(err)
	}
	return e, secret
}

// work does all that is due now.
func (h *house) work() {
	h.t.Helper()
	for range 50 {
		did, err := h.Work(testkit.System())
		if err != nil {
			h.t.Fatal(err)
		}
		if !did {
			return
		}
	}
	h.t.Fatal("the work has no end")
}

func (h *house) only() webhook.Delivery {
	h.t.Helper()
	ds, total, err := h.Deliveries(boss("c1"), webhook.Query{Limit: 10})
	if err != nil || total != 1 {
		h.t.Fatalf("%d deliveries, %v", total, err)
	}
	return ds[0]
}

// moved tells that a batch was approved, in a transaction.
func (h *house) moved(customer string) error {
	return h.db.Run(testkit.System(), func(ctx context.Context) error {
		return h.BatchMoved(ctx, &batch.Batch{ID: "b1", CustomerID: customer, Number: "B20261001-0001", State: batch.Approved}, batch.InReview)
	})
}

func TestDelivery_isSignedAndTellsWhatHappened(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	_, secret := h.endpoint(r.URL, webhook.BatchState)
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	got := r.calls()
	if len(got) != 1 {
		t.Fatalf("%d calls", len(got))
	}
	seconds, err := strconv.ParseInt(got[0].header.Get(webhook.HeaderTimestamp), 10, 64)
	want := "v1=" + webhook.Sign(secret, got[0].header.Get(webhook.HeaderID), time.Unix(seconds, 0), got[0].body)
	if err != nil || got[0].header.Get(webhook.HeaderSignature) != want || seconds != h.clock.Real().Unix() {
		t.Errorf("the signature is %q at %d, want %q", got[0].header.Get(webhook.HeaderSignature), seconds, want)
	}
	var body struct {
		Kind string
		Data struct{ State, From, Number string }
	}
	if err := json.Unmarshal(got[0].body, &body); err != nil || body.Kind != "batch.state" || body.Data.State != "approved" || body.Data.Number != "B20261001-0001" {
		t.Errorf("%s %v", got[0].body, err)
	}
	if d := h.only(); d.State != webhook.Delivered || d.Tries != 1 || d.Status != 200 {
		t.Errorf("%+v", d)
	}
	h.work()
	if n := len(r.calls()); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

func TestEvents_areWrittenWithTheFactAndOnlyForWhoListens(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	h.endpoint(r.URL, webhook.BillIssued)
	lost := errors.New("the fact is taken back")
	err := h.db.Run(testkit.System(), func(ctx context.Context) error {
		if err := h.notices.Send(ctx, notice.To{CustomerID: "c1"}, "bill_issued", bill, nil); err != nil {
			return err
		}
		return lost
	})
	if !errors.Is(err, lost) {
		t.Fatal(err)
	}
	for _, customer := range []string{"c1", "c2"} { // batches nobody asked for, bills of somebody else
		if err := h.moved(customer); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.notices.Send(testkit.System(), notice.To{CustomerID: "c2"}, "bill_issued", bill, nil); err != nil {
		t.Fatal(err)
	}
	h.work()
	if n := len(r.calls()); n != 0 {
		t.Fatalf("%d calls", n)
	}
	if err := h.notices.Send(testkit.System(), notice.To{CustomerID: "c1", About: notice.About{ObjectType: "bill", ObjectID: "bill-1", CustomerID: "c1"}}, "bill_issued", bill, nil); err != nil {
		t.Fatal(err)
	}
	h.work()
	if got := r.calls(); len(got) != 1 || !strings.Contains(string(got[0].body), `"object_id":"bill-1"`) {
		t.Errorf("%v", got)
	}
}

var bill = map[string]string{"customer": "甲", "contract": "HT-1", "number": "B-1", "period": "2026-10", "total": "1.00", "window_from": "2026-11-05", "due_on": "2026-11-15"}

func TestDelivery_isTriedWithGrowingPausesThenSetAsideAndDeliveredByHand(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	h.endpoint(r.URL, webhook.BatchState)
	r.say(http.StatusInternalServerError)
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	start := h.clock.Real()
	var pauses []time.Duration
	for d := h.only(); d.State == webhook.Queued; d = h.only() {
		wait := d.NextTryAt.Sub(h.clock.RealInstant())
		if len(pauses) > 0 && wait < pauses[len(pauses)-1] {
			t.Fatalf("the pauses shrink: %v then %s", pauses, wait)
		}
		pauses = append(pauses, wait)
		h.fake.Advance(wait - time.Millisecond)
		before := len(r.calls())
		h.work()
		if len(r.calls()) != before {
			t.Fatal("it did not wait")
		}
		h.fake.Advance(time.Millisecond)
		h.work()
	}
	d := h.only()
	if d.State != webhook.Aside || d.Status != 500 || d.Response != "receiver says so" || len(r.calls()) != int(d.Tries) || h.clock.Real().Sub(start) < 12*time.Hour {
		t.Errorf("after %s: %+v, %d calls", h.clock.Real().Sub(start), d, len(r.calls()))
	}
	if list, total, _, err := h.notices.List(boss("c1"), notice.Query{Limit: 5}); err != nil || total != 1 || list[0].Kind != "webhook_aside" {
		t.Errorf("the customer was told %v %v", list, err)
	}
	r.say(http.StatusNoContent)
	if _, err := h.Again(boss("c2"), d.ID); !errors.Is(err, webhook.ErrNoDelivery) {
		t.Errorf("another's delivery: %v", err)
	}
	if _, err := h.Again(boss("c1"), d.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Again(boss("c1"), d.ID); !errors.Is(err, webhook.ErrState) {
		t.Errorf("queued twice: %v", err)
	}
	h.work()
	if d := h.only(); d.State != webhook.Delivered {
		t.Errorf("%+v", d)
	}
	calls := r.calls()
	if first, last := calls[0].header.Get(webhook.HeaderID), calls[len(calls)-1].header.Get(webhook.HeaderID); first != last || first == "" {
		t.Errorf("the id changed between tries: %s %s", first, last)
	}
	if bad, err := h.Verify(testkit.System()); err != nil || len(bad) > 0 {
		t.Errorf("%v %v", bad, err)
	}
}

func TestDelivery_followsNoRedirectAndBelievesGone(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	inside := listen(t)
	h.endpoint(r.URL, webhook.BatchState)
	r.answer = func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, inside.URL, http.StatusFound) }
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	if d := h.only(); d.State != webhook.Queued || d.Status != 302 || len(inside.calls()) != 0 {
		t.Errorf("%+v, followed %d times", d, len(inside.calls()))
	}
	r.say(http.StatusGone)
	h.fake.Advance(time.Minute)
	h.work()
	if d := h.only(); d.State != webhook.Aside || d.Tries != 2 {
		t.Errorf("%+v", d)
	}
}

// The name passes the check of its text; where it leads is found out at the call, whenever that changes.
func TestDelivery_neverReachesAnInternalAddress(t *testing.T) {
	t.Parallel()
	h, r := open(t, webhook.Policy{AllowHTTP: true}), listen(t)
	e, _ := h.endpoint("http://receiver.example.com/hook", webhook.BatchState)
	if _, err := h.db.SQL().Exec("UPDATE webhook_endpoints SET url = '" + r.URL + "' WHERE id = '" + e.ID + "'"); err != nil { // as a name would that leads to 127.0.0.1 by now
		t.Fatal(err)
	}
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	if d := h.only(); d.State != webhook.Aside || len(r.calls()) != 0 || !strings.Contains(d.Response, "internal") {
		t.Errorf("%+v, %d calls", d, len(r.calls()))
	}
}

func TestPublic_isTheOpenInternetAlone(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "101.226.4.6": true, "2400:3200::1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::1": false, "::": false, "fe80::1": false, "fd00::1": false, "ff02::1": false,
		"::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "::10.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "2001:0:1::": false, "fe80::1%eth0": false,
	} {
		if got := webhook.Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestWishes_areCheckedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	h := open(t, webhook.Policy{})
	for name, x := range map[string]struct{ url, code string }{
		"empty": {"", "length"}, "no host": {"https://", "form"}, "plain http": {"http://api.example.com/", "scheme"}, "a file": {"file:///etc/passwd", "form"}, "a script": {"javascript:alert(1)", "form"},
		"a password": {"https://a:b@api.example.com/", "form"}, "a fragment": {"https://api.example.com/#x", "form"}, "a backslash": {"https://api.example.com\\@10.0.0.1/", "form"},
		"localhost": {"https://localhost/", "inside"}, "localhost with a dot": {"https://LOCALHOST./", "inside"}, "loopback": {"https://127.0.0.1/", "inside"},
		"loopback of six": {"https://[::1]/", "inside"}, "mapped": {"https://[::ffff:192.168.0.1]/", "inside"}, "metadata": {"https://169.254.169.254/latest", "inside"}, "internal": {"https://db.internal/", "inside"},
		"too long": {"https://api.example.com/" + strings.Repeat("a", 500), "length"},
	} {
		_, _, err := h.Create(boss("c1"), webhook.Wish{Name: "a", URL: x.url, Kinds: webhook.Kinds()})
		e := errs.As(err)
		if !errors.Is(err, webhook.ErrInvalid) || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Field == "url" && f.Zh != "" && f.En != "" }) {
			t.Errorf("%s: %v", name, err)
		} else if e.Fields[0].Code != x.code {
			t.Errorf("%s: %s, want %s", name, e.Fields[0].Code, x.code)
		}
	}
	for range 10 {
		h.endpoint("https://api.example.com/hook", webhook.BillIssued)
	}
	if _, _, err := h.Create(boss("c1"), webhook.Wish{Name: "a", URL: "https://api.example.com/", Kinds: webhook.Kinds()}); !errors.Is(err, webhook.ErrTooMany) {
		t.Errorf("an 11th: %v", err)
	}
}

func TestRotate_signsWithBothSecretsForTheOverlap(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	e, old := h.endpoint(r.URL, webhook.BatchState)
	_, fresh, err := h.Rotate(boss("c1"), e.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	signedBy := func(c call) (names []string) {
		seconds, _ := strconv.ParseInt(c.header.Get(webhook.HeaderTimestamp), 10, 64)
		for name, secret := range map[string]string{"fresh": fresh, "old": old} {
			if strings.Contains(c.header.Get(webhook.HeaderSignature), "v1="+webhook.Sign(secret, c.header.Get(webhook.HeaderID), time.Unix(seconds, 0), c.body)) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
	for i, want := range [][]string{{"fresh", "old"}, {"fresh"}} {
		if err := h.Test(boss("c1"), e.ID); err != nil {
			t.Fatal(err)
		}
		h.work()
		if got := signedBy(r.calls()[i]); !slices.Equal(got, want) {
			t.Errorf("call %d is signed by %v, want %v", i, got, want)
		}
		h.fake.Advance(time.Hour)
	}
}

func TestEndpoints_areTheirCustomersOwnAndStayQuietWhenOff(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	e, _ := h.endpoint(r.URL, webhook.BatchState)
	for name, err := range map[string]error{
		"change": second(h.Change(boss("c2"), e.ID, webhook.Wish{Name: "a", URL: r.URL, Kinds: webhook.Kinds()})), "off": second(h.Switch(boss("c2"), e.ID, webhook.Off)), "test": h.Test(boss("c2"), e.ID),
	} {
		if !errors.Is(err, webhook.ErrNotFound) {
			t.Errorf("%s of another's: %v", name, err)
		}
	}
	if list, err := h.Endpoints(boss("c2"), "c1"); err != nil || len(list) != 0 {
		t.Errorf("another sees %v %v", list, err)
	}
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Switch(boss("c1"), e.ID, webhook.Off); err != nil {
		t.Fatal(err)
	}
	h.work()
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	if d := h.only(); d.State != webhook.Aside || len(r.calls()) != 0 {
		t.Errorf("%+v, %d calls", d, len(r.calls()))
	}
	if _, err := h.Switch(boss("c1"), e.ID, webhook.Removed); err != nil {
		t.Fatal(err)
	}
	if err := h.Test(boss("c1"), e.ID); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("a removed one: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestReceipts_areToldInBundlesEachStatusOnce(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	h.endpoint(r.URL, webhook.Receipts)
	h.sending.batch = batch.Batch{ID: "b1", CustomerID: "c1", Number: "B1", CreatedAt: h.clock.Instant()}
	is := func(version int64, state string, statuses ...handoff.Status) {
		b := make(handoff.Block, len(statuses))
		for i, s := range statuses {
			b[i] = byte(s)
		}
		h.sending.standing = handoff.Standing{BatchID: "b1", Seq: 1, FirstSeq: 1, Count: int64(len(b)), Version: version, State: state, Statuses: b}
	}
	told := func() (out []string) {
		for _, c := range r.calls() {
			var body struct {
				Data struct {
					Messages []struct {
						Seq    int64
						Status string
					}
				}
			}
			if err := json.Unmarshal(c.body, &body); err != nil {
				t.Fatal(err)
			}
			line := ""
			for _, m := range body.Data.Messages {
				line += strconv.FormatInt(m.Seq, 10) + m.Status + " "
			}
			out = append(out, strings.TrimSpace(line))
		}
		return out
	}
	for _, step := range []struct {
		wait time.Duration
		do   func()
		want []string
	}{
		{0, func() { is(1, "open", handoff.Waiting, handoff.Waiting, handoff.NotApproved) }, nil},
		{11 * time.Second, func() { is(2, "open", handoff.Handed, handoff.Handing, handoff.NotApproved) }, []string{"1handed"}},
		{time.Second, func() { is(3, "handed", handoff.Delivered, handoff.Handed, handoff.NotApproved) }, []string{"1handed"}}, // too soon
		{10 * time.Second, func() {}, []string{"1handed", "1delivered 2handed"}},
		{time.Second, func() { is(4, "done", handoff.Delivered, handoff.Failed, handoff.NotApproved) }, []string{"1handed", "1delivered 2handed", "2failed"}}, // the last one comes at once
		{time.Hour, func() {}, []string{"1handed", "1delivered 2handed", "2failed"}},
	} {
		h.fake.Advance(step.wait)
		step.do()
		h.work()
		if got := told(); !slices.Equal(got, step.want) {
			t.Fatalf("told %q, want %q", got, step.want)
		}
	}
}

func TestReply_isToldWholeAndStandsInNoRow(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	h.endpoint(r.URL, webhook.ReplyReceived)
	if err := h.db.Run(testkit.System(), func(ctx context.Context) error {
		return h.Replied(ctx, handoff.Reply{ID: "r1", CustomerID: "c1", BatchID: "b1", Phone: "13800138000", Text: "退订", At: h.clock.Instant()})
	}); err != nil {
		t.Fatal(err)
	}
	var sealed string
	if err := h.db.ReadSQL().QueryRow("SELECT sealed FROM webhook_events").Scan(&sealed); err != nil || strings.Contains(sealed, "13800138000") || strings.Contains(sealed, "退订") {
		t.Errorf("the row tells %q %v", sealed, err)
	}
	h.work()
	if got := r.calls(); len(got) != 1 || !strings.Contains(string(got[0].body), "13800138000") || !strings.Contains(string(got[0].body), "退订") {
		t.Errorf("%v", got)
	}
}

func TestWork_tellsOnceWithTwoServersAndASlowEndpointKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	h, quick, dead := open(t, trial), listen(t), listen(t)
	dead.say(http.StatusBadGateway)
	h.endpoint(dead.URL, webhook.BatchState)
	const n = 30
	for range n {
		if err := h.moved("c1"); err != nil {
			t.Fatal(err)
		}
	}
	h.endpoint(quick.URL, webhook.BatchState)
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
	if len(quick.calls()) != 1 {
		t.Errorf("the quick one waited behind %d calls of the dead one", len(dead.calls()))
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(h.work)
	}
	wg.Wait()
	if got := len(dead.calls()); got != n+1 {
		t.Errorf("%d events, %d calls", n+1, got)
	}
}

func TestPurge_forgetsWhatIsOld(t *testing.T) {
	t.Parallel()
	h, r := open(t, trial), listen(t)
	h.endpoint(r.URL, webhook.BatchState)
	if err := h.moved("c1"); err != nil {
		t.Fatal(err)
	}
	h.work()
	if err := h.Purge(testkit.System()); err != nil {
		t.Fatal(err)
	}
	h.only()
	h.fake.Advance(31 * 24 * time.Hour)
	if err := h.Purge(testkit.System()); err != nil {
		t.Fatal(err)
	}
	var events int
	if err := h.db.ReadSQL().QueryRow("SELECT COUNT(*) FROM webhook_events").Scan(&events); err != nil || events != 0 {
		t.Errorf("%d events are kept for ever, %v", events, err)
	}
}
