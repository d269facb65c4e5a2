package contract

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/licence"
	"sealgate/server/platform/db"
)

// endings gives all terminations of a contract, the first one first.
func (s store) endings(ctx context.Context, contractID string) (rows []Ending, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("requested_at, id").Find(&rows).Error
	return rows, err
}

func (s store) allEndings(ctx context.Context) (rows []Ending, err error) {
	err = s.db.Q(ctx).Order("contract_id, requested_at, id").Find(&rows).Error
	return rows, err
}

// ownLifts gives the suspensions that were set by hand and lifted by the same person.
func (s store) ownLifts(ctx context.Context) (rows []Suspension, err error) {
	err = s.db.Q(ctx).Where("suspended_by <> '' AND lifted_by = suspended_by AND reason IN ?", []Reason{Data, Behaviour, Content}).Find(&rows).Error
	return rows, err
}

func (s store) countEndings(ctx context.Context, contractID string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Ending{}).Where("contract_id = ?", contractID).Count(&n).Error
	return n, err
}

func (s store) ending(ctx context.Context, contractID, id string) (*Ending, error) {
	return db.Take[Ending](s.db.Q(ctx).Where("id = ? AND contract_id = ?", id, contractID), ErrNoEnding)
}

func (s store) insertEnding(ctx context.Context, e *Ending) error { return s.db.Q(ctx).Create(e).Error }

// moveEnding writes a termination that is still in the state that was read; false: it is not.
func (s store) moveEnding(ctx context.Context, e *Ending, from EndingState) (bool, error) {
	res := s.db.Q(ctx).Model(&Ending{}).Where("id = ? AND state = ?", e.ID, from).
		Select("state", "live_key", "notice_id", "notice_sha256", "starts_on", "clock_days", "last_day", "decided_by", "decided_at", "closed_by", "closed_at", "closed_on",
			"closed_reason", "closed_document_id").Updates(e)
	return res.RowsAffected == 1, res.Error
}

// required is a licence that a contract needs beyond those of its kind.
type required struct {
	ContractID string       `gorm:"primaryKey"`
	Kind       licence.Kind `gorm:"primaryKey"`
	Since      caldate.Date
	Reason     string
	RequiredBy string
	RequiredAt caldate.Instant
}

func (required) TableName() string { return "contract_licences" }

func (s store) required(ctx context.Context, contractIDs []string) (rows []required, err error) {
	err = s.db.Q(ctx).Where("contract_id IN ?", contractIDs).Order("contract_id, kind").Find(&rows).Error
	return rows, err
}

func (s store) require(ctx context.Context, r *required) error { return s.db.Q(ctx).Create(r).Error }

// unpaid gives contracts that are suspended for non-payment, with the day since when.
func (s store) unpaid(ctx context.Context) (rows []Suspension, err error) {
	err = s.db.Q(ctx).Where("reason = ? AND lifted_at IS NULL", NonPayment).Order("contract_id").Find(&rows).Error
	return rows, err
}

// endAfter gives after how many suspended days the contracts of a page end by their terms of a day; 0: never by themselves.
func (s store) endAfter(ctx context.Context, ids []string, day caldate.Date) (map[string]int, error) {
	var rows []DatedTerms
	if err := s.db.Q(ctx).Where("contract_id IN ? AND effective_from <= ?", ids, day).Order("effective_from").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]int{}
	for i := range rows {
		out[rows[i].ContractID] = rows[i].Terms.TerminateAfterSuspendedDays
	}
	return out, nil
}
