package review

import (
	"context"
	"errors"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/trail"
)

// Profile is a reviewer's share of the work: which categories, up to which risk, whose batches first. Who has none may take
// everything.
type Profile struct {
	UserID     string `gorm:"primaryKey"`
	UserName   string
	Categories []string `gorm:"serializer:json"` // none: all
	MaxRisk    int64    // 0..100; a riskier batch is for others
	Customers  []string `gorm:"serializer:json"` // looked after by this reviewer: their batches are reserved for half of the target time
	OnDuty     bool     // off duty, nothing is reserved
	UpdatedBy  string
	UpdatedAt  caldate.Instant
	Version    int64
}

// TableName is review_profiles.
func (Profile) TableName() string { return "review_profiles" }

// Fit is how a batch fits a reviewer's share.
type Fit string

// The fits, the best first.
const (
	FitMine     Fit = "mine"     // of a customer that she looks after
	FitYes      Fit = "fit"      // within her share
	FitReserved Fit = "reserved" // within it, but for a while for who looks after the customer
	FitNot      Fit = "not"      // beyond it
)

func (p *Profile) within(q *Queued) bool {
	return p == nil || q.Risk <= p.MaxRisk && (len(p.Categories) == 0 || slices.Contains(p.Categories, q.Category))
}

func (p *Profile) looksAfter(customerID string) bool {
	return p != nil && p.OnDuty && slices.Contains(p.Customers, customerID)
}

// Fits tells how a batch fits a reviewer (nil: one without a profile), and who of the others looks after its customer. What is
// overdue is for everybody: nothing waits for ever because one person is away.
func Fits(mine *Profile, all []Profile, q *Queued, now caldate.Instant) (fit Fit, by []string) {
	reserved := false
	for i := range all {
		p := &all[i]
		if p.looksAfter(q.CustomerID) && p.within(q) && !Own(p.UserID, q.SubmitterID, q.EditorID) {
			by = append(by, p.UserName)
			reserved = reserved || mine == nil || p.UserID != mine.UserID
		}
	}
	half := q.CameAt.Add(q.DueAt.Sub(q.CameAt) / 2)
	switch {
	case mine.looksAfter(q.CustomerID) && mine.within(q):
		return FitMine, by
	case q.DueAt.Before(now):
		return FitYes, by
	case !mine.within(q):
		return FitNot, by
	case reserved && now.Before(half):
		return FitReserved, by
	}
	return FitYes, by
}

// pick chooses what a reviewer takes next from a queue in the order of targets: of the customers that she looks after first,
// then what fits, then what is reserved for others if she would have nothing else to do. -1: nothing.
func pick(fits []Fit) int {
	for _, want := range []Fit{FitMine, FitYes, FitReserved} {
		if i := slices.Index(fits, want); i >= 0 {
			return i
		}
	}
	return -1
}

// route writes into the rows how they fit the caller.
func (s *Service) route(ctx context.Context, rows []Queued) error {
	all, err := s.store.profiles(ctx)
	if err != nil {
		return err
	}
	mine, now := profileOf(all, actor.From(ctx).UserID), s.clock.Instant()
	for i := range rows {
		rows[i].Fit, rows[i].For = Fits(mine, all, &rows[i], now)
		rows[i].For = nonNil(rows[i].For)
		rows[i].Overdue = rows[i].DueAt.Before(now) && (rows[i].State == open || rows[i].State == second)
	}
	return nil
}

func profileOf(all []Profile, userID string) *Profile {
	for i := range all {
		if all[i].UserID == userID {
			return &all[i]
		}
	}
	return nil
}

// mayTake refuses to claim what is beyond the caller's share and not overdue.
func (s *Service) mayTake(ctx context.Context, b *batch.Batch, it *item) error {
	all, err := s.store.profiles(ctx)
	if err != nil {
		return err
	}
	q := Queued{
		CustomerID: b.CustomerID, Category: string(b.Category), Risk: it.Risk, CameAt: it.CameAt, DueAt: it.DueAt, SubmitterID: b.SubmitterID, EditorID: b.EditorID,
	}
	if fit, _ := Fits(profileOf(all, actor.From(ctx).UserID), all, &q, s.clock.Instant()); fit == FitNot {
		return ErrNotFit.With("risk", it.Risk)
	}
	return nil
}

// nextAmong is how much of the queue is looked at for the next batch.
const nextAmong = 200

// Next claims the most urgent batch of the caller's share. Errors: ErrNothing.
func (s *Service) Next(ctx context.Context) (*Claim, error) {
	rows, _, err := s.Queue(ctx, Query{States: []string{open, second}, Limit: nextAmong})
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx).UserID
	rows = slices.DeleteFunc(rows, func(q Queued) bool {
		return q.Own || q.Signed || q.ClaimUserID != "" && q.ClaimUserID != me || q.State == second && !slices.Contains(actor.From(ctx).Roles, "compliance_lead")
	})
	for len(rows) > 0 {
		fits := make([]Fit, len(rows))
		for i := range rows {
			fits[i] = rows[i].Fit
		}
		i := pick(fits)
		if i < 0 {
			break
		}
		c, err := s.Claim(ctx, rows[i].BatchID)
		if !errors.Is(err, ErrClaimed) && !errors.Is(err, ErrNotInReview) {
			return c, err
		}
		rows = slices.Delete(rows, i, i+1) // somebody was faster
	}
	return nil, ErrNothing
}

// Profiles gives the shares of all reviewers that have one.
func (s *Service) Profiles(ctx context.Context) ([]Profile, error) { return s.store.profiles(ctx) }

// SetProfile sets a reviewer's share. The caller makes sure that the person may review. Errors: ErrProfile with fields.
func (s *Service) SetProfile(ctx context.Context, p Profile) (*Profile, error) {
	var f errs.Fields
	if p.MaxRisk < 0 || p.MaxRisk > 100 {
		f.Add("max_risk", "range", "风险上限为 0 至 100", "the highest risk is 0 to 100")
	}
	for _, c := range p.Categories {
		if !slices.Contains(batch.Categories(), batch.Category(c)) {
			f.Add("categories", "unknown", "没有这种短信类别："+c, "there is no category "+c)
		}
	}
	if len(p.Customers) > 200 {
		f.Add("customers", "too_many", "最多 200 个客户", "at most 200 customers")
	}
	if err := f.Err(ErrProfile); err != nil {
		return nil, err
	}
	p.Categories, p.Customers = nonNil(p.Categories), nonNil(p.Customers)
	p.UpdatedBy, p.UpdatedAt = actor.From(ctx).UserID, s.clock.Instant()
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.putProfile(ctx, &p); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "review.share", ObjectType: "user", ObjectID: p.UserID, Detail: map[string]any{
			"categories": p.Categories, "max_risk": p.MaxRisk, "customers": len(p.Customers), "on_duty": p.OnDuty,
		}})
	})
	return &p, err
}
