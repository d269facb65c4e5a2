// Package crypt keeps the keys: a master key in a file apart from the database, data keys per customer and month that it
// wraps and that lie apart from the database too, and the provider's own keys. It seals bytes and streams.
package crypt

import (
	"context"
	"fmt"
	"sync"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
)

// The purposes of data keys.
const (
	purposeData   = "data"   // a customer's chunks and files of one month
	purposePhone  = "phone"  // HMAC of phone numbers in rows; one for the whole provider, for ever
	purposeSecret = "secret" // secrets that calls are signed with (API keys, webhooks); one for the whole provider, for ever
	purposeFind   = "find"   // sorted runs; one for the whole provider, for ever
	purposeBackup = "backup" // backups of the database
	purposeOne    = "one"    // one thing that is to end by itself: an export of a disclosure
)

// Row is a data key as the database knows it. The wrapped key itself lies in the vault (vault.go), so that a backup of the
// database holds no key: what was destroyed does not come back with it.
type Row struct {
	ID            string `gorm:"primaryKey"`
	Purpose       string
	CustomerID    string          // "" for the provider's own
	Month         string          // "2026-10", business clock; "" for the provider's own
	MasterID      string          // which master key wrapped it when it was made
	Wrapped       string          // base64 of nonce and AES-256-GCM; "" where it lies in the vault, and once destroyed
	CreatedAt     caldate.Instant // business clock, like DestroyedAt
	DestroyedAt   caldate.Instant
	DestroyedRule string // why: see retention
}

// TableName is data_keys.
func (Row) TableName() string { return "data_keys" }

// Destroyed tells whether nothing can be opened with the key any more.
func (r Row) Destroyed() bool { return !r.DestroyedAt.IsZero() }

func (r Row) context() string {
	return "sealgate data key\x00" + r.ID + "\x00" + r.Purpose + "\x00" + r.CustomerID + "\x00" + r.Month
}

// believeFor is how long an opened key is used without asking whether it has been destroyed meanwhile, by another server
// perhaps: on the machine's clock.
const believeFor = 10 * time.Second

// opened is a key in memory.
type opened struct {
	key   *Key
	asked time.Time
}

// Keys gives data keys, made when first asked for.
type Keys struct {
	db     *db.DB
	clock  clock.Clock
	master *Master
	store  store
	opened sync.Map // id → opened
}

// New makes the keys over a database and a master key.
func New(d *db.DB, c clock.Clock, m *Master) *Keys {
	return &Keys{db: d, clock: c, master: m, store: store{d}}
}

// For gives the data key of a customer and month, a new one where there is none yet.
func (k *Keys) For(ctx context.Context, customerID string, month caldate.Month) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeData, CustomerID: customerID, Month: month.String()})
}

// ForOne gives the key of one thing by its id, which can be destroyed without anything else: a new one where there is none.
func (k *Keys) ForOne(ctx context.Context, id string) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeOne, CustomerID: id})
}

// Finder gives the key under which the provider's sorted runs are sealed.
func (k *Keys) Finder(ctx context.Context) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeFind})
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

// ByID gives the data key that something was sealed with; ErrKeyGone, with the day and the rule, once it was destroyed.
func (k *Keys) ByID(ctx context.Context, id string) (*Key, error) {
	if key := k.believed(id); key != nil {
		return key, nil
	}
	row, err := k.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, ErrDamaged.Because(fmt.Errorf("no data key %q", id))
	}
	return k.open(ctx, *row)
}

// Check opens one stored key, so that a server with the wrong master key stops at its start and not in the middle of a
// batch.
func (k *Keys) Check(ctx context.Context) error {
	row, err := k.store.anyKey(ctx)
	if err != nil || row == nil {
		return err
	}
	_, err = k.open(ctx, *row)
	return err
}

// Of tells what became of a data key, nil where there is none of the id.
func (k *Keys) Of(ctx context.Context, id string) (*Row, error) { return k.store.byID(ctx, id) }

// Customers lists the data keys of customers, the oldest month first.
func (k *Keys) Customers(ctx context.Context) ([]Row, error) { return k.store.customers(ctx) }

// believed gives an opened key that was asked about a moment ago.
func (k *Keys) believed(id string) *Key {
	v, ok := k.opened.Load(id)
	if !ok {
		return nil
	}
	o := v.(opened)
	if k.clock.Real().Sub(o.asked).Abs() > believeFor {
		return nil
	}
	return o.key
}

func (k *Keys) ensure(ctx context.Context, want Row) (*Key, error) {
	row, err := k.store.find(ctx, want)
	if err != nil {
		return nil, err
	}
	if row != nil {
		if key := k.believed(row.ID); key != nil && !row.Destroyed() {
			return key, nil
		}
		return k.open(ctx, *row)
	}
	if err := k.master.reload(); err != nil { // new keys are wrapped by the newest master key
		return nil, err
	}
	by := k.master.now()
	want.ID, want.MasterID, want.CreatedAt = ids.New(), by.id, k.clock.Instant()
	wrapped := by.wrap(random(keySize), want.context())
	if k.master.vault == nil {
		want.Wrapped = wrapped
	} else if err := k.lay(ctx, want, by.id, wrapped); err != nil {
		return nil, err
	}
	failpoint.Hit("crypt.key.laid")
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
	if row.ID != want.ID && k.master.vault != nil {
		if err := k.master.vault.Delete(ctx, vaultKey(want.ID)); err != nil {
			return nil, err
		}
	}
	return k.open(ctx, *row)
}

// open unwraps a key and remembers it.
func (k *Keys) open(ctx context.Context, r Row) (*Key, error) {
	if r.Destroyed() {
		k.opened.Delete(r.ID)
		return nil, r.gone()
	}
	by, wrapped := r.MasterID, r.Wrapped
	if wrapped == "" {
		kept, err := k.kept(ctx, r)
		if err != nil {
			return nil, err
		}
		by, wrapped = kept.MasterID, kept.Wrapped
	}
	m, err := k.master.by(by)
	if err != nil {
		return nil, err
	}
	secret, err := m.unwrap(wrapped, r.context())
	if err != nil {
		return nil, ErrDamaged.Because(fmt.Errorf("data key %s: %w", r.ID, err))
	}
	key, err := newKey(r.ID, secret)
	if err != nil {
		return nil, err
	}
	k.opened.Store(r.ID, opened{key, k.clock.Real()})
	return key, nil
}

// gone is what everybody is told who would have seen what the key opened.
func (r Row) gone() error {
	on, zh, en := r.DestroyedAt.Date().String(), r.DestroyedRule, r.DestroyedRule
	if t, ok := ruleTexts[r.DestroyedRule]; ok {
		zh, en = t[0], t[1]
	}
	return ErrKeyGone.Say("内容已于 "+on+" 清除（依据："+zh+"），无法恢复；数字、哈希和审批记录仍可查验",
		"the content was purged on "+on+" ("+en+") and can't be brought back; figures, hashes and approvals can still be checked").
		With("purged_on", on).With("rule", r.DestroyedRule).With("key", r.ID)
}
