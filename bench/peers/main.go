// Command peers compares Sealgate's word search with others: the same words, the same
// messages, one core, all finds with overlaps, in turns, medians. Each engine is a process
// of its own (bench/README.md), so that none disturbs the memory of another.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

type engine struct {
	name    string
	command []string
	folds   bool // sees through evasions, so it finds more
	kinds   bool // says which words are there, not how often

	in      io.WriteCloser
	out     *bufio.Scanner
	cmd     *exec.Cmd
	built   time.Duration
	bytes   float64
	hits    int // exact finds
	words   int // different words found, summed over messages
	differs string
	rates   []float64
	absent  string
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "worker" {
		work(os.Args[2], readLines(os.Args[3]), readLines(os.Args[4]))
		return
	}
	data := flag.String("data", "", "folder with messages.txt and words-*.txt; made up if there is none")
	rounds := flag.Int("rounds", 7, "turns")
	sizes := flag.String("words", "1k,10k,60k,200k", "lists")
	var engines []*engine
	flag.Func("engine", "name=program, more than once", func(s string) error {
		name, program, ok := strings.Cut(s, "=")
		if !ok {
			return fmt.Errorf("want name=program")
		}
		e := &engine{name: name, command: []string{program}, folds: strings.HasPrefix(name, "sealgate")}
		if _, err := os.Stat(program); err != nil {
			e.absent = "not built"
		}
		engines = append(engines, e)
		return nil
	})
	flag.Parse()
	self, err := os.Executable()
	if err != nil {
		fail(err)
	}
	for _, name := range []string{"petar-dambovaliev", "BobuSumisu", "cloudflare", "anknown"} {
		engines = append(engines, &engine{name: name, command: []string{self, "worker", name}, kinds: name == "cloudflare"})
	}
	dir, err := os.MkdirTemp("", "sealgate-bench-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	lists, messages, origin := input(*data)
	fmt.Printf("%d messages, %.0f bytes on average; %s\n", len(messages), mean(messages), origin)
	texts := write(dir, "messages.txt", messages)
	for _, size := range strings.Split(*sizes, ",") {
		words, ok := lists[size]
		if !ok {
			fmt.Printf("\nno words-%s.txt: skipped\n", size)
			continue
		}
		compare(engines, size, len(words), write(dir, "words.txt", words), texts, *rounds)
	}
}

// compare starts all engines on the same words and lets them search in turns.
func compare(engines []*engine, size string, count int, words, texts string, rounds int) {
	fmt.Printf("\n%s: %d words\n", size, count)
	var running []*engine
	for _, e := range engines {
		e.rates, e.differs = nil, ""
		if e.absent != "" {
			fmt.Printf("  skipped %s: %s\n", e.name, e.absent)
			continue
		}
		if err := e.start(words, texts); err != nil {
			fmt.Printf("  skipped %s: %s\n", e.name, err)
			continue
		}
		running = append(running, e)
	}
	if len(running) == 0 {
		return
	}
	for range rounds {
		for _, e := range running {
			e.turn()
		}
	}
	for _, e := range running {
		e.in.Close()
		_ = e.cmd.Wait()
	}
	ours := running[0].median()
	fmt.Printf("  %-28s %14s %10s %12s %10s %10s\n", "engine", "k messages/s", "ours is", "build ms", "MB", "finds")
	for _, e := range running {
		note := e.differs
		if e.folds {
			note = "folds; exact ones counted"
		}
		fmt.Printf("  %-28s %14.0f %9.2fx %12.0f %10.1f %10d %s\n", e.name, e.median()/1000, ours/e.median(), float64(e.built.Microseconds())/1000, e.bytes/1e6, e.hits, note)
	}
	// All must have found the same; who doesn't is named above.
	want, same := running[0], true
	for _, e := range running {
		got, expected := e.hits, want.hits
		if e.kinds {
			expected = want.words
		}
		if got != expected {
			fmt.Printf("  NOT THE SAME: %s counts %d, %s %d\n", e.name, got, want.name, expected)
			same = false
		}
	}
	if same {
		fmt.Println("  all find the same")
	}
}

// memory is what an engine may take, in KiB.
const memory = 8 << 20

func (e *engine) start(words, texts string) error {
	args := append(append([]string(nil), e.command...), words, texts)
	e.cmd = exec.Command("bash", append([]string{"-c", fmt.Sprintf(`ulimit -v %d; export GOMAXPROCS=1; exec "$@"`, memory), "-"}, args...)...)
	e.cmd.Stderr = nil
	in, err := e.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := e.cmd.Start(); err != nil {
		return err
	}
	e.in, e.out = in, bufio.NewScanner(out)
	var built, kinds int64
	var bytes uint64
	if !e.out.Scan() {
		_ = e.cmd.Wait()
		return fmt.Errorf("it stopped while it was built (%d GB is the limit): %s", memory>>20, e.cmd.ProcessState)
	}
	if _, err := fmt.Sscanf(e.out.Text(), "ready %d %d %d %d", &built, &bytes, &e.hits, &kinds); err != nil {
		return fmt.Errorf("it says %q", e.out.Text())
	}
	if e.kinds {
		e.differs = "says which words, not how often"
	}
	e.words = int(kinds)
	e.built, e.bytes = time.Duration(built)*time.Microsecond, float64(bytes)
	return nil
}

func (e *engine) turn() {
	if _, err := fmt.Fprintln(e.in, "go"); err != nil || !e.out.Scan() {
		e.differs = "stopped"
		return
	}
	var n, ns, found int64
	if _, err := fmt.Sscan(e.out.Text(), &n, &ns, &found); err == nil && ns > 0 {
		e.rates = append(e.rates, float64(n)/float64(ns)*1e9)
	}
}

func (e *engine) median() float64 {
	if len(e.rates) == 0 {
		return 0
	}
	r := slices.Sorted(slices.Values(e.rates))
	return r[len(r)/2]
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func mean(messages []string) float64 {
	n := 0
	for _, m := range messages {
		n += len(m)
	}
	return float64(n) / float64(len(messages))
}

func write(dir, name string, lines []string) string {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		fail(err)
	}
	return path
}

// input reads the lists, or makes them up. The list of 200k is made of the largest: halves
// of two of its words put together, by a fixed row of random numbers.
func input(dir string) (lists map[string][]string, messages []string, origin string) {
	lists = map[string][]string{}
	rnd := rand.New(rand.NewPCG(20, 26))
	if _, err := os.Stat(filepath.Join(dir, "messages.txt")); err == nil && dir != "" {
		messages = readLines(filepath.Join(dir, "messages.txt"))
		origin = "real messages and words; 200k: halves of the words of 60k put together"
		for _, size := range []string{"1k", "10k", "60k"} {
			path := filepath.Join(dir, "words-"+size+".txt")
			if _, err := os.Stat(path); err == nil {
				lists[size] = usable(readLines(path))
			}
		}
	} else {
		origin = "no data given: words and messages are made up (frequent characters, one message in ten with a word)"
		lists["60k"] = usable(invent(rnd, 60000, 2, 7))
		lists["10k"], lists["1k"] = lists["60k"][:10000], lists["60k"][:1000]
		for range 50000 {
			m := strings.Join(invent(rnd, 1, 30, 70), "")
			if rnd.IntN(10) == 0 {
				m += lists["60k"][rnd.IntN(len(lists["60k"]))]
			}
			messages = append(messages, m)
		}
	}
	if base := lists["60k"]; len(base) > 0 {
		more := slices.Clone(base)
		seen := map[string]bool{}
		for _, w := range base {
			seen[w] = true
		}
		for len(more) < 200000 {
			a, b := []rune(base[rnd.IntN(len(base))]), []rune(base[rnd.IntN(len(base))])
			w := string(a[:(len(a)+1)/2]) + string(b[len(b)/2:])
			if !seen[w] {
				seen[w] = true
				more = append(more, w)
			}
		}
		lists["200k"] = more
	}
	return lists, messages, origin
}

// usable drops tags, repeated words and those without a letter or digit.
func usable(words []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, w := range words {
		w, _, _ = strings.Cut(w, "\t")
		w = strings.TrimSpace(w)
		if w == "" || seen[w] || strings.IndexFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
			continue
		}
		seen[w] = true
		out = append(out, w)
	}
	return out
}

func invent(rnd *rand.Rand, n, least, most int) []string {
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range least + rnd.IntN(most-least+1) {
			// characters are as unevenly frequent as in writing
			f := rnd.Float64()
			b.WriteRune(0x4E00 + rune(3000*f*f*f))
		}
		out[i] = b.String()
	}
	return out
}
