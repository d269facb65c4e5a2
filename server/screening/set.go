package screening

import (
	_ "embed"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Set is a compiled set of rules: immutable and safe for concurrent use. A server builds
// a new one and swaps the pointer; screeners of the old one finish with the old.
type Set struct {
	version string
	hash    string
	bands   Bands
	groups  []group

	fold      *folding
	matcher   *matcher
	wordFirst []int32 // entries of word w: entries[wordFirst[w]:wordFirst[w+1]]
	entries   []entry
	lists     []list
	listRules [][]uint64 // by list: rules to look at once it is found, as bits
	patterns  []pattern
	rules     []rule         // live and shadow rules about messages, by id
	always    []uint64       // rules to look at for every message, whatever is in it
	sequences []sequenceList // words with room inside, by list
	uses      []use          // by word, one more: entries by when they are weighed
	early     []int32
	lateUses  []lateUse
	longest   bool            // whether any list wants the leftmost-longest words only
	behind    [gates][]uint64 // rules that can't hold while a gate is shut
	opens     [gates][]uint64 // rules to look at once a gate is open
	closes    [gates][]uint64 // those behind it that something else may put on the list
	opening   uint32          // gates that rules wait for
	closing   uint32          // gates that take rules off the list
	callers   [len(callerFacts)]fact
	batch     []rule // rules about batches
	info      []RuleInfo

	attr    []uint16 // by code: see attr* below
	digit   []uint8  // by code: digit it may stand for
	pinyin  *pinyinIndex
	joined  joinTable
	builtin [builtins]int32 // lists the extractors look at
}

// What a code can be part of; one pass over the codes sums up what a text has.
const (
	attrDigit   = 1 << iota // 0..9
	attrLetter              // a..z
	attrNumeral             // 一..九, a digit in disguise
	attrDot                 // 点 and the like, read as a dot between letters
	attrLeft                // left part of a character written in two
	attrOne                 // a word of one character
	attrShape               // of characters, not codes: another shape, a variant, a rare or broken one
)

// attrSyllable is where the syllable begins that a character sounds like.
const attrSyllable = 7

const noDigit = 0xFF

type group struct {
	name string
	cap  int
}

// RuleInfo describes a rule of a set for lists and statistics.
type RuleInfo struct {
	ID, Class, Action, ReasonCode, State, Scope string
	Level                                       int
	Title                                       Title
	Conditional                                 bool // has a condition of its own
	Interpreted                                 bool // its condition runs in the interpreter, ten times slower
	Ungated                                     bool // is looked at for every message
}

type atomRef struct {
	list    int32 // or -1
	pattern int32 // or -1
}

type rule struct {
	src     *Rule
	cond    *condition
	atoms   []atomRef
	names   []string // of the atoms
	except  int32    // list of exceptions, or -1
	verdict Verdict
	content bool
	shadow  bool
	pass    bool
	tag     bool // reports all its places
	score   int
	group   int // index into groups, -1 none
	lifts   []string
	title   string
	some    bool // applies to some categories, customers, carriers or industries only
}

type patternKind uint8

const (
	regexPattern patternKind = iota
	extractPattern
	anyPattern
)

type pattern struct {
	kind    patternKind
	source  string
	re      *regexp.Regexp
	quick   quick
	literal string // the whole expression, where it is just a text in the view plain
	view    view
	gate    int32 // list of words one of which must be there, or -1
	extract extractor
	any     []int32
}

// Version is the name verdicts carry.
func (s *Set) Version() string { return s.version }

// Hash is the SHA-256 of the canonical source, in hex.
func (s *Set) Hash() string { return s.hash }

// Rules describes all rules of the source, drafts and retired ones included.
func (s *Set) Rules() []RuleInfo { return append([]RuleInfo(nil), s.info...) }

// Words is the number of different words (after folding) and Bytes the size of the tables.
func (s *Set) Words() int { return len(s.wordFirst) - 1 }

// Bytes is the memory of the matcher's tables and words.
func (s *Set) Bytes() int { return s.matcher.bytes() + 36*len(s.entries) + 16*len(s.wordFirst) }

type compiler struct {
	src   *Source
	set   *Set
	probs problems

	keys    map[string]int32 // folded word to word number
	words   [][]rune
	perWord []entryAt
	whole   []entry // words with room inside
	lists   map[string]int32
	banks   map[string]*Bank
	pats    map[string]int32
	gates   map[int32][]int32 // list to patterns it gates
	cond    *condCompiler
}

type entryAt struct {
	word int32
	e    entry
}

// Compile makes a set of a source; version is what verdicts will name. All errors are
// reported at once, each with place and cure.
func Compile(src *Source, version string) (*Set, error) {
	fold := theFolding()
	s := &Set{version: version, hash: src.Hash(), bands: src.Bands, fold: fold}
	c := &compiler{
		src: src, set: s, keys: map[string]int32{}, lists: map[string]int32{}, banks: map[string]*Bank{},
		pats: map[string]int32{}, gates: map[int32][]int32{},
	}
	for i := range src.Banks {
		c.banks[src.Banks[i].ID] = &src.Banks[i]
	}
	c.checkBanks()
	c.addBuiltins()
	for _, name := range sortedKeys(src.Groups) {
		s.groups = append(s.groups, group{name, src.Groups[name]})
	}
	message, err := newCondCompiler(messageFacts)
	if err != nil {
		return nil, fmt.Errorf("screening: facts of messages: %w", err)
	}
	batch, err := newCondCompiler(batchFacts)
	if err != nil {
		return nil, fmt.Errorf("screening: facts of batches: %w", err)
	}
	for i := range src.Rules {
		r := &src.Rules[i]
		c.cond = message
		if r.Scope == "batch" {
			c.cond = batch
		}
		c.rule(r)
	}
	if err := c.probs.err(); err != nil {
		return nil, err
	}
	c.finish()
	return s, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (c *compiler) place(key string) place {
	if p, ok := c.src.places[key]; ok {
		return p
	}
	return place{name: key}
}

func (c *compiler) checkBanks() {
	for i := range c.src.Banks {
		b := &c.src.Banks[i]
		if b.ID == "" {
			c.probs.add(c.place("bank "), "bank", "missing", "词库要有编号", "a bank needs an id")
		}
		if len(b.Words) == 0 {
			c.probs.add(c.place("bank "+b.ID), "words", "missing", "词库是空的；请写 words", "the bank is empty; write words")
		}
	}
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

var codePattern = regexp.MustCompile(`^[A-Z]+(\.[A-Z0-9_]+)+$`)

func (c *compiler) rule(r *Rule) {
	at := func(field string) place {
		if p, ok := c.src.places[r.ID+"."+field]; ok {
			return p
		}
		return c.place(r.ID)
	}
	bad := func(field, code, zh, en string) { c.probs.add(at(field), field, code, zh, en) }
	before := len(c.probs.list)

	if !idPattern.MatchString(r.ID) {
		bad("id", "id", "编号用小写字母、数字、下划线和点，例如 fraud.loan.contact", "an id has lower case letters, digits, underscores and dots, such as fraud.loan.contact")
	}
	if r.Title.Zh == "" || r.Title.En == "" {
		bad("title", "missing", "请写中英文标题：title: {zh: …, en: …}", "write a title in both languages: title: {zh: …, en: …}")
	}
	if _, ok := contentClasses[r.Class]; !ok {
		bad("class", "class", "没有这个类别；可用："+strings.Join(sortedKeys(contentClasses), "、"), "there is no such class; known are: "+strings.Join(sortedKeys(contentClasses), ", "))
	}
	if _, ok := actions[r.Action]; !ok {
		bad("action", "action", "没有这个动作；可用："+strings.Join(sortedKeys(actions), "、"), "there is no such action; known are: "+strings.Join(sortedKeys(actions), ", "))
	}
	if !states[r.State] {
		bad("state", "state", "状态只能是 draft、shadow、live、retired", "the state must be draft, shadow, live or retired")
	}
	if r.Scope != "message" && r.Scope != "batch" {
		bad("scope", "scope", "scope 只能是 message 或 batch", "the scope must be message or batch")
	}
	if r.Level < 1 || r.Level > 5 {
		bad("level", "range", "级别应为 1 到 5", "the level must be 1 to 5")
	}
	if r.Action != ActionPass && r.Action != ActionTag && !codePattern.MatchString(r.ReasonCode) {
		bad("reason_code", "reason_code", "请写原因码，例如 CONTENT.KEYWORD（见 docs/reason-codes.md）", "write a reason code such as CONTENT.KEYWORD (see docs/reason-codes.md)")
	}
	if r.Action == ActionPass && len(r.Lifts) == 0 {
		bad("lifts", "missing", "例外规则（action: pass）要写 lifts：放过哪些规则，例如 fraud.loan.*", "an exception (action: pass) needs lifts: the rules it takes back, such as fraud.loan.*")
	}
	if r.Action != ActionPass && len(r.Lifts) > 0 {
		bad("lifts", "lifts", "只有 action: pass 的规则可以写 lifts", "only a rule with action: pass may have lifts")
	}
	if r.Action == ActionScore && r.Score == 0 {
		r.Score = r.Level
	}
	grp := -1
	if r.Group != "" {
		for i, g := range c.set.groups {
			if g.name == r.Group {
				grp = i
			}
		}
		if grp < 0 {
			bad("group", "group", "没有这个评分组；请在 settings.yaml 的 groups 里写明上限", "there is no such group; name its cap under groups in settings.yaml")
		}
	}
	if r.Scope == "batch" && (len(r.Terms) > 0 || len(r.Patterns) > 0) {
		bad("terms", "batch_terms", "批次规则只看事实，不能有 terms 或 patterns", "a rule about batches looks at facts only: no terms or patterns")
	}
	if r.Scope == "message" && r.Action == ActionRefuseB && IsContent(r.Class) && r.Condition == "" {
		bad("condition", "refuse_words", "拒绝整批的规则要写条件", "a rule that refuses a batch needs a condition")
	}

	out := rule{
		src: r, verdict: actions[r.Action], content: IsContent(r.Class), shadow: r.State == StateShadow,
		pass: r.Action == ActionPass, tag: r.Action == ActionTag, group: grp, lifts: r.Lifts, title: r.Title.Zh, except: -1,
	}
	if r.Action == ActionScore {
		out.score = r.Score
	}
	var gated []bool
	var price []int
	evidence := 0 // kinds of evidence beside one list of words
	for _, name := range sortedKeys(r.Terms) {
		if !c.atomName(r, "terms", name) {
			continue
		}
		l := c.terms(r, name)
		if l >= 0 && r.Action == ActionTag {
			c.set.lists[l].hidden = true // an imported list says nothing about evasion
		}
		out.atoms = append(out.atoms, atomRef{l, -1})
		out.names = append(out.names, name)
		gated = append(gated, true)
		price = append(price, 0)
		evidence++
	}
	for _, name := range sortedKeys(r.Patterns) {
		if _, twice := r.Terms[name]; twice {
			bad("patterns", "repeated_name", "名称 "+name+" 在 terms 里已经用了", "the name "+name+" is already taken in terms")
			continue
		}
		if !c.atomName(r, "patterns", name) {
			continue
		}
		p := c.pattern(r.Patterns[name], c.place(r.ID+".patterns."+name), name, 0)
		out.atoms = append(out.atoms, atomRef{-1, p})
		out.names = append(out.names, name)
		gated = append(gated, p >= 0 && c.gated(p))
		price = append(price, c.price(p))
		evidence += 2
	}
	if len(out.atoms) == 0 && strings.TrimSpace(r.Condition) == "" {
		bad("condition", "missing", "规则至少要有 terms、patterns 或 condition 之一", "a rule needs terms, patterns or a condition")
	}
	if len(c.probs.list) > before {
		return
	}
	cond, err := c.cond.compile(r.Condition, out.names, gated, price)
	if err != nil {
		b, ok := err.(*badCondition)
		if !ok {
			b = &badCondition{"condition", err.Error(), err.Error()}
		}
		bad("condition", b.code, b.zh, b.en)
		return
	}
	for i, n := range out.names {
		if !cond.uses[n] {
			bad("condition", "unused", "条件没有用到 "+n+"；请用上或删去", "the condition doesn't use "+n+"; use it or remove it")
		}
		_ = i
	}
	// A25: a list of words alone never refuses. A condition that asks for two kinds of
	// evidence, a pattern or a fact does.
	facts := 0
	for u := range cond.uses {
		if _, ok := r.Terms[u]; !ok {
			facts++
		}
	}
	if out.verdict.Severity() >= RefuseMessage.Severity() && evidence < 2 && facts == 0 {
		bad("action", "refuse_words", "只凭一组词不能拒绝：请在条件里加上第二组词、模式或事实，或改为 hold",
			"words alone never refuse: add other terms, a pattern or a fact to the condition, or use hold")
		return
	}
	if len(r.Except) > 0 {
		out.except = c.list("except of "+r.ID, list{name: r.ID + ".except", views: fusedViews, fused: strippedView, gap: defaultGap, hidden: true}, r.Except, c.place(r.ID+".except"))
	}
	out.cond = cond
	a := &r.AppliesTo
	out.some = len(a.Categories)+len(a.Customers)+len(a.Carriers)+len(a.Industries) > 0
	c.set.info = append(c.set.info, RuleInfo{
		ID: r.ID, Class: r.Class, Action: r.Action, ReasonCode: r.ReasonCode, State: r.State, Scope: r.Scope, Level: r.Level, Title: r.Title,
		Conditional: r.Condition != "", Interpreted: !cond.native, Ungated: !cond.needs,
	})
	if r.State != StateLive && r.State != StateShadow {
		return
	}
	if r.Scope == "batch" {
		c.set.batch = append(c.set.batch, out)
		return
	}
	c.set.rules = append(c.set.rules, out)
}

func (c *compiler) atomName(r *Rule, field, name string) bool {
	at := c.place(r.ID + "." + field + "." + name)
	if !namePattern.MatchString(name) || celReserved[name] {
		c.probs.add(at, field+"."+name, "name", "名称用小写字母、数字和下划线，且不能是 CEL 保留字", "a name has lower case letters, digits and underscores and is no reserved word of CEL")
		return false
	}
	if _, taken := c.cond.facts[name]; taken {
		c.probs.add(at, field+"."+name, "name", "这个名称已是事实的名称；请换一个", "this is the name of a fact; choose another")
		return false
	}
	return true
}

var celReserved = map[string]bool{
	"true": true, "false": true, "null": true, "in": true, "as": true, "break": true, "const": true, "continue": true, "else": true, "for": true,
	"function": true, "if": true, "import": true, "let": true, "loop": true, "package": true, "namespace": true, "return": true, "var": true,
	"void": true, "while": true, "size": true, "has": true, "all": true, "exists": true, "map": true, "filter": true, "matches": true,
	"int": true, "uint": true, "double": true, "bool": true, "string": true, "bytes": true, "list": true, "type": true, "duration": true, "timestamp": true, "dyn": true,
}

const fusedViews = 1<<plainView | 1<<foldedView | 1<<simplifiedView | 1<<strippedView

func parseViews(names []string) (mask uint8, fused view, bad string) {
	if len(names) == 0 {
		return fusedViews, strippedView, ""
	}
	for _, n := range names {
		found := false
		for v, known := range viewNames {
			if n == known {
				mask |= 1 << v
				found = true
				if view(v) <= strippedView {
					fused = max(fused, view(v))
				}
			}
		}
		if !found {
			return 0, 0, n
		}
	}
	if mask&fusedViews == 0 {
		mask |= 1 << plainView
	}
	return mask, fused, ""
}

// terms compiles a named list of a rule; equal lists of several rules are one.
func (c *compiler) terms(r *Rule, name string) int32 {
	t := r.Terms[name]
	at := c.place(r.ID + ".terms." + name)
	views, whole, gap, match := t.Views, t.WholeWord, t.MaxGap, t.Match
	words := append([]string(nil), t.Words...)
	for _, id := range t.Banks {
		b, ok := c.banks[id]
		if !ok {
			c.probs.add(at, "terms."+name+".bank", "bank", "没有词库 "+id+"；已有："+strings.Join(sortedKeys(c.banks), "、"), "there is no bank "+id+"; known are: "+strings.Join(sortedKeys(c.banks), ", "))
			continue
		}
		words = append(words, b.Words...)
		if views == nil {
			views = b.Views
		}
		if whole == nil {
			whole = b.WholeWord
		}
		if gap == nil {
			gap = b.MaxGap
		}
		if match == "" {
			match = b.Match
		}
	}
	if len(words) == 0 {
		c.probs.add(at, "terms."+name, "missing", "没有词；请写 words 或 bank", "there are no words; write words or bank")
		return -1
	}
	mask, fused, wrong := parseViews(views)
	if wrong != "" {
		c.probs.add(at, "terms."+name+".views", "view", "没有视图 "+wrong+"；可用："+strings.Join(viewNames[:], "、"), "there is no view "+wrong+"; known are: "+strings.Join(viewNames[:], ", "))
		return -1
	}
	l := list{name: r.ID + "." + name, views: mask, fused: fused, gap: defaultGap}
	if gap != nil {
		l.gap = *gap
	}
	if whole != nil {
		l.whole = -1
		if *whole {
			l.whole = 1
		}
	}
	l.longest = match == MatchLongest
	if match != "" && match != MatchLongest && match != MatchAll {
		c.probs.add(at, "terms."+name+".match", "match", "match 只能是 all 或 longest", "match must be all or longest")
	}
	key := fmt.Sprintf("%d %d %d %v %v %q %q", mask, l.gap, l.whole, l.longest, r.Action == ActionTag, t.Banks, t.Words)
	return c.list(key, l, words, at)
}

func (c *compiler) list(key string, l list, words []string, at place) int32 {
	if id, ok := c.lists[key]; ok {
		return id
	}
	id := int32(len(c.set.lists))
	c.lists[key] = id
	c.set.lists = append(c.set.lists, l)
	c.set.longest = c.set.longest || l.longest
	c.wordsOf(id, words, at)
	return id
}

// wordsOf adds words to a list.
func (c *compiler) wordsOf(id int32, words []string, at place) {
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] {
			continue
		}
		seen[w] = true
		if parts, rooms, ok := splitRooms(w); ok && utf8.ValidString(w) {
			c.sequence(id, w, parts, rooms, at)
			continue
		}
		if !utf8.ValidString(w) || len(w) > 400 {
			c.probs.add(at, "", "word", "词必须是 UTF-8 且不超过 400 字节："+strconv.Quote(w), "a word must be UTF-8 of at most 400 bytes: "+strconv.Quote(w))
			continue
		}
		folded, lead, trail, symbols, ok := readTerm(c.set.fold, w)
		if !ok {
			c.probs.add(at, "", "word", "词里没有字母、数字或汉字："+strconv.Quote(w)+"；符号请用 patterns", "there is no letter or digit in the word "+strconv.Quote(w)+"; use patterns for symbols")
			continue
		}
		if lead > 255 || trail > 255 {
			c.probs.add(at, "", "word", "词首尾的符号太长："+strconv.Quote(w), "too many symbols round the word "+strconv.Quote(w))
			continue
		}
		k := string(folded)
		word, ok := c.keys[k]
		if !ok {
			word = int32(len(c.words))
			c.keys[k] = word
			c.words = append(c.words, folded)
		}
		c.perWord = append(c.perWord, entryAt{word, newEntry(id, w, folded, lead, trail, symbols)})
	}
}

// pattern compiles a pattern and returns its number, -1 if it is wrong.
func (c *compiler) pattern(p Pattern, at place, field string, depth int) int32 {
	key := fmt.Sprintf("%q", p)
	if id, ok := c.pats[key]; ok {
		return id
	}
	given := 0
	for _, b := range []bool{p.Regex != "", p.Extract != "", p.Use != "", len(p.Any) > 0} {
		if b {
			given++
		}
	}
	if given != 1 {
		c.probs.add(at, field, "pattern", "模式要写 regex、extract、use、any 之一", "a pattern has one of regex, extract, use, any")
		return -1
	}
	if depth > 8 {
		c.probs.add(at, field, "pattern", "模式互相引用太深", "patterns use one another too deeply")
		return -1
	}
	out := pattern{gate: -1, view: simplifiedView}
	switch {
	case p.Use != "":
		shared, ok := c.src.Patterns[p.Use]
		if !ok {
			c.probs.add(at, field+".use", "pattern", "没有公共模式 "+p.Use+"；已有："+strings.Join(sortedKeys(c.src.Patterns), "、"), "there is no shared pattern "+p.Use+"; known are: "+strings.Join(sortedKeys(c.src.Patterns), ", "))
			return -1
		}
		return c.pattern(shared, c.place("patterns."+p.Use), p.Use, depth+1)
	case p.Extract != "":
		x, ok := extractors[p.Extract]
		if !ok {
			c.probs.add(at, field+".extract", "extract", "没有提取器 "+p.Extract+"；可用："+strings.Join(sortedKeys(extractors), "、"), "there is no extractor "+p.Extract+"; known are: "+strings.Join(sortedKeys(extractors), ", "))
			return -1
		}
		out.kind, out.extract, out.source = extractPattern, x, p.Extract
		if g, ok := extractorGate[x]; ok {
			out.gate = c.set.builtin[g]
		}
	case len(p.Any) > 0:
		out.kind = anyPattern
		for _, q := range p.Any {
			id := c.pattern(q, at, field, depth+1)
			if id < 0 {
				return -1
			}
			out.any = append(out.any, id)
		}
	default:
		if p.View != "" {
			_, _, wrong := parseViews([]string{p.View})
			out.view = 255
			for v := plainView; v <= strippedView; v++ {
				if viewNames[v] == p.View {
					out.view = v
				}
			}
			if wrong != "" || out.view == 255 {
				c.probs.add(at, field+".view", "view", "正则的视图只能是 plain、folded、simplified、stripped", "the view of a regular expression is plain, folded, simplified or stripped")
				return -1
			}
		}
		re, err := regexp.Compile(p.Regex)
		if err != nil {
			c.probs.add(at, field, "regex", "正则写法有误（RE2 语法，不支持回溯和环视）："+err.Error(), "the regular expression is wrong (RE2: no backtracking, no look-around): "+err.Error())
			return -1
		}
		if re.MatchString("") {
			c.probs.add(at, field, "regex", "正则能匹配空文本，会命中一切；请至少要求一个字符", "the regular expression matches the empty text and so everything; ask for one character at least")
			return -1
		}
		if len(p.Regex) > 2000 {
			c.probs.add(at, field, "regex", "正则超过 2000 字符；请拆开或改用词库", "the regular expression is longer than 2000 characters; split it or use a bank")
			return -1
		}
		if n := programSize(p.Regex); n > maxProgram {
			c.probs.add(at, field, "too_costly", fmt.Sprintf("正则太复杂（%d 步，上限 %d）；请减少重复次数和分支，或改用词库", n, maxProgram),
				fmt.Sprintf("the regular expression is too costly (%d steps, limit %d); use fewer repeats and branches, or a bank", n, maxProgram))
			return -1
		}
		out.re, out.source, out.quick = re, p.Regex, readQuick(p.Regex)
		if lit, all := re.LiteralPrefix(); all && out.view == plainView {
			out.literal = lit
		}
		if lits := requiredLiterals(p.Regex, c.set.fold); lits != nil {
			l := list{name: "gate", views: fusedViews, fused: strippedView, gap: 1 << 20, whole: -1, hidden: true}
			out.gate = c.list("gate "+strings.Join(lits, "\x00"), l, lits, at)
		}
	}
	id := int32(len(c.set.patterns))
	c.pats[key] = id
	c.set.patterns = append(c.set.patterns, out)
	return id
}

// gated tells whether a pattern can't be there without a word of its gate.
func (c *compiler) gated(p int32) bool {
	pt := &c.set.patterns[p]
	if pt.kind == anyPattern {
		for _, q := range pt.any {
			if !c.gated(q) {
				return false
			}
		}
		return true
	}
	return pt.gate >= 0
}

// price is how much it costs to look for a pattern, beside a term's 0.
func (c *compiler) price(p int32) int {
	if p < 0 {
		return 0
	}
	pt := &c.set.patterns[p]
	switch pt.kind {
	case extractPattern:
		return 10
	case anyPattern:
		total := 0
		for _, q := range pt.any {
			total += c.price(q)
		}
		return total
	}
	switch {
	case pt.literal != "":
		return 5
	case pt.gate >= 0:
		return 60
	}
	return 250 // an expression without literals, over the whole text: after all else
}

func (c *compiler) finish() {
	s := c.set
	sort.SliceStable(c.perWord, func(i, j int) bool { return c.perWord[i].word < c.perWord[j].word })
	s.entries = make([]entry, len(c.perWord))
	s.wordFirst = make([]int32, len(c.words)+1)
	for i, p := range c.perWord {
		s.entries[i] = p.e
		s.wordFirst[p.word+1] = int32(i + 1)
	}
	c.addWholes()
	pinyin := newPinyinIndex(s, c)
	pairs := c.joinPairs()
	extra := []rune(numerals + "点丶")
	for _, p := range pairs {
		extra = append(extra, p.left, p.right)
	}
	extra = append(extra, pinyin.characters()...)
	s.matcher = newMatcher(c.words, extra)
	s.attr = make([]uint16, s.matcher.ncodes)
	s.digit = make([]uint8, s.matcher.ncodes)
	for i := range s.digit {
		s.digit[i] = noDigit
	}
	for c, w := range s.matcher.one {
		if w >= 0 {
			s.attr[c] |= attrOne
		}
	}
	for i := 0; i < 10; i++ {
		s.attr[codeDigit+i] |= attrDigit
		s.digit[codeDigit+i] = uint8(i)
	}
	for _, r := range "点丶" {
		s.attr[s.matcher.codeOf(r)] |= attrDot
	}
	for i := 0; i < 26; i++ {
		s.attr[codeLetter+i] |= attrLetter
	}
	for i, r := range []rune(numerals) {
		code := s.matcher.codeOf(r)
		s.attr[code] |= attrNumeral
		s.digit[code] = softDigit | uint8(i%10)
	}
	for r, d := range map[rune]uint8{'o': 0, 'l': 1, 'i': 1} {
		s.digit[s.matcher.codeOf(r)] = letterDigit | d
	}
	if len(pairs) > 0 {
		s.joined = newJoinTable(len(pairs))
		for _, p := range pairs {
			l, r := s.matcher.codeOf(p.left), s.matcher.codeOf(p.right)
			s.attr[l] |= attrLeft
			s.joined.put(l, r, s.matcher.codeOf(p.whole))
		}
	}
	if pinyin.used() {
		pinyin.finish(s.matcher)
		for c, id := range pinyin.syl {
			s.attr[c] |= id &^ usualSyllable << attrSyllable
		}
		s.pinyin = pinyin
	}
	s.matcher.setAttr(s.attr, s.usesShapes())
	s.findGates()
	words := (len(s.rules) + 63) / 64
	s.always = make([]uint64, words)
	s.listRules = make([][]uint64, len(s.lists))
	for g := range gates {
		s.opens[g] = make([]uint64, words)
	}
	s.sortUses()
	seen, opened := s.frequencies()
	for i := range s.rules {
		r := &s.rules[i]
		at, bit := i/64, uint64(1)<<(i%64)
		if r.cond.holdsWithout(r, s, allGates, true) {
			s.always[at] |= bit
			for g := range gates {
				s.closes[g][at] |= s.behind[g][at] & bit
			}
			continue
		}
		on, open := s.watch(r, seen, opened)
		for l := range on {
			if s.listRules[l] == nil {
				s.listRules[l] = make([]uint64, words)
			}
			s.listRules[l][at] |= bit
		}
		for g := range gates {
			if open>>g&1 != 0 {
				s.opens[g][at] |= bit
				s.opening |= 1 << g
			}
			if len(on) > 0 || open != 1<<g {
				s.closes[g][at] |= s.behind[g][at] & bit
			}
		}
	}
	for g := range gates {
		for _, m := range s.closes[g] {
			if m != 0 {
				s.closing |= 1 << g
			}
		}
	}
	s.markLate()
}

// usesShapes tells whether any rule asks for the shapes of characters.
func (s *Set) usesShapes() bool {
	for i := range s.rules {
		for f, g := range gateOfFact {
			if g == gateShape && s.rules[i].cond.uses[f] {
				return true
			}
		}
	}
	return false
}

// frequencies tells of each list in how many ordinary messages any of its words stands,
// and of each gate before how many it opens.
func (s *Set) frequencies() (seen []int, opened [gates]int) {
	seen = make([]int, len(s.lists))
	sc := s.NewScreener()
	for _, m := range Ordinary() {
		sc.msg = &Message{Text: m}
		sc.read(m)
		for _, l := range sc.touched {
			seen[l]++
		}
		for g := range gateUnsigned { // the others depend on the sender
			if !sc.isShut(g) {
				opened[g]++
			}
		}
	}
	return seen, opened
}

// watch chooses the lists and gates whose finding makes a rule worth looking at: of the
// sets of which one must be found for the condition to hold, the one that ordinary
// messages hold most seldom.
func (s *Set) watch(r *rule, seen []int, opened [gates]int) (best map[int32]bool, open uint32) {
	least := 1 << 30
	sets := r.cond.walk(r, s, allGates, true).gates(r.cond.root)
	for _, set := range sets {
		on, gatesOn := map[int32]bool{}, uint32(0)
		weight := 0
		for _, i := range set {
			switch {
			case i >= len(r.atoms):
				gatesOn |= 1 << (i - len(r.atoms))
			case r.atoms[i].list >= 0:
				on[r.atoms[i].list] = true
			default:
				s.waits(r.atoms[i].pattern, on, &gatesOn)
				weight += 2 // the gate of a pattern says less than a word of the rule
			}
		}
		for l := range on {
			weight += seen[l]
		}
		for g := range gates {
			if gatesOn>>g&1 != 0 {
				weight += opened[g]
			}
		}
		if weight < least {
			best, open, least = on, gatesOn, weight
		}
	}
	return best, open
}

//go:embed tables/joined.txt
var joinedTable string

// joinTable maps left and right codes to the code of the whole character.
type joinTable struct {
	keys  []uint32
	codes []uint16
	shift uint32
}

func newJoinTable(n int) joinTable {
	log := logAtLeast(4*n, 6, 20)
	return joinTable{make([]uint32, 1<<log), make([]uint16, 1<<log), 32 - log}
}

func (t *joinTable) put(l, r, whole uint16) {
	k := uint32(l)<<16 | uint32(r)
	i := k * hashA >> t.shift
	for t.keys[i] != 0 && t.keys[i] != k {
		i = (i + 1) & uint32(len(t.keys)-1)
	}
	t.keys[i], t.codes[i] = k, whole
}

func (t *joinTable) get(l, r uint16) uint16 {
	k := uint32(l)<<16 | uint32(r)
	for i := k * hashA >> t.shift; t.keys[i] != 0; i = (i + 1) & uint32(len(t.keys)-1) {
		if t.keys[i] == k {
			return t.codes[i]
		}
	}
	return 0
}

type joinPair struct{ left, right, whole rune }

// joinPairs lists the split characters that matter for this set's words.
func (c *compiler) joinPairs() []joinPair {
	need := map[rune]bool{}
	for _, p := range c.perWord {
		if c.set.lists[p.e.list].views&(1<<joinedView) != 0 {
			for _, r := range c.words[p.word] {
				need[r] = true
			}
		}
	}
	if len(need) == 0 {
		return nil
	}
	fold := func(r rune) rune {
		one, _ := c.set.fold.read(r)
		return one
	}
	var out []joinPair
	for _, line := range strings.Split(joinedTable, "\n") {
		p := strings.Fields(line)
		if len(p) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		for _, left := range strings.Split(p[0], "/") {
			l, _ := utf8.DecodeRuneInString(left)
			for _, pair := range p[1:] {
				rs := []rune(pair)
				if len(rs) != 2 || fold(l) <= 0 || fold(rs[0]) <= 0 {
					continue
				}
				if whole := fold(rs[1]); need[whole] {
					out = append(out, joinPair{fold(l), fold(rs[0]), whole})
				}
			}
		}
	}
	return out
}
