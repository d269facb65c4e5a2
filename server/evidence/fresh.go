package evidence

import (
	"context"
	"errors"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/blob"
	"sealgate/server/watch"
)

const (
	// sampleSize is how many numbers of a batch are looked up: those with the smallest hashes, which nobody without the key can
	// choose. Shorter lists are counted, the share of longer ones is within 3.1 points of the truth in 95 of 100 cases.
	sampleSize = 1000
	// spanBlocks is how many blocks of a run are read at once, 2 MB at most; gapBlocks how many that nobody asked for are read
	// along rather than asking storage once more.
	spanBlocks = 64
	gapBlocks  = 32
)

// chunkID names a chunk of a batch.
type chunkID struct {
	batchID string
	seq     int64
}

// Fresh tells, for batches of a customer that stand in runs, how many of their recipients nothing had left for from this
// customer before the day began (watch.Memory). What was purged is not remembered. No number is opened, no chunk read, and each
// run is read at most once.
func (s *Service) Fresh(ctx context.Context, customerID string, day caldate.Date, batchIDs []string) (out map[string]watch.Sample, err error) {
	wanted, err := s.store.standing(ctx, batchIDs)
	if err != nil || len(wanted) == 0 {
		return nil, err
	}
	sent, err := s.store.leftBefore(ctx, customerID, caldate.InstantOf(day.Start()))
	if err != nil {
		return nil, err
	}
	err = s.overRuns(ctx, func(readers []runReader) error {
		samples := map[string][]uint64{}
		for _, r := range readers {
			if err := r.sample(ctx, wanted, samples); err != nil {
				return err
			}
		}
		known, err := knownOf(ctx, readers, samples, sent)
		if err != nil {
			return err
		}
		out = make(map[string]watch.Sample, len(wanted))
		for id := range wanted {
			x := watch.Sample{Looked: int64(len(samples[id])), Before: len(sent) > 0}
			for _, hash := range samples[id] {
				if !known[hash] {
					x.Fresh++
				}
			}
			out[id] = x
		}
		return nil
	})
	return out, err
}

// overRuns lets look read all runs; once more where one was merged into another meanwhile.
func (s *Service) overRuns(ctx context.Context, look func([]runReader) error) error {
	const tries = 4
	key, err := s.Keys.Finder(ctx)
	if err != nil {
		return err
	}
	for range tries {
		var runs []Run
		if runs, err = s.store.runs(ctx); err != nil {
			return err
		}
		readers := make([]runReader, len(runs))
		for i := range runs {
			readers[i] = runReader{s.Blobs, key, &runs[i]}
		}
		if err = look(readers); err == nil || !errors.Is(err, blob.ErrNotFound) {
			return err
		}
	}
	return err
}

// knownOf tells which hashes of the samples stand in chunks that have left.
func knownOf(ctx context.Context, readers []runReader, samples map[string][]uint64, sent map[chunkID]bool) (map[uint64]bool, error) {
	var hashes []uint64
	for _, some := range samples {
		hashes = append(hashes, some...)
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	known := map[uint64]bool{}
	for _, r := range readers {
		if err := r.mark(ctx, hashes, sent, known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// sample adds the smallest hashes of wanted batches that the run names to those that are known of them, in ascending order.
func (r runReader) sample(ctx context.Context, wanted map[string]bool, into map[string][]uint64) error {
	of, index, err := r.chunksWhere(ctx, func(c chunkRef) bool { return wanted[c.batchID] })
	if err != nil || of == nil {
		return err
	}
	here := map[string][]uint64{}
	for _, c := range of {
		if c != nil {
			here[c.batchID] = nil
		}
	}
	lacking := len(here)
	all := make([]int, len(index))
	for i := range all {
		all[i] = i
	}
	err = r.each(ctx, index, all, func(es []entry) (bool, error) {
		for _, e := range es {
			c, err := chunkAt(of, e)
			if err != nil {
				return false, err
			}
			if c == nil {
				continue
			}
			got := here[c.batchID]
			if n := len(got); n == sampleSize || n > 0 && got[n-1] == e.hash {
				continue
			}
			if here[c.batchID] = append(got, e.hash); len(got)+1 == sampleSize {
				lacking--
			}
		}
		return lacking > 0, nil
	})
	for id, some := range here {
		both := append(into[id], some...)
		slices.Sort(both)
		both = slices.Compact(both)
		into[id] = both[:min(len(both), sampleSize)]
	}
	return err
}

// mark notes which of the ascending hashes have a message in one of the chunks.
func (r runReader) mark(ctx context.Context, hashes []uint64, chunks map[chunkID]bool, known map[uint64]bool) error {
	of, index, err := r.chunksWhere(ctx, func(c chunkRef) bool { return chunks[chunkID{c.batchID, c.seq}] })
	if err != nil || of == nil {
		return err
	}
	var blocks []int
	for _, hash := range hashes {
		from, to := blocksOf(index, hash)
		for n := from; n < to; n++ {
			if len(blocks) == 0 || n > blocks[len(blocks)-1] {
				blocks = append(blocks, n)
			}
		}
	}
	i := 0
	return r.each(ctx, index, blocks, func(es []entry) (bool, error) {
		for _, e := range es {
			for i < len(hashes) && hashes[i] < e.hash {
				i++
			}
			if i == len(hashes) {
				return false, nil
			}
			if hashes[i] != e.hash {
				continue
			}
			c, err := chunkAt(of, e)
			if err != nil {
				return false, err
			}
			known[e.hash] = known[e.hash] || c != nil
		}
		return true, nil
	})
}

// chunksWhere gives the run's table with nil for chunks that nobody asks for, and the index of the blocks; nothing where all are nil.
func (r runReader) chunksWhere(ctx context.Context, asked func(chunkRef) bool) (of []*chunkRef, index []blockAt, err error) {
	if r.run.Blocks == 0 {
		return nil, nil, nil
	}
	table, err := r.table(ctx)
	if err != nil {
		return nil, nil, err
	}
	some := false
	of = make([]*chunkRef, len(table))
	for i := range table {
		if asked(table[i]) {
			of[i], some = &table[i], true
		}
	}
	if !some {
		return nil, nil, nil
	}
	index, err = r.index(ctx)
	return of, index, err
}

func chunkAt(of []*chunkRef, e entry) (*chunkRef, error) {
	n := int(e.place >> indexShift)
	if n >= len(of) {
		return nil, ErrRun.Because(errRun)
	}
	return of[n], nil
}

// each reads blocks, given in ascending order, and hands their entries over until do has enough. Blocks near each other are read at once.
func (r runReader) each(ctx context.Context, index []blockAt, blocks []int, do func([]entry) (more bool, err error)) error {
	var entries []entry
	width := placeWidth(int(r.run.Chunks))
	for len(blocks) > 0 {
		n := span(blocks)
		start := index[blocks[0]].offset
		sealed, err := r.blobs.GetRange(ctx, r.run.BlobKey, start, r.end(index, blocks[n-1])-start)
		if err != nil {
			return err
		}
		for _, b := range blocks[:n] {
			plain, err := r.key.Open(sealed[index[b].offset-start:r.end(index, b)-start], part(r.run.ID, "block", b))
			if err == nil {
				entries, err = readBlock(plain, width, entries)
			}
			if err != nil {
				return ErrRun.Because(err)
			}
			if more, err := do(entries); err != nil || !more {
				return err
			}
		}
		blocks = blocks[n:]
	}
	return nil
}

// span tells how many of the blocks, given in ascending order, are read at once.
func span(blocks []int) int {
	n := 1
	for n < len(blocks) && blocks[n]-blocks[n-1] <= gapBlocks && blocks[n]-blocks[0] < spanBlocks {
		n++
	}
	return n
}
