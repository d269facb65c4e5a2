package handoff_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/handoff/kannel"
	"sealgate/server/handoff/kannel/kanneltest"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

const receiptKey = "a key for these tests"

// inbox is our receipt endpoint; every call is told to whoever waits.
type inbox struct {
	*httptest.Server
	mu      sync.Mutex
	service *handoff.Service
	calls   chan struct{}
}

func newInbox(t *testing.T) *inbox {
	i := &inbox{calls: make(chan struct{}, 10_000)}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		s := i.service
		i.mu.Unlock()
		if s == nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if _, err := s.Hear(testkit.System(), "kannel", handoff.Call{Query: r.URL.Query()}); err != nil {
			t.Errorf("receipt %s: %v", r.URL.RawQuery, err)
		}
		i.calls <- struct{}{}
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *inbox) serve(s *handoff.Service) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.service = s
}

// until waits for receipts until done says so.
func (i *inbox) until(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(3 * time.Minute)
	defer deadline.Stop()
	for !done() {
		select {
		case <-i.calls:
		case <-deadline.C:
			t.Fatal("the receipts did not come within three minutes")
		}
	}
}

func realKannel(t *testing.T, h *house, g *kanneltest.Gateway, receipts string) handoff.Channel {
	t.Helper()
	e, err := kannel.New(kannel.Settings{URL: g.SendURL, Username: g.Username, Password: g.Password, ReceiptURL: receipts, ReceiptKey: receiptKey}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	return handoff.Channel{Name: "kannel", Engine: e}
}

func TestKannel_onlyApprovedMessagesArriveReceiptsReturnUsageAddsUp(t *testing.T) {
	g := kanneltest.Start(t)
	h := newHouse(t)
	in := newInbox(t)
	h.Out = h.server(realKannel(t, h, g, in.URL+"/api/v1/receipts/kannel"))
	in.serve(h.Out)

	plain, two, doubtful, forbidden := h.Lines(200, "您的快件😀 100% & a=b+c 已到"), h.Lines(20, long), h.Lines(10, Doubtful), h.Lines(10, Forbidden)
	id := h.Submit(plain, two, doubtful, forbidden)
	li := Reviewer("li")
	if _, err := h.Reviews.Claim(li, id); err != nil {
		t.Fatal(err)
	}
	for _, a := range []review.Act{
		{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve},
		{BatchID: id, Scope: review.Message, Seq: 7, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}},
		{BatchID: id, Scope: review.Message, Seq: 221, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}},
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
	h.Fake.Advance(review.UndoFor)
	h.drain()
	in.until(t, func() bool { return h.counts(id)[handoff.Delivered] == 228 })
	h.drain()
	if c := h.counts(id); c[handoff.Delivered] != 228 || c.Approved() != 228 || h.Batch(id).State != batch.Done {
		t.Errorf("%v, batch %s", c.ByName(), h.Batch(id).State)
	}
	if h.used() != 199+9+2*20 {
		t.Errorf("used %d parts, want %d", h.used(), 199+9+2*20)
	}

	want := map[string]string{}
	for i, ls := range [][]Line{plain, two, doubtful} {
		for j, l := range ls {
			if i == 0 && j == 6 || i == 2 && j == 0 {
				continue // refused by the reviewer
			}
			want[l.Phone] = l.Text
		}
	}
	got, err := g.Received()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%d messages arrived, %d were approved", len(got), len(want))
	}
	for _, m := range got {
		text, ok := want[m.To]
		switch {
		case !ok:
			t.Errorf("an unapproved message, or one twice, to %s", m.To)
		case !strings.Contains(m.Text, text) || m.From != "10690001":
			t.Errorf("to %s from %s: %q, want %q", m.To, m.From, m.Text, text)
		case m.Parts != map[bool]int{false: 1, true: 2}[text == long]:
			t.Errorf("to %s: %d parts", m.To, m.Parts)
		}
		delete(want, m.To)
	}
	h.sound()
}

func TestKannel_receiptsWaitWhileOurServerIsDown(t *testing.T) {
	g := kanneltest.Start(t)
	h := newHouse(t)
	in := newInbox(t) // answers 503 as long as nobody serves
	h.Out = h.server(realKannel(t, h, g, in.URL+"/api/v1/receipts/kannel"))
	id := h.approved(h.Lines(30, "您的包裹已到"))
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 30 {
		t.Fatalf("%v", c.ByName())
	}
	in.serve(h.Out)
	in.until(t, func() bool { return h.counts(id)[handoff.Delivered] == 30 })
	h.drain()
	if h.used() != 30 || h.Batch(id).State != batch.Done {
		t.Errorf("used %d, batch %s", h.used(), h.Batch(id).State)
	}
	h.sound()
}

func TestKannel_deadGatewayHoldsAndGoesOnLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e, err := kannel.New(kannel.Settings{URL: "http://127.0.0.1:1/cgi-bin/sendsms", ReceiptURL: "http://127.0.0.1:1/r", ReceiptKey: receiptKey}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	h.Out = h.server(handoff.Channel{Name: "kannel", Engine: e})
	id := h.approved(h.Lines(10, "您的包裹已到"))
	h.drain()
	if c := h.counts(id); c[handoff.Waiting] != 10 || h.holds(id) != "engine" {
		t.Errorf("%v, held for %q", c.ByName(), h.holds(id))
	}
	if vs, err := h.Out.ChannelViews(context.Background()); err != nil || vs[0].Problem != "unreachable" || vs[0].InFlight != 0 {
		t.Errorf("%+v %v", vs, err)
	}
	h.sound()
}
