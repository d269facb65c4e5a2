package recheck

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type setting struct {
	Name      string `gorm:"primaryKey"`
	Setting   int64
	UpdatedBy string
	UpdatedAt caldate.Instant
}

func (setting) TableName() string { return "review_settings" }

func (s store) add(ctx context.Context, r *Recheck, items []Item) error {
	if err := s.db.Q(ctx).Create(r).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Create(items).Error
}

func (s store) get(ctx context.Context, id string) (*Recheck, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Recheck](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrNotFound)
}

func (s store) items(ctx context.Context, id string) (items []Item, err error) {
	err = s.db.Q(ctx).Where("recheck_id = ?", id).Order("position").Find(&items).Error
	return items, err
}

func (s store) take(ctx context.Context, r *Recheck) (bool, error) {
	res := s.db.Q(ctx).Model(&Recheck{}).Where("id = ? AND state = ? AND user_id = ''", r.ID, Open).Updates(map[string]any{"user_id": r.UserID, "user_name": r.UserName})
	return res.RowsAffected == 1, res.Error
}

func (s store) judge(ctx context.Context, id string, j Judgement) (bool, error) {
	var n int64
	if err := s.db.Q(ctx).Model(&Item{}).Where("recheck_id = ? AND group_id = ?", id, j.GroupID).Count(&n).Error; err != nil || n == 0 {
		return false, err
	}
	// The row is there; MySQL counts no change where the same is judged again.
	return true, s.db.Q(ctx).Model(&Item{}).Where("recheck_id = ? AND group_id = ?", id, j.GroupID).
		Select("SecondChoice", "ReasonCodes", "Note").Updates(&Item{SecondChoice: j.Choice, ReasonCodes: j.ReasonCodes, Note: j.Note}).Error
}

func (s store) finish(ctx context.Context, r *Recheck) (bool, error) {
	res := s.db.Q(ctx).Model(&Recheck{}).Where("id = ? AND state = ?", r.ID, Open).Select("State", "Agreed", "DoneAt").Updates(r)
	return res.RowsAffected == 1, res.Error
}

func (s store) settle(ctx context.Context, r *Recheck) (bool, error) {
	res := s.db.Q(ctx).Model(&Recheck{}).Where("id = ? AND state = ?", r.ID, Differs).
		Select("State", "Resolution", "ResolvedBy", "ResolvedName", "ResolvedAt", "ResolveReason").Updates(r)
	return res.RowsAffected == 1, res.Error
}

func (s store) list(ctx context.Context, states []string, user, after string, limit int) ([]Recheck, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	q := s.db.Q(ctx).Model(&Recheck{}).Where(cond, args...)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	if user != "" {
		q = q.Where("user_id IN ('', ?)", user).Where(`NOT EXISTS (SELECT 1 FROM review_recheck_items i WHERE i.recheck_id = review_rechecks.id AND i.first_by LIKE ?)`, `%"`+user+`"%`).
			Where("NOT EXISTS (SELECT 1 FROM batches b WHERE b.id = review_rechecks.batch_id AND (b.submitter_id = ? OR b.editor_id = ?))", user, user)
	}
	return db.Page[Recheck](q, after, limit)
}

// judged gives the groups whose second look was finished in the days.
func (s store) judged(ctx context.Context, from, to caldate.Date) (items []Item, err error) {
	err = s.db.Q(ctx).Table("review_recheck_items i").Select("i.*").Joins("JOIN review_rechecks r ON r.id = i.recheck_id").
		Where("r.done_at >= ? AND r.done_at < ?", from.Start().UnixMilli(), to.AddDays(1).Start().UnixMilli()).Find(&items).Error
	return items, err
}

// wrong gives items that were judged again by who decided them, and looks whose counts are not those of their items.
func (s store) wrong(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT r.id FROM review_rechecks r JOIN review_recheck_items i ON i.recheck_id = r.id
		WHERE r.user_id <> '' AND i.first_by LIKE CONCAT('%"', r.user_id, '"%')
		UNION SELECT r.id FROM review_rechecks r WHERE r.state <> 'open' AND r.agreed <>
			(SELECT COUNT(*) FROM review_recheck_items i WHERE i.recheck_id = r.id AND i.first_choice = i.second_choice)`).Scan(&ids).Error
	return ids, err
}

func (s store) settings(ctx context.Context) (map[string]int64, error) {
	var rows []setting
	err := s.db.Q(ctx).Find(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Name] = r.Setting
	}
	return out, err
}

func (s store) set(ctx context.Context, r setting) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"setting", "updated_by", "updated_at"})}).Create(&r).Error
}
