package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/jobs"
	"sealgate/server/recipient"
	"sealgate/server/review"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Blobs   *blob.Store
	Keys    *crypt.Keys
	Batches *batch.Service
	Reviews *review.Service
	Handoff *handoff.Service
	Leases  *jobs.Leases
}

// Service finds messages and shows what is on record about them.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// lookAtOnce is how many runs are read at the same time: storage answers in parallel.
const lookAtOnce = 8

// Find gives the messages to a number within the actor's scope, the newest first. Messages whose content was purged are not
// found any more. The caller logs the look (A22). Errors: ErrPhone.
func (s *Service) Find(ctx context.Context, phone string) ([]Found, error) {
	n, fault := recipient.Normalise([]byte(phone))
	if fault != recipient.OK {
		return nil, ErrPhone.With("fault", string(fault))
	}
	hasher, err := s.Keys.PhoneHasher(ctx)
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx, hasher.Find(recipient.Format(n)))
	if err != nil {
		return nil, err
	}
	return s.tell(ctx, places)
}

// SentTo gives what was handed over to a number, the newest first; nothing for one that can't be a recipient's. The hand-off asks it
// to match replies (A26), so no look of a person is logged.
func (s *Service) SentTo(ctx context.Context, phone string) ([]handoff.Sent, error) {
	found, err := s.Find(actor.With(ctx, actor.System("replies")), phone)
	if errors.Is(err, ErrPhone) {
		return nil, nil
	}
	var out []handoff.Sent
	for _, f := range found {
		if !f.SentAt.IsZero() {
			out = append(out, handoff.Sent{BatchID: f.BatchID, At: f.SentAt})
		}
	}
	return out, err
}

// place is a message that a run named.
type place struct {
	batchID string
	seq     int64
}

// places looks a hash up in all runs.
func (s *Service) places(ctx context.Context, hash uint64) (out []place, err error) {
	err = s.overRuns(ctx, func(readers []runReader) (err error) {
		out, err = lookUp(ctx, readers, hash)
		return err
	})
	return out, err
}

func lookUp(ctx context.Context, readers []runReader, hash uint64) ([]place, error) {
	found := make([][]place, len(readers))
	faults := make([]error, len(readers))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(lookAtOnce, len(readers)) {
		wg.Go(func() {
			for i := range next {
				found[i], faults[i] = readers[i].find(ctx, hash)
			}
		})
	}
	for i := range readers {
		next <- i
	}
	close(next)
	wg.Wait()
	seen := map[place]bool{}
	var out []place
	for _, some := range found {
		for _, p := range some {
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out, errors.Join(faults...)
}

// tell puts places into words, batch by batch.
func (s *Service) tell(ctx context.Context, places []place) ([]Found, error) {
	byBatch := map[string][]int64{}
	var order []string
	for _, p := range places {
		if byBatch[p.batchID] == nil {
			order = append(order, p.batchID)
		}
		byBatch[p.batchID] = append(byBatch[p.batchID], p.seq)
	}
	batches, err := s.store.batches(ctx, order)
	if err != nil {
		return nil, err
	}
	out := []Found{}
	for _, id := range order {
		b, ok := batches[id]
		if !ok { // not in the actor's scope
			continue
		}
		seqs := byBatch[id]
		slices.Sort(seqs)
		fates, err := s.Handoff.Fates(ctx, id, seqs)
		if err != nil {
			return nil, err
		}
		for _, seq := range seqs {
			f := Found{
				BatchID: id, BatchNumber: b.Number, BatchState: b.State, CustomerID: b.CustomerID, CustomerName: b.CustomerName, ContractID: b.ContractID,
				ContractNumber: b.ContractNumber, Signature: b.Signature, Category: b.Category, Seq: seq, ScreenedAt: b.ScreenedAt,
			}
			if fate, ok := fates[seq]; ok {
				f.Status, f.SentAt = fate.Status.String(), fate.SentAt
			}
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		return int(min(1, max(-1, b.At().Ms()-a.At().Ms())))
	})
	return out, nil
}

// buildLease is held by the one server that builds and merges runs; on the machine's clock.
const (
	buildLease    = "find-runs"
	buildLeaseTTL = 2 * time.Minute
)

// Work builds the run of one batch that has been screened, or merges runs; one server at a time. It tells whether there was
// anything to do.
func (s *Service) Work(ctx context.Context) (bool, error) {
	id, err := s.store.unsorted(ctx)
	if err != nil {
		return false, err
	}
	var merge []Run
	if id == "" {
		runs, err := s.store.runs(ctx)
		if err != nil {
			return false, err
		}
		if merge = Plan(runs, s.clock.Today()); merge == nil {
			return false, nil
		}
	}
	if _, ok, err := s.Leases.Acquire(ctx, buildLease, buildLeaseTTL); err != nil || !ok {
		return false, err
	}
	if id != "" {
		if err := s.sortBatch(ctx, id); err != nil {
			return false, fmt.Errorf("sort the numbers of batch %s: %w", id, err)
		}
		return true, nil
	}
	if err := s.merge(ctx, merge, nil); err != nil {
		return false, fmt.Errorf("merge %d runs of %s to %s: %w", len(merge), merge[0].FirstDay, merge[len(merge)-1].LastDay, err)
	}
	return true, nil
}
