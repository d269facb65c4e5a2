package esign

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// key gives a signer's newest key in the name of an organisation that is valid at a moment; nil where there is none.
func (s store) key(ctx context.Context, who Signer, at caldate.Instant) (*Key, error) {
	var ks []Key
	err := s.db.Q(ctx).Where("user_id = ? AND organisation = ? AND name = ? AND ends_at > ?", who.UserID, who.Organisation, who.Name, at).Order("id").Limit(1).Find(&ks).Error
	if err != nil || len(ks) == 0 {
		return nil, err
	}
	return &ks[0], nil
}

func (s store) insertKey(ctx context.Context, k *Key) error { return s.db.Q(ctx).Create(k).Error }

func (s store) roots(ctx context.Context) (certificates []string, err error) {
	err = s.db.Q(ctx).Model(&Key{}).Where("user_id = ?", rootUser).Order("id").Pluck("certificate", &certificates).Error
	return certificates, err
}

func (s store) insert(ctx context.Context, x *Signature) error { return s.db.Q(ctx).Create(x).Error }

func (s store) byID(ctx context.Context, id string) (*Signature, error) {
	var x Signature
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err := s.db.Q(ctx).Where("id = ?", id).Where(cond, args...).Take(&x).Error
	if db.IsNotFound(err) {
		return nil, ErrNotFound
	}
	return &x, err
}

func (s store) of(ctx context.Context, contractID string) (rows []Signature, err error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Where(cond, args...).Order("id").Find(&rows).Error
	return rows, err
}

func (s store) all(ctx context.Context) (rows []Signature, err error) {
	err = s.db.Q(ctx).Order("id").Find(&rows).Error
	return rows, err
}
