// Package jobs runs what is due by the calendar: leases that let one of several servers work, and a day's jobs in order,
// each once, with the days that a downtime missed made up first.
package jobs

import (
	"context"
	"fmt"
	"time"

	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// Leases hands out named leases on the machine's clock. Whoever holds one may work until it ends; every hand-over raises
// the fence, so that a holder who slept through its end can be told from the present one.
type Leases struct {
	store  store
	clock  clock.Clock
	holder string
}

// NewLeases makes leases for this process; its holder name is unique to it.
func NewLeases(d *db.DB, c clock.Clock) *Leases { return &Leases{store{d}, c, ids.New()} }

// Lease is a held lease.
type Lease struct {
	Name  string
	Fence int64
	Until time.Time
}

// Acquire takes or renews a lease for ttl. ok is false while someone else holds it.
func (l *Leases) Acquire(ctx context.Context, name string, ttl time.Duration) (lease Lease, ok bool, err error) {
	now := l.clock.Real()
	err = l.store.db.Run(ctx, func(ctx context.Context) error {
		lease, ok = Lease{}, false
		row, err := l.store.lease(ctx, name)
		if err != nil {
			return err
		}
		if row.Holder != l.holder && row.UntilMs > now.UnixMilli() {
			return nil
		}
		fence := row.Fence
		if row.Holder != l.holder || row.UntilMs <= now.UnixMilli() {
			fence++
		}
		until := now.Add(ttl)
		taken, err := l.store.take(ctx, row, leaseRow{name, l.holder, fence, until.UnixMilli()})
		if err != nil || !taken {
			return err
		}
		lease, ok = Lease{name, fence, until}, true
		return nil
	})
	if err != nil {
		return lease, false, fmt.Errorf("lease %s: %w", name, err)
	}
	return lease, ok, nil
}

// Release gives a lease back early.
func (l *Leases) Release(ctx context.Context, name string) error {
	return l.store.db.Run(ctx, func(ctx context.Context) error { return l.store.release(ctx, name, l.holder) })
}

// Hold tells whether this process still holds the lease; called inside a transaction it makes that transaction's work
// depend on it (the row is locked until the commit).
func (l *Leases) Hold(ctx context.Context, lease Lease) (bool, error) {
	row, err := l.store.locked(ctx, lease.Name)
	if err != nil {
		return false, err
	}
	return row.Holder == l.holder && row.Fence == lease.Fence && row.UntilMs > l.clock.Real().UnixMilli(), nil
}
