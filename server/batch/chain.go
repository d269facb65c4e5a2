package batch

import (
	"context"
	"errors"
	"maps"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/numbers"
	"sealgate/server/recipient"
	"sealgate/server/registration"
)

// Chain is what a batch asks of the registrations with carriers (registration.Service). Without one nothing is asked: benches and tests of
// other things.
type Chain interface {
	Facts(ctx context.Context, about registration.For) (map[string]registration.Facts, error)
	Used(ctx context.Context, day caldate.Date, ids ...string) error
	Usable(ctx context.Context, signatureID string, categories []string, search string, on caldate.Date) ([]registration.Usable, error)
}

// Numbers is what a batch asks of the pool of sender numbers (numbers.Service).
type Numbers interface {
	For(ctx context.Context, contractID, signatureID string) (string, error)
	Standing(ctx context.Context, code, contractID, signatureID string) (numbers.Standing, error)
}

// takeTemplate puts the frozen text of the order's template in the place of a text (L06).
func (s *Service) takeTemplate(ctx context.Context, f *errs.Fields, o *Order, g *registration.Record) error {
	t, err := s.Signatures.Get(ctx, o.TemplateID)
	switch {
	case errs.As(err) != nil && errs.As(err).Kind == errs.KindNotFound || err == nil && (t.Kind != registration.Template || t.CustomerID != g.CustomerID):
		f.Add("template_id", "unknown", "请选择本客户的模板", "choose a template of this customer")
	case err != nil:
		return err
	case t.ParentID != g.ID:
		f.Add("template_id", "other_signature", "这个模板登记在另一个签名之下，请改选签名或模板", "the template is registered under another signature; choose another of the two")
	case t.State != registration.Approved:
		f.Add("template_id", "not_approved", "模板“"+t.Detail.Name+"”尚未审核通过或已失效", "the template "+t.Detail.Name+" is not approved or has lapsed")
	case t.Detail.Category != string(o.Category):
		f.Add("category", "template", "模板登记的类别是“"+categoryNames([]string{t.Detail.Category})+"”，请按此选择", "the template is registered as "+t.Detail.Category+"; choose that category")
	case o.Text != "":
		f.Add("text", "frozen", "用模板时不另填内容：已批准的文字不能改", "with a template no text is entered: what was approved is frozen")
	default:
		o.Mode, o.Text = Template, t.BatchText(g.Text)
		if len(t.Detail.Variables) == 0 {
			o.Mode = ListOne
		}
	}
	return nil
}

// Templates gives the registered templates that a batch of a contract may take under a signature: in force today, of the categories that the
// contract allows, with the search in name or text. Errors: contract.ErrNotFound, registration.ErrNotFound for another customer's signature.
func (s *Service) Templates(ctx context.Context, contractID, signatureID, search string) ([]registration.Usable, error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return nil, err
	}
	g, err := s.Signatures.Get(ctx, signatureID)
	if err != nil {
		return nil, err
	}
	if g.CustomerID != c.CustomerID {
		return nil, registration.ErrNotFound
	}
	if s.Chain == nil {
		return nil, nil
	}
	return s.Chain.Usable(ctx, signatureID, c.AllowedCategories, search, s.clock.Today())
}

// sender is the number under which a contract's messages with a signature go out: one number serves one signature at a time (L08). A contract
// of before the pool has its own code only.
func (s *Service) sender(ctx context.Context, c *contract.Contract, signatureID string) (string, error) {
	if s.Numbers == nil {
		return c.ServiceCode, nil
	}
	code, err := s.Numbers.For(ctx, c.ID, signatureID)
	if errors.Is(err, numbers.ErrNoBase) {
		return c.ServiceCode, nil
	}
	return code, err
}

// chainFacts are what rules may ask about a batch's registrations, by the carrier of the recipient.
type chainFacts struct {
	byCarrier map[string]map[string]any
	variables []registration.VariableType // of the batch's template
}

// chainFacts asks the registrations and the number of a batch. A carrier of which nothing is known has nothing on file.
func (s *Service) chainFacts(ctx context.Context, b *Batch) (chainFacts, error) {
	if s.Chain == nil {
		return chainFacts{}, nil
	}
	found, err := s.Chain.Facts(ctx, registration.For{CustomerID: b.CustomerID, SignatureID: b.SignatureID, TemplateID: b.TemplateID, Category: string(b.Category), On: s.sendAt(b).Date()})
	if err != nil {
		return chainFacts{}, err
	}
	number := numbers.InOrder
	if s.Numbers != nil {
		if number, err = s.Numbers.Standing(ctx, b.ServiceCode, b.ContractID, b.SignatureID); err != nil {
			return chainFacts{}, err
		}
	}
	out := chainFacts{byCarrier: map[string]map[string]any{}}
	for _, carrier := range recipient.Carriers() {
		f, ok := found[carrier]
		if !ok {
			f = registration.Facts{Qualification: registration.NotFiled, Signature: registration.NotFiled}
		}
		out.byCarrier[carrier] = map[string]any{
			"qualification_standing": string(f.Qualification), "signature_standing": string(f.Signature), "template_standing": string(f.Template), "number_standing": string(number),
			"registered_domains": f.Domains, "registered_urls": f.Links, "registered_phones": f.Phones,
		}
		out.variables = f.Variables
	}
	return out, nil
}

// into puts what holds before a carrier, and whether a message's values fit the template's variables, into the facts of a message.
func (c *chainFacts) into(facts map[string]any, m *Message) {
	maps.Copy(facts, c.byCarrier[m.Carrier])
	if len(c.variables) > 0 {
		facts["variable_misfit"] = misfit(c.variables, m.Vars)
	}
}

func misfit(types []registration.VariableType, values []string) bool {
	if len(types) != len(values) {
		return true
	}
	for i, t := range types {
		if !t.Fits(values[i]) {
			return true
		}
	}
	return false
}
