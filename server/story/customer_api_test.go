package story_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/apikey"
	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
	"sealgate/server/webhook"
)

// program is a customer's own: it signs its calls with a key.
type program struct {
	w          *World
	id, secret string
}

// program makes a key as a person of the customer.
func (p *Person) program(scopes ...string) *program {
	p.w.t.Helper()
	k := p.post(201, "/api-keys", JSON{"name": "订单系统", "scopes": scopes})
	if !strings.HasPrefix(k.str("secret"), "sk_") {
		p.w.t.Fatalf("a new key tells no secret: %v", k)
	}
	return &program{p.w, k.str("id"), k.str("secret")}
}

// call makes a signed call, changed by change after it was signed.
func (p *program) call(method, path string, body []byte, change ...func(r *http.Request)) (int, JSON, http.Header) {
	p.w.t.Helper()
	req, err := http.NewRequest(method, p.w.server.URL+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		p.w.t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	sum := sha256.Sum256(body)
	c := apikey.Call{Timestamp: strconv.FormatInt(p.w.Fake.Now().Unix(), 10), Nonce: "nonce-" + ids.New(), Method: method, Path: req.URL.EscapedPath(), Query: req.URL.RawQuery, BodyHash: hex.EncodeToString(sum[:])}
	for name, value := range map[string]string{
		apikey.HeaderKey: p.id, apikey.HeaderTimestamp: c.Timestamp, apikey.HeaderNonce: c.Nonce, apikey.HeaderBody: c.BodyHash, apikey.HeaderSignature: apikey.Sign(p.secret, c),
	} {
		req.Header.Set(name, value)
	}
	for _, f := range change {
		f(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	out := JSON{}
	_ = json.Unmarshal(b, &out)
	return res.StatusCode, out, res.Header
}

func (p *program) want(status int, method, path string, in any, change ...func(r *http.Request)) JSON {
	p.w.t.Helper()
	var body []byte
	if in != nil {
		body, _ = json.Marshal(in)
	}
	s, out, _ := p.call(method, path, body, change...)
	if s != status {
		p.w.t.Fatalf("%s %s with a key gave %d, want %d: %v", method, path, s, status, out)
	}
	return out
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// shop is a customer with a contract in force and its people.
type shop struct {
	*World
	customer, contract, signature string
	boss                          *Person
}

func openShop(t *testing.T, at string, change ...func(*app.Config)) shop {
	t.Helper()
	w := start(t, at, change...)
	w.hire(everyone...)
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	today := w.App.Clock.Today()
	contract := w.contract(customer, blanks(today.String(), today.AddYears(1).AddDays(-1).String(), JSON{"deposit": "0.00", "included": "100000", "daily_cap": "60000"}))
	return shop{w, customer, contract, signature, w.hireFor("boss", customer, "customer")}
}

// again signs somebody in whose session has ended by rest.
func (w *World) again(login string) *Person {
	delete(w.people, login)
	return w.as(login)
}

// order is a direct list of messages.
func (s shop) order(phones ...string) JSON {
	messages := []JSON{}
	for _, p := range phones {
		messages = append(messages, JSON{"phone": p})
	}
	return JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "text": "【云帆商城】您的订单已到货，请到门店自提。", "messages": messages}
}

func TestStory_customerAPI(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")

	// 2 November: the administrator makes a key; the program submits, loses the answer and submits again.
	api := s.boss.program("send", "read", "money")
	first := api.want(202, "POST", "/messages", s.order("13800138000", "13900139001", "02885551234"), header("Idempotency-Key", "order-1"))
	again := api.want(202, "POST", "/messages", s.order("13800138000", "13900139001", "02885551234"), header("Idempotency-Key", "order-1"))
	if first.str("id") == "" || first.str("id") != again.str("id") {
		t.Fatalf("one order became %s and %s", first.str("id"), again.str("id"))
	}
	if out := api.want(422, "POST", "/messages", s.order("13700137000"), header("Idempotency-Key", "order-1")); out.str("code") != "apikey.reference" {
		t.Errorf("another order under the same reference: %v", out)
	}
	if out := api.want(422, "POST", "/messages", s.order("13700137000")); out.str("code") != "messages.key_needed" {
		t.Errorf("without a reference: %v", out)
	}
	s.work()
	id := first.str("id")
	b := api.want(200, "GET", "/batches/"+id, nil)
	if b.str("state") != "review" || b.num("rows.good") != 2 || b.num("rows.bad") != 1 || !strings.HasPrefix(b.str("submitted_by"), "ak") {
		t.Fatalf("the batch is %v", b)
	}
	if bad := api.want(200, "GET", "/batches/"+id+"/error-rows", nil).list("items"); len(bad) != 1 || bad[0].str("code") != "PHONE.LANDLINE" && !strings.Contains(bad[0].str("code"), "LANDLINE") {
		t.Errorf("rows left out: %v", bad)
	}

	// Our reviewer lets it pass; the same day it is sent.
	s.approve("compliance_reviewer", id)
	s.work()
	s.to("2026-11-02 12:00")
	s.work()
	results := api.want(200, "GET", "/batches/"+id+"/results?limit=1", nil)
	if results.num("total") != 2 || len(results.list("items")) != 1 || results.str("next_cursor") == "" || strings.Contains(fmt.Sprint(results), "13800138000") {
		t.Errorf("results: %v", results)
	}
	rest := api.want(200, "GET", "/batches/"+id+"/results?limit=1&cursor="+results.str("next_cursor"), nil).list("items")
	if len(rest) != 1 || rest[0].num("line") != 2 || rest[0].str("status") == "waiting" {
		t.Errorf("the second result: %v", rest)
	}

	// A file in two calls: the body of an upload is hashed too.
	made := api.want(201, "POST", "/batches", JSON{"contract_id": s.contract, "signature_id": s.signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"})
	path := "/batches/" + made.str("id") + "/file?name=a.csv"
	file := []byte("13800138000\n13900139001\n")
	if st, out, _ := api.call("PUT", path, file, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("13700137000\n13700137001\n")), int64(len(file))
	}); st != 401 || out.str("code") != "apikey.body" {
		t.Errorf("another file than was signed: %d %v", st, out)
	}
	if st := api.want(200, "GET", "/batches/"+made.str("id"), nil).str("state"); st != "draft" {
		t.Errorf("after a wrong file the batch is %s", st)
	}
	if st, out, _ := api.call("PUT", path, file); st != 202 {
		t.Fatalf("the file: %d %v", st, out)
	}

	// What else a program asks.
	for _, path := range []string{"/batches", "/registrations?kind=signature", "/contracts", "/contracts/" + s.contract, "/bills", "/statements", "/contracts/" + s.contract + "/usage?month=2026-11", "/batches/" + id + "/handoff"} {
		api.want(200, "GET", path, nil)
	}

	// 3 December: the bill of November is there, for keys that may see money.
	s.to("2026-12-03 09:00")
	if n := api.want(200, "GET", "/bills", nil).num("total"); n != 1 {
		t.Errorf("%d bills", n)
	}
	reader := s.boss.program("read")
	for path, want := range map[string]int{"/bills": 403, "/batches": 200, "/audit": 403, "/api-keys": 403, "/corner/people": 403, "/session": 403, "/home": 403} {
		if st, out, _ := reader.call("GET", path, nil); st != want || want == 403 && out.str("code") != "apikey.scope" {
			t.Errorf("a key that reads, %s: %d %v", path, st, out)
		}
	}
	if st, _, _ := reader.call("POST", "/batches/"+id+"/cancel", []byte("{}")); st != 403 {
		t.Errorf("a key that reads took a batch back: %d", st)
	}

	// 4 December: the secret is changed; both are good for a day, then one.
	s.to("2026-12-04 09:00")
	fresh := s.boss.post(200, "/api-keys/"+api.id+"/rotate", JSON{"overlap_hours": 24})
	next := &program{s.World, api.id, fresh.str("secret")}
	api.want(200, "GET", "/batches", nil)
	next.want(200, "GET", "/batches", nil)
	s.Fake.Advance(25 * time.Hour)
	if out := api.want(401, "GET", "/batches", nil); out.str("code") != "apikey.signature" {
		t.Errorf("the old secret after its day: %v", out)
	}
	next.want(200, "GET", "/batches", nil)

	// And one who finds the calls in a log can do nothing with them.
	var heard *http.Request
	next.want(200, "GET", "/batches", nil, func(r *http.Request) { heard = r.Clone(context.Background()) })
	res, err := http.DefaultClient.Do(heard)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 401 {
		t.Errorf("a replayed call gave %d", res.StatusCode)
	}
	s.again("boss").post(200, "/api-keys/"+api.id+"/revoke", JSON{"reason": "换系统"})
	if out := next.want(401, "GET", "/batches", nil); out.str("code") != "apikey.revoked" {
		t.Errorf("a revoked key: %v", out)
	}
	s.verify()
}

func TestCustomerAPI_tellsWhenToComeBack(t *testing.T) {
	t.Parallel()
	s := openShop(t, "2026-11-02 09:00")
	api := s.boss.program("read")
	s.as("system_admin").call(200, "PUT", "/api-keys/"+api.id+"/limits", JSON{"read_per_minute": 60, "read_burst": 2, "send_per_minute": 1, "send_burst": 1})
	for range 2 {
		api.want(200, "GET", "/batches", nil)
	}
	st, out, h := api.call("GET", "/batches", nil)
	if st != 429 || out.str("code") != "apikey.rate" || h.Get("Retry-After") != "1" {
		t.Errorf("the third call: %d %v, Retry-After %q", st, out, h.Get("Retry-After"))
	}
	s.Fake.Advance(time.Second)
	api.want(200, "GET", "/batches", nil)
}

// What a customer's program finds described is what it may call.
func TestCustomerAPI_isDescribedApart(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	res, err := http.Get(w.server.URL + "/api/customer/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		Paths      map[string]map[string]JSON
		Components struct{ Schemas map[string]any }
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/messages", "/api/v1/batches/{id}/results", "/api/v1/bills"} {
		if doc.Paths[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.str("x-key-scope") == "" {
				t.Errorf("%s %s is described and closed to keys", method, path)
			}
		}
	}
	if doc.Paths["/api/v1/users"] != nil || doc.Components.Schemas["Problem"] == nil || doc.Components.Schemas["User"] != nil || len(doc.Paths) < 15 {
		t.Errorf("%d paths, %d schemas", len(doc.Paths), len(doc.Components.Schemas))
	}
}

func TestStory_webhook(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string][]JSON{}
	fail := false
	var secret string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		seconds, _ := strconv.ParseInt(r.Header.Get(webhook.HeaderTimestamp), 10, 64)
		if r.Header.Get(webhook.HeaderSignature) != "v1="+webhook.Sign(secret, r.Header.Get(webhook.HeaderID), time.Unix(seconds, 0), body) {
			t.Errorf("a call that is signed wrongly: %v", r.Header)
		}
		if fail {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		event := JSON{}
		_ = json.Unmarshal(body, &event)
		got[event.str("kind")] = append(got[event.str("kind")], event)
	}))
	t.Cleanup(receiver.Close)
	seen := func(kind string) []JSON {
		mu.Lock()
		defer mu.Unlock()
		return got[kind]
	}

	// 2 November: the customer names its address and tries it.
	s := openShop(t, "2026-11-02 09:00", func(c *app.Config) { c.Webhooks = app.WebhookConfig{AllowHTTP: true, AllowPrivate: true} })
	hook := s.boss.post(201, "/webhooks", JSON{"name": "订单系统", "url": receiver.URL, "kinds": []string{"batch.state", "message.receipts", "bill.issued", "statement.issued"}})
	mu.Lock()
	secret = hook.str("secret")
	mu.Unlock()
	s.boss.post(204, "/webhooks/"+hook.str("id")+"/test", nil)
	s.work()
	if len(seen("ping")) != 1 {
		t.Fatalf("the test did not arrive: %v", got)
	}

	// The same day a batch goes its way; each step is told, and what became of the messages.
	api := s.boss.program("send", "read")
	id := api.want(202, "POST", "/messages", s.order("13800138000", "13900139001"), header("Idempotency-Key", "order-1")).str("id")
	s.work()
	s.approve("compliance_reviewer", id)
	s.work()
	s.to("2026-11-02 15:00")
	s.Fake.Advance(time.Minute)
	s.work()
	states := map[string]bool{}
	for _, e := range seen("batch.state") {
		if e.str("data.batch_id") != id {
			t.Errorf("told of %v", e)
		}
		states[e.str("data.state")] = true
	}
	for _, want := range []string{"receiving", "screening", "review", "approved", "sending"} {
		if !states[want] {
			t.Errorf("the state %s was not told: %v", want, states)
		}
	}
	last := map[int64]string{}
	for _, e := range seen("message.receipts") {
		for _, m := range e.list("data.messages") {
			last[m.num("seq")] = m.str("status")
		}
	}
	for _, r := range api.want(200, "GET", "/batches/"+id+"/results", nil).list("items") {
		if st := r.str("status"); st != last[r.num("seq")] && st != "waiting" && st != "handing" {
			t.Errorf("message %d is %s, told was %q", r.num("seq"), st, last[r.num("seq")])
		}
	}

	// 1 December: the receiver is down when the bill comes; it is told once the receiver is back.
	mu.Lock()
	fail = true
	mu.Unlock()
	s.to("2026-12-01 10:00")
	s.work()
	if n := s.boss.get("/webhook-deliveries?state=queued&kind=bill.issued").num("total"); n != 1 || len(seen("bill.issued")) != 0 {
		t.Fatalf("%d bills wait to be told", n)
	}
	mu.Lock()
	fail = false
	mu.Unlock()
	s.Fake.Advance(time.Hour)
	s.work()
	if e := seen("bill.issued"); len(e) != 1 || e[0].str("data.object_type") != "bill" || e[0].str("data.object_id") == "" {
		t.Errorf("told of the bill: %v", e)
	}
	if n := s.again("boss").get("/webhook-deliveries?state=queued").num("total"); n != 0 {
		t.Errorf("%d still wait", n)
	}
	s.verify()
}

// The examples of the documentation, as they stand there, against a server whose clock is right.
func TestExamples_ofTheDocumentationWork(t *testing.T) {
	t.Parallel()
	s := openShop(t, time.Now().In(caldate.Shanghai).Format("2006-01-02 15:04"))
	api := s.boss.program("send", "read")
	env := append(os.Environ(), "SEALGATE_URL="+s.server.URL, "SEALGATE_KEY="+api.id, "SEALGATE_SECRET="+api.secret, "CONTRACT="+s.contract, "SIGNATURE="+s.signature)

	t.Run("Go", func(t *testing.T) {
		program := filepath.Join(t.TempDir(), "client")
		if out, err := exec.Command("go", "build", "-o", program, "../../docs/examples/client").CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		run := func(args ...string) string {
			cmd := exec.Command(program, args...)
			cmd.Env = env
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v %s", args, err, out)
			}
			return string(out)
		}
		words := strings.Fields(run("send", "-contract", s.contract, "-signature", s.signature, "-category", "notice", "-text", "【云帆商城】您的订单已到货，请到门店自提。", "13800138000", "13900139001"))
		if len(words) != 3 || words[2] != "receiving" {
			t.Fatalf("send says %v", words)
		}
		s.work()
		if out := run("batch", words[0]); !strings.Contains(out, "review") {
			t.Errorf("batch says %s", out)
		}
		run("results", words[0])
	})
	t.Run("curl", func(t *testing.T) {
		for _, tool := range []string{"curl", "openssl", "sh"} {
			if _, err := exec.LookPath(tool); err != nil {
				t.Skipf("%s is not here", tool)
			}
		}
		doc, err := os.ReadFile("../../docs/api.md")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(doc), "```sh\n")
		script, _, found := strings.Cut(rest, "```")
		if !found {
			t.Fatal("docs/api.md has no script")
		}
		cmd := exec.Command("sh", "-eu", "-c", script)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Count(string(out), `"number":`) < 2 {
			t.Fatalf("%v %s", err, out)
		}
	})
}
