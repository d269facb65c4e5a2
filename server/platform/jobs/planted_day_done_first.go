//go:build planted_day_done_first

package jobs

import (
	"context"

	"sealgate/server/caldate"
)

// The bug: a day counts as done before its jobs have run. A server that is killed among them leaves the rest undone for good.
func init() {
	dawn = func(ctx context.Context, d *Days, day caldate.Date) error {
		return d.mark(ctx, Run{Job: dayDone, Day: day, Outcome: "done"})
	}
}
