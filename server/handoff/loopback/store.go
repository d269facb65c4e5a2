package loopback

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct {
	db      *db.DB
	channel string
}

// rowsAtOnce keeps a statement below SQLite's limit of variables.
const rowsAtOnce = 1000

func (s store) take(ctx context.Context, rows []Sent) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, rowsAtOnce).Error
	})
}

func (s store) due(ctx context.Context, now caldate.Instant, limit int) (rows []Sent, err error) {
	err = s.db.Q(ctx).Where("reported = ? AND due_at <= ? AND channel = ?", false, now, s.channel).Order("due_at, msg_key").Limit(limit).Find(&rows).Error
	return rows, err
}

func (s store) reported(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		for len(keys) > 0 {
			n := min(len(keys), rowsAtOnce)
			if err := s.db.Q(ctx).Model(&Sent{}).Where("msg_key IN ?", keys[:n]).Update("reported", true).Error; err != nil {
				return err
			}
			keys = keys[n:]
		}
		return nil
	})
}

func (s store) log(ctx context.Context, batchID string) (rows []Sent, err error) {
	// A range of the primary key: keys are `<batch>-<seq>`, and '.' follows '-'.
	err = s.db.Q(ctx).Where("msg_key > ? AND msg_key < ? AND channel = ?", batchID+"-", batchID+".", s.channel).Find(&rows).Error
	return rows, err
}
