package bill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// IssueMonth makes the bills of a month for all contracts that owe one, dated on a day (today where it is none): in the
// order of contract numbers, numbered without gaps, each once whatever happens (B03, B04). Running it again, beside
// another run or after a crash issues what is missing and nothing twice. One contract that fails never stops the others.
// With dryRun nothing is written but the report. Errors: ErrMonthOpen.
func (s *Service) IssueMonth(ctx context.Context, m caldate.Month, on caldate.Date, dryRun bool) (Report, error) {
	r, err := s.Begin(ctx, m, on, dryRun)
	if err != nil {
		return r, err
	}
	return s.carryOn(ctx, r)
}

// Begin writes down that a month is to be billed (or previewed): CarryOn does it, in this server or, if that dies, in another
// (Work). Errors: ErrMonthOpen.
func (s *Service) Begin(ctx context.Context, m caldate.Month, on caldate.Date, dryRun bool) (Report, error) {
	now := s.clock.Instant()
	if on.IsZero() {
		on = now.Date()
	}
	if !dryRun && (!m.Last().Before(on) || on.After(now.Date())) {
		return Report{}, ErrMonthOpen.With("month", m.String())
	}
	r := Report{ID: ids.New(), Month: m, DryRun: dryRun, State: runRunning, StartedBy: actor.From(ctx).UserID, StartedAt: now, Failures: []Failure{}, Anomalies: []Anomaly{}, Items: []Item{}, on: on}
	var err error
	if r.Expected, err = s.contracts.BillableCount(ctx, m); err != nil {
		return r, fmt.Errorf("count the contracts of %s: %w", m, err)
	}
	return r, s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.saveRun(ctx, &r); err != nil {
			return err
		}
		return s.step(ctx, &r)
	})
}

// The states of a run.
const (
	runRunning = "running"
	runDone    = "done"
)

// ErrTakenOver says that another server goes on with a run.
var errTakenOver = errors.New("another server has taken the run over")

// CarryOn does a run that was begun, page by page, until it is done or ctx ends; it can be carried on from there.
func (s *Service) CarryOn(ctx context.Context, id string) (Report, error) {
	r, err := s.store.run(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State != runRunning {
		return r, nil
	}
	last, err := s.store.lastStep(ctx, id)
	if err != nil {
		return r, err
	}
	last.into(&r)
	return s.carryOn(ctx, r)
}

func (s *Service) carryOn(ctx context.Context, r Report) (Report, error) {
	for {
		page, err := s.contracts.Billable(ctx, r.Month, r.after, pageSize)
		if err != nil {
			return r, err
		}
		if len(page) == 0 {
			break
		}
		if err := s.issuePage(ctx, &r, page, r.on); err != nil {
			return r, err
		}
		failpoint.Hit("bill.run.page_issued")
		r.after = page[len(page)-1].Number
		r.looked += int64(len(page))
		if err := s.saveStep(ctx, &r); err != nil {
			if errors.Is(err, errTakenOver) {
				return s.store.run(ctx, r.ID)
			}
			return r, err
		}
		failpoint.Hit("bill.run.page_done")
	}
	r.Expected, r.State, r.EndedAt = r.looked, runDone, s.clock.Instant()
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.saveRun(ctx, &r); err != nil {
			return err
		}
		if err := s.step(ctx, &r); err != nil || r.DryRun {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bill.run", ObjectType: "bill_run", ObjectID: r.ID, On: r.on,
			Detail: map[string]any{"month": r.Month, "expected": r.Expected, "created": r.Created, "skipped": r.Skipped, "nothing_owed": r.Nothing, "failed": r.FailedN, "total_fen": r.Total}})
	})
	if errors.Is(err, errTakenOver) {
		return s.store.run(ctx, r.ID)
	}
	return r, err
}

// saveStep writes down how far a run is. A run that was carried on elsewhere has that step already.
func (s *Service) saveStep(ctx context.Context, r *Report) error {
	listed := r.listed
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if listed {
			err = s.store.saveRun(ctx, r)
		} else {
			err = s.store.progress(ctx, r)
		}
		if err != nil {
			return err
		}
		return s.step(ctx, r)
	})
	if err == nil {
		r.listed = false
	}
	return err
}

func (s *Service) step(ctx context.Context, r *Report) error {
	x := stepOf(r)
	x.At = s.clock.RealInstant()
	err := s.store.insertStep(ctx, &x)
	if db.IsDuplicate(err) {
		return errTakenOver
	}
	if err == nil {
		r.seq = x.Seq
	}
	return err
}

// silentFor is how long a run may make no step before another server takes it over, on the machine's clock. A page takes
// well below a second.
const silentFor = 30 * time.Second

// Work carries on one run whose server has gone, and tells whether there was one.
func (s *Service) Work(ctx context.Context) (bool, error) {
	id, err := s.store.silent(ctx, s.clock.RealInstant().Add(-silentFor))
	if err != nil || id == "" {
		return false, err
	}
	s.log.InfoContext(ctx, "a run of bills whose server has gone is carried on", "run", id)
	_, err = s.CarryOn(ctx, id)
	return true, err
}

// Step is how far a run was at a moment: what a live page is told. Seq counts from 1 without gaps.
type Step struct {
	RunID        string `gorm:"primaryKey"`
	Seq          int64  `gorm:"primaryKey;autoIncrement:false"`
	AfterNumber  string
	OnDate       caldate.Date
	Looked       int64
	Expected     int64
	Created      int64
	Skipped      int64
	OwingNothing int64
	Failed       int64
	TotalFen     int64
	State        string
	At           caldate.Instant // machine's clock
}

// TableName is bill_run_steps.
func (Step) TableName() string { return "bill_run_steps" }

func stepOf(r *Report) Step {
	return Step{RunID: r.ID, Seq: r.seq + 1, AfterNumber: r.after, OnDate: r.on, Looked: r.looked, Expected: r.Expected, Created: r.Created, Skipped: r.Skipped, OwingNothing: r.Nothing,
		Failed: r.FailedN, TotalFen: int64(r.Total), State: r.State}
}

// into sets a report to where the step was.
func (x *Step) into(r *Report) {
	r.seq, r.after, r.on, r.looked = x.Seq, x.AfterNumber, x.OnDate, x.Looked
}

// Steps gives the steps of a run after a sequence number, the first ones first.
func (s *Service) Steps(ctx context.Context, id string, after int64, limit int) ([]Step, error) {
	return s.store.steps(ctx, id, after, limit)
}
