package recipient

import "context"

// NotAgreed is why marketing must not go to a number: no live proof of consent has it (A23).
const NotAgreed Kind = "no_consent"

// Barred tells which of the hashed numbers must not get messages that are about to leave, and why: they stand on a list, or have not
// agreed (or no more). It asks everything that may have changed since screening; TooMany asks the rest.
func (s *Service) Barred(ctx context.Context, m Sends) (map[string]Kind, error) {
	out, err := s.CheckSignature(ctx, m.CustomerID, m.SignatureID, m.Hashes)
	if err != nil || !NeedsConsent(m.Category) {
		return out, err
	}
	unasked, err := s.Unasked(ctx, m, s.clock.Today())
	if err != nil {
		return nil, err
	}
	for i := range unasked {
		if _, listed := out[m.Hashes[i]]; !listed {
			out[m.Hashes[i]] = NotAgreed
		}
	}
	return out, nil
}
