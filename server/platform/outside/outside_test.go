package outside_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sealgate/server/platform/outside"
)

func TestInternal_knowsEveryWayToOurOwnNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "10.0.0.1": true, "172.16.3.4": true, "192.168.1.1": true, "169.254.169.254": true, "100.64.0.1": true,
		"0.0.0.0": true, "::1": true, "::": true, "fe80::1": true, "fd00::1": true, "::ffff:127.0.0.1": true, "::ffff:10.1.1.1": true, "64:ff9b::a00:1": true,
		"224.0.0.1": true, "255.255.255.255": true, "198.18.0.1": true, "2002:7f00:1::": true,
		"1.1.1.1": false, "172.32.0.1": false, "8.8.8.8": false, "2606:4700::1111": false, "100.128.0.1": false,
	} {
		if got := outside.Internal(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: internal %v", address, got)
		}
	}
}

func TestClient_reachesNothingInsideAndFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	reached := 0
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached++
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer inner.Close()
	for _, address := range []string{inner.URL, strings.Replace(inner.URL, "127.0.0.1", "localhost", 1)} { // a name is looked at when it is called
		if _, err := outside.Client(time.Second, false).Get(address); !errors.Is(err, outside.ErrInternal) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if reached != 0 {
		t.Fatalf("reached %d times", reached)
	}
	res, err := outside.Client(time.Second, true).Get(inner.URL)
	if err != nil || res.StatusCode != http.StatusFound || reached != 1 {
		t.Fatalf("allowed: %v, %v, reached %d times", res, err, reached)
	}
	_ = res.Body.Close()
}

func TestCheckURL_refusesWhatIsNoAddressOutside(t *testing.T) {
	t.Parallel()
	for raw, ok := range map[string]bool{
		"https://sms.example.com/api": true, "http://1.2.3.4:80/": true,
		"http://127.0.0.1/": false, "http://[::1]/": false, "http://169.254.169.254/latest": false, "ftp://a/": false, "file:///etc/passwd": false,
		"https://u:p@example.com/": false, "https:///x": false, "": false, "http://a/#b": false,
	} {
		if err := outside.CheckURL(raw, false); (err == nil) != ok {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if err := outside.CheckURL("http://127.0.0.1:9/", true); err != nil {
		t.Error(err)
	}
}
