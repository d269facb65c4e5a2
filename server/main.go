// Sealgate 信闸: the back office of an enterprise-SMS provider, in one program. `sealgate help` lists its commands.
package main

import (
	"os"

	"sealgate/server/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
