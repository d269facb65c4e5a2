package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Limits of a scenario: what a person could mean, and no more than a run can bear.
const (
	maxSize      = 4 << 20
	maxContracts = 1000
	maxEvents    = 100_000
	maxYears     = 30
	maxProblems  = 50
	maxNodes     = 2_000_000 // aliases count each time that they are followed
)

// Problem is one thing in a file that does not fit, with its place.
type Problem struct {
	Line  int
	Field string // contracts[0].plan.rent
	Code  string
	Zh    string
	En    string
}

// Problems are all that was found; it is an error.
type Problems []Problem

// Error gives the first one in English; Unwrap has all of them.
func (p Problems) Error() string { return p.Unwrap().Error() }

// Unwrap is the house's error with a field for each.
func (p Problems) Unwrap() error {
	e := ErrScenario
	for _, x := range p {
		e = e.At(x.Field, x.Code, fmt.Sprintf("第 %d 行：%s", x.Line, x.Zh), fmt.Sprintf("line %d: %s", x.Line, x.En))
	}
	return e
}

// Parse reads a scenario and checks it as a whole. What does not fit is refused with line and field, all of it at once
// (Problems).
func Parse(r io.Reader) (*Scenario, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the scenario: %w", err)
	}
	if len(b) > maxSize {
		return nil, ErrTooLarge
	}
	p := &parser{lines: map[string]int{}}
	root, ok := p.document(b)
	if !ok {
		return nil, p.problems
	}
	s := p.scenario(root)
	if len(p.problems) > 0 {
		slices.SortStableFunc(p.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, p.problems[:min(len(p.problems), maxProblems)]
	}
	return s, nil
}

type parser struct {
	problems Problems
	lines    map[string]int // field → line, for what is found out later about fields together
	nodes    int
}

func (p *parser) add(line int, field, code, zh, en string) {
	if len(p.problems) < 10*maxProblems {
		p.problems = append(p.problems, Problem{line, field, code, zh, en})
	}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document reads the only document of the file.
func (p *parser) document(b []byte) (*yaml.Node, bool) {
	if i := invalid(b); i >= 0 {
		p.add(1+bytes.Count(b[:i], []byte("\n")), "", "encoding", "文件不是 UTF-8 文本", "the file is not UTF-8 text")
		return nil, false
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	var doc, more yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			p.add(1, "contracts", "empty", "文件是空的，请写 contracts、events 和 until", "the file is empty; write contracts, events and until")
			return nil, false
		}
		p.syntax(b, err)
		return nil, false
	}
	if err := d.Decode(&more); err == nil {
		p.add(more.Line, "", "documents", "一个文件只能写一个试算，请删去 --- 之后的内容", "a file holds one scenario; delete what follows ---")
		return nil, false
	} else if !errors.Is(err, io.EOF) {
		p.syntax(b, err)
		return nil, false
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		p.add(1, "", "empty", "文件是空的", "the file is empty")
		return nil, false
	}
	return doc.Content[0], true
}

func invalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func (p *parser) syntax(b []byte, err error) {
	line := 1
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.TrimPrefix(strings.TrimPrefix(text, m[0]), ": ")
	}
	line = stumble(b, max(line, 1))
	p.add(line, "", "yaml", "YAML 语法错误："+text, "YAML syntax: "+text)
}

// stumble looks for the line at which a file stops being YAML. The library names the line on which the block began that it
// could not finish; what is wrong stands after the last line up to which all was well.
func stumble(b []byte, from int) int {
	const far = 200
	lines := bytes.SplitAfter(b, []byte("\n"))
	size, last := 0, 0
	for i, l := range lines {
		size += len(l)
		if n := i + 1; n >= from-1 && n < from+far && n < len(lines) {
			var any yaml.Node
			if yaml.Unmarshal(b[:size], &any) == nil {
				last = n
			}
		}
	}
	if last == 0 {
		return from
	}
	return max(last+1, from)
}

// follow gives the node behind an alias.
func (p *parser) follow(n *yaml.Node) *yaml.Node {
	for range 10 {
		if p.nodes++; n.Kind != yaml.AliasNode || n.Alias == nil {
			return n
		}
		n = n.Alias
	}
	return n
}

// read takes a value into its place.
type read func(n *yaml.Node, field string)

// fields are the keys that a mapping may have.
type fields map[string]read

// mapping reads a mapping: every key must be one of the fields, once; what is required must be there. It gives the keys
// that were there.
func (p *parser) mapping(n *yaml.Node, field string, known fields, required ...string) map[string]bool {
	seen := map[string]bool{}
	n = p.follow(n)
	if p.nodes > maxNodes {
		p.add(n.Line, field, "too_deep", "引用（别名）过多", "too many aliases")
		return seen
	}
	if n.Kind != yaml.MappingNode {
		p.wrong(n, field, "一组“键: 值”", "a mapping of keys to values")
		return seen
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name := k.Value
		at := join(field, name)
		if k.Kind != yaml.ScalarNode {
			p.add(k.Line, field, "key", "键必须是一个词", "a key must be a single word")
			continue
		}
		if seen[name] {
			p.add(k.Line, at, "duplicate", "“"+clip(name)+"”重复出现", clip(name)+" is given twice")
			continue
		}
		f, ok := known[name]
		if !ok {
			names := keys(known)
			p.add(k.Line, at, "unknown", "没有这个键，可用的有："+strings.Join(names, "、"), "no such key; there are: "+strings.Join(names, ", "))
			continue
		}
		seen[name] = true
		p.lines[at] = v.Line
		f(v, at)
	}
	for _, name := range required {
		if !seen[name] {
			p.add(n.Line, join(field, name), "missing", "缺少“"+name+"”", name+" is missing")
		}
	}
	return seen
}

func keys(f fields) []string {
	var out []string
	for k := range f {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func join(field, name string) string {
	if field == "" {
		return clip(name)
	}
	return field + "." + clip(name)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// list reads a sequence.
func (p *parser) list(n *yaml.Node, field string, most int, each read) int {
	n = p.follow(n)
	if n.Kind != yaml.SequenceNode {
		p.wrong(n, field, "一个列表", "a list")
		return 0
	}
	if len(n.Content) > most {
		p.add(n.Line, field, "too_many", fmt.Sprintf("最多 %d 项", most), fmt.Sprintf("at most %d of them", most))
		return 0
	}
	for i, c := range n.Content {
		at := fmt.Sprintf("%s[%d]", field, i)
		p.lines[at] = c.Line
		each(c, at)
		if p.nodes > maxNodes {
			p.add(c.Line, at, "too_deep", "引用（别名）过多", "too many aliases")
			return i
		}
	}
	return len(n.Content)
}

func (p *parser) wrong(n *yaml.Node, field, zh, en string) {
	got := clip(n.Value)
	switch {
	case n.Kind == yaml.MappingNode:
		got = "{…}"
	case n.Kind == yaml.SequenceNode:
		got = "[…]"
	case n.Tag == "!!null" && n.Value == "":
		got = "null"
	}
	p.add(n.Line, field, "type", "应为"+zh+"，写的是 "+got, "must be "+en+", not "+got)
}

// scalar gives the text of a scalar with one of the tags.
func (p *parser) scalar(n *yaml.Node, field, zh, en string, tags ...string) (string, bool) {
	n = p.follow(n)
	if n.Kind != yaml.ScalarNode || !slices.Contains(tags, n.ShortTag()) {
		p.wrong(n, field, zh, en)
		return "", false
	}
	return n.Value, true
}

const (
	str       = "!!str"
	whole     = "!!int"
	timestamp = "!!timestamp"
)

// explain adds what the value's own type says of it.
func (p *parser) explain(n *yaml.Node, field string, err error) {
	if e := errs.As(err); e != nil {
		p.add(n.Line, field, e.Code, e.Zh, e.En)
	} else {
		p.add(n.Line, field, "invalid", "值不对："+err.Error(), err.Error())
	}
}

// yuan reads an amount of money; it is a string, because a number would pass through binary fractions.
func (p *parser) yuan(to *money.Fen) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "带引号的金额（元），例如 \"100.00\"", `an amount in yuan in quotes, such as "100.00"`, str)
		if !ok {
			return
		}
		v, err := money.ParseYuan(s)
		switch {
		case err != nil:
			p.explain(n, field, err)
		case v < 0 || s[0] == '-':
			p.add(n.Line, field, "negative", "金额不能为负数", "must not be negative")
		default:
			*to = v
		}
	}
}

// decimal reads a unit price, a rate or a share, also a string.
func (p *parser) decimal(to *money.Decimal) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "带引号的数，例如 \"0.085\"", `a number in quotes, such as "0.085"`, str)
		if !ok {
			return
		}
		v, err := money.ParseDecimal(s)
		switch {
		case err != nil:
			p.explain(n, field, err)
		case v.Sign() < 0 || s[0] == '-':
			p.add(n.Line, field, "negative", "不能为负数", "must not be negative")
		default:
			*to = v
		}
	}
}

var plain = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// count reads a whole number from least to most.
func (p *parser) count(to *int64, least, most int64) read {
	return func(n *yaml.Node, field string) {
		n = p.follow(n)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != whole && !(n.ShortTag() == "!!float" && plain.MatchString(n.Value)) {
			p.wrong(n, field, "不带引号的整数，例如 1000", "a whole number without quotes, such as 1000")
			return
		}
		if !plain.MatchString(n.Value) {
			p.add(n.Line, field, "form", "请写成普通的整数，例如 1000", "write a plain whole number such as 1000")
			return
		}
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil || v < least || v > most {
			p.add(n.Line, field, "range", fmt.Sprintf("应在 %d 到 %d 之间", least, most), fmt.Sprintf("must be from %d to %d", least, most))
			return
		}
		*to = v
	}
}

// maxParts is the largest number of messages that an event or a term may name.
const maxParts = 1_000_000_000_000

func (p *parser) small(to *int, least, most int64) read {
	return func(n *yaml.Node, field string) {
		v := int64(*to)
		p.count(&v, least, most)(n, field)
		*to = int(v)
	}
}

func (p *parser) yes(to *bool) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "true 或 false", "true or false", "!!bool")
		if !ok {
			return
		}
		switch s {
		case "true", "True", "TRUE":
			*to = true
		case "false", "False", "FALSE":
			*to = false
		default:
			p.wrong(n, field, "true 或 false", "true or false")
		}
	}
}

func (p *parser) date(to *caldate.Date) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "日期，例如 2026-10-01", "a date such as 2026-10-01", str, timestamp)
		if !ok {
			return
		}
		v, err := caldate.Parse(s)
		if err == nil && (v.Year() < 1990 || v.Year() > 2200) {
			p.add(n.Line, field, "range", "日期应在 1990 年到 2200 年之间", "the date must lie between 1990 and 2200")
			return
		}
		if err != nil {
			p.explain(n, field, err)
			return
		}
		*to = v
	}
}

func (p *parser) month(to *caldate.Month) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "月份，例如 2026-10", "a month such as 2026-10", str)
		if !ok {
			return
		}
		v, err := caldate.ParseMonth(s)
		if err != nil {
			p.explain(n, field, err)
			return
		}
		*to = v
	}
}

var clockForm = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?$`)

// moment reads a time of day: "09:30", "09:30:15", or a whole moment, whose day must be the event's.
func (p *parser) moment(to *int, day *caldate.Date) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "时刻，例如 \"09:30\"", `a time of day such as "09:30"`, str, timestamp)
		if !ok {
			return
		}
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			at = at.In(caldate.Shanghai)
			*day = caldate.OfTime(at)
			*to = 3600*at.Hour() + 60*at.Minute() + at.Second()
			return
		}
		m := clockForm.FindStringSubmatch(s)
		if m == nil {
			p.add(n.Line, field, "form", "请写成 \"09:30\" 这样的时刻", `write a time of day such as "09:30"`)
			return
		}
		hour, _ := strconv.Atoi(m[1])
		minute, _ := strconv.Atoi(m[2])
		second, _ := strconv.Atoi(m[3])
		*to = 3600*hour + 60*minute + second
	}
}

// text reads a name or a remark.
func (p *parser) text(to *string, most int) read {
	return func(n *yaml.Node, field string) {
		s, ok := p.scalar(n, field, "文字", "text", str)
		if !ok {
			return
		}
		var f errs.Fields
		v := form.Text(&f, field, s, most, true)
		for _, e := range f {
			p.add(n.Line, field, e.Code, e.Zh, e.En)
		}
		*to = v
	}
}

// oneOf reads one of several words.
func oneOf[T ~string](p *parser, to *T, words ...T) read {
	return func(n *yaml.Node, field string) {
		var names []string
		for _, w := range words {
			names = append(names, string(w))
		}
		s, ok := p.scalar(n, field, strings.Join(names, "、")+" 之一", "one of "+strings.Join(names, ", "), str)
		if !ok {
			return
		}
		if !slices.Contains(words, T(s)) {
			p.add(n.Line, field, "unknown", "“"+clip(s)+"”不在可选项中："+strings.Join(names, "、"), clip(s)+" is none of: "+strings.Join(names, ", "))
			return
		}
		*to = T(s)
	}
}

func (p *parser) scenario(root *yaml.Node) *Scenario {
	s := &Scenario{}
	var events *yaml.Node
	p.mapping(root, "", fields{
		"contracts": func(n *yaml.Node, field string) {
			got := p.list(n, field, maxContracts, func(n *yaml.Node, at string) { s.Contracts = append(s.Contracts, p.contract(n, at)) })
			if got == 0 && p.follow(n).Kind == yaml.SequenceNode {
				p.add(n.Line, field, "empty", "至少写一个合同", "write one contract at least")
			}
		},
		"events": func(n *yaml.Node, _ string) { events = n }, // after the contracts, wherever it stands
		"until":  p.date(&s.Until),
	}, "contracts", "until")
	byID := map[string]*Contract{}
	var first caldate.Date
	for i := range s.Contracts {
		c := &s.Contracts[i]
		at := fmt.Sprintf("contracts[%d]", i)
		if c.ID != "" && byID[c.ID] != nil {
			p.add(p.line(at+".id", at), at+".id", "duplicate", "合同编号“"+c.ID+"”重复", "there are two contracts "+c.ID)
		}
		byID[c.ID] = c
		if first.IsZero() || c.Start.Before(first) {
			first = c.Start
		}
	}
	if events != nil {
		customers := map[string]bool{}
		for _, c := range s.Contracts {
			customers[c.Customer] = true
		}
		if n := p.follow(events); n.Kind != yaml.ScalarNode || n.ShortTag() != "!!null" {
			p.list(n, "events", maxEvents, func(n *yaml.Node, at string) {
				e := p.event(n, at, byID, customers)
				e.Index, e.Line = len(s.Events), n.Line
				s.Events = append(s.Events, e)
				if !e.On.IsZero() && e.On.Before(first) {
					first = e.On
				}
			})
		}
	}
	if !s.Until.IsZero() && !first.IsZero() && s.Until.After(first.AddYears(maxYears)) {
		p.add(p.line("until", ""), "until", "too_long", fmt.Sprintf("试算最多 %d 年", maxYears), fmt.Sprintf("a trial covers %d years at most", maxYears))
	}
	return s
}

// line is where a field stands, or where the mapping stands that should have it.
func (p *parser) line(fields ...string) int {
	for _, f := range fields {
		if l := p.lines[f]; l > 0 {
			return l
		}
	}
	return 1
}

func (p *parser) contract(n *yaml.Node, at string) Contract {
	c := Contract{}
	var kind plan.Kind
	// The kind decides which terms count, so they are read into a patch first.
	patch := plan.Patch{}
	var lump *money.Fen
	known := fields{
		"id": p.text(&c.ID, 100), "customer": p.text(&c.Customer, 100), "start": p.date(&c.Start), "end": p.date(&c.End),
		"kind": oneOf(p, &kind, plan.Kinds...),
	}
	p.terms(known, &patch, &lump)
	before := len(p.problems)
	p.mapping(n, at, known, "id", "kind", "customer", "start", "end")
	if !c.Start.IsZero() && !c.End.IsZero() && c.End.Before(c.Start) {
		p.add(p.line(at+".end", at), at+".end", "order", "终止日 "+c.End.String()+" 早于起始日 "+c.Start.String(), "the end "+c.End.String()+" is before the start "+c.Start.String())
	}
	if kind == "" {
		return c
	}
	c.Terms = plan.Defaults(kind).With(ofKind(kind, patch))
	if kind == plan.KindMaintenance {
		switch {
		case lump != nil:
			c.Terms.LumpSum = *lump
		case len(c.Terms.OneOff) == 0: // the contract amount is the lump sum where the plan names no fee of its own
			c.Terms.LumpSum = c.Terms.Amount
		}
	}
	if before == len(p.problems) {
		p.together(c.Terms, at)
	}
	return c
}

// together refuses terms that can't stand together, at the lines of the fields that they come from.
func (p *parser) together(t plan.Terms, at string) {
	for _, e := range t.Check() {
		field := at + "." + termField(e.Field)
		line := p.line(field, at)
		if strings.HasPrefix(field, at+".plan.") {
			line = p.line(field, at+".plan", at)
		}
		p.add(line, field, e.Code, e.Zh, e.En)
	}
}

// termField is how the file names a field of plan.Terms.
func termField(name string) string {
	name = strings.ReplaceAll(name, "_fen", "")
	top, _, _ := strings.Cut(name, ".")
	top, _, _ = strings.Cut(top, "[")
	switch top {
	case "rent", "included", "overage", "price", "threshold", "mode", "ports", "one_off", "tiers", "minimum", "lump_sum":
		return "plan." + name
	}
	return name
}

// ofKind leaves out the terms of other kinds of contract, which a file may carry along.
func ofKind(kind plan.Kind, in plan.Patch) plan.Patch {
	out := in
	drop := func(names ...string) {
		for _, n := range names {
			switch n {
			case "rent":
				out.Rent = nil
			case "included":
				out.Included = nil
			case "overage":
				out.Overage = nil
			case "price":
				out.Price = nil
			case "port":
				out.Threshold, out.Mode, out.Ports = nil, nil, nil
			case "tiers":
				out.Tiers = nil
			case "minimum":
				out.Minimum = nil
			}
		}
	}
	switch kind {
	case plan.KindPackage:
		drop("price", "port")
	case plan.KindPostpaid:
		drop("rent", "included", "overage", "port")
	case plan.KindPrepaid, plan.KindCentre:
		drop("rent", "included", "overage", "port", "minimum")
	case plan.KindPort:
		drop("included", "overage")
	case plan.KindMaintenance:
		drop("rent", "included", "overage", "price", "port", "tiers", "minimum")
	}
	return out
}

// terms adds the keys of a contract that set its terms.
func (p *parser) terms(known fields, to *plan.Patch, lump **money.Fen) {
	set := func(name string, f read) { known[name] = f }
	set("amount", into(p.yuan, &to.Amount))
	set("plan", func(n *yaml.Node, field string) {
		f := fields{}
		p.planKeys(f, to, lump)
		p.mapping(n, field, f)
	})
	set("first_month", pick(p, &to.FirstMonth, plan.Full, plan.Daily))
	set("daily_cap", func(n *yaml.Node, field string) {
		var v int64
		p.count(&v, 0, maxParts)(n, field)
		to.DailyCap = &v
	})
	set("window", func(n *yaml.Node, field string) {
		w := plan.Defaults(plan.KindPackage).Window
		days := 0
		seen := p.mapping(n, field, fields{"from": p.small(&w.From, 1, 31), "to": p.small(&w.To, 1, 31), "days": p.small(&days, 1, 365),
			"of": oneOf(p, &w.Of, "issue", "receipt")})
		if seen["days"] {
			w = plan.Window{Days: days, Of: w.Of}
		} else if seen["of"] {
			p.add(p.line(field+".of"), field+".of", "no_days", "of 只与 days 一起使用", "of goes with days only")
		}
		if seen["from"] && !seen["to"] && w.From > w.To {
			w.To = 31
		}
		to.Window = &w
	})
	set("grace_days", func(n *yaml.Node, field string) {
		var v int
		p.small(&v, 0, 365)(n, field)
		to.GraceDays = &v
	})
	set("late_fee", func(n *yaml.Node, field string) {
		l := plan.Defaults(plan.KindPackage).LateFee
		seen := p.mapping(n, field, fields{"model": oneOf(p, &l.Model, plan.LateFeeDaily, plan.LateFeeFlat, plan.LateFeeNone), "rate": p.decimal(&l.Rate),
			"cap": p.decimal(&l.Cap), "stop_at_suspension": p.yes(&l.StopAtSuspension), "tax_free": p.yes(&l.TaxFree)})
		if l.Model == plan.LateFeeFlat && !seen["rate"] {
			p.add(n.Line, field+".rate", "missing", "一次性违约金须写明比例 rate", "a flat late fee needs its rate")
		}
		to.LateFee = &l
	})
	set("allocation", pick(p, &to.Allocation, plan.LateFeeFirst, plan.PrincipalFirst))
	set("deposit", into(p.yuan, &to.Deposit))
	set("plan_change_cutoff", func(n *yaml.Node, field string) {
		v := 20
		p.small(&v, 1, 31)(n, field)
		to.ChangeUntil = &v
	})
	set("renewal", func(n *yaml.Node, field string) {
		r := plan.Defaults(plan.KindPackage).Renewal
		seen := p.mapping(n, field, fields{"auto": p.yes(&r.Auto), "years": p.small(&r.Years, 0, 50), "objection_days": p.small(&r.ObjectionDays, 0, 365)})
		if r.Auto && !seen["years"] {
			r.Years = 1
		}
		to.Renewal = &r
	})
	set("rent_while_suspended", func(n *yaml.Node, field string) {
		v := true
		p.yes(&v)(n, field)
		to.RentWhileSuspended = &v
	})
	set("terminate_after_suspended_days", func(n *yaml.Node, field string) {
		v := 0
		p.small(&v, 1, 3650)(n, field)
		to.TerminateAfterSuspendedDays = &v
	})
	set("suspension", pick(p, &to.Suspension, plan.Automatic, plan.ByDecision))
	set("suspend_after_days", func(n *yaml.Node, field string) {
		v := 0
		p.small(&v, 0, 365)(n, field)
		to.SuspendAfter = &v
	})
	set("suspend_floor", into(p.yuan, &to.SuspendFloor))
	set("count_by", pick(p, &to.CountBy, plan.ByReceipt, plan.BySubmission))
	set("blocked", pick(p, &to.Blocked, plan.BlockedFree, plan.BlockedSubmission, plan.BlockedPart))
}

// planKeys adds the keys of a plan.
func (p *parser) planKeys(known fields, to *plan.Patch, lump **money.Fen) {
	known["rent"] = into(p.yuan, &to.Rent)
	known["included"] = func(n *yaml.Node, field string) {
		var v int64
		p.count(&v, 0, maxParts)(n, field)
		to.Included = &v
	}
	known["overage"] = into(p.decimal, &to.Overage)
	known["price"] = into(p.decimal, &to.Price)
	known["threshold"] = func(n *yaml.Node, field string) {
		var v int64
		p.count(&v, 0, maxParts)(n, field)
		to.Threshold = &v
	}
	known["mode"] = pick(p, &to.Mode, plan.Excess, plan.Whole, plan.Instead)
	known["ports"] = func(n *yaml.Node, field string) {
		v := 1
		p.small(&v, 1, 100_000)(n, field)
		to.Ports = &v
	}
	known["minimum"] = into(p.yuan, &to.Minimum)
	known["one_off"] = func(n *yaml.Node, field string) {
		p.list(n, field, 1000, func(n *yaml.Node, at string) {
			var o plan.OneOff
			p.mapping(n, at, fields{"name": p.text(&o.Name, 100), "amount": p.yuan(&o.Amount), "on": p.date(&o.On)}, "name", "amount", "on")
			to.OneOff = append(to.OneOff, o)
		})
	}
	known["tiers"] = func(n *yaml.Node, field string) {
		t := &plan.Tiers{Mode: plan.Graduated}
		p.mapping(n, field, fields{
			"mode": oneOf(p, &t.Mode, plan.Graduated, plan.Volume),
			"steps": func(n *yaml.Node, field string) {
				p.list(n, field, 100, func(n *yaml.Node, at string) {
					var s plan.Step
					p.mapping(n, at, fields{"up_to": p.count(&s.UpTo, 1, maxParts), "price": p.decimal(&s.Price)}, "price")
					t.Steps = append(t.Steps, s)
				})
			},
		}, "mode", "steps")
		to.Tiers = t
	}
	if lump != nil {
		known["lump_sum"] = into(p.yuan, lump)
	}
}

// into reads a value into a pointer that is nil until then.
func into[T any](reader func(*T) read, to **T) read {
	return func(n *yaml.Node, field string) {
		var v T
		reader(&v)(n, field)
		*to = &v
	}
}

func pick[T ~string](p *parser, to **T, words ...T) read {
	return func(n *yaml.Node, field string) {
		v := words[0]
		oneOf(p, &v, words...)(n, field)
		*to = &v
	}
}

// actions are the keys of an event that say what happens; each event has exactly one (resolve goes with dispute).
var actions = []string{"usage", "pay", "change_plan", "top_up", "top_up_messages", "send", "credit", "fine", "dispute", "resolve", "object_renewal", "terminate", "cure",
	"visit", "blocked", "supplement", "licence"}

// ofCustomer are the actions that concern a customer; the others concern a contract.
var ofCustomer = []string{"pay", "licence"}

// goesWith says which further keys belong to which actions.
var goesWith = map[string][]string{"value_date": {"pay"}, "carrier": {"usage"}, "port": {"usage"}, "effective": {"supplement"}, "end": {"supplement"}, "last_day": {"terminate"}}

func (p *parser) event(n *yaml.Node, at string, contracts map[string]*Contract, customers map[string]bool) Event {
	e := Event{Second: noon}
	var atDay caldate.Date
	var carrier, port string
	var valueDate, effective, end, lastDay caldate.Date
	var resolve Dispute
	var amend *yaml.Node
	var change *yaml.Node
	known := fields{
		"on": p.date(&e.On), "at": p.moment(&e.Second, &atDay), "contract": p.text(&e.Contract, 100), "customer": p.text(&e.Customer, 100), "reason": p.text(&e.Reason, 200),
		"value_date": p.date(&valueDate), "carrier": oneOf(p, &carrier, "cmcc", "cucc", "ctcc", "cbn"), "port": p.text(&port, 40), "effective": p.date(&effective),
		"end": p.date(&end), "last_day": p.date(&lastDay),
		"usage": func(n *yaml.Node, field string) {
			e.Usage = &Usage{}
			p.count(&e.Usage.Parts, 0, maxParts)(n, field)
		},
		"pay": func(n *yaml.Node, field string) {
			e.Pay = &Pay{}
			p.yuan(&e.Pay.Amount)(n, field)
		},
		"change_plan": func(n *yaml.Node, _ string) { change = n },
		"top_up": func(n *yaml.Node, field string) {
			e.TopUp = &TopUp{}
			p.yuan(&e.TopUp.Amount)(n, field)
		},
		"top_up_messages": func(n *yaml.Node, field string) {
			e.TopUp = &TopUp{}
			p.count(&e.TopUp.Messages, 0, maxParts)(n, field)
		},
		"send": func(n *yaml.Node, field string) {
			e.Send = new(int64)
			p.count(e.Send, 0, maxParts)(n, field)
		},
		"credit": into(p.yuan, &e.Credit), "fine": into(p.yuan, &e.Fine), "visit": into(p.yuan, &e.Visit),
		"dispute": func(n *yaml.Node, field string) {
			d := &Dispute{}
			seen := p.mapping(n, field, fields{"bill": p.month(&d.Month), "amount": p.yuan(&d.Amount), "resolve": oneOf(p, &d.Outcome, "upheld", "withdrawn")}, "bill")
			d.Open = seen["amount"]
			e.Dispute = d
		},
		"resolve": func(n *yaml.Node, field string) {
			if p.follow(n).Kind == yaml.MappingNode {
				p.mapping(n, field, fields{"bill": p.month(&resolve.Month), "outcome": oneOf(p, &resolve.Outcome, "upheld", "withdrawn")}, "outcome")
				return
			}
			oneOf(p, &resolve.Outcome, "upheld", "withdrawn")(n, field)
		},
		"object_renewal": into(func(to *contract.Side) read { return oneOf(p, to, contract.CustomerSide, contract.ProviderSide) }, &e.Objection),
		"terminate": func(n *yaml.Node, field string) {
			e.Terminate = &Termination{}
			p.mapping(n, field, fields{"cause": oneOf(p, &e.Terminate.Cause, contract.Causes()...), "last_day": p.date(&e.Terminate.LastDay)}, "cause")
		},
		"cure": func(n *yaml.Node, field string) {
			p.yes(&e.Cure)(n, field)
			if f := p.follow(n); f.ShortTag() == "!!bool" && !e.Cure {
				p.add(n.Line, field, "value", "cure 只能是 true", "cure can only be true")
			}
		},
		"blocked": func(n *yaml.Node, field string) {
			b := &Blocked{}
			p.mapping(n, field, fields{"submitted": p.count(&b.Submitted, 0, maxParts), "blocked": p.count(&b.Blocked, 0, maxParts)}, "submitted", "blocked")
			if b.Blocked > b.Submitted {
				p.add(p.line(field+".blocked", field), field+".blocked", "order", "拦截条数多于提交条数", "more was blocked than submitted")
			}
			e.Blocked = b
		},
		"supplement": func(n *yaml.Node, _ string) { amend = n },
		"licence": func(n *yaml.Node, field string) {
			l := &Licence{}
			p.mapping(n, field, fields{"kind": oneOf(p, &l.Kind, licence.Kinds()...), "from": p.date(&l.From), "to": p.date(&l.To)}, "kind", "from")
			if !l.To.IsZero() && l.To.Before(l.From) {
				p.add(p.line(field+".to", field), field+".to", "order", "有效期结束日早于开始日", "the last day of validity is before the first")
			}
			e.Licence = l
		},
	}
	seen := p.mapping(n, at, known, "on")
	if !atDay.IsZero() && !e.On.IsZero() && atDay != e.On {
		p.add(p.line(at+".at", at), at+".at", "other_day", "at 的日期与 on 不同", "at is on another day than on")
	}
	var did []string
	for _, a := range actions {
		if seen[a] {
			did = append(did, a)
		}
	}
	if len(did) == 2 && did[0] == "dispute" && did[1] == "resolve" {
		did = did[:1]
		e.Dispute.Outcome = resolve.Outcome
	}
	node := p.follow(n)
	if node.Kind != yaml.MappingNode {
		return e
	}
	switch len(did) {
	case 0:
		p.add(node.Line, at, "no_action", "事件没有说发生什么，请写其中一个："+strings.Join(actions, "、"), "the event says nothing that happens; write one of "+strings.Join(actions, ", "))
		return e
	case 1:
	default:
		p.add(p.line(at+"."+did[1], at), at+"."+did[1], "two_actions", "一个事件只能发生一件事，请把 "+strings.Join(did, "、")+" 分开写", "one event is one thing; write "+strings.Join(did, ", ")+" apart")
		return e
	}
	act := did[0]
	for _, key := range []string{"value_date", "carrier", "port", "effective", "end", "last_day"} {
		if seen[key] && !slices.Contains(goesWith[key], act) {
			p.add(p.line(at+"."+key, at), at+"."+key, "misplaced", key+" 只与 "+strings.Join(goesWith[key], "、")+" 一起使用", key+" goes with "+strings.Join(goesWith[key], ", ")+" only")
		}
	}
	if act == "resolve" {
		e.Dispute = &resolve
	}
	p.whose(&e, seen, slices.Contains(ofCustomer, act), at, node.Line, contracts, customers)
	switch act {
	case "usage":
		e.Usage.Carrier, e.Usage.Port = carrier, port
	case "pay":
		e.Pay.ValueDate = e.On
		if seen["value_date"] {
			e.Pay.ValueDate = valueDate
		}
	case "terminate":
		if seen["last_day"] {
			e.Terminate.LastDay = lastDay
		}
	case "dispute":
		if e.Dispute.Outcome == "" && !e.Dispute.Open {
			p.add(p.line(at+".dispute", at), at+".dispute.amount", "missing", "请写异议金额 amount，或用 resolve 写明处理结果", "give the disputed amount, or say with resolve how it ended")
		}
	}
	c := contracts[e.Contract]
	if change != nil {
		e.Change = &plan.Patch{}
		f := fields{}
		p.planKeys(f, e.Change, nil)
		f["daily_cap"] = func(n *yaml.Node, field string) {
			var v int64
			p.count(&v, 0, maxParts)(n, field)
			e.Change.DailyCap = &v
		}
		p.mapping(change, at+".change_plan", f)
		p.altered(e.Change, c, at, "change_plan", change.Line)
	}
	if amend != nil {
		e.Amend = &Supplement{Effective: effective, Until: end}
		f := fields{}
		p.terms(f, &e.Amend.Patch, nil)
		delete(f, "plan")
		p.planKeys(f, &e.Amend.Patch, nil)
		f["end"] = p.date(&e.Amend.Until)
		f["effective"] = p.date(&e.Amend.Effective)
		p.mapping(amend, at+".supplement", f)
		if e.Amend.Effective.IsZero() && p.lines[at+".effective"] == 0 {
			p.add(p.line(at+".supplement", at), at+".effective", "missing", "请写补充协议的生效日 effective", "give the day from which the supplement holds: effective")
		}
		p.altered(&e.Amend.Patch, c, at, "supplement", amend.Line)
	}
	return e
}

// altered keeps of a patch what concerns the contract's kind.
func (p *parser) altered(patch *plan.Patch, c *Contract, at, key string, line int) {
	if patch.Empty() && p.lines[at+".supplement.end"] == 0 && p.lines[at+".end"] == 0 {
		p.add(line, at+"."+key, "empty", "没有写要改什么", "it does not say what changes")
	}
	if c != nil {
		*patch = ofKind(c.Terms.Kind, *patch)
	}
}

// whose finds out which contract or customer an event concerns.
func (p *parser) whose(e *Event, seen map[string]bool, customer bool, at string, line int, contracts map[string]*Contract, customers map[string]bool) {
	if seen["contract"] {
		c := contracts[e.Contract]
		switch {
		case c == nil && e.Contract != "":
			p.add(p.line(at+".contract", at), at+".contract", "unknown", "没有合同“"+clip(e.Contract)+"”", "there is no contract "+clip(e.Contract))
			return
		case c == nil:
			return
		case seen["customer"] && e.Customer != c.Customer:
			p.add(p.line(at+".customer", at), at+".customer", "other", "合同 "+e.Contract+" 的客户是“"+c.Customer+"”", "the customer of contract "+e.Contract+" is "+c.Customer)
			return
		}
		e.Customer = c.Customer
		if customer {
			e.Contract = ""
		}
		return
	}
	switch {
	case !customer:
		p.add(line, at+".contract", "missing", "请写明合同 contract", "say which contract")
	case !seen["customer"]:
		p.add(line, at+".customer", "missing", "请写明客户 customer", "say which customer")
	case e.Customer != "" && !customers[e.Customer]:
		p.add(p.line(at+".customer", at), at+".customer", "unknown", "没有客户“"+clip(e.Customer)+"”的合同", "no contract has the customer "+clip(e.Customer))
	}
}
