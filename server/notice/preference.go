package notice

import (
	"context"
	"maps"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/trail"
	"sealgate/templates"
)

// Preference says by which ways a customer wants the optional notices of a kind besides the inbox. Notices that the contract
// or the law asks for know no preference.
type Preference struct {
	CustomerID string `gorm:"primaryKey"`
	Kind       string `gorm:"primaryKey"`
	Mail       bool
	Message    bool
	SetBy      string
	SetAt      caldate.Instant
}

// TableName is notice_preferences.
func (Preference) TableName() string { return "notice_preferences" }

// Ways are the ways of a kind, as a customer has them.
type Ways struct {
	Kind          string
	Title         templates.Languages // with its blanks
	Optional      bool
	Mail, Message bool // goes by that way now
	CanMail       bool // could
	CanMessage    bool
}

// Wants tells whether a customer wants the e-mails and the messages of a kind.
func (s *Service) Wants(ctx context.Context, customerID, kind string) (mail, message bool, err error) {
	if !s.texts[kind].Optional {
		return true, true, nil
	}
	p, err := s.store.preference(ctx, customerID, kind)
	if err != nil || p == nil {
		return true, true, err
	}
	return p.Mail, p.Message, nil
}

// WaysOf lists the kinds that can go to a customer by e-mail or message, and by which of these they go.
func (s *Service) WaysOf(ctx context.Context, customerID string) ([]Ways, error) {
	set, err := s.store.preferences(ctx, customerID)
	if err != nil {
		return nil, err
	}
	var out []Ways
	for _, kind := range slices.Sorted(maps.Keys(s.texts)) {
		t := s.texts[kind]
		if !t.Mail && !t.Message {
			continue
		}
		w := Ways{Kind: kind, Title: t.Title, Optional: t.Optional, Mail: t.Mail, Message: t.Message, CanMail: t.Mail, CanMessage: t.Message}
		if p, ok := set[kind]; ok && t.Optional {
			w.Mail, w.Message = t.Mail && p.Mail, t.Message && p.Message
		}
		out = append(out, w)
	}
	return out, nil
}

// Prefer sets by which ways a customer wants an optional kind. Errors: ErrKind for an unknown one, ErrOwed for one that the
// contract or the law asks for.
func (s *Service) Prefer(ctx context.Context, customerID, kind string, mail, message bool) error {
	t, ok := s.texts[kind]
	switch {
	case !ok:
		return ErrNotFound
	case !t.Optional:
		return ErrOwed
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.prefer(ctx, Preference{customerID, kind, mail, message, actor.From(ctx).UserID, s.clock.Instant()}); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "notice.prefer", ObjectType: "customer", ObjectID: customerID, CustomerID: customerID,
			Detail: map[string]any{"kind": kind, "mail": mail, "message": message}})
	})
}
