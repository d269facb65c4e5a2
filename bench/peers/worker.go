package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	bobu "github.com/BobuSumisu/aho-corasick"
	anknown "github.com/anknown/ahocorasick"
	cloudflare "github.com/cloudflare/ahocorasick"
	petar "github.com/petar-dambovaliev/aho-corasick"
)

// builders make a Go library's search: the count of all finds in a text, and in how many
// different words, where it says so.
var builders = map[string]func(words []string) func(text string) int{
	"petar-dambovaliev": func(words []string) func(string) int {
		b := petar.NewAhoCorasickBuilder(petar.Opts{MatchKind: petar.StandardMatch, DFA: true})
		ac := b.Build(words)
		return func(text string) int {
			n := 0
			for it := ac.IterOverlapping(text); it.Next() != nil; {
				n++
			}
			return n
		}
	},
	"BobuSumisu": func(words []string) func(string) int {
		t := bobu.NewTrieBuilder().AddStrings(words).Build()
		return func(text string) int { return len(t.MatchString(text)) }
	},
	"cloudflare": func(words []string) func(string) int {
		m := cloudflare.NewStringMatcher(words)
		return func(text string) int { return len(m.MatchThreadSafe([]byte(text))) }
	},
	"anknown": func(words []string) func(string) int {
		keys := make([][]rune, len(words))
		for i, w := range words {
			keys[i] = []rune(w)
		}
		m := new(anknown.Machine)
		if err := m.Build(keys); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return func(text string) int {
			return len(m.MultiPatternSearch([]rune(text), false))
		}
	},
}

// work is a Go library as an engine of its own process.
func work(name string, words, messages []string) {
	before := heap()
	begin := time.Now()
	count := builders[name](words)
	built := time.Since(begin)
	used := heap() - before
	hits := 0
	for _, m := range messages {
		hits += count(m)
	}
	fmt.Printf("ready %d %d %d %d\n", built.Microseconds(), used, hits, hits)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		begin, n, found := cpu(), 0, 0
		for n == 0 || cpu()-begin < 200*time.Millisecond {
			found = 0
			for _, m := range messages {
				found += count(m)
			}
			n += len(messages)
		}
		fmt.Println(n, (cpu() - begin).Nanoseconds(), found)
	}
	runtime.KeepAlive(count)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// cpu is the processor time used: others may use the machine as well.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func readLines(path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}
