package watch

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type ruleRow struct {
	Code        Code `gorm:"primaryKey"`
	Enabled     bool
	AutoStop    bool
	Level       int64
	Params      Params `gorm:"serializer:json"`
	UpdatedBy   string
	UpdatedName string
	UpdatedAt   caldate.Instant
	Version     int64
}

func (ruleRow) TableName() string { return "watch_rules" }

type placeRow struct {
	UserID  string          `gorm:"primaryKey"`
	Place   string          `gorm:"primaryKey"`
	FirstAt caldate.Instant // machine's clock, like LastAt
	LastAt  caldate.Instant
}

func (placeRow) TableName() string { return "watch_places" }

func between(from, to caldate.Date) []any {
	return []any{from.Start().UnixMilli(), to.AddDays(1).Start().UnixMilli()}
}

// batches gives the batches screened from one day to another, both included.
func (s store) batches(ctx context.Context, from, to caldate.Date) (rows []batchRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.customer_id, b.customer_name, b.number, b.screened_at, b.good_count AS good, b.refuse_count AS refused, b.recipients,
		COALESCE(r.looked, 0) AS looked, COALESCE(r.fresh, 0) AS fresh, COALESCE(r.before_day, 0) AS before_day,
		EXISTS (SELECT 1 FROM handoff_slices s WHERE s.batch_id = b.id AND s.messages > 0) AS went_out
		FROM batches b LEFT JOIN watch_recipients r ON r.batch_id = b.id
		WHERE b.screened_at >= ? AND b.screened_at < ? ORDER BY b.screened_at, b.id`, between(from, to)...).Scan(&rows).Error
	return rows, err
}

// recipientsRow is what was found about the recipients of a batch: counts, no number.
type recipientsRow struct {
	BatchID    string `gorm:"primaryKey"`
	CustomerID string
	OnDate     caldate.Date
	Recipients int64
	Looked     int64
	Fresh      int64
	BeforeDay  bool
	MadeAt     caldate.Instant // machine's clock
}

func (recipientsRow) TableName() string { return "watch_recipients" }

// unlooked gives the batches screened on a day whose recipients were not looked up yet, customer by customer.
func (s store) unlooked(ctx context.Context, day caldate.Date) (rows []recipientsRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT b.id AS batch_id, b.customer_id, b.recipients FROM batches b
		WHERE b.screened_at >= ? AND b.screened_at < ? AND b.recipients > 0 AND NOT EXISTS (SELECT 1 FROM watch_recipients r WHERE r.batch_id = b.id)
		ORDER BY b.customer_id, b.id`, between(day, day)...).Scan(&rows).Error
	return rows, err
}

// addLooked keeps what was found; what another server found before stays.
func (s store) addLooked(ctx context.Context, rows []recipientsRow) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, rowsAtOnce).Error
}

const rowsAtOnce = 200

// unlikely gives batches of which more recipients were found new than looked up, or more looked up than there are.
func (s store) unlikely(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&recipientsRow{}).Where("fresh < 0 OR fresh > looked OR looked > recipients").Pluck("batch_id", &ids).Error
	return ids, err
}

type receiptRow struct {
	CustomerID, CustomerName string
	Delivered, Failed        int64
}

func (s store) receipts(ctx context.Context, day caldate.Date) (rows []receiptRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT f.customer_id, MAX(c.name) AS customer_name, SUM(f.delivered) AS delivered, SUM(f.failed) AS failed
		FROM handoff_figures f JOIN customers c ON c.id = f.customer_id WHERE f.on_date = ? GROUP BY f.customer_id`, day).Scan(&rows).Error
	return rows, err
}

type handedRow struct {
	CustomerID, CustomerName string
	At                       caldate.Instant
	Messages                 int64
}

// handed gives what left on a day, slice by slice.
func (s store) handed(ctx context.Context, day caldate.Date) (rows []handedRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT h.customer_id, c.name AS customer_name, s.at, s.messages FROM handoff_slices s
		JOIN handoffs h ON h.batch_id = s.batch_id JOIN customers c ON c.id = h.customer_id WHERE s.on_date = ? AND s.messages > 0`, day).Scan(&rows).Error
	return rows, err
}

type signIn struct {
	UserID, Name, CustomerID, CustomerName, IP string
	CreatedAt                                  caldate.Instant
}

// signIns gives sessions that began since a moment of the machine's clock, the first one first.
func (s store) signIns(ctx context.Context, since caldate.Instant) (rows []signIn, err error) {
	err = s.db.Q(ctx).Raw(`SELECT s.user_id, u.name, COALESCE(u.customer_id, '') AS customer_id, COALESCE(c.name, u.name) AS customer_name, s.ip, s.created_at
		FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN customers c ON c.id = u.customer_id WHERE s.created_at >= ? ORDER BY s.created_at, s.id`, since.Ms()).Scan(&rows).Error
	return rows, err
}

func (s store) place(ctx context.Context, userID, place string) (known bool, n int64, err error) {
	var all []placeRow
	err = s.db.Q(ctx).Where("user_id = ?", userID).Limit(1000).Find(&all).Error
	for _, p := range all {
		known = known || p.Place == place
	}
	return known, int64(len(all)), err
}

func (s store) addPlace(ctx context.Context, p placeRow) error {
	err := s.db.Q(ctx).Create(&p).Error
	if db.IsDuplicate(err) {
		return nil
	}
	return err
}

func (s store) known(ctx context.Context, key string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Alert{}).Where("once_key = ?", key).Count(&n).Error
	return n > 0, err
}

func (s store) add(ctx context.Context, a *Alert) error { return s.db.Q(ctx).Create(a).Error }

func (s store) get(ctx context.Context, id string) (*Alert, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Alert](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrNotFound)
}

func (s store) save(ctx context.Context, a *Alert, from State) (bool, error) {
	r := s.db.Q(ctx).Model(&Alert{}).Where("id = ? AND state = ?", a.ID, from).
		Select("State", "LiftedBy", "LiftedName", "LiftedAt", "LiftReason", "ClosedBy", "ClosedName", "ClosedAt", "Outcome", "CloseReason").Updates(a)
	return r.RowsAffected == 1, r.Error
}

func (s store) list(ctx context.Context, q Query) ([]Alert, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	d := s.db.Q(ctx).Model(&Alert{}).Where(cond, args...)
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	return db.Page[Alert](d, q.Cursor, q.Limit)
}

func (s store) alarmed(ctx context.Context, customerID string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Alert{}).Where("customer_id = ? AND state <> ? AND code <> ?", customerID, Closed, Place).Count(&n).Error
	return n > 0, err
}

func (s store) rules(ctx context.Context) (rs []ruleRow, err error) {
	err = s.db.Q(ctx).Find(&rs).Error
	return rs, err
}

func (s store) putRule(ctx context.Context, r ruleRow) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "code"}}, DoUpdates: clause.AssignmentColumns([]string{"enabled", "auto_stop", "level", "params", "updated_by", "updated_name", "updated_at"}),
	}).Create(&r).Error
}

func (s store) thresholds(ctx context.Context) (ts []Threshold, err error) {
	err = s.db.Q(ctx).Order("customer_id, code").Find(&ts).Error
	return ts, err
}

func (s store) putThreshold(ctx context.Context, t Threshold) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "customer_id"}, {Name: "code"}},
		DoUpdates: clause.AssignmentColumns([]string{"customer_name", "enabled", "auto_stop", "params", "until_date", "reason", "updated_by", "updated_name", "updated_at"}),
	}).Create(&t).Error
}

// unsigned gives alerts whose stop was lifted, or that were closed, by no person.
func (s store) unsigned(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT a.id FROM watch_alerts a WHERE a.stop_id <> '' AND a.state <> 'stopped' AND (a.lifted_by IN ('', 'system') OR a.lift_reason = '')
		UNION SELECT a.id FROM watch_alerts a WHERE a.state = 'closed' AND (a.closed_by IN ('', 'system') OR a.outcome = '')`).Scan(&ids).Error
	return ids, err
}
