package ruleset

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// liveDraft gives the working copy with its documents and authors, or nil.
func (s store) liveDraft(ctx context.Context, lock bool) (*Draft, error) {
	q := s.db.Q(ctx)
	if lock {
		q = s.db.ForUpdate(q)
	}
	var d Draft
	err := q.Where("live_key = ?", "live").Take(&d).Error
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &d, s.fill(ctx, &d)
}

func (s store) fill(ctx context.Context, d *Draft) error {
	if err := s.db.Q(ctx).Where("draft_id = ?", d.ID).Order("doc_key").Find(&d.Docs).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Where("draft_id = ?", d.ID).Order("last_at").Find(&d.Authors).Error
}

func (s store) drafts(ctx context.Context) ([]Draft, error) {
	var out []Draft
	if err := s.db.Q(ctx).Order("created_at, id").Find(&out).Error; err != nil {
		return nil, err
	}
	for i := range out {
		if err := s.fill(ctx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s store) insertDraft(ctx context.Context, d *Draft) error { return s.db.Q(ctx).Create(d).Error }

// changeDraft writes the named fields where the draft still is in the state and at the version it was read at.
func (s store) changeDraft(ctx context.Context, d *Draft, from DraftState, fields ...string) (bool, error) {
	was := d.Version
	d.Version++
	res := s.db.Q(ctx).Model(&Draft{}).Where("id = ? AND state = ? AND version = ?", d.ID, from, was).
		Select(append(fields, "Version", "UpdatedAt")).Updates(d)
	return res.RowsAffected == 1, res.Error
}

func (s store) putDoc(ctx context.Context, d *DraftDoc) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(d).Error
}

func (s store) dropDoc(ctx context.Context, draftID, key string) error {
	return s.db.Q(ctx).Where("draft_id = ? AND doc_key = ?", draftID, key).Delete(&DraftDoc{}).Error
}

// addAuthor remembers somebody who had a hand in a draft, and how many changes the person made just now.
func (s store) addAuthor(ctx context.Context, a Author) error {
	made := a.Changes
	a.Changes = 0
	err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&a).Error
	if err != nil {
		return err
	}
	return s.db.Q(ctx).Model(&Author{}).Where("draft_id = ? AND user_id = ?", a.DraftID, a.UserID).
		Updates(map[string]any{"changes": gorm.Expr("changes + ?", made), "last_at": a.LastAt, "user_name": a.UserName}).Error
}

// Publications.

func (s store) addPublication(ctx context.Context, p Publication) error {
	return s.db.Q(ctx).Create(&p).Error
}

func (s store) publications(ctx context.Context, limit int) ([]Publication, error) {
	var out []Publication
	return out, s.db.Q(ctx).Order("at DESC, id DESC").Limit(limit).Find(&out).Error
}

func (s store) addDocChanges(ctx context.Context, rows []docChange) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 200).Error
}

// lastChanges gives, by document, who changed it last.
func (s store) lastChanges(ctx context.Context) (map[string]docChange, error) {
	var rows []docChange
	if err := s.db.Q(ctx).Order("at, version").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]docChange{}
	for _, r := range rows {
		out[r.DocKey] = r
	}
	return out, nil
}

func (s store) docChanges(ctx context.Context, key string) ([]docChange, error) {
	var out []docChange
	return out, s.db.Q(ctx).Where("doc_key = ?", key).Order("at DESC, version DESC").Limit(50).Find(&out).Error
}

// Hits.

func (s store) addHits(ctx context.Context, rows []hitRow) error {
	return s.db.Q(ctx).CreateInBatches(rows, 200).Error
}

func (s store) addHitDay(ctx context.Context, h hitDay) error {
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&hitDay{RuleID: h.RuleID, OnDate: h.OnDate}).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Model(&hitDay{}).Where("rule_id = ? AND on_date = ?", h.RuleID, h.OnDate).Updates(map[string]any{
		"messages": gorm.Expr("messages + ?", h.Messages), "shadow": gorm.Expr("shadow + ?", h.Shadow), "batches": gorm.Expr("batches + ?", h.Batches),
	}).Error
}

// sumHits sums up days since a date, by rule; a zero date: all days.
func (s store) sumHits(ctx context.Context, since caldate.Date) (map[string]hitDay, error) {
	q := s.db.Q(ctx).Model(&hitDay{}).Select("rule_id, SUM(messages) AS messages, SUM(shadow) AS shadow, SUM(batches) AS batches").Group("rule_id")
	if !since.IsZero() {
		q = q.Where("on_date >= ?", since)
	}
	var rows []hitDay
	if err := q.Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]hitDay{}
	for _, r := range rows {
		out[r.RuleID] = r
	}
	return out, nil
}

func (s store) hitDays(ctx context.Context, rule string, since caldate.Date) ([]hitDay, error) {
	var out []hitDay
	return out, s.db.Q(ctx).Where("rule_id = ? AND on_date >= ?", rule, since).Order("on_date").Find(&out).Error
}

func (s store) hitBatches(ctx context.Context, rule string, limit int) ([]hitRow, error) {
	var out []hitRow
	return out, s.db.Q(ctx).Where("rule_id = ?", rule).Order("on_date DESC, batch_id DESC").Limit(limit).Find(&out).Error
}

// hitsApart gives the rules and days whose sum is not that of their batches.
func (s store) hitsApart(ctx context.Context) (rows []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT d.rule_id FROM rule_hit_days d
		LEFT JOIN (SELECT rule_id, on_date, SUM(messages) AS m, SUM(shadow) AS s, COUNT(*) AS n FROM rule_hits GROUP BY rule_id, on_date) h
		ON h.rule_id = d.rule_id AND h.on_date = d.on_date
		WHERE COALESCE(h.m, 0) <> d.messages OR COALESCE(h.s, 0) <> d.shadow OR COALESCE(h.n, 0) <> d.batches`).Scan(&rows).Error
	return rows, err
}

// unnamed gives batches that were judged by a version that is not registered.
func (s store) unnamed(ctx context.Context) (rows []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.number FROM batches b LEFT JOIN rule_sets v ON v.version = b.rule_set_version
		WHERE b.rule_set_version <> '' AND v.version IS NULL`).Scan(&rows).Error
	return rows, err
}

// Shadows.

func (s store) liveShadow(ctx context.Context) (*ShadowRun, error) {
	return db.Take[ShadowRun](s.db.Q(ctx).Where("live_key = ?", "live"), nil)
}

func (s store) shadow(ctx context.Context, id string) (*ShadowRun, error) {
	return db.Take[ShadowRun](s.db.Q(ctx).Where("id = ?", id), nil)
}

func (s store) shadows(ctx context.Context, limit int) ([]ShadowRun, error) {
	var out []ShadowRun
	return out, s.db.Q(ctx).Order("started_at DESC, id DESC").Limit(limit).Find(&out).Error
}

func (s store) insertShadow(ctx context.Context, r *ShadowRun) error {
	return s.db.Q(ctx).Create(r).Error
}

func (s store) endShadow(ctx context.Context, r *ShadowRun) (bool, error) {
	res := s.db.Q(ctx).Model(&ShadowRun{}).Where("id = ? AND live_key = ?", r.ID, "live").
		Updates(map[string]any{"live_key": nil, "ended_at": r.EndedAt, "ended_by": r.EndedBy, "ended_name": r.EndedName})
	return res.RowsAffected == 1, res.Error
}

func (s store) addShadowBatch(ctx context.Context, r shadowBatch) error {
	return s.db.Q(ctx).Create(&r).Error
}

func (s store) shadowBatches(ctx context.Context, id string) ([]shadowBatch, error) {
	var out []shadowBatch
	return out, s.db.Q(ctx).Where("shadow_id = ?", id).Order("on_date, batch_id").Find(&out).Error
}

// Backtests.

func (s store) insertBacktest(ctx context.Context, b *Backtest) error {
	return s.db.Q(ctx).Create(b).Error
}

func (s store) backtest(ctx context.Context, id string) (*Backtest, error) {
	return db.Take[Backtest](s.db.Q(ctx).Where("id = ?", id), nil)
}

func (s store) backtests(ctx context.Context, limit int) ([]Backtest, error) {
	var out []Backtest
	return out, s.db.Q(ctx).Omit("files", "result").Order("created_at DESC, id DESC").Limit(limit).Find(&out).Error
}

func (s store) waitingBacktest(ctx context.Context, now int64) (*Backtest, error) {
	return db.Take[Backtest](s.db.Q(ctx).Where("state = ? AND lease_until <= ?", BacktestRunning, now).Order("lease_until, id").Limit(1), nil)
}

func (s store) claimBacktest(ctx context.Context, b *Backtest, now, until int64) (bool, error) {
	res := s.db.Q(ctx).Model(&Backtest{}).
		Where("id = ? AND state = ? AND lease_token = ? AND lease_until <= ?", b.ID, BacktestRunning, b.LeaseToken, now).
		Updates(map[string]any{"lease_token": b.LeaseToken + 1, "lease_until": until, "tries": b.Tries + 1})
	if res.Error == nil && res.RowsAffected == 1 {
		b.LeaseToken++
		b.LeaseUntil = until
		b.Tries++
		return true, nil
	}
	return false, res.Error
}

// changeBacktest writes the named fields where the token still holds a running backtest.
func (s store) changeBacktest(ctx context.Context, b *Backtest, fields ...string) (bool, error) {
	res := s.db.Q(ctx).Model(&Backtest{}).Where("id = ? AND state = ? AND lease_token = ?", b.ID, BacktestRunning, b.LeaseToken).
		Select(fields).Updates(b)
	return res.RowsAffected == 1, res.Error
}

func (s store) overheld(ctx context.Context, limit int64) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Backtest{}).Where("lease_until > ?", limit).Pluck("id", &ids).Error
	return ids, err
}

// Proposals of exceptions.

func (s store) insertProposal(ctx context.Context, p *Proposal) error {
	return s.db.Q(ctx).Create(p).Error
}

func (s store) proposal(ctx context.Context, id string) (*Proposal, error) {
	return db.Take[Proposal](s.db.Q(ctx).Where("id = ?", id), nil)
}

func (s store) sameProposal(ctx context.Context, rule, context_ string) (*Proposal, error) {
	return db.Take[Proposal](s.db.Q(ctx).Where("rule_id = ? AND context = ? AND state = ?", rule, context_, Proposed).Limit(1), nil)
}

func (s store) proposals(ctx context.Context, states []string, limit int) ([]Proposal, map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	if err := s.db.Q(ctx).Model(&Proposal{}).Select("state, COUNT(*) AS n").Group("state").Scan(&rows).Error; err != nil {
		return nil, nil, err
	}
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	q := s.db.Q(ctx)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	var out []Proposal
	return out, counts, q.Order("created_at DESC, id DESC").Limit(limit).Find(&out).Error
}

func (s store) decideProposal(ctx context.Context, p *Proposal) (bool, error) {
	res := s.db.Q(ctx).Model(&Proposal{}).Where("id = ? AND state = ?", p.ID, Proposed).
		Select("State", "DecidedAt", "DecidedBy", "DecidedName", "DecidedReason", "DraftID").Updates(p)
	return res.RowsAffected == 1, res.Error
}
