package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"sealgate/server/screening"
)

// block is a piece of the input: lines that one worker screens. Blocks are written in the
// order they were read; only as many as there are workers (and a few) exist at once.
type block struct {
	first int // number of the first line
	lines []byte
	recs  []record // csv only
	long  bool     // behind the lines stood one that was too long
	out   []byte
	errs  []byte
	stats stats
	done  chan struct{}
}

type record struct {
	line int
	msg  screening.Message
	err  error
}

type stats struct {
	messages, bytes, broken int64
	verdicts                map[screening.Verdict]int64
}

func (s *stats) add(o *stats) {
	s.messages += o.messages
	s.bytes += o.bytes
	s.broken += o.broken
	for v, n := range o.verdicts {
		s.verdicts[v] += n
	}
}

const (
	blockBytes = 256 << 10
	maxLine    = 4 << 20
)

type files []string

func (f *files) String() string { return strings.Join(*f, ",") }

func (f *files) Set(s string) error {
	*f = append(*f, s)
	return nil
}

// Screen runs `sealgate screen [--rules DIR] [--terms FILE …] [--format jsonl|csv|txt]
// [--only-verdict] < messages > verdicts`; it returns the exit code. Broken lines are
// reported on stderr and answered in their place, so that lines in and out stay in step.
func Screen(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var terms files
	set := flag.NewFlagSet("screen", flag.ContinueOnError)
	set.SetOutput(stderr)
	dir := set.String("rules", "", "规则目录 / folder of rules (default: the embedded set)")
	format := set.String("format", "jsonl", "jsonl, csv, txt")
	only := set.Bool("only-verdict", false, "只输出 id<TAB>verdict / print id<TAB>verdict only")
	workers := set.Int("workers", runtime.GOMAXPROCS(0), "并行数 / how many cores to use")
	set.Var(&terms, "terms", "词表，一行一词，可写 词<TAB>标签；命中只作标记 / a list of words, one a line or word<TAB>tag; hits are tags")
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
		if len(terms) == 0 {
			fmt.Fprintf(stderr, "多余的参数 %q；消息从标准输入读取 / unexpected argument %q: messages are read from standard input\n", set.Arg(0), set.Arg(0))
			return exitUsage
		}
		terms = append(terms, set.Arg(0)) // --terms a.txt b.txt
	}
	if *format != "jsonl" && *format != "csv" && *format != "txt" {
		fmt.Fprintf(stderr, "没有格式 %s；可用 jsonl、csv、txt / there is no format %s; use jsonl, csv or txt\n", *format, *format)
		return exitUsage
	}
	if *workers < 1 {
		*workers = 1
	}
	rs, err := compile(*dir, terms, stderr)
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	begin := time.Now()
	total := stats{verdicts: map[screening.Verdict]int64{}}
	err = run(rs, *format, *only, *workers, stdin, stdout, stderr, &total)
	seconds := time.Since(begin).Seconds()
	fmt.Fprintf(stderr, "messages=%d bytes=%d seconds=%.3f messages_per_second=%.0f broken=%d rule_set=%s", total.messages, total.bytes, seconds,
		float64(total.messages)/max(seconds, 1e-9), total.broken, rs.Version())
	for _, v := range []screening.Verdict{screening.Pass, screening.Hold, screening.Escalate, screening.RefuseMessage, screening.RefuseBatch} {
		fmt.Fprintf(stderr, " %s=%d", v, total.verdicts[v])
	}
	fmt.Fprintln(stderr)
	if err != nil {
		report(stderr, err)
		return exitInput
	}
	return exitOK
}

func compile(dir string, terms []string, stderr io.Writer) (*screening.Set, error) {
	fsys, err := source(dir)
	if err != nil {
		return nil, err
	}
	src, err := screening.Load(fsys)
	if err != nil {
		return nil, err
	}
	for _, f := range terms {
		if err := addTerms(src, f, stderr); err != nil {
			return nil, err
		}
	}
	hash := src.Hash()[:12]
	version := "embedded-" + hash
	if dir != "" {
		version = "dir-" + hash
	}
	return screening.Compile(src, version)
}

// addTerms adds a plain list of words: a bank and a tagging rule for each tag in it.
func addTerms(src *screening.Source, file string, stderr io.Writer) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("词表读不了 / the list of words can't be read: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return fmt.Errorf("词表 %s 不是 UTF-8；请另存为 UTF-8 / the list %s is not UTF-8; save it as UTF-8", file, file)
	}
	byTag := map[string][]string{}
	left := 0
	for _, line := range strings.Split(string(data), "\n") {
		word, tag, _ := strings.Cut(strings.TrimRight(line, "\r"), "\t")
		word, tag = strings.TrimSpace(word), strings.TrimSpace(tag)
		// a list from elsewhere may hold lines of symbols: nothing can be searched for there
		if word == "" || len(word) > 400 || !screening.Searchable(word) {
			if word != "" {
				left++
			}
			continue
		}
		byTag[tag] = append(byTag[tag], word)
	}
	if left > 0 {
		fmt.Fprintf(stderr, "词表 %s 有 %d 行没有可查的文字，已略过 / %d lines of %s hold nothing to search for and were left out\n", file, left, left, file)
	}
	tags := make([]string, 0, len(byTag))
	for t := range byTag {
		tags = append(tags, t)
	}
	sort.Strings(tags)
	base := strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".txt")
	for i, t := range tags {
		bank := "terms." + base + "." + strconv.Itoa(i)
		title := base
		if t != "" {
			title = t
		}
		src.AddBank(screening.Bank{ID: bank, Words: byTag[t]})
		src.AddRule(screening.Rule{
			ID: "terms.list" + strconv.Itoa(len(src.Rules)), Title: screening.Title{Zh: title, En: title}, Class: screening.ClassTag, Scope: "message", Level: 1,
			Action: screening.ActionTag, State: screening.StateLive, ReasonCode: "CONTENT.TAG",
			Terms: map[string]screening.Terms{"words": {Banks: []string{bank}}},
		})
	}
	return nil
}

func run(rs *screening.Set, format string, only bool, workers int, in io.Reader, out, errOut io.Writer, total *stats) error {
	work := make(chan *block, workers)
	order := make(chan *block, 2*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			w := worker{sc: rs.NewScreener(), format: format, only: only}
			for b := range work {
				w.block(b)
				close(b.done)
			}
		})
	}
	var writeErr error
	var stopped atomic.Bool // nobody reads the answers any more
	written := make(chan struct{})
	go func() {
		defer close(written)
		for b := range order {
			<-b.done
			total.add(&b.stats)
			if writeErr == nil {
				if _, writeErr = out.Write(b.out); writeErr != nil {
					stopped.Store(true)
				}
			}
			if len(b.errs) > 0 {
				_, _ = errOut.Write(b.errs)
			}
		}
	}()
	send := func(b *block) bool {
		b.done = make(chan struct{})
		b.stats.verdicts = map[screening.Verdict]int64{}
		order <- b
		work <- b
		return !stopped.Load()
	}
	var err error
	if format == "csv" {
		err = readCSV(in, send)
	} else {
		err = readLines(in, send)
	}
	close(work)
	close(order)
	wg.Wait()
	<-written
	return errors.Join(err, writeErr)
}

// readLines cuts the input into blocks at line ends. A line that is longer than maxLine is
// skipped and reported; no more than a block and a line are in memory at once.
func readLines(in io.Reader, send func(*block) bool) error {
	r := bufio.NewReaderSize(in, blockBytes)
	if head, _ := r.Peek(3); bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = r.Discard(3)
	} else if wideText(head) {
		return errWide
	}
	line := 1
	for {
		buf := make([]byte, 0, blockBytes+4096)
		n, err := io.ReadFull(r, buf[:blockBytes])
		buf = buf[:n]
		if n == 0 {
			if err == io.EOF {
				return nil
			}
			return err
		}
		long := false
		if err == nil && buf[n-1] != '\n' {
			// finish the line, whatever its length
			start := bytes.LastIndexByte(buf, '\n') + 1
			for {
				rest, more := r.ReadSlice('\n')
				if !long {
					buf = append(buf, rest...)
				}
				if len(buf)-start > maxLine {
					long, buf = true, buf[:start]
				}
				if more == nil || more == io.EOF {
					break
				}
				if !errors.Is(more, bufio.ErrBufferFull) {
					return more
				}
			}
		}
		b := &block{first: line, lines: buf, long: long}
		line += bytes.Count(buf, []byte{'\n'})
		if long {
			line++
		}
		if !send(b) {
			return nil
		}
		if err == io.ErrUnexpectedEOF || err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// wideText tells whether a text begins as UTF-16 does.
func wideText(head []byte) bool {
	return len(head) >= 2 && (head[0] == 0xFF && head[1] == 0xFE || head[0] == 0xFE && head[1] == 0xFF)
}

var errWide = errors.New("输入是 UTF-16；请另存为 UTF-8 / the input is UTF-16; save it as UTF-8")

var csvNames = map[string]string{
	"id": "id", "编号": "id", "text": "text", "content": "text", "短信内容": "text", "内容": "text", "正文": "text", "phone": "phone", "mobile": "phone", "手机号": "phone",
	"手机号码": "phone", "category": "category", "类别": "category", "signature": "signature", "签名": "signature",
}

func readCSV(in io.Reader, send func(*block) bool) error {
	c := newCSVReader(in)
	if head, _ := c.in.Peek(3); wideText(head) {
		return errWide
	}
	head, _, err := c.next()
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return fmt.Errorf("CSV 的表头读不了 / the header of the CSV can't be read: %w", err)
	}
	column := map[string]int{}
	for i, h := range head {
		if name, ok := csvNames[strings.ToLower(strings.TrimSpace(h))]; ok {
			if _, twice := column[name]; !twice {
				column[name] = i
			}
		}
	}
	if _, ok := column["text"]; !ok {
		why := ""
		if !utf8.ValidString(strings.Join(head, "")) {
			why = "；文件不是 UTF-8，请另存为 UTF-8 / the file is not UTF-8; save it as UTF-8"
		}
		return fmt.Errorf("CSV 的表头要有 text 列（或 短信内容）/ the header of the CSV needs a column text%s", why)
	}
	b := &block{}
	size := 0
	for {
		rec, line, err := c.next()
		if err == io.EOF {
			break
		}
		var broken *csvError
		if err != nil && !errors.As(err, &broken) {
			return err
		}
		get := func(name string) string {
			if i, ok := column[name]; ok && i < len(rec) {
				return rec[i]
			}
			return ""
		}
		item := record{line: line, err: err, msg: screening.Message{
			ID: get("id"), Text: get("text"), Phone: get("phone"), Category: get("category"), Signature: get("signature"),
		}}
		if err == nil && len(rec) <= column["text"] {
			item.err = &csvError{fmt.Sprintf("只有 %d 列，没有正文 / %d columns, no text", len(rec), len(rec))}
		}
		b.recs = append(b.recs, item)
		size += len(item.msg.Text) + 64
		if size > blockBytes {
			if !send(b) {
				return nil
			}
			b, size = &block{}, 0
		}
	}
	if len(b.recs) > 0 {
		send(b)
	}
	return nil
}

type worker struct {
	sc     *screening.Screener
	msg    screening.Message
	res    screening.Result
	format string
	only   bool
}

func (w *worker) block(b *block) {
	if w.format == "csv" {
		for i := range b.recs {
			r := &b.recs[i]
			if r.err != nil {
				w.broken(b, r.line, r.msg.ID, "CSV 这一行有误", "this line of the CSV is broken", r.err)
				continue
			}
			w.message(b, r.line, &r.msg)
		}
		return
	}
	text := string(b.lines)
	b.lines = nil
	line := b.first
	for len(text) > 0 {
		one := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			one, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		one = strings.TrimSuffix(one, "\r")
		w.line(b, line, one)
		line++
	}
	if b.long {
		w.broken(b, line, "", "这一行超过 4 MB，已跳过", "this line is longer than 4 MB and was skipped", nil)
	}
}

func (w *worker) line(b *block, line int, s string) {
	m := &w.msg // one for all lines: the screener keeps a pointer to it
	*m = screening.Message{}
	if w.format == "txt" {
		m.Text = s
		w.message(b, line, m)
		return
	}
	if strings.TrimSpace(s) == "" {
		w.broken(b, line, "", "空行", "the line is empty", nil)
		return
	}
	if !parseFlat(s, m) {
		var in struct {
			ID        json.RawMessage `json:"id"`
			Text      *string         `json:"text"`
			Phone     string          `json:"phone"`
			Category  string          `json:"category"`
			Signature string          `json:"signature"`
			Vars      []string        `json:"vars"`
			Facts     map[string]any  `json:"facts"`
		}
		err := json.Unmarshal([]byte(s), &in)
		id := strings.Trim(string(in.ID), `"`)
		if err != nil {
			w.broken(b, line, id, "不是正确的 JSON", "this is not JSON of the right shape", err)
			return
		}
		if in.Text == nil {
			w.broken(b, line, id, "缺少 text 字段", "the field text is missing", nil)
			return
		}
		if len(in.ID) > 0 && in.ID[0] == '"' {
			_ = json.Unmarshal(in.ID, &id)
		}
		if id == "null" {
			id = ""
		}
		*m = screening.Message{ID: id, Text: *in.Text, Phone: in.Phone, Category: in.Category, Signature: in.Signature, Vars: in.Vars, Facts: in.Facts}
	}
	w.message(b, line, m)
}

func (w *worker) message(b *block, line int, m *screening.Message) {
	if w.only {
		w.sc.Judge(m, &w.res)
	} else {
		w.sc.Screen(m, &w.res)
	}
	b.stats.messages++
	b.stats.bytes += int64(len(m.Text))
	b.stats.verdicts[w.res.Verdict]++
	if w.only {
		b.out = appendID(b.out, m.ID, line)
		b.out = append(b.out, '\t')
		b.out = append(b.out, w.res.Verdict...)
		b.out = append(b.out, '\n')
		return
	}
	if w.res.ID == "" {
		w.res.ID = strconv.Itoa(line)
	}
	b.out = append(w.res.AppendJSON(b.out), '\n')
}

func appendID(out []byte, id string, line int) []byte {
	if id == "" {
		return strconv.AppendInt(out, int64(line), 10)
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		if c == '\t' || c == '\n' || c == '\r' {
			c = ' '
		}
		out = append(out, c)
	}
	return out
}

// broken answers a line that can't be read; the file goes on.
func (w *worker) broken(b *block, line int, id, zh, en string, err error) {
	b.stats.broken++
	why := ""
	if err != nil {
		why = ": " + err.Error()
	}
	b.errs = fmt.Appendf(b.errs, "第 %d 行 / line %d: %s / %s%s\n", line, line, zh, en, why)
	if w.only {
		b.out = appendID(b.out, id, line)
		b.out = append(b.out, "\terror\n"...)
		return
	}
	if id == "" {
		id = strconv.Itoa(line)
	}
	data, _ := json.Marshal(map[string]any{"id": id, "error": en + why, "line": line})
	b.out = append(b.out, data...)
	b.out = append(b.out, '\n')
}

// parseFlat reads the usual line, an object of plain strings without escapes, quickly. It
// gives up (false) on anything else, and encoding/json decides.
func parseFlat(s string, m *screening.Message) bool {
	i, n := 0, len(s)
	space := func() {
		for i < n && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
	}
	str := func() (string, bool) {
		if i >= n || s[i] != '"' {
			return "", false
		}
		from := i + 1
		end := strings.IndexByte(s[from:], '"')
		if end < 0 {
			return "", false
		}
		v := s[from : from+end]
		if strings.IndexByte(v, '\\') >= 0 {
			return "", false
		}
		for j := 0; j < len(v); j++ {
			if v[j] < 0x20 {
				return "", false
			}
		}
		i = from + end + 1
		return v, true
	}
	space()
	if i >= n || s[i] != '{' {
		return false
	}
	i++
	hasText := false
	for {
		space()
		key, ok := str()
		if !ok {
			return false
		}
		space()
		if i >= n || s[i] != ':' {
			return false
		}
		i++
		space()
		v, ok := str()
		if !ok {
			return false
		}
		switch key {
		case "id":
			m.ID = v
		case "text":
			m.Text, hasText = v, true
		case "phone":
			m.Phone = v
		case "category":
			m.Category = v
		case "signature":
			m.Signature = v
		default:
			return false
		}
		space()
		if i < n && s[i] == ',' {
			i++
			continue
		}
		break
	}
	if i >= n || s[i] != '}' {
		return false
	}
	i++
	space()
	return i == n && hasText && utf8.ValidString(s)
}
