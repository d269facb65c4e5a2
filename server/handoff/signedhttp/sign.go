package signedhttp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed call.
const (
	HeaderKey       = "Sealgate-Key"
	HeaderTime      = "Sealgate-Time" // unix seconds
	HeaderNonce     = "Sealgate-Nonce"
	HeaderSignature = "Sealgate-Signature"
)

// Window is how far the time of a call may be from the receiver's clock. A nonce is remembered for longer than that.
const Window = 5 * time.Minute

// Signer signs and checks with one shared secret. Both sides use it.
type Signer struct{ KeyID, Secret string }

func (s Signer) mac(lines ...string) string {
	h := hmac.New(sha256.New, []byte(s.Secret))
	h.Write([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(h.Sum(nil))
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Nonce makes one.
func Nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Sign puts the headers on a call.
func (s Signer) Sign(h http.Header, method, path string, body []byte, at time.Time, nonce string) {
	seconds := strconv.FormatInt(at.Unix(), 10)
	h.Set(HeaderKey, s.KeyID)
	h.Set(HeaderTime, seconds)
	h.Set(HeaderNonce, nonce)
	h.Set(HeaderSignature, s.mac("call", method, path, seconds, nonce, digest(body)))
}

// Check tells whether a call was signed with the secret, for this path and body, about now; and gives its nonce.
func (s Signer) Check(h http.Header, method, path string, body []byte, now time.Time) (nonce string, err error) {
	nonce = h.Get(HeaderNonce)
	seconds, perr := strconv.ParseInt(h.Get(HeaderTime), 10, 64)
	want := s.mac("call", method, path, h.Get(HeaderTime), nonce, digest(body))
	good := hmac.Equal([]byte(want), []byte(h.Get(HeaderSignature)))
	switch {
	case !good || perr != nil || h.Get(HeaderKey) != s.KeyID || len(nonce) < 16 || len(nonce) > 64:
		return "", ErrSignature
	case now.Sub(time.Unix(seconds, 0)).Abs() > Window:
		return "", ErrTime
	}
	return nonce, nil
}

// SignAnswer signs the answer to the call with a nonce: nobody in between can say "accepted" in the peer's place.
func (s Signer) SignAnswer(h http.Header, nonce string, status int, body []byte) {
	h.Set(HeaderSignature, s.mac("answer", nonce, strconv.Itoa(status), digest(body)))
}

// CheckAnswer is the other end of SignAnswer.
func (s Signer) CheckAnswer(h http.Header, nonce string, status int, body []byte) bool {
	return hmac.Equal([]byte(h.Get(HeaderSignature)), []byte(s.mac("answer", nonce, strconv.Itoa(status), digest(body))))
}
