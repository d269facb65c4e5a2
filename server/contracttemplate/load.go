package contracttemplate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads contracts/<id>/v<version>/contract.md of every template and checks
// each as a whole: unknown and unused blanks, forms that don't fit a type,
// references into nothing, and that disputes go to exactly one court or one
// arbitration body whatever is chosen (C19). All faults of all files are
// reported at once.
func Load(fsys fs.FS) (*Registry, error) {
	files, err := fs.Glob(fsys, "contracts/*/v*/contract.md")
	if err != nil {
		return nil, fmt.Errorf("contract templates: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("contract templates: there is no contracts/*/v*/contract.md")
	}
	r := &Registry{}
	var faults []error
	for _, name := range files {
		t, err := loadFile(fsys, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("contract template %s: %w", name, err))
			continue
		}
		r.templates = append(r.templates, t)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	slices.SortFunc(r.templates, func(a, b *Template) int {
		if a.ID != b.ID {
			return strings.Compare(a.ID, b.ID)
		}
		return b.Version - a.Version
	})
	return r, nil
}

func loadFile(fsys fs.FS, name string) (*Template, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data)
	if err != nil {
		return nil, err
	}
	folder, id := path.Base(path.Dir(name)), path.Base(path.Dir(path.Dir(name)))
	if t.ID != id || fmt.Sprintf("v%d", t.Version) != folder {
		return nil, fmt.Errorf("it says id %q, version %d, but lies in %s/%s", t.ID, t.Version, id, folder)
	}
	return t, nil
}

// Parse reads and checks one template.
func Parse(data []byte) (*Template, error) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	front, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
	if !ok || !bytes.HasPrefix(data, []byte("---\n")) {
		return nil, errors.New("the file must begin with front matter between two lines of ---")
	}
	t := &Template{blanks: map[string]*Blank{}}
	decoder := yaml.NewDecoder(strings.NewReader(front))
	decoder.KnownFields(true)
	if err := decoder.Decode(t); err != nil {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	sum := sha256.Sum256(data)
	t.SHA256 = hex.EncodeToString(sum[:])
	var err error
	if t.body, err = parseBody(body, strings.Count(front, "\n")+4); err != nil {
		return nil, err
	}
	return t, t.check()
}

var blankName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// check finds every fault of a template.
func (t *Template) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if t.ID == "" || t.Version < 1 || t.Title.Zh == "" || t.Title.En == "" || t.Kind == "" {
		fault("id, version, title (zh, en) or kind is missing")
	}
	if t.ProviderSide != "甲" && t.ProviderSide != "乙" {
		fault("provider_side must be 甲 or 乙")
	}
	if t.EffectiveOn != "signature and seal" && t.EffectiveOn != "signature or seal" {
		fault(`effective_on must be "signature and seal" or "signature or seal"`)
	}
	for i := range t.Blanks {
		b := &t.Blanks[i]
		if t.blanks[b.Name] != nil {
			fault("blank %s stands twice", b.Name)
		}
		t.blanks[b.Name] = b
	}
	for _, b := range t.Blanks {
		for _, err := range t.checkBlank(b) {
			fault("blank %s: %w", b.Name, err)
		}
	}
	for _, r := range t.Rules {
		if t.blanks[r.A] == nil || t.blanks[r.B] == nil || r.Must != "be_before" && r.Must != "be_at_most" || r.Zh == "" || r.En == "" {
			fault("rule %s %s %s: unknown blank or verb, or no text", r.A, r.Must, r.B)
		}
	}
	faults = append(faults, t.checkBody()...)
	if len(faults) == 0 { // what follows renders the body
		faults = append(faults, t.checkDispute()...)
	}
	return errors.Join(faults...)
}

func (t *Template) checkBlank(b Blank) (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !blankName.MatchString(b.Name) || b.Name == "number" {
		fault("the name must be lower case letters, digits and _, and not number")
	}
	if b.Label.Zh == "" || b.Label.En == "" {
		fault("label in zh and en is missing")
	}
	if _, ok := forms[b.Type]; !ok {
		fault("unknown type %q", b.Type)
		return faults
	}
	if b.Type == TypeChoice != (len(b.Choices) > 0) || b.Multiple && b.Type != TypeChoice {
		fault("choices belong to type choice, and only there")
	}
	seen := map[string]bool{}
	for _, c := range b.Choices {
		if c.Value == "" || strings.ContainsAny(c.Value, ", ") || seen[c.Value] || c.Label.Zh == "" || c.Label.En == "" {
			fault("choice %q is empty, stands twice, has a comma or no label", c.Value)
		}
		seen[c.Value] = true
	}
	if w := b.RequiredWhen; w != nil && t.blanks[w.Blank] == nil {
		fault("required_when asks for an unknown blank %s", w.Blank)
	}
	if b.Group != "" && !slices.ContainsFunc(t.Groups, func(g Group) bool { return g.Name == b.Group }) {
		fault("unknown group %q", b.Group)
	}
	for what, value := range map[string]string{"default": b.Default, "min": b.Min, "max": b.Max} {
		if value == "" {
			continue
		}
		plain := b
		plain.Min, plain.Max = "", ""
		if what == "default" {
			plain = b
		}
		if e := checkValue(plain, value); e != nil {
			fault("%s %q: %s", what, value, e.En)
		}
	}
	return faults
}

func (t *Template) checkBody() (faults []error) {
	used, anchors := map[string]bool{}, map[string]bool{}
	for _, b := range t.body {
		// Two blocks may share an anchor if conditions choose between them.
		if b.anchor != "" && anchors[b.anchor] && len(b.when) == 0 {
			faults = append(faults, fmt.Errorf("line %d: anchor %s stands twice", b.line, b.anchor))
		}
		anchors[b.anchor] = true
	}
	see := func(where, name, form string) {
		used[name] = true
		if name == "number" && form == "" {
			return
		}
		b := t.blanks[name]
		if b == nil {
			faults = append(faults, fmt.Errorf("%s: unknown blank {{%s}}", where, name))
		} else if !slices.Contains(forms[b.Type], form) {
			faults = append(faults, fmt.Errorf("%s: {{%s|%s}}: a blank of type %s has no such form", where, name, form, b.Type))
		}
	}
	seeAll := func(where string, inlines []inline) {
		for _, i := range inlines {
			switch {
			case i.blank != "":
				see(where, i.blank, i.form)
			case i.ref != "" && !anchors[i.ref]:
				faults = append(faults, fmt.Errorf("%s: reference to unknown anchor %s", where, i.ref))
			}
		}
	}
	for _, b := range t.body {
		where := fmt.Sprintf("line %d", b.line)
		for _, c := range b.cells {
			seeAll(where, c)
		}
		for _, c := range b.when {
			see(where, c.blank, "")
			if blank := t.blanks[c.blank]; blank != nil && c.value != "" && (blank.Type != TypeChoice || blank.choice(c.value) == nil) {
				faults = append(faults, fmt.Errorf("%s: %s can't be %s", where, c.blank, c.value))
			}
		}
	}
	page := t.SignaturePage
	if page.Jia.Role == "" || page.Yi.Role == "" {
		faults = append(faults, errors.New("signature_page needs both sides"))
	}
	see("signature_page jia", page.Jia.Name, "")
	see("signature_page yi", page.Yi.Name, "")
	texts := []string{page.Intro}
	for _, c := range page.Closing {
		texts = append(texts, c.Value)
	}
	for _, text := range texts {
		inlines, err := parseInlines(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("signature_page: %w", err))
		}
		seeAll("signature_page", inlines)
	}
	for _, b := range t.Blanks {
		if !used[b.Name] {
			faults = append(faults, fmt.Errorf("blank %s is asked for but stands nowhere in the contract", b.Name))
		}
	}
	return faults
}

// The words that tell one forum from the other.
var (
	courtWords       = regexp.MustCompile(`法院|起诉|诉讼`)
	arbitrationWords = regexp.MustCompile(`仲裁`)
)

// checkDispute makes sure that the article {#disputes} names exactly one forum,
// whatever the choice (C19): a clause with both is void for arbitration
// (仲裁法司法解释 第七条), one with neither leaves the matter open.
func (t *Template) checkDispute() (faults []error) {
	values := []string{""}
	if d := t.Dispute; d != nil {
		choice, name := t.blanks[d.Choice], t.blanks[d.Name]
		if choice == nil || choice.Multiple || !choice.Required || len(choice.Choices) != 2 || choice.choice("court") == nil || choice.choice("arbitration") == nil {
			return []error{errors.New("dispute: its choice must be a required blank with exactly the choices court and arbitration")}
		}
		if name == nil || name.Type != TypeText || !name.Required {
			return []error{errors.New("dispute: its name must be a required text blank")}
		}
		values = []string{"court", "arbitration"}
	}
	for _, value := range values {
		filled := map[string]string{}
		if t.Dispute != nil {
			filled[t.Dispute.Choice] = value
		}
		text := t.articleText("disputes", filled)
		court, arbitration := courtWords.MatchString(text), arbitrationWords.MatchString(text)
		switch {
		case text == "":
			return []error{errors.New("no article has the anchor {#disputes}")}
		case court && arbitration:
			faults = append(faults, fmt.Errorf("disputes (choice %q): the article names both a court and arbitration", value))
		case !court && !arbitration:
			faults = append(faults, fmt.Errorf("disputes (choice %q): the article names neither a court nor arbitration", value))
		case value == "court" && !court, value == "arbitration" && !arbitration:
			faults = append(faults, fmt.Errorf("disputes (choice %q): the article names the other forum", value))
		}
	}
	return faults
}

// articleText is the plain text of an article with these values only.
func (t *Template) articleText(anchor string, values map[string]string) string {
	var s strings.Builder
	inside := false
	for _, b := range t.body {
		if b.kind == article || b.kind == part {
			inside = b.anchor == anchor
		}
		if !inside || !t.holds(b.when, values) {
			continue
		}
		for _, cell := range b.cells {
			for _, i := range cell {
				s.WriteString(i.text)
			}
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func (b *Blank) choice(value string) *Choice {
	for i := range b.Choices {
		if b.Choices[i].Value == value {
			return &b.Choices[i]
		}
	}
	return nil
}
