package recipient

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// member is a number of a consent.
type member struct {
	ConsentID   string `gorm:"primaryKey"`
	PhoneHash   string `gorm:"primaryKey"`
	AddedAt     caldate.Instant
	WithdrawnAt caldate.Instant
	Source      string // of the last change: import, or what the withdrawal came from
}

// TableName is recipient_consent_members.
func (member) TableName() string { return "recipient_consent_members" }

func (s store) insertConsent(ctx context.Context, c *Consent) error {
	return s.db.Q(ctx).Create(c).Error
}

// consent reads a proof within the actor's scope, locked where it is going to be changed; nil where there is none.
func (s store) consent(ctx context.Context, id string, lock bool) (*Consent, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	q := s.db.Q(ctx)
	if lock {
		q = s.db.ForUpdate(q)
	}
	return db.Take[Consent](q.Where("id = ?", id).Where(condition, args...), nil)
}

func (s store) consents(ctx context.Context, q ConsentQuery, hash string, limit int) ([]Consent, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	query := s.db.Q(ctx).Where(condition, args...)
	if q.CustomerID != "" {
		query = query.Where("customer_id = ?", q.CustomerID)
	}
	if q.State != "" {
		query = query.Where("state = ?", q.State)
	}
	if hash != "" {
		query = query.Where("id IN (SELECT consent_id FROM recipient_consent_members WHERE phone_hash = ?)", hash)
	}
	if q.Cursor != "" {
		query = query.Where("id < ?", q.Cursor)
	}
	var out []Consent
	return out, query.Order("id DESC").Limit(limit).Find(&out).Error
}

// updateConsent writes a proof that is still as it was read.
func (s store) updateConsent(ctx context.Context, c *Consent, from ConsentState, version int64) (bool, error) {
	c.Version = version + 1
	res := s.db.Q(ctx).Model(&Consent{}).Where("id = ? AND state = ? AND version = ?", c.ID, from, version).
		Select("State", "Reason", "DocumentID", "MemberCount", "BadCount", "FileName", "FileSHA256", "VerifiedAt", "VerifiedBy", "VerifiedName", "EndedAt", "PurgedAt", "Version").
		Updates(c)
	return res.RowsAffected == 1, res.Error
}

// addMembers adds numbers; those that are there stay as they are.
func (s store) addMembers(ctx context.Context, members []member) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(members, 500).Error
}

func (s store) countMembers(ctx context.Context, consentID string) (int64, error) {
	var n int64
	return n, s.db.Q(ctx).Model(&member{}).Where("consent_id = ?", consentID).Count(&n).Error
}

func (s store) dropMembers(ctx context.Context, consentID string) error {
	return s.db.Q(ctx).Where("consent_id = ?", consentID).Delete(&member{}).Error
}

// withdrawMembers marks a number in the customer's proofs, or in all where no customer is named.
func (s store) withdrawMembers(ctx context.Context, hash, customerID string, at caldate.Instant, source string) error {
	q := s.db.Q(ctx).Model(&member{}).Where("phone_hash = ? AND withdrawn_at IS NULL", hash)
	if customerID != "" {
		q = q.Where("consent_id IN (SELECT id FROM recipient_consents WHERE customer_id = ?)", customerID)
	}
	return q.Updates(map[string]any{"withdrawn_at": at, "source": source}).Error
}

func (s store) liveConsents(ctx context.Context, customerID string) ([]Consent, error) {
	var out []Consent
	return out, s.db.Q(ctx).Where("customer_id = ? AND state = ?", customerID, ConsentLive).Order("id").Find(&out).Error
}

// eachMember gives the numbers among hashes that stand in one of the consents and were not taken back.
func (s store) eachMember(ctx context.Context, consentIDs, hashes []string, use func(consentID, hash string)) error {
	for len(hashes) > 0 {
		n := min(page, len(hashes))
		var rows []member
		err := s.db.Q(ctx).Select("consent_id, phone_hash").Where("consent_id IN ? AND phone_hash IN ? AND withdrawn_at IS NULL", consentIDs, hashes[:n]).Find(&rows).Error
		if err != nil {
			return err
		}
		for _, r := range rows {
			use(r.ConsentID, r.PhoneHash)
		}
		hashes = hashes[n:]
	}
	return nil
}

// consentCustomers are the customers who have proofs with numbers in them.
func (s store) consentCustomers(ctx context.Context) ([]string, error) {
	var out []string
	return out, s.db.Q(ctx).Model(&Consent{}).Where("purged_at IS NULL").Distinct("customer_id").Order("customer_id").Pluck("customer_id", &out).Error
}

func (s store) unpurged(ctx context.Context, customerID string) ([]string, error) {
	var out []string
	return out, s.db.Q(ctx).Model(&Consent{}).Where("customer_id = ? AND purged_at IS NULL", customerID).Order("id").Pluck("id", &out).Error
}

func (s store) allConsents(ctx context.Context) ([]Consent, error) {
	var out []Consent
	return out, s.db.Q(ctx).Order("number").Find(&out).Error
}
