package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"sealgate/server/errs"
	"sealgate/server/platform/db"
)

// statuses is the one table from the kind of an error to HTTP. Titles are the kind's, in both languages.
var statuses = map[errs.Kind]struct {
	status int
	zh, en string
}{
	errs.KindInvalid:      {http.StatusUnprocessableEntity, "输入有误", "Invalid input"},
	errs.KindUnauthorized: {http.StatusUnauthorized, "请先登录", "Sign in first"},
	errs.KindForbidden:    {http.StatusForbidden, "不允许", "Not allowed"},
	errs.KindNotFound:     {http.StatusNotFound, "未找到", "Not found"},
	errs.KindConflict:     {http.StatusConflict, "与当前状态冲突", "In conflict with the present state"},
	errs.KindTooLarge:     {http.StatusRequestEntityTooLarge, "内容过大", "Too large"},
	errs.KindRateLimited:  {http.StatusTooManyRequests, "请求过于频繁", "Too many requests"},
	errs.KindUnavailable:  {http.StatusServiceUnavailable, "暂不可用", "Not available now"},
	errs.KindInternal:     {http.StatusInternalServerError, "系统内部错误", "Internal error"},
}

// special are codes whose status says more than their kind's.
var special = map[string]int{
	"http.no_method":    http.StatusMethodNotAllowed,
	"http.media_type":   http.StatusUnsupportedMediaType,
	"http.malformed":    http.StatusBadRequest,
	"list.bad_cursor":   http.StatusBadRequest,
	"idempotency.bad":   http.StatusBadRequest,
	"idempotency.other": http.StatusUnprocessableEntity,
}

// Problem is an error as programs and people get it (RFC 9457). detail is Chinese, detail_en English, always both; title
// follows Accept-Language.
type Problem struct {
	Type      string         `json:"type" example:"about:blank"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      string         `json:"code" doc:"Stable name of the error."`
	Detail    string         `json:"detail" doc:"What is wrong and what to do, in Chinese."`
	DetailEn  string         `json:"detail_en" doc:"The same in English."`
	Errors    []errs.Field   `json:"errors,omitempty" doc:"The wrong inputs, each with place and cure."`
	Meta      map[string]any `json:"meta,omitempty" doc:"Facts for programs, such as limits."`
	RequestID string         `json:"request_id"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.DetailEn }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (*Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// problem translates an error for the caller of ctx. What is no error of the house is logged and hidden: its reader
// gets a request id.
func (a *API) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	id, english := "", false
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		id = v.requestID
	}
	if e, ok := ctx.Value(englishKey{}).(bool); ok {
		english = e
	}
	return a.toProblem(ctx, err, id, english)
}

type englishKey struct{}

func (a *API) toProblem(ctx context.Context, err error, requestID string, english bool) *Problem {
	e := errs.As(err)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		e = errBodyTooLarge.With("limit_bytes", tooLarge.Limit)
	case e == nil && errors.Is(err, context.Canceled):
		e = errs.Unavailable("http.canceled", "请求已被取消", "the request was cancelled")
	case e == nil && errors.Is(err, context.DeadlineExceeded):
		a.log.WarnContext(ctx, "request ran out of time", "error", err, "request_id", requestID)
		e = errs.Unavailable("http.timeout", "处理超时，请稍后重试", "this took too long; try again later")
	case e == nil && db.IsUnavailable(err):
		a.log.ErrorContext(ctx, "the database is not available", "error", err, "request_id", requestID)
		e = errs.Unavailable("http.database", "数据库暂时不可用，请稍后重试；是否已保存以刷新后看到的为准", "the database is not available now; try again later, and look whether the change was made")
	case e == nil || e.Kind == errs.KindInternal:
		a.log.ErrorContext(ctx, "request failed", "error", err, "request_id", requestID)
		e = errPanic
	}
	row, ok := statuses[e.Kind]
	if !ok {
		row = statuses[errs.KindInternal]
	}
	p := &Problem{Type: "about:blank", Title: row.zh, Status: row.status, Code: e.Code, Detail: e.Zh, DetailEn: e.En, Errors: e.Fields, RequestID: requestID}
	if s, ok := special[e.Code]; ok {
		p.Status = s
	}
	if len(e.Meta) > 0 {
		p.Meta = e.Meta
	}
	if english {
		p.Title = row.en
	}
	return p
}

// writeError answers with a problem document where no huma operation does.
func (a *API) writeError(c *gin.Context, err error) {
	p := a.toProblem(c.Request.Context(), err, c.GetString(requestIDKey), wantsEnglish(c.Request))
	body, merr := json.Marshal(p)
	if merr != nil {
		p.Meta = nil
		body, _ = json.Marshal(p)
	}
	if seconds, ok := p.Meta["retry_after_seconds"].(int64); ok {
		c.Header("Retry-After", strconv.FormatInt(seconds, 10))
	}
	c.Abort()
	c.Data(p.Status, problemType, append(body, '\n'))
}

// wantsEnglish tells whether Accept-Language puts English before Chinese.
func wantsEnglish(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(tag, "zh"):
			return false
		case strings.HasPrefix(tag, "en"):
			return true
		}
	}
	return false
}

func problemResponse(r huma.Registry) *huma.Response {
	return &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{problemType: {Schema: r.Schema(reflect.TypeFor[Problem](), true, "Problem")}}}
}
