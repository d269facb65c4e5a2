package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"time"

	"sealgate/server/platform/ids"
)

// JSON is a decoded answer.
type JSON map[string]any

func (j JSON) str(name string) string { s, _ := j[name].(string); return s }
func (j JSON) num(name string) int64  { f, _ := j[name].(float64); return int64(f) }
func (j JSON) list(name string) (out []JSON) {
	raw, _ := j[name].([]any)
	for _, r := range raw {
		if m, ok := r.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// office is where the people of a run work: each is a browser that reaches whichever server lives.
type office struct {
	mu     sync.Mutex
	urls   map[int]string // of the servers that answer, by slot
	people map[string]*person
}

// person is somebody at a browser.
type person struct {
	office *office
	login  string
	http   *http.Client
}

const password = "Correct-Horse-7-Battery"

// callWithin is a browser's patience with one request.
const callWithin = 10 * time.Second

func newOffice() *office { return &office{urls: map[int]string{}, people: map[string]*person{}} }

// open and shut say where a server answers.
func (o *office) open(slot int, url string) { o.mu.Lock(); defer o.mu.Unlock(); o.urls[slot] = url }
func (o *office) shut(slot int)             { o.mu.Lock(); defer o.mu.Unlock(); delete(o.urls, slot) }

// any is the address of some server; empty: none lives.
func (o *office) any() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.urls) == 0 {
		return ""
	}
	n := rand.IntN(len(o.urls))
	for _, u := range o.urls {
		if n == 0 {
			return u
		}
		n--
	}
	return ""
}

func (o *office) as(login string) *person {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.people[login]
	if p == nil {
		jar, _ := cookiejar.New(nil)
		p = &person{o, login, &http.Client{Jar: jar, Timeout: callWithin}}
		o.people[login] = p
	}
	return p
}

// answer is what a server said in the end.
type answer struct {
	status int
	body   JSON
	raw    []byte
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

func (a answer) code() string { return a.body.str("code") }

// done tells whether a call had its effect, be it that an earlier try had it and its answer was lost on the way.
func (a answer) done() bool { return a.ok() || a.code() == "idempotency.answer_lost" }

// surprise is nil for a refusal that comes with the calendar: a server that has not heard yet that it was turned, or that turned it
// after the question what day it is.
func (a answer) surprise(what string) error {
	if bytes.Contains(a.raw, []byte(`"code":"future"`)) {
		return nil
	}
	return fmt.Errorf("%s refused: %s", what, a.raw)
}

var errAway = errors.New("no server answers")

// do calls until some server answers: a lost answer is asked for again under the same key, at whichever server lives. Only ctx
// ends that.
func (p *person) do(ctx context.Context, method, path, contentType string, body []byte) (answer, error) {
	key := ids.New()
	for {
		a, err := p.try(ctx, method, path, contentType, body, key)
		switch {
		case ctx.Err() != nil:
			return answer{}, ctx.Err()
		case err != nil, a.status >= 500, a.code() == "idempotency.under_way":
			if err := pause(ctx, 30*time.Millisecond); err != nil {
				return answer{}, err
			}
		case a.status == http.StatusUnauthorized && path != "/session":
			if err := p.signIn(ctx); err != nil {
				return answer{}, err
			}
		default:
			return a, nil
		}
	}
}

func (p *person) try(ctx context.Context, method, path, contentType string, body []byte, key string) (answer, error) {
	url := p.office.any()
	if url == "" {
		return answer{}, errAway
	}
	req, err := http.NewRequestWithContext(ctx, method, url+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := p.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	a := answer{status: res.StatusCode, body: JSON{}}
	if a.raw, err = io.ReadAll(res.Body); err != nil {
		return answer{}, err
	}
	_ = json.Unmarshal(a.raw, &a.body) // downloads are no JSON
	return a, nil
}

func (p *person) signIn(ctx context.Context) error {
	body, _ := json.Marshal(JSON{"login": p.login, "password": password})
	a, err := p.do(ctx, http.MethodPost, "/session", "application/json", body)
	if err == nil && !a.ok() {
		err = fmt.Errorf("%s can't sign in: %d %s", p.login, a.status, a.raw)
	}
	return err
}

func (p *person) get(ctx context.Context, path string) (answer, error) {
	return p.do(ctx, http.MethodGet, path, "", nil)
}

func (p *person) post(ctx context.Context, path string, in any) (answer, error) {
	if in == nil {
		return p.do(ctx, http.MethodPost, path, "", nil)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return answer{}, err
	}
	return p.do(ctx, http.MethodPost, path, "application/json", body)
}

// must is post for what can't be refused.
func (p *person) must(ctx context.Context, path string, in any) (JSON, error) {
	a, err := p.post(ctx, path, in)
	if err == nil && !a.ok() {
		err = fmt.Errorf("%s: POST %s gave %d: %s", p.login, path, a.status, a.raw)
	}
	return a.body, err
}

// attach uploads an attachment and gives its id.
func (p *person) attach(ctx context.Context, name, purpose string) (string, error) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("purpose", purpose)
	f, _ := m.CreateFormFile("file", name)
	_, _ = f.Write([]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"))
	_ = m.Close()
	a, err := p.do(ctx, http.MethodPost, "/attachments", m.FormDataContentType(), b.Bytes())
	if err == nil && !a.ok() {
		err = fmt.Errorf("upload %s: %d %s", name, a.status, a.raw)
	}
	return a.body.str("id"), err
}

// pause waits for the machine's own time: the servers are other processes, there is nothing else to wait on.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
