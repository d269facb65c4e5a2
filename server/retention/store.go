package retention

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// openStates are those of batches that have not come to an end and are on their way; a draft or a failed file waits for a
// person and keeps nothing.
var openStates = slices.DeleteFunc(batch.States(), func(st batch.State) bool { return st.IsFinal() || st == batch.Draft || st == batch.Failed })

// keys gives the customers' months that can still be read, with what is known of their batches.
func (s store) keys(ctx context.Context) ([]KeyState, error) {
	var rows []struct {
		KeyID, CustomerID, CustomerName, Month string
		Batches, Messages, OpenCount           int64
		MovedAt, ClosedAt                      caldate.Instant
	}
	err := s.db.Q(ctx).Raw(`SELECT k.id AS key_id, k.customer_id, c.name AS customer_name, k.month,
		COUNT(b.id) AS batches, COALESCE(SUM(b.good_count), 0) AS messages, COALESCE(SUM(CASE WHEN b.state IN ? OR h.state = 'open' THEN 1 ELSE 0 END), 0) AS open_count,
		MAX(b.updated_at) AS moved_at, MAX(h.closed_at) AS closed_at
		FROM data_keys k LEFT JOIN customers c ON c.id = k.customer_id LEFT JOIN batches b ON b.data_key_id = k.id LEFT JOIN handoffs h ON h.batch_id = b.id
		WHERE k.purpose = 'data' AND k.destroyed_at IS NULL GROUP BY k.id, k.customer_id, c.name, k.month`, openStates).Scan(&rows).Error
	out := make([]KeyState, len(rows))
	for i, r := range rows {
		out[i] = KeyState{KeyID: r.KeyID, CustomerID: r.CustomerID, CustomerName: r.CustomerName, Month: r.Month, Batches: r.Batches, Messages: r.Messages, Open: r.OpenCount}
		if last := caldate.InstantMs(max(r.MovedAt.Ms(), r.ClosedAt.Ms())); !last.IsZero() {
			out[i].LastUse = last.Date()
		}
	}
	return out, err
}

func sortByDue(keys []KeyState) {
	slices.SortFunc(keys, func(a, b KeyState) int {
		return cmp.Or(a.DueOn.Compare(b.DueOn), cmp.Compare(a.CustomerName, b.CustomerName), cmp.Compare(a.Month, b.Month))
	})
}

// lastReceipt is when the last receipt about a message of a key's batches was booked.
func (s store) lastReceipt(ctx context.Context, keyID string) (at caldate.Instant, err error) {
	var ms *int64
	err = s.db.Q(ctx).Raw("SELECT MAX(r.at) FROM batches b JOIN handoff_receipts r ON r.batch_id = b.id WHERE b.data_key_id = ?", keyID).Scan(&ms).Error
	if err == nil && ms != nil {
		at = caldate.InstantMs(*ms)
	}
	return at, err
}

// ended gives the last day of the last contract of customers of whom no contract goes on.
func (s store) ended(ctx context.Context) (map[string]caldate.Date, error) {
	var over []contract.State
	for _, st := range contract.States() {
		if st.Ended() {
			over = append(over, st)
		}
	}
	var rows []struct {
		CustomerID string
		LastDay    caldate.Date
		LiveCount  int64
	}
	err := s.db.Q(ctx).Raw(`SELECT customer_id, MAX(CASE WHEN state IN ? THEN COALESCE(ended_on, end_date) ELSE NULL END) AS last_day,
		SUM(CASE WHEN state IN ? THEN 0 ELSE 1 END) AS live_count FROM contracts GROUP BY customer_id`, over, over).Scan(&rows).Error
	out := map[string]caldate.Date{}
	for _, r := range rows {
		if r.LiveCount == 0 && !r.LastDay.IsZero() {
			out[r.CustomerID] = r.LastDay
		}
	}
	return out, err
}

// named is a batch as a hold names it; Month is that of its key.
type named struct{ ID, Number, CustomerID, Month string }

func (s store) batch(ctx context.Context, id string) (*named, error) {
	var rows []named
	err := s.db.Q(ctx).Raw("SELECT b.id, b.number, b.customer_id, k.month FROM batches b JOIN data_keys k ON k.id = b.data_key_id WHERE b.id = ? OR b.number = ?", id, id).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// lockKeys locks the keys that a hold is about and counts them.
func (s store) lockKeys(ctx context.Context, h *Hold) (live, gone int, err error) {
	var rows []struct{ DestroyedAt caldate.Instant }
	q := s.db.ForUpdate(s.db.Q(ctx).Table("data_keys")).Select("destroyed_at").Where("purpose = 'data' AND customer_id = ?", h.CustomerID)
	if h.FirstMonth != "" {
		q = q.Where("month >= ? AND month <= ?", h.FirstMonth, h.LastMonth)
	}
	if err := q.Find(&rows).Error; err != nil {
		return 0, 0, err
	}
	for _, r := range rows {
		if r.DestroyedAt.IsZero() {
			live++
		} else {
			gone++
		}
	}
	return live, gone, nil
}

// lockKey locks a key and counts its batches that have not come to an end.
func (s store) lockKey(ctx context.Context, id string) (open int64, err error) {
	var ids []string
	if err := s.db.ForUpdate(s.db.Q(ctx).Table("data_keys")).Where("id = ?", id).Pluck("id", &ids).Error; err != nil {
		return 0, err
	}
	err = s.db.Q(ctx).Table("batches b").Joins("LEFT JOIN handoffs h ON h.batch_id = b.id").
		Where("b.data_key_id = ? AND (b.state IN ? OR h.state = 'open')", id, openStates).Count(&open).Error
	return open, err
}

func (s store) addHold(ctx context.Context, h *Hold) error { return s.db.Q(ctx).Create(h).Error }

func (s store) hold(ctx context.Context, id string) (*Hold, error) {
	return db.Take[Hold](s.db.Q(ctx).Where("id = ?", id), nil)
}

func (s store) lift(ctx context.Context, h *Hold) (bool, error) {
	res := s.db.Q(ctx).Model(&Hold{}).Where("id = ? AND lifted_at IS NULL", h.ID).Select("LiftedBy", "LiftedName", "LiftedAt", "LiftReason").Updates(h)
	return res.RowsAffected == 1, res.Error
}

func (s store) holds(ctx context.Context, live bool) (hs []Hold, err error) {
	q := s.db.Q(ctx)
	if live {
		q = q.Where("lifted_at IS NULL")
	}
	err = q.Order("CASE WHEN lifted_at IS NULL THEN 0 ELSE 1 END, placed_at DESC, id DESC").Find(&hs).Error
	return hs, err
}

func (s store) addPurge(ctx context.Context, p *Purge) error { return s.db.Q(ctx).Create(p).Error }

func (s store) purgesOf(ctx context.Context, on caldate.Date) *gorm.DB {
	q := s.db.Q(ctx).Model(&Purge{})
	if !on.IsZero() {
		q = q.Where("on_date = ?", on)
	}
	return q
}

func (s store) countPurges(ctx context.Context, on caldate.Date) (n int64, err error) {
	err = s.purgesOf(ctx, on).Count(&n).Error
	return n, err
}

func (s store) purges(ctx context.Context, on caldate.Date, after string, limit int) (ps []Purge, err error) {
	q := s.purgesOf(ctx, on)
	if after != "" {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(limit).Find(&ps).Error
	return ps, err
}

func (s store) uncleared(ctx context.Context) (ps []Purge, err error) {
	err = s.db.Q(ctx).Where("cleared_at IS NULL").Order("id").Find(&ps).Error
	return ps, err
}

func (s store) cleared(ctx context.Context, id string, objects int64, at caldate.Instant) error {
	return s.db.Q(ctx).Model(&Purge{}).Where("id = ? AND cleared_at IS NULL", id).Updates(map[string]any{"cleared_at": at, "object_count": objects}).Error
}

func (s store) batchesOf(ctx context.Context, keyID string) (ids []string, err error) {
	err = s.db.Q(ctx).Table("batches").Where("data_key_id = ?", keyID).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// destroyedKey is a destroyed key with its row of the report.
type destroyedKey struct {
	CustomerID, Month, PurgeID string
	DueOn                      caldate.Date
	PurgedAt                   caldate.Instant
}

func (s store) destroyed(ctx context.Context) (rows []destroyedKey, err error) {
	err = s.db.Q(ctx).Raw(`SELECT k.customer_id, k.month, COALESCE(p.id, '') AS purge_id, p.due_on, p.purged_at FROM data_keys k
		LEFT JOIN purges p ON p.key_id = k.id WHERE k.purpose = 'data' AND k.destroyed_at IS NOT NULL ORDER BY k.month, k.customer_id`).Scan(&rows).Error
	return rows, err
}
