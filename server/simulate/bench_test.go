package simulate_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sealgate/server/app"
	"sealgate/server/simulate"
)

// BenchmarkYear plays a year of one contract with usage, payments, a plan change and an overdue month (at most 0.3 s).
func BenchmarkYear(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("testdata", "year.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := simulate.Parse(strings.NewReader(string(text)))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := app.Simulate(context.Background(), app.DefaultConfig(), s)
		if err != nil || len(r.Bills) != 12 || len(r.Refused) != 0 {
			b.Fatal(err, r)
		}
	}
}
