package review

import (
	"context"
	"strings"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
)

// past gives messages that were screened before, with what people decided: the rule desk compares rules on them.
type past struct{ s *Service }

// Past is where the rule desk finds past messages.
func (s *Service) Past() ruleset.Past { return past{s} }

func (p past) Count(ctx context.Context, first, last caldate.Date) (batches, messages int64, err error) {
	return p.s.store.pastCount(ctx, first, last)
}

func (p past) After(ctx context.Context, first, last caldate.Date, batchID string, chunk int64) (*ruleset.PastChunk, error) {
	return p.s.store.pastAfter(ctx, first, last, batchID, chunk)
}

func (p past) Latest(ctx context.Context, first, last caldate.Date, batches int) ([]ruleset.PastChunk, error) {
	return p.s.store.pastLatest(ctx, first, last, batches)
}

// Read opens a chunk. It acts for the house, not within the scope of whoever asked for the comparison: who may ask is decided by
// the capability, and logged there.
func (p past) Read(ctx context.Context, at ruleset.PastChunk, want func(i int64) bool) ([]ruleset.PastMessage, error) {
	ctx = asSystem(ctx)
	b, err := p.s.batches.Get(ctx, at.BatchID)
	if err != nil || b.Purged != nil {
		return nil, err
	}
	chunks, err := p.s.batches.Chunks(ctx, at.BatchID)
	if err != nil {
		return nil, err
	}
	ds, err := p.s.store.decisions(ctx, at.BatchID)
	if err != nil {
		return nil, err
	}
	facts, err := p.s.batches.PastFacts(ctx, b)
	if err != nil {
		return nil, err
	}
	r := Rule(ds)
	var out []ruleset.PastMessage
	for i := range chunks {
		c := &chunks[i]
		if c.Seq != at.Seq || c.State != batch.ChunkDone {
			continue
		}
		messages, err := p.s.batches.OpenChunk(ctx, c)
		if err != nil {
			return nil, err
		}
		verdicts, err := p.s.batches.OpenVerdicts(ctx, c)
		if err != nil {
			return nil, err
		}
		for j := range messages {
			if !want(int64(j)) {
				continue
			}
			m, v := &messages[j], &verdicts[j]
			out = append(out, ruleset.PastMessage{
				BatchID: b.ID, Number: b.Number, CustomerID: b.CustomerID, Seq: m.Seq, Phone: Mask(m.Phone), Message: b.PastMessage(m, facts), Text: m.Text,
				Verdict: v.Verdict, Decided: decided(b, r, v),
			})
		}
	}
	return out, nil
}

// decided is what became of a message, in the words of a backtest.
func decided(b *batch.Batch, r Ruling, v *batch.VerdictRow) string {
	outcome, d := r.explain(v.Verdict, v.Group, v.Seq)
	switch {
	case outcome == Approved:
		return ruleset.DecidedApproved
	case outcome == Refused && d != nil:
		return ruleset.DecidedRefused
	case outcome == Refused, b.State == batch.Refused:
		return ruleset.DecidedByRules
	case v.Verdict == screening.Escalate:
		return ruleset.DecidedEscalated
	}
	return ruleset.DecidedOpen
}

// Alarm is a hit that a reviewer holds to be false.
type Alarm struct {
	BatchID string
	GroupID string
	Rule    string
	Word    string // what was hit, as it stands in the text
	Context string
	Note    string
}

// FalseAlarm reports a hit of a group's sample to the rule desk. The hit must be there, and its context must stand in the text:
// nobody proposes exceptions that she has not seen. It decides nothing about the batch.
func (s *Service) FalseAlarm(ctx context.Context, a Alarm) (*ruleset.Proposal, error) {
	b, err := s.batches.Get(ctx, a.BatchID)
	if err != nil {
		return nil, err
	}
	g, err := s.batches.GroupSample(ctx, a.BatchID, a.GroupID)
	if err != nil {
		return nil, err
	}
	found := false
	for _, h := range g.SampleHits {
		found = found || h.Rule == a.Rule && h.Text == a.Word
	}
	if !found {
		return nil, ErrNoHit
	}
	if err := ruleset.CheckContext(a.Word, a.Context); err != nil {
		return nil, err
	}
	if !stands(g.Sample, a.Context) {
		return nil, ruleset.ErrContext.At("context", "absent", "这段话不在短信里，请从短信正文中照抄", "these words don't stand in the message; copy them from its text")
	}
	return s.batches.Rules.Propose(ctx, ruleset.Proposal{
		RuleID: a.Rule, RuleSet: b.RuleSetVersion, Word: a.Word, Context: a.Context, Note: a.Note, BatchID: b.ID, BatchNumber: b.Number, CustomerID: b.CustomerID,
		GroupID: g.ID, Messages: g.Total(),
	})
}

func stands(text, words string) bool { return strings.Contains(text, strings.TrimSpace(words)) }
