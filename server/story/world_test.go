// Package story has the stories that cross domains, told through the API with the date beside each step. They run on
// SQLite, and on MariaDB where SEALGATE_TEST_MYSQL names a server.
package story_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/testkit"
)

// World is the whole program on a database of its own, in sandbox mode, with a person of each role.
type World struct {
	t      testing.TB
	App    *app.App
	Fake   *clockwork.FakeClock
	server *httptest.Server
	people map[string]*Person
}

// Person is somebody signed in at a browser.
type Person struct {
	w     *World
	Login string
	http  *http.Client
}

// JSON is a decoded answer.
type JSON map[string]any

// start builds a world whose clock stands at a time such as "2026-09-20 09:00".
func start(t testing.TB, at string, change ...func(*app.Config)) *World {
	t.Helper()
	c := app.DefaultConfig()
	c.DataDir, c.Sandbox = t.TempDir(), true
	if mysql := os.Getenv(testkit.MySQLEnv); mysql != "" {
		c.Database = testkit.MySQLDSN(t, mysql)
	} else {
		c.Database = testkit.SQLiteDSN(t)
	}
	for _, f := range change {
		f(&c)
	}
	return open(t, c, at)
}

// open starts the program on what a configuration names; a second call on the same folder is a restart.
func open(t testing.TB, c app.Config, at string) *World {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, caldate.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	fake := clockwork.NewFakeClockAt(when)
	a, err := app.NewAt(context.Background(), c, fake)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{t: t, App: a, Fake: fake, people: map[string]*Person{}}
	w.server = httptest.NewServer(a.Handler())
	t.Cleanup(func() { w.server.Close(); _ = a.Close() })
	return w
}

// hire makes a person with a role; the login is the role's name.
func (w *World) hire(roles ...string) {
	w.t.Helper()
	for _, r := range roles {
		if err := w.App.Hire(context.Background(), r, []string{r}, "", password); err != nil {
			w.t.Fatalf("hire %s: %v", r, err)
		}
	}
}

const password = "Correct-Horse-7-Battery"

// as gives the signed-in person of a role.
func (w *World) as(login string) *Person {
	w.t.Helper()
	if p := w.people[login]; p != nil {
		return p
	}
	jar, _ := cookiejar.New(nil)
	p := &Person{w: w, Login: login, http: &http.Client{Jar: jar}}
	p.post(200, "/session", JSON{"login": login, "password": password})
	w.people[login] = p
	return p
}

// to moves the business clock to a moment and lets everything due happen.
func (w *World) to(at string) {
	w.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, caldate.Shanghai)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.App.Sandbox.Advance(testkit.System(), when); err != nil {
		w.t.Fatalf("move the clock to %s: %v", at, err)
	}
}

// work lets screening, review and hand-off do what can be done now; the machine's clock moves on by the ten seconds that
// an approval can be undone in.
func (w *World) work() {
	w.t.Helper()
	for range 2 {
		if err := w.App.Drain(testkit.System()); err != nil {
			w.t.Fatal(err)
		}
		w.Fake.Advance(11 * time.Second)
	}
	if err := w.App.Drain(testkit.System()); err != nil {
		w.t.Fatal(err)
	}
}

// verify checks every invariant, as `sealgate verify` does.
func (w *World) verify() {
	w.t.Helper()
	rep, err := w.App.Verify(testkit.System())
	if err != nil {
		w.t.Fatalf("verify: %v", err)
	}
	for _, v := range rep.Violations {
		w.t.Errorf("invariant %d: %s: %s", v.Invariant, v.Object, v.Detail)
	}
	if rep.Checks < 10 {
		w.t.Errorf("only %d checks ran", rep.Checks)
	}
}

func (p *Person) do(method, path string, contentType string, body io.Reader) (int, http.Header, []byte) {
	p.w.t.Helper()
	req, err := http.NewRequest(method, p.w.server.URL+"/api/v1"+path, body)
	if err != nil {
		p.w.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := p.http.Do(req)
	if err != nil {
		p.w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.w.t.Fatal(err)
	}
	return res.StatusCode, res.Header, b
}

func (p *Person) call(want int, method, path string, in any) JSON {
	p.w.t.Helper()
	var body io.Reader
	contentType := ""
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			p.w.t.Fatal(err)
		}
		body, contentType = bytes.NewReader(b), "application/json"
	}
	status, _, b := p.do(method, path, contentType, body)
	if status != want && !(want == 200 && (status == 201 || status == 204)) {
		p.w.t.Fatalf("%s: %s %s gave %d, want %d: %s", p.Login, method, path, status, want, b)
	}
	out := JSON{}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &out); err != nil {
			p.w.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return out
}

func (p *Person) get(path string) JSON { p.w.t.Helper(); return p.call(200, "GET", path, nil) }
func (p *Person) post(want int, path string, in any) JSON {
	p.w.t.Helper()
	return p.call(want, "POST", path, in)
}
func (p *Person) refused(want int, path string, in any, code string) JSON {
	p.w.t.Helper()
	out := p.call(want, "POST", path, in)
	if out["code"] != code {
		p.w.t.Fatalf("%s: POST %s was refused with %v, want %s: %v", p.Login, path, out["code"], code, out)
	}
	if out["detail"] == "" || out["detail_en"] == "" {
		p.w.t.Errorf("POST %s: the refusal %s has no text in both languages: %v", path, code, out)
	}
	return out
}

// upload stores an attachment and gives its id.
func (p *Person) upload(name, purpose string, content []byte) string {
	p.w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("purpose", purpose)
	f, _ := m.CreateFormFile("file", name)
	_, _ = f.Write(content)
	_ = m.Close()
	status, _, body := p.do("POST", "/attachments", m.FormDataContentType(), &b)
	if status != 201 && status != 200 {
		p.w.t.Fatalf("upload %s: %d %s", name, status, body)
	}
	out := JSON{}
	if err := json.Unmarshal(body, &out); err != nil {
		p.w.t.Fatal(err)
	}
	return out.str("id")
}

// raw gives the bytes of a download.
func (p *Person) raw(path string) []byte {
	p.w.t.Helper()
	status, _, b := p.do("GET", path, "", nil)
	if status != 200 {
		p.w.t.Fatalf("GET %s: %d %s", path, status, b)
	}
	return b
}

// at walks into nested objects and lists: "items.0.id".
func (j JSON) at(path string) any {
	var v any = map[string]any(j)
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (j JSON) str(path string) string { s, _ := j.at(path).(string); return s }
func (j JSON) num(path string) int64  { f, _ := j.at(path).(float64); return int64(f) }
func (j JSON) list(path string) []JSON {
	raw, _ := j.at(path).([]any)
	out := make([]JSON, 0, len(raw))
	for _, r := range raw {
		if m, ok := r.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// pdf is a small file that is a PDF by its content, for scans.
func pdf(text string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n% " + text + "\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}
