package batch

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/platform/crypt"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
)

// A chunk object is: "SGC1", the length and name of its data key, then the sealed bytes of a zstd frame. The seal is bound
// to the batch, the chunk's number and the kind, so that no chunk opens in another's place.
//
// Inside stand columns rather than rows: what is alike lies together and compresses well (a message of a template costs
// some 20 bytes).
const (
	chunkMagic   = "SGC1"
	kindMessages = "messages"
	kindVerdicts = "verdicts"

	// maxPlain bounds what an object may unpack to: 8,192 messages of the longest line (limits.go) stay far below.
	maxPlain = 1 << 30

	// chunkWindow holds the plain bytes of most chunks whole. Packers stay for the next chunk and keep so much memory each.
	chunkWindow = 4 << 20
)

var (
	packerOfTexts   = newPacker(zstd.SpeedBetterCompression)
	packerOfColumns = newPacker(zstd.SpeedFastest)
	unpacker        = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxPlain))
	})
)

func newPacker(level zstd.EncoderLevel) func() (*zstd.Encoder, error) {
	return sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithEncoderLevel(level), zstd.WithWindowSize(chunkWindow), zstd.WithLowerEncoderMem(true))
	})
}

// textsFrom is from which size on the plain bytes of a chunk are texts rather than columns of names, numbers and amounts. In columns
// there is little to find again: the fastest level makes them smaller than the slower ones do, which look for what is not there.
const textsFrom = 64 * ChunkSize

func pack(plain []byte) ([]byte, error) {
	packer := packerOfColumns
	if len(plain) >= textsFrom {
		packer = packerOfTexts
	}
	z, err := packer()
	if err != nil {
		return nil, err
	}
	return z.EncodeAll(plain, nil), nil
}

func chunkContext(batchID string, seq int64, kind string) string {
	return fmt.Sprintf("sealgate batch chunk\x00%s\x00%d\x00%s", batchID, seq, kind)
}

// sealObject packs and seals the plain bytes of a chunk.
func sealObject(key *crypt.Key, batchID string, seq int64, kind string, plain []byte) ([]byte, error) {
	packed, err := pack(plain)
	if err != nil {
		return nil, err
	}
	sealed := key.Seal(packed, chunkContext(batchID, seq, kind))
	out := make([]byte, 0, len(chunkMagic)+1+len(key.ID)+len(sealed))
	out = append(out, chunkMagic...)
	out = append(out, byte(len(key.ID)))
	out = append(out, key.ID...)
	return append(out, sealed...), nil
}

// splitObject gives the data key's id and the sealed bytes of a chunk object.
func splitObject(b []byte) (keyID string, sealed []byte, err error) {
	head := len(chunkMagic) + 1
	if len(b) < head || string(b[:len(chunkMagic)]) != chunkMagic || len(b) < head+int(b[head-1]) {
		return "", nil, ErrChunkDamaged.Because(fmt.Errorf("no chunk object (%d bytes)", len(b)))
	}
	n := head + int(b[head-1])
	return string(b[head:n]), b[n:], nil
}

func openObject(key *crypt.Key, batchID string, seq int64, kind string, sealed []byte) ([]byte, error) {
	packed, err := key.Open(sealed, chunkContext(batchID, seq, kind))
	if err != nil {
		return nil, err
	}
	z, err := unpacker()
	if err != nil {
		return nil, err
	}
	plain, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, ErrChunkDamaged.Because(err)
	}
	return plain, nil
}

// carriers are the codes that stand in chunks; their order must never change.
var carriers = []string{"", "cmcc", "cucc", "ctcc", "cbn"}

func carrierCode(name string) byte {
	for i, c := range carriers {
		if c == name {
			return byte(i)
		}
	}
	return 0
}

// messageColumns gathers messages for one chunk. The text of a message is pieces[0] + vars[0] + pieces[1] + …; for texts
// of their own there are two empty pieces and one variable.
type messageColumns struct {
	firstSeq int64
	pieces   []string
	n        int
	lines    []byte // differences, varints
	lastLine int64
	phones   []uint64
	carriers []byte
	parts    []byte // varints
	sumParts int64
	lengths  [][]byte // per variable: varints
	values   [][]byte // per variable: bytes
}

func newMessageColumns(firstSeq int64, pieces []string) *messageColumns {
	return &messageColumns{firstSeq: firstSeq, pieces: pieces, lengths: make([][]byte, len(pieces)-1), values: make([][]byte, len(pieces)-1)}
}

// next makes the columns of the following chunk, with room for as much as this one took.
func (c *messageColumns) next(firstSeq int64) *messageColumns {
	n := newMessageColumns(firstSeq, c.pieces)
	n.lines, n.phones, n.carriers, n.parts = make([]byte, 0, len(c.lines)), make([]uint64, 0, len(c.phones)), make([]byte, 0, len(c.carriers)), make([]byte, 0, len(c.parts))
	for i := range n.values {
		n.lengths[i], n.values[i] = make([]byte, 0, len(c.lengths[i])+64), make([]byte, 0, len(c.values[i])*9/8)
	}
	return n
}

func (c *messageColumns) add(line int64, phone uint64, carrier byte, parts int, vars [][]byte) {
	c.n++
	c.lines = binary.AppendVarint(c.lines, line-c.lastLine)
	c.lastLine = line
	c.phones = append(c.phones, phone)
	c.carriers = append(c.carriers, carrier)
	c.parts = binary.AppendUvarint(c.parts, uint64(parts))
	c.sumParts += int64(parts)
	for i, v := range vars {
		c.lengths[i] = binary.AppendUvarint(c.lengths[i], uint64(len(v)))
		c.values[i] = append(c.values[i], v...)
	}
}

// phoneBase is taken off a number so that five bytes hold it: 13000000000 is the smallest there is.
const phoneBase = 13_000_000_000

func (c *messageColumns) encode() []byte {
	size := 100 + len(c.lines) + 6*len(c.phones) + len(c.parts)
	for i := range c.values {
		size += len(c.pieces[i+1]) + len(c.lengths[i]) + len(c.values[i]) + 20
	}
	b := make([]byte, 0, size+len(c.pieces[0]))
	b = binary.AppendUvarint(b, uint64(c.n))
	b = binary.AppendUvarint(b, uint64(c.firstSeq))
	b = binary.AppendUvarint(b, uint64(len(c.pieces)))
	for _, p := range c.pieces {
		b = appendBytes(b, []byte(p))
	}
	b = appendBytes(b, c.lines)
	for plane := range 5 { // byte planes: the high bytes are alike
		for _, p := range c.phones {
			b = append(b, byte((p-phoneBase)>>(8*plane)))
		}
	}
	b = append(b, c.carriers...)
	b = appendBytes(b, c.parts)
	for i := range c.values {
		b = appendBytes(b, c.lengths[i])
		b = appendBytes(b, c.values[i])
	}
	return b
}

func appendBytes(b, v []byte) []byte { return append(binary.AppendUvarint(b, uint64(len(v))), v...) }

// reader reads what the append functions wrote; the first fault sticks, so that callers check once.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads a number of things of which each takes at least one byte of what follows.
func (r *reader) count() int {
	v := r.uvarint()
	if v > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail()
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) bytes() []byte { return r.take(r.count()) }

func (r *reader) fail() { r.b, r.bad = nil, true }

func decodeMessages(plain []byte) ([]Message, error) {
	r := &reader{b: plain}
	n := r.count()
	firstSeq := int64(r.uvarint())
	pieces := make([]string, r.count())
	for i := range pieces {
		pieces[i] = string(r.bytes())
	}
	lines := &reader{b: r.bytes()}
	phones := make([]uint64, n)
	for plane := range 5 {
		for i, v := range r.take(n) {
			phones[i] |= uint64(v) << (8 * plane)
		}
	}
	carrier := r.take(n)
	parts := &reader{b: r.bytes()}
	if r.bad || len(pieces) == 0 || len(carrier) != n {
		return nil, ErrChunkDamaged.Because(fmt.Errorf("message columns are not whole"))
	}
	vars := make([]reader, len(pieces)-1)
	values := make([]reader, len(pieces)-1)
	for i := range vars {
		vars[i].b, values[i].b = r.bytes(), r.bytes()
	}
	out := make([]Message, n)
	var line int64
	var text []byte
	for i := range out {
		line += lines.varint()
		m := &out[i]
		m.Seq, m.Line, m.Phone, m.Parts = firstSeq+int64(i), line, fmt.Sprintf("%011d", phones[i]+phoneBase), int(parts.uvarint())
		if int(carrier[i]) < len(carriers) {
			m.Carrier = carriers[carrier[i]]
		}
		text = append(text[:0], pieces[0]...)
		if len(vars) > 0 {
			m.Vars = make([]string, len(vars))
		}
		for j := range vars {
			v := values[j].take(int(vars[j].uvarint()))
			m.Vars[j] = string(v)
			text = append(text, v...)
			text = append(text, pieces[j+1]...)
			if vars[j].bad || values[j].bad {
				return nil, ErrChunkDamaged.Because(fmt.Errorf("variable %d of message %d is not whole", j, i))
			}
		}
		m.Text = string(text)
	}
	if r.bad || lines.bad || parts.bad {
		return nil, ErrChunkDamaged.Because(fmt.Errorf("message columns are not whole"))
	}
	return out, nil
}

// A verdict chunk holds a dictionary of findings (verdict, score, group, hits) and one index per message: most messages
// of a batch share a few findings. Its tallies, one per group, let the batch be summed up without the messages; then they go (settled.go).

// finding is what messages may share.
type finding struct {
	Verdict screening.Verdict `json:"v"`
	Content screening.Verdict `json:"c,omitempty"`
	Score   int               `json:"s,omitempty"`
	Level   int               `json:"l,omitempty"`
	Group   string            `json:"g"`
	Hits    []screening.Hit   `json:"h,omitempty"`
}

// tally is one group's share of a chunk.
type tally struct {
	Group    string          `json:"g"`
	Pass     int64           `json:"p,omitempty"`
	Hold     int64           `json:"h,omitempty"`
	Refuse   int64           `json:"r,omitempty"`
	Escalate int64           `json:"e,omitempty"`
	Parts    int64           `json:"n,omitempty"`
	Level    int64           `json:"l,omitempty"`
	First    int64           `json:"f"`           // the sample's message number
	Rules    []string        `json:"u,omitempty"` // worst first
	Reasons  []string        `json:"o,omitempty"`
	Sample   string          `json:"t,omitempty"`
	Hits     []screening.Hit `json:"x,omitempty"`
}

type verdictColumns struct {
	firstSeq int64
	index    []uint32
	dict     []json.RawMessage // the hits' own buffer is reused for the next message
	known    map[string]uint32
	tallies  []tally
	figures  figures
}

// figures is what a chunk's messages say about rules: how often each hit, and what a set that runs in the shadow would have made of
// them. They stand behind the verdicts; chunks of earlier versions have none.
type figures struct {
	Rules   map[string]ruleset.HitCount       `json:"rules,omitempty"`
	Shadows map[string]*ruleset.ShadowFigures `json:"shadows,omitempty"` // by shadow run
}

func (f *figures) merge(o *figures) {
	if f.Rules == nil {
		f.Rules, f.Shadows = map[string]ruleset.HitCount{}, map[string]*ruleset.ShadowFigures{}
	}
	for rule, n := range o.Rules {
		c := f.Rules[rule]
		c.Live, c.Shadow = c.Live+n.Live, c.Shadow+n.Shadow
		f.Rules[rule] = c
	}
	for id, x := range o.Shadows {
		if f.Shadows[id] == nil {
			f.Shadows[id] = &ruleset.ShadowFigures{Version: x.Version}
		}
		f.Shadows[id].Merge(x)
	}
}

func (c *verdictColumns) add(f finding) error {
	i, err := c.place(f)
	c.index = append(c.index, i)
	return err
}

// place is where the finding stands in the dictionary; it is put there if it did not.
func (c *verdictColumns) place(f finding) (uint32, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	i, ok := c.known[string(b)]
	if !ok {
		if c.known == nil {
			c.known = map[string]uint32{}
		}
		i = uint32(len(c.dict))
		c.known[string(b)] = i
		c.dict = append(c.dict, b)
	}
	return i, nil
}

func (c *verdictColumns) encode() ([]byte, error) {
	tallies, err := json.Marshal(c.tallies)
	if err != nil {
		return nil, err
	}
	dict, err := json.Marshal(c.dict)
	if err != nil {
		return nil, err
	}
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(c.index)))
	b = binary.AppendUvarint(b, uint64(c.firstSeq))
	b = appendBytes(b, tallies)
	b = appendBytes(b, dict)
	for _, i := range c.index {
		b = binary.AppendUvarint(b, uint64(i))
	}
	figures, err := json.Marshal(c.figures)
	if err != nil {
		return nil, err
	}
	return appendBytes(b, figures), nil
}

// verdictParts are the parts of a verdict chunk, of which not everybody reads all.
type verdictParts struct {
	firstSeq      int64
	tallies, dict []byte
	index         []uint32 // of the dictionary, one per message
	about         []byte   // the figures of rules; none in a chunk of an earlier version
}

func splitVerdicts(plain []byte) (v verdictParts, err error) {
	r := &reader{b: plain}
	v.index = make([]uint32, r.count())
	v.firstSeq = int64(r.uvarint())
	v.tallies, v.dict = r.bytes(), r.bytes()
	for i := range v.index {
		v.index[i] = uint32(r.uvarint())
	}
	if len(r.b) > 0 {
		v.about = r.bytes()
	}
	if r.bad {
		return v, ErrChunkDamaged.Because(fmt.Errorf("verdict columns are not whole"))
	}
	return v, nil
}

// findings gives the dictionary, in which every message's finding stands.
func (v *verdictParts) findings() (out []finding, err error) {
	if err := json.Unmarshal(v.dict, &out); err != nil {
		return nil, ErrChunkDamaged.Because(fmt.Errorf("findings: %w", err))
	}
	for i, j := range v.index {
		if int(j) >= len(out) {
			return nil, ErrChunkDamaged.Because(fmt.Errorf("verdict %d is not there", i))
		}
	}
	return out, nil
}

func (v *verdictParts) figures() (f figures, err error) {
	if len(v.about) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(v.about, &f); err != nil {
		return f, ErrChunkDamaged.Because(fmt.Errorf("figures of rules: %w", err))
	}
	return f, nil
}

func (v *verdictParts) ownTallies() (out []tally, err error) {
	if err := json.Unmarshal(v.tallies, &out); err != nil {
		return nil, ErrChunkDamaged.Because(fmt.Errorf("tallies: %w", err))
	}
	return out, nil
}

func decodeVerdicts(plain []byte) ([]VerdictRow, error) {
	v, err := splitVerdicts(plain)
	if err != nil {
		return nil, err
	}
	found, err := v.findings()
	if err != nil {
		return nil, err
	}
	out := make([]VerdictRow, len(v.index))
	for i, j := range v.index {
		f := &found[j]
		out[i] = VerdictRow{Seq: v.firstSeq + int64(i), Verdict: f.Verdict, Content: f.Content, Score: f.Score, Level: f.Level, Group: f.Group, Hits: f.Hits}
	}
	return out, nil
}
