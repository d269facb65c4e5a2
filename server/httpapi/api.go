// Package httpapi translates between HTTP and the services: one file per domain that registers its operations
// (routes.go lists them), one table from error kinds to statuses (errors.go), and nothing of the business.
package httpapi

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"sealgate/server/errs"
)

// Prefix stands before every operation's path.
const Prefix = "/api/v1"

// Options is how the API is served.
type Options struct {
	Version        string
	Sandbox        bool                        // told to the portal, which then shows the clock
	SecureCookies  string                      // auto, always or never (configs/sealgate.yaml)
	TrustedProxies []string                    // addresses or networks whose X-Forwarded-* is believed; nil: nobody's
	Portal         fs.FS                       // the built portal (frontend.Dist); nil: none
	Ready          func(context.Context) error // what /readyz asks; nil: always ready
	Log            *slog.Logger                // nil: slog.Default()
}

// API is the HTTP side of the program.
type API struct {
	deps    Deps
	opts    Options
	log     *slog.Logger
	engine  *gin.Engine
	huma    huma.API
	csrf    *http.CrossOriginProtection
	metrics *metrics
	proxies []netip.Prefix
	ops     []Op
	handler http.Handler
	serving context.Context // ends when the server is to stop
	stop    context.CancelFunc
}

// New builds the API with all routes. It panics where an operation breaks a rule of the house (no capability, one that
// the matrix does not name, a path registered twice): such a program must not start.
func New(deps Deps, opts Options) (*API, error) {
	a, err := newAPI(deps, opts)
	if err != nil {
		return nil, err
	}
	a.routes()
	return a, nil
}

// NewWith is New with signing in and other operations than those of routes.go: for tests of the framework itself.
func NewWith(deps Deps, opts Options, register func(*API)) (*API, error) {
	a, err := newAPI(deps, opts)
	if err != nil {
		return nil, err
	}
	a.sessions()
	register(a)
	return a, nil
}

func newAPI(deps Deps, opts Options) (*API, error) {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	a := &API{deps: deps, opts: opts, log: opts.Log, csrf: http.NewCrossOriginProtection(), metrics: newMetrics()}
	a.serving, a.stop = context.WithCancel(context.Background())
	for _, p := range opts.TrustedProxies {
		prefix, err := parseProxy(p)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q: want an address or a network such as 10.0.0.0/8", p)
		}
		a.proxies = append(a.proxies, prefix)
	}
	a.engine = gin.New()
	if err := a.engine.SetTrustedProxies(opts.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	a.engine.HandleMethodNotAllowed = true
	a.engine.RedirectTrailingSlash = false
	a.engine.RedirectFixedPath = false
	a.engine.Use(a.identify, a.observe, a.recover, securityHeaders)
	a.engine.NoMethod(func(c *gin.Context) { a.writeError(c, errNoMethod) })

	portal, err := a.portal(opts.Portal)
	if err != nil {
		return nil, err
	}
	a.engine.NoRoute(func(c *gin.Context) {
		if p := c.Request.URL.Path; p == "/api" || strings.HasPrefix(p, "/api/") {
			a.writeError(c, errNoRoute)
			return
		}
		portal(c)
	})
	a.huma = huma.NewAPI(humaConfig(opts.Version), humaAdapter{a})
	a.publicRoutes()
	a.handler = a.engine
	return a, nil
}

// Handler is the whole server side: portal, API, health and metrics.
func (a *API) Handler() http.Handler { return a.handler }

// Stop ends what would go on for minutes while a server waits for its last requests: live pages and the rest of files that
// were refused. Ordinary requests end as they would.
func (a *API) Stop() { a.stop() }

// Metrics is where other parts register their own; /metrics shows them.
func (a *API) Metrics() prometheus.Registerer { return a.metrics.registry }

// OpenAPI is the description of the API as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// Operations lists what is registered, in order.
func (a *API) Operations() []Op { return append([]Op(nil), a.ops...) }

// publicRoutes need no session: they tell nothing of the business.
func (a *API) publicRoutes() {
	a.engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	a.engine.GET("/readyz", func(c *gin.Context) {
		if a.opts.Ready != nil {
			if err := a.opts.Ready(c.Request.Context()); err != nil {
				a.log.WarnContext(c.Request.Context(), "not ready", "error", err)
				c.String(http.StatusServiceUnavailable, "not ready\n")
				return
			}
		}
		c.String(http.StatusOK, "ready\n")
	})
	a.engine.GET("/metrics", gin.WrapH(a.metrics.handler()))
	a.engine.GET("/api/openapi.json", a.serveOpenAPI)
	a.engine.GET("/api/docs", a.serveDocs)
}

func parseProxy(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

var (
	errNoRoute  = errs.NotFound("http.no_route", "没有这个接口；接口清单见 /api/docs", "there is no such operation; /api/docs lists them")
	errNoMethod = errs.Invalid("http.no_method", "这个地址不支持该请求方法；接口清单见 /api/docs", "this address does not take that method; /api/docs lists the operations")
)

func init() { gin.SetMode(gin.ReleaseMode) }
