package batch

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/platform/db"
)

// transfer is the upload of a batch that goes on, locked inside a transaction; nil where there is none.
func (s store) transfer(ctx context.Context, batchID string) (*Transfer, error) {
	q := s.db.Q(ctx)
	if db.InTx(ctx) {
		q = s.db.ForUpdate(q)
	}
	return db.Take[Transfer](q.Where("batch_id = ? AND live_mark = ''", batchID), nil)
}

func (s store) insertTransfer(ctx context.Context, t *Transfer) error {
	return s.db.Q(ctx).Create(t).Error
}

func (s store) prolong(ctx context.Context, id string, until int64) error {
	return s.db.Q(ctx).Model(&Transfer{}).Where("id = ? AND live_mark = ''", id).Update("expires_at", until).Error
}

// endTransfer lets no more pieces in; what came is garbage from now on.
func (s store) endTransfer(ctx context.Context, id string) error {
	return s.db.Q(ctx).Model(&Transfer{}).Where("id = ?", id).Updates(map[string]any{"live_mark": gorm.Expr("id"), "expires_at": 0}).Error
}

// endTransferOf is endTransfer for whatever goes on for a batch.
func (s store) endTransferOf(ctx context.Context, batchID string) error {
	return s.db.Q(ctx).Model(&Transfer{}).Where("batch_id = ? AND live_mark = ''", batchID).Updates(map[string]any{"live_mark": gorm.Expr("id"), "expires_at": 0}).Error
}

func (s store) pieces(ctx context.Context, transferID string) ([]piece, error) {
	var out []piece
	return out, s.db.Q(ctx).Where("transfer_id = ?", transferID).Order("number").Find(&out).Error
}

// putPiece notes a piece that is stored; another content under its number takes its place.
func (s store) putPiece(ctx context.Context, p piece) error {
	err := s.db.Q(ctx).Create(&p).Error
	if !db.IsDuplicate(err) {
		return err
	}
	return s.db.Q(ctx).Model(&piece{}).Where("transfer_id = ? AND number = ?", p.TransferID, p.Number).Updates(map[string]any{"sha256": p.SHA256, "size": p.Size}).Error
}

// garbage gives a transfer that nothing will come of any more.
func (s store) garbage(ctx context.Context, now int64) (*Transfer, error) {
	return db.Take[Transfer](s.db.Q(ctx).Where("expires_at <= ?", now).Order("expires_at, id").Limit(1), nil)
}

func (s store) forgetTransfer(ctx context.Context, id string) error {
	if err := s.db.Q(ctx).Where("transfer_id = ?", id).Delete(&piece{}).Error; err != nil {
		return err
	}
	return s.db.Q(ctx).Where("id = ?", id).Delete(&Transfer{}).Error
}
