package review

import (
	"context"
	"encoding/json"
	"strconv"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (s store) addWork(ctx context.Context, w *work) error { return s.db.Q(ctx).Create(w).Error }

// undoWorks marks the parts in a round that was taken back.
func (s store) undoWorks(ctx context.Context, batchID string, round int64) error {
	return s.db.Q(ctx).Model(&work{}).Where("batch_id = ? AND round = ?", batchID, round).Update("undone", true).Error
}

func (s store) workers(ctx context.Context, from, to caldate.Date) (ws []Worker, err error) {
	err = s.db.Q(ctx).Raw(`SELECT user_id, MAX(user_name) AS user_name, SUM(1 - undone) AS batches, SUM((1 - undone) * (approved + refused)) AS messages,
		SUM((1 - undone) * refused) AS refused, SUM(CASE WHEN undone = 0 AND at <= due_at THEN 1 ELSE 0 END) AS in_time,
		SUM(CASE WHEN undone = 0 THEN (finished_at - claimed_at) ELSE 0 END) AS millis, SUM(undone) AS undone
		FROM review_works WHERE on_date >= ? AND on_date <= ? GROUP BY user_id ORDER BY user_id`, from, to).Scan(&ws).Error
	return ws, err
}

// overturnedBy counts overturned refusals by the people who had decided them.
func (s store) overturnedBy(ctx context.Context, from, to int64) (map[string]int64, error) {
	var rows []string
	if err := s.db.Q(ctx).Raw(`SELECT m.approvers FROM review_overturned o JOIN manifests m ON m.live_batch_id = o.batch_id WHERE o.at >= ? AND o.at < ?`, from, to).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, r := range rows {
		var people []string
		if err := json.Unmarshal([]byte(r), &people); err != nil {
			return nil, err
		}
		for _, u := range people {
			out[u]++
		}
	}
	return out, nil
}

func (s store) overturn(ctx context.Context, o *Overturning) error {
	return s.db.Q(ctx).Create(o).Error
}

// toFile gives manifests that hand-off has taken and whose review is not filed yet.
func (s store) toFile(ctx context.Context, limit int) (ms []Manifest, err error) {
	err = s.db.Q(ctx).Table("manifests m").Select("m.*").Joins("JOIN reviews r ON r.batch_id = m.batch_id AND r.state = 'frozen'").
		Where("m.live_batch_id IS NOT NULL AND m.taken_at IS NOT NULL AND m.approved > 0").Order("m.id").Limit(limit).Find(&ms).Error
	return ms, err
}

func (s store) profiles(ctx context.Context) (ps []Profile, err error) {
	err = s.db.Q(ctx).Order("user_id").Find(&ps).Error
	return ps, err
}

func (s store) putProfile(ctx context.Context, p *Profile) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "user_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"user_name", "categories", "max_risk", "customers", "on_duty", "updated_by", "updated_at"}),
	}).Create(p).Error
}

func (s store) addNote(ctx context.Context, n *Note) error { return s.db.Q(ctx).Create(n).Error }

func (s store) notes(ctx context.Context, customerID string, limit int) (ns []Note, err error) {
	err = s.db.Q(ctx).Where("customer_id = ?", customerID).Order("id DESC").Limit(limit).Find(&ns).Error
	return ns, err
}
