package contracttemplate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Clause is one version of a text of the clause library (条款库). Templates name it with its version, so that a new version
// changes no template by itself. It is never written after Load.
type Clause struct {
	ID      string `json:"id" yaml:"id"`
	Version int    `json:"version" yaml:"version"`
	Title   Text   `json:"title" yaml:"title"`
	Reason  Text   `json:"reason" yaml:"reason"` // why this version was made
	On      string `json:"on" yaml:"on"`         // the day on which it was drafted
	// Risk clauses shift a risk to the other side: they are printed in bold (民法典 496).
	Risk bool `json:"risk" yaml:"risk"`
	// Law and requirements that it answers to.
	Basis string `json:"basis,omitempty" yaml:"basis"`

	Text   []string `json:"text" yaml:"-"`
	SHA256 string   `json:"sha256" yaml:"-"`
	UsedBy []Use    `json:"used_by" yaml:"-"` // templates
}

// Clauses gives the whole library, by id, newest version first.
func (r *Registry) Clauses() []*Clause { return slices.Clone(r.clauses) }

// Clause gives one version. Errors: ErrUnknownClause.
func (r *Registry) Clause(id string, version int) (*Clause, error) {
	for _, c := range r.clauses {
		if c.ID == id && c.Version == version {
			return c, nil
		}
	}
	return nil, ErrUnknownClause.With("id", shorten(id)).With("version", version)
}

var clauseID = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

func (r *Registry) loadClauses(fsys fs.FS) (faults []error) {
	files, err := fs.Glob(fsys, "contracts/clauses/*/v*.md")
	if err != nil {
		return []error{err}
	}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err == nil {
			var c *Clause
			if c, err = parseClause(data); err == nil {
				if path.Base(path.Dir(name)) != c.ID || path.Base(name) != fmt.Sprintf("v%d.md", c.Version) {
					err = fmt.Errorf("it says id %q, version %d", c.ID, c.Version)
				}
				r.clauses = append(r.clauses, c)
			}
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("clause %s: %w", name, err))
		}
	}
	slices.SortFunc(r.clauses, func(a, b *Clause) int {
		if a.ID != b.ID {
			return strings.Compare(a.ID, b.ID)
		}
		return b.Version - a.Version
	})
	return faults
}

func parseClause(data []byte) (*Clause, error) {
	front, body, err := frontMatter(data)
	if err != nil {
		return nil, err
	}
	c := &Clause{SHA256: sum(normalised(data)), UsedBy: []Use{}}
	decoder := yaml.NewDecoder(strings.NewReader(front))
	decoder.KnownFields(true)
	if err := decoder.Decode(c); err != nil {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	if !clauseID.MatchString(c.ID) || c.Version < 1 || c.Title.Zh == "" || c.Title.En == "" || c.Reason.Zh == "" || c.Reason.En == "" {
		return nil, errors.New("id, version, title or reason (zh, en) is missing")
	}
	if checkValue(Blank{Type: TypeDate}, c.On) != nil {
		return nil, fmt.Errorf("on %q is no date", c.On)
	}
	for _, line := range strings.Split(body, "\n") {
		if line = strings.TrimRight(line, " "); line != "" {
			c.Text = append(c.Text, line)
		}
	}
	if len(c.Text) == 0 {
		return nil, errors.New("it has no text")
	}
	if c.Risk && !strings.Contains(body, "**") {
		return nil, errors.New("it shifts a risk, but nothing in it is bold")
	}
	return c, nil
}

// frontMatter parts a file into its head between two lines of --- and the rest.
func frontMatter(data []byte) (front, body string, err error) {
	text := string(normalised(data))
	front, body, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !ok || !strings.HasPrefix(text, "---\n") {
		return "", "", errors.New("the file must begin with front matter between two lines of ---")
	}
	return front, body, nil
}

func normalised(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

var useForm = regexp.MustCompile(`^@clause ([a-z0-9-]+) v([0-9]{1,4})$`)

// wordForm is a word that each template says in its own way: [客户] reads 甲方, 乙方 or 使用方.
var wordForm = regexp.MustCompile(`\[(\p{Han}{2,8})\]`)

// expand reads the body: own lines, and the clauses that it names in their place.
func (t *Template) expand(r *Registry, body string, firstLine int) error {
	var own []string
	from := firstLine
	flush := func(next int) error {
		blocks, err := parseBody(strings.Join(own, "\n"), from)
		t.body, t.source = append(t.body, blocks...), append(t.source, filled(own)...)
		own, from = nil, next
		return err
	}
	for i, line := range strings.Split(body, "\n") {
		m := useForm.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			own = append(own, line)
			continue
		}
		if err := flush(firstLine + i + 1); err != nil {
			return err
		}
		if err := t.include(r, m[1], m[2]); err != nil {
			return fmt.Errorf("line %d: %w", firstLine+i, err)
		}
	}
	return flush(0)
}

func filled(lines []string) (out []string) {
	for _, l := range lines {
		if l = strings.TrimRight(l, " "); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// include puts a clause in its place, with the words of this template. A line that depends on a blank that the template
// has not says nothing here and is left out.
func (t *Template) include(r *Registry, id, version string) error {
	n, _ := strconv.Atoi(version)
	c, err := r.Clause(id, n)
	if err != nil {
		return fmt.Errorf("there is no clause %s v%s", id, version)
	}
	var lacking []string
	text := wordForm.ReplaceAllStringFunc(strings.Join(c.Text, "\n"), func(m string) string {
		word := t.word(wordForm.FindStringSubmatch(m)[1])
		if word == "" {
			lacking = append(lacking, m)
		}
		return word
	})
	if len(lacking) > 0 {
		return fmt.Errorf("clause %s v%s: words does not say what %s reads here", id, version, strings.Join(lacking, ", "))
	}
	blocks, err := parseBody(text, 1)
	if err != nil {
		return fmt.Errorf("clause %s v%s: %w", id, version, err)
	}
	for _, b := range blocks {
		if t.resolve(&b) {
			t.body = append(t.body, b)
		}
	}
	t.source = append(t.source, strings.Split(text, "\n")...)
	t.Clauses = append(t.Clauses, Use{c.ID, c.Version})
	t.SHA256 = sum([]byte(t.SHA256 + c.SHA256))
	c.UsedBy = append(c.UsedBy, Use{t.ID, t.Version})
	return nil
}

// resolve settles the conditions of a clause's block that ask for blanks that the template has not: they are not filled.
func (t *Template) resolve(b *block) (stays bool) {
	var when []condition
	for _, c := range b.when {
		switch {
		case t.hasBlank(c.blank):
			when = append(when, c)
		case !c.not:
			return false
		}
	}
	b.when = when
	return true
}

func (t *Template) hasBlank(name string) bool {
	return slices.ContainsFunc(t.Blanks, func(b Blank) bool { return b.Name == name })
}

// word is what a clause's [客户], [服务方] or [合同] reads in this template.
func (t *Template) word(name string) string {
	if w := t.Words[name]; w != "" {
		return w
	}
	customer, provider := "甲方", "乙方"
	if t.ProviderSide == "甲" {
		customer, provider = provider, customer
	}
	return map[string]string{"客户": customer, "服务方": provider, "合同": "合同"}[name]
}
