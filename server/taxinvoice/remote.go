package taxinvoice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sealgate/server/platform/clock"
)

// Remote is a platform reached over HTTP. Every call is signed: X-Signature is the HMAC-SHA256 of method, path, time and
// body hash under the shared secret, and answers carry the same over their own body. Idempotency-Key is the reference.
type Remote struct {
	base   *url.URL
	key    string
	secret []byte
	client *http.Client
	clock  clock.Clock
}

// NewRemote makes the way to a platform. The client should have a timeout; without one, 20 seconds.
func NewRemote(base, key, secret string, client *http.Client, c clock.Clock) (*Remote, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("address of the tax platform %q: want http:// or https:// and a host", base)
	}
	if secret == "" {
		return nil, fmt.Errorf("tax platform: no secret to sign with")
	}
	if client == nil {
		client = &http.Client{Timeout: 20 * time.Second}
	}
	return &Remote{u, key, []byte(secret), client, c}, nil
}

// Sign is the signature of a call or an answer: both sides compute it.
func Sign(secret []byte, method, path, timestamp string, body []byte) string {
	sum := sha256.Sum256(body)
	m := hmac.New(sha256.New, secret)
	_, _ = fmt.Fprintf(m, "%s\n%s\n%s\n%s", method, path, timestamp, hex.EncodeToString(sum[:]))
	return hex.EncodeToString(m.Sum(nil))
}

// Submit posts the request. 2xx means that the platform has it; 409 that it had it before.
func (p *Remote) Submit(ctx context.Context, r Request) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	status, _, err := p.call(ctx, http.MethodPost, p.base.JoinPath("invoices"), r.Reference, body)
	if err != nil {
		return err
	}
	if status/100 != 2 && status != http.StatusConflict {
		return ErrPlatform.With("status", status)
	}
	return nil
}

// Fetch asks for the answer. 404 and 202 mean that there is none yet.
func (p *Remote) Fetch(ctx context.Context, reference string) (*Answer, error) {
	status, body, err := p.call(ctx, http.MethodGet, p.base.JoinPath("invoices", reference), reference, nil)
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusNotFound || status == http.StatusAccepted:
		return nil, nil
	case status != http.StatusOK:
		return nil, ErrPlatform.With("status", status)
	}
	return parseAnswer(body)
}

func (p *Remote) call(ctx context.Context, method string, u *url.URL, reference string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	stamp := strconv.FormatInt(p.clock.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", reference)
	req.Header.Set("X-Key", p.key)
	req.Header.Set("X-Timestamp", stamp)
	req.Header.Set("X-Signature", Sign(p.secret, method, u.Path, stamp, body))
	res, err := p.client.Do(req)
	if err != nil {
		return 0, nil, ErrPlatform.Because(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return 0, nil, ErrPlatform.Because(err)
	}
	if len(answer) > maxAnswer {
		return 0, nil, ErrPlatform.Say("平台的答复过大", "the platform's answer is too large")
	}
	if res.StatusCode == http.StatusOK && method == http.MethodGet {
		want := Sign(p.secret, method, u.Path, res.Header.Get("X-Timestamp"), answer)
		if !hmac.Equal([]byte(want), []byte(res.Header.Get("X-Signature"))) {
			return 0, nil, ErrPlatform.Say("平台答复的签名不符，未予采用", "the signature of the platform's answer is wrong; it was not used")
		}
	}
	return res.StatusCode, answer, nil
}
