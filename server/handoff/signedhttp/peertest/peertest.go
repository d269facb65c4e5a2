// Package peertest is the other side of a signed HTTP channel, for tests: it takes a key once, tells what it has, and can be
// made to fail in every way that networks do.
package peertest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"sealgate/server/handoff/signedhttp"
)

// Mood is how the peer treats the next calls.
type Mood int

// The moods.
const (
	Fine      Mood = iota
	Deaf           // 503 before it reads anything
	Forgetful      // takes the messages, and breaks the connection instead of answering
	Lying          // takes the messages, and answers unsigned
	Broken         // takes them and answers 500
	Busy           // answers 429 and takes nothing
)

// Peer is one gateway.
type Peer struct {
	*httptest.Server
	Signer signedhttp.Signer
	Now    func() time.Time

	mu     sync.Mutex
	mood   Mood
	taken  map[string]signedhttp.Message
	times  map[string]int
	Nonces map[string]bool
}

// New starts a peer.
func New(s signedhttp.Signer, now func() time.Time) *Peer {
	p := &Peer{Signer: s, Now: now, taken: map[string]signedhttp.Message{}, times: map[string]int{}, Nonces: map[string]bool{}}
	p.Server = httptest.NewServer(p)
	return p
}

// Feel sets the mood.
func (p *Peer) Feel(m Mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = m
}

// Taken gives what was taken, by key.
func (p *Peer) Taken() map[string]signedhttp.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]signedhttp.Message{}
	for k, m := range p.taken {
		out[k] = m
	}
	return out
}

// Asked tells how often a key came.
func (p *Peer) Asked(key string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.times[key]
}

// ServeHTTP implements the protocol.
func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	nonce, err := p.Signer.Check(r.Header, r.Method, r.URL.EscapedPath(), body, p.Now())
	p.mu.Lock()
	mood, seen := p.mood, p.Nonces[nonce]
	p.mu.Unlock()
	switch {
	case err != nil || seen:
		w.WriteHeader(http.StatusForbidden)
		return
	case mood == Deaf:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case mood == Busy:
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	p.mu.Lock()
	p.Nonces[nonce] = true
	answers := p.judge(r.URL.Path, body)
	p.mu.Unlock()
	out, _ := json.Marshal(signedhttp.Fates{Answers: answers})
	switch mood {
	case Forgetful:
		if h, ok := w.(http.Hijacker); ok {
			if conn, _, err := h.Hijack(); err == nil {
				_ = conn.Close()
			}
		}
		return
	case Broken:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case Fine:
		p.Signer.SignAnswer(w.Header(), nonce, http.StatusOK, out)
	}
	_, _ = w.Write(out)
}

func (p *Peer) judge(path string, body []byte) (answers []signedhttp.Fate) {
	if path == "/ask" {
		var in signedhttp.Keys
		_ = json.Unmarshal(body, &in)
		for _, k := range in.Keys {
			f := signedhttp.Fate{Key: k, Outcome: signedhttp.OutcomeNever}
			if _, ok := p.taken[k]; ok {
				f.Outcome = signedhttp.OutcomeAccepted
			}
			answers = append(answers, f)
		}
		return answers
	}
	var in signedhttp.Messages
	_ = json.Unmarshal(body, &in)
	for _, m := range in.Messages {
		p.times[m.Key]++
		p.taken[m.Key] = m
		answers = append(answers, signedhttp.Fate{Key: m.Key, Outcome: signedhttp.OutcomeAccepted, Code: "0"})
	}
	return answers
}

// Report calls a receipt endpoint as the peer does, and gives the status of the answer.
func (p *Peer) Report(ctx context.Context, address, path string, reports signedhttp.Reports) (int, error) {
	body, err := json.Marshal(reports)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	p.Signer.Sign(req.Header, req.Method, path, body, p.Now(), signedhttp.Nonce())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}
