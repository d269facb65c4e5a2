package failpoint_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sealgate/server/platform/failpoint"
)

func TestMain(m *testing.M) {
	if os.Getenv("FAILPOINT_CHILD") != "" {
		for range 5 {
			failpoint.Hit("other")
			os.Stdout.WriteString("x")
			failpoint.Hit("here")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, at string) (out string, killed bool) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "FAILPOINT_CHILD=1", failpoint.Env+"="+at)
	b, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(b), exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b), false
}

func TestHit_killsAtTheNamedPlaceAtTheNthTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at     string
		passes int
		killed bool
	}{{"", 5, false}, {"elsewhere", 5, false}, {"here", 1, true}, {"here:3", 3, true}, {"here:9", 5, false}, {"here:x", 1, true}} {
		out, killed := child(t, c.at)
		if killed != c.killed || out != strings.Repeat("x", c.passes) {
			t.Errorf("%q: passed %q, killed %v", c.at, out, killed)
		}
	}
}
