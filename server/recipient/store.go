package recipient

import (
	"context"

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

func (s store) lift(ctx context.Context, hash, customerID string, kind Kind, at caldate.Instant, by string) (string, error) {
	var b Block
	err := s.db.ForUpdate(s.db.Q(ctx)).Where("phone_hash = ? AND customer_id = ? AND kind = ? AND live_mark = ''", hash, customerID, kind).Take(&b).Error
	if db.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = s.db.Q(ctx).Model(&Block{}).Where("id = ? AND live_mark = ''", b.ID).
		Updates(map[string]any{"lifted_at": at, "lifted_by": by, "live_mark": b.ID}).Error
	return b.ID, err
}

// page is how many hashes one query takes.
const page = 1000

func (s store) blocked(ctx context.Context, customerID string, hashes []string) (map[string]Kind, error) {
	out := map[string]Kind{}
	var any []string // most customers have no entry at all: one look instead of one for every thousand numbers
	if err := s.db.Q(ctx).Model(&Block{}).Where("customer_id IN ? AND live_mark = ''", []string{customerID, ""}).Limit(1).Pluck("id", &any).Error; err != nil || len(any) == 0 {
		return out, err
	}
	for len(hashes) > 0 {
		n := min(page, len(hashes))
		var rows []Block
		err := s.db.Q(ctx).Select("phone_hash, kind").
			Where("phone_hash IN ? AND customer_id IN ? AND live_mark = ''", hashes[:n], []string{customerID, ""}).Find(&rows).Error
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
