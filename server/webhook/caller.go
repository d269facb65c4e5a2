package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

const (
	callWithin = 10 * time.Second
	maxAnswer  = 4 << 10
)

var errInside = errors.New("the name leads to an internal address")

// newClient calls addresses of customers: none of ours, checked for the very address that is connected to, so that a name that
// leads elsewhere a moment later gains nothing; no redirect is followed, no proxy of the environment is used, and no connection is
// kept.
func newClient(p Policy) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !p.AllowPrivate && !Public(at.Addr()) {
			return errInside
		}
		return nil
	}}
	return &http.Client{
		Timeout: callWithin,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, Proxy: nil, DisableKeepAlives: true, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 16 << 10, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call makes one call and says what became of it; what came back is kept to show it to the customer.
func call(ctx context.Context, client *http.Client, url string, header http.Header, body []byte) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return outcome{note: "the address can't be called", refused: true}
	}
	req.Header = header
	res, err := client.Do(req)
	if errors.Is(err, errInside) {
		return outcome{note: errInside.Error(), refused: true}
	}
	if err != nil {
		return outcome{note: plain(reasonOf(err))}
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	note := plain(string(answer))
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		note = "redirects are not followed; give the final address"
	}
	return outcome{status: res.StatusCode, note: note}
}

// reasonOf leaves out the address, which the customer knows and which may hold a token.
func reasonOf(err error) string {
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "no answer in time"
	}
	s := err.Error()
	if i := strings.LastIndex(s, "\": "); i >= 0 {
		s = s[i+3:]
	}
	return s
}

func plain(s string) string {
	return cut(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s), 500)
}
