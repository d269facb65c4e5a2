//go:build planted_audit_apart

package db

// The bug: an audit row is written after the fact, in a transaction of its own.
func init() { tear = tearing("audit") }
