// Package cli is the screening engine's command line: no server, no database.
package cli

import "io"

// Screen runs `sealgate screen`; it returns the exit code.
func Screen(args []string, stdin io.Reader, stdout, stderr io.Writer) int { return 0 }

// RulesCheck runs `sealgate rules check`.
func RulesCheck(args []string, stdout, stderr io.Writer) int { return 0 }
