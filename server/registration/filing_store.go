package registration

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) insertFilings(ctx context.Context, gs []Filing) error {
	if len(gs) == 0 {
		return nil
	}
	err := s.db.Q(ctx).CreateInBatches(&gs, 100).Error
	if db.IsDuplicate(err) {
		return ErrFilingState
	}
	return err
}

func (s store) scopedFilings(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("filings.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) filing(ctx context.Context, id string) (*Filing, error) {
	return db.Take[Filing](s.scopedFilings(ctx).Where("id = ?", id), ErrFilingNotFound)
}

// filingsOf gives the filings of records, the newest attempt of each carrier first, whoever asks.
func (s store) filingsOf(ctx context.Context, registrationIDs ...string) (gs []Filing, err error) {
	if len(registrationIDs) == 0 {
		return nil, nil
	}
	err = s.db.Q(ctx).Where("registration_id IN ?", registrationIDs).Order("registration_id, carrier, attempt DESC").Find(&gs).Error
	return gs, err
}

// moveFiling writes a filing's state and what goes with it if the state is still from.
func (s store) moveFiling(ctx context.Context, g *Filing, from FilingState) (bool, error) {
	res := s.db.Q(ctx).Model(&Filing{}).Where("id = ? AND state = ?", g.ID, from).
		Select("state", "open_key", "held_key", "cause", "reason", "carrier_number", "sheet_id", "sheet_line", "sent_at", "due_on", "answered_at", "answered_by", "ended_at").Updates(g)
	return res.RowsAffected == 1, res.Error
}

// waiting gives the queued filings of a carrier and kind whose parent the carrier has got, or which need none, in order.
func (s store) waiting(ctx context.Context, carrier string, kind Kind) (gs []Filing, err error) {
	q := s.db.Q(ctx).Where("filings.carrier = ? AND filings.kind = ? AND filings.state = ?", carrier, kind, Queued)
	if kind.Parent() != "" {
		q = q.Where("EXISTS (SELECT 1 FROM registrations r JOIN filings p ON p.registration_id = r.parent_id WHERE r.id = filings.registration_id AND p.carrier = filings.carrier AND p.state IN ?)",
			[]FilingState{Sent, Accepted})
	}
	err = q.Order("filings.id").Find(&gs).Error
	return gs, err
}

func (s store) insertSheet(ctx context.Context, sh *Sheet) error { return s.db.Q(ctx).Create(sh).Error }

func (s store) sheet(ctx context.Context, id string) (*Sheet, error) {
	return db.Take[Sheet](s.db.Q(ctx).Where("id = ?", id), ErrSheetNotFound)
}

// filingsOfSheet gives the filings of a sheet by their lines.
func (s store) filingsOfSheet(ctx context.Context, sheetID string) (gs []Filing, err error) {
	err = s.db.Q(ctx).Where("sheet_id = ?", sheetID).Order("sheet_line").Find(&gs).Error
	return gs, err
}

func (s store) sheets(ctx context.Context, carrier, cursor string, limit int) (items []Sheet, total int64, err error) {
	base := func() *gorm.DB {
		g := s.db.Q(ctx).Model(&Sheet{})
		if carrier != "" {
			g = g.Where("carrier = ?", carrier)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("filing_sheets.*, (SELECT COUNT(*) FROM filings f WHERE f.sheet_id = filing_sheets.id AND f.state <> 'submitted') AS answered")
	if cursor != "" {
		page = page.Where("id < ?", cursor)
	}
	err = page.Order("id DESC").Limit(limit).Find(&items).Error
	return items, total, err
}

// byNumbers gives the filings with these references.
func (s store) byNumbers(ctx context.Context, numbers []string) (gs []Filing, err error) {
	for len(numbers) > 0 {
		n := min(len(numbers), 500)
		var part []Filing
		if err := s.db.Q(ctx).Where("number IN ?", numbers[:n]).Find(&part).Error; err != nil {
			return nil, err
		}
		gs, numbers = append(gs, part...), numbers[n:]
	}
	return gs, nil
}

// acceptedBefore gives the accepted filings of a carrier and kind that were answered before a moment.
func (s store) acceptedBefore(ctx context.Context, carrier string, kind Kind, at caldate.Instant) (gs []Filing, err error) {
	err = s.db.Q(ctx).Where("carrier = ? AND kind = ? AND state = ? AND answered_at < ?", carrier, kind, Accepted, at).Order("id").Find(&gs).Error
	return gs, err
}

// FilingQuery narrows and pages a list of filings; the oldest comes first.
type FilingQuery struct {
	CustomerID string
	Carrier    string
	Kinds      []Kind
	States     []FilingState
	Overdue    caldate.Date // only those whose answer was expected before this day
	Cursor     string
	Limit      int
}

func (s store) filings(ctx context.Context, q FilingQuery) (items []Filing, total int64, err error) {
	base := func() *gorm.DB {
		g := s.scopedFilings(ctx).Model(&Filing{})
		if q.CustomerID != "" {
			g = g.Where("filings.customer_id = ?", q.CustomerID)
		}
		if q.Carrier != "" {
			g = g.Where("filings.carrier = ?", q.Carrier)
		}
		if len(q.Kinds) > 0 {
			g = g.Where("filings.kind IN ?", q.Kinds)
		}
		if len(q.States) > 0 {
			g = g.Where("filings.state IN ?", q.States)
		}
		if !q.Overdue.IsZero() {
			g = g.Where("filings.state = ? AND filings.due_on < ?", Sent, q.Overdue)
		}
		return g
	}
	if err := base().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := base().Select("filings.*, (SELECT r.record_text FROM registrations r WHERE r.id = filings.registration_id) AS text, (SELECT c.name FROM customers c WHERE c.id = filings.customer_id) AS customer_name")
	if q.Cursor != "" {
		page = page.Where("filings.id > ?", q.Cursor)
	}
	err = page.Order("filings.id").Limit(q.Limit).Find(&items).Error
	return items, total, err
}

// deskFigure is how many filings a carrier's desk has of a kind in a state.
type deskFigure struct {
	Carrier string
	Kind    Kind
	State   FilingState
	N       int64
	Overdue int64
}

func (s store) deskFigures(ctx context.Context, today caldate.Date) (fs []deskFigure, err error) {
	err = s.db.Q(ctx).Raw("SELECT carrier, kind, state, COUNT(*) AS n, SUM(CASE WHEN state = 'submitted' AND due_on < ? THEN 1 ELSE 0 END) AS overdue FROM filings "+
		"WHERE state IN ('queued', 'submitted') GROUP BY carrier, kind, state ORDER BY carrier, kind, state", today).Scan(&fs).Error
	return fs, err
}

func (s store) insertClosure(ctx context.Context, c *Closure) error {
	return s.db.Q(ctx).Create(c).Error
}

// closures gives the closures that were not removed and end on or after a day, by their first day.
func (s store) closures(ctx context.Context, from caldate.Date) (cs []Closure, err error) {
	err = s.db.Q(ctx).Where("removed_at IS NULL AND to_day >= ?", from).Order("carrier, from_day, id").Find(&cs).Error
	return cs, err
}

func (s store) removeClosure(ctx context.Context, id, who string, at caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Model(&Closure{}).Where("id = ? AND removed_at IS NULL", id).Updates(map[string]any{"removed_by": who, "removed_at": at})
	return res.RowsAffected == 1, res.Error
}

func (s store) insertRuleChange(ctx context.Context, c *RuleChange) error {
	return s.db.Q(ctx).Create(c).Error
}

func (s store) ruleChanges(ctx context.Context) (cs []RuleChange, err error) {
	err = s.db.Q(ctx).Order("id DESC").Limit(200).Find(&cs).Error
	return cs, err
}

// dueRuleChanges gives the changes in force on a day that were not applied yet.
func (s store) dueRuleChanges(ctx context.Context, day caldate.Date) (cs []RuleChange, err error) {
	err = s.db.Q(ctx).Where("applied_at IS NULL AND effective_on <= ?", day).Order("effective_on, id").Find(&cs).Error
	return cs, err
}

func (s store) ruleChangeApplied(ctx context.Context, id string, at caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Model(&RuleChange{}).Where("id = ? AND applied_at IS NULL", id).Update("applied_at", at)
	return res.RowsAffected == 1, res.Error
}

// broken gives the ids that a check of Verify finds.
func (s store) broken(ctx context.Context, sql string) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(sql).Scan(&ids).Error
	return ids, err
}

// references gives where the series of references stands and how many filings took one from it.
func (s store) references(ctx context.Context) (last, n int64, err error) {
	if err := s.db.Q(ctx).Raw("SELECT COALESCE(MAX(last_number), 0) FROM number_series WHERE name = 'filing'").Scan(&last).Error; err != nil {
		return 0, 0, err
	}
	err = s.db.Q(ctx).Model(&Filing{}).Where("number LIKE 'BB%'").Count(&n).Error
	return last, n, err
}

// texts gives the texts of records by id.
func (s store) texts(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for len(ids) > 0 {
		n := min(len(ids), 500)
		var rs []Record
		if err := s.db.Q(ctx).Select("id", "record_text").Where("id IN ?", ids[:n]).Find(&rs).Error; err != nil {
			return nil, err
		}
		for _, r := range rs {
			out[r.ID] = r.Text
		}
		ids = ids[n:]
	}
	return out, nil
}
