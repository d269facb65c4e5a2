//go:build planted_posting_apart

package db

// The bug: the ledger hears of money after the bill or the payment, in a transaction of its own.
func init() { tear = tearing("posting") }
