package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sealgate/server/app"
	"sealgate/server/platform/failpoint"
)

// The kinds of kill, as the report counts them.
const (
	atRandom   = "at random"
	atPlace    = "at a failpoint"
	asleep     = "after sleeping over its leases"
	ofDatabase = "of the database"
)

// scheme is what one run does: on one kind of database, with one engine, so many kills.
type scheme struct {
	database string // "sqlite" or "mariadb"
	engine   string // one of engines
	kills    int
	big      bool // some batches of two chunks
}

// run is one world: a database, an engine, two servers that are killed and people who go on working.
type run struct {
	scheme
	name        string
	dir         string
	program     string   // this program, which is the server, too
	environment []string // of the servers

	clock  machine
	db     database
	peer   peer // nil for loopback
	office *office
	memory *memory
	deals  []deal
	eye    *app.App // looks at the records and changes nothing but the audit chain

	gate   sync.RWMutex // a server lives under it; whoever holds it alone finds no server alive
	number atomic.Int64

	emptyAt time.Time // by the business clock, when the calendar last found every queue empty; the calendar's own

	mu         sync.Mutex
	kills      map[string]int
	places     map[string]int // failpoints that the servers have passed, and how often one was killed there
	checks     int
	violations []string
	dbBack     time.Time // when the database had come back from its last kill; zero: it was never killed
}

func (r *run) next() int64 { return r.number.Add(1) }

// leasesEnd is longer than any lease on a piece of work.
const leasesEnd = 65 * time.Second

// checkEvery is after how many kills everything is looked through.
const checkEvery = 10

// newRun makes the world; close gives it back.
func newRun(ctx context.Context, program, dir string, p scheme) (_ *run, err error) {
	r := &run{scheme: p, name: p.database + "-" + p.engine, program: program, office: newOffice(), memory: newMemory(), kills: map[string]int{}, places: map[string]int{}}
	if r.dir, err = os.MkdirTemp(dir, "crash-"+r.name+"-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.clock, err = openMachine(r.path("clock")); err != nil {
		return nil, err
	}
	if p.database == "mariadb" {
		m, err := newMariaDB(r.path("mariadb"))
		if err != nil {
			return nil, err
		}
		r.db = m
	} else {
		r.db = sqlite{r.path("sealgate.db")}
	}
	if r.peer, err = r.newPeer(); err != nil {
		return nil, err
	}
	if err := r.writeConfig(); err != nil {
		return nil, err
	}
	c, err := app.LoadConfig(r.path(configFile))
	if err != nil {
		return nil, err
	}
	r.environment = []string{serverEnv + "=" + r.path(configFile), clockEnv + "=" + r.path("clock"), failpoint.TraceEnv + "=" + r.path("places")}
	if r.eye, err = app.NewAt(ctx, c, r.clock); err != nil {
		return nil, err
	}
	return r, r.setUp(ctx, r.eye)
}

// configFile is the servers' configuration. JSON is YAML, too.
const configFile = "sealgate.yaml"

func (r *run) writeConfig() error {
	b, err := json.Marshal(JSON{
		"listen": "127.0.0.1:0", "data_dir": r.path("data"), "database": r.db.dsn(), "sandbox": true, "log": JSON{"level": "warn"}, "channels": r.channels(),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(r.path(configFile), b, 0o600)
}

func (r *run) path(name string) string { return filepath.Join(r.dir, name) }

func (r *run) close() {
	if r.eye != nil {
		_ = r.eye.Close()
	}
	if r.peer != nil {
		r.peer.close()
	}
	if r.db != nil {
		r.db.stop()
	}
	_ = os.RemoveAll(r.dir)
}

// receipt brings a receipt of the smsbox to some server.
func (r *run) receipt(query string) bool {
	return r.tell(func(server string) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, server+receiptsPath+"kannel?"+query, http.NoBody)
	})
}

// report brings a signed report of the gateway to some server.
func (r *run) report(body []byte, sign func(h http.Header, path string)) bool {
	return r.tell(func(server string) (*http.Request, error) {
		req, err := http.NewRequest(http.MethodPost, server+receiptsPath+"gateway", bytes.NewReader(body))
		if err == nil {
			sign(req.Header, req.URL.EscapedPath())
		}
		return req, err
	})
}

const receiptsPath = "/api/v1/receipts/"

// tell calls whichever server lives; false: nobody took it.
func (r *run) tell(request func(server string) (*http.Request, error)) bool {
	url := r.office.any()
	if url == "" {
		return false
	}
	req, err := request(url)
	if err != nil {
		return false
	}
	client := http.Client{Timeout: callWithin}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode < 300
}

// errViolated ends a run at the first broken promise: what follows would only be its consequences.
var errViolated = errors.New("a promise is broken")

// carryOut kills until the scheme is fulfilled, then lets everything come to its end and compares.
func (r *run) carryOut(ctx context.Context) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	wait := r.work(working)
	killing, enough := context.WithCancelCause(ctx)
	defer enough(nil)
	var lives sync.WaitGroup
	for slot := range 2 {
		lives.Go(func() {
			for killing.Err() == nil {
				if err := r.life(killing, slot); err != nil {
					enough(err)
				}
			}
		})
	}
	lives.Go(func() { r.strike(killing, enough) })
	for seen := 0; r.killed() < r.scheme.kills; {
		if pause(killing, 50*time.Millisecond) != nil {
			break
		}
		if n := r.killed(); n >= seen+checkEvery {
			seen = n
			if err := r.check(ctx); err != nil {
				enough(err)
			}
		}
	}
	enough(nil)
	lives.Wait()
	if err := context.Cause(killing); err != nil && !errors.Is(err, context.Canceled) {
		stop()
		wait()
		return err
	}
	err := r.finish(ctx, stop)
	stop()
	wait()
	return err
}

func (r *run) killed() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.kills {
		n += k
	}
	return n
}

func (r *run) count(kind, place string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kills[kind]++
	if place != "" {
		r.places[place]++
	}
}

// life is one server from its start to its kill.
func (r *run) life(ctx context.Context, slot int) error {
	r.gate.RLock()
	defer r.gate.RUnlock()
	kind, place := r.choose()
	at := place
	if place != "" {
		at = fmt.Sprintf("%s:%d", place, max(1, rand.IntN(6)-2)) // mostly the first time that it passes
	}
	p, err := r.startServer(at)
	if err != nil {
		return r.excuse(p, err)
	}
	if p.url == "" { // it met its failpoint while it started
		r.count(atPlace, place)
		return nil
	}
	r.office.open(slot, p.url)
	defer r.office.shut(slot)
	ms := time.Millisecond * time.Duration(p.slow)
	switch kind {
	case atPlace:
		if !p.died(2000 * ms) {
			kind, place = atRandom, ""
		}
	case asleep:
		p.died(time.Duration(50+rand.IntN(400)) * ms)
		p.freeze()
		r.office.shut(slot)
		r.clock.pass(5 * time.Minute)
		_ = pause(ctx, 1500*time.Millisecond) // the other server takes over what this one holds
		p.thaw()
		r.office.open(slot, p.url)
		p.died(300 * ms)
	default:
		p.died(time.Duration(20+rand.IntN(900)) * ms)
	}
	select {
	case <-p.done:
		if err := p.verdict(); err != nil {
			return r.excuse(p, err)
		}
	default:
		p.kill()
	}
	r.count(kind, place)
	r.clock.pass(leasesEnd)
	return nil
}

// excuse forgives a server that ended by itself if its database was killed while it lived: whoever keeps servers running starts it again.
func (r *run) excuse(p *process, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if errors.Is(err, errEnded) && p.begun.Before(r.dbBack) {
		return nil
	}
	r.violations = append(r.violations, err.Error())
	return errViolated
}

// choose draws how the next server dies; places where hardly any died come first.
func (r *run) choose() (kind, place string) {
	switch n := rand.IntN(100); {
	case n < 45:
		return atRandom, ""
	case n < 55:
		return asleep, ""
	}
	r.learn()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.places) == 0 {
		return atRandom, ""
	}
	names := make([]string, 0, len(r.places))
	for n := range r.places {
		names = append(names, n)
	}
	slices.Sort(names)
	a, b := names[rand.IntN(len(names))], names[rand.IntN(len(names))]
	if r.places[b] < r.places[a] {
		a = b
	}
	return atPlace, a
}

// learn reads which failpoints the servers have passed.
func (r *run) learn() {
	f, err := os.Open(r.path("places"))
	if err != nil {
		return
	}
	defer f.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := bufio.NewScanner(f); s.Scan(); {
		if _, known := r.places[s.Text()]; !known {
			r.places[s.Text()] = 0
		}
	}
}

// killDatabase waits for whoever looks through everything: a check wants a database that answers.
func (r *run) killDatabase() (bool, error) {
	r.gate.RLock()
	defer r.gate.RUnlock()
	back := func(at time.Time) { r.mu.Lock(); defer r.mu.Unlock(); r.dbBack = at }
	if !r.db.server() {
		return false, nil
	}
	back(time.Now().Add(readyWithin)) // as long as it is away
	defer func() { back(time.Now()) }()
	return true, r.db.kill()
}

// strike kills the database now and then, where it is a process of its own.
func (r *run) strike(ctx context.Context, fail context.CancelCauseFunc) {
	for {
		if pause(ctx, time.Duration(8+rand.IntN(10))*time.Second) != nil {
			return
		}
		did, err := r.killDatabase()
		if err != nil {
			fail(err)
		}
		if !did {
			return
		}
		r.count(ofDatabase, "")
	}
}
