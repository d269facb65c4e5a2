// Package rules carries the rule set that Sealgate ships with.
package rules

import "embed"

// FS holds the rule files, banks and settings.
//
//go:embed *.yaml banks/*.yaml content/*.yaml
var FS embed.FS
