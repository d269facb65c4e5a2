package bill

import (
	"context"
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
