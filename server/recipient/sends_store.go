package recipient

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// sendRow is a slice that was handed off: one row for some thousand messages, so that counting costs no row each.
type sendRow struct {
	SignatureID  string `gorm:"primaryKey"`
	Seq          int64  `gorm:"primaryKey;autoIncrement:false"` // from 1, without gaps
	ID           string
	OnDate       caldate.Date
	At           caldate.Instant // business clock
	BatchID      string
	MessageCount int64
	Hashes       string // of a version before: eachWholeHash
	Packed       []byte // packHashes
}

// eachHash gives the numbers to which messages went, as counters know them.
func (r *sendRow) eachHash(use func(uint64)) error {
	if len(r.Packed) == 0 {
		return eachWholeHash(r.Hashes, use)
	}
	return eachHash(r.Packed, use)
}

// TableName is recipient_sends.
func (sendRow) TableName() string { return "recipient_sends" }

// sendHead hands out the numbers of a signature's rows; who has locked it is the only one to count.
type sendHead struct {
	SignatureID string `gorm:"primaryKey"`
	NextSeq     int64
}

// TableName is recipient_send_heads.
func (sendHead) TableName() string { return "recipient_send_heads" }

// lockHead keeps other transactions from counting for the signature until this one ends.
func (s store) lockHead(ctx context.Context, signatureID string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&sendHead{SignatureID: signatureID, NextSeq: 1}).Error
		if err != nil {
			return err
		}
		var head sendHead
		return s.db.ForUpdate(s.db.Q(ctx)).Where("signature_id = ?", signatureID).Take(&head).Error
	})
}

func (s store) addSends(ctx context.Context, r sendRow) error {
	var head sendHead
	if err := s.db.Q(ctx).Where("signature_id = ?", r.SignatureID).Take(&head).Error; err != nil {
		return err
	}
	r.Seq = head.NextSeq
	if err := s.db.Q(ctx).Create(&r).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Model(&sendHead{}).Where("signature_id = ?", r.SignatureID).Update("next_seq", gorm.Expr("next_seq + 1")).Error
}

// sendsFrom gives the rows of a signature from a number on, from the first day that still counts.
func (s store) sendsFrom(ctx context.Context, signatureID string, seq int64, first caldate.Date) ([]sendRow, error) {
	var out []sendRow
	return out, s.db.Q(ctx).Where("signature_id = ? AND seq >= ? AND on_date >= ?", signatureID, seq, first).Order("seq").Find(&out).Error
}

// forgetSends drops the rows of days before first.
func (s store) forgetSends(ctx context.Context, first caldate.Date) (int64, error) {
	res := s.db.Q(ctx).Where("on_date < ?", first).Delete(&sendRow{})
	return res.RowsAffected, res.Error
}

func (s store) liveLimits(ctx context.Context) ([]Limit, error) {
	var out []Limit
	return out, s.db.Q(ctx).Where("live_mark = ''").Order("customer_id, category, days").Find(&out).Error
}

func (s store) insertLimit(ctx context.Context, l Limit) error { return s.db.Q(ctx).Create(&l).Error }

// liveLimit reads a limit that holds and locks it; nil where there is none.
func (s store) liveLimit(ctx context.Context, id string) (*Limit, error) {
	return db.Take[Limit](s.db.ForUpdate(s.db.Q(ctx)).Where("id = ? AND live_mark = ''", id), nil)
}

// endLimit ends the limit that holds for a customer, category and time, and gives its figure; nil where none did.
func (s store) endLimit(ctx context.Context, customerID, category string, days int64, at caldate.Instant, by string) (most *int64, err error) {
	var l Limit
	err = s.db.ForUpdate(s.db.Q(ctx)).Where("customer_id = ? AND category = ? AND days = ? AND live_mark = ''", customerID, category, days).Take(&l).Error
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &l.Most, s.db.Q(ctx).Model(&Limit{}).Where("id = ? AND live_mark = ''", l.ID).
		Updates(map[string]any{"ended_at": at, "ended_by": by, "live_mark": l.ID}).Error
}
