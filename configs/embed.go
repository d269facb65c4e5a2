// Package configs carries the authorisation model and the role × capability matrix.
package configs

import "embed"

// FS has the folder authz.
//
//go:embed authz
var FS embed.FS
