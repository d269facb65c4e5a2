// Package contracttemplate reads contract templates, checks what was filled
// into their blanks and renders the contract as a PDF with a signature page
// (C02, C03, C19). It knows no contract record and no clock. See README.md for
// the format.
package contracttemplate

import (
	"slices"

	"sealgate/server/errs"
)

// Text is a text in both languages.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// Type of a blank: what may be written into it. Every value is a string, in
// the form that an API or a form sends.
type Type string

// The types of blanks.
const (
	TypeText       Type = "text"         // one line
	TypeLongText   Type = "long_text"    // may have line ends
	TypeDate       Type = "date"         // 2026-11-21
	TypeTime       Type = "time"         // 08:00, up to 24:00
	TypeTimeRange  Type = "time_range"   // 08:00-20:00
	TypeMoney      Type = "money"        // yuan, at most two places: 1234.56
	TypeRate       Type = "rate"         // at most six places: 0.085; a share or a price per message
	TypeInteger    Type = "integer"      // 1000
	TypeDayOfMonth Type = "day_of_month" // 1..31; a shorter month means its last day
	TypePhone      Type = "phone"
	TypeEmail      Type = "email"
	TypeUSCC       Type = "uscc"   // unified social credit code, GB 32100-2015
	TypeChoice     Type = "choice" // one of Choices, or several with commas if Multiple
	TypeRows       Type = "rows"   // rows of a table, as JSON: [["cell","cell"],["cell","cell"]]
)

// Form is what sort of paper a template makes.
type Form string

// The forms. An agreement and an annex end with a 签章页; what else there is stands beside each.
const (
	FormAgreement Form = "agreement" // one of the six agreements; says where disputes go
	FormAnnex     Form = "annex"     // signed like an agreement, disputes go where those of the agreement go
	FormTerms     Form = "terms"     // accepted online, so nobody signs; says where disputes go
	FormLetter    Form = "letter"    // from the provider, sealed at its foot
	FormSheet     Form = "sheet"     // a form that both sides sign at its foot
	FormStatement Form = "statement" // given and sealed by the customer alone
)

// layout is what a form has.
type layout struct{ dispute, page, masthead, bothSign bool }

var layouts = map[Form]layout{
	FormAgreement: {dispute: true, page: true, bothSign: true},
	FormAnnex:     {page: true, bothSign: true},
	FormTerms:     {dispute: true},
	FormLetter:    {masthead: true},
	FormSheet:     {masthead: true, bothSign: true},
	FormStatement: {},
}

// Column is one column of a blank with rows.
type Column struct {
	Label Text   `json:"label" yaml:"label"`
	Width int    `json:"width" yaml:"width"` // share of the table
	Align string `json:"align,omitempty" yaml:"align"`
}

// Choice is one answer of a choice blank. Text is the clause that it puts into
// the contract with {{blank|text}}.
type Choice struct {
	Value string `json:"value" yaml:"value"`
	Label Text   `json:"label" yaml:"label"`
	Text  string `json:"-" yaml:"text"`
}

// Condition asks that another blank has a certain value.
type Condition struct {
	Blank string `json:"blank" yaml:"blank"`
	Is    string `json:"is" yaml:"is"`
}

// Blank is one thing that the form asks for.
type Blank struct {
	Name         string     `json:"name" yaml:"name"`
	Label        Text       `json:"label" yaml:"label"`
	Type         Type       `json:"type" yaml:"type"`
	Required     bool       `json:"required" yaml:"required"`
	RequiredWhen *Condition `json:"required_when,omitempty" yaml:"required_when"`
	Default      string     `json:"default,omitempty" yaml:"default"`
	Min          string     `json:"min,omitempty" yaml:"min"` // in the form of the type; none for numbers means 0
	Max          string     `json:"max,omitempty" yaml:"max"`
	MaxLength    int        `json:"max_length,omitempty" yaml:"max_length"` // characters; 0 means the type's own limit
	Choices      []Choice   `json:"choices,omitempty" yaml:"choices"`
	Multiple     bool       `json:"multiple,omitempty" yaml:"multiple"`
	Columns      []Column   `json:"columns,omitempty" yaml:"columns"` // of rows
	Unit         Text       `json:"unit,omitzero" yaml:"unit"`
	Help         Text       `json:"help,omitzero" yaml:"help"`
	Group        string     `json:"group,omitempty" yaml:"group"`
	// Configured blanks are filled by the provider's configuration, not by the form.
	Configured bool `json:"configured,omitempty" yaml:"configured"`
}

// Group orders the form.
type Group struct {
	Name  string `json:"name" yaml:"name"`
	Label Text   `json:"label" yaml:"label"`
}

// Rule compares two blanks: A before B (dates and times, strictly) or A at
// most B (numbers).
type Rule struct {
	A    string `yaml:"a"`
	Must string `yaml:"must"` // "be_before" or "be_at_most"
	B    string `yaml:"b"`
	Text `yaml:",inline"`
}

// Template is one version of a contract's text. It is never written after Load.
type Template struct {
	ID           string  `json:"id" yaml:"id"`
	Version      int     `json:"version" yaml:"version"`
	Title        Text    `json:"title" yaml:"title"`
	Form         Form    `json:"form" yaml:"form"`
	Kind         string  `json:"kind" yaml:"kind"`                   // of agreement: package, prepaid, …; of another paper its id
	ProviderSide string  `json:"provider_side" yaml:"provider_side"` // 甲 or 乙 (C02)
	EffectiveOn  string  `json:"effective_on" yaml:"effective_on"`   // "signature and seal" or "signature or seal" (C04)
	Groups       []Group `json:"groups" yaml:"groups"`
	Blanks       []Blank `json:"blanks" yaml:"blanks"`

	// BasedOn is the version whose front matter counts where this one says nothing; its blanks of the same name are replaced.
	BasedOn   int               `json:"based_on,omitempty" yaml:"based_on"`
	Reason    Text              `json:"reason,omitzero" yaml:"reason"` // why this version was made
	DraftedOn string            `json:"drafted_on,omitempty" yaml:"drafted_on"`
	Clauses   []Use             `json:"clauses,omitempty" yaml:"-"` // of the library, in the order of the text
	Words     map[string]string `json:"-" yaml:"words"`             // what [客户], [服务方] and [合同] of clauses read here

	Rules         []Rule        `json:"-" yaml:"rules"`
	Dispute       *Dispute      `json:"-" yaml:"dispute"`
	SignaturePage SignaturePage `json:"-" yaml:"signature_page"`
	Head          []Line        `json:"-" yaml:"head"` // of letters and sheets: number, date
	Foot          Signer        `json:"-" yaml:"foot"` // who seals a letter or a statement
	Note          string        `json:"-" yaml:"note"` // small print above the foot

	// SHA256 of the template file and all that it is put together from: evidence of what a contract was made from.
	SHA256 string `json:"sha256" yaml:"-"`

	blanks map[string]*Blank
	body   []block
	source []string
}

// Use is a clause of the library in a template.
type Use struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// Line is a name with its value, which may hold blanks.
type Line struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// Agreement tells whether contracts are made from the template.
func (t *Template) Agreement() bool { return t.Form == FormAgreement }

// Source is the text with its placeholders, clauses in their place, line by line.
func (t *Template) Source() []string { return slices.Clone(t.source) }

// Dispute names the blanks that say where disputes go. A template without it
// has one forum in its text.
type Dispute struct {
	Choice string `yaml:"choice"` // choice blank with exactly the answers court and arbitration
	Name   string `yaml:"name"`   // text blank with the name of that court or arbitration body
}

// SignaturePage describes the 签章页.
type SignaturePage struct {
	Intro   string `yaml:"intro"`
	Jia     Signer `yaml:"jia"` // 甲方
	Yi      Signer `yaml:"yi"`  // 乙方
	Closing []Line `yaml:"closing"`
}

// Signer is one side of the signature page.
type Signer struct {
	Role string   `yaml:"role"`
	Name string   `yaml:"name"` // blank with the party's name
	Rows []string `yaml:"rows"` // what is written by hand: "签署日期|　年　月　日"
}

// Blank gives the blank of that name, or nil.
func (t *Template) Blank(name string) *Blank { return t.blanks[name] }

// Said names the blanks that a contract with these values speaks of: those that stand in its text, and the choices by which
// it is made up. The share of a late fee that is not agreed, say, is none of them, though the form has it.
func (t *Template) Said(values map[string]string) map[string]bool {
	said := map[string]bool{}
	see := func(inlines []inline) {
		for _, i := range inlines {
			if i.blank != "" {
				said[i.blank] = true
			}
		}
	}
	for _, b := range t.body {
		for _, c := range b.when {
			if blank := t.blanks[c.blank]; blank != nil && blank.Type == TypeChoice {
				said[c.blank] = true
			}
		}
		if t.holds(b.when, values) {
			for _, cell := range b.cells {
				see(cell)
			}
		}
	}
	for _, c := range slices.Concat(t.SignaturePage.Closing, t.Head) {
		inlines, _ := parseInlines(c.Value) // checked at load
		see(inlines)
	}
	for _, signer := range []Signer{t.SignaturePage.Jia, t.SignaturePage.Yi, t.Foot} {
		if signer.Name != "" {
			said[signer.Name] = true
		}
	}
	return said
}

// Defaults gives the value of every blank that has a default, as a form starts with.
func (t *Template) Defaults() map[string]string {
	values := map[string]string{}
	for _, b := range t.Blanks {
		if b.Default != "" {
			values[b.Name] = b.Default
		}
	}
	return values
}

// Registry holds every version of every template and of every clause.
type Registry struct {
	templates []*Template
	clauses   []*Clause
}

// List gives all templates, by id, newest version first.
func (r *Registry) List() []*Template { return slices.Clone(r.templates) }

// Agreements gives the templates that contracts are made from, by id, newest version first.
func (r *Registry) Agreements() []*Template {
	return slices.DeleteFunc(r.List(), func(t *Template) bool { return !t.Agreement() })
}

// Get gives one version. A signed contract asks for the version that it was
// made from. Errors: ErrUnknownTemplate.
func (r *Registry) Get(id string, version int) (*Template, error) {
	for _, t := range r.templates {
		if t.ID == id && t.Version == version {
			return t, nil
		}
	}
	return nil, ErrUnknownTemplate.With("id", shorten(id)).With("version", version)
}

// Latest gives the newest version. Errors: ErrUnknownTemplate.
func (r *Registry) Latest(id string) (*Template, error) {
	for _, t := range r.templates {
		if t.ID == id {
			return t, nil
		}
	}
	return nil, ErrUnknownTemplate.With("id", shorten(id))
}

// FieldError is one blank that is not filled as it must be: its name, what is
// wrong and how to cure it, in both languages.
type FieldError = errs.Field
