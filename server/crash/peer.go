package main

import (
	"hash/fnv"
	"strings"
	"sync"
)

// peer is an engine on the other side of a run, of the worst kind that its protocol allows. Whatever it answers, it remembers all
// that has left through it.
type peer interface {
	// channel is how the servers' configuration names it.
	channel() JSON
	// doubled lists messages that have left more than once.
	doubled() []string
	// has tells whether a message has left.
	has(order string) bool
	// of tells how many messages of a batch have left.
	of(batch string) int64
	close()
}

// newPeer makes the engine of a run; nil for the loopback, which is part of the program and which `sealgate verify` asks itself.
func (r *run) newPeer() (peer, error) {
	switch r.engine {
	case "smsbox":
		return newSmsbox(r.receipt), nil
	case "http":
		return newGateway(r.clock, r.report, false), nil
	case "asked":
		return newGateway(r.clock, r.report, true), nil
	case "smpp":
		return newExchange(smppDialect{})
	case "cmpp":
		return newExchange(cmppDialect{})
	case "nats":
		return newExchange(fleetDialect{})
	}
	return nil, nil
}

// channels are the servers' ways out.
func (r *run) channels() []JSON {
	if r.peer == nil {
		return []JSON{{"name": "loopback", "kind": "loopback"}}
	}
	return []JSON{r.peer.channel()}
}

// draw is a number from 0 to 999 that depends on the message and on what is asked of it alone.
func draw(key, about string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(about + key))
	return int(h.Sum32() % 1000)
}

// arrivals is what an engine has accepted: by message, how often. A message is known by the number of its order, `<batch>-<row>`.
type arrivals struct {
	mu    sync.Mutex
	times map[string]int
	seen  map[string]bool
}

func newArrivals() *arrivals { return &arrivals{times: map[string]int{}, seen: map[string]bool{}} }

// accept is the moment at which a message has left for good.
func (a *arrivals) accept(order string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times[order]++
}

// has tells whether a message was accepted.
func (a *arrivals) has(order string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.times[order] > 0
}

// first tells whether something has never been asked before.
func (a *arrivals) first(about string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := a.seen[about]
	a.seen[about] = true
	return !seen
}

// doubled lists messages that were accepted more than once.
func (a *arrivals) doubled() (orders []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for k, n := range a.times {
		if n > 1 {
			orders = append(orders, k)
		}
	}
	return orders
}

// of tells how many messages of a batch have arrived.
func (a *arrivals) of(batch string) (n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for k := range a.times {
		if strings.HasPrefix(k, batch+"-") {
			n++
		}
	}
	return n
}

// fate is what becomes of a message that has left: most arrive; a receipt may come late, again and again, or never.
type fate struct {
	silent, failed bool
	times          int
	delay          int // ms
}

func fateOf(order string) fate {
	n := draw(order, "receipt")
	f := fate{silent: n < 15, failed: n < 60, times: 1, delay: 5 + draw(order, "delay")}
	if n >= 900 {
		f.times = 3
	}
	return f
}
