package handoff

import (
	"context"

	"sealgate/server/batch"
	"sealgate/server/review"
)

// verifyPurged is what can still be checked of a hand-off whose content was destroyed: the chunks are those of the manifest by
// their hashes, and statuses, figures and times hang together.
func (s *Service) verifyPurged(ctx context.Context, h *Handoff, m *review.Manifest, found report) error {
	object := "batch " + h.BatchID
	if hash, err := review.HashChunks(m.Chunks); err != nil || hash != m.ChunksHash {
		found(13, object, "the list of chunks in the manifest does not have its hash")
	}
	rows, err := s.Batches.Chunks(ctx, h.BatchID)
	if err != nil {
		return err
	}
	bySeq := map[int64]*batch.Chunk{}
	for i := range rows {
		bySeq[rows[i].Seq] = &rows[i]
	}
	var t Counts
	var parts int64
	for _, seal := range m.Chunks {
		if row := bySeq[seal.Seq]; row == nil || row.SHA256 != seal.SHA256 || row.VerdictSHA256 != seal.VerdictSHA256 {
			found(13, object, "chunk %d is not the one in the manifest", seal.Seq)
		}
		c, err := s.store.chunk(ctx, h.BatchID, seal.Seq)
		if err != nil {
			return err
		}
		tally := c.Statuses.Tally()
		if tally.Approved() != seal.Approved {
			found(12, object, "chunk %d has statuses of %d approved messages, the manifest approves %d", seal.Seq, tally.Approved(), seal.Approved)
		}
		t.Add(tally)
		for i := range c.Statuses {
			if c.Statuses.At(i) == Delivered {
				parts += int64(c.Facts.Parts(i))
			}
		}
	}
	figures, err := s.store.figures(ctx, h.BatchID)
	if err != nil {
		return err
	}
	var fd, ff, fp int64
	for _, f := range figures {
		fd, ff, fp = fd+f.Delivered, ff+f.Failed, fp+f.Parts
	}
	if fd != t[Delivered] || fp != parts || ff != t[Failed] {
		found(21, object, "%d delivered of %d parts and %d failed, the figures say %d of %d and %d", t[Delivered], parts, t[Failed], fd, fp, ff)
	}
	slices, err := s.store.slices(ctx, h.BatchID)
	if err != nil {
		return err
	}
	return s.verifyTimes(ctx, h, slices, found)
}
