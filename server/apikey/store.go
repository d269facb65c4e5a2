package apikey

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, k *Key) error { return s.db.Q(ctx).Create(k).Error }

// byID reads a key within the actor's scope.
func (s store) byID(ctx context.Context, id string) (*Key, error) {
	k, err := take(s.scoped(ctx), id)
	if err == nil && k == nil {
		err = ErrNotFound
	}
	return k, err
}

// any reads a key whoever asks: for the check of a call. nil: there is none.
func (s store) any(ctx context.Context, id string) (*Key, error) { return take(s.db.Q(ctx), id) }

func take(q *gorm.DB, id string) (*Key, error) {
	return db.Take[Key](q.Where("id = ?", id), nil)
}

func (s store) list(ctx context.Context, customerID string) (out []Key, err error) {
	q := s.scoped(ctx)
	if customerID != "" {
		q = q.Where("customer_id = ?", customerID)
	}
	return out, q.Order("id DESC").Limit(500).Find(&out).Error
}

func (s store) countLive(ctx context.Context, customerID string) (n int64, err error) {
	return n, s.db.Q(ctx).Model(&Key{}).Where("customer_id = ? AND state <> ?", customerID, Revoked).Count(&n).Error
}

// update writes fields of a key that is still as it was read.
func (s store) update(ctx context.Context, k *Key, was State, fields ...string) error {
	version := k.Version
	k.Version++
	res := s.db.Q(ctx).Model(k).Where("state = ? AND version = ?", was, version).Select(append(fields, "Version")).Updates(k)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// moveAll changes the state of a customer's keys and tells how many had the other one.
func (s store) moveAll(ctx context.Context, customerID string, from, to State) (int64, error) {
	res := s.db.Q(ctx).Exec("UPDATE api_keys SET state = ?, version = version + 1 WHERE customer_id = ? AND state = ?", to, customerID, from)
	return res.RowsAffected, res.Error
}

func (s store) touch(ctx context.Context, id, from string, at caldate.Instant) error {
	return s.db.Q(ctx).Exec("UPDATE api_keys SET last_used_at = ?, last_used_from = ? WHERE id = ?", at, from, id).Error
}

type nonceRow struct {
	KeyID   string `gorm:"primaryKey"`
	Nonce   string `gorm:"primaryKey"`
	UntilAt caldate.Instant
}

func (nonceRow) TableName() string { return "api_nonces" }

// keepNonce fails with a duplicate where the nonce was used before.
func (s store) keepNonce(ctx context.Context, r nonceRow) error { return s.db.Q(ctx).Create(&r).Error }

func (s store) purgeNonces(ctx context.Context, before caldate.Instant) error {
	return s.db.Q(ctx).Exec("DELETE FROM api_nonces WHERE until_at < ?", before).Error
}

type bucketRow struct {
	KeyID    string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	Millis   int64
	FilledAt int64
}

func (bucketRow) TableName() string { return "api_buckets" }

// bucket reads a key's bucket and keeps others from it until the transaction ends; a new one is full. Of several first calls at
// once one makes it.
func (s store) bucket(ctx context.Context, keyID, kind string, burst, now int64) (bucket, error) {
	r := bucketRow{KeyID: keyID, Kind: kind}
	read := func() error {
		return s.db.ForUpdate(s.db.Q(ctx)).Where("key_id = ? AND kind = ?", keyID, kind).Take(&r).Error
	}
	err := read()
	if db.IsNotFound(err) {
		fresh := bucketRow{keyID, kind, burst * 1000, now}
		if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return bucket{}, err
		}
		err = read()
	}
	return bucket{r.Millis, r.FilledAt}, err
}

func (s store) saveBucket(ctx context.Context, keyID, kind string, b bucket) error {
	return s.db.Q(ctx).Exec("UPDATE api_buckets SET millis = ?, filled_at = ? WHERE key_id = ? AND kind = ?", b.millis, b.filledAt, keyID, kind).Error
}

// submission says which batch came of a call that may be repeated.
type submission struct {
	KeyID     string `gorm:"primaryKey"`
	Reference string `gorm:"primaryKey"`
	Hash      string
	BatchID   string
	CreatedAt caldate.Instant
}

func (submission) TableName() string { return "api_submissions" }

func (s store) submission(ctx context.Context, keyID, reference string) (*submission, error) {
	return db.Take[submission](s.db.Q(ctx).Where("key_id = ? AND reference = ?", keyID, reference), nil)
}

func (s store) keepSubmission(ctx context.Context, r submission) error {
	return s.db.Q(ctx).Create(&r).Error
}

func (s store) verifyKeys(ctx context.Context) (bad []Key, err error) {
	return bad, s.db.Q(ctx).Where("(state = ? AND revoked_at IS NULL) OR (state <> ? AND revoked_at IS NOT NULL) OR state NOT IN ?",
		Revoked, Revoked, []State{Active, Frozen, Revoked}).Find(&bad).Error
}

func (s store) orphans(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Raw("SELECT s.batch_id FROM api_submissions s LEFT JOIN batches b ON b.id = s.batch_id LEFT JOIN api_keys k ON k.id = s.key_id " +
		"WHERE b.id IS NULL OR b.customer_id <> k.customer_id").Scan(&out).Error
}
