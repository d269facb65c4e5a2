package webhook

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insert(ctx context.Context, row any) error { return s.db.Q(ctx).Create(row).Error }

func (s store) endpoint(ctx context.Context, id string) (*Endpoint, error) {
	return db.Take[Endpoint](s.scoped(ctx).Where("id = ? AND state <> ?", id, Removed), ErrNotFound)
}

func (s store) endpoints(ctx context.Context, customerID string) (out []Endpoint, err error) {
	q := s.scoped(ctx).Where("state <> ?", Removed)
	if customerID != "" {
		q = q.Where("customer_id = ?", customerID)
	}
	return out, q.Order("id").Limit(500).Find(&out).Error
}

// listening are the endpoints of a customer that are told things, whoever acts.
func (s store) listening(ctx context.Context, customerID string) (out []Endpoint, err error) {
	return out, s.db.Q(ctx).Where("customer_id = ? AND state = ?", customerID, On).Order("id").Find(&out).Error
}

// all are the endpoints that are told things.
func (s store) all(ctx context.Context) (out []Endpoint, err error) {
	return out, s.db.Q(ctx).Where("state = ?", On).Order("customer_id, id").Find(&out).Error
}

func (s store) countEndpoints(ctx context.Context, customerID string) (n int64, err error) {
	return n, s.db.Q(ctx).Model(&Endpoint{}).Where("customer_id = ? AND state <> ?", customerID, Removed).Count(&n).Error
}

func (s store) update(ctx context.Context, e *Endpoint, fields ...string) error {
	version := e.Version
	e.Version++
	res := s.db.Q(ctx).Model(e).Where("version = ? AND state <> ?", version, Removed).Select(append(fields, "Version")).Updates(e)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// mayTell takes the turn to tell a customer that an endpoint fails; false where it was told after a moment.
func (s store) mayTell(ctx context.Context, id string, now, since caldate.Instant) (bool, error) {
	res := s.db.Q(ctx).Exec("UPDATE webhook_endpoints SET told_at = ? WHERE id = ? AND (told_at IS NULL OR told_at < ?)", now, id, since)
	return res.RowsAffected == 1, res.Error
}

func (s store) due(ctx context.Context, now caldate.Instant) *gorm.DB {
	return s.db.Q(ctx).Model(&Delivery{}).Where("state = ? AND next_try_at <= ? AND claimed_until <= ?", Queued, now, now)
}

func (s store) anyDue(ctx context.Context, now caldate.Instant) (bool, error) {
	var ids []string
	err := s.due(ctx, now).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// lookedAt is how many deliveries are looked at to find some for every endpoint.
const lookedAt = 200

// claim takes deliveries until a moment, at most perEndpoint of each address, so that a slow one keeps nobody else waiting.
func (s store) claim(ctx context.Context, now, until caldate.Instant, n, perEndpoint int) (taken []Delivery, err error) {
	var found []Delivery
	if err := s.due(ctx, now).Order("next_try_at, id").Limit(lookedAt).Find(&found).Error; err != nil {
		return nil, err
	}
	of := map[string]int{}
	for _, d := range found {
		if len(taken) == n {
			break
		}
		if of[d.EndpointID] >= perEndpoint {
			continue
		}
		res := s.db.Q(ctx).Model(&Delivery{}).Where("id = ? AND state = ? AND claimed_until = ?", d.ID, Queued, d.ClaimedUntil).Update("claimed_until", until)
		if res.Error != nil {
			return nil, res.Error
		}
		if res.RowsAffected == 1 {
			d.ClaimedUntil = until
			of[d.EndpointID]++
			taken = append(taken, d)
		}
	}
	return taken, nil
}

// finish writes what became of a claimed delivery, unless the claim ran out and somebody else has it.
func (s store) finish(ctx context.Context, d Delivery, now caldate.Instant) (bool, error) {
	claimed := d.ClaimedUntil
	d.ClaimedUntil = now
	res := s.db.Q(ctx).Model(&Delivery{}).Where("id = ? AND state = ? AND claimed_until = ?", d.ID, Queued, claimed).
		Select("State", "Tries", "NextTryAt", "ClaimedUntil", "Status", "Response", "DoneAt").Updates(&d)
	return res.RowsAffected == 1, res.Error
}

func (s store) event(ctx context.Context, id string) (*Event, error) {
	var e Event
	return &e, s.db.Q(ctx).Where("id = ?", id).Take(&e).Error
}

// anyEndpoint reads an endpoint for its delivery, removed ones too.
func (s store) anyEndpoint(ctx context.Context, id string) (*Endpoint, error) {
	var e Endpoint
	return &e, s.db.Q(ctx).Where("id = ?", id).Take(&e).Error
}

func (s store) delivery(ctx context.Context, id string) (*Delivery, error) {
	return db.Take[Delivery](s.scoped(ctx).Where("id = ?", id), ErrNoDelivery)
}

func (s store) again(ctx context.Context, d *Delivery, was DeliveryState) error {
	res := s.db.Q(ctx).Model(d).Where("state = ?", was).Select("State", "Tries", "NextTryAt", "DoneAt").Updates(d)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrState
	}
	return res.Error
}

// Query narrows a list of deliveries; the newest comes first.
type Query struct {
	EndpointID string
	State      string
	Kind       string
	Cursor     string
	Limit      int
}

func (s store) deliveries(ctx context.Context, q Query) ([]Delivery, int64, error) {
	g := s.scoped(ctx).Model(&Delivery{})
	for column, value := range map[string]string{"endpoint_id": q.EndpointID, "state": q.State, "kind": q.Kind} {
		if value != "" {
			g = g.Where(column+" = ?", value)
		}
	}
	return db.Page[Delivery](g, q.Cursor, q.Limit)
}

// mark is what the customer was last told of a chunk's messages.
type mark struct {
	BatchID  string `gorm:"primaryKey"`
	ChunkSeq int64  `gorm:"primaryKey;autoIncrement:false"`
	Version  int64  // of the chunk's row
	Statuses string // base64
	At       caldate.Instant
}

func (mark) TableName() string { return "webhook_marks" }

func (s store) marks(ctx context.Context, batchID string) (map[int64]mark, error) {
	var rows []mark
	if err := s.db.Q(ctx).Select("batch_id, chunk_seq, version, at").Where("batch_id = ?", batchID).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[int64]mark, len(rows))
	for _, r := range rows {
		out[r.ChunkSeq] = r
	}
	return out, nil
}

// toldVersions gives, for batches, the sum of the chunks' versions that were told.
func (s store) toldVersions(ctx context.Context, batches []handoff.Recent) (map[string]int64, error) {
	ids := []string{""}
	for _, b := range batches {
		ids = append(ids, b.BatchID)
	}
	var rows []handoff.Recent
	if err := s.db.Q(ctx).Raw("SELECT batch_id, SUM(version) AS versions FROM webhook_marks WHERE batch_id IN ? GROUP BY batch_id", ids).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.BatchID] = r.Versions
	}
	return out, nil
}

func (s store) lockMark(ctx context.Context, batchID string, chunk int64) (*mark, error) {
	var m mark
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("batch_id = ? AND chunk_seq = ?", batchID, chunk).Take(&m).Error
	if db.IsNotFound(err) {
		return &mark{BatchID: batchID, ChunkSeq: chunk}, nil
	}
	return &m, err
}

func (s store) saveMark(ctx context.Context, m *mark) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "batch_id"}, {Name: "chunk_seq"}},
		DoUpdates: clause.AssignmentColumns([]string{"version", "statuses", "at"})}).Create(m).Error
}

// purge forgets what was delivered, or set aside, before a moment.
func (s store) purge(ctx context.Context, before caldate.Instant) error {
	if err := s.db.Q(ctx).Exec("DELETE FROM webhook_deliveries WHERE state <> ? AND done_at < ?", Queued, before).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Exec("DELETE FROM webhook_events WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.event_id = webhook_events.id)", before).Error
}

// strays finds deliveries to somebody else's endpoint, or of somebody else's event.
func (s store) strays(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Raw(`SELECT d.id FROM webhook_deliveries d LEFT JOIN webhook_events v ON v.id = d.event_id LEFT JOIN webhook_endpoints p ON p.id = d.endpoint_id
		WHERE v.id IS NULL OR p.id IS NULL OR v.customer_id <> d.customer_id OR p.customer_id <> d.customer_id OR v.kind <> d.kind`).Scan(&out).Error
}

// unfit finds deliveries whose state and times do not fit.
func (s store) unfit(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Raw("SELECT id FROM webhook_deliveries WHERE (state = 'queued') <> (done_at IS NULL) OR state NOT IN ('queued', 'delivered', 'aside')").Scan(&out).Error
}
