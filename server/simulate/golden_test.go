package simulate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"sealgate/server/actor"
	"sealgate/server/app"
	"sealgate/server/simulate"
	"sealgate/server/verify"
)

// play runs a scenario through the program and gives the JSON that the command prints, decoded.
func play(t testing.TB, text string) map[string]any {
	t.Helper()
	s, err := simulate.Parse(strings.NewReader(text))
	if err != nil {
		var wrong simulate.Problems
		if errors.As(err, &wrong) {
			for _, p := range wrong {
				t.Errorf("line %d %s: %s", p.Line, p.Field, p.En)
			}
		}
		t.Fatal(err)
	}
	return decoded(t, run(t, s))
}

func run(t testing.TB, s *simulate.Scenario) *simulate.Result {
	t.Helper()
	return runRapid(t, s)
}

// runRapid plays a scenario and then checks every invariant of the house that it was played in.
func runRapid(t interface{ Fatal(...any) }, s *simulate.Scenario) *simulate.Result {
	ctx := context.Background()
	h, pullDown, err := app.NewHouse(ctx, app.DefaultConfig(), s.First())
	if err != nil {
		t.Fatal(err)
	}
	defer pullDown()
	r, err := h.Run(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	if broken := verified(t, h); len(broken) > 0 {
		t.Fatal(broken)
	}
	return r
}

func verified(t interface{ Fatal(...any) }, h *simulate.House) (broken []verify.Violation) {
	for _, check := range []func(context.Context) ([]verify.Violation, error){h.Ledger.Verify, h.Usage.Verify, h.Contracts.Verify, h.Wallets.Verify, h.Charges.Verify,
		h.Bills.Verify, h.Deposits.Verify, h.Payments.Verify, h.Dunning.Verify} {
		v, err := check(actor.With(context.Background(), actor.System("verify")))
		if err != nil {
			t.Fatal(err)
		}
		broken = append(broken, v...)
	}
	return broken
}

func decoded(t testing.TB, r *simulate.Result) map[string]any {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Each file of testdata/want is a scenario and, under `want`, what must come out of it, worked out by hand from billing.md
// in the comments beside the figures. A mapping must have the keys that are wanted (more may be there); a list must be as
// long as the wanted one, unless its first item is the word "among": then each of the others must be found somewhere in it.
func TestSimulate_givesWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "want", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			scenario, wanted, ok := strings.Cut(string(text), "\nwant:\n")
			if !ok {
				t.Fatal("no want:")
			}
			var want map[string]any
			if err := yaml.Unmarshal([]byte("want:\n"+wanted), &want); err != nil {
				t.Fatal(err)
			}
			got := play(t, scenario+"\n")
			var wrong []string
			match(&wrong, "", want["want"], got)
			for _, w := range wrong {
				t.Error(w)
			}
			if sum := fmt.Sprint(got["ledger"].(map[string]any)["sum_fen"]); sum != "0" {
				t.Errorf("the ledger sums to %s", sum)
			}
			if t.Failed() {
				b, _ := json.MarshalIndent(got, "", " ")
				_ = os.WriteFile(filepath.Join(os.TempDir(), "sealgate-"+filepath.Base(name)+".json"), b, 0o600)
			}
		})
	}
}

// The example of the guide says what comes out of it; this keeps it true.
func TestGuide_tellsTheTruth(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "simulate.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the guide has no example")
	}
	var want any
	if err := yaml.Unmarshal([]byte(`
bills:
  - {period: 2026-10, issued_on: 2026-11-01, due_on: 2026-11-15, total_fen: 11989, late_fee_fen: 540, late_fee_paid_fen: 540, state: paid, paid_on: 2026-11-30}
  - {period: 2026-11, total_fen: 10000, paid_fen: 471}
states: [{state: active}, {on: 2026-11-26, state: suspended, reasons: [non_payment]}, {on: 2026-11-30, state: active}]
deposits: [{held_fen: 50000}]
`), &want); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	match(&wrong, "", want, play(t, example))
	for _, w := range wrong {
		t.Error(w)
	}
}

// match notes where what came out is not what was wanted.
func match(wrong *[]string, at string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			*wrong = append(*wrong, fmt.Sprintf("%s: got %v, want a mapping", at, got))
			return
		}
		for _, k := range sorted(w) {
			v, there := g[k]
			if !there {
				*wrong = append(*wrong, fmt.Sprintf("%s.%s is not there", at, k))
				continue
			}
			match(wrong, at+"."+k, w[k], v)
		}
	case []any:
		g, ok := got.([]any)
		if !ok {
			*wrong = append(*wrong, fmt.Sprintf("%s: got %v, want a list", at, got))
			return
		}
		if len(w) > 0 && w[0] == "among" {
			for i, one := range w[1:] {
				if !slices.ContainsFunc(g, func(x any) bool {
					var w []string
					match(&w, "", one, x)
					return len(w) == 0
				}) {
					*wrong = append(*wrong, fmt.Sprintf("%s: %v (wanted item %d) is not among %s", at, one, i, short(g)))
				}
			}
			return
		}
		if len(w) != len(g) {
			*wrong = append(*wrong, fmt.Sprintf("%s: %d items, want %d: %s", at, len(g), len(w), short(g)))
			return
		}
		for i := range w {
			match(wrong, fmt.Sprintf("%s[%d]", at, i), w[i], g[i])
		}
	default:
		if plain(want) != plain(got) {
			*wrong = append(*wrong, fmt.Sprintf("%s: got %v, want %v", at, plain(got), plain(want)))
		}
	}
}

func sorted(m map[string]any) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func short(v any) string {
	b, _ := json.Marshal(v)
	if len(b) > 1500 {
		b = append(b[:1500], "…"...)
	}
	return string(b)
}

// plain writes a scalar the same way whether it comes from YAML or JSON.
func plain(v any) string {
	if t, ok := v.(interface{ Format(string) string }); ok {
		return t.Format("2006-01-02")
	}
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}
