package kannel_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/handoff/kannel"
	"sealgate/server/testkit"
)

func engine(t *testing.T, at string) *kannel.Engine {
	t.Helper()
	c, _ := testkit.Clock(t, "2026-10-05 10:00")
	e, err := kannel.New(kannel.Settings{
		URL: at, Username: "u", Password: "p", ReceiptURL: "http://127.0.0.1:1/receipts", ReceiptKey: "0123456789abcdef", Timeout: 300 * time.Millisecond,
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestJudge_readsWhatSmsboxAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		err    error
		want   handoff.Outcome
	}{
		{202, "0: Accepted for delivery", nil, handoff.Accepted},
		{202, "3: Queued for later delivery", nil, handoff.Accepted},
		{200, "0: Accepted for delivery\n", nil, handoff.Accepted},
		{202, "", nil, handoff.Unclear},
		{202, "0: Accepted", errors.New("reset"), handoff.Unclear},
		{400, "Empty receiver number not allowed, rejected", nil, handoff.Refused},
		{403, "Authorization failed for sendsms", nil, handoff.NotSent},
		{404, "", nil, handoff.NotSent},
		{500, "oops", nil, handoff.Unclear},
		{503, "Temporal failure, try again later.", nil, handoff.Unclear},
		{302, "", nil, handoff.Unclear},
	} {
		if got := kannel.Judge(c.status, c.body, c.err); got.Outcome != c.want {
			t.Errorf("%d %q: %v, want %v", c.status, c.body, got, c.want)
		}
	}
}

// fake answers sendsms as told by the receiver's number.
func fake(t *testing.T) (address string, calls *atomic.Int64, last *atomic.Pointer[url.Values]) {
	t.Helper()
	calls, last = new(atomic.Int64), new(atomic.Pointer[url.Values])
	stop := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		q := r.URL.Query()
		last.Store(&q)
		switch q.Get("to") {
		case "reset": // accepts, then the connection dies before the answer
			c, _, _ := w.(http.Hijacker).Hijack()
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		case "silent": // accepts and never answers
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		case "500":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, "0: Accepted for delivery")
		}
	}))
	t.Cleanup(func() { close(stop); s.Close() })
	return s.URL, calls, last
}

func TestSend_whateverMayHaveBeenAcceptedIsUnclearAndNeverRepeated(t *testing.T) {
	t.Parallel()
	address, calls, _ := fake(t)
	e := engine(t, address)
	for i, c := range []struct {
		to   string
		want handoff.Outcome
	}{{"13800138000", handoff.Accepted}, {"reset", handoff.Unclear}, {"silent", handoff.Unclear}, {"500", handoff.Unclear}, {"reset", handoff.Unclear}} {
		got, err := e.Send(context.Background(), []handoff.Outgoing{{Key: "b-1", Phone: c.to, Text: "你好"}})
		if err != nil || got[0].Outcome != c.want {
			t.Errorf("%s: %v %v, want %v", c.to, got, err, c.want)
		}
		if n := calls.Load(); n != int64(i+1) {
			t.Errorf("%s: %d calls so far, want %d: net/http repeated one", c.to, n, i+1)
		}
	}
}

func TestSend_whereNobodyListensNothingIsSent(t *testing.T) {
	t.Parallel()
	got, err := engine(t, "http://127.0.0.1:1").Send(context.Background(), []handoff.Outgoing{{Key: "b-1", Phone: "13800138000", Text: "x"}})
	if err != nil || got[0].Outcome != handoff.NotSent {
		t.Errorf("%v %v", got, err)
	}
}

func TestSend_asksForReceiptsWithATokenAndSendsUCS2(t *testing.T) {
	t.Parallel()
	address, _, last := fake(t)
	e := engine(t, address)
	text := "【顺丰】您的快件😀 100% & a=b+c"
	if _, err := e.Send(context.Background(), []handoff.Outgoing{{Key: "b-7", Phone: "13800138000", Text: text, Sender: "1069"}}); err != nil {
		t.Fatal(err)
	}
	q := *last.Load()
	if q.Get("text") != text || q.Get("coding") != "2" || q.Get("charset") != "UTF-8" || q.Get("from") != "1069" || q.Get("dlr-mask") != "31" {
		t.Errorf("sent %v", q)
	}
	if want := e.ReceiptURL("b-7"); q.Get("dlr-url") != want || !strings.Contains(want, e.Token("b-7")) {
		t.Errorf("dlr-url %s", q.Get("dlr-url"))
	}
	if _, err := e.Send(context.Background(), make([]handoff.Outgoing, 65)); err == nil {
		t.Error("65 at once were taken")
	}
}

func TestRead_takesOnlyReceiptsWithTheMessagesOwnToken(t *testing.T) {
	t.Parallel()
	e := engine(t, "http://127.0.0.1:1/")
	for _, c := range []struct {
		typ  string
		want handoff.Result
	}{{"1", handoff.Success}, {"2", handoff.Failure}, {"16", handoff.Failure}, {"4", handoff.Interim}, {"8", handoff.Interim}, {"", handoff.Interim}, {"1x", handoff.Interim}} {
		r, err := e.Read(url.Values{"key": {"b-7"}, "token": {e.Token("b-7")}, "type": {c.typ}, "answer": {"ACK/"}})
		if err != nil || r.Result != c.want || r.Key != "b-7" || r.Part != 0 || !strings.HasSuffix(r.Code, "ACK/") {
			t.Errorf("type %q: %+v %v", c.typ, r, err)
		}
	}
	for _, q := range []url.Values{
		{}, {"key": {"b-7"}}, {"key": {"b-7"}, "token": {""}}, {"key": {"b-8"}, "token": {e.Token("b-7")}}, {"key": {"b-7"}, "token": {e.Token("b-7") + "0"}},
	} {
		if _, err := e.Read(q); !errors.Is(err, kannel.ErrToken) {
			t.Errorf("%v: %v", q, err)
		}
	}
}

func TestNew_refusesWhatCantWork(t *testing.T) {
	t.Parallel()
	c, _ := testkit.Clock(t, "2026-10-05 10:00")
	good := kannel.Settings{URL: "http://h/s", ReceiptURL: "http://h/r", ReceiptKey: "0123456789abcdef"}
	if _, err := kannel.New(good, c); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*kannel.Settings){
		"address": func(s *kannel.Settings) { s.URL = "smsbox:13013" }, "receipts": func(s *kannel.Settings) { s.ReceiptURL = "" },
		"percent": func(s *kannel.Settings) { s.ReceiptURL = "http://h/r%20" }, "key": func(s *kannel.Settings) { s.ReceiptKey = "short" },
	} {
		s := good
		change(&s)
		if _, err := kannel.New(s, c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
