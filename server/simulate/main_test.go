package simulate_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain keeps the random walks short where nobody asked for more (-rapid.checks): each of their steps is a contract's
// quarter, played through everything.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		_ = flag.Set("rapid.checks", "15")
	}
	os.Exit(m.Run())
}
