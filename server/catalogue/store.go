package catalogue

import (
	"context"
	"fmt"

	"sealgate/server/plan"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// Label names a version: PKG-100 v2.
func Label(p *Plan, v *Version) string { return fmt.Sprintf("%s v%d", p.Code, v.Number) }

func (s store) count(ctx context.Context) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Plan{}).Count(&n).Error
	return n, err
}

func (s store) insertPlan(ctx context.Context, p *Plan) error { return s.db.Q(ctx).Create(p).Error }
func (s store) insertVersion(ctx context.Context, v *Version) error {
	return s.db.Q(ctx).Create(v).Error
}

func (s store) plans(ctx context.Context, kind plan.Kind) (out []Plan, err error) {
	q := s.db.Q(ctx).Order("code")
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	err = q.Find(&out).Error
	return out, err
}

func (s store) plan(ctx context.Context, id string) (*Plan, error) {
	var p Plan
	if err := s.db.Q(ctx).Where("id = ?", id).Take(&p).Error; err != nil {
		return nil, found(err)
	}
	return &p, nil
}

// lockPlan reads a plan and makes others who would change it wait.
func (s store) lockPlan(ctx context.Context, id string) (*Plan, error) {
	var p Plan
	if err := s.db.ForUpdate(s.db.Q(ctx)).Where("id = ?", id).Take(&p).Error; err != nil {
		return nil, found(err)
	}
	return &p, nil
}

func found(err error) error {
	if db.IsNotFound(err) {
		return ErrNotFound
	}
	return err
}

// versions gives a plan's, the newest first.
func (s store) versions(ctx context.Context, planID string) (out []Version, err error) {
	err = s.db.Q(ctx).Where("plan_id = ?", planID).Order("number DESC").Find(&out).Error
	return out, err
}

func (s store) version(ctx context.Context, id string) (*Version, error) {
	var v Version
	if err := s.db.Q(ctx).Where("id = ?", id).Take(&v).Error; err != nil {
		return nil, found(err)
	}
	return &v, nil
}

// rewrite replaces a draft.
func (s store) rewrite(ctx context.Context, v *Version) error {
	return s.db.Q(ctx).Model(&Version{}).Where("id = ? AND state = ?", v.ID, Draft).
		Select("terms", "valid_from", "note", "created_by", "creator_name", "created_at").Updates(v).Error
}

func (s store) setState(ctx context.Context, v *Version, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Version{}).Where("id = ? AND state = ?", v.ID, from).
		Select("state", "valid_from", "decided_by", "decider_name", "decided_at", "decision").Updates(v)
	return res.RowsAffected == 1, res.Error
}

func (s store) setPublished(ctx context.Context, planID string, number int) error {
	return s.db.Q(ctx).Model(&Plan{}).Where("id = ?", planID).Update("published", number).Error
}

func (s store) setWithdrawn(ctx context.Context, planID string, off bool) error {
	return s.db.Q(ctx).Model(&Plan{}).Where("id = ?", planID).Update("withdrawn", off).Error
}
