package signedhttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/handoff/signedhttp"
	"sealgate/server/handoff/signedhttp/peertest"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/outside"
)

var signer = signedhttp.Signer{KeyID: "sealgate", Secret: strings.Repeat("not a secret ", 3)}

type pair struct {
	*peertest.Peer
	engine *signedhttp.Engine
	fake   *clockwork.FakeClock
}

func newPair(t *testing.T, change func(*signedhttp.Settings)) *pair {
	t.Helper()
	fake := clockwork.NewFakeClockAt(time.Date(2026, 10, 12, 10, 0, 0, 0, caldate.Shanghai))
	p := &pair{Peer: peertest.New(signer, fake.Now), fake: fake}
	t.Cleanup(p.Close)
	s := signedhttp.Settings{URL: p.URL, KeyID: signer.KeyID, Secret: signer.Secret, AllowInternal: true, Timeout: 5 * time.Second}
	if change != nil {
		change(&s)
	}
	var err error
	if p.engine, err = signedhttp.New(s, clock.New(fake)); err != nil {
		t.Fatal(err)
	}
	return p
}

var three = []handoff.Outgoing{
	{Key: "b-1", Phone: "13800000001", Text: "【信闸】一", Sender: "10690001", Parts: 1},
	{Key: "b-2", Phone: "13800000002", Text: "【信闸】二", Sender: "10690001", Parts: 1},
	{Key: "b-3", Phone: "13800000003", Text: "【信闸】三", Sender: "10690001", Parts: 1},
}

func TestSend_tellsWhatSurelyDidNotLeaveFromWhatMayHave(t *testing.T) {
	t.Parallel()
	for mood, want := range map[peertest.Mood]struct {
		fails   bool // nobody knows
		outcome handoff.Outcome
		taken   int
	}{
		peertest.Fine:      {false, handoff.Accepted, 3},
		peertest.Deaf:      {true, 0, 0},
		peertest.Forgetful: {true, 0, 3},
		peertest.Lying:     {true, 0, 3},
		peertest.Broken:    {true, 0, 3},
		peertest.Busy:      {false, handoff.NotSent, 0},
	} {
		p := newPair(t, nil)
		p.Feel(mood)
		answers, err := p.engine.Send(context.Background(), three)
		if (err != nil) != want.fails || len(p.Taken()) != want.taken {
			t.Errorf("mood %d: %v, %d taken", mood, err, len(p.Taken()))
		}
		for _, a := range answers {
			if a.Outcome != want.outcome {
				t.Errorf("mood %d: %+v", mood, a)
			}
		}
	}
	p := newPair(t, nil)
	p.Close()
	answers, err := p.engine.Send(context.Background(), three)
	if err != nil || len(answers) != 3 || answers[0].Outcome != handoff.NotSent || answers[0].Code != "unreachable" {
		t.Errorf("nobody there: %v %v", answers, err)
	}
}

func TestAsk_onlyAPromiseLetsAMessageGoAgain(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	p.Feel(peertest.Forgetful)
	if _, err := p.engine.Send(context.Background(), three[:2]); err == nil {
		t.Fatal("it answered")
	}
	p.Feel(peertest.Fine)
	answers, err := p.engine.Ask(context.Background(), []string{"b-1", "b-2", "b-3"})
	if err != nil || answers[0].Outcome != handoff.Accepted || answers[1].Outcome != handoff.Accepted || answers[2].Outcome != handoff.NotSent {
		t.Errorf("%v %v", answers, err)
	}
	p.Feel(peertest.Busy)
	if answers, err := p.engine.Ask(context.Background(), []string{"b-3"}); err == nil {
		t.Errorf("a refusal to answer is no promise: %v", answers)
	}
}

func TestNew_refusesInternalAddressesUnlessConfigured(t *testing.T) {
	t.Parallel()
	c := clock.New(clockwork.NewFakeClock())
	for _, address := range []string{"http://127.0.0.1:8080", "http://10.0.0.1/sms", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "ftp://sms.example.com"} {
		if _, err := signedhttp.New(signedhttp.Settings{URL: address, KeyID: "k", Secret: signer.Secret}, c); err == nil {
			t.Errorf("%s was taken", address)
		}
	}
	if _, err := signedhttp.New(signedhttp.Settings{URL: "https://sms.example.com", KeyID: "k", Secret: "short"}, c); err == nil {
		t.Error("a short secret was taken")
	}
	// A name is looked at when it is called, so that one that points inside is refused too, and nothing counts as sent.
	p := newPair(t, func(s *signedhttp.Settings) {
		s.URL, s.AllowInternal = strings.Replace(s.URL, "127.0.0.1", "localhost", 1), false
	})
	answers, err := p.engine.Send(context.Background(), three)
	if err != nil || len(p.Taken()) != 0 || answers[0].Outcome != handoff.NotSent {
		t.Errorf("%v %v, %d taken (%v)", answers, err, len(p.Taken()), outside.ErrInternal)
	}
}

// call is a signed call of the peer, as it would arrive.
func (p *pair) call(body any) handoff.Call {
	b, _ := json.Marshal(body)
	c := handoff.Call{Method: http.MethodPost, Path: "/api/v1/receipts/web", Header: http.Header{}, Body: b}
	signer.Sign(c.Header, c.Method, c.Path, b, p.fake.Now(), signedhttp.Nonce())
	return c
}

func TestHear_believesOnlyWhatThePeerSignedNow(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	good := signedhttp.Reports{
		Receipts: []signedhttp.Report{{Key: "b-1", Result: "delivered", Code: "DELIVRD"}, {Key: "b-2", Part: 2, Result: "failed", Code: "MK:0001"}},
		Replies:  []signedhttp.Reply{{ID: "r1", From: "13800000001", To: "10690001", Text: "TD"}},
	}
	told, err := p.engine.Hear(p.call(good))
	if err != nil || len(told.Receipts) != 2 || told.Receipts[1].Result != handoff.Failure || told.Receipts[1].Part != 2 || len(told.Replies) != 1 || told.Nonce == "" {
		t.Fatalf("%+v %v", told, err)
	}
	for name, forge := range map[string]func(*handoff.Call){
		"another body":      func(c *handoff.Call) { c.Body = []byte(strings.Replace(string(c.Body), "b-1", "b-9", 1)) },
		"another path":      func(c *handoff.Call) { c.Path = "/api/v1/receipts/other" },
		"another method":    func(c *handoff.Call) { c.Method = http.MethodGet },
		"another time":      func(c *handoff.Call) { c.Header.Set(signedhttp.HeaderTime, "1") },
		"another nonce":     func(c *handoff.Call) { c.Header.Set(signedhttp.HeaderNonce, signedhttp.Nonce()) },
		"another key":       func(c *handoff.Call) { c.Header.Set(signedhttp.HeaderKey, "mallory") },
		"no signature":      func(c *handoff.Call) { c.Header.Del(signedhttp.HeaderSignature) },
		"nothing":           func(c *handoff.Call) { c.Header = http.Header{} },
		"six minutes later": func(*handoff.Call) { p.fake.Advance(6 * time.Minute) },
	} {
		c := p.call(good)
		forge(&c)
		if told, err := p.engine.Hear(c); !errors.Is(err, signedhttp.ErrSignature) && !errors.Is(err, signedhttp.ErrTime) {
			t.Errorf("%s: %+v %v", name, told, err)
		}
	}
	for name, bad := range map[string]any{
		"no result": signedhttp.Reports{Receipts: []signedhttp.Report{{Key: "b-1", Result: "perhaps"}}}, "no key": signedhttp.Reports{Receipts: []signedhttp.Report{{Result: "failed"}}},
		"a negative part": signedhttp.Reports{Receipts: []signedhttp.Report{{Key: "b-1", Part: -1, Result: "failed"}}}, "a list": []int{1},
	} {
		if _, err := p.engine.Hear(p.call(bad)); !errors.Is(err, signedhttp.ErrBody) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
