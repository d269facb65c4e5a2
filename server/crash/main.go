// Command crash kills servers and their database in the middle of the whole way, thousands of times, and looks after each
// restart whether everything that must hold holds (reliability.md, README.md beside this file).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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
	chosen := fs.String("engines", strings.Join(engines, ","), "with which engines")
	dir := fs.String("dir", os.TempDir(), "where the data of the runs lives")
	atOnce := fs.Int("at-once", min(2, runtime.NumCPU()), "how many runs at once")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	plans, err := schemes(strings.Split(*databases, ","), strings.Split(*chosen, ","), *kills)
	if err == nil && *atOnce < 1 {
		err = errors.New("at-once: want at least 1")
	}
	program, e := os.Executable()
	if err = errors.Join(err, e); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		return 2
	}
	c := &campaign{program: program, dir: *dir, begun: time.Now(), results: make([]result, len(plans))}
	c.carryOut(ctx, plans, *atOnce)
	return c.report(os.Stdout)
}

// fewest is how many kills a run needs to be worth its beginning and its end. Where there are not so many for every engine on every
// database, engines take turns on the databases.
const fewest = 20

// schemes shares the kills among the pairs of an engine and a database.
func schemes(databases, chosen []string, kills int) (plans []scheme, err error) {
	turns := kills < fewest*len(databases)*len(chosen)
	for i, e := range chosen {
		if !slices.Contains(engines, e) {
			return nil, fmt.Errorf("engine %q: want some of %s", e, strings.Join(engines, ", "))
		}
		for k, db := range databases {
			if db != "sqlite" && db != "mariadb" {
				return nil, fmt.Errorf("database %q: want sqlite or mariadb", db)
			}
			if !turns || k == i%len(databases) {
				plans = append(plans, scheme{database: db, engine: e, big: e == "loopback"})
			}
		}
	}
	for i := range plans {
		plans[i].kills = kills / len(plans)
		if i < kills%len(plans) {
			plans[i].kills++
		}
	}
	return plans, nil
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
