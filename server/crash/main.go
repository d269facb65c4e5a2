// Command crash kills servers and their database in the middle of the whole way, thousands of times, and looks after each
// restart whether everything that must hold holds (reliability.md, README.md beside this file).
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

func main() {
	if os.Getenv(serverEnv) != "" {
		if err := beServer(); err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			os.Exit(1)
		}
		return
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(command(ctx, os.Args[1:]))
}

// engines are the other sides that a run may have (README.md).
var engines = []string{"loopback", "smsbox", "http", "asked", "smpp", "cmpp", "nats"}

// command gives the exit code: 0 all held, 1 a promise is broken, 2 called wrongly or could not run.
func command(ctx context.Context, args []string) int {
	fs := flag.NewFlagSet("crash", flag.ContinueOnError)
	kills := fs.Int("kills", 200, "how many kills in all")
	databases := fs.String("databases", "sqlite,mariadb", "on which databases")
	chosen := fs.String("engines", "loopback,smsbox", "with which engines: "+strings.Join(engines, ", "))
	dir := fs.String("dir", os.TempDir(), "where the data of the runs lives")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	var plans []scheme
	for db := range strings.SplitSeq(*databases, ",") {
		for e := range strings.SplitSeq(*chosen, ",") {
			if !slices.Contains(engines, e) {
				fmt.Fprintf(os.Stderr, "crash: engine %q: want some of %s\n", e, strings.Join(engines, ", "))
				return 2
			}
			plans = append(plans, scheme{database: db, engine: e, big: e == "loopback"})
		}
	}
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		return 2
	}
	var total result
	for i, p := range plans {
		p.kills = *kills / len(plans)
		if i < *kills%len(plans) {
			p.kills++
		}
		res, err := carryOut(ctx, program, *dir, p)
		total.add(res)
		if err != nil && len(res.violations) == 0 {
			fmt.Fprintln(os.Stderr, "crash:", err)
			return 2
		}
		if len(res.violations) > 0 {
			break
		}
	}
	fmt.Printf("%d kills, %d checks, %d violations\n", total.kills, total.checks, len(total.violations))
	if len(total.violations) > 0 {
		return 1
	}
	return 0
}

// result is what came out of one run, or of several.
type result struct {
	kills, checks int
	violations    []string
}

func (r *result) add(o result) {
	r.kills, r.checks, r.violations = r.kills+o.kills, r.checks+o.checks, append(r.violations, o.violations...)
}

// carryOut does one plan and prints what happened.
func carryOut(ctx context.Context, program, dir string, p scheme) (result, error) {
	begun := time.Now()
	r, err := newRun(system(ctx), program, dir, p)
	if err != nil {
		return result{}, fmt.Errorf("%s with %s: %w", p.database, p.engine, err)
	}
	defer r.close()
	err = r.carryOut(system(ctx))
	res := result{r.killed(), r.checks, r.violations}
	fmt.Printf("%s with %s: %d kills in %s (", p.database, p.engine, res.kills, time.Since(begun).Round(time.Second))
	fmt.Print(list(r.kills), "), ", res.checks, " checks, ", len(res.violations), " violations\n")
	fmt.Println("  people:", list(r.memory.acts))
	fmt.Println("  killed at:", list(r.places))
	for _, v := range res.violations {
		fmt.Println("  BROKEN:", v)
	}
	return res, err
}

// list prints a table of counts in the order of its names.
func list(counts map[string]int) string {
	names := make([]string, 0, len(counts))
	for n := range counts {
		names = append(names, n)
	}
	slices.Sort(names)
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = fmt.Sprintf("%d %s", counts[n], n)
	}
	return strings.Join(parts, ", ")
}
