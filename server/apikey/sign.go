package apikey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed call.
const (
	HeaderKey       = "X-Sealgate-Key"
	HeaderTimestamp = "X-Sealgate-Timestamp" // unix seconds
	HeaderNonce     = "X-Sealgate-Nonce"
	HeaderBody      = "X-Sealgate-Content-SHA256"
	HeaderSignature = "X-Sealgate-Signature"
)

// Scheme is the first line of what is signed: another way of signing would have another name.
const Scheme = "SEALGATE-HMAC-SHA256"

// Window is how far the clocks of caller and server may lie apart (P04). Nonces are kept a little longer than twice that.
const (
	Window     = 5 * time.Minute
	keepNonces = 2*Window + time.Minute
)

// EmptyBody is the hash of no body.
const EmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Call is what a signature commits to, and where it came from.
type Call struct {
	KeyID     string
	Timestamp string // unix seconds, as it was sent
	Nonce     string
	Method    string
	Path      string // escaped, as it was sent
	Query     string // without the question mark, as it was sent
	BodyHash  string // SHA-256 of the body, hex
	Signature string // HMAC-SHA256, hex
	IP        string
	Sending   bool // which of the two limits the call counts against
}

// StringToSign are the lines that the HMAC is made of.
func (c Call) StringToSign() string {
	return strings.Join([]string{Scheme, c.Timestamp, c.Nonce, c.Method, c.Path, c.Query, c.BodyHash}, "\n")
}

// Sign gives the signature of a call under a secret; callers and the server compute it alike.
func Sign(secret string, c Call) string {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = m.Write([]byte(c.StringToSign()))
	return hex.EncodeToString(m.Sum(nil))
}

func (c Call) signedWith(secret string) bool {
	return secret != "" && hmac.Equal([]byte(Sign(secret, c)), []byte(strings.ToLower(c.Signature)))
}

var (
	goodNonce = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
	goodHash  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// check refuses what can't be a signed call: a missing or malformed header, or a clock that is too far off.
func (c Call) check(now time.Time) error {
	switch {
	case c.KeyID == "" || len(c.KeyID) > 32:
		return ErrCall.At(HeaderKey, "form", "缺少密钥编号", "the key's id is missing")
	case !goodNonce.MatchString(c.Nonce):
		return ErrCall.At(HeaderNonce, "form", "随机串应为 16 至 64 个字母、数字、_ 或 -", "a nonce is 16 to 64 letters, digits, _ or -")
	case !goodHash.MatchString(c.BodyHash):
		return ErrCall.At(HeaderBody, "form", "应为请求体 SHA-256 的 64 位小写十六进制", "must be the SHA-256 of the body as 64 lower-case hex digits")
	case len(c.Signature) != 2*sha256.Size:
		return ErrCall.At(HeaderSignature, "form", "签名应为 64 位十六进制", "a signature has 64 hex digits")
	}
	at, err := strconv.ParseInt(c.Timestamp, 10, 64)
	if err != nil || strconv.FormatInt(at, 10) != c.Timestamp {
		return ErrCall.At(HeaderTimestamp, "form", "时间戳应为 Unix 秒", "a timestamp is in unix seconds")
	}
	if off := now.Sub(time.Unix(at, 0)).Abs(); off > Window {
		return ErrSkew.With("server_time", now.Unix()).With("window_seconds", int64(Window.Seconds()))
	}
	return nil
}

// bucket is what is left of a limit: thousandths of a call, as of a moment of the machine's clock.
type bucket struct {
	millis   int64
	filledAt int64 // unix ms
}

// take gives the bucket after one call, and how long to wait where there is nothing left.
func (b bucket) take(now, perMinute, burst int64) (after bucket, wait time.Duration) {
	if passed := now - b.filledAt; passed > 0 {
		b.millis = min(burst*1000, b.millis+passed*perMinute/60) // a million a minute over a thousand years is below 2^63
		b.filledAt = now
	}
	if b.millis >= 1000 {
		b.millis -= 1000
		return b, 0
	}
	lack := 1000 - b.millis
	return b, time.Duration((lack*60+perMinute-1)/perMinute) * time.Millisecond
}
