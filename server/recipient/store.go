package recipient

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) insertUnlessThere(ctx context.Context, b Block) (bool, error) {
	// Not "do nothing where it is there": MySQL counts such a row as one that was written.
	err := s.db.Q(ctx).Create(&b).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

// liveBlock gives the entry that holds for a number, a customer ("" for all) and a kind, whatever the signature.
func (s store) liveBlock(ctx context.Context, hash, customerID string, kind Kind) (*Block, error) {
	return db.Take[Block](s.db.ForUpdate(s.db.Q(ctx)).Where("phone_hash = ? AND customer_id = ? AND kind = ? AND lifted_at IS NULL", hash, customerID, kind).
		Order("live_mark").Limit(1), nil)
}

// blockByID reads an entry that the actor may change: her customers' own, and those for everybody where she sees all.
func (s store) blockByID(ctx context.Context, id string) (*Block, error) {
	condition, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Block](s.db.ForUpdate(s.db.Q(ctx)).Where("id = ?", id).Where(condition, args...), nil)
}

func (s store) lift(ctx context.Context, b *Block, at caldate.Instant, by, reason string) (bool, error) {
	res := s.db.Q(ctx).Model(&Block{}).Where("id = ? AND live_mark = ?", b.ID, b.LiveMark).
		Updates(map[string]any{"lifted_at": at, "lifted_by": by, "lift_reason": reason, "live_mark": b.ID})
	return res.RowsAffected == 1, res.Error
}

// page is how many hashes one query takes.
const page = 1000

// blocked looks at entries for everybody and for the customer, and at those for the signature where one is named.
func (s store) blocked(ctx context.Context, customerID, signatureID string, hashes []string) (map[string]Kind, error) {
	out := map[string]Kind{}
	marks := []string{""}
	if signatureID != "" {
		marks = append(marks, liveMark(signatureID))
	}
	var any []string // most customers have no entry at all: one look instead of one for every thousand numbers
	if err := s.db.Q(ctx).Model(&Block{}).Where("customer_id IN ? AND live_mark IN ?", []string{customerID, ""}, marks).Limit(1).Pluck("id", &any).Error; err != nil || len(any) == 0 {
		return out, err
	}
	for len(hashes) > 0 {
		n := min(page, len(hashes))
		var rows []Block
		err := s.db.Q(ctx).Select("phone_hash, kind").
			Where("phone_hash IN ? AND customer_id IN ? AND live_mark IN ?", hashes[:n], []string{customerID, ""}, marks).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if out[r.PhoneHash] != Blacklist {
				out[r.PhoneHash] = r.Kind
			}
		}
		hashes = hashes[n:]
	}
	return out, nil
}

func (s store) blockedSince(ctx context.Context, customerID string, hashes []string) (map[string]caldate.Instant, error) {
	out := map[string]caldate.Instant{}
	for len(hashes) > 0 {
		n := min(page, len(hashes))
		var rows []Block
		err := s.db.Q(ctx).Select("phone_hash, created_at").
			Where("phone_hash IN ? AND customer_id IN ? AND live_mark = ''", hashes[:n], []string{customerID, ""}).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if at, ok := out[r.PhoneHash]; !ok || r.CreatedAt.Before(at) {
				out[r.PhoneHash] = r.CreatedAt
			}
		}
		hashes = hashes[n:]
	}
	return out, nil
}
