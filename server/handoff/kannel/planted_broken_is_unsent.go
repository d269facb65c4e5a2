//go:build planted_broken_is_unsent

package kannel

import "sealgate/server/handoff"

// The bug: a connection that broke counts as "not sent", though the message may have been accepted before.
func init() {
	failed = func(error) handoff.Answer { return handoff.Answer{Outcome: handoff.NotSent, Code: "connection"} }
}
