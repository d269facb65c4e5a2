package contract

import (
	"context"

	"sealgate/server/caldate"
)

// ConfidentialYears is for how long after its end a contract binds both sides to silence (C10).
const ConfidentialYears = 10

// ConfidentialUntil is the last day of confidentiality of a contract that ended on a day.
func ConfidentialUntil(ended caldate.Date) caldate.Date { return ended.AddYears(ConfidentialYears) }

// Confidential is one line of the register of confidentiality: an ended contract and until when it binds.
type Confidential struct {
	Contract
	Until caldate.Date
}

// Confidentials gives the contracts that have ended and still bind to silence on a day, within the actor's scope, the one that ends first
// first, 1000 at most.
func (s *Service) Confidentials(ctx context.Context, on caldate.Date) ([]Confidential, error) {
	cs, err := s.store.endedSince(ctx, on.AddYears(-ConfidentialYears), 1000)
	out := make([]Confidential, len(cs))
	for i := range cs {
		out[i] = Confidential{cs[i], ConfidentialUntil(cs[i].EndedOn)}
	}
	return out, err
}
