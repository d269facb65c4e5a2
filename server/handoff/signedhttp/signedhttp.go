// Package signedhttp hands messages to whoever speaks our JSON over HTTP. Every call and every answer is signed with a shared
// secret over time, nonce and body; the other side takes a key once, however often it comes, and can be asked what it has.
// See README.md for the protocol.
package signedhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/outside"
)

// Settings reach one peer.
type Settings struct {
	URL           string // of the peer's API, to which /messages and /ask are added
	KeyID, Secret string
	Repeats       bool // the peer does not take a key only once: nothing is repeated before it was asked
	Slice         int  // messages per call; 0: 500
	Timeout       time.Duration
	AllowInternal bool // the peer may be in our own network
}

const (
	defaultSlice  = 500
	largestSlice  = 2000
	largestAnswer = 4 << 20
)

// Engine implements handoff.Listener and handoff.Asker.
type Engine struct {
	s      Settings
	signer Signer
	clock  clock.Clock
	client *http.Client
}

// New makes the engine.
func New(s Settings, c clock.Clock) (*Engine, error) {
	if err := outside.CheckURL(s.URL, s.AllowInternal); err != nil {
		return nil, fmt.Errorf("http channel: %w", err)
	}
	if s.KeyID == "" || len(s.Secret) < 32 {
		return nil, errors.New("http channel: it needs a key id and a secret of at least 32 characters")
	}
	if s.Slice <= 0 {
		s.Slice = defaultSlice
	}
	s.Slice = min(s.Slice, largestSlice)
	if s.Timeout <= 0 {
		s.Timeout = 10 * time.Second
	}
	s.URL = strings.TrimSuffix(s.URL, "/")
	return &Engine{s: s, signer: Signer{s.KeyID, s.Secret}, clock: c, client: outside.Client(s.Timeout, s.AllowInternal)}, nil
}

// Kind is "http".
func (e *Engine) Kind() string { return "http" }

// Idempotent is what the peer promises about keys.
func (e *Engine) Idempotent() bool { return !e.s.Repeats }

// Slice is the number of messages per call.
func (e *Engine) Slice() int {
	if e.s.Repeats {
		return min(e.s.Slice, mostInDoubt)
	}
	return e.s.Slice
}

// mostInDoubt bounds what can become unknown at once with a peer that takes a key twice.
const mostInDoubt = 64

// Message is one message of a call.
type Message struct {
	Key    string `json:"key"`
	Phone  string `json:"phone"`
	Text   string `json:"text"`
	Sender string `json:"sender"`
	Parts  int    `json:"parts"`
}

// Messages is the body of POST /messages.
type Messages struct {
	Messages []Message `json:"messages"`
}

// Keys is the body of POST /ask.
type Keys struct {
	Keys []string `json:"keys"`
}

// Fate is what the peer says about one key.
type Fate struct {
	Key     string `json:"key"`
	Outcome string `json:"outcome"`
	Code    string `json:"code,omitempty"`
}

// Fates is the body of both answers.
type Fates struct {
	Answers []Fate `json:"answers"`
}

// The outcomes of a Fate.
const (
	OutcomeAccepted = "accepted"
	OutcomeRefused  = "refused" // never sent, never will be
	OutcomeLater    = "later"   // to /messages: not taken now, may come again
	OutcomeNever    = "never"   // to /ask: never had it, and will refuse it from calls made before this one
	OutcomeUnclear  = "unclear"
)

var outcomes = map[string]handoff.Outcome{
	OutcomeAccepted: handoff.Accepted, OutcomeRefused: handoff.Refused, OutcomeLater: handoff.NotSent, OutcomeUnclear: handoff.Unclear,
}

// Send posts a slice. Where surely nothing arrived every message is NotSent; where nobody knows it is an error.
func (e *Engine) Send(ctx context.Context, messages []handoff.Outgoing) ([]handoff.Answer, error) {
	body := Messages{make([]Message, len(messages))}
	keys := make([]string, len(messages))
	for i, m := range messages {
		body.Messages[i] = Message{m.Key, m.Phone, m.Text, m.Sender, m.Parts}
		keys[i] = m.Key
	}
	failpoint.Hit("signedhttp.send.before")
	fates, notSent, err := e.call(ctx, "/messages", body)
	failpoint.Hit("signedhttp.send.after")
	if notSent != "" {
		answers := make([]handoff.Answer, len(messages))
		for i := range answers {
			answers[i] = handoff.Answer{Outcome: handoff.NotSent, Code: notSent}
		}
		return answers, nil
	}
	if err != nil {
		return nil, err
	}
	return match(keys, fates, outcomes)
}

// asked are the outcomes of /ask: only "never" lets a message go again.
var asked = map[string]handoff.Outcome{
	OutcomeAccepted: handoff.Accepted, OutcomeRefused: handoff.Refused, OutcomeNever: handoff.NotSent, OutcomeUnclear: handoff.Unclear,
}

// Ask asks the peer what became of messages.
func (e *Engine) Ask(ctx context.Context, keys []string) ([]handoff.Answer, error) {
	fates, notSent, err := e.call(ctx, "/ask", Keys{keys})
	if err == nil && notSent != "" {
		err = fmt.Errorf("http channel: the peer can't be asked: %s", notSent)
	}
	if err != nil {
		return nil, err
	}
	return match(keys, fates, asked)
}

// match brings the peer's words into the order of the call. One that is missing or not understood is unclear.
func match(keys []string, fates []Fate, words map[string]handoff.Outcome) ([]handoff.Answer, error) {
	said := make(map[string]Fate, len(fates))
	for _, f := range fates {
		said[f.Key] = f
	}
	answers := make([]handoff.Answer, len(keys))
	for i, k := range keys {
		f, ok := said[k]
		o, known := words[f.Outcome]
		if !ok || !known {
			o = handoff.Unclear
		}
		answers[i] = handoff.Answer{Outcome: o, Code: f.Code}
	}
	return answers, nil
}

// call posts a body. notSent says that the peer surely took nothing, and why; err that nobody knows.
func (e *Engine) call(ctx context.Context, path string, in any) (fates []Fate, notSent string, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, "request", nil
	}
	address, err := url.Parse(e.s.URL + path)
	if err != nil {
		return nil, "address", nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, "request", nil
	}
	req.GetBody = nil // net/http repeats nothing by itself
	nonce := Nonce()
	e.signer.Sign(req.Header, req.Method, address.EscapedPath(), body, e.clock.Real(), nonce)
	req.Header.Set("Content-Type", "application/json")
	res, err := e.client.Do(req)
	if err != nil {
		var op *net.OpError
		if errors.Is(err, outside.ErrInternal) {
			return nil, "internal address", nil
		}
		if errors.As(err, &op) && op.Op == "dial" {
			return nil, "unreachable", nil
		}
		return nil, "", fmt.Errorf("http channel: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, largestAnswer))
	if err != nil {
		return nil, "", fmt.Errorf("http channel: %w", err)
	}
	switch {
	case res.StatusCode >= 400 && res.StatusCode < 500:
		return nil, res.Status, nil
	case res.StatusCode != http.StatusOK:
		return nil, "", fmt.Errorf("http channel: %s", res.Status)
	case !e.signer.CheckAnswer(res.Header, nonce, res.StatusCode, answer):
		return nil, "", errors.New("http channel: the answer is not signed by the peer")
	}
	var f Fates
	if err := json.Unmarshal(answer, &f); err != nil {
		return nil, "", fmt.Errorf("http channel: %w", err)
	}
	return f.Answers, "", nil
}

// Reports is the body of a peer's call at our receipt endpoint.
type Reports struct {
	Receipts []Report `json:"receipts,omitempty"`
	Replies  []Reply  `json:"replies,omitempty"`
}

// Report is one receipt. Part 0 is the whole message.
type Report struct {
	Key    string `json:"key"`
	Part   int    `json:"part,omitempty"`
	Result string `json:"result"` // delivered, failed, interim
	Code   string `json:"code"`
}

// Reply is one message of a recipient.
type Reply struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
	Text string `json:"text"`
}

var results = map[string]handoff.Result{"delivered": handoff.Success, "failed": handoff.Failure, "interim": handoff.Interim}

// mostAtOnce bounds one call of the peer.
const mostAtOnce = 10_000

// Hear reads a call of the peer, if it is signed and new enough.
func (e *Engine) Hear(c handoff.Call) (handoff.Told, error) {
	nonce, err := e.signer.Check(c.Header, c.Method, c.Path, c.Body, e.clock.Real())
	if err != nil {
		return handoff.Told{}, err
	}
	var in Reports
	if err := json.Unmarshal(c.Body, &in); err != nil || len(in.Receipts)+len(in.Replies) > mostAtOnce {
		return handoff.Told{}, ErrBody
	}
	now := e.clock.Instant()
	told := handoff.Told{Nonce: nonce}
	for _, r := range in.Receipts {
		result, ok := results[r.Result]
		if !ok || r.Key == "" || r.Part < 0 {
			return handoff.Told{}, ErrBody
		}
		told.Receipts = append(told.Receipts, handoff.Receipt{Key: r.Key, Part: r.Part, Result: result, Code: r.Code, At: now})
	}
	for _, r := range in.Replies {
		told.Replies = append(told.Replies, handoff.Reply{Ref: r.ID, Phone: r.From, ServiceCode: r.To, Text: r.Text, At: now})
	}
	return told, nil
}
