package evidence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"sealgate/server/batch"
	"sealgate/server/platform/crypt"
)

// A run is an object that tells, for the numbers of some batches, where their messages are: sorted by 48 bits of the numbers'
// HMAC under the provider's key, so that nobody without that key learns anything and a number is found by reading one block.
//
// It consists of blocks of entries, the table of chunks and the index of the blocks, each sealed for its place. A block is
// the count, the first hash, the differences to the next ones as varints, and the places at a fixed width: 6 to 7.5 bytes a
// message. Where table and index begin stands in the run's row.
const (
	hashBits     = 48
	entriesBlock = 4096
	// indexShift is how many bits of a place count within a chunk.
	indexShift = 13
)

// It must be possible to tell every message of a chunk.
const _ = uint(1<<indexShift - batch.ChunkSize)

// entry is one message: the hash of its number, and its place: the chunk's position in the run's table, and the message's in
// the chunk.
type entry struct {
	hash  uint64
	place uint32
}

// chunkRef is a chunk as a run's table names it.
type chunkRef struct {
	batchID  string
	seq      int64
	firstSeq int64
}

// blockAt is where a block begins and which hash is its first.
type blockAt struct {
	first  uint64
	offset int64
}

// shape is what a run's row tells so that the object can be read piece by piece.
type shape struct {
	Entries int64
	Blocks  int64
	TableAt int64
	IndexAt int64
	Size    int64
}

func part(runID, name string, n int) string {
	return fmt.Sprintf("sealgate find run\x00%s\x00%s\x00%d", runID, name, n)
}

// placeWidth is how many bytes tell a place among so many chunks.
func placeWidth(chunks int) int {
	most := uint64(max(chunks, 1))<<indexShift - 1
	n := 1
	for most >>= 8; most > 0; most >>= 8 {
		n++
	}
	return n
}

// runWriter writes a run as its entries come, in ascending order.
type runWriter struct {
	out    io.Writer
	key    *crypt.Key
	id     string
	chunks []chunkRef
	width  int
	block  []entry
	plain  []byte
	index  []blockAt
	at     int64
	n      int64
}

func newRunWriter(out io.Writer, key *crypt.Key, id string, chunks []chunkRef) *runWriter {
	return &runWriter{out: out, key: key, id: id, chunks: chunks, width: placeWidth(len(chunks)), block: make([]entry, 0, entriesBlock)}
}

func (w *runWriter) add(e entry) error {
	w.block = append(w.block, e)
	if len(w.block) == entriesBlock {
		return w.flush()
	}
	return nil
}

func (w *runWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	w.plain = appendBlock(w.plain[:0], w.block, w.width)
	w.index = append(w.index, blockAt{w.block[0].hash, w.at})
	w.n += int64(len(w.block))
	w.block = w.block[:0]
	return w.write("block", len(w.index)-1, w.plain)
}

func (w *runWriter) write(name string, n int, plain []byte) error {
	m, err := w.out.Write(w.key.Seal(plain, part(w.id, name, n)))
	w.at += int64(m)
	return err
}

func (w *runWriter) close() (s shape, err error) {
	if err := w.flush(); err != nil {
		return s, err
	}
	s = shape{Entries: w.n, Blocks: int64(len(w.index)), TableAt: w.at}
	if err := w.write("table", 0, appendTable(nil, w.chunks)); err != nil {
		return s, err
	}
	s.IndexAt = w.at
	err = w.write("index", 0, appendIndex(nil, w.index))
	s.Size = w.at
	return s, err
}

func appendBlock(b []byte, entries []entry, width int) []byte {
	b = binary.AppendUvarint(b, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.hash-last)
		last = e.hash
	}
	for _, e := range entries {
		for i := range width {
			b = append(b, byte(e.place>>(8*i)))
		}
	}
	return b
}

var errRun = errors.New("not whole")

func readBlock(b []byte, width int, into []entry) ([]entry, error) {
	n, b, err := uvarint(b)
	if err != nil || n > uint64(len(b)) {
		return nil, errRun
	}
	into = slices.Grow(into[:0], int(n))[:n]
	hash := uint64(0)
	for i := range into {
		var d uint64
		if d, b, err = uvarint(b); err != nil {
			return nil, err
		}
		hash += d
		into[i] = entry{hash: hash}
	}
	if len(b) != len(into)*width {
		return nil, errRun
	}
	for i := range into {
		for j := range width {
			into[i].place |= uint32(b[i*width+j]) << (8 * j)
		}
	}
	return into, nil
}

func uvarint(b []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, errRun
	}
	return v, b[n:], nil
}

func appendTable(b []byte, chunks []chunkRef) []byte {
	var ids []string
	at := map[string]int{}
	for _, c := range chunks {
		if _, ok := at[c.batchID]; !ok {
			at[c.batchID] = len(ids)
			ids = append(ids, c.batchID)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(ids)))
	for _, id := range ids {
		b = binary.AppendUvarint(b, uint64(len(id)))
		b = append(b, id...)
	}
	b = binary.AppendUvarint(b, uint64(len(chunks)))
	for _, c := range chunks {
		b = binary.AppendUvarint(b, uint64(at[c.batchID]))
		b = binary.AppendUvarint(b, uint64(c.seq))
		b = binary.AppendUvarint(b, uint64(c.firstSeq))
	}
	return b
}

func readTable(b []byte) ([]chunkRef, error) {
	n, b, err := uvarint(b)
	if err != nil || n > uint64(len(b)) {
		return nil, errRun
	}
	ids := make([]string, n)
	for i := range ids {
		var l uint64
		if l, b, err = uvarint(b); err != nil || l > uint64(len(b)) {
			return nil, errRun
		}
		ids[i], b = string(b[:l]), b[l:]
	}
	if n, b, err = uvarint(b); err != nil || n > uint64(len(b)) {
		return nil, errRun
	}
	out := make([]chunkRef, n)
	for i := range out {
		var v [3]uint64
		for j := range v {
			if v[j], b, err = uvarint(b); err != nil {
				return nil, err
			}
		}
		if v[0] >= uint64(len(ids)) {
			return nil, errRun
		}
		out[i] = chunkRef{ids[v[0]], int64(v[1]), int64(v[2])}
	}
	return out, nil
}

func appendIndex(b []byte, index []blockAt) []byte {
	b = binary.AppendUvarint(b, uint64(len(index)))
	last := blockAt{}
	for _, x := range index {
		b = binary.AppendUvarint(b, x.first-last.first)
		b = binary.AppendUvarint(b, uint64(x.offset-last.offset))
		last = x
	}
	return b
}

func readIndex(b []byte) ([]blockAt, error) {
	n, b, err := uvarint(b)
	if err != nil || n > uint64(len(b)) {
		return nil, errRun
	}
	out := make([]blockAt, n)
	last := blockAt{}
	for i := range out {
		var first, offset uint64
		if first, b, err = uvarint(b); err != nil {
			return nil, err
		}
		if offset, b, err = uvarint(b); err != nil {
			return nil, err
		}
		last = blockAt{last.first + first, last.offset + int64(offset)}
		out[i] = last
	}
	return out, nil
}

// blocksOf tells which blocks may hold a hash: from, up to but without to. Messages to one number may fill several.
func blocksOf(index []blockAt, hash uint64) (from, to int) {
	from = sort.Search(len(index), func(i int) bool { return index[i].first >= hash })
	if from > 0 {
		from-- // the block before may end with it
	}
	to = sort.Search(len(index), func(i int) bool { return index[i].first > hash })
	return from, to
}

// placesOf gives the places of a hash among sorted entries.
func placesOf(entries []entry, hash uint64) (out []uint32) {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].hash >= hash })
	for ; i < len(entries) && entries[i].hash == hash; i++ {
		out = append(out, entries[i].place)
	}
	return out
}

// sortEntries sorts by hash, then by place.
func sortEntries(es []entry) {
	slices.SortFunc(es, func(a, b entry) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		case a.place < b.place:
			return -1
		case a.place > b.place:
			return 1
		}
		return 0
	})
}
