// Package frontend embeds the built portal, so that one file runs anywhere.
package frontend

import "embed"

// Dist is the output of `npm run build`. It always holds at least .gitkeep, so that the program builds before anyone has run npm;
// the server then says at `/` how to build the portal.
//
//go:embed all:dist
var Dist embed.FS
