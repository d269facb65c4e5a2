package handoff_test

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmpp "github.com/bigwhite/gocmpp"

	"sealgate/server/handoff"
	"sealgate/server/handoff/cmpp"
	"sealgate/server/handoff/cmpp/cmpptest"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/handoff/natsq"
	"sealgate/server/handoff/signedhttp"
	"sealgate/server/handoff/signedhttp/peertest"
	"sealgate/server/handoff/smpp"
	"sealgate/server/handoff/smpp/smpptest"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

// run keeps the sessions of a hand-off up until the test ends.
func run(t *testing.T, s *handoff.Service) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
}

// until works until something has come about.
func (h *house) until(what string, ok func() bool) {
	h.T.Helper()
	enginetest.Until(h.T, what, func() bool {
		if _, err := h.Out.Work(testkit.System()); err != nil {
			h.T.Fatal(err)
		}
		return ok()
	})
}

func TestEngines_oneBatchByThreeCarriersLinksToTheLastReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	smsc, gateway := smpptest.Start(t), cmpptest.Start(t, gocmpp.V30)
	smsc.Treat = func(n int) smpptest.Treatment {
		return smpptest.Treatment{EarlyStat: map[bool]string{true: "DELIVRD"}[n%2 == 0]}
	}
	signer := signedhttp.Signer{KeyID: "sealgate", Secret: strings.Repeat("not a secret ", 3)}
	peer := peertest.New(signer, h.Clock.Real)
	t.Cleanup(peer.Close)
	cu, err := smpp.New(smpp.Settings{Name: "cu", Address: smsc.Address, SystemID: "sealgate", Password: "secret"}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	cm, err := cmpp.New(cmpp.Settings{Name: "cm", Address: gateway.Address, SPID: gateway.SPID, Secret: gateway.Secret}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	web, err := signedhttp.New(signedhttp.Settings{URL: peer.URL, KeyID: signer.KeyID, Secret: signer.Secret, AllowInternal: true}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	h.Out = h.server(
		handoff.Channel{Name: "cm", Engine: cm, Carriers: []string{"cmcc"}}, handoff.Channel{Name: "cu", Engine: cu, Carriers: []string{"cucc"}},
		handoff.Channel{Name: "web", Engine: web, Priority: 5},
	)
	e := &ear{}
	h.Out.Watch(e)
	run(t, h.Out)
	enginetest.Until(t, "both sessions", func() bool { return cu.Connected() && cm.Connected() })

	id := h.approved(h.carrying(mobile, 40), h.carrying(unicom, 30), h.carrying(telecom, 25), withText(h.carrying(mobile, 5), long))
	h.until("all have left", func() bool { return h.left(id) == 0 })
	for _, p := range gateway.Got() {
		gateway.Report(p.ID, "DELIVRD")
	}
	for i, p := range smsc.Got() {
		if i%2 == 0 {
			smsc.Receipt(p.ID, "UNDELIV", "045")
		}
	}
	var reports signedhttp.Reports
	for key := range peer.Taken() {
		reports.Receipts = append(reports.Receipts, signedhttp.Report{Key: key, Result: "delivered", Code: "DELIVRD"})
	}
	call := signed(h, signer, "/api/v1/receipts/web", reports)
	if b, err := h.Out.Hear(testkit.System(), "web", call); err != nil || b.Counted != 25 {
		t.Errorf("%+v %v", b, err)
	}
	gateway.Reply("8613800000009", "10690001", "TD")
	h.until("every receipt is booked", func() bool { return h.counts(id).Open() == 0 })
	enginetest.Until(t, "the reply was heard", func() bool {
		rs, _, _ := h.Out.Replies(testkit.System(), handoff.ReplyQuery{Limit: 5})
		return len(rs) == 1
	})
	if c := h.counts(id); c[handoff.Delivered] != 45+15+25 || c[handoff.Failed] != 15 || c[handoff.Unknown] != 0 {
		t.Errorf("%v", c.ByName())
	}
	if h.used() != 45+5+15+25 {
		t.Errorf("used %d", h.used())
	}
	h.sound()
}

// withText gives lines another text.
func withText(lines []Line, text string) []Line {
	for i := range lines {
		lines[i].Text = text
	}
	return lines
}

func TestEngines_aBrokenSessionLeavesUnknownsThatNobodyRepeats(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	smsc := smpptest.Start(t)
	smsc.Treat = func(n int) smpptest.Treatment { return smpptest.Treatment{HangUp: n == 20} }
	cu, err := smpp.New(smpp.Settings{Name: "cu", Address: smsc.Address, SystemID: "sealgate", Password: "secret", Window: 16}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	backup := &way{absorb: true, slice: 100}
	h.Out = h.server(handoff.Channel{Name: "cu", Engine: cu}, handoff.Channel{Name: "backup", Engine: backup, Priority: 1})
	run(t, h.Out)
	enginetest.Until(t, "a session", cu.Connected)
	id := h.approved(h.carrying(unicom, 60))
	h.until("all have left or are in doubt", func() bool { return h.left(id) == 0 })
	c := h.counts(id)
	seen := map[string]int{}
	for _, p := range smsc.Got() {
		seen[p.To]++
	}
	for phone, n := range backup.phones {
		seen[phone] += n
	}
	for phone, n := range seen {
		if n != 1 {
			t.Errorf("%s got %d", phone, n)
		}
	}
	if c[handoff.Unknown] == 0 || c[handoff.Handed]+c[handoff.Unknown] != 60 {
		t.Errorf("%v", c.ByName())
	}
	h.sound()
}

// signed is a call of a peer, as it arrives.
func signed(h *house, s signedhttp.Signer, path string, body any) handoff.Call {
	b, err := json.Marshal(body)
	if err != nil {
		h.T.Fatal(err)
	}
	c := handoff.Call{Method: http.MethodPost, Path: path, Header: http.Header{}, Body: b}
	s.Sign(c.Header, c.Method, c.Path, b, h.Clock.Real(), signedhttp.Nonce())
	return c
}

func TestHear_takesACallOnceAndFromItsPeerAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	signer := signedhttp.Signer{KeyID: "sealgate", Secret: strings.Repeat("not a secret ", 3)}
	peer := peertest.New(signer, h.Clock.Real)
	t.Cleanup(peer.Close)
	web, err := signedhttp.New(signedhttp.Settings{URL: peer.URL, KeyID: signer.KeyID, Secret: signer.Secret, AllowInternal: true}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	h.Out = h.server(handoff.Channel{Name: "web", Engine: web}, handoff.Channel{Name: "other", Engine: &way{}, Carriers: []string{"cbn"}})
	id := h.approved(h.carrying(mobile, 3))
	h.drain()
	const path = "/api/v1/receipts/web"
	good := signed(h, signer, path, signedhttp.Reports{Receipts: []signedhttp.Report{{Key: handoff.Key(id, 1), Result: "delivered", Code: "DELIVRD"}}})
	if b, err := h.Out.Hear(testkit.System(), "web", good); err != nil || b.Counted != 1 {
		t.Fatalf("%+v %v", b, err)
	}
	elsewhere := signed(h, signer, "/api/v1/receipts/other", signedhttp.Reports{})
	elsewhere.Path = path
	for name, c := range map[string]struct {
		call    handoff.Call
		channel string
		code    string
	}{
		"the same call again": {good, "web", "handoff.replayed"},
		"somebody else's signature": {signed(h, signedhttp.Signer{KeyID: "sealgate", Secret: strings.Repeat("guess", 8)}, path,
			signedhttp.Reports{Receipts: []signedhttp.Report{{Key: handoff.Key(id, 2), Result: "delivered"}}}), "web", "handoff.signature"},
		"a call for another address":  {elsewhere, "web", "handoff.signature"},
		"a channel that nobody calls": {good, "other", "handoff.no_engine"},
		"no channel":                  {good, "nowhere", "handoff.no_engine"},
		"a message of nobody":         {signed(h, signer, path, signedhttp.Reports{Receipts: []signedhttp.Report{{Key: "x-1", Result: "delivered"}}}), "web", "handoff.stranger"},
	} {
		if _, err := h.Out.Hear(testkit.System(), c.channel, c.call); err == nil || !strings.HasPrefix(err.Error(), c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.Fake.Advance(6 * time.Minute)
	if _, err := h.Out.Hear(testkit.System(), "web", good); err == nil || !strings.HasPrefix(err.Error(), "handoff.time") {
		t.Errorf("an old call: %v", err)
	}
	if c := h.counts(id); c[handoff.Delivered] != 1 || h.used() != 1 {
		t.Errorf("%v, used %d", c.ByName(), h.used())
	}
	h.sound()
}

func TestNATS_aFleetSendsWhatTheQueueNamesOnceAndReportsBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	queue, err := natsq.New(natsq.Settings{Name: "fleet", Dir: filepath.Join(t.TempDir(), "nats")}, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Close() })
	h.Out = h.server(handoff.Channel{Name: "fleet", Engine: queue})
	worker, err := queue.Worker(h.Loop, h.Out)
	if err != nil {
		t.Fatal(err)
	}
	id := h.approved(h.Lines(100, "您的包裹已到"), h.Lines(10, long))
	h.drain()
	if c := h.counts(id); c[handoff.Handed] != 110 || h.sent(id) != 0 {
		t.Fatalf("in the queue: %v, sent %d", c.ByName(), h.sent(id))
	}
	stop, err := h.Out.StopNow(testkit.As("boss"), handoff.StopCustomer, "cust", "核查")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := worker.Work(context.Background()); err != nil || h.sent(id) != 0 {
		t.Fatalf("a stop reaches what is in the queue: %v, sent %d", err, h.sent(id))
	}
	if err := h.Out.LiftStop(testkit.As("boss"), stop.ID, "已核查"); err != nil {
		t.Fatal(err)
	}
	refused, failed, delivered := fate(id, 1, 110, nil)
	enginetest.Until(t, "the fleet has sent them", func() bool {
		if _, err := worker.Work(context.Background()); err != nil {
			t.Fatal(err)
		}
		return h.sent(id) == int(110-refused)
	})
	h.Fake.Advance(2 * time.Hour)
	enginetest.Until(t, "receipts are in the queue", func() bool {
		did, err := worker.Report(context.Background(), h.Loop)
		if err != nil {
			t.Fatal(err)
		}
		return !did
	})
	h.until("all is booked", func() bool { return h.counts(id).Open() == 0 })
	if c := h.counts(id); c[handoff.Delivered] != delivered || c[handoff.Failed] != refused+failed {
		t.Errorf("%v; want %d delivered, %d failed", c.ByName(), delivered, refused+failed)
	}
	// The log of the engine behind belongs to no channel here, so it is compared by hand.
	log, err := h.Loop.Log(testkit.System(), id)
	if err != nil || len(log) != int(110-refused) {
		t.Errorf("%d in the log, %v", len(log), err)
	}
	h.sound()
}

func TestResolve_believesNothingThatWasNotHandedOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	referred := &refers{}
	h.Out = h.server(handoff.Channel{Name: "fleet", Engine: referred})
	h.approved(h.Lines(9, "您的包裹已到"))
	h.drain()
	good := referred.got[0]
	if r, err := h.Out.Resolve(testkit.System(), "fleet", good); err != nil || len(r.Messages) != 9 {
		t.Fatalf("%+v %v", r, err)
	}
	for name, forge := range map[string]func(r *handoff.Reference){
		"another batch":    func(r *handoff.Reference) { r.BatchID = "x" },
		"another manifest": func(r *handoff.Reference) { r.ManifestID = "x" },
		"another chunk":    func(r *handoff.Reference) { r.Chunk = 7 },
		"other content":    func(r *handoff.Reference) { r.SHA256 = strings.Repeat("0", 64) },
		"another sender":   func(r *handoff.Reference) { r.Sender = "95588" },
		"another place":    func(r *handoff.Reference) { r.FirstSeq = 2 },
		"too many":         func(r *handoff.Reference) { r.Members = append(r.Members, 1) },
	} {
		r := good
		r.Members = append([]byte(nil), good.Members...)
		forge(&r)
		if out, err := h.Out.Resolve(testkit.System(), "fleet", r); err == nil {
			t.Errorf("%s: %+v", name, out)
		}
	}
	if out, err := h.Out.Resolve(testkit.System(), "another", good); err == nil {
		t.Errorf("by another channel: %+v", out)
	}
	waits := h.approved(h.Lines(3, "您的包裹已到"))
	if _, err := h.Out.StopNow(testkit.As("boss"), handoff.StopAll, "", "x"); err != nil {
		t.Fatal(err)
	}
	h.drain()
	r := good
	r.BatchID = waits
	if out, err := h.Out.Resolve(testkit.System(), "fleet", r); err == nil {
		t.Errorf("what has not left: %+v", out)
	}
}

// refers keeps references.
type refers struct {
	way
	got []handoff.Reference
}

func (r *refers) Idempotent() bool { return true }
func (r *refers) Slice() int       { return 100 }

func (r *refers) Refer(_ context.Context, ref handoff.Reference) error {
	r.got = append(r.got, ref)
	return nil
}
