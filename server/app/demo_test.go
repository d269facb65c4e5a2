package app_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/app"
	"sealgate/server/testkit"
	"sealgate/server/watch"
)

// serveDemo serves the demo in a folder until do returns.
func serveDemo(t *testing.T, dir string, do func(a *app.App)) (printed string) {
	t.Helper()
	c := app.DefaultConfig()
	c.DataDir, c.Listen, c.Sandbox = dir, "127.0.0.1:0", true
	a, err := app.NewReal(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, stop := context.WithCancel(context.Background())
	var out bytes.Buffer
	ended := make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		ended <- a.Serve(ctx, app.ServeOptions{Demo: true, Out: &out, Ready: func(string) { close(ready) }})
	}()
	select {
	case <-ready:
		do(a)
	case err := <-ended:
		t.Fatalf("serve: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatalf("serve: %v", err)
	}
	return out.String()
}

func TestDemo_hasAPastMadeByTheRealServices(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	states := func(a *app.App, table string) string {
		rows, err := a.DB.ReadSQL().Query("SELECT state FROM " + table + " ORDER BY number")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var out []string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return strings.Join(out, " ")
	}
	var first string
	printed := serveDemo(t, dir, func(a *app.App) {
		// A move of the clock waits until the past is made.
		if _, err := a.Sandbox.Advance(testkit.System(), a.Clock.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		first = states(a, "contracts")
		for table, want := range map[string]string{
			"complaints": "closed open open", "appeals": "filed", "maintenance_requests": "agreed", "maintenance_visits": "confirmed", "maintenance_incidents": "resolved",
			"announcements": "over published", "tickets": "answered open", "review_exemptions": "live asked",
			"disclosures": "expired ready refused requested",
		} {
			if got := states(a, table); got != want {
				t.Errorf("the demo's %s are: %s", table, got)
			}
		}
		if got := alerts(t, a); got != "recipients closed, refused stopped" {
			t.Errorf("the demo's alerts are: %s", got)
		}
		rep, err := a.Verify(testkit.System())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range rep.Violations {
			t.Errorf("invariant %d: %s: %s", v.Invariant, v.Object, v.Detail)
		}
	})
	if first != "active suspended active active active active active active awaiting_signature" {
		t.Errorf("the demo's contracts are: %s", first)
	}
	for _, login := range []string{"sales", "compliance", "finance", "auditor", "secadmin", "customer", "customer2"} {
		if !strings.Contains(printed, "\n"+login+" ") {
			t.Errorf("the first start does not print the user %s: %s", login, printed)
		}
	}
	printed = serveDemo(t, dir, func(a *app.App) {
		if again := states(a, "contracts"); again != first {
			t.Errorf("the second start changed the demo: %s", again)
		}
	})
	if strings.Contains(printed, "PASSWORD") {
		t.Error("the second start prints passwords again")
	}
}

// alerts gives the rules and states of all alerts, the oldest first; each must tell its figures, and name a person where its stop was lifted.
func alerts(t *testing.T, a *app.App) string {
	t.Helper()
	all, _, err := a.Watch.List(testkit.System(), watch.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range slices.Backward(all) {
		out = append(out, string(x.Code)+" "+string(x.State))
		if len(x.Evidence) < 3 || x.StopID == "" || (x.LiftedName == "") != (x.State == watch.Stopped) {
			t.Errorf("alert %+v", x)
		}
	}
	return strings.Join(out, ", ")
}
