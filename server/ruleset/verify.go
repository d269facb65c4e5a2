package ruleset

import (
	"context"
	"fmt"

	"sealgate/server/verify"
)

// Verify checks what must hold of rules: every verdict names a version that is kept (11), what a second person must approve was
// approved by one who had no hand in it (16), drafts went by the state table with an audit row for each step (19), figures of
// rules are those of their batches (11), and no lease is longer than a lease (24).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	add := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	unnamed, err := s.store.unnamed(ctx)
	if err != nil {
		return nil, err
	}
	for _, number := range unnamed {
		add(11, "batch "+number, "was judged by a rule set that is not kept")
	}
	apart, err := s.store.hitsApart(ctx)
	if err != nil {
		return nil, err
	}
	for _, rule := range apart {
		add(11, "rule "+rule, "its hits by day are not those of its batches")
	}
	drafts, err := s.store.drafts(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := s.trail.Steps(ctx, "rule_draft")
	if err != nil {
		return nil, err
	}
	live := 0
	for i := range drafts {
		d := &drafts[i]
		object := "rule draft " + d.ID
		if wrong := verify.Walk(steps[d.ID], d.State, MayGo); wrong != "" {
			add(19, object, "%s", wrong)
		}
		if working := d.State == Open || d.State == Submitted; working != (d.LiveKey != nil) {
			add(19, object, "is %q, and is the working copy: %v", d.State, d.LiveKey != nil)
		} else if working {
			live++
		}
		if d.State != Published {
			continue
		}
		if d.DecidedBy == "" || d.Wrote(d.DecidedBy) {
			add(16, object, "was approved by %q, who had a hand in it", d.DecidedBy)
		}
		v, err := s.store.byVersion(ctx, d.PublishedVersion)
		if err != nil {
			return nil, err
		}
		if v == nil || v.Hash != d.Hash {
			add(13, object, "what was published as %s is not what was submitted", d.PublishedVersion)
		}
	}
	if live > 1 {
		add(19, "rule drafts", "%d working copies at once", live)
	}
	now, err := s.store.current(ctx)
	if err != nil {
		return nil, err
	}
	history, err := s.store.publications(ctx, 1)
	if err != nil {
		return nil, err
	}
	if len(history) > 0 && history[0].Version != now.Version {
		add(19, "rule set "+now.Version, "is the published one, but the last publication was of %s", history[0].Version)
	}
	long, err := s.store.overheld(ctx, s.clock.Real().Add(2*backtestLease).UnixMilli())
	if err != nil {
		return nil, err
	}
	for _, id := range long {
		add(24, "backtest "+id, "is held longer than any lease")
	}
	return out, nil
}
