package contract

import (
	"context"

	"sealgate/server/licence"
)

// RequestPlanChange records a plan change (C07): asked for on or before day N of a month it takes effect on the 1st of the
// next, later than that on the 1st of the month after. It may be asked for while bills are overdue or the contract is
// suspended; a later one for the same day takes the place of the earlier.
func (s *Service) RequestPlanChange(ctx context.Context, id string, in PlanChange) (*Amendment, error) {
	return nil, ErrState
}

// Amend records a supplement as signed by both sides (C06), for agreements whose signing is proved elsewhere: trials and
// what is taken over. In the portal a supplement is drafted, signed and confirmed by a second person. It is refused from a
// day that is billed already.
func (s *Service) Amend(ctx context.Context, id string, in Supplement) (*Amendment, error) {
	return nil, ErrState
}

// ObjectRenewal records that a side does not want the contract to renew itself: in time on end − N or earlier (C08).
func (s *Service) ObjectRenewal(ctx context.Context, id string, in Objection) (*Contract, error) {
	return nil, ErrState
}

// Cure stops the clock of a termination for breach, insolvency or force majeure, because its cause is gone (C09).
func (s *Service) Cure(ctx context.Context, id string, in Cured) (*Contract, error) {
	return nil, ErrState
}

// RequireLicence makes a kind of licence necessary for a contract from today on, beyond those of its kind: without a valid
// one it is suspended.
func (s *Service) RequireLicence(ctx context.Context, id string, kind licence.Kind, reason string) error {
	return ErrState
}

// Adopt registers a contract that is taken as signed; it comes into force on its first day, or when its deposit is there.
func (s *Service) Adopt(ctx context.Context, in Adoption) (*Contract, error) {
	return nil, ErrState
}
