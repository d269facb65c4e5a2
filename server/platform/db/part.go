package db

import "context"

// Part runs one part of the transaction of ctx, which must be torn from the rest under no circumstances: the audit row of a fact,
// the posting of a bill, the usage of a receipt, the charge of a wallet. The name lets a bug that is planted for the crash harness
// (server/crash) tear just this part off, to prove that the harness sees it.
func (d *DB) Part(ctx context.Context, name string, fn func(ctx context.Context) error) error {
	if tear != nil {
		return tear(d, ctx, name, fn)
	}
	return fn(ctx)
}

// tear is nil in every program that is not built with a planted bug.
var tear func(d *DB, ctx context.Context, name string, fn func(ctx context.Context) error) error
