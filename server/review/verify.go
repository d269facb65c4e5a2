package review

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/screening"
	"sealgate/server/verify"
)

// Verify checks verdicts (11), manifests (12, 13), who approved (16) and claims (24). Nothing is what should come back.
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	ctx = actor.With(ctx, actor.System("verify"))
	found := func(n int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: n, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	for after := ""; ; {
		ms, err := s.store.manifests(ctx, after, 100)
		if err != nil {
			return nil, err
		}
		for i := range ms {
			after = ms[i].ID
			if err := s.verifyManifest(ctx, &ms[i], found); err != nil {
				return nil, fmt.Errorf("verify manifest %s: %w", after, err)
			}
		}
		if len(ms) == 0 {
			break
		}
	}
	for after := ""; ; {
		ids, err := s.store.undecided(ctx, after, 100)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			after = id
			if err := s.verifyWaiting(ctx, id, found); err != nil {
				return nil, fmt.Errorf("verify batch %s: %w", id, err)
			}
		}
		if len(ids) == 0 {
			break
		}
	}
	if err := s.verifyGrounds(ctx, found); err != nil {
		return nil, err
	}
	now := s.clock.RealInstant()
	long, err := s.store.overheld(ctx, now.Add(Lease))
	if err != nil {
		return nil, err
	}
	for _, c := range long { // one that has run out holds nobody up, whether or not housekeeping has cleared it away
		found(24, "batch "+c.BatchID, "claimed by %s until %s", c.UserID, c.ExpiresAt)
	}
	return out, nil
}

// verifyGrounds: what the authority cleared has its paper, what a rule approved has two people who answer for it.
func (s *Service) verifyGrounds(ctx context.Context, found func(int, string, string, ...any)) error {
	rows, err := s.store.unfounded(ctx)
	if err != nil {
		return err
	}
	for _, d := range rows {
		found(12, "batch "+d.BatchID, "decision %d says that the authority consented; no answer with a paper stands behind it", d.N)
	}
	ids, err := s.store.unanswered(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		found(16, "batch "+id, "approved by an exemption that two people did not stand behind then")
	}
	return nil
}

func (s *Service) verifyManifest(ctx context.Context, m *Manifest, found func(int, string, string, ...any)) error {
	object := "batch " + m.BatchID
	b, err := s.batches.Get(ctx, m.BatchID)
	if err != nil {
		return err
	}
	it, err := s.store.item(ctx, m.BatchID)
	if err != nil {
		return err
	}
	for _, u := range m.Approvers {
		if Own(u, b.SubmitterID, b.EditorID) {
			found(16, object, "approved by %s, who made it", u)
		}
	}
	people := map[string]bool{}
	for _, u := range m.Approvers {
		people[u] = true
	}
	if need := Signers(it.HighRisk, m.Approved); len(people) < need {
		found(16, object, "%d people approved, %d are needed", len(people), need)
	}
	if !m.VoidedAt.IsZero() {
		if !m.TakenAt.IsZero() {
			found(12, object, "manifest %s is void and was taken", m.ID)
		}
		return nil
	}
	if !m.TakenAt.IsZero() && m.TakenAt.Before(m.NotBefore) {
		found(12, object, "manifest %s was taken before its ten seconds were over", m.ID)
	}
	ds, err := s.store.decisions(ctx, m.BatchID)
	if err != nil {
		return err
	}
	if h := HashDecisions(b.ID, m.RuleSet, it.Round, ds); h != m.DecisionsHash {
		found(13, object, "the decisions are not those that were frozen")
	}
	if b.RuleSetVersion != m.RuleSet {
		found(13, object, "judged by rule set %s, approved under %s", b.RuleSetVersion, m.RuleSet)
	}
	if b.Purged != nil {
		return s.verifyPurged(ctx, m, found)
	}
	bits, err := s.ApprovedBits(ctx, m)
	if err != nil {
		found(13, object, "the approved bitmap can't be read: %v", err)
		return nil
	}
	chunks, err := s.batches.Chunks(ctx, m.BatchID)
	if err != nil {
		return err
	}
	if len(chunks) != len(m.Chunks) {
		found(13, object, "%d chunks, %d in the manifest", len(chunks), len(m.Chunks))
		return nil
	}
	r := Rule(ds)
	for i := range chunks {
		c, seal := &chunks[i], m.Chunks[i]
		if c.SHA256 != seal.SHA256 || c.VerdictSHA256 != seal.VerdictSHA256 || c.Seq != seal.Seq || c.Count != seal.Count {
			found(13, object, "chunk %d is not the one in the manifest", seal.Seq)
			continue
		}
		if err := s.verifyVerdicts(ctx, b, c, r, bits[i], found); err != nil {
			return err
		}
	}
	return nil
}

// verifyPurged is what can still be checked of an approval whose content was destroyed: its chunks have the hashes that were
// frozen.
func (s *Service) verifyPurged(ctx context.Context, m *Manifest, found func(int, string, string, ...any)) error {
	if h, err := HashChunks(m.Chunks); err != nil || h != m.ChunksHash {
		found(13, "batch "+m.BatchID, "manifest %s: the list of chunks does not have its hash", m.ID)
	}
	chunks, err := s.batches.Chunks(ctx, m.BatchID)
	if err != nil {
		return err
	}
	same := len(chunks) == len(m.Chunks)
	for i := 0; same && i < len(chunks); i++ {
		same = chunks[i].SHA256 == m.Chunks[i].SHA256 && chunks[i].VerdictSHA256 == m.Chunks[i].VerdictSHA256
	}
	if !same {
		found(13, "batch "+m.BatchID, "the chunks are not those of the manifest")
	}
	return nil
}

// verifyWaiting checks the verdicts of a batch that has no manifest yet, or none that stands.
func (s *Service) verifyWaiting(ctx context.Context, batchID string, found func(int, string, string, ...any)) error {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil || b.Purged != nil {
		return err
	}
	chunks, err := s.batches.Chunks(ctx, batchID)
	if err != nil {
		return err
	}
	for i := range chunks {
		if err := s.verifyVerdicts(ctx, b, &chunks[i], Ruling{}, nil, found); err != nil {
			return err
		}
	}
	return nil
}

// verifyVerdicts: every message has one verdict, and is approved exactly if that verdict and the decisions say so. Without
// bits only the verdicts are looked at.
func (s *Service) verifyVerdicts(ctx context.Context, b *batch.Batch, c *batch.Chunk, r Ruling, bits Bits, found func(int, string, string, ...any)) error {
	object := fmt.Sprintf("chunk %s/%d", b.ID, c.Seq)
	rows, err := s.batches.OpenVerdicts(ctx, c)
	if err != nil {
		found(11, object, "the verdicts can't be read: %v", err)
		return nil
	}
	var counts Counts
	for j := range rows {
		v := &rows[j]
		if v.Seq != c.FirstSeq+int64(j) {
			found(11, object, "verdict %d is about message %d", j, v.Seq)
		}
		switch v.Verdict {
		case screening.Pass:
			counts.Pass++
		case screening.Hold:
			counts.Hold++
		case screening.Escalate:
			counts.Escalate++
		default:
			counts.Refuse++
		}
		if approved := r.On(v.Verdict, v.Group, v.Seq) == Approved; bits != nil && approved != bits.Has(j) {
			found(12, object, "message %d: the decisions say approved %v, the manifest %v", v.Seq, approved, bits.Has(j))
		}
	}
	if int64(len(rows)) != c.Count || counts != (Counts{c.Pass, c.Hold, c.Escalate, c.Refuse}) {
		found(11, object, "%d messages, %d verdicts %+v", c.Count, len(rows), counts)
	}
	return nil
}
