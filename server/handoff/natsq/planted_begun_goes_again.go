//go:build planted_begun_goes_again

package natsq

// The bug: what a dead worker had begun to send is sent again, by an engine that can't absorb a repeat.
func init() { forgets = true }
