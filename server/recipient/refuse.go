package recipient

import "context"

// The kinds of refusal besides those of the lists.
const (
	NotAgreed Kind = "no_consent" // marketing without a proof of consent (A23)
	Frequent  Kind = "frequency"  // more than a number may get within a time
)

// Refuse tells which of the messages that are about to leave must not, by their place, and why: the number stands on a list, has
// not agreed (or no more), or would get too many. It asks everything that may have changed since screening, and only ever
// subtracts. Count is called afterwards, in the same transaction, with what really leaves.
func (s *Service) Refuse(ctx context.Context, m Sends) (map[int]Kind, error) {
	out := map[int]Kind{}
	listed, err := s.CheckSignature(ctx, m.CustomerID, m.SignatureID, m.Hashes)
	if err != nil {
		return nil, err
	}
	for i, h := range m.Hashes {
		if kind, ok := listed[h]; ok {
			out[i] = kind
		}
	}
	if NeedsConsent(m.Category) {
		unasked, err := s.Unasked(ctx, m, s.clock.Today())
		if err != nil {
			return nil, err
		}
		for i := range unasked {
			if _, listed := out[i]; !listed {
				out[i] = NotAgreed
			}
		}
	}
	left, places := m, []int(nil)
	left.Hashes = nil
	for i, h := range m.Hashes {
		if _, refused := out[i]; !refused {
			left.Hashes, places = append(left.Hashes, h), append(places, i)
		}
	}
	over, err := s.TooMany(ctx, left)
	if err != nil {
		return nil, err
	}
	for i := range over {
		out[places[i]] = Frequent
	}
	return out, nil
}
