package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/verify"
)

// Job is a function of a day: it may run any number of times with one result (billing.md "Jobs").
type Job struct {
	Name string
	Why  string
	// Due tells whether the job belongs to a day (bills only on the 1st); nil is every day.
	Due func(day caldate.Date) bool
	// GoesOn says that the job acts on each record by itself and finds what it did not manage again on the next day: after
	// maxTries failures the day goes on without it, so that one bad record does not stop everybody's calendar.
	GoesOn bool
	Do     func(ctx context.Context, day caldate.Date) (outcome string, err error)
}

// Days runs the timetable of daily jobs: in the order given, day after day, each once, only in one process at a time.
type Days struct {
	table  []Job
	store  store
	leases *Leases
	clock  clock.Clock
	mu     sync.Mutex
}

// NewDays makes the runner of a timetable.
func NewDays(d *db.DB, c clock.Clock, l *Leases, table []Job) *Days {
	return &Days{table: table, store: store{d}, leases: l, clock: c}
}

const (
	leaseName = "daily-jobs"
	leaseTTL  = 20 * time.Second
	maxTries  = 3
	dayDone   = "day" // the row that says: every job of that day is done
)

// Result is what one job did on one day.
type Result struct {
	Job     string       `json:"job"`
	Day     caldate.Date `json:"day"`
	Outcome string       `json:"outcome"`
}

// RunDue runs all that is due up to and including today and has not run: after a downtime the missed days come first, in
// order. While another process does it, nothing happens. It stops at the first job that fails, because later ones build
// on earlier ones; the next call tries that job again.
func (d *Days) RunDue(ctx context.Context, today caldate.Date) ([]Result, error) {
	out, _, err := d.TryDue(ctx, today)
	return out, err
}

// TryDue is RunDue that tells whether all is done: it is not while another process works, or for as long as the lease of one
// that was killed lasts.
func (d *Days) TryDue(ctx context.Context, today caldate.Date) (out []Result, all bool, err error) {
	d.mu.Lock() // the lease keeps processes apart, not the parts of one
	defer d.mu.Unlock()
	lease, ok, err := d.leases.Acquire(ctx, leaseName, leaseTTL)
	if err != nil || !ok {
		return nil, false, err
	}
	defer func() { // so that other servers need not wait until it ends by itself
		err = errors.Join(err, d.leases.Release(context.WithoutCancel(ctx), leaseName))
	}()
	newest, err := d.store.bounds(ctx, dayDone)
	if err != nil {
		return nil, false, err
	}
	from := today // a first start owes nothing of the past
	if !newest.IsZero() {
		from = newest.AddDays(1)
	}
	for day := from; !day.After(today); day = day.AddDays(1) {
		res, done, err := d.runDay(ctx, lease, day)
		out = append(out, res...)
		if err != nil || !done {
			return out, false, err
		}
	}
	return out, true, nil
}

// runDay does what is left of a day; done is false where another process took the lease over, which goes on from there.
func (d *Days) runDay(ctx context.Context, lease Lease, day caldate.Date) (out []Result, done bool, err error) {
	if dawn != nil {
		if err := dawn(ctx, d, day); err != nil {
			return nil, false, err
		}
	}
	for _, j := range d.table {
		if j.Due != nil && !j.Due(day) {
			continue
		}
		if r, found, err := d.store.run(ctx, j.Name, day); err != nil {
			return out, false, err
		} else if found && !r.FinishedAt.IsZero() {
			continue
		}
		if _, ok, err := d.leases.Acquire(ctx, lease.Name, leaseTTL); err != nil || !ok {
			return out, false, err
		}
		give := d.keep(ctx)
		res, err := d.do(ctx, j, day)
		give()
		if err != nil {
			return out, false, err
		}
		out = append(out, res)
	}
	return out, true, d.mark(ctx, Run{Job: dayDone, Day: day, Outcome: "done"})
}

// dawn is what a bug planted for the crash harness (server/crash) does before a day's jobs; nil in every other program.
var dawn func(ctx context.Context, d *Days, day caldate.Date) error

// keep renews the lease while a job runs, however long that takes: the lease itself is short, so that a process that was
// killed holds up the others only for seconds. The function that it gives ends that.
func (d *Days) keep(ctx context.Context) (give func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(leaseTTL / 4)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				if _, _, err := d.leases.Acquire(ctx, leaseName, leaseTTL); err != nil && ctx.Err() == nil {
					slog.WarnContext(ctx, "renew the lease of the daily jobs", "error", err)
				}
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

func (d *Days) mark(ctx context.Context, r Run) error {
	now := d.clock.RealInstant()
	r.StartedAt, r.FinishedAt, r.Attempts = now, now, 1
	return d.store.db.Run(ctx, func(ctx context.Context) error {
		if err := d.store.begin(ctx, r); err != nil {
			return err
		}
		return d.store.finish(ctx, r)
	})
}

func (d *Days) do(ctx context.Context, j Job, day caldate.Date) (Result, error) {
	ctx = actor.With(ctx, actor.System("job:"+j.Name))
	r, _, err := d.store.run(ctx, j.Name, day)
	if err != nil {
		return Result{}, err
	}
	r.Attempts++
	r.StartedAt = d.clock.RealInstant()
	r.Outcome = "running"
	if err := d.store.db.Run(ctx, func(ctx context.Context) error { return d.store.begin(ctx, r) }); err != nil {
		return Result{}, err
	}
	outcome, err := j.Do(ctx, day)
	if err != nil && j.GoesOn && r.Attempts >= maxTries {
		slog.ErrorContext(ctx, "job failed for good on this day; the next day tries what is left", "job", j.Name, "day", day.String(), "attempts", r.Attempts, "error", err)
		outcome, err = "failed in part: "+err.Error(), nil
	}
	if err != nil {
		slog.ErrorContext(ctx, "job failed; it is tried again", "job", j.Name, "day", day.String(), "attempt", r.Attempts, "error", err)
		return Result{}, fmt.Errorf("job %s of %s: %w", j.Name, day, err)
	}
	r.Outcome, r.FinishedAt = clip(outcome), d.clock.RealInstant()
	if err := d.store.db.Run(ctx, func(ctx context.Context) error { return d.store.finish(ctx, r) }); err != nil {
		return Result{}, err
	}
	slog.InfoContext(ctx, "job done", "job", j.Name, "day", day.String(), "outcome", outcome)
	return Result{j.Name, day, outcome}, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 160 {
		return string(r[:160])
	}
	return s
}

// RunOne runs one job by hand as of a day, whether it ran before or not (`sealgate job run NAME --as-of DATE`). Errors:
// ErrNoSuchJob, ErrFutureDay.
func (d *Days) RunOne(ctx context.Context, name string, day caldate.Date) (Result, error) {
	if today := d.clock.Today(); day.After(today) {
		return Result{}, ErrFutureDay.With("today", today.String())
	}
	for _, j := range d.table {
		if j.Name == name {
			return d.do(ctx, j, day)
		}
	}
	return Result{}, ErrNoSuchJob.With("job", name)
}

// Timetable gives the jobs in order.
func (d *Days) Timetable() []Job { return d.table }

// Verify checks invariant 28: every job of a day that counts as done has been finished. A job that a later version brought is owed from
// the time of its first run on.
func (d *Days) Verify(ctx context.Context) ([]verify.Violation, error) {
	runs, err := d.store.finished(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the runs of jobs: %w", err)
	}
	type one struct {
		job string
		day caldate.Date
	}
	ran, since := map[one]bool{}, map[string]caldate.Instant{}
	for _, r := range runs {
		ran[one{r.Job, r.Day}] = true
		if first, known := since[r.Job]; !known || r.StartedAt.Before(first) {
			since[r.Job] = r.StartedAt
		}
	}
	var out []verify.Violation
	for _, done := range runs {
		if done.Job != dayDone {
			continue
		}
		for _, j := range d.table {
			first, known := since[j.Name]
			if known && !done.FinishedAt.Before(first) && (j.Due == nil || j.Due(done.Day)) && !ran[one{j.Name, done.Day}] {
				out = append(out, verify.Violation{Invariant: 28, Object: "day " + done.Day.String(), Detail: "counts as done, but its job " + j.Name + " was not finished"})
			}
		}
	}
	return out, nil
}

// Recent gives the newest runs, for the operations page.
func (d *Days) Recent(ctx context.Context, limit int) ([]Run, error) {
	return d.store.recent(ctx, limit)
}
