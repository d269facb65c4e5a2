// Package failpoint lets tests kill the program at a named place, as a power cut would: no deferred call runs, nothing is
// flushed. Without the environment variables a Hit costs two comparisons.
package failpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Env names the place: "batch.intake.chunk_stored", or "batch.intake.chunk_stored:3" for the third time it is passed.
const Env = "SEALGATE_FAILPOINT"

var armed, nth = parse(os.Getenv(Env))

var passed atomic.Int64

func parse(v string) (string, int64) {
	name, count, ok := strings.Cut(v, ":")
	if !ok {
		return name, 1
	}
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil || n < 1 {
		return name, 1
	}
	return name, n
}

// Hit kills this process with SIGKILL where the environment names this place.
func Hit(name string) {
	if traced != nil {
		traced.note(name)
	}
	if armed == "" || armed != name || passed.Add(1) != nth {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal may arrive a moment later; nothing may happen in between
}
