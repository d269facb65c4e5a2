package apikey

import (
	"context"

	"sealgate/server/verify"
)

// Verify checks that keys are in a state that the table has, revoked ones with their time, and that what was submitted with a
// key is a batch of the same customer (invariant 19: own data only).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	bad, err := s.store.verifyKeys(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range bad {
		out = append(out, verify.Violation{Invariant: 19, Object: "api key " + k.ID, Detail: "state " + string(k.State) + " and the time of its revocation do not fit"})
	}
	orphans, err := s.store.orphans(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range orphans {
		out = append(out, verify.Violation{Invariant: 19, Object: "batch " + id, Detail: "was submitted with a key of another customer, or is not there"})
	}
	return out, nil
}
