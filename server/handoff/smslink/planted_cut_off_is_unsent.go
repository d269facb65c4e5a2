//go:build planted_cut_off_is_unsent

package smslink

import "sealgate/server/handoff"

// The bug: a message whose session ended before its answer came counts as not sent, so that it goes again with a new number.
func init() { cutOff = handoff.NotSent }
