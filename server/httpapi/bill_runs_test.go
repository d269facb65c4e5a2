package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sealgate/server/httpapi"
	"sealgate/server/staff"
)

// told is one event of a stream.
type told struct {
	id, name string
	data     object
}

// listen reads a stream to its end, from an event on where one is named.
func listen(t *testing.T, c *till, path, last string) (events []told) {
	t.Helper()
	server := httptest.NewServer(c.API.Handler())
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+httpapi.Prefix+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sealgate", "__Host-sealgate"} {
		if v := c.finance.Cookie(name); v != "" {
			req.AddCookie(&http.Cookie{Name: name, Value: v})
		}
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	go func() { // the stream looks again each quarter of a second of the machine's clock
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				c.Fake.Advance(250 * time.Millisecond)
			}
		}
	}()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	var e told
	for lines.Scan() {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
		case "id":
			e = told{id: value}
		case "event":
			e.name = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.data); err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}

func TestBillRun_goesOnInTheBackgroundAndIsWatchedFromWhereOneLeft(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.money.Use(t, c.contract, "2026-10-20", 1234)
	c.money.Jump(t, "2026-11-01")
	c.finance = c.Person("finance2", "", staff.Finance) // a session does not last a month
	var run struct{ ID, State string }
	c.finance.Post("/bill-runs", object{"month": "2026-10", "background": true}).Want(201).JSON(&run)
	if run.State != "running" {
		t.Fatalf("%+v", run)
	}
	events := listen(t, c, "/bill-runs/"+run.ID+"/events", "")
	if len(events) < 2 || events[0].name != "snapshot" || events[len(events)-1].name != "done" {
		t.Fatalf("%+v", events)
	}
	// Who comes back hears the steps since then and no snapshot.
	again := listen(t, c, "/bill-runs/"+run.ID+"/events", "1")
	if len(again) < 2 || again[0].name != "step" || again[0].id != "2" || again[len(again)-1].name != "done" {
		t.Fatalf("%+v", again)
	}
	final := again[len(again)-2]
	if final.data["state"] != "done" || final.data["count"] != 1.0 {
		t.Fatalf("%+v", final)
	}
	if left := listen(t, c, "/bill-runs/"+run.ID+"/events", final.id); len(left) != 1 || left[0].name != "done" {
		t.Fatalf("a run that is over: %+v", left)
	}
	var report struct {
		State  string
		Issued int64
	}
	c.finance.Get("/bill-runs/" + run.ID).Want(200).JSON(&report)
	if report.State != "done" || report.Issued != 1 {
		t.Fatalf("%+v", report)
	}
	c.money.Sound(t)
}

func TestWallets_whoMayDoWhat(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	for _, x := range []struct {
		method, path, capability string
		body                     any
	}{
		{"GET", "/wallets", "wallet.read", nil},
		{"GET", "/contracts/x/wallet", "wallet.read", nil},
		{"POST", "/contracts/x/wallet/top-ups", "wallet.record", object{"amount_fen": 1}},
		{"POST", "/contracts/x/wallet/refunds", "wallet.record", object{"amount_fen": 1}},
		{"POST", "/wallet-moves/x/decision", "wallet.confirm", object{"confirm": true}},
		{"GET", "/charges", "charge.read", nil},
		{"POST", "/contracts/x/charges", "charge.record", object{"kind": "credit"}},
		{"POST", "/charges/x/decision", "charge.approve", object{"approve": true}},
		{"GET", "/payables", "charge.read", nil},
		{"POST", "/payables/x/approve", "charge.approve", object{}},
		{"GET", "/bill-runs/x/events", "bill.run", nil},
	} {
		c.Refuses(x.method, x.path, x.capability, x.body)
	}
}
