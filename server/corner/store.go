package corner

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// one reads a record within the actor's scope; none is missing.
func one[T any](s store, ctx context.Context, missing *errs.Error, where string, args ...any) (*T, error) {
	return db.Take[T](s.scoped(ctx).Where(where, args...), missing)
}

// Query narrows a list of what belongs to customers; the newest comes first.
type Query struct {
	CustomerID string
	State      string
	Cursor     string
	Limit      int
}

// page gives a page within the actor's scope, and how many fit the query.
func page[T any](s store, ctx context.Context, q Query) ([]T, int64, error) {
	g := s.scoped(ctx)
	if q.CustomerID != "" {
		g = g.Where("customer_id = ?", q.CustomerID)
	}
	if q.State != "" {
		g = g.Where("state = ?", q.State)
	}
	return db.Page[T](g, q.Cursor, q.Limit)
}

// decide writes the fields of a row that is still in a state.
func (s store) decide(ctx context.Context, row any, was any, fields ...string) error {
	res := s.db.Q(ctx).Model(row).Where("state = ?", was).Select(fields).Updates(row)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrDecided
	}
	return res.Error
}

func (s store) insert(ctx context.Context, row any) error { return s.db.Q(ctx).Create(row).Error }

// settings are a customer's, whoever asks.
func (s store) settings(ctx context.Context, customerID string) (Settings, error) {
	out := Settings{CustomerID: customerID}
	err := s.db.Q(ctx).Where("customer_id = ?", customerID).Take(&out).Error
	if db.IsNotFound(err) {
		return Settings{CustomerID: customerID}, nil
	}
	return out, err
}

func (s store) saveSettings(ctx context.Context, row Settings, version int64) error {
	if version == 0 {
		err := s.db.Q(ctx).Create(&row).Error
		if db.IsDuplicate(err) {
			return ErrStale
		}
		return err
	}
	res := s.db.Q(ctx).Model(&row).Where("version = ?", version).Select("NeedsRelease", "NeedsCheck", "SetBy", "SetAt", "Version").Updates(&row)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// askRelease notes that a batch waits; one that was declined and came again waits again.
func (s store) askRelease(ctx context.Context, r Release) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "batch_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"state", "asked_at", "decided_by", "decided_by_name", "decided_at", "note"})}).Create(&r).Error
}

// liveFreeze is the freeze of a customer that holds, whoever asks; nil: none.
func (s store) liveFreeze(ctx context.Context, customerID string) (*Freeze, error) {
	return db.Take[Freeze](s.db.Q(ctx).Where("live_key = ?", customerID), nil)
}

func (s store) lift(ctx context.Context, f *Freeze) error {
	res := s.db.Q(ctx).Model(f).Where("live_key IS NOT NULL").Select("LiveKey", "LiftedBy", "LiftedAt", "LiftReason", "CheckID").Updates(f)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrNoFreeze
	}
	return res.Error
}

// freezes lists those of a customer, or of all customers that hold where none is named.
func (s store) freezes(ctx context.Context, customerID string) (out []Freeze, err error) {
	q := s.scoped(ctx)
	if customerID != "" {
		q = q.Where("customer_id = ?", customerID)
	} else {
		q = q.Where("live_key IS NOT NULL")
	}
	return out, q.Order("id DESC").Limit(200).Find(&out).Error
}

// openCheck is the newest check of a customer that holds, whoever asks; nil: none.
func (s store) openCheck(ctx context.Context, customerID string, now caldate.Instant) (*Check, error) {
	return db.Take[Check](s.db.Q(ctx).Where("customer_id = ? AND ended_at IS NULL AND until_at > ?", customerID, now).Order("id DESC"), nil)
}

func (s store) endCheck(ctx context.Context, c *Check) error {
	res := s.db.Q(ctx).Model(c).Where("ended_at IS NULL").Select("EndedAt", "EndedBy").Updates(c)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrCheckOver
	}
	return res.Error
}

func (s store) acts(ctx context.Context, checkIDs []string) (out []Act, err error) {
	return out, s.scoped(ctx).Where("check_id IN ?", append(checkIDs, "")).Order("id").Find(&out).Error
}

// strings runs a query of Verify that gives ids.
func (s store) strings(ctx context.Context, sql string, args ...any) (out []string, err error) {
	return out, s.db.Q(ctx).Raw(sql, args...).Scan(&out).Error
}
