// Package notice puts messages into the portal's inboxes: of a user, of a customer's people, of everybody with a role.
// See README.md.
package notice

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sealgate/server/caldate"
)

// To says whose inbox a notice goes into, one of the first three, and what it is about.
type To struct {
	UserID     string
	CustomerID string // all people of that customer
	Role       string // everybody who holds it
	About      About
}

// About is the object that a notice links to; its customer narrows who of a role may see it.
type About struct {
	ObjectType string
	ObjectID   string
	CustomerID string
}

// Notice is a message in an inbox. It is never changed; who has read it stands in rows of its own.
type Notice struct {
	ID         string `gorm:"primaryKey"`
	Kind       string
	CustomerID string // whom it is about
	ToUser     string
	ToCustomer string
	ToRole     string
	TitleZh    string
	TitleEn    string
	BodyZh     string
	BodyEn     string
	ObjectType string
	ObjectID   string
	At         caldate.Instant
	ReadAt     caldate.Instant `gorm:"->;-:migration"` // by the reader who asks
}

// Text is one text in both languages.
type Text struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Template is the text of a kind of notice, with {{name}} where a value goes.
type Template struct {
	Kind  string `yaml:"kind"`
	Title Text   `yaml:"title"`
	Body  Text   `yaml:"body"`
}

// Catalogue has the text of every kind of notice.
type Catalogue struct{ kinds map[string]Template }

var blank = regexp.MustCompile(`\{\{\s*([a-z][a-z0-9_]*)\s*\}\}`)

// Load reads notices/*.yaml: one notice a file, named by its kind. Missing texts and blanks that the languages don't
// share are faults of the file.
func Load(fsys fs.FS) (*Catalogue, error) {
	files, err := fs.Glob(fsys, "notices/*.yaml")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no notices/*.yaml found")
	}
	c := &Catalogue{map[string]Template{}}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var t Template
		d := yaml.NewDecoder(bytes.NewReader(data))
		d.KnownFields(true)
		if err := d.Decode(&t); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if kind := strings.TrimSuffix(path.Base(name), ".yaml"); t.Kind != kind {
			return nil, fmt.Errorf("%s: kind is %q, want %q like the file", name, t.Kind, kind)
		}
		if t.Title.Zh == "" || t.Title.En == "" || t.Body.Zh == "" || t.Body.En == "" {
			return nil, fmt.Errorf("%s: title and body are needed in zh and en", name)
		}
		if zh, en := blanks(t.Title.Zh+t.Body.Zh), blanks(t.Title.En+t.Body.En); !slices.Equal(zh, en) {
			return nil, fmt.Errorf("%s: the languages ask for different blanks: zh %v, en %v", name, zh, en)
		}
		c.kinds[t.Kind] = t
	}
	return c, nil
}

// Kinds lists the kinds of notice by name.
func (c *Catalogue) Kinds() []string {
	var out []string
	for k := range c.kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Blanks lists what a kind asks for.
func (c *Catalogue) Blanks(kind string) []string {
	t := c.kinds[kind]
	return blanks(t.Title.Zh + t.Body.Zh)
}

func blanks(s string) []string {
	var out []string
	for _, m := range blank.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// write fills the blanks of a kind. An unknown kind or a value that is missing is a fault of the program.
func (c *Catalogue) write(kind string, vars map[string]string) (title, body Text, err error) {
	t, ok := c.kinds[kind]
	if !ok {
		return Text{}, Text{}, ErrKind.With("kind", kind)
	}
	for _, b := range c.Blanks(kind) {
		if _, ok := vars[b]; !ok {
			return Text{}, Text{}, ErrBlank.With("kind", kind).With("blank", b)
		}
	}
	fill := func(s string) string {
		return blank.ReplaceAllStringFunc(s, func(m string) string { return vars[strings.Trim(m, "{} ")] })
	}
	return Text{fill(t.Title.Zh), fill(t.Title.En)}, Text{fill(t.Body.Zh), fill(t.Body.En)}, nil
}
