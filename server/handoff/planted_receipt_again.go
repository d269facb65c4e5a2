//go:build planted_receipt_again

package handoff

// The bug: a message that was delivered can be delivered again, so that a repeated receipt counts twice.
func init() { moves[Delivered] = []Status{Delivered} }
