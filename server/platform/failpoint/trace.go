package failpoint

import (
	"os"
	"sync"
)

// TraceEnv names a file to which every process adds the names of the places that it passes, each once: so a crash harness
// learns where it can kill.
const TraceEnv = "SEALGATE_FAILPOINT_TRACE"

var traced = trace(os.Getenv(TraceEnv))

// tracing is nil where nobody asked for it.
type tracing struct {
	mu   sync.Mutex
	seen map[string]bool
	file *os.File
}

func trace(name string) *tracing {
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil
	}
	return &tracing{seen: map[string]bool{}, file: f}
}

func (t *tracing) note(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.seen[name] {
		t.seen[name] = true
		_, _ = t.file.WriteString(name + "\n") // one write: lines of several processes do not mix
	}
}
