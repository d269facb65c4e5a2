package apikey

import (
	"context"
	"errors"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// touchEvery is how exactly the last use of a key is known.
const touchEvery = time.Minute

// nobodysSecret is compared for unknown keys, so that they take as long as known ones.
const nobodysSecret = "sk_of_nobody_0000000000000000000000000000000"

// Authenticate checks a signed call and gives its key. What a stranger may learn comes first: form and clock; then the
// signature, and only who signed rightly hears that the key is revoked, frozen, expired or used from elsewhere. A call that
// passes has used up its nonce and one of its key's calls, in every server.
func (s *Service) Authenticate(ctx context.Context, c Call) (*Key, error) {
	now := s.clock.RealInstant()
	if err := c.check(now.Time()); err != nil {
		return nil, err
	}
	k, err := s.store.any(ctx, c.KeyID)
	if err != nil {
		return nil, err
	}
	if err := s.checkSignature(ctx, k, c, now); err != nil {
		return nil, err
	}
	switch {
	case k.State == Frozen:
		return nil, ErrFrozen
	case k.Expired(now):
		return nil, ErrExpired
	case !k.Admits(c.IP):
		return nil, ErrAddress.With("address", c.IP)
	}
	return k, s.admit(ctx, k, c, now)
}

// checkSignature compares with the secret and, during an overlap, with the one before. A revoked key has no secret any
// more: whoever names it hears that it is revoked, which tells nothing that could be used.
func (s *Service) checkSignature(ctx context.Context, k *Key, c Call, now caldate.Instant) error {
	if k == nil {
		_ = c.signedWith(nobodysSecret)
		return ErrSignature
	}
	if k.State == Revoked {
		return ErrRevoked
	}
	sealed := []string{k.Sealed}
	if now.Before(k.BeforeUntil) {
		sealed = append(sealed, k.SealedBefore)
	}
	for _, x := range sealed {
		secret, err := s.open(ctx, k.ID, x)
		if err != nil {
			return err
		}
		if c.signedWith(secret) {
			return nil
		}
	}
	return ErrSignature
}

// admit takes one call from the bucket and writes the nonce down, in one transaction that no replay and no second server
// can pass at the same time. A call that is refused for its rate leaves its nonce unused.
func (s *Service) admit(ctx context.Context, k *Key, c Call, now caldate.Instant) error {
	kind, perMinute, burst := "read", k.ReadPerMinute, k.ReadBurst
	if c.Sending {
		kind, perMinute, burst = "send", k.SendPerMinute, k.SendBurst
	}
	var wait time.Duration
	err := s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.store.bucket(ctx, k.ID, kind, burst, now.Ms())
		if err != nil {
			return err
		}
		if b, wait = b.take(now.Ms(), perMinute, burst); wait > 0 {
			return nil
		}
		if err := s.store.keepNonce(ctx, nonceRow{k.ID, c.Nonce, now.Add(keepNonces)}); err != nil {
			if db.IsDuplicate(err) {
				return ErrReplay
			}
			return err
		}
		if now.Sub(k.LastUsedAt) >= touchEvery {
			if err := s.store.touch(ctx, k.ID, cut(c.IP, 64), now); err != nil {
				return err
			}
		}
		return s.store.saveBucket(ctx, k.ID, kind, b)
	})
	switch {
	case err != nil:
		return err
	case wait > 0:
		seconds := int64((wait + time.Second - 1) / time.Second)
		return ErrRate.With("retry_after_seconds", seconds).With("per_minute", perMinute).With("burst", burst)
	}
	return nil
}

// Actor is who acts when a key is used: no person, with the customer's own data in sight.
func (k *Key) Actor() actor.Actor {
	return actor.Actor{UserID: k.ID, Login: "api:" + k.ID, Name: "API · " + k.Name, Roles: []string{"api"}, CustomerID: k.CustomerID, Scope: actor.Scope{CustomerID: k.CustomerID}}
}

// Submitted gives the batch that came of an earlier call with the same reference, "" where there was none; another
// content under the same reference is ErrReference.
func (s *Service) Submitted(ctx context.Context, keyID, reference, hash string) (batchID string, err error) {
	r, err := s.store.submission(ctx, keyID, reference)
	switch {
	case err != nil || r == nil:
		return "", err
	case r.Hash != hash:
		return "", ErrReference
	}
	return r.BatchID, nil
}

// errRaced is two calls with one reference at once; the later one looks again.
var errRaced = errors.New("apikey: the reference was taken a moment ago")

// SubmitOnce runs make once for each key and reference and notes the batch that it made, in one transaction. After a kill
// the same call finds its batch again instead of making a second one.
func (s *Service) SubmitOnce(ctx context.Context, keyID, reference, hash string, make func(ctx context.Context) (batchID string, err error)) (batchID string, err error) {
	if batchID, err = s.Submitted(ctx, keyID, reference, hash); err != nil || batchID != "" {
		return batchID, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if batchID, err = make(ctx); err != nil {
			return err
		}
		err := s.store.keepSubmission(ctx, submission{keyID, reference, hash, batchID, s.clock.RealInstant()})
		if db.IsDuplicate(err) {
			return errRaced
		}
		return err
	})
	if errors.Is(err, errRaced) {
		return s.Submitted(ctx, keyID, reference, hash)
	}
	return batchID, err
}

// Purge forgets nonces whose calls would be too old anyway.
func (s *Service) Purge(ctx context.Context) error {
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.purgeNonces(ctx, s.clock.RealInstant()) })
}
