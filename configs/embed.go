// Package configs carries the authorisation model, the role × capability matrix and the carriers' desks.
package configs

import "embed"

// FS has the folder authz, carriers.yaml and numbers.yaml.
//
//go:embed authz carriers.yaml numbers.yaml
var FS embed.FS
