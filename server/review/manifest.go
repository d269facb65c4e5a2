package review

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/screening"
)

// Manifest is an approval, frozen: exactly these messages of exactly these chunks, judged by this rule set and decided
// by these people. It is never changed but for being voided or taken, and hand-off takes nothing else (A12).
//
// NotBefore, VoidedAt and TakenAt are on the machine's clock: a sandbox that jumps must not cut the time to undo.
type Manifest struct {
	ID             string `gorm:"primaryKey"`
	BatchID        string
	LiveBatchID    *string // = BatchID until voided: the unique key lets one manifest of a batch live
	CustomerID     string
	ContractID     string
	Version        int64 // the desk's version that was frozen
	RuleSet        string
	DecisionsHash  string
	Chunks         []ChunkSeal `gorm:"serializer:json"`
	ChunksHash     string      // of Chunks, in the form of HashChunks
	ApprovedKey    string      // the sealed bitmap; "" where nothing is approved
	ApprovedSHA256 string      `gorm:"column:approved_sha256"` // of the sealed bitmap
	Approved       int64
	Refused        int64
	Approvers      []string        `gorm:"serializer:json"` // user ids, in the order in which they signed
	ReasonCodes    []string        `gorm:"serializer:json"` // of what people refused
	FrozenAt       caldate.Instant // business clock
	NotBefore      caldate.Instant
	VoidedAt       caldate.Instant
	VoidedBy       string
	TakenAt        caldate.Instant
	ExemptionID    string // where a rule approved in the name of the two who granted it (docs/adr/0015)
}

// TableName is manifests.
func (Manifest) TableName() string { return "manifests" }

// ChunkSeal fixes one chunk: its place, the hashes of its sealed messages and verdicts, and how much of it is approved.
type ChunkSeal struct {
	Seq           int64  `json:"seq"`
	FirstSeq      int64  `json:"first_seq"`
	Count         int64  `json:"count"`
	SHA256        string `json:"sha256"`
	VerdictSHA256 string `json:"verdict_sha256"`
	Approved      int64  `json:"approved"`
}

// HashChunks identifies a list of sealed chunks.
func HashChunks(chunks []ChunkSeal) (string, error) {
	b, err := json.Marshal(chunks)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// ruled is a batch with every message decided.
type ruled struct {
	seals   []ChunkSeal
	bits    []Bits
	tally   Tally
	reasons []string
	most    int64 // message parts that the approved ones have at most: whole chunks are reckoned without opening them
}

// ruleChunks applies a ruling to every message. A chunk is opened only where its counts don't settle it: with decisions
// on the whole batch alone, only chunks that mix verdicts are, so that a million messages take well below a second.
func (s *Service) ruleChunks(ctx context.Context, chunks []batch.Chunk, r Ruling) (*ruled, error) {
	out := &ruled{seals: make([]ChunkSeal, len(chunks)), bits: make([]Bits, len(chunks))}
	var used []*Decision
	seen := map[*Decision]bool{}
	note := func(d *Decision) {
		if d != nil && !seen[d] {
			seen[d] = true
			used = append(used, d)
		}
	}
	for i := range chunks {
		c := &chunks[i]
		seal := ChunkSeal{Seq: c.Seq, FirstSeq: c.FirstSeq, Count: c.Count, SHA256: c.SHA256, VerdictSHA256: c.VerdictSHA256}
		bits := NewBits(int(c.Count), false)
		if v, uniform := uniformly(c); uniform && !r.narrow() {
			o, d := r.explain(v, "", 0)
			note(d)
			out.tally.add(o, r.waits(v, ""), c.Count)
			if o == Approved {
				seal.Approved, bits = c.Count, NewBits(int(c.Count), true)
			}
		} else {
			rows, err := s.batches.OpenVerdicts(ctx, c)
			if err != nil {
				return nil, fmt.Errorf("verdicts of chunk %d: %w", c.Seq, err)
			}
			if int64(len(rows)) != c.Count {
				return nil, ErrManifest.Because(fmt.Errorf("chunk %d has %d messages and %d verdicts", c.Seq, c.Count, len(rows)))
			}
			for j := range rows {
				o, d := r.explain(rows[j].Verdict, rows[j].Group, rows[j].Seq)
				note(d)
				out.tally.add(o, r.waits(rows[j].Verdict, rows[j].Group), 1)
				if o == Approved {
					bits.Set(j)
					seal.Approved++
				}
			}
		}
		if seal.Approved > 0 {
			out.most += max(c.PassParts, seal.Approved)
		}
		out.seals[i], out.bits[i] = seal, bits
	}
	out.reasons = reasons(used...)
	return out, nil
}

// uniformly tells the verdict that all messages of a chunk share as far as rulings care: pass and hold are decided alike.
func uniformly(c *batch.Chunk) (screening.Verdict, bool) {
	switch c.Count {
	case c.Pass + c.Hold:
		return screening.Hold, true
	case c.Refuse:
		return screening.RefuseMessage, true
	case c.Escalate:
		return screening.Escalate, true
	}
	return "", false
}

func bitsContext(m *Manifest) string {
	return "sealgate manifest\x00" + m.BatchID + "\x00" + m.ID + "\x00" + m.DecisionsHash
}

// putBits seals the approved bitmap beside the batch's chunks, under the batch's own data key.
func (s *Service) putBits(ctx context.Context, m *Manifest, dataKeyID string, bits []Bits) error {
	key, err := s.keys.ByID(ctx, dataKeyID)
	if err != nil {
		return err
	}
	sealed := key.Seal(bytes.Join(asBytes(bits), nil), bitsContext(m))
	m.ApprovedKey = "batches/" + strings.ToLower(m.BatchID) + "/approved-" + strings.ToLower(m.ID)
	info, err := s.blobs.Put(ctx, m.ApprovedKey, bytes.NewReader(sealed))
	m.ApprovedSHA256 = info.SHA256
	return err
}

func asBytes(bits []Bits) [][]byte {
	out := make([][]byte, len(bits))
	for i, b := range bits {
		out[i] = b
	}
	return out
}

// ApprovedBits opens the bitmap of a manifest, by chunk, after checking its hash, the chunks' hash and the counts.
func (s *Service) ApprovedBits(ctx context.Context, m *Manifest) ([]Bits, error) {
	if h, err := HashChunks(m.Chunks); err != nil || h != m.ChunksHash {
		return nil, ErrManifest.Because(fmt.Errorf("manifest %s: the list of chunks does not have its hash", m.ID))
	}
	if m.Approved == 0 {
		out := make([]Bits, len(m.Chunks))
		for i, c := range m.Chunks {
			out[i] = NewBits(int(c.Count), false)
		}
		return out, nil
	}
	b, err := s.batches.Get(ctx, m.BatchID)
	if err != nil {
		return nil, err
	}
	sealed, err := s.blobs.Read(ctx, m.ApprovedKey)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(sealed); hex.EncodeToString(sum[:]) != m.ApprovedSHA256 {
		return nil, ErrManifest.Because(fmt.Errorf("manifest %s: the bitmap does not have its hash", m.ID))
	}
	key, err := s.keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(sealed, bitsContext(m))
	if err != nil {
		return nil, ErrManifest.Because(err)
	}
	out := make([]Bits, len(m.Chunks))
	for i, c := range m.Chunks {
		n := (int(c.Count) + 7) / 8
		if n > len(plain) {
			return nil, ErrManifest.Because(fmt.Errorf("manifest %s: the bitmap is too short", m.ID))
		}
		out[i], plain = plain[:n:n], plain[n:]
		if got := out[i].count(int(c.Count)); got != c.Approved {
			return nil, ErrManifest.Because(fmt.Errorf("manifest %s: chunk %d approves %d messages, its bitmap %d", m.ID, c.Seq, c.Approved, got))
		}
	}
	if len(plain) > 0 {
		return nil, ErrManifest.Because(fmt.Errorf("manifest %s: the bitmap is too long", m.ID))
	}
	return out, nil
}

func (b Bits) count(n int) (set int64) {
	for i := range n {
		if b.Has(i) {
			set++
		}
	}
	return set
}

// Due gives manifests that may be handed off now: not void, not taken, ten seconds old, of batches that nobody paused.
func (s *Service) Due(ctx context.Context, limit int) ([]Manifest, error) {
	return s.store.due(ctx, s.clock.RealInstant(), string(batch.Approved), true, limit)
}

// Take gives a manifest to the caller, once, inside the caller's transaction; false where it was voided or someone was
// faster.
func (s *Service) Take(ctx context.Context, m *Manifest) (bool, error) {
	ok, err := s.store.take(ctx, m.ID, s.clock.RealInstant())
	if err != nil || !ok {
		return false, err
	}
	return true, s.tell(ctx, m, strings.Join(m.ReasonCodes, ","))
}

// Live gives the manifest of a batch that is not void, nil where there is none.
func (s *Service) Live(ctx context.Context, batchID string) (*Manifest, error) {
	return s.store.live(ctx, batchID)
}
