package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
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
	for i := range 400 {
		key := "batch-" + strings.Repeat("x", i%7) + url.QueryEscape(time.Duration(i).String())
		res, err := client.Get(b.server.URL + "?dlr-url=" + url.QueryEscape("http://127.0.0.1/receipts?key="+key+"&token=t&type=%d&answer=%A"))
		if err != nil {
			answers[0]++ // accepted, and the connection broke
			continue
		}
		res.Body.Close()
		answers[res.StatusCode]++
	}
	if arrived := b.of("batch"); int(arrived) != answers[0]+answers[202]+answers[500] || answers[0] == 0 || answers[500] == 0 || answers[400] == 0 || answers[404] == 0 {
		t.Errorf("%d arrived, answers %v", arrived, answers)
	}
	if d := b.doubled(); len(d) != 0 {
		t.Errorf("doubled though nothing was repeated: %v", d)
	}
	for range 2 {
		if res, err := client.Get(b.server.URL + "?dlr-url=" + url.QueryEscape("http://127.0.0.1/receipts?key=again-1&token=t&type=%d&answer=%A")); err == nil {
			res.Body.Close()
		}
	}
	if b.of("again") > 0 && len(b.doubled()) != 1 {
		t.Errorf("a message came twice and is not told: %v", b.doubled())
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
