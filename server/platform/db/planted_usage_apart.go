//go:build planted_usage_apart

package db

// The bug: usage is counted after the receipt, in a transaction of its own.
func init() { tear = tearing("usage") }
