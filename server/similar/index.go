package similar

import (
	"context"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// Outcome is what people decided about a text.
type Outcome string

// The outcomes.
const (
	Approved Outcome = "approved"
	Refused  Outcome = "refused"
)

// Decided is a text that was decided about: its sketch and where it stood.
type Decided struct {
	ID          string `gorm:"primaryKey"`
	BatchID     string
	BatchNumber string
	CustomerID  string
	GroupID     string
	Outcome     Outcome
	ReasonCodes []string `gorm:"serializer:json"`
	Messages    int64
	Sketch      string
	At          caldate.Instant // business clock
}

// TableName is decided_texts.
func (Decided) TableName() string { return "decided_texts" }

// Index remembers what was decided about which texts, without the texts.
type Index struct {
	db    *db.DB
	store store
}

// NewIndex makes the index over a database.
func NewIndex(d *db.DB) *Index { return &Index{d, store{d}} }

// Keep adds what was decided about a batch's texts; what the index had of the batch gives way. Texts without words are
// left out. It joins the transaction of ctx.
func (x *Index) Keep(ctx context.Context, batchID string, texts []Decided) error {
	return x.db.Run(ctx, func(ctx context.Context) error {
		if err := x.store.forget(ctx, batchID); err != nil {
			return err
		}
		kept := texts[:0:0]
		for _, t := range texts {
			s, err := Parse(t.Sketch)
			if err != nil {
				return err
			}
			if s.IsZero() {
				continue
			}
			t.ID = ids.New()
			kept = append(kept, t)
		}
		return x.store.add(ctx, kept)
	})
}

// Match is a text that was decided about and how much it is like the one that was looked for.
type Match struct {
	Decided
	Like int // percent, Near or more
}

// maxFound bounds what one look-up reads.
const maxFound = 200

// Find gives the texts that are near-identical to the sketched one, the likest first and of those the latest. The texts of
// the batch except are left out; refusedOnly narrows it to refused content.
func (x *Index) Find(ctx context.Context, s Sketch, except string, refusedOnly bool) ([]Match, error) {
	if s.IsZero() {
		return nil, nil
	}
	keys := s.Bands()
	rows, err := x.store.candidates(ctx, keys[:], except, refusedOnly)
	if err != nil {
		return nil, err
	}
	out := make([]Match, 0, len(rows))
	for _, d := range rows {
		o, err := Parse(d.Sketch)
		if err != nil {
			return nil, err
		}
		if like := s.Like(o); like >= Near {
			out = append(out, Match{d, like})
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int { return b.Like - a.Like })
	return out, nil
}

// Weighted is a text of a batch and how many messages have it.
type Weighted struct {
	Text     string
	Messages int64
}

// maxCompared is how many texts of one batch are compared with what was refused: the groups come worst and largest first.
const maxCompared = 100

// ToRefused is how much a batch resembles what was refused before, 0..1: the mean over its messages of the likeness of each to
// the likest refused text. The batch itself does not count.
func (x *Index) ToRefused(ctx context.Context, batchID string, texts []Weighted) (float64, error) {
	var all, sum int64
	for i, t := range texts {
		all += t.Messages
		if i >= maxCompared {
			continue
		}
		found, err := x.Find(ctx, Of(t.Text), batchID, true)
		if err != nil {
			return 0, err
		}
		if len(found) > 0 {
			sum += int64(found[0].Like) * t.Messages
		}
	}
	if all == 0 {
		return 0, nil
	}
	return float64(sum) / float64(100*all), nil
}

// Forget drops what is older than a moment. It tells how many texts were dropped.
func (x *Index) Forget(ctx context.Context, before caldate.Instant) (n int64, err error) {
	err = x.db.Run(ctx, func(ctx context.Context) error {
		n, err = x.store.dropBefore(ctx, before)
		return err
	})
	return n, err
}
