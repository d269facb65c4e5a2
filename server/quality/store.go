package quality

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/announcement"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("quality_reports.customer_id")
	return s.db.Q(ctx).Model(&Report{}).Where(cond, args...)
}

func (s store) byID(ctx context.Context, id string) (*Report, error) {
	return db.Take[Report](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

func (s store) add(ctx context.Context, r *Report) error { return s.db.Q(ctx).Create(r).Error }

func (s store) list(ctx context.Context, q Query) (rs []Report, total int64, err error) {
	narrow := func() *gorm.DB {
		d := s.scoped(ctx)
		if q.CustomerID != "" {
			d = d.Where("customer_id = ?", q.CustomerID)
		}
		if !q.Month.IsZero() {
			d = d.Where("month = ?", q.Month)
		}
		if q.Q != "" {
			p := db.Like(q.Q)
			d = d.Where("(number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p)
		}
		return d
	}
	if err := narrow().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	page := narrow().Omit("content")
	if q.Cursor != "" {
		page = page.Where("number < ?", q.Cursor)
	}
	return rs, total, page.Order("number DESC").Limit(q.Limit).Find(&rs).Error
}

// before is the last report but this month's of the month before.
func (s store) before(ctx context.Context, customerID string, m caldate.Month) (*Report, error) {
	return db.Take[Report](s.db.Q(ctx).Where("report_key = ?", Key(customerID, m.Add(-1))), nil)
}

type party struct{ ID, Name string }

// parties are customers who sent something in a month and have no report of it, by id.
func (s store) parties(ctx context.Context, m caldate.Month, after string, limit int) (ps []party, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.id, c.name FROM customers c WHERE c.id > ? AND EXISTS (SELECT 1 FROM handoff_months h WHERE h.customer_id = c.id AND h.month = ?)
		AND NOT EXISTS (SELECT 1 FROM quality_reports r WHERE r.customer_id = c.id AND r.month = ?) ORDER BY c.id LIMIT ?`, after, m, m, limit).Scan(&ps).Error
	return ps, err
}

type carrierRow struct {
	Carrier                           string
	Sent, Delivered, Failed, Doubtful int64
}

func (s store) carriers(ctx context.Context, customerID string, m caldate.Month) (rows []carrierRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT carrier, SUM(sent) AS sent, SUM(delivered) AS delivered, SUM(failed) AS failed, SUM(doubtful) AS doubtful FROM handoff_months
		WHERE customer_id = ? AND month = ? GROUP BY carrier ORDER BY carrier`, customerID, m).Scan(&rows).Error
	return rows, err
}

// delays are the classes of a month by carrier, the fastest first.
func (s store) delays(ctx context.Context, customerID string, m caldate.Month) (map[string][]Class, error) {
	var rows []struct {
		Carrier string
		Class
	}
	err := s.db.Q(ctx).Raw(`SELECT carrier, within_s, SUM(messages) AS messages FROM handoff_delays WHERE customer_id = ? AND on_date BETWEEN ? AND ?
		GROUP BY carrier, within_s ORDER BY within_s, carrier`, customerID, m.First(), m.Last()).Scan(&rows).Error
	out := map[string][]Class{}
	for _, r := range rows {
		out[r.Carrier] = append(out[r.Carrier], r.Class)
	}
	return out, err
}

func (s store) codes(ctx context.Context, customerID string, m caldate.Month, limit int) (cs []Code, err error) {
	err = s.db.Q(ctx).Raw(`SELECT code, MAX(meaning) AS meaning, SUM(messages) AS messages FROM handoff_month_codes WHERE customer_id = ? AND month = ? AND outcome = 'failed'
		GROUP BY code ORDER BY messages DESC, code LIMIT ?`, customerID, m, limit).Scan(&cs).Error
	return cs, err
}

// kinds are those of the agreements that a customer had in a month.
func (s store) kinds(ctx context.Context, customerID string, m caldate.Month) (kinds []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT DISTINCT kind FROM contracts WHERE customer_id = ? AND activated_on IS NOT NULL AND activated_on <= ? AND COALESCE(ended_on, end_date) >= ? ORDER BY kind`,
		customerID, m.Last(), m.First()).Scan(&kinds).Error
	return kinds, err
}

// announced are the interruptions that were published and lie in a month, if only in part, in the order in which they began.
func (s store) announced(ctx context.Context, m caldate.Month) (as []announcement.Announcement, err error) {
	first, end := caldate.InstantOf(m.First().Start()), caldate.InstantOf(m.Next().First().Start())
	err = s.db.Q(ctx).Where("state IN ? AND starts_at < ? AND (ended_at IS NULL OR ended_at > ?)", []announcement.State{announcement.Published, announcement.Over}, end, first).
		Order("starts_at, id").Find(&as).Error
	return as, err
}

func (s store) incidents(ctx context.Context, customerID string, m caldate.Month) (is []Incident, err error) {
	err = s.db.Q(ctx).Raw(`SELECT number, title, reported_at, resolved_at, CASE WHEN responded_at IS NOT NULL AND responded_at <= respond_by THEN 1 ELSE 0 END AS in_time
		FROM maintenance_incidents WHERE customer_id = ? AND reported_at >= ? AND reported_at < ? ORDER BY reported_at, id`,
		customerID, caldate.InstantOf(m.First().Start()), caldate.InstantOf(m.Next().First().Start())).Scan(&is).Error
	return is, err
}

func (s store) each(ctx context.Context, do func(*Report)) error {
	for after := ""; ; {
		var rs []Report
		if err := s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(200).Find(&rs).Error; err != nil || len(rs) == 0 {
			return err
		}
		for i := range rs {
			do(&rs[i])
		}
		after = rs[len(rs)-1].ID
	}
}
