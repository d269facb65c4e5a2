//go:build planted_confirmed_first

package loopback

import (
	"context"

	"sealgate/server/handoff"
)

// The bug: receipts count as taken when they are given, not when they are booked. A server that is killed between loses them.
func init() {
	given = func(ctx context.Context, e *Engine, receipts []handoff.Receipt) { _ = e.Confirm(ctx, receipts) }
}
