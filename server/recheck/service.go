package recheck

import (
	"context"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/review"
	"sealgate/server/trail"
)

// Service keeps second reviews.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	reviews *review.Service
	batches *batch.Service
	notices *notice.Service
	store   store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, r *review.Service, b *batch.Service, n *notice.Service) *Service {
	return &Service{db: d, clock: c, trail: t, reviews: r, batches: b, notices: n, store: store{d}}
}

// ReviewFiled puts a share of the decided batches aside for a second look (review.Filed).
func (s *Service) ReviewFiled(ctx context.Context, m *review.Manifest, b *batch.Batch) error {
	why := Passed
	switch {
	case m.ExemptionID != "":
		why = Exempted
	case m.Approved == 0:
		why = Refused
	}
	set, err := s.Settings(ctx)
	if err != nil || !Chosen(b.ID, set.share(why)) {
		return err
	}
	groups, err := s.reviews.JudgedGroups(ctx, b.ID)
	if err != nil {
		return err
	}
	groups = groups[:min(int64(len(groups)), set.Groups)]
	if len(groups) == 0 {
		return nil // the rules alone decided
	}
	r := &Recheck{
		ID: ids.New(), BatchID: b.ID, BatchNumber: b.Number, CustomerID: b.CustomerID, CustomerName: b.CustomerName, Why: why, State: Open,
		DueOn: s.clock.Today().AddDays(int(set.Days)), MadeAt: s.clock.Instant(), Items: int64(len(groups)),
	}
	items := make([]Item, len(groups))
	for i, g := range groups {
		items[i] = Item{RecheckID: r.ID, GroupID: g.GroupID, Position: g.Position, Messages: g.Messages, FirstChoice: Approve, FirstBy: m.Approvers, ReasonCodes: []string{}}
		if g.Refused {
			items[i].FirstChoice = Refuse
		}
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.add(ctx, r, items) })
}

// Take gives a second look to the caller, for good. Errors: ErrNotFound, ErrOwn, ErrTaken, ErrState.
func (s *Service) Take(ctx context.Context, id string) (*Recheck, error) {
	var r *Recheck
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if r, err = s.mine(ctx, id); err != nil || r.UserID != "" {
			return err
		}
		me := actor.From(ctx)
		r.UserID, r.UserName = me.UserID, me.Name
		ok, err := s.store.take(ctx, r)
		if err == nil && !ok {
			err = ErrTaken
		}
		if err != nil {
			return err
		}
		return s.record(ctx, r, "recheck.take", "", nil)
	})
	return r, err
}

// mine gives an open look that the caller may do.
func (s *Service) mine(ctx context.Context, id string) (*Recheck, error) {
	r, err := s.store.get(ctx, id)
	if err != nil {
		return nil, err
	}
	items, err := s.store.items(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := s.batches.Get(ctx, r.BatchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	switch {
	case me.IsSystem() || !mayJudge(me.UserID, items, b.SubmitterID, b.EditorID):
		return nil, ErrOwn
	case r.State != Open:
		return nil, ErrState
	case r.UserID != "" && r.UserID != me.UserID:
		return nil, ErrTaken.With("user", r.UserName)
	}
	return r, nil
}

// View is a second look as a page shows it.
type View struct {
	Recheck
	Groups []GroupView
}

// GroupView is one group of it. First is empty while it is open, so that nobody is led.
type GroupView struct {
	Item
	Text review.GroupView
}

// Show gives a look with its texts, numbers masked. While it is open only who does it sees the texts, and nobody the first
// decision. The look is logged (A22).
func (s *Service) Show(ctx context.Context, id string) (*View, error) {
	r, err := s.store.get(ctx, id)
	if err != nil {
		return nil, err
	}
	items, err := s.store.items(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &View{Recheck: *r}
	shown := r.State != Open || r.UserID == actor.From(ctx).UserID
	for _, it := range items {
		g := GroupView{Item: it}
		if r.State == Open {
			g.FirstChoice, g.FirstBy = "", nil
		}
		if shown {
			texts, err := s.reviews.Groups(ctx, r.BatchID, it.Position-1, 1)
			if err != nil {
				return nil, err
			}
			for _, t := range texts {
				t.Tally = review.Tally{} // it would tell
				g.Text = t
			}
		}
		v.Groups = append(v.Groups, g)
	}
	if !shown {
		return v, nil
	}
	return v, s.db.Run(ctx, func(ctx context.Context) error {
		return s.record(ctx, r, "recheck.look", "", map[string]any{"purpose": review.ForRecheck, "groups": len(items)})
	})
}

// Judgement is what the second person makes of a group.
type Judgement struct {
	GroupID     string
	Choice      Choice
	ReasonCodes []string
	Note        string
}

// Judge enters what the caller makes of a group; it can be changed until the last group is judged. Then the look is settled where
// both agree, else the compliance leads are told. Errors: ErrNotFound, ErrOwn, ErrTaken, ErrState, ErrInput, ErrNoGroup.
func (s *Service) Judge(ctx context.Context, id string, j Judgement) (*Recheck, error) {
	var f errs.Fields
	j.Note = form.Text(&f, "note", j.Note, 500, false)
	if j.Choice != Approve && j.Choice != Refuse {
		f.Add("choice", "unknown", "请选择放行（approve）或拒绝（refuse）", "approve or refuse")
	}
	if j.Choice == Refuse && len(j.ReasonCodes) == 0 || len(j.ReasonCodes) > 9 {
		f.Add("reason_codes", "number", "拒绝时选择 1 至 9 个原因", "a refusal needs 1 to 9 reasons")
	}
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	var r *Recheck
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if r, err = s.mine(ctx, id); err != nil {
			return err
		}
		if r.UserID == "" {
			return ErrTaken.Say("请先领取这条复检", "take the second review first")
		}
		if j.ReasonCodes == nil {
			j.ReasonCodes = []string{}
		}
		ok, err := s.store.judge(ctx, id, j)
		if err == nil && !ok {
			err = ErrNoGroup
		}
		if err != nil {
			return err
		}
		return s.finish(ctx, r)
	})
	failpoint.Hit("recheck.judged")
	return r, err
}

// finish closes a look of which every group is judged.
func (s *Service) finish(ctx context.Context, r *Recheck) error {
	items, err := s.store.items(ctx, r.ID)
	if err != nil {
		return err
	}
	agreed := int64(0)
	for _, it := range items {
		if it.SecondChoice == "" {
			return nil
		}
		if it.SecondChoice == it.FirstChoice {
			agreed++
		}
	}
	r.Agreed, r.DoneAt, r.State = agreed, s.clock.Instant(), Settled
	if agreed < r.Items {
		r.State = Differs
	}
	if ok, err := s.store.finish(ctx, r); err != nil || !ok {
		return orState(err)
	}
	if err := s.record(ctx, r, "recheck.finish", "", map[string]any{"items": r.Items, "agreed": agreed}); err != nil || r.State == Settled {
		return err
	}
	return s.notices.Send(ctx, notice.To{Role: "compliance_lead", About: notice.About{ObjectType: "recheck", ObjectID: r.ID, CustomerID: r.CustomerID}}, "recheck_differs", map[string]string{
		"customer": r.CustomerName, "batch": r.BatchNumber, "agreed": strconv.FormatInt(agreed, 10), "items": strconv.FormatInt(r.Items, 10),
	}, nil)
}

func orState(err error) error {
	if err != nil {
		return err
	}
	return ErrState
}

// Settle says who was right where two people differ. Whoever was one of them can't. Where the second was, what the first refused
// wrongly counts as overturned. Errors: ErrNotFound, ErrOwn, ErrState, ErrInput.
func (s *Service) Settle(ctx context.Context, id, resolution, reason string) (*Recheck, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if resolution != "first" && resolution != "second" {
		f.Add("resolution", "unknown", "请选择以初审（first）还是复检（second）为准", "say who was right: first or second")
	}
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	var r *Recheck
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if r, err = s.store.get(ctx, id); err != nil {
			return err
		}
		items, err := s.store.items(ctx, id)
		if err != nil {
			return err
		}
		me := actor.From(ctx)
		switch {
		case !mayJudge(me.UserID, items, r.UserID):
			return ErrOwn
		case r.State != Differs:
			return ErrState
		}
		r.State, r.Resolution, r.ResolvedBy, r.ResolvedName, r.ResolvedAt, r.ResolveReason = Settled, resolution, me.UserID, me.Name, s.clock.Instant(), reason
		if ok, err := s.store.settle(ctx, r); err != nil || !ok {
			return orState(err)
		}
		for _, it := range items {
			if resolution == "second" && it.FirstChoice == Refuse && it.SecondChoice == Approve {
				o := review.Overturning{RefusalID: r.BatchID + "." + it.GroupID, BatchID: r.BatchID, Why: "recheck", Reference: r.ID, Reason: reason}
				if err := s.reviews.Overturn(ctx, o); err != nil {
					return err
				}
			}
		}
		return s.record(ctx, r, "recheck.settle", reason, map[string]any{"resolution": resolution})
	})
	return r, err
}

func (s *Service) record(ctx context.Context, r *Recheck, action, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "recheck", ObjectID: r.ID, CustomerID: r.CustomerID, Reason: reason, Detail: detail})
}

// List gives a page of second looks, those due first on top, and how many there are. forMe leaves out those that the caller
// can't do.
func (s *Service) List(ctx context.Context, states []string, forMe bool, after string, limit int) ([]Recheck, int64, error) {
	user := ""
	if forMe {
		user = actor.From(ctx).UserID
	}
	return s.store.list(ctx, states, user, after, limit)
}

// Agreement gives the matrix of all groups judged twice from one day to another, both included, by the day of the second look.
func (s *Service) Agreement(ctx context.Context, from, to caldate.Date) (Matrix, error) {
	var m Matrix
	rows, err := s.store.judged(ctx, from, to)
	for _, r := range rows {
		m.Add(r.FirstChoice, r.SecondChoice)
	}
	return m, err
}

// Agreed is how many groups of a reviewer were judged again, and how many of them alike.
type Agreed struct{ Items, Agreed int64 }

// ByReviewer gives that for everybody who decided the first time.
func (s *Service) ByReviewer(ctx context.Context, from, to caldate.Date) (map[string]Agreed, error) {
	rows, err := s.store.judged(ctx, from, to)
	out := map[string]Agreed{}
	for _, r := range rows {
		for _, u := range r.FirstBy {
			a := out[u]
			a.Items++
			if r.FirstChoice == r.SecondChoice {
				a.Agreed++
			}
			out[u] = a
		}
	}
	return out, err
}

// Settings gives how much is judged again.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	set := Defaults()
	rows, err := s.store.settings(ctx)
	for name, to := range set.fields() {
		if v, ok := rows[name]; ok {
			*to = v
		}
	}
	return set, err
}

func (s *Settings) fields() map[string]*int64 {
	return map[string]*int64{"recheck.passed": &s.Passed, "recheck.refused": &s.Refused, "recheck.exempted": &s.Exempted, "recheck.groups": &s.Groups, "recheck.days": &s.Days}
}

// SetSettings changes how much is judged again, from the next decision on. Errors: ErrSettings with fields.
func (s *Service) SetSettings(ctx context.Context, set Settings) error {
	var f errs.Fields
	for field, share := range map[string]int64{"passed": set.Passed, "refused": set.Refused, "exempted": set.Exempted} {
		if share < 0 || share > 100 {
			f.Add(field, "range", "比例为 0 至 100", "a share is 0 to 100 percent")
		}
	}
	if set.Groups < 1 || set.Groups > 50 {
		f.Add("groups", "range", "每批 1 至 50 组", "1 to 50 groups of a batch")
	}
	if set.Days < 1 || set.Days > 30 {
		f.Add("days", "range", "期限 1 至 30 天", "within 1 to 30 days")
	}
	if err := f.Err(ErrSettings); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		for name, v := range set.fields() {
			if err := s.store.set(ctx, setting{Name: name, Setting: *v, UpdatedBy: actor.From(ctx).UserID, UpdatedAt: s.clock.Instant()}); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "recheck.settings", ObjectType: "settings", ObjectID: "recheck", Detail: map[string]any{
			"passed": set.Passed, "refused": set.Refused, "exempted": set.Exempted, "groups": set.Groups, "days": set.Days,
		}})
	})
}
