package httpapi_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/configs"
	"sealgate/server/authz"
	"sealgate/server/errs"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
	"sealgate/server/trail"
)

// small builds an API of a few operations and signs in a person with one role.
func small(t *testing.T, role staff.Role, register func(*httpapi.API)) *apitest.Client {
	t.Helper()
	return apitest.NewWith(t, httpapi.Options{}, register).As(role)
}

func op(method, path, capability string) httpapi.Op {
	return httpapi.Op{ID: method + path, Method: method, Path: path, Capability: capability, Summary: "试", SummaryEn: "try", Tag: "test"}
}

type nothing struct{}

func TestNew_stopsTheProgramWhereAnOperationHasNoCapabilityOfTheMatrix(t *testing.T) {
	t.Parallel()
	az, err := authz.New(configs.FS, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]httpapi.Op{
		"none": op("GET", "/x", ""), "unknown": op("GET", "/x", "batch.everything"), "no English summary": {ID: "x", Method: "GET", Path: "/x", Capability: "home.read", Summary: "试", Tag: "t"},
		"the id of another": {ID: "get-session", Method: "GET", Path: "/x", Capability: "home.read", Summary: "试", SummaryEn: "try", Tag: "t"},
	} {
		for kind, register := range map[string]func(*httpapi.API){
			"typed": func(a *httpapi.API) {
				httpapi.Register(a, o, func(context.Context, *nothing) (*nothing, error) { return nil, nil })
			},
			"raw": func(a *httpapi.API) { httpapi.RegisterRaw(a, o, func(*gin.Context) error { return nil }) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s, %s: the program started", name, kind)
					}
				}()
				_, _ = httpapi.NewWith(httpapi.Deps{Authz: az}, httpapi.Options{}, register)
			}()
		}
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
	c := small(t, staff.Sales, func(a *httpapi.API) {
		httpapi.Register(a, op("POST", "/things", "customer.write"), func(_ context.Context, in *thing) (*nothing, error) {
			got = append(got, *in)
			return nil, nil
		})
	})
	for _, try := range []struct {
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
		{"half a surrogate pair", `{"name":"a\ud800b","amount_fen":1}`, 400, "utf8", "body"},
		{"the other half", `{"name":"a\udc00\ud83d","amount_fen":1}`, 400, "utf8", "body"},
		{"a pair", `{"name":"\ud83d\ude00甲\\ud800","amount_fen":9007199254740993}`, 204, "", ""},
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
		t.Run(try.name, func(t *testing.T) {
			got = nil
			a := c.Do("POST", "/things", try.body, "Content-Type", "application/json")
			if try.status == 204 {
				if a.Want(204); len(got) != 1 || got[0].Body.Amount != 9007199254740993 {
					t.Fatalf("got %+v", got)
				}
				return
			}
			p := a.Problem(try.status, "")
			if got != nil {
				t.Error("the operation ran")
			}
			if try.code != "" && (len(p.Errors) == 0 || p.Errors[0].Code != try.code || try.field != "" && p.Errors[0].Field != try.field) {
				t.Errorf("errors %+v, want %s at %s", p.Errors, try.code, try.field)
			}
			for _, f := range p.Errors {
				if f.Zh == "" || f.En == "" || f.Zh == f.En {
					t.Errorf("not in both languages: %+v", f)
				}
			}
		})
	}
	if a := c.Do("POST", "/things", "name=x", "Content-Type", "application/x-www-form-urlencoded"); a.Status != 415 {
		t.Errorf("a form: %d %s", a.Status, a.Body)
	}
	big := `{"name":"` + strings.Repeat("长", 1<<19) + `","amount_fen":1}`
	c.Post("/things", big).Problem(413, "http.body_too_large")
	c.Do("POST", "/things", big, "Idempotency-Key", "").Problem(413, "http.body_too_large")
}

func TestUnknownPath_underTheAPIIsAProblemDocument(t *testing.T) {
	t.Parallel()
	c := small(t, staff.Sales, func(*httpapi.API) {})
	for _, path := range []string{"/api/", "/api/v1/nothing", "/api/v2", "/api/v1/session/"} {
		c.Get(path).Problem(404, "http.no_route")
	}
	c.Do("PATCH", "/session", "{}").Problem(405, "http.no_method")
}

func TestErrors_tellOnlyWhatTheHouseWroteForPeople(t *testing.T) {
	t.Parallel()
	fail := map[string]error{}
	c := small(t, staff.Sales, func(a *httpapi.API) {
		httpapi.Register(a, op("GET", "/fail/{kind}", "home.read"), func(_ context.Context, in *struct {
			Kind string `path:"kind"`
		}) (*nothing, error) {
			if in.Kind == "panic" {
				panic("select * from secrets")
			}
			return nil, fail[in.Kind]
		})
		httpapi.RegisterRaw(a, op("GET", "/raw/{kind}", "home.read"), func(c *gin.Context) error { return fail[c.Param("kind")] })
	})
	fail["own"] = errs.Conflict("x.taken", "已被占用", "it is taken").With("limit", 3).At("name", "taken", "换一个", "take another")
	fail["wrapped"] = errors.Join(errors.New("pq: secret table"), fail["own"])
	fail["foreign"] = errors.New("dial tcp 10.0.0.7: secret")
	fail["internal"] = errs.Internal("ledger.broken", "账不平 secret", "ledger secret")
	fail["database"] = errors.Join(errors.New("guard of a login"), &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("10.0.0.7: secret")})
	for _, kind := range []string{"fail", "raw"} {
		if a := c.Get("/" + kind + "/database"); strings.Contains(string(a.Body), "secret") {
			t.Errorf("%s", a.Body)
		} else {
			a.Problem(503, "http.database")
		}
		for _, name := range []string{"own", "wrapped"} {
			a := c.Get("/" + kind + "/" + name)
			if p := a.Problem(409, "x.taken"); p.Meta["limit"] != 3.0 || p.Errors[0].Code != "taken" || strings.Contains(string(a.Body), "secret") {
				t.Errorf("%s", a.Body)
			}
		}
		for _, name := range []string{"foreign", "internal"} {
			if a := c.Get("/" + kind + "/" + name); strings.Contains(string(a.Body), "secret") || a.Problem(500, "internal").RequestID != a.Header.Get("X-Request-Id") {
				t.Errorf("%s", a.Body)
			}
		}
	}
	if a := c.Get("/fail/panic"); strings.Contains(string(a.Body), "secret") {
		t.Errorf("%s", a.Body)
	} else {
		a.Problem(500, "internal")
	}
	if p := c.Do("GET", "/fail/own", nil, "Accept-Language", "en-GB,zh;q=0.5").Problem(409, ""); p.Title != "In conflict with the present state" {
		t.Errorf("title %q for an English reader", p.Title)
	}
	if p := c.Get("/fail/own").Problem(409, ""); p.Title != "与当前状态冲突" {
		t.Errorf("title %q", p.Title)
	}
}

func TestIdempotencyKey_runsACallOnce(t *testing.T) {
	t.Parallel()
	var runs atomic.Int64
	var k *apitest.Kit
	refuse, lose := false, false
	k = apitest.NewWith(t, httpapi.Options{}, func(a *httpapi.API) {
		create := func(ctx context.Context, in *thing) (*struct{ Body map[string]int64 }, error) {
			if refuse {
				return nil, errs.Conflict("x.no", "不行", "no")
			}
			n := runs.Add(1)
			err := k.DB.Run(ctx, func(ctx context.Context) error {
				return k.Trail.Record(ctx, trail.Entry{Action: "thing.create", ObjectType: "thing", ObjectID: "t"})
			})
			if lose {
				return nil, errors.New("killed after the commit")
			}
			return &struct{ Body map[string]int64 }{map[string]int64{"run": n}}, err
		}
		httpapi.Register(a, op("POST", "/things", "customer.write"), create)
		secret := op("POST", "/secrets", "customer.write")
		secret.Secret = true
		httpapi.Register(a, secret, create)
	})
	c := k.As(staff.Sales)
	body, other := `{"name":"甲公司","amount_fen":1}`, `{"name":"甲公司","amount_fen":2}`
	first := c.Do("POST", "/things", body, "Idempotency-Key", "key-00001").Want(200)
	again := c.Do("POST", "/things", body, "Idempotency-Key", "key-00001").Want(200)
	if string(first.Body) != string(again.Body) || again.Header.Get("Idempotency-Replayed") != "true" || runs.Load() != 1 {
		t.Fatalf("%s then %s, %d runs", first.Body, again.Body, runs.Load())
	}
	c.Do("POST", "/things", other, "Idempotency-Key", "key-00001").Problem(422, "idempotency.other")
	k.As(staff.SalesLead).Do("POST", "/things", other, "Idempotency-Key", "key-00001").Want(200) // another person's key
	c.Do("POST", "/things", body, "Idempotency-Key", "with a space").Problem(400, "idempotency.bad")

	refuse = true // what was refused may be corrected and sent again under its key
	c.Do("POST", "/things", body, "Idempotency-Key", "key-00002").Problem(409, "x.no")
	refuse = false
	c.Do("POST", "/things", other, "Idempotency-Key", "key-00002").Want(200)

	lose = true // what was carried out is never carried out again, even where its answer was lost
	c.Do("POST", "/things", body, "Idempotency-Key", "key-00003").Problem(500, "internal")
	lose = false
	before := runs.Load()
	c.Do("POST", "/things", body, "Idempotency-Key", "key-00003").Want(409)
	k.Fake.Advance(3 * time.Minute)
	c.Do("POST", "/things", body, "Idempotency-Key", "key-00003").Want(409)
	if runs.Load() != before {
		t.Error("a committed call ran twice")
	}

	c.Do("POST", "/secrets", body, "Idempotency-Key", "key-00004").Want(200)
	c.Do("POST", "/secrets", body, "Idempotency-Key", "key-00004").Problem(409, "idempotency.secret_once")
	var kept int
	if err := k.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM idempotency_keys WHERE idem_key = 'key-00004' AND body <> ''").Scan(&kept); err != nil || kept > 0 {
		t.Errorf("an answer with a secret was kept: %d %v", kept, err)
	}

	// A process that was killed before it did anything: the key is free again after a while.
	if _, err := k.DB.SQL().Exec("UPDATE idempotency_keys SET state = 'begun' WHERE idem_key = 'key-00001' AND user_id = '" + c.UserID + "'"); err != nil {
		t.Fatal(err)
	}
	c.Do("POST", "/things", body, "Idempotency-Key", "key-00001").Want(200)

	k.Fake.Advance(48 * time.Hour)
	if err := k.API.PurgeKeys(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := k.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM idempotency_keys").Scan(&kept); err != nil || kept > 0 {
		t.Errorf("%d keys after two days, %v", kept, err)
	}
}

func TestCrossOrigin_callsAreRefused(t *testing.T) {
	t.Parallel()
	ran := false
	c := small(t, staff.Sales, func(a *httpapi.API) {
		httpapi.Register(a, op("POST", "/things", "customer.write"), func(context.Context, *nothing) (*nothing, error) {
			ran = true
			return nil, nil
		})
	})
	for name, headers := range map[string][]string{
		"a form of another site":           {"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
		"a sibling domain":                 {"Sec-Fetch-Site", "same-site"},
		"an old browser on another origin": {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		"a sandboxed frame":                {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		c.Do("POST", "/things", "{}", headers...).Problem(403, "auth.cross_origin")
		if ran {
			t.Fatalf("%s: the operation ran", name)
		}
	}
	c.Do("POST", "/things", nil, "Sec-Fetch-Site", "", "Origin", "http://example.com").Want(204)
	c.Do("POST", "/things", nil, "Sec-Fetch-Site", "").Want(204) // programs send neither
}

func TestEveryOperation_ofTheProgramRefusesWhoMayNot(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, o := range k.API.Operations() {
		if o.Capability == httpapi.Public {
			continue
		}
		k.Refuses(o.Method, param.ReplaceAllString(o.Path, "someid"), o.Capability, nil)
	}
}

var param = regexp.MustCompile(`\{\w+\}`)

func TestAddresses_areReadStrictly(t *testing.T) {
	t.Parallel()
	ran := 0
	c := small(t, staff.Sales, func(a *httpapi.API) {
		httpapi.Register(a, op("GET", "/things/{id}", "customer.read"), func(_ context.Context, _ *struct {
			httpapi.ByID
			httpapi.Page
		},
		) (*nothing, error) {
			ran++
			return nil, nil
		})
	})
	c.Get("/things/a?q=" + url.QueryEscape("云帆 % _ '; --")).Want(204)
	for address, field := range map[string]string{
		"/things/a?q=%00": "query.q", "/things/a?q=a%ffb": "query.q", "/things/a?q=%zz": "query", "/things/a?%ff=1": "query", "/things/a?q=a;limit=1": "query", "/things/a%00b": "path.id",
	} {
		if p := c.Get(address).Problem(400, "http.malformed"); len(p.Errors) != 1 || p.Errors[0].Field != field || p.Errors[0].Zh == "" || p.Errors[0].En == "" {
			t.Errorf("%s: %+v", address, p.Errors)
		}
	}
	if ran != 1 {
		t.Errorf("the operation ran %d times", ran)
	}
}
