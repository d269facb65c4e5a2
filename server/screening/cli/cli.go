// Package cli is the screening engine's command line: no server, no database.
package cli

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"

	"sealgate/rules"
	"sealgate/server/errs"
	"sealgate/server/screening"
)

// Exit codes: 2 for a wrong command line or rule set, 1 for input that can't be read.
const (
	exitOK    = 0
	exitInput = 1
	exitUsage = 2
)

func source(dir string) (fs.FS, error) {
	if dir == "" {
		return rules.FS, nil
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, fmt.Errorf("没有规则目录 %s / there is no folder of rules %s", dir, dir)
	}
	return os.DirFS(dir), nil
}

// report writes an error for people, every place on a line of its own, in both languages.
func report(w io.Writer, err error) {
	var e *errs.Error
	if !errors.As(err, &e) {
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintf(w, "%s / %s\n", e.Zh, e.En)
	for _, f := range e.Fields {
		fmt.Fprintf(w, "  %s: %s / %s\n", f.Field, f.Zh, f.En)
	}
}

// RulesCheck runs `sealgate rules check [--sample FILE] [--max-share PERCENT] [DIR]`: it
// compiles a set, runs its tests and reports unused words, shadowed rules, slow patterns
// and what hits too much of a sample of ordinary messages. Without DIR the set that
// Sealgate ships with is checked, without --sample our own sample is taken.
func RulesCheck(args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("rules check", flag.ContinueOnError)
	set.SetOutput(stderr)
	sampleFile := set.String("sample", "", "正常短信样本，一行一条 / ordinary messages, one a line (default: our own)")
	maxShare := set.Float64("max-share", 1, "单独成立的词和规则在样本里最多命中百分之几 / percent of the sample that a word or rule may hit")
	var dirs []string
	for rest := args; ; rest = set.Args()[1:] {
		if err := set.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return exitOK
			}
			return exitUsage
		}
		if set.NArg() == 0 {
			break
		}
		dirs = append(dirs, set.Arg(0))
	}
	if len(dirs) > 1 || *maxShare <= 0 || *maxShare > 100 {
		fmt.Fprintln(stderr, "用法 / usage: sealgate rules check [--sample FILE] [--max-share PERCENT] [DIR]")
		return exitUsage
	}
	dir := ""
	if len(dirs) == 1 {
		dir = dirs[0]
	}
	sample := slices.Values(screening.Ordinary())
	if *sampleFile != "" {
		f, err := os.Open(*sampleFile)
		if err != nil {
			fmt.Fprintf(stderr, "样本读不了 / the sample can't be read: %v\n", err)
			return exitUsage
		}
		defer f.Close()
		sample = textLines(f)
	}
	fsys, err := source(dir)
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	src, err := screening.Load(fsys)
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	compiled, err := screening.Compile(src, "check")
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	failures, notes, tests := 0, 0, 0
	findings := append(screening.Check(src, compiled), screening.CheckSample(src, compiled, sample, screening.SampleLimits{MaxShare: *maxShare / 100})...)
	for _, f := range findings {
		kind := "提示 note"
		if f.Failure {
			kind = "失败 FAIL"
			failures++
		} else {
			notes++
		}
		fmt.Fprintf(stdout, "%s %s %s: %s / %s\n", kind, f.Code, f.Place, f.Zh, f.En)
	}
	for i := range src.Rules {
		tests += len(src.Rules[i].Tests.Hit) + len(src.Rules[i].Tests.Miss)
	}
	fmt.Fprintf(stdout, "规则 rules %d · 例子 examples %d · 词 words %d · 失败 failures %d · 提示 notes %d · %s\n",
		len(src.Rules), tests, compiled.Words(), failures, notes, compiled.Hash()[:12])
	if failures > 0 {
		return exitInput
	}
	return exitOK
}

// textLines gives the lines of a file that are not empty.
func textLines(r io.Reader) iter.Seq[string] {
	return func(yield func(string) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(nil, maxLine)
		for in.Scan() {
			if in.Text() != "" && !yield(in.Text()) {
				return
			}
		}
	}
}
