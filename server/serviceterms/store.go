package serviceterms

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) all(ctx context.Context) (rows []Version, err error) {
	err = s.db.Q(ctx).Order("number").Find(&rows).Error
	return rows, err
}

func (s store) byID(ctx context.Context, id string) (*Version, error) {
	return db.Take[Version](s.db.Q(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) insert(ctx context.Context, v *Version) error { return s.db.Q(ctx).Create(v).Error }

// save writes a version that is still in the state and version that were read; false: it is not.
func (s store) save(ctx context.Context, v *Version, from State) (bool, error) {
	was := v.Version
	v.Version++
	res := s.db.Q(ctx).Model(&Version{}).Where("id = ? AND state = ? AND version = ?", v.ID, from, was).
		Select("state", "title", "template_id", "template_version", "filled", "document_id", "changes", "sha256", "announced_on", "effective_on", "use_accepts", "updated_by", "published_by",
			"published_at", "version").Updates(v)
	return res.RowsAffected == 1, res.Error
}

func (s store) objections(ctx context.Context, versionID string) (rows []Objection, err error) {
	err = s.db.Q(ctx).Where("version_id = ?", versionID).Order("at").Find(&rows).Error
	return rows, err
}

func (s store) insertObjection(ctx context.Context, o *Objection) error {
	return s.db.Q(ctx).Create(o).Error
}

// served gives the customers with a contract in force.
func (s store) served(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Table("contracts").Distinct("customer_id").Where("state IN ?", []string{"active", "suspended"}).Order("customer_id").Pluck("customer_id", &ids).Error
	return ids, err
}

// use is a customer's first batch of its own after a version's day.
type use struct {
	CustomerID    string
	Number        string
	SubmitterID   string
	SubmitterName string
}

// uses gives the first batch of each customer since a moment that a person of its own submitted, of customers who have neither accepted
// nor objected to a version.
func (s store) uses(ctx context.Context, versionID string, since caldate.Instant) (rows []use, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.customer_id, b.number, b.submitter_id, b.submitter_name FROM batches b JOIN users u ON u.id = b.submitter_id AND u.customer_id = b.customer_id
		WHERE b.created_at >= ?
		AND NOT EXISTS (SELECT 1 FROM batches e JOIN users w ON w.id = e.submitter_id AND w.customer_id = e.customer_id WHERE e.customer_id = b.customer_id AND e.created_at >= ? AND e.id < b.id)
		AND NOT EXISTS (SELECT 1 FROM acceptances a WHERE a.object_type = 'service_terms' AND a.object_id = ? AND a.customer_id = b.customer_id)
		AND NOT EXISTS (SELECT 1 FROM service_terms_objections o WHERE o.version_id = ? AND o.customer_id = b.customer_id)
		ORDER BY b.id`, since, since, versionID, versionID).Scan(&rows).Error
	return rows, err
}
