package bill

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// untaxed gives those of the customers who have no tax number.
func (s store) untaxed(ctx context.Context, customers []string) (map[string]bool, error) {
	var ids []string
	err := s.db.Q(ctx).Table("customers").Where("id IN ? AND uscc = ''", customers).Pluck("id", &ids).Error
	return setOf(ids), err
}

// begun gives the contracts whose lump sum has a bill of its own, by the keys that these have.
func (s store) begun(ctx context.Context, keys []string) (map[string]bool, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var ids []string
	err := s.db.Q(ctx).Model(&Bill{}).Where("bill_key IN ? AND issued_on <= service_to", keys).Pluck("contract_id", &ids).Error
	return setOf(ids), err
}

func setOf(ids []string) map[string]bool {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

func (s store) insertStep(ctx context.Context, x *Step) error { return s.db.Q(ctx).Create(x).Error }

func (s store) lastStep(ctx context.Context, run string) (Step, error) {
	var x Step
	err := s.db.Q(ctx).Where("run_id = ?", run).Order("seq DESC").Limit(1).Take(&x).Error
	if db.IsNotFound(err) {
		return x, ErrRunNotFound
	}
	return x, err
}

func (s store) steps(ctx context.Context, run string, after int64, limit int) (xs []Step, err error) {
	err = s.db.Q(ctx).Where("run_id = ? AND seq > ?", run, after).Order("seq").Limit(limit).Find(&xs).Error
	return xs, err
}

// silent gives a run that is not done and has made no step since a moment of the machine's clock.
func (s store) silent(ctx context.Context, before caldate.Instant) (id string, err error) {
	var ids []string
	err = s.db.Q(ctx).Raw(`SELECT r.id FROM bill_runs r WHERE r.state = 'running'
		AND (SELECT MAX(x.at) FROM bill_run_steps x WHERE x.run_id = r.id) < ? ORDER BY r.id LIMIT 1`, before).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
