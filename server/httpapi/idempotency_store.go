package httpapi

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// keyRow is an Idempotency-Key of a user and, once it is done, the answer.
type keyRow struct {
	UserID      string `gorm:"primaryKey"`
	IdemKey     string `gorm:"primaryKey"`
	RequestHash string
	State       string
	Status      int
	ContentType string
	Body        string
	CreatedAt   caldate.Instant // machine's clock
}

// TableName is idempotency_keys.
func (keyRow) TableName() string { return "idempotency_keys" }

type keyStore struct{ db *db.DB }

// claim inserts the key, or gives the row that has it already.
func (s keyStore) claim(ctx context.Context, k keyRow) (old *keyRow, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error { return s.db.Q(ctx).Create(&k).Error })
	if !db.IsDuplicate(err) {
		return nil, err
	}
	var row keyRow
	err = s.db.Q(ctx).Where("user_id = ? AND idem_key = ?", k.UserID, k.IdemKey).Take(&row).Error
	if db.IsNotFound(err) { // purged or forgotten at this very moment
		return nil, errUnderWay
	}
	return &row, err
}

// takeOver claims a key whose call died before it did anything.
func (s keyStore) takeOver(ctx context.Context, old keyRow, now caldate.Instant) (taken bool, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		res := s.db.Q(ctx).Exec("UPDATE idempotency_keys SET created_at = ? WHERE user_id = ? AND idem_key = ? AND state = ? AND created_at = ?",
			now, old.UserID, old.IdemKey, keyBegun, old.CreatedAt)
		taken = res.RowsAffected == 1
		return res.Error
	})
	return taken, err
}

// mark changes the state inside the transaction of ctx.
func (s keyStore) mark(ctx context.Context, k keyRow, state string) error {
	return s.db.Q(ctx).Exec("UPDATE idempotency_keys SET state = ? WHERE user_id = ? AND idem_key = ? AND state = ?", state, k.UserID, k.IdemKey, keyBegun).Error
}

func (s keyStore) save(ctx context.Context, k keyRow) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Exec("UPDATE idempotency_keys SET state = ?, status = ?, content_type = ?, body = ? WHERE user_id = ? AND idem_key = ?",
			keyDone, k.Status, k.ContentType, k.Body, k.UserID, k.IdemKey).Error
	})
}

// forgetUnacted frees the key of a refused call; one that committed something before it failed stays taken.
func (s keyStore) forgetUnacted(ctx context.Context, k keyRow) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Exec("DELETE FROM idempotency_keys WHERE user_id = ? AND idem_key = ? AND state = ?", k.UserID, k.IdemKey, keyBegun).Error
	})
}

func (s keyStore) purge(ctx context.Context, before caldate.Instant) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Exec("DELETE FROM idempotency_keys WHERE created_at < ?", before).Error
	})
}
