package registration

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"sealgate/server/caldate"
)

// Carriers are the carriers' desks as configured (configs/carriers.yaml).
type Carriers struct {
	ExpectedDays int       `yaml:"expected_working_days"`
	EarliestDays int       `yaml:"earliest_working_days"`
	List         []Carrier `yaml:"carriers"`
}

// Carrier is one desk: from when it passes nothing unregistered, and how its sheets and answers look.
type Carrier struct {
	ID   string `yaml:"id"`
	Name struct {
		Zh string `yaml:"zh"`
		En string `yaml:"en"`
	} `yaml:"name"`
	RequiredFrom       string            `yaml:"required_from"`       // a date, or "" for a carrier that asks for nothing
	TemplateCategories []string          `yaml:"template_categories"` // texts of these must follow a filed template
	Columns            map[Kind][]Column `yaml:"columns"`
	Answers            Answers           `yaml:"answers"`
	required           caldate.Date
}

// Column is a column of a carrier's sheet.
type Column struct {
	Field   string `yaml:"field"`
	Heading string `yaml:"heading"`
}

// Answers are the headings of a carrier's answers and the words that it uses in them.
type Answers struct {
	Reference []string `yaml:"reference"`
	Result    []string `yaml:"result"`
	Reason    []string `yaml:"reason"`
	Number    []string `yaml:"number"`
	Accepted  []string `yaml:"accepted"`
	Refused   []string `yaml:"refused"`
	Lapsed    []string `yaml:"lapsed"`
}

// Required tells whether the carrier passes nothing unregistered on a day.
func (c *Carrier) Required(on caldate.Date) bool {
	return !c.required.IsZero() && !on.Before(c.required)
}

// Of gives a carrier, or ErrCarrier.
func (c *Carriers) Of(id string) (*Carrier, error) {
	if i := slices.IndexFunc(c.List, func(x Carrier) bool { return x.ID == id }); i >= 0 {
		return &c.List[i], nil
	}
	return nil, ErrCarrier.Sayf("没有这家运营商：%s", "no such carrier: %s", id)
}

// LoadCarriers reads carriers.yaml and refuses what a sheet or an answer could not be made from.
func LoadCarriers(files fs.FS) (*Carriers, error) {
	b, err := fs.ReadFile(files, "carriers.yaml")
	if err != nil {
		return nil, err
	}
	var c Carriers
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && err != io.EOF {
		return nil, fmt.Errorf("carriers.yaml: %w", err)
	}
	if c.ExpectedDays < 1 || c.EarliestDays < 1 || c.EarliestDays > c.ExpectedDays || len(c.List) == 0 {
		return nil, fmt.Errorf("carriers.yaml: expected and earliest working days, and carriers, are needed")
	}
	for i := range c.List {
		if err := c.List[i].check(); err != nil {
			return nil, fmt.Errorf("carriers.yaml: carrier %q: %w", c.List[i].ID, err)
		}
	}
	return &c, nil
}

func (c *Carrier) check() (err error) {
	if c.ID == "" || c.Name.Zh == "" || c.Name.En == "" {
		return fmt.Errorf("needs an id and a name in both languages")
	}
	if c.RequiredFrom != "" {
		if c.required, err = caldate.Parse(c.RequiredFrom); err != nil {
			return err
		}
	}
	for _, cat := range c.TemplateCategories {
		if !slices.Contains(Categories(), cat) {
			return fmt.Errorf("no such category: %s", cat)
		}
	}
	for _, k := range Kinds() {
		columns := c.Columns[k]
		if !slices.ContainsFunc(columns, func(x Column) bool { return x.Field == "reference" && slices.Contains(c.Answers.Reference, x.Heading) }) {
			return fmt.Errorf("the sheet of %s needs a reference under a heading that answers.reference names", k)
		}
		for _, x := range columns {
			if _, known := cells[x.Field]; !known || x.Heading == "" {
				return fmt.Errorf("the sheet of %s has a column without heading, or of the unknown field %q", k, x.Field)
			}
		}
	}
	if len(c.Answers.Result) == 0 || len(c.Answers.Accepted) == 0 || len(c.Answers.Refused) == 0 {
		return fmt.Errorf("answers need headings of the result and words for accepted and refused")
	}
	return nil
}
