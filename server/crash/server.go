package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"sealgate/server/app"
	"sealgate/server/platform/failpoint"
)

// The environment of a process that is a server and not the harness.
const (
	serverEnv = "CRASH_SERVER" // its configuration file
	clockEnv  = "CRASH_CLOCK"
)

// beServer is the whole program, as `sealgate serve` runs it, on the shared clock. It ends only by being killed.
func beServer() error {
	c, err := app.LoadConfig(os.Getenv(serverEnv))
	if err != nil {
		return err
	}
	m, err := openMachine(os.Getenv(clockEnv))
	if err != nil {
		return err
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	ctx := context.Background()
	a, err := app.NewAt(ctx, c, m)
	if err != nil {
		return err
	}
	return a.Serve(ctx, app.ServeOptions{Ready: func(address string) { fmt.Println(address) }})
}

// process is a running server.
type process struct {
	cmd   *exec.Cmd
	begun time.Time
	slow  int // how many times longer than on a quiet machine it took to answer: it works no faster than that
	url   string
	log   tail
	done  chan struct{}
	err   error // of the process, once done is closed
}

// readyWithin is how long a server may take to answer; a loaded machine and a database that is still coming back are slow.
const readyWithin = 5 * time.Minute

// A server usually answers within usualStart. On a loaded machine it lives longer in proportion, or it would die before it did anything.
const (
	usualStart = 500 * time.Millisecond
	slowest    = 8
)

var errEnded = errors.New("the server ended by itself")

// startServer starts a server that dies at a failpoint (none: ""). It waits until it answers, or has died.
func (r *run) startServer(at string) (*process, error) {
	p := &process{cmd: exec.Command(r.program), begun: time.Now(), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), r.environment...)
	p.cmd.Env = append(p.cmd.Env, failpoint.Env+"="+at)
	p.cmd.Stderr = &p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // whoever interrupts the harness doesn't mean its servers
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return p, err
	}
	if err := p.cmd.Start(); err != nil {
		return p, err
	}
	address := make(chan string, 1)
	go func() {
		s := bufio.NewScanner(out)
		for s.Scan() {
			select {
			case address <- s.Text():
			default:
			}
		}
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	select {
	case a := <-address:
		p.url = "http://" + a
		p.slow = min(max(1, int(time.Since(p.begun)/usualStart)), slowest)
		return p, nil
	case <-p.done:
		return p, p.verdict()
	case <-time.After(readyWithin):
		p.kill()
		return p, fmt.Errorf("a server does not answer after %s:\n%s", readyWithin, p.log.String())
	}
}

// verdict is nil where the process was killed, and tells its last words where it ended by itself.
func (p *process) verdict() error {
	var exit *exec.ExitError
	if errors.As(p.err, &exit) {
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL {
			return nil
		}
	}
	return fmt.Errorf("%w: %v\n%s", errEnded, p.err, p.log.String())
}

// kill ends it as a power cut does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// freeze stops it where it stands; thaw lets it go on.
func (p *process) freeze() { _ = p.cmd.Process.Signal(syscall.SIGSTOP) }
func (p *process) thaw()   { _ = p.cmd.Process.Signal(syscall.SIGCONT) }

// died tells whether it has ended within a time.
func (p *process) died(within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(within):
		return false
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailBytes = 6000

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-tailBytes):]
	return len(p), nil
}

// String is the end.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.b))
}
