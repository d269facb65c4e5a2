//go:build planted_engine_absorbs

package kannel

// The bug: Kannel is taken for an engine that absorbs repeats, so that whatever was in flight when a server died is sent again.
func init() { absorbs = true }
