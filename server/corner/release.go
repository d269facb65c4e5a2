package corner

import (
	"context"
	"errors"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/batch"
	"sealgate/server/notice"
	"sealgate/server/trail"
)

// NeedsRelease implements batch.Gate: where the customer wants it, the batch waits for one of its own approvers, who are told.
func (s *Service) NeedsRelease(ctx context.Context, b *batch.Batch) (bool, error) {
	rules, err := s.store.settings(ctx, b.CustomerID)
	if err != nil || !rules.NeedsRelease {
		return false, err
	}
	if err := s.store.askRelease(ctx, Release{BatchID: b.ID, CustomerID: b.CustomerID, State: Waiting, AskedAt: s.clock.Instant()}); err != nil {
		return false, err
	}
	return true, s.Notices.Send(ctx, notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID}}, "release_wanted",
		map[string]string{"number": b.Number, "submitter": b.SubmitterName}, nil)
}

// ReleaseOf tells how the own approval of a batch stands; ErrNoRelease where none was asked for.
func (s *Service) ReleaseOf(ctx context.Context, batchID string) (*Release, error) {
	return one[Release](s.store, ctx, ErrNoRelease, "batch_id = ?", batchID)
}

// Release lets a batch go on to our desk. Whoever submitted it, edited it or made the key that did can't.
func (s *Service) Release(ctx context.Context, batchID, note string) (*Release, error) {
	return s.decideRelease(ctx, batchID, Released, note, func(ctx context.Context, b *batch.Batch) error {
		return s.Batches.SetState(ctx, b.ID, batch.Confirming, batch.InReview, "")
	})
}

// Decline takes a batch back instead of releasing it; the submitter reads the reason.
func (s *Service) Decline(ctx context.Context, batchID, reason string) (*Release, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, ErrNeedReason
	}
	return s.decideRelease(ctx, batchID, Declined, reason, func(ctx context.Context, b *batch.Batch) error {
		return s.Batches.Cancel(ctx, b.ID, reason)
	})
}

func (s *Service) decideRelease(ctx context.Context, batchID string, to ReleaseState, note string, then func(ctx context.Context, b *batch.Batch) error) (r *Release, err error) {
	by := actor.From(ctx)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.Batches.Get(ctx, batchID)
		if err != nil {
			return err
		}
		if r, err = s.ReleaseOf(ctx, batchID); err != nil {
			return err
		}
		if by.CustomerID != b.CustomerID || b.State != batch.Confirming || r.State != Waiting {
			return ErrNoRelease
		}
		if err := s.notOwn(ctx, b, by); err != nil {
			return err
		}
		r.State, r.DecidedBy, r.DecidedByName, r.DecidedAt, r.Note = to, by.UserID, cut(by.Name, 100), s.clock.Instant(), cut(strings.TrimSpace(note), maxNote)
		if err := s.store.decide(ctx, r, Waiting, "State", "DecidedBy", "DecidedByName", "DecidedAt", "Note"); err != nil {
			return err
		}
		if err := then(ctx, b); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "batch." + string(to), ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Reason: r.Note})
	})
	return r, err
}

// notOwn keeps whoever had a hand in a batch from releasing it (P12).
func (s *Service) notOwn(ctx context.Context, b *batch.Batch, by actor.Actor) error {
	for _, hand := range []string{b.SubmitterID, b.EditorID} {
		if hand == by.UserID {
			return ErrOwnBatch
		}
		switch k, err := s.APIKeys.Get(ctx, hand); {
		case errors.Is(err, apikey.ErrNotFound):
		case err != nil:
			return err
		case k.CreatedBy == by.UserID:
			return ErrOwnBatch
		}
	}
	return nil
}
