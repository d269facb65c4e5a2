package main

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"time"

	"sealgate/server/apikey"
	"sealgate/server/webhook"
)

func TestSign_isWhatTheServerChecks(t *testing.T) {
	t.Parallel()
	c := &Client{Key: "ak1", Secret: "sk_1"}
	req, err := http.NewRequest(http.MethodPost, "https://x.example/api/v1/messages?b=2&a=%E4%BD%A0", bytes.NewReader([]byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	c.sign(req, []byte("{}"))
	h := req.Header.Get
	want := apikey.Sign("sk_1", apikey.Call{Timestamp: h(apikey.HeaderTimestamp), Nonce: h(apikey.HeaderNonce), Method: "POST", Path: "/api/v1/messages", Query: "b=2&a=%E4%BD%A0", BodyHash: h(apikey.HeaderBody)})
	if h(apikey.HeaderSignature) != want || h(apikey.HeaderKey) != "ak1" {
		t.Errorf("signed as %v", req.Header)
	}
}

func TestVerifyWebhook_takesWhatTheServerSignsAndNothingElse(t *testing.T) {
	t.Parallel()
	now, body := time.Unix(1_790_000_000, 0), []byte(`{"kind":"ping"}`)
	header := func(signature string, at time.Time) http.Header {
		return http.Header{"X-Sealgate-Event": {"e1"}, "X-Sealgate-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "X-Sealgate-Signature": {signature}}
	}
	good := "v1=" + webhook.Sign("wh_1", "e1", now, body)
	for name, x := range map[string]struct {
		header http.Header
		body   []byte
		at     time.Time
		ok     bool
	}{
		"right":           {header(good, now), body, now, true},
		"of two secrets":  {header("v1="+webhook.Sign("wh_2", "e1", now, body)+","+good, now), body, now, true},
		"another body":    {header(good, now), []byte("{}"), now, false},
		"another time":    {header(good, now.Add(time.Second)), body, now, false},
		"too old":         {header(good, now), body, now.Add(6 * time.Minute), false},
		"another secret":  {header("v1="+webhook.Sign("wh_2", "e1", now, body), now), body, now, false},
		"no signature":    {header("", now), body, now, false},
		"nothing at all":  {http.Header{}, body, now, false},
		"no such version": {header("v0"+good[2:], now), body, now, false},
	} {
		id, err := VerifyWebhook("wh_1", x.header, x.body, x.at)
		if (err == nil) != x.ok || x.ok && id != "e1" {
			t.Errorf("%s: %q %v", name, id, err)
		}
	}
}
