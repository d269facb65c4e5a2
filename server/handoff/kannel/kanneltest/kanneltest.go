// Package kanneltest runs Debian's Kannel for a test: bearerbox, smsbox and the fake exchange (fakesmsc) on free ports of
// the loopback interface, with files in a folder of the test's own.
package kanneltest

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"sealgate/server/testkit"
)

// Gateway is a running Kannel.
type Gateway struct {
	SendURL            string // of smsbox's sendsms
	Username, Password string
	log                string // what the fake exchange got
}

// programs are what the packages kannel and kannel-extras bring.
var programs = []string{"/usr/sbin/bearerbox", "/usr/sbin/smsbox", "/usr/lib/kannel/test/fakesmsc"}

func missing() (out []string) {
	for _, p := range programs {
		if _, err := os.Stat(p); err != nil {
			out = append(out, p)
		}
	}
	return out
}

// Start starts a gateway that ends with the test. Without the packages it installs them where it may (as root), and skips
// aloud where it may not.
func Start(t testing.TB) *Gateway {
	t.Helper()
	if gone := missing(); len(gone) > 0 {
		if script := find("scripts/deps-kannel.sh"); script != "" && os.Getuid() == 0 {
			if out, err := exec.Command("bash", script).CombinedOutput(); err != nil {
				t.Logf("install kannel: %v\n%s", err, out)
			}
		}
		if gone = missing(); len(gone) > 0 {
			t.Skipf("SKIPPED: Kannel is not here (%s); install the packages kannel and kannel-extras", strings.Join(gone, ", "))
		}
	}
	dir := t.TempDir()
	admin, boxes, smsc, sms := testkit.FreePort(t), testkit.FreePort(t), testkit.FreePort(t), testkit.FreePort(t)
	g := &Gateway{
		SendURL: fmt.Sprintf("http://127.0.0.1:%d/cgi-bin/sendsms", sms), Username: "sealgate", Password: "not a secret", log: filepath.Join(dir, "fakesmsc.log"),
	}
	if err := os.Mkdir(filepath.Join(dir, "spool"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "kannel.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, config, admin, boxes, dir, dir, smsc, boxes, sms, dir, g.Username, g.Password), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, filepath.Join(dir, "bearerbox.out"), programs[0], conf)
	await(t, "bearerbox", func() bool { return listens(boxes) && listens(smsc) })
	run(t, filepath.Join(dir, "smsbox.out"), programs[1], conf)
	await(t, "smsbox", func() bool { return listens(sms) })
	run(t, g.log, programs[2], "-H", "127.0.0.1", "-r", fmt.Sprint(smsc), "-i", "1", "-m", "0", "1 2 text none")
	status := fmt.Sprintf("http://127.0.0.1:%d/status.txt?password=admin", admin)
	await(t, "the fake exchange", func() bool {
		res, err := http.Get(status)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			if strings.Contains(s.Text(), "FAKE:") && strings.Contains(s.Text(), "online") {
				return true
			}
		}
		return false
	})
	return g
}

// config: smsbox asks again for a receipt that our server did not take, which is what happens while that is down.
const config = `group = core
admin-port = %d
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = %d
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = "%s/bearerbox.log"
log-level = 1
store-type = spool
store-location = "%s/spool"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = %d
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = %d
sendsms-port = %d
sendsms-interface = 127.0.0.1
log-file = "%s/smsbox.log"
log-level = 1
http-request-retry = 30
http-queue-delay = 1

group = sendsms-user
username = "%s"
password = "%s"
max-messages = 10
concatenation = true

group = sms-service
keyword = default
text = "none"
max-messages = 0
`

// Got is a message as the exchange got it, its parts put together again.
type Got struct {
	From, To, Text string
	Parts          int
}

var (
	line   = regexp.MustCompile(`Got message \d+: <(\S+) (\S+) (.*)>$`)
	header = regexp.MustCompile(`^udh (\S+) data (.*)$`)
)

// Received is everything that the exchange has got so far, in its order. A message of several parts appears once, with the
// parts that came.
func (g *Gateway) Received() ([]Got, error) {
	f, err := os.Open(g.log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Got
	byRef := map[string]int{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		m := line.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		from, to, rest := m[1], m[2], m[3]
		if h := header.FindStringSubmatch(rest); h != nil {
			udh, err := url.QueryUnescape(h[1])
			if err != nil || len(udh) < 6 {
				return nil, fmt.Errorf("header %q: %w", h[1], err)
			}
			text, err := ucs2(h[2])
			if err != nil {
				return nil, err
			}
			// 05 00 03 reference parts number: parts of one message follow one another with the same reference.
			ref := fmt.Sprint(to, " ", udh[3])
			if i, ok := byRef[ref]; ok && udh[5] > 1 {
				out[i].Text += text
				out[i].Parts++
				continue
			}
			byRef[ref] = len(out)
			out = append(out, Got{from, to, text, 1})
			continue
		}
		kind, data, _ := strings.Cut(rest, " ")
		if kind != "ucs-2" && kind != "data" {
			return nil, fmt.Errorf("a message of kind %q: %s", kind, rest)
		}
		text, err := ucs2(data)
		if err != nil {
			return nil, err
		}
		out = append(out, Got{from, to, text, 1})
	}
	return out, s.Err()
}

func ucs2(escaped string) (string, error) {
	b, err := url.QueryUnescape(escaped)
	if err != nil || len(b)%2 != 0 {
		return "", fmt.Errorf("text %q: %w", escaped, err)
	}
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(u)), nil
}

func run(t testing.TB, output, program string, args ...string) {
	t.Helper()
	f, err := os.Create(output)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, args...)
	c.Dir, c.Stdout, c.Stderr = filepath.Dir(output), f, f
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		_ = f.Close()
		if t.Failed() {
			if b, err := os.ReadFile(output); err == nil {
				t.Logf("%s, its last lines:\n%s", filepath.Base(program), b[max(0, len(b)-1500):])
			}
		}
	})
}

func listens(port int) bool {
	c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

func await(t testing.TB, what string, ready func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	for !ready() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%s is not ready after two minutes", what)
		}
	}
}

// find looks for a file of the repository above the working folder.
func find(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if p := filepath.Join(dir, path); exists(p) {
			return p
		}
	}
	return ""
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }
