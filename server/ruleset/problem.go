package ruleset

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"sealgate/server/errs"
	"sealgate/server/screening"
)

// Problem is what is wrong with a document, or (Failure false) what its author should know. Line and Column are those of the
// document's own text, from 1; 0 where the whole document is meant.
type Problem struct {
	Doc     string `json:"doc"`
	Field   string `json:"field"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Zh      string `json:"detail"`
	En      string `json:"detail_en"`
	Failure bool   `json:"failure"`
}

// failures tells whether any problem stops the set from being used.
func failures(ps []Problem) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Failure })
}

// errorOf is the problems as an error, for acts that are refused because of them.
func errorOf(ps []Problem) error {
	e := ErrUnsound
	for _, p := range ps {
		if p.Failure {
			e = e.At(p.say(), p.Code, p.Zh, p.En)
		}
	}
	return e
}

func (p Problem) say() string {
	s := p.Doc
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
	}
	if p.Field != "" {
		s += " " + p.Field
	}
	return s
}

// inspected is a whole set that was looked at.
type inspected struct {
	src      *screening.Source
	set      *screening.Set // nil where it does not compile
	problems []Problem
}

// inspect reads, compiles and checks documents as one set. It is pure: the same documents give the same findings.
func inspect(docs []Doc, version string) (*inspected, error) {
	files, keys := apart(docs)
	fsys, err := fileset(files)
	if err != nil {
		return nil, err
	}
	out := &inspected{problems: []Problem{}}
	at := placer{keys: keys, docs: docs}
	if out.src, err = screening.Load(fsys); err == nil {
		out.set, err = screening.Compile(out.src, version)
	}
	if err != nil {
		e := errs.As(err)
		if e == nil || e.Kind != errs.KindInvalid {
			return nil, err
		}
		if len(e.Fields) == 0 {
			out.problems = append(out.problems, Problem{Code: e.Code, Zh: e.Zh, En: e.En, Failure: true})
		}
		for _, f := range e.Fields {
			out.problems = append(out.problems, at.problem(f.Field, f.Code, f.Zh, f.En, true))
		}
		out.set = nil
		return out, nil
	}
	for _, f := range screening.Check(out.src, out.set) {
		out.problems = append(out.problems, at.problem(f.Place, f.Code, f.Zh, f.En, f.Failure))
	}
	return out, nil
}

// placer turns the engine's places ("00012.yaml:7 fraud.loan.terms.word") into places of documents.
type placer struct {
	keys  map[string]string
	docs  []Doc
	roots map[string]*yaml.Node
}

var (
	placePattern  = regexp.MustCompile(`^(\d{5}\.yaml)(?::(\d+))?(?::(\d+))?(?: (.*))?$`)
	yamlLine      = regexp.MustCompile(`line (\d+)`)
	inCondition   = regexp.MustCompile(`<input>:(\d+):(\d+): ([^\n]*)`)
	undeclared    = regexp.MustCompile(`undeclared reference to '([^']*)'`)
	noOverload    = regexp.MustCompile(`found no matching overload for '([^']*)' applied to '([^']*)'`)
	syntaxInInput = regexp.MustCompile(`Syntax error: (.*)`)
)

func (p *placer) problem(place, code, zh, en string, failure bool) Problem {
	out := Problem{Code: code, Zh: zh, En: en, Failure: failure}
	m := placePattern.FindStringSubmatch(place)
	if m == nil {
		out.Field = place
		p.guess(&out, place)
		return out
	}
	out.Doc = p.keys[m[1]]
	out.Line, _ = strconv.Atoi(m[2])
	d := pick(p.docs, out.Doc)
	out.Field = m[4]
	switch d.Kind {
	case KindRule:
		out.Field = strings.TrimPrefix(strings.TrimPrefix(out.Field, d.Ref), ".")
	case KindBank:
		out.Field = strings.TrimPrefix(strings.TrimPrefix(out.Field, "bank "+d.Ref), ".")
	default:
		out.Field = strings.TrimPrefix(strings.TrimPrefix(out.Field, "settings"), ".")
	}
	if code == "yaml" {
		if m := yamlLine.FindStringSubmatch(en); m != nil {
			out.Line, _ = strconv.Atoi(m[1])
			if strings.Contains(en, "did not find expected") {
				out.Line++ // the parser counts lines from 0, the scanner before it from 1
			}
		}
		out.Column = 1
		return out
	}
	if p.roots == nil {
		p.roots = map[string]*yaml.Node{}
	}
	root, ok := p.roots[out.Doc]
	if !ok {
		root, _ = parseRoot(d.Text)
		p.roots[out.Doc] = root
	}
	value := locate(root, &out)
	if out.Field == "condition" && value != nil {
		sharpen(&out, value, p.names(root))
	}
	return out
}

// guess finds the document of a place that names no file: a pattern's text.
func (p *placer) guess(out *Problem, place string) {
	text, ok := strings.CutPrefix(place, "regex ")
	if !ok {
		return
	}
	out.Field = "patterns"
	for _, d := range p.docs {
		for i, line := range strings.Split(d.Text, "\n") {
			if at := strings.Index(line, text); at >= 0 {
				out.Doc, out.Line, out.Column = d.Key, i+1, utf8.RuneCountInString(line[:at])+1
				return
			}
		}
	}
}

// names are what a condition of the document may use.
func (p *placer) names(root *yaml.Node) []string {
	scope := "message"
	var out []string
	for i := 0; root != nil && i+1 < len(root.Content); i += 2 {
		switch k, v := root.Content[i].Value, root.Content[i+1]; k {
		case "scope":
			scope = v.Value
		case "terms", "patterns":
			for j := 0; j+1 < len(v.Content); j += 2 {
				out = append(out, v.Content[j].Value)
			}
		}
	}
	return append(out, screening.FactNames(scope)...)
}

// locate follows a field's path as far as it goes and puts the place of what it found into the problem; the value there.
func locate(root *yaml.Node, p *Problem) (value *yaml.Node) {
	n := root
	for _, part := range strings.Split(p.Field, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		if n == nil || n.Kind != yaml.MappingNode {
			break
		}
		found := false
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				k := n.Content[i]
				p.Line, p.Column = k.Line, k.Column
				n, found = n.Content[i+1], true
				break
			}
		}
		if !found {
			break
		}
		value = n
		if k, err := strconv.Atoi(index); indexed && err == nil && n.Kind == yaml.SequenceNode && k < len(n.Content) {
			n = n.Content[k]
			value, p.Line, p.Column = n, n.Line, n.Column
		}
	}
	if p.Line == 0 && root != nil {
		p.Line, p.Column = root.Line, root.Column
	}
	if p.Column == 0 {
		p.Column = 1
	}
	return value
}

// sharpen turns what CEL says about a condition into words for the author, and its place into one of the document.
func sharpen(p *Problem, v *yaml.Node, names []string) {
	m := inCondition.FindStringSubmatch(p.En)
	if m == nil {
		return
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	p.Line, p.Column = v.Line, v.Column+column-1
	switch v.Style {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		p.Line, p.Column = v.Line+line, column+2
	case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
		p.Column++
	}
	if u := undeclared.FindStringSubmatch(m[3]); u != nil {
		p.Code = "unknown_fact"
		p.Zh, p.En = "条件里的 "+u[1]+" 既不是事实，也不是本规则的词组或模式", u[1]+" in the condition is no fact, and no terms or pattern of this rule"
		if like := nearest(u[1], names); like != "" {
			p.Zh += "；是不是要写 " + like + "？"
			p.En += "; did you mean " + like + "?"
		} else {
			p.Zh += "；可用的有：" + strings.Join(names, "、")
			p.En += "; known are: " + strings.Join(names, ", ")
		}
		return
	}
	if o := noOverload.FindStringSubmatch(m[3]); o != nil {
		sign := strings.Trim(o[1], "_")
		p.Zh, p.En = "两边的类型不能用 "+sign+"："+o[2]+"；数要和数比，文字要加引号", sign+" can't be used on "+o[2]+"; compare numbers with numbers and quote texts"
		return
	}
	if s := syntaxInInput.FindStringSubmatch(m[3]); s != nil {
		p.Zh, p.En = "条件写法有误："+s[1]+"；与、或、非写作 &&、||、!", "the condition is wrong: "+s[1]+"; and, or, not are written &&, ||, !"
		return
	}
	p.Zh, p.En = "条件写法有误："+m[3], "the condition is wrong: "+m[3]
}

// nearest is the name that a wrong one most likely stands for; "" where none is like it.
func nearest(wrong string, names []string) string {
	best, least := "", len(wrong)/2+1
	for _, n := range names {
		if d := distance(wrong, n); d < least {
			best, least = n, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
