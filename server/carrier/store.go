package carrier

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) addOrder(ctx context.Context, o *Order) error { return s.db.Q(ctx).Create(o).Error }

func (s store) live(ctx context.Context, now caldate.Instant) (os []Order, err error) {
	err = s.db.Q(ctx).Where("lifted_at IS NULL AND (until_at IS NULL OR until_at > ?)", now).Order("set_at, id").Find(&os).Error
	return os, err
}

func (s store) orders(ctx context.Context, limit int) (os []Order, err error) {
	err = s.db.Q(ctx).Order("set_at DESC, id DESC").Limit(limit).Find(&os).Error
	return os, err
}

func (s store) order(ctx context.Context, id string) (*Order, error) {
	return db.Take[Order](s.db.Q(ctx).Where("id = ?", id), ErrNoOrder)
}

func (s store) lift(ctx context.Context, o *Order) (bool, error) {
	r := s.db.Q(ctx).Model(&Order{}).Where("id = ? AND lifted_at IS NULL", o.ID).
		Updates(map[string]any{"lifted_by": o.LiftedBy, "lifted_at": o.LiftedAt, "lift_reason": o.LiftReason})
	return r.RowsAffected == 1, r.Error
}

func (s store) addRule(ctx context.Context, r *Rule) error { return s.db.Q(ctx).Create(r).Error }

func (s store) newest(ctx context.Context, carrier string) (version int64, err error) {
	err = s.db.Q(ctx).Model(&Rule{}).Where("carrier = ?", carrier).Select("COALESCE(MAX(version), 0)").Scan(&version).Error
	return version, err
}

func (s store) rules(ctx context.Context, limit int) (rs []Rule, err error) {
	err = s.db.Q(ctx).Order("carrier, version DESC").Limit(limit).Find(&rs).Error
	return rs, err
}

func (s store) rule(ctx context.Context, id string) (*Rule, error) {
	return db.Take[Rule](s.db.Q(ctx).Where("id = ?", id), ErrNoRule)
}

func (s store) addAck(ctx context.Context, a *Ack) error { return s.db.Q(ctx).Create(a).Error }

func (s store) acks(ctx context.Context, ruleIDs []string) (as []Ack, err error) {
	if len(ruleIDs) == 0 {
		return nil, nil
	}
	err = s.db.Q(ctx).Where("rule_id IN ?", ruleIDs).Order("at, user_id").Find(&as).Error
	return as, err
}
