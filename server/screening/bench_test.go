package screening_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sealgate/rules"
	"sealgate/server/screening"
)

// benchDir holds real messages and word lists; it is not part of the project, so the
// benchmarks that need it say so and skip.
func benchDir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SEALGATE_BENCH_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "bench")
	}
	if _, err := os.Stat(filepath.Join(dir, "messages.txt")); err != nil {
		tb.Skipf("SKIPPED: no messages.txt in %s; set SEALGATE_BENCH_DATA to the folder with messages.txt and words-*.txt", dir)
	}
	return dir
}

func lines(tb testing.TB, path string) []string {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if s := in.Text(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// tagSet compiles a plain list as `sealgate screen --terms` does, with no other rules.
func tagSet(tb testing.TB, path string) (*screening.Set, time.Duration) {
	tb.Helper()
	var list []string
	for _, w := range lines(tb, path) {
		w, _, _ = strings.Cut(w, "\t")
		if w = strings.TrimSpace(w); screening.Searchable(w) {
			list = append(list, w)
		}
	}
	src := &screening.Source{Bands: screening.Bands{Hold: 6, Refuse: 14}}
	src.AddBank(screening.Bank{ID: "list", Words: list})
	src.AddRule(screening.Rule{
		ID: "t.list", Title: screening.Title{Zh: "词表", En: "list"}, Class: screening.ClassTag, Scope: "message", Level: 1, Action: screening.ActionTag,
		State: screening.StateLive, Terms: map[string]screening.Terms{"w": {Banks: []string{"list"}}},
	})
	begin := time.Now()
	set, err := screening.Compile(src, "bench")
	if err != nil {
		tb.Fatal(err)
	}
	return set, time.Since(begin)
}

// cpu is the processor time this process has used: on a machine that others use as well
// it says more than the clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func report(b *testing.B, messages []string, begin time.Time, used time.Duration, passes int) {
	b.Helper()
	b.ReportMetric(float64(len(messages)*passes)/(cpu()-used).Seconds()/1000, "kmsg/cpu-s")
	b.ReportMetric(float64(len(messages)*passes)/time.Since(begin).Seconds()/1000, "kmsg/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFind measures the matcher with all fused foldings and positions in the
// original: what other engines' "find all" does, which fold nothing.
func BenchmarkFind(b *testing.B) {
	dir := benchDir(b)
	messages := lines(b, filepath.Join(dir, "messages.txt"))
	for _, name := range []string{"1k", "10k", "60k"} {
		b.Run(name, func(b *testing.B) {
			set, built := tagSet(b, filepath.Join(dir, "words-"+name+".txt"))
			f := set.NewFinder()
			hits := 0
			b.ReportAllocs()
			begin, used := time.Now(), cpu()
			for b.Loop() {
				hits = 0
				for _, m := range messages {
					hits += len(f.Find(m))
				}
			}
			report(b, messages, begin, used, b.N)
			b.ReportMetric(float64(hits), "hits")
			b.ReportMetric(float64(set.Bytes())/1e6, "MB")
			b.ReportMetric(float64(built.Milliseconds()), "build-ms")
		})
	}
}

// BenchmarkScreen measures whole verdicts of the shipped set.
func BenchmarkScreen(b *testing.B) {
	dir := benchDir(b)
	messages := lines(b, filepath.Join(dir, "messages.txt"))
	set := shipped(b)
	run := func(messages []string, stopped *int) {
		sc := set.NewScreener()
		var out screening.Result
		var m screening.Message
		for _, m.Text = range messages {
			sc.Screen(&m, &out)
			if out.ContentVerdict != screening.Pass {
				*stopped++
			}
		}
	}
	b.Run("one-core", func(b *testing.B) {
		stopped := 0
		b.ReportAllocs()
		begin, used := time.Now(), cpu()
		for b.Loop() {
			stopped = 0
			run(messages, &stopped)
		}
		report(b, messages, begin, used, b.N)
		b.ReportMetric(float64(stopped), "stopped")
	})
	b.Run("signed", func(b *testing.B) {
		signed := make([]string, len(messages))
		for i, m := range messages {
			signed[i] = "【云帆商城】" + m
		}
		sc := set.NewScreener()
		var out screening.Result
		m := screening.Message{Signature: "云帆商城"}
		passed := 0
		b.ReportAllocs()
		begin, used := time.Now(), cpu()
		for b.Loop() {
			passed = 0
			for _, m.Text = range signed {
				sc.Screen(&m, &out)
				if out.Verdict == screening.Pass {
					passed++
				}
			}
		}
		report(b, messages, begin, used, b.N)
		b.ReportMetric(float64(passed), "passed")
	})
	b.Run("verdict-only", func(b *testing.B) {
		sc := set.NewScreener()
		var out screening.Result
		var m screening.Message
		b.ReportAllocs()
		begin, used := time.Now(), cpu()
		for b.Loop() {
			for _, m.Text = range messages {
				sc.Judge(&m, &out)
			}
		}
		report(b, messages, begin, used, b.N)
	})
	b.Run("two-cores", func(b *testing.B) {
		begin, used := time.Now(), cpu()
		for b.Loop() {
			var wg sync.WaitGroup
			half := len(messages) / 2
			for _, part := range [][]string{messages[:half], messages[half:]} {
				wg.Go(func() {
					n := 0
					run(part, &n)
				})
			}
			wg.Wait()
		}
		report(b, messages, begin, used, b.N)
	})
}

// twoHundred is the shipped set with rules made up to 200: lists of 60 words each of the
// list of 10,000, every third also by sound, every fourth with an extractor or an
// expression in its condition.
func twoHundred(tb testing.TB) *screening.Set {
	tb.Helper()
	src, err := screening.Load(rules.FS)
	if err != nil {
		tb.Fatal(err)
	}
	var list []string
	for _, w := range lines(tb, filepath.Join(benchDir(tb), "words-10k.txt")) {
		w, _, _ = strings.Cut(w, "\t")
		if w = strings.TrimSpace(w); screening.Searchable(w) {
			list = append(list, w)
		}
	}
	message := 0
	for i := range src.Rules {
		if src.Rules[i].Scope == "message" {
			message++
		}
	}
	for i := 0; message+i < 200; i++ {
		words := list[i*60%(len(list)-60):][:60]
		r := screening.Rule{
			ID: fmt.Sprintf("made.rule%d", i), Title: screening.Title{Zh: "词表", En: "list"}, Class: "fraud", Scope: "message", Level: 3,
			Action: screening.ActionHold, State: screening.StateLive, ReasonCode: "CONTENT.KEYWORD",
			Terms: map[string]screening.Terms{"a": {Words: words[:40]}, "b": {Words: words[40:]}}, Condition: "a && b || a.distinct >= 2",
		}
		if i%3 == 0 {
			r.Terms["a"] = screening.Terms{Words: words[:40], Views: []string{"stripped", "pinyin", "joined"}}
		}
		switch i % 8 {
		case 0:
			r.Patterns = map[string]screening.Pattern{"p": {Extract: "phone"}}
			r.Condition = "a && (b || p)"
		case 4:
			r.Patterns = map[string]screening.Pattern{"p": {Regex: "日赚[0-9]{2,5}|月入[0-9]+万"}}
			r.Condition = "(a || p) && b || a.distinct >= 2 && url_count > 0"
		}
		src.AddRule(r)
	}
	set, err := screening.Compile(src, "bench")
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// signed puts a signature before each message; all stand one after the other in memory, as
// in a file that was read.
func signed(messages []string) []string {
	var b strings.Builder
	ends := make([]int, len(messages))
	for i, m := range messages {
		b.WriteString("【云帆商城】" + m)
		ends[i] = b.Len()
	}
	out := make([]string, len(messages))
	from := 0
	for i, end := range ends {
		out[i] = b.String()[from:end]
		from = end
	}
	return out
}

// BenchmarkVerdict measures whole verdicts, explained, of 200 rules: signed messages to a
// valid number, as they come from customers.
func BenchmarkVerdict(b *testing.B) {
	set := twoHundred(b)
	messages := signed(lines(b, filepath.Join(benchDir(b), "messages.txt")))
	run := func(set *screening.Set, messages []string, passed *int) {
		sc := set.NewScreener()
		var out screening.Result
		m := screening.Message{Signature: "云帆商城", Phone: "13800138000", Category: "notice"}
		for _, m.Text = range messages {
			sc.Screen(&m, &out)
			if out.Verdict == screening.Pass {
				*passed++
			}
		}
	}
	one := func(set *screening.Set) func(b *testing.B) {
		return func(b *testing.B) {
			passed := 0
			b.ReportAllocs()
			begin, used := time.Now(), cpu()
			for b.Loop() {
				passed = 0
				run(set, messages, &passed)
			}
			report(b, messages, begin, used, b.N)
			b.ReportMetric(float64(passed), "passed")
			b.ReportMetric(float64(len(set.Rules())), "rules")
		}
	}
	b.Run("one-core", one(set))
	b.Run("one-core-pure-go", one(screening.Narrow(set)))
	b.Run("two-cores", func(b *testing.B) {
		begin, used := time.Now(), cpu()
		for b.Loop() {
			var wg sync.WaitGroup
			half := len(messages) / 2
			for _, part := range [][]string{messages[:half], messages[half:]} {
				wg.Go(func() {
					n := 0
					run(set, part, &n)
				})
			}
			wg.Wait()
		}
		report(b, messages, begin, used, b.N)
	})
}

// BenchmarkCompile measures how long a set of about 65,000 words takes to build.
func BenchmarkCompile(b *testing.B) {
	dir := benchDir(b)
	for b.Loop() {
		tagSet(b, filepath.Join(dir, "words-60k.txt"))
	}
}
