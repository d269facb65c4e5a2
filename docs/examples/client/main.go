// Command client shows how a customer's program talks to Sealgate: it signs calls, submits messages once whatever happens, waits
// for their results, and checks the signature of a webhook. It needs nothing but Go's standard library; take what you need.
//
//	export SEALGATE_URL=https://sealgate.example.com SEALGATE_KEY=ak… SEALGATE_SECRET=sk_…
//	client send -contract ID -signature ID -category notice -text '【云帆商城】您的订单已到货。' 13800138000 13900139001
//	client batch ID
//	client results ID
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Client calls the customer API with a key.
type Client struct {
	URL    string // without /api/v1
	Key    string
	Secret string
	HTTP   *http.Client
}

// Problem is an error as the API tells it.
type Problem struct {
	Status   int    `json:"status"`
	Code     string `json:"code"`
	DetailEn string `json:"detail_en"`
	Errors   []struct {
		Field string `json:"field"`
		En    string `json:"detail_en"`
	} `json:"errors"`
}

// Error implements error.
func (p *Problem) Error() string {
	s := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.DetailEn)
	for _, e := range p.Errors {
		s += fmt.Sprintf("; %s: %s", e.Field, e.En)
	}
	return s
}

// Do makes a signed call, and makes it again where the server asks for patience. A repeated POST carries the same
// Idempotency-Key, so that nothing is done twice; every try has a nonce and a signature of its own.
func (c *Client) Do(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	once := nonce()
	for try := 1; ; try++ {
		wait, err := c.try(ctx, method, path, query, once, body, out)
		if err == nil || wait == 0 || try == 5 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (c *Client) try(ctx context.Context, method, path string, query url.Values, once string, body []byte, out any) (wait time.Duration, err error) {
	u, err := url.Parse(strings.TrimSuffix(c.URL, "/") + "/api/v1" + path)
	if err != nil {
		return 0, err
	}
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", once)
	}
	c.sign(req, body)
	res, err := c.HTTP.Do(req)
	if err != nil {
		return time.Second, err // it may have arrived: the same Idempotency-Key tells
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return time.Second, err
	}
	if res.StatusCode >= 300 {
		p := &Problem{Status: res.StatusCode}
		_ = json.Unmarshal(answer, p)
		return patience(res), p
	}
	if out == nil || len(answer) == 0 {
		return 0, nil
	}
	return 0, json.Unmarshal(answer, out)
}

// patience is how long to wait before another try; 0 where none would help.
func patience(res *http.Response) time.Duration {
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if res.StatusCode == http.StatusServiceUnavailable || res.StatusCode == http.StatusConflict && res.Request.Method == http.MethodPost {
		return 2 * time.Second
	}
	return 0
}

// sign sets the five headers of a signed call.
func (c *Client) sign(req *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	hash, stamp, once := hex.EncodeToString(sum[:]), strconv.FormatInt(time.Now().Unix(), 10), nonce()
	lines := strings.Join([]string{"SEALGATE-HMAC-SHA256", stamp, once, req.Method, req.URL.EscapedPath(), req.URL.RawQuery, hash}, "\n")
	m := hmac.New(sha256.New, []byte(c.Secret))
	_, _ = io.WriteString(m, lines)
	req.Header.Set("X-Sealgate-Key", c.Key)
	req.Header.Set("X-Sealgate-Timestamp", stamp)
	req.Header.Set("X-Sealgate-Nonce", once)
	req.Header.Set("X-Sealgate-Content-SHA256", hash)
	req.Header.Set("X-Sealgate-Signature", hex.EncodeToString(m.Sum(nil)))
}

func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// VerifyWebhook checks that a call came from Sealgate and is not an old one played again. Answer 2xx only afterwards, and note
// the id: the same event may come twice.
func VerifyWebhook(secret string, h http.Header, body []byte, now time.Time) (id string, err error) {
	id, stamp := h.Get("X-Sealgate-Event"), h.Get("X-Sealgate-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return "", errors.New("the timestamp is missing or too far off")
	}
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(m, "%s.%s.", stamp, id)
	_, _ = m.Write(body)
	want := "v1=" + hex.EncodeToString(m.Sum(nil))
	for s := range strings.SplitSeq(h.Get("X-Sealgate-Signature"), ",") { // two while a secret is being changed
		if hmac.Equal([]byte(s), []byte(want)) {
			return id, nil
		}
	}
	return "", errors.New("the signature is not right")
}

// Batch is what the example needs of a batch.
type Batch struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	State  string `json:"state"`
}

// Result is what became of one message.
type Result struct {
	Seq    int64  `json:"seq"`
	Line   int64  `json:"line"`
	Phone  string `json:"phone"`
	Status string `json:"status"`
	Code   string `json:"code"`
}

// Results reads all pages of a batch's results.
func (c *Client) Results(ctx context.Context, batch string) (all []Result, err error) {
	for query := (url.Values{"limit": {"200"}}); ; {
		var page struct {
			Items []Result `json:"items"`
			Next  string   `json:"next_cursor"`
		}
		if err := c.Do(ctx, http.MethodGet, "/batches/"+url.PathEscape(batch)+"/results", query, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, nil
		}
		query.Set("cursor", page.Next)
	}
}

func main() {
	c := &Client{URL: os.Getenv("SEALGATE_URL"), Key: os.Getenv("SEALGATE_KEY"), Secret: os.Getenv("SEALGATE_SECRET"), HTTP: &http.Client{Timeout: 30 * time.Second}}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run(ctx, c, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to be done
	}
}

var errUsage = errors.New("usage: client send|batch|results …")

func run(ctx context.Context, c *Client, args []string, out io.Writer) error {
	if len(args) < 2 {
		return errUsage
	}
	switch args[0] {
	case "send":
		return send(ctx, c, args[1:], out)
	case "batch":
		var b Batch
		if err := c.Do(ctx, http.MethodGet, "/batches/"+url.PathEscape(args[1]), nil, nil, &b); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, b.Number, b.State)
		return err
	case "results":
		results, err := c.Results(ctx, args[1])
		for _, r := range results {
			_, _ = fmt.Fprintln(out, r.Line, r.Phone, r.Status, r.Code)
		}
		return err
	}
	return errUsage
}

func send(ctx context.Context, c *Client, args []string, out io.Writer) error {
	f := flag.NewFlagSet("send", flag.ContinueOnError)
	contract, signature := f.String("contract", "", "id of the contract"), f.String("signature", "", "id of the signature")
	category, text := f.String("category", "notice", "verification, notice, marketing or advertising"), f.String("text", "", "the text")
	if err := f.Parse(args); err != nil {
		return err
	}
	messages := []map[string]string{}
	for _, phone := range f.Args() {
		messages = append(messages, map[string]string{"phone": phone})
	}
	var b Batch
	err := c.Do(ctx, http.MethodPost, "/messages", nil, map[string]any{"contract_id": *contract, "signature_id": *signature, "category": *category, "text": *text, "messages": messages}, &b)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, b.ID, b.Number, b.State)
	return err
}
