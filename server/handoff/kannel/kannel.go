// Package kannel hands messages to a Kannel smsbox by its HTTP sendsms call. Kannel can neither refuse a repeated key nor
// be asked what it has taken, so whatever was in flight when a server died stays unknown until its receipt comes or a
// person decides (reliability.md).
//
// Kannel reports once per message, when its last part is through, however many parts it made: its receipts are for the
// whole message (part 0).
package kannel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"sealgate/server/errs"
	"sealgate/server/handoff"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
)

// ErrToken says that a receipt does not carry the token of its message.
var ErrToken = errs.Forbidden("handoff.receipt_token", "回执校验失败", "the receipt's token is wrong")

// Settings reach one smsbox.
type Settings struct {
	URL                string // of sendsms: http://127.0.0.1:13013/cgi-bin/sendsms
	Username, Password string
	ReceiptURL         string // our receipt endpoint as the smsbox reaches it
	ReceiptKey         string // secret from which the token of each message is made
	MaxInFlight        int    // at most 64 (reliability.md)
	Timeout            time.Duration
}

const (
	maxInFlight = 64
	// dlrMask asks for: delivered (1), not delivered (2), buffered (4), taken by the exchange (8), refused by it (16).
	dlrMask = "31"
)

// Engine implements handoff.Engine.
type Engine struct {
	s      Settings
	clock  clock.Clock
	client *http.Client
}

// New makes the engine.
func New(s Settings, c clock.Clock) (*Engine, error) {
	for _, u := range []string{s.URL, s.ReceiptURL} {
		if p, err := url.Parse(u); err != nil || p.Host == "" || (p.Scheme != "http" && p.Scheme != "https") {
			return nil, fmt.Errorf("kannel: %q is no http address", u)
		}
	}
	if len(s.ReceiptKey) < 16 {
		return nil, errors.New("kannel: the receipt key needs at least 16 characters")
	}
	if strings.ContainsAny(s.ReceiptURL, "?%") {
		return nil, errors.New("kannel: the receipt address must have neither ? nor %; kannel fills in escapes")
	}
	if s.MaxInFlight <= 0 || s.MaxInFlight > maxInFlight {
		s.MaxInFlight = maxInFlight
	}
	if s.Timeout <= 0 {
		s.Timeout = 10 * time.Second
	}
	return &Engine{s: s, clock: c, client: &http.Client{
		Timeout:       s.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// A connection serves one message: net/http repeats a GET by itself when a kept connection breaks under it, and a
		// message that was accepted just before would be sent twice.
		Transport: &http.Transport{DisableKeepAlives: true, MaxConnsPerHost: s.MaxInFlight},
	}}, nil
}

// Kind is "kannel".
func (e *Engine) Kind() string { return "kannel" }

// Idempotent: no. Kannel sends what it gets.
func (e *Engine) Idempotent() bool { return absorbs }

// absorbs is true only with a bug planted for the crash harness.
var absorbs = false

// Slice is the number of messages in flight.
func (e *Engine) Slice() int { return e.s.MaxInFlight }

// Send posts the messages at once, each in a request of its own.
func (e *Engine) Send(ctx context.Context, messages []handoff.Outgoing) ([]handoff.Answer, error) {
	if len(messages) > e.s.MaxInFlight {
		return nil, fmt.Errorf("kannel: %d messages at once, at most %d may be in flight", len(messages), e.s.MaxInFlight)
	}
	answers := make([]handoff.Answer, len(messages))
	var wg sync.WaitGroup
	for i, m := range messages {
		wg.Go(func() { answers[i] = e.send(ctx, m) })
	}
	wg.Wait()
	return answers, nil
}

func (e *Engine) send(ctx context.Context, m handoff.Outgoing) handoff.Answer {
	q := url.Values{
		"username": {e.s.Username}, "password": {e.s.Password},
		"from": {m.Sender}, "to": {m.Phone}, "text": {m.Text},
		"coding": {"2"}, "charset": {"UTF-8"}, // UCS-2 for every text: 70 and 67 characters a part, as it was counted
		"dlr-mask": {dlrMask}, "dlr-url": {e.ReceiptURL(m.Key)},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.s.URL+"?"+q.Encode(), nil)
	if err != nil {
		return handoff.Answer{Outcome: handoff.NotSent, Code: "request"}
	}
	failpoint.Hit("kannel.send.before")
	res, err := e.client.Do(req)
	failpoint.Hit("kannel.send.after")
	if err != nil {
		return failed(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	return Judge(res.StatusCode, string(body), err)
}

// failed judges a call that gave no reply; a bug planted for the crash harness (server/crash) judges otherwise.
var failed = unanswered

// unanswered tells what never left (no connection came about) from what may have.
func unanswered(err error) handoff.Answer {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return handoff.Answer{Outcome: handoff.NotSent, Code: "unreachable"}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return handoff.Answer{Outcome: handoff.Unclear, Code: "timeout"}
	}
	return handoff.Answer{Outcome: handoff.Unclear, Code: "connection"}
}

// Judge reads smsbox's reply. 202 with "0:" (accepted) or "3:" (queued) is a yes. A 4xx is a no before anything was sent;
// where it is about our account and not about the message, the message may be tried again once that is mended. Everything
// else may hide an accepted message.
func Judge(status int, body string, readErr error) handoff.Answer {
	body = strings.TrimSpace(body)
	code := fmt.Sprintf("%d %s", status, clip(body))
	switch {
	case status == http.StatusAccepted || status == http.StatusOK:
		if readErr == nil && (strings.HasPrefix(body, "0:") || strings.HasPrefix(body, "3:")) {
			return handoff.Answer{Outcome: handoff.Accepted, Code: code}
		}
		return handoff.Answer{Outcome: handoff.Unclear, Code: code}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusTooManyRequests:
		return handoff.Answer{Outcome: handoff.NotSent, Code: code}
	case status >= 400 && status < 500:
		return handoff.Answer{Outcome: handoff.Refused, Code: code}
	}
	return handoff.Answer{Outcome: handoff.Unclear, Code: code}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}

// Token proves that a receipt is about a message that we sent: only the smsbox has seen it.
func (e *Engine) Token(key string) string {
	h := hmac.New(sha256.New, []byte(e.s.ReceiptKey))
	h.Write([]byte("receipt " + key))
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// ReceiptURL is the address that Kannel calls for a message; it fills in %d (type) and %A (the exchange's answer).
func (e *Engine) ReceiptURL(key string) string {
	return e.s.ReceiptURL + "?key=" + key + "&token=" + e.Token(key) + "&type=%d&answer=%A"
}

// repliesKey stands for a message's key in the token of calls that bring replies.
const repliesKey = "replies"

// ReplyURL is what `get-url` of Kannel's sms-service calls with a reply: it fills in sender, receiver, text, charset and id.
func (e *Engine) ReplyURL() string {
	return e.s.ReceiptURL + "?token=" + e.Token(repliesKey) + "&from=%p&to=%P&text=%b&charset=%C&id=%I"
}

// Hear reads a call of our receipt endpoint: a receipt, or a reply.
func (e *Engine) Hear(c handoff.Call) (handoff.Told, error) {
	if c.Query.Has("from") {
		reply, err := e.reply(c.Query)
		return handoff.Told{Replies: []handoff.Reply{reply}}, err
	}
	r, err := e.Read(c.Query)
	return handoff.Told{Receipts: []handoff.Receipt{r}}, err
}

// reply turns a call into a reply. Kannel gives texts of phones as UTF-16.
func (e *Engine) reply(q url.Values) (handoff.Reply, error) {
	if !hmac.Equal([]byte(q.Get("token")), []byte(e.Token(repliesKey))) {
		return handoff.Reply{}, ErrToken
	}
	text := q.Get("text")
	if strings.HasPrefix(strings.ToUpper(q.Get("charset")), "UTF-16") {
		text = handoff.FromUCS2([]byte(text))
	}
	return handoff.Reply{Ref: q.Get("id"), Phone: q.Get("from"), ServiceCode: q.Get("to"), Text: text, At: e.clock.Instant()}, nil
}

// Read turns a call of our receipt endpoint into a receipt. A wrong token is ErrToken, whatever the rest.
func (e *Engine) Read(q url.Values) (handoff.Receipt, error) {
	key := q.Get("key")
	if !hmac.Equal([]byte(q.Get("token")), []byte(e.Token(key))) {
		return handoff.Receipt{}, ErrToken
	}
	if _, _, err := handoff.ParseKey(key); err != nil {
		return handoff.Receipt{}, err
	}
	r := handoff.Receipt{Key: key, At: e.clock.Instant(), Code: "type " + clip(q.Get("type"))}
	if a := clip(q.Get("answer")); a != "" {
		r.Code += " " + a
	}
	switch q.Get("type") {
	case "1":
		r.Result = handoff.Success
	case "2", "16":
		r.Result = handoff.Failure
	}
	return r, nil
}
