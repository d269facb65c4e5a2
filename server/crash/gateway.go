package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"

	"sealgate/server/handoff/signedhttp"
)

// gateway is the other side of a signed HTTP channel: it takes the messages and breaks the connection, answers 500 or unsigned, is
// away, puts off, refuses, and can be asked. What it said it never had, it takes from no call made before that. One that absorbs
// takes a key once; the other one would send whatever is repeated.
type gateway struct {
	*arrivals
	server  *httptest.Server
	signer  signedhttp.Signer
	clock   machine
	deliver func(body []byte, sign func(h http.Header, path string)) bool
	repeats bool

	keys  sync.Mutex
	taken map[string]string // outcome by key
	never map[string]int64  // when it said so, unix seconds
	stop  chan struct{}
	wg    sync.WaitGroup
}

func newGateway(clock machine, deliver func(body []byte, sign func(h http.Header, path string)) bool, repeats bool) *gateway {
	g := &gateway{
		arrivals: newArrivals(), signer: signedhttp.Signer{KeyID: "crash", Secret: "a secret of this run only, of 32 characters"}, clock: clock, deliver: deliver, repeats: repeats,
		taken: map[string]string{}, never: map[string]int64{}, stop: make(chan struct{}),
	}
	g.server = httptest.NewServer(g)
	return g
}

func (g *gateway) channel() JSON {
	return JSON{"name": "gateway", "kind": "http", "http": JSON{
		"url": g.server.URL, "key_id": g.signer.KeyID, "secret": g.signer.Secret, "repeats": g.repeats, "slice": 64, "allow_internal": true,
	}}
}

func (g *gateway) close() {
	close(g.stop)
	g.server.Close()
	g.wg.Wait()
}

// ServeHTTP implements the protocol, badly.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	nonce, err := g.signer.Check(r.Header, r.Method, r.URL.EscapedPath(), body, g.clock.Now())
	if err != nil || !g.first("nonce "+nonce) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	mood := draw(nonce, "mood")
	if mood < 20 { // away: nothing is taken
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	signed, _ := strconv.ParseInt(r.Header.Get(signedhttp.HeaderTime), 10, 64) // checked with the signature
	fates, ok := g.judge(r.URL.Path, body, signed)
	if !ok {
		w.WriteHeader(http.StatusConflict)
		return
	}
	out, _ := json.Marshal(signedhttp.Fates{Answers: fates})
	switch {
	case mood < 60: // taken, and the connection breaks
		hangUp(w)
		return
	case mood < 90:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case mood >= 110: // else the answer is not signed
		g.signer.SignAnswer(w.Header(), nonce, http.StatusOK, out)
	}
	_, _ = w.Write(out)
}

// judge settles a call; false: it was made before something of it was given up, so nothing of it is taken.
func (g *gateway) judge(path string, body []byte, signed int64) ([]signedhttp.Fate, bool) {
	g.keys.Lock()
	defer g.keys.Unlock()
	if path == "/ask" {
		var in signedhttp.Keys
		_ = json.Unmarshal(body, &in) // an empty call gets an empty answer
		return g.told(in.Keys), true
	}
	var in signedhttp.Messages
	_ = json.Unmarshal(body, &in)
	for _, m := range in.Messages {
		if signed < g.never[m.Key] {
			return nil, false
		}
	}
	fates := make([]signedhttp.Fate, len(in.Messages))
	for i, m := range in.Messages {
		fates[i] = signedhttp.Fate{Key: m.Key, Outcome: g.take(m)}
	}
	return fates, true
}

// told says what became of messages.
func (g *gateway) told(keys []string) []signedhttp.Fate {
	fates := make([]signedhttp.Fate, len(keys))
	for i, k := range keys {
		fates[i] = signedhttp.Fate{Key: k, Outcome: signedhttp.OutcomeNever}
		if was, ok := g.taken[k]; ok {
			fates[i].Outcome = was
			continue
		}
		g.never[k] = g.clock.Now().Unix()
	}
	return fates
}

// take gives the outcome of one message, and sends its receipts.
func (g *gateway) take(m signedhttp.Message) string {
	was, known := g.taken[m.Key]
	n := draw(m.Key, "answer")
	switch {
	case known && (!g.repeats || was == signedhttp.OutcomeRefused):
		return was
	case n < 10:
		g.taken[m.Key] = signedhttp.OutcomeRefused
		return signedhttp.OutcomeRefused
	case n < 20 && g.first("later "+m.Key):
		return signedhttp.OutcomeLater
	}
	g.taken[m.Key] = signedhttp.OutcomeAccepted
	g.accept(order.FindString(m.Text))
	g.report(m.Key)
	if n < 30 {
		return signedhttp.OutcomeUnclear
	}
	return signedhttp.OutcomeAccepted
}

// report sends the receipts of a message, each until somebody takes it.
func (g *gateway) report(key string) {
	f := fateOf(key)
	if f.silent {
		return
	}
	report := signedhttp.Report{Key: key, Result: "delivered", Code: "DELIVRD"}
	if f.failed {
		report.Result, report.Code = "failed", "UNDELIV"
	}
	body, _ := json.Marshal(signedhttp.Reports{Receipts: []signedhttp.Report{report}})
	sign := func(h http.Header, path string) {
		g.signer.Sign(h, http.MethodPost, path, body, g.clock.Now(), signedhttp.Nonce())
		h.Set("Content-Type", "application/json")
	}
	g.wg.Go(func() {
		f.tell(g.stop, func() bool { return g.deliver(body, sign) })
	})
}

// hangUp breaks a connection instead of answering.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			_ = c.Close()
		}
	}
}

// tell sends a receipt as often as its fate says, and each time until somebody takes it or stop is closed.
func (f fate) tell(stop <-chan struct{}, deliver func() bool) {
	wait := time.Duration(f.delay) * time.Millisecond
	for done := 0; done < f.times; {
		select {
		case <-stop:
			return
		case <-time.After(wait):
		}
		if deliver() {
			done++
		} else {
			wait = 100 * time.Millisecond
		}
	}
}
