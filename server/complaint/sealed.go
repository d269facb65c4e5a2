package complaint

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"sealgate/server/platform/crypt"
	"sealgate/server/recipient"
)

// words are what is personal in a complaint.
type words struct {
	Phone string `json:"phone"`
	Text  string `json:"text"`
}

func sealContext(id string) string { return "sealgate complaint\x00" + id }

// seal puts number and words of the recipient under the provider's key of the month.
func (s *Service) seal(ctx context.Context, c *Complaint, phone string) error {
	h, err := s.Keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	key, err := s.Keys.For(ctx, "", s.clock.Today().MonthOf())
	if err != nil {
		return err
	}
	plain, err := json.Marshal(words{phone, c.Text})
	if err != nil {
		return err
	}
	c.PhoneHash, c.DataKeyID = h.Hash(phone), key.ID
	c.Sealed = base64.StdEncoding.EncodeToString(key.Seal(plain, sealContext(c.ID)))
	return nil
}

// open gives them back; crypt.ErrKeyGone once they were purged.
func (s *Service) open(ctx context.Context, c *Complaint) (phone, text string, err error) {
	key, err := s.Keys.ByID(ctx, c.DataKeyID)
	if err != nil {
		return "", "", err
	}
	b, err := base64.StdEncoding.DecodeString(c.Sealed)
	if err != nil {
		return "", "", fmt.Errorf("complaint %s: %w", c.Number, err)
	}
	plain, err := key.Open(b, sealContext(c.ID))
	if err != nil {
		return "", "", fmt.Errorf("complaint %s: %w", c.Number, err)
	}
	var w words
	err = json.Unmarshal(plain, &w)
	return w.Phone, w.Text, err
}

// show fills in what people see: the number masked, the words. What was purged stays empty.
func (s *Service) show(ctx context.Context, c *Complaint) error {
	phone, text, err := s.open(ctx, c)
	if errors.Is(err, crypt.ErrKeyGone) {
		return nil
	}
	c.PhoneMasked, c.Text = recipient.Mask(phone), text
	return err
}
