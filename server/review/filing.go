package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/batch"
	"sealgate/server/platform/failpoint"
	"sealgate/server/similar"
)

// filedAtOnce bounds a piece of housekeeping, remembered how many texts of one batch the index keeps.
const (
	filedAtOnce = 20
	remembered  = 50
)

// fileTaken closes reviews whose manifest hand-off has taken: from here on the decision is final, is remembered, and may be looked
// at again by others.
func (s *Service) fileTaken(ctx context.Context) (did bool, err error) {
	taken, err := s.store.toFile(ctx, filedAtOnce)
	for i := range taken {
		m := &taken[i]
		e := s.db.Run(ctx, func(ctx context.Context) error {
			it, err := s.store.lockItem(ctx, m.BatchID)
			if err != nil || it.State != frozen {
				return err // another server did it
			}
			it.State = closed
			if err := s.store.changeItem(ctx, it); err != nil {
				return err
			}
			return s.file(ctx, m)
		})
		failpoint.Hit("review.filed")
		if e != nil {
			err = errors.Join(err, fmt.Errorf("file the review of batch %s: %w", m.BatchID, e))
			continue
		}
		did = true
	}
	return did, err
}

// file does what follows once a decision is final, in its transaction.
func (s *Service) file(ctx context.Context, m *Manifest) error {
	b, err := s.batches.Get(asSystem(ctx), m.BatchID)
	if err != nil {
		return err
	}
	if err := s.remember(ctx, b, m); err != nil {
		return err
	}
	if err := s.endByRefusedSample(ctx, m); err != nil {
		return err
	}
	if s.extras.Filed == nil {
		return nil
	}
	return s.extras.Filed.ReviewFiled(ctx, m, b)
}

// remember puts what was decided about the worst and largest texts into the index of decided texts (A06).
func (s *Service) remember(ctx context.Context, b *batch.Batch, m *Manifest) error {
	if s.extras.Decided == nil {
		return nil
	}
	gs, err := s.batches.Groups(asSystem(ctx), b.ID, 0, remembered)
	if err != nil {
		return err
	}
	ds, err := s.store.decisions(ctx, b.ID)
	if err != nil {
		return err
	}
	r := Rule(ds)
	var out []similar.Decided
	for i := range gs {
		g := &gs[i]
		t := r.within(g.ID).TallyUp([]GroupCounts{{g.ID, Counts{g.Pass, g.Hold, g.Escalate, g.Refuse}}})
		d := similar.Decided{
			BatchID: b.ID, BatchNumber: b.Number, CustomerID: b.CustomerID, GroupID: g.ID, Outcome: similar.Approved, ReasonCodes: []string{}, Messages: t.Approved,
			Sketch: similar.Of(g.Sample).String(), At: m.FrozenAt,
		}
		if t.Approved == 0 {
			d.Outcome, d.Messages, d.ReasonCodes = similar.Refused, t.Refused, nonNil(g.Reasons)
			if by := r.holding(g.ID, 0); by != nil && by.Choice == Refuse {
				d.ReasonCodes = nonNil(by.ReasonCodes)
			}
			if !aboutContent(d.ReasonCodes) {
				continue // the text was not at fault
			}
		}
		out = append(out, d)
	}
	return s.extras.Decided.Keep(ctx, b.ID, out)
}

// aboutContent tells whether something was refused for what it says: not for its recipient, its sender or the batch it is in.
func aboutContent(reasons []string) bool {
	return slices.ContainsFunc(reasons, func(r string) bool {
		for _, other := range []string{"RCPT.", "RECIPIENT.", "PHONE.", "BATCH.", "SIGN."} {
			if strings.HasPrefix(r, other) {
				return false
			}
		}
		return true
	})
}
