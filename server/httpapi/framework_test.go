package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"sealgate/configs"
	"sealgate/server/actor"
	"sealgate/server/authz"
	"sealgate/server/httpapi"
)

type grants []authz.Grant

func (g grants) Grants(context.Context) ([]authz.Grant, int64, error) { return g, 1, nil }

// small builds an API of a few operations, used by the user "u1" with one role.
func small(t *testing.T, role string, register func(*httpapi.API)) *httpapi.API {
	t.Helper()
	az, err := authz.New(configs.FS, grants{{UserID: "u1", Role: role}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := httpapi.NewWith(httpapi.Deps{Authz: az, SignedIn: func(context.Context, *gin.Context) (actor.Actor, int64, error) {
		return actor.Actor{UserID: "u1", Roles: []string{role}}, 1, nil
	}}, httpapi.Options{}, register)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func op(method, path, capability string) httpapi.Op {
	return httpapi.Op{ID: method + path, Method: method, Path: path, Capability: capability, Summary: "试", SummaryEn: "try", Tag: "test"}
}

type nothing struct{}

func TestRegister_stopsTheProgramWhereACapabilityIsMissingOrUnknown(t *testing.T) {
	t.Parallel()
	for _, capability := range []string{"", "batch.everything"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("an operation with the capability %q was accepted", capability)
				}
			}()
			small(t, "sales", func(a *httpapi.API) {
				httpapi.Register(a, op("GET", "/x", capability), func(context.Context, *nothing) (*nothing, error) { return nil, nil })
			})
		}()
	}
}

type thing struct {
	Body struct {
		Name   string `json:"name" minLength:"2"`
		Amount int64  `json:"amount_fen" minimum:"0"`
		Tags   []struct {
			Key string `json:"key"`
		} `json:"tags,omitempty"`
	}
}

func TestBodies_areReadStrictly(t *testing.T) {
	t.Parallel()
	var got []thing
	a := small(t, "sales", func(a *httpapi.API) {
		httpapi.Register(a, op("POST", "/things", "customer.write"), func(_ context.Context, in *thing) (*nothing, error) {
			got = append(got, *in)
			return nil, nil
		})
	})
	for _, c := range []struct {
		name, body  string
		status      int
		code, field string
	}{
		{"good", `{"name":"甲公司","amount_fen":9007199254740993}`, 204, "", ""},
		{"unknown field", `{"name":"甲公司","amount_fen":1,"role":"admin"}`, 400, "unknown", "role"},
		{"unknown field deep down", `{"name":"甲公司","amount_fen":1,"tags":[{"key":"a","x":1}]}`, 400, "unknown", "tags[0].x"},
		{"duplicate key", `{"name":"甲公司","amount_fen":1,"amount_fen":2}`, 400, "duplicate", "amount_fen"},
		{"duplicate key in another case", `{"name":"甲公司","amount_fen":1,"Amount_Fen":2}`, 400, "duplicate", "Amount_Fen"},
		{"trailing data", `{"name":"甲公司","amount_fen":1} {"x":1}`, 400, "trailing", "body"},
		{"invalid UTF-8", "{\"name\":\"\xff\xfe\",\"amount_fen\":1}", 400, "utf8", "body"},
		{"NUL", `{"name":"a\u0000b","amount_fen":1}`, 400, "nul", "name"},
		{"no JSON", `name=x`, 400, "syntax", "body"},
		{"cut off", `{"name":"甲公司"`, 400, "syntax", "body"},
		{"nothing", ``, 400, "", ""},
		{"too deep", strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100), 400, "depth", ""},
		{"missing field", `{"name":"甲公司"}`, 422, "required", "amount_fen"},
		{"too short", `{"name":"甲","amount_fen":1}`, 422, "min_length", "name"},
		{"negative", `{"name":"甲公司","amount_fen":-1}`, 422, "minimum", "amount_fen"},
		{"2^63", `{"name":"甲公司","amount_fen":9223372036854775808}`, 400, "number_range", "amount_fen"},
		{"a fraction", `{"name":"甲公司","amount_fen":1.5}`, 422, "integer", "amount_fen"},
		{"text for a number", `{"name":"甲公司","amount_fen":"1"}`, 422, "integer", "amount_fen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = nil
			w := call(a, "POST", "/api/v1/things", c.body)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status == 204 {
				if len(got) != 1 || got[0].Body.Amount != 9007199254740993 {
					t.Fatalf("got %+v", got)
				}
				return
			}
			if got != nil {
				t.Error("the operation ran")
			}
			p := problem(t, w)
			if c.code != "" && (len(p.Errors) == 0 || p.Errors[0].Code != c.code || c.field != "" && p.Errors[0].Field != c.field) {
				t.Errorf("errors %+v, want %s at %s", p.Errors, c.code, c.field)
			}
			if p.Detail == "" || p.DetailEn == "" || p.RequestID == "" {
				t.Errorf("not told in both languages with a request id: %s", w.Body)
			}
		})
	}
}

func TestUnknownPath_underTheAPIIsAProblemDocument(t *testing.T) {
	t.Parallel()
	a := small(t, "sales", func(*httpapi.API) {})
	for _, path := range []string{"/api", "/api/", "/api/v1/nothing", "/api/v2"} {
		w := call(a, "GET", path, "")
		if p := problem(t, w); w.Code != 404 || p.Code != "http.no_route" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestWrongRole_isForbidden(t *testing.T) {
	t.Parallel()
	a := small(t, "auditor", func(a *httpapi.API) {
		httpapi.Register(a, op("GET", "/x", "customer.write"), func(context.Context, *nothing) (*nothing, error) { return nil, nil })
	})
	if w := call(a, "GET", "/api/v1/x", ""); w.Code != 403 || problem(t, w).Code != "auth.forbidden" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func call(a *httpapi.API, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	return w
}

func problem(t *testing.T, w *httptest.ResponseRecorder) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v in %q", err, w.Body)
	}
	if p.Status != w.Code {
		t.Errorf("status %d in the body, %d on the line", p.Status, w.Code)
	}
	_ = http.StatusOK
	return p
}
