// Package migrations carries the schema: the same numbers and names in both dialects.
package migrations

import "embed"

// FS has the folders sqlite and mysql.
//
//go:embed sqlite/*.sql mysql/*.sql
var FS embed.FS
