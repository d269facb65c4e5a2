// Package clock has the two clocks of the house. The business clock (Now, Today) dates everything that contracts know:
// it is the machine's time plus an offset that only sandbox mode can move, and only forward. The machine's own clock
// (Real) serves leases, sessions, lock-outs and the 10 seconds of undo, which must not jump when a sandbox does.
package clock

import (
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/caldate"
)

// Clock is injected wherever time matters; rules never read the system's.
type Clock struct {
	machine clockwork.Clock
	offset  *atomic.Int64 // nanoseconds
}

// New makes a clock over the machine's time (clockwork.NewRealClock, or a fake one in tests).
func New(machine clockwork.Clock) Clock { return NewAt(machine, 0) }

// NewAt makes a clock whose business time starts at an offset; a negative one lies in the past, as the demo's history does.
func NewAt(machine clockwork.Clock, offset time.Duration) Clock {
	c := Clock{machine, new(atomic.Int64)}
	c.offset.Store(int64(offset))
	return c
}

// Real is the machine's time.
func (c Clock) Real() time.Time { return c.machine.Now() }

// RealInstant is the machine's time as an Instant.
func (c Clock) RealInstant() caldate.Instant { return caldate.InstantOf(c.Real()) }

// Now is the business time.
func (c Clock) Now() time.Time {
	return c.machine.Now().Add(time.Duration(c.offset.Load())).In(caldate.Shanghai)
}

// Instant is the business time as an Instant.
func (c Clock) Instant() caldate.Instant { return caldate.InstantOf(c.Now()) }

// Today is the business day.
func (c Clock) Today() caldate.Date { return caldate.OfTime(c.Now()) }

// Offset is how far business time is ahead of the machine's.
func (c Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// SetOffset moves the business clock, forward only: a smaller offset is ignored and false returned.
func (c Clock) SetOffset(d time.Duration) bool {
	for {
		old := c.offset.Load()
		if int64(d) < old {
			return false
		}
		if c.offset.CompareAndSwap(old, int64(d)) {
			return true
		}
	}
}

// Machine is the clock underneath, for schedulers that want a clockwork.Clock.
func (c Clock) Machine() clockwork.Clock { return c.machine }
