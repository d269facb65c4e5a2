package staff

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/authz"
	"sealgate/server/caldate"
)

// personRow is which parts one of a customer's people has. No row: nobody has divided them yet.
type personRow struct {
	UserID     string `gorm:"primaryKey"`
	CustomerID string
	Parts      string // joined by commas
	SetBy      string
	SetAt      caldate.Instant
}

func (personRow) TableName() string { return "customer_people" }

func (s store) saveParts(ctx context.Context, r personRow) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"parts", "set_by", "set_at"})}).Create(&r).Error
}

func (s store) partsOf(ctx context.Context, customerID string) (map[string]string, error) {
	var rows []personRow
	if err := s.db.Q(ctx).Where("customer_id = ?", customerID).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.UserID] = r.Parts
	}
	return out, nil
}

// withParts adds to the grants those that a customer's people have by their parts.
func (s store) withParts(ctx context.Context, grants []authz.Grant) ([]authz.Grant, error) {
	var rows []personRow
	if err := s.db.Q(ctx).Find(&rows).Error; err != nil {
		return nil, err
	}
	divided := make(map[string]string, len(rows))
	for _, r := range rows {
		divided[r.UserID] = r.Parts
	}
	for _, g := range grants[:len(grants):len(grants)] {
		if g.Role != string(CustomerRole) {
			continue
		}
		for _, p := range partsIn(divided, g.UserID) {
			grants = append(grants, authz.Grant{UserID: g.UserID, Role: p.Role()})
		}
	}
	return grants, nil
}

// ofCustomer reads the accounts of a customer within the actor's scope.
func (s store) ofCustomer(ctx context.Context, customerID string) ([]Account, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	var users []User
	if err := s.db.Q(ctx).Where("customer_id = ? AND customer_id <> ''", customerID).Where(cond, args...).Order("login").Limit(1000).Find(&users).Error; err != nil {
		return nil, err
	}
	return s.complete(ctx, users)
}

// strayParts finds people whose parts are kept under another customer than their own.
func (s store) strayParts(ctx context.Context) (out []string, err error) {
	return out, s.db.Q(ctx).Raw("SELECT p.user_id FROM customer_people p LEFT JOIN users u ON u.id = p.user_id WHERE u.id IS NULL OR u.customer_id IS NULL OR u.customer_id <> p.customer_id").Scan(&out).Error
}
