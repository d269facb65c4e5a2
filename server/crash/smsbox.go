package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
)

// smsbox is a send engine of the worst kind, speaking Kannel's HTTP: it can neither refuse a repeated message nor be asked,
// accepts and breaks the connection, accepts and answers 500, is away, refuses, repeats its receipts, sends them late, in any
// order or never. It remembers all that it has accepted.
type smsbox struct {
	*arrivals
	server  *httptest.Server
	deliver func(query string) bool // a receipt to some server; false: nobody took it

	stop chan struct{}
	wg   sync.WaitGroup
}

func newSmsbox(deliver func(query string) bool) *smsbox {
	b := &smsbox{arrivals: newArrivals(), deliver: deliver, stop: make(chan struct{})}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	return b
}

func (b *smsbox) channel() JSON {
	return JSON{"name": "kannel", "kind": "kannel", "kannel": JSON{"url": b.server.URL, "username": "sealgate", "password": "not a secret",
		"receipt_url": "http://127.0.0.1/receipts", "receipt_key": "a key of this run only", "max_in_flight": 16}}
}

func (b *smsbox) close() {
	close(b.stop)
	b.server.Close()
	b.wg.Wait()
}

func (b *smsbox) serve(w http.ResponseWriter, r *http.Request) {
	dlr := r.URL.Query().Get("dlr-url")
	u, err := url.Parse(dlr)
	if err != nil {
		http.Error(w, "no dlr-url", http.StatusBadRequest)
		return
	}
	key := order.FindString(r.URL.Query().Get("text"))
	switch n := draw(key, "answer"); {
	case n < 10:
		http.Error(w, "1: Rejected", http.StatusBadRequest)
		return
	case n < 20 && b.first(key): // away for a moment: nothing was sent
		http.Error(w, "no route", http.StatusNotFound)
		return
	case n < 60: // accepted, and the connection breaks
		b.take(key, u)
		hangUp(w)
		return
	case n < 90:
		b.take(key, u)
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	b.take(key, u)
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprint(w, "0: Accepted for delivery")
}

// take accepts a message and sends its receipts.
func (b *smsbox) take(key string, dlr *url.URL) {
	b.accept(key)
	f := fateOf(key)
	if f.silent {
		return
	}
	kind, answer := "1", "DELIVRD"
	if f.failed {
		kind, answer = "2", "UNDELIV"
	}
	query := strings.NewReplacer("%d", kind, "%A", answer, "%25d", kind, "%25A", answer).Replace(dlr.RawQuery)
	b.wg.Go(func() { f.tell(b.stop, func() bool { return b.deliver(query) }) })
}
