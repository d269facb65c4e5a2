package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/platform/crypt"
	"sealgate/server/recipient"
	"sealgate/server/review"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// Purpose is why somebody looks at messages (A22, A31).
type Purpose string

// The purposes. There is none for the provider's own use (A31).
const (
	ForComplaint  Purpose = "complaint"  // a complaint or a question of a recipient
	ForReview     Purpose = "review"     // whether a message is lawful
	ForCustomer   Purpose = "customer"   // the customer asked
	ForDisclosure Purpose = "disclosure" // a request that is on record
	ForFault      Purpose = "fault"      // something did not arrive, or twice
	ForAudit      Purpose = "audit"
)

// Purposes lists all purposes.
func Purposes() []Purpose {
	return []Purpose{ForComplaint, ForReview, ForCustomer, ForDisclosure, ForFault, ForAudit}
}

// Look says why somebody looks, and whether the whole number is needed.
type Look struct {
	Purpose Purpose
	Grounds string // number of the complaint, of the request, what the customer said
	Unmask  bool   // the caller has checked that the person may
}

func (l Look) check() error {
	n := utf8.RuneCountInString(strings.TrimSpace(l.Grounds))
	if !slices.Contains(Purposes(), l.Purpose) || n < 2 || n > 200 {
		return ErrPurpose
	}
	return nil
}

// Search is Find for a person: the look is logged, with its purpose and the number masked (A22).
func (s *Service) Search(ctx context.Context, phone string, l Look) ([]Found, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	out, err := s.Find(ctx, phone)
	if err != nil {
		return nil, err
	}
	n, _ := recipient.Normalise([]byte(phone))
	hasher, err := s.Keys.PhoneHasher(ctx)
	if err != nil {
		return nil, err
	}
	return out, s.trail.Note(ctx, trail.Entry{
		Action: "evidence.find", ObjectType: "phone", ObjectID: hasher.Hash(recipient.Format(n))[:32], Reason: string(l.Purpose) + ": " + strings.TrimSpace(l.Grounds),
		Detail: map[string]any{"phone": recipient.Mask(recipient.Format(n)), "found": len(out), "purpose": l.Purpose},
	})
}

// Message is everything that is on record about one message: the chain from the file that it came in to the last receipt.
type Message struct {
	Batch    *batch.Batch
	Seq      int64
	Line     int64  // of the source file
	Phone    string // masked unless the look asked for it
	Unmasked bool
	Carrier  string
	Parts    int
	Segments []screening.Segment // the text, cut where hits begin and end
	Verdict  *batch.VerdictRow   // nil once purged
	Chunk    batch.Chunk
	Record   *review.MessageRecord
	Trace    *handoff.Trace // nil before the hand-off
	Intact   bool           // stored objects have the hashes of their rows and those of the manifest
}

// Show gives a message of a batch within the actor's scope, and logs the look with its purpose. Errors: ErrPurpose,
// ErrMessage, batch.ErrNotFound.
func (s *Service) Show(ctx context.Context, batchID string, seq int64, l Look) (*Message, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	m, err := s.Record(ctx, batchID, seq)
	if err != nil {
		return nil, err
	}
	if !l.Unmask {
		m.mask()
	}
	action := "evidence.look"
	if m.Unmasked {
		action = "evidence.unmask"
	}
	return m, s.trail.Note(ctx, trail.Entry{
		Action: action, ObjectType: "batch", ObjectID: m.Batch.ID, CustomerID: m.Batch.CustomerID, ContractID: m.Batch.ContractID,
		Reason: string(l.Purpose) + ": " + strings.TrimSpace(l.Grounds), Detail: map[string]any{"seq": seq, "purpose": l.Purpose},
	})
}

// mask hides the number, in the text too.
func (m *Message) mask() {
	whole := m.Phone
	if whole == "" {
		return
	}
	m.Phone, m.Unmasked = recipient.Mask(whole), false
	for i := range m.Segments {
		m.Segments[i].Text = strings.ReplaceAll(m.Segments[i].Text, whole, m.Phone)
	}
	if m.Verdict != nil {
		v := *m.Verdict
		v.Hits = slices.Clone(v.Hits)
		for i := range v.Hits {
			v.Hits[i].Text = strings.ReplaceAll(v.Hits[i].Text, whole, m.Phone)
		}
		m.Verdict = &v
	}
}

// Record is Show without the logging and with the whole number, for callers that log the look themselves.
func (s *Service) Record(ctx context.Context, batchID string, seq int64) (*Message, error) {
	b, err := s.Batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	chunks, err := s.Batches.Chunks(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(chunks, func(c batch.Chunk) bool { return seq >= c.FirstSeq && seq < c.FirstSeq+c.Count })
	if at < 0 {
		return nil, ErrMessage
	}
	m := &Message{Batch: b, Seq: seq, Chunk: chunks[at]}
	if b.Purged == nil {
		if err := s.open(ctx, m); err != nil && !errors.Is(err, crypt.ErrKeyGone) {
			return nil, err
		}
	}
	if m.Record, err = s.Reviews.RecordOf(ctx, b.ID, seq, m.Verdict); err != nil {
		return nil, err
	}
	m.Intact = sealed(m.Record.Manifest, &m.Chunk)
	m.Trace, err = s.Handoff.TraceOf(ctx, b.ID, seq)
	return m, err
}

// open reads message and verdict out of their chunk; both check the stored objects against the hashes of the row.
func (s *Service) open(ctx context.Context, m *Message) error {
	messages, err := s.Batches.OpenChunk(ctx, &m.Chunk)
	if err != nil {
		return err
	}
	i := int(m.Seq - m.Chunk.FirstSeq)
	if i >= len(messages) {
		return batch.ErrChunkDamaged.Because(fmt.Errorf("chunk %d has %d messages", m.Chunk.Seq, len(messages)))
	}
	x := &messages[i]
	m.Line, m.Phone, m.Carrier, m.Parts = x.Line, x.Phone, x.Carrier, x.Parts
	m.Unmasked = true
	m.Segments = []screening.Segment{{Text: x.Text, Hits: []int{}}}
	if m.Chunk.State != batch.ChunkDone {
		return nil
	}
	verdicts, err := s.Batches.OpenVerdicts(ctx, &m.Chunk)
	if err != nil {
		return err
	}
	if i < len(verdicts) {
		m.Verdict = &verdicts[i]
		m.Segments = screening.Segments(x.Text, m.Verdict.Hits)
	}
	return nil
}

// sealed tells whether a chunk's row has the hashes that the approval froze; true where nothing was approved.
func sealed(m *review.Manifest, c *batch.Chunk) bool {
	if m == nil {
		return true
	}
	i := slices.IndexFunc(m.Chunks, func(x review.ChunkSeal) bool { return x.Seq == c.Seq })
	return i >= 0 && m.Chunks[i].SHA256 == c.SHA256 && m.Chunks[i].VerdictSHA256 == c.VerdictSHA256
}

// Text is the message's text, "" once purged.
func (m *Message) Text() string {
	var b strings.Builder
	for _, s := range m.Segments {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Approvers is how many people signed a batch's approval, 0 where it is not approved.
func (s *Service) Approvers(ctx context.Context, batchID string) (int, error) {
	m, err := s.Reviews.Live(ctx, batchID)
	if err != nil || m == nil {
		return 0, err
	}
	return len(m.Approvers), nil
}
