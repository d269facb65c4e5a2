package ruleset

import (
	"context"
	"slices"
	"strings"

	"sealgate/server/caldate"
)

// HitCount is how many messages a rule hit: acting, and as a rule on trial.
type HitCount struct {
	Live   int64 `json:"live,omitempty"`
	Shadow int64 `json:"shadow,omitempty"`
}

// hitRow is what a rule did to one batch; hitDay its sum over a business day.
type hitRow struct {
	BatchID  string `gorm:"primaryKey"`
	RuleID   string `gorm:"primaryKey"`
	RuleSet  string
	OnDate   caldate.Date
	Messages int64
	Shadow   int64
}

func (hitRow) TableName() string { return "rule_hits" }

type hitDay struct {
	RuleID   string       `gorm:"primaryKey"`
	OnDate   caldate.Date `gorm:"primaryKey"`
	Messages int64
	Shadow   int64
	Batches  int64
}

func (hitDay) TableName() string { return "rule_hit_days" }

// BatchCount is what screening a batch found out about rules.
type BatchCount struct {
	BatchID string
	RuleSet string
	Rules   map[string]HitCount
	Shadows map[string]*ShadowFigures // by shadow run
}

// CountBatch adds a batch's figures to the rules'. It joins the transaction that settles the batch, so that each batch counts
// once.
func (s *Service) CountBatch(ctx context.Context, b BatchCount) error {
	on := s.clock.Today()
	var rows []hitRow
	for _, rule := range sortedKeys(b.Rules) { // in one order everywhere: servers don't lock each other out
		c := b.Rules[rule]
		rows = append(rows, hitRow{b.BatchID, rule, b.RuleSet, on, c.Live, c.Shadow})
	}
	if len(rows) > 0 {
		if err := s.store.addHits(ctx, rows); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if err := s.store.addHitDay(ctx, hitDay{r.RuleID, on, r.Messages, r.Shadow, 1}); err != nil {
			return err
		}
	}
	for _, id := range sortedKeys(b.Shadows) {
		f := b.Shadows[id]
		if err := s.store.addShadowBatch(ctx, shadowBatch{ShadowID: id, BatchID: b.BatchID, RuleSet: b.RuleSet, OnDate: on, Messages: f.Messages, Changed: f.Changed, Figures: *f}); err != nil {
			return err
		}
	}
	return nil
}

// Hits is how often a rule hit: messages, for rules about batches batches.
type Hits struct {
	Total   int64 `json:"total"`
	Days7   int64 `json:"days_7"`
	Days30  int64 `json:"days_30"`
	Shadow  int64 `json:"shadow" doc:"While on trial: counted, without effect."`
	Shadow7 int64 `json:"shadow_7"`
	Batches int64 `json:"batches"`
}

// DayHits is one day of a rule.
type DayHits struct {
	Day      caldate.Date `json:"day"`
	Messages int64        `json:"messages"`
	Shadow   int64        `json:"shadow"`
	Batches  int64        `json:"batches"`
}

// BatchHits is what a rule did to one batch.
type BatchHits struct {
	BatchID  string       `json:"batch_id"`
	RuleSet  string       `json:"rule_set"`
	Day      caldate.Date `json:"day"`
	Messages int64        `json:"messages"`
	Shadow   int64        `json:"shadow"`
}

func (s *Service) hits(ctx context.Context) (map[string]Hits, error) {
	today := s.clock.Today()
	out := map[string]Hits{}
	for i, since := range []caldate.Date{{}, today.AddDays(-6), today.AddDays(-29)} {
		sums, err := s.store.sumHits(ctx, since)
		if err != nil {
			return nil, err
		}
		for rule, d := range sums {
			h := out[rule]
			switch i {
			case 0:
				h.Total, h.Shadow, h.Batches = d.Messages, d.Shadow, d.Batches
			case 1:
				h.Days7, h.Shadow7 = d.Messages, d.Shadow
			default:
				h.Days30 = d.Messages
			}
			out[rule] = h
		}
	}
	return out, nil
}

func (s *Service) showHits(ctx context.Context, o *OpenDoc) error {
	all, err := s.hits(ctx)
	if err != nil {
		return err
	}
	o.Hits = all[o.ID]
	days, err := s.store.hitDays(ctx, o.ID, s.clock.Today().AddDays(-29))
	if err != nil {
		return err
	}
	for _, d := range days {
		o.Days = append(o.Days, DayHits{d.OnDate, d.Messages, d.Shadow, d.Batches})
	}
	rows, err := s.store.hitBatches(ctx, o.ID, 10)
	if err != nil {
		return err
	}
	for _, r := range rows {
		o.Batches = append(o.Batches, BatchHits{r.BatchID, r.RuleSet, r.OnDate, r.Messages, r.Shadow})
	}
	ps, _, err := s.store.proposals(ctx, []string{Proposed}, 500)
	if err != nil {
		return err
	}
	o.Proposals = int64(len(slices.DeleteFunc(ps, func(p Proposal) bool { return !strings.EqualFold(p.RuleID, o.ID) })))
	return nil
}
