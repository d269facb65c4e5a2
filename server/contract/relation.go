package contract

import (
	"context"

	"sealgate/server/caldate"
)

// RelationEnd is the last day on which a customer's contracts served it; over is false while one of them serves or may still come
// to serve. What is kept beyond a relation is kept from that day on (A23).
func (s *Service) RelationEnd(ctx context.Context, customerID string) (last caldate.Date, over bool, err error) {
	var all []Contract
	err = s.store.db.Q(ctx).Select("state, ended_on, end_date, activated_on, start_date").Where("customer_id = ?", customerID).Find(&all).Error
	if err != nil {
		return last, false, err
	}
	for i := range all {
		c := &all[i]
		if !c.State.Ended() {
			return caldate.Date{}, false, nil
		}
		if _, end := c.Life(); end.After(last) {
			last = end
		}
	}
	return last, len(all) > 0, nil
}
