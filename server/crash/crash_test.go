package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/handoff"
	"sealgate/server/handoff/cmpp"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/handoff/signedhttp"
	"sealgate/server/handoff/smpp"
	"sealgate/server/handoff/smslink"
	"sealgate/server/platform/clock"
	"sealgate/server/testkit"
)

func TestMachine_passesTimeForEveryProcessAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	one, err := openMachine(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := openMachine(path) // as another process maps it
	if err != nil {
		t.Fatal(err)
	}
	before := other.Now()
	one.pass(time.Hour)
	if gone := other.Since(before); gone < time.Hour || gone > time.Hour+time.Minute {
		t.Errorf("%s passed for the other, want an hour", gone)
	}
	if left := other.Until(before.Add(2 * time.Hour)); left > time.Hour {
		t.Errorf("%s are left of two hours", left)
	}
}

func TestSmsbox_remembersWhatItAcceptedWhateverItAnswered(t *testing.T) {
	t.Parallel()
	const batch = "00000000000000000007"
	var mu sync.Mutex
	told := map[string]int{}
	b := newSmsbox(func(query string) bool {
		q, err := url.ParseQuery(query)
		if err != nil || q.Get("type") == "" || q.Get("answer") == "" {
			t.Errorf("receipt %q: %v", query, err)
		}
		mu.Lock()
		defer mu.Unlock()
		told[q.Get("key")]++
		return true
	})
	defer b.close()
	answers := map[int]int{}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	send := func(row int) (*http.Response, error) {
		back := fmt.Sprintf("http://127.0.0.1/receipts?key=k-%d&token=t&type=%%d&answer=%%A", row)
		return client.Get(b.server.URL + "?dlr-url=" + url.QueryEscape(back) + "&text=" + url.QueryEscape(fmt.Sprintf("您的订单%s已到货", orderOf(batch, row))))
	}
	for i := 500; i < 1000; i++ { // numbers that meet every mood of the box
		res, err := send(i)
		if err != nil {
			answers[0]++ // accepted, and the connection broke
			continue
		}
		res.Body.Close()
		answers[res.StatusCode]++
	}
	if arrived := b.of(batch); int(arrived) != answers[0]+answers[202]+answers[500] || answers[0] == 0 || answers[500] == 0 || answers[400] == 0 || answers[404] == 0 {
		t.Errorf("%d arrived, answers %v", arrived, answers)
	}
	if d := b.doubled(); len(d) != 0 {
		t.Errorf("doubled though nothing was repeated: %v", d)
	}
	for range 2 {
		if res, err := send(1); err == nil {
			res.Body.Close()
		}
	}
	if !b.has(orderOf(batch, 1)) || !slices.Equal(b.doubled(), []string{orderOf(batch, 1)}) {
		t.Errorf("a message came twice and is not told: %v", b.doubled())
	}
}

func TestGateway_tellsWhatItTookAndKeepsWhatItGaveUp(t *testing.T) {
	t.Parallel()
	m, err := openMachine(filepath.Join(t.TempDir(), "clock"))
	if err != nil {
		t.Fatal(err)
	}
	for _, repeats := range []bool{false, true} {
		var mu sync.Mutex
		reports := 0
		g := newGateway(m, func([]byte, func(http.Header, string)) bool { mu.Lock(); defer mu.Unlock(); reports++; return true }, repeats)
		defer g.close()
		e, err := signedhttp.New(signedhttp.Settings{URL: g.server.URL, KeyID: g.signer.KeyID, Secret: g.signer.Secret, Repeats: repeats, AllowInternal: true}, clock.New(m))
		if err != nil {
			t.Fatal(err)
		}
		said := map[handoff.Outcome]int{}
		lost := 0
		for i := range 400 {
			key := fmt.Sprintf("batch-%d", i)
			answers, err := e.Send(t.Context(), []handoff.Outgoing{{Key: key, Phone: "13800138000", Text: fmt.Sprintf("订单%020d-%d已到货", 7, i), Parts: 1}})
			if err != nil {
				lost++ // nobody knows
				continue
			}
			said[answers[0].Outcome]++
		}
		if lost == 0 || said[handoff.Refused] == 0 || said[handoff.NotSent] == 0 || said[handoff.Unclear] == 0 || said[handoff.Accepted] == 0 {
			t.Errorf("%d lost, said %v", lost, said)
		}
		if n := g.of("00000000000000000007"); n < int64(said[handoff.Accepted]+said[handoff.Unclear]) || len(g.doubled()) > 0 {
			t.Errorf("%d arrived, said %v, doubled %v", n, said, g.doubled())
		}
		call, _ := json.Marshal(signedhttp.Messages{Messages: []signedhttp.Message{{Key: "given-1"}}})
		g.told([]string{"given-1"})
		if _, ok := g.judge("/messages", call, m.Now().Add(-time.Minute).Unix()); ok {
			t.Error("a call from before it gave a message up is taken")
		}
		if _, ok := g.judge("/messages", call, m.Now().Unix()); !ok {
			t.Error("a call from after it gave a message up is not taken")
		}
	}
}

func TestExchange_remembersWhatItTookAndReportsUntilItIsAcknowledged(t *testing.T) {
	t.Parallel()
	fake, _ := testkit.Clock(t, "2026-11-02 10:00")
	const patience = 150 * time.Millisecond
	for name, c := range map[string]struct {
		dialect dialect
		engine  func(address string) (*smslink.Link, handoff.Runner, error)
	}{
		"smpp": {smppDialect{}, func(address string) (*smslink.Link, handoff.Runner, error) {
			e, err := smpp.New(smpp.Settings{Name: "smsc", Address: address, SystemID: "sealgate", Password: "secret", Timeout: patience}, fake)
			return e.Link, e, err
		}},
		"cmpp": {cmppDialect{}, func(address string) (*smslink.Link, handoff.Runner, error) {
			e, err := cmpp.New(cmpp.Settings{Name: "ismg", Address: address, SPID: cmppSP, Secret: "secret", ServiceID: "NOTICE", Timeout: patience}, fake)
			return e.Link, e, err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, err := newExchange(c.dialect)
			if err != nil {
				t.Fatal(err)
			}
			defer x.close()
			link, engine, err := c.engine(x.address())
			if err != nil {
				t.Fatal(err)
			}
			sink := &enginetest.Sink{}
			enginetest.Run(t, engine, sink)
			said := map[handoff.Outcome]int{}
			for i := 500; i < 1000; i++ { // numbers that meet every mood of the exchange
				enginetest.Until(t, "a session", link.Connected)
				answers, err := engine.Send(t.Context(), []handoff.Outgoing{{Key: "k", Phone: "13800138000", Text: fmt.Sprintf("订单%020d-%d已到货", 7, i), Parts: 1}})
				if err != nil {
					t.Fatal(err)
				}
				said[answers[0].Outcome]++
			}
			if n := x.of("00000000000000000007"); n < int64(said[handoff.Accepted]) || said[handoff.Accepted] == 0 || said[handoff.Refused] == 0 || said[handoff.NotSent] == 0 || said[handoff.Unclear] == 0 || len(x.doubled()) > 0 {
				t.Errorf("%d arrived, said %v, doubled %v", n, said, x.doubled())
			}
			enginetest.Until(t, "all receipts are acknowledged", func() bool { x.talk.Lock(); defer x.talk.Unlock(); return len(x.due) == 0 })
			receipts, _ := sink.Got()
			results := map[handoff.Result]int{}
			for _, r := range receipts {
				results[r.Result]++
			}
			if results[handoff.Success] == 0 || results[handoff.Failure] == 0 || results[handoff.Interim] > 0 {
				t.Errorf("receipts %v", results)
			}
		})
	}
}

func TestSchemes_shareTheKillsAmongAllPairsAndTakeTurnsWhereThereAreFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kills, pairs, each int }{{2000, 14, 142}, {280, 14, 20}, {200, 7, 28}, {7, 7, 1}} {
		plans, err := schemes([]string{"sqlite", "mariadb"}, engines, c.kills)
		if err != nil {
			t.Fatal(err)
		}
		sum, seen := 0, map[string]bool{}
		for _, p := range plans {
			sum += p.kills
			seen[p.engine], seen[p.database] = true, true
			if p.kills < c.each || p.kills > c.each+1 {
				t.Errorf("%d kills: %d for %s with %s", c.kills, p.kills, p.database, p.engine)
			}
		}
		if sum != c.kills || len(plans) != c.pairs || len(seen) != len(engines)+2 {
			t.Errorf("%d kills: %d in %d pairs of %v", c.kills, sum, len(plans), seen)
		}
	}
	for _, wrong := range [][2]string{{"sqlite", "pigeon"}, {"paper", "smpp"}} {
		if _, err := schemes([]string{wrong[0]}, []string{wrong[1]}, 10); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}

func TestReport_hasALineForEachPairAndFailsWhereAnythingIsBrokenOrUnfinished(t *testing.T) {
	t.Parallel()
	good := result{scheme: scheme{database: "sqlite", engine: "cmpp"}, killed: 40, checks: 5}
	broken := result{scheme: scheme{database: "mariadb", engine: "nats"}, killed: 20, checks: 2, violations: []string{"message a-1 left twice"}}
	unfinished := result{scheme: scheme{database: "mariadb", engine: "smpp"}, err: errors.New("no room")}
	for _, c := range []struct {
		results []result
		code    int
		want    string
	}{
		{[]result{good}, 0, "40 kills, 5 checks, 0 violations"},
		{[]result{good, unfinished}, 2, "no room"},
		{[]result{good, unfinished, broken}, 1, "60 kills, 7 checks, 1 violations"},
	} {
		var out strings.Builder
		all := campaign{begun: time.Now(), results: c.results}
		if code := all.report(&out); code != c.code || !strings.Contains(out.String(), c.want) || strings.Count(out.String(), "\n") != len(c.results)+1 {
			t.Errorf("code %d, want %d:\n%s", code, c.code, out.String())
		}
	}
}

func TestAstray_namesWhatWasHandedOverAndNeverArrived(t *testing.T) {
	t.Parallel()
	r, err := newRun(t.Context(), "/bin/false", t.TempDir(), scheme{database: "sqlite", engine: "cmpp"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	const batch = "0123456789abcdefghij"
	r.memory.batches[batch] = &sent{rows: 5, uploaded: true}
	if lost, err := r.astray(t.Context()); err != nil || len(lost) > 0 {
		t.Errorf("a batch that was not handed off: %v, %v", lost, err)
	}
	for seq, statuses := range map[int][]byte{
		1: {byte(handoff.Handed), byte(handoff.Delivered), byte(handoff.Waiting)},
		2: {byte(handoff.Unknown), byte(handoff.Expired)},
	} {
		if _, err := r.eye.DB.SQL().ExecContext(t.Context(), `INSERT INTO handoff_chunks (batch_id, seq, first_seq, message_count, reached, state, open_count, unknown_count, tally,
			lease_owner, lease_until, fence, version, statuses) VALUES (?, ?, 1, ?, 0, '', 0, 0, '', '', 0, 0, 0, ?)`, batch, seq, len(statuses), statuses); err != nil {
			t.Fatal(err)
		}
	}
	x := r.peer.(*exchange)
	x.accept(orderOf(batch, 0))
	if lost, err := r.astray(t.Context()); err != nil || !slices.Equal(lost, []string{orderOf(batch, 1), orderOf(batch, 4)}) {
		t.Errorf("astray: %v, %v", lost, err)
	}
}

func TestRecorded_tellsWhatTheBooksHaveOtherwiseThanPeopleKnow(t *testing.T) {
	t.Parallel()
	program := "/bin/false" // no server is started here
	r, err := newRun(t.Context(), program, t.TempDir(), scheme{database: "sqlite", engine: "loopback"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if err := r.check(t.Context()); err != nil {
		t.Fatal(err, r.violations)
	}
	r.memory.payments["PAY-1"] = 100
	if err := r.check(t.Context()); err == nil || len(r.violations) != 1 || !strings.Contains(r.violations[0], "PAY-1") {
		t.Errorf("a payment that is nowhere: %v %v", err, r.violations)
	}
}
