package evidence

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/ids"
)

// Placed is an entry as tests speak of it.
type Placed struct {
	Hash  uint64
	Batch string
	Seq   int64
}

// RoundTrip writes a run of entries over chunks of 8,192 messages and reads each hash again through the reader of Find.
func RoundTrip(ctx context.Context, blobs *blob.Store, key *crypt.Key, hashes []uint64) (missing int, size int64, err error) {
	var table []chunkRef
	entries := make([]entry, len(hashes))
	for i, h := range hashes {
		if i%(1<<indexShift) == 0 {
			table = append(table, chunkRef{fmt.Sprintf("b%d", i>>indexShift/3), int64(i>>indexShift%3 + 1), int64(i + 1)})
		}
		entries[i] = entry{h, uint32(i>>indexShift)<<indexShift | uint32(i&(1<<indexShift-1))}
	}
	sortEntries(entries)
	var b bytes.Buffer
	id := ids.New()
	w := newRunWriter(&b, key, id, table)
	for _, e := range entries {
		if err := w.add(e); err != nil {
			return 0, 0, err
		}
	}
	s, err := w.close()
	if err != nil {
		return 0, 0, err
	}
	r := &Run{ID: id, BlobKey: "runs/" + id, Entries: s.Entries, Blocks: s.Blocks, Chunks: int64(len(table)), TableAt: s.TableAt, IndexAt: s.IndexAt, Size: s.Size}
	if _, err := blobs.Put(ctx, r.BlobKey, &b); err != nil {
		return 0, 0, err
	}
	reader := runReader{blobs, key, r}
	found := map[uint64][]place{}
	for i, h := range hashes {
		if found[h] == nil {
			if found[h], err = reader.find(ctx, h); err != nil {
				return 0, 0, err
			}
		}
		c := table[i>>indexShift]
		if !slices.Contains(found[h], place{c.batchID, int64(i + 1)}) {
			missing++
		}
	}
	none, err := reader.find(ctx, 1<<hashBits-1)
	if len(none) > 0 {
		missing++
	}
	return missing, s.Size, err
}

// Runs gives the runs that there are.
func (s *Service) Runs(ctx context.Context) ([]Run, error) { return s.store.runs(ctx) }

// PutRun stores a run whose entries come in ascending order, as a merge of real ones would have made it: for measuring.
func (s *Service) PutRun(ctx context.Context, day caldate.Date, batches []string, chunks int, each func(add func(hash uint64, place uint32) error) error) (*Run, error) {
	key, err := s.Keys.Finder(ctx)
	if err != nil {
		return nil, err
	}
	table := make([]chunkRef, chunks)
	for i := range table {
		table[i] = chunkRef{batches[i%len(batches)], int64(i/len(batches) + 1), int64(i/len(batches))<<indexShift + 1}
	}
	r, err := s.write(ctx, key, day, day, table, func(add func(entry) error) error {
		return each(func(hash uint64, place uint32) error { return add(entry{hash, place}) })
	})
	if err != nil {
		return nil, err
	}
	return r, s.db.Run(ctx, func(ctx context.Context) error { return s.store.addRun(ctx, r, batches) })
}

// FindPlaces is Find without telling what the messages are.
func (s *Service) FindPlaces(ctx context.Context, hash uint64) (int, error) {
	p, err := s.places(ctx, hash)
	return len(p), err
}

// HashBits is how many bits of a number's HMAC runs hold.
const HashBits = hashBits

// ReadBlock is for the fuzzer.
func ReadBlock(b []byte, width int) int {
	es, _ := readBlock(b, width, nil)
	return len(es)
}

// ReadTables is for the fuzzer.
func ReadTables(b []byte) int {
	t, _ := readTable(b)
	x, _ := readIndex(b)
	return len(t) + len(x)
}

// Span is how many blocks are read at once.
var Span = span
