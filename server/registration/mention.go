package registration

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/errs"
	"sealgate/server/screening"
)

// Mention is a link or phone number that stands in a template's text (引流信息). Its place is counted in characters from 1, both ends included.
type Mention struct {
	Kind     Kind // Link or Phone
	Text     string
	From, To int
	By       *Record // under which it is registered with the template's signature; nil: it is not
}

// mentions finds the links and phone numbers in a template's text, and who of the contacts of its signature covers each. Variables hold
// none: their values are judged when a batch is screened.
func mentions(text string, contacts []Record) ([]Mention, error) {
	fixed := placeholder.ReplaceAllStringFunc(text, func(p string) string { return strings.Repeat("变", utf8.RuneCountInString(p)) })
	found, err := screening.Contacts(fixed)
	if err != nil {
		return nil, fmt.Errorf("links and phone numbers of a template: %w", err)
	}
	out := make([]Mention, 0, len(found))
	for _, c := range found {
		m := Mention{Kind: Link, Text: c.Text, From: place(fixed, c.From), To: place(fixed, c.To) - 1}
		if c.Digits != "" {
			m.Kind = Phone
		}
		if i := slices.IndexFunc(contacts, func(r Record) bool { return r.covers(c) }); i >= 0 {
			m.By = &contacts[i]
		}
		out = append(out, m)
	}
	return out, nil
}

// covers tells whether a registered contact stands for a link or number of a text.
func (r *Record) covers(c screening.Contact) bool {
	switch {
	case r.Kind == Phone:
		return c.IsPhone(r.Text)
	case r.Kind == Link && r.Detail.Form == Domain:
		return c.UnderDomain(r.Text)
	case r.Kind == Link:
		return c.IsAddress(r.Text)
	}
	return false
}

// standingFor are the states of a contact that lets a template be submitted, the best first.
var standingFor = []State{Approved, InReview, Submitted}

// Mentions gives the links and phone numbers in a template's text with what they are registered under. Errors: ErrNotFound.
func (s *Service) Mentions(ctx context.Context, id string) ([]Mention, error) {
	r, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Kind != Template {
		return nil, nil
	}
	return s.mentionsUnder(ctx, r.ParentID, r.Text, standingFor...)
}

// mentionsUnder looks among the contacts of a signature that are in one of the states, which stand in the order of preference.
func (s *Service) mentionsUnder(ctx context.Context, signatureID, text string, states ...State) ([]Mention, error) {
	under, err := s.store.children(ctx, signatureID)
	if err != nil {
		return nil, err
	}
	under = slices.DeleteFunc(under, func(r Record) bool { return !slices.Contains(states, r.State) })
	slices.SortStableFunc(under, func(a, b Record) int {
		return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
	})
	return mentions(text, under)
}

// contactsRegistered refuses a template whose text has a link or phone number that is not even submitted under its signature.
func (s *Service) contactsRegistered(ctx context.Context, n Submission) error {
	if n.Kind != Template {
		return nil
	}
	found, err := s.mentionsUnder(ctx, n.ParentID, n.Text, standingFor...)
	if err != nil {
		return err
	}
	var f errs.Fields
	for _, m := range found {
		if m.By == nil {
			zh, en := m.Kind.Label()
			f.Add("text", "contact", fmt.Sprintf("第 %d–%d 个字符“%s”没有在这个签名下登记，请先登记这个%s再提交模板", m.From, m.To, m.Text, zh),
				fmt.Sprintf("characters %d–%d, “%s”, are not registered under this signature; register this %s first, then submit the template", m.From, m.To, m.Text, en))
		}
	}
	return f.Err(ErrInvalid)
}

// contactsApproved refuses the approval of a template while a link or phone number in its text is not approved.
func (s *Service) contactsApproved(ctx context.Context, r *Record) error {
	if r.Kind != Template {
		return nil
	}
	found, err := s.mentionsUnder(ctx, r.ParentID, r.Text, Approved)
	if err != nil {
		return err
	}
	for _, m := range found {
		if m.By == nil {
			zh, en := m.Kind.Label()
			return ErrContact.Say(fmt.Sprintf("模板第 %d–%d 个字符“%s”所属的%s尚未审核通过，请先审核它", m.From, m.To, m.Text, zh),
				fmt.Sprintf("characters %d–%d of the template, “%s”, belong to a %s that is not approved; review that first", m.From, m.To, m.Text, en))
		}
	}
	return nil
}
