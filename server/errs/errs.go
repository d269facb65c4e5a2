// Package errs is the one error type of the house: a kind (what sort of failure), a stable code (for programs),
// and text in Chinese and English (for people). httpapi turns kinds into HTTP in one table.
//
// A domain lists its errors in its errors.go, e.g.
//
//	var ErrOwnBatch = errs.Forbidden("review.own_batch", "不能审核自己提交的批次", "you can't review a batch that you submitted")
//
// and returns them as they are, or with more: ErrOwnBatch.With("batch", number).
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure it is; httpapi has one HTTP status for each.
type Kind string

// The kinds. Conflict: the record is not in a state that allows the act, or someone was faster.
const (
	KindInvalid      Kind = "invalid"
	KindUnauthorized Kind = "unauthorized"
	KindForbidden    Kind = "forbidden"
	KindNotFound     Kind = "not_found"
	KindConflict     Kind = "conflict"
	KindTooLarge     Kind = "too_large"
	KindRateLimited  Kind = "rate_limited"
	KindUnavailable  Kind = "unavailable"
	KindInternal     Kind = "internal"
)

// Field is one wrong input: its name (JSON path, column, line) and what is wrong with it and how to cure it.
type Field struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Zh    string `json:"detail"`
	En    string `json:"detail_en"`
}

// Error is what every domain returns. Zh and En are complete sentences for the user: what is wrong and what to do.
type Error struct {
	Kind   Kind
	Code   string
	Zh, En string
	Fields []Field
	Meta   map[string]any // facts for programs (ids, limits); never personal data
	base   *Error         // the listed error that this one was made from
	cause  error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code + ": " + e.En)
	for _, f := range e.Fields {
		b.WriteString("; " + f.Field + ": " + f.En)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is(err, ErrListed) true for every error made from ErrListed, whatever was added to it.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && (e == t || e.Code == t.Code)
}

func (e *Error) clone() *Error {
	c := *e
	if c.base == nil {
		c.base = e
	}
	c.Fields = append([]Field(nil), e.Fields...)
	c.Meta = make(map[string]any, len(e.Meta)+1)
	for k, v := range e.Meta {
		c.Meta[k] = v
	}
	return &c
}

// With adds a fact for programs (an id, a limit).
func (e *Error) With(key string, value any) *Error { c := e.clone(); c.Meta[key] = value; return c }

// Because keeps the technical cause for the log; users never see it.
func (e *Error) Because(cause error) *Error { c := e.clone(); c.cause = cause; return c }

// Say replaces the texts by more exact ones; kind and code stay.
func (e *Error) Say(zh, en string) *Error { c := e.clone(); c.Zh, c.En = zh, en; return c }

// Sayf is Say with the same arguments formatted into both texts.
func (e *Error) Sayf(zh, en string, args ...any) *Error {
	return e.Say(fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

// At adds a wrong field.
func (e *Error) At(field, code, zh, en string) *Error {
	c := e.clone()
	c.Fields = append(c.Fields, Field{field, code, zh, en})
	return c
}

// AtAll adds wrong fields.
func (e *Error) AtAll(fields ...Field) *Error {
	c := e.clone()
	c.Fields = append(c.Fields, fields...)
	return c
}

func of(k Kind, code, zh, en string) *Error { return &Error{Kind: k, Code: code, Zh: zh, En: en} }

// Invalid is input that breaks a rule of form or content; the user can mend it.
func Invalid(code, zh, en string) *Error { return of(KindInvalid, code, zh, en) }

// Unauthorized means: sign in (again).
func Unauthorized(code, zh, en string) *Error { return of(KindUnauthorized, code, zh, en) }

// Forbidden means: this person may not do this, whatever the input.
func Forbidden(code, zh, en string) *Error { return of(KindForbidden, code, zh, en) }

// NotFound also stands for records outside the caller's data scope, so that ids can't be probed.
func NotFound(code, zh, en string) *Error { return of(KindNotFound, code, zh, en) }

// Conflict means the record's state does not allow it (any more), or a unique rule is broken.
func Conflict(code, zh, en string) *Error { return of(KindConflict, code, zh, en) }

// TooLarge means a limit of size.
func TooLarge(code, zh, en string) *Error { return of(KindTooLarge, code, zh, en) }

// RateLimited means: try later.
func RateLimited(code, zh, en string) *Error { return of(KindRateLimited, code, zh, en) }

// Unavailable means a part that we need (engine, storage, database) did not answer.
func Unavailable(code, zh, en string) *Error { return of(KindUnavailable, code, zh, en) }

// Internal is a broken promise of our own (an invariant); users see only a request id.
func Internal(code, zh, en string) *Error { return of(KindInternal, code, zh, en) }

// As gives the house error inside err, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Fields collects wrong fields, so that the user sees all of them at once.
type Fields []Field

// Add notes a wrong field.
func (f *Fields) Add(field, code, zh, en string) { *f = append(*f, Field{field, code, zh, en}) }

// Err gives base with the fields, or nil where there are none.
func (f Fields) Err(base *Error) error {
	if len(f) == 0 {
		return nil
	}
	return base.AtAll(f...)
}
