package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/jobs"
	"sealgate/server/trail"
)

// Errors of the sandbox clock.
var (
	ErrNoSandbox = errs.Forbidden("sandbox.off", "本系统不是沙盒模式，时钟不能移动", "this system is not in sandbox mode; its clock can't be moved")
	ErrBackwards = errs.Invalid("sandbox.backwards", "沙盒时钟只能向前移动，请给出晚于当前业务时间的时刻", "the sandbox clock only moves forward; give a moment after the present business time")
	ErrTooFar    = errs.Invalid("sandbox.too_far", "一次最多前进 3 年，请分几次移动", "at most 3 years at a time; move in several steps")
	ErrElsewhere = errs.Conflict("sandbox.jobs_elsewhere", "另一台服务器正在运行当日作业，或在运行中被终止；半分钟后可以继续，时钟停在途中的时刻", "another server is at the day's jobs, or was killed at them; go on in half a minute, the clock stands at a moment on the way")
	ErrMoving    = errs.Conflict("sandbox.moving", "时钟正在移动，请等它结束再试", "the clock is being moved; try again when that has ended")
)

// maxAdvance bounds one move, so that a typing error in a year does not keep the server busy for an hour.
const maxAdvance = 3 * 366 * 24 * time.Hour

// Sandbox moves the business clock forward and makes everything due on the way happen, in order (B16). The offset is kept
// in the database, so that a restart and other servers go on with it.
type Sandbox struct {
	on    bool
	db    *db.DB
	clock clock.Clock
	days  *jobs.Days
	trail *trail.Trail
	drain func(ctx context.Context) error // works off what can be done at the present business time
	idle  func(ctx context.Context) (bool, error)
	mu    sync.Mutex

	past     chan struct{} // closed once the demo's past is made; until then a move waits. nil: there is none to make
	volatile bool          // the offset is this process's own and not kept: the clock that makes the demo's past
}

// On tells whether this is a sandbox.
func (s *Sandbox) On() bool { return s.on }

// Times gives the business time, the machine's, and the offset.
func (s *Sandbox) Times() (now, real caldate.Instant, offset time.Duration) {
	return s.clock.Instant(), s.clock.RealInstant(), s.clock.Offset()
}

// Load takes over the offset that the database keeps; another server may have moved it. It does so whatever the
// configuration says of sandbox mode: records of a day that has not come yet make no sense to verify or a job run by hand
// that look at them with the machine's clock.
func (s *Sandbox) Load(ctx context.Context) error {
	if s.volatile {
		return nil
	}
	var ns int64
	err := s.db.ReadSQL().QueryRowContext(ctx, "SELECT offset_ns FROM sandbox_clock WHERE id = 1").Scan(&ns)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the sandbox clock: %w", err)
	}
	s.clock.SetOffset(time.Duration(ns))
	return nil
}

// Advance moves the business clock to a later moment. On the way every midnight runs its day's jobs, and every full hour
// lets screening and hand-off do what that hour allows, so that a batch waiting for its sending hours is not jumped over.
func (s *Sandbox) Advance(ctx context.Context, to time.Time) ([]jobs.Result, error) {
	if !s.on {
		return nil, ErrNoSandbox
	}
	if s.past != nil {
		select {
		case <-s.past:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if !s.mu.TryLock() {
		return nil, ErrMoving
	}
	defer s.mu.Unlock()
	from := s.clock.Now()
	switch {
	case !to.After(from):
		return nil, ErrBackwards.With("now", s.clock.Instant())
	case to.Sub(from) > maxAdvance:
		return nil, ErrTooFar
	}
	if err := s.db.Run(ctx, func(ctx context.Context) error {
		return s.trail.Record(ctx, trail.Entry{Action: "sandbox.advance", ObjectType: "sandbox", ObjectID: "clock",
			Detail: map[string]any{"from": s.clock.Instant(), "to": caldate.InstantOf(to)}})
	}); err != nil {
		return nil, err
	}
	out, err := s.runDue(ctx, s.clock.Today())
	if err != nil {
		return out, err
	}
	for at := s.clock.Now(); at.Before(to); {
		next := at.In(caldate.Shanghai).Truncate(time.Hour).Add(time.Hour)
		idle, err := s.idle(ctx)
		if err != nil {
			return out, err
		}
		if idle { // nothing waits for an hour of the day: go straight to midnight
			next = caldate.OfTime(at).AddDays(1).Start()
		}
		if next.After(to) {
			next = to
		}
		if err := s.set(ctx, next); err != nil {
			return out, err
		}
		res, err := s.runDue(ctx, caldate.OfTime(next))
		out = append(out, res...)
		if err != nil {
			return out, err
		}
		if err := s.drain(ctx); err != nil {
			return out, err
		}
		at = next
	}
	return out, nil
}

// busyFor is how long a move waits for another server that is at the day's jobs.
const busyFor = 25 * time.Second

// runDue runs what is due up to a day. The clock must not go on before that is done: a contract that this day suspends would
// send on the next one.
func (s *Sandbox) runDue(ctx context.Context, day caldate.Date) (out []jobs.Result, err error) {
	until := time.NewTimer(busyFor) // the machine's own, whatever the clock: another process works in real time
	defer until.Stop()
	for {
		res, all, err := s.days.TryDue(ctx, day)
		out = append(out, res...)
		if err != nil || all {
			return out, err
		}
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-until.C:
			return out, ErrElsewhere
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// set moves the clock to a moment and keeps the offset.
func (s *Sandbox) set(ctx context.Context, to time.Time) error {
	offset := to.Sub(s.clock.Real())
	if offset <= s.clock.Offset() { // the machine's own time has passed it meanwhile
		return nil
	}
	if s.volatile {
		s.clock.SetOffset(offset)
		return nil
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		q := s.db.Q(ctx)
		res := q.Exec("UPDATE sandbox_clock SET offset_ns = ?, moved_at = ? WHERE id = 1 AND offset_ns < ?", int64(offset), s.clock.RealInstant(), int64(offset))
		if res.Error != nil || res.RowsAffected == 1 {
			return res.Error
		}
		var n int64
		if err := q.Raw("SELECT COUNT(*) FROM sandbox_clock").Scan(&n).Error; err != nil || n == 1 {
			return err
		}
		return q.Exec("INSERT INTO sandbox_clock (id, offset_ns, moved_at) VALUES (1, ?, ?)", int64(offset), s.clock.RealInstant()).Error
	})
	if err != nil {
		return fmt.Errorf("keep the sandbox clock: %w", err)
	}
	s.clock.SetOffset(offset)
	return nil
}
