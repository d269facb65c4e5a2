package review

import (
	"context"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// The parts that a person can have in a review.
const (
	onlyPerson   = "only"
	firstPerson  = "first"
	secondPerson = "second"
)

// work is one person's part in one finished review; statistics are made of these rows.
type work struct {
	ID         string `gorm:"primaryKey"`
	BatchID    string
	Round      int64
	Part       string
	UserID     string
	UserName   string
	CustomerID string
	ClaimedAt  caldate.Instant // machine's clock, like FinishedAt: what lies between is the time it took
	FinishedAt caldate.Instant
	At         caldate.Instant // business clock
	OnDate     caldate.Date
	DueAt      caldate.Instant // business clock: At before it is in time
	Approved   int64
	Refused    int64
	Undone     bool
}

func (work) TableName() string { return "review_works" }

// noteWork keeps who finished what, before the claim is given up.
func (s *Service) noteWork(ctx context.Context, b *batch.Batch, it *item, part string, t Tally) error {
	me, now := actor.From(ctx), s.clock.RealInstant()
	w := work{
		ID: ids.New(), BatchID: b.ID, Round: it.Round, Part: part, UserID: me.UserID, UserName: me.Name, CustomerID: b.CustomerID, ClaimedAt: now, FinishedAt: now,
		At: s.clock.Instant(), OnDate: s.clock.Today(), DueAt: it.DueAt, Approved: t.Approved, Refused: t.Refused,
	}
	c, err := s.store.claim(ctx, b.ID, now)
	if err != nil {
		return err
	}
	if c != nil && c.UserID == me.UserID {
		w.ClaimedAt = c.TakenAt
	}
	return s.store.addWork(ctx, &w)
}

// Worker is what a reviewer did in a period. Undone reviews do not count.
type Worker struct {
	UserID     string `json:"user_id"`
	UserName   string `json:"user_name"`
	Batches    int64  `json:"batches" doc:"reviews finished, alone or as one of two"`
	Messages   int64  `json:"messages"`
	Refused    int64  `json:"messages_refused"`
	InTime     int64  `json:"in_time" doc:"reviews finished within the target time"`
	Millis     int64  `json:"-"`
	Minutes    string `json:"minutes_per_batch" doc:"mean, from claiming to finishing, one decimal"`
	Undone     int64  `json:"undone"`
	Overturned int64  `json:"overturned" doc:"refusals that an appeal, a second look or a false alarm overturned"`
}

// Workers gives what each reviewer did from one day to another, both included, who did most first.
func (s *Service) Workers(ctx context.Context, from, to caldate.Date) ([]Worker, error) {
	ws, err := s.store.workers(ctx, from, to)
	if err != nil {
		return nil, err
	}
	over, err := s.store.overturnedBy(ctx, from.Start().UnixMilli(), to.AddDays(1).Start().UnixMilli())
	if err != nil {
		return nil, err
	}
	for i := range ws {
		w := &ws[i]
		w.Overturned, w.Minutes = over[w.UserID], Tenths(w.Millis, w.Batches*60_000)
	}
	slices.SortStableFunc(ws, func(a, b Worker) int { return int(b.Batches - a.Batches) })
	return ws, nil
}

// Tenths is n/of with one decimal, rounded half up; "–" where there is nothing to divide by.
func Tenths(n, of int64) string {
	if of <= 0 {
		return "–"
	}
	t := (20*n + of) / (2 * of)
	return itoa(t/10) + "." + itoa(t%10)
}

// Refusal is a part of a batch that is not sent, with why: what can be appealed against (A21). Its id is stable.
type Refusal struct {
	ID          string   `json:"id" doc:"batch and group, joined by a dot"`
	BatchID     string   `json:"batch_id"`
	GroupID     string   `json:"group_id"`
	Messages    int64    `json:"messages"`
	ByRules     bool     `json:"by_rules" doc:"the rules refused it; else people did"`
	ReasonCodes []string `json:"reason_codes"`
	Note        string   `json:"note"`
	DecidedBy   []string `json:"-"` // user ids; who appeals must be answered by somebody else
}

// Refusals lists what of a batch was refused, for those who may see the batch. A group that is refused in part stands in it with
// the refused messages alone.
func (s *Service) Refusals(ctx context.Context, batchID string) ([]Refusal, error) {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	gs, err := s.batches.GroupCounts(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.decisions(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	m, err := s.store.live(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	r, out := Rule(ds), []Refusal{}
	for i := range gs {
		g := &gs[i]
		tally := r.within(g.ID).TallyUp([]GroupCounts{{g.ID, Counts{g.Pass, g.Hold, g.Escalate, g.Refuse}}})
		if tally.Refused == 0 {
			continue
		}
		x := Refusal{ID: b.ID + "." + g.ID, BatchID: b.ID, GroupID: g.ID, Messages: tally.Refused, ByRules: tally.Refused == g.Refuse, ReasonCodes: nonNil(g.Reasons), DecidedBy: []string{}}
		if d := r.holding(g.ID, 0); d != nil && d.Choice == Refuse {
			x.ReasonCodes, x.Note = nonNil(d.ReasonCodes), d.Note
		}
		if m != nil {
			x.DecidedBy = m.Approvers
		}
		out = append(out, x)
	}
	return out, nil
}

// Judged is what people decided about a group of a reviewed batch.
type Judged struct {
	GroupID  string
	Position int64
	Messages int64 // those that the rules left to people
	Refused  bool
}

// JudgedGroups lists what people decided about the groups of a batch, worst and largest first; groups that the rules alone
// refused, or of which single messages were decided otherwise, are left out.
func (s *Service) JudgedGroups(ctx context.Context, batchID string) ([]Judged, error) {
	gs, err := s.batches.GroupCounts(ctx, batchID)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.decisions(ctx, batchID)
	if err != nil {
		return nil, err
	}
	r := Rule(ds)
	var out []Judged
	for i := range gs {
		g := &gs[i]
		left := Counts{Pass: g.Pass, Hold: g.Hold, Escalate: g.Escalate}
		t := r.within(g.ID).TallyUp([]GroupCounts{{g.ID, left}})
		if n := left.Total(); n > 0 && (t.Approved == n || t.Refused == n) {
			out = append(out, Judged{g.ID, g.Position, n, t.Refused == n})
		}
	}
	return out, nil
}

// Overturning is why a refusal turned out wrong.
type Overturning struct {
	RefusalID string `gorm:"primaryKey"`
	BatchID   string
	Why       string // appeal, recheck, false_alarm
	Reference string // of the appeal or the second look
	Reason    string
	ByID      string
	At        caldate.Instant
}

// TableName is review_overturned.
func (Overturning) TableName() string { return "review_overturned" }

// Overturn notes that a refusal was wrong: it counts in the statistics of who decided it. What was refused stays unsent; it can
// be submitted again. Noting it twice changes nothing. Errors: ErrRefusal, ErrInput with fields.
func (s *Service) Overturn(ctx context.Context, o Overturning) error {
	var f errs.Fields
	o.Reason = form.Text(&f, "reason", o.Reason, 500, true)
	if err := f.Err(ErrInput); err != nil {
		return err
	}
	rs, err := s.Refusals(ctx, o.BatchID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(rs, func(r Refusal) bool { return r.ID == o.RefusalID }) {
		return ErrRefusal
	}
	o.ByID, o.At = actor.From(ctx).UserID, s.clock.Instant()
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.overturn(ctx, &o); err != nil {
			if db.IsDuplicate(err) {
				return nil
			}
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "review.overturn", ObjectType: "batch", ObjectID: o.BatchID, Reason: o.Reason, Detail: map[string]any{
			"refusal": o.RefusalID, "why": o.Why, "reference": o.Reference,
		}})
	})
}
