package batch

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, b *Batch) error { return s.db.Q(ctx).Create(b).Error }

// get reads a batch within the actor's data scope; nil where there is none.
func (s store) get(ctx context.Context, id string) (*Batch, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Batch](s.db.Q(ctx).Where("id = ?", id).Where(condition, args...), nil)
}

// locked is get for the transaction that is going to change the batch.
func (s store) locked(ctx context.Context, id string) (*Batch, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Batch](s.db.ForUpdate(s.db.Q(ctx)).Where("id = ?", id).Where(condition, args...), nil)
}

// update writes the named fields of b where the row still is in state from and at b's version; then b's version has grown.
// It tells whether the row was.
func (s store) update(ctx context.Context, b *Batch, from State, fields ...string) (bool, error) {
	was := b.Version
	b.Version++
	res := s.db.Q(ctx).Model(&Batch{}).Where("id = ? AND state = ? AND version = ?", b.ID, from, was).
		Select(append(fields, "Version", "UpdatedAt")).Updates(b)
	return res.RowsAffected == 1, res.Error
}

// claim takes the lease of a batch where nobody's is live: the token grows, so that whoever held it before is fenced off.
func (s store) claim(ctx context.Context, b *Batch, now, until int64) (bool, error) {
	res := s.db.Q(ctx).Model(&Batch{}).
		Where("id = ? AND state = ? AND stage = ? AND lease_token = ? AND lease_until <= ?", b.ID, b.State, b.Stage, b.LeaseToken, now).
		Updates(map[string]any{"lease_token": b.LeaseToken + 1, "lease_until": until, "tries": gorm.Expr("tries + 1")})
	if res.Error == nil && res.RowsAffected == 1 {
		b.LeaseToken++
		b.LeaseUntil = until
		b.Tries++
		return true, nil
	}
	return false, res.Error
}

// renew keeps the lease of token and notes progress; false where another holds the batch now.
func (s store) renew(ctx context.Context, id string, token, until int64, progress map[string]any) (bool, error) {
	set := map[string]any{"lease_until": until}
	for k, v := range progress {
		set[k] = v
	}
	if len(progress) > 0 {
		set["version"] = gorm.Expr("version + 1")
	}
	res := s.db.Q(ctx).Model(&Batch{}).Where("id = ? AND lease_token = ?", id, token).Updates(set)
	return res.RowsAffected == 1, res.Error
}

// held tells, inside a transaction, whether token still holds the batch in the state.
func (s store) held(ctx context.Context, id string, token int64, state State) (bool, error) {
	var n int64
	err := s.db.ForUpdate(s.db.Q(ctx).Model(&Batch{})).Where("id = ? AND lease_token = ? AND state = ?", id, token, state).Count(&n).Error
	return n == 1, err
}

// waiting lists the batches that are worked on, with what is to be done; those that have come first, first.
func (s store) waiting(ctx context.Context, now int64) ([]waiting, error) {
	const chunk = "EXISTS (SELECT 1 FROM batch_chunks c WHERE c.batch_id = batches.id AND c.state = 'pending'"
	var out []waiting
	err := s.db.Q(ctx).Model(&Batch{}).Where("state IN ? AND (state <> ? OR stage IN ?)", []State{Receiving, Screening}, Receiving, []Stage{Uploading, Stored}).
		Select("id, customer_id, state, stage, lease_until, "+chunk+") AS pending, "+chunk+" AND c.lease_until <= ?) AS free", now).
		Order("id").Limit(maxWaiting).Scan(&out).Error
	return out, err
}

// maxWaiting bounds what one look takes in; what is beyond comes when something of it has been done.
const maxWaiting = 2000

// expired gives the batch where it is in the state and stage and nobody works on it.
func (s store) expired(ctx context.Context, id string, state State, stage Stage, now int64) (*Batch, error) {
	return s.take(ctx, "id = ? AND state = ? AND stage = ? AND lease_until <= ?", id, state, stage, now)
}

func (s store) take(ctx context.Context, condition string, args ...any) (*Batch, error) {
	return db.Take[Batch](s.db.Q(ctx).Where(condition, args...), nil)
}

// listFilter narrows List.
type listFilter struct {
	states     []State
	customerID string
	contractID string
	number     string // beginning of the number, or part of the customer's or the file's name
	cursor     string
	limit      int
}

func (s store) scoped(ctx context.Context, f listFilter) *gorm.DB {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	q := s.db.Q(ctx).Model(&Batch{}).Where(condition, args...)
	if f.customerID != "" {
		q = q.Where("customer_id = ?", f.customerID)
	}
	if f.contractID != "" {
		q = q.Where("contract_id = ?", f.contractID)
	}
	if f.number != "" {
		like := db.Like(f.number)
		q = q.Where("(number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!' OR file_name LIKE ? ESCAPE '!')", like, like, like)
	}
	return q
}

func (s store) list(ctx context.Context, f listFilter) ([]Batch, error) {
	q := s.scoped(ctx, f)
	if len(f.states) > 0 {
		q = q.Where("state IN ?", f.states)
	}
	if f.cursor != "" {
		q = q.Where("id < ?", f.cursor)
	}
	var out []Batch
	return out, q.Order("id DESC").Limit(f.limit).Find(&out).Error
}

// countByState counts what list would give, per state.
func (s store) countByState(ctx context.Context, f listFilter) (map[State]int64, error) {
	var rows []struct {
		State State
		N     int64
	}
	if err := s.scoped(ctx, f).Select("state, COUNT(*) AS n").Group("state").Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// partsOfDay is how many parts of the contract's other batches may be sent in the time from–to: those approved, under way
// or done that were screened or scheduled then.
func (s store) partsOfDay(ctx context.Context, contractID, except string, from, to int64) (int64, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Batch{}).
		Where("contract_id = ? AND id <> ? AND state IN ?", contractID, except, []State{Approved, Sending, Done}).
		Where("COALESCE(scheduled_at, screened_at) >= ? AND COALESCE(scheduled_at, screened_at) < ?", from, to).
		Select("COALESCE(SUM(pass_parts), 0)").Scan(&n).Error
	return n, err
}

// Chunks.

func (s store) insertChunk(ctx context.Context, c *Chunk) error { return s.db.Q(ctx).Create(c).Error }

func (s store) dropChunks(ctx context.Context, batchID string) error {
	return s.db.Q(ctx).Where("batch_id = ?", batchID).Delete(&Chunk{}).Error
}

func (s store) chunks(ctx context.Context, batchID string) ([]Chunk, error) {
	var out []Chunk
	return out, s.db.Q(ctx).Where("batch_id = ?", batchID).Order("seq").Find(&out).Error
}

// pendingChunks gives the first few chunks of a screening batch that nobody works on, those that wait longest first.
func (s store) pendingChunks(ctx context.Context, batchID string, now int64, limit int) ([]Chunk, error) {
	var out []Chunk
	return out, s.db.Q(ctx).Table("batch_chunks c").Select("c.*").Joins("JOIN batches b ON b.id = c.batch_id").
		Where("c.batch_id = ? AND c.state = ? AND c.lease_until <= ? AND b.state = ?", batchID, ChunkPending, now, Screening).
		Order("c.lease_until, c.seq").Limit(limit).Find(&out).Error
}

func (s store) claimChunk(ctx context.Context, c *Chunk, now, until int64) (bool, error) {
	res := s.db.Q(ctx).Model(&Chunk{}).
		Where("batch_id = ? AND seq = ? AND state = ? AND lease_token = ? AND lease_until <= ?", c.BatchID, c.Seq, ChunkPending, c.LeaseToken, now).
		Updates(map[string]any{"lease_token": c.LeaseToken + 1, "lease_until": until, "tries": c.Tries + 1})
	if res.Error == nil && res.RowsAffected == 1 {
		c.LeaseToken++
		c.LeaseUntil = until
		c.Tries++
		return true, nil
	}
	return false, res.Error
}

// updateChunk writes the named fields where c's token still holds the chunk.
func (s store) updateChunk(ctx context.Context, c *Chunk, fields ...string) (bool, error) {
	res := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND seq = ? AND state = ? AND lease_token = ?", c.BatchID, c.Seq, ChunkPending, c.LeaseToken).
		Select(fields).Updates(c)
	return res.RowsAffected == 1, res.Error
}

// chunkSums are the figures of a batch's chunks by state.
type chunkSums struct {
	State                                     ChunkState
	N, Messages, Pass, Hold, Refuse, Escalate int64
	PassParts                                 int64
}

func (s store) sumChunks(ctx context.Context, batchID string) ([]chunkSums, error) {
	var out []chunkSums
	err := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ?", batchID).Group("state").
		Select("state, COUNT(*) AS n, SUM(message_count) AS messages, SUM(pass) AS pass, SUM(hold) AS hold, SUM(refuse) AS refuse, SUM(escalate) AS escalate, SUM(pass_parts) AS pass_parts").
		Scan(&out).Error
	return out, err
}

// screened gives the batch where no chunk of it is pending any more and nobody is settling it.
func (s store) screened(ctx context.Context, id string, now int64) (*Batch, error) {
	return s.take(ctx, "id = ? AND state = ? AND lease_until <= ? AND NOT EXISTS (SELECT 1 FROM batch_chunks c WHERE c.batch_id = batches.id AND c.state = ?)",
		id, Screening, now, ChunkPending)
}

// retryAside makes the chunks that were set aside pending again; whoever still works on one is fenced off.
func (s store) retryAside(ctx context.Context, batchID string) error {
	return s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND state = ?", batchID, ChunkAside).
		Updates(map[string]any{"state": ChunkPending, "tries": 0, "lease_until": 0, "lease_token": gorm.Expr("lease_token + 1")}).Error
}

// endAside writes the verdicts of a chunk that was set aside, where it still is as it was under token.
func (s store) endAside(ctx context.Context, c *Chunk, token int64) (bool, error) {
	res := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND seq = ? AND state = ? AND lease_token = ?", c.BatchID, c.Seq, ChunkAside, token).
		Select("VerdictKey", "VerdictSHA256", "State", "LeaseUntil", "LeaseToken", "Pass", "Hold", "Refuse", "Escalate", "PassParts").Updates(c)
	return res.RowsAffected == 1, res.Error
}

// Groups.

func (s store) replaceGroups(ctx context.Context, batchID string, groups []Group) error {
	if err := s.db.Q(ctx).Where("batch_id = ?", batchID).Delete(&Group{}).Error; err != nil || len(groups) == 0 {
		return err
	}
	return s.db.Q(ctx).Clauses(clause.Insert{}).CreateInBatches(groups, 200).Error
}

// settleChunks names the verdicts of chunks that were stored anew when their batch was summed up.
func (s store) settleChunks(ctx context.Context, chunks []Chunk) error {
	for i := range chunks {
		c := &chunks[i]
		res := s.db.Q(ctx).Model(&Chunk{}).Where("batch_id = ? AND seq = ? AND state = ? AND lease_token = ?", c.BatchID, c.Seq, ChunkDone, c.LeaseToken).
			Select("VerdictKey", "VerdictSHA256").Updates(c)
		if res.Error == nil && res.RowsAffected != 1 {
			res.Error = errFenced
		}
		if res.Error != nil {
			return res.Error
		}
	}
	return nil
}

// aliases gives the row of a chunk, nil where its verdicts name the groups of the desk.
func (s store) aliases(ctx context.Context, batchID string, chunk int64) (*aliasRow, error) {
	return db.Take[aliasRow](s.db.Q(ctx).Where("batch_id = ? AND chunk_seq = ?", batchID, chunk), nil)
}

func (s store) groups(ctx context.Context, batchID string, after int64, limit int) ([]Group, error) {
	var out []Group
	return out, s.db.Q(ctx).Where("batch_id = ? AND position > ?", batchID, after).Order("position").Limit(limit).Find(&out).Error
}

func (s store) groupByID(ctx context.Context, batchID, id string) (*Group, error) {
	return db.Take[Group](s.db.Q(ctx).Where("batch_id = ? AND id = ?", batchID, id), nil)
}

// groupIDs are the ids of a batch's own groups, without the Rest ones.
func (s store) groupIDs(ctx context.Context, batchID string) (map[string]bool, error) {
	var ids []string
	if err := s.db.Q(ctx).Model(&Group{}).Where("batch_id = ? AND is_rest = ?", batchID, false).Pluck("id", &ids).Error; err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// all gives every batch, by number, for Verify.
func (s store) all(ctx context.Context) ([]Batch, error) {
	var out []Batch
	return out, s.db.Q(ctx).Order("number").Find(&out).Error
}
