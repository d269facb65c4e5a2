// Package apitest gives tests the API in memory, on a database of their own: sign in as a role, call, look at the answer.
//
//	k := apitest.New(t, func(k *apitest.Kit, d *httpapi.Deps) { d.Customer = customer.New(k.DB, …) })
//	sales := k.As(staff.Sales)
//	sales.Post("/customers", map[string]any{…}).Want(201).JSON(&created)
//	k.Nobody().Get("/customers").Problem(401, "staff.no_session")
package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/configs"
	"sealgate/server/authz"
	"sealgate/server/httpapi"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/staff"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

// Password is everybody's in these tests.
const Password = "ginkgo under heavy rain"

// Kit is an API with what stands below it.
type Kit struct {
	T      testing.TB
	DB     *db.DB
	Clock  clock.Clock
	Fake   *clockwork.FakeClock
	Trail  *trail.Trail
	Notary *trail.Notary
	Staff  *staff.Service
	Authz  *authz.Authz
	API    *httpapi.API

	mu      sync.Mutex
	clients map[string]*Client
}

// New builds the API at 2026-10-01 09:00. more fills in the services that the test needs beside staff and trail.
func New(t testing.TB, more ...func(k *Kit, d *httpapi.Deps)) *Kit {
	t.Helper()
	return NewWith(t, httpapi.Options{Version: "test"}, nil, more...)
}

// NewWith is New with options, and with other operations than the program's where register is not nil.
func NewWith(t testing.TB, opts httpapi.Options, register func(*httpapi.API), more ...func(k *Kit, d *httpapi.Deps)) *Kit {
	t.Helper()
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	k := &Kit{T: t, DB: testkit.DB(t), Clock: c, Fake: fake, clients: map[string]*Client{}}
	k.Trail = trail.New(k.DB, c)
	dir := t.TempDir()
	var err error
	if k.Notary, err = trail.OpenNotary(filepath.Join(dir, "keys"), filepath.Join(dir, "checkpoints")); err != nil {
		t.Fatal(err)
	}
	if k.Staff, err = staff.New(k.DB, c, k.Trail, nil); err != nil {
		t.Fatal(err)
	}
	if k.Authz, err = authz.New(configs.FS, k.Staff); err != nil {
		t.Fatal(err)
	}
	d := httpapi.Deps{DB: k.DB, Clock: c, Authz: k.Authz, Staff: k.Staff, Trail: k.Trail, Notary: k.Notary}
	for _, f := range more {
		f(k, &d)
	}
	if register == nil {
		k.API, err = httpapi.New(d, opts)
	} else {
		k.API, err = httpapi.NewWith(d, opts, register)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// As is a person with the roles, signed in; the same roles give the same person.
func (k *Kit) As(roles ...staff.Role) *Client {
	k.T.Helper()
	name := ""
	for _, r := range roles {
		name += strings.ReplaceAll(string(r), "_", "-") + "."
	}
	return k.Person("p."+strings.TrimSuffix(name, "."), "", roles...)
}

// Person is somebody by login, signed in; made at the first call.
func (k *Kit) Person(login, customerID string, roles ...staff.Role) *Client {
	k.T.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.clients[login]; c != nil {
		return c
	}
	a, _, err := k.Staff.Create(testkit.System(), staff.NewUser{Login: login, Name: "名 " + login, Team: "一组", Roles: roles, CustomerID: customerID, Password: Password})
	if err != nil {
		k.T.Fatal(err)
	}
	c := k.Nobody()
	c.Login, c.UserID = login, a.ID
	c.Post("/session", map[string]any{"login": login, "password": Password}).Want(http.StatusOK)
	k.clients[login] = c
	return c
}

// Nobody is a browser without a session.
func (k *Kit) Nobody() *Client { return &Client{k: k, cookies: map[string]string{}} }

// Refuses calls an operation as everybody who must not reach it: nobody (401), and each role that does not hold the
// capability (403).
func (k *Kit) Refuses(method, path, capability string, body any) {
	k.T.Helper()
	if a := k.Nobody().Do(method, path, body); a.Status != http.StatusUnauthorized {
		k.T.Errorf("%s %s, not signed in: %d %s", method, path, a.Status, a.Body)
	}
	for _, r := range staff.Roles() {
		if k.Authz.RoleHas(string(r), capability) || r == staff.CustomerRole && k.anyPartHas(capability) {
			continue
		}
		var c *Client
		if r == staff.CustomerRole {
			c = k.Person("p.customer", "c-of-nobody", r)
		} else {
			c = k.As(r)
		}
		if a := c.Do(method, path, body); a.Status != http.StatusForbidden {
			k.T.Errorf("%s %s as %s: %d %s", method, path, r, a.Status, a.Body)
		}
	}
}

// anyPartHas tells whether a customer's person whose parts nobody has divided holds a capability.
func (k *Kit) anyPartHas(capability string) bool {
	return slices.ContainsFunc(staff.Parts(), func(p staff.Part) bool { return k.Authz.RoleHas(p.Role(), capability) })
}

// Client is a browser: it keeps cookies and calls from the portal's own origin.
type Client struct {
	k       *Kit
	cookies map[string]string
	Login   string
	UserID  string
	Header  http.Header // sent with every request
}

// Get, Post, Put, Patch and Delete call an operation; path is under /api/v1. A body that is a string or bytes goes out
// as it is, anything else as JSON.
func (c *Client) Get(path string) *Answer             { return c.Do(http.MethodGet, path, nil) }
func (c *Client) Post(path string, body any) *Answer  { return c.Do(http.MethodPost, path, body) }
func (c *Client) Put(path string, body any) *Answer   { return c.Do(http.MethodPut, path, body) }
func (c *Client) Patch(path string, body any) *Answer { return c.Do(http.MethodPatch, path, body) }
func (c *Client) Delete(path string) *Answer          { return c.Do(http.MethodDelete, path, nil) }

// Do calls an operation with a fresh Idempotency-Key where it is a POST. headers are pairs of name and value.
func (c *Client) Do(method, path string, body any, headers ...string) *Answer {
	var r io.Reader
	isJSON := false
	switch b := body.(type) {
	case nil:
	case string:
		r, isJSON = strings.NewReader(b), strings.HasPrefix(strings.TrimSpace(b), "{")
	case []byte:
		r = bytes.NewReader(b)
	case io.Reader:
		r = b
	default:
		data, err := json.Marshal(b)
		if err != nil {
			c.k.T.Fatal(err)
		}
		r, isJSON = bytes.NewReader(data), true
	}
	if !strings.HasPrefix(path, "/api/") {
		path = httpapi.Prefix + path
	}
	req := httptest.NewRequest(method, path, r)
	if isJSON {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", ids.New())
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for n, v := range c.Header {
		req.Header[n] = v
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	return c.Send(req)
}

// Send sends a request of the test's own making, with the cookies.
func (c *Client) Send(req *http.Request) *Answer {
	for n, v := range c.cookies {
		req.AddCookie(&http.Cookie{Name: n, Value: v})
	}
	w := httptest.NewRecorder()
	c.k.API.Handler().ServeHTTP(w, req)
	for _, ck := range w.Result().Cookies() {
		if ck.MaxAge < 0 {
			delete(c.cookies, ck.Name)
			continue
		}
		c.cookies[ck.Name] = ck.Value
	}
	return &Answer{T: c.k.T, What: req.Method + " " + req.URL.RequestURI(), Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

// Cookie gives and SetCookie plants a cookie.
func (c *Client) Cookie(name string) string    { return c.cookies[name] }
func (c *Client) SetCookie(name, value string) { c.cookies[name] = value }

// Answer is what came back.
type Answer struct {
	T      testing.TB
	What   string
	Status int
	Header http.Header
	Body   []byte
}

// Want ends the test where the status is another one.
func (a *Answer) Want(status int) *Answer {
	a.T.Helper()
	if a.Status != status {
		a.T.Fatalf("%s: status %d, want %d: %s", a.What, a.Status, status, a.Body)
	}
	return a
}

// JSON reads the body.
func (a *Answer) JSON(v any) *Answer {
	a.T.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.T.Fatalf("%s: %v in %s", a.What, err, a.Body)
	}
	return a
}

// Problem reads an error document and ends the test where status or code are others, or where a language is missing.
func (a *Answer) Problem(status int, code string) httpapi.Problem {
	a.T.Helper()
	a.Want(status)
	var p httpapi.Problem
	a.JSON(&p)
	switch {
	case a.Header.Get("Content-Type") != "application/problem+json":
		a.T.Fatalf("%s: content type %s", a.What, a.Header.Get("Content-Type"))
	case code != "" && p.Code != code:
		a.T.Fatalf("%s: code %s, want %s: %s", a.What, p.Code, code, a.Body)
	case p.Detail == "" || p.DetailEn == "" || p.RequestID == "" || p.Status != status:
		a.T.Fatalf("%s: not told in both languages with status and request id: %s", a.What, a.Body)
	}
	return p
}
