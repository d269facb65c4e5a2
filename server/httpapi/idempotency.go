package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/errs"
	"sealgate/server/trail"
)

const maxKey = 200

var goodKey = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// States of an Idempotency-Key. begun: a call is under way or was cut off before it did anything; acted: something was
// committed, the answer is not known; done: the answer is kept.
const (
	keyBegun = "begun"
	keyActed = "acted"
	keyDone  = "done"
)

// abandoned is after how long a call that is only begun counts as dead: its process was killed before it committed
// anything. Keys are kept for a day.
const (
	abandoned = 2 * time.Minute
	keepKeys  = 24 * time.Hour
)

// keepAnswer is the largest answer that is kept for repeats.
const keepAnswer = 256 << 10

var (
	errBadKey     = errs.Invalid("idempotency.bad", "Idempotency-Key 应为 1 至 200 个可见 ASCII 字符", "an Idempotency-Key is 1 to 200 visible ASCII characters")
	errOtherBody  = errs.Invalid("idempotency.other", "这个 Idempotency-Key 已用于内容不同的请求，请换一个", "this Idempotency-Key was used for another request; take a new one")
	errUnderWay   = errs.Conflict("idempotency.under_way", "同一 Idempotency-Key 的请求正在处理，请稍后再试", "a request with this Idempotency-Key is under way; try again shortly")
	errAnswerLost = errs.Conflict("idempotency.answer_lost", "同一 Idempotency-Key 的请求已经执行，但结果未能保存：请查看相关记录，不要重复提交", "a request with this Idempotency-Key was carried out, but its answer was lost: look at the record instead of sending it again")
	errSecretOnce = errs.Conflict("idempotency.secret_once", "同一 Idempotency-Key 的请求已经执行；结果含有密码，只显示一次", "a request with this Idempotency-Key was carried out; its answer holds a password and is given only once")
)

// replay runs a POST once for each user and Idempotency-Key: a repeat with the same content gets the first answer and
// does nothing; with other content it is refused. Only what succeeded is kept: a refused call changed nothing, so it may
// be corrected and sent again under its key.
func (a *API) replay(c *gin.Context, op Op, h gin.HandlerFunc) {
	key := c.GetHeader("Idempotency-Key")
	if c.Request.Method != http.MethodPost || op.NoReplay || op.Capability == Public || key == "" || a.deps.DB == nil {
		h(c)
		return
	}
	if !goodKey.MatchString(key) {
		a.writeError(c, errBadKey)
		return
	}
	ctx := c.Request.Context()
	hash, err := hashRequest(c, op)
	if err != nil {
		a.writeError(c, err)
		return
	}
	store := keyStore{a.deps.DB}
	k := keyRow{UserID: actor.From(ctx).UserID, IdemKey: key, RequestHash: hash, State: keyBegun, CreatedAt: a.deps.Clock.RealInstant()}
	first, err := a.begin(ctx, store, &k)
	if err != nil {
		a.writeError(c, err)
		return
	}
	if !first {
		c.Header("Idempotency-Replayed", "true")
		c.Data(k.Status, k.ContentType, []byte(k.Body))
		return
	}
	// Whoever records a fact below also marks the key, in the same transaction: after a kill we know whether anything
	// was done.
	c.Request = c.Request.WithContext(trail.WithWitness(ctx, func(ctx context.Context) error { return store.mark(ctx, k, keyActed) }))
	rec := &recorder{ResponseWriter: c.Writer}
	c.Writer = rec
	h(c)
	c.Writer = rec.ResponseWriter

	after := context.WithoutCancel(ctx) // the caller may have hung up; the key must not stay open for that
	status := rec.Status()
	k.Status, k.ContentType, k.Body, k.State = status, rec.Header().Get("Content-Type"), rec.body.String(), keyDone
	switch {
	case status >= 300:
		err = store.forgetUnacted(after, k)
	case op.Secret || rec.tooLong:
		k.Body, k.ContentType = "", "secret"
		err = store.save(after, k)
	default:
		err = store.save(after, k)
	}
	if err != nil {
		a.log.ErrorContext(ctx, "keep the answer for an Idempotency-Key", "error", err, "request_id", c.GetString(requestIDKey))
	}
}

// begin claims the key. false: the call was carried out before, and k holds its answer.
func (a *API) begin(ctx context.Context, store keyStore, k *keyRow) (first bool, err error) {
	old, err := store.claim(ctx, *k)
	if err != nil || old == nil {
		return err == nil, err
	}
	switch {
	case old.RequestHash != k.RequestHash:
		return false, errOtherBody
	case old.State == keyDone && old.ContentType == "secret":
		return false, errSecretOnce
	case old.State == keyDone:
		*k = *old
		return false, nil
	case old.State == keyBegun && k.CreatedAt.Sub(old.CreatedAt) > abandoned:
		taken, err := store.takeOver(ctx, *old, k.CreatedAt)
		if err == nil && !taken {
			err = errUnderWay
		}
		return err == nil, err
	case old.State == keyActed && k.CreatedAt.Sub(old.CreatedAt) > abandoned:
		return false, errAnswerLost
	}
	return false, errUnderWay
}

// hashRequest commits to what is asked: operation, address and body. The body is put back for the handler.
func hashRequest(c *gin.Context, op Op) (string, error) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return "", bodyError(err)
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	for _, s := range []string{op.ID, c.Request.URL.RequestURI(), c.GetHeader("Content-Type"), string(body)} {
		n := [8]byte{}
		for i := range n {
			n[i] = byte(len(s) >> (8 * i))
		}
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// PurgeKeys forgets keys older than a day; a daily job calls it.
func (a *API) PurgeKeys(ctx context.Context) error {
	return keyStore{a.deps.DB}.purge(ctx, a.deps.Clock.RealInstant().Add(-keepKeys))
}

// recorder keeps what is written, up to keepAnswer bytes.
type recorder struct {
	gin.ResponseWriter
	body    bytes.Buffer
	tooLong bool
}

func (r *recorder) keep(n int, write func()) {
	if r.tooLong || r.body.Len()+n > keepAnswer {
		r.tooLong = true
		r.body.Reset()
		return
	}
	write()
}

func (r *recorder) Write(b []byte) (int, error) {
	r.keep(len(b), func() { r.body.Write(b) })
	return r.ResponseWriter.Write(b)
}

func (r *recorder) WriteString(s string) (int, error) {
	r.keep(len(s), func() { r.body.WriteString(s) })
	return r.ResponseWriter.WriteString(s)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
