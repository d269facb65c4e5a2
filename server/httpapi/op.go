package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/errs"
	"sealgate/server/staff"
)

// Public as a capability means: no session needed. The operation protects itself (signing in, receipts with a key).
const Public = "public"

// DefaultMaxBody is the largest request body where an operation does not say otherwise.
const DefaultMaxBody = 1 << 20

// Op describes one operation. Capability is required: one of the matrix, or Public.
type Op struct {
	ID         string // operationId, e.g. "list-customers": names the call in the generated client
	Method     string
	Path       string // under Prefix, e.g. "/customers/{id}"
	Capability string
	Summary    string // Chinese
	SummaryEn  string
	Tag        string
	Status     int   // of success; 0: 200, or 204 without a body
	MaxBody    int64 // bytes; 0: DefaultMaxBody, -1: unlimited (uploads that stream)
	Secret     bool  // the answer holds a secret (a first password): it is never kept for a repeated Idempotency-Key
	NoReplay   bool  // Idempotency-Key is not looked at: sign-in, streams, calls that are idempotent by themselves

	// For RegisterRaw, which has no types to read them from; Produces also for a typed operation that answers with bytes.
	Consumes string   // media type of the body, "" for none
	Produces string   // media type of the answer, e.g. "application/pdf"
	Query    []string // names of query parameters
}

// Register adds an operation with typed input and output (huma's input and output structs). ctx carries the actor; an
// error that h returns goes through the table in errors.go.
func Register[I, O any](a *API, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	a.check(op)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[I]()) {
		if f.Anonymous && !f.IsExported() {
			panic(fmt.Sprintf("httpapi: the input of %s embeds %s, which is not exported: its parameters would be ignored", op.ID, f.Name))
		}
	}
	d := describe(op)
	if op.Produces != "" {
		ok := &huma.Response{Description: http.StatusText(max(op.Status, http.StatusOK)), Content: map[string]*huma.MediaType{op.Produces: {Schema: rawSchema(op.Produces)}}}
		d.Responses = map[string]*huma.Response{fmt.Sprint(max(op.Status, http.StatusOK)): ok}
	}
	huma.Register(a.huma, d, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// RegisterRaw adds an operation that reads or writes something else than JSON: uploads, PDF, CSV, event streams. An
// error that h returns before it has written anything becomes a problem document like everywhere.
func RegisterRaw(a *API, op Op, h func(c *gin.Context) error) {
	a.check(op)
	d := describe(op)
	for _, name := range pathParam.FindAllStringSubmatch(op.Path, -1) {
		d.Parameters = append(d.Parameters, &huma.Param{Name: name[1], In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	for _, name := range op.Query {
		d.Parameters = append(d.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
	}
	if op.Consumes != "" {
		d.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{op.Consumes: {Schema: rawSchema(op.Consumes)}}}
	}
	ok := &huma.Response{Description: http.StatusText(max(op.Status, http.StatusOK))}
	if op.Produces != "" {
		ok.Content = map[string]*huma.MediaType{op.Produces: {Schema: rawSchema(op.Produces)}}
	}
	d.Responses = map[string]*huma.Response{fmt.Sprint(max(op.Status, http.StatusOK)): ok, "default": problemResponse(a.huma.OpenAPI().Components.Schemas)}
	a.huma.OpenAPI().AddOperation(&d)
	a.mount(op, func(c *gin.Context) {
		if err := h(c); err != nil {
			_ = c.Error(err)
			if !c.Writer.Written() {
				a.writeError(c, err)
				return
			}
			if c.Request.Context().Err() != nil { // the reader has gone
				return
			}
			// Half an answer must not look like a whole one: cut the connection.
			a.log.ErrorContext(c.Request.Context(), "answer broke off", "error", err, "request_id", c.GetString(requestIDKey))
			panic(http.ErrAbortHandler)
		}
	}, nil)
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

func rawSchema(mediaType string) *huma.Schema {
	switch mediaType {
	case "application/json":
		return &huma.Schema{Type: "object"}
	case "text/csv", "text/plain", "text/event-stream":
		return &huma.Schema{Type: "string"}
	}
	return &huma.Schema{Type: "string", Format: "binary"}
}

// check stops the program where an operation breaks a rule of the house.
func (a *API) check(op Op) {
	name := op.Method + " " + op.Path
	switch {
	case op.ID == "" || op.Method == "" || !strings.HasPrefix(op.Path, "/") || op.Summary == "" || op.SummaryEn == "" || op.Tag == "":
		panic(fmt.Sprintf("httpapi: operation %s %q lacks an id, a path, a summary in both languages or a tag", name, op.ID))
	case op.Capability == "":
		panic(fmt.Sprintf("httpapi: operation %s names no capability", name))
	case op.Capability != Public && (a.deps.Authz == nil || !a.deps.Authz.Known(op.Capability)):
		panic(fmt.Sprintf("httpapi: operation %s names the capability %q, which configs/authz/policy.csv does not know", name, op.Capability))
	}
	checkForKeys(op)
	for _, o := range a.ops {
		if o.ID == op.ID {
			panic(fmt.Sprintf("httpapi: two operations have the id %s", op.ID))
		}
	}
	a.ops = append(a.ops, op)
}

func describe(op Op) huma.Operation {
	d := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: Prefix + op.Path, Summary: op.Summary, Description: op.SummaryEn, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: -1, BodyReadTimeout: -1, // see readBody
		Metadata:   map[string]any{"op": op},
		Extensions: map[string]any{"x-capability": op.Capability},
	}
	if op.Capability == Public {
		d.Security = []map[string][]string{}
	} else {
		d.Security = []map[string][]string{{"session": {}}}
	}
	if scope := keyScope(op); scope != "" {
		d.Security = append(d.Security, map[string][]string{"key": {}})
		d.Extensions["x-key-scope"] = string(scope)
	}
	if op.Method == http.MethodPost && !op.NoReplay {
		d.Parameters = append(d.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MaxLength: ptr(maxKey)},
			Description: "同一用户重复使用同一键时返回首次的结果，不会重复执行。The same key from the same user gives the first answer and does nothing twice."})
	}
	return d
}

func ptr[T any](v T) *T { return &v }

// humaAdapter mounts huma's operations on gin behind the same guard as raw ones.
type humaAdapter struct{ a *API }

// Handle implements huma.Adapter.
func (h humaAdapter) Handle(d *huma.Operation, handler func(huma.Context)) {
	op := d.Metadata["op"].(Op)
	h.a.mount(op, func(c *gin.Context) { handler(humagin.NewContext(d, c)) }, h.a.readBody)
}

// ServeHTTP implements huma.Adapter.
func (h humaAdapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.a.engine.ServeHTTP(w, r) }

// mount puts an operation behind the guard. before, if any, runs once the request is let in.
func (a *API) mount(op Op, h gin.HandlerFunc, before func(*gin.Context) error) {
	path := pathParam.ReplaceAllString(Prefix+op.Path, ":$1")
	a.engine.Handle(op.Method, path, func(c *gin.Context) {
		if !a.enter(c, op) {
			return
		}
		if before != nil {
			if err := before(c); err != nil {
				a.writeError(c, err)
				return
			}
		}
		a.replay(c, op, h)
	})
}

// bodyWithin is how long a JSON body may take to arrive.
const bodyWithin = 30 * time.Second

// restWithin is how long the rest of a body that was refused is still listened to.
const restWithin = 5 * time.Minute

// refuseUpload tells at once what is wrong with a large body and then takes in the rest of it. A server that hung up in the
// middle would have callers who are still sending see a broken connection instead of the reason.
func (a *API) refuseUpload(c *gin.Context, err error) {
	if b, ok := c.Request.Body.(*signedBody); ok && errors.Is(b.err, apikey.ErrBody) {
		err = apikey.ErrBody.Because(err)
	}
	_ = c.Error(err)
	rc := http.NewResponseController(c.Writer)
	_ = rc.EnableFullDuplex() // not every writer can: tests
	a.writeError(c, err)
	_ = rc.Flush()
	_ = rc.SetReadDeadline(time.Now().Add(restWithin))
	defer context.AfterFunc(a.serving, func() { _ = rc.SetReadDeadline(time.Now()) })()
	_, _ = io.Copy(io.Discard, c.Request.Body)
}

// readBody takes a JSON body in whole, within its time, before anything is done. The deadline is lifted afterwards: one
// that ran out later, while the operation works, would look to net/http like a caller who hung up and cancel the work.
func (a *API) readBody(c *gin.Context) error {
	if c.Request.Body == nil || c.Request.Body == http.NoBody {
		return nil
	}
	rc := http.NewResponseController(c.Writer)
	_ = rc.SetReadDeadline(time.Now().Add(bodyWithin)) // not every writer has one: tests
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return bodyError(err)
	}
	_ = rc.SetReadDeadline(time.Time{})
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// enter lets a request in: same origin for what changes something, a session, the capability, a bounded body. What it
// refuses, it answers.
func (a *API) enter(c *gin.Context, op Op) bool {
	if err := a.csrf.Check(c.Request); err != nil {
		a.writeError(c, errCrossOrigin.Because(err))
		return false
	}
	if err := checkAddress(c); err != nil {
		a.writeError(c, err)
		return false
	}
	ctx := c.Request.Context()
	v := &visit{api: a, gin: c, requestID: c.GetString(requestIDKey)}
	who := actor.Actor{}
	if op.Capability != Public {
		let := a.enterPerson
		if c.GetHeader(apikey.HeaderKey) != "" {
			let = a.enterKey
		}
		var err error
		if who, err = let(c, op, v); err != nil {
			a.writeError(c, err)
			return false
		}
	}
	who.IP, who.UserAgent, who.RequestID = c.ClientIP(), cut(c.Request.UserAgent(), 200), v.requestID
	ctx = context.WithValue(actor.With(ctx, who), visitKey{}, v)
	c.Request = c.Request.WithContext(ctx)
	if op.MaxBody >= 0 {
		limit := op.MaxBody
		if limit == 0 {
			limit = DefaultMaxBody
		}
		if c.Request.ContentLength > limit {
			err := errBodyTooLarge.With("limit_bytes", limit)
			if who.UserID == "" { // strangers are not listened to
				a.writeError(c, err)
			} else {
				a.refuseUpload(c, err)
			}
			return false
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	}
	return true
}

// enterPerson lets somebody with a session in, if a role of theirs holds the capability.
func (a *API) enterPerson(c *gin.Context, op Op, v *visit) (actor.Actor, error) {
	ctx := c.Request.Context()
	signed, err := a.deps.Staff.Session(ctx, a.token(c.Request))
	if err != nil {
		return actor.Actor{}, err
	}
	who := signed.Actor()
	v.signed, v.grants = signed, signed.Version
	c.Set(userIDKey, who.UserID)
	yes, err := a.deps.Authz.Can(ctx, who.UserID, v.grants, op.Capability)
	switch {
	case err != nil:
		return actor.Actor{}, err
	case !yes:
		return actor.Actor{}, errForbidden.With("capability", op.Capability)
	case signed.User.MustChange && op.Capability != "session.own":
		return actor.Actor{}, staff.ErrMustChange
	}
	return who, nil
}

// checkAddress refuses what two readers of an address could read differently, as strictJSON does for bodies: a query that
// does not parse (net/url would leave parts out), characters that are no UTF-8, NUL (where SQLite ends a pattern).
func checkAddress(c *gin.Context) error {
	query, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return errAddress.At("query", "syntax", "地址中的参数格式有误，请检查百分号编码", "the query of the address does not parse; check its percent-encoding")
	}
	bad := func(s string) bool { return !utf8.ValidString(s) || strings.ContainsRune(s, 0) }
	for name, values := range query {
		if bad(name) {
			return errAddress.At("query", "utf8", "参数名含有无效字符", "a parameter's name holds characters that are not valid")
		}
		if slices.ContainsFunc(values, bad) {
			return errAddress.At("query."+name, "utf8", "含有无效字符，请删除后重试", "holds characters that are not valid; remove them")
		}
	}
	for _, p := range c.Params {
		if bad(p.Value) {
			return errAddress.At("path."+p.Key, "utf8", "含有无效字符，请检查地址", "holds characters that are not valid; check the address")
		}
	}
	return nil
}

type visitKey struct{}

// visit is what a request knows about itself beside the actor.
type visit struct {
	api       *API
	gin       *gin.Context
	signed    *staff.Signed // nil on public operations and in calls with a key
	key       *apikey.Key   // of a signed call
	requestID string
	grants    int64 // version of the role grants that the session was read with
}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// Can tells whether the caller of this request holds a capability: records narrow their available_actions by it.
// Outside a request nobody holds any.
func Can(ctx context.Context, capability string) bool {
	v, ok := ctx.Value(visitKey{}).(*visit)
	who := actor.From(ctx)
	if !ok || who.UserID == "" || v.api.deps.Authz == nil {
		return false
	}
	if v.key != nil {
		return v.key.May(capability)
	}
	yes, err := v.api.deps.Authz.Can(ctx, who.UserID, v.grants, capability)
	if err != nil {
		v.api.log.ErrorContext(ctx, "decide a capability", "capability", capability, "error", err)
	}
	return err == nil && yes
}

var (
	errForbidden    = errs.Forbidden("auth.forbidden", "您的角色没有此项权限；如工作需要，请向安全管理员申请", "your roles do not allow this; ask the security administrator if your work needs it")
	errCrossOrigin  = errs.Forbidden("auth.cross_origin", "请求来自其他网站，已拒绝；请在本系统页面内操作", "the request came from another site and was refused; act from this system's own pages")
	errAddress      = errs.Invalid("http.malformed", "请求地址有误，请更正标出的部分", "the address of the request is malformed; correct what is marked")
	errBrokeOff     = errs.Invalid("http.malformed", "请求内容没有在规定时间内传完，请重试", "the request body broke off or came too slowly; try again")
	errBodyTooLarge = errs.TooLarge("http.body_too_large", "请求内容超过允许的大小，请减小后重试", "the request body is larger than allowed; make it smaller and try again")
)

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
