package contract

import "context"

// CustomerDataChanged implements customer.DataWatcher: while something is wrong with a customer's data its contracts are suspended for it, and
// go on once it is corrected (L04). A suspension that a person set by hand goes with it.
func (s *Service) CustomerDataChanged(ctx context.Context, customerID, wrong string) error {
	cs, err := s.store.ofCustomer(ctx, customerID, Active, Suspended)
	if err != nil {
		return err
	}
	for i := range cs {
		if wrong != "" {
			err = s.Suspend(ctx, cs[i].ID, Data, s.clock.Today(), wrong)
		} else {
			err = s.Lift(ctx, cs[i].ID, Data, s.clock.Today(), "登记资料已更正 · the data was corrected")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
