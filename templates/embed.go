// Package templates carries the texts and fonts that papers and notices are
// made from, so that one program file runs anywhere.
package templates

import "embed"

// FS holds contracts/, notices/ and fonts/.
//
//go:embed contracts notices/*.yaml fonts/*.zst fonts/OFL.txt
var FS embed.FS
