package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sealgate/server/errs"
)

const (
	requestIDKey = "sealgate.request_id"
	userIDKey    = "sealgate.user_id"
	requestIDHdr = "X-Request-Id"
)

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// identify gives the request its id: a trusted proxy's, or a new one. Error documents, the log and audit rows carry it.
func (a *API) identify(c *gin.Context) {
	id := ""
	if a.fromProxy(c.Request) {
		id = c.GetHeader(requestIDHdr)
	}
	if !goodRequestID.MatchString(id) {
		var b [12]byte
		_, _ = rand.Read(b[:])
		id = hex.EncodeToString(b[:])
	}
	c.Set(requestIDKey, id)
	c.Header(requestIDHdr, id)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), englishKey{}, wantsEnglish(c.Request)))
	c.Next()
}

// fromProxy tells whether the peer of the connection is a proxy that we were told to believe.
func (a *API) fromProxy(r *http.Request) bool {
	if len(a.proxies) == 0 {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range a.proxies {
		if p.Contains(peer.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// overTLS tells whether the browser's connection is encrypted, so that a Secure cookie reaches it.
func (a *API) overTLS(r *http.Request) bool {
	return r.TLS != nil || a.fromProxy(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// observe logs and counts each request: route, status, time; never a body, a query or anybody's personal data.
func (a *API) observe(c *gin.Context) {
	start := time.Now()
	c.Next()
	took := time.Since(start)
	route := c.FullPath()
	if route == "" {
		route = "other"
	}
	status := c.Writer.Status()
	a.metrics.requests.WithLabelValues(c.Request.Method, route, strconv.Itoa(status)).Observe(took.Seconds())
	level := slog.LevelInfo
	if route == "/healthz" || route == "/readyz" || route == "/metrics" || route == "other" && status < 400 {
		level = slog.LevelDebug
	}
	a.log.LogAttrs(c.Request.Context(), level, "request",
		slog.String("method", c.Request.Method), slog.String("route", route), slog.Int("status", status), slog.Int("bytes", max(c.Writer.Size(), 0)),
		slog.Duration("took", took), slog.String("user", c.GetString(userIDKey)), slog.String("request_id", c.GetString(requestIDKey)))
}

var errPanic = errs.Internal("internal", "系统内部出错，请凭请求编号联系管理员", "something inside the system failed; quote the request id to the administrator")

// recover turns a panic into an error that tells nothing but the request id; the stack goes to the log.
func (a *API) recover(c *gin.Context) {
	defer func() {
		switch r := recover(); {
		case r == nil:
		case r == http.ErrAbortHandler: //nolint:errorlint // net/http's own sentinel: the connection is to be cut
			panic(r)
		default:
			a.log.ErrorContext(c.Request.Context(), "panic", "panic", fmt.Sprint(r), "stack", string(debug.Stack()), "request_id", c.GetString(requestIDKey))
			if c.Writer.Written() {
				c.Abort()
				return
			}
			a.writeError(c, errPanic.Because(errors.New("panic")))
		}
	}()
	c.Next()
}

// securityHeaders stand on every answer; the portal's page replaces the policy by its own.
func securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	// Documents are shown inside the portal's own frames, so framing by ourselves is allowed.
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Security-Policy", "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
	}
	c.Next()
}

func nonce() string {
	var b [18]byte
	_, _ = rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "sealgate_http_request_seconds", Help: "Time to answer, by route.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
	}, []string{"method", "route", "status"})
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
