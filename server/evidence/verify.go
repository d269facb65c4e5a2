package evidence

import (
	"context"
	"fmt"
	"time"

	"sealgate/server/verify"
)

// findable is how long after it was screened a batch must stand in a run, on the business clock; and settled for how long
// nothing may have happened to it on the machine's, because a sandbox's hour passes at once, and a killed server's lease does not.
const (
	findable = time.Hour
	settled  = 15 * time.Minute
)

// Verify checks that every message that may be read can be found and no other (invariant 23): every screened batch stands in
// runs, those whose content was purged in none, and the runs hold as many messages as their batches have.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	add := func(object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: 23, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	late, err := s.store.unsortedBefore(ctx, s.clock.Instant().Add(-findable), s.clock.RealInstant().Add(-settled))
	if err != nil {
		return nil, err
	}
	for _, n := range late {
		add("batch "+n, "was screened more than %s ago and can't be found by number", findable)
	}
	purged, err := s.store.purgedInRuns(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range purged {
		add("batch "+n, "was purged and still stands in a run")
	}
	lost, err := s.store.inNoRun(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range lost {
		add("batch "+n, "was put into a run and stands in none")
	}
	entries, messages, err := s.store.sums(ctx)
	if err != nil {
		return nil, err
	}
	if entries != messages {
		add("runs", "hold %d messages, their batches have %d", entries, messages)
	}
	return out, nil
}
