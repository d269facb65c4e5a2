package contracttemplate

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads the clause library (contracts/clauses/<id>/v<version>.md) and contracts/<id>/v<version>/contract.md of every
// template and checks each as a whole: unknown and unused blanks, forms that don't fit a type, references into nothing, and
// that disputes go to exactly one court or one arbitration body whatever is chosen (C19). All faults of all files are
// reported at once.
func Load(fsys fs.FS) (*Registry, error) {
	files, err := fs.Glob(fsys, "contracts/*/v*/contract.md")
	if err != nil {
		return nil, fmt.Errorf("contract templates: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("contract templates: there is no contracts/*/v*/contract.md")
	}
	slices.SortFunc(files, func(a, b string) int { return versionOf(a) - versionOf(b) }) // a version is based on an earlier one
	r := &Registry{}
	faults := r.loadClauses(fsys)
	for _, name := range files {
		t, err := r.loadFile(fsys, name)
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

// versionOf reads the version out of a template's path; 0 where there is none.
func versionOf(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(path.Base(path.Dir(name)), "v"))
	return n
}

func (r *Registry) loadFile(fsys fs.FS, name string) (*Template, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	t, err := r.parse(data)
	if err != nil {
		return nil, err
	}
	folder, id := path.Base(path.Dir(name)), path.Base(path.Dir(path.Dir(name)))
	if t.ID != id || fmt.Sprintf("v%d", t.Version) != folder {
		return nil, fmt.Errorf("it says id %q, version %d, but lies in %s/%s", t.ID, t.Version, id, folder)
	}
	return t, nil
}

// Parse reads and checks one template that stands alone: without clauses of the library, based on none.
func Parse(data []byte) (*Template, error) { return (&Registry{}).parse(data) }

func (r *Registry) parse(data []byte) (*Template, error) {
	front, body, err := frontMatter(data)
	if err != nil {
		return nil, err
	}
	t := &Template{blanks: map[string]*Blank{}}
	decoder := yaml.NewDecoder(strings.NewReader(front))
	decoder.KnownFields(true)
	if err := decoder.Decode(t); err != nil {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	t.SHA256 = sum(normalised(data))
	if t.Form == "" {
		t.Form = FormAgreement
	}
	if t.BasedOn != 0 {
		base, err := r.Get(t.ID, t.BasedOn)
		if err != nil {
			return nil, fmt.Errorf("based_on: there is no version %d", t.BasedOn)
		}
		t.inherit(base)
	}
	if err := t.expand(r, body, strings.Count(front, "\n")+4); err != nil {
		return nil, err
	}
	return t, t.check()
}

// inherit takes from an earlier version what this one does not say itself.
func (t *Template) inherit(base *Template) {
	t.SHA256 = sum([]byte(t.SHA256 + base.SHA256))
	blanks := slices.Clone(base.Blanks)
	for _, b := range t.Blanks {
		if at := slices.IndexFunc(blanks, func(old Blank) bool { return old.Name == b.Name }); at >= 0 {
			blanks[at] = b
		} else {
			blanks = append(blanks, b)
		}
	}
	t.Blanks = blanks
	t.Groups = append(slices.Clone(base.Groups), t.Groups...)
	t.Rules = append(slices.Clone(base.Rules), t.Rules...)
	t.Title = cmp.Or(t.Title, base.Title)
	t.Kind = cmp.Or(t.Kind, base.Kind)
	t.ProviderSide = cmp.Or(t.ProviderSide, base.ProviderSide)
	t.EffectiveOn = cmp.Or(t.EffectiveOn, base.EffectiveOn)
	if t.Dispute == nil {
		t.Dispute = base.Dispute
	}
	if t.SignaturePage.Jia.Role == "" {
		t.SignaturePage = base.SignaturePage
	}
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
	form, known := layouts[t.Form]
	if !known {
		fault("unknown form %q", t.Form)
	}
	if form.page && t.EffectiveOn != "signature and seal" && t.EffectiveOn != "signature or seal" {
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
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	if form.dispute { // what follows reads the body as it is rendered
		faults = append(faults, t.checkDispute()...)
	}
	if t.Reason.Zh != "" { // versions from the library on, which all say why they were made
		faults = append(faults, t.checkAmounts()...)
		faults = append(faults, t.checkRisks()...)
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
	if b.Type == TypeRows != (len(b.Columns) > 0) {
		fault("columns belong to type rows, and only there")
	}
	for _, c := range b.Columns {
		if c.Label.Zh == "" || c.Label.En == "" || c.Width < 1 {
			fault("column %q lacks a label or a width", c.Label.Zh)
		}
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
			blank := t.blanks[c.blank]
			if used[c.blank] = true; blank == nil {
				faults = append(faults, fmt.Errorf("%s: unknown blank {?%s}", where, c.blank))
			}
			if blank != nil && c.value != "" && (blank.Type != TypeChoice || blank.choice(c.value) == nil) {
				faults = append(faults, fmt.Errorf("%s: %s can't be %s", where, c.blank, c.value))
			}
		}
	}
	for what, name := range t.signerBlanks() {
		see(what, name, "")
	}
	form := layouts[t.Form]
	if page := t.SignaturePage; form.bothSign && (page.Jia.Role == "" || page.Yi.Role == "") {
		faults = append(faults, errors.New("signature_page needs both sides"))
	}
	if !form.bothSign && t.Form != FormTerms && t.Foot.Role == "" {
		faults = append(faults, errors.New("foot must say who seals"))
	}
	texts := []string{t.SignaturePage.Intro, t.Note}
	for _, c := range slices.Concat(t.SignaturePage.Closing, t.Head) {
		texts = append(texts, c.Value)
	}
	for _, row := range t.Foot.Rows {
		_, value, _ := strings.Cut(row, "|")
		texts = append(texts, value)
	}
	for _, text := range texts {
		inlines, err := parseInlines(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("head or foot: %w", err))
		}
		seeAll("head or foot", inlines)
	}
	for _, b := range t.Blanks {
		if !used[b.Name] {
			faults = append(faults, fmt.Errorf("blank %s is asked for but stands nowhere in the contract", b.Name))
		}
	}
	return faults
}

// signerBlanks names the blanks with the names of those who sign.
func (t *Template) signerBlanks() map[string]string {
	out := map[string]string{}
	for what, s := range map[string]Signer{"signature_page jia": t.SignaturePage.Jia, "signature_page yi": t.SignaturePage.Yi, "foot": t.Foot} {
		if s.Role != "" {
			out[what] = s.Name
		}
	}
	return out
}

// checkAmounts makes sure that each amount of money also stands in capital numerals (C03).
func (t *Template) checkAmounts() (faults []error) {
	figures, capitals := map[string]bool{}, map[string]bool{}
	for _, b := range t.body {
		for _, cell := range b.cells {
			for _, i := range cell {
				if blank := t.blanks[i.blank]; blank != nil && blank.Type == TypeMoney {
					figures[i.blank] = true
					capitals[i.blank] = capitals[i.blank] || i.form == "capital"
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(figures)) {
		if !capitals[name] {
			faults = append(faults, fmt.Errorf("{{%s}} is an amount that stands nowhere in capital numerals: {{%s|capital}}", name, name))
		}
	}
	return faults
}

// bears names the blanks whose lines shift a risk: late fees and the automatic renewal.
var bears = []string{"late_fee_rate", "late_fee_share", "renew_years"}

// checkRisks makes sure that lines that shift a risk are in bold (民法典 496): late fee, automatic renewal, {#liability}.
func (t *Template) checkRisks() (faults []error) {
	for _, b := range t.body {
		risky, bold := b.anchor == "liability", false
		for _, cell := range b.cells {
			for _, i := range cell {
				risky = risky || slices.Contains(bears, i.blank)
				bold = bold || i.bold
			}
		}
		if risky && !bold && b.kind != pair && b.kind != tableRow {
			faults = append(faults, fmt.Errorf("line %d shifts a risk and must be bold", b.line))
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
