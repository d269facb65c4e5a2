package review

import (
	"context"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
	"sealgate/server/screening"
	"sealgate/server/similar"
)

// Purpose is what somebody looks at messages for (A22).
type Purpose string

// The purposes. Whoever holds the claim reviews; others say what for and why.
const (
	ForReview    Purpose = "review"
	ForRecheck   Purpose = "recheck"
	ForComplaint Purpose = "complaint"
	ForAppeal    Purpose = "appeal"
	ForAuthority Purpose = "authority"
	ForAudit     Purpose = "audit"
)

// Purposes are those that can be named by who does not hold the claim.
func Purposes() []Purpose { return []Purpose{ForComplaint, ForAppeal, ForAuthority, ForAudit} }

// Look is why somebody looks at content.
type Look struct {
	Purpose Purpose
	Why     string
}

// purposeOf gives the purpose of a look: the claim's, that of who may still take her decision back, or the one that was named; none
// where neither is there.
func (s *Service) purposeOf(ctx context.Context, batchID string, claim *claimRow, why []Look) (Look, error) {
	if claim != nil && claim.UserID == actor.From(ctx).UserID {
		return Look{Purpose: ForReview}, nil
	}
	if len(why) == 0 || why[0] == (Look{}) {
		m, err := s.store.live(ctx, batchID)
		if err == nil && s.undoable(ctx, m) {
			return Look{Purpose: ForReview}, nil
		}
		return Look{}, err
	}
	look := why[0]
	var f errs.Fields
	look.Why = form.Text(&f, "why", look.Why, 200, true)
	if !slices.Contains(Purposes(), look.Purpose) {
		f.Add("purpose", "unknown", "请选择查看用途", "choose what you look at it for")
	}
	return look, f.Err(ErrPurpose)
}

// undoable tells whether the caller has finished the review and may still take it back.
func (s *Service) undoable(ctx context.Context, m *Manifest) bool {
	return m != nil && m.TakenAt.IsZero() && s.clock.RealInstant().Before(m.NotBefore) && slices.Contains(m.Approvers, actor.From(ctx).UserID)
}

func (s *Service) logLook(ctx context.Context, b *batch.Batch, look Look, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["purpose"] = look.Purpose
	return s.db.Run(ctx, func(ctx context.Context) error { return s.record(ctx, b, "review.look", look.Why, detail) })
}

// withhold leaves the texts out of groups: figures, rules and reasons stay.
func withhold(groups []GroupView) {
	for i := range groups {
		groups[i].Segments, groups[i].Hits = []screening.Segment{}, []screening.Hit{}
	}
}

// SimilarBatch is an earlier batch with near-identical texts, of whatever customer, and what was decided about those.
type SimilarBatch struct {
	BatchID     string          `json:"batch_id"`
	BatchNumber string          `json:"batch_number"`
	CustomerID  string          `json:"customer_id"`
	Like        int             `json:"like" doc:"percent that the likest texts have in common"`
	Approved    int64           `json:"approved" doc:"messages with such texts that were approved"`
	Refused     int64           `json:"refused"`
	ReasonCodes []string        `json:"reason_codes"`
	At          caldate.Instant `json:"at"`
	GroupID     string          `json:"group_id" doc:"the group of this batch whose text is the likest"`
}

const (
	comparedGroups = 10 // of a batch, the worst and largest
	similarShown   = 8
	notesShown     = 20
)

// similarTo finds earlier batches with texts like those of a batch, the likest first.
func (s *Service) similarTo(ctx context.Context, batchID string) ([]SimilarBatch, error) {
	out := []SimilarBatch{}
	if s.extras.Decided == nil {
		return out, nil
	}
	gs, err := s.batches.Groups(ctx, batchID, 0, comparedGroups)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{} // texts that were counted
	for _, g := range gs {
		found, err := s.extras.Decided.Find(ctx, similar.Of(g.Sample), batchID, false)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			out = addMatch(out, g.ID, m)
		}
	}
	slices.SortStableFunc(out, func(a, b SimilarBatch) int { return b.Like - a.Like })
	return out[:min(len(out), similarShown)], nil
}

func addMatch(out []SimilarBatch, group string, m similar.Match) []SimilarBatch {
	i := slices.IndexFunc(out, func(x SimilarBatch) bool { return x.BatchID == m.BatchID })
	if i < 0 {
		i = len(out)
		out = append(out, SimilarBatch{BatchID: m.BatchID, BatchNumber: m.BatchNumber, CustomerID: m.CustomerID, At: m.At, ReasonCodes: []string{}})
	}
	x := &out[i]
	if m.Like > x.Like {
		x.Like, x.GroupID = m.Like, group
	}
	if m.Outcome == similar.Approved {
		x.Approved += m.Messages
		return out
	}
	x.Refused += m.Messages
	for _, r := range m.ReasonCodes {
		if !slices.Contains(x.ReasonCodes, r) {
			x.ReasonCodes = append(x.ReasonCodes, r)
		}
	}
	return out
}

// Note is what a reviewer wrote about a batch for whoever reviews the customer's next ones.
type Note struct {
	ID          string          `gorm:"primaryKey" json:"id"`
	BatchID     string          `json:"batch_id"`
	BatchNumber string          `json:"batch_number"`
	CustomerID  string          `json:"-"`
	Body        string          `json:"text"`
	UserID      string          `json:"user_id"`
	UserName    string          `json:"user_name"`
	At          caldate.Instant `json:"at"`
}

// TableName is review_notes.
func (Note) TableName() string { return "review_notes" }

// AddNote writes a note about a batch; it stays, and is shown with all batches of the customer. Errors: ErrNote, ErrOwnBatch.
func (s *Service) AddNote(ctx context.Context, batchID, text string) (*Note, error) {
	var f errs.Fields
	text = form.Lines(&f, "text", text, 1000, true)
	if err := f.Err(ErrNote); err != nil {
		return nil, err
	}
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	if Own(me.UserID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwnBatch
	}
	n := &Note{ID: ids.New(), BatchID: b.ID, BatchNumber: b.Number, CustomerID: b.CustomerID, Body: text, UserID: me.UserID, UserName: me.Name, At: s.clock.Instant()}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addNote(ctx, n); err != nil {
			return err
		}
		return s.record(ctx, b, "review.note", "", map[string]any{"note": n.ID})
	})
	return n, err
}
