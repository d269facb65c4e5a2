//go:build planted_audit_apart || planted_posting_apart || planted_usage_apart || planted_wallet_apart

package db

import (
	"context"
	"log/slog"

	"sealgate/server/platform/failpoint"
)

// tearing is a bug that writes a part after the commit of the rest, in a transaction of its own.
func tearing(part string) func(d *DB, ctx context.Context, name string, fn func(ctx context.Context) error) error {
	return func(d *DB, ctx context.Context, name string, fn func(ctx context.Context) error) error {
		if name != part || !InTx(ctx) {
			return fn(ctx)
		}
		AfterCommit(ctx, func() {
			failpoint.Hit("planted.torn")
			if err := d.Run(context.WithValue(context.WithoutCancel(ctx), txKey{}, nil), fn); err != nil {
				slog.Error("planted bug", "error", err)
			}
		})
		return nil
	}
}
