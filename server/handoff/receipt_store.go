package handoff

import (
	"context"

	"sealgate/server/caldate"
)

// refRow leads from the number that the other side gave a message, or a part of it, to ours. Part 0 is the whole message.
type refRow struct {
	Channel string `gorm:"primaryKey"`
	Ref     string `gorm:"primaryKey"`
	BatchID string
	Seq     int64
	Part    int64
	At      caldate.Instant
}

func (refRow) TableName() string { return "handoff_refs" }

// orphan is a receipt about a number that nobody knows yet: it was faster than the answer that gives the number out.
type orphan struct {
	Channel string `gorm:"primaryKey"`
	Ref     string `gorm:"primaryKey"`
	Code    string `gorm:"primaryKey"`
	Result  Result
	At      caldate.Instant
	RealAt  caldate.Instant
}

func (orphan) TableName() string { return "handoff_orphans" }

// nonceRow is a call that was heard.
type nonceRow struct {
	Channel string          `gorm:"primaryKey"`
	Nonce   string          `gorm:"primaryKey"`
	At      caldate.Instant // machine's clock
}

func (nonceRow) TableName() string { return "handoff_nonces" }

func (s store) addRefs(ctx context.Context, rows []refRow) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Q(ctx).Clauses(doNothing).CreateInBatches(rows, rowsAtOnce).Error
}

func (s store) refs(ctx context.Context, channel string, refs []string) (map[string]refRow, error) {
	out := make(map[string]refRow, len(refs))
	for len(refs) > 0 {
		n := min(len(refs), rowsAtOnce)
		var rows []refRow
		if err := s.db.Q(ctx).Where("channel = ? AND ref IN ?", channel, refs[:n]).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Ref] = r
		}
		refs = refs[n:]
	}
	return out, nil
}

func (s store) addOrphans(ctx context.Context, rows []orphan) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.db.Q(ctx).Clauses(doNothing).CreateInBatches(rows, rowsAtOnce).Error
	})
}

// found gives orphans whose numbers are known by now.
func (s store) found(ctx context.Context, limit int) (rows []orphan, err error) {
	err = s.db.Q(ctx).Raw(`SELECT o.* FROM handoff_orphans o JOIN handoff_refs r ON r.channel = o.channel AND r.ref = o.ref
		ORDER BY o.channel, o.ref, o.code LIMIT ?`, limit).Scan(&rows).Error
	return rows, err
}

func (s store) dropOrphans(ctx context.Context, rows []orphan) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		for _, o := range rows {
			if err := s.db.Q(ctx).Where("channel = ? AND ref = ? AND code = ?", o.Channel, o.Ref, o.Code).Delete(&orphan{}).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// oldOrphans are those that nobody will ever claim.
func (s store) oldOrphans(ctx context.Context, before caldate.Instant, limit int) (rows []orphan, err error) {
	err = s.db.Q(ctx).Where("real_at <= ?", before).Order("real_at").Limit(limit).Find(&rows).Error
	return rows, err
}

func (s store) addNonce(ctx context.Context, r nonceRow) error { return s.db.Q(ctx).Create(&r).Error }

func (s store) forgetNonces(ctx context.Context, before caldate.Instant) error {
	return s.db.Q(ctx).Where("at < ?", before).Delete(&nonceRow{}).Error
}

// oldUnknown gives intents of a channel that are unknown since before a moment, of as many batches as there are.
func (s store) oldUnknown(ctx context.Context, channel string, before caldate.Instant, limit int) (rows []intent, err error) {
	err = s.db.Q(ctx).Where("channel = ? AND state = ? AND real_at <= ?", channel, intentUnknown, before).Order("real_at, msg_key").Limit(limit).Find(&rows).Error
	return rows, err
}

// doubtedSince tells of the unknown messages of a chunk when they were last handed over.
func (s store) doubtedSince(ctx context.Context, batchID string, chunk int64) (map[int64]caldate.Instant, error) {
	var rows []intent
	if err := s.db.Q(ctx).Where("batch_id = ? AND chunk_seq = ? AND state = ?", batchID, chunk, intentUnknown).Find(&rows).Error; err != nil {
		return nil, err
	}
	since := make(map[int64]caldate.Instant, len(rows))
	for _, r := range rows {
		since[r.Seq] = r.RealAt
	}
	return since, nil
}

// addTally adds to the messages that met a fate.
func (s store) addTally(ctx context.Context, t Tally) error {
	zero := t
	zero.Messages, zero.Parts = 0, 0
	return s.addTo(ctx, &zero, `UPDATE handoff_results SET messages = messages + ?, parts = parts + ?
		WHERE batch_id = ? AND on_date = ? AND channel = ? AND carrier = ? AND outcome = ? AND code = ?`,
		t.Messages, t.Parts, t.BatchID, t.OnDate, t.Channel, t.Carrier, t.Outcome, t.Code)
}

func (s store) tallies(ctx context.Context, batchID string) (ts []Tally, err error) {
	err = s.db.Q(ctx).Where("batch_id = ?", batchID).Order("on_date, channel, carrier, outcome, code").Find(&ts).Error
	return ts, err
}

func (s store) receiptRows(ctx context.Context, batchID string, chunk int64) (rows []receiptRow, err error) {
	err = s.db.Q(ctx).Where("batch_id = ? AND chunk_seq = ?", batchID, chunk).Order("id").Find(&rows).Error
	return rows, err
}

func (s store) unsettled(ctx context.Context, limit int) (us []Unsettled, err error) {
	err = s.db.Q(ctx).Model(&intent{}).Select("batch_id, channel, COUNT(*) AS messages, MIN(at) AS since").Where("state = ?", intentUnknown).
		Group("batch_id, channel").Order("since, batch_id, channel").Limit(limit).Scan(&us).Error
	return us, err
}
