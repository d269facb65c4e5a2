package evidence

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
)

// runReader reads a run piece by piece.
type runReader struct {
	blobs *blob.Store
	key   *crypt.Key
	run   *Run
}

// piece opens one sealed part of the run.
func (r runReader) piece(ctx context.Context, name string, n int, at, end int64) ([]byte, error) {
	if end <= at {
		return nil, ErrRun.Because(fmt.Errorf("%s %d of run %s: no bytes", name, n, r.run.ID))
	}
	sealed, err := r.blobs.GetRange(ctx, r.run.BlobKey, at, end-at)
	if err != nil {
		return nil, err
	}
	plain, err := r.key.Open(sealed, part(r.run.ID, name, n))
	if err != nil {
		return nil, ErrRun.Because(err)
	}
	return plain, nil
}

func (r runReader) index(ctx context.Context) ([]blockAt, error) {
	b, err := r.piece(ctx, "index", 0, r.run.IndexAt, r.run.Size)
	if err != nil {
		return nil, err
	}
	index, err := readIndex(b)
	if err != nil || int64(len(index)) != r.run.Blocks {
		return nil, ErrRun.Because(fmt.Errorf("index of run %s: %w", r.run.ID, errors.Join(err, errRun)))
	}
	return index, nil
}

func (r runReader) table(ctx context.Context) ([]chunkRef, error) {
	b, err := r.piece(ctx, "table", 0, r.run.TableAt, r.run.IndexAt)
	if err != nil {
		return nil, err
	}
	table, err := readTable(b)
	if err != nil || int64(len(table)) != r.run.Chunks {
		return nil, ErrRun.Because(fmt.Errorf("table of run %s: %w", r.run.ID, errors.Join(err, errRun)))
	}
	return table, nil
}

func (r runReader) end(index []blockAt, n int) int64 {
	if n+1 < len(index) {
		return index[n+1].offset
	}
	return r.run.TableAt
}

// find gives the messages of a hash.
func (r runReader) find(ctx context.Context, hash uint64) (out []place, err error) {
	if r.run.Blocks == 0 {
		return nil, nil
	}
	index, err := r.index(ctx)
	if err != nil {
		return nil, err
	}
	var places []uint32
	var entries []entry
	from, to := blocksOf(index, hash)
	for n := from; n < to; n++ {
		b, err := r.piece(ctx, "block", n, index[n].offset, r.end(index, n))
		if err != nil {
			return nil, err
		}
		if entries, err = readBlock(b, placeWidth(int(r.run.Chunks)), entries); err != nil {
			return nil, ErrRun.Because(err)
		}
		places = append(places, placesOf(entries, hash)...)
	}
	if len(places) == 0 {
		return nil, nil
	}
	table, err := r.table(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		c := int(p >> indexShift)
		if c >= len(table) {
			return nil, ErrRun.Because(fmt.Errorf("run %s names chunk %d of %d", r.run.ID, c, len(table)))
		}
		out = append(out, place{table[c].batchID, table[c].firstSeq + int64(p&(1<<indexShift-1))})
	}
	return out, nil
}

// sortBatch writes the runs of one batch. Two servers that do it at once leave the rows of one of them.
func (s *Service) sortBatch(ctx context.Context, id string) error {
	found, err := s.store.batches(ctx, []string{id})
	if err != nil || found[id] == nil {
		return err
	}
	b := found[id]
	chunks, err := s.Batches.Chunks(ctx, id)
	if err != nil {
		return err
	}
	hasher, err := s.Keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	key, err := s.Keys.Finder(ctx)
	if err != nil {
		return err
	}
	day := b.ScreenedAt.Date()
	var runs []*Run
	var entries []entry
	var table []chunkRef
	messages, purged := int64(0), false
	flush := func() error {
		if len(entries) == 0 {
			return nil
		}
		sortEntries(entries)
		r, err := s.write(ctx, key, day, day, table, func(add func(entry) error) error {
			for _, e := range entries {
				if err := add(e); err != nil {
					return err
				}
			}
			return nil
		})
		runs, entries, table = append(runs, r), entries[:0], nil
		return err
	}
	for i := range chunks {
		c := &chunks[i]
		ms, err := s.Batches.OpenChunk(ctx, c)
		if errors.Is(err, crypt.ErrKeyGone) { // purged before it was ever sorted: there is nothing to find
			purged = true
			break
		}
		if err != nil {
			return err
		}
		for j := range ms {
			entries = append(entries, entry{hasher.Find(ms[j].Phone), uint32(len(table))<<indexShift | uint32(j)})
		}
		table = append(table, chunkRef{id, c.Seq, c.FirstSeq})
		messages += int64(len(ms))
		if len(entries) > entriesRun-batch.ChunkSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if purged {
		entries, messages = nil, 0
	}
	if err := flush(); err != nil {
		return err
	}
	failpoint.Hit("evidence.sort.stored")
	mark := sorted{BatchID: id, OnDate: day, Messages: messages, MadeAt: s.clock.RealInstant()}
	if purged {
		mark.DroppedAt = s.clock.Instant()
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addSorted(ctx, mark); err != nil {
			return err
		}
		for _, r := range runs {
			if err := s.store.addRun(ctx, r, []string{id}); err != nil {
				return err
			}
		}
		return nil
	})
	if db.IsDuplicate(err) { // another server was faster
		return s.drop(ctx, runs)
	}
	return err
}

// write makes a run durable of entries in ascending order. Its row comes later, in the transaction that makes it count.
func (s *Service) write(ctx context.Context, key *crypt.Key, first, last caldate.Date, table []chunkRef, each func(add func(entry) error) error) (*Run, error) {
	r := &Run{ID: ids.New(), FirstDay: first, LastDay: last, Chunks: int64(len(table)), MadeAt: s.clock.RealInstant()}
	r.BlobKey = fmt.Sprintf("runs/%s/%s", first.MonthOf(), r.ID)
	in, out := io.Pipe()
	var got shape
	go func() {
		w := newRunWriter(out, key, r.ID, table)
		err := each(w.add)
		if err == nil {
			got, err = w.close()
		}
		_ = out.CloseWithError(err) // nil is the end of the object
	}()
	info, err := s.Blobs.Put(ctx, r.BlobKey, in)
	_ = in.CloseWithError(io.ErrClosedPipe) // a put that failed must not leave the writer waiting
	if err != nil {
		return nil, err
	}
	r.SHA256, r.Size, r.Entries, r.Blocks, r.TableAt, r.IndexAt = info.SHA256, got.Size, got.Entries, got.Blocks, got.TableAt, got.IndexAt
	return r, nil
}

// drop deletes the objects of runs that count no more; what a kill leaves is collected later.
func (s *Service) drop(ctx context.Context, runs []*Run) error {
	for _, r := range runs {
		if err := s.Blobs.Delete(ctx, r.BlobKey); err != nil {
			return err
		}
	}
	return nil
}

// cursor goes through a run's entries in their order.
type cursor struct {
	in      io.ReadCloser
	r       runReader
	index   []blockAt
	block   int
	entries []entry
	at      int
	moved   []int64 // the run's chunks → places in the merged table, -1: left out
}

// head is the entry that the cursor stands at, with its place in the merged table.
func (c *cursor) head() entry { return c.entries[c.at] }

// next moves to the next entry that is kept; false at the end.
func (c *cursor) next() (bool, error) {
	for {
		c.at++
		for c.at >= len(c.entries) {
			if c.block == len(c.index) {
				return false, nil
			}
			if err := c.load(); err != nil {
				return false, err
			}
		}
		e := &c.entries[c.at]
		n := int(e.place >> indexShift)
		if n >= len(c.moved) {
			return false, ErrRun.Because(errRun)
		}
		if to := c.moved[n]; to >= 0 {
			e.place = uint32(to)<<indexShift | e.place&(1<<indexShift-1)
			return true, nil
		}
	}
}

func (c *cursor) load() error {
	sealed := make([]byte, c.r.end(c.index, c.block)-c.index[c.block].offset)
	if _, err := io.ReadFull(c.in, sealed); err != nil {
		return fmt.Errorf("read run %s: %w", c.r.run.ID, err)
	}
	plain, err := c.r.key.Open(sealed, part(c.r.run.ID, "block", c.block))
	if err == nil {
		c.entries, err = readBlock(plain, placeWidth(int(c.r.run.Chunks)), c.entries)
	}
	if err != nil {
		return ErrRun.Because(err)
	}
	c.block, c.at = c.block+1, 0
	return nil
}

// cursors is a heap by the entry that each stands at.
type cursors []*cursor

func (c cursors) Len() int { return len(c) }
func (c cursors) Less(i, j int) bool {
	a, b := c[i].head(), c[j].head()
	return a.hash < b.hash || a.hash == b.hash && a.place < b.place
}
func (c cursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(x any)   { *c = append(*c, x.(*cursor)) }
func (c *cursors) Pop() any {
	old := *c
	last := old[len(old)-1]
	*c = old[:len(old)-1]
	return last
}

// merge puts runs together into one and leaves out the batches of gone. Memory does not grow with the runs.
func (s *Service) merge(ctx context.Context, runs []Run, gone map[string]bool) error {
	key, err := s.Keys.Finder(ctx)
	if err != nil {
		return err
	}
	var table []chunkRef
	var from cursors
	defer func() {
		for _, c := range from {
			_ = c.in.Close()
		}
	}()
	kept := map[string]bool{}
	first, last := runs[0].FirstDay, runs[0].LastDay
	oldIDs := make([]string, len(runs))
	old := make([]*Run, len(runs))
	for i := range runs {
		oldIDs[i], old[i] = runs[i].ID, &runs[i]
		if runs[i].FirstDay.Before(first) {
			first = runs[i].FirstDay
		}
		if runs[i].LastDay.After(last) {
			last = runs[i].LastDay
		}
		c := &cursor{r: runReader{s.Blobs, key, &runs[i]}, at: -1}
		chunks, err := c.r.table(ctx)
		if err != nil {
			return err
		}
		c.moved = make([]int64, len(chunks))
		for j, x := range chunks {
			c.moved[j] = -1
			if !gone[x.batchID] {
				c.moved[j] = int64(len(table))
				table, kept[x.batchID] = append(table, x), true
			}
		}
		if c.index, err = c.r.index(ctx); err != nil {
			return err
		}
		if c.in, err = s.Blobs.Get(ctx, runs[i].BlobKey); err != nil {
			return err
		}
		from = append(from, c)
	}
	var merged *Run
	if len(table) > 0 {
		if merged, err = s.write(ctx, key, first, last, table, func(add func(entry) error) error { return s.zip(ctx, from, add) }); err != nil {
			return err
		}
	}
	failpoint.Hit("evidence.merge.stored")
	lost := false
	err = s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.takeRuns(ctx, oldIDs)
		if lost = !ok; err != nil || lost {
			return errors.Join(err, errLost)
		}
		if merged == nil {
			return nil
		}
		return s.store.addRun(ctx, merged, keysOf(kept))
	})
	if err != nil {
		if merged != nil {
			err = errors.Join(err, s.drop(ctx, []*Run{merged}))
		}
		if lost && errors.Is(err, errLost) {
			return nil // another server has merged them
		}
		return err
	}
	failpoint.Hit("evidence.merge.done")
	return s.drop(ctx, old)
}

var errLost = errors.New("merged by another server")

func keysOf(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	return out
}

// zip gives the entries of all cursors in ascending order. It keeps the lease while that takes.
func (s *Service) zip(ctx context.Context, from cursors, add func(entry) error) error {
	h := make(cursors, 0, len(from))
	for _, c := range from {
		ok, err := c.next()
		if err != nil {
			return err
		}
		if ok {
			h = append(h, c)
		}
	}
	heap.Init(&h)
	for n := 1; len(h) > 0; n++ {
		c := h[0]
		if err := add(c.head()); err != nil {
			return err
		}
		ok, err := c.next()
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
		}
		if n%(4<<20) == 0 {
			if _, _, err := s.Leases.Acquire(ctx, buildLease, buildLeaseTTL); err != nil {
				return err
			}
		}
	}
	return nil
}

// Drop forgets where the messages of batches are: every run that names one is written anew without them. Killed at any place it
// can be called again.
func (s *Service) Drop(ctx context.Context, batchIDs []string) error {
	gone := make(map[string]bool, len(batchIDs))
	for _, id := range batchIDs {
		gone[id] = true
	}
	for len(gone) > 0 {
		if _, ok, err := s.Leases.Acquire(ctx, buildLease, buildLeaseTTL); err != nil {
			return err
		} else if !ok {
			return ErrBusy
		}
		run, err := s.store.runNaming(ctx, keysOf(gone))
		if err != nil {
			return err
		}
		if run == nil {
			break
		}
		if err := s.merge(ctx, []Run{*run}, gone); err != nil {
			return err
		}
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.store.markDropped(ctx, batchIDs, s.clock.Instant())
	})
}

// Garbage gives those keys of runs that no row names: what killed builds and merges left. A run can be made again.
func (s *Service) Garbage(ctx context.Context, keys []string) ([]string, error) {
	named, err := s.store.runKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, key := range keys {
		if !named[key] {
			out = append(out, key)
		}
	}
	return out, nil
}
