package main

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"
)

// smsbox is a send engine of the worst kind, speaking Kannel's HTTP: it can neither refuse a repeated message nor be asked,
// accepts and breaks the connection, accepts and answers 500, is away, refuses, repeats its receipts, sends them late, in any
// order or never. It remembers all that it has accepted.
type smsbox struct {
	server  *httptest.Server
	deliver func(query string) bool // a receipt to some server; false: nobody took it

	mu      sync.Mutex
	arrived map[string]int // by message key: how often it was accepted
	settled map[string]bool
	stop    chan struct{}
	wg      sync.WaitGroup
}

func newSmsbox(deliver func(query string) bool) *smsbox {
	b := &smsbox{deliver: deliver, arrived: map[string]int{}, settled: map[string]bool{}, stop: make(chan struct{})}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	return b
}

func (b *smsbox) close() {
	close(b.stop)
	b.server.Close()
	b.wg.Wait()
}

// draw is a number from 0 to 999 that depends on the message and on what is asked of it alone.
func draw(key, about string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(about + key))
	return int(h.Sum32() % 1000)
}

func (b *smsbox) serve(w http.ResponseWriter, r *http.Request) {
	dlr := r.URL.Query().Get("dlr-url")
	u, err := url.Parse(dlr)
	if err != nil {
		http.Error(w, "no dlr-url", http.StatusBadRequest)
		return
	}
	key := u.Query().Get("key")
	switch n := draw(key, "answer"); {
	case n < 10:
		http.Error(w, "1: Rejected", http.StatusBadRequest)
		return
	case n < 20 && !b.has(key): // away for a moment: nothing was sent
		b.mark(key)
		http.Error(w, "no route", http.StatusNotFound)
		return
	case n < 60: // accepted, and the connection breaks
		b.accept(key, u)
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = c.Close()
		}
		return
	case n < 90:
		b.accept(key, u)
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	b.accept(key, u)
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprint(w, "0: Accepted for delivery")
}

func (b *smsbox) has(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.settled["away "+key]
}

func (b *smsbox) mark(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.settled["away "+key] = true
}

// accept is the moment at which a message has left for good.
func (b *smsbox) accept(key string, dlr *url.URL) {
	b.mu.Lock()
	b.arrived[key]++
	b.mu.Unlock()
	n := draw(key, "receipt")
	if n < 15 {
		return // its receipt never comes
	}
	kind, answer := "1", "DELIVRD"
	if n < 60 {
		kind, answer = "2", "UNDELIV"
	}
	query := strings.NewReplacer("%d", kind, "%A", answer, "%25d", kind, "%25A", answer).Replace(dlr.RawQuery)
	times := 1
	if n >= 900 {
		times = 3 // repeated
	}
	b.wg.Go(func() {
		wait := time.Duration(5+draw(key, "delay")) * time.Millisecond
		for range times {
			for !b.tell(query, wait) {
				wait = 100 * time.Millisecond
				select {
				case <-b.stop:
					return
				default:
				}
			}
		}
	})
}

func (b *smsbox) tell(query string, after time.Duration) bool {
	select {
	case <-b.stop:
		return true
	case <-time.After(after):
		return b.deliver(query)
	}
}

// doubled lists messages that were accepted more than once.
func (b *smsbox) doubled() (keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, n := range b.arrived {
		if n > 1 {
			keys = append(keys, k)
		}
	}
	return keys
}

// of tells how many messages of a batch have arrived.
func (b *smsbox) of(batch string) (n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k := range b.arrived {
		if strings.HasPrefix(k, batch+"-") {
			n++
		}
	}
	return n
}
