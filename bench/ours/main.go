// Command ours is Sealgate's word search as one of the engines that bench/peers compares.
// See bench/README.md for what a worker says and hears.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"sealgate/server/screening"
)

func main() {
	words, messages := lines(os.Args[1]), lines(os.Args[2])
	begin := time.Now()
	set := compile(words, nil)
	built := time.Since(begin)
	used := set.Bytes()

	hits, kinds := exact(words, messages)
	runtime.GC()
	fmt.Printf("ready %d %d %d %d\n", built.Microseconds(), used, hits, kinds)

	f := set.NewFinder()
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		begin, n, found := cpu(), 0, 0
		for n == 0 || cpu()-begin < 200*time.Millisecond {
			found = 0
			for _, m := range messages {
				found += len(f.Find(m))
			}
			n += len(messages)
		}
		fmt.Println(n, (cpu() - begin).Nanoseconds(), found)
	}
}

// exact counts what engines find that fold nothing: all finds of the words as they are
// written, and different words by message.
func exact(words, messages []string) (hits, kinds int) {
	never, none := false, 0
	f := compile(words, &screening.Terms{Views: []string{screening.ViewPlain}, WholeWord: &never, MaxGap: &none}).NewFinder()
	seen := map[string]bool{}
	for _, m := range messages {
		clear(seen)
		for _, p := range f.Find(m) {
			hits++
			if !seen[p.Word] {
				seen[p.Word] = true
				kinds++
			}
		}
	}
	return hits, kinds
}

func compile(words []string, as *screening.Terms) *screening.Set {
	src := &screening.Source{Bands: screening.Bands{Hold: 6, Refuse: 14}}
	src.AddBank(screening.Bank{ID: "list", Words: words})
	t := screening.Terms{}
	if as != nil {
		t = *as
	}
	t.Banks = []string{"list"}
	src.AddRule(screening.Rule{
		ID: "t.list", Title: screening.Title{Zh: "词表", En: "list"}, Class: screening.ClassTag, Scope: "message", Level: 1,
		Action: screening.ActionTag, State: screening.StateLive, Terms: map[string]screening.Terms{"w": t},
	})
	set, err := screening.Compile(src, "bench")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return set
}

func lines(path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// cpu is the processor time used: others may use the machine as well.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
