package jobs

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type leaseRow struct {
	Name    string `gorm:"primaryKey"`
	Holder  string
	Fence   int64
	UntilMs int64
}

func (leaseRow) TableName() string { return "leases" }

// lease reads a lease, making its row first if it was never taken.
func (s store) lease(ctx context.Context, name string) (leaseRow, error) {
	row := leaseRow{Name: name}
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return row, err
	}
	return s.locked(ctx, name)
}

func (s store) locked(ctx context.Context, name string) (leaseRow, error) {
	var row leaseRow
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("name = ?", name).Take(&row).Error
	return row, err
}

func (s store) take(ctx context.Context, old, next leaseRow) (bool, error) {
	res := s.db.Q(ctx).Model(&leaseRow{}).Where("name = ? AND holder = ? AND fence = ? AND until_ms = ?", old.Name, old.Holder, old.Fence, old.UntilMs).
		Updates(map[string]any{"holder": next.Holder, "fence": next.Fence, "until_ms": next.UntilMs})
	return res.RowsAffected == 1, res.Error
}

func (s store) release(ctx context.Context, name, holder string) error {
	return s.db.Q(ctx).Model(&leaseRow{}).Where("name = ? AND holder = ?", name, holder).Update("until_ms", 0).Error
}

// Run is one job of one day.
type Run struct {
	Job        string          `gorm:"primaryKey" json:"job"`
	Day        caldate.Date    `gorm:"primaryKey" json:"day"`
	StartedAt  caldate.Instant `json:"started_at"`
	FinishedAt caldate.Instant `json:"finished_at"`
	Attempts   int64           `json:"attempts"`
	Outcome    string          `json:"outcome"`
}

// TableName is job_runs.
func (Run) TableName() string { return "job_runs" }

func (s store) run(ctx context.Context, job string, day caldate.Date) (Run, bool, error) {
	var r Run
	err := s.db.Q(ctx).Where("job = ? AND day = ?", job, day).Take(&r).Error
	if db.IsNotFound(err) {
		return Run{Job: job, Day: day}, false, nil
	}
	return r, err == nil, err
}

func (s store) begin(ctx context.Context, r Run) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "job"}, {Name: "day"}},
		DoUpdates: clause.AssignmentColumns([]string{"started_at", "attempts", "outcome"}),
	}).Create(&r).Error
}

func (s store) finish(ctx context.Context, r Run) error {
	return s.db.Q(ctx).Model(&Run{}).Where("job = ? AND day = ?", r.Job, r.Day).
		Updates(map[string]any{"finished_at": r.FinishedAt, "outcome": r.Outcome}).Error
}

// firstUnfinished and newest bound the days that may still be owed.
func (s store) bounds(ctx context.Context, markers string) (newest caldate.Date, err error) {
	var day *string
	err = s.db.Q(ctx).Model(&Run{}).Where("job = ? AND finished_at IS NOT NULL", markers).Select("MAX(day)").Scan(&day).Error
	if err != nil || day == nil {
		return caldate.Date{}, err
	}
	return caldate.Parse(*day)
}

func (s store) finished(ctx context.Context) (runs []Run, err error) {
	err = s.db.Q(ctx).Where("finished_at IS NOT NULL").Order("day, job").Find(&runs).Error
	return runs, err
}

func (s store) recent(ctx context.Context, limit int) ([]Run, error) {
	var out []Run
	err := s.db.Q(ctx).Order("day DESC, started_at DESC, job").Limit(limit).Find(&out).Error
	return out, err
}
