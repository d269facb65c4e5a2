package evidence

import (
	"context"
	"slices"

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

// standing gives those of the batches that runs name whole.
func (s store) standing(ctx context.Context, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	for some := range slices.Chunk(ids, rowsAtOnce) {
		var found []string
		if err := s.db.Q(ctx).Model(&sorted{}).Where("batch_id IN ? AND dropped_at IS NULL", some).Pluck("batch_id", &found).Error; err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// leftBefore gives the chunks of a customer of which anything left before a moment of the business clock.
func (s store) leftBefore(ctx context.Context, customerID string, at caldate.Instant) (map[chunkID]bool, error) {
	var rows []struct {
		BatchID  string
		ChunkSeq int64
	}
	err := s.db.Q(ctx).Raw(`SELECT DISTINCT s.batch_id, s.chunk_seq FROM handoff_slices s JOIN batches b ON b.id = s.batch_id
		WHERE b.customer_id = ? AND b.screened_at < ? AND s.at < ? AND s.messages > 0`, customerID, at, at).Scan(&rows).Error
	out := make(map[chunkID]bool, len(rows))
	for _, r := range rows {
		out[chunkID{r.BatchID, r.ChunkSeq}] = true
	}
	return out, err
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

// runNaming gives a run that names one of the batches, nil where none does.
func (s store) runNaming(ctx context.Context, batchIDs []string) (*Run, error) {
	for len(batchIDs) > 0 {
		n := min(len(batchIDs), rowsAtOnce)
		var r Run
		err := s.db.Q(ctx).Where("id IN (SELECT run_id FROM find_run_batches WHERE batch_id IN ?)", batchIDs[:n]).Order("id").Limit(1).Take(&r).Error
		if !db.IsNotFound(err) {
			return &r, err
		}
		batchIDs = batchIDs[n:]
	}
	return nil, nil
}

func (s store) runKeys(ctx context.Context, keys []string) (map[string]bool, error) {
	var named []string
	err := s.db.Q(ctx).Model(&Run{}).Where("blob_key IN ?", keys).Pluck("blob_key", &named).Error
	out := make(map[string]bool, len(named))
	for _, key := range named {
		out[key] = true
	}
	return out, err
}

func (s store) numbers(ctx context.Context, sql string, args ...any) (out []string, err error) {
	err = s.db.Q(ctx).Raw(sql, args...).Scan(&out).Error
	return out, err
}

// unsortedBefore gives batches that were screened before a time, on the business clock, stand in no run, and to which nothing
// has happened since real, on the machine's.
func (s store) unsortedBefore(ctx context.Context, at, real caldate.Instant) ([]string, error) {
	return s.numbers(ctx, `SELECT b.number FROM batches b WHERE b.screened_at IS NOT NULL AND b.screened_at < ?
		AND NOT EXISTS (SELECT 1 FROM find_batches f WHERE f.batch_id = b.id)
		AND NOT EXISTS (SELECT 1 FROM audit_rows a WHERE a.object_type = 'batch' AND a.object_id = b.id AND a.real_at > ?) ORDER BY b.number`, at, real)
}

func (s store) purgedInRuns(ctx context.Context) ([]string, error) {
	return s.numbers(ctx, `SELECT DISTINCT b.number FROM batches b JOIN find_run_batches r ON r.batch_id = b.id JOIN data_keys k ON k.id = b.data_key_id
		JOIN purges p ON p.key_id = k.id WHERE k.destroyed_at IS NOT NULL AND p.cleared_at IS NOT NULL ORDER BY b.number`)
}

func (s store) inNoRun(ctx context.Context) ([]string, error) {
	return s.numbers(ctx, `SELECT b.number FROM find_batches f JOIN batches b ON b.id = f.batch_id WHERE f.dropped_at IS NULL AND f.messages > 0
		AND NOT EXISTS (SELECT 1 FROM find_run_batches r WHERE r.batch_id = f.batch_id) ORDER BY b.number`)
}

// sums gives how many messages the runs hold and how many their batches have. A purge that was killed between runs and mark
// leaves batches in no run that are not marked: they count as dropped.
func (s store) sums(ctx context.Context) (entries, messages int64, err error) {
	if err := s.db.Q(ctx).Model(&Run{}).Select("COALESCE(SUM(entries), 0)").Scan(&entries).Error; err != nil {
		return 0, 0, err
	}
	err = s.db.Q(ctx).Raw("SELECT COALESCE(SUM(f.messages), 0) FROM find_batches f WHERE EXISTS (SELECT 1 FROM find_run_batches r WHERE r.batch_id = f.batch_id)").Scan(&messages).Error
	return entries, messages, err
}
