package review

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) addExemption(ctx context.Context, e *Exemption) error {
	return s.db.Q(ctx).Create(e).Error
}

func (s store) exemption(ctx context.Context, id string) (*Exemption, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Exemption](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrNoExemption)
}

func (s store) saveExemption(ctx context.Context, e *Exemption, from ExemptionState) (bool, error) {
	r := s.db.Q(ctx).Model(&Exemption{}).Where("id = ? AND state = ?", e.ID, from).
		Select("State", "DecidedBy", "DecidedName", "DecidedAt", "DecisionReason", "EndedBy", "EndedAt", "EndReason").Updates(e)
	return r.RowsAffected == 1, r.Error
}

func (s store) countExempted(ctx context.Context, id string, passed, sampled int) error {
	return s.db.Q(ctx).Model(&Exemption{}).Where("id = ?", id).
		Updates(map[string]any{"passed": gorm.Expr("passed + ?", passed), "sampled": gorm.Expr("sampled + ?", sampled)}).Error
}

func (s store) liveExemptions(ctx context.Context, customerID string) (es []Exemption, err error) {
	err = s.db.Q(ctx).Where("customer_id = ? AND state = ?", customerID, ExemptionLive).Order("id").Find(&es).Error
	return es, err
}

func (s store) exemptions(ctx context.Context, states []string, cursor string, limit int) ([]Exemption, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	d := s.db.Q(ctx).Model(&Exemption{}).Where(cond, args...)
	if len(states) > 0 {
		d = d.Where("state IN ?", states)
	}
	return db.Page[Exemption](d, cursor, limit)
}

// exemptable gives batches that nobody has touched, of customers with an exemption that counts.
func (s store) exemptable(ctx context.Context, day caldate.Date, now caldate.Instant, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT r.batch_id FROM reviews r JOIN batches b ON b.id = r.batch_id AND b.state = 'review'
		WHERE r.state = 'open' AND r.decisions = 0 AND r.round = 0 AND r.max_level = 0 AND r.exemption_id = ''
		AND b.hold_count = 0 AND b.refuse_count = 0 AND b.escalate_count = 0
		AND EXISTS (SELECT 1 FROM review_exemptions e WHERE e.customer_id = r.customer_id AND e.state = 'live' AND e.until_date >= ?
			AND e.category = b.category AND e.max_messages >= b.good_count)
		AND NOT EXISTS (SELECT 1 FROM review_claims c WHERE c.batch_id = r.batch_id AND c.expires_at > ?)
		ORDER BY r.due_at, r.batch_id LIMIT ?`, day, now.Ms(), limit).Scan(&ids).Error
	return ids, err
}

func (s store) markSample(ctx context.Context, batchID, exemptionID string) (bool, error) {
	r := s.db.Q(ctx).Model(&item{}).Where("batch_id = ? AND exemption_id = ''", batchID).Update("exemption_id", exemptionID)
	return r.RowsAffected == 1, r.Error
}

// unanswered gives manifests that a rule approved without two people who answer for it: no exemption that counted on that day.
func (s store) unanswered(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.batch_id FROM manifests m LEFT JOIN review_exemptions e ON e.id = m.exemption_id
		WHERE m.exemption_id <> '' AND (e.id IS NULL OR e.state NOT IN ('live', 'ended') OR e.decided_by = '' OR e.decided_by = e.asked_by
			OR e.decided_at > m.frozen_at OR e.ended_at IS NOT NULL AND e.ended_at < m.frozen_at OR e.customer_id <> m.customer_id
			OR m.refused > 0 OR m.approved > e.max_messages)`).Scan(&ids).Error
	return ids, err
}
