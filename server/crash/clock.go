package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/jonboulle/clockwork"
)

// machine is the clock of the machine that all servers of a run stand on: real time, plus what the harness lets pass at one
// stroke. Leases that a killed server leaves behind would keep its work for a minute; so that a run of an hour can have
// thousands of kills, that minute passes for all processes at once. A server that is in the middle of something then finds its
// own leases run out under it, as if it had slept.
type machine struct {
	clockwork.Clock
	ahead *atomic.Int64 // nanoseconds, in a page that all processes share
}

const pageSize = 8

// openMachine maps the clock's file, made where it is missing.
func openMachine(path string) (machine, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return machine{}, err
	}
	defer f.Close()
	if err := f.Truncate(pageSize); err != nil {
		return machine{}, err
	}
	page, err := syscall.Mmap(int(f.Fd()), 0, pageSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return machine{}, fmt.Errorf("share the clock %s: %w", path, err)
	}
	return machine{clockwork.NewRealClock(), (*atomic.Int64)(unsafe.Pointer(&page[0]))}, nil
}

// Now is the machine's time.
func (m machine) Now() time.Time { return m.Clock.Now().Add(time.Duration(m.ahead.Load())) }

// Since is measured by Now.
func (m machine) Since(t time.Time) time.Duration { return m.Now().Sub(t) }

// Until is measured by Now.
func (m machine) Until(t time.Time) time.Duration { return t.Sub(m.Now()) }

// pass lets time go by for every process.
func (m machine) pass(d time.Duration) { m.ahead.Add(int64(d)) }
