// Command intake measures how the program itself takes large batches in: from the first byte of the upload to the reviewers' desk, over its
// API, as a process of its own. For each case it prints the time, the processor time and the most memory (VmHWM) of a server that has
// just been started.
//
//	go run ./bench/intake -program bin/sealgate -rows 1000000
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sealgate/server/platform/ids"
)

// text has the columns of the files, below.
const text = "{姓名}您好，您的订单{订单号}（{金额}元）将于{到货日期}送达，请留意查收。"

func main() {
	program := flag.String("program", "bin/sealgate", "the built program")
	rows := flag.Int("rows", 1_000_000, "rows of a file")
	cases := flag.String("cases", "csv,xlsx,ten", "what to measure")
	flag.Parse()
	if err := measure(context.Background(), *program, *rows, *cases); err != nil {
		log.Fatal(err)
	}
}

func measure(ctx context.Context, program string, rows int, cases string) error {
	dir, err := os.MkdirTemp("", "sealgate-intake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	csv, xlsx := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.xlsx")
	if err := errors.Join(writeFile(csv, rows, writeCSV), writeFile(xlsx, rows, writeXLSX)); err != nil {
		return err
	}
	made, err := start(ctx, program, filepath.Join(dir, "data")) // the making of the demo's past is not to be measured
	if err != nil {
		return err
	}
	made.stop()
	fmt.Printf("%-22s %10s %12s %10s %s\n", "case", "seconds", "cpu seconds", "peak MB", "ends as")
	for _, c := range []struct {
		name, title, file string
		batches           int
	}{{"csv", "one CSV", csv, 1}, {"xlsx", "one XLSX", xlsx, 1}, {"ten", "ten CSV at once", csv, 10}} {
		if !strings.Contains(cases, c.name) {
			continue
		}
		if err := one(ctx, program, filepath.Join(dir, "data"), c.title, c.file, c.batches); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	return nil
}

func writeFile(name string, rows int, write func(w *bufio.Writer, rows int) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(write(w, rows), w.Flush(), f.Close())
}

// one starts a server over the demo's records, has it take the batches in, and prints what that took.
func one(ctx context.Context, program, data, title, file string, batches int) error {
	s, err := start(ctx, program, data)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.signIn(ctx, "sales"); err != nil {
		return err
	}
	order, err := s.order(ctx)
	if err != nil {
		return err
	}
	cpu, err := s.cpu()
	if err != nil {
		return err
	}
	begun := time.Now()
	var senders sync.WaitGroup
	ends, faults := make([]string, batches), make([]error, batches)
	for i := range batches {
		senders.Go(func() { ends[i], faults[i] = s.send(ctx, order, file) })
	}
	senders.Wait()
	if err := errors.Join(faults...); err != nil {
		return err
	}
	took := time.Since(begun)
	after, err := s.cpu()
	if err != nil {
		return err
	}
	peak, err := s.status("VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("%-22s %10.1f %12.1f %10d %s\n", title, took.Seconds(), (after - cpu).Seconds(), peak>>10, ends[0])
	return nil
}

// server is the program at work.
type server struct {
	cmd      *exec.Cmd
	url      string
	http     http.Client
	password string
}

// address is where the program listens while it is measured.
const address = "127.0.0.1:18231"

// start waits until the demo's records are there; with the first start on a folder they are made.
func start(ctx context.Context, program, data string) (*server, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.CommandContext(ctx, program, "serve", "--demo"), url: "http://" + address + "/api/v1", http: http.Client{Jar: jar}}
	s.cmd.Env = append(os.Environ(), "SEALGATE_DATA_DIR="+data, "SEALGATE_LISTEN="+address)
	said, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	_, old := os.Stat(filepath.Join(data, "demo-users.txt"))
	if err := waitFor(said, map[bool]string{true: "msg=ready", false: "demo data ready"}[old == nil]); err != nil {
		s.stop()
		return nil, err
	}
	users, err := os.ReadFile(filepath.Join(data, "demo-users.txt"))
	if err != nil {
		s.stop()
		return nil, err
	}
	for line := range strings.Lines(string(users)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "sales" {
			s.password = f[1]
		}
	}
	return s, nil
}

// waitFor reads until the program has said something, and goes on reading so that it never waits for us.
func waitFor(said io.Reader, what string) error {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), what) {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return nil
		}
	}
	return fmt.Errorf("the program never said %q", what)
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

type object = map[string]any

func (s *server) call(ctx context.Context, method, path string, body io.Reader, kind string) (object, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", ids.New())
	res, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	out := object{}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %d %v %w", method, path, res.StatusCode, out, err)
	}
	return out, nil
}

func (s *server) post(ctx context.Context, path string, in object) (object, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return s.call(ctx, http.MethodPost, path, bytes.NewReader(b), "application/json")
}

func (s *server) get(ctx context.Context, path string) (object, error) {
	return s.call(ctx, http.MethodGet, path, http.NoBody, "")
}

func (s *server) signIn(ctx context.Context, login string) error {
	_, err := s.post(ctx, "/session", object{"login": login, "password": s.password})
	return err
}

// order is a batch of the demo's prepaid contract: it has no daily cap.
func (s *server) order(ctx context.Context) (object, error) {
	contracts, err := s.get(ctx, "/contracts?state=active&limit=50")
	if err != nil {
		return nil, err
	}
	for _, c := range items(contracts) {
		if c["kind"] != "prepaid" {
			continue
		}
		chain, err := s.get(ctx, fmt.Sprintf("/customers/%v/registrations", c["customer_id"]))
		if err != nil {
			return nil, err
		}
		for _, r := range items(chain) {
			if r["kind"] == "signature" && r["state"] == "approved" {
				return object{"contract_id": c["id"], "signature_id": r["id"], "category": "notice", "mode": "template", "text": text}, nil
			}
		}
	}
	return nil, errors.New("the demo has no prepaid contract with an approved signature")
}

func items(page object) (out []object) {
	list, _ := page["items"].([]any)
	for _, x := range list {
		if o, ok := x.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// send makes a batch, uploads its file and waits until it lies on the desk, or batch rules have refused it, which is as far.
func (s *server) send(ctx context.Context, order object, name string) (end string, err error) {
	made, err := s.post(ctx, "/batches", order)
	if err != nil {
		return "", err
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	path := fmt.Sprintf("/batches/%v", made["id"])
	if _, err := s.call(ctx, http.MethodPut, path+"/file?name="+filepath.Base(name), file, "application/octet-stream"); err != nil {
		return "", err
	}
	for {
		b, err := s.get(ctx, path)
		if err != nil {
			return "", err
		}
		switch state := fmt.Sprint(b["state"]); state {
		case "receiving", "screening":
			time.Sleep(100 * time.Millisecond)
		case "review", "refused":
			return state, nil
		default:
			return "", fmt.Errorf("a batch came to rest as %s: %v", state, b["problem"])
		}
	}
}

// cpu is the processor time that the program has taken.
func (s *server) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the name may have blanks
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0, fmt.Errorf("stat %q", b)
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// status is a figure of the program's memory in KiB.
func (s *server) status(name string) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s", name)
}
