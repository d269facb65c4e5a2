package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
)

func built() fstest.MapFS {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = w.Write([]byte("console.log(1)"))
	_ = w.Close()
	return fstest.MapFS{
		"index.html":              {Data: []byte(`<meta name="csp-nonce" content="__CSP_NONCE__"><script type="module" src="/assets/index-abc.js"></script>`)},
		"favicon.svg":             {Data: []byte("<svg/>")},
		"assets/index-abc.js.br":  {Data: []byte("brotli")},
		"assets/index-abc.js.gz":  {Data: gz.Bytes()},
		"assets/font-def.woff2":   {Data: []byte("font")},
		".gitkeep":                {Data: nil},
		"assets/page-ghi.css":     {Data: []byte("a{}")},
		"assets/page-ghi.css.map": {Data: []byte("{}")},
	}
}

func get(k *apitest.Kit, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	k.API.Handler().ServeHTTP(w, r)
	return w
}

func TestPortal_isServedWithAFreshNonceAndAssetsForEver(t *testing.T) {
	t.Parallel()
	k := apitest.NewWith(t, httpapi.Options{Portal: built()}, func(*httpapi.API) {})
	nonces := map[string]bool{}
	for _, path := range []string{"/", "/contracts/c1", "/users?state=locked", "/contracts/HT-2026.1"} {
		w := get(k, path)
		csp := w.Header().Get("Content-Security-Policy")
		m := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(csp)
		if w.Code != 200 || m == nil || !strings.Contains(strings.ReplaceAll(w.Body.String(), "&#43;", "+"), `content="`+m[1]+`"`) || w.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d %q %s", path, w.Code, csp, w.Body)
		}
		for _, must := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, must) {
				t.Errorf("policy lacks %s: %s", must, csp)
			}
		}
		nonces[m[1]] = true
	}
	if len(nonces) != 4 {
		t.Errorf("%d nonces for 4 pages", len(nonces))
	}

	w := get(k, "/assets/index-abc.js", "Accept-Encoding", "gzip, br")
	if w.Code != 200 || w.Body.String() != "brotli" || w.Header().Get("Content-Encoding") != "br" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") ||
		w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("Vary") != "Accept-Encoding" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("brotli: %d %s %v", w.Code, w.Body, w.Header())
	}
	if w := get(k, "/assets/index-abc.js", "Accept-Encoding", "br", "If-None-Match", w.Header().Get("ETag")); w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("not modified: %d %s", w.Code, w.Body)
	}
	if w := get(k, "/assets/index-abc.js", "Accept-Encoding", "gzip, br;q=0"); w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("gzip: %v", w.Header())
	}
	if w := get(k, "/assets/index-abc.js"); w.Body.String() != "console.log(1)" || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("plain: %s %v", w.Body, w.Header())
	}
	if w := get(k, "/assets/page-ghi.css", "Accept-Encoding", "gzip, br"); w.Body.String() != "a{}" || w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "" {
		t.Errorf("one that is too small to be compressed: %s %v", w.Body, w.Header())
	}
	if w := get(k, "/favicon.svg"); w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("favicon: %d %v", w.Code, w.Header())
	}
	for _, path := range []string{"/assets/old-123.js", "/assets/", "/missing.js", "/assets/../index.html", "/.gitkeep.php", "/index.html", "/assets/%2e%2e/%2e%2e/etc/passwd"} {
		if w := get(k, path); w.Code == 200 && strings.Contains(path, "assets/o") || w.Code == 200 && strings.Contains(w.Body.String(), "passwd") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/assets/old-123.js", "/missing.js"} {
		if w := get(k, path); w.Code != 404 || strings.Contains(w.Body.String(), "script") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestPortal_asItIsEmbeddedStandsInAFolder(t *testing.T) {
	t.Parallel()
	dist := fstest.MapFS{}
	for name, f := range built() {
		dist["dist/"+name] = f
	}
	k := apitest.NewWith(t, httpapi.Options{Portal: dist}, func(*httpapi.API) {})
	if w := get(k, "/"); w.Code != 200 || !strings.Contains(w.Body.String(), "csp-nonce") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(k, "/assets/index-abc.js"); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
}

func TestPortal_notBuiltSaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	k := apitest.NewWith(t, httpapi.Options{Portal: fstest.MapFS{".gitkeep": {}}}, func(*httpapi.API) {})
	if w := get(k, "/"); w.Code != 200 || !strings.Contains(w.Body.String(), "npm run build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	k.As(staff.Sales).Get("/session").Want(200)
}

func TestPublicPages_needNoSession(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, c := range []struct{ path, want string }{{"/healthz", "ok"}, {"/readyz", "ready"}, {"/metrics", "sealgate_http_request_seconds"}, {"/api/docs", "verify-audit"}} {
		if w := get(k, c.path); w.Code != 200 || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %.200s", c.path, w.Code, w.Body)
		}
	}
	w := get(k, "/api/docs")
	if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "https://") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("the docs need something from elsewhere, or a script: %s", csp)
	}
	var spec struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(get(k, "/api/openapi.json").Body.Bytes(), &spec); err != nil || !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Fatalf("%v %s", err, spec.OpenAPI)
	}
	for _, o := range k.API.Operations() {
		d := spec.Paths[httpapi.Prefix+o.Path][strings.ToLower(o.Method)]
		if d == nil || d["operationId"] != o.ID || d["x-capability"] != o.Capability {
			t.Errorf("%s %s is not described: %v", o.Method, o.Path, d)
		}
	}
}

func TestAnswers_carryTheHeadersThatKeepBrowsersSafe(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	a := k.As(staff.Auditor).Get("/session").Want(http.StatusOK)
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "SAMEORIGIN"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'none'") {
		t.Errorf("policy %q", csp)
	}
}
