package wallet

import (
	"context"

	"sealgate/server/caldate"
)

// PaidBetween tells whether money or credits were topped up, and seen by finance, with a value date in [from, to]: what
// renews a prepaid term (contract.Wallet, C08).
func (s *Service) PaidBetween(ctx context.Context, contractID string, from, to caldate.Date) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Move{}).Where("contract_id = ? AND kind = ? AND state = ? AND on_date >= ? AND on_date <= ?", contractID, TopUp, Done, from, to).Count(&n).Error
	return n > 0, err
}
