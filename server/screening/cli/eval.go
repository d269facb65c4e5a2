package cli

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"sort"
	"strings"

	"sealgate/server/screening"
)

// RulesEval runs `sealgate rules eval [--rules DIR] [--list CLASS] FILE`: it judges
// labelled messages (class TAB text) by content alone and prints, per class, how many are
// stopped: recall for what is illegal or fraud, false alarms for ham. --list prints the
// messages of a class that were judged the wrong way, with the rules that fired.
func RulesEval(args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("rules eval", flag.ContinueOnError)
	set.SetOutput(stderr)
	dir := set.String("rules", "", "规则目录 / folder of rules (default: the embedded set)")
	list := set.String("list", "", "列出判错的消息：类别前缀 / list what was judged wrongly: prefix of a class")
	byRule := set.Bool("by-rule", false, "按规则统计 / count by rule")
	rounds := set.Int("cross", 0, "估计没见过的短信：随机对半分几次 / estimate unseen messages: cut into halves so many times")
	evade := set.Bool("evade", false, "同样的短信改写成各种变形再判 / the same messages in every disguise")
	contacts := set.Bool("contacts", false, "正常短信加上号码、链接再判 / ordinary messages with a number or link added")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	if set.NArg() != 1 {
		fmt.Fprintln(stderr, "用法 / usage: sealgate rules eval [--rules DIR] [--list CLASS] [--by-rule] [--cross N] [--evade] [--contacts] FILE")
		return exitUsage
	}
	rs, err := compile(*dir, nil, stderr)
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	f, err := os.Open(set.Arg(0))
	if err != nil {
		report(stderr, err)
		return exitInput
	}
	defer f.Close()
	e := NewEval()
	sc := rs.NewScreener()
	var res screening.Result
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxLine)
	var messages []labelled
	for in.Scan() {
		class, text, ok := strings.Cut(in.Text(), "\t")
		if !ok {
			continue
		}
		if *rounds > 0 || *evade || *contacts {
			messages = append(messages, labelled{class, text})
			continue
		}
		sc.Screen(&screening.Message{Text: text}, &res)
		stopped := e.Add(class, &res)
		if *list != "" && strings.HasPrefix(class, *list) && stopped == strings.HasPrefix(class, "ham") {
			var why []string
			for _, h := range res.Hits {
				if screening.IsContent(h.Class) {
					why = append(why, h.Rule+"("+h.Term+":"+h.Text+")")
				}
			}
			fmt.Fprintf(stdout, "%s\t%s\t%s\n", class, strings.Join(why, " "), text)
		}
	}
	if err := in.Err(); err != nil {
		report(stderr, err)
		return exitInput
	}
	if *evade {
		evasions(stdout, rs, messages)
		return exitOK
	}
	if *contacts {
		withContacts(stdout, rs, messages)
		return exitOK
	}
	if *rounds > 0 {
		fsys, err := source(*dir)
		if err == nil {
			err = cross(stdout, func() (*screening.Source, error) { return screening.Load(fsys) }, messages, *rounds, *list)
		}
		if err != nil {
			report(stderr, err)
			return exitUsage
		}
		return exitOK
	}
	if *list == "" {
		e.Table(stdout, *byRule)
	}
	return exitOK
}

var maskedToken = regexp.MustCompile("[A-Z]{2,}")

// evasions judges the messages in every disguise.
func evasions(w io.Writer, rs *screening.Set, messages []labelled) {
	fmt.Fprintln(w, "| 变形 disguise | illegal + fraud | ham.business | ham.person |")
	fmt.Fprintln(w, "|---|---:|---:|---:|")
	sc := rs.NewScreener()
	var res screening.Result
	for _, kind := range screening.Disguises() {
		e := NewEval()
		for i, m := range messages {
			// the marks of masked corpora (URL, CELLPHONE) stand for what is disguised anyway
			from := 0
			var text strings.Builder
			for _, at := range append(maskedToken.FindAllStringIndex(m.text, -1), []int{len(m.text), len(m.text)}) {
				text.WriteString(screening.Disguise(kind, m.text[from:at[0]], uint64(i)))
				text.WriteString(m.text[at[0]:at[1]])
				from = at[1]
			}
			sc.Judge(&screening.Message{Text: text.String()}, &res)
			e.Add(m.class, &res)
		}
		bad, _ := e.Share("illegal.", "fraud.")
		business, _ := e.Share("ham.business")
		person, _ := e.Share("ham.person")
		fmt.Fprintf(w, "| %s | %.1f%% | %.1f%% | %.1f%% |\n", kind, 100*bad, 100*business, 100*person)
	}
}

// withContacts judges the messages with a way to reach the sender added: a number or a
// link alone must not make an ordinary notice suspicious.
func withContacts(w io.Writer, rs *screening.Set, messages []labelled) {
	fmt.Fprintln(w, "| 加上 with | ham.business | ham.person | ad.retail |")
	fmt.Fprintln(w, "|---|---:|---:|---:|")
	sc := rs.NewScreener()
	var res screening.Result
	for _, c := range []string{"，咨询13800138000", "，客服电话400-800-1234", "，详见 www.yunfan.com.cn", "，加微信yunfan2026"} {
		e := NewEval()
		for _, m := range messages {
			sc.Judge(&screening.Message{Text: m.text + c}, &res)
			e.Add(m.class, &res)
		}
		fmt.Fprintf(w, "| %s |", strings.TrimPrefix(c, "，"))
		for _, class := range []string{"ham.business", "ham.person", "ad.retail"} {
			share, _ := e.Share(class)
			fmt.Fprintf(w, " %.1f%% |", 100*share)
		}
		fmt.Fprintln(w)
	}
}

// Eval counts how messages of known classes were judged.
type Eval struct {
	total, stopped map[string]int
	rules          map[string]map[string]int
}

// NewEval returns an empty count.
func NewEval() *Eval {
	return &Eval{map[string]int{}, map[string]int{}, map[string]map[string]int{}}
}

// Add counts a result; it reports whether content alone stopped the message (hold,
// escalate or refuse).
func (e *Eval) Add(class string, r *screening.Result) bool {
	e.total[class]++
	seen := map[string]bool{}
	for _, h := range r.Hits {
		if screening.IsContent(h.Class) && !h.Shadow && !seen[h.Rule] {
			seen[h.Rule] = true
			if e.rules[h.Rule] == nil {
				e.rules[h.Rule] = map[string]int{}
			}
			e.rules[h.Rule][class]++
		}
	}
	if r.ContentVerdict.Severity() == 0 {
		return false
	}
	e.stopped[class]++
	return true
}

// Share is the part of the messages of classes with a prefix that was stopped.
func (e *Eval) Share(prefix ...string) (share float64, total int) {
	stopped := 0
	for c, n := range e.total {
		for _, p := range prefix {
			if strings.HasPrefix(c, p) {
				total += n
				stopped += e.stopped[c]
			}
		}
	}
	if total == 0 {
		return 0, 0
	}
	return float64(stopped) / float64(total), total
}

// Table prints the counts as Markdown.
func (e *Eval) Table(w io.Writer, byRule bool) {
	classes := make([]string, 0, len(e.total))
	for c := range e.total {
		classes = append(classes, c)
	}
	sort.Strings(classes)
	fmt.Fprintln(w, "| 类别 class | 条数 messages | 拦下 stopped | 比例 share |")
	fmt.Fprintln(w, "|---|---:|---:|---:|")
	for _, c := range classes {
		fmt.Fprintf(w, "| %s | %d | %d | %.1f%% |\n", c, e.total[c], e.stopped[c], 100*float64(e.stopped[c])/float64(e.total[c]))
	}
	recall, n := e.Share("illegal.", "fraud.")
	fmt.Fprintf(w, "| **illegal + fraud** | %d | | **%.1f%%** |\n", n, 100*recall)
	if !byRule {
		return
	}
	ids := make([]string, 0, len(e.rules))
	for id := range e.rules {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	fmt.Fprintln(w)
	for _, id := range ids {
		fmt.Fprintf(w, "%s:", id)
		for _, c := range classes {
			if n := e.rules[id][c]; n > 0 {
				fmt.Fprintf(w, " %s=%d", c, n)
			}
		}
		fmt.Fprintln(w)
	}
}
