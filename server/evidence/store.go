package evidence

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// sorted says that the numbers of a batch stand in runs.
type sorted struct {
	BatchID   string `gorm:"primaryKey"`
	OnDate    caldate.Date
	Messages  int64
	MadeAt    caldate.Instant // machine's clock
	DroppedAt caldate.Instant // business clock: the content was purged, and no run names the batch any more
}

func (sorted) TableName() string { return "find_batches" }

type runBatch struct {
	RunID   string `gorm:"primaryKey"`
	BatchID string `gorm:"primaryKey"`
}

func (runBatch) TableName() string { return "find_run_batches" }

const rowsAtOnce = 500

func (s store) runs(ctx context.Context) (rs []Run, err error) {
	err = s.db.Q(ctx).Order("first_day, id").Find(&rs).Error
	return rs, err
}

// unsorted gives a screened batch whose numbers stand in no run yet, the oldest first; "" where there is none.
func (s store) unsorted(ctx context.Context) (string, error) {
	var ids []string
	err := s.db.Q(ctx).Table("batches").Where("screened_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM find_batches f WHERE f.batch_id = batches.id)").
		Order("screened_at").Limit(1).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// batches reads batches by id within the actor's scope, without opening anything.
func (s store) batches(ctx context.Context, ids []string) (map[string]*batch.Batch, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	out := make(map[string]*batch.Batch, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), rowsAtOnce)
		var rows []batch.Batch
		if err := s.db.Q(ctx).Where("id IN ?", ids[:n]).Where(condition, args...).Find(&rows).Error; err != nil {
			return nil, err
		}
		for i := range rows {
			out[rows[i].ID] = &rows[i]
		}
		ids = ids[n:]
	}
	return out, nil
}

// addRun registers a run with its batches.
func (s store) addRun(ctx context.Context, r *Run, batchIDs []string) error {
	if err := s.db.Q(ctx).Create(r).Error; err != nil {
		return err
	}
	rows := make([]runBatch, len(batchIDs))
	for i, id := range batchIDs {
		rows[i] = runBatch{r.ID, id}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(rows, rowsAtOnce).Error
}

func (s store) addSorted(ctx context.Context, r sorted) error { return s.db.Q(ctx).Create(&r).Error }

// takeRuns removes the rows of runs; false where one of them is gone already.
func (s store) takeRuns(ctx context.Context, ids []string) (bool, error) {
	res := s.db.Q(ctx).Where("id IN ?", ids).Delete(&Run{})
	if res.Error != nil || res.RowsAffected != int64(len(ids)) {
		return false, res.Error
	}
	return true, s.db.Q(ctx).Where("run_id IN ?", ids).Delete(&runBatch{}).Error
}

// batchesOf gives the batches that runs name.
func (s store) batchesOf(ctx context.Context, runIDs []string) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&runBatch{}).Where("run_id IN ?", runIDs).Distinct("batch_id").Order("batch_id").Pluck("batch_id", &ids).Error
	return ids, err
}

// markDropped notes that no run names batches any more.
func (s store) markDropped(ctx context.Context, ids []string, at caldate.Instant) error {
	for len(ids) > 0 {
		n := min(len(ids), rowsAtOnce)
		if err := s.db.Q(ctx).Model(&sorted{}).Where("batch_id IN ? AND dropped_at IS NULL", ids[:n]).Update("dropped_at", at).Error; err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
