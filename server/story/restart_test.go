package story_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/testkit"
)

// process is the program as the operating system runs it, on the machine's own clock.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	url  string
	log  *bytes.Buffer
	done chan error
}

// environment gives a configuration to a process.
func environment(c app.Config) []string {
	return append(os.Environ(), programEnv+"=1", "SEALGATE_LISTEN=127.0.0.1:0", "SEALGATE_DATA_DIR="+c.DataDir, "SEALGATE_DATABASE="+c.Database, "SEALGATE_SANDBOX=true", "SEALGATE_LOG__LEVEL="+c.Log.Level)
}

// serve starts the program and waits until it answers.
func serve(t testing.TB, c app.Config) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], "serve"), log: &bytes.Buffer{}, done: make(chan error, 1)}
	p.cmd.Env, p.cmd.Stderr = environment(c), p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		s := bufio.NewScanner(out)
		for s.Scan() {
			if i := strings.Index(s.Text(), "http://"); i >= 0 {
				select {
				case found <- strings.TrimSpace(s.Text()[i:]):
				default:
				}
			}
		}
		p.done <- p.cmd.Wait()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	select {
	case p.url = <-found:
	case err := <-p.done:
		t.Fatalf("the program ended: %v\n%s", err, p.log)
	case <-time.After(2 * time.Minute):
		t.Fatalf("the program does not answer:\n%s", p.log)
	}
	return p
}

// kill ends it as a power cut does.
func (p *process) kill() {
	p.t.Helper()
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop ends it as an administrator does, and tells how long that took.
func (p *process) stop() time.Duration {
	p.t.Helper()
	begun := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.done:
		if err != nil {
			p.t.Errorf("the program ended with %v\n%.2000s", err, p.log)
		}
	case <-time.After(2 * time.Minute):
		p.t.Fatal("the program does not stop")
	}
	return time.Since(begun)
}

// command runs another command of the program on the same data and gives what it said.
func command(t testing.TB, c app.Config, want int, args ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = environment(c)
	out, err := cmd.CombinedOutput()
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != want {
		t.Errorf("sealgate %s gave exit code %d, want %d: %s", strings.Join(args, " "), code, want, out)
	}
	return string(out)
}

// atDesk is a world whose people sit before a process; App is a second program over the same database, for setting up.
func atDesk(t testing.TB) (*World, app.Config) {
	t.Helper()
	w := start(t, time.Now().In(caldate.Shanghai).Format("2006-01-02 15:04"))
	w.hire(everyone...)
	return w, w.App.Config
}

// sits lets the people of a world call a process from now on.
func (w *World) sits(p *process) {
	w.server.URL = p.url // the world's own server goes on, unused, until the test ends
	w.people = map[string]*Person{}
}

// offset is how far the database says that the sandbox's clock is ahead.
func (w *World) offset() int64 {
	w.t.Helper()
	return w.one("SELECT COALESCE(MAX(offset_ns), 0) FROM sandbox_clock")
}

func (w *World) one(sql string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.App.DB.ReadSQL().QueryRow(sql, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// until waits for something that the program does on its own time.
func (w *World) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Minute); ; {
		if is() {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("after five minutes still not: %s", what)
		}
		time.Sleep(100 * time.Millisecond) // another process works; there is nothing to wait on but the clock
	}
}

// delivered waits until a batch has been handed off and its receipts are in, of which some come hours later.
func (w *World) delivered(by *Person, id string) {
	w.t.Helper()
	last := ""
	defer func() {
		if w.t.Failed() {
			w.t.Log(last)
		}
	}()
	w.until("all of the batch is handed off", func() bool {
		s, h, raw := by.send("GET", "/batches/"+id+"/handoff", nil)
		last = fmt.Sprintf("%d %s %s", s, raw, by.get("/batches/"+id).str("state"))
		return s == 200 && h.num("chunks") == h.num("chunks_handed")
	})
	now, err := time.Parse(time.RFC3339, by.get("/sandbox/clock").str("now"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.until("the clock goes on", func() bool {
		s, _, _ := by.send("POST", "/sandbox/clock", JSON{"to": now.Add(2 * time.Hour).Format(time.RFC3339)})
		return s == 200
	})
	w.until("the batch is done", func() bool { return by.get("/batches/"+id).str("state") == "done" })
}

// sentOnce compares what the engine took with what was good: keys are unique in its log, and it refuses a few of a thousand.
func (w *World) sentOnce(good int64) {
	w.t.Helper()
	sent := w.one("SELECT COUNT(*) FROM loopback_log")
	ended := w.one("SELECT COALESCE(SUM(delivered + failed), 0) FROM handoff_figures")
	if good == 0 || sent > good || sent < good*98/100 || ended != good {
		w.t.Errorf("of %d messages the engine took %d; %d have ended", good, sent, ended)
	}
}

func TestProgramThatIsKilled_losesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	w, c := atDesk(t)
	today := w.App.Clock.Today()
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	// Due late and with a long grace: nothing is suspended on the way, whenever the batch gets its turn.
	contract := w.contract(customer, blanks(today.String(), today.AddDays(364).String(), JSON{"deposit": "0.00", "included": "100000", "daily_cap": "60000", "window_to_day": "28", "grace_days": "30"}))
	sales := func() *Person { return w.as("sales") }
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}

	// Killed while a file comes in: nothing of it is there, and it is asked for again.
	p := serve(t, c)
	w.sits(p)
	id := sales().post(201, "/batches", order).str("id")
	pr, pw := io.Pipe()
	go func() {
		req, _ := http.NewRequest("PUT", p.url+"/api/v1/batches/"+id+"/file?name=a.csv", pr)
		req.Header.Set("Content-Type", "application/octet-stream")
		if res, err := w.people["sales"].http.Do(req); err == nil {
			res.Body.Close()
			t.Errorf("half a file was taken: %d", res.StatusCode)
		}
	}()
	if _, err := pw.Write(bytes.Repeat([]byte("13800138000\n"), 200_000)); err != nil {
		t.Fatal(err)
	}
	p.kill()
	_ = pw.CloseWithError(io.ErrUnexpectedEOF)
	p = serve(t, c)
	w.sits(p)
	b := sales().get("/batches/" + id)
	if b.num("rows.good") != 0 || b.str("state") != "draft" && b.str("state") != "receiving" {
		t.Fatalf("after a kill in the upload the batch is %s: %v", b.str("state"), b["rows"])
	}

	// Killed a few times while it reads and screens.
	w.until("the file is taken again", func() bool {
		s, _, _ := sales().do("PUT", "/batches/"+id+"/file?name=a.csv", "application/octet-stream", bytes.NewReader(rows(20_000)))
		return s == 202
	})
	for range 3 {
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		p.kill()
		p = serve(t, c)
		w.sits(p)
	}
	w.until("the batch waits for review", func() bool { return sales().get("/batches/"+id).str("state") == "review" })
	b = sales().get("/batches/" + id)
	if b.num("rows.good")+b.num("rows.bad")+b.num("rows.repeated") != 20_000 {
		t.Fatalf("of 20,000 rows: %v", b["rows"])
	}
	good := b.num("rows.good")
	w.approve("compliance_reviewer", id)

	// Killed while the clock walks over two ends of months, sends what was approved, makes bills and charges late fees.
	target := today.MonthOf().Add(2).First().AddDays(20).At(12, 0)
	for try := 0; ; try++ {
		if try > 0 {
			p = serve(t, c)
			w.sits(p)
		}
		who := sales()
		answer := make(chan int, 1)
		go func() {
			req, _ := http.NewRequest("POST", p.url+"/api/v1/sandbox/clock", strings.NewReader(fmt.Sprintf(`{"to":%q}`, target.Format(time.RFC3339))))
			req.Header.Set("Content-Type", "application/json")
			res, err := who.http.Do(req)
			if err != nil {
				answer <- 0
				return
			}
			res.Body.Close()
			answer <- res.StatusCode
		}()
		if try < 1 {
			from := w.offset()
			w.until("the clock moves", func() bool { return w.offset() > from || len(answer) > 0 })
			time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
			p.kill()
			<-answer
			continue
		}
		if s := <-answer; s != 200 && s != 422 && s != 409 {
			t.Fatalf("the clock was answered %d", s)
		}
		now := sales().get("/sandbox/clock").str("now")
		if now >= target.Format("2006-01-02T15:04") {
			break
		}
		p.kill()
		if try > 20 {
			t.Fatalf("the clock stands at %s", now)
		}
	}
	w.delivered(sales(), id)

	// Everything happened once.
	w.sentOnce(good)
	if n := w.one("SELECT COUNT(*) FROM bills"); n != 2 {
		t.Errorf("%d bills in two months", n)
	}
	if n := w.one("SELECT COUNT(*) FROM job_runs WHERE job = 'dunning'"); n != int64(target.Sub(today.Start())/(24*time.Hour))+1 {
		t.Errorf("dunning ran on %d days of %d", n, int64(target.Sub(today.Start())/(24*time.Hour))+1)
	}
	if n := w.one("SELECT COUNT(*) FROM job_runs WHERE finished_at = 0"); n != 0 {
		t.Errorf("%d jobs never ended", n)
	}
	// Stopped with a page open that follows the batch live.
	res, err := w.as("sales").http.Get(p.url + "/api/v1/batches/" + id + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if took := p.stop(); took > 15*time.Second { // an open page that nobody told would hold it for 20 s
		t.Errorf("stopping took %s", took)
	}
	if out := command(t, c, 0, "verify"); !strings.Contains(out, "0 violations") {
		t.Error(out)
	}
}

func TestTwoProcesses_onOneDatabaseShareTheWork(t *testing.T) {
	t.Parallel()
	w, c := atDesk(t)
	today := w.App.Clock.Today()
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks(today.String(), today.AddDays(364).String(), JSON{"deposit": "0.00", "included": "100000", "daily_cap": "60000"}))
	one, two := serve(t, c), serve(t, c)
	w.sits(one)
	sales, reviewer := w.as("sales"), w.as("compliance_reviewer")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}
	var ids []string
	for i := range 3 {
		ids = append(ids, w.submit("sales", order, fmt.Sprintf("%d.csv", i), bytes.ReplaceAll(rows(10_000), []byte("客户"), []byte(fmt.Sprint(i)))))
	}
	good := int64(0)
	for _, id := range ids {
		w.until("a batch waits for review", func() bool { return sales.get("/batches/"+id).str("state") == "review" })
		good += sales.get("/batches/" + id).num("rows.good")
		w.approve(reviewer.Login, id)
	}
	// A session of one server is good at the other, too; it moves the clock while the first one works.
	w.sits(two)
	other := w.as("sales")
	target := today.MonthOf().Add(1).First().AddDays(2).At(12, 0)
	other.post(200, "/sandbox/clock", JSON{"to": target.Format(time.RFC3339)})
	for _, id := range ids {
		w.delivered(other, id)
	}
	w.sentOnce(good)
	if n := w.one("SELECT COUNT(*) FROM bills"); n != 1 {
		t.Errorf("%d bills of one month", n)
	}
	if n := w.one("SELECT COUNT(*) FROM job_runs WHERE attempts <> 1"); n != 0 {
		t.Errorf("%d jobs ran more than once", n)
	}
	one.stop()
	two.stop()
	command(t, c, 0, "verify")
}

func TestDowntimeOverMonthEnd_isMadeUpInOrder(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-08-31 09:00")
	w.hire(everyone...)
	customer, _ := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-09-01", "2027-08-31", JSON{"deposit": "0.00"}))
	w.to("2026-10-15 10:00") // the bill of September is due today
	c := w.App.Config
	w.to("2026-10-31 20:00") // overdue since the 16th, grace ended on the 25th
	if s := w.as("sales").get("/contracts/" + contract).str("state"); s != "suspended" {
		t.Fatalf("the contract is %s", s)
	}
	w.verify()
	w.server.Close()
	if err := w.App.Close(); err != nil {
		t.Fatal(err)
	}

	// Down until 3 November. The machine's clock has gone on; the sandbox's offset is kept.
	machine := w.Fake.Now().Add(2*24*time.Hour + 13*time.Hour)
	w = openAt(t, c, machine)
	var lines []string
	res, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res {
		lines = append(lines, r.Day.String()[5:]+" "+r.Job)
	}
	daily := []string{"licences", "customer-data", "registrations", "contracts", "service-terms", "obligations", "starts", "wallets", "dunning", "escalations", "watch", "maintenance", "tax-invoices", "recipients", "voices", "money-tasks", "disclosures", "purge", "backup"}
	var made []string
	for day, jobs := range [][]string{append([]string{"bills", "statements"}, daily...), daily, daily} {
		for _, j := range jobs {
			made = append(made, fmt.Sprintf("11-%02d %s", day+1, j))
		}
	}
	want := strings.Join(made, "|")
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("made up\n%s\nwant\n%s", got, want)
	}
	if res, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil || len(res) != 0 {
		t.Errorf("made up again: %v %v", res, err)
	}
	bills := w.as("sales").get("/bills?contract_id=" + contract).list("items")
	if len(bills) != 2 || bills[0].str("period") != "2026-10" || bills[0].str("issued_on") != "2026-11-01" || bills[0].str("due_on") != "2026-11-15" {
		t.Errorf("bills after the downtime: %v", bills)
	}
	// Late fees of the days that were missed are there, one a day: 16 October to 3 November.
	if n := w.one("SELECT COUNT(DISTINCT day) FROM late_fee_days"); n != 19 {
		t.Errorf("late fees of %d days, want 19", n)
	}
	w.verify()
}

func TestTwoServers_runTheDaysOfAMonthOnceAndSendNothingTwice(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}
	id := w.submit("sales", order, "a.csv", rows(3000))
	second := openAt(t, w.App.Config, w.Fake.Now())
	both := []*World{w, second}
	together := func(f func(*World) error) {
		t.Helper()
		var g sync.WaitGroup
		for _, x := range both {
			g.Go(func() {
				if err := f(x); err != nil {
					t.Error(err)
				}
			})
		}
		g.Wait()
	}
	drain := func(x *World) error { return x.App.Drain(testkit.System()) }
	together(drain)
	good := w.as("sales").get("/batches/" + id).num("rows.good")
	w.approve("compliance_reviewer", id)
	for _, x := range both {
		x.Fake.Advance(11 * time.Second)
	}
	together(drain)
	for range 30 { // a month, day by day, both waking up at the same moment
		for _, x := range both {
			x.Fake.Advance(24 * time.Hour)
		}
		together(func(x *World) error {
			_, err := x.App.Days.RunDue(testkit.System(), x.App.Clock.Today())
			return err
		})
		together(drain)
	}
	w.sentOnce(good)
	if n := w.one("SELECT COUNT(*) FROM bills"); n != 1 {
		t.Errorf("%d bills of one month", n)
	}
	if n := w.one("SELECT COUNT(*) FROM job_runs WHERE attempts <> 1"); n != 0 {
		t.Errorf("%d jobs ran more than once", n)
	}
	w.verify()
}

// openAt starts the program again on what a configuration names, with the machine's clock at a moment.
func openAt(t testing.TB, c app.Config, machine time.Time) *World {
	t.Helper()
	fake := clockwork.NewFakeClockAt(machine)
	a, err := app.NewAt(context.Background(), c, fake)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{t: t, App: a, Fake: fake, people: map[string]*Person{}}
	w.server = httptest.NewServer(a.Handler())
	t.Cleanup(func() { w.server.Close(); _ = a.Close() })
	return w
}
