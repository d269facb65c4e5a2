package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// result is what came out of one run.
type result struct {
	scheme
	killed, checks int
	took           time.Duration
	violations     []string
	err            error // why it could not be carried to its end; nil where it was, and where a promise is broken
}

func (r *result) String() string {
	line := fmt.Sprintf("%-8s with %-9s %5d kills, %4d checks, %d violations in %s", r.database, r.engine+":", r.killed, r.checks, len(r.violations), r.took.Round(time.Second))
	if r.err != nil {
		line += ", not carried to its end: " + r.err.Error()
	}
	return line
}

// campaign is all runs of one call of the harness.
type campaign struct {
	program, dir string
	begun        time.Time

	mu      sync.Mutex
	running map[*run]time.Time // since when
	results []result           // in the order of the plans
}

// tellEvery is how often it is told how far the runs are.
const tellEvery = time.Minute

// carryOut carries out the plans, some at once. After a broken promise, or where a run can't go on, the others stop, too.
func (c *campaign) carryOut(ctx context.Context, plans []scheme, atOnce int) {
	c.running = map[*run]time.Time{}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go c.tell(ctx)
	next := make(chan int, len(plans))
	for i := range plans {
		c.results[i].scheme = plans[i]
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					c.results[i].err = ctx.Err()
					continue
				}
				if c.one(ctx, &c.results[i]); c.results[i].err != nil || len(c.results[i].violations) > 0 {
					stop()
				}
			}
		})
	}
	wg.Wait()
}

// one carries out one plan and prints what happened.
func (c *campaign) one(ctx context.Context, res *result) {
	begun := time.Now()
	defer func() { res.took = time.Since(begun) }()
	r, err := newRun(system(ctx), c.program, c.dir, res.scheme)
	if err != nil {
		res.err = err
		return
	}
	defer r.close()
	c.note(func() { c.running[r] = begun })
	defer c.note(func() { delete(c.running, r) })
	err = r.carryOut(system(ctx))
	res.killed, res.checks, res.violations = r.killed(), r.checks, r.violations
	if len(res.violations) == 0 {
		res.err = err
	}
	c.note(func() {
		fmt.Printf("%s with %s: %d kills in %s (%s), %d checks, %d violations\n", r.database, r.engine, res.killed, time.Since(begun).Round(time.Second), list(r.kills), res.checks, len(res.violations))
		fmt.Println("  people:", list(r.memory.acts))
		fmt.Println("  killed at:", list(r.places))
		for _, v := range res.violations {
			fmt.Println("  BROKEN:", v)
		}
	})
}

func (c *campaign) note(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
}

// tell prints how far the runs are until ctx ends.
func (c *campaign) tell(ctx context.Context) {
	for pause(ctx, tellEvery) == nil {
		c.note(func() {
			for r, since := range c.running {
				fmt.Printf("%s: %s with %s: %d of %d kills in %s\n", time.Since(c.begun).Round(time.Second), r.database, r.engine, r.killed(), r.scheme.kills, time.Since(since).Round(time.Second))
			}
		})
	}
}

// report prints a line for each pair of an engine and a database and one for all, and gives the exit code.
func (c *campaign) report(w io.Writer) (code int) {
	var kills, checks, violations int
	for i := range c.results {
		r := &c.results[i]
		fmt.Fprintln(w, r)
		kills, checks, violations = kills+r.killed, checks+r.checks, violations+len(r.violations)
		if r.err != nil {
			code = 2
		}
	}
	fmt.Fprintf(w, "%d kills, %d checks, %d violations in %s\n", kills, checks, violations, time.Since(c.begun).Round(time.Second))
	if violations > 0 {
		return 1
	}
	return code
}
