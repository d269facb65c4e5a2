package contract

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
)

func (s store) forceMajeures(ctx context.Context, contractID string) (rows []ForceEvent, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("recorded_at, id").Find(&rows).Error
	return rows, err
}

func (s store) allForceMajeures(ctx context.Context, limit int) (rows []ForceEvent, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err = s.db.Q(ctx).Where(cond, args...).Order("starts_on DESC, id DESC").Limit(limit).Find(&rows).Error
	return rows, err
}

// openForceMajeures gives the events that lasted on a day.
func (s store) openForceMajeures(ctx context.Context, day caldate.Date) (rows []ForceEvent, err error) {
	err = s.db.Q(ctx).Where("starts_on <= ? AND (ends_on IS NULL OR ends_on >= ?)", day, day).Order("id").Find(&rows).Error
	return rows, err
}

func (s store) insertForceMajeure(ctx context.Context, m *ForceEvent) error {
	return s.db.Q(ctx).Create(m).Error
}

func (s store) endForceMajeure(ctx context.Context, m *ForceEvent) (bool, error) {
	res := s.db.Q(ctx).Model(&ForceEvent{}).Where("id = ? AND ends_on IS NULL", m.ID).
		Select("ends_on", "ended_reason", "ended_document_id", "ended_by", "ended_at").Updates(m)
	return res.RowsAffected == 1, res.Error
}

// stretchEnding moves the last day of a running termination.
func (s store) stretchEnding(ctx context.Context, id string, last caldate.Date, paused int) error {
	return s.db.Q(ctx).Model(&Ending{}).Where("id = ? AND state = ?", id, EndingRunning).Updates(map[string]any{"last_day": last, "paused_days": paused}).Error
}
