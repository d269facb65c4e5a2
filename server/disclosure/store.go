package disclosure

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, d *Disclosure) error { return s.db.Q(ctx).Create(d).Error }

func (s store) get(ctx context.Context, id string) (*Disclosure, error) {
	return db.Take[Disclosure](s.db.Q(ctx).Where("id = ?", id), nil)
}

func (s store) locked(ctx context.Context, id string) (*Disclosure, error) {
	return db.Take[Disclosure](s.db.ForUpdate(s.db.Q(ctx)).Where("id = ?", id), nil)
}

// update writes the named fields where the row still is in state from and at d's version.
func (s store) update(ctx context.Context, d *Disclosure, from State, fields ...string) (bool, error) {
	was := d.Version
	d.Version++
	res := s.db.Q(ctx).Model(&Disclosure{}).Where("id = ? AND state = ? AND version = ?", d.ID, from, was).Select(append(fields, "Version")).Updates(d)
	return res.RowsAffected == 1, res.Error
}

func (s store) inState(ctx context.Context, state State) *gorm.DB {
	q := s.db.Q(ctx).Model(&Disclosure{})
	if state != "" {
		q = q.Where("state = ?", state)
	}
	return q
}

func (s store) count(ctx context.Context, state State) (n int64, err error) {
	err = s.inState(ctx, state).Count(&n).Error
	return n, err
}

func (s store) list(ctx context.Context, state State, after string, limit int) (ds []Disclosure, err error) {
	q := s.inState(ctx, state)
	if after != "" {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(limit).Find(&ds).Error
	return ds, err
}

func (s store) next(ctx context.Context, state State) (*Disclosure, error) {
	return db.Take[Disclosure](s.db.Q(ctx).Where("state = ?", state).Order("id").Limit(1), nil)
}

// over gives the disclosures of which the key is to be destroyed: files whose last day is over, and those that came to nothing
// a day ago.
func (s store) over(ctx context.Context, day caldate.Date) (ds []Disclosure, err error) {
	err = s.db.Q(ctx).Where("(state = ? AND expires_on < ?) OR (state IN ? AND EXISTS (SELECT 1 FROM data_keys k WHERE k.id = disclosures.key_id AND k.destroyed_at IS NULL))",
		Ready, day, []State{Refused, Withdrawn, Expired}).Order("id").Find(&ds).Error
	return ds, err
}

func (s store) addDownload(ctx context.Context, d *Download) error {
	return s.db.Q(ctx).Create(d).Error
}

func (s store) downloads(ctx context.Context, id string) (ds []Download, err error) {
	err = s.db.Q(ctx).Where("disclosure_id = ?", id).Order("at, id").Find(&ds).Error
	return ds, err
}

func (s store) batchNumbers(ctx context.Context, numbers []string) (map[string]bool, error) {
	var found []string
	out := map[string]bool{}
	if len(numbers) == 0 {
		return out, nil
	}
	err := s.db.Q(ctx).Table("batches").Where("number IN ?", numbers).Pluck("number", &found).Error
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// batchesOf gives the screened batches that a scope without numbers may cover, the oldest first. A message counts on the day on
// which it left, so batches are looked for from three months before.
func (s store) batchesOf(ctx context.Context, d *Disclosure) (bs []batch.Batch, err error) {
	from := caldate.InstantOf(d.FirstDay.AddDays(-92).Start())
	to := caldate.InstantOf(d.LastDay.AddDays(1).Start())
	q := s.db.Q(ctx).Where("screened_at >= ? AND screened_at < ?", from, to)
	if d.CustomerID != "" {
		q = q.Where("customer_id = ?", d.CustomerID)
	}
	if len(d.Batches) > 0 {
		q = q.Where("number IN ?", d.Batches)
	}
	err = q.Order("screened_at, id").Find(&bs).Error
	return bs, err
}

func (s store) unnamed(ctx context.Context, keys []string) (out []string, err error) {
	var named []string
	if err := s.db.Q(ctx).Model(&Disclosure{}).Where("blob_key IN ?", keys).Pluck("blob_key", &named).Error; err != nil {
		return nil, err
	}
	set := map[string]bool{}
	for _, key := range named {
		set[key] = true
	}
	for _, key := range keys {
		if !set[key] {
			out = append(out, key)
		}
	}
	return out, nil
}

func (s store) all(ctx context.Context) (ds []Disclosure, err error) {
	err = s.db.Q(ctx).Order("number").Find(&ds).Error
	return ds, err
}

func (s store) countLogged(ctx context.Context, id string) (n int64, err error) {
	err = s.db.Q(ctx).Table("audit_rows").Where("object_type = 'disclosure' AND object_id = ? AND action = 'disclosure.download'", id).Count(&n).Error
	return n, err
}
