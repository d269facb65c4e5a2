package app

import (
	"context"
	"time"

	"sealgate/server/platform/jobs"
)

// timetable is every job of a day, in the order in which they run (billing.md "Jobs"): bills before anything that chases
// them, what starts or ends before what is owed, suspensions last.
func (a *App) timetable() []jobs.Job {
	return []jobs.Job{}
}

// periodic is what runs all the time, whatever the day. Each may run in every server at once: leases and unique keys
// keep them apart.
func (a *App) periodic() []periodicWork {
	return []periodicWork{
		{"daily", 20 * time.Second, func(ctx context.Context) error { // looks whether a day's jobs are due
			if err := a.Sandbox.Load(ctx); err != nil {
				return err
			}
			_, err := a.Days.RunDue(ctx, a.Clock.Today())
			return err
		}},
	}
}

type periodicWork struct {
	name  string
	every time.Duration
	do    func(ctx context.Context) error
}
