package registration

import (
	"context"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/licence"
)

// Facts are what screening asks about a message's chain before the carrier of its recipient.
type Facts struct {
	Qualification Standing
	Signature     Standing
	Template      Standing // of the batch's template, or NotFiled where the carrier wants one and the batch has none
	Domains       []string // domains that the carrier has accepted
	Links         []string // addresses and short links that it has accepted
	Phones        []string
	Variables     []VariableType // of the batch's template, in order
}

// For is what facts are asked about.
type For struct {
	CustomerID  string
	SignatureID string
	TemplateID  string // "" where the batch has its own text
	Category    string
	On          caldate.Date
}

// Facts gives, by carrier, what of a batch's chain is in order on a day. A carrier that asks for nothing yet passes what we approved. It is
// for rules: the caller has checked who asks.
func (s *Service) Facts(ctx context.Context, about For) (map[string]Facts, error) {
	c, err := s.chainOf(ctx, about)
	if err != nil {
		return nil, err
	}
	out := map[string]Facts{}
	for i := range s.Carriers.List {
		carrier := &s.Carriers.List[i]
		f := Facts{Qualification: c.standing(c.qualification, carrier, about.On), Signature: c.standing(c.signature, carrier, about.On)}
		switch {
		case c.template != nil:
			f.Template = c.standing(c.template, carrier, about.On)
			for _, v := range c.template.Detail.Variables {
				f.Variables = append(f.Variables, v.Type)
			}
		case carrier.Required(about.On) && slices.Contains(carrier.TemplateCategories, about.Category):
			f.Template = NotFiled
		}
		if f.Qualification == InOrder && c.lacksLicence {
			f.Qualification = NoLicence
		}
		for _, r := range c.contacts {
			if c.standing(r, carrier, about.On) != InOrder {
				continue
			}
			switch {
			case r.Kind == Phone:
				f.Phones = append(f.Phones, r.Text)
			case r.Detail.Form == Domain:
				f.Domains = append(f.Domains, r.Text)
			default:
				f.Links = append(f.Links, r.Text)
			}
		}
		out[carrier.ID] = f
	}
	return out, nil
}

// chain is a signature with what it hangs on and what hangs on it.
type chain struct {
	qualification, signature, template *Record
	contacts                           []*Record
	filings                            map[string][]Filing // by record, newest attempt of each carrier first
	lacksLicence                       bool
}

func (s *Service) chainOf(ctx context.Context, about For) (*chain, error) {
	c := &chain{}
	all, err := s.store.ofCustomer(ctx, about.CustomerID, "")
	if err != nil {
		return nil, err
	}
	byID := map[string]*Record{}
	ids := []string{}
	for i := range all {
		byID[all[i].ID] = &all[i]
		ids = append(ids, all[i].ID)
	}
	if c.signature = byID[about.SignatureID]; c.signature != nil {
		c.qualification = byID[c.signature.ParentID]
	}
	if t := byID[about.TemplateID]; t != nil && t.Kind == Template {
		c.template = t
	}
	for _, r := range byID {
		if r.ParentID == about.SignatureID && (r.Kind == Link || r.Kind == Phone) {
			c.contacts = append(c.contacts, r)
		}
	}
	slices.SortFunc(c.contacts, func(a, b *Record) int { return strings.Compare(a.ID, b.ID) })
	if c.filings, err = s.FilingsOf(ctx, ids...); err != nil {
		return nil, err
	}
	if c.qualification != nil {
		valid, err := s.Licences.Valid(ctx, about.CustomerID, about.On)
		if err != nil {
			return nil, err
		}
		for _, kind := range c.qualification.Detail.Licences {
			if !slices.ContainsFunc(valid, func(l licence.Licence) bool { return l.Kind == kind }) {
				c.lacksLicence = true
			}
		}
	}
	return c, nil
}

// standing of one record of the chain before a carrier.
func (c *chain) standing(r *Record, carrier *Carrier, on caldate.Date) Standing {
	if r == nil {
		return NotFiled
	}
	if !carrier.Required(on) {
		if r.State == Approved {
			return InOrder
		}
		return standing(r.State, nil)
	}
	var before []Filing
	for _, g := range c.filings[r.ID] {
		if g.Carrier == carrier.ID {
			before = append(before, g)
		}
	}
	return standing(r.State, before)
}

// Used notes that something was sent with a signature and template: five months count from then (L09).
func (s *Service) Used(ctx context.Context, day caldate.Date, ids ...string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		for _, id := range ids {
			if id == "" {
				continue
			}
			if err := s.store.used(ctx, id, day); err != nil {
				return err
			}
		}
		return nil
	})
}
