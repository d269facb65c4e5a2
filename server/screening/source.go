package screening

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Source is a parsed set of rules, banks and settings, not yet compiled. Its JSON form is
// canonical: the same rules in other files, order or layout give the same hash.
type Source struct {
	Rules    []Rule             `json:"rules"`    // by id
	Banks    []Bank             `json:"banks"`    // by id
	Patterns map[string]Pattern `json:"patterns"` // shared by name
	Bands    Bands              `json:"bands"`
	Groups   map[string]int     `json:"groups"` // highest score a group may give

	places map[string]place
}

// Bands are the scores from which a message is held and refused.
type Bands struct {
	Hold   int `json:"hold"`
	Refuse int `json:"refuse"`
}

// Title is a name for people, in two languages.
type Title struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Rule is one rule as its author wrote it (docs/rules.md explains the fields).
type Rule struct {
	ID          string             `json:"id"`
	Title       Title              `json:"title"`
	Description string             `json:"description,omitempty"`
	References  []string           `json:"references,omitempty"`
	Class       string             `json:"class"`
	Scope       string             `json:"scope"` // message or batch
	Level       int                `json:"level"`
	Action      string             `json:"action"`
	Score       int                `json:"score,omitempty"`
	Group       string             `json:"group,omitempty"`
	AppliesTo   AppliesTo          `json:"applies_to"`
	Terms       map[string]Terms   `json:"terms,omitempty"`
	Patterns    map[string]Pattern `json:"patterns,omitempty"`
	Condition   string             `json:"condition,omitempty"`
	Except      []string           `json:"except,omitempty"`
	Lifts       []string           `json:"lifts,omitempty"` // rules an exception (action pass) takes back: id or prefix.*
	ReasonCode  string             `json:"reason_code"`
	State       string             `json:"state"`
	Tests       Tests              `json:"tests"`
}

// AppliesTo limits a rule; an empty list means all.
type AppliesTo struct {
	Categories []string `json:"categories,omitempty"`
	Customers  []string `json:"customers,omitempty"`
	Carriers   []string `json:"carriers,omitempty"`
	Industries []string `json:"industries,omitempty"`
}

// Terms is a named list of words, inline or from banks.
type Terms struct {
	Banks     []string `json:"banks,omitempty"`
	Words     []string `json:"words,omitempty"`
	Views     []string `json:"views,omitempty"`
	WholeWord *bool    `json:"whole_word,omitempty"` // nil: only at edges of Latin letters and digits
	MaxGap    *int     `json:"max_gap,omitempty"`
	Match     string   `json:"match,omitempty"` // all (default) or longest
}

// Which of the words of a list count where several overlap.
const (
	MatchAll     = "all"     // every one
	MatchLongest = "longest" // the leftmost, of these the longest, none overlapping
)

// Bank is a list of words that several rules share; its options are defaults for them.
type Bank struct {
	ID        string   `json:"id"`
	Title     Title    `json:"title"`
	Words     []string `json:"words"`
	Views     []string `json:"views,omitempty"`
	WholeWord *bool    `json:"whole_word,omitempty"`
	MaxGap    *int     `json:"max_gap,omitempty"`
	Match     string   `json:"match,omitempty"`
}

// Pattern is a regular expression in a view, an extractor, a shared pattern, or any of several.
type Pattern struct {
	Regex   string    `json:"regex,omitempty"`
	View    string    `json:"view,omitempty"`
	Extract string    `json:"extract,omitempty"`
	Use     string    `json:"use,omitempty"`
	Any     []Pattern `json:"any,omitempty"`
}

// Tests are examples kept beside a rule: it must fire on Hit and must not on Miss.
type Tests struct {
	Hit  []Example `json:"hit,omitempty"`
	Miss []Example `json:"miss,omitempty"`
}

// Example is a message (or, for batch rules, the facts of a batch).
type Example struct {
	Text      string         `json:"text,omitempty"`
	Category  string         `json:"category,omitempty"`
	Signature string         `json:"signature,omitempty"`
	Vars      []string       `json:"vars,omitempty"`
	Facts     map[string]any `json:"facts,omitempty"`
}

// Classes of rules: the nine classes of forbidden content (A01), then the others.
const (
	ClassConstitution  = "constitution"    // 1 against the basic principles of the constitution
	ClassStateSecurity = "state_security"  // 2 national security, secrets, subversion, unity
	ClassNationHonour  = "national_honour" // 3 honour and interests of the nation
	ClassEthnic        = "ethnic_hatred"   // 4 ethnic hatred and discrimination
	ClassReligion      = "religion_cult"   // 5 religion policy, cults, superstition
	ClassPublicOrder   = "public_order"    // 6 rumours, disturbing public order
	ClassVice          = "vice_violence"   // 7 obscenity, gambling, violence, murder, terror, incitement
	ClassDefamation    = "defamation"      // 8 insult, defamation, rights of others
	ClassOtherUnlawful = "other_unlawful"  // 9 anything else that is forbidden
	ClassFraud         = "fraud"
	ClassAdvertising   = "advertising"
	ClassStructure     = "structure"
	ClassRecipient     = "recipient"
	ClassBatch         = "batch"
	ClassTag           = "tag" // imported lists of words: shown, without effect
)

var contentClasses = map[string]bool{
	ClassConstitution: true, ClassStateSecurity: true, ClassNationHonour: true, ClassEthnic: true, ClassReligion: true,
	ClassPublicOrder: true, ClassVice: true, ClassDefamation: true, ClassOtherUnlawful: true,
	ClassFraud: true, ClassAdvertising: true, ClassStructure: false, ClassRecipient: false, ClassBatch: false, ClassTag: false,
}

// IsContent reports whether a class of rules counts for the content verdict.
func IsContent(class string) bool { return contentClasses[class] }

// What a rule does when it fires.
const (
	ActionPass     = "pass"  // an exception: takes back the rules in Lifts
	ActionTag      = "tag"   // is only shown
	ActionScore    = "score" // adds to the score
	ActionHold     = "hold"
	ActionEscalate = "escalate"
	ActionRefuse   = "refuse_message"
	ActionRefuseB  = "refuse_batch"
)

var actions = map[string]Verdict{
	ActionPass: Pass, ActionTag: Pass, ActionScore: Pass, ActionHold: Hold, ActionEscalate: Escalate,
	ActionRefuse: RefuseMessage, ActionRefuseB: RefuseBatch,
}

// Rule states: only live rules act, shadow rules are counted.
const (
	StateDraft   = "draft"
	StateShadow  = "shadow"
	StateLive    = "live"
	StateRetired = "retired"
)

var states = map[string]bool{StateDraft: true, StateShadow: true, StateLive: true, StateRetired: true}

// place is where something stands in the files.
type place struct {
	file string
	line int
	name string
}

func (p place) say(field string) string {
	var b strings.Builder
	if p.file != "" {
		b.WriteString(p.file)
		if p.line > 0 {
			b.WriteString(":" + strconv.Itoa(p.line))
		}
		b.WriteByte(' ')
	}
	b.WriteString(p.name)
	if field != "" {
		if p.name != "" {
			b.WriteByte('.')
		}
		b.WriteString(field)
	}
	return strings.TrimSpace(b.String())
}

// Load reads every *.yaml file of a folder and its subfolders. All errors of all files are
// reported at once, each with file, line, field and cure.
func Load(fsys fs.FS) (*Source, error) {
	l := &loader{src: &Source{
		Rules: []Rule{}, Banks: []Bank{}, Patterns: map[string]Pattern{}, Groups: map[string]int{},
		Bands: Bands{Hold: 6, Refuse: 14}, places: map[string]place{},
	}}
	var files []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(name); !d.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	if len(files) == 0 {
		return nil, ErrNoRules
	}
	sort.Strings(files)
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		l.file(name, data)
	}
	s := l.src
	sort.SliceStable(s.Rules, func(i, j int) bool { return s.Rules[i].ID < s.Rules[j].ID })
	sort.SliceStable(s.Banks, func(i, j int) bool { return s.Banks[i].ID < s.Banks[j].ID })
	if err := l.probs.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// AddBank adds a bank that is not in the files, such as an imported word list.
func (s *Source) AddBank(b Bank) { s.Banks = append(s.Banks, b) }

// AddRule adds a rule that is not in the files.
func (s *Source) AddRule(r Rule) { s.Rules = append(s.Rules, r) }

// Hash is the SHA-256 of the canonical form, in hex.
func (s *Source) Hash() string {
	data, err := json.Marshal(s)
	if err != nil {
		// Facts of examples come from YAML: strings, numbers, lists and maps with string keys.
		panic("screening: source can't be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

type loader struct {
	src   *Source
	probs problems
	name  string
}

func (l *loader) file(name string, data []byte) {
	l.name = name
	if !utf8.Valid(data) {
		l.probs.add(place{file: name}, "", "encoding", "文件不是 UTF-8 编码；请另存为 UTF-8", "the file is not UTF-8; save it as UTF-8")
		return
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.probs.add(place{file: name}, "", "yaml", "YAML 写法有误（检查缩进、冒号和引号）："+err.Error(),
				"this is not YAML (check indentation, colons and quotes): "+err.Error())
			return
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
			l.document(doc.Content[0])
		}
	}
}

func (l *loader) at(n *yaml.Node, name string) place { return place{l.name, n.Line, name} }

func (l *loader) document(n *yaml.Node) {
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			l.document(c)
		}
		return
	}
	if n.Kind != yaml.MappingNode {
		if n.Tag == "!!null" {
			return
		}
		l.probs.add(l.at(n, ""), "", "shape", "这里应是一条规则、一个词库或设置（键: 值）", "a rule, a bank or settings (key: value) is expected here")
		return
	}
	has := func(key string) bool {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return true
			}
		}
		return false
	}
	switch {
	case has("id"):
		l.rule(n)
	case has("bank"):
		l.bank(n)
	default:
		l.settings(n)
	}
}

// fields walks a mapping; an unknown or repeated key is an error that names the known ones.
func (l *loader) fields(n *yaml.Node, name string, known map[string]func(v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		l.probs.add(l.at(n, name), "", "shape", "这里应写成“键: 值”", "write this as key: value")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, ok := known[k.Value]
		if !ok {
			names := make([]string, 0, len(known))
			for name := range known {
				names = append(names, name)
			}
			sort.Strings(names)
			l.probs.add(l.at(k, name), k.Value, "unknown_field",
				"没有这个字段；可用的字段："+strings.Join(names, "、"), "there is no such field; known are: "+strings.Join(names, ", "))
			continue
		}
		if seen[k.Value] {
			l.probs.add(l.at(k, name), k.Value, "repeated_field", "字段写了两次；请合并", "the field is written twice; merge them")
		}
		seen[k.Value] = true
		f(v)
	}
}

func (l *loader) text(name, field string, to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind != yaml.ScalarNode {
			l.probs.add(l.at(v, name), field, "type", "这里应是一段文字", "a text is expected here")
			return
		}
		*to = v.Value
	}
}

func (l *loader) number(name, field string, to *int) func(*yaml.Node) {
	return func(v *yaml.Node) {
		i, err := strconv.Atoi(v.Value)
		if v.Kind != yaml.ScalarNode || err != nil {
			l.probs.add(l.at(v, name), field, "type", "这里应是整数", "a whole number is expected here")
			return
		}
		*to = i
	}
}

// texts reads a list of texts; a single text counts as a list of one.
func (l *loader) texts(name, field string, to *[]string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
			*to = []string{v.Value}
			return
		}
		if v.Kind != yaml.SequenceNode {
			l.probs.add(l.at(v, name), field, "type", "这里应是文字列表", "a list of texts is expected here")
			return
		}
		for _, c := range v.Content {
			if c.Kind != yaml.ScalarNode {
				l.probs.add(l.at(c, name), field, "type", "列表里只能是文字；含冒号或井号的文字请加引号", "the list may hold texts only; quote texts with colons or #")
				continue
			}
			*to = append(*to, c.Value)
		}
	}
}

// words is texts, where one entry may hold several words between spaces if it is written
// with the tag of a block text (| or >).
func (l *loader) words(name, field string, to *[]string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind == yaml.ScalarNode && (v.Style == yaml.LiteralStyle || v.Style == yaml.FoldedStyle) {
			for _, w := range strings.FieldsFunc(v.Value, func(r rune) bool { return r == '\n' || r == ' ' || r == '、' }) {
				*to = append(*to, w)
			}
			return
		}
		l.texts(name, field, to)(v)
	}
}

func (l *loader) flag(name, field string, to **bool) func(*yaml.Node) {
	return func(v *yaml.Node) {
		var b bool
		if v.Decode(&b) != nil {
			l.probs.add(l.at(v, name), field, "type", "这里应是 true 或 false", "true or false is expected here")
			return
		}
		*to = &b
	}
}

func (l *loader) gap(name, field string, to **int) func(*yaml.Node) {
	return func(v *yaml.Node) {
		var i int
		l.number(name, field, &i)(v)
		if i < 0 || i > 20 {
			l.probs.add(l.at(v, name), field, "range", "间隔应在 0 到 20 之间", "the gap must be 0 to 20")
			return
		}
		*to = &i
	}
}

func (l *loader) title(name string, to *Title) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind == yaml.ScalarNode {
			*to = Title{v.Value, v.Value}
			return
		}
		l.fields(v, name+".title", map[string]func(*yaml.Node){
			"zh": l.text(name, "title.zh", &to.Zh), "en": l.text(name, "title.en", &to.En),
		})
	}
}

func (l *loader) rule(n *yaml.Node) {
	r := Rule{Level: 3, State: StateLive, Scope: "message"}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "id" {
			r.ID = n.Content[i+1].Value
		}
	}
	id := r.ID
	l.fields(n, id, map[string]func(*yaml.Node){
		"id":          func(*yaml.Node) {},
		"title":       l.title(id, &r.Title),
		"description": l.text(id, "description", &r.Description),
		"references":  l.texts(id, "references", &r.References),
		"class":       l.text(id, "class", &r.Class),
		"scope":       l.text(id, "scope", &r.Scope),
		"level":       l.number(id, "level", &r.Level),
		"action":      l.text(id, "action", &r.Action),
		"score":       l.number(id, "score", &r.Score),
		"group":       l.text(id, "group", &r.Group),
		"condition":   l.text(id, "condition", &r.Condition),
		"except":      l.words(id, "except", &r.Except),
		"lifts":       l.texts(id, "lifts", &r.Lifts),
		"reason_code": l.text(id, "reason_code", &r.ReasonCode),
		"state":       l.text(id, "state", &r.State),
		"applies_to": func(v *yaml.Node) {
			l.fields(v, id+".applies_to", map[string]func(*yaml.Node){
				"categories": l.texts(id, "applies_to.categories", &r.AppliesTo.Categories),
				"customers":  l.texts(id, "applies_to.customers", &r.AppliesTo.Customers),
				"carriers":   l.texts(id, "applies_to.carriers", &r.AppliesTo.Carriers),
				"industries": l.texts(id, "applies_to.industries", &r.AppliesTo.Industries),
			})
		},
		"terms": func(v *yaml.Node) {
			r.Terms = map[string]Terms{}
			l.named(v, id, "terms", func(name string, v *yaml.Node) {
				l.src.places[id+".terms."+name] = l.at(v, id)
				r.Terms[name] = l.terms(v, id, "terms."+name)
			})
		},
		"patterns": func(v *yaml.Node) {
			r.Patterns = map[string]Pattern{}
			l.named(v, id, "patterns", func(name string, v *yaml.Node) {
				l.src.places[id+".patterns."+name] = l.at(v, id)
				r.Patterns[name] = l.pattern(v, id, "patterns."+name)
			})
		},
		"tests": func(v *yaml.Node) {
			l.fields(v, id+".tests", map[string]func(*yaml.Node){
				"hit":  func(v *yaml.Node) { r.Tests.Hit = l.examples(v, id, "tests.hit") },
				"miss": func(v *yaml.Node) { r.Tests.Miss = l.examples(v, id, "tests.miss") },
			})
		},
	})
	if p, ok := l.src.places[id]; ok {
		l.probs.add(l.at(n, id), "id", "repeated_id", "规则编号重复，另一条在 "+p.say(""), "the rule id is taken by "+p.say(""))
	}
	l.src.places[id] = l.at(n, id)
	for i := 0; i+1 < len(n.Content); i += 2 {
		l.src.places[id+"."+n.Content[i].Value] = l.at(n.Content[i], id)
	}
	l.src.Rules = append(l.src.Rules, r)
}

func (l *loader) named(v *yaml.Node, id, field string, f func(name string, v *yaml.Node)) {
	if v.Kind != yaml.MappingNode {
		l.probs.add(l.at(v, id), field, "shape", "这里应是“名称: 内容”", "write names and what they hold (name: …)")
		return
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		f(v.Content[i].Value, v.Content[i+1])
	}
}

func (l *loader) terms(v *yaml.Node, id, field string) Terms {
	var t Terms
	if v.Kind != yaml.MappingNode {
		l.words(id, field, &t.Words)(v)
		return t
	}
	l.fields(v, id+"."+field, map[string]func(*yaml.Node){
		"bank":       l.texts(id, field+".bank", &t.Banks),
		"words":      l.words(id, field+".words", &t.Words),
		"views":      l.texts(id, field+".views", &t.Views),
		"whole_word": l.flag(id, field+".whole_word", &t.WholeWord),
		"max_gap":    l.gap(id, field+".max_gap", &t.MaxGap),
		"match":      l.text(id, field+".match", &t.Match),
	})
	return t
}

func (l *loader) pattern(v *yaml.Node, id, field string) Pattern {
	var p Pattern
	if v.Kind == yaml.ScalarNode {
		p.Regex = v.Value
		return p
	}
	l.fields(v, id+"."+field, map[string]func(*yaml.Node){
		"regex":   l.text(id, field+".regex", &p.Regex),
		"view":    l.text(id, field+".view", &p.View),
		"extract": l.text(id, field+".extract", &p.Extract),
		"use":     l.text(id, field+".use", &p.Use),
		"any": func(v *yaml.Node) {
			if v.Kind != yaml.SequenceNode {
				l.probs.add(l.at(v, id), field+".any", "shape", "这里应是列表", "a list is expected here")
				return
			}
			for _, c := range v.Content {
				p.Any = append(p.Any, l.pattern(c, id, field+".any"))
			}
		},
	})
	return p
}

func (l *loader) examples(v *yaml.Node, id, field string) []Example {
	var out []Example
	if v.Kind != yaml.SequenceNode {
		l.probs.add(l.at(v, id), field, "shape", "这里应是列表", "a list is expected here")
		return nil
	}
	for _, c := range v.Content {
		var e Example
		if c.Kind == yaml.ScalarNode {
			e.Text = c.Value
			out = append(out, e)
			continue
		}
		l.fields(c, id+"."+field, map[string]func(*yaml.Node){
			"text":      l.text(id, field+".text", &e.Text),
			"category":  l.text(id, field+".category", &e.Category),
			"signature": l.text(id, field+".signature", &e.Signature),
			"vars":      l.texts(id, field+".vars", &e.Vars),
			"facts": func(v *yaml.Node) {
				if err := v.Decode(&e.Facts); err != nil {
					l.probs.add(l.at(v, id), field+".facts", "type", "facts 应是“名称: 值”", "facts must be name: value")
				}
			},
		})
		out = append(out, e)
	}
	return out
}

func (l *loader) bank(n *yaml.Node) {
	var b Bank
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "bank" {
			b.ID = n.Content[i+1].Value
		}
	}
	name := "bank " + b.ID
	l.fields(n, name, map[string]func(*yaml.Node){
		"bank":       func(*yaml.Node) {},
		"title":      l.title(name, &b.Title),
		"words":      l.words(name, "words", &b.Words),
		"views":      l.texts(name, "views", &b.Views),
		"whole_word": l.flag(name, "whole_word", &b.WholeWord),
		"max_gap":    l.gap(name, "max_gap", &b.MaxGap),
		"match":      l.text(name, "match", &b.Match),
	})
	if p, ok := l.src.places[name]; ok {
		l.probs.add(l.at(n, name), "", "repeated_id", "词库编号重复，另一个在 "+p.say(""), "the bank id is taken by "+p.say(""))
	}
	l.src.places[name] = l.at(n, name)
	l.src.Banks = append(l.src.Banks, b)
}

func (l *loader) settings(n *yaml.Node) {
	s := l.src
	l.fields(n, "settings", map[string]func(*yaml.Node){
		"bands": func(v *yaml.Node) {
			l.fields(v, "bands", map[string]func(*yaml.Node){
				"hold": l.number("bands", "hold", &s.Bands.Hold), "refuse": l.number("bands", "refuse", &s.Bands.Refuse),
			})
			if s.Bands.Hold < 1 || s.Bands.Refuse <= s.Bands.Hold {
				l.probs.add(l.at(v, "bands"), "", "range", "hold 至少为 1，refuse 要大于 hold", "hold must be at least 1 and refuse above hold")
			}
		},
		"groups": func(v *yaml.Node) {
			l.named(v, "", "groups", func(name string, v *yaml.Node) {
				i := 0
				l.number("groups", name, &i)(v)
				s.Groups[name] = i
			})
		},
		"patterns": func(v *yaml.Node) {
			l.named(v, "", "patterns", func(name string, v *yaml.Node) {
				l.src.places["patterns."+name] = l.at(v, "patterns")
				s.Patterns[name] = l.pattern(v, "patterns", name)
			})
		},
	})
}
