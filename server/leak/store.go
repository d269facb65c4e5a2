package leak

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, l *Leak) error { return s.db.Q(ctx).Create(l).Error }

func (s store) byID(ctx context.Context, id string) (*Leak, error) {
	return db.Take[Leak](s.db.Q(ctx).Where("id = ?", id), ErrNotFound)
}

// save writes what changes, if nobody was faster.
func (s store) save(ctx context.Context, l *Leak, from State) error {
	version := l.Version
	l.Version++
	res := s.db.Q(ctx).Model(l).Where("version = ? AND state = ?", version, from).
		Select("State", "Severity", "Title", "Description", "NoticedAt", "FromDay", "ToDay", "DataKinds", "People", "Cause", "Harm", "Measures", "ContainedAt", "Outcome", "Conclusion",
			"AskedBy", "AskerName", "AskedAt", "ClosedBy", "CloserName", "ClosedAt", "ClosingNote", "Version").Updates(l)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// Query narrows a list of leaks; the newest comes first.
type Query struct {
	States []State
	Search string // part of number or title
	Cursor string
	Limit  int
}

func (s store) list(ctx context.Context, q Query) ([]Leak, int64, error) {
	d := s.db.Q(ctx)
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.Search != "" {
		p := db.Like(q.Search)
		d = d.Where("(number LIKE ? ESCAPE '!' OR title LIKE ? ESCAPE '!')", p, p)
	}
	return db.Page[Leak](d, q.Cursor, q.Limit)
}

func (s store) insertDuty(ctx context.Context, d *Duty) error { return s.db.Q(ctx).Create(d).Error }

func (s store) duties(ctx context.Context, leakID string) (ds []Duty, err error) {
	return ds, s.db.Q(ctx).Where("leak_id = ?", leakID).Order("due_at, id").Find(&ds).Error
}

func (s store) dutyOf(ctx context.Context, leakID string, k DutyKind, customerID string) (*Duty, error) {
	var ds []Duty
	err := s.db.Q(ctx).Where("leak_id = ? AND kind = ? AND customer_id = ?", leakID, k, customerID).Limit(1).Find(&ds).Error
	if err != nil || len(ds) == 0 {
		return nil, err
	}
	return &ds[0], nil
}

func (s store) dutyByID(ctx context.Context, leakID, id string) (*Duty, error) {
	return db.Take[Duty](s.db.Q(ctx).Where("id = ? AND leak_id = ?", id, leakID), ErrNotFound)
}

// refreshDuty writes what changes of a duty that is still due.
func (s store) refreshDuty(ctx context.Context, d *Duty) error {
	return s.db.Q(ctx).Model(d).Where("state = ?", Due).Select("DueAt", "Basis", "People").Updates(d).Error
}

// endDuty writes that a duty was met or waived, if it was due.
func (s store) endDuty(ctx context.Context, d *Duty) error {
	res := s.db.Q(ctx).Model(d).Where("state = ?", Due).Select("State", "DoneAt", "DoneBy", "DoerName", "Told", "Way", "Reference", "Reason", "DocumentID").Updates(d)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrState
	}
	return res.Error
}

func (s store) dropDuty(ctx context.Context, id string) error {
	return s.db.Q(ctx).Where("id = ? AND state = ?", id, Due).Delete(&Duty{}).Error
}

// waiveRest ends what is still due of a leak that was none.
func (s store) waiveRest(ctx context.Context, leakID string, at caldate.Instant, by, name, reason string) error {
	if r := []rune(reason); len(r) > 500 {
		reason = string(r[:500])
	}
	return s.db.Q(ctx).Model(&Duty{}).Where("leak_id = ? AND state = ?", leakID, Due).
		Updates(map[string]any{"state": Waived, "done_at": at, "done_by": by, "doer_name": name, "reason": reason}).Error
}

func (s store) openDuties(ctx context.Context, leakID string) (n int64, err error) {
	return n, s.db.Q(ctx).Model(&Duty{}).Where("leak_id = ? AND state = ?", leakID, Due).Count(&n).Error
}

// toRemind gives duties whose time ends before a moment and that nobody was reminded of today; of closed leaks there are none.
func (s store) toRemind(ctx context.Context, before caldate.Instant, today caldate.Date) (ds []Duty, err error) {
	return ds, s.db.Q(ctx).Where("state = ? AND due_at <= ? AND (reminded_on IS NULL OR reminded_on < ?)", Due, before, today).Order("due_at, id").Limit(500).Find(&ds).Error
}

// remind notes a reminder; false: another server was faster.
func (s store) remind(ctx context.Context, id string, today caldate.Date) (bool, error) {
	res := s.db.Q(ctx).Model(&Duty{}).Where("id = ? AND state = ? AND (reminded_on IS NULL OR reminded_on < ?)", id, Due, today).Update("reminded_on", today)
	return res.RowsAffected == 1, res.Error
}

// proofs is what shows that the notices of a leak arrived, by customer.
func (s store) proofs(ctx context.Context, leakID string) (map[string]Proof, error) {
	var rows []struct {
		ToCustomer  string
		NoticedAt   caldate.Instant
		ReadAt      caldate.Instant
		MailState   string
		DeliveredAt caldate.Instant
	}
	err := s.db.Q(ctx).Raw(`SELECT n.to_customer, n.noticed_at, n.read_at, COALESCE(m.state, '') AS mail_state, n.delivered_at FROM (
			SELECT id, to_customer, at AS noticed_at, (SELECT MIN(r.read_at) FROM notice_reads r WHERE r.notice_id = notices.id) AS read_at,
				(SELECT MIN(x.done_at) FROM system_messages x WHERE x.notice_id = notices.id AND x.state = 'delivered') AS delivered_at
			FROM notices WHERE object_type = 'leak_duty' AND object_id IN (SELECT d.id FROM leak_duties d WHERE d.leak_id = ?) AND to_customer <> ''
		) n LEFT JOIN mails m ON m.notice_id = n.id ORDER BY n.id`, leakID).Scan(&rows).Error
	out := map[string]Proof{}
	for _, r := range rows {
		out[r.ToCustomer] = Proof{NoticedAt: r.NoticedAt, ReadAt: r.ReadAt, MailState: r.MailState, DeliveredAt: r.DeliveredAt, Returned: r.MailState == "returned"}
	}
	return out, err
}

func (s store) deadlines(ctx context.Context) (ds []Deadline, err error) {
	return ds, s.db.Q(ctx).Order("from_day, id").Find(&ds).Error
}

func (s store) insertDeadline(ctx context.Context, d *Deadline) error {
	return s.db.Q(ctx).Create(d).Error
}

// endDeadlines lets those that hold end on a day; those that would only begin then or later never begin.
func (s store) endDeadlines(ctx context.Context, on caldate.Date) error {
	return s.db.Q(ctx).Model(&Deadline{}).Where("ended_on IS NULL OR ended_on > ?", on).Update("ended_on", on).Error
}

func (s store) all(ctx context.Context) (ls []Leak, err error) {
	return ls, s.db.Q(ctx).Order("id").Find(&ls).Error
}

// unmet gives closed leaks with duties that nobody met.
func (s store) unmet(ctx context.Context) (numbers []string, err error) {
	return numbers, s.db.Q(ctx).Table("leaks").Where("state = ? AND EXISTS (SELECT 1 FROM leak_duties d WHERE d.leak_id = leaks.id AND d.state = ?)", Closed, Due).Order("number").Pluck("number", &numbers).Error
}

// untold gives duties to customers that were met by nothing: neither a notice nor a paper.
func (s store) untold(ctx context.Context) (ids []string, err error) {
	return ids, s.db.Q(ctx).Table("leak_duties").Where(`state = ? AND kind = ? AND document_id = '' AND NOT EXISTS (
		SELECT 1 FROM notices n WHERE n.object_type = 'leak_duty' AND n.object_id = leak_duties.id)`, Done, Customer).Order("id").Pluck("id", &ids).Error
}
