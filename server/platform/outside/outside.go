// Package outside makes HTTP clients for addresses that people type in: they reach the internet, and nothing of our own
// network unless the configuration says so.
package outside

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// ErrInternal says that an address belongs to a network that calls from here must not reach.
var ErrInternal = errors.New("the address belongs to an internal network")

// internal networks beyond those that netip knows: shared, documentation, benchmarks, translation into IPv4.
var internal = func() (ps []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		ps = append(ps, netip.MustParsePrefix(p))
	}
	return ps
}()

// Internal tells whether an address is one of this machine, of a private or link-local network, or none of the internet's.
func Internal(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return true
	}
	for _, p := range internal {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Client makes a client that looks at every address at the moment of connecting, so that neither a redirect (which it does
// not follow) nor a name that changes its address leads inside. allowInternal switches that off.
func Client(timeout time.Duration, allowInternal bool) *http.Client {
	d := &net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second}
	if !allowInternal {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || Internal(at.Addr()) {
				return fmt.Errorf("%w: %s", ErrInternal, address)
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, // a proxy would connect for us, past the check
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return d.DialContext(ctx, network, address)
			},
			// HTTP/1.1 with a few kept connections is enough, and easy to reason about.
			MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout,
		},
	}
}

// CheckURL refuses what is no address that a client can call: another scheme, a name with a password in it, or, unless that is
// allowed, an internal address written as a number. Names are looked at when they are called.
func CheckURL(raw string, allowInternal bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%q is no http(s) address", raw)
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !allowInternal && Internal(a) {
		return fmt.Errorf("%q: %w", raw, ErrInternal)
	}
	return nil
}
