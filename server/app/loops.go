package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"

	"sealgate/server/actor"
)

// worker is work that is found in the database and claimed by lease: Work does one piece and tells whether there was any.
type worker struct {
	name string
	work func(ctx context.Context) (did bool, err error)
	wake chan struct{} // something new may be there
}

func newWorker(name string, work func(ctx context.Context) (bool, error)) *worker {
	return &worker{name, work, make(chan struct{}, 1)}
}

// Wake tells the worker to look now instead of at its next poll.
func (w *worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// pollEvery is how long a worker with nothing to do waits before it looks again: work of other servers, leases that
// ended, holds that are over.
const pollEvery = time.Second

// loop works until ctx ends. A failure is logged and tried again after a pause: the piece stays claimed or due.
func (w *worker) loop(ctx context.Context) {
	ctx = actor.With(ctx, actor.System("worker:"+w.name))
	for ctx.Err() == nil {
		did, err := w.work(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "worker failed; it tries again", "worker", w.name, "error", err)
		}
		if did && err == nil {
			continue
		}
		t := time.NewTimer(pollEvery)
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// start runs the loops and the timetable until ctx ends, and returns when all have stopped.
func (a *App) start(ctx context.Context) (wait func(), err error) {
	// What the days since the last run bring comes first: a contract that was to be suspended or to end while nothing ran
	// must not send meanwhile.
	if err := a.daily(actor.With(ctx, actor.System("job:daily"))); err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "the days that were missed; they are tried again", "error", err)
	}
	var wg sync.WaitGroup
	for _, w := range a.workers {
		for range a.Config.Workers {
			wg.Go(func() { w.loop(ctx) })
		}
	}
	wg.Go(func() { a.runChannels(ctx) })
	sched, err := gocron.NewScheduler(gocron.WithClock(a.Clock.Machine()), gocron.WithLocation(time.UTC))
	if err != nil {
		return nil, err
	}
	for _, j := range a.periodic() {
		_, err := sched.NewJob(gocron.DurationJob(j.every), gocron.NewTask(func() {
			if err := j.do(actor.With(ctx, actor.System("job:"+j.name))); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "periodic work failed; it is tried again", "work", j.name, "error", err)
			}
		}), gocron.WithName(j.name), gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
		if err != nil {
			return nil, err
		}
	}
	sched.Start()
	return func() {
		<-ctx.Done()
		if err := sched.Shutdown(); err != nil {
			slog.Error("stop the scheduler", "error", err)
		}
		wg.Wait()
	}, nil
}

// Drain works off everything that can be done at the present business time: the sandbox calls it at each hour of the
// way, tests after each step.
func (a *App) Drain(ctx context.Context) error {
	ctx = actor.With(ctx, actor.System("worker:drain"))
	for {
		any := false
		for _, w := range a.workers {
			for {
				did, err := w.work(ctx)
				if err != nil {
					return err
				}
				if !did {
					break
				}
				any = true
			}
		}
		if !any {
			return nil
		}
	}
}

// nothingWaits tells whether no batch is on its way: then the hours of a day need no look.
func (a *App) nothingWaits(ctx context.Context) (bool, error) {
	var n int64
	err := a.DB.ReadSQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM batches WHERE state IN ('receiving','screening','approved','sending')").Scan(&n)
	return n == 0, err
}
