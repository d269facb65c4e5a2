package complaint

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("complaints.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, c *Complaint) error { return s.db.Q(ctx).Create(c).Error }

func (s store) byID(ctx context.Context, id string) (*Complaint, error) {
	return db.Take[Complaint](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

// save writes what changes, if nobody was faster.
func (s store) save(ctx context.Context, c *Complaint) error {
	version := c.Version
	c.Version++
	res := s.db.Q(ctx).Model(c).Where("version = ?", version).
		Select("State", "CustomerID", "CustomerName", "ContractID", "BatchID", "Seq", "Signature", "AnswerBy", "ForwardedAt", "Answer", "AnsweredAt", "AnswererName", "RepeatOf", "ByDelay", "Outcome", "Result",
			"ClosedOn", "CloserID", "CloserName", "Version").Updates(c)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// before is the newest earlier complaint of a recipient about a customer.
func (s store) before(ctx context.Context, hash, customerID, id string) (*Complaint, error) {
	var cs []Complaint
	err := s.db.Q(ctx).Where("phone_hash = ? AND customer_id = ? AND id < ?", hash, customerID, id).Order("id DESC").Limit(1).Find(&cs).Error
	if err != nil || len(cs) == 0 {
		return nil, err
	}
	return &cs[0], nil
}

// Query narrows a list of complaints; the newest comes first.
type Query struct {
	CustomerID string
	States     []State
	Outcome    Outcome      // of closed ones
	Overdue    caldate.Date // those that the recipient waits for since before this day
	Search     string       // part of number, customer or signature
	Cursor     string
	Limit      int
}

func (s store) list(ctx context.Context, q Query) ([]Complaint, int64, error) {
	d := s.scoped(ctx).Model(&Complaint{})
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.Outcome != "" {
		d = d.Where("outcome = ?", q.Outcome)
	}
	if !q.Overdue.IsZero() {
		d = d.Where("state <> ? AND due_on < ?", Closed, q.Overdue)
	}
	if q.Search != "" {
		p := db.Like(q.Search)
		d = d.Where("(number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!' OR signature LIKE ? ESCAPE '!')", p, p, p)
	}
	return db.Page[Complaint](d, q.Cursor, q.Limit)
}

func (s store) unfinished(ctx context.Context) (cs []Complaint, err error) {
	return cs, s.db.Q(ctx).Where("state <> ?", Closed).Order("id").Find(&cs).Error
}

// standings counts a month's complaints and deliveries by customer.
func (s store) standings(ctx context.Context, m caldate.Month, customerID string) (out []Standing, err error) {
	cond, args := actor.From(ctx).Scope.SQL("complaints.customer_id")
	d := s.db.Q(ctx).Table("complaints").Where(cond, args...).
		Select(`complaints.customer_id, MAX(complaints.customer_name) AS customer_name,
			SUM(CASE WHEN complaints.outcome <> 'dismissed' AND complaints.by_delay = 0 THEN 1 ELSE 0 END) AS complaints,
			SUM(CASE WHEN complaints.outcome <> 'dismissed' AND complaints.by_delay = 1 THEN 1 ELSE 0 END) AS by_delay,
			COALESCE((SELECT SUM(u.parts) FROM usage_months u JOIN contracts k ON k.id = u.contract_id WHERE k.customer_id = complaints.customer_id AND u.month = ?), 0) AS delivered`, m).
		Where("complaints.customer_id <> '' AND complaints.received_on >= ? AND complaints.received_on <= ?", m.First(), m.Last())
	if customerID != "" {
		d = d.Where("complaints.customer_id = ?", customerID)
	}
	return out, d.Group("complaints.customer_id").Order("complaints DESC, complaints.customer_id").Scan(&out).Error
}

func (s store) taken(ctx context.Context, m caldate.Month) (map[string][]Taken, error) {
	var rows []Taken
	err := s.db.Q(ctx).Where("month = ?", m).Order("id").Find(&rows).Error
	out := map[string][]Taken{}
	for _, r := range rows {
		out[r.CustomerID] = append(out[r.CustomerID], r)
	}
	return out, err
}

func (s store) insertTaken(ctx context.Context, t *Taken) error { return s.db.Q(ctx).Create(t).Error }

func (s store) watched(ctx context.Context, customerID string, since caldate.Month) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Taken{}).Where("customer_id = ? AND month >= ?", customerID, since).Count(&n).Error
	return n > 0, err
}

// inForce gives the contracts of a customer that can be suspended.
func (s store) inForce(ctx context.Context, customerID string) (ids []string, err error) {
	return ids, s.db.Q(ctx).Table("contracts").Where("customer_id = ? AND state IN ('active', 'suspended')", customerID).Order("id").Pluck("id", &ids).Error
}

func (s store) thresholds(ctx context.Context) (out []Threshold, err error) {
	return out, s.db.Q(ctx).Order("from_day, id").Find(&out).Error
}

func (s store) insertThreshold(ctx context.Context, t *Threshold) error {
	return s.db.Q(ctx).Create(t).Error
}

// endThresholds lets those that hold end on a day; those that would only begin then or later never begin.
func (s store) endThresholds(ctx context.Context, on caldate.Date) error {
	return s.db.Q(ctx).Model(&Threshold{}).Where("ended_on IS NULL OR ended_on > ?", on).Update("ended_on", on).Error
}

type reminder struct {
	ComplaintID string       `gorm:"primaryKey"`
	Kind        string       `gorm:"primaryKey"`
	OnDay       caldate.Date `gorm:"primaryKey"`
}

func (reminder) TableName() string { return "complaint_reminders" }

// remind notes a reminder; false: it was sent before.
func (s store) remind(ctx context.Context, id, kind string, day caldate.Date) (bool, error) {
	var n int64
	q := s.db.Q(ctx)
	if err := q.Model(&reminder{}).Where("complaint_id = ? AND kind = ? AND on_day = ?", id, kind, day).Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	return true, q.Create(&reminder{id, kind, day}).Error
}

type standsAt struct {
	ID         string
	Number     string
	State      State
	PhoneHash  string
	CustomerID string
	Blocked    string
	Listed     int64
}

// all gives every complaint with the number of entries that ever kept its recipient from messages because of it.
func (s store) all(ctx context.Context) (out []standsAt, err error) {
	return out, s.db.Q(ctx).Raw(`SELECT c.id, c.number, c.state, c.phone_hash, c.customer_id, c.blocked,
		(SELECT COUNT(*) FROM recipient_blocks b WHERE b.phone_hash = c.phone_hash AND (b.customer_id = '' OR b.customer_id = c.customer_id)) AS listed FROM complaints c ORDER BY c.id`).Scan(&out).Error
}
