package apikey

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Freezes tells whether a customer's accounts are frozen; the corner's service is one. It stands above, so app wires it.
type Freezes interface {
	IsFrozen(ctx context.Context, customerID string) (bool, error)
}

// Service makes keys and checks calls.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	keys    *crypt.Keys
	store   store
	freezes Freezes
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, keys *crypt.Keys) *Service {
	return &Service{db: d, clock: c, trail: t, keys: keys, store: store{d}}
}

// Ask has the service ask f whether a customer is frozen before it makes a key.
func (s *Service) Ask(f Freezes) { s.freezes = f }

// newSecret has 256 bits.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return "sk_" + base64.RawURLEncoding.EncodeToString(b[:])
}

func secretContext(keyID string) string { return "sealgate api secret\x00" + keyID }

func (s *Service) seal(ctx context.Context, keyID, secret string) (string, error) {
	k, err := s.keys.Secrets(ctx)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(k.Seal([]byte(secret), secretContext(keyID))), nil
}

func (s *Service) open(ctx context.Context, keyID, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	k, err := s.keys.Secrets(ctx)
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", err
	}
	secret, err := k.Open(b, secretContext(keyID))
	return string(secret), err
}

// Create makes a key of a customer and gives its secret, which is told this once.
func (s *Service) Create(ctx context.Context, customerID string, w Wish) (*Key, string, error) {
	now := s.clock.RealInstant()
	w, err := w.check(now)
	if err != nil {
		return nil, "", err
	}
	who := actor.From(ctx)
	k := &Key{
		ID: "ak" + ids.New(), CustomerID: customerID, Name: w.Name, Scopes: w.Scopes, AllowFrom: w.AllowFrom, State: Active, ExpiresAt: w.ExpiresAt,
		Limits: DefaultLimits(), CreatedBy: who.UserID, CreatedAt: now, Version: 1,
	}
	secret := newSecret()
	if k.Sealed, err = s.seal(ctx, k.ID, secret); err != nil {
		return nil, "", err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.notFrozen(ctx, customerID); err != nil {
			return err
		}
		switch n, err := s.store.countLive(ctx, customerID); {
		case err != nil:
			return err
		case n >= maxKeys:
			return ErrTooMany
		}
		if err := s.store.insert(ctx, k); err != nil {
			return err
		}
		return s.record(ctx, k, "apikey.create", "", Active, "", map[string]any{"name": k.Name, "scopes": k.Scopes, "allow_from": k.AllowFrom, "expires_at": k.ExpiresAt.String()})
	})
	if err != nil {
		return nil, "", err
	}
	return k, secret, nil
}

func (s *Service) notFrozen(ctx context.Context, customerID string) error {
	if s.freezes == nil {
		return nil
	}
	frozen, err := s.freezes.IsFrozen(ctx, customerID)
	if err == nil && frozen {
		err = ErrLocked
	}
	return err
}

// Change replaces what the owner decides of a key: name, scopes, addresses, expiry.
func (s *Service) Change(ctx context.Context, id string, w Wish) (*Key, error) {
	w, err := w.check(s.clock.RealInstant())
	if err != nil {
		return nil, err
	}
	return s.act(ctx, id, func(ctx context.Context, k *Key) error {
		if k.State != Active {
			return ErrState.With("state", string(k.State))
		}
		k.Name, k.Scopes, k.AllowFrom, k.ExpiresAt = w.Name, w.Scopes, w.AllowFrom, w.ExpiresAt
		if err := s.store.update(ctx, k, Active, "Name", "Scopes", "AllowFrom", "ExpiresAt"); err != nil {
			return err
		}
		return s.record(ctx, k, "apikey.change", "", "", "", map[string]any{"name": k.Name, "scopes": k.Scopes, "allow_from": k.AllowFrom, "expires_at": k.ExpiresAt.String()})
	})
}

// SetLimits sets how many calls a key may make; the provider does so.
func (s *Service) SetLimits(ctx context.Context, id string, l Limits) (*Key, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	return s.act(ctx, id, func(ctx context.Context, k *Key) error {
		k.Limits = l
		if err := s.store.update(ctx, k, k.State, "ReadPerMinute", "ReadBurst", "SendPerMinute", "SendBurst"); err != nil {
			return err
		}
		return s.record(ctx, k, "apikey.limits", "", "", "", map[string]any{"read_per_minute": l.ReadPerMinute, "send_per_minute": l.SendPerMinute})
	})
}

// Rotate gives a key a new secret, told this once. The old one goes on for the overlap, so that programs can be changed
// one after the other; a second rotation ends it.
func (s *Service) Rotate(ctx context.Context, id string, overlap time.Duration) (*Key, string, error) {
	if overlap < 0 || overlap > maxOverlap {
		return nil, "", ErrInvalid.At("overlap_hours", "range", "旧密钥最多继续有效 30 天（720 小时）", "the old secret may go on for at most 30 days (720 hours)")
	}
	secret := newSecret()
	k, err := s.act(ctx, id, func(ctx context.Context, k *Key) (err error) {
		now := s.clock.RealInstant()
		if k.State != Active || k.Expired(now) {
			return ErrState.With("state", string(k.State))
		}
		if err := s.notFrozen(ctx, k.CustomerID); err != nil {
			return err
		}
		k.SealedBefore, k.BeforeUntil = k.Sealed, now.Add(overlap)
		if overlap == 0 {
			k.SealedBefore, k.BeforeUntil = "", caldate.Instant{}
		}
		if k.Sealed, err = s.seal(ctx, k.ID, secret); err != nil {
			return err
		}
		k.RotatedAt = now
		if err := s.store.update(ctx, k, Active, "Sealed", "SealedBefore", "BeforeUntil", "RotatedAt"); err != nil {
			return err
		}
		return s.record(ctx, k, "apikey.rotate", "", "", "", map[string]any{"overlap": overlap.String()})
	})
	if err != nil {
		return nil, "", err
	}
	return k, secret, nil
}

// Revoke ends a key at once and for good; its secrets are forgotten.
func (s *Service) Revoke(ctx context.Context, id, reason string) (*Key, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > 500 {
		return nil, ErrInvalid.At("reason", "too_long", "最多 500 个字", "at most 500 characters")
	}
	return s.act(ctx, id, func(ctx context.Context, k *Key) error {
		was := k.State
		if !MayGo(was, Revoked) {
			return ErrState.With("state", string(was))
		}
		k.State, k.RevokedAt, k.RevokedWhy = Revoked, s.clock.RealInstant(), reason
		k.Sealed, k.SealedBefore = "", ""
		if err := s.store.update(ctx, k, was, "State", "RevokedAt", "RevokedWhy", "Sealed", "SealedBefore"); err != nil {
			return err
		}
		return s.record(ctx, k, "apikey.revoke", was, Revoked, reason, nil)
	})
}

// FreezeAll stops all keys of a customer and UnfreezeAll lets those go on, in the transaction of the freeze.
func (s *Service) FreezeAll(ctx context.Context, customerID string) (int64, error) {
	return s.moveAll(ctx, customerID, Active, Frozen, "apikey.freeze")
}

// UnfreezeAll is told with FreezeAll.
func (s *Service) UnfreezeAll(ctx context.Context, customerID string) (int64, error) {
	return s.moveAll(ctx, customerID, Frozen, Active, "apikey.unfreeze")
}

func (s *Service) moveAll(ctx context.Context, customerID string, from, to State, action string) (n int64, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if n, err = s.store.moveAll(ctx, customerID, from, to); err != nil || n == 0 {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "customer", ObjectID: customerID, CustomerID: customerID, From: string(from), To: string(to), Detail: map[string]any{"keys": n}})
	})
	return n, err
}

// Get gives a key within the actor's scope.
func (s *Service) Get(ctx context.Context, id string) (*Key, error) { return s.store.byID(ctx, id) }

// List gives the keys within the actor's scope, of one customer where one is named, the newest first.
func (s *Service) List(ctx context.Context, customerID string) ([]Key, error) {
	return s.store.list(ctx, customerID)
}

func (s *Service) act(ctx context.Context, id string, do func(ctx context.Context, k *Key) error) (k *Key, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if k, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		return do(ctx, k)
	})
	if err != nil {
		return nil, err
	}
	return k, nil
}

func (s *Service) record(ctx context.Context, k *Key, action string, from, to State, reason string, detail map[string]any) error {
	if err := s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "api_key", ObjectID: k.ID, CustomerID: k.CustomerID, From: string(from), To: string(to), Reason: reason, Detail: detail,
	}); err != nil {
		return fmt.Errorf("record %s of %s: %w", action, k.ID, err)
	}
	return nil
}
