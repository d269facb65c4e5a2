package contract

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) annexes(ctx context.Context, contractID string) (rows []Annex, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("created_at, id").Find(&rows).Error
	return rows, err
}

func (s store) allAnnexes(ctx context.Context) (rows []Annex, err error) {
	err = s.db.Q(ctx).Order("contract_id, created_at, id").Find(&rows).Error
	return rows, err
}

func (s store) countAnnexes(ctx context.Context, contractID string, k AnnexKind) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Annex{}).Where("contract_id = ? AND kind = ?", contractID, k).Count(&n).Error
	return n, err
}

func (s store) annex(ctx context.Context, contractID, id string) (*Annex, error) {
	return db.Take[Annex](s.db.Q(ctx).Where("id = ? AND contract_id = ?", id, contractID), ErrNoAnnex)
}

func (s store) insertAnnex(ctx context.Context, a *Annex) error { return s.db.Q(ctx).Create(a).Error }

// moveAnnex writes an annex that is still in the state that was read; false: it is not.
func (s store) moveAnnex(ctx context.Context, a *Annex, from AnnexState) (bool, error) {
	res := s.db.Q(ctx).Model(&Annex{}).Where("id = ? AND state = ?", a.ID, from).
		Select("state", "document_id", "signer", "evidence_id", "recorded_by", "recorded_at", "answered_by", "answered_at", "answered_on", "reason").Updates(a)
	return res.RowsAffected == 1, res.Error
}

// annexesDue gives the open annexes whose last day of an answer is before a day.
func (s store) annexesDue(ctx context.Context, day caldate.Date) (rows []Annex, err error) {
	err = s.db.Q(ctx).Where("state = ? AND valid_until < ?", AnnexOpen, day).Order("id").Find(&rows).Error
	return rows, err
}
