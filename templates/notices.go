package templates

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Languages is a text in Chinese and English.
type Languages struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Notice is the text of one kind of notice. Vars lists what stands in {{…}}.
type Notice struct {
	Kind string `yaml:"kind"`
	Mail bool   `yaml:"mail"` // to a customer it also goes by e-mail
	// Message kinds also go to the customer's contacts as a system message, title only (P05).
	Message bool `yaml:"message"`
	// Call kinds make a call task for the customer's sales person, due so many working days later; 0: none.
	Call int `yaml:"call"`
	// Optional kinds are a service: a customer may do without their e-mails and messages, never without the inbox.
	Optional bool `yaml:"optional"`

	Vars  []string  `yaml:"vars"`
	Title Languages `yaml:"title"`
	Body  Languages `yaml:"body"`
}

var noticeVar = regexp.MustCompile(`\{\{([a-z_]+)\}\}`)

// Notices reads the notices inside the program, by kind.
func Notices() (map[string]Notice, error) { return LoadNotices(FS) }

// LoadNotices reads notices/*.yaml from a folder and checks each: both
// languages there, the same variables in both, all of them listed and used.
func LoadNotices(fsys fs.FS) (map[string]Notice, error) {
	names, err := fs.Glob(fsys, "notices/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	notices := map[string]Notice{}
	var faults []error
	for _, name := range names {
		n, err := loadNotice(fsys, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("notice %s: %w", name, err))
			continue
		}
		notices[n.Kind] = n
	}
	if len(names) == 0 {
		faults = append(faults, errors.New("notices: there is no notices/*.yaml"))
	}
	return notices, errors.Join(faults...)
}

func loadNotice(fsys fs.FS, name string) (Notice, error) {
	var n Notice
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return n, err
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&n); err != nil {
		return n, err
	}
	if n.Kind+".yaml" != path.Base(name) {
		return n, fmt.Errorf("it says kind %q", n.Kind)
	}
	if n.Title.Zh == "" || n.Title.En == "" || n.Body.Zh == "" || n.Body.En == "" {
		return n, errors.New("a title or body is missing in one language")
	}
	if n.Call < 0 || n.Call > 30 {
		return n, fmt.Errorf("call %d: want 0 to 30 working days", n.Call)
	}
	listed := slices.Sorted(slices.Values(n.Vars))
	for language, text := range map[string]string{"zh": n.Title.Zh + n.Body.Zh, "en": n.Title.En + n.Body.En} {
		var used []string
		for _, m := range noticeVar.FindAllStringSubmatch(text, -1) {
			used = append(used, m[1])
		}
		slices.Sort(used)
		if used = slices.Compact(used); !slices.Equal(used, listed) {
			return n, fmt.Errorf("the %s text uses %v, vars lists %v", language, used, listed)
		}
		if rest := noticeVar.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			return n, fmt.Errorf("the %s text has a variable that is not well formed", language)
		}
	}
	return n, nil
}

// Fill puts values into title and body. Each listed variable must be given;
// others are an error too, so that a misspelt name is not lost. en holds the
// values that read differently in English (a reason) and may be nil. Values are
// put in as they are: {{…}} in a value stays what it is.
func (n Notice) Fill(values, en map[string]string) (title, body Languages, err error) {
	for _, name := range n.Vars {
		if _, ok := values[name]; !ok {
			return title, body, fmt.Errorf("notice %s: no value for %s", n.Kind, name)
		}
	}
	for _, given := range []map[string]string{values, en} {
		for name := range given {
			if !slices.Contains(n.Vars, name) {
				return title, body, fmt.Errorf("notice %s: knows no %s", n.Kind, name)
			}
		}
	}
	put := func(s string, first map[string]string) string {
		return noticeVar.ReplaceAllStringFunc(strings.TrimSpace(s), func(m string) string {
			name := m[2 : len(m)-2]
			if value, ok := first[name]; ok {
				return value
			}
			return values[name]
		})
	}
	return Languages{put(n.Title.Zh, nil), put(n.Title.En, en)}, Languages{put(n.Body.Zh, nil), put(n.Body.En, en)}, nil
}
