package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// forKeys is the customer API on one screen (P04): what a customer's program may call with a signed request, by the scope that
// its key needs. They are the operations of the portal; whatever is not here is closed to keys.
var forKeys = map[string]apikey.Scope{
	"send-messages": apikey.Send, "create-batch": apikey.Send, "upload-batch-file": apikey.Send, "cancel-batch": apikey.Send, "pause-batch": apikey.Send,
	"resume-batch": apikey.Send, "download-batch-errors": apikey.Send,

	"list-batches": apikey.Read, "get-batch": apikey.Read, "list-batch-error-rows": apikey.Read, "get-handoff": apikey.Read, "list-batch-results": apikey.Read,
	"list-replies": apikey.Read, "list-contracts": apikey.Read, "get-contract": apikey.Read, "list-registrations": apikey.Read, "get-registration": apikey.Read,
	"get-contract-usage": apikey.Read, "get-statistics": apikey.Read,

	"list-bills": apikey.Money, "get-bill": apikey.Money, "get-bill-document": apikey.Money, "list-statements": apikey.Money, "get-statement": apikey.Money,
	"list-wallets": apikey.Money, "get-wallet": apikey.Money,
}

// keyScope is the scope that an operation needs of a key, "" where keys may not call it.
func keyScope(op Op) apikey.Scope { return forKeys[op.ID] }

// enterKey lets a signed call in (P04). The body is read later, by whoever needs it; it must then be the one that was signed.
func (a *API) enterKey(c *gin.Context, op Op, v *visit) (actor.Actor, error) {
	if a.deps.APIKeys == nil {
		return actor.Actor{}, apikey.ErrSignature
	}
	h, u := c.GetHeader, c.Request.URL
	k, err := a.deps.APIKeys.Authenticate(c.Request.Context(), apikey.Call{
		KeyID: h(apikey.HeaderKey), Timestamp: h(apikey.HeaderTimestamp), Nonce: h(apikey.HeaderNonce), BodyHash: h(apikey.HeaderBody), Signature: h(apikey.HeaderSignature),
		Method: c.Request.Method, Path: u.EscapedPath(), Query: u.RawQuery, IP: c.ClientIP(), Sending: c.Request.Method != http.MethodGet,
	})
	if err != nil {
		return actor.Actor{}, err
	}
	v.key = k
	c.Set(userIDKey, k.ID)
	if scope := keyScope(op); scope == "" || !k.Has(scope) {
		return actor.Actor{}, apikey.ErrScope.With("scope", string(scope))
	}
	if c.Request.Body == nil || c.Request.Body == http.NoBody {
		if h(apikey.HeaderBody) != apikey.EmptyBody {
			return actor.Actor{}, apikey.ErrBody
		}
		return k.Actor(), nil
	}
	c.Request.Body = &signedBody{ReadCloser: c.Request.Body, sum: sha256.New(), want: h(apikey.HeaderBody)}
	return k.Actor(), nil
}

// signedBody ends with ErrBody instead of io.EOF where it was not the body whose hash was signed: then nothing is done.
type signedBody struct {
	io.ReadCloser
	sum  hash.Hash
	want string
	err  error
}

func (b *signedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.ReadCloser.Read(p)
	_, _ = b.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(b.sum.Sum(nil)) != b.want {
		err = apikey.ErrBody
	}
	b.err = err
	return n, err
}

// bodyError is what was wrong with a body: that of the house where it is one, and that it broke off for anything else.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errs.As(err) != nil {
		return err
	}
	return errBrokeOff.Because(err)
}

type apiKeyRecord struct {
	ID            string          `json:"id"`
	CustomerID    string          `json:"customer_id"`
	Name          string          `json:"name"`
	Scopes        []apikey.Scope  `json:"scopes"`
	AllowFrom     []string        `json:"allow_from" doc:"Addresses or networks that calls may come from; none: from anywhere."`
	State         string          `json:"state" enum:"active,frozen,revoked,expired"`
	ExpiresAt     caldate.Instant `json:"expires_at"`
	ReadPerMinute int64           `json:"read_per_minute"`
	ReadBurst     int64           `json:"read_burst"`
	SendPerMinute int64           `json:"send_per_minute"`
	SendBurst     int64           `json:"send_burst"`
	CreatedAt     caldate.Instant `json:"created_at"`
	RotatedAt     caldate.Instant `json:"rotated_at"`
	OldUntil      caldate.Instant `json:"old_until" doc:"The secret before is good until then."`
	RevokedAt     caldate.Instant `json:"revoked_at"`
	RevokedWhy    string          `json:"revoked_why,omitempty"`
	LastUsedAt    caldate.Instant `json:"last_used_at" doc:"Within a minute."`
	LastUsedFrom  string          `json:"last_used_from,omitempty"`
	Actions       []string        `json:"available_actions"`
	Secret        string          `json:"secret,omitempty" doc:"Told this once."`
}

func (a *API) fromKey(ctx context.Context, k apikey.Key) apiKeyRecord {
	now := a.deps.Clock.RealInstant()
	r := apiKeyRecord{
		ID: k.ID, CustomerID: k.CustomerID, Name: k.Name, Scopes: k.Scopes, AllowFrom: k.AllowFrom, State: string(k.State), ExpiresAt: k.ExpiresAt,
		ReadPerMinute: k.ReadPerMinute, ReadBurst: k.ReadBurst, SendPerMinute: k.SendPerMinute, SendBurst: k.SendBurst, CreatedAt: k.CreatedAt,
		RotatedAt: k.RotatedAt, RevokedAt: k.RevokedAt, RevokedWhy: k.RevokedWhy, LastUsedAt: k.LastUsedAt, LastUsedFrom: k.LastUsedFrom, Actions: []string{},
	}
	if k.State == apikey.Active && k.Expired(now) {
		r.State = "expired"
	}
	if k.BeforeUntil.After(now) {
		r.OldUntil = k.BeforeUntil
	}
	if Can(ctx, "corner.manage") {
		r.Actions = k.Actions(now)
	}
	if Can(ctx, "apikey.limit") && k.State != apikey.Revoked {
		r.Actions = append(r.Actions, "limits")
	}
	return r
}

type apiKeyWish struct {
	Name      string         `json:"name" maxLength:"200"`
	Scopes    []apikey.Scope `json:"scopes" maxItems:"10" doc:"send, read, money."`
	AllowFrom []string       `json:"allow_from,omitempty" maxItems:"100"`
	ExpiresAt *time.Time     `json:"expires_at,omitempty"`
}

func (w apiKeyWish) wish() apikey.Wish {
	out := apikey.Wish{Name: w.Name, Scopes: w.Scopes, AllowFrom: w.AllowFrom}
	if w.ExpiresAt != nil {
		out.ExpiresAt = caldate.InstantOf(*w.ExpiresAt)
	}
	return out
}

// answerKey gives a key, with its secret where it is new.
func (a *API) answerKey(ctx context.Context, k *apikey.Key, secret string, err error) (*struct{ Body apiKeyRecord }, error) {
	if err != nil {
		return nil, err
	}
	r := a.fromKey(ctx, *k)
	r.Secret = secret
	return &struct{ Body apiKeyRecord }{r}, nil
}

func (a *API) apiKeys() {
	Register(a, Op{
		ID: "list-api-keys", Method: http.MethodGet, Path: "/api-keys", Capability: "apikey.read", Tag: "access",
		Summary: "接口密钥", SummaryEn: "API keys",
	}, func(ctx context.Context, in *struct {
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[apiKeyRecord] }, error) {
		keys, err := a.deps.APIKeys.List(ctx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		items := Convert(keys, func(k apikey.Key) apiKeyRecord { return a.fromKey(ctx, k) })
		return &struct{ Body List[apiKeyRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "create-api-key", Method: http.MethodPost, Path: "/api-keys", Capability: "corner.manage", Tag: "access", Status: http.StatusCreated, Secret: true,
		Summary: "新建接口密钥；密钥内容只显示一次", SummaryEn: "Make an API key; its secret is told once",
	}, func(ctx context.Context, in *struct{ Body apiKeyWish }) (*struct{ Body apiKeyRecord }, error) {
		k, secret, err := a.deps.APIKeys.Create(ctx, actor.From(ctx).CustomerID, in.Body.wish())
		return a.answerKey(ctx, k, secret, err)
	})
	Register(a, Op{
		ID: "change-api-key", Method: http.MethodPut, Path: "/api-keys/{id}", Capability: "corner.manage", Tag: "access",
		Summary: "修改密钥的名称、权限、来源地址和到期时间", SummaryEn: "Change a key's name, scopes, addresses and expiry",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body apiKeyWish
	}) (*struct{ Body apiKeyRecord }, error) {
		k, err := a.deps.APIKeys.Change(ctx, in.ID, in.Body.wish())
		return a.answerKey(ctx, k, "", err)
	})
	Register(a, Op{
		ID: "rotate-api-key", Method: http.MethodPost, Path: "/api-keys/{id}/rotate", Capability: "corner.manage", Tag: "access", Secret: true,
		Summary: "更换密钥内容；旧内容在重叠期内继续有效", SummaryEn: "Give a key a new secret; the old one goes on for the overlap",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			OverlapHours int64 `json:"overlap_hours" minimum:"0" maximum:"720"`
		}
	}) (*struct{ Body apiKeyRecord }, error) {
		k, secret, err := a.deps.APIKeys.Rotate(ctx, in.ID, time.Duration(in.Body.OverlapHours)*time.Hour)
		return a.answerKey(ctx, k, secret, err)
	})
	Register(a, Op{
		ID: "revoke-api-key", Method: http.MethodPost, Path: "/api-keys/{id}/revoke", Capability: "corner.manage", Tag: "access",
		Summary: "吊销密钥，立即生效且不可恢复", SummaryEn: "Revoke a key, at once and for good",
	}, func(ctx context.Context, in *reason) (*struct{ Body apiKeyRecord }, error) {
		k, err := a.deps.APIKeys.Revoke(ctx, in.ID, in.text())
		return a.answerKey(ctx, k, "", err)
	})
	Register(a, Op{
		ID: "limit-api-key", Method: http.MethodPut, Path: "/api-keys/{id}/limits", Capability: "apikey.limit", Tag: "access",
		Summary: "设置密钥的调用频率上限", SummaryEn: "Set how many calls a key may make",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			ReadPerMinute int64 `json:"read_per_minute"`
			ReadBurst     int64 `json:"read_burst"`
			SendPerMinute int64 `json:"send_per_minute"`
			SendBurst     int64 `json:"send_burst"`
		}
	}) (*struct{ Body apiKeyRecord }, error) {
		b := in.Body
		k, err := a.deps.APIKeys.SetLimits(ctx, in.ID, apikey.Limits{ReadPerMinute: b.ReadPerMinute, ReadBurst: b.ReadBurst, SendPerMinute: b.SendPerMinute, SendBurst: b.SendBurst})
		return a.answerKey(ctx, k, "", err)
	})
}

// checkForKeys stops the program where the customer API names an operation whose capability its scope does not grant.
func checkForKeys(op Op) {
	if s := keyScope(op); s != "" && (!slices.Contains(apikey.Scopes(), s) || !s.Grants(op.Capability)) {
		panic("httpapi: the customer API offers " + op.ID + " to keys of the scope " + string(s) + ", which does not grant " + op.Capability)
	}
}
