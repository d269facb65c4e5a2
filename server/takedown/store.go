package takedown

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, c *Case) error { return s.db.Q(ctx).Create(c).Error }

func (s store) get(ctx context.Context, id string) (*Case, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Case](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrNotFound)
}

func (s store) open(ctx context.Context, customerID string) (*Case, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	var cs []Case
	err := s.db.Q(ctx).Where(cond, args...).Where("open_key = ?", customerID).Limit(1).Find(&cs).Error
	if err != nil || len(cs) == 0 {
		return nil, err
	}
	return &cs[0], nil
}

func (s store) cases(ctx context.Context, states []string, cursor string, limit int) ([]Case, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	q := s.db.Q(ctx).Model(&Case{}).Where(cond, args...)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	return db.Page[Case](q, cursor, limit)
}

func (s store) report(ctx context.Context, c *Case) (bool, error) {
	r := s.db.Q(ctx).Model(&Case{}).Where("id = ? AND reported_at IS NULL", c.ID).
		Select("Authority", "ReportRef", "ReportSHA256", "ReportedBy", "ReportedName", "ReportedAt").Updates(c)
	return r.RowsAffected == 1, r.Error
}

func (s store) save(ctx context.Context, c *Case, from State) (bool, error) {
	c.Version++
	r := s.db.Q(ctx).Model(&Case{}).Where("id = ? AND state = ? AND version = ?", c.ID, from, c.Version-1).
		Select("State", "OpenKey", "LiftAskedBy", "LiftAskedName", "LiftAskedAt", "LiftReason", "LiftDocumentID", "LiftedBy", "LiftedName", "LiftedAt", "LiftDecision", "Version").Updates(c)
	return r.RowsAffected == 1, r.Error
}

// moving is a batch that is under way, and how many of its messages have not left.
type moving struct {
	Number  string
	Waiting int64
}

func (s store) underWay(ctx context.Context, customerID string) (ms []moving, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.number, COALESCE((SELECT SUM(c.message_count - c.reached) FROM handoff_chunks c WHERE c.batch_id = b.id), b.good_count) AS waiting
		FROM batches b WHERE b.customer_id = ? AND b.state IN ('receiving', 'screening', 'review', 'approved', 'sending', 'paused') ORDER BY b.number`, customerID).Scan(&ms).Error
	return ms, err
}

func (s store) list(ctx context.Context, l *Listed) error { return s.db.Q(ctx).Create(l).Error }

func (s store) unlist(ctx context.Context, caseID, by string, at caldate.Instant) error {
	return s.db.Q(ctx).Model(&Listed{}).Where("takedown_id = ? AND live_key IS NOT NULL", caseID).
		Updates(map[string]any{"live_key": nil, "lifted_by": by, "lifted_at": at}).Error
}

func (s store) listed(ctx context.Context) (ls []Listed, err error) {
	err = s.db.Q(ctx).Where("live_key IS NOT NULL").Order("id DESC").Limit(1000).Find(&ls).Error
	return ls, err
}

func (s store) counts(ctx context.Context, keys ...string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Listed{}).Where("live_key IN ?", keys).Count(&n).Error
	return n > 0, err
}

// leaky gives open cases whose customer could send: neither stopped nor suspended.
func (s store) leaky(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT t.number FROM takedowns t WHERE t.state <> 'lifted'
		AND NOT EXISTS (SELECT 1 FROM handoff_pauses p WHERE p.live_key = CONCAT('customer:', t.customer_id))
		AND EXISTS (SELECT 1 FROM contracts c WHERE c.customer_id = t.customer_id AND c.state = 'active')`).Scan(&numbers).Error
	return numbers, err
}

// alone gives cases that one person lifted.
func (s store) alone(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw("SELECT number FROM takedowns WHERE state = 'lifted' AND (lifted_by = '' OR lifted_by = lift_asked_by)").Scan(&numbers).Error
	return numbers, err
}
