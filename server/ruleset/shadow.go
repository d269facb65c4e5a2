package ruleset

import (
	"context"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// ShadowRun is a whole version that judges beside the published one and acts on nothing.
type ShadowRun struct {
	ID          string          `gorm:"primaryKey" json:"id"`
	Version     string          `json:"version"`
	LiveKey     *string         `json:"-"`
	Reason      string          `json:"reason"`
	StartedAt   caldate.Instant `json:"started_at"`
	StartedBy   string          `json:"started_by"`
	StartedName string          `json:"started_by_name"`
	EndedAt     caldate.Instant `json:"ended_at"`
	EndedBy     string          `json:"ended_by,omitempty"`
	EndedName   string          `json:"ended_by_name,omitempty"`
}

// TableName is rule_shadows.
func (ShadowRun) TableName() string { return "rule_shadows" }

// ShadowFigures is what a shadow run would have done to messages.
type ShadowFigures struct {
	Version  string           `json:"version"`
	Messages int64            `json:"messages"`
	Changed  int64            `json:"changed"`         // whose verdict would be another
	Moves    map[string]int64 `json:"moves,omitempty"` // "pass>hold": messages
	Newly    map[string]int64 `json:"newly,omitempty"` // messages that only the shadow's rule hits, by rule
	Gone     map[string]int64 `json:"gone,omitempty"`
}

// Add counts one message judged by both sets.
func (f *ShadowFigures) Add(live, shadow *screening.Result) {
	if f.Moves == nil {
		f.Moves, f.Newly, f.Gone = map[string]int64{}, map[string]int64{}, map[string]int64{}
	}
	f.Messages++
	f.Moves[string(live.Verdict)+">"+string(shadow.Verdict)]++
	if live.Verdict != shadow.Verdict {
		f.Changed++
	}
	newly, gone := ruleDiff(live, shadow)
	for _, r := range newly {
		f.Newly[r]++
	}
	for _, r := range gone {
		f.Gone[r]++
	}
}

// Merge adds another chunk's figures of the same run.
func (f *ShadowFigures) Merge(o *ShadowFigures) {
	f.Messages, f.Changed = f.Messages+o.Messages, f.Changed+o.Changed
	for _, p := range []struct {
		to   *map[string]int64
		from map[string]int64
	}{{&f.Moves, o.Moves}, {&f.Newly, o.Newly}, {&f.Gone, o.Gone}} {
		if *p.to == nil {
			*p.to = map[string]int64{}
		}
		for k, n := range p.from {
			(*p.to)[k] += n
		}
	}
}

// ruleDiff gives the rules that act in one result and not in the other.
func ruleDiff(before, after *screening.Result) (newly, gone []string) {
	acting := func(r *screening.Result) []string {
		var out []string
		for i := range r.Hits {
			if h := &r.Hits[i]; !h.Shadow && !slices.Contains(out, h.Rule) {
				out = append(out, h.Rule)
			}
		}
		return out
	}
	b, a := acting(before), acting(after)
	for _, r := range a {
		if !slices.Contains(b, r) {
			newly = append(newly, strings.Clone(r))
		}
	}
	for _, r := range b {
		if !slices.Contains(a, r) {
			gone = append(gone, strings.Clone(r))
		}
	}
	return newly, gone
}

type shadowBatch struct {
	ShadowID string `gorm:"primaryKey"`
	BatchID  string `gorm:"primaryKey"`
	RuleSet  string
	OnDate   caldate.Date
	Messages int64
	Changed  int64
	Figures  ShadowFigures `gorm:"serializer:json"`
}

func (shadowBatch) TableName() string { return "rule_shadow_batches" }

// Shadowing gives the set that runs beside the published one now, and its run's id; nil where there is none. Every call asks the
// database, so all servers follow at once.
func (s *Service) Shadowing(ctx context.Context) (*Compiled, string, error) {
	r, err := s.store.liveShadow(ctx)
	if err != nil || r == nil {
		return nil, "", err
	}
	c, err := s.Compiled(ctx, r.Version)
	return c, r.ID, err
}

// StartShadow lets the draft as it is, as a version of its own, run beside the published set. It counts and acts on nothing, so
// that no second person is needed.
func (s *Service) StartShadow(ctx context.Context, reason string) (*ShadowRun, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	d, base, _, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	if d == nil || len(d.Docs) == 0 {
		return nil, ErrNoDraft
	}
	p, _, _, err := s.whole(ctx, d, base)
	if err != nil {
		return nil, err
	}
	who, live := actor.From(ctx), "live"
	run := &ShadowRun{ID: ids.New(), LiveKey: &live, Reason: reason, StartedAt: s.clock.Instant(), StartedBy: who.UserID, StartedName: who.Name}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		on, err := s.store.liveShadow(ctx)
		if err != nil {
			return err
		}
		if on != nil {
			return ErrShadowOn
		}
		if run.Version, err = s.register(ctx, p); err != nil {
			return err
		}
		if err := s.store.insertShadow(ctx, run); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "ruleset.shadow", ObjectType: "rule_set", ObjectID: run.Version, Reason: reason, Detail: map[string]any{"run": run.ID, "draft": d.ID}})
	})
	if db.IsDuplicate(err) {
		err = ErrShadowOn
	}
	return run, err
}

// EndShadow ends the run; its figures stay.
func (s *Service) EndShadow(ctx context.Context) error {
	who := actor.From(ctx)
	return s.db.Run(ctx, func(ctx context.Context) error {
		r, err := s.store.liveShadow(ctx)
		if err != nil {
			return err
		}
		if r == nil {
			return ErrNoShadow
		}
		r.EndedAt, r.EndedBy, r.EndedName = s.clock.Instant(), who.UserID, who.Name
		ok, err := s.store.endShadow(ctx, r)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoShadow
		}
		return s.trail.Record(ctx, trail.Entry{Action: "ruleset.end_shadow", ObjectType: "rule_set", ObjectID: r.Version, Detail: map[string]any{"run": r.ID}})
	})
}

// ShadowReport is what a shadow run has shown so far.
type ShadowReport struct {
	Run      ShadowRun    `json:"run"`
	Messages int64        `json:"messages"`
	Changed  int64        `json:"changed"`
	Moves    []Move       `json:"moves"`
	Rules    []RuleMove   `json:"rules"`
	Days     []ShadowDay  `json:"days"`
	Batches  []ShadowItem `json:"batches" doc:"The batches with the most changed messages."`
}

// ShadowDay is one day of a run.
type ShadowDay struct {
	Day      caldate.Date `json:"day"`
	Messages int64        `json:"messages"`
	Changed  int64        `json:"changed"`
}

// ShadowItem is one batch of a run.
type ShadowItem struct {
	BatchID  string `json:"batch_id"`
	RuleSet  string `json:"rule_set"`
	Messages int64  `json:"messages"`
	Changed  int64  `json:"changed"`
}

// Shadows lists the runs, the newest first.
func (s *Service) Shadows(ctx context.Context) ([]ShadowRun, error) { return s.store.shadows(ctx, 50) }

// ShadowReport sums a run up.
func (s *Service) ShadowReport(ctx context.Context, id string) (*ShadowReport, error) {
	run, err := s.store.shadow(ctx, id)
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, ErrNoShadow
	}
	rows, err := s.store.shadowBatches(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &ShadowReport{Run: *run, Moves: []Move{}, Rules: []RuleMove{}, Days: []ShadowDay{}, Batches: []ShadowItem{}}
	var sum ShadowFigures
	for _, r := range rows {
		sum.Merge(&r.Figures)
		if n := len(out.Days); n == 0 || out.Days[n-1].Day != r.OnDate {
			out.Days = append(out.Days, ShadowDay{Day: r.OnDate})
		}
		day := &out.Days[len(out.Days)-1]
		day.Messages, day.Changed = day.Messages+r.Messages, day.Changed+r.Changed
		if r.Changed > 0 {
			out.Batches = append(out.Batches, ShadowItem{r.BatchID, r.RuleSet, r.Messages, r.Changed})
		}
	}
	slices.SortStableFunc(out.Batches, func(a, b ShadowItem) int { return int(b.Changed - a.Changed) })
	if len(out.Batches) > 20 {
		out.Batches = out.Batches[:20]
	}
	out.Messages, out.Changed = sum.Messages, sum.Changed
	for _, k := range sortedKeys(sum.Moves) {
		before, after, _ := strings.Cut(k, ">")
		out.Moves = append(out.Moves, Move{Before: screening.Verdict(before), After: screening.Verdict(after), Messages: sum.Moves[k]})
	}
	out.Rules = ruleMoves(sum.Newly, sum.Gone)
	return out, nil
}

func ruleMoves(newly, gone map[string]int64) []RuleMove {
	byID := map[string]*RuleMove{}
	at := func(id string) *RuleMove {
		if byID[id] == nil {
			byID[id] = &RuleMove{Rule: id}
		}
		return byID[id]
	}
	for id, n := range newly {
		at(id).Newly = n
	}
	for id, n := range gone {
		at(id).Gone = n
	}
	out := []RuleMove{}
	for _, id := range sortedKeys(byID) {
		out = append(out, *byID[id])
	}
	slices.SortStableFunc(out, func(a, b RuleMove) int { return int(b.Newly + b.Gone - a.Newly - a.Gone) })
	return out
}
