package maintenance

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, row any) error { return s.db.Q(ctx).Create(row).Error }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// byID reads one record within the actor's scope.
func byID[T any](ctx context.Context, s store, id string) (*T, error) {
	return db.Take[T](s.scoped(ctx).Where("id = ?", id), ErrNotFound)
}

// save writes a record as it is now, if nobody changed it since it was read.
func save[T any](ctx context.Context, s store, row *T, id string, was int64) (bool, error) {
	res := s.db.Q(ctx).Model(row).Where("id = ? AND version = ?", id, was).Select("*").Omit("id", "number", "contract_id", "created_at").Updates(row)
	return res.RowsAffected == 1, res.Error
}

// list gives a page, the newest first, and how many fit.
func list[T any](ctx context.Context, s store, q Query) ([]T, int64, error) {
	g := s.scoped(ctx)
	if q.ContractID != "" {
		g = g.Where("contract_id = ?", q.ContractID)
	}
	if len(q.States) > 0 {
		g = g.Where("state IN ?", q.States)
	}
	return db.Page[T](g, q.Cursor, q.Limit)
}

func (s store) sheets(ctx context.Context, contractID string) (rows []Sheet, err error) {
	err = s.scoped(ctx).Where("contract_id = ?", contractID).Order("sheet_version DESC").Find(&rows).Error
	return rows, err
}

// made counts the visits of a term that were made, but for one.
func (s store) made(ctx context.Context, contractID string, from caldate.Date, but string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Visit{}).Where("contract_id = ? AND id <> ? AND state IN ? AND visit_on >= ?", contractID, but, []VisitState{Reported, Objected, Confirmed}, from).Count(&n).Error
	return n, err
}

// silent finds reports whose time for an objection is over.
func (s store) silent(ctx context.Context, today caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Visit{}).Where("state = ? AND confirm_by < ?", Reported, today).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// dueRequests finds requests that must be answered by a day and of which sales were not told on this day or after.
func (s store) dueRequests(ctx context.Context, by, today caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Request{}).Where("state = ? AND due_on <= ? AND (reminded_on IS NULL OR reminded_on < ?)", Received, by, today).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// lateIncidents finds incidents whose answer is late and of which nobody was told yet.
func (s store) lateIncidents(ctx context.Context, now caldate.Instant) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Incident{}).Where("state = ? AND respond_by < ? AND reminded_at IS NULL", Open, now).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// within gives the records of a kind that fall into a period, by a date or a moment.
func within[T any](ctx context.Context, s store, contractID, column string, from, to any) (rows []T, err error) {
	err = s.scoped(ctx).Where("contract_id = ? AND "+column+" >= ? AND "+column+" <= ?", contractID, from, to).Order("id").Find(&rows).Error
	return rows, err
}

// owner is the sales person of a customer now.
func (s store) owner(ctx context.Context, customerID string) (id string, err error) {
	err = s.db.Q(ctx).Table("customers").Select("owner_id").Where("id = ?", customerID).Scan(&id).Error
	return id, err
}

// Counts are what waits for the provider, within the actor's scope.
type Counts struct {
	Requests  int64 // to be answered
	Overdue   int64 // of these, after their day
	Incidents int64 // not yet taken up
	Work      int64 // agreed and to be carried out, planned visits, reports objected to
}

func (s store) counts(ctx context.Context, today caldate.Date) (c Counts, err error) {
	for _, q := range []struct {
		n     *int64
		model any
		cond  string
		args  []any
	}{
		{&c.Requests, &Request{}, "state = ?", []any{Received}},
		{&c.Overdue, &Request{}, "state = ? AND due_on < ?", []any{Received, today}},
		{&c.Incidents, &Incident{}, "state = ?", []any{Open}},
		{&c.Work, &Request{}, "state = ?", []any{Agreed}},
	} {
		if err := s.scoped(ctx).Model(q.model).Where(q.cond, q.args...).Count(q.n).Error; err != nil {
			return c, err
		}
	}
	var visits int64
	err = s.scoped(ctx).Model(&Visit{}).Where("state IN ?", []VisitState{Planned, Objected}).Count(&visits).Error
	c.Work += visits
	return c, err
}

type astray struct{ Object, Detail string }

// astray finds what can't be: reports without a paper, charges that do not fit, clocks that end before they begin.
func (s store) astray(ctx context.Context) (rows []astray, err error) {
	err = s.db.Q(ctx).Raw(`SELECT number AS object, 'a report without its paper' AS detail FROM maintenance_visits WHERE state IN ('reported', 'objected', 'confirmed') AND document_id = ''
		UNION ALL SELECT number, 'confirmed, and its fee stands on no charge' FROM maintenance_visits WHERE state = 'confirmed' AND fee_fen > 0 AND charge_id = ''
		UNION ALL SELECT v.number, 'its charge is of another contract or amount' FROM maintenance_visits v JOIN charges c ON c.id = v.charge_id WHERE c.contract_id <> v.contract_id OR c.amount_fen <> v.fee_fen
		UNION ALL SELECT number, 'charged, and not confirmed' FROM maintenance_visits WHERE charge_id <> '' AND state <> 'confirmed'
		UNION ALL SELECT number, 'due before it was received' FROM maintenance_requests WHERE due_on <= received_on
		UNION ALL SELECT number, 'answered, and nobody knows when' FROM maintenance_requests WHERE state IN ('answered', 'refused', 'agreed', 'declined', 'done') AND answered_on IS NULL
		UNION ALL SELECT number, 'to be answered before it was reported' FROM maintenance_incidents WHERE respond_by < reported_at
		UNION ALL SELECT contract_id, 'versions of its data sheet are missing' FROM maintenance_sheets GROUP BY contract_id HAVING COUNT(*) <> MAX(sheet_version)`).Scan(&rows).Error
	return rows, err
}
