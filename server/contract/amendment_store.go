package contract

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"

	"sealgate/server/caldate"
	"sealgate/server/plan"
	"sealgate/server/platform/db"
)

// amendments gives all amendments of a contract, the first one first.
func (s store) amendments(ctx context.Context, contractID string) (rows []Amendment, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("created_at, id").Find(&rows).Error
	return rows, err
}

// allAmendments gives the amendments of all contracts, each contract's first one first.
func (s store) allAmendments(ctx context.Context) (rows []Amendment, err error) {
	err = s.db.Q(ctx).Order("contract_id, created_at, id").Find(&rows).Error
	return rows, err
}

func (s store) amendment(ctx context.Context, contractID, id string) (*Amendment, error) {
	return db.Take[Amendment](s.db.Q(ctx).Where("id = ? AND contract_id = ?", id, contractID), ErrNoAmendment)
}

func (s store) insertAmendment(ctx context.Context, a *Amendment) error {
	return s.db.Q(ctx).Create(a).Error
}

// moveAmendment changes the state of an amendment that is still in the one that was read; false: it is not.
func (s store) moveAmendment(ctx context.Context, a *Amendment, from AmendmentState) (bool, error) {
	res := s.db.Q(ctx).Model(&Amendment{}).Where("id = ? AND state = ?", a.ID, from).
		Select("state", "end_before", "terms_before", "terms_after", "document_id", "signed_on", "customer_signer", "provider_signer", "recorded_by", "recorded_at",
			"confirmed_by", "confirmed_at", "agreed_on", "agreed_at", "ended_by", "ended_at", "ended_reason", "replaced_by_id").Updates(a)
	return res.RowsAffected == 1, res.Error
}

// lastBilled is the last day of the latest month whose usage is locked, because it was billed; none: nothing was.
func (s store) lastBilled(ctx context.Context, contractID string) (caldate.Date, error) {
	var months []caldate.Month
	err := s.db.Q(ctx).Table("usage_months").Where("contract_id = ? AND locked_on IS NOT NULL", contractID).Order("month DESC").Limit(1).Pluck("month", &months).Error
	if err != nil || len(months) == 0 {
		return caldate.Date{}, err
	}
	return months[0].Last(), nil
}

// putRows makes the dated terms of a contract what they are to be: rows of days that are gone are deleted, others written.
func (s store) putRows(ctx context.Context, was, is []DatedTerms) error {
	old := map[caldate.Date]DatedTerms{}
	for _, r := range was {
		old[r.EffectiveFrom] = r
	}
	for _, r := range is {
		o, ok := old[r.EffectiveFrom]
		delete(old, r.EffectiveFrom)
		switch {
		case !ok:
			if err := s.putTerms(ctx, &r); err != nil {
				return err
			}
		case !sameRow(o, r):
			r.ID = o.ID
			if err := s.db.Q(ctx).Save(&r).Error; err != nil {
				return err
			}
		}
	}
	for _, o := range old {
		if err := s.db.Q(ctx).Where("id = ?", o.ID).Delete(&DatedTerms{}).Error; err != nil {
			return err
		}
	}
	return nil
}

func sameRow(a, b DatedTerms) bool {
	x, _ := json.Marshal(a.Base)
	y, _ := json.Marshal(b.Base)
	return a.Source == b.Source && a.AgreedOn == b.AgreedOn && string(x) == string(y) && plan.Same(a.Terms, b.Terms)
}

// effective gives the agreed amendments that begin to hold on a day.
func (s store) effective(ctx context.Context, day caldate.Date) (rows []Amendment, err error) {
	err = s.db.Q(ctx).Where("state = ? AND effective_from = ?", AmendmentAgreed, day).Order("contract_id, agreed_at").Find(&rows).Error
	return rows, err
}

// announced gives the prices that were announced for a day that has come and are not answered.
func (s store) announced(ctx context.Context, day caldate.Date) (rows []Amendment, err error) {
	err = s.db.Q(ctx).Where("kind = ? AND state = ? AND effective_from <= ?", KindPriceChange, AmendmentDraft, day).Order("effective_from, id").Find(&rows).Error
	return rows, err
}

// unsigned gives the plan changes that wait for signatures and whose day has come.
func (s store) unsigned(ctx context.Context, day caldate.Date) (rows []Amendment, err error) {
	err = s.db.Q(ctx).Where("kind = ? AND state IN ? AND effective_from <= ?", KindPlanChange, []AmendmentState{AmendmentDraft, AmendmentSigned}, day).Order("effective_from, id").Find(&rows).Error
	return rows, err
}

// told says whether the customer's people read the notice of an announced price before its day, or their mail server took it.
func (s store) told(ctx context.Context, c *Contract, a *Amendment) (Proof, error) {
	sent := s.db.Q(ctx).Table("notices n").Where("n.kind = 'price_announced' AND n.object_type = 'contract' AND n.object_id = ? AND n.to_customer = ? AND n.at >= ?", c.ID, c.CustomerID, a.CreatedAt)
	var n int64
	before := caldate.InstantOf(a.EffectiveFrom.Start())
	err := sent.Session(&gorm.Session{}).Where("EXISTS (SELECT 1 FROM notice_reads r WHERE r.notice_id = n.id AND r.read_at < ?)", before).Count(&n).Error
	if err != nil || n > 0 {
		return ProofRead, err
	}
	err = sent.Session(&gorm.Session{}).Where("EXISTS (SELECT 1 FROM mails m WHERE m.notice_id = n.id AND m.state = 'sent')").Count(&n).Error
	if err != nil || n > 0 {
		return ProofMail, err
	}
	return NoProof, nil
}

type stepRow struct {
	ContractID string `gorm:"primaryKey"`
	Step       string `gorm:"primaryKey"`
	OnDate     caldate.Date
	TakenAt    caldate.Instant
}

func (stepRow) TableName() string { return "contract_steps" }

// step notes that something was done about a contract; false: it was done before.
func (s store) step(ctx context.Context, contractID, step string, on caldate.Date, at caldate.Instant) (bool, error) {
	var n int64
	if err := s.db.Q(ctx).Model(&stepRow{}).Where("contract_id = ? AND step = ?", contractID, step).Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	err := s.db.Q(ctx).Create(&stepRow{contractID, step, on, at}).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

// What was done about the term that ends on a day.
const (
	stepRenewal   = "renewal:"
	stepObjection = "objection:"
)

const notReminded = "NOT EXISTS (SELECT 1 FROM contract_steps s WHERE s.contract_id = contracts.id AND s.step = REPLACE(?, '*', contracts.end_date))"

// renewing gives the ids of contracts in force whose agreed end lies in [from, to], that are not being terminated and whose
// people were not reminded of that end.
func (s store) renewing(ctx context.Context, from, to caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Contract{}).Where("state IN ? AND end_date >= ? AND end_date <= ? AND ends_on IS NULL", []State{Active, Suspended}, from, to).
		Where(notReminded, stepRenewal+"*").Order("number").Pluck("id", &ids).Error
	return ids, err
}

// objecting gives the ids of contracts in force whose last day of an objection lies in [from, to], to which nobody has
// objected and whose people were not reminded of it.
func (s store) objecting(ctx context.Context, from, to caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Contract{}).Where("state IN ? AND object_until >= ? AND object_until <= ? AND ends_on IS NULL AND objected_by = ''", []State{Active, Suspended}, from, to).
		Where(notReminded, stepObjection+"*").Order("number").Pluck("id", &ids).Error
	return ids, err
}
