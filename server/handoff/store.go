package handoff

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// slice is one call of an engine: what was written down before it was made. Its time is when suspension, hours, cap and
// recipients were last checked, in the same transaction.
type slice struct {
	ID         string `gorm:"primaryKey"`
	BatchID    string
	ChunkSeq   int64
	FirstIndex int64
	EndIndex   int64
	Messages   int64 // newly handed over; repeats after a kill are not counted again
	Parts      int64
	Skipped    int64
	ContractID string
	OnDate     caldate.Date
	At         caldate.Instant
	RealAt     caldate.Instant
	Fence      int64
	Channel    string
	Members    []byte // bit i: message FirstIndex+i; empty: all of them
}

// has tells whether message index of the chunk was in the slice.
func (s *slice) has(index int64) bool {
	i := index - s.FirstIndex
	return i >= 0 && index < s.EndIndex && (len(s.Members) == 0 || s.Members[i/8]&(1<<(i%8)) != 0)
}

// of makes the slice be about some messages of its chunk, in ascending order.
func (s *slice) of(index []int) {
	if len(index) == 0 {
		return
	}
	first, last := index[0], index[len(index)-1]
	s.FirstIndex, s.EndIndex = int64(first), int64(last)+1
	if last-first+1 == len(index) {
		return
	}
	s.Members = make([]byte, (last-first)/8+1)
	for _, i := range index {
		s.Members[(i-first)/8] |= 1 << ((i - first) % 8)
	}
}

func (slice) TableName() string { return "handoff_slices" }

// intent is written before a message goes to an engine that can't absorb a repeat.
type intent struct {
	MsgKey    string `gorm:"primaryKey"`
	BatchID   string
	ChunkSeq  int64
	Seq       int64
	Channel   string
	State     string
	Code      string
	At        caldate.Instant
	RealAt    caldate.Instant
	SettledBy string
	Reason    string
	AlarmedAt caldate.Instant
}

func (intent) TableName() string { return "handoff_intents" }

// The states of an intent.
const (
	intentPending  = "pending"
	intentAccepted = "accepted"
	intentRefused  = "refused"
	intentUnknown  = "unknown"
	intentSettled  = "settled" // a receipt came, or a person decided
)

type receiptRow struct {
	ID       string `gorm:"primaryKey"`
	BatchID  string
	ChunkSeq int64
	Channel  string
	Receipts int64
	Counted  int64 // of these, how many changed a status
	Body     string
	At       caldate.Instant
	RealAt   caldate.Instant
}

func (receiptRow) TableName() string { return "handoff_receipts" }

type partRow struct {
	BatchID string `gorm:"primaryKey"`
	Seq     int64  `gorm:"primaryKey;autoIncrement:false"`
	Part    int64  `gorm:"primaryKey;autoIncrement:false"`
	At      caldate.Instant
}

func (partRow) TableName() string { return "handoff_parts" }

// Figure is what came of a batch on one day, by carrier and service code.
type Figure struct {
	BatchID     string       `gorm:"primaryKey" json:"-"`
	OnDate      caldate.Date `gorm:"primaryKey" json:"on"`
	Carrier     string       `gorm:"primaryKey" json:"carrier"`
	ServiceCode string       `gorm:"primaryKey" json:"service_code"`
	ContractID  string       `json:"-"`
	CustomerID  string       `json:"-"`
	Delivered   int64        `json:"delivered"` // messages
	Parts       int64        `json:"parts"`     // of delivered messages: what is charged
	Failed      int64        `json:"failed"`
}

// TableName is handoff_figures.
func (Figure) TableName() string { return "handoff_figures" }

// Stop is an emergency stop, for all, a customer, a contract or a channel, until somebody lifts it.
type Stop struct {
	ID       string          `gorm:"primaryKey" json:"id"`
	Scope    string          `json:"scope"`
	ObjectID string          `json:"object_id"`
	LiveKey  *string         `json:"-"` // unique while it holds
	Reason   string          `json:"reason"`
	SetBy    string          `json:"set_by"`
	SetAt    caldate.Instant `json:"set_at"`
	LiftedBy string          `json:"lifted_by"`
	LiftedAt caldate.Instant `json:"lifted_at"`
}

// TableName is handoff_pauses.
func (Stop) TableName() string { return "handoff_pauses" }

type capRow struct {
	ContractID string       `gorm:"primaryKey"`
	OnDate     caldate.Date `gorm:"primaryKey"`
	Parts      int64
}

func (capRow) TableName() string { return "handoff_caps" }

var doNothing = clause.OnConflict{DoNothing: true}

const rowsAtOnce = 500

func (s store) addHandoff(ctx context.Context, h *Handoff, chunks []Chunk) error {
	if err := s.db.Q(ctx).Create(h).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).CreateInBatches(chunks, 20).Error // a chunk's block is 8 KiB
}

func (s store) handoff(ctx context.Context, batchID string) (*Handoff, error) {
	return db.Take[Handoff](s.db.Q(ctx).Where("batch_id = ?", batchID), ErrNotFound)
}

// unfinished gives open hand-offs that still have something to hand over.
func (s store) unfinished(ctx context.Context, limit int) (hs []Handoff, err error) {
	err = s.db.Q(ctx).Where(`state = ? AND EXISTS (SELECT 1 FROM handoff_chunks c WHERE c.batch_id = handoffs.batch_id AND c.state = ?)`, stateOpen, chunkOpen).
		Order("looked_at, batch_id").Limit(limit).Find(&hs).Error
	return hs, err
}

func (s store) lookedAt(ctx context.Context, batchID string, now caldate.Instant) error {
	return s.db.Q(ctx).Model(&Handoff{}).Where("batch_id = ?", batchID).Update("looked_at", now).Error
}

// setHolds writes why a hand-off waits; nothing where somebody else wrote since.
func (s store) setHolds(ctx context.Context, h *Handoff) (bool, error) {
	r := s.db.Q(ctx).Model(&Handoff{}).Where("batch_id = ? AND version = ?", h.BatchID, h.Version).
		Select("Holds", "HeldSince", "Version").Updates(&Handoff{Holds: h.Holds, HeldSince: h.HeldSince, Version: h.Version + 1})
	return r.RowsAffected == 1, r.Error
}

func (s store) closeHandoff(ctx context.Context, batchID string, at caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&Handoff{}).Where("batch_id = ? AND state = ?", batchID, stateOpen).
		Select("State", "ClosedAt", "Holds", "HeldSince").Updates(&Handoff{State: stateClosed, ClosedAt: at, Holds: []Hold{}})
	return r.RowsAffected == 1, r.Error
}

// finished gives open hand-offs in which nothing happens by itself any more: no message open, and none unknown unless its
// time for receipts is over.
func (s store) finished(ctx context.Context, before caldate.Instant, limit int) (hs []Handoff, err error) {
	err = s.db.Q(ctx).Where(`state = ? AND NOT EXISTS (SELECT 1 FROM handoff_chunks c WHERE c.batch_id = handoffs.batch_id
		AND (c.open_count > 0 OR c.unknown_count > 0 AND c.handed_at > ?))`, stateOpen, before).Order("batch_id").Limit(limit).Find(&hs).Error
	return hs, err
}

// light is a chunk without its blocks.
const light = "batch_id, seq, first_seq, message_count, reached, state, waits_for, handing_on, open_count, unknown_count, tally, handed_at, lease_owner, lease_until, fence, version"

func (s store) chunks(ctx context.Context, batchID string) (cs []Chunk, err error) {
	err = s.db.Q(ctx).Select(light).Where("batch_id = ?", batchID).Order("seq").Find(&cs).Error
	return cs, err
}

func (s store) chunk(ctx context.Context, batchID string, seq int64) (*Chunk, error) {
	var c Chunk
	err := s.db.Q(ctx).Where("batch_id = ? AND seq = ?", batchID, seq).Take(&c).Error
	if db.IsNotFound(err) {
		return nil, ErrNotFound
	}
	return &c, err
}

func (s store) lockChunk(ctx context.Context, batchID string, seq int64) (*Chunk, error) {
	var c Chunk
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("batch_id = ? AND seq = ?", batchID, seq).Take(&c).Error
	if db.IsNotFound(err) {
		return nil, ErrNotFound
	}
	c.doubted = c.doubts()
	return &c, err
}

// openChunks are the chunks of a batch that have something to hand over, without their blocks.
func (s store) openChunks(ctx context.Context, batchID string) (cs []Chunk, err error) {
	err = s.db.Q(ctx).Select(light).Where("batch_id = ? AND state = ?", batchID, chunkOpen).Order("seq").Find(&cs).Error
	return cs, err
}

// waiting is for whom, and for which channels' answers, open chunks wait.
type waiting struct {
	WaitsFor  int64
	HandingOn int64
}

func (s store) waiting(ctx context.Context, batchID string) (ws []waiting, err error) {
	err = s.db.Q(ctx).Model(&Chunk{}).Distinct("waits_for", "handing_on").Where("batch_id = ? AND state = ?", batchID, chunkOpen).Find(&ws).Error
	return ws, err
}

// claimChunk leases a free chunk; the fence grows, so that whoever had it before can't write any more.
func (s store) claimChunk(ctx context.Context, c *Chunk, owner string, until int64) (bool, error) {
	r := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND seq = ? AND fence = ? AND lease_until = 0", c.BatchID, c.Seq, c.Fence).
		Updates(map[string]any{"lease_owner": owner, "lease_until": until, "fence": c.Fence + 1})
	if r.RowsAffected == 1 {
		c.Fence++
		c.LeaseOwner, c.LeaseUntil = owner, until
	}
	return r.RowsAffected == 1, r.Error
}

// expiredLeases gives chunks whose holders have been silent for too long.
func (s store) expiredLeases(ctx context.Context, now int64, limit int) (cs []Chunk, err error) {
	err = s.db.Q(ctx).Select(light).Where("lease_until > 0 AND lease_until <= ?", now).Order("lease_until").Limit(limit).Find(&cs).Error
	return cs, err
}

// writeChunk stores a chunk that was locked in this transaction.
func (s store) writeChunk(ctx context.Context, c *Chunk) error {
	c.refresh()
	r := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND seq = ? AND version = ?", c.BatchID, c.Seq, c.Version).
		Select("Reached", "State", "Statuses", "Facts", "Routes", "WaitsFor", "HandingOn", "OpenCount", "UnknownCount", "Tally", "HandedAt", "LeaseOwner", "LeaseUntil", "Fence", "Version").
		Updates(&Chunk{
			Reached: c.Reached, State: c.State, Statuses: c.Statuses, Facts: c.Facts, Routes: c.Routes, WaitsFor: c.WaitsFor, HandingOn: c.HandingOn, OpenCount: c.OpenCount, UnknownCount: c.UnknownCount, Tally: c.Tally,
			HandedAt: c.HandedAt, LeaseOwner: c.LeaseOwner, LeaseUntil: c.LeaseUntil, Fence: c.Fence, Version: c.Version + 1,
		})
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected != 1 {
		return errLost
	}
	c.Version++
	return nil
}

// overdue gives chunks that have waited for receipts long enough.
func (s store) overdue(ctx context.Context, before caldate.Instant, limit int) (cs []Chunk, err error) {
	err = s.db.Q(ctx).Select(light).Where("state = ? AND handed_at <= ?", chunkHanded, before).Order("handed_at").Limit(limit).Find(&cs).Error
	return cs, err
}

func (s store) addSlice(ctx context.Context, r slice) error { return s.db.Q(ctx).Create(&r).Error }

func (s store) slices(ctx context.Context, batchID string) (rows []slice, err error) {
	err = s.db.Q(ctx).Where("batch_id = ?", batchID).Order("at, id").Find(&rows).Error
	return rows, err
}

// capUsed locks the day's account of a contract and gives the parts handed off.
func (s store) capUsed(ctx context.Context, contractID string, on caldate.Date) (int64, error) {
	if err := s.db.Q(ctx).Clauses(doNothing).Create(&capRow{contractID, on, 0}).Error; err != nil {
		return 0, err
	}
	var r capRow
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("contract_id = ? AND on_date = ?", contractID, on).Take(&r).Error
	return r.Parts, err
}

func (s store) capToday(ctx context.Context, contractID string, on caldate.Date) (int64, error) {
	var r capRow
	err := s.db.Q(ctx).Where("contract_id = ? AND on_date = ?", contractID, on).Take(&r).Error
	if db.IsNotFound(err) {
		return 0, nil
	}
	return r.Parts, err
}

func (s store) setCap(ctx context.Context, contractID string, on caldate.Date, parts int64) error {
	return s.db.Q(ctx).Model(&capRow{}).Where("contract_id = ? AND on_date = ?", contractID, on).Update("parts", parts).Error
}

func (s store) countIntents(ctx context.Context, channel, state string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&intent{}).Where("channel = ? AND state = ?", channel, state).Count(&n).Error
	return n, err
}

func (s store) addIntents(ctx context.Context, rows []intent) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).CreateInBatches(rows, rowsAtOnce).Error
}

// addDoubts notes messages that became unknown though their engine absorbs repeats.
func (s store) addDoubts(ctx context.Context, rows []intent) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(doNothing).CreateInBatches(rows, rowsAtOnce).Error
}

func (s store) dropIntents(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return s.db.Q(ctx).Where("msg_key IN ? AND state IN ?", keys, []string{intentPending, intentUnknown}).Delete(&intent{}).Error
}

// answered notes what the engine said about intents that were still pending, or that had become unknown meanwhile.
func (s store) answered(ctx context.Context, notes []note) error {
	type said struct{ state, code string }
	keys := map[said][]string{}
	var order []said
	for _, n := range notes {
		k := said{n.state, n.code}
		if keys[k] == nil {
			order = append(order, k)
		}
		keys[k] = append(keys[k], n.key)
	}
	for _, k := range order {
		if err := s.db.Q(ctx).Model(&intent{}).Where("msg_key IN ? AND state IN ?", keys[k], []string{intentPending, intentUnknown}).
			Updates(map[string]any{"state": k.state, "code": k.code}).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s store) settledIntents(ctx context.Context, keys []string, by, reason string) error {
	for len(keys) > 0 {
		n := min(len(keys), rowsAtOnce)
		if err := s.db.Q(ctx).Model(&intent{}).Where("msg_key IN ?", keys[:n]).
			Updates(map[string]any{"state": intentSettled, "settled_by": by, "reason": reason}).Error; err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (s store) unknownIntents(ctx context.Context, keys []string) error {
	for len(keys) > 0 {
		n := min(len(keys), rowsAtOnce)
		if err := s.db.Q(ctx).Model(&intent{}).Where("msg_key IN ? AND state = ?", keys[:n], intentPending).Update("state", intentUnknown).Error; err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (s store) unknowns(ctx context.Context, batchID string, limit int) (rows []intent, err error) {
	err = s.db.Q(ctx).Where("batch_id = ? AND state = ?", batchID, intentUnknown).Order("seq").Limit(limit).Find(&rows).Error
	return rows, err
}

// unalarmed gives batches with messages that have been unknown for too long without anybody being told.
func (s store) unalarmed(ctx context.Context, before caldate.Instant, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&intent{}).Where("state = ? AND real_at <= ? AND alarmed_at IS NULL", intentUnknown, before).
		Distinct("batch_id").Order("batch_id").Limit(limit).Pluck("batch_id", &ids).Error
	return ids, err
}

func (s store) alarmed(ctx context.Context, batchID string, before, at caldate.Instant) (int64, error) {
	r := s.db.Q(ctx).Model(&intent{}).Where("batch_id = ? AND state = ? AND real_at <= ? AND alarmed_at IS NULL", batchID, intentUnknown, before).
		Update("alarmed_at", at)
	return r.RowsAffected, r.Error
}

func (s store) addReceipts(ctx context.Context, r receiptRow) error {
	return s.db.Q(ctx).Create(&r).Error
}

// parts gives which parts of the messages have been reported as delivered.
func (s store) parts(ctx context.Context, batchID string, seqs []int64) (rows []partRow, err error) {
	for len(seqs) > 0 {
		n := min(len(seqs), rowsAtOnce)
		var some []partRow
		if err := s.db.Q(ctx).Where("batch_id = ? AND seq IN ?", batchID, seqs[:n]).Find(&some).Error; err != nil {
			return nil, err
		}
		rows, seqs = append(rows, some...), seqs[n:]
	}
	return rows, nil
}

func (s store) addParts(ctx context.Context, rows []partRow) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(doNothing).CreateInBatches(rows, rowsAtOnce).Error
}

// addFigure adds to a day's figures of a batch.
func (s store) addFigure(ctx context.Context, f Figure) error {
	zero := f
	zero.Delivered, zero.Parts, zero.Failed = 0, 0, 0
	if err := s.db.Q(ctx).Clauses(doNothing).Create(&zero).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Exec(`UPDATE handoff_figures SET delivered = delivered + ?, parts = parts + ?, failed = failed + ?
		WHERE batch_id = ? AND on_date = ? AND carrier = ? AND service_code = ?`, f.Delivered, f.Parts, f.Failed, f.BatchID, f.OnDate, f.Carrier, f.ServiceCode).Error
}

func (s store) figures(ctx context.Context, batchID string) (fs []Figure, err error) {
	err = s.db.Q(ctx).Where("batch_id = ?", batchID).Order("on_date, carrier, service_code").Find(&fs).Error
	return fs, err
}

// sums adds the figures of all batches up, as usage knows them.
func (s store) sums(ctx context.Context) (fs []Figure, err error) {
	err = s.db.Q(ctx).Raw(`SELECT contract_id, on_date, carrier, service_code, SUM(parts) AS parts FROM handoff_figures
		GROUP BY contract_id, on_date, carrier, service_code ORDER BY contract_id, on_date, carrier, service_code`).Scan(&fs).Error
	return fs, err
}

func (s store) addStop(ctx context.Context, p *Stop) error { return s.db.Q(ctx).Create(p).Error }

func (s store) stops(ctx context.Context) (ps []Stop, err error) {
	err = s.db.Q(ctx).Where("live_key IS NOT NULL").Order("set_at, id").Find(&ps).Error
	return ps, err
}

func (s store) stopsOf(ctx context.Context, customerID string) (ps []Stop, err error) {
	err = s.db.Q(ctx).Where("live_key IS NOT NULL").Where("(scope = ? AND object_id = ?) OR (scope = ? AND object_id IN (SELECT id FROM contracts WHERE customer_id = ?)) OR "+
		"(scope = ? AND object_id IN (SELECT id FROM registrations WHERE customer_id = ?))", StopCustomer, customerID, StopContract, customerID, StopSignature, customerID).
		Order("set_at DESC, id DESC").Find(&ps).Error
	return ps, err
}

func (s store) stop(ctx context.Context, id string) (*Stop, error) {
	return db.Take[Stop](s.db.Q(ctx).Where("id = ?", id), ErrNoStop)
}

func (s store) liftStop(ctx context.Context, id, by string, at caldate.Instant) (bool, error) {
	r := s.db.Q(ctx).Model(&Stop{}).Where("id = ? AND live_key IS NOT NULL", id).Updates(map[string]any{"live_key": nil, "lifted_by": by, "lifted_at": at})
	return r.RowsAffected == 1, r.Error
}

func (s store) allHandoffs(ctx context.Context, after string, limit int) (hs []Handoff, err error) {
	err = s.db.Q(ctx).Where("batch_id > ?", after).Order("batch_id").Limit(limit).Find(&hs).Error
	return hs, err
}

// overleased gives leases that end later than any lease can.
func (s store) overleased(ctx context.Context, limit int64) (cs []Chunk, err error) {
	err = s.db.Q(ctx).Select(light).Where("lease_until > ?", limit).Find(&cs).Error
	return cs, err
}

func (s store) intentsOf(ctx context.Context, batchID string) (rows []intent, err error) {
	err = s.db.Q(ctx).Where("batch_id = ?", batchID).Order("seq").Find(&rows).Error
	return rows, err
}

func (s store) strangeHandoffs(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT h.batch_id FROM handoffs h LEFT JOIN manifests m ON m.id = h.manifest_id
		WHERE m.id IS NULL OR m.batch_id <> h.batch_id OR m.voided_at IS NOT NULL OR m.taken_at IS NULL`).Scan(&ids).Error
	return ids, err
}
