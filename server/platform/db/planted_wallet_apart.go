//go:build planted_wallet_apart

package db

// The bug: the wallet is charged after the receipt, in a transaction of its own.
func init() { tear = tearing("wallet") }
