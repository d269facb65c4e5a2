package similar

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type bandRow struct {
	BandKey int64  `gorm:"primaryKey;autoIncrement:false"`
	TextID  string `gorm:"primaryKey"`
}

func (bandRow) TableName() string { return "decided_bands" }

const rowsAtOnce = 200

func (s store) forget(ctx context.Context, batchID string) error {
	q := s.db.Q(ctx)
	if err := q.Exec("DELETE FROM decided_bands WHERE text_id IN (SELECT id FROM decided_texts WHERE batch_id = ?)", batchID).Error; err != nil {
		return err
	}
	return q.Exec("DELETE FROM decided_texts WHERE batch_id = ?", batchID).Error
}

func (s store) dropBefore(ctx context.Context, before caldate.Instant) (int64, error) {
	q := s.db.Q(ctx)
	if err := q.Exec("DELETE FROM decided_bands WHERE text_id IN (SELECT id FROM decided_texts WHERE at < ?)", before.Ms()).Error; err != nil {
		return 0, err
	}
	r := q.Exec("DELETE FROM decided_texts WHERE at < ?", before.Ms())
	return r.RowsAffected, r.Error
}

func (s store) add(ctx context.Context, texts []Decided) error {
	if len(texts) == 0 {
		return nil
	}
	var rows []bandRow
	for i := range texts {
		sketch, err := Parse(texts[i].Sketch)
		if err != nil {
			return err
		}
		for _, k := range sketch.Bands() {
			rows = append(rows, bandRow{k, texts[i].ID})
		}
	}
	if err := s.db.Q(ctx).CreateInBatches(texts, rowsAtOnce).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).CreateInBatches(rows, rowsAtOnce).Error
}

// candidates gives texts that share a band with the keys, the latest first.
func (s store) candidates(ctx context.Context, keys []int64, except string, refusedOnly bool) (out []Decided, err error) {
	q := s.db.Q(ctx).Where("id IN (SELECT text_id FROM decided_bands WHERE band_key IN ?) AND batch_id <> ?", keys, except)
	if refusedOnly {
		q = q.Where("outcome = ?", Refused)
	}
	err = q.Order("at DESC, id DESC").Limit(maxFound).Find(&out).Error
	return out, err
}
