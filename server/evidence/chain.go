package evidence

import (
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/review"
	"sealgate/server/screening"
)

// Chain is a message's chain of evidence in the form that pages and exports have in common.
type Chain struct {
	Batch     ChainBatch          `json:"batch"`
	Seq       int64               `json:"seq"`
	Phone     string              `json:"phone" doc:"Masked unless the look asked for the whole number; empty once purged."`
	Unmasked  bool                `json:"unmasked"`
	Carrier   string              `json:"carrier"`
	Parts     int                 `json:"parts"`
	Text      string              `json:"text"`
	Segments  []screening.Segment `json:"segments"`
	Purged    *batch.Purge        `json:"purged,omitempty"`
	Source    ChainSource         `json:"source"`
	Verdict   *ChainVerdict       `json:"verdict,omitempty"`
	Decisions []review.Decision   `json:"decisions"`
	Outcome   string              `json:"outcome" doc:"undecided, approved or refused; empty once purged."`
	Deciding  int64               `json:"deciding" doc:"Number of the decision that settled this message; 0: the verdict did, or nobody has."`
	Manifest  *ChainManifest      `json:"manifest,omitempty"`
	Handoff   *ChainHandoff       `json:"handoff,omitempty"`
	Intact    bool                `json:"intact" doc:"The stored chunk has the hash of its row and of the manifest."`
}

// ChainBatch is the batch that a message came with.
type ChainBatch struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	State          batch.State     `json:"state"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	Signature      string          `json:"signature"`
	ServiceCode    string          `json:"service_code"`
	Category       batch.Category  `json:"category"`
	SubmitterName  string          `json:"submitter_name"`
	CreatedAt      caldate.Instant `json:"created_at"`
	ScreenedAt     caldate.Instant `json:"screened_at"`
}

// ChainSource is the file and the row that a message was made of.
type ChainSource struct {
	FileName   string          `json:"file_name"`
	FileSize   int64           `json:"file_size"`
	SHA256     string          `json:"sha256"`
	ReceivedAt caldate.Instant `json:"received_at"`
	Line       int64           `json:"line"`
	Chunk      int64           `json:"chunk"`
	ChunkHash  string          `json:"chunk_sha256"`
	Verdicts   string          `json:"verdicts_sha256"`
}

// ChainVerdict is what screening found.
type ChainVerdict struct {
	Verdict screening.Verdict `json:"verdict"`
	Score   int               `json:"score"`
	Level   int               `json:"level"`
	RuleSet string            `json:"rule_set"`
	Hits    []screening.Hit   `json:"hits"`
}

// ChainManifest is the approval.
type ChainManifest struct {
	ID            string          `json:"id"`
	Version       int64           `json:"version"`
	RuleSet       string          `json:"rule_set"`
	ChunksHash    string          `json:"chunks_hash"`
	DecisionsHash string          `json:"decisions_hash"`
	Approvers     []string        `json:"approvers"`
	FrozenAt      caldate.Instant `json:"frozen_at"`
	TakenAt       caldate.Instant `json:"taken_at"`
}

// ChainHandoff is the way out.
type ChainHandoff struct {
	Key      string         `json:"key"`
	Status   string         `json:"status"`
	Channel  string         `json:"channel"`
	Slices   []ChainSlice   `json:"slices"`
	Answer   *ChainAnswer   `json:"answer,omitempty"`
	Receipts []ChainReceipt `json:"receipts"`
}

// ChainSlice is one call of the engine.
type ChainSlice struct {
	ID     string          `json:"id"`
	At     caldate.Instant `json:"at"`
	RealAt caldate.Instant `json:"real_at"`
}

// ChainAnswer is what an engine that can't absorb repeats answered.
type ChainAnswer struct {
	State  string          `json:"state"`
	Code   string          `json:"code"`
	Reason string          `json:"reason"`
	At     caldate.Instant `json:"at"`
}

// ChainReceipt is a receipt as it came.
type ChainReceipt struct {
	At      caldate.Instant `json:"at"`
	Channel string          `json:"channel"`
	Part    int             `json:"part"`
	Code    string          `json:"code"`
}

// NewChain puts a message's record into that form.
func NewChain(m *Message) Chain {
	b := m.Batch
	c := Chain{
		Batch: ChainBatch{b.ID, b.Number, b.State, b.CustomerID, b.CustomerName, b.ContractID, b.ContractNumber, b.Signature, b.ServiceCode, b.Category, b.SubmitterName, b.CreatedAt, b.ScreenedAt},
		Seq:   m.Seq, Phone: m.Phone, Unmasked: m.Unmasked, Carrier: m.Carrier, Parts: m.Parts, Text: m.Text(), Segments: m.Segments, Purged: b.Purged,
		Source:    ChainSource{b.FileName, b.FileSize, b.FileSHA256, b.ReceivedAt, m.Line, m.Chunk.Seq, m.Chunk.SHA256, m.Chunk.VerdictSHA256},
		Decisions: m.Record.Decisions, Intact: m.Intact,
	}
	if c.Segments == nil {
		c.Segments = []screening.Segment{}
	}
	if c.Decisions == nil {
		c.Decisions = []review.Decision{}
	}
	if v := m.Verdict; v != nil {
		c.Verdict = &ChainVerdict{v.Verdict, v.Score, v.Level, b.RuleSetVersion, v.Hits}
		if v.Hits == nil {
			c.Verdict.Hits = []screening.Hit{}
		}
		c.Outcome = m.Record.Outcome.String()
		if d := m.Record.Deciding; d != nil {
			c.Deciding = d.N
		}
	}
	if x := m.Record.Manifest; x != nil {
		c.Manifest = &ChainManifest{x.ID, x.Version, x.RuleSet, x.ChunksHash, x.DecisionsHash, x.Approvers, x.FrozenAt, x.TakenAt}
	}
	c.Handoff = m.handoff()
	return c
}

func (m *Message) handoff() *ChainHandoff {
	t := m.Trace
	if t == nil {
		return nil
	}
	h := &ChainHandoff{Key: t.Key, Status: t.Status.String(), Channel: t.Channel, Slices: []ChainSlice{}, Receipts: []ChainReceipt{}}
	for _, s := range t.Slices {
		h.Slices = append(h.Slices, ChainSlice{s.ID, s.At, s.RealAt})
	}
	if in := t.Intent; in != nil {
		h.Answer = &ChainAnswer{in.State, in.Code, in.Reason, in.At}
	}
	for _, r := range t.Receipts {
		h.Receipts = append(h.Receipts, ChainReceipt{r.At, r.Channel, r.Part, r.Code})
	}
	return h
}
