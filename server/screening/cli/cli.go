// Package cli is the screening engine's command line: no server, no database.
package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

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

// RulesCheck runs `sealgate rules check [DIR]`: it compiles a set, runs its tests and
// reports unused words, doubled rules and slow patterns. Without DIR the set that
// Sealgate ships with is checked.
func RulesCheck(args []string, stdout, stderr io.Writer) int {
	dir := ""
	switch {
	case len(args) == 1 && args[0] != "" && args[0][0] != '-':
		dir = args[0]
	case len(args) > 0:
		fmt.Fprintln(stderr, "用法 / usage: sealgate rules check [DIR]")
		return exitUsage
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
	set, err := screening.Compile(src, "check")
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	failures, notes, tests := 0, 0, 0
	for _, f := range screening.Check(src, set) {
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
		len(src.Rules), tests, set.Words(), failures, notes, set.Hash()[:12])
	if failures > 0 {
		return exitInput
	}
	return exitOK
}
