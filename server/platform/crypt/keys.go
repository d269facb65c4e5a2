// Package crypt keeps the keys: a master key in a file apart from the database, data keys per customer and month that
// it wraps, and the provider's key for phone numbers. It seals bytes and streams.
package crypt

import (
	"context"
	"fmt"
	"sync"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// The purposes of data keys.
const (
	purposeData  = "data"  // a customer's chunks and files of one month
	purposePhone = "phone" // HMAC of phone numbers in rows; one for the whole provider, for ever
	// purposeSecret seals what has to be known in clear again: secrets that calls are signed with. One for the whole provider:
	// those of a month would be gone while the secret is still in use.
	purposeSecret = "secret"
)

// Row is a data key as stored: wrapped under the master key.
type Row struct {
	ID          string `gorm:"primaryKey"`
	Purpose     string
	CustomerID  string // "" for the provider's own
	Month       string // "2026-10", business clock; "" for the provider's own
	MasterID    string
	Wrapped     string // base64 of nonce and AES-256-GCM; "" once destroyed
	CreatedAt   caldate.Instant
	DestroyedAt caldate.Instant
}

// TableName is data_keys.
func (Row) TableName() string { return "data_keys" }

func (r Row) context() string {
	return "sealgate data key\x00" + r.ID + "\x00" + r.Purpose + "\x00" + r.CustomerID + "\x00" + r.Month
}

// Keys gives data keys, made when first asked for.
type Keys struct {
	db     *db.DB
	clock  clock.Clock
	master *Master
	store  store
	opened sync.Map // id → *Key; keys never change
}

// New makes the keys over a database and a master key.
func New(d *db.DB, c clock.Clock, m *Master) *Keys {
	return &Keys{db: d, clock: c, master: m, store: store{d}}
}

// For gives the data key of a customer and month, a new one where there is none yet.
func (k *Keys) For(ctx context.Context, customerID string, month caldate.Month) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeData, CustomerID: customerID, Month: month.String()})
}

// PhoneHasher gives a hasher of phone numbers under the provider's key, for one goroutine.
func (k *Keys) PhoneHasher(ctx context.Context) (*PhoneHasher, error) {
	key, err := k.ensure(ctx, Row{Purpose: purposePhone})
	if err != nil {
		return nil, err
	}
	return newPhoneHasher(key.secret), nil
}

// Secrets gives the provider's key for secrets that calls are signed with.
func (k *Keys) Secrets(ctx context.Context) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeSecret})
}

// ByID gives the data key that something was sealed with.
func (k *Keys) ByID(ctx context.Context, id string) (*Key, error) {
	if key, ok := k.opened.Load(id); ok {
		return key.(*Key), nil
	}
	row, err := k.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, ErrDamaged.Because(fmt.Errorf("no data key %q", id))
	}
	return k.unwrap(*row)
}

// Check opens one stored key, so that a server with the wrong master key stops at its start and not in the middle of a
// batch.
func (k *Keys) Check(ctx context.Context) error {
	row, err := k.store.anyKey(ctx)
	if err != nil || row == nil {
		return err
	}
	_, err = k.unwrap(*row)
	return err
}

func (k *Keys) ensure(ctx context.Context, want Row) (*Key, error) {
	row, err := k.store.find(ctx, want)
	if err != nil {
		return nil, err
	}
	if row != nil {
		return k.unwrap(*row)
	}
	want.ID, want.MasterID, want.CreatedAt = ids.New(), k.master.id, k.clock.Instant()
	secret := random(keySize)
	nonce := random(k.master.aead.NonceSize())
	want.Wrapped = encode(k.master.aead.Seal(nonce, nonce, secret, []byte(want.context())))
	// Of two servers that make the same key at once the unique index lets one win; both then read the winner's.
	err = k.db.Run(ctx, func(ctx context.Context) error { return k.store.insertUnlessThere(ctx, want) })
	if err != nil {
		return nil, err
	}
	if row, err = k.store.find(ctx, want); err != nil {
		return nil, err
	}
	if row == nil {
		return nil, fmt.Errorf("data key of %q %s was not stored", want.CustomerID, want.Month)
	}
	return k.unwrap(*row)
}

func (k *Keys) unwrap(r Row) (*Key, error) {
	if key, ok := k.opened.Load(r.ID); ok {
		return key.(*Key), nil
	}
	if r.Wrapped == "" {
		return nil, ErrKeyGone.With("key", r.ID)
	}
	if r.MasterID != k.master.id {
		return nil, ErrWrongMaster.With("wrapped_by", r.MasterID).With("at_hand", k.master.id)
	}
	b, err := decode(r.Wrapped)
	n := k.master.aead.NonceSize()
	if err != nil || len(b) < n {
		return nil, ErrDamaged.Because(fmt.Errorf("data key %s is not whole: %w", r.ID, err))
	}
	secret, err := k.master.aead.Open(nil, b[:n], b[n:], []byte(r.context()))
	if err != nil {
		return nil, ErrDamaged.Because(fmt.Errorf("data key %s: %w", r.ID, err))
	}
	key, err := newKey(r.ID, secret)
	if err != nil {
		return nil, err
	}
	actual, _ := k.opened.LoadOrStore(r.ID, key)
	return actual.(*Key), nil
}
