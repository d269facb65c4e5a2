// Package ids makes record ids: 20 characters, sortable by time, unique over machines. They are names, not secrets:
// every read checks the caller's data scope.
package ids

import "github.com/rs/xid"

// New gives a fresh id.
func New() string { return xid.New().String() }
