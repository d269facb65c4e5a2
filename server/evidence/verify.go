package evidence

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sealgate/server/platform/blob"
	"sealgate/server/verify"
)

// findable is how long after it was screened a batch must stand in a run, on the business clock; and settled for how long
// nothing may have happened to it on the machine's, because a sandbox's hour passes at once, and a killed server's lease does not.
const (
	findable = time.Hour
	settled  = 15 * time.Minute
)

// Verify checks that every message that may be read can be found and no other (invariant 23): every screened batch stands in
// runs, those whose content was purged in none, the runs hold as many messages as their batches have, and lie in storage.
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
	without, err := s.withoutObject(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range without {
		add("run "+id, "is not in storage as its row says: numbers in it can't be found")
	}
	return out, nil
}

// withoutObject gives the runs whose object is not there, or has another size.
func (s *Service) withoutObject(ctx context.Context) ([]string, error) {
	before, err := s.store.runs(ctx)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	err = s.Blobs.Each(ctx, "runs/", func(o blob.Object) error {
		sizes[o.Key] = o.Size
		return nil
	})
	if err != nil {
		return nil, err
	}
	after, err := s.store.runs(ctx) // those that were merged meanwhile are gone for a good reason
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range before {
		if size, ok := sizes[r.BlobKey]; (!ok || size != r.Size) && slices.ContainsFunc(after, func(x Run) bool { return x.ID == r.ID }) {
			out = append(out, r.ID)
		}
	}
	return out, nil
}
